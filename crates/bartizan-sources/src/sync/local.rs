//! Files and directories as inputs, each recognised by its content.
//!
//! Every archive and every file named is an origin of its own; the loose files of a directory tree are one
//! origin together. Names only decide what is passed over without a word inside of trees and archives:
//! hidden files and files that are no data.

use std::{
    fs::{self, File},
    io::{self, Read, Seek},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    advisory,
    archive::{ArchiveError, Limits, Member, gzip, zip},
};
use bartizan_model::problem::Problem;

use super::{
    gather::Gather,
    progress::{Progress, Step},
    spool::SpoolFile,
};

/// How deep a tree is searched.
const DEEPEST: usize = 32;

/// How many names an origin lists of files that are no advisories.
const NAMES: usize = 3;

/// Reads every path. An error is one of the spool; what is wrong with the inputs are problems.
pub(super) fn gather<S: SpoolFile>(
    paths: &[PathBuf],
    gather: &mut Gather<S>,
    progress: &mut dyn Progress,
) -> io::Result<()> {
    let mut reader = Reader { gather, progress };
    for path in paths {
        reader.path(path)?;
    }
    Ok(())
}

struct Reader<'a, S> {
    gather: &'a mut Gather<S>,
    progress: &'a mut dyn Progress,
}

/// An origin that is being read.
struct Origin {
    number: u32,
    address: String,
    /// Files that could hold data and are no advisories.
    others: Vec<String>,
    others_count: u64,
}

