//! One question to a service and its answer as it is: any status, no redirect followed, nothing tried again.
//!
//! Who asks decides what a status means, and where a redirect may lead: a token must not go along to another host.

use std::time::Duration;

use ureq::http::{HeaderMap, Request, request::Builder};

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

impl HttpClient {
    /// Asks once. A body of more than `limit` bytes is refused.
    pub(crate) fn exchange(
        &self,
        address: &Address,
        headers: &[(&'static str, String)],
        limit: u64,
    ) -> Result<Reply, HttpError> {
        self.send(("GET", None), address, headers, limit)
    }

    /// Sends once, by a method and with a body where there is one. An answer of more than `limit` bytes is refused.
    pub(crate) fn send(
        &self,
        (method, body): (&'static str, Option<&[u8]>),
        address: &Address,
        headers: &[(&'static str, String)],
        limit: u64,
    ) -> Result<Reply, HttpError> {
        let mut request = Request::builder().method(method).uri(address.target());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = self
            .response(request, body)
            .map_err(|source| HttpError::transport(address, source))?;
        let (parts, body) = response.into_parts();
        Ok(Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: whole(address, body, limit)?,
        })
    }

    fn response(
        &self,
        request: Builder,
        body: Option<&[u8]>,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        match body {
            Some(body) => self.run(request.body(body)?),
            None => self.run(request.body(())?),
        }
    }

    fn run(
        &self,
        request: Request<impl ureq::AsSendBody>,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let request = self
            .agent
            .configure_request(request)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(LONGEST_EXCHANGE))
            .build();
        self.agent.run(request)
    }
}
