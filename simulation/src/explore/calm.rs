//! Liveness: if, in any world, everything answers or times out from now on, every call settles and the core comes to
//! rest.

use super::moves::{Answer, Move, Reply};
use super::world::{Broken, Place, World};

/// How the world behaves from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Everything answers as it should.
    Fair,
    /// Nothing answers; timers go off, and wx forgets its requests.
    Silent,
    /// Everything fails.
    Failing,
    /// Logins work, and the server refuses every session.
    Refusing,
}

/// More moves than any calls can need to settle.
const ENDLESS: usize = 2_000;

impl Weather {
    /// All of them.
    pub const ALL: [Weather; 4] = [Weather::Fair, Weather::Silent, Weather::Failing, Weather::Refusing];

    /// The next move in this weather, if there is any.
    pub fn next(self, world: &World) -> Option<Move> {
        let answers = self != Weather::Silent;
        let reply = if self == Weather::Failing { Reply::Bad } else { Reply::Good };
        if answers && world.flight.is_some() {
            return Some(Move::Flight(reply));
        }
        for (index, call) in world.calls.iter().enumerate() {
            match call.place {
                Place::Kept => {}
                Place::Fetching if answers => return Some(Move::Data(index, reply)),
                Place::Fetching => {}
                Place::Sent(..) => {
                    return Some(Move::Answer(
                        index,
                        match self {
                            Weather::Fair => Answer::Fine,
                            Weather::Silent => Answer::Forgotten,
                            Weather::Failing => Answer::Failed,
                            Weather::Refusing => Answer::Expired,
                        },
                    ));
                }
            }
        }
        world.timer_ms.is_some().then_some(Move::Wait)
    }
}

/// Whether there is a next move while calls have not settled.
pub fn does_not_hang(world: &World, weather: Weather) -> Result<(), Broken> {
    match (world.calls.first(), weather.next(world)) {
        (Some(call), None) => Err(format!("5: a {:?} hangs, and no timer is set", call.kind)),
        _ => Ok(()),
    }
}

/// Whether every call of the world settles.
pub fn settles(world: &World, weather: Weather) -> Result<(), Broken> {
    settles_by(world, weather, |_| false)
}

/// The same, but a world on the way that is known to come to rest is followed no further.
pub fn settles_by(
    world: &World,
    weather: Weather,
    mut is_known: impl FnMut(&World) -> bool,
) -> Result<(), Broken> {
    if world.calls.is_empty() && world.timer_ms.is_none() {
        return Ok(());
    }
    let mut world = world.clone();
    for _ in 0..ENDLESS {
        does_not_hang(&world, weather)?;
        let Some(step) = weather.next(&world) else { return Ok(()) };
        world.make(step)?;
        if is_known(&world) {
            return Ok(());
        }
    }
    Err("5: it goes on for ever".into())
}
