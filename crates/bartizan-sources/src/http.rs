//! Fetching over HTTP: bounded, conditional, retried, and quiet about secrets.
//!
//! Every reply is bounded in size and time. TLS trusts the system's certificates. What an address
//! carries before the host and after `?` may be a secret and is never printed.

mod address;
mod error;
pub(crate) mod exchange;
mod part;
mod post;
mod resolver;
mod sink;
mod slice;
mod whole;

use std::{
    io::{self, Read},
    sync::Arc,
    time::Duration,
};

use ureq::{
    Agent, RequestBuilder, ResponseExt as _,
    http::{Response, StatusCode, header},
    tls::{RootCerts, TlsConfig, TlsProvider},
    typestate::WithoutBody,
    unversioned::transport::DefaultConnector,
};

pub use address::{Address, AddressError};
pub use error::HttpError;
pub use part::PartFile;
use resolver::SystemResolver;
use sink::{Memory, Sink, Watched};
pub use slice::{Slice, Wanted};

/// How often a request is tried when the fault may pass.
const ATTEMPTS: u32 = 4;

/// The longest wait that a server may ask for with `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The longest a whole transfer may take.
const LONGEST_TRANSFER: Duration = Duration::from_mins(30);

/// Fetches addresses.
#[derive(Debug, Clone)]
pub struct HttpClient {
    agent: Agent,
    first_wait: Duration,
    accept: Option<&'static str>,
}

/// What tells a server which version of a body is already here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// The `ETag` of the last reply.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// Nothing has changed since the validators.
    NotModified,
    /// A body, with the validators for the next time.
    New {
        /// The body.
        body: T,
        /// What to send next time.
        validators: Validators,
    },
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new(Duration::from_millis(500))
    }
}

