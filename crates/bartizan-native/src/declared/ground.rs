//! One statement of a bill, held against everything that was seen.

use bartizan_formats::sbom::Statement;
use bartizan_model::{
    ecosystem::Package,
    native::{EvidenceKind, Linkage, NativeComponent, NativeEvidence},
    purl::Purl,
};

use super::{Comparison, Difference, Kind, Packages};
use crate::{
    conclude::{Stated, agree, is_evidence, upstream},
    knowledge::{Knowledge, Library},
};

/// What statements are held against.
pub(super) struct Ground<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) seen: &'a [&'a NativeComponent],
    pub(super) packages: &'a Packages,
}

impl Ground<'_> {
    /// Holds one statement against it.
    pub(super) fn hold(
        &self,
        statement: &Statement,
        stated: &Stated,
        is_declared: &mut [bool],
        comparison: &mut Comparison,
    ) {
        let matching: Vec<usize> = (0..self.seen.len())
            .filter(|place| self.is_about_place(stated, *place))
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

    fn is_about_place(&self, stated: &Stated, place: usize) -> bool {
        let component = self.seen.get(place);
        component.is_some_and(|it| self.is_about(stated, it))
    }

    /// Whether a statement is about a component: as it was believed when the artifact was looked into, or, of what bills are
    /// not laid over (source code, Python packages that were copied in), by name.
    fn is_about(&self, stated: &Stated, component: &NativeComponent) -> bool {
        if component.evidence.iter().any(|it| is_evidence(it, stated)) {
            return true;
        }
        match component.linkage {
            Linkage::Python => is_named(stated, component, true),
            Linkage::Source => {
                let names = [
                    Some(stated.name.as_str()),
                    stated.purl.as_ref().map(Purl::name),
                ];
                let names: Vec<&str> = names.into_iter().flatten().collect();
                let library = self.known(&names).map(|it| it.key.as_str());
                let is_it = library.is_some() && library == component.library.as_deref();
                is_it || is_named(stated, component, false)
            }
            Linkage::Vendored | Linkage::Static | Linkage::Stated => false,
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
            if kind == Some("conda") && self.packages.of_conda {
                return Elsewhere::Unseen;
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

/// Whether a statement calls a component by its name, or by that of a file of it.
fn is_named(stated: &Stated, component: &NativeComponent, by_files: bool) -> bool {
    let plain = |name: &str| {
        Package::pypi(name.trim_start_matches('_'))
            .name()
            .to_owned()
    };
    let own = [
        Some(component.name.as_str()),
        component.purl.as_ref().map(Purl::name),
    ];
    let files = component.files.iter().filter(|_| by_files).map(|it| {
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
