//! Weighs what the files of one artifact show: which libraries are in it, which version, how sure, built by whom.
//!
//! Stronger signs win over weaker ones; what loses is kept as a reason. A file shows at most one version of a library.
//! A version that cannot be decided is none, with the reason. Nothing that a vendoring tool put in is left out.

mod draft;
mod file;
mod merge;
mod stated;

use std::collections::BTreeSet;

use bartizan_model::{
    native::{NativeComponent, NativeFile},
    problem::Problem,
    purl::Purl,
};

use self::draft::Draft;
use crate::{
    knowledge::Knowledge,
    sighting::{Sighting, name},
};

/// What a bill of materials in the artifact states.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stated {
    /// The name.
    pub name: String,
    /// The version.
    pub version: Option<String>,
    /// The package URL.
    pub purl: Option<Purl>,
    /// The bill, within the artifact.
    pub file: String,
}

/// What is in an artifact.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conclusion {
    /// The files of machine code, sorted by path.
    pub natives: Vec<NativeFile>,
    /// What is in them, sorted by name and version.
    pub components: Vec<NativeComponent>,
    /// What contradicts itself.
    pub problems: Vec<Problem>,
}

/// Concludes from the files of one artifact and from what its bills of materials state. Statements about packages of
/// Python are not looked at: these are no native components.
pub fn conclude(
    knowledge: &Knowledge,
    mut sightings: Vec<Sighting>,
    stated: Vec<Stated>,
) -> Conclusion {
    sightings.sort_by(|one, other| one.file.path.cmp(&other.file.path));
    let mut drafts: Vec<Draft> = sightings
        .iter()
        .flat_map(|it| file::drafts(knowledge, it))
        .collect();
    merge::adopt(knowledge, &mut drafts);
    let mut drafts = merge::merge(drafts);
    let problems = stated::apply(knowledge, &mut drafts, stated);
    let drafts = merge::merge(drafts);
    let mut components: Vec<NativeComponent> = drafts
        .into_iter()
        .map(|draft| draft.finish(knowledge))
        .collect();
    components.sort();
    Conclusion {
        natives: natives(sightings),
        components,
        problems,
    }
}

/// The files, each knowing which of the libraries that it asks for are there too.
fn natives(sightings: Vec<Sighting>) -> Vec<NativeFile> {
    let key = |path: &str| name::file_name(path).to_lowercase();
    let files = sightings.iter().map(|it| &it.file);
    let names = files.flat_map(|it| [Some(key(&it.path)), it.soname.as_deref().map(key)]);
    let carried: BTreeSet<String> = names.flatten().collect();
    let mut natives: Vec<NativeFile> = sightings.into_iter().map(|it| it.file).collect();
    for needed in natives.iter_mut().flat_map(|it| &mut it.needed) {
        needed.is_carried = carried.contains(&key(&needed.name));
    }
    natives
}

#[cfg(test)]
mod tests;
