//! A file on an index, read in blocks as they are asked for.
//!
//! A wheel is a zip archive with its directory at the end: its metadata, or its libraries, are had without the rest.
//! What was fetched in blocks cannot be checked against the digest of the whole; only checksums of members speak for it.

use std::{
    collections::BTreeMap,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bartizan_formats::tree::{Entry, EntryKind, ReadSeek, Tree, TreeError};

use crate::http::{Address, HttpClient, HttpError, Wanted};

/// How a file is fetched.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How many bytes are fetched at a time, and at the end first.
    pub block: u64,
    /// How many bytes the whole may have, where a server sends nothing less.
    pub limit: u64,
    /// How many requests may be made for one file.
    pub requests: usize,
}

/// A file on a server.
#[derive(Clone)]
pub struct RemoteFile {
    shared: Arc<Shared>,
    position: u64,
}

struct Shared {
    http: HttpClient,
    address: Address,
    pace: Pace,
    total: u64,
    got: Mutex<Got>,
}

#[derive(Default)]
struct Got {
    /// By number.
    blocks: BTreeMap<u64, Arc<Vec<u8>>>,
    /// The end of the file, and where it begins.
    end: (u64, Arc<Vec<u8>>),
    whole: Option<Arc<Vec<u8>>>,
    requests: usize,
}

impl RemoteFile {
    /// Asks for the end of the file, which tells how long it is.
    pub fn open(http: HttpClient, address: Address, pace: Pace) -> Result<Self, HttpError> {
        let end = http.slice(&address, Wanted::Last(pace.block), pace.limit)?;
        let mut got = Got {
            requests: 1,
            ..Got::default()
        };
        let total = end.total;
        if end.is_whole() {
            got.whole = Some(Arc::new(end.bytes));
        } else {
            got.end = (end.start, Arc::new(end.bytes));
        }
        let shared = Shared {
            http,
            address,
            pace,
            total,
            got: Mutex::new(got),
        };
        Ok(Self {
            shared: Arc::new(shared),
            position: 0,
        })
    }

    /// How long it is.
    pub fn total(&self) -> u64 {
        self.shared.total
    }

    /// All of it, where the server sent all of it.
    pub fn whole(&self) -> Option<Arc<Vec<u8>>> {
        let got = self.shared.got.lock();
        got.unwrap_or_else(PoisonError::into_inner).whole.clone()
    }

    /// The same file, read from its start.
    fn again(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            position: 0,
        }
    }
}

impl Shared {
    /// The bytes from a place on, as far as they are in one block. One request at a time: neighbours share blocks.
    fn at(&self, position: u64) -> io::Result<(Arc<Vec<u8>>, usize)> {
        let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        let mut got = self.got.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(whole) = &got.whole {
            return Ok((Arc::clone(whole), place(position)));
        }
        let (end, bytes) = &got.end;
        if position >= *end && !bytes.is_empty() {
            return Ok((Arc::clone(bytes), place(position - end)));
        }
        let number = position / self.pace.block;
        let start = number * self.pace.block;
        if let Some(block) = got.blocks.get(&number) {
            return Ok((Arc::clone(block), place(position - start)));
        }
        if got.requests >= self.pace.requests {
            return Err(io::Error::other("more requests than one file is worth"));
        }
        got.requests += 1;
        let length = self.pace.block.min(self.total - start);
        let wanted = Wanted::From { start, length };
        let slice = self.http.slice(&self.address, wanted, self.pace.limit);
        let slice = slice.map_err(io::Error::other)?;
        let is_same = slice.total == self.total;
        if is_same && slice.is_whole() {
            let whole = Arc::new(slice.bytes);
            got.whole = Some(Arc::clone(&whole));
            return Ok((whole, place(position)));
        }
        if !is_same || slice.bytes.len() as u64 != length {
            return Err(io::Error::other("the file has changed while it was read"));
        }
        let block = Arc::new(slice.bytes);
        got.blocks.insert(number, Arc::clone(&block));
        Ok((block, place(position - start)))
    }
}

impl Read for RemoteFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.shared.total || buffer.is_empty() {
            return Ok(0);
        }
        let (block, offset) = self.shared.at(self.position)?;
        let rest = block.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (to, from) = (buffer.get_mut(..count), rest.get(..count));
        if let (Some(to), Some(from)) = (to, from) {
            to.copy_from_slice(from);
        }
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for RemoteFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(distance) => self.shared.total.checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        self.position = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// A tree of this one file.
pub struct RemoteTree {
    path: PathBuf,
    file: RemoteFile,
}

impl RemoteTree {
    /// The file under a name.
    pub fn new(name: &str, file: RemoteFile) -> Self {
        Self {
            path: PathBuf::from(name),
            file,
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Tree for RemoteTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        if path != self.path {
            return Err(TreeError::NotFound);
        }
        Ok(Entry {
            path: path.to_owned(),
            kind: EntryKind::File,
            size: self.file.total(),
        })
    }

    fn list(&self, _directory: &Path) -> Result<Vec<Entry>, TreeError> {
        Err(TreeError::NotFound)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        if self.entry(path)?.size > limit {
            return Err(TreeError::TooLarge { limit });
        }
        let mut bytes = Vec::new();
        self.file.again().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        self.entry(path)?;
        Ok(Box::new(self.file.again()))
    }
}
