//! Whether somebody who sits at this machine asks this server itself.
//!
//! Until there are accounts, what is for maintainers is answered to them only. A page of another site can have a browser of
//! this machine send requests here, under a name that it lets lead to this machine (DNS rebinding), and a proxy of this
//! machine asks for strangers: so the address of the peer is not enough. All of these must hold, and what is not known does
//! not: the server listens on loopback, stands behind nothing, the peer is of loopback, no header says that anybody else asks,
//! and the host that was asked for is a name of loopback.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName, Uri, header},
};

use super::App;

/// Headers by which a proxy tells for whom it asks, or that it asks.
const OF_PROXIES: [HeaderName; 8] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
];

/// Whether somebody who sits at this machine asks this server itself.
pub(super) fn is_near(app: &App, uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let settings = app.settings();
    let is_alone = settings.is_listening_near
        && settings.prefix.is_empty()
        && settings.trusted_proxies.is_empty();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let is_peer_near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    let is_direct = !OF_PROXIES.iter().any(|name| headers.contains_key(name));
    let is_uri_near = uri
        .authority()
        .is_none_or(|it| is_name_of_loopback(it.as_str()));
    is_alone && is_peer_near && is_direct && is_uri_near && host(headers).is_some()
}

/// The host that was asked for, where it is one and a name of loopback.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    (hosts.next().is_none() && is_name_of_loopback(host)).then_some(host)
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
fn is_name_of_loopback(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) => (name, port),
            None => return false,
        },
        None => match host.find(':') {
            Some(place) => host.split_at(place),
            None => (host, ""),
        },
    };
    let is_port = match port.strip_prefix(':') {
        Some(digits) => digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    let is_bracketed = host.starts_with('[');
    let is_near = match name.parse::<IpAddr>() {
        Ok(address) => address.is_loopback() && address.is_ipv6() == is_bracketed,
        Err(_) => !is_bracketed && name.eq_ignore_ascii_case("localhost"),
    };
    is_port && is_near
}

/// Whether a form was sent by a page of this server. A browser says where a form comes from: `Origin` must be this host, and
/// `Sec-Fetch-Site` the same one. Whoever sends neither is refused.
pub(super) fn is_of_own_page(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next();
    let own = host(headers).map(|host| format!("http://{host}"));
    let is_own = origin.map(|it| own.is_some_and(|own| it.as_bytes() == own.as_bytes()));
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let is_same = sites.next().map(|it| it.as_bytes() == b"same-origin");
    let is_once = origins.next().is_none() && sites.next().is_none();
    is_once
        && match (is_own, is_same) {
            (None, None) => false,
            (own, same) => own.unwrap_or(true) && same.unwrap_or(true),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_loopback() {
        for host in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.8.9.1:1",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(is_name_of_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "localhost.",
            "127.0.0.1.example.org",
            "127.0.0.1:",
            "127.0.0.1:99999",
            "127.0.0.1:8080:1",
            "10.0.0.1",
            "0.0.0.0",
            "::1",
            "[::1",
            "[127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "user@localhost",
            "localhost/",
            "2130706433",
            "0x7f.1",
        ] {
            assert!(!is_name_of_loopback(host), "{host}");
        }
    }

    fn check(lines: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "localhost:8080".parse().unwrap());
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        is_of_own_page(&headers)
    }

    #[test]
    fn forms_of_other_pages_are_told() {
        let own = ("origin", "http://localhost:8080");
        assert!(check(&[own]));
        assert!(check(&[own, ("sec-fetch-site", "same-origin")]));
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        for lines in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "http://localhost:8081")],
            &[("origin", "https://localhost:8080")],
            &[("origin", "http://example.org")],
            &[("origin", "http://localhost:8080.example.org")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[own, ("sec-fetch-site", "cross-site")],
            &[own, ("origin", "http://example.org")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        ] {
            assert!(!check(lines), "{lines:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(host in "\\PC{0,40}", other in "[\\[\\]:.0-9a-f]{0,20}") {
            let _ = is_name_of_loopback(&host);
            let _ = is_name_of_loopback(&other);
        }
    }
}
