//! What is installed held against what its installer recorded: the `RECORD` of each distribution, and what lies in a
//! directory of packages that no `RECORD` lists.
//!
//! Files are read and never imported. A path of a `RECORD` that leads out of the environment is told and not followed.

mod leftover;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::{Component, Path, PathBuf},
};

use bartizan_formats::{
    file_hash::{Algorithm, FileHash},
    installed::{InstalledDistribution, Origin},
    record::{self, Recorded},
    tree::{Tree, TreeError},
};

use super::{ContentFinding, Findings, LARGEST_KEPT, commands, startup};
use crate::checks::{
    CHANGED_MEMBER, DUPLICATE_MEMBER, ESCAPING_MEMBER, MISSING_MEMBER, UNLISTED_MEMBER,
    UNREADABLE_RECORD,
};

pub use leftover::{Leftover, leftover};

/// The largest installed file that is read. The largest libraries of the field have some gigabytes.
const LARGEST_FILE: u64 = 32 << 30;

/// The most lines of one `RECORD` that are followed.
const MOST_LINES: usize = 1_000_000;

/// A directory of packages.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// The directory.
    pub folder: &'a Path,
    /// How many folders above it belong to the environment; none where that is not known.
    pub above: usize,
}

/// What was seen of a distribution.
#[derive(Debug, Default)]
pub struct InstalledContent {
    /// What is wrong.
    pub findings: Vec<ContentFinding>,
    /// The files that its `RECORD` lists.
    pub listed: BTreeSet<PathBuf>,
    /// How many files were read and have the digest that is stated.
    pub agreeing: usize,
    /// How many files lie outside of what is looked at.
    pub outside: usize,
}

/// Holds a distribution against its `RECORD`.
pub fn distribution(site: Site<'_>, it: &InstalledDistribution) -> InstalledContent {
    let mut reading = Reading {
        site,
        content: InstalledContent::default(),
        findings: Findings::default(),
        kept: BTreeMap::new(),
        project: it.package.name().to_owned(),
    };
    reading.read(it);
    startup(&reading.kept, &mut reading.findings);
    reading.content.findings = reading.findings.sorted();
    reading.content
}

struct Reading<'a> {
    site: Site<'a>,
    content: InstalledContent,
    findings: Findings,
    /// Files at the top that Python reads at every start.
    kept: BTreeMap<String, Vec<u8>>,
    project: String,
}

/// Where a line of a `RECORD` leads.
enum Led {
    /// To this file.
    To(PathBuf),
    /// Out of the environment.
    Out,
    /// Out of the directory of packages, of whose environment nothing is known.
    Beyond,
}

impl Site<'_> {
    fn led(self, written: &str) -> Led {
        let out = || {
            if self.above == 0 {
                Led::Beyond
            } else {
                Led::Out
            }
        };
        let mut inside: Vec<&std::ffi::OsStr> = Vec::new();
        let mut above = 0;
        for component in Path::new(written).components() {
            match component {
                Component::Normal(name) => inside.push(name),
                Component::CurDir => {}
                Component::ParentDir => {
                    if inside.pop().is_none() {
                        above += 1;
                    }
                }
                Component::RootDir | Component::Prefix(_) => return Led::Out,
            }
        }
        if above > self.above {
            return out();
        }
        let mut base = self.folder;
        for _ in 0..above {
            match base.parent() {
                Some(parent) => base = parent,
                None => return out(),
            }
        }
        Led::To(
            inside
                .iter()
                .fold(base.to_owned(), |path, part| path.join(part)),
        )
    }
}

