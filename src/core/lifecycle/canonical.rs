//! The state of a lifecycle in a canonical form: lifecycles with the same form do the same, whatever comes. simulation/
//! explores all of them by it. Nothing of this file is shipped.

use super::super::calls::{Call, Calls, Stage};
use super::super::{CallId, FlightId, Generation, KeyEpoch, Phase, Previous, Step, Value};
use super::Lifecycle;

/// Takes a state down, part by part. Numbers that mean nothing by themselves are not among the parts: of a session, a
/// flight or a time, only its relation to the current one is.
pub trait Canon<V> {
    /// A number that means what it says.
    fn number(&mut self, number: u64);
    /// A call.
    fn call(&mut self, call: CallId);
    /// A value of the host.
    fn value(&mut self, value: &V);
}

/// How a session stands to the one of now. Nothing else about the session that signed a request matters to the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Age {
    /// It has the number of the current one.
    Current,
    /// It was replaced.
    Replaced,
    /// The app ended it, or one after it.
    LoggedOut,
}

impl<V: Value> Lifecycle<V> {
    /// How a session that has been announced stands to the one of now.
    pub fn age_of(&self, generation: Generation) -> Age {
        if generation <= self.logged_out {
            Age::LoggedOut
        } else if generation == self.generation {
            Age::Current
        } else {
            Age::Replaced
        }
    }

    /// The phase that the session is in.
    pub fn phase(&self) -> &Phase<V> {
        &self.phase
    }

    /// The number of the check or step of a login that set out last.
    pub fn newest_flight(&self) -> FlightId {
        self.flight
    }

    /// Takes down what the failed logins in a row decide. Where chance gives no time to wait, that is nothing.
    pub fn take_down_backoff(&self, host_ms: f64, canon: &mut impl Canon<V>) {
        let (bound_ms, last) = self.backoff.canonical(host_ms);
        canon.number(bound_ms.to_bits());
        if let Some((in_ms, failure, is_unanswered)) = last {
            canon.number(in_ms.to_bits());
            canon.number(failure as u64 | u64::from(is_unanswered) << 8);
        }
    }

    /// Takes down everything that decides what the next inputs lead to, but for the settings, while no command is left.
    /// `host_ms` is what the next input will bring if no time passes.
    pub fn take_down(&self, host_ms: f64, canon: &mut impl Canon<V>) {
        let Lifecycle {
            settings: _,
            phase,
            generation,
            logged_out: _,
            calls: Calls { calls },
            waiters,
            budget,
            // It is taken down by itself.
            backoff: _,
            random,
            // Answers are only compared with the current flight, which is that of every phase that has one.
            flight: _,
            key_epoch,
            server_epoch,
            clock,
            now_ms: _,
            wake_ms,
            observed,
            // What it holds follows from the settings.
            judged: _,
            commands: _,
        } = self;
        // The next input begins so.
        let now_ms = clock.clone().observe(host_ms, *wake_ms);
        let in_ms = |at_ms: f64| (at_ms - now_ms).to_bits();
        let epoch = |epoch: &KeyEpoch| u64::from(epoch == key_epoch);
        canon.number(u64::from(*observed) | u64::from(self.age_of(*generation) == Age::LoggedOut) << 1);
        canon.number(epoch(server_epoch));
        // Each login brings its own, with its code.
        if matches!(phase, Phase::LoggingIn { step: Step::UserInfo { .. } | Step::Request { .. }, .. }) {
            canon.number(random.to_bits());
        }
        canon.number(in_ms(*wake_ms));
        let (timer_ms, logins) = budget.canonical();
        canon.number(timer_ms.to_bits());
        for (automatic, age_ms, is_timed) in logins {
            canon.number(1 | u64::from(automatic) << 1 | u64::from(is_timed) << 2);
            canon.number(age_ms.to_bits());
        }
        canon.number(0);
        canon.number(in_ms(phase.deadline_ms()));
        take_down_phase(phase, canon);
        // Numbers of calls that were aborted while they waited do nothing.
        for id in waiters.iter().filter(|id| calls.iter().any(|call| call.id == **id)) {
            canon.number(1);
            canon.call(*id);
        }
        canon.number(0);
        for Call { id, options, stage, retry, checked, fetched_under } in calls {
            canon.number(1);
            canon.call(*id);
            canon.number(
                options.goal as u64 | u64::from(options.login) << 8 | u64::from(options.with_user_info) << 9,
            );
            canon.value(&options.url);
            options.user_data.iter().for_each(|data| canon.value(data));
            match stage {
                Stage::Waiting => canon.number(0),
                Stage::Fetching { key_epoch, deadline_ms } => {
                    canon.number(1 + epoch(key_epoch));
                    canon.number(in_ms(*deadline_ms));
                }
            }
            canon.number(
                *retry as u64
                    | u64::from(*checked) << 8
                    | fetched_under.as_ref().map_or(0, |under| 1 + epoch(under)) << 9,
            );
        }
    }
}

fn take_down_phase<V: Value>(phase: &Phase<V>, canon: &mut impl Canon<V>) {
    match phase {
        Phase::Unread => canon.number(0),
        Phase::Reading { refused } => {
            canon.number(1);
            refused.iter().for_each(|key| canon.value(key));
        }
        Phase::Absent => canon.number(2),
        Phase::Unchecked(session) => {
            canon.number(3);
            canon.value(&session.key());
        }
        Phase::Checking { session, .. } => {
            canon.number(4);
            canon.value(&session.key());
        }
        Phase::Live(session) => {
            canon.number(5);
            canon.value(&session.key());
        }
        Phase::LoggingIn { previous, step, .. } => {
            match previous {
                Previous::Nobody => canon.number(6),
                Previous::Refused => canon.number(7),
                Previous::Good(session) => {
                    canon.number(8);
                    canon.value(&session.key());
                }
            }
            match step {
                Step::Code => canon.number(0),
                Step::UserInfo { code } => {
                    canon.number(1);
                    canon.value(code);
                }
                Step::Request { user_info } => {
                    canon.number(2);
                    user_info.iter().for_each(|info| canon.value(info));
                }
            }
        }
    }
}
