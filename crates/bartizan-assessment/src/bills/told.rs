//! What an assessment says of a project by the bills of its releases: findings, figures, documents.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    Timestamp,
    assessment::{
        Document, Evidence, Finding, Measure, Outcome, ProjectAssessment, Subject, SubjectKind,
        Visibility,
    },
    ecosystem::Package,
    problem::Problem,
    purl::Purl,
};
use bartizan_provenance::ledger::{Span, releases};
use bartizan_sbom::{
    checks::{
        COMPONENT_WITHOUT_PURL, Check, INVALID_SBOM, MISSING_SBOM, PHANTOM_COMPONENT,
        UNDECLARED_COMPONENT, WRONG_COMPONENT_VERSION,
    },
    standing::Standing,
};
use serde_json::{Value, json};

use super::{Examined, ReleaseBills, Validity, check_of, examine, shown};
use crate::{
    ledger::told::PackageLedger,
    measures::{
        DECLARED_COMPONENTS, RELEASE_SBOMS, RELEASES_WITH_SBOM, RELEASES_WITH_TRUE_SBOM,
        RELEASES_WITH_VALID_SBOM, SOUND_SBOM_LATEST,
    },
    project::Inputs,
};

/// The kind of the documents that hold what is known of the bills of a release, by package and version.
const RELEASE_SBOM: &str = "release-sbom";

/// The kind of the documents that hold how the releases of a package stand.
const SBOMS: &str = "sboms";

/// The source that evidence names.
const SOURCE: &str = "artifacts";

/// How many components a finding names.
const MOST_NAMES: usize = 6;

/// How many releases have a document; a project's documents of one kind are listed up to a thousand.
const MOST_RELEASES: usize = 300;

const CHECKS: [&Check; 6] = [
    &COMPONENT_WITHOUT_PURL,
    &INVALID_SBOM,
    &MISSING_SBOM,
    &PHANTOM_COMPONENT,
    &UNDECLARED_COMPONENT,
    &WRONG_COMPONENT_VERSION,
];

/// What needs a look into wheels: that there is a bill the ledger tells by their directories.
const MEASURES: [&Measure; 5] = [
    &DECLARED_COMPONENTS,
    &RELEASE_SBOMS,
    &RELEASES_WITH_TRUE_SBOM,
    &RELEASES_WITH_VALID_SBOM,
    &SOUND_SBOM_LATEST,
];

/// The releases of a package with their bills.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageBills {
    /// The package.
    pub package: Package,
    /// The version that people get.
    pub latest: Option<String>,
    /// Its releases, the newest first.
    pub releases: Vec<ReleaseBills>,
}

/// From what, and as of when, something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// What names the schemas that were at hand.
    pub schemas: String,
    /// When it was looked.
    pub observed: Timestamp,
}

