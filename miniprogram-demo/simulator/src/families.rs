//! Serves both families of clients: each has the API under a prefix of its own, on the same users and sessions.

use axum::extract::{MatchedPath, Request};
use wafer_session_server::protocol::Protocol;

/// The prefix of each family.
pub const BY_PREFIX: [(&str, Protocol); 2] = [("/wafer", Protocol::Wafer), ("/wafer2", Protocol::Wafer2)];

/// The route of a request, such as `/tunnel/{id}`, or its path if there is no route. The prefix of a family is left
/// out.
pub fn route_of(request: &Request) -> &str {
    let Some(route) = request.extensions().get::<MatchedPath>() else { return request.uri().path() };
    let route = route.as_str();
    BY_PREFIX
        .iter()
        .find_map(|(prefix, _)| route.strip_prefix(prefix).filter(|rest| rest.starts_with('/')))
        .unwrap_or(route)
}
