//! The body of a reply as a whole, bounded.

use std::io::Read as _;

use ureq::Body;

use super::{Address, HttpError};

/// Reads a body. One of more than `limit` bytes is refused, after no more than that was read.
pub(super) fn whole(address: &Address, body: Body, limit: u64) -> Result<Vec<u8>, HttpError> {
    let body = body.into_with_config().limit(u64::MAX);
    let mut bytes = Vec::new();
    let mut reader = body.reader().take(limit.saturating_add(1));
    reader
        .read_to_end(&mut bytes)
        .map_err(|source| HttpError::Body {
            address: address.clone(),
            source,
        })?;
    if bytes.len() as u64 > limit {
        let address = address.clone();
        return Err(HttpError::TooLarge { address, limit });
    }
    Ok(bytes)
}
