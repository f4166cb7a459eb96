//! What bills of materials declare, held against what an artifact shows: what they leave out, what they make up, what they
//! date wrongly, and what nobody can look up by them.
//!
//! A bill says more than files can show: headers, crates and small libraries leave no trace. A statement that no file
//! shows is therefore a phantom only where a file would show it; else it is unconfirmed, which is no fault.

mod ground;

use std::path::Path;

use bartizan_formats::sbom::{self, Statement};
use bartizan_model::{
    ecosystem::Package,
    native::{Carrier, Contents, Linkage, NativeComponent, Origin},
    problem::Problem,
    purl::Purl,
};

use self::ground::Ground;
use crate::{
    artifact::{Bills, stated::stated_of},
    conclude::{Stated, agree},
    knowledge::Knowledge,
};

/// How a bill and an artifact differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is there, and no bill says so.
    Undeclared,
    /// A bill says that it is there, and it is not.
    Phantom,
    /// It is there in another version.
    WrongVersion,
    /// It has no package URL, so that no advisory is found for it.
    WithoutPurl,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Which.
    pub kind: Kind,
    /// What is called so by the bill, or by us where no bill calls it.
    pub name: String,
    /// The version that the bill states.
    pub stated: Option<String>,
    /// The version that the artifact shows.
    pub shown: Option<String>,
    /// The package URL that belongs to it, where it is known.
    pub purl: Option<Purl>,
    /// The bill that is wrong; `None` where all leave it out.
    pub bill: Option<String>,
    /// What the bill's links call it.
    pub id: Option<String>,
    /// The files that show it.
    pub files: Vec<String>,
}

/// What was compared, and what came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// The differences, sorted.
    pub differences: Vec<Difference>,
    /// How many components the artifact shows.
    pub shown: usize,
    /// How many of them a bill declares.
    pub declared: usize,
    /// How many of those that are shown are machine code, and no copied Python packages.
    pub shown_native: usize,
    /// How many of these a bill declares.
    pub declared_native: usize,
    /// What bills state and no file can show, by name and version.
    pub unconfirmed: Vec<String>,
    /// What could not be read of the bills.
    pub problems: Vec<Problem>,
}

/// Packages that count as being there besides native code: what is installed, and what is only required.
#[derive(Debug, Clone, Default)]
pub struct Packages {
    /// With their versions.
    pub installed: Vec<(Package, String)>,
    /// What the artifact asks for and does not carry: a bill may list it.
    pub required: Vec<Package>,
    /// Whether the artifact is a package of conda. It holds no other one: a bill that names some says what it was built
    /// with and what it asks for.
    pub of_conda: bool,
}

/// Compares. `contents` must have been looked into with just these bills.
pub fn compare(
    knowledge: &Knowledge,
    contents: &[Contents],
    bills: &Bills,
    packages: &Packages,
) -> Comparison {
    let mut comparison = Comparison::default();
    let carriers: Vec<&Carrier> = contents
        .iter()
        .filter_map(|it| it.carrier.as_ref())
        .collect();
    let all: Vec<&NativeComponent> = contents.iter().flat_map(|it| &it.components).collect();
    let seen: Vec<&NativeComponent> = all
        .iter()
        .copied()
        .filter(|it| it.linkage != Linkage::Stated)
        .collect();
    let mut is_declared = vec![false; seen.len()];
    for (file, bytes) in bills {
        let found = match sbom::statements(Path::new(file), bytes) {
            Ok(found) => found,
            Err(error) => {
                comparison
                    .problems
                    .push(Problem::new(file.clone(), error.describe()));
                continue;
            }
        };
        comparison.problems.extend(found.problems);
        for statement in found.all {
            comparison
                .differences
                .extend(wrong_itself(&statement, file, &carriers));
            if let Some(stated) = in_artifact(&statement, file, &carriers) {
                let ground = Ground {
                    knowledge,
                    seen: &seen,
                    packages,
                };
                ground.hold(&statement, &stated, &mut is_declared, &mut comparison);
            }
        }
    }
    declare_siblings(&seen, &mut is_declared);
    comparison.shown = seen.len();
    comparison.declared = is_declared.iter().filter(|it| **it).count();
    let native = || {
        let all = seen.iter().zip(&is_declared);
        all.filter(|(it, _)| it.linkage != Linkage::Python)
    };
    comparison.shown_native = native().count();
    comparison.declared_native = native().filter(|(_, declared)| **declared).count();
    let undeclared = seen
        .iter()
        .zip(&is_declared)
        .filter(|(_, declared)| !**declared);
    comparison
        .differences
        .extend(undeclared.map(|(it, _)| undeclared_of(it)));
    comparison.differences.sort();
    comparison.differences.dedup();
    comparison.unconfirmed.sort();
    comparison.unconfirmed.dedup();
    comparison
}

/// A further file of a library that a bill declares, by the same builder and without a version of its own, is declared with it.
fn declare_siblings(seen: &[&NativeComponent], is_declared: &mut [bool]) {
    let declared: Vec<_> = seen
        .iter()
        .zip(is_declared.iter())
        .filter(|(it, declared)| **declared && it.library.is_some())
        .map(|(it, _)| (it.library.clone(), it.origin))
        .collect();
    for (component, is_it) in seen.iter().zip(is_declared.iter_mut()) {
        let sibling = |(library, origin): &(Option<String>, Origin)| {
            *library == component.library
                && (*origin == component.origin || component.origin == Origin::Unknown)
        };
        *is_it |= component.version.is_none() && declared.iter().any(sibling);
    }
}

/// What a bill says wrongly of the version of what carries all of it.
fn wrong_itself(statement: &Statement, file: &str, carriers: &[&Carrier]) -> Option<Difference> {
    let [carrier] = carriers else {
        return None;
    };
    let (package, _) = statement.purl.as_ref()?.package()?;
    let version = statement.version.as_deref()?;
    let is_wrong = package == carrier.package
        && version != carrier.version
        && !agree(version, &carrier.version);
    is_wrong.then(|| Difference {
        kind: Kind::WrongVersion,
        name: statement.name.clone(),
        stated: statement.version.clone(),
        shown: Some(carrier.version.clone()),
        purl: Some(Purl::of_package(&carrier.package, Some(&carrier.version))),
        bill: Some(file.to_owned()),
        id: statement.id.clone(),
        files: Vec::new(),
    })
}

/// The statement, unless it is about what carries all of it.
fn in_artifact(statement: &Statement, file: &str, carriers: &[&Carrier]) -> Option<Stated> {
    let carrier = match carriers {
        [only] => Some(*only),
        _ => None,
    };
    // What a bill is about has no place in itself.
    if statement.is_subject && carrier.is_none() {
        return None;
    }
    stated_of(statement.clone(), file, carrier)
}

fn undeclared_of(component: &NativeComponent) -> Difference {
    Difference {
        kind: Kind::Undeclared,
        name: component.name.clone(),
        stated: None,
        shown: component.version.clone(),
        purl: component.purl.clone(),
        bill: None,
        id: None,
        files: component.files.clone(),
    }
}

#[cfg(test)]
mod tests;
