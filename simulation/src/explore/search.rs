//! The search. It is breadth first, so that the first story that it finds to break a rule is a shortest one.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::time::{Duration, Instant};

use wafer_client_wasm::core::Settings;

use super::calm::{self, Weather};
use super::fingerprint::Fingerprint;
use super::moves::{Answer, Change, Kind, Left, Move, Reply};
use super::strays;
use super::world::{Asked, Broken, Fault, Place, World};

/// What may happen in the worlds that are explored.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// What the first launch may find in the storage.
    pub left: &'static [Left],
    /// The settings at the start.
    pub settings: Settings,
    /// Which calls the app makes.
    pub kinds: &'static [Kind],
    /// The most calls at once. There may be any number of calls one after the other.
    pub at_once: usize,
    /// A person asks for a login only while fewer logins than this count.
    pub logins: usize,
    /// How the configuration may change.
    pub changes: &'static [Change],
    /// What another copy of the SDK may leave in the storage.
    pub others: &'static [Left],
    /// How a check, a step of a login or a wish for user data may be answered.
    pub replies: &'static [Reply],
    /// How a request may be answered.
    pub answers: &'static [Answer],
    /// The random part of the wait after a login that fails, as a share of the longest wait; with 0, nobody waits.
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
    /// Whether other moves may come between any two timers, or only after a timer that has an effect.
    pub every_timer: bool,
    /// After this many states the search ends, even if there are more.
    pub most_states: usize,
    /// A fault that is planted in the host.
    pub fault: Option<Fault>,
}

/// The result of a search so far.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The number of different worlds.
    pub states: usize,
    /// The number of moves from a world to another, or to the same one.
    pub moves: u64,
    /// The number of moves to the world that is furthest from the start.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether all worlds that can be reached were looked at.
    pub is_whole: bool,
}

impl fmt::Display for Seen {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let Seen { states, moves, depth, took, is_whole } = self;
        let all = if *is_whole { "all of them" } else { "and there are more" };
        write!(to, "{states} states ({all}), {moves} moves, {depth} deep, {:.1} s", took.as_secs_f64())
    }
}

/// A story that breaks a rule. No shorter story does, if the first move of the weather counts as well.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule.
    pub broken: Broken,
    /// What the first launch finds in the storage.
    pub left: Left,
    /// The moves that follow.
    pub story: Vec<Move>,
    /// The weather that follows the story, if only that breaks the rule.
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

    /// The world at the start.
    fn first(&self, left: Left) -> Result<World, Broken> {
        World::new(self.settings.clone(), left, self.chance, self.fault)
    }

    /// Looks at every world that these moves can lead to. `each` is called with every possible move.
    ///
    /// # Errors
    ///
    /// If a rule is broken: a shortest story that does it.
    pub fn explore(&self, mut each: impl FnMut(&Step)) -> Result<Seen, Box<Found>> {
        let began = Instant::now();
        let mut search = Search { bounds: self, worlds: Worlds::default(), trail: Vec::new() };
        let mut seen = Seen { states: 0, moves: 0, depth: 0, took: Duration::ZERO, is_whole: true };
        for (index, left) in self.left.iter().enumerate() {
            let found = |broken| Box::new(Found { broken, left: *left, story: Vec::new(), weather: None });
            search.arrive(&self.first(*left).map_err(found)?, ROOT, index)?;
        }
        let mut way = Way::default();
        let mut own = 0;
        // New worlds are added to the end of the trail; those from `own` on have not been looked at yet.
        while own < search.trail.len() {
            way.lead(&search, own as u32);
            let world = way.end();
            seen.depth = seen.depth.max(way.worlds.len() - 1);
            let steps = Weather::ALL.map(|weather| weather.next(world));
            let mut calmer = [None; Weather::ALL.len()];
            for (index, step) in self.moves(world).into_iter().enumerate() {
                let mut next = world.clone();
                seen.moves += 1;
                next.make(step).map_err(|broken| search.found(broken, own as u32, Some(step), None))?;
                each(&Step { before: world, step, after: &next, from: own as u32, seen, search: &search });
                let fingerprint = search.arrive(&next, own as u32, index)?;
                for (weather, wanted) in steps.iter().enumerate() {
                    if *wanted == Some(step) {
                        calmer[weather] = Some(fingerprint);
                    }
                }
            }
            for (weather, calmer) in Weather::ALL.into_iter().zip(calmer) {
                let settles = search.settles(world, weather, calmer);
                settles.map_err(|broken| search.found(broken, own as u32, None, Some(weather)))?;
            }
            own += 1;
            if search.trail.len() > self.most_states {
                seen.is_whole = false;
                break;
            }
        }
        (seen.states, seen.took) = (search.trail.len(), began.elapsed());
        Ok(seen)
    }
}

/// A possible move.
pub struct Step<'a> {
    /// The world before it.
    pub before: &'a World,
    /// The move.
    pub step: Move,
    /// The world after it.
    pub after: &'a World,
    from: u32,
    seen: Seen,
    search: &'a Search<'a>,
}

