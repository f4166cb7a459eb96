//! What the inputs of one sync state, put aside until all of them are read.

use std::{collections::BTreeMap, io};

use bartizan_formats::{
    advisory::{Reading, Record, Statement},
    snapshot::key,
};
use bartizan_model::{
    Timestamp,
    advisory::{Epss, KnownExploited, RecordKey},
    ecosystem::Package,
    problem::Problem,
};

use serde::{Deserialize, Serialize};

use super::{
    authority::Authority,
    sketch::Sketch,
    spool::{Place, Spool, SpoolFile},
};

/// The most problems that are listed; the rest is counted.
const MAX_PROBLEMS: usize = 1000;

/// The most bytes of a record as it is stored. Readers of records accept no larger files.
const MAX_RECORD: usize = 20 << 20;

/// What the inputs state.
pub(crate) struct Gather<S> {
    pub(crate) spool: Spool<S>,
    pub(crate) records: Vec<Incoming>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) epss: Fact<Epss>,
    pub(crate) known_exploited: Fact<KnownExploited>,
    pub(crate) problems: Problems,
    pub(crate) authority: Authority,
    /// The name of the declared feed that is being read.
    speaker: Option<String>,
    statements: u64,
}

/// A record that an input states; its text is in the spool.
pub(crate) struct Incoming {
    /// Its key in the snapshot, which also holds its id and source.
    pub(crate) key: Box<[u8]>,
    /// When the source says it was changed.
    pub(crate) modified: Option<Timestamp>,
    /// The number of its input.
    pub(crate) input: u32,
    /// Where its text and sketch are.
    pub(crate) place: Place,
}

/// What is put aside of a record.
#[derive(Serialize, Deserialize)]
pub(crate) struct Put<'a> {
    pub(crate) raw: &'a str,
    pub(crate) sketch: Sketch,
}

/// A path or an address that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// What it is called in the manifest.
    pub(crate) address: String,
    /// How much of it was read.
    pub(crate) extent: Extent,
    /// How many of its files or entries could not be read.
    pub(crate) unread: u64,
}

/// How much of an input was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// It says that it is as it was.
    Unchanged,
    /// What changed in it. What it stated before still holds.
    Part,
    /// All of it: what it no longer states is gone.
    Whole,
}

/// Facts about CVEs by their folded id. They come as a whole: a new import replaces the old ones.
pub(crate) struct Fact<T> {
    pub(crate) by_cve: BTreeMap<String, T>,
    /// The input that they come from; `None` when no input states any.
    pub(crate) input: Option<u32>,
}

/// Problems, up to a number worth reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems {
    pub(crate) listed: Vec<Problem>,
    pub(crate) unlisted: u64,
}

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.listed.len() < MAX_PROBLEMS {
            self.listed.push(problem);
        } else {
            self.unlisted += 1;
        }
    }
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self {
            by_cve: BTreeMap::new(),
            input: None,
        }
    }
}

impl<T> Fact<T> {
    fn add(&mut self, cve: &str, input: u32, value: T) {
        self.input = Some(input);
        self.by_cve.insert(cve.to_ascii_lowercase(), value);
    }
}

impl<S: SpoolFile> Gather<S> {
    pub(crate) fn new(file: S, authority: Authority) -> Self {
        Self {
            spool: Spool::new(file),
            records: Vec::new(),
            inputs: Vec::new(),
            epss: Fact::default(),
            known_exploited: Fact::default(),
            problems: Problems::default(),
            authority,
            speaker: None,
            statements: 0,
        }
    }

    /// Notes an input, and returns its number. One that is read in two ways is one input.
    pub(crate) fn input(&mut self, address: &str, extent: Extent) -> u32 {
        let known = self.inputs.iter_mut().zip(0..);
        for (input, number) in known {
            if input.address == address {
                input.extent = input.extent.max(extent);
                return number;
            }
        }
        self.inputs.push(Input {
            address: address.to_owned(),
            extent,
            unread: 0,
        });
        // There are at most as many inputs as files on a command line and in a directory.
        u32::try_from(self.inputs.len() - 1).unwrap_or(u32::MAX)
    }

    /// What is read from now on is stated by this declared feed, or by an input that no feed declares.
    pub(crate) fn speak_as(&mut self, feed: Option<&str>) {
        self.speaker = feed.map(str::to_owned);
    }

    /// Takes in what a file of an input says.
    pub(crate) fn add(&mut self, input: u32, reading: Reading) -> io::Result<()> {
        let has_nothing = reading.statements.is_empty();
        let mut has_problem = false;
        for problem in reading.problems {
            self.problems.add(problem);
            has_problem = true;
        }
        if has_problem && has_nothing {
            self.count_unread(input);
        }
        for statement in reading.statements {
            self.statements += 1;
            match statement {
                Statement::Record(record) => self.add_record(input, *record)?,
                Statement::Epss { cve, .. }
                | Statement::KnownExploited(KnownExploited { cve, .. })
                    if self.speaker.is_some() =>
                {
                    let message =
                        "a declared feed cannot state facts about the exploitation of CVEs";
                    self.unread(input, Problem::new(cve, message));
                }
                Statement::Epss { cve, epss } => self.epss.add(&cve, input, epss),
                Statement::KnownExploited(entry) => {
                    let cve = entry.cve.clone();
                    self.known_exploited.add(&cve, input, entry);
                }
            }
        }
        Ok(())
    }

    /// A file or entry of an input could not be read.
    pub(crate) fn unread(&mut self, input: u32, problem: Problem) {
        self.problems.add(problem);
        self.count_unread(input);
    }

    /// Records, predictions and entries so far.
    pub(crate) fn statements(&self) -> u64 {
        self.statements
    }

    /// The newest change of a record that an input states.
    pub(crate) fn newest(&self, input: u32) -> Option<Timestamp> {
        let records = self.records.iter().filter(|record| record.input == input);
        records.filter_map(|record| record.modified).max()
    }

    /// Whether every input says that it is as it was.
    pub(crate) fn is_unchanged(&self) -> bool {
        let mut inputs = self.inputs.iter();
        !self.inputs.is_empty() && inputs.all(|input| input.extent == Extent::Unchanged)
    }

    fn count_unread(&mut self, input: u32) {
        if let Some(input) = self.inputs.get_mut(input as usize) {
            input.unread += 1;
        }
    }

    fn add_record(&mut self, input: u32, record: Record) -> io::Result<()> {
        let Record { mut advisory, raw } = record;
        if raw.len() > MAX_RECORD {
            let message = format!("larger than {MAX_RECORD} bytes");
            self.unread(input, Problem::new(&advisory.id, message));
            return Ok(());
        }
        let speaker = self.speaker.as_deref();
        let feed = speaker.and_then(|name| self.authority.by_name(name));
        let standing = self.authority.judge(feed, &mut advisory);
        let speaks_about = |package: &Package| feed.is_none_or(|feed| feed.speaks_about(package));
        let sketch = Sketch::of(&advisory, standing, speaks_about).map_err(io::Error::other)?;
        let key = RecordKey {
            id: advisory.id,
            source: advisory.source,
        };
        let put_aside = Put { raw: &raw, sketch };
        let bytes = postcard::to_stdvec(&put_aside).map_err(io::Error::other)?;
        let place = self.spool.append(&bytes)?;
        self.records.push(Incoming {
            key: key::record(&key).into_boxed_slice(),
            modified: advisory.modified,
            input,
            place,
        });
        Ok(())
    }
}
