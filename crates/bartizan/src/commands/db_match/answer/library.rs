//! Queries about native libraries: `pkg:generic/NAME@VERSION`, looked up as a scan looks up what it finds in a wheel.

use bartizan_model::{
    ecosystem::Package,
    finding::UnknownReason,
    inventory::{Component, Inventory},
    native::{Confidence, LibraryNames, Linkage, NativeComponent, NativeLibrary, Origin},
    purl::Purl,
    version::VersionOrder,
};
use bartizan_native::knowledge::Knowledge;
use bartizan_sources::database::Database;
use bartizan_vulnerability::scan::scan;

use super::{AnswerJson, Cow, Unanswered};
use crate::{exit::Exit, natives};

/// A library and the version that is asked about.
pub(super) struct Query {
    purl: Purl,
    package: Package,
    version: String,
}

/// The query, where it is about a library.
pub(super) fn parse(query: &str) -> Option<Query> {
    if query.len() > super::LONGEST {
        return None;
    }
    let purl: Purl = query.parse().ok()?;
    Some(Query {
        package: purl.library()?,
        version: purl.version()?.to_owned(),
        purl,
    })
}

/// What the sources say of it, by whatever name each has for it.
pub(super) fn answer<'q>(
    database: &Database,
    query: &'q str,
    library: Query,
) -> Result<AnswerJson<'q>, Unanswered> {
    let name = library.package.name().to_owned();
    let inventory = Inventory {
        components: vec![component(library)],
        ..Inventory::default()
    };
    let report = scan(&[inventory], database);
    let data = |error| Unanswered {
        exit: Exit::Data,
        error,
    };
    if let Some(problem) = report.problems.first() {
        return Err(data(format!("{}: {}", problem.subject, problem.message)));
    }
    let mut unknown = report.unknown.iter();
    if unknown.any(|unknown| unknown.reason == UnknownReason::LibraryNotCovered) {
        return Err(data(format!(
            "no source of the database has ever spoken of the library {name}"
        )));
    }
    let matched = report.findings.iter().flat_map(|finding| &finding.matched);
    let groups = report.findings.iter();
    let undecided = report.unknown.iter().flat_map(|unknown| &unknown.records);
    Ok(AnswerJson {
        query,
        records: matched
            .map(|matched| Cow::from(matched.record.clone()))
            .collect(),
        groups: groups
            .map(|finding| Cow::from(finding.group.clone()))
            .collect(),
        undecided: undecided.map(|id| Cow::from(id.clone())).collect(),
        error: None,
    })
}

fn component(library: Query) -> Component {
    let known = Knowledge::embedded().libraries().iter();
    let mut own = known.filter(|known| known.purl.library().as_ref() == Some(&library.package));
    let names = own.next().map_or_else(
        || LibraryNames {
            packages: vec![library.package.clone()],
            order: VersionOrder::Numbers,
        },
        natives::names,
    );
    let component = NativeComponent {
        name: library.package.name().to_owned(),
        library: None,
        version: Some(library.version.clone()),
        reason: None,
        purl: Some(library.purl),
        cpe: None,
        confidence: Confidence::High,
        origin: Origin::SelfBuilt,
        linkage: Linkage::Stated,
        files: Vec::new(),
        evidence: Vec::new(),
    };
    Component {
        native: Some(Box::new(NativeLibrary {
            component,
            names: Some(names),
        })),
        ..Component::new(library.package, library.version, "")
    }
}
