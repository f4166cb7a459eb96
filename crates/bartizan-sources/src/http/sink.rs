//! Where bodies go: memory, or a file that may be gone on with.

use std::io::{self, Write};

use super::part::PartFile;

/// Where a body goes.
pub(super) trait Sink {
    /// How many bytes are here from an earlier attempt, and the `ETag` of their body.
    fn present(&self) -> Option<(u64, String)>;
    /// The only encoding that may be sent, where it matters: a part of a packed body cannot be gone on with.
    fn encoding(&self) -> Option<&'static str>;
    /// A body starts, of this many bytes.
    fn restart(&mut self, tag: Option<&str>, length: Option<u64>) -> io::Result<()>;
    /// A body goes on after `kept` bytes, with this many more.
    fn resume(&mut self, kept: u64, length: Option<u64>) -> io::Result<()>;
    /// Takes some of the body.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// A body in memory.
pub(super) struct Memory(pub(super) Vec<u8>);

impl Sink for Memory {
    fn present(&self) -> Option<(u64, String)> {
        None
    }

    fn encoding(&self) -> Option<&'static str> {
        None
    }

    fn restart(&mut self, _: Option<&str>, _: Option<u64>) -> io::Result<()> {
        self.0.clear();
        Ok(())
    }

    fn resume(&mut self, _: u64, _: Option<u64>) -> io::Result<()> {
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// A file, and somebody who is told how much of it is here.
pub(super) struct Watched<'a> {
    pub(super) part: &'a mut PartFile,
    pub(super) received: &'a mut dyn FnMut(u64, Option<u64>),
    pub(super) done: u64,
    pub(super) of: Option<u64>,
}

impl Sink for Watched<'_> {
    fn present(&self) -> Option<(u64, String)> {
        let (length, tag) = self.part.present()?;
        Some((length, tag.to_owned()))
    }

    fn encoding(&self) -> Option<&'static str> {
        Some("identity")
    }

    fn restart(&mut self, tag: Option<&str>, length: Option<u64>) -> io::Result<()> {
        (self.done, self.of) = (0, length);
        self.part.restart(tag)
    }

    fn resume(&mut self, kept: u64, length: Option<u64>) -> io::Result<()> {
        (self.done, self.of) = (kept, length.map(|length| length.saturating_add(kept)));
        self.part.resume()
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.part.write_all(bytes)?;
        self.done += bytes.len() as u64;
        (self.received)(self.done, self.of);
        Ok(())
    }
}
