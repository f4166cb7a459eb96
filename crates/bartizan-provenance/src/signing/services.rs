//! Which services sign, as a configuration names them: Sigstore's signing configuration 0.2, alone or with the root of trust
//! that belongs to it
//! ([protobuf-specs](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto)).

use bartizan_model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::courier::Service;
use crate::sigstore::{self, Instance, TrustRoot, TrustRootError};

/// The largest configuration that is read. Real ones have two kilobytes, and ten more with a root of trust.
const LARGEST: usize = 4 << 20;

/// The most services of one kind that are looked at.
const MOST: usize = 256;

const SIGNING: &str = "application/vnd.dev.sigstore.signingconfig.v0.2+json";
const CLIENT: &str = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";

/// What the evidence is for, which decides on the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A Sigstore bundle: the newest version of the log, and a timestamp.
    Bundle,
    /// The form of PEP 740, which has no place for a timestamp and so needs a log that promises a time: version 1.
    Index,
}

/// A signing configuration.
#[derive(Debug, Clone)]
pub struct TrustConfig {
    signing: Config,
}

/// The services that were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    /// The certificate authority, where one is needed.
    pub authority: Option<String>,
    /// The log.
    pub log: String,
    /// The version of the log: 1 or 2.
    pub log_version: u32,
    /// The timestamp authority, where one is wanted.
    pub clock: Option<String>,
}

/// Why no service is known.
#[derive(Debug, Error)]
pub enum ServicesError {
    /// The configuration is larger than any.
    #[error("the signing configuration is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is none.
    #[error("the signing configuration cannot be read: {why}")]
    Shape {
        /// What is wrong.
        why: String,
    },
    /// The root of trust in it is none.
    #[error(transparent)]
    Root(#[from] TrustRootError),
    /// The instance has no configuration that is known.
    #[error("no signing configuration of the instance `{instance}` is known")]
    NotKnown {
        /// Which instance.
        instance: &'static str,
    },
    /// It names none of these now.
    #[error(
        "the signing configuration names no {service} of a version that is known for this moment"
    )]
    None {
        /// Of what.
        service: Service,
    },
    /// It asks for several at once.
    #[error("the signing configuration asks for several of the kind {service} at once")]
    Several {
        /// Of what.
        service: Service,
    },
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    media_type: String,
    #[serde(default)]
    ca_urls: Vec<Endpoint>,
    #[serde(default)]
    rekor_tlog_urls: Vec<Endpoint>,
    #[serde(default)]
    tsa_urls: Vec<Endpoint>,
    #[serde(default, rename = "rekorTlogConfig")]
    log_selection: Selection,
    #[serde(default, rename = "tsaConfig")]
    clock_selection: Selection,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    url: String,
    major_api_version: u32,
    valid_for: Window,
}

#[derive(Debug, Clone, Deserialize)]
struct Window {
    start: Timestamp,
    #[serde(default)]
    end: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Selection {
    #[serde(default)]
    selector: Option<String>,
    #[serde(default)]
    count: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    #[serde(borrow)]
    trusted_root: &'a RawValue,
    signing_config: Config,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    media_type: String,
}

impl TrustConfig {
    /// The embedded configuration of an instance, with its embedded root of trust.
    pub fn embedded(instance: Instance) -> Result<(Self, TrustRoot), ServicesError> {
        let known = sigstore::signing_configuration(instance);
        let json = known.ok_or(ServicesError::NotKnown {
            instance: instance.id(),
        })?;
        let signing = config(json)?;
        Ok((Self { signing }, TrustRoot::embedded(instance)?))
    }

