//! For whom a proxy asks: what `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)) and `X-Forwarded-For` say, believed
//! from proxies that are trusted and from nobody else.
//!
//! Each proxy adds the address that asked it at the end. They are read from there, and the first that is no trusted proxy is the
//! client: what stands before it the client wrote itself. Where the two headers disagree neither is believed, since a proxy that
//! writes one of them may let the other through.

use std::{net::IpAddr, str::FromStr};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Longer chains of proxies are not followed.
const LONGEST_CHAIN: usize = 16;

/// Addresses that begin alike: of one proxy or of a network of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// A text that names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an address such as `10.0.0.7`, or a network such as `10.0.0.0/8`, is expected")]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_wrong| NoNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_wrong| NoNetwork))?;
        if bits > most {
            return Err(NoNetwork);
        }
        Ok(Self { address, bits })
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.leading_zeros() >= self.bits
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

/// Whether a request came through a proxy, as far as its headers tell.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED) || headers.contains_key(X_FORWARDED_FOR)
}

/// Whether an address is one of the proxies.
pub(super) fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// The client of a request that came from an address.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let walk = |name: HeaderName, read: fn(&str) -> Option<IpAddr>| {
        let lines = headers.get_all(name).iter().rev();
        // Split without a look at quotes: those of the client must not swallow what the proxy wrote after them.
        let entries = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut nearest = None;
        for entry in entries.take(LONGEST_CHAIN) {
            let Some(address) = read(entry.trim()) else {
                break;
            };
            nearest = Some(address);
            if !is_trusted(address, trusted) {
                break;
            }
        }
        nearest
    };
    match (
        walk(FORWARDED, forwarded_for),
        walk(X_FORWARDED_FOR, address_of),
    ) {
        (Some(one), Some(other)) if one != other => peer,
        (one, other) => one.or(other).unwrap_or(peer),
    }
}

/// The `for` of an entry of `Forwarded`.
fn forwarded_for(entry: &str) -> Option<IpAddr> {
    entry.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        address_of(value.trim().trim_matches('"')).filter(|_| is_for)
    })
}

/// An address with or without a port; one of version 6 in brackets where it has one.
fn address_of(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let address = match bracketed {
        Some((address, _port)) => address,
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => address,
            _ => text,
        },
    };
    address.parse::<IpAddr>().ok().map(|it| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of a request from a peer with headers, each as `name: value`.
    fn check(peer: &str, lines: &[&str], expect: &str) {
        let trusted = ["10.0.0.0/8", "2001:db8::7", "127.0.0.1"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
        }
        let found = client(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(found.to_string(), expect, "{lines:?}");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let said = ["x-forwarded-for: 192.0.2.9"];
        check("198.51.100.1", &said, "198.51.100.1");
        check("10.1.2.3", &said, "192.0.2.9");
        check("::ffff:10.1.2.3", &said, "192.0.2.9");
        check("2001:db8::7", &said, "192.0.2.9");
        check("2001:db8::8", &said, "2001:db8::8");
        check("10.1.2.3", &[], "10.1.2.3");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_reached() {
        check(
            "127.0.0.1",
            &["x-forwarded-for: 127.0.0.1, 203.0.113.5, 192.0.2.9, 10.0.0.2"],
            "192.0.2.9",
        );
        check(
            "127.0.0.1",
            &["x-forwarded-for: 203.0.113.5", "x-forwarded-for: 192.0.2.9"],
            "192.0.2.9",
        );
        check(
            "127.0.0.1",
            &["forwarded: for=\"203.0.113.5, for=192.0.2.9;proto=https;by=_x"],
            "192.0.2.9",
        );
        check(
            "127.0.0.1",
            &["forwarded: for=203.0.113.5", "x-forwarded-for: 192.0.2.9"],
            "127.0.0.1",
        );
    }

    #[test]
    fn an_address_is_read_in_each_of_its_forms() {
        for (text, expect) in [
            (
                "forwarded: For=\"[2001:db8:cafe::17]:4711\"",
                "2001:db8:cafe::17",
            ),
            (
                "forwarded: proto=http; for=\"192.0.2.60:8080\"",
                "192.0.2.60",
            ),
            ("x-forwarded-for: 2001:db8:cafe::17", "2001:db8:cafe::17"),
            ("x-forwarded-for: 192.0.2.60:8080", "192.0.2.60"),
            ("forwarded: for=unknown", "127.0.0.1"),
            ("forwarded: for=192.0.2.60, for=_hidden", "127.0.0.1"),
            ("x-forwarded-for: 192.0.2.60, unknown, 10.0.0.2", "10.0.0.2"),
        ] {
            check("127.0.0.1", &[text], expect);
        }
    }

    #[test]
    fn a_network_is_an_address_with_so_many_bits() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/x",
            "10.0.0.0/-1",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NoNetwork), "{text}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("192.0.2.1".parse().unwrap()));
        assert!(!all.contains("2001:db8::1".parse().unwrap()));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[ -~]{0,60}", network in "[0-9a-f:./]{0,20}") {
            let mut headers = HeaderMap::new();
            if let Ok(value) = text.parse::<axum::http::HeaderValue>() {
                headers.append(FORWARDED, value.clone());
                headers.append(X_FORWARDED_FOR, value);
            }
            let trusted = ["0.0.0.0/0".parse().unwrap()];
            let _ = client("127.0.0.1".parse().unwrap(), &headers, &trusted);
            let _ = network.parse::<Network>();
        }
    }
}
