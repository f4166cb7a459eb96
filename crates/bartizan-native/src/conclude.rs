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

use self::{draft::Draft, file::Carried};
pub use self::{
    draft::agree,
    stated::{is_evidence, upstream},
};
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
    let carried = carried(&sightings);
    let of_file = |sighting: &Sighting| file::drafts(knowledge, &carried, sighting);
    let mut drafts: Vec<Draft> = sightings.iter().flat_map(of_file).collect();
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

/// The libraries that files are, by their names and sonames.
fn carried(sightings: &[Sighting]) -> Carried {
    let known = sightings
        .iter()
        .filter_map(|sighting| Some((names(&sighting.file), sighting.own?)));
    known
        .flat_map(|(names, own)| names.map(move |name| (name, own)))
        .collect()
}

/// The names by which others may ask for a file.
fn names(file: &NativeFile) -> impl Iterator<Item = String> {
    let soname = file.soname.as_deref();
    [Some(name::key(&file.path)), soname.map(name::key)]
        .into_iter()
        .flatten()
}

/// The files, each knowing which of the libraries that it asks for are there too.
fn natives(sightings: Vec<Sighting>) -> Vec<NativeFile> {
    let carried: BTreeSet<String> = sightings.iter().flat_map(|it| names(&it.file)).collect();
    let mut natives: Vec<NativeFile> = sightings.into_iter().map(|it| it.file).collect();
    for needed in natives.iter_mut().flat_map(|it| &mut it.needed) {
        needed.is_carried = carried.contains(&name::key(&needed.name));
    }
    natives
}

#[cfg(test)]
mod tests;