    /// Reads a configuration, and the root of trust where it holds one.
    pub fn read(bytes: &[u8]) -> Result<(Self, Option<TrustRoot>), ServicesError> {
        if bytes.len() > LARGEST {
            return Err(ServicesError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_cause| ServicesError::Shape {
            why: "not UTF-8".to_owned(),
        })?;
        let kind: Kind = serde_json::from_str(text).map_err(shape)?;
        if kind.media_type != CLIENT {
            let signing = config(text)?;
            return Ok((Self { signing }, None));
        }
        let client: Client<'_> = serde_json::from_str(text).map_err(shape)?;
        let root = TrustRoot::read(client.trusted_root.get().as_bytes())?;
        let signing = known(client.signing_config)?;
        Ok((Self { signing }, Some(root)))
    }

    /// The services for a use at a moment.
    pub fn services(&self, wanted: Use, now: Timestamp) -> Result<Services, ServicesError> {
        let signing = &self.signing;
        let versions: &[u32] = match wanted {
            Use::Bundle => &[2, 1],
            Use::Index => &[1],
        };
        let logs = (Service::Log, signing.rekor_tlog_urls.as_slice());
        let log = choose(logs, (versions, now), &signing.log_selection)?;
        let clock = match wanted {
            Use::Index => None,
            // A log of version 1 says the time itself.
            Use::Bundle if log.major_api_version == 1 && signing.tsa_urls.is_empty() => None,
            Use::Bundle => {
                let clocks = (Service::Clock, signing.tsa_urls.as_slice());
                Some(choose(clocks, (&[1], now), &signing.clock_selection)?)
            }
        };
        let authorities = (Service::Authority, signing.ca_urls.as_slice());
        let authority = choose(authorities, (&[1], now), &Selection::default());
        Ok(Services {
            authority: authority.ok().map(Endpoint::address),
            log: log.address(),
            log_version: log.major_api_version,
            clock: clock.map(Endpoint::address),
        })
    }
}

impl Endpoint {
    fn address(&self) -> String {
        self.url.trim_end_matches('/').to_owned()
    }
}

fn config(json: &str) -> Result<Config, ServicesError> {
    known(serde_json::from_str(json).map_err(shape)?)
}

fn known(config: Config) -> Result<Config, ServicesError> {
    if config.media_type != SIGNING {
        let found = config.media_type.chars().take(80);
        return Err(ServicesError::Shape {
            why: format!(
                "`{}` is not known",
                found.flat_map(char::escape_default).collect::<String>()
            ),
        });
    }
    Ok(config)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn shape(error: serde_json::Error) -> ServicesError {
    ServicesError::Shape {
        why: error.to_string(),
    }
}

/// The first service of the version that is preferred, among those that count now. To ask several is not understood, and
/// is refused rather than done by half.
fn choose<'a>(
    (service, endpoints): (Service, &'a [Endpoint]),
    (versions, now): (&[u32], Timestamp),
    selection: &Selection,
) -> Result<&'a Endpoint, ServicesError> {
    let counts = |endpoint: &&Endpoint| {
        let window = &endpoint.valid_for;
        window.start <= now && window.end.is_none_or(|end| now <= end)
    };
    let now: Vec<&Endpoint> = endpoints.iter().take(MOST).filter(counts).collect();
    let of_version = |version: &u32| {
        let mut endpoints = now.iter();
        endpoints.find(|endpoint| endpoint.major_api_version == *version)
    };
    let chosen = versions.iter().find_map(of_version);
    let chosen = chosen.ok_or(ServicesError::None { service })?;
    match (selection.selector.as_deref(), selection.count) {
        (None | Some("ANY"), _) | (Some("EXACT"), Some(1)) => Ok(chosen),
        (Some("ALL"), _) if now.len() == 1 => Ok(chosen),
        _ => Err(ServicesError::Several { service }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn endpoint(url: &str, version: u32, end: Option<&str>) -> Value {
        let mut window = json!({ "start": "2025-01-01T00:00:00Z" });
        if let Some(end) = end {
            window["end"] = end.into();
        }
        json!({ "url": url, "majorApiVersion": version, "validFor": window })
    }

    fn example() -> Value {
        json!({
            "mediaType": SIGNING,
            "caUrls": [endpoint("https://ca.example/", 1, None)],
            "rekorTlogUrls": [
                endpoint("https://old.example", 2, Some("2025-06-01T00:00:00Z")),
                endpoint("https://one.example", 1, None),
                endpoint("https://two.example", 2, None),
                endpoint("https://nine.example", 9, None),
            ],
            "tsaUrls": [endpoint("https://clock.example/stamp", 1, None)],
            "rekorTlogConfig": { "selector": "ANY" },
            "tsaConfig": { "selector": "EXACT", "count": 1 },
        })
    }

    fn check(config: &Value, wanted: Use) -> String {
        let now = "2026-11-26T00:00:00Z".parse().unwrap();
        let services = TrustConfig::read(config.to_string().as_bytes())
            .and_then(|(config, _)| config.services(wanted, now));
        match services {
            Ok(it) => format!(
                "{} {} v{} {}",
                it.authority.as_deref().unwrap_or("-"),
                it.log,
                it.log_version,
                it.clock.as_deref().unwrap_or("-")
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_newest_version_that_counts_and_fits_is_chosen() {
        insta::assert_snapshot!(check(&example(), Use::Bundle), @"https://ca.example https://two.example v2 https://clock.example/stamp");
        insta::assert_snapshot!(check(&example(), Use::Index), @"https://ca.example https://one.example v1 -");
        let mut config = example();
        config["rekorTlogConfig"]["selector"] = "ALL".into();
        insta::assert_snapshot!(check(&config, Use::Bundle), @"the signing configuration asks for several of the kind transparency log at once");
        config["rekorTlogUrls"] = json!([]);
        insta::assert_snapshot!(check(&config, Use::Bundle), @"the signing configuration names no transparency log of a version that is known for this moment");
        config["mediaType"] = "text/html".into();
        insta::assert_snapshot!(check(&config, Use::Bundle), @"the signing configuration cannot be read: `text/html` is not known");
    }

    #[test]
    fn the_embedded_configuration_can_be_used() {
        let (config, _) = TrustConfig::embedded(Instance::PublicGood).unwrap();
        let now = TrustRoot::embedded_on().unwrap();
        for wanted in [Use::Bundle, Use::Index] {
            let services = config.services(wanted, now).unwrap();
            assert!(services.authority.is_some());
        }
        assert!(TrustConfig::embedded(Instance::Staging).is_ok());
        assert!(TrustConfig::embedded(Instance::GitHub).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\":,a-zA-Z0-9-]{0,60}") {
            let _ = TrustConfig::read(text.as_bytes());
        }
    }
}
