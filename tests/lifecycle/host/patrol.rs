//! Calls that are on their way for long, as js/steps/pending.ts looks for them.

use std::collections::BTreeMap;

use wafer_client_wasm::core::{CallId, Input};

use super::Host;

/// The time between two looks at the calls, in ms.
pub(super) const PERIOD_MS: f64 = 30_000.0;
/// wx has this many requests under way at once; the others are in its queue.
const AT_ONCE: usize = 10;

impl Host {
    /// A call is on its way: sees to it that it is looked at.
    pub(super) fn watch_pending(&mut self) {
        if self.patrol_ms.is_none() {
            self.patrol_ms = Some(self.now_ms + PERIOD_MS);
        }
    }

    pub(super) fn patrol(&mut self) {
        self.patrol_ms = None;
        let sent = self.calls.iter().filter(|(_, call)| call.sent.is_some());
        let sent: BTreeMap<CallId, f64> = sent.map(|(id, call)| (*id, call.ask.timeout_ms)).collect();
        for (before, (id, timeout_ms)) in sent.into_iter().enumerate() {
            self.watch_pending();
            let Some(call) = self.calls.get_mut(&id) else { continue };
            if before >= AT_ONCE {
                call.waited_ms = -PERIOD_MS;
                continue;
            }
            call.waited_ms += PERIOD_MS;
            let waited_ms = call.waited_ms;
            if call.sent.is_some() && waited_ms > 0.0 {
                self.handle(Input::Pending { call: id, waited_ms, timeout_ms });
            }
        }
    }
}
