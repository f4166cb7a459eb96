//! What a source tree carries of others' code: a checkout, or a source distribution as its members stream by.
//!
//! Four things are looked at: what the tree pins (submodules, wraps, fetched archives, recipes), what its notices name,
//! what its folders and files are called, and what the heads of its files say. All knowledge of libraries is data; no
//! project and no path of one is named here. Nothing is run: neither `setup.py` nor a build file.

mod clue;
mod conclude;
mod contents;
mod layout;
mod notice;
mod path;
mod pins;
mod project;
mod release;
mod sighting;
mod table;
pub mod vendored_python;
mod walk;

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::native::Contents;

pub use self::sighting::{HEAD, SourceSighting};
use crate::knowledge::Knowledge;

/// Describes a directory: walks it within bounds and says what it carries.
pub fn describe(tree: &dyn Tree, root: &Path, knowledge: &Knowledge) -> Contents {
    let mut sighting = SourceSighting::new(knowledge);
    let mut problems = walk::walk(tree, root, &mut sighting);
    let (components, found) = sighting.finish();
    problems.extend(found);
    problems.sort();
    Contents {
        file: root.display().to_string(),
        carrier: None,
        natives: Vec::new(),
        components,
        problems,
    }
}
