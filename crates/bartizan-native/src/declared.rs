//! What bills of materials declare, held against what an artifact shows: what they leave out, what they make up, what they
//! date wrongly, and what nobody can look up by them.
//!
//! A bill says more than files can show: headers, crates and small libraries leave no trace. A statement that no file
//! shows is therefore a phantom only where a file would show it; else it is unconfirmed, which is no fault.

use std::path::Path;

use bartizan_formats::sbom::{self, Statement};
use bartizan_model::{
    ecosystem::Package,
    native::{Carrier, Contents, EvidenceKind, Linkage, NativeComponent, NativeEvidence, Origin},
    problem::Problem,
    purl::Purl,
};

use crate::{
    artifact::stated::stated_of,
    conclude::{Stated, agree, is_evidence, upstream},
    knowledge::{Knowledge, Library},
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
}

/// Compares. `contents` must have been looked into with just these bills.
pub fn compare(
    knowledge: &Knowledge,
    contents: &[Contents],
    bills: &[(String, Vec<u8>)],
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

/// What statements are held against.
struct Ground<'a> {
    knowledge: &'a Knowledge,
    seen: &'a [&'a NativeComponent],
    packages: &'a Packages,
}

impl Ground<'_> {
    fn hold(
        &self,
        statement: &Statement,
        stated: &Stated,
        is_declared: &mut [bool],
        comparison: &mut Comparison,
    ) {
        let matching: Vec<usize> = (0..self.seen.len())
            .filter(|place| self.seen.get(*place).is_some_and(|it| is_about(stated, it)))
            .collect();
        for place in &matching {
            if let Some(declared) = is_declared.get_mut(*place) {
                *declared = true;
            }
        }
        let components: Vec<&NativeComponent> = matching
            .iter()
            .filter_map(|it| self.seen.get(*it).copied())
            .collect();
        let difference = |kind: Kind, of: Option<&NativeComponent>| Difference {
            kind,
            name: statement.name.clone(),
            stated: statement.version.clone(),
            shown: of.and_then(shown_version),
            purl: of.and_then(|it| it.purl.clone()),
            bill: Some(stated.file.clone()),
            id: statement.id.clone(),
            files: of.map(|it| it.files.clone()).unwrap_or_default(),
        };
        if statement.purl.is_none() {
            let mut without = difference(Kind::WithoutPurl, components.first().copied());
            without.purl = without.purl.or_else(|| stated.purl.clone());
            comparison.differences.push(without);
        }
        if !components.is_empty() {
            let wrong = components.iter().find(|it| contradicts(stated, it));
            let is_right = components.iter().any(|it| !contradicts(stated, it));
            if let Some(component) = wrong.filter(|_| !is_right) {
                comparison
                    .differences
                    .push(difference(Kind::WrongVersion, Some(component)));
            }
            return;
        }
        match self.elsewhere(stated) {
            Elsewhere::Installed => {}
            Elsewhere::OtherVersion(version) => {
                let mut wrong = difference(Kind::WrongVersion, None);
                wrong.shown = Some(version);
                comparison.differences.push(wrong);
            }
            Elsewhere::Unseen => {
                let version = statement.version.as_deref().map(|it| format!(" {it}"));
                let label = format!("{}{}", statement.name, version.unwrap_or_default());
                comparison.unconfirmed.push(label);
            }
            Elsewhere::OtherLibrary(place) => {
                let other = self.seen.get(place).copied();
                comparison
                    .differences
                    .push(difference(Kind::WrongVersion, other));
            }
            Elsewhere::Nowhere => comparison.differences.push(difference(Kind::Phantom, None)),
        }
    }

    /// Where else something may be that no component is.
    fn elsewhere(&self, stated: &Stated) -> Elsewhere {
        let kind = stated.purl.as_ref().map(Purl::kind);
        let name = stated
            .purl
            .as_ref()
            .map_or(stated.name.as_str(), Purl::name);
        let known = self.known(&[stated.name.as_str(), name]);
        if matches!(kind, Some("pypi" | "conda") | None) {
            if let Some(found) = self.package(stated, name) {
                return found;
            }
            // A library may have the package URL of the package that brings its headers.
            if kind.is_some() && known.is_none() {
                return Elsewhere::Nowhere;
            }
        }
        let Some(library) = known else {
            return Elsewhere::Unseen;
        };
        let is_same = |it: &&NativeComponent| it.library.as_deref() == Some(library.key.as_str());
        match self.seen.iter().position(is_same) {
            Some(place) => Elsewhere::OtherLibrary(place),
            None if leaves_traces(library) => Elsewhere::Nowhere,
            None => Elsewhere::Unseen,
        }
    }

    /// The library that a bill calls by one of these names.
    fn known(&self, names: &[&str]) -> Option<&Library> {
        let names = names.iter().flat_map(|it| it.split('/'));
        let place = names
            .map(|it| it.trim().to_lowercase())
            .find_map(|it| self.knowledge.by_stated_name(&it))?;
        self.knowledge.libraries().get(place)
    }

    /// A package that is installed, or that is asked for and comes from elsewhere.
    fn package(&self, stated: &Stated, name: &str) -> Option<Elsewhere> {
        let named = Package::pypi(name);
        let is_it = |package: &Package| package.name() == named.name();
        let installed = self.packages.installed.iter().find(|(it, _)| is_it(it));
        match (installed, &stated.version) {
            (Some((_, version)), Some(wanted)) if version != wanted => {
                Some(Elsewhere::OtherVersion(version.clone()))
            }
            (Some(_), _) => Some(Elsewhere::Installed),
            (None, _) => {
                let is_required = self.packages.required.iter().any(is_it);
                is_required.then_some(Elsewhere::Unseen)
            }
        }
    }
}

