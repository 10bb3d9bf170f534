//! Bounds: how long a request may take, and how often one client may log in.

use super::state::App;
use crate::protocol::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";
const MINUTE_S: i64 = 60;

/// The other end of the connection that a request came in on.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// How often one client may log in.
pub struct LoginLimits {
    limiter: Option<(DefaultKeyedRateLimiter<IpAddr>, NonZeroU32)>,
    /// Whose word about clients is taken.
    proxies: Vec<IpNet>,
}

impl LoginLimits {
    /// `per_minute` logins of one address; 0: any number. Requests that come from `proxies` are of the address that
    /// these name.
    pub fn new(per_minute: u32, proxies: Vec<IpNet>) -> Self {
        let limiter = NonZeroU32::new(per_minute)
            .map(|rate| (DefaultKeyedRateLimiter::keyed(Quota::per_minute(rate)), rate));
        Self { limiter, proxies }
    }

    /// Forgets clients that are no longer near their bound.
    pub fn sweep(&self) {
        if let Some((limiter, _)) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// Who asks: the peer, or the last address in `X-Forwarded-For` that is no proxy's.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_proxy = |address: IpAddr| self.proxies.iter().any(|net| net.contains(&address));
        let mut client = peer.to_canonical();
        let named = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
        for name in named.iter().rev() {
            if !is_proxy(client) {
                break;
            }
            let Ok(address) = name.parse::<IpAddr>() else { break };
            client = address.to_canonical();
        }
        client
    }
}

/// Whom an address stands for: one customer has a whole /64 of IPv6.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// Middleware of logins: refuses a client that comes too often, before anybody is asked.
pub async fn limit_logins(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let client = peer.map(|Peer(peer)| household(app.login_limits.client(peer.ip(), request.headers())));
    match check(&app, client).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn check(app: &App, client: Option<IpAddr>) -> Result<(), Refusal> {
    let (Some((limiter, rate)), Some(client)) = (&app.login_limits.limiter, client) else {
        return Ok(());
    };
    limiter.check_key(&client).map_err(|early| Refusal::TooMany {
        retry_after_s: early.wait_time_from(DefaultClock::default().now()).as_secs() + 1,
    })?;
    if app.store.is_shared() {
        let now_ms = app.clock.now_ms();
        let logins = app.store.count_login(&client.to_string(), now_ms).await?;
        if logins > i64::from(rate.get()) {
            let rest_s = MINUTE_S - (now_ms / 1000) % MINUTE_S;
            return Err(Refusal::TooMany { retry_after_s: rest_s.unsigned_abs() });
        }
    }
    Ok(())
}

/// Middleware that gives a request up when it takes too long, whatever it waits for.
pub async fn limit_time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(app.behaviour.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let refusal = Refusal::Request {
                status: StatusCode::REQUEST_TIMEOUT,
                code: "ERR_TIMEOUT",
                message: "请求超时，请稍后再试".to_owned(),
            };
            refusal.into_response()
        }
    }
}
