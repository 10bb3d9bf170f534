//! What the server does beside its work while WeChat is simulated: records, faults, refusals at will.

use crate::faults::Faults;
use crate::records::Records;
use crate::wechat::Simulator;
use std::sync::atomic::{AtomicBool, Ordering};

/// Controls and records of a development server.
pub struct Development {
    /// WeChat, as clients without WeChat reach it.
    pub simulator: Simulator,
    /// What was asked of the server.
    pub records: Records,
    /// What is to go wrong.
    pub faults: Faults,
    refuse_sessions: AtomicBool,
}

impl Development {
    /// Nothing recorded, nothing wrong.
    pub fn new(simulator: Simulator) -> Self {
        Self {
            simulator,
            records: Records::default(),
            faults: Faults::default(),
            refuse_sessions: AtomicBool::new(false),
        }
    }

    /// From now on every session request is refused as expired, or no more.
    pub fn set_refuse_sessions(&self, on: bool) {
        self.refuse_sessions.store(on, Ordering::SeqCst);
    }

    /// Whether session requests are refused whatever they carry.
    pub fn refuses_sessions(&self) -> bool {
        self.refuse_sessions.load(Ordering::SeqCst)
    }
}
