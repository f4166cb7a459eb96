//! What an archive or a commit holds, as facts that can be compared: names, digests, modes. The bytes are had for those
//! files only that somebody asks for, so that two releases of a gigabyte can be compared.
//!
//! A text has a second digest, of its lines alone: whoever builds on another system writes other line ends.

mod archive;
mod git;

use std::collections::BTreeMap;

pub use self::{
    archive::{TextOf, of_archive, of_archive_up_to, texts},
    git::pointer,
};
use crate::digest::Digest;

/// Gives the name that git has for some bytes.
pub type Naming<'a> = &'a dyn Fn(&[u8]) -> Option<String>;

/// Up to this size a file may be a text.
const LARGEST_TEXT: usize = 16 << 20;

/// How many bytes tell a text from something else, as git has it.
const TEXT_HEAD: usize = 8_000;

/// What something holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The files, by their names from its top, with `/`.
    pub files: BTreeMap<String, FileFacts>,
    /// The folder that all of it was in and that the names are without.
    pub folder: Option<String>,
    /// What could not be read or has an odd name, with the reason.
    pub problems: BTreeMap<String, String>,
    /// Folders whose content is elsewhere, with what is known of it: submodules of a commit.
    pub elsewhere: BTreeMap<String, String>,
    /// The names in the order of the archive.
    pub order: Vec<String>,
}

/// What is known of a file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFacts {
    /// How many bytes it has; nothing where nobody counted.
    pub size: Option<u64>,
    /// Whether it may be run; nothing where its archive does not say.
    pub is_executable: Option<bool>,
    /// What it points to, where it is a link.
    pub link: Option<String>,
    /// What its bytes are.
    pub identity: Identity,
    /// Whether it is no text; nothing where nobody looked.
    pub is_binary: Option<bool>,
}

/// Names of some bytes, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Their SHA-256 digest.
    pub sha256: Option<Digest>,
    /// That of their lines, where they are text.
    pub lines: Option<Digest>,
    /// Git's name for them.
    pub blob: Option<String>,
    /// Git's names for the same text with the line ends of Unix and of Windows, where these differ.
    pub other_line_ends: Vec<String>,
}

/// How two files compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    /// The same bytes.
    Same,
    /// The same lines, with other ends.
    LineEnds,
    /// Something else.
    Other,
}

impl Identity {
    /// What some bytes are.
    pub fn of(bytes: &[u8], naming: Option<Naming<'_>>) -> Self {
        let mut identity = Self {
            sha256: Some(Digest::of(bytes)),
            blob: naming.and_then(|name| name(bytes)),
            ..Self::default()
        };
        if is_binary(bytes) || bytes.len() > LARGEST_TEXT {
            return identity;
        }
        let unix = unix_lines(bytes);
        identity.lines = match &unix {
            Some(unix) => Some(Digest::of(unix)),
            None => identity.sha256,
        };
        if let Some(name) = naming {
            let windows = windows_lines(unix.as_deref().unwrap_or(bytes));
            let others = [unix, (windows != bytes).then_some(windows)];
            identity.other_line_ends = others.iter().flatten().filter_map(|it| name(it)).collect();
        }
        identity
    }

    /// Whether these are the same bytes, by the names that both have.
    pub fn compare(&self, other: &Self) -> Sameness {
        let same = match (&self.sha256, &other.sha256) {
            (Some(own), Some(others)) => own == others,
            _ => self.blob.is_some() && self.blob == other.blob,
        };
        let is_among = |one: &Option<String>, names: &[String]| {
            one.as_ref().is_some_and(|name| names.contains(name))
        };
        let same_lines = (self.lines.is_some() && self.lines == other.lines)
            || is_among(&self.blob, &other.other_line_ends)
            || is_among(&other.blob, &self.other_line_ends);
        match (same, same_lines) {
            (true, _) => Sameness::Same,
            (false, true) => Sameness::LineEnds,
            (false, false) => Sameness::Other,
        }
    }
}

/// Whether bytes are no text, as git judges it.
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes.get(..TEXT_HEAD).unwrap_or(bytes)).is_some()
}

/// The text with the line ends of Unix; nothing where it has them.
pub fn unix_lines(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(bytes, b"\r\n")?;
    let mut unix = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(place) = memchr::memmem::find(rest, b"\r\n") {
        let (line, after) = rest.split_at_checked(place)?;
        unix.extend_from_slice(line);
        unix.push(b'\n');
        rest = after.get(2..).unwrap_or_default();
    }
    unix.extend_from_slice(rest);
    Some(unix)
}

/// A text with the line ends of Unix, with those of Windows.
fn windows_lines(unix: &[u8]) -> Vec<u8> {
    let mut windows = Vec::with_capacity(unix.len() + unix.len() / 16);
    for (number, line) in unix.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            windows.extend_from_slice(b"\r\n");
        }
        windows.extend_from_slice(line);
    }
    windows
}

#[cfg(test)]
mod tests;
