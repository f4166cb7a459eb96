//! What is published of a log: how many entries it has, and their root. It names nobody.

use bartizan_model::Timestamp;
use thiserror::Error;

use bartizan_formats::digest::Digest;

/// The largest text of a checkpoint.
pub const LARGEST_CHECKPOINT: usize = 1 << 10;

/// The first line: what it is, and the version of it.
const TITLE: &str = "bartizan access checkpoint 1";

/// How a log stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries there were.
    pub entries: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// When the last of them happened.
    pub at: Timestamp,
}

/// A text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no checkpoint of an access log, or it was changed")]
pub struct CheckpointError;

impl Checkpoint {
    /// Its text, which can be signed and published.
    pub fn text(&self) -> String {
        format!(
            "{TITLE}\nentries: {}\nroot: {}\nat: {}\n",
            self.entries, self.root, self.at
        )
    }

    /// Reads several texts that stand behind one another, as `git notes append` puts them, with empty lines between them.
    pub fn read_all(text: &str) -> Result<Vec<Self>, CheckpointError> {
        let text = text.strip_prefix(TITLE).ok_or(CheckpointError)?;
        let title = format!("\n{TITLE}\n");
        let parts = text.strip_prefix('\n').unwrap_or(text).split(&title);
        let read = parts.map(|part| Self::read(&format!("{TITLE}\n{}\n", part.trim_end())));
        read.collect()
    }

    /// Reads a text. The same checkpoint has one text only.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.lines();
        let is_one = text.len() <= LARGEST_CHECKPOINT && lines.next() == Some(TITLE);
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(": ");
        let read = is_one.then(|| {
            Some(Self {
                entries: value("entries")?.parse().ok().filter(|it| *it > 0)?,
                root: Digest::parse(value("root")?)?,
                at: value("at")?.parse().ok()?,
            })
        });
        match read.flatten() {
            Some(checkpoint) if checkpoint.text() == text => Ok(checkpoint),
            _ => Err(CheckpointError),
        }
    }
}
