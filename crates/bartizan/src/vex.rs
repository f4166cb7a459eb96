//! The VEX documents that the user names.

use std::path::{Path, PathBuf};

use bartizan_formats::{advisory::MAX_BYTES, tree::Tree, vex};
use bartizan_model::{
    problem::Problem,
    vex::{VexDocument, VexStatement},
};
use bartizan_sources::disk::DiskTree;

use crate::error::Failure;

/// What the named documents state.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    /// Each with the number of its statements.
    pub(crate) documents: Vec<(VexDocument, usize)>,
    pub(crate) statements: Vec<VexStatement>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads documents. One that is not there is wrong use; one that cannot be understood hides nothing, which is a problem.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Stated, Failure> {
    let mut stated = Stated::default();
    for path in paths {
        one(path, &mut stated)?;
    }
    Ok(stated)
}

fn one(path: &Path, stated: &mut Stated) -> Result<(), Failure> {
    let shown = path.display().to_string();
    let bytes = DiskTree.read(path, MAX_BYTES as u64).map_err(|error| {
        Failure::usage(format!("cannot read the VEX document `{shown}`: {error}"))
            .hint("check the path given by `--vex` or the setting `vex`")
    })?;
    match vex::read(&shown, &bytes) {
        Ok(reading) => {
            let count = reading.statements.len();
            stated
                .documents
                .extend(reading.document.map(|document| (document, count)));
            stated.statements.extend(reading.statements);
            stated.problems.extend(reading.problems);
        }
        Err(error) => stated.problems.push(
            Problem::new(shown, error.in_full())
                .with_hint("OpenVEX, CSAF and CycloneDX documents in JSON are read"),
        ),
    }
    Ok(())
}