/// Says of a project what the bills of its releases tell. What of a latest release could not be looked at stays as it was.
pub(crate) fn add(
    inputs: &Inputs<'_>,
    packages: &[PackageLedger<'_>],
    (span, mut is_short): (Span, bool),
    said: &mut ProjectAssessment,
) {
    let sources = examine::Ground {
        artifacts: inputs.artifacts,
        universe: inputs.universe,
        schemas: inputs.schemas,
        limits: inputs.bill_limits,
    };
    let mut all = Vec::new();
    for kept in packages {
        let standings = releases(kept.ledger, kept.expectation, span);
        let looked = examine::look(sources, kept.package, kept.latest, &standings);
        if let Err(why) = looked.latest {
            let why = format!("its bill of materials was not looked at: {why}");
            said.problems.push(Problem::new(kept.package.name(), why));
            is_short = true;
        }
        all.push(PackageBills {
            package: kept.package.clone(),
            latest: kept.latest.map(str::to_owned),
            releases: looked.releases,
        });
    }
    let ground = Ground {
        schemas: inputs.schemas.mark().to_owned(),
        observed: inputs.as_of,
    };
    if is_short {
        unseen(said);
    }
    tell(&all, &ground, is_short, said);
}

/// Marks everything that is told here as not looked at, so that it stays as it was.
pub(crate) fn unseen(said: &mut ProjectAssessment) {
    let checks = CHECKS.iter().map(|it| it.id.to_owned());
    said.unseen.checks.extend(checks);
    let measures = MEASURES.iter().map(|it| it.id.to_owned());
    said.unseen.measures.extend(measures);
    let kinds = [RELEASE_SBOM, SBOMS].map(str::to_owned);
    said.unseen.documents.extend(kinds);
}

/// Findings, figures and documents of what bills tell. Where the latest release of some package was not looked at, what is
/// known is not complete: then what was looked into now is told, and of figures what directories alone tell.
pub fn tell(
    packages: &[PackageBills],
    ground: &Ground,
    is_short: bool,
    said: &mut ProjectAssessment,
) {
    for package in packages {
        let known = package.releases.iter().take(MOST_RELEASES);
        // What nothing is known of has no document, and a poorer one must not take the place of what stays.
        let known = known.filter(|it| {
            let is_known = !is_short && it.standing() != Standing::Unknown;
            is_known || it.examined.is_some()
        });
        said.documents
            .extend(known.map(|it| document(package, it, ground)));
        if !is_short {
            said.documents.push(short(package, ground));
        }
        let latest = package.releases.iter();
        let mut latest = latest.filter(|it| Some(&it.version) == package.latest.as_ref());
        if let Some(release) = latest.next()
            && let Some(examined) = &release.examined
        {
            findings(package, release, examined, ground, said);
        }
    }
    let figures = figures::of(packages, ground).into_iter();
    let is_told = |id: &str| !is_short || id == RELEASES_WITH_SBOM.id;
    said.figures
        .extend(figures.filter(|it| is_told(&it.measure)));
}

impl Ground {
    fn evidence(&self, locator: String) -> Evidence {
        Evidence {
            source: SOURCE.to_owned(),
            snapshot: Some(self.schemas.clone()).filter(|it| !it.is_empty()),
            locator,
            observed: self.observed,
        }
    }
}

/// How the releases of a package stand.
fn short(package: &PackageBills, ground: &Ground) -> Document {
    let name = package.package.name();
    let releases = package.releases.iter().take(MOST_RELEASES);
    let json = json!({
        "package": name,
        "latest": package.latest,
        "releases": releases.map(shown::release).collect::<Vec<_>>(),
    });
    Document {
        kind: SBOMS.to_owned(),
        key: name.to_owned(),
        json: json.to_string(),
        evidence: ground.evidence(name.to_owned()),
    }
}

fn document(package: &PackageBills, release: &ReleaseBills, ground: &Ground) -> Document {
    let name = package.package.name();
    let mut json = shown::release(release);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("package".to_owned(), Value::from(name));
        let examined = release.examined.as_ref();
        let examined = examined.map_or(Value::Null, shown::examined);
        fields.insert("examined".to_owned(), examined);
    }
    let locator = release.examined.as_ref().map(|it| it.file.clone());
    Document {
        kind: RELEASE_SBOM.to_owned(),
        key: format!("{name} {}", release.version),
        json: json.to_string(),
        evidence: ground.evidence(locator.unwrap_or_else(|| name.to_owned())),
    }
}

/// Findings about the latest release: each check once, with the components that it is about.
fn findings(
    package: &PackageBills,
    release: &ReleaseBills,
    examined: &Examined,
    ground: &Ground,
    said: &mut ProjectAssessment,
) {
    let mut by_check: BTreeMap<&str, (&'static Check, Vec<String>)> = BTreeMap::new();
    let mut note = |check: &'static Check, what: String| {
        let (_, all) = by_check.entry(check.id).or_insert((check, Vec::new()));
        all.push(what);
    };
    for bill in &examined.bills {
        if let Validity::Invalid { errors, .. } = &bill.validity {
            let first = errors.first().map_or("", String::as_str);
            note(&INVALID_SBOM, format!("{}: {first}", base(&bill.name)));
        }
    }
    for difference in &examined.comparison.differences {
        let check = if examined.bills.is_empty() {
            &MISSING_SBOM
        } else {
            check_of(difference.kind)
        };
        let version = difference.shown.as_ref().or(difference.stated.as_ref());
        let version = version.map(|it| format!(" {it}")).unwrap_or_default();
        note(check, format!("{}{version}", difference.name));
    }
    let purl = Purl::of_package(&package.package, Some(&release.version)).to_string();
    for (check, what) in by_check.into_values() {
        said.findings.push(Finding {
            check: check.id.to_owned(),
            subject: Subject {
                kind: SubjectKind::Release,
                name: purl.clone(),
            },
            key: String::new(),
            outcome: Outcome::Fail,
            severity: Some(check.severity),
            weight: None,
            message: format!("{}: {}", release.version, message(check, &what)),
            remedy: Some(check.explanation.remedy.to_owned()),
            facts: vec![
                ("file".to_owned(), examined.file.clone()),
                ("components".to_owned(), what.len().to_string()),
            ],
            evidence: vec![ground.evidence(examined.file.clone())],
            visibility: Visibility::Public,
        });
    }
}

fn message(check: &Check, what: &[String]) -> String {
    let names: BTreeSet<&str> = what.iter().map(String::as_str).collect();
    let mut shown: Vec<&str> = names.iter().copied().take(MOST_NAMES).collect();
    let more = names.len().saturating_sub(shown.len());
    let rest = format!("{more} more");
    if more > 0 {
        shown.push(&rest);
    }
    let title = if check.id == MISSING_SBOM.id {
        "carries and declares nowhere"
    } else {
        check.title
    };
    format!("{title}: {}", shown.join(", "))
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
