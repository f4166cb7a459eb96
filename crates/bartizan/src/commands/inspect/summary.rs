//! The counts that both formats state.

use std::collections::BTreeSet;

use bartizan_model::native::{
    Contents, EvidenceKind, FileRole, NativeComponent, NativeEvidence, NativeFile,
};

/// What all contents come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Summary {
    pub(super) artifacts: usize,
    pub(super) natives: usize,
    pub(super) vendored: usize,
    pub(super) components: usize,
    pub(super) with_version: usize,
    pub(super) unidentified: usize,
    pub(super) problems: usize,
}

impl Summary {
    pub(super) fn of(contents: &[Contents]) -> Self {
        let mut summary = Self {
            artifacts: contents.len(),
            ..Self::default()
        };
        for it in contents {
            summary.natives += it.natives.len();
            summary.vendored += it.natives.iter().filter(|file| is_vendored(file)).count();
            let components = it.components.iter().filter(|it| is_identified(it));
            summary.components += components.clone().count();
            summary.with_version += components.filter(|it| it.version.is_some()).count();
            summary.unidentified += unidentified(it).len();
            summary.problems += it.problems.len();
        }
        summary
    }
}

fn is_vendored(file: &NativeFile) -> bool {
    file.role == FileRole::Vendored
}

/// The vendored files of which nothing but the name is known: no library of the table, no statement, no version.
pub(super) fn unidentified(contents: &Contents) -> Vec<&NativeFile> {
    let identified = contents.components.iter().filter(|it| is_identified(it));
    let files = identified.flat_map(|it| &it.files);
    let known: BTreeSet<&String> = files.collect();
    let vendored = contents.natives.iter().filter(|file| is_vendored(file));
    vendored
        .filter(|file| !known.contains(&file.path))
        .collect()
}

/// Whether more is known of a component than a file's name.
pub(super) fn is_identified(component: &NativeComponent) -> bool {
    let is_stated = |it: &NativeEvidence| it.kind == EvidenceKind::Sbom;
    component.library.is_some()
        || component.version.is_some()
        || component.evidence.iter().any(is_stated)
}

/// The libraries that files ask for and that the artifact does not carry.
pub(super) fn expected(contents: &Contents) -> BTreeSet<&str> {
    let needed = contents.natives.iter().flat_map(|file| &file.needed);
    let absent = needed.filter(|library| !library.is_carried);
    absent.map(|library| library.name.as_str()).collect()
}

/// Whether a component is a crate, of which a Rust module has dozens.
pub(super) fn is_crate(component: &NativeComponent) -> bool {
    component
        .purl
        .as_ref()
        .is_some_and(|purl| purl.kind() == "cargo")
}
