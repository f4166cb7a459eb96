//! The timestamp authority ([RFC 3161](https://www.rfc-editor.org/rfc/rfc3161)).

use jiff::{SignedDuration, Timestamp};

use crate::{
    Fault, Reply,
    authority::{Certificate, issuer_key_id, key_id, of_authority, purpose},
    der,
    key::Key,
    text::sha256,
};

/// A digest by SHA-256 in a request stands behind these bytes.
const DIGEST: [u8; 2] = [0x04, 0x20];

pub(crate) struct Clock {
    key: Key,
    /// The certificate of the clock and that of its authority.
    pub(crate) chain: Vec<Vec<u8>>,
    serial: Vec<u8>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let (root, key) = (Key::new(), Key::new());
        let now = Timestamp::now();
        let (from, until) = (
            now - SignedDuration::from_hours(24),
            now + SignedDuration::from_hours(240),
        );
        let authority = Certificate {
            issuer: "clocks",
            subject: Some("clocks"),
            from,
            until,
            public: &root.public,
            extensions: of_authority(&root.public),
        };
        let mut extensions = purpose("1.3.6.1.5.5.7.3.8", true);
        extensions.push(key_id(&key.public));
        extensions.push(issuer_key_id(&root.public));
        let own = Certificate {
            issuer: "clocks",
            subject: Some("clock"),
            from,
            until,
            public: &key.public,
            extensions,
        };
        let chain = vec![own.signed(&root), authority.signed(&root)];
        let serial = own.serial();
        Self { key, chain, serial }
    }

    pub(crate) fn stamp(&self, request: &[u8], (now, fault): (Timestamp, Option<Fault>)) -> Reply {
        let place = request.windows(2).rposition(|window| window == DIGEST);
        let Some(digest) = place.and_then(|place| request.get(place + 2..place + 34)) else {
            return (400, b"no digest".to_vec());
        };
        let digest = match fault {
            Some(Fault::OtherStamp) => sha256(b"something else").to_vec(),
            _ => digest.to_vec(),
        };
        let token = self.token(&digest, now);
        let granted = der::sequence(&[&der::number(&[0])]);
        (201, der::sequence(&[&granted, &token]))
    }

    fn token(&self, digest: &[u8], now: Timestamp) -> Vec<u8> {
        let imprint = der::sequence(&[
            &der::sequence(&[&der::oid("2.16.840.1.101.3.4.2.1"), &der::null()]),
            &der::octets(digest),
        ]);
        let stamp = der::sequence(&[
            &der::number(&[1]),
            &der::oid("1.3.6.1.4.1.57264.2"),
            &imprint,
            &der::number(digest.get(..8).unwrap_or_default()),
            &der::moment(now),
        ]);
        let kind = der::oid("1.2.840.113549.1.9.16.1.4");
        let content = der::sequence(&[&kind, &der::context(0, &[&der::octets(&stamp)])]);
        let certificates = der::context(0, &[&self.chain[0]]);
        let signed = der::sequence(&[
            &der::number(&[3]),
            &der::tagged(der::SET, &[&der::sha256()]),
            &content,
            &certificates,
            &der::tagged(der::SET, &[&self.signer(&kind, &stamp)]),
        ]);
        der::sequence(&[
            &der::oid("1.2.840.113549.1.7.2"),
            &der::context(0, &[&signed]),
        ])
    }

    fn signer(&self, kind: &[u8], stamp: &[u8]) -> Vec<u8> {
        let attribute =
            |id, value: &[u8]| der::sequence(&[&der::oid(id), &der::tagged(der::SET, &[value])]);
        let own = sha256(&self.chain[0]);
        let mut attributes = [
            attribute("1.2.840.113549.1.9.3", kind),
            attribute("1.2.840.113549.1.9.4", &der::octets(&sha256(stamp))),
            attribute(
                "1.2.840.113549.1.9.16.2.47",
                &der::sequence(&[&der::sequence(&[&der::sequence(&[&der::octets(&own)])])]),
            ),
        ];
        attributes.sort();
        let signature = self
            .key
            .sign(&der::tagged(der::SET, &[&attributes.concat()]));
        der::sequence(&[
            &der::number(&[1]),
            &der::sequence(&[&der::name("clocks"), &self.serial]),
            &der::sha256(),
            &der::context(0, &[&attributes.concat()]),
            &der::ecdsa(),
            &der::octets(&signature),
        ])
    }
}
