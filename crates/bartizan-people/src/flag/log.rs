//! The log of everything that happens to flags. It only grows, and every entry holds the hash of the one before: whoever
//! changes or removes an entry changes every hash behind it, and whoever remembers the last hash sees it.

use bartizan_model::{Timestamp, fingerprint::hexadecimal};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::keyed::Pseudonym;

/// The largest log that is read.
pub const LARGEST_LOG: usize = 64 << 20;

/// The longest line.
const LONGEST_LINE: usize = 2_000;

/// What the first entry follows.
const BEGIN: &str = "bartizan flags 1";

/// What happens to a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// A maintainer raises it.
    Raised,
    /// A second one says so too.
    Seconded,
    /// Somebody reads what is said of a person.
    Read,
    /// Whoever it is about answers.
    Appealed,
    /// A maintainer would have it lifted.
    Lifted,
    /// The words are removed, because the person is to be forgotten.
    Forgotten,
}

impl Event {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Seconded => "seconded",
            Self::Read => "read",
            Self::Appealed => "appealed",
            Self::Lifted => "lifted",
            Self::Forgotten => "forgotten",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// To which flag: the number of the entry that raised it. None where all of a person's were read.
    pub flag: Option<u64>,
    /// About whom; none where everybody's were read.
    pub person: Option<Pseudonym>,
    /// Who did it.
    pub by: Pseudonym,
    /// The digest of the words that are kept beside the log.
    pub content: Option<[u8; 32]>,
}

/// The whole log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    entries: Vec<Entry>,
    hashes: Vec<[u8; 32]>,
}

/// Why a log cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogError {
    /// It is larger than any.
    #[error("the log of flags is larger than {LARGEST_LOG} bytes")]
    TooLarge,
    /// A line is no entry.
    #[error("line {line} of the log of flags cannot be read")]
    Unreadable {
        /// Which.
        line: usize,
    },
    /// A line is not what followed the one before.
    #[error(
        "line {line} of the log of flags does not follow from the line before: the log was changed"
    )]
    Changed {
        /// Which.
        line: usize,
    },
    /// The last line has no end.
    #[error("the log of flags was cut off in its last line")]
    Cut,
    /// What somebody remembers of it is not in it.
    #[error(
        "the log of flags has no entry with the hash that was remembered: it was shortened or replaced"
    )]
    Shortened,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: u64,
    at: String,
    event: Event,
    flag: Option<u64>,
    person: Option<String>,
    by: String,
    content: Option<String>,
    hash: String,
}

impl Log {
    /// Reads a log, and believes it only where every entry follows from the one before.
    pub fn read(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > LARGEST_LOG {
            return Err(LogError::TooLarge);
        }
        let mut log = Self::default();
        let Some(text) = bytes.strip_suffix(b"\n") else {
            return if bytes.is_empty() {
                Ok(log)
            } else {
                Err(LogError::Cut)
            };
        };
        for (number, text) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            let unreadable = LogError::Unreadable { line: number };
            let line = (text.len() <= LONGEST_LINE)
                .then(|| serde_json::from_slice::<Line>(text).ok())
                .flatten();
            let line = line.ok_or(unreadable.clone())?;
            let said = line.hash.clone();
            let entry = line.entry().ok_or(unreadable)?;
            let hash = log.next_hash(&entry);
            // A line that says the same in another way is another line.
            let is_next = entry.number == log.next_number() && said == hexadecimal(&hash);
            if !is_next || line_of(&entry, &hash).as_bytes() != text {
                return Err(LogError::Changed { line: number });
            }
            log.entries.push(entry);
            log.hashes.push(hash);
        }
        Ok(log)
    }

    /// Adds what happened; gives the line that belongs at the end of the file, with its end. The number is set here.
    pub fn add(&mut self, mut entry: Entry) -> String {
        entry.number = self.next_number();
        let hash = self.next_hash(&entry);
        let line = line_of(&entry, &hash) + "\n";
        self.entries.push(entry);
        self.hashes.push(hash);
        line
    }

    /// Everything that happened, the oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number that the next entry has.
    pub fn next_number(&self) -> u64 {
        self.entries.len() as u64 + 1
    }

    /// The last hash, which is worth remembering elsewhere.
    pub fn head(&self) -> String {
        self.hashes
            .last()
            .map_or_else(String::new, |hash| hexadecimal(hash))
    }

    /// Whether a hash that somebody remembered is still in it.
    pub fn remembers(&self, head: &str) -> Result<(), LogError> {
        let mut hashes = self.hashes.iter();
        if hashes.any(|it| hexadecimal(it) == head) {
            Ok(())
        } else {
            Err(LogError::Shortened)
        }
    }

    fn next_hash(&self, entry: &Entry) -> [u8; 32] {
        let person = entry.person.map(|it| it.to_string());
        let mut hash = Sha256::new();
        let mut put = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        match self.hashes.last() {
            Some(last) => put(last),
            None => put(BEGIN.as_bytes()),
        }
        put(&entry.number.to_le_bytes());
        put(entry.at.to_string().as_bytes());
        put(entry.event.id().as_bytes());
        put(entry
            .flag
            .map(u64::to_le_bytes)
            .as_ref()
            .map_or(&[], |it| it));
        put(person.unwrap_or_default().as_bytes());
        put(entry.by.to_string().as_bytes());
        put(entry.content.as_ref().map_or(&[], |it| it));
        hash.finalize().into()
    }
}

