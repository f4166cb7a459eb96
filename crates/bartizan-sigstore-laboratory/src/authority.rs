//! The certificate authority (Fulcio's interface, version 2) with its log of certificates.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    Fault, Reply, Request, der,
    issuer::Issuer,
    key::{self, Key},
    text::{bytes_of, of_pem, pem, sha256},
};

/// Below this arc stand the extensions of Sigstore
/// ([oid-info](https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md)).
const ARC: &str = "1.3.6.1.4.1.57264.1";

/// The list of certificate timestamps (RFC 6962).
const LOGGED: &str = "1.3.6.1.4.1.11129.2.4.2";

pub(crate) struct Authority {
    key: Key,
    /// Its own certificate.
    pub(crate) certificate: Vec<u8>,
    /// The key of its log of certificates.
    pub(crate) log: Key,
    other: Key,
}

/// What a certificate says, but for who signs it.
pub(crate) struct Certificate<'a> {
    pub(crate) issuer: &'a str,
    /// Nothing where the name stands in an extension.
    pub(crate) subject: Option<&'a str>,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    /// The key that it is about, as DER.
    pub(crate) public: &'a [u8],
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl Certificate<'_> {
    fn unsigned(&self) -> Vec<u8> {
        let subject = self.subject.map_or_else(|| der::sequence(&[]), der::name);
        let validity = der::sequence(&[&der::utc(self.from), &der::utc(self.until)]);
        let extensions = der::sequence(&[&self.extensions.concat()]);
        der::sequence(&[
            &der::context(0, &[&der::number(&[2])]),
            &self.serial(),
            &der::ecdsa(),
            &der::name(self.issuer),
            &validity,
            &subject,
            self.public,
            &der::context(3, &[&extensions]),
        ])
    }

    /// A number of its own.
    pub(crate) fn serial(&self) -> Vec<u8> {
        der::number(&[&[1][..], &sha256(self.public)[..15]].concat())
    }

    pub(crate) fn signed(&self, by: &Key) -> Vec<u8> {
        let unsigned = self.unsigned();
        let signature = der::bits(&by.sign(&unsigned), 0);
        der::sequence(&[&unsigned, &der::ecdsa(), &signature])
    }
}

/// An extension; what matters must be understood.
pub(crate) fn extension(id: &str, matters: bool, value: &[u8]) -> Vec<u8> {
    let mark = if matters { der::yes() } else { Vec::new() };
    der::sequence(&[&der::oid(id), &mark, &der::octets(value)])
}

/// The extensions of an authority's own certificate.
pub(crate) fn of_authority(public: &[u8]) -> Vec<Vec<u8>> {
    vec![
        extension("2.5.29.19", true, &der::sequence(&[&der::yes()])),
        extension("2.5.29.15", true, &der::bits(&[0x06], 1)),
        key_id(public),
    ]
}

/// The extension that names a certificate's own key.
pub(crate) fn key_id(public: &[u8]) -> Vec<u8> {
    extension("2.5.29.14", false, &der::octets(&sha256(public)[..20]))
}

/// The extension that names the key of the issuer.
pub(crate) fn issuer_key_id(public: &[u8]) -> Vec<u8> {
    let id = der::tagged(0x80, &[&sha256(public)[..20]]);
    extension("2.5.29.35", false, &der::sequence(&[&id]))
}

