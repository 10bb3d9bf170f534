//! Long random walks: worlds with many calls at once, in which everything can happen, get one random move after the
//! other. The same seed always gives the same walk.

use super::calm::{self, Weather};
use super::moves::{Kind, Left, Move};
use super::scenes;
use super::search::{Bounds, Found};
use super::strays;
use super::world::{Fault, World};

/// The number of moves in a world. Then the world comes to rest, and the next one begins.
const MOVES_A_WORLD: usize = 250;
/// Between two moves, stray inputs are tried once in this many times, on average.
const STRAYS: u64 = 16;

/// Random numbers: Marsaglia's xorshift.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[(self.next() % all.len() as u64) as usize]
    }
}

/// The counts of a walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Moves.
    pub moves: usize,
    /// Calls that were made.
    pub calls: u64,
    /// `wx.login` calls.
    pub logins: u64,
    /// Sessions that the server refused.
    pub refused: u64,
}

/// Walks at least `moves` moves, until the last world is at rest.
///
/// # Errors
///
/// If a rule is broken: a story that does it, without superfluous moves, and its world.
pub fn walk(seed: u64, moves: usize, fault: Option<Fault>) -> Result<Walked, Box<(Found, Bounds)>> {
    // The seed must not be 0, because xorshift would give nothing but 0.
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut walked = Walked::default();
    while walked.moves < moves {
        let bounds = Bounds {
            at_once: chance.one_of(&[1, 3, 12]),
            logins: 6,
            chance: chance.one_of(&[0.0, 0.3, 0.999]),
            every_timer: chance.one_of(&[true, false]),
            fault,
            ..scenes::everything()
        };
        let left = chance.one_of(bounds.left);
        let mut story = Vec::new();
        if let Err((broken, weather)) = in_one_world(&bounds, left, &mut chance, &mut story, &mut walked) {
            let found = Found { broken, left, story, weather };
            return Err(Box::new((shortened(found, &bounds), bounds)));
        }
    }
    Ok(walked)
}

type Failed = (String, Option<Weather>);

fn in_one_world(
    bounds: &Bounds,
    left: Left,
    chance: &mut Chance,
    story: &mut Vec<Move>,
    walked: &mut Walked,
) -> Result<(), Failed> {
    let mut world = start(bounds, left).map_err(|broken| (broken, None))?;
    for _ in 0..MOVES_A_WORLD {
        let step = likely(&bounds.moves(&world), chance);
        story.push(step);
        let logins = world.key;
        world.make(step).map_err(|broken| (broken, None))?;
        walked.moves += 1;
        walked.logins += u64::from(world.key > logins && !matches!(step, Move::OtherCopy(_)));
        if chance.next().is_multiple_of(STRAYS) {
            strays::change_nothing(&world, world.fingerprint()).map_err(|broken| (broken, None))?;
        }
    }
    walked.calls += u64::from(world.made);
    walked.refused += world.sessions.iter().filter(|session| session.refused).count() as u64;
    let weather = chance.one_of(&Weather::ALL);
    calm::settles(&world, weather).map_err(|broken| (broken, Some(weather)))
}

fn start(bounds: &Bounds, left: Left) -> Result<World, String> {
    World::new(bounds.settings.clone(), left, bounds.chance, bounds.fault)
}

/// A random move. Calls, answers and time are more likely than moves that end everything.
fn likely(moves: &[Move], chance: &mut Chance) -> Move {
    loop {
        let step = chance.one_of(moves);
        let in_how_many = match step {
            Move::Start(Kind::Plain) | Move::Answer(..) | Move::Data(..) | Move::Flight(_) => 1,
            Move::Start(_) | Move::Wait | Move::Timer => 2,
            Move::Abort(_) | Move::Observe(_) | Move::OtherCopy(_) | Move::SetClock | Move::Returned => 8,
            Move::LogOut | Move::Configure(_) | Move::Trap => 24,
        };
        if chance.next().is_multiple_of(in_how_many) {
            return step;
        }
    }
}

/// The story without superfluous moves.
fn shortened(mut found: Found, bounds: &Bounds) -> Found {
    let mut length = found.story.len().div_ceil(2);
    while length > 0 {
        let mut at = 0;
        while at < found.story.len() {
            let mut story = found.story.clone();
            story.drain(at..(at + length).min(story.len()));
            match breaks(&found, &story, bounds) {
                Some(broken) => (found.story, found.broken) = (story, broken),
                None => at += length,
            }
        }
        length /= 2;
    }
    while let Some((story, broken)) = without_two(&found, bounds) {
        (found.story, found.broken) = (story, broken);
    }
    found
}

/// The story without two of its moves, such as a call and its answer, if the rest breaks a rule as well.
fn without_two(found: &Found, bounds: &Bounds) -> Option<(Vec<Move>, String)> {
    for second in 1..found.story.len() {
        for first in 0..second {
            let mut story = found.story.clone();
            story.remove(second);
            story.remove(first);
            if let Some(broken) = breaks(found, &story, bounds) {
                return Some((story, broken));
            }
        }
    }
    None
}

/// The rule that the story breaks, if any. A story with an impossible move breaks none.
fn breaks(found: &Found, story: &[Move], bounds: &Bounds) -> Option<String> {
    let mut world = start(bounds, found.left).ok()?;
    for step in story {
        if !bounds.moves(&world).contains(step) {
            return None;
        }
        if let Err(broken) = world.make(*step) {
            return Some(broken);
        }
    }
    let strays = strays::change_nothing(&world, world.fingerprint()).err();
    strays.or_else(|| calm::settles(&world, found.weather?).err())
}

/// Makes the moves that `choose` names until it names none, then lets the world come to rest.
///
/// # Errors
///
/// The rule that was broken, and the moves.
pub fn play(
    bounds: &Bounds,
    left: Left,
    weather: Weather,
    mut choose: impl FnMut(&World) -> Option<Move>,
) -> Result<(), (String, Vec<Move>)> {
    let mut story = Vec::new();
    let mut world = start(bounds, left).map_err(|broken| (broken, Vec::new()))?;
    while let Some(step) = choose(&world) {
        story.push(step);
        world.make(step).map_err(|broken| (broken, story.clone()))?;
    }
    let end =
        strays::change_nothing(&world, world.fingerprint()).and_then(|()| calm::settles(&world, weather));
    end.map_err(|broken| (broken, story))
}