impl Line {
    fn entry(self) -> Option<Entry> {
        Some(Entry {
            number: self.number,
            at: self.at.parse().ok()?,
            event: self.event,
            flag: self.flag,
            person: match self.person {
                Some(text) => Some(Pseudonym::read(&text)?),
                None => None,
            },
            by: Pseudonym::read(&self.by)?,
            content: match self.content {
                Some(text) => Some(bytes(&text)?),
                None => None,
            },
        })
    }
}

fn line_of(entry: &Entry, hash: &[u8; 32]) -> String {
    let line = Line {
        number: entry.number,
        at: entry.at.to_string(),
        event: entry.event,
        flag: entry.flag,
        person: entry.person.map(|it| it.to_string()),
        by: entry.by.to_string(),
        content: entry.content.as_ref().map(|hash| hexadecimal(hash)),
        hash: hexadecimal(hash),
    };
    // Numbers and texts can always be written.
    serde_json::to_string(&line).unwrap_or_default()
}

/// The digest of words with some random bytes, without which they could be guessed.
pub fn digest(salt: &[u8], words: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for bytes in std::iter::once(salt).chain(words.iter().map(|it| it.as_bytes())) {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keyed::Key;

    pub(in super::super) fn somebody(name: &str) -> Pseudonym {
        Key::new([1; 32]).pseudonym(&[name])
    }

    /// A log of some events, a day apart, with its text.
    pub(in super::super) fn log(events: &[(Event, Option<u64>, &str, &str)]) -> (Log, String) {
        let (mut log, mut text) = (Log::default(), String::new());
        for (day, (event, flag, person, by)) in (1..).zip(events) {
            text += &log.add(Entry {
                number: 0,
                at: Timestamp::from_second(day * 86_400).unwrap(),
                event: *event,
                flag: *flag,
                person: Some(somebody(person)),
                by: somebody(by),
                content: Some([7; 32]),
            });
        }
        (log, text)
    }

    fn some() -> (Log, String) {
        log(&[
            (Event::Raised, None, "ann", "ben"),
            (Event::Read, Some(1), "ann", "cy"),
            (Event::Seconded, Some(1), "ann", "cy"),
        ])
    }

    fn check(text: &str) -> String {
        Log::read(text.as_bytes()).map_or_else(
            |error| error.to_string(),
            |it| format!("{} entries", it.entries().len()),
        )
    }

    #[test]
    fn it_is_read_again_and_remembers() {
        let (log, text) = some();
        assert_eq!(Log::read(text.as_bytes()), Ok(log.clone()));
        assert_eq!(log.remembers(&log.head()), Ok(()));
        let (shorter, _) = self::log(&[(Event::Raised, None, "ann", "ben")]);
        assert_eq!(log.remembers(&shorter.head()), Ok(()));
        assert_eq!(shorter.remembers(&log.head()), Err(LogError::Shortened));
        // What a hash is today it must stay, or no log is believed any more.
        insta::assert_snapshot!(shorter.head(), @"90d45f7af044701466a1508433da5e716ef4e7c61f100f6af78217313c1062ad");
    }

    #[test]
    fn what_is_changed_is_seen() {
        let (_, text) = some();
        let lines: Vec<&str> = text.lines().collect();
        let put = |lines: &[&str]| lines.join("\n") + "\n";
        for (changed, expect) in [
            (text.clone(), "3 entries"),
            (String::new(), "0 entries"),
            (put(&lines[..2]), "2 entries"),
            (
                put(&lines[1..]),
                "line 1 of the log of flags does not follow from the line before: the log was changed",
            ),
            (
                put(&[lines[0], lines[2]]),
                "line 2 of the log of flags does not follow from the line before: the log was changed",
            ),
            (
                put(&[lines[1], lines[0]]),
                "line 1 of the log of flags does not follow from the line before: the log was changed",
            ),
            (
                text.replace("\"read\"", "\"raised\""),
                "line 2 of the log of flags does not follow from the line before: the log was changed",
            ),
            (
                text.replace("{\"number\":1,", "{ \"number\":1,"),
                "line 1 of the log of flags does not follow from the line before: the log was changed",
            ),
            (
                text.trim_end().to_owned(),
                "the log of flags was cut off in its last line",
            ),
            (
                text.replace("\"by\"", "\"from\""),
                "line 1 of the log of flags cannot be read",
            ),
        ] {
            assert_eq!(check(&changed), expect, "{changed}");
        }
    }

    proptest! {
        /// No byte can be another one.
        #[test]
        fn every_byte_counts(place in 0..10_000_usize, byte in 0x20..0x7f_u8) {
            let (log, text) = some();
            let mut bytes = text.into_bytes();
            let place = place % bytes.len();
            if bytes[place] != byte && bytes[place] != b'\n' {
                bytes[place] = byte;
                prop_assert_ne!(Log::read(&bytes), Ok(log));
                prop_assert!(Log::read(&bytes).is_err());
            }
        }

        #[test]
        fn never_panics(text in ".{0,200}") {
            check(&text);
        }
    }
}
