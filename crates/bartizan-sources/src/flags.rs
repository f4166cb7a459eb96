//! Where flags are kept: the log that only grows, and beside it a file for the words of each entry that has some.
//!
//! Only their owner may read them. The log is read and believed whole before anything is added; words are held against the
//! digest in the log when they are read. Removing words ([`FlagStore::forget`]) leaves the log as it is, and says so in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use bartizan_model::{Timestamp, fingerprint::hexadecimal};
use bartizan_people::{
    Pseudonym,
    flag::{self, Entry, Event, LARGEST_LOG, Log, LogError},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    disk,
    private::{Held, HeldError, make_folder, replace},
};

/// The most words of one entry, with what proves them.
const LARGEST_WORDS: usize = 64 << 10;

/// Bytes of chance, without which words could be guessed from their digest.
const SALT: usize = 16;

/// Flags in a folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct FlagStore {
    held: Held,
    log: Log,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The text; of maintainers the statement that they signed.
    pub text: String,
    /// The signature, as `ssh-keygen -Y sign` makes it.
    pub ssh: Option<String>,
}

/// Something that happened, to be added.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// To which flag.
    pub flag: Option<u64>,
    /// About whom.
    pub person: Option<Pseudonym>,
    /// Who did it.
    pub by: Pseudonym,
    /// What they said.
    pub words: Option<Words>,
}

/// Why flags can be neither read nor kept.
#[derive(Debug, Error)]
pub enum FlagStoreError {
    /// A file can be neither read nor written.
    #[error("cannot read or write `{}`", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Others may read it.
    #[error("the folder of flags `{}` can be read by others", path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
    },
    /// The log cannot be believed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// What is kept is not what was said.
    #[error("the words of entry {number} are not those that were logged")]
    Changed {
        /// Of which entry.
        number: u64,
    },
    /// More is said than is kept.
    #[error("more than {LARGEST_WORDS} bytes are said at once")]
    TooLong,
}

/// The file of an entry's words.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    salt: String,
    text: String,
    ssh: Option<String>,
}

impl FlagStore {
    /// Opens a folder, which is made where there is none, and believes its log or nothing.
    pub fn open(folder: &Path) -> Result<Self, FlagStoreError> {
        let held = Held::open(folder)?;
        let words = folder.join("words");
        make_folder(&words).map_err(|cause| unusable(&words, cause))?;
        let log = Log::read(&held.log(LARGEST_LOG)?)?;
        Ok(Self { held, log })
    }

    /// Everything that happened.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Adds what happened: first the words, then the entry that has their digest. Gives the entry's number.
    pub fn add(&mut self, happening: &Happening) -> Result<u64, FlagStoreError> {
        let number = self.log.next_number();
        let content = match &happening.words {
            Some(words) => Some(self.keep(number, words)?),
            None => None,
        };
        let mut log = self.log.clone();
        let line = log.add(Entry {
            number,
            at: happening.at,
            event: happening.event,
            flag: happening.flag,
            person: happening.person,
            by: happening.by,
            content,
        });
        self.held.add(&line)?;
        self.log = log;
        Ok(number)
    }

    /// What was said with an entry; none where nothing was, or it was removed.
    pub fn words(&self, number: u64) -> Result<Option<Words>, FlagStoreError> {
        let entry = self.log.entries().iter().find(|it| it.number == number);
        let path = self.path(number);
        let (Some(content), true) = (entry.and_then(|it| it.content), path.exists()) else {
            return Ok(None);
        };
        let bytes = disk::read_small(&path, LARGEST_WORDS);
        let bytes = bytes.map_err(|error| unusable(&path, io::Error::other(error)))?;
        let changed = FlagStoreError::Changed { number };
        let Ok(kept) = serde_json::from_slice::<Kept>(&bytes) else {
            return Err(changed);
        };
        if kept.digest() == content {
            let Kept { text, ssh, .. } = kept;
            Ok(Some(Words { text, ssh }))
        } else {
            Err(changed)
        }
    }