impl<S: SpoolFile> Reader<'_, S> {
    fn path(&mut self, path: &Path) -> io::Result<()> {
        // The whole path, so that the same input has the same name from every directory.
        let whole = fs::canonicalize(path).unwrap_or_else(|_error| path.to_owned());
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.tree(&whole),
            Ok(_) => self.file(&whole),
            Err(error) => {
                self.gather
                    .problems
                    .add(problem(path, &format!("cannot be read: {error}")));
                Ok(())
            }
        }
    }

    fn origin(&mut self, path: &Path) -> Origin {
        let address = path.display().to_string();
        Origin {
            number: self.gather.input(&address, true),
            address,
            others: Vec::new(),
            others_count: 0,
        }
    }

    fn tree(&mut self, root: &Path) -> io::Result<()> {
        let mut origin = None;
        let mut open = vec![(root.to_owned(), 0)];
        while let Some((directory, depth)) = open.pop() {
            let entries =
                fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let mut entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    let origin = origin.get_or_insert_with(|| self.origin(root));
                    let problem = problem(&directory, &format!("cannot be listed: {error}"));
                    self.gather.unread(origin.number, problem);
                    continue;
                }
            };
            entries.sort_by_key(fs::DirEntry::file_name);
            let mut below = Vec::new();
            for entry in entries {
                let path = entry.path();
                let name = entry.file_name().to_string_lossy().into_owned();
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                if name.starts_with('.') || kind.is_symlink() {
                    continue;
                }
                if kind.is_dir() && depth < DEEPEST {
                    below.push((path, depth + 1));
                } else if kind.is_file() && is_archive(&path) {
                    self.file(&path)?;
                } else if kind.is_file() && is_data(&name) {
                    let origin = origin.get_or_insert_with(|| self.origin(root));
                    let name = path.display().to_string();
                    self.loose(origin, &name, &path)?;
                }
            }
            below.reverse();
            open.append(&mut below);
        }
        if let Some(origin) = origin {
            self.finish(&origin);
        }
        Ok(())
    }

    /// A loose file of a tree.
    fn loose(&mut self, origin: &mut Origin, name: &str, path: &Path) -> io::Result<()> {
        match File::open(path).and_then(|file| read_bounded(file, advisory::MAX_BYTES)) {
            Ok(bytes) => self.bytes(origin, name, bytes),
            Err(error) => {
                let problem = Problem::new(name, format!("cannot be read: {error}"));
                self.gather.unread(origin.number, problem);
                Ok(())
            }
        }
    }

    /// A file that is an origin of its own.
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let mut origin = self.origin(path);
        if is_zip(path) {
            match File::open(path) {
                Ok(file) => self.zip(&mut origin, file)?,
                Err(error) => {
                    let problem = problem(path, &format!("cannot be read: {error}"));
                    self.gather.unread(origin.number, problem);
                }
            }
        } else {
            let name = origin.address.clone();
            self.loose(&mut origin, &name, path)?;
        }
        self.finish(&origin);
        Ok(())
    }

    fn zip(&mut self, origin: &mut Origin, file: impl Read + Seek) -> io::Result<()> {
        let outcome = zip::visit(file, &Limits::FEED, &mut |member| {
            self.member(origin, member)?;
            Ok::<_, Stop>(ControlFlow::Continue(()))
        });
        match outcome {
            Ok(()) => Ok(()),
            Err(Stop::Spool(error)) => Err(error),
            Err(Stop::Archive(error)) => {
                let problem = Problem::new(&origin.address, with_cause(&error));
                self.gather.unread(origin.number, problem);
                Ok(())
            }
        }
    }

    fn member(&mut self, origin: &mut Origin, member: &mut Member<'_>) -> io::Result<()> {
        let name = member.name().to_owned();
        if name.split('/').any(|part| part.starts_with('.')) || !is_data(&name) {
            return Ok(());
        }
        let subject = format!("{}: {name}", origin.address);
        match member.read() {
            Ok(bytes) => self.bytes(origin, &subject, bytes),
            Err(error) => {
                let problem = Problem::new(subject, with_cause(&error));
                self.gather.unread(origin.number, problem);
                Ok(())
            }
        }
    }

    /// The bytes of one file, packed or not.
    fn bytes(&mut self, origin: &mut Origin, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            match gzip::inflate(bytes.as_slice(), &Limits::FEED) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let problem = Problem::new(name, with_cause(&error));
                    self.gather.unread(origin.number, problem);
                    return Ok(());
                }
            }
        } else {
            bytes
        };
        if advisory::recognise(name, &bytes).is_none() {
            origin.others_count += 1;
            if origin.others.len() < NAMES {
                origin.others.push(name.to_owned());
            }
            return Ok(());
        }
        let reading = advisory::read(name, &bytes);
        self.gather.add(origin.number, reading)?;
        self.progress.step(Step::Reading {
            origin: &origin.address,
            statements: self.gather.statements(),
        });
        Ok(())
    }

    /// One problem for all files of an origin that are no advisories.
    fn finish(&mut self, origin: &Origin) {
        let message = match (origin.others_count, origin.others.first()) {
            (0, _) => return,
            (1, Some(name)) if *name == origin.address => {
                "not in a format of advisories that is known here".to_owned()
            }
            (1, Some(name)) => format!("one file is no advisory: {name}"),
            (count, _) => format!(
                "{count} files are no advisories: {}, …",
                origin.others.join(", ")
            ),
        };
        self.gather
            .problems
            .add(Problem::new(&origin.address, message));
    }
}

/// Why an archive was not read to its end.
enum Stop {
    Spool(io::Error),
    Archive(ArchiveError),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Spool(error)
    }
}

impl From<ArchiveError> for Stop {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

/// Whether a name inside of a tree or archive can be that of data. Everything else is passed over: a
/// repository also holds its licence and its tools.
fn is_data(name: &str) -> bool {
    let extension = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let extension = extension.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["json", "yaml", "yml", "csv", "gz"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether a file of a tree is an archive, by its content.
fn is_archive(path: &Path) -> bool {
    is_zip(path)
}

fn is_zip(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && (start == *b"PK\x03\x04" || start == *b"PK\x05\x06")
}

fn read_bounded(file: File, limit: usize) -> io::Result<Vec<u8>> {
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

fn with_cause(error: &ArchiveError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
