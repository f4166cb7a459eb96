//! Minimal edits of the files in which people and tools keep versions.
//!
//! An editor is a pure function: a text and new versions in, a text out. Comments, order, line ends and every byte that
//! says nothing of the edited pins stay as they are. What cannot be edited truly is refused, and nothing is changed then.

mod pipfile;
mod pylock;
mod pyproject;
mod requirements;
mod toml_pins;

use std::{collections::BTreeSet, ops::Range};

use bartizan_model::{
    Timestamp, ecosystem::Package, requirement::Requirement, version::pep440::Version,
};
use thiserror::Error;

use crate::digest::Digest;

/// Every editor.
pub static ALL: &[&dyn Editor] = &[
    &requirements::EDITOR,
    &pyproject::EDITOR,
    &pipfile::EDITOR,
    &pylock::EDITOR,
];

/// The largest text that is edited.
pub const MAX_BYTES: usize = 16 << 20;

/// Edits one kind of file.
pub trait Editor: Sync {
    /// A short stable name.
    fn id(&self) -> &'static str;

    /// What it edits, in words.
    fn title(&self) -> &'static str;

    /// Whether a file of this name is of its kind.
    fn is_usual_name(&self, name: &str) -> bool;

    /// The text with new versions.
    fn apply(&self, text: &str, edits: &[PinEdit]) -> Result<Edited, EditError>;
}

/// A package gets another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinEdit {
    /// The package.
    pub package: Package,
    /// The version that is written; none where the package is new.
    pub from: Option<String>,
    /// The version to write; none where the package goes.
    pub to: Option<String>,
    /// The files of the new version, the one that would be installed first; empty where they are not known.
    pub files: Vec<PinFile>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinFile {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its digest.
    pub sha256: Option<Digest>,
    /// Its size.
    pub size: Option<u64>,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
}

/// A text after its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// The places of the edits that were made in it, among those asked for.
    pub made: BTreeSet<usize>,
}

/// Why a text cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// It is longer than what anybody edits.
    #[error("larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is not TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// It holds digests of the old version, and those of the new one are not known.
    #[error("it has hashes of {package}, and those of {version} are not known")]
    NoHashes {
        /// The package.
        package: Package,
        /// The new version.
        version: String,
    },
    /// The entry is written in a way that is not edited here.
    #[error("the entry of {package} {what}")]
    Shape {
        /// The package.
        package: Package,
        /// What is in the way.
        what: &'static str,
    },
    /// Two edits concern the same bytes.
    #[error("two edits concern the same place")]
    Overlap,
}

/// The editor for a file name.
pub fn find(name: &str) -> Option<&'static dyn Editor> {
    ALL.iter()
        .copied()
        .find(|editor| editor.is_usual_name(name))
}

/// New text for a range of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Splice {
    range: Range<usize>,
    text: String,
}

/// The text with its splices, which must not overlap.
fn spliced(text: &str, mut splices: Vec<Splice>) -> Result<String, EditError> {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    splices.dedup();
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for splice in splices {
        let between = text
            .get(end..splice.range.start)
            .ok_or(EditError::Overlap)?;
        out.push_str(between);
        out.push_str(&splice.text);
        end = splice.range.end;
    }
    out.push_str(text.get(end..).ok_or(EditError::Overlap)?);
    Ok(out)
}

/// Where the version stands in a requirement by PEP 508 that pins the package to the old version.
fn pin_in(text: &str, edit: &PinEdit) -> Option<Range<usize>> {
    let requirement: Requirement = text.trim().parse().ok()?;
    if requirement.package != edit.package {
        return None;
    }
    requirement.specifiers()?.pinned()?;
    let operator = text.find("==")?;
    version_after(text, operator, edit.from.as_deref()?)
}

/// Where a version stands that follows on `=` and blanks from a place on, if it is the one that is meant.
fn version_after(text: &str, place: usize, version: &str) -> Option<Range<usize>> {
    let rest = text.get(place..)?;
    let bare = rest.trim_start_matches(['=', ' ', '\t']);
    let start = text.len() - bare.len();
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '#' | '\\' | '"' | '\'');
    let end = start + bare.find(is_end).unwrap_or(bare.len());
    is_same(text.get(start..end)?, version).then_some(start..end)
}

/// Whether two texts are one version.
fn is_same(one: &str, other: &str) -> bool {
    let parsed = |text: &str| text.parse::<Version>().ok();
    one == other || parsed(one).is_some_and(|one| Some(one) == parsed(other))
}

/// The digests of the new version, each once; refused where one of its files has none.
fn digests(edit: &PinEdit) -> Result<BTreeSet<Digest>, EditError> {
    let digests: Option<BTreeSet<Digest>> = edit.files.iter().map(|file| file.sha256).collect();
    digests
        .filter(|digests| !digests.is_empty())
        .ok_or_else(|| EditError::NoHashes {
            package: edit.package.clone(),
            version: edit.to.clone().unwrap_or_default(),
        })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An edit by `name from to`, with two files of made-up digests where there is a new version.
    pub(crate) fn edit(name: &str, from: &str, to: &str) -> PinEdit {
        let some = |text: &str| (text != "-").then(|| text.to_owned());
        let file = |ending: &str, byte: u8| PinFile {
            name: format!("{name}-{to}{ending}"),
            address: format!("https://files.example/{name}-{to}{ending}"),
            sha256: Some(Digest([byte; 32])),
            size: Some(7),
            uploaded: "2026-01-02T03:04:05Z".parse().ok(),
        };
        PinEdit {
            package: Package::pypi(name),
            from: some(from),
            to: some(to),
            files: vec![file("-py3-none-any.whl", 1), file(".tar.gz", 2)],
        }
    }

    /// What an editor makes of a text, with short digests.
    pub(crate) fn check(editor: &dyn Editor, text: &str, edits: &[PinEdit]) -> String {
        match editor.apply(text, edits) {
            Ok(edited) => edited
                .text
                .replace(&"01".repeat(32), "0101")
                .replace(&"02".repeat(32), "0202"),
            Err(error) => format!("error: {error}"),
        }
    }

    /// Nothing asked for changes nothing, and what is asked for of absent packages neither.
    pub(crate) fn is_left_alone(editor: &dyn Editor, text: &str) -> bool {
        let absent = edit("no-such-package", "1", "2");
        let same = |edits: &[PinEdit]| {
            editor
                .apply(text, edits)
                .is_ok_and(|edited| edited.text == text && edited.made.is_empty())
        };
        editor.apply(text, &[]).is_err() || (same(&[]) && same(&[absent]))
    }

    #[test]
    fn ids_are_unique_and_names_lead_to_editors() {
        let ids: BTreeSet<_> = ALL.iter().map(|editor| editor.id()).collect();
        assert_eq!(ids.len(), ALL.len());
        let of = |name: &str| find(name).map(Editor::id);
        assert_eq!(of("requirements-dev.txt"), Some("requirements"));
        assert_eq!(of("pyproject.toml"), Some("pyproject"));
        assert_eq!(of("Pipfile"), Some("pipfile"));
        assert_eq!(of("pylock.dev.toml"), Some("pylock"));
        assert_eq!(of("uv.lock"), None);
    }
}
