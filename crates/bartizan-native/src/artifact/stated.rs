//! What an artifact's bills of materials say about others' code in it.

use std::path::Path;

use bartizan_formats::sbom::{self, Statement};
use bartizan_model::{native::Carrier, problem::Problem, purl::Purl};

use crate::conclude::Stated;

/// What a bill says, without what it says about the artifact itself, and what could not be read of it.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    carrier: Option<&Carrier>,
) -> (Vec<Stated>, Vec<Problem>) {
    match sbom::statements(Path::new(file), bytes) {
        Ok(found) => {
            let stated = found.all.into_iter();
            let stated = stated.filter_map(|statement| stated_of(statement, file, carrier));
            (stated.collect(), found.problems)
        }
        Err(error) => {
            let mut problem = Problem::new(file, error.describe());
            problem.hint = error.hint();
            (Vec::new(), vec![problem])
        }
    }
}

/// A statement about something that is in the artifact; `None` for one about the artifact itself.
pub(crate) fn stated_of(
    statement: Statement,
    file: &str,
    carrier: Option<&Carrier>,
) -> Option<Stated> {
    let is_own = |purl: &Purl| {
        let package = purl.package().map(|(package, _)| package);
        carrier.is_some_and(|carrier| Some(&carrier.package) == package.as_ref())
    };
    if statement.purl.as_ref().is_some_and(is_own) {
        return None;
    }
    let by_id = || statement.id.as_deref()?.parse::<Purl>().ok();
    // A part of the package may be called by the package's URL and a path; it is another's code all the same.
    let by_id = || by_id().filter(|purl| !is_own(purl));
    let is_named_as_carrier =
        carrier.is_some_and(|carrier| carrier.package.name() == statement.name);
    if statement.is_subject && statement.purl.is_none() && is_named_as_carrier {
        return None;
    }
    Some(Stated {
        purl: statement.purl.clone().or_else(by_id),
        name: statement.name,
        version: statement.version,
        file: file.to_owned(),
    })
}
