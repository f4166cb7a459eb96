//! What the table of libraries says of source trees: names, files, macros and marks, ready to be searched by.
//!
//! The subtable `[NAME.source]` is read here; its schema stands at the head of `native-libraries.toml`.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::path::{FileKind, fold};
use crate::knowledge::{Knowledge, KnowledgeError, Library, NumberForm, Pattern, Reading};

/// A subtable as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    names: Vec<String>,
    folders: Vec<String>,
    files: Vec<String>,
    headers: Vec<HeaderEntry>,
    marks: Vec<MarkEntry>,
    python: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderEntry {
    file: String,
    #[serde(rename = "macro")]
    single: Option<String>,
    #[serde(default)]
    macros: Vec<String>,
    number: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkEntry {
    text: String,
    #[serde(default, rename = "in")]
    within: Vec<Within>,
    pattern: Option<String>,
}

/// The kinds of files that a mark is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Within {
    C,
    Fortran,
    Python,
    Text,
}

/// Macros of a library's own header that tell its version.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) library: usize,
    /// One macro, or those of the parts in their order.
    pub(super) macros: Vec<String>,
    pub(super) form: Option<NumberForm>,
}

/// A text that only a library's own sources have.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) library: usize,
    within: Vec<Within>,
    pub(super) reading: Option<Reading>,
}

/// The table, by what is looked for.
#[derive(Debug, Default)]
pub(super) struct SourceTable<'k> {
    libraries: &'k [Library],
    names: BTreeMap<String, usize>,
    folders: BTreeMap<String, usize>,
    files: BTreeMap<String, usize>,
    headers: BTreeMap<String, Vec<Header>>,
    marks: Vec<Mark>,
    anchors: Option<AhoCorasick>,
    python: Vec<bool>,
}

impl<'k> SourceTable<'k> {
    /// Prepares what can be read; the tests of the table see to it that this is all.
    pub(super) fn of(knowledge: &'k Knowledge) -> Self {
        let mut table = Self {
            libraries: knowledge.libraries(),
            ..Self::default()
        };
        let mut texts = Vec::new();
        for (place, library) in knowledge.libraries().iter().enumerate() {
            let entry = entry(library).unwrap_or_default();
            table.take(place, library, entry, &mut texts);
        }
        table.anchors = AhoCorasick::new(texts).ok();
        table
    }

    fn take(&mut self, place: usize, library: &Library, entry: Entry, texts: &mut Vec<String>) {
        self.python.push(entry.python);
        for name in &entry.names {
            self.names.insert(fold_address(name), place);
        }
        let implied = [library.key.as_str(), library.purl.name()].into_iter();
        for name in implied.chain(library.files.iter().map(String::as_str)) {
            self.names.entry(fold(name)).or_insert(place);
        }
        self.folders
            .extend(entry.folders.iter().map(|name| (fold(name), place)));
        self.files.extend(
            entry
                .files
                .iter()
                .map(|name| (name.to_ascii_lowercase(), place)),
        );
        for header in entry.headers {
            let found = Header {
                library: place,
                macros: header.single.into_iter().chain(header.macros).collect(),
                form: header.number.as_deref().and_then(NumberForm::parse),
            };
            self.headers
                .entry(header.file.to_ascii_lowercase())
                .or_default()
                .push(found);
        }
        for mark in entry.marks {
            let reading = mark.pattern.map(|pattern| Reading {
                form: None,
                pattern: Some(Pattern::new(&pattern)),
                template: None,
                map: BTreeMap::new(),
            });
            self.marks.push(Mark {
                library: place,
                within: mark.within,
                reading,
            });
            texts.push(mark.text);
        }
    }