impl Step<'_> {
    /// The progress of the search: what it has seen, and how many worlds it has looked at.
    pub fn so_far(&self) -> (Seen, usize) {
        (Seen { states: self.search.trail.len(), is_whole: false, ..self.seen }, self.from as usize)
    }

    /// A shortest story that ends with this move. `what` stands in the place of the broken rule.
    pub fn story(&self, what: &str) -> Found {
        *self.search.found(what.to_owned(), self.from, Some(self.step), None)
    }
}

/// The place before the first world of a trail.
const ROOT: u32 = u32::MAX;

/// What is known of each world, by its fingerprint: one bit for each [`Weather`] in which all of its calls settle, and
/// [`MET`].
type Worlds = HashMap<Bytes, u8, BuildHasherDefault<FirstBytes>>;

/// A fingerprint without alignment: together with the knowledge of its world it takes 17 bytes.
#[derive(PartialEq, Eq)]
struct Bytes([u8; 16]);

impl From<Fingerprint> for Bytes {
    fn from(fingerprint: Fingerprint) -> Self {
        Bytes(fingerprint.to_le_bytes())
    }
}

impl Hash for Bytes {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write(&self.0);
    }
}

fn bit(weather: Weather) -> u8 {
    1 << weather as u8
}

/// The explored moves lead to the world.
const MET: u8 = 1 << 7;

/// A fingerprint is evenly distributed already: half of it serves as the hash.
#[derive(Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Search<'a> {
    bounds: &'a Bounds,
    worlds: Worlds,
    /// How each world was first reached: from which world, and by which of the moves that are possible there.
    trail: Vec<(u32, u16)>,
}

/// The worlds on the way to the one that is looked at, with their places in the trail. Worlds are not stored, because
/// millions of them wait. Each is made anew by the moves that led to it; neighbours in the trail have most of these
/// moves in common.
#[derive(Default)]
struct Way {
    worlds: Vec<(u32, World)>,
    steps: Vec<u32>,
}

impl Way {
    /// Makes the world at the place `to` of the trail.
    fn lead(&mut self, search: &Search, to: u32) {
        self.steps.clear();
        let mut at = to;
        // Later places are at least as far from the start.
        while at != ROOT && !self.worlds.iter().rev().any(|(place, _)| *place == at) {
            self.steps.push(at);
            at = search.trail[at as usize].0;
        }
        let common = self.worlds.iter().rposition(|(place, _)| *place == at).map_or(0, |last| last + 1);
        self.worlds.truncate(common);
        for place in self.steps.drain(..).rev() {
            let index = usize::from(search.trail[place as usize].1);
            let mut world = match self.worlds.last() {
                None => search.bounds.first(search.bounds.left[index]).expect("it could be made before"),
                Some((_, before)) => {
                    let mut world = before.clone();
                    world.make(search.bounds.moves(before)[index]).expect("it could be made before");
                    world
                }
            };
            world.commands = Vec::new();
            self.worlds.push((place, world));
        }
    }

    fn end(&self) -> &World {
        &self.worlds.last().expect("a way leads to a world").1
    }
}

impl Search<'_> {
    /// Notes that a world was reached. If it is new, checks what must hold in every world.
    fn arrive(&mut self, world: &World, from: u32, step: usize) -> Result<Fingerprint, Box<Found>> {
        let fingerprint = world.fingerprint();
        let known = self.worlds.entry(fingerprint.into()).or_default();
        if *known & MET != 0 {
            return Ok(fingerprint);
        }
        *known |= MET;
        self.trail.push((from, step as u16));
        let own = self.trail.len() as u32 - 1;
        let strays = strays::change_nothing(world, fingerprint);
        strays.map_err(|broken| self.found(broken, own, None, None))?;
        for weather in Weather::ALL {
            calm::does_not_hang(world, weather)
                .map_err(|broken| self.found(broken, own, None, Some(weather)))?;
        }
        Ok(fingerprint)
    }

    /// Checks that every call of the world settles. The worlds on the way then settle as well, and are not checked
    /// again. `calmer` is the next world in this weather, if it is known.
    fn settles(
        &mut self,
        world: &World,
        weather: Weather,
        calmer: Option<Fingerprint>,
    ) -> Result<(), Broken> {
        let mut is_known = |fingerprint: Fingerprint| {
            self.worlds.get(&fingerprint.into()).is_some_and(|known| known & bit(weather) != 0)
        };
        let mut way = vec![world.fingerprint()];
        if !is_known(way[0]) && !calmer.is_some_and(&mut is_known) {
            calm::settles_by(world, weather, |world| {
                way.push(world.fingerprint());
                way.last().copied().is_some_and(&mut is_known)
            })?;
        }
        way.into_iter().for_each(|fingerprint| {
            *self.worlds.entry(fingerprint.into()).or_default() |= bit(weather);
        });
        Ok(())
    }

    /// The story that leads to the world at `at`, and then to `last` and `weather`.
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
    /// Whether this can be the answer to a flight of this kind.
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
