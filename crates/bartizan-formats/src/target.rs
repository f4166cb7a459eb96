//! What can be scanned, and how it is found.
//!
//! A target format turns a file or a directory into an [`Inventory`]. It recognises its own by content,
//! executes nothing and asks no network. A new format is one file in this folder and one line in [`ALL`].

mod artifact;
pub(crate) mod conda;
mod conda_environment;
mod conda_explicit;
mod conda_lock;
mod container_image;
pub(crate) mod cyclonedx;
pub(crate) mod environment;
mod environment_file;
mod lock;
mod pdm_lock;
mod pipfile_lock;
mod pixi_lock;
mod poetry_lock;
mod project_file;
mod pylock;
mod requirements;
mod sif;
pub(crate) mod spdx;
mod uv_lock;

use std::{
    cell::OnceCell,
    io::Read,
    path::{Path, PathBuf},
};

use bartizan_model::{
    inventory::{Component, Inventory},
    problem::chain,
    purl::Purl,
};
use thiserror::Error;

pub use lock::project::requirements_beside;

pub use crate::discovery::{Discovery, discover};
use crate::{
    archive::ArchiveError,
    tree::{Entry, EntryKind, Tree, TreeError},
};
pub use crate::{
    document::DocumentError,
    image::ImageError,
    json::JsonError,
    python::{Environment, PlatformChoice},
};

