//! In every state of the core: an input that comes late, twice or for an unknown call changes nothing, and a call that
//! the pass lets go would go the same way through the core.

use wafer_client_wasm::core::{CallId, Command, FlightId, Input, Word};

use super::fingerprint::Fingerprint;
use super::moves::Kind;
use super::value::Token;
use super::world::{Broken, Place, World};

/// The number of earlier flights for which late answers are tried.
const OLD_FLIGHTS: u32 = 2;
/// The id of a call that does not exist.
const NOBODY: CallId = CallId(0x00ff_ffff);

/// Hands such inputs to the core of a copy of this world, and checks that nothing changes.
pub fn change_nothing(world: &World, fingerprint: Fingerprint) -> Result<(), Broken> {
    let mut copy = world.clone();
    let newest = world.core.newest_flight().0;
    let own = world.flight.map(|flight| flight.id);
    let old =
        (newest.saturating_sub(OLD_FLIGHTS)..=newest + 1).map(FlightId).filter(|flight| Some(*flight) != own);
    for flight in old {
        let body = Token::of(&[(Word::Magic, Token::Number(1)), (Word::Session, Token::session(0))]);
        let detail = body.clone();
        for input in [
            Input::Checked { flight, valid: true },
            Input::Checked { flight, valid: false },
            Input::Code { flight, code: Token::Code(0), random: world.chance },
            Input::LoginUnavailable { flight },
            Input::LoginUserInfo { flight, data: Token::user_info(0) },
            Input::LoginAnswered { flight, status: 200, body, detail },
            Input::LoginFailed { flight, error: Token::Nothing },
        ] {
            is_nothing(&mut copy, input)?;
        }
    }
    is_nothing(&mut copy, Input::Abort(NOBODY))?;
    is_nothing(&mut copy, Input::Stored(Token::session(0)))?;
    is_nothing(&mut copy, Input::UserInfo { call: NOBODY, data: Token::user_info(0) })?;
    is_nothing(&mut copy, Input::UserInfoFailed { call: NOBODY, error: Token::Nothing })?;
    for call in &world.calls {
        let call = call.id;
        is_nothing(&mut copy, Input::Pending { call, waited_ms: 30_000.0, timeout_ms: 0.0 })?;
    }
    if !world.is_clock_news && copy.fingerprint() != fingerprint {
        return Err("what comes late or to nobody changes the state".into());
    }
    passes(&mut copy)
}

fn is_nothing(world: &mut World, input: Input<Token>) -> Result<(), Broken> {
    world.core.handle(input.clone(), world.clock_ms());
    match world.core.poll() {
        None => Ok(()),
        Some(command) => Err(format!("{input:?} comes late or to nobody, and leads to {command:?}")),
    }
}

/// Checks that a call that goes out under the pass would go out through the core as well, signed by the same session
/// and without any other effect, and that the core would settle it by the same plain answer.
fn passes(world: &mut World) -> Result<(), Broken> {
    let Some(pass) = world.core.pass() else { return Ok(()) };
    for kind in [Kind::Plain, Kind::Bare, Kind::OwnData] {
        if !world.is_trusted(kind) || (kind.insists() && !pass.login) {
            continue;
        }
        world.core.handle(Input::Start(NOBODY, kind.options(world.key)), world.clock_ms());
        let sent = match (world.core.poll(), world.core.poll()) {
            (Some(Command::Send { call, .. }), None) if call.signed_by == Some(pass.generation) => call,
            led_to => {
                return Err(format!("10: the pass lets a {kind:?} go that the core would not: {led_to:?}"));
            }
        };
        world
            .core
            .handle(Input::Answered { call: sent, status: 200, body: Token::of(&[]) }, world.clock_ms());
        match (world.core.poll(), world.core.poll()) {
            (Some(Command::Succeed(NOBODY)), None) => {}
            led_to => return Err(format!("10: a plain answer is none to the core: {led_to:?}")),
        }
    }
    for call in &world.calls {
        if let Place::Sent(sent, _) = &call.place {
            let answered = Input::Answered { call: sent.clone(), status: 200, body: Token::of(&[]) };
            world.core.handle(answered, world.clock_ms());
            if world.core.poll() != Some(Command::Succeed(call.id)) || world.core.poll().is_some() {
                return Err("10: a plain answer is none to the core".into());
            }
        }
    }
    Ok(())
}
