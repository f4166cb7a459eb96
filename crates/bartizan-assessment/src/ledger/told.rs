//! What an assessment says of a project by the ledgers of its packages: findings, figures, documents.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::{digest::Digest, ledger::Ledger};
use bartizan_model::{
    Timestamp,
    assessment::{
        Document, Evidence, Finding, Measure, Outcome, ProjectAssessment, Subject, SubjectKind,
        Visibility,
    },
    ecosystem::{Ecosystem, Package},
    problem::Problem,
    profile::Project,
    purl::Purl,
};
use bartizan_provenance::{
    checks::{
        Check, INVALID_ATTESTATION, LAPSED_ATTESTATION, MISSING_ATTESTATION, REPLACED_ARTIFACT,
        UNEXPECTED_PUBLISHER, UNPINNED_PUBLISHER, WITHDRAWN_ATTESTATION,
    },
    ledger::{Class, Expectation, ReleaseStanding, Span, releases},
};
use serde_json::{Value, json};

pub(crate) use self::figures::quarter;
use super::{Looked, shown, tags::Tags};
use crate::{
    bills::told as bills,
    measures::{
        FILE_ATTESTATIONS, PINNED_FILES, PINNED_LATEST, PINNED_RELEASES, RELEASE_ATTESTATIONS,
        WHEELS_WITH_SBOM,
    },
    project::Inputs,
};

/// The kind of the documents that hold the ledger of a package in short.
const LEDGER: &str = "ledger";

/// The kind of the documents that hold the evidence of a release, by package and version.
const RELEASE_EVIDENCE: &str = "release-evidence";

/// How many releases have a document of their own; a project's documents of one kind are listed up to a thousand.
const MOST_RELEASES: usize = 300;

/// The source that evidence names.
const SOURCE: &str = "adoption-ledger";

const CHECKS: [&Check; 7] = [
    &INVALID_ATTESTATION,
    &LAPSED_ATTESTATION,
    &MISSING_ATTESTATION,
    &REPLACED_ARTIFACT,
    &UNEXPECTED_PUBLISHER,
    &UNPINNED_PUBLISHER,
    &WITHDRAWN_ATTESTATION,
];

const MEASURES: [&Measure; 6] = [
    &FILE_ATTESTATIONS,
    &RELEASE_ATTESTATIONS,
    &PINNED_FILES,
    &PINNED_RELEASES,
    &PINNED_LATEST,
    &WHEELS_WITH_SBOM,
];

/// What is kept of a package, and who should sign it.
pub struct PackageLedger<'a> {
    /// The package.
    pub package: &'a Package,
    /// What is kept.
    pub ledger: &'a Ledger,
    /// Who should sign.
    pub expectation: &'a Expectation,
    /// The version that people get.
    pub latest: Option<&'a str>,
    /// How many things were left to the next look.
    pub left: usize,
}

/// From what, and as of when, something is said.
pub struct Ground<'a> {
    /// The tags of the leading repository.
    pub tags: Option<&'a Tags>,
    /// Which releases are told.
    pub span: Span,
    /// The digest of the root of trust.
    pub root: Digest,
    /// When it was looked.
    pub observed: Timestamp,
}

/// Says of a project what the ledgers of its packages tell. `latest` is the version of each package that people get.
pub(crate) fn add(
    inputs: &Inputs<'_>,
    project: &Project,
    latest: &BTreeMap<&Package, &str>,
    said: &mut ProjectAssessment,
) {
    let keeper = inputs.keeper;
    let mut kept: Vec<(&Package, Looked, Expectation)> = Vec::new();
    let mut is_short = false;
    for package in &project.packages {
        if *package.ecosystem() != Ecosystem::pypi() {
            continue;
        }
        match keeper.look(package) {
            Ok(looked) => {
                said.problems.extend(looked.problems.iter().cloned());
                let publishers = inputs.file.publishers(package);
                kept.push((package, looked, keeper.expectation(package, &publishers)));
            }
            Err(why) => {
                let why = format!("its ledger was not kept: {why}");
                said.problems.push(Problem::new(package.name(), why));
                is_short = true;
            }
        }
    }
    if is_short {
        // What was found of a package that could not be looked at stays as it was.
        unseen(said);
        bills::unseen(said);
    }
    if kept.is_empty() {
        return;
    }
    let tags = tags(inputs, project);
    let packages = kept
        .iter()
        .map(|(package, looked, expectation)| PackageLedger {
            package,
            ledger: &looked.ledger,
            expectation,
            latest: latest.get(package).copied(),
            left: looked.left,
        });
    let ground = Ground {
        tags: tags.as_ref(),
        span: Span {
            since: keeper.limits.since,
            most: keeper.limits.releases,
        },
        root: keeper.root.digest(),
        observed: inputs.as_of,
    };
    let packages: Vec<PackageLedger<'_>> = packages.collect();
    let span = ground.span;
    tell(&packages, ground, said);
    bills::add(inputs, &packages, (span, is_short), said);
}

/// The tags of the leading repository; that they cannot be read is told where they are counted.
fn tags(inputs: &Inputs<'_>, project: &Project) -> Option<Tags> {
    let repository = project.repositories.iter().find(|it| !it.is_release)?;
    let opened = inputs
        .repositories
        .open(&repository.url, &project.name)
        .ok()?;
    let names = project.packages.iter().map(Package::name);
    let names: Vec<&str> = names.chain([project.name.as_str()]).collect();
    Tags::read(&opened, &names).ok()
}

