//! A part of a file on a server, so that little of a large one has to be fetched.

use ureq::{
    Body, ResponseExt as _,
    http::{Response, StatusCode, header},
};

use super::{Address, HttpClient, HttpError, Refusal, refusal, whole::whole};

/// Which part is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// So many bytes at the end.
    Last(u64),
    /// So many bytes from a place on.
    From {
        /// The place.
        start: u64,
        /// How many bytes.
        length: u64,
    },
}

/// What a server sent of a file. One that does not know parts sends all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where they stand in the file.
    pub start: u64,
    /// How long the file is.
    pub total: u64,
}

impl Slice {
    /// Whether it is all of the file.
    pub fn is_whole(&self) -> bool {
        self.start == 0 && self.bytes.len() as u64 == self.total
    }
}

impl Wanted {
    fn header(self) -> String {
        match self {
            Self::Last(length) => format!("bytes=-{length}"),
            Self::From { start, length } => {
                let last = start.saturating_add(length).saturating_sub(1);
                format!("bytes={start}-{last}")
            }
        }
    }

    fn length(self) -> u64 {
        match self {
            Self::Last(length) | Self::From { length, .. } => length,
        }
    }

    /// Whether a server that sends this part of a file answers what was asked.
    fn is_answered_by(self, start: u64, length: u64, total: u64) -> bool {
        let end = start.checked_add(length);
        let fits = end.is_some_and(|end| end <= total) && length <= self.length();
        fits && match self {
            Self::Last(_) => end == Some(total),
            Self::From { start: asked, .. } => start == asked,
        }
    }
}

impl HttpClient {
    /// Fetches a part of a file. Where the server sends the whole, it may have at most `limit` bytes.
    pub fn slice(&self, address: &Address, wanted: Wanted, limit: u64) -> Result<Slice, HttpError> {
        self.retried(|| self.try_slice(address, wanted, limit))
    }

    fn try_slice(&self, address: &Address, wanted: Wanted, limit: u64) -> Result<Slice, Refusal> {
        let mut request = self
            .agent
            .get(address.target())
            .header(header::RANGE, wanted.header())
            .header(header::ACCEPT_ENCODING, "identity");
        if let Some(authorization) = address.authorization() {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let response = request
            .call()
            .map_err(|source| HttpError::transport(address, source))?;
        if address.is_encrypted() && response.get_uri().scheme_str() != Some("https") {
            let address = address.clone();
            return Err(HttpError::Downgrade { address }.into());
        }
        part(address, wanted, limit, response)
    }
}

/// The part in a reply.
fn part(
    address: &Address,
    wanted: Wanted,
    limit: u64,
    response: Response<Body>,
) -> Result<Slice, Refusal> {
    let range = response.headers().get(header::CONTENT_RANGE);
    let range = range.and_then(|value| content_range(value.to_str().ok()?));
    let wrong = || HttpError::WrongPart {
        address: address.clone(),
    };
    let part = match (response.status(), range) {
        (StatusCode::OK, _) => None,
        (StatusCode::PARTIAL_CONTENT, Some((start, end, total)))
            if wanted.is_answered_by(start, end.saturating_sub(start), total) =>
        {
            Some((start, end, total))
        }
        (StatusCode::PARTIAL_CONTENT, _) => return Err(wrong().into()),
        (status, _) => return Err(refusal(address, status, &response)),
    };
    let limit = part.map_or(limit, |(start, end, _)| end.saturating_sub(start));
    let bytes = whole(address, response.into_body(), limit)?;
    let length = bytes.len() as u64;
    match part {
        Some((start, end, total)) if start + length == end => Ok(Slice {
            bytes,
            start,
            total,
        }),
        Some(_) => Err(wrong().into()),
        None => Ok(Slice {
            bytes,
            start: 0,
            total: length,
        }),
    }
}

/// Start, end and length of the whole, from `bytes 0-9/100`.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (start, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    Some((start, last.checked_add(1)?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_an_answer() {
        let last = Wanted::Last(10);
        assert!(last.is_answered_by(90, 10, 100) && last.is_answered_by(0, 5, 5));
        assert!(!last.is_answered_by(80, 10, 100) && !last.is_answered_by(80, 20, 100));
        let from = Wanted::From {
            start: 5,
            length: 10,
        };
        assert!(from.is_answered_by(5, 10, 100) && from.is_answered_by(5, 3, 8));
        assert!(!from.is_answered_by(6, 10, 100) && !from.is_answered_by(5, 11, 100));
        assert!(!from.is_answered_by(5, 10, 14) && !from.is_answered_by(5, u64::MAX, 8));
        assert_eq!(from.header(), "bytes=5-14");
    }

    #[test]
    fn ranges_are_read_or_refused() {
        assert_eq!(content_range("bytes 0-9/100"), Some((0, 10, 100)));
        for text in [
            "",
            "bytes */100",
            "bytes 0-9/*",
            "bytes 9",
            "bytes 0-18446744073709551615/1",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}
