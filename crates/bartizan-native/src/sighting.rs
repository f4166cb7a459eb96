//! What one file of machine code shows of libraries, noted while its bytes are at hand. Nothing is weighed here.
//!
//! A note says that something *stands* there: a library's own function or text, not that the file calls it. What a
//! file merely asks for is in [`NativeFile::needed`].

mod crates;
pub(crate) mod name;
mod origin;
mod own;
mod resource;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::native::{EvidenceKind, FileRole, NativeFile, NeededLibrary};

pub use self::{
    crates::CrateMark,
    origin::{Build, DistributionRelease},
};
use crate::{
    binary::{self, Architecture, Binary, BinaryError, Function, Returned},
    knowledge::{Knowledge, Reading},
};

/// The most different marks that one file gets. Real ones have fewer than a hundred.
const MOST_MARKS: usize = 4096;

/// What one file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The file.
    pub file: NativeFile,
    /// The library that the file is, by its place in the table, where its name tells.
    pub own: Option<usize>,
    /// Signs of libraries, sorted.
    pub marks: Vec<Mark>,
    /// Crates of Rust that it was built from, sorted.
    pub crates: Vec<CrateMark>,
    /// What it tells about who built it.
    pub build: Build,
}

/// One sign of one library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The library, by its place in the table.
    pub library: usize,
    /// What kind of sign.
    pub kind: EvidenceKind,
    /// Its place among the table's signs of its kind: the first is believed first.
    pub rank: usize,
    /// The version that it tells.
    pub version: Option<String>,
    /// Where it stands: bytes from the start of the file.
    pub offset: Option<u64>,
    /// What stands there.
    pub detail: String,
}

/// Looks at one file; `None` for what is no machine code.
pub fn look_at(
    knowledge: &Knowledge,
    path: &str,
    data: &[u8],
) -> Result<Option<Sighting>, BinaryError> {
    let binaries = binary::read(data)?;
    if binaries.is_empty() {
        return Ok(None);
    }
    let mut notes = Notes::default();
    let sonames = binaries
        .iter()
        .flat_map(|binary| [binary.soname.as_deref(), binary.linux_name.as_deref()])
        .flatten();
    let names: BTreeSet<String> = sonames
        .chain([path])
        .map(|it| name::upstream(knowledge, path, it))
        .collect();
    let mut is_module = name::role(path) == FileRole::Module;
    for binary in &binaries {
        is_module |= functions(knowledge, binary, &mut notes);
        text::search(knowledge, binary, &mut notes);
    }
    // Python's own module `zlib` is not the library of that name.
    let mut libraries = names
        .iter()
        .filter_map(|name| name::library(knowledge, name));
    let own = libraries
        .next()
        .filter(|_| !is_module)
        .map(|own| notes.fork(knowledge, own));
    if let Some(own) = own {
        by_name(knowledge, own, &names, &mut notes);
        for binary in &binaries {
            own::search(knowledge, own, binary, &mut notes);
            resource::search(knowledge, own, binary, &mut notes);
        }
    }
    let file = native_file(path, role(path, is_module, own), &binaries, &notes);
    Ok(file.map(|file| Sighting {
        own,
        marks: notes.marks.into_iter().collect(),
        crates: notes.crates.into_iter().map(CrateMark::of).collect(),
        build: Build::of(&binaries),
        file,
    }))
}

/// What was found so far.
#[derive(Debug, Default)]
struct Notes {
    marks: BTreeSet<Mark>,
    /// Marks without their offsets: a text that stands in a file twice is one sign.
    known: BTreeSet<(usize, EvidenceKind, usize, Option<String>)>,
    crates: BTreeMap<(String, String), u64>,
    version_functions: BTreeSet<String>,
}

impl Notes {
    fn add(&mut self, mark: Mark) {
        let key = (mark.library, mark.kind, mark.rank, mark.version.clone());
        if self.marks.len() < MOST_MARKS && self.known.insert(key) {
            self.marks.insert(mark);
        }
    }
}

impl Notes {
    /// The fork whose signs a file shows that has the name of what it replaces, or the library of that name.
    fn fork(&self, knowledge: &Knowledge, own: usize) -> usize {
        let library = knowledge.libraries().get(own);
        let forks = library.into_iter().flat_map(|library| &library.yields_to);
        let mut forks = forks.filter_map(|key| knowledge.place(key));
        forks
            .find(|fork| self.marks.iter().any(|mark| mark.library == *fork))
            .unwrap_or(own)
    }
}

