//! Fetching many small records at once.

use std::io;

use bartizan_formats::advisory;

use crate::http::{Address, Fetched, HttpClient, HttpError, Validators};

/// How many records are fetched at a time.
const LANES: usize = 8;

/// After so many failures the rest is left for another time: the server is not well.
const MOST_FAILURES: usize = 16;

/// A record, or why it could not be had.
pub(super) type Reply = Result<Vec<u8>, HttpError>;

/// Fetches records and gives each reply to `each`, in the order of the addresses. Returns how many were
/// left out after too many failures.
pub(super) fn fetch_records(
    client: &HttpClient,
    records: &[Address],
    each: &mut dyn FnMut(&Address, Reply) -> io::Result<()>,
) -> io::Result<usize> {
    let mut failures = 0;
    let mut left = records.len();
    for chunk in records.chunks(LANES) {
        if failures >= MOST_FAILURES {
            break;
        }
        let replies: Vec<_> = std::thread::scope(|scope| {
            let lanes: Vec<_> = chunk
                .iter()
                .map(|address| scope.spawn(move || fetch(client, address)))
                .collect();
            lanes.into_iter().map(|lane| lane.join().ok()).collect()
        });
        for (address, reply) in chunk.iter().zip(replies) {
            left -= 1;
            let Some(reply) = reply else {
                return Err(io::Error::other(
                    "a thread that fetches records ended early",
                ));
            };
            let is_failure = reply.as_ref().is_err_and(|error| !error.is_not_found());
            failures += usize::from(is_failure);
            each(address, reply)?;
        }
    }
    Ok(left)
}

fn fetch(client: &HttpClient, address: &Address) -> Reply {
    let limit = advisory::MAX_BYTES as u64;
    match client.bytes(address, &Validators::default(), limit)? {
        Fetched::New { body, .. } => Ok(body),
        // Nothing was said about versions, so this cannot be; an empty body is no record.
        Fetched::NotModified => Ok(Vec::new()),
    }
}