/// Every format. The first that recognises a candidate reads it, so the requirements file, which looks
/// like any other text, comes last.
pub static ALL: &[&dyn TargetFormat] = &[
    &uv_lock::FORMAT,
    &poetry_lock::FORMAT,
    &pdm_lock::FORMAT,
    &pipfile_lock::FORMAT,
    &conda_lock::FORMAT,
    &pixi_lock::FORMAT,
    &conda_explicit::FORMAT,
    &pylock::FORMAT,
    &conda_environment::FORMAT,
    &container_image::FORMAT,
    &sif::FORMAT,
    &environment::FORMAT,
    &artifact::FORMAT,
    &environment_file::FORMAT,
    &project_file::FORMAT,
    &cyclonedx::FORMAT,
    &spdx::FORMAT,
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

    /// Reads everything in it: one inventory, unless it is a file system of its own that others may lie in.
    fn read_all(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, TargetError> {
        Ok(Discovery {
            inventories: vec![self.read(ctx, path)?],
            ..Discovery::default()
        })
    }

    /// Whether the files of what it names lie in it, so that native libraries can be looked for there.
    fn holds_files(&self) -> bool {
        false
    }

    /// Whether it is a project's own list of what it needs, beside which the project's code lies.
    fn lies_beside_code(&self) -> bool {
        !self.holds_files()
    }

    /// Whether a directory of this format has no other targets below it.
    fn owns_what_is_below(&self) -> bool {
        false
    }

    /// Whether a folder of such a directory is searched all the same.
    fn leaves_open(&self, _name: &str) -> bool {
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

    /// Whether a file of one of these names lies beside it.
    pub fn has_beside(&self, names: &[&str]) -> bool {
        let folder = self.path().parent().unwrap_or(Path::new(""));
        let is_there = |name: &&str| self.tree.entry(&folder.join(name)).is_ok();
        names.iter().any(is_there)
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

/// The address of an index without what may be a secret: user, password, query and fragment.
pub(crate) fn public_address(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}{host}{}", path.trim_end_matches('/'))
}

/// The component that a package URL of conda names, under the identity that it is looked up as.
pub(crate) fn component_of_conda(purl: &Purl, version: &str, locator: &str) -> Component {
    conda::CondaPackage::of_purl(purl, version).component(locator)
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
    /// It is a file of TOML, YAML or JSON that cannot be taken apart.
    #[error("cannot read `{}`", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: DocumentError,
    },
    /// It is a file of JSON that cannot be taken apart.
    #[error("cannot read `{}`", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: JsonError,
    },
    /// It is an image that cannot be looked at.
    #[error("cannot read `{}`", path.display())]
    Image {
        /// The image.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: ImageError,
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
    #[error("`{}` states {found} of its format; only {known} is known", path.display())]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// What it states: version `2`, or no version.
        found: String,
        /// The version that is understood.
        known: &'static str,
    },
    /// It states more things than are looked at.
    #[error("`{}` states more than {most} components", path.display())]
    TooMany {
        /// The file.
        path: PathBuf,
        /// How many are looked at.
        most: usize,
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
        let found = found.map_or("no version".to_owned(), |found| {
            format!("version `{found}`")
        });
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
            | Self::Json { path, .. }
            | Self::Image { path, .. }
            | Self::Archive { path, .. }
            | Self::UnknownVersion { path, .. }
            | Self::TooMany { path, .. }
            | Self::Metadata { path, .. } => path,
        }
    }

    /// The error with its causes, as one fragment of a sentence.
    pub fn describe(&self) -> String {
        chain(self)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::Write;

    use bartizan_model::{environment::Platform, inventory::StatedIndex};

    use super::*;
    use crate::tree::MemoryTree;

    /// A context for Python 3.12 on Linux.
    pub(crate) fn context(tree: &MemoryTree) -> TargetContext<'_> {
        let platform = Platform::parse("linux").unwrap();
        TargetContext {
            tree,
            python: Some("3.12".to_owned()),
            platform: PlatformChoice::Named(platform),
            active_python: None,
        }
    }

    /// What is found at `path` among files, as text: `*` marks a root, `?` what has no version, `!` a problem.
    pub(crate) fn found(files: &[(&str, &[u8])], path: &str) -> String {
        let tree = MemoryTree::new(files.iter().map(|(name, bytes)| (*name, bytes.to_vec())));
        show(discover(&context(&tree), Path::new(path)))
    }

    /// One index is the usual case; only several are worth a line here.
    fn indexes(inventory: &Inventory) -> String {
        let indexes = inventory.fetching.indexes.iter();
        let line = |index: &StatedIndex| format!("+ {} ({})\n", index.address, index.locator);
        indexes.filter(|index| index.is_extra).map(line).collect()
    }

    pub(crate) fn show(discovery: Result<Discovery, TargetError>) -> String {
        let mut text = String::new();
        let discovery = match discovery {
            Ok(discovery) => discovery,
            Err(error) => return format!("error: {}; hint: {:?}", error.describe(), error.hint()),
        };
        for inventory in &discovery.inventories {
            let environment = inventory.environment.as_deref().unwrap_or("-");
            writeln!(
                text,
                "{} [{}] {environment}, {} excluded",
                inventory.label, inventory.format, inventory.excluded_by_markers
            )
            .unwrap();
            for (index, component) in inventory.components.iter().enumerate() {
                let mark = if inventory.roots.contains(&index) {
                    "*"
                } else {
                    " "
                };
                let edges = inventory.edges.iter().filter(|edge| edge.from == index);
                let required: Vec<_> = edges
                    .map(|edge| inventory.components[edge.to].package.name())
                    .collect();
                let arrow = if required.is_empty() {
                    String::new()
                } else {
                    format!(" -> {}", required.join(", "))
                };
                writeln!(
                    text,
                    "{mark} {} {} ({}){arrow}",
                    component.package, component.version, component.locator
                )
                .unwrap();
            }
            for unpinned in &inventory.unpinned {
                writeln!(
                    text,
                    "? {}: {} ({})",
                    unpinned.package, unpinned.reason, unpinned.locator
                )
                .unwrap();
            }
            text += &indexes(inventory);
            for problem in &inventory.problems {
                writeln!(text, "! {}: {}", problem.subject, problem.message).unwrap();
            }
        }
        for problem in &discovery.problems {
            writeln!(text, "!! {}: {}", problem.subject, problem.message).unwrap();
        }
        if discovery.is_empty() {
            text.push_str("nothing\n");
        }
        text
    }

    #[test]
    fn ids_and_titles_are_unique() {
        let mut ids: Vec<_> = ALL
            .iter()
            .flat_map(|format| [format.id(), format.title()])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 2 * ALL.len());
    }

    #[test]
    fn a_file_in_no_known_format_is_refused_by_naming_those_that_are() {
        let titles: Vec<_> = ALL.iter().map(|format| format.title()).collect();
        let hint = format!("these can be scanned: {}", titles.join(", "));
        for (name, bytes) in [
            ("notes.txt", b"Buy milk.\nCall home.\n".as_slice()),
            ("Cargo.lock", b"version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry\"\n"),
            ("binary", b"a==1\n\0\n"),
        ] {
            assert_eq!(
                found(&[(name, bytes)], name),
                format!("error: `{name}` is in no format that can be scanned; hint: Some({hint:?})")
            );
        }
        insta::assert_snapshot!(found(&[], "missing"), @r"error: cannot read `missing`: no such file or directory; hint: None");
    }

    #[test]
    fn formats_are_recognised_by_content() {
        let uv = b"version = 1\n\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"r\" }\n";
        insta::assert_snapshot!(found(&[("foo.toml", uv)], "foo.toml"), @r"
        foo.toml [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (foo.toml:3)
        ");
        insta::assert_snapshot!(found(&[("foo.toml", b"lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\n")], "foo.toml"), @r"
        foo.toml [pylock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (foo.toml:2)
        ");
        insta::assert_snapshot!(found(&[("pins", b"a==1\nb==2\n")], "pins"), @r"
        pins [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (pins:1)
        * b 2 (pins:2)
        ");
    }
}
