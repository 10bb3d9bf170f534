//! The search: breadth first, so that the first story that breaks a rule is a shortest one.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::time::{Duration, Instant};

use wafer_client_wasm::core::Settings;

use super::calm::{self, Weather};
use super::moves::{Answer, Change, Kind, Left, Move, Reply};
use super::strays;
use super::world::{Asked, Broken, Fault, Place, World};

/// What may happen in the worlds that are explored.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// What the first launch finds in the storage.
    pub left: &'static [Left],
    /// What is configured at first.
    pub settings: Settings,
    /// Which calls the app makes.
    pub kinds: &'static [Kind],
    /// How many calls there are at once at most. There may be any number one after the other.
    pub at_once: usize,
    /// How many logins of the last minute there may be when a person asks for another one.
    pub logins: usize,
    /// How the configuration may change.
    pub changes: &'static [Change],
    /// What another copy of the SDK may leave in the storage.
    pub others: &'static [Left],
    /// How a check or a step of a login may be answered, and a wish for user data.
    pub replies: &'static [Reply],
    /// How a request may be answered.
    pub answers: &'static [Answer],
    /// What chance gives a login to wait should it fail, of the longest time; with 0, nobody waits.
    pub chance: f64,
    /// Whether listeners come and go.
    pub listeners: bool,
    /// Whether the app logs out.
    pub log_out: bool,
    /// Whether the app aborts calls.
    pub aborts: bool,
    /// Whether instances are lost.
    pub traps: bool,
    /// Whether the user sets the clock.
    pub clock: bool,
    /// Whether something may happen between any two timers, or only after one of which something comes.
    pub every_timer: bool,
    /// After so many states, the search ends before it has seen them all.
    pub most_states: usize,
    /// A fault of the host.
    pub fault: Option<Fault>,
}

/// What the search has seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Worlds that differ.
    pub states: usize,
    /// Moves from one to another, or to the same.
    pub moves: u64,
    /// The longest of the shortest stories.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether there are no others.
    pub is_whole: bool,
}

impl fmt::Display for Seen {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let Seen { states, moves, depth, took, is_whole } = self;
        let all = if *is_whole { "all of them" } else { "and there are more" };
        write!(to, "{states} states ({all}), {moves} moves, {depth} deep, {:.1} s", took.as_secs_f64())
    }
}

/// A story that breaks a rule; there is no shorter one.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule.
    pub broken: Broken,
    /// What the first launch finds.
    pub left: Left,
    /// What happens then.
    pub story: Vec<Move>,
    /// What lets the end of the story show itself, if that breaks the rule and no move does.
    pub weather: Option<Weather>,
}

impl Bounds {
    /// The moves that are possible in a world.
    pub fn moves(&self, world: &World) -> Vec<Move> {
        let mut moves = Vec::new();
        if world.calls.len() < self.at_once {
            let is_calm = world.logins.len() < self.logins;
            let kinds = self.kinds.iter().filter(|kind| is_calm || !kind.is_asked_for());
            moves.extend(kinds.map(|kind| Move::Start(*kind)));
        }
        for (index, call) in world.calls.iter().enumerate() {
            match &call.place {
                Place::Kept => {}
                Place::Fetching => {
                    let replies = self.replies.iter().filter(|reply| reply.is_of_data());
                    moves.extend(replies.map(|reply| Move::Data(index, *reply)));
                }
                Place::Sent(..) => {
                    moves.extend(self.answers.iter().map(|answer| Move::Answer(index, *answer)))
                }
            }
            if self.aborts {
                moves.push(Move::Abort(index));
            }
        }
        if let Some(flight) = world.flight {
            let replies = self.replies.iter().filter(|reply| reply.is_of(flight.asked));
            moves.extend(replies.map(|reply| Move::Flight(*reply)));
        }
        if world.timer_ms.is_some() {
            moves.push(if self.every_timer { Move::Timer } else { Move::Wait });
        } else if world.backs_off.0 > world.now_ms {
            moves.push(Move::Wait);
        }
        if self.chance > 0.0 {
            moves.push(Move::Returned);
        }
        if self.log_out {
            moves.push(Move::LogOut);
        }
        moves.extend(self.changes.iter().map(|change| Move::Configure(*change)));
        if self.listeners {
            moves.push(Move::Observe(!world.is_observed));
        }
        moves.extend(self.others.iter().map(|left| Move::OtherCopy(*left)));
        if self.traps {
            moves.push(Move::Trap);
        }
        if self.clock && !world.is_clock_news {
            moves.push(Move::SetClock);
        }
        moves
    }

    /// A world in which nothing has happened.
    fn first(&self, left: Left) -> Result<World, Broken> {
        World::new(self.settings.clone(), left, self.chance, self.fault)
    }

