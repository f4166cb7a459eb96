//! Publishing a feed: what would be published as a value, and then the writing of it.

mod records;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_formats::{
    advisory::osv::validate::{Complaint, Weight},
    digest::Digest,
    feed::{FeedError, FeedFile, FeedManifest, MANIFEST, SIGNATURE, read_manifest},
    signature::{KeyError, SigningKey},
};
use bartizan_model::{Timestamp, ecosystem::Package};
use thiserror::Error;

use super::files;

/// What to publish.
#[derive(Debug, Clone)]
pub struct PublishRequest {
    /// The feed's directory.
    pub directory: PathBuf,
    /// What the feed says about itself, where it is not as before.
    pub details: FeedDetails,
    /// Whether `modified` is set in records that changed without saying so.
    pub touch: bool,
    /// The time of the state.
    pub now: Timestamp,
}

/// What a feed says about itself. What is not given stays as it was published last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedDetails {
    /// A word that names it.
    pub name: Option<String>,
    /// Its name in words.
    pub title: Option<String>,
    /// The licence of its records.
    pub licence: Option<String>,
    /// The prefixes of its ids.
    pub prefixes: Vec<String>,
    /// The packages that it speaks about.
    pub packages: Vec<Package>,
}

/// A complaint about a record of a feed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedComplaint {
    /// The path of the record below the feed.
    pub path: String,
    /// What is wrong with it.
    pub complaint: Complaint,
}

/// What would be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishPlan {
    /// The feed's directory.
    directory: PathBuf,
    /// The state as it would be listed.
    pub manifest: FeedManifest,
    /// How the state differs from the one before.
    pub planned: Planned,
    /// What is wrong with the records, by path and line.
    pub complaints: Vec<FeedComplaint>,
    /// The records whose `modified` would be set, with their new bytes.
    pub touched: BTreeMap<String, Vec<u8>>,
}

/// How a state differs from the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// Paths that are new.
    pub added: Vec<String>,
    /// Paths whose content changed.
    pub changed: Vec<String>,
    /// Paths that are gone.
    pub removed: Vec<String>,
    /// Whether what the feed says about itself changed, or this is its first state.
    pub is_described_anew: bool,
}

/// What was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Whether the list is signed now.
    pub is_signed: bool,
    /// Whether a signature of an earlier list was removed.
    pub is_signature_removed: bool,
}

/// Why nothing can be published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The files or the list cannot be read.
    #[error("cannot read the feed `{}`", path.display())]
    Feed {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: FeedError,
    },
    /// The feed was never published and is not described.
    #[error("the feed has no `{what}` yet")]
    Undescribed {
        /// What is missing.
        what: &'static str,
    },
    /// Records are wrong.
    #[error("{count} complaints stand against publishing")]
    Broken {
        /// How many.
        count: usize,
    },
    /// The key does not sign.
    #[error("cannot sign the feed")]
    Key(#[from] KeyError),
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl PublishError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Feed { source, .. } => source.hint(),
            Self::Undescribed { .. } => {
                "the first time, say `--name`, `--title`, `--licence` and `--prefix`"
            }
            Self::Broken { .. } => "see the complaints; `--check` lists them without publishing",
            Self::Key(error) => error.hint(),
            Self::Write { .. } => "check the permissions of the directory",
        }
    }
}

/// Works out what would be published, and writes nothing.
pub fn plan(request: &PublishRequest) -> Result<PublishPlan, PublishError> {
    let unreadable = |source| PublishError::Feed {
        path: request.directory.clone(),
        source,
    };
    let mut files = files::directory(&request.directory).map_err(unreadable)?;
    let old = files.remove(MANIFEST);
    let old = old
        .map(|bytes| read_manifest(&bytes))
        .transpose()
        .map_err(unreadable)?;
    files.remove(SIGNATURE);
    let mut manifest = described(&request.details, old.as_ref(), request.now)?;
    let mut touched = BTreeMap::new();
    let judged = records::judge(&files, &manifest, old.as_ref(), request.now);
    let mut complaints = judged.complaints;
    if request.touch {
        touched = records::touch(&files, &judged.unmoved, request.now);
        complaints.retain(|complaint| {
            !(touched.contains_key(&complaint.path)
                && complaint.complaint.pointer == records::MODIFIED)
        });
    }
    for (path, bytes) in &files {
        let is_touched = touched.contains_key(path);
        let modified = judged.modified.get(path).copied().filter(|_| !is_touched);
        let file = FeedFile {
            digest: Digest::of(touched.get(path).unwrap_or(bytes)),
            modified: modified.unwrap_or(request.now),
        };
        manifest.files.insert(path.clone(), file);
    }
    let planned = difference(&manifest, old.as_ref());
    if let Some(old) = old.filter(|_| planned.is_empty()) {
        manifest = old;
    }
    Ok(PublishPlan {
        directory: request.directory.clone(),
        manifest,
        planned,
        complaints,
        touched,
    })
}

