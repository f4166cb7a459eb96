//! What a run keeps for the next one: commits with their changes and line counts.
//!
//! No name and no address is written. Whoever is named has a number, and beside it stands the commit that names them: names
//! are read from the repository again, which is fast, as a history of forty thousand commits names three thousand. Whoever
//! has only the file learns no more than hashes, paths, times and the names of accounts in the subjects of merges.
//!
//! A file is replaced whole or not at all; one that is damaged, of another version or of another repository is none.

mod record;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use bartizan_people::{
    Key,
    history::{Actor, Commit, History},
};
use gix::objs::Kind;

use self::record::{Record, Witness};
use super::{
    draft::{Draft, Numbered},
    objects::{Lookup, Objects},
    walk::{Known, read_commit},
};
use crate::{disk, git::Repository, home::Home};

/// What a file begins with; the last byte is the version of what follows.
const MAGIC: &[u8; 8] = b"BTZPAST\x02";

/// The end of a file's name.
const ENDING: &str = "past";

/// The largest file that is read or kept.
const LARGEST: usize = 1 << 30;

/// How many bytes all files have together; the ones that were not used for longest go first.
const LARGEST_IN_ALL: u64 = 4 << 30;

/// Where the history of one repository is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
    file: PathBuf,
}

impl Kept {
    /// The place in a home for a repository. Its name there is a keyed hash, since a path may say whose it is.
    pub fn new(home: &Home, key: &Key, repository: &Path) -> Self {
        let whole = fs::canonicalize(repository);
        let whole = whole.unwrap_or_else(|_unknown| repository.to_owned());
        let name = key.pseudonym(&["repository", &whole.to_string_lossy()]);
        let folder = home.people().join("histories");
        Self {
            file: folder.join(format!("{name}.{ENDING}")),
            folder,
        }
    }

    /// What an earlier run kept, with the names read anew.
    pub(super) fn read(&self, repository: &Repository) -> Option<(Draft, Known)> {
        let bytes = disk::read_small(&self.file, LARGEST).ok()?;
        let (head, body) = bytes.split_at_checked(MAGIC.len() + 4)?;
        let sum = head.strip_prefix(MAGIC)?;
        if crc32fast::hash(body).to_le_bytes() != sum {
            return None;
        }
        let record: Record = postcard::from_bytes(body).ok()?;
        let (commits, paths, witnesses) = record.into_parts()?;
        let draft = Draft {
            actors: Numbered::of(named(repository, &commits, &witnesses)?),
            paths: Numbered::of(paths),
            ..Draft::default()
        };
        let known = commits
            .into_iter()
            .map(|commit| (commit.id, commit))
            .collect();
        Some((draft, known))
    }

    /// Keeps a history. Where that is impossible the next run reads everything again.
    pub(super) fn write(&self, history: &History) {
        let _ = self.try_write(history);
    }

    fn try_write(&self, history: &History) -> io::Result<()> {
        let record = Record::of(history).ok_or(io::ErrorKind::InvalidData)?;
        let body = postcard::to_stdvec(&record).map_err(io::Error::other)?;
        if body.len() > LARGEST {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&crc32fast::hash(&body).to_le_bytes())?;
        file.write_all(&body)?;
        file.persist(&self.file)?;
        self.make_room()
    }

    /// Removes the oldest files until the rest is small enough.
    fn make_room(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let (path, metadata) = (entry.path(), entry.metadata()?);
            if path.extension().is_some_and(|it| it == ENDING) && path != self.file {
                files.push((metadata.modified()?, metadata.len(), path));
            }
        }
        files.sort_by(|one, other| other.cmp(one));
        let mut all = fs::metadata(&self.file)?.len();
        for (_, length, path) in files {
            all += length;
            if all > LARGEST_IN_ALL {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// The actors, in the order of their numbers, as the commits name them that bear witness of them. None where one of them
/// cannot be read any more: the repository is another one now.
fn named(repository: &Repository, commits: &[Commit], witnesses: &[Witness]) -> Option<Vec<Actor>> {
    let mut objects = Objects::open(repository.path())?;
    let mut order: Vec<(usize, &Witness)> = witnesses.iter().enumerate().collect();
    order.sort_by_key(|(_, witness)| witness.commit);
    let mut actors = vec![Actor::default(); witnesses.len()];
    let (mut last, mut in_commit): (Option<u32>, Vec<Actor>) = (None, Vec::new());
    for (number, witness) in order {
        if last != Some(witness.commit) {
            let commit = commits.get(witness.commit as usize)?;
            if objects.find(commit.id, Kind::Commit) != Lookup::Found {
                return None;
            }
            in_commit.clear();
            // Everybody in the order in which the commit names them, equal ones too.
            read_commit(commit.id, &objects.data, |actor| {
                in_commit.push(actor);
                0
            })?;
            last = Some(witness.commit);
        }
        *actors.get_mut(number)? = in_commit.get(usize::from(witness.place))?.clone();
    }
    Some(actors)
}
