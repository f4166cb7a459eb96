//! Why something could not be fetched. No text here holds a secret of an address.

use std::io;

use thiserror::Error;

use super::address::Address;

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
    /// A part of the body was asked for, and another one came.
    #[error("cannot fetch `{address}`: the server sent another part than was asked for")]
    WrongPart {
        /// The address, without secrets.
        address: Address,
    },
    /// The address, or one that it redirects to, cannot be asked for.
    #[error("cannot fetch `{address}`: it is no address, or redirects to none")]
    BadAddress {
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
    /// Whether the server has no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::Status {
                status: 404 | 410,
                ..
            }
        )
    }

    /// Whether the same request may go through a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 416 | 429) || *status >= 500,
            Self::Transport { source, .. } => !matches!(
                **source,
                ureq::Error::Tls(_)
                    | ureq::Error::Rustls(_)
                    | ureq::Error::InvalidProxyUrl
                    | ureq::Error::TooManyRedirects
            ),
            Self::Body { .. } | Self::WrongPart { .. } => true,
            Self::TooLarge { .. }
            | Self::Downgrade { .. }
            | Self::BadAddress { .. }
            | Self::Write { .. } => false,
        }
    }

    pub(super) fn transport(address: &Address, source: ureq::Error) -> Self {
        let address = address.clone();
        match source {
            // Its text would repeat the address as it is, secrets and all.
            ureq::Error::BadUri(_) => Self::BadAddress { address },
            source => Self::Transport {
                address,
                source: Box::new(source),
            },
        }
    }

    pub(super) fn write(address: &Address) -> impl FnOnce(io::Error) -> Self + use<> {
        let address = address.clone();
        move |source| Self::Write { address, source }
    }
}
