//! Reading the bytes of an input, whatever they are wrapped in.

use std::{
    io::{self, Read, Seek},
    ops::ControlFlow,
};

use bartizan_formats::{
    advisory,
    archive::{ArchiveError, Limits, Member, gzip, zip},
};
use bartizan_model::problem::{Problem, chain};

use super::{
    gather::{Extent, Gather},
    progress::{Progress, Step},
    spool::SpoolFile,
};

/// How many names an origin lists of files that are no advisories.
const NAMES: usize = 3;

/// A packed file of records unpacks to no more than what is read of an unpacked one.
const PACKED: Limits = Limits {
    total_bytes: advisory::MAX_BYTES as u64,
    ..Limits::FEED
};

/// Reads inputs into a gather.
pub(super) struct Reader<'a, S> {
    pub(super) gather: &'a mut Gather<S>,
    pub(super) progress: &'a mut dyn Progress,
}

/// An origin that is being read.
pub(super) struct Origin {
    pub(super) number: u32,
    pub(super) address: String,
    /// Files that could hold data and are no advisories.
    others: Vec<String>,
    others_count: u64,
}

/// How reading an archive ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With its last member.
    Complete,
    /// Before: the archive is damaged.
    Torn,
}

impl<S: SpoolFile> Reader<'_, S> {
    /// Starts an origin.
    pub(super) fn origin(&mut self, address: String, extent: Extent) -> Origin {
        Origin {
            number: self.gather.input(&address, extent),
            address,
            others: Vec::new(),
            others_count: 0,
        }
    }

    /// A zip archive of records.
    pub(super) fn zip(
        &mut self,
        origin: &mut Origin,
        file: impl Read + Seek,
    ) -> io::Result<Ending> {
        let outcome = zip::visit(file, &Limits::FEED, &mut |member| {
            self.member(origin, member)?;
            Ok::<_, Stop>(ControlFlow::Continue(()))
        });
        match outcome {
            Ok(()) => Ok(Ending::Complete),
            Err(Stop::Spool(error)) => Err(error),
            Err(Stop::Archive(error)) => {
                let problem = Problem::new(&origin.address, chain(&error));
                self.gather.unread(origin.number, problem);
                Ok(Ending::Torn)
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
                let problem = Problem::new(subject, chain(&error));
                self.gather.unread(origin.number, problem);
                Ok(())
            }
        }
    }

    /// The bytes of one file, packed or not.
    pub(super) fn bytes(
        &mut self,
        origin: &mut Origin,
        name: &str,
        bytes: Vec<u8>,
    ) -> io::Result<()> {
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            match gzip::inflate(bytes.as_slice(), &PACKED) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let problem = Problem::new(name, chain(&error));
                    self.gather.unread(origin.number, problem);
                    return Ok(());
                }
            }
        } else {
            bytes
        };
        let Some(format) = advisory::recognise(name, &bytes) else {
            origin.others_count += 1;
            if origin.others.len() < NAMES {
                origin.others.push(name.to_owned());
            }
            return Ok(());
        };
        let reading = match format.read(name, &bytes) {
            Ok(reading) => reading,
            Err(error) => {
                let problem = Problem::new(name, chain(&error));
                self.gather.unread(origin.number, problem);
                return Ok(());
            }
        };
        self.gather.add(origin.number, reading)?;
        self.progress.step(Step::Reading {
            origin: &origin.address,
            statements: self.gather.statements(),
        });
        Ok(())
    }

    /// One problem for all files of an origin that are no advisories.
    pub(super) fn finish(&mut self, origin: &Origin) {
        let message = match (origin.others_count, origin.others.first()) {
            (0, _) => return,
            (1, Some(name)) if *name == origin.address => {
                "not in a format of advisories that is known here".to_owned()
            }
            (1, Some(name)) => format!("one file is no advisory: {name}"),
            (count, _) => {
                let names = origin.others.join(", ");
                format!("{count} files are no advisories: {names}, …")
            }
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
pub(super) fn is_data(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["json", "yaml", "yml", "csv", "gz"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}