/// The next state of a feed, without its files.
fn described(
    details: &FeedDetails,
    old: Option<&FeedManifest>,
    now: Timestamp,
) -> Result<FeedManifest, PublishError> {
    let text = |given: &Option<String>, old: Option<&String>, what| {
        let text = given.clone().or_else(|| old.cloned());
        text.filter(|text| !text.trim().is_empty())
            .ok_or(PublishError::Undescribed { what })
    };
    let prefixes = match (details.prefixes.as_slice(), old) {
        ([], Some(old)) => old.prefixes.clone(),
        (given, _) => given.to_vec(),
    };
    if prefixes.is_empty() {
        return Err(PublishError::Undescribed { what: "prefix" });
    }
    let packages = match (details.packages.as_slice(), old) {
        ([], Some(old)) => old.packages.clone(),
        (given, _) => given.to_vec(),
    };
    Ok(FeedManifest {
        name: text(&details.name, old.map(|old| &old.name), "name")?,
        title: text(&details.title, old.map(|old| &old.title), "title")?,
        licence: text(&details.licence, old.map(|old| &old.licence), "licence")?,
        prefixes,
        packages,
        sequence: old.map_or(0, |old| old.sequence).saturating_add(1),
        created: now,
        files: BTreeMap::new(),
    })
}

fn difference(new: &FeedManifest, old: Option<&FeedManifest>) -> Planned {
    let Some(old) = old else {
        return Planned {
            added: new.files.keys().cloned().collect(),
            is_described_anew: true,
            ..Planned::default()
        };
    };
    let differs = |path: &&String| match (new.files.get(*path), old.files.get(*path)) {
        (Some(new), Some(old)) => new.digest != old.digest,
        _ => false,
    };
    let only = |these: &FeedManifest, others: &FeedManifest| {
        let paths = these
            .files
            .keys()
            .filter(|path| !others.files.contains_key(*path));
        paths.cloned().collect()
    };
    let head = |manifest: &FeedManifest| FeedManifest {
        sequence: 0,
        created: Timestamp::UNIX_EPOCH,
        files: BTreeMap::new(),
        ..manifest.clone()
    };
    Planned {
        added: only(new, old),
        changed: new.files.keys().filter(differs).cloned().collect(),
        removed: only(old, new),
        is_described_anew: head(new) != head(old),
    }
}

impl Planned {
    /// Whether the state is the one that is published already.
    pub fn is_empty(&self) -> bool {
        let lists = [&self.added, &self.changed, &self.removed];
        !self.is_described_anew && lists.iter().all(|list| list.is_empty())
    }
}

impl PublishPlan {
    /// How many complaints stand against publishing.
    pub fn errors(&self) -> usize {
        let is_error = |complaint: &&FeedComplaint| complaint.complaint.weight == Weight::Error;
        self.complaints.iter().filter(is_error).count()
    }
}

/// Publishes: writes the records that are touched, the list, and with a key its signature.
pub fn apply(plan: &PublishPlan, key: Option<&SigningKey>) -> Result<Published, PublishError> {
    let count = plan.errors();
    if count > 0 {
        return Err(PublishError::Broken { count });
    }
    let text = plan.manifest.text();
    let signature = key.map(|key| key.sign(text.as_bytes())).transpose()?;
    for (path, bytes) in &plan.touched {
        save(&files::place(&plan.directory, path), bytes)?;
    }
    save(&plan.directory.join(MANIFEST), text.as_bytes())?;
    let path = plan.directory.join(SIGNATURE);
    if let Some(signature) = signature {
        save(&path, signature.as_bytes())?;
        return Ok(Published {
            is_signed: true,
            is_signature_removed: false,
        });
    }
    // A signature of an earlier list would only make the feed look tampered with. One of this very list stays.
    if plan.planned.is_empty() {
        return Ok(Published {
            is_signed: path.exists(),
            is_signature_removed: false,
        });
    }
    let removed = fs::remove_file(&path);
    match removed {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(PublishError::Write { path, source })
        }
        removed => Ok(Published {
            is_signed: false,
            is_signature_removed: removed.is_ok(),
        }),
    }
}

/// Writes a file whole or not at all.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bartizan-");
    #[cfg(unix)]
    {
        // An ordinary file of a repository: what others may do with it is up to the umask.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let written = builder
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.persist(path).map(drop).map_err(|error| error.error)
        });
    written.map_err(|source| PublishError::Write {
        path: path.to_owned(),
        source,
    })
}
