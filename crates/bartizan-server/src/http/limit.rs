//! How many requests one client may make, and who that is.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::{App, Problem, proxy};

/// Counts requests by the address of the client; one of IPv6 by the network that a household has.
pub(super) struct Limiter {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

/// A client may be ahead of its rate by this part of a minute's requests: a page with its pictures, some pages at once.
const BURST_PART: u32 = 4;
/// Clients that are remembered before those that have been quiet are forgotten early.
const MOST_CLIENTS: usize = 100_000;

impl Limiter {
    pub(super) fn new(requests_a_minute: u32) -> Self {
        let rate = NonZeroU32::new(requests_a_minute).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(requests_a_minute / BURST_PART).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(rate).allow_burst(burst)),
            clock: DefaultClock::default(),
        }
    }

    /// Seconds to wait, where a client is too fast.
    fn check(&self, client: IpAddr) -> Result<(), u64> {
        self.limiter
            .check_key(&network(client))
            .map_err(|until| until.wait_time_from(self.clock.now()).as_secs() + 1)
    }

    pub(super) fn forget(&self) {
        self.limiter.retain_recent();
        if self.limiter.len() > MOST_CLIENTS {
            self.limiter.shrink_to_fit();
        }
    }
}

fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        },
        IpAddr::V4(_) => client,
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    address: IpAddr,
    /// Whether it is a program of this machine that asks for itself: no header says that it asks for somebody else.
    pub(super) is_near: bool,
    /// Whether it is a program of this machine, for whomever it asks. A proxy that is believed asks for others.
    is_here: bool,
}

/// The client of a request; none where a test sends requests without a connection.
pub(super) fn client(app: &App, request: &Request) -> Option<Client> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let (peer, headers) = (peer.ip().to_canonical(), request.headers());
    let trusted = &app.settings().trusted_proxies;
    let is_forwarded = proxy::is_forwarded(headers);
    Some(Client {
        address: proxy::client(peer, headers, trusted),
        is_near: peer.is_loopback() && !is_forwarded,
        is_here: peer.is_loopback() && !(is_forwarded && proxy::is_trusted(peer, trusted)),
    })
}

pub(super) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let limited = client(&app, &request)
        .filter(|client| !(client.is_here && app.settings().is_loopback_exempt))
        .map(|client| client.address);
    match limited.map_or(Ok(()), |client| app.limiter().check(client)) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let problem = Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!("more requests than one client may make; try again in {seconds} s"),
            );
            let mut response = problem.into_response();
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_limited_and_its_network_with_it() {
        let limiter = Limiter::new(8);
        let client: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "2001:db8:1::1".parse().unwrap();
        assert!(limiter.check(client).is_ok() && limiter.check(neighbour).is_ok());
        assert!(limiter.check(client).is_err_and(|seconds| seconds > 0));
        assert!(limiter.check(other).is_ok());
        assert_eq!(
            network("::ffff:10.0.0.1".parse().unwrap()),
            "10.0.0.1".parse::<IpAddr>().unwrap()
        );
    }
}
