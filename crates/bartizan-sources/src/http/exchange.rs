//! One question to a service, or one thing told to it, and its answer as it is: any status, no redirect followed, nothing tried again.
//!
//! Who asks decides what a status means, and where a redirect may lead: a token must not go along to another host.

use std::time::Duration;

use ureq::{
    Body,
    http::{HeaderMap, Response},
};

use super::{Address, HttpClient, HttpError, whole::whole};

/// The longest that one exchange may take.
const LONGEST_EXCHANGE: Duration = Duration::from_mins(2);

/// What a service answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    headers: HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What is sent, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent<'a> {
    /// Something new.
    Post(&'a [u8]),
    /// In place of what is there.
    Patch(&'a [u8]),
}

impl HttpClient {
    /// Asks once. A body of more than `limit` bytes is refused.
    pub(crate) fn exchange(
        &self,
        address: &Address,
        headers: &[(&'static str, String)],
        limit: u64,
    ) -> Result<Reply, HttpError> {
        let mut request = self
            .agent
            .get(address.target())
            .config()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(LONGEST_EXCHANGE))
            .build();
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let failed = |source| HttpError::transport(address, source);
        reply(address, request.call().map_err(failed)?, limit)
    }

    /// Sends a body once.
    pub(crate) fn send(
        &self,
        address: &Address,
        headers: &[(&'static str, String)],
        sent: Sent<'_>,
        limit: u64,
    ) -> Result<Reply, HttpError> {
        let (request, body) = match sent {
            Sent::Post(body) => (self.agent.post(address.target()), body),
            Sent::Patch(body) => (self.agent.patch(address.target()), body),
        };
        let mut request = request
            .config()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(LONGEST_EXCHANGE))
            .build();
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let failed = |source| HttpError::transport(address, source);
        reply(address, request.send(body).map_err(failed)?, limit)
    }
}

fn reply(address: &Address, response: Response<Body>, limit: u64) -> Result<Reply, HttpError> {
    let (parts, body) = response.into_parts();
    Ok(Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: whole(address, body, limit)?,
    })
}