/// What a file is: its place tells, or that Python can import it, or that its name is a known library's.
fn role(path: &str, is_module: bool, own: Option<usize>) -> FileRole {
    match name::role(path) {
        FileRole::Other if is_module => FileRole::Module,
        FileRole::Other if own.is_some() => FileRole::Vendored,
        role => role,
    }
}

fn native_file(
    path: &str,
    role: FileRole,
    binaries: &[Binary<'_>],
    notes: &Notes,
) -> Option<NativeFile> {
    let first = binaries.first()?;
    let mut architectures: Vec<String> = binaries
        .iter()
        .map(|it| architecture(it.architecture).to_owned())
        .collect();
    architectures.sort();
    architectures.dedup();
    let needed = first.needed.iter().map(|name| NeededLibrary {
        name: name.clone(),
        is_carried: false,
    });
    Some(NativeFile {
        path: path.to_owned(),
        format: first.format,
        architectures,
        soname: first.soname.clone(),
        needed: needed.collect(),
        build_id: first.build_id.clone(),
        version_functions: notes.version_functions.iter().cloned().collect(),
        role,
    })
}

fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Aarch64 => "aarch64",
        Architecture::Other => "other",
    }
}

/// Notes the functions that the file defines; says whether Python can import it.
fn functions(knowledge: &Knowledge, binary: &Binary<'_>, notes: &mut Notes) -> bool {
    let mut is_module = false;
    let found = binary.functions(&mut |name| {
        is_module |= name.starts_with("PyInit_");
        !knowledge.by_function(name).is_empty()
    });
    for function in &found {
        let uses = knowledge.by_function(&function.name);
        for known in uses {
            let Some(library) = knowledge.libraries().get(known.library) else {
                continue;
            };
            let signal = known
                .function
                .and_then(|place| library.functions.get(place));
            let read = signal
                .and_then(|it| Some(returned(&it.reading, binary.returned(function)?, function)));
            if known.function.is_some() && function.is_exported {
                notes.version_functions.insert(function.name.clone());
            }
            // A fork has the function too, and only what it returns tells which of them it is.
            if uses.len() > 1 && read.as_ref().is_none_or(|(version, _)| version.is_none()) {
                continue;
            }
            let (version, said) = read
                .map_or((None, "is defined".to_owned()), |(version, said)| {
                    (version, said)
                });
            notes.add(Mark {
                library: known.library,
                kind: if version.is_some() {
                    EvidenceKind::VersionFunction
                } else {
                    EvidenceKind::Presence
                },
                rank: known.function.unwrap_or(usize::MAX),
                version,
                offset: Some(function.offset),
                detail: format!("{} {said}", function.name),
            });
        }
    }
    is_module
}

/// The version that a result means, and the result in words.
fn returned(
    reading: &Reading,
    returned: Returned<'_>,
    function: &Function,
) -> (Option<String>, String) {
    let verb = if function.is_data { "is" } else { "returns" };
    match returned {
        Returned::Integer(number) => (reading.of_number(number), format!("{verb} {number:#x}")),
        Returned::Integers(numbers) => (reading.of_numbers(numbers), format!("stores {numbers:?}")),
        Returned::Text { text, .. } => (
            reading.of_text(text),
            format!("{verb} \"{}\"", text::shown(text)),
        ),
    }
}

/// Notes what the names of a library's own file tell.
fn by_name(knowledge: &Knowledge, own: usize, names: &BTreeSet<String>, notes: &mut Notes) {
    let Some(library) = knowledge.libraries().get(own) else {
        return;
    };
    let mark = |kind, rank, version: Option<String>, name: &str| Mark {
        library: own,
        kind,
        rank,
        version,
        offset: None,
        detail: format!("named {name}"),
    };
    for name in names
        .iter()
        .filter(|name| name::library(knowledge, name) == Some(own))
    {
        let mapped = library
            .releases
            .iter()
            .find(|(key, _)| key.to_lowercase() == *name);
        if let Some((_, release)) = mapped {
            notes.add(mark(
                EvidenceKind::SonameRelease,
                0,
                Some(release.clone()),
                name,
            ));
        }
        for (rank, signal) in library.names.iter().enumerate() {
            if let Some(version) = signal.reading.of_text(name) {
                notes.add(mark(EvidenceKind::FileName, rank, Some(version), name));
            }
        }
        let release = name::release(name).filter(|_| library.is_named_by_release);
        notes.add(mark(
            EvidenceKind::FileName,
            library.names.len(),
            release,
            name,
        ));
    }
}
