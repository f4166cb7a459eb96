//! The way to the services, which the caller provides: one request, one answer, as it is.

use std::fmt;

use thiserror::Error;

/// A service that signing needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The certificate authority.
    Authority,
    /// The transparency log.
    Log,
    /// The timestamp authority.
    Clock,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authority => "certificate authority",
            Self::Log => "transparency log",
            Self::Clock => "timestamp authority",
        })
    }
}

/// What is sent, by `POST`. The body may hold a token: it is for the address alone, and is not to be kept or printed.
#[derive(Clone, Copy)]
pub struct Parcel<'a> {
    /// The address.
    pub to: &'a str,
    /// The media type of the body.
    pub kind: &'static str,
    /// The media type that is asked for.
    pub accept: &'static str,
    /// The body.
    pub body: &'a [u8],
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Undelivered {
    /// Why.
    pub why: String,
}

/// Who carries requests. A courier bounds what it carries back and the time that it takes, follows no redirect, and sends no token
/// in the clear.
pub trait Courier {
    /// Carries one request.
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered>;
}