/// The extension that allows signatures for one purpose.
pub(crate) fn purpose(id: &str, matters: bool) -> Vec<Vec<u8>> {
    vec![
        extension("2.5.29.15", true, &der::bits(&[0x80], 7)),
        extension("2.5.29.37", matters, &der::sequence(&[&der::oid(id)])),
    ]
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = Key::new();
        let now = Timestamp::now();
        let certificate = Certificate {
            issuer: "authority",
            subject: Some("authority"),
            from: now - SignedDuration::from_hours(24),
            until: now + SignedDuration::from_hours(240),
            public: &key.public,
            extensions: of_authority(&key.public),
        };
        let certificate = certificate.signed(&key);
        Self {
            key,
            certificate,
            log: Key::new(),
            other: Key::new(),
        }
    }

    /// Answers a request for a certificate.
    pub(crate) fn certify(
        &self,
        request: Request<'_>,
        issuer: &Issuer,
        (now, fault): (Timestamp, Option<Fault>),
    ) -> Reply {
        match self.try_certify(request, issuer, (now, fault)) {
            Ok(leaf) => {
                let chain = [
                    pem("CERTIFICATE", &leaf),
                    pem("CERTIFICATE", &self.certificate),
                ];
                let reply = json!({ "signedCertificateEmbeddedSct": { "chain": { "certificates": chain } } });
                (200, reply.to_string().into_bytes())
            }
            Err(why) => (
                400,
                json!({ "code": 3, "message": why })
                    .to_string()
                    .into_bytes(),
            ),
        }
    }

    fn try_certify(
        &self,
        request: Request<'_>,
        issuer: &Issuer,
        (now, fault): (Timestamp, Option<Fault>),
    ) -> Result<Vec<u8>, &'static str> {
        let shown = request.authorization.strip_prefix("Bearer ");
        let request: Value = serde_json::from_slice(request.body).map_err(|_cause| "no JSON")?;
        let token = request["credentials"]["oidcIdentityToken"]
            .as_str()
            .or(shown);
        let claims = issuer.claims(token.ok_or("no token")?, now)?;
        if let Some(request) = request["certificateSigningRequest"].as_str() {
            let public = of_request(&bytes_of(request)).ok_or("no request for a certificate")?;
            return Ok(self.leaf(&public, &claims, (now, fault)));
        }
        let asked = &request["publicKeyRequest"];
        let shown = asked["publicKey"]["content"].as_str().ok_or("no key")?;
        let (_, public) = of_pem(shown);
        let proof = bytes_of(asked["proofOfPossession"].as_str().ok_or("no proof")?);
        let subject = claims["sub"].as_str().ok_or("no subject")?;
        if !key::has_signed(&public, subject.as_bytes(), &proof) {
            return Err("the key is not who asks's");
        }
        let public = match fault {
            Some(Fault::OtherKey) => self.other.public.clone(),
            _ => public,
        };
        Ok(self.leaf(&public, &claims, (now, fault)))
    }

    fn leaf(
        &self,
        public: &[u8],
        claims: &Value,
        (now, fault): (Timestamp, Option<Fault>),
    ) -> Vec<u8> {
        let until = match fault {
            Some(Fault::EndedCertificate) => now - SignedDuration::from_mins(20),
            _ => now + SignedDuration::from_mins(10),
        };
        let mut certificate = Certificate {
            issuer: "authority",
            subject: None,
            from: now - SignedDuration::from_hours(1),
            until,
            public,
            extensions: purpose("1.3.6.1.5.5.7.3.3", false),
        };
        certificate.extensions.push(key_id(public));
        certificate.extensions.push(issuer_key_id(&self.key.public));
        certificate.extensions.extend(identity(claims));
        let log = match fault {
            Some(Fault::OtherCertificateLog) => &self.other,
            _ => &self.log,
        };
        let logged = self.logged(log, &certificate.unsigned(), now);
        certificate
            .extensions
            .push(extension(LOGGED, false, &der::octets(&logged)));
        certificate.signed(&self.key)
    }

    /// The word of the log of certificates on a certificate without that word.
    fn logged(&self, log: &Key, unsigned: &[u8], now: Timestamp) -> Vec<u8> {
        let time = u64::try_from(now.as_millisecond()).unwrap().to_be_bytes();
        let length = u32::try_from(unsigned.len()).unwrap().to_be_bytes();
        let message = [
            &[0, 0][..],
            &time,
            &[0, 1],
            &sha256(&self.key.public),
            &length[1..],
            unsigned,
            &[0, 0],
        ];
        let signature = log.sign(&message.concat());
        let two = |length: usize| u16::try_from(length).unwrap().to_be_bytes();
        let word = [
            &[0][..],
            &log.id(),
            &time,
            &[0, 0, 4, 3],
            &two(signature.len()),
            &signature,
        ]
        .concat();
        let entry = [&two(word.len())[..], &word].concat();
        [&two(entry.len())[..], &entry].concat()
    }
}

/// The key of a request for a certificate (PKCS#10, in PEM), which signs the request.
fn of_request(pem: &[u8]) -> Option<Vec<u8>> {
    let (_, der) = of_pem(&String::from_utf8_lossy(pem));
    let (inner, _) = der::split(&der)?;
    let (_, after) = der::split(inner)?;
    let stated = inner.get(..inner.len() - after.len())?;
    let (_, after) = der::split(after)?;
    let (signature, _) = der::split(after)?;
    let public = key::in_der(&der);
    key::has_signed(&public, stated, signature.get(1..)?).then_some(public)
}

/// Who somebody is, as extensions.
fn identity(claims: &Value) -> Vec<Vec<u8>> {
    let text = |claim: &str| claims[claim].as_str().unwrap_or_default().to_owned();
    let source = format!("https://github.com/{}", text("repository"));
    let owner = source
        .rsplit_once('/')
        .map_or("", |(owner, _)| owner)
        .to_owned();
    let workflow = format!("https://github.com/{}", text("job_workflow_ref"));
    let run = format!("{source}/actions/runs/{}/attempts/1", text("run_id"));
    let name = der::sequence(&[&der::tagged(0x86, &[workflow.as_bytes()])]);
    let stated = [
        (8, text("iss")),
        (9, workflow.clone()),
        (10, text("sha")),
        (11, text("runner_environment")),
        (12, source),
        (13, text("sha")),
        (14, text("ref")),
        (15, text("repository_id")),
        (16, owner),
        (17, text("repository_owner_id")),
        (18, workflow),
        (19, text("sha")),
        (20, text("event_name")),
        (21, run),
        (22, text("repository_visibility")),
        (23, text("environment")),
    ];
    let mut extensions = vec![
        extension("2.5.29.17", true, &name),
        extension(&format!("{ARC}.1"), false, text("iss").as_bytes()),
    ];
    for (number, value) in stated {
        let value = der::tagged(der::UTF8, &[value.as_bytes()]);
        extensions.push(extension(&format!("{ARC}.{number}"), false, &value));
    }
    extensions
}