    /// Looks at every world that can come of these moves; `each` is shown every move that can be made.
    ///
    /// # Errors
    ///
    /// A shortest story that breaks a rule.
    pub fn explore(&self, mut each: impl FnMut(&Step)) -> Result<Seen, Box<Found>> {
        let began = Instant::now();
        let mut search =
            Search { bounds: self, worlds: Worlds::default(), trail: Vec::new(), ahead: VecDeque::new() };
        let mut seen = Seen { states: 0, moves: 0, depth: 0, took: Duration::ZERO, is_whole: true };
        for (index, left) in self.left.iter().enumerate() {
            let found = |broken| Box::new(Found { broken, left: *left, story: Vec::new(), weather: None });
            search.arrive(self.first(*left).map_err(found)?, ROOT, index, 0)?;
        }
        while let Some((from, depth, world)) = search.ahead.pop_front() {
            seen.depth = seen.depth.max(depth);
            for (index, step) in self.moves(&world).into_iter().enumerate() {
                let mut next = world.clone();
                seen.moves += 1;
                next.make(step).map_err(|broken| search.found(broken, from, Some(step), None))?;
                each(&Step { before: &world, step, after: &next, from, search: &search });
                search.arrive(next, from, index, depth + 1)?;
            }
            if search.trail.len() > self.most_states {
                seen.is_whole = false;
                break;
            }
        }
        (seen.states, seen.took) = (search.trail.len(), began.elapsed());
        Ok(seen)
    }
}

/// A move that can be made.
pub struct Step<'a> {
    /// The world before it.
    pub before: &'a World,
    /// The move.
    pub step: Move,
    /// The world after it.
    pub after: &'a World,
    from: u32,
    search: &'a Search<'a>,
}

impl Step<'_> {
    /// A shortest story that ends with this move; `what` says what it shows.
    pub fn story(&self, what: &str) -> Found {
        *self.search.found(what.to_owned(), self.from, Some(self.step), None)
    }
}

/// Where the trail of a first launch begins.
const ROOT: u32 = u32::MAX;

/// What is known of worlds, by their fingerprints: bits for each [`Weather`] in which all calls are known to settle, and
/// [`MET`].
type Worlds = HashMap<u64, u8, BuildHasherDefault<Fingerprint>>;

/// The world can come of the moves that are explored.
const MET: u8 = 1 << 7;

/// A fingerprint is spread evenly as it is.
#[derive(Default)]
struct Fingerprint(u64);

impl Hasher for Fingerprint {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a fingerprint is a number");
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Search<'a> {
    bounds: &'a Bounds,
    worlds: Worlds,
    /// How each world was first reached: from which one, and by which of the moves that are possible there.
    trail: Vec<(u32, u16)>,
    ahead: VecDeque<(u32, usize, World)>,
}

impl Search<'_> {
    /// A world was reached. If it is a new one, what must hold in every world is looked at.
    fn arrive(&mut self, mut world: World, from: u32, step: usize, depth: usize) -> Result<(), Box<Found>> {
        let known = self.worlds.entry(world.fingerprint()).or_default();
        if *known & MET != 0 {
            return Ok(());
        }
        *known |= MET;
        self.trail.push((from, step as u16));
        let own = self.trail.len() as u32 - 1;
        strays::change_nothing(&world).map_err(|broken| self.found(broken, own, None, None))?;
        for weather in Weather::ALL {
            let settled = self.settles(&world, *weather);
            settled.map_err(|broken| self.found(broken, own, None, Some(*weather)))?;
        }
        // Millions of worlds wait here, and what led to them matters no more.
        world.commands = Vec::new();
        self.ahead.push_back((own, depth, world));
        Ok(())
    }

    /// Whether every call of the world settles. All that is met on the way does as well, and is not looked at again.
    fn settles(&mut self, world: &World, weather: Weather) -> Result<(), Broken> {
        let bit = 1 << weather as u8;
        let mut way = Vec::new();
        calm::settles_by(world, weather, |world| {
            let fingerprint = world.fingerprint();
            way.push(fingerprint);
            self.worlds.get(&fingerprint).is_some_and(|known| known & bit != 0)
        })?;
        way.into_iter().for_each(|fingerprint| *self.worlds.entry(fingerprint).or_default() |= bit);
        Ok(())
    }

    /// The story that ends here.
    fn found(&self, broken: Broken, at: u32, last: Option<Move>, weather: Option<Weather>) -> Box<Found> {
        let (mut steps, mut at) = (Vec::new(), at);
        while at != ROOT {
            let (from, step) = self.trail[at as usize];
            steps.push(step as usize);
            at = from;
        }
        let left = self.bounds.left[steps.pop().expect("a trail begins with what a launch finds")];
        let mut world = self.bounds.first(left).expect("it could be made before");
        let mut story = Vec::new();
        for index in steps.into_iter().rev() {
            let step = self.bounds.moves(&world)[index];
            story.push(step);
            world.make(step).expect("it could be made before");
        }
        story.extend(last);
        Box::new(Found { broken, left, story, weather })
    }
}

impl Reply {
    /// Whether a flight of this kind can be answered so.
    fn is_of(self, asked: Asked) -> bool {
        match self {
            Reply::Good | Reply::Bad => true,
            Reply::NotStored | Reply::StorageStuck | Reply::Busy => matches!(asked, Asked::Request { .. }),
            Reply::Failed => asked != Asked::Check,
            Reply::Denied => asked == Asked::UserInfo,
            Reply::Unavailable => asked == Asked::Code,
        }
    }

    fn is_of_data(self) -> bool {
        !matches!(self, Reply::NotStored | Reply::StorageStuck | Reply::Busy)
    }
}
