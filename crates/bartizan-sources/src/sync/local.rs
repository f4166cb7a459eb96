//! Files and directories as inputs, each recognised by its content.
//!
//! Every archive and every file named is an origin of its own; the loose files of a directory tree are one
//! origin together. Hidden files of a tree are passed over, and links are not followed.

use std::{
    fs::{self, DirEntry, File},
    io::{self, Read},
    path::Path,
};

use bartizan_formats::advisory;
use bartizan_model::problem::Problem;

use super::{
    gather::{Extent, Gather},
    progress::Progress,
    reader::{Origin, Reader, is_data},
    spool::SpoolFile,
};

/// How deep a tree is searched.
const DEEPEST: usize = 32;

/// Reads a path. An error is one of the spool; what is wrong with the input are problems.
pub(super) fn gather<S: SpoolFile>(
    path: &Path,
    gather: &mut Gather<S>,
    progress: &mut dyn Progress,
) -> io::Result<()> {
    let mut reader = Reader { gather, progress };
    // The whole path, so that the same input has the same name from every directory.
    let whole = fs::canonicalize(path).unwrap_or_else(|_error| path.to_owned());
    let complaint = match fs::metadata(&whole) {
        Ok(metadata) if metadata.is_dir() => return tree(&mut reader, &whole),
        Ok(metadata) if metadata.is_file() => return file(&mut reader, &whole),
        Ok(_) => "neither a file nor a directory".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    reader.gather.problems.add(problem(&whole, &complaint));
    Ok(())
}

/// A file that is an origin of its own.
fn file<S: SpoolFile>(reader: &mut Reader<'_, S>, path: &Path) -> io::Result<()> {
    let mut origin = reader.origin(path.display().to_string(), Extent::Whole);
    if is_zip(path) {
        match File::open(path) {
            Ok(file) => drop(reader.zip(&mut origin, file)?),
            Err(error) => {
                let problem = problem(path, &format!("cannot be read: {error}"));
                reader.gather.unread(origin.number, problem);
            }
        }
    } else {
        loose(reader, &mut origin, path)?;
    }
    reader.finish(&origin);
    Ok(())
}

/// A directory with all that is in it.
fn tree<S: SpoolFile>(reader: &mut Reader<'_, S>, root: &Path) -> io::Result<()> {
    let mut origin = None;
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((directory, depth)) = open.pop() {
        let entries = match entries(&directory) {
            Ok(entries) => entries,
            Err(error) => {
                let number = origin_of(&mut origin, reader, root).number;
                let problem = problem(&directory, &format!("cannot be listed: {error}"));
                reader.gather.unread(number, problem);
                continue;
            }
        };
        let mut below = Vec::new();
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEEPEST => below.push((path, depth + 1)),
                Ok(kind) if kind.is_file() && is_zip(&path) => file(reader, &path)?,
                Ok(kind) if kind.is_file() && is_data(&name) => {
                    let origin = origin_of(&mut origin, reader, root);
                    loose(reader, origin, &path)?;
                }
                Ok(kind) if kind.is_dir() => {
                    let number = origin_of(&mut origin, reader, root).number;
                    let problem = problem(&path, "too deep inside of the directory to be read");
                    reader.gather.unread(number, problem);
                }
                _ => {}
            }
        }
        below.reverse();
        open.append(&mut below);
    }
    if let Some(origin) = origin {
        reader.finish(&origin);
    }
    Ok(())
}

/// The origin of the loose files of a tree, which starts with the first of them.
fn origin_of<'o, S: SpoolFile>(
    origin: &'o mut Option<Origin>,
    reader: &mut Reader<'_, S>,
    root: &Path,
) -> &'o mut Origin {
    origin.get_or_insert_with(|| reader.origin(root.display().to_string(), Extent::Whole))
}

/// What is in a directory and not hidden, sorted by name.
fn entries(directory: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.retain(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// A file that is no archive.
fn loose<S: SpoolFile>(
    reader: &mut Reader<'_, S>,
    origin: &mut Origin,
    path: &Path,
) -> io::Result<()> {
    let name = path.display().to_string();
    match File::open(path).and_then(|file| read_bounded(file, advisory::MAX_BYTES)) {
        Ok(bytes) => reader.bytes(origin, &name, bytes),
        Err(error) => {
            let problem = Problem::new(name, format!("cannot be read: {error}"));
            reader.gather.unread(origin.number, problem);
            Ok(())
        }
    }
}

/// Whether a file is a zip archive, by its content.
fn is_zip(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && (start == *b"PK\x03\x04" || start == *b"PK\x05\x06")
}

pub(super) fn read_bounded(file: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        let message = format!("larger than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

fn problem(path: &Path, message: &str) -> Problem {
    Problem::new(path.display().to_string(), message)
}
