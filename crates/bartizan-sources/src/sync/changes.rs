//! The list of changes of a feed: `modified_id.csv`, one `time,id` a line, newest first.

use std::io::{self, BufRead, Read};

use bartizan_model::Timestamp;
use jiff::SignedDuration;

/// More changes than this are fetched as the whole feed.
pub(super) const MOST: usize = 2000;

/// The longest line.
const LONGEST: u64 = 4096;

/// A record that was written while the list was read last may carry an earlier time. So far back the list
/// is looked at again.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// What a list says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Changes {
    /// What changed since, newest first.
    Since {
        /// When, and the record.
        changes: Vec<Change>,
        /// The newest time of the list.
        newest: Option<Timestamp>,
    },
    /// More than is worth fetching one by one.
    Many,
    /// The list is not what it should be.
    Unreadable,
}

/// One line of the list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) time: Timestamp,
    pub(super) id: String,
}

/// Reads a list as far back as `seen`. `is_known` says of a change that is not newer whether it is already
/// here.
pub(super) fn read(
    list: impl BufRead,
    seen: Timestamp,
    is_known: &mut dyn FnMut(&Change) -> bool,
) -> io::Result<Changes> {
    let mut list = list;
    let mut changes = Vec::new();
    let mut newest = None;
    let mut before = None;
    let end = seen.saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN);
    loop {
        let mut line = String::new();
        match list.by_ref().take(LONGEST).read_line(&mut line) {
            Ok(0) => return Ok(Changes::Since { changes, newest }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Ok(Changes::Unreadable);
            }
            Err(error) => return Err(error),
        }
        let Some(change) = parse(&line) else {
            return Ok(Changes::Unreadable);
        };
        if before.is_some_and(|before| change.time > before) {
            return Ok(Changes::Unreadable);
        }
        before = Some(change.time);
        newest = newest.or(before);
        if change.time < end {
            return Ok(Changes::Since { changes, newest });
        }
        if change.time <= seen && is_known(&change) {
            continue;
        }
        if changes.len() >= MOST {
            return Ok(Changes::Many);
        }
        changes.push(change);
    }
}

fn parse(line: &str) -> Option<Change> {
    let (time, id) = line.trim_end().split_once(',')?;
    let is_id = !id.is_empty() && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_id.then_some(Change {
        time: time.parse().ok()?,
        id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, expect: &str) {
        let seen = "2024-01-02T00:00:00Z".parse().unwrap();
        let told = match read(list.as_bytes(), seen, &mut |change| change.id == "KNOWN").unwrap() {
            Changes::Since { changes, newest } => {
                let ids: Vec<String> = changes.into_iter().map(|change| change.id).collect();
                format!(
                    "{} newest {}",
                    ids.join(" "),
                    newest.map_or("none".to_owned(), |time| time.to_string())
                )
            }
            other => format!("{other:?}"),
        };
        assert_eq!(told, expect);
    }

    #[test]
    fn changes_are_read_as_far_back_as_needed() {
        check(
            "2024-01-03T00:00:00Z,A-1\n2024-01-02T00:00:00Z,A-2\n2024-01-01T23:30:00Z,KNOWN\n2024-01-01T23:15:00Z,A-3\n2024-01-01T22:00:00Z,A-4\nnot read any more",
            "A-1 A-2 A-3 newest 2024-01-03T00:00:00Z",
        );
        check("2024-01-01T00:00:00Z,A-1\n", " newest 2024-01-01T00:00:00Z");
        check("", " newest none");
    }

    #[test]
    fn a_list_that_is_none_is_not_believed() {
        check("<html>not found</html>\n", "Unreadable");
        check(
            "2024-01-03T00:00:00Z,A-1\n2024-01-04T00:00:00Z,A-2\n",
            "Unreadable",
        );
        check("2024-01-03T00:00:00Z,A 1\n", "Unreadable");
        check(&"x".repeat(10_000), "Unreadable");
        let many = "2024-01-03T00:00:00Z,A-1\n".repeat(MOST + 1);
        check(&many, "Many");
    }
}
