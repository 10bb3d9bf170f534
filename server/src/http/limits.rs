//! Bounds: how long a request may take, and how often one client may log in.

use crate::protocol::Refusal;
use crate::store::Store;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, StatusCode, Version, header};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use ipnet::IpNet;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tower_http::timeout::TimeoutBody;

/// Largest body, apart from uploads.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
const FORWARDED_FOR: &str = "x-forwarded-for";
const MINUTE_S: i64 = 60;
/// A client whose login finds all places taken is asked to come back after this many seconds.
const BUSY_S: u64 = 2;

/// The other end of the connection that a request came in on.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// How often each client logs in.
struct Rates {
    limiter: DefaultKeyedRateLimiter<Counted>,
    per_minute: NonZeroU32,
    slots: RandomState,
}

/// Whom a login is counted for.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Counted {
    Client(IpAddr),
    /// Beyond `Rates::MAX_CLIENTS` clients, the others share slots; the clients of a slot share one bound.
    Slot(u16),
}

impl Rates {
    /// The most clients that are counted one by one: somebody who comes from ever new addresses must not fill the
    /// memory.
    const MAX_CLIENTS: usize = 1 << 16;

    fn new(per_minute: NonZeroU32) -> Self {
        let limiter = DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_minute));
        Self { limiter, per_minute, slots: RandomState::new() }
    }

    fn check(&self, client: IpAddr) -> Result<(), Refusal> {
        let counted = if self.limiter.len() < Self::MAX_CLIENTS {
            Counted::Client(client)
        } else {
            Counted::Slot(self.slots.hash_one(client) as u16)
        };
        self.limiter.check_key(&counted).map_err(|early| Refusal::TooMany {
            retry_after_s: early.wait_time_from(DefaultClock::default().now()).as_secs() + 1,
        })
    }
}

/// Bounds on logins.
pub struct LoginLimits {
    rates: Option<Rates>,
    /// Places for logins that wait for WeChat or the database.
    places: Semaphore,
    /// Proxies whose `X-Forwarded-For` is believed.
    proxies: Vec<IpNet>,
}

impl LoginLimits {
    /// `per_minute` bounds the logins of one address (0: any number), `at_a_time` those of all clients together. The
    /// address of a request that comes from `proxies` is the one that they name.
    pub fn new(per_minute: u32, at_a_time: usize, proxies: Vec<IpNet>) -> Self {
        let rates = NonZeroU32::new(per_minute).map(Rates::new);
        Self { rates, places: Semaphore::new(at_a_time.min(Semaphore::MAX_PERMITS)), proxies }
    }

    /// Forgets clients that are no longer near their bound.
    pub fn sweep(&self) {
        if let Some(Rates { limiter, .. }) = &self.rates {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// Admits a login that `peer` asks for, unless its client comes too often or too many logins are under way. A
    /// refused login is told so at once, and is not kept in a queue: a client that waits gives up, comes back, and
    /// finds itself behind all those who did the same.
    pub async fn admit(
        &self,
        peer: Option<Peer>,
        headers: &HeaderMap,
        store: &Store,
        now_ms: i64,
    ) -> Result<SemaphorePermit<'_>, Refusal> {
        let client = peer.map(|Peer(peer)| household(self.client(peer.ip(), headers)));
        let bound = self.rates.as_ref().zip(client);
        if let Some((rates, client)) = bound {
            rates.check(client)?;
        }
        let place = self.places.try_acquire().map_err(|_| Refusal::Busy { retry_after_s: BUSY_S })?;
        if let Some((rates, client)) = bound
            && store.is_shared()
        {
            let logins = store.count_login(&client.to_string(), now_ms).await?;
            if logins > i64::from(rates.per_minute.get()) {
                let rest_s = MINUTE_S - (now_ms / 1000) % MINUTE_S;
                return Err(Refusal::TooMany { retry_after_s: rest_s.unsigned_abs() });
            }
        }
        Ok(place)
    }

    /// The client's address: the peer, or the last address in `X-Forwarded-For` that does not belong to a proxy.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_proxy = |address: IpAddr| self.proxies.iter().any(|net| net.contains(&address));
        let mut client = peer.to_canonical();
        let named = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
        for name in named.iter().rev() {
            if !is_proxy(client) {
                break;
            }
            let Some(address) = forwarded_address(name) else { break };
            client = address.to_canonical();
        }
        client
    }
}

/// An address as proxies write it: some put the port behind it, and then an address of IPv6 into brackets.
fn forwarded_address(name: &str) -> Option<IpAddr> {
    let with_port = || name.parse().map(|address: SocketAddr| address.ip()).ok();
    let in_brackets = || name.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    name.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// The address under which logins are counted. One customer of a provider has a whole /64 of IPv6.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// Whether the request has one `Host`, as RFC 9112 demands; HTTP/1.0 does without. Of two, a proxy in front may have
/// looked at the other one.
pub fn names_its_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(_), only) => only.is_none(),
        (None, _) => request.version() < Version::HTTP_11,
    }
}

/// Sets bounds on the body of a request: its size, and the longest `silence` within it.
pub fn bound_body(request: &mut Request, silence: Duration) {
    if !request.body().is_end_stream() {
        DefaultBodyLimit::max(MAX_BODY_BYTES).apply(request);
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = Body::new(TimeoutBody::new(silence, body));
    }
}

/// The answer to a request that took longer than it may, whatever it waited for.
pub fn too_late() -> Refusal {
    Refusal::Request {
        status: StatusCode::REQUEST_TIMEOUT,
        code: "ERR_TIMEOUT",
        message: "请求超时，请稍后再试".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn clients_from_ever_new_addresses_take_no_more_memory_and_are_still_bounded() {
        let rates = Rates::new(NonZeroU32::MIN);
        let first = IpAddr::V4(Ipv4Addr::from_bits(0));
        assert!(rates.check(first).is_ok());
        assert!(rates.check(first).is_err(), "it comes too often");
        let admitted =
            (1..1_000_000).filter(|address| rates.check(Ipv4Addr::from_bits(*address).into()).is_ok());
        let bound = Rates::MAX_CLIENTS + usize::from(u16::MAX) + 1;
        // A slot may admit a second login while the test runs.
        assert!(admitted.count() <= 2 * bound);
        assert!(rates.limiter.len() <= bound, "{}", rates.limiter.len());
    }
}
