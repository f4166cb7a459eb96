//! The counts that both formats state.

use std::collections::BTreeSet;

use bartizan_model::native::{Contents, FileRole, NativeComponent, NativeFile};

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
            summary.components += it.components.len();
            summary.with_version += it
                .components
                .iter()
                .filter(|it| it.version.is_some())
                .count();
            summary.unidentified += unidentified(it).len();
            summary.problems += it.problems.len();
        }
        summary
    }
}

fn is_vendored(file: &NativeFile) -> bool {
    file.role == FileRole::Vendored
}

/// The vendored files that no component was seen in.
pub(super) fn unidentified(contents: &Contents) -> Vec<&NativeFile> {
    let files = contents.components.iter().flat_map(|it| &it.files);
    let known: BTreeSet<&String> = files.collect();
    let vendored = contents.natives.iter().filter(|file| is_vendored(file));
    vendored
        .filter(|file| !known.contains(&file.path))
        .collect()
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
