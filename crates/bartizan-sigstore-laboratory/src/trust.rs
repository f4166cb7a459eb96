//! The root of trust and the signing configuration of the instance.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{Instance, key::Key, text::base64};

impl Instance {
    /// Its root of trust, as `trusted_root.json` holds it.
    pub fn trusted_root(&self) -> Value {
        let chain = |certificates: &[Vec<u8>]| -> Value {
            let certificates = certificates.iter();
            let raw: Vec<Value> = certificates
                .map(|der| json!({ "rawBytes": base64(der) }))
                .collect();
            json!({ "certificates": raw })
        };
        json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self.log("rekor", &self.log.key), self.log("tiles", &self.tiled.key)],
            "certificateAuthorities": [{
                "subject": { "organization": "laboratory", "commonName": "authority" },
                "uri": format!("{}/fulcio", self.base),
                "certChain": chain(std::slice::from_ref(&self.authority.certificate)),
                "validFor": { "start": since() },
            }],
            "ctlogs": [self.log("ct", &self.authority.log)],
            "timestampAuthorities": [{
                "subject": { "organization": "laboratory", "commonName": "clocks" },
                "uri": format!("{}/clock", self.base),
                "certChain": chain(&self.clock.chain),
                "validFor": { "start": since() },
            }],
        })
    }

    fn log(&self, path: &str, key: &Key) -> Value {
        json!({
            "baseUrl": format!("{}/{path}", self.base),
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": base64(&key.public),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": { "start": since() },
            },
            "logId": { "keyId": base64(&key.id()) },
        })
    }

    /// Its signing configuration, with logs of these versions.
    pub fn signing_config(&self, versions: &[u32]) -> Value {
        let service = |path: &str, version: u32| {
            json!({
                "url": format!("{}/{path}", self.base),
                "majorApiVersion": version,
                "validFor": { "start": since() },
                "operator": "laboratory",
            })
        };
        let logs = versions.iter().map(|version| match version {
            1 => service("rekor", 1),
            version => service("tiles", *version),
        });
        json!({
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls": [service("fulcio", 1)],
            "oidcUrls": [service("issuer", 1)],
            "rekorTlogUrls": logs.collect::<Vec<_>>(),
            "tsaUrls": [service("clock/api/v1/timestamp", 1)],
            "rekorTlogConfig": { "selector": "ANY" },
            "tsaConfig": { "selector": "ANY" },
        })
    }

    /// Both in one, as `--trust-config` of clients takes it.
    pub fn trust_config(&self, versions: &[u32]) -> Value {
        json!({
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": self.trusted_root(),
            "signingConfig": self.signing_config(versions),
        })
    }
}

/// Yesterday.
fn since() -> String {
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    yesterday.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
