//! Fetching over HTTP: bounded, conditional, retried, and quiet about secrets.
//!
//! Every reply is bounded in size and time. TLS trusts the system's certificates. What an address
//! carries before the host and after `?` may be a secret and is never printed.

mod address;

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    sync::Arc,
    time::Duration,
};

use thiserror::Error;
use ureq::{
    Agent, ResponseExt as _,
    http::{Response, StatusCode, header},
    tls::{RootCerts, TlsConfig, TlsProvider},
};

pub use address::{Address, AddressError};

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

/// Why something could not be fetched.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The server refused.
    #[error("cannot fetch `{address}`: the server answered {status}")]
    Status {
        /// The address, without secrets.
        address: Address,
        /// The status code.
        status: u16,
    },
    /// The body is larger than what such a file can sensibly be.
    #[error("cannot fetch `{address}`: the body is larger than {limit} bytes")]
    TooLarge {
        /// The address, without secrets.
        address: Address,
        /// The limit.
        limit: u64,
    },
    /// A redirect led from HTTPS to an address without it.
    #[error("cannot fetch `{address}`: it redirects to an address without TLS")]
    Downgrade {
        /// The address, without secrets.
        address: Address,
    },
    /// The connection, TLS, the protocol or a timeout failed.
    #[error("cannot fetch `{address}`")]
    Transport {
        /// The address, without secrets.
        address: Address,
        /// What failed.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The body broke off.
    #[error("cannot fetch `{address}`: the body broke off")]
    Body {
        /// The address, without secrets.
        address: Address,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// What was fetched could not be written.
    #[error("cannot keep what `{address}` sent")]
    Write {
        /// The address, without secrets.
        address: Address,
        /// What failed.
        #[source]
        source: io::Error,
    },
}

impl HttpError {
    /// Whether the same request may go through a little later.
    fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Transport { source, .. } => !matches!(
                **source,
                ureq::Error::BadUri(_)
                    | ureq::Error::Tls(_)
                    | ureq::Error::Rustls(_)
                    | ureq::Error::TooManyRedirects
            ),
            Self::Body { .. } => true,
            Self::TooLarge { .. } | Self::Downgrade { .. } | Self::Write { .. } => false,
        }
    }
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
            agent: config.new_agent(),
            first_wait,
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
            let mut body = Vec::new();
            let validators = self.attempt(address, known, limit, &mut body)?;
            Ok(fetched(validators, body))
        })
    }

    /// Fetches a body of at most `limit` bytes into a file, which holds nothing else afterwards.
    pub fn file(
        &self,
        address: &Address,
        known: &Validators,
        limit: u64,
        file: &mut File,
    ) -> Result<Fetched<()>, HttpError> {
        self.retried(|| {
            let emptied = file.set_len(0).and_then(|()| file.rewind());
            emptied.map_err(|source| HttpError::Write {
                address: address.clone(),
                source,
            })?;
            let validators = self.attempt(address, known, limit, file)?;
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

    /// One request. `None` when nothing has changed.
    fn attempt(
        &self,
        address: &Address,
        known: &Validators,
        limit: u64,
        sink: &mut dyn Write,
    ) -> Result<Option<Validators>, Refusal> {
        let mut request = self.agent.get(address.as_str());
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let response = request.call().map_err(|source| HttpError::Transport {
            address: address.clone(),
            source: Box::new(source),
        })?;
        if address.is_encrypted() && response.get_uri().scheme_str() != Some("https") {
            return Err(HttpError::Downgrade {
                address: address.clone(),
            }
            .into());
        }
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(None),
            StatusCode::OK => {}
            status => {
                return Err(Refusal {
                    retry_after: retry_after(&response),
                    error: HttpError::Status {
                        address: address.clone(),
                        status: status.as_u16(),
                    },
                });
            }
        }
        let text = |name| {
            let value = response.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        let validators = Validators {
            etag: text(header::ETAG),
            last_modified: text(header::LAST_MODIFIED),
        };
        let body = response.into_body().into_with_config().limit(u64::MAX);
        copy(address, &mut body.reader(), sink, limit)?;
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

fn retry_after<B>(response: &Response<B>) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?;
    Some(Duration::from_secs(value.to_str().ok()?.parse().ok()?))
}

/// Copies a body, and tells a fault of the server from a fault of the disk.
fn copy(
    address: &Address,
    body: &mut dyn Read,
    sink: &mut dyn Write,
    limit: u64,
) -> Result<(), HttpError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(source) => {
                return Err(HttpError::Body {
                    address: address.clone(),
                    source,
                });
            }
        };
        total += read as u64;
        if total > limit {
            return Err(HttpError::TooLarge {
                address: address.clone(),
                limit,
            });
        }
        sink.write_all(buffer.get(..read).unwrap_or_default())
            .map_err(|source| HttpError::Write {
                address: address.clone(),
                source,
            })?;
    }
    sink.flush().map_err(|source| HttpError::Write {
        address: address.clone(),
        source,
    })
}

#[cfg(test)]
mod tests;
