//! The files that are generated from the exploration: docs/phases.md, a part of ARCHITECTURE.md, and
//! tests/lifecycle/shortest.rs.

use std::path::{Path, PathBuf};

use super::{phases, shortest};

const HEAD: &str = "\
# Phases of the session

What the core does in each phase with everything that can happen, as `simulation/` met it while it explored every order
of events of one call at a time, and of two where a session is replaced while a request under it is on its way, under the
usual settings. `make phases` writes this page, and a test holds it current.
Where several things may follow, the call that waits decides: one that was aborted needs nothing, one that wants user
data fetches it first, and the budget of logins may be used up. Timers and events are left out; so are the commands of
calls that were on their way before.

";

const BEGINS: &str = "<!-- generated: phases -->\n";
const ENDS: &str = "<!-- end -->";
const LINK: &str = "\
Here stand the inputs that can lead to another phase; [docs/phases.md](docs/phases.md) has all. A call that was aborted
needs nothing more, one that wants user data fetches it first: where several things may follow, the call that waits decides.

";

/// The files, each with the text that it must have.
pub fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository");
    let tables = phases::tables();
    vec![
        (root.join("docs/phases.md"), HEAD.to_owned() + &tables.whole()),
        with_changes(root.join("ARCHITECTURE.md"), &tables.changes()),
        (root.join("tests/lifecycle/shortest.rs"), shortest::stories()),
    ]
}

/// A page whose part between the marks is replaced by these tables.
fn with_changes(path: PathBuf, tables: &str) -> (PathBuf, String) {
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let (before, rest) = page.split_once(BEGINS).unwrap_or((&page, ""));
    let after = rest.split_once(ENDS).map_or("", |(_, after)| after);
    let text = format!("{before}{BEGINS}\n{LINK}{tables}{ENDS}{after}");
    (path, text)
}
