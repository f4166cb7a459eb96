//! A Sigstore instance of its own: an issuer of tokens, a certificate authority, a log of certificates, transparency logs of
//! both versions and a timestamp authority, with the root of trust and the signing configuration that belong to it.
//!
//! For tests: it answers in memory or on loopback, checks what it is given as the real services do, and can be told to
//! fail in one way. Its keys are made anew each time. Nothing of the program depends on it.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a laboratory that cannot go on has failed"
)]

mod authority;
mod clock;
mod der;
mod fault;
mod issuer;
mod key;
mod log;
mod serve;
mod text;
mod trust;

use std::sync::Mutex;

use jiff::Timestamp;

pub use fault::Fault;
pub use issuer::{AUDIENCE, Claims};
pub use serve::Served;

use authority::Authority;
use clock::Clock;
use issuer::Issuer;
use log::Log;

/// A whole instance.
pub struct Instance {
    base: String,
    issuer: Issuer,
    authority: Authority,
    log: Log,
    tiled: Log,
    clock: Clock,
    fault: Mutex<Option<Fault>>,
    asked: Mutex<Vec<String>>,
}

/// A request to one of its services.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// The value of `Authorization`; empty where there is none.
    pub authorization: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What it answers: a status and a body.
pub type Reply = (u16, Vec<u8>);

impl Instance {
    /// An instance whose services are found below an address such as `http://127.0.0.1:8080`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            issuer: Issuer::new(),
            authority: Authority::new(),
            log: Log::new("rekor.laboratory"),
            tiled: Log::new("tiles.laboratory"),
            clock: Clock::new(),
            fault: Mutex::new(None),
            asked: Mutex::new(Vec::new()),
        }
    }

    /// From now on it fails in this way.
    pub fn fail(&self, fault: Fault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    /// A token of its issuer.
    pub fn token(&self, claims: &Claims) -> String {
        self.issuer.token(claims, Timestamp::now())
    }

    /// The paths that were asked for, in their order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// What its services answer.
    pub fn answer(&self, request: Request<'_>) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        // Some clients ask at the top of the host, whatever the path of the service is.
        let path = match path {
            "/api/v2/signingCert" => "/fulcio/api/v2/signingCert",
            "/api/v1/log/entries" | "/api/v1/log/entries/" => "/rekor/api/v1/log/entries",
            "/api/v2/log/entries" => "/tiles/api/v2/log/entries",
            other => other,
        };
        self.asked.lock().unwrap().push(path.to_owned());
        let fault = *self.fault.lock().unwrap();
        let now = Timestamp::now();
        if let Some(reply) = fault.and_then(|fault| fault.in_place_of(path, request.body)) {
            return reply;
        }
        match (request.method, path) {
            ("GET", "/issuer/token") => self.issuer.ambient(request, now),
            ("POST", "/fulcio/api/v2/signingCert") => {
                let issuer = &self.issuer;
                self.authority.certify(request, issuer, (now, fault))
            }
            ("POST", "/rekor/api/v1/log/entries") => self.log.envelope(request.body, (now, fault)),
            ("POST", "/tiles/api/v2/log/entries") => self.tiled.digest(request.body, fault),
            ("POST", "/clock/api/v1/timestamp") => self.clock.stamp(request.body, (now, fault)),
            _ => (404, b"{\"message\": \"no such thing\"}".to_vec()),
        }
    }
}
