//! A source tree, file by file: of a checkout on a disk as of an archive that streams by.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    native::{EvidenceKind, NativeComponent},
    problem::Problem,
};

use super::{
    clue::{Clue, Weight, Who},
    conclude, contents, layout,
    layout::Layout,
    notice,
    notice::Stated,
    path::{self, FileKind},
    pins, project,
    table::SourceTable,
    vendored_python::{self, Collector},
};
use crate::knowledge::Knowledge;

/// As much of a file of code as is looked at: what a library says of itself, it says at the head of its files. LAPACK in
/// C has many routines in one file.
pub const HEAD: usize = 128 << 10;

/// The most files of one tree; the largest of the ecosystem have some 20,000.
const MOST_FILES: usize = 500_000;

/// The most clues of one tree.
const MOST_CLUES: usize = 200_000;

/// Deeper folders are not looked at.
const DEEPEST: usize = 64;

/// What a source tree shows, gathered while its files are walked.
#[derive(Debug)]
pub struct SourceSighting<'k> {
    table: SourceTable<'k>,
    files: usize,
    layout: Layout,
    clues: Vec<Clue>,
    stated: Vec<(String, Stated)>,
    licences: Vec<(String, u64)>,
    own_names: BTreeSet<String>,
    python: Collector,
    pinned: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl<'k> SourceSighting<'k> {
    /// Nothing seen yet.
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            table: SourceTable::of(knowledge),
            files: 0,
            layout: Layout::default(),
            clues: Vec::new(),
            stated: Vec::new(),
            licences: Vec::new(),
            own_names: BTreeSet::new(),
            python: Collector::default(),
            pinned: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Notes that a file is there, and says whether its bytes are wanted: at least [`HEAD`] of them.
    ///
    /// The path is that within the tree, with `/` between folders; of a source distribution, without the folder that it
    /// unpacks to.
    pub fn wants(&mut self, file: &str, size: u64) -> bool {
        self.files = self.files.saturating_add(1);
        if self.files == MOST_FILES {
            let message = format!("more than {MOST_FILES} files; the rest was not looked at");
            self.problems.push(Problem::new("source tree", message));
        }
        if self.files >= MOST_FILES || file.is_empty() || file.matches('/').count() > DEEPEST {
            return false;
        }
        let is_new = self.note(file);
        if path::is_aside(file) || !is_new {
            return false;
        }
        let kind = path::kind(file);
        if !matches!(kind, FileKind::Text | FileKind::Other) {
            self.layout.code.insert(file.to_owned(), kind);
            self.note_folders(file);
        }
        let is_code = matches!(
            kind,
            FileKind::C | FileKind::Fortran | FileKind::Python | FileKind::Text
        );
        let is_whole = pins::is_interesting(file)
            || project::is_interesting(file)
            || notice::is_interesting(file);
        let is_script = kind == FileKind::Script && layout::is_vendoring(path::folder(file));
        is_code
            || is_script
            || (is_whole && size <= pins::LARGEST)
            || vendored_python::is_interesting(file)
    }

    /// The file and its folders are there.
    fn note(&mut self, file: &str) -> bool {
        let is_new = self.layout.present.insert(file.to_owned());
        let mut folder = path::folder(file);
        while !folder.is_empty() && self.layout.present.insert(folder.to_owned()) {
            folder = path::folder(folder);
        }
        is_new
    }

    fn note_folders(&mut self, file: &str) {
        let mut folder = path::folder(file);
        while !folder.is_empty() && self.layout.folders.insert(folder.to_owned()) {
            folder = path::folder(folder);
        }
    }

    /// Notes what stands in a file that was wanted. Bytes beyond [`HEAD`] are looked at in short files of pins only.
    pub fn file(&mut self, file: &str, bytes: &[u8]) {
        if self.clues.len() >= MOST_CLUES {
            return;
        }
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        self.clues.extend(contents::clues(&self.table, file, head));
        self.python.file(file, head);
        let is_licence = path::is_licence(path::base(file));
        if is_licence {
            self.licences.push((file.to_owned(), sum(bytes)));
        }
        if notice::is_interesting(file) {
            let text = String::from_utf8_lossy(bytes);
            self.stated.extend(
                notice::read(&text)
                    .into_iter()
                    .map(|it| (file.to_owned(), it)),
            );
            self.clues.extend(notice::named_licence(&self.table, file));
        }
        if pins::is_interesting(file) && bytes.len() as u64 <= pins::LARGEST {
            let text = String::from_utf8_lossy(bytes);
            self.clues.extend(pins::clues(&self.table, file, &text));
        }
        if project::is_interesting(file) {
            self.manifest(file, head);
        }
        if path::kind(file) == FileKind::Python && !vendored_python::is_interesting(file) {
            self.module(file, head);
        }
    }

    /// Notes the commit that a submodule is pinned to, where git's index is at hand.
    pub fn pinned(&mut self, place: &str, commit: &str) {
        self.pinned.push((place.to_owned(), commit.to_owned()));
    }

    fn manifest(&mut self, file: &str, bytes: &[u8]) {
        let Some(manifest) = project::read(file, &String::from_utf8_lossy(bytes)) else {
            return;
        };
        if path::folder(file).is_empty() {
            self.own_names.insert(path::fold(&manifest.name));
            return;
        }
        let who = layout::named(&self.table, &manifest.name);
        let detail = match &manifest.version {
            Some(version) => format!("project `{}` of version {version}", manifest.name),
            None => format!("project `{}`", manifest.name),
        };
        let clue = Clue::new(who, EvidenceKind::PackageMetadata, file, detail);
        let clue = clue.line(manifest.line).version(manifest.version.clone());
        self.clues.push(clue.weight(Weight::Adds));
        self.layout.manifests.insert(file.to_owned(), manifest);
    }

    /// `__version__` of a package that is called as its folder or file.
    fn module(&mut self, file: &str, bytes: &[u8]) {
        let Some((line, version)) = project::python_version(&String::from_utf8_lossy(bytes)) else {
            return;
        };
        let names = [path::stem(path::base(file)), path::base(path::folder(file))];
        for name in names {
            let who = layout::named(&self.table, name.trim_start_matches('_'));
            let detail = format!("`{name}` says version {version}");
            let clue = Clue::new(who, EvidenceKind::PackageMetadata, file, detail);
            self.clues.push(
                clue.line(line)
                    .version(Some(version.clone()))
                    .weight(Weight::Adds),
            );
        }
    }

    /// The components, sorted, and what could not be read or was not believed.
    pub fn finish(mut self) -> (Vec<NativeComponent>, Vec<Problem>) {
        let own_licences: BTreeSet<u64> = self
            .licences
            .iter()
            .filter(|(file, _)| path::folder(file).is_empty())
            .map(|(_, sum)| *sum)
            .collect();
        for (file, sum) in &self.licences {
            self.layout
                .licences
                .insert(file.clone(), own_licences.contains(sum));
        }
        let mut clues = std::mem::take(&mut self.clues);
        clues.extend(self.layout.clues(&self.table));
        clues.extend(std::mem::take(&mut self.python).clues(&self.table));
        let stated = self.notices(&clues);
        clues.extend(stated);
        self.unite(&mut clues);
        self.retain(&mut clues);
        self.name_commits(&mut clues);
        let components = conclude::components(&self.table, clues);
        self.problems.sort();
        (components, self.problems)
    }

    /// Notices whose files are there. Of others it is a problem if nothing else shows them either.
    fn notices(&mut self, seen: &[Clue]) -> Vec<Clue> {
        let shown = seen.iter().filter(|clue| clue.weight != Weight::Adds);
        let shown: BTreeSet<String> = shown
            .map(|clue| conclude::identity(&self.table, &clue.who))
            .collect();
        let mut clues = Vec::new();
        for (file, stated) in &self.stated {
            let beside = path::folder(file);
            let candidates = stated
                .paths()
                .into_iter()
                .flat_map(|it| [path::join(beside, &it), it]);
            let mut places: Vec<String> = candidates.filter(|it| self.layout.has(it)).collect();
            places.dedup();
            let who = layout::named(&self.table, &stated.name);
            let is_shown = shown.contains(&conclude::identity(&self.table, &who));
            if places.is_empty() && !is_shown && !stated.is_of_binaries() {
                let message = format!(
                    "names `{}` as bundled, but none of its files is here",
                    stated.name
                );
                let subject = format!("{file}:{}", stated.line);
                self.problems.push(Problem::new(subject, message));
            }
            clues.extend(
                places
                    .iter()
                    .map(|place| stated.clue(&self.table, file, place)),
            );
        }
        clues
    }

    /// Build files in a folder that others name speak of the same: `hwy` in `highway`.
    fn unite(&self, clues: &mut [Clue]) {
        let is_of_manifest = |clue: &Clue| self.layout.manifests.contains_key(&clue.evidence.file);
        let rank = |clue: &Clue| {
            (
                is_of_manifest(clue),
                matches!(clue.who, Who::Named(_)),
                clue.evidence.kind,
            )
        };
        let mut shown: Vec<&Clue> = clues
            .iter()
            .filter(|clue| clue.weight != Weight::Adds)
            .collect();
        shown.sort_by_key(|clue| rank(clue));
        let mut owners: BTreeMap<String, Who> = BTreeMap::new();
        let (of_manifests, others): (Vec<&Clue>, Vec<&Clue>) =
            shown.into_iter().partition(|clue| is_of_manifest(clue));
        let is_file = |clue: &&&Clue| self.layout.code.contains_key(&clue.place);
        let named = others.iter().map(|clue| (clue.place.as_str(), *clue));
        let beside = others.iter().filter(is_file);
        let beside = beside.map(|clue| (path::folder(&clue.place), *clue));
        let own = of_manifests.iter().map(|clue| (clue.place.as_str(), *clue));
        for (place, clue) in named.chain(beside).chain(own) {
            let owner = owners.entry(place.to_owned());
            owner.or_insert_with(|| clue.who.clone());
        }
        for clue in clues.iter_mut().filter(|clue| is_of_manifest(clue)) {
            let owner = owners.get(&clue.place).filter(|owner| **owner != clue.who);
            if let Some(owner) = owner {
                clue.who.clone_from(owner);
                clue.evidence.version = None;
            }
        }
    }

    /// Leaves out the tree's own project, and pins of those whose code lies in it.
    fn retain(&self, clues: &mut Vec<Clue>) {
        let own = self.own_identities();
        clues.retain(|clue| !own.contains(&conclude::identity(&self.table, &clue.who)));
        let folders: BTreeSet<String> = clues
            .iter()
            .filter(|clue| {
                clue.weight == Weight::Shows && self.layout.folders.contains(&clue.place)
            })
            .map(|clue| clue.place.clone())
            .collect();
        clues.retain(|clue| {
            let is_nested = || {
                let mut above = ancestors(&clue.evidence.file);
                above.any(|folder| folders.contains(folder) && folder != clue.place)
            };
            let has_code = self.layout.folders.contains(&clue.place);
            clue.weight != Weight::Pins || has_code || !is_nested()
        });
    }

    fn own_identities(&self) -> BTreeSet<String> {
        let known =
            |name: &String| conclude::identity(&self.table, &layout::named(&self.table, name));
        self.own_names
            .iter()
            .flat_map(|name| [name.clone(), known(name)])
            .collect()
    }

    /// Puts the commit into the reason of a submodule without a version.
    fn name_commits(&self, clues: &mut [Clue]) {
        for clue in clues
            .iter_mut()
            .filter(|clue| clue.evidence.file.ends_with(".gitmodules"))
        {
            let commit = self.pinned.iter().find(|(place, _)| *place == clue.place);
            let is_here = self.layout.folders.contains(&clue.place);
            clue.reason = match (commit, is_here) {
                (Some((_, commit)), _) => Some(format!("pinned to the commit {commit}, which names no release")),
                (None, true) => None,
                (None, false) => Some(
                    "the submodule is not checked out, and the commit that it is pinned to is not among the files"
                        .to_owned(),
                ),
            };
        }
    }
}

/// The folders that a file lies in, the innermost first.
fn ancestors(file: &str) -> impl Iterator<Item = &str> {
    let first = Some(path::folder(file)).filter(|folder| !folder.is_empty());
    std::iter::successors(first, |folder| {
        Some(path::folder(folder)).filter(|it| !it.is_empty())
    })
}

/// A sum of a licence's letters, by which two are compared.
fn sum(bytes: &[u8]) -> u64 {
    let letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    letters.fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