    /// Removes all words about somebody and says so in the log. Gives how many flags that concerned.
    pub fn forget(
        &mut self,
        person: Pseudonym,
        by: Pseudonym,
        at: Timestamp,
    ) -> Result<usize, FlagStoreError> {
        let of_person: Vec<(u64, Event)> = self
            .log
            .entries()
            .iter()
            .filter(|it| it.person == Some(person))
            .map(|it| (it.number, it.event))
            .collect();
        for (number, _) in &of_person {
            let path = self.path(*number);
            match fs::remove_file(&path) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(unusable(&path, cause));
                }
                _ => {}
            }
        }
        let raised: Vec<u64> = of_person
            .iter()
            .filter(|(_, event)| *event == Event::Raised)
            .map(|(number, _)| *number)
            .collect();
        for flag in &raised {
            self.add(&Happening {
                at,
                event: Event::Forgotten,
                flag: Some(*flag),
                person: Some(person),
                by,
                words: None,
            })?;
        }
        Ok(raised.len())
    }

    fn path(&self, number: u64) -> PathBuf {
        self.held
            .folder()
            .join("words")
            .join(format!("{number}.json"))
    }

    fn keep(&self, number: u64, words: &Words) -> Result<[u8; 32], FlagStoreError> {
        let path = self.path(number);
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt)
            .map_err(|error| unusable(&path, io::Error::other(error.to_string())))?;
        let kept = Kept {
            salt: hexadecimal(&salt),
            text: words.text.clone(),
            ssh: words.ssh.clone(),
        };
        let text = serde_json::to_string(&kept)
            .map_err(|error| unusable(&path, io::Error::other(error)))?;
        if text.len() > LARGEST_WORDS {
            return Err(FlagStoreError::TooLong);
        }
        replace(&path, &text).map_err(|cause| unusable(&path, cause))?;
        Ok(kept.digest())
    }
}

impl Kept {
    fn digest(&self) -> [u8; 32] {
        let ssh = self.ssh.as_deref().unwrap_or_default();
        flag::digest(self.salt.as_bytes(), &[&self.text, ssh])
    }
}

impl From<HeldError> for FlagStoreError {
    fn from(error: HeldError) -> Self {
        match error {
            HeldError::Unusable { path, cause } => Self::Unusable { path, cause },
            HeldError::Open { path } => Self::Open { path },
        }
    }
}

fn unusable(path: &Path, cause: io::Error) -> FlagStoreError {
    FlagStoreError::Unusable {
        path: path.to_owned(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use bartizan_people::Key;

    use super::*;

    fn somebody(name: &str) -> Pseudonym {
        Key::new([1; 32]).pseudonym(&[name])
    }

    fn raised(text: &str) -> Happening {
        Happening {
            at: Timestamp::UNIX_EPOCH,
            event: Event::Raised,
            flag: None,
            person: Some(somebody("ann")),
            by: somebody("ben"),
            words: Some(Words {
                text: text.to_owned(),
                ssh: None,
            }),
        }
    }

    #[test]
    fn words_are_kept_beside_the_log_and_can_be_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("flags");
        let number = FlagStore::open(&folder)
            .unwrap()
            .add(&raised("secret"))
            .unwrap();
        let mut store = FlagStore::open(&folder).unwrap();
        assert_eq!(store.words(number).unwrap().unwrap().text, "secret");
        let log = fs::read_to_string(folder.join("log.jsonl")).unwrap();
        assert!(!log.contains("secret"));
        let now = Timestamp::UNIX_EPOCH;
        let forgotten = store.forget(somebody("ann"), somebody("cy"), now).unwrap();
        assert_eq!((forgotten, store.words(number).unwrap()), (1, None));
        drop(store);
        let store = FlagStore::open(&folder).unwrap();
        let events: Vec<&str> = store
            .log()
            .entries()
            .iter()
            .map(|it| it.event.id())
            .collect();
        assert_eq!(events, ["raised", "forgotten"]);
    }

    #[test]
    fn what_was_changed_is_not_believed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("flags");
        let mut store = FlagStore::open(&folder).unwrap();
        store.add(&raised("one")).unwrap();
        store.add(&raised("two")).unwrap();
        let words = folder.join("words/1.json");
        let text = fs::read_to_string(&words).unwrap();
        fs::write(&words, text.replace("one", "two")).unwrap();
        assert!(matches!(
            store.words(1),
            Err(FlagStoreError::Changed { number: 1 })
        ));
        drop(store);
        let log = folder.join("log.jsonl");
        let text = fs::read_to_string(&log).unwrap();
        fs::write(&log, text.lines().nth(1).unwrap().to_owned() + "\n").unwrap();
        assert!(matches!(
            FlagStore::open(&folder),
            Err(FlagStoreError::Log(LogError::Changed { line: 1 }))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("flags");
        drop(FlagStore::open(&folder).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("lock"))), (0o700, 0o600));
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(
            FlagStore::open(&folder),
            Err(FlagStoreError::Open { .. })
        ));
    }
}