/// Whether files that a library is linked into show it; headers and what is known by the names of its files leave nothing.
fn leaves_traces(library: &Library) -> bool {
    !(library.functions.is_empty() && library.texts.is_empty() && library.presence.is_empty())
}

/// Where something may be that no component is.
enum Elsewhere {
    /// It is installed in that version.
    Installed,
    /// It is installed in another.
    OtherVersion(String),
    /// The same library is there, by its place, and its files show other versions.
    OtherLibrary(usize),
    /// It may be there without a trace.
    Unseen,
    /// It would be seen.
    Nowhere,
}

/// Whether a statement is about a component: as it was believed when the artifact was looked into, or, for Python packages
/// that were copied in, by name.
fn is_about(stated: &Stated, component: &NativeComponent) -> bool {
    if component.evidence.iter().any(|it| is_evidence(it, stated)) {
        return true;
    }
    if component.linkage != Linkage::Python {
        return false;
    }
    let plain = |name: &str| {
        Package::pypi(name.trim_start_matches('_'))
            .name()
            .to_owned()
    };
    let own = [
        Some(component.name.as_str()),
        component.purl.as_ref().map(Purl::name),
    ];
    let files = component.files.iter().map(|it| {
        let base = it.rsplit('/').next().unwrap_or(it);
        base.strip_suffix(".py").unwrap_or(base)
    });
    let own: Vec<String> = own.into_iter().flatten().chain(files).map(plain).collect();
    let said = [
        Some(stated.name.as_str()),
        stated.purl.as_ref().map(Purl::name),
    ];
    said.into_iter()
        .flatten()
        .any(|it| own.contains(&plain(it)))
}

/// The version that files show, by the strongest evidence that is no bill.
fn shown_version(component: &NativeComponent) -> Option<String> {
    let mut shown = of_files(component);
    shown.find_map(|it| it.version.clone())
}

/// The evidence that is no bill, the strongest first.
fn of_files(component: &NativeComponent) -> impl Iterator<Item = &NativeEvidence> {
    let all = component.evidence.iter();
    all.filter(|it| it.kind != EvidenceKind::Sbom)
}

/// Whether a statement has a version that no evidence of the files agrees with.
fn contradicts(stated: &Stated, component: &NativeComponent) -> bool {
    let Some(version) = upstream(stated) else {
        return false;
    };
    let shown = of_files(component);
    let mut versions = shown.filter_map(|it| it.version.as_deref()).peekable();
    let is_other = |it: &str| !agree(it, version) && stated.version.as_deref() != Some(it);
    versions.peek().is_some() && versions.all(is_other)
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
