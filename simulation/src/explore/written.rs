//! What is generated of the exploration: docs/phases.md and tests/lifecycle/shortest.rs.

use std::path::{Path, PathBuf};

use super::{phases, shortest};

const HEAD: &str = "\
# Phases of the session

What the core does in each phase with everything that can happen, as `simulation/` met it while it explored every order
of events of one call at a time, under the usual settings. `make phases` writes this page, and a test holds it current.
Where several things may follow, the call that waits decides: one that was aborted needs nothing, one that wants user
data fetches it first, and the budget of logins may be used up. Timers and events are left out; so are the commands of
calls that were on their way before.

";

/// The files and what has to be in them.
pub fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository");
    vec![
        (root.join("docs/phases.md"), HEAD.to_owned() + &phases::tables()),
        (root.join("tests/lifecycle/shortest.rs"), shortest::stories()),
    ]
}