impl Reading<'_> {
    fn read(&mut self, it: &InstalledDistribution) {
        if let Origin::Directory {
            url,
            is_editable: true,
        } = &it.origin
        {
            let message = format!("what is imported lies at `{url}`, and no RECORD vouches for it");
            self.findings.add(&UNREADABLE_RECORD, &it.locator, message);
        }
        let Some(folder) = &it.folder else {
            let message = "its installer left no RECORD, so nothing says what belongs to it";
            self.findings.add(&UNREADABLE_RECORD, &it.locator, message);
            return;
        };
        let path = folder.join("RECORD");
        match self.site.tree.read(&path, LARGEST_KEPT as u64) {
            Ok(bytes) => self.lines(&path, &bytes),
            Err(error) => {
                let message = format!("its RECORD cannot be read: {error}");
                self.findings.add(&UNREADABLE_RECORD, &it.locator, message);
            }
        }
    }

    fn lines(&mut self, record: &Path, bytes: &[u8]) {
        let mut known: BTreeMap<PathBuf, Option<(String, Vec<u8>)>> = BTreeMap::new();
        for (count, line) in record::entries(bytes).enumerate() {
            if count == MOST_LINES {
                let message = "it has too many lines; the rest was not compared";
                self.findings.add(&UNREADABLE_RECORD, "RECORD", message);
                break;
            }
            let path = match self.site.led(&line.path) {
                Led::To(path) => path,
                Led::Beyond => {
                    self.content.outside += 1;
                    continue;
                }
                Led::Out => {
                    let message =
                        "a line of RECORD leads out of the environment; it was not followed";
                    self.findings.add(&ESCAPING_MEMBER, &line.path, message);
                    continue;
                }
            };
            match known.get(&path) {
                Some(digest) if *digest == line.digest => continue,
                Some(_) => {
                    let message = "RECORD lists it twice, with two digests";
                    self.findings.add(&DUPLICATE_MEMBER, &line.path, message);
                }
                None => {}
            }
            self.command(&path);
            self.compare(&line, &path, path == record);
            known.insert(path, line.digest);
        }
        self.content.listed = known.into_keys().collect();
    }

    /// A file among the commands of the environment.
    fn command(&mut self, path: &Path) {
        let folder = path.parent().and_then(Path::file_name);
        let is_command = !path.starts_with(self.site.folder)
            && folder.is_some_and(|it| it == "bin" || it == "Scripts");
        if let Some(name) = path.file_name().filter(|_| is_command) {
            let name = name.to_string_lossy();
            commands::check(
                &format!("bin/{name}"),
                &name,
                &self.project,
                &mut self.findings,
            );
        }
    }

    fn compare(&mut self, line: &Recorded, path: &Path, is_record: bool) {
        // No RECORD has a digest of itself, nor of signatures over it.
        let is_signature = path
            .extension()
            .is_some_and(|it| it == "jws" || it == "p7s");
        if is_record || is_signature {
            return;
        }
        let Some(stated) = self.stated(line, path) else {
            return;
        };
        let name = &line.path;
        match self.actual(path, stated.algorithm()) {
            Ok(actual) if actual == Some(stated) => self.content.agreeing += 1,
            Ok(_) => {
                let message = "RECORD states the digest of other bytes";
                self.findings.add(&CHANGED_MEMBER, name, message);
            }
            Err(TreeError::NotFound) => {
                let message = "RECORD lists it, and it is not there";
                self.findings.add(&MISSING_MEMBER, name, message);
            }
            Err(error) => {
                let message = format!("cannot be read: {error}");
                self.findings.add(&CHANGED_MEMBER, name, message);
            }
        }
        self.keep(name, path);
    }

    /// The digest that a line states, where there is one to compare.
    fn stated(&mut self, line: &Recorded, path: &Path) -> Option<FileHash> {
        let is_compiled = path.extension().is_some_and(|it| it == "pyc");
        let (check, message) = match &line.digest {
            Some((algorithm, digest)) => {
                if let Some(hash) = hash(algorithm, digest) {
                    return Some(hash);
                }
                let message =
                    "RECORD states a digest that vouches for nothing; it was not compared";
                (&UNREADABLE_RECORD, message)
            }
            None if line.is_damaged => {
                let message = "the line states a digest that cannot be read";
                (&UNREADABLE_RECORD, message)
            }
            // The installer compiled it; it was not in the wheel.
            None if is_compiled || self.site.tree.entry(path).is_err() => return None,
            None => (&UNLISTED_MEMBER, "RECORD lists it without a digest"),
        };
        self.findings.add(check, &line.path, message);
        None
    }

    fn actual(&self, path: &Path, algorithm: Algorithm) -> Result<Option<FileHash>, TreeError> {
        let mut file = self.site.tree.open(path)?.take(LARGEST_FILE);
        let hashes = FileHash::of_reader(&mut file, &[algorithm].into())?;
        if file.limit() == 0 {
            return Err(TreeError::TooLarge {
                limit: LARGEST_FILE,
            });
        }
        Ok(hashes.into_iter().next())
    }

    /// Keeps what Python reads at every start, and tells what it imports.
    fn keep(&mut self, name: &str, path: &Path) {
        commands::hook(name, &mut self.findings);
        let is_top = path.parent() == Some(self.site.folder);
        if is_top
            && path.extension().is_some_and(|it| it == "pth")
            && let Ok(bytes) = self.site.tree.read(path, LARGEST_KEPT as u64)
        {
            self.kept.insert(name.to_owned(), bytes);
        }
    }
}

/// The digest of a line, where it is by an algorithm that counts.
fn hash(algorithm: &str, digest: &[u8]) -> Option<FileHash> {
    FileHash::new(Algorithm::named(algorithm)?, digest.to_vec())
}

#[cfg(test)]
mod tests;