    /// The library at a place of the table.
    pub(super) fn library(&self, place: usize) -> Option<&'k Library> {
        self.libraries.get(place)
    }

    /// Whether a library is a package of pure Python.
    pub(super) fn is_python(&self, place: usize) -> bool {
        self.python.get(place).copied().unwrap_or_default()
    }

    /// The library that somebody calls so: a folder, a wrap, a licence, `OWNER/REPOSITORY`.
    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        let folded = fold_address(name);
        let plain = self.names.get(&folded);
        let bare = || self.names.get(folded.strip_prefix("lib")?);
        plain
            .or_else(bare)
            .or_else(|| self.names.get(&format!("lib{folded}")))
            .copied()
    }

    /// The library whose code lies in folders of this name.
    pub(super) fn by_folder(&self, name: &str) -> Option<usize> {
        self.folders.get(&fold(name)).copied()
    }

    /// The library that alone has a file of this name.
    pub(super) fn by_file(&self, name: &str) -> Option<usize> {
        self.files.get(&name.to_ascii_lowercase()).copied()
    }

    /// The headers of this name that tell versions.
    pub(super) fn headers(&self, name: &str) -> &[Header] {
        self.headers
            .get(&name.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// Every mark in a file of a kind, with its offset.
    pub(super) fn marks<'s>(
        &'s self,
        kind: FileKind,
        bytes: &'s [u8],
    ) -> impl Iterator<Item = (&'s Mark, usize)> {
        let found = self
            .anchors
            .iter()
            .flat_map(move |anchors| anchors.find_overlapping_iter(bytes));
        found.filter_map(move |hit| {
            let mark = self.marks.get(hit.pattern().as_usize())?;
            mark.is_for(kind).then_some((mark, hit.start()))
        })
    }
}

impl Mark {
    fn is_for(&self, kind: FileKind) -> bool {
        let wanted = match kind {
            FileKind::C => Within::C,
            FileKind::Fortran => Within::Fortran,
            FileKind::Python => Within::Python,
            FileKind::Text => Within::Text,
            FileKind::Cython | FileKind::Script | FileKind::Other => return false,
        };
        let is_code = matches!(wanted, Within::C | Within::Fortran);
        self.within.contains(&wanted) || (self.within.is_empty() && is_code)
    }
}

/// `OWNER/REPOSITORY` keeps its slash.
fn fold_address(name: &str) -> String {
    name.split('/').map(fold).collect::<Vec<_>>().join("/")
}

fn entry(library: &Library) -> Result<Entry, KnowledgeError> {
    let table = library.source.clone().unwrap_or_default();
    table
        .try_into()
        .map_err(|error| KnowledgeError::Toml(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    /// What is wrong with the subtable of a library.
    fn faults(library: &Library) -> Vec<String> {
        let entry = match entry(library) {
            Ok(entry) => entry,
            Err(error) => return vec![format!("{}: {:?}", library.key, error.source())],
        };
        let mut faults = Vec::new();
        for header in &entry.headers {
            if header
                .number
                .as_deref()
                .is_some_and(|it| NumberForm::parse(it).is_none())
                || header.single.is_some() != header.macros.is_empty()
            {
                faults.push(format!("{}: header {}", library.key, header.file));
            }
        }
        for mark in &entry.marks {
            let pattern = mark
                .pattern
                .as_deref()
                .map(|text| Pattern::new(text).groups());
            if mark.text.len() < 6 || pattern.is_some_and(|groups| !groups.is_ok_and(|it| it == 2))
            {
                faults.push(format!("{}: mark {}", library.key, mark.text));
            }
        }
        faults
    }

    #[test]
    fn the_embedded_subtables_are_right() {
        let wrong: Vec<_> = Knowledge::embedded()
            .libraries()
            .iter()
            .flat_map(faults)
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn no_name_means_two_libraries() {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        let mut twice = Vec::new();
        for library in Knowledge::embedded().libraries() {
            let entry = entry(library).unwrap_or_default();
            let names = entry
                .names
                .iter()
                .map(|name| format!("name {}", fold_address(name)));
            let folders = entry
                .folders
                .iter()
                .map(|name| format!("folder {}", fold(name)));
            let files = entry
                .files
                .iter()
                .map(|name| format!("file {}", name.to_lowercase()));
            for name in names.chain(folders).chain(files) {
                if let Some(first) = owners.insert(name.clone(), &library.key) {
                    twice.push(format!("{name}: {first}, {}", library.key));
                }
            }
        }
        assert_eq!(twice, Vec::<String>::new());
    }
}