impl HttpClient {
    /// A client that waits `first_wait` before the second attempt, and twice as long before each further one.
    pub fn new(first_wait: Duration) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .user_agent(concat!("bartizan/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(Duration::from_secs(20)))
            .timeout_recv_response(Some(Duration::from_mins(1)))
            .timeout_per_read(Some(Duration::from_mins(1)))
            .timeout_global(Some(LONGEST_TRANSFER))
            .build();
        Self {
            agent: Agent::with_parts(
                config,
                DefaultConnector::default(),
                SystemResolver::default(),
            ),
            first_wait,
            accept: None,
        }
    }

    /// The same client, asking for a media type.
    #[must_use]
    pub fn accepting(self, accept: &'static str) -> Self {
        Self {
            accept: Some(accept),
            ..self
        }
    }

    /// Fetches a small body of at most `limit` bytes into memory.
    pub fn bytes(
        &self,
        address: &Address,
        known: &Validators,
        limit: u64,
    ) -> Result<Fetched<Vec<u8>>, HttpError> {
        self.retried(|| {
            let mut memory = Memory(Vec::new());
            let validators = self.attempt(address, known, limit, &mut memory)?;
            Ok(fetched(validators, memory.0))
        })
    }

    /// Fetches a body of at most `limit` bytes into a file, which holds nothing else afterwards. An attempt
    /// goes on where the one before broke off, when the server can tell that the body is the same.
    pub fn file(
        &self,
        address: &Address,
        known: &Validators,
        limit: u64,
        (part, received): (&mut PartFile, &mut dyn FnMut(u64, Option<u64>)),
    ) -> Result<Fetched<()>, HttpError> {
        self.retried(|| {
            let mut watched = Watched {
                part: &mut *part,
                received: &mut *received,
                done: 0,
                of: None,
            };
            let validators = self.attempt(address, known, limit, &mut watched)?;
            Ok(fetched(validators, ()))
        })
    }

    fn retried<T>(&self, mut attempt: impl FnMut() -> Result<T, Refusal>) -> Result<T, HttpError> {
        let mut wait = self.first_wait;
        let mut tries = 1;
        loop {
            match attempt() {
                Ok(value) => return Ok(value),
                Err(refusal) if tries < ATTEMPTS && refusal.error.may_pass() => {
                    std::thread::sleep(refusal.retry_after.unwrap_or(wait).min(LONGEST_WAIT));
                    wait *= 2;
                    tries += 1;
                }
                Err(refusal) => return Err(refusal.error),
            }
        }
    }

    fn request(
        &self,
        address: &Address,
        known: &Validators,
        sink: &dyn Sink,
    ) -> RequestBuilder<WithoutBody> {
        let mut request = self.agent.get(address.target());
        let present = sink.present();
        let headers = [
            (header::AUTHORIZATION, address.authorization()),
            (header::IF_NONE_MATCH, known.etag.clone()),
            (header::IF_MODIFIED_SINCE, known.last_modified.clone()),
            (header::ACCEPT, self.accept.map(str::to_owned)),
            (header::ACCEPT_ENCODING, sink.encoding().map(str::to_owned)),
            (
                header::RANGE,
                present
                    .as_ref()
                    .map(|(length, _)| format!("bytes={length}-")),
            ),
            (
                header::IF_RANGE,
                present.as_ref().map(|(_, tag)| tag.clone()),
            ),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request
    }

    /// One request. `None` when nothing has changed.
    fn attempt(
        &self,
        address: &Address,
        known: &Validators,
        limit: u64,
        sink: &mut dyn Sink,
    ) -> Result<Option<Validators>, Refusal> {
        let present = sink.present();
        let request = self.request(address, known, sink);
        let failed = |source| HttpError::transport(address, source);
        let response = request.call().map_err(failed)?;
        if address.is_encrypted() && response.get_uri().scheme_str() != Some("https") {
            let address = address.clone();
            return Err(HttpError::Downgrade { address }.into());
        }
        let text = |name| {
            let value = response.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        let validators = Validators {
            etag: text(header::ETAG),
            last_modified: text(header::LAST_MODIFIED),
        };
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let kept = match (response.status(), present) {
            (StatusCode::NOT_MODIFIED, _) => return Ok(None),
            (StatusCode::OK, _) => {
                sink.restart(validators.etag.as_deref(), length)
                    .map_err(HttpError::write(address))?;
                0
            }
            (StatusCode::PARTIAL_CONTENT, Some((kept, _)))
                if text(header::CONTENT_RANGE)
                    .is_some_and(|range| range.starts_with(&format!("bytes {kept}-"))) =>
            {
                sink.resume(kept, length)
                    .map_err(HttpError::write(address))?;
                kept
            }
            (status, present) => {
                if present.is_some() {
                    // The part that is here helps nobody: the next attempt does without.
                    sink.restart(None, None)
                        .map_err(HttpError::write(address))?;
                }
                return Err(refusal(address, status, &response));
            }
        };
        let body = response.into_body().into_with_config().limit(u64::MAX);
        copy(address, &mut body.reader(), sink, (kept, limit))?;
        Ok(Some(validators))
    }
}

/// An error with what the server said about when to come back.
struct Refusal {
    error: HttpError,
    retry_after: Option<Duration>,
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

fn fetched<T>(validators: Option<Validators>, body: T) -> Fetched<T> {
    match validators {
        Some(validators) => Fetched::New { body, validators },
        None => Fetched::NotModified,
    }
}

fn refusal<B>(address: &Address, status: StatusCode, response: &Response<B>) -> Refusal {
    let address = address.clone();
    let error = match status {
        StatusCode::PARTIAL_CONTENT => HttpError::WrongPart { address },
        status => HttpError::Status {
            address,
            status: status.as_u16(),
        },
    };
    Refusal {
        error,
        retry_after: retry_after(response),
    }
}

fn retry_after<B>(response: &Response<B>) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?;
    Some(Duration::from_secs(value.to_str().ok()?.parse().ok()?))
}

/// Copies a body after `kept` bytes, and tells a fault of the server from a fault of the disk.
fn copy(
    address: &Address,
    body: &mut dyn Read,
    sink: &mut dyn Sink,
    (kept, limit): (u64, u64),
) -> Result<(), HttpError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = kept;
    loop {
        let read = match body.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(source) => {
                let address = address.clone();
                return Err(HttpError::Body { address, source });
            }
        };
        total += read as u64;
        if total > limit {
            let address = address.clone();
            return Err(HttpError::TooLarge { address, limit });
        }
        let part = buffer.get(..read).unwrap_or_default();
        sink.take(part).map_err(HttpError::write(address))?;
    }
}

#[cfg(test)]
mod tests;
