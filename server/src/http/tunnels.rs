//! The open tunnels: their number, their users, and what can be sent to them.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bounds on tunnels.
#[derive(Debug, Clone, Copy)]
pub struct TunnelLimits {
    /// Open at a time.
    pub total: usize,
    /// Open at a time by one user.
    pub per_user: usize,
    /// How often a tunnel looks whether its session is still live.
    pub check_every: Duration,
}

/// The open tunnels, and a way to reach them.
pub struct Tunnels {
    pub(super) limits: TunnelLimits,
    open: Mutex<HashMap<i64, Vec<Arc<Notify>>>>,
    pub(super) controls: broadcast::Sender<Control>,
    pub(super) muted: AtomicBool,
    pub(super) stopping: CancellationToken,
    pub(super) tasks: TaskTracker,
}

/// What can be done to all open tunnels.
#[derive(Clone, Deserialize)]
#[serde(tag = "action", rename_all = "camelCase", deny_unknown_fields)]
pub enum Control {
    /// End the connections without a word, as a lost network does.
    Drop,
    /// Say `close` and end the connections: clients do not come back.
    Close,
    /// Send a packet.
    Send {
        /// The packet as it goes over the wire.
        packet: String,
    },
    /// Stop answering, in these and in future tunnels, or answer again.
    Mute {
        /// Whether to be silent.
        on: bool,
    },
    /// The server goes away: clients may come back.
    GoAway,
}

impl Tunnels {
    /// No tunnels yet.
    pub fn new(limits: TunnelLimits) -> Self {
        Self {
            limits,
            open: Mutex::default(),
            controls: broadcast::Sender::new(64),
            muted: AtomicBool::new(false),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    /// Does `control` to all open tunnels, and answers how many there are.
    pub fn control(&self, control: Control) -> usize {
        if let Control::Mute { on } = control {
            self.muted.store(on, Ordering::SeqCst);
        } else {
            // Sending fails if no tunnel is open, which is fine.
            let _ = self.controls.send(control);
        }
        self.open()
    }

    /// Lets the tunnels of a user check whether their sessions are still live.
    pub fn recheck(&self, user_id: i64) {
        for doubt in self.lock().get(&user_id).into_iter().flatten() {
            doubt.notify_one();
        }
    }

    /// Tells all tunnels that the server goes away, and returns when they are closed.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Takes a place for a tunnel of `user_id`, or answers `None` if there is no place left. The `Notify` tells that
    /// tunnel to check whether its session is still live.
    pub(super) fn enter(&self, user_id: i64) -> Option<Arc<Notify>> {
        let mut open = self.lock();
        let total: usize = open.values().map(Vec::len).sum();
        let of_user = open.get(&user_id).map_or(0, Vec::len);
        if total >= self.limits.total || of_user >= self.limits.per_user {
            return None;
        }
        let doubt = Arc::new(Notify::new());
        open.entry(user_id).or_default().push(Arc::clone(&doubt));
        Some(doubt)
    }

    /// Gives the place back.
    pub(super) fn leave(&self, user_id: i64, doubt: &Arc<Notify>) {
        let mut open = self.lock();
        if let Some(of_user) = open.get_mut(&user_id) {
            of_user.retain(|other| !Arc::ptr_eq(other, doubt));
            if of_user.is_empty() {
                open.remove(&user_id);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Vec<Arc<Notify>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
