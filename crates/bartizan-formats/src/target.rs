//! What can be scanned, and how it is found.
//!
//! A target format turns a file or a directory into an [`Inventory`]. It recognises its own by content,
//! executes nothing and asks no network. A new format is one file in this folder and one line in [`ALL`].

mod artifact;
mod environment;
mod pylock;
mod requirements;
mod uv_lock;

use std::{
    cell::OnceCell,
    io::Read,
    path::{Path, PathBuf},
};

use bartizan_model::inventory::Inventory;
use thiserror::Error;

pub use crate::discovery::{Discovery, discover};
use crate::{
    archive::ArchiveError,
    tree::{Entry, EntryKind, Tree, TreeError},
};
pub use crate::{
    document::DocumentError,
    python::{Environment, PlatformChoice},
};

/// Every format. The first that recognises a candidate reads it, so the requirements file, which looks
/// like any other text, comes last.
pub static ALL: &[&dyn TargetFormat] = &[
    &uv_lock::FORMAT,
    &pylock::FORMAT,
    &environment::FORMAT,
    &artifact::FORMAT,
    &requirements::FORMAT,
];

/// A kind of file or directory that states what is installed or will be.
pub trait TargetFormat: Sync {
    /// A short stable name: `uv-lock`.
    fn id(&self) -> &'static str;

    /// What it is, in words: "uv.lock".
    fn title(&self) -> &'static str;

    /// Whether a search through a directory opens a file of this name at all.
    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool;

    /// Whether the candidate is of this format, by its content.
    fn recognises(&self, candidate: &Candidate<'_>) -> bool;

    /// Reads it. What is wrong with a part of it becomes a problem of the inventory; an error means that
    /// nothing could be read.
    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError>;

    /// Whether a directory of this format has no other targets below it.
    fn owns_what_is_below(&self) -> bool {
        false
    }
}

/// What a format is told besides the path.
pub struct TargetContext<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// The version of Python that the user asks about (`3.12`).
    pub python: Option<String>,
    /// The platform that markers are evaluated for.
    pub platform: PlatformChoice,
    /// The version of the Python that is active in the user's shell.
    pub active_python: Option<String>,
}

/// Something that may be a target.
pub struct Candidate<'a> {
    tree: &'a dyn Tree,
    entry: Entry,
    head: OnceCell<Vec<u8>>,
    children: OnceCell<Result<Vec<Entry>, TreeError>>,
}

/// How much of a file is looked at to recognise it.
const HEAD: u64 = 64 << 10;

impl<'a> Candidate<'a> {
    /// A candidate; nothing is read yet.
    pub fn new(tree: &'a dyn Tree, entry: Entry) -> Self {
        Self {
            tree,
            entry,
            head: OnceCell::new(),
            children: OnceCell::new(),
        }
    }

    /// The files it is taken from.
    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.entry.path
    }

    /// The last part of its path; empty where it has none.
    pub fn name(&self) -> &str {
        self.entry
            .path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.entry.kind == EntryKind::File
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.entry.kind == EntryKind::Directory
    }

    /// The first bytes of a file; none where it cannot be read.
    pub fn head(&self) -> &[u8] {
        self.head.get_or_init(|| {
            let mut head = Vec::new();
            if self.is_file()
                && let Ok(file) = self.tree.open(&self.entry.path)
                && file.take(HEAD).read_to_end(&mut head).is_err()
            {
                head.clear();
            }
            head
        })
    }

    /// The first bytes as text, up to the last whole line; `None` for what is not UTF-8.
    pub fn head_text(&self) -> Option<&str> {
        let head = self.head();
        let whole = match head.iter().rposition(|&byte| byte == b'\n') {
            Some(end) if head.len() as u64 == HEAD => head.get(..end)?,
            _ => head,
        };
        std::str::from_utf8(whole).ok()
    }

    /// The entries of a directory; none for a file.
    pub fn children(&self) -> Result<&[Entry], &TreeError> {
        let list = || {
            if self.is_directory() {
                self.tree.list(self.path())
            } else {
                Ok(Vec::new())
            }
        };
        self.children.get_or_init(list).as_deref()
    }
}

/// The version of Python of a virtual environment; `None` where its configuration does not tell it.
pub fn python_of_environment(tree: &dyn Tree, path: &Path) -> Option<String> {
    environment::python(tree, path)
}

/// The last part of an entry's path, as text.
pub(crate) fn entry_name(entry: &Entry) -> &str {
    entry
        .path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// Why a target was not read at all.
#[derive(Debug, Error)]
pub enum TargetError {
    /// A file of it cannot be had.
    #[error("cannot read `{}`", path.display())]
    Tree {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        #[source]
        cause: TreeError,
    },
    /// No format recognises it.
    #[error("`{}` is in no format that can be scanned", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// It is a file of TOML that cannot be taken apart.
    #[error("cannot read `{}`", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: DocumentError,
    },
    /// It is an archive that cannot be read.
    #[error("cannot read `{}`", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: ArchiveError,
    },
    /// It has another version of its format than those that are known.
    #[error("`{}` has {found} as version of its format, and only {known} is known", path.display())]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// The version that it states.
        found: String,
        /// The version that is understood.
        known: &'static str,
    },
    /// A wheel or source distribution lacks usable metadata.
    #[error("`{}` {what}", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl TargetError {
    /// What to do next, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownFormat { .. } => {
                let titles: Vec<_> = ALL.iter().map(|format| format.title()).collect();
                Some(format!("these can be scanned: {}", titles.join(", ")))
            }
            Self::UnknownVersion { .. } => Some(
                "update Bartizan, or write the file with an older version of the tool that made it"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    pub(crate) fn unknown_version(path: &Path, found: Option<&str>, known: &'static str) -> Self {
        let found = found.map_or("no number".to_owned(), |found| format!("`{found}`"));
        Self::UnknownVersion {
            path: path.to_owned(),
            found,
            known,
        }
    }

    /// The file or directory that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Tree { path, .. }
            | Self::UnknownFormat { path }
            | Self::Document { path, .. }
            | Self::Archive { path, .. }
            | Self::UnknownVersion { path, .. }
            | Self::Metadata { path, .. } => path,
        }
    }

    /// The error with its causes, as one fragment of a sentence.
    pub fn describe(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    }
}
