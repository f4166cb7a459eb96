//! What the layout of a tree shows: folders for code of others, folders and files of known names, code with a licence and
//! a build file of its own.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::native::{EvidenceKind, Linkage};

use super::{
    clue::{Clue, Who},
    path::{self, FileKind},
    project::Manifest,
    release,
    table::SourceTable,
};

/// Folders whose children are code of others, whatever the project.
const VENDORING: [&str; 20] = [
    "cextern",
    "third_party",
    "thirdparty",
    "third-party",
    "3rdparty",
    "3rd_party",
    "3rd-party",
    "extern",
    "externs",
    "external",
    "externals",
    "vendor",
    "vendored",
    "_vendor",
    "_vendored",
    "subprojects",
    "submodules",
    "bundled",
    "deps",
    "dependencies",
];

/// Children of such folders that name no project.
const ANONYMOUS: [&str; 13] = [
    "src", "include", "inc", "lib", "libs", "cmake", "patches", "patch", "scripts", "docs", "doc",
    "build", "licenses",
];

/// What is known of the files of a tree.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Every file and folder.
    pub(super) present: BTreeSet<String>,
    /// Every file of code, with what it is.
    pub(super) code: BTreeMap<String, FileKind>,
    /// Every folder with files of code below it.
    pub(super) folders: BTreeSet<String>,
    /// Licence files, and whether they say the same as the tree's own.
    pub(super) licences: BTreeMap<String, bool>,
    /// Build files and what they say.
    pub(super) manifests: BTreeMap<String, Manifest>,
}

impl Layout {
    /// Whether there is anything at a path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.present.contains(path)
    }

    /// The first file below a folder that is of one of some kinds.
    pub(super) fn code_below(&self, folder: &str, kinds: &[FileKind]) -> Option<&str> {
        let below = format!("{folder}/");
        let from = self.code.range(below.clone()..);
        let inside = from.take_while(|(file, _)| file.starts_with(&below));
        inside
            .filter(|(_, kind)| kinds.contains(kind))
            .map(|(file, _)| file.as_str())
            .next()
    }

    /// Everything that the layout shows.
    pub(super) fn clues(&self, table: &SourceTable<'_>) -> Vec<Clue> {
        let mut clues = Vec::new();
        for folder in &self.folders {
            clues.extend(self.vendored(table, folder));
            clues.extend(self.known(table, folder));
        }
        clues.extend(self.foreign(table));
        for (file, kind) in &self.code {
            clues.extend(Self::file(table, file, *kind));
        }
        clues
    }

    /// A child of a folder for code of others.
    fn vendored(&self, table: &SourceTable<'_>, folder: &str) -> Option<Clue> {
        let name = path::base(folder);
        let is_child = is_vendoring(path::folder(folder));
        if !is_child
            || ANONYMOUS.contains(&name.to_ascii_lowercase().as_str())
            || name.starts_with('.')
        {
            return None;
        }
        let file = self.code_below(folder, &[FileKind::C, FileKind::Fortran])?;
        let who = named_folder(table, name);
        let detail = format!("`{name}` lies in a folder for code of others");
        let version = release::of(name);
        let kind = if version.is_some() {
            EvidenceKind::FileName
        } else {
            EvidenceKind::Presence
        };
        Some(
            Clue::new(who, kind, file, detail)
                .at(folder)
                .version(version),
        )
    }

    /// A folder of a name that only one library's has.
    fn known(&self, table: &SourceTable<'_>, folder: &str) -> Option<Clue> {
        let name = path::base(folder);
        let known = table.by_folder(name.trim_start_matches('_'))?;
        let kinds: &[FileKind] = if table.is_python(known) {
            &[FileKind::Python]
        } else {
            &[FileKind::C, FileKind::Fortran]
        };
        let file = self.code_below(folder, kinds)?;
        let detail = format!("a folder `{name}` with code");
        Some(Clue::new(Who::Known(known), EvidenceKind::Presence, file, detail).at(folder))
    }

    /// Folders of code with a licence of their own and a build file that names another project.
    fn foreign(&self, table: &SourceTable<'_>) -> Vec<Clue> {
        let foreign = self.licences.iter().filter(|(_, is_own)| !**is_own);
        let licences: BTreeMap<&str, &str> = foreign
            .map(|(file, _)| (path::folder(file), path::base(file)))
            .collect();
        let clue = |(file, manifest): (&String, &Manifest)| {
            let folder = path::folder(file);
            let is_metadata = [".dist-info", ".egg-info"]
                .iter()
                .any(|end| folder.ends_with(end));
            let is_place = !folder.is_empty() && !is_metadata;
            let licence = licences.get(folder).filter(|_| is_place)?;
            let name = &manifest.name;
            let detail = format!("project `{name}` with a licence of its own, `{licence}`");
            let clue = Clue::new(named(table, name), EvidenceKind::Presence, file, detail);
            let is_python = self
                .code_below(folder, &[FileKind::C, FileKind::Fortran])
                .is_none()
                && self.code_below(folder, &[FileKind::Python]).is_some();
            let clue = clue.at(folder).line(manifest.line);
            Some(if is_python {
                clue.linkage(Linkage::Python)
            } else {
                clue
            })
        };
        self.manifests.iter().filter_map(clue).collect()
    }

    /// A file of a name that only one library's has, or a single header in a folder for code of others.
    fn file(table: &SourceTable<'_>, file: &str, kind: FileKind) -> Option<Clue> {
        let name = path::base(file);
        if let Some(known) = table.by_file(name) {
            let clue = Clue::new(
                Who::Known(known),
                EvidenceKind::Presence,
                file,
                format!("the file `{name}`"),
            );
            return Some(clue.at(file));
        }
        let is_single = kind == FileKind::Script || (kind == FileKind::C && name.contains(".h"));
        if !is_single || !is_vendoring(path::folder(file)) {
            return None;
        }
        let detail = format!("`{name}` lies in a folder for code of others");
        let who = named(table, path::stem(name));
        Some(Clue::new(who, EvidenceKind::Presence, file, detail).at(file))
    }
}

/// Whether a folder is one for code of others.
pub(super) fn is_vendoring(folder: &str) -> bool {
    let name = path::base(folder).to_ascii_lowercase();
    VENDORING.contains(&name.as_str())
}

/// Who goes by the name of a folder: `zlib-1.3.1`, `agg24-svn`, `foo-master`.
fn named_folder(table: &SourceTable<'_>, name: &str) -> Who {
    const BRANCHES: [&str; 7] = [
        "-svn", "-git", "-master", "-main", "-src", "-source", "_src",
    ];
    let bare = BRANCHES
        .iter()
        .find_map(|branch| name.strip_suffix(branch))
        .unwrap_or(name);
    let bare = release::of(bare).map_or(bare, |_| release::project(bare));
    let unnumbered = bare.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let known = table.by_name(bare).or_else(|| table.by_name(unnumbered));
    known.map_or_else(|| Who::Named(bare.to_owned()), Who::Known)
}

/// Who goes by a name: a library of the table, or somebody unknown.
pub(super) fn named(table: &SourceTable<'_>, name: &str) -> Who {
    let known = table.by_name(name);
    known.map_or_else(|| Who::Named(name.to_owned()), Who::Known)
}
