//! A place to put bytes aside, so that only their places stay in memory.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// Written bytes wait here before they go to the file.
const BUFFER: usize = 256 << 10;

/// A file, or memory that acts like one.
pub(crate) trait SpoolFile: Read + Write + Seek {}

impl<T: Read + Write + Seek> SpoolFile for T {}

/// Bytes put aside, to be read back by their place.
pub(crate) struct Spool<S> {
    file: S,
    written: u64,
    buffer: Vec<u8>,
}

/// Where bytes were put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    offset: u64,
    length: u32,
}

impl<S: SpoolFile> Spool<S> {
    pub(crate) fn new(file: S) -> Self {
        Self {
            file,
            written: 0,
            buffer: Vec::new(),
        }
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<Place> {
        let length = u32::try_from(bytes.len())
            .map_err(|_error| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let offset = self.written + self.buffer.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(Place { offset, length })
    }

    pub(crate) fn read(&mut self, place: Place) -> io::Result<Vec<u8>> {
        if !self.buffer.is_empty() {
            self.flush()?;
        }
        self.file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = vec![0; place.length as usize];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.written))?;
        self.file.write_all(&self.buffer)?;
        self.file.flush()?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_comes_back() {
        let mut spool = Spool::new(io::Cursor::new(Vec::new()));
        let text = |number: usize| "x".repeat(number * 37 % 5000) + &number.to_string();
        let mut places = Vec::new();
        for number in 0..500 {
            places.push(spool.append(text(number).as_bytes()).unwrap());
            if number % 50 == 0 {
                let bytes = spool.read(places[number / 2]).unwrap();
                assert_eq!(bytes, text(number / 2).into_bytes());
            }
        }
        for (number, place) in places.iter().enumerate().rev() {
            assert_eq!(spool.read(*place).unwrap(), text(number).into_bytes());
        }
    }
}
