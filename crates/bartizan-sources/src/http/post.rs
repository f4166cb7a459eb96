//! One request with a body to a service and its answer as it is: any status, no redirect followed, nothing tried again.

use std::time::Duration;

use super::{Address, HttpClient, HttpError, whole::whole};

/// The longest that one request may take.
const LONGEST_POST: Duration = Duration::from_mins(1);

impl HttpClient {
    /// Sends a body once. An answer of more than `limit` bytes is refused.
    pub(crate) fn post(
        &self,
        address: &Address,
        headers: &[(&'static str, &str)],
        body: &[u8],
        limit: u64,
    ) -> Result<(u16, Vec<u8>), HttpError> {
        let mut request = self
            .agent
            .post(address.target())
            .config()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(LONGEST_POST))
            .build();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let failed = |source| HttpError::transport(address, source);
        let response = request.send(body).map_err(failed)?;
        let status = response.status().as_u16();
        Ok((status, whole(address, response.into_body(), limit)?))
    }
}