fn unseen(said: &mut ProjectAssessment) {
    let checks = CHECKS.iter().map(|it| it.id.to_owned());
    said.unseen.checks.extend(checks);
    let measures = MEASURES.iter().map(|it| it.id.to_owned());
    said.unseen.measures.extend(measures);
    let kinds = [LEDGER, RELEASE_EVIDENCE].map(str::to_owned);
    said.unseen.documents.extend(kinds);
}

/// Findings, figures and documents of what ledgers tell.
pub fn tell(packages: &[PackageLedger<'_>], ground: Ground<'_>, said: &mut ProjectAssessment) {
    let mut told = Told {
        ground,
        releases: Vec::new(),
    };
    for package in packages {
        let standings = releases(package.ledger, package.expectation, told.ground.span);
        told.documents(package, &standings, said);
        told.findings(package, &standings, said);
        told.releases.push((package.latest, standings));
    }
    told.figures(said);
}

struct Told<'l> {
    ground: Ground<'l>,
    /// The latest version and the releases of each package.
    releases: Vec<(Option<&'l str>, Vec<ReleaseStanding<'l>>)>,
}

impl Told<'_> {
    fn evidence(&self, locator: impl Into<String>) -> Evidence {
        Evidence {
            source: SOURCE.to_owned(),
            snapshot: Some(self.ground.root.to_string()),
            locator: locator.into(),
            observed: self.ground.observed,
        }
    }

    fn documents(
        &self,
        kept: &PackageLedger<'_>,
        standings: &[ReleaseStanding<'_>],
        said: &mut ProjectAssessment,
    ) {
        let name = kept.package.name();
        let (tags, since) = (self.ground.tags, self.ground.span.since);
        let shown = standings.iter().take(MOST_RELEASES);
        let tag = |it: &ReleaseStanding<'_>| tags.map(|tags| tags.of(&it.order, it.uploaded));
        let releases: Vec<Value> = shown
            .clone()
            .map(|it| shown::release(it, tag(it)))
            .collect();
        let known: BTreeSet<_> = standings.iter().map(|it| &it.order).collect();
        let without_release =
            tags.map(|tags| tags.without_release(&known, since).into_iter().take(50));
        let whole = json!({
            "package": name,
            "since": since.to_string(),
            "listed": kept.ledger.listed.map(|it| it.to_string()),
            "expected_from": kept.expectation.source,
            "left_to_look_at": kept.left,
            "releases": releases,
            "tags_without_release": without_release.map(Iterator::collect::<Vec<_>>),
        });
        said.documents.push(Document {
            kind: LEDGER.to_owned(),
            key: name.to_owned(),
            json: whole.to_string(),
            evidence: self.evidence(name),
        });
        for it in shown {
            let mut json = shown::release(it, tag(it));
            if let (Some(json), Value::Object(more)) = (json.as_object_mut(), shown::evidence(it)) {
                // Files here are more than their number.
                json.extend(more);
                json.insert("package".to_owned(), json!(name));
                json.insert("expected_from".to_owned(), json!(kept.expectation.source));
            }
            said.documents.push(Document {
                kind: RELEASE_EVIDENCE.to_owned(),
                key: format!("{name} {}", it.version),
                json: json.to_string(),
                evidence: self.evidence(format!("{name} {}", it.version)),
            });
        }
    }

    /// Findings about releases: each check once a release, with how many files it is about.
    fn findings(
        &self,
        kept: &PackageLedger<'_>,
        standings: &[ReleaseStanding<'_>],
        said: &mut ProjectAssessment,
    ) {
        for release in standings {
            let mut by_check: BTreeMap<&str, (&'static Check, Vec<&str>)> = BTreeMap::new();
            for note in shown::notes(release) {
                let entry = by_check.entry(note.check.id);
                let (_, messages) = entry.or_insert_with(|| (note.check, Vec::new()));
                messages.push(&note.message);
            }
            let is_latest = kept.latest == Some(release.version);
            match release.class {
                Class::Missing | Class::Partial if is_latest => {
                    let message = "files of the latest release have no attestation";
                    by_check.insert(
                        MISSING_ATTESTATION.id,
                        (&MISSING_ATTESTATION, vec![message]),
                    );
                }
                Class::Verified if is_latest => {
                    let message = "nobody said who should have signed the latest release";
                    by_check.insert(UNPINNED_PUBLISHER.id, (&UNPINNED_PUBLISHER, vec![message]));
                }
                _ => {}
            }
            let purl = Purl::of_package(kept.package, Some(release.version)).to_string();
            said.findings.extend(
                by_check
                    .into_values()
                    .map(|(check, messages)| self.finding(check, &messages, (&purl, release))),
            );
        }
    }

    fn finding(
        &self,
        check: &'static Check,
        messages: &[&str],
        (purl, release): (&str, &ReleaseStanding<'_>),
    ) -> Finding {
        let first = messages.first().copied().unwrap_or_default();
        let message = match messages.len() {
            0 | 1 => format!("{}: {first}", release.version),
            count => format!("{}: {count} times, such as: {first}", release.version),
        };
        Finding {
            check: check.id.to_owned(),
            subject: Subject {
                kind: SubjectKind::Release,
                name: purl.to_owned(),
            },
            key: String::new(),
            outcome: Outcome::Fail,
            severity: Some(check.severity),
            weight: None,
            message,
            remedy: Some(check.explanation.remedy.to_owned()),
            facts: vec![
                ("class".to_owned(), release.class.title().to_owned()),
                ("files".to_owned(), release.files.len().to_string()),
            ],
            evidence: vec![self.evidence(purl)],
            visibility: Visibility::Public,
        }
    }
}

#[cfg(test)]
mod tests;
