//! Texts for people: how releases are made, who decides, where vulnerabilities are told.

use super::Reader;

/// How many texts are read.
const MAX_DOCUMENTS: usize = 80;

/// A text of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path from the top of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Parts of the names of texts that say something about these matters.
const NAMED: [&str; 14] = [
    "releas",
    "governance",
    "conduct",
    "security",
    "maintain",
    "access",
    "steering",
    "team",
    "resources",
    "keys",
    "contributing",
    "decision",
    "roles",
    "accessib",
];

impl Document {
    /// The name of the file, in lower case.
    pub fn name(&self) -> String {
        name(&self.path)
    }

    /// Whether it lies where a host looks for the policy on vulnerabilities.
    pub fn is_security_policy(&self) -> bool {
        let path = self.path.to_lowercase();
        let name = ["docs/", ".github/"]
            .iter()
            .find_map(|folder| path.strip_prefix(folder));
        name.unwrap_or(&path).starts_with("security.")
    }

    /// The text in lower case.
    pub fn lower(&self) -> String {
        self.text.to_lowercase()
    }

    /// The first line, from 1, that holds a text in letters of any case.
    pub fn line_of(&self, wanted: &str) -> Option<u32> {
        let wanted = wanted.to_lowercase();
        let at = self
            .text
            .lines()
            .position(|line| line.to_lowercase().contains(&wanted))?;
        u32::try_from(at.saturating_add(1)).ok()
    }
}

/// Whether a line is a heading of Markdown, or one of reStructuredText with the line below it.
pub fn is_heading(line: &str, below: &str) -> bool {
    let is_underline = |sign: char| below.len() > 2 && below.chars().all(|it| it == sign);
    line.starts_with('#') || ['=', '-', '~', '^', '*'].into_iter().any(is_underline)
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_lowercase()
}

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<Document> {
    let wanted = reader.files.iter().filter(|path| is_wanted(path));
    let mut wanted: Vec<&String> = wanted.collect();
    // What is named for its matter first, then what lies near the top, where visitors look.
    wanted.sort_by_key(|path| {
        let is_named = NAMED.iter().any(|part| name(path).contains(part));
        (!is_named, path.matches('/').count(), (*path).clone())
    });
    wanted.truncate(MAX_DOCUMENTS);
    let mut documents: Vec<Document> = wanted
        .into_iter()
        .filter_map(|path| reader.document(path))
        .collect();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    documents
}

fn is_wanted(path: &str) -> bool {
    let name = name(path);
    // The notes of one release are named by its version.
    let is_of_a_release = name.contains("releas") && name.contains(|it: char| it.is_ascii_digit());
    let is_text = [".md", ".rst", ".txt", ".inc"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || !name.contains('.');
    let is_near = !path.contains('/') || path.starts_with("doc") || path.starts_with(".github/");
    let is_notes = [
        "notes",
        "_log",
        "whatsnew",
        "changelog",
        "release_dev",
        "release_template",
    ]
    .iter()
    .any(|part| path.contains(part))
        || path.contains("/_build/");
    let is_for_makers = [
        "coredev",
        "core-dev",
        "core_dev",
        "developer",
        "development",
        "maintainers",
    ]
    .iter()
    .any(|part| path.contains(part));
    is_text
        && is_near
        && !is_notes
        && !is_of_a_release
        && (is_for_makers || NAMED.iter().any(|part| name.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn what_makers_wrote_is_wanted_and_notes_of_releases_are_not() {
        let wanted = [
            "RELEASING.md",
            "doc/developer/release.rst",
            "doc/source/dev/core-dev/releasing.rst.inc",
            "docs/governance.md",
            ".github/SECURITY.md",
        ];
        let others = [
            "doc/release/release_2.0.rst",
            "doc/release/old_release_log.rst",
            "lab/security.rst",
            "doc/source/release/2.0-notes.rst",
            "README.md",
        ];
        assert!(wanted.iter().all(|path| is_wanted(path)));
        assert!(!others.iter().any(|path| is_wanted(path)));
    }
}
