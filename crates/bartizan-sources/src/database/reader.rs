//! Reading a snapshot by position, from a file or from memory.

use std::{fs::File, io};

use bartizan_formats::snapshot::ReadAt;

/// A file that is read by position.
#[derive(Debug)]
pub struct FileReader {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: std::sync::Mutex<File>,
}

#[cfg(unix)]
impl FileReader {
    /// Reads from this file.
    pub fn new(file: File) -> Self {
        Self { file }
    }
}

#[cfg(unix)]
impl ReadAt for FileReader {
    fn size(&self) -> io::Result<u64> {
        self.file.metadata().map(|metadata| metadata.len())
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }
}

/// Where no positioned reads are at hand, one reader at a time moves the file's position.
#[cfg(not(unix))]
impl FileReader {
    /// Reads from this file.
    pub fn new(file: File) -> Self {
        Self {
            file: std::sync::Mutex::new(file),
        }
    }

    fn file(&self) -> std::sync::MutexGuard<'_, File> {
        self.file
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(not(unix))]
impl ReadAt for FileReader {
    fn size(&self) -> io::Result<u64> {
        self.file().metadata().map(|metadata| metadata.len())
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(buffer)
    }
}

/// Where an open database reads from.
#[derive(Debug)]
pub enum DatabaseReader {
    /// A file.
    File(FileReader),
    /// Bytes in memory.
    Memory(Vec<u8>),
}

impl ReadAt for DatabaseReader {
    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => file.size(),
            Self::Memory(bytes) => bytes.size(),
        }
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_exact_at(buffer, offset),
            Self::Memory(bytes) => bytes.read_exact_at(buffer, offset),
        }
    }
}
