//! An assessment of one invented project: real versions, judged by the advisories at hand.

use std::collections::BTreeMap;

use super::ecosystem::{CHAIN, ENDORSED, OPEN, Sample};
use bartizan_model::{
    Timestamp,
    advisory::PackageAdvisory,
    assessment::{
        AssessedComponent, AssessedEdge, Evidence, Figure, Finding, Outcome, ProjectAssessment,
        Subject, SubjectKind, Visibility,
    },
    ecosystem::Package,
    purl::Purl,
    severity::SeverityLevel,
};
use bartizan_sources::database::Database;
use bartizan_vulnerability::{advisories::Advisories as _, matching::Known, severity};

/// What the example says of a project at a part of its time.
pub(super) fn assess(
    sample: &Sample,
    database: &Database,
    (progress, now, end): (f64, Timestamp, Timestamp),
) -> ProjectAssessment {
    let mut made = ProjectAssessment {
        project: sample.name.to_owned(),
        ..ProjectAssessment::default()
    };
    let root = Purl::of_package(&Package::pypi(sample.name), None).to_string();
    let mut risks = BTreeMap::new();
    for (name, old, moves, new) in sample.stands_on {
        let version = if progress >= *moves { new } else { old };
        let package = Package::pypi(name);
        let purl = Purl::of_package(&package, Some(version));
        let found = findings(sample, database, &package, version, now);
        let risk = found
            .iter()
            .filter_map(|finding| finding.weight)
            .fold(0.0, f64::max)
            / 2.0;
        risks.insert((*name).to_owned(), risk);
        made.edges.push(AssessedEdge {
            from: root.clone(),
            to: purl.to_string(),
            kind: "requires".to_owned(),
        });
        made.components
            .push(component(purl.clone(), name, Some(version), risk, now));
        if *name == "pillow" {
            carried(&mut made, &purl, version, now);
        }
        made.findings.extend(found);
    }
    made.findings.extend(others(sample, progress, now));
    made.figures = figures(sample, &made, &risks, progress, now);
    made.documents = super::documents::documents(sample, (progress, now, end));
    made.findings.sort_by(|one, other| {
        (&one.check, &one.subject, &one.key).cmp(&(&other.check, &other.subject, &other.key))
    });
    made
}

pub(super) fn evidence(source: &str, locator: impl Into<String>, now: Timestamp) -> Vec<Evidence> {
    vec![Evidence {
        source: source.to_owned(),
        snapshot: Some("sample".to_owned()),
        locator: locator.into(),
        observed: now,
    }]
}

/// What the advisories say of a version, one finding an alias group.
fn findings(
    sample: &Sample,
    database: &Database,
    package: &Package,
    version: &str,
    now: Timestamp,
) -> Vec<Finding> {
    let Ok(Some(known)) = database.package(package) else {
        return Vec::new();
    };
    let mut groups: BTreeMap<&str, Vec<&PackageAdvisory>> = BTreeMap::new();
    let report = Known::of(&known).matches(version);
    for (entry, _) in &report.matched {
        groups.entry(&entry.group).or_default().push(entry);
    }
    let purl = Purl::of_package(package, Some(version)).to_string();
    let finding = |(group, entries): (&str, Vec<&PackageAdvisory>)| {
        let vectors: Vec<_> = entries
            .iter()
            .flat_map(|entry| entry.severities.iter().cloned())
            .collect();
        let stated = severity::worst(
            &vectors,
            entries.iter().filter_map(|entry| entry.stated_level).max(),
        );
        let shown = database
            .group(group)
            .ok()
            .flatten()
            .map_or_else(|| group.to_owned(), |group| group.shown_as);
        let summary = entries
            .iter()
            .map(|entry| entry.summary.as_str())
            .find(|text| !text.is_empty())
            .unwrap_or("no summary");
        Finding {
            check: "known-vulnerability".to_owned(),
            subject: Subject {
                kind: SubjectKind::Component,
                name: purl.clone(),
            },
            key: group.to_owned(),
            outcome: Outcome::Fail,
            severity: stated.level,
            weight: Some(stated.score.unwrap_or(5.0) / 10.0),
            message: format!("{} {version}: {shown}, {summary}", package.name()),
            remedy: Some(format!(
                "raise the lower bound of {} above {version}",
                package.name()
            )),
            facts: vec![(
                "path".to_owned(),
                format!("{} → {} {version}", sample.name, package.name()),
            )],
            evidence: evidence("advisories", group, now),
            visibility: Visibility::Public,
        }
    };
    groups.into_iter().map(finding).collect()
}

fn component(
    purl: Purl,
    name: &str,
    version: Option<&str>,
    risk: f64,
    now: Timestamp,
) -> AssessedComponent {
    AssessedComponent {
        evidence: evidence("resolution", purl.to_string(), now),
        purl,
        name: name.to_owned(),
        version: version.map(str::to_owned),
        is_native: false,
        is_direct: true,
        risk: Some(risk),
        shares: if risk > 0.0 {
            vec![(name.to_owned(), risk)]
        } else {
            Vec::new()
        },
    }
}

/// The libraries that the example's wheels of Pillow carry; one of them without a version, since that happens.
fn carried(made: &mut ProjectAssessment, carrier: &Purl, version: &str, now: Timestamp) {
    let library = if version.starts_with("11") {
        ("libwebp", Some("1.4.0"), 0.0)
    } else {
        ("libwebp", Some("1.3.1"), 0.35)
    };
    for (name, version, risk) in [library, ("libtiff", None, 0.0)] {
        let package = Package::new(bartizan_model::ecosystem::Ecosystem::generic(), name);
        let purl = Purl::of_package(&package, version);
        made.edges.push(AssessedEdge {
            from: carrier.to_string(),
            to: purl.to_string(),
            kind: "bundles".to_owned(),
        });
        made.components.push(AssessedComponent {
            is_native: true,
            is_direct: false,
            ..component(purl, name, version, risk, now)
        });
    }
}

/// Other checks: one that holds, one that could not look, one to mend.
#[expect(clippy::too_many_lines, reason = "a list of invented facts")]
fn others(sample: &Sample, progress: f64, now: Timestamp) -> Vec<Finding> {
    let seed = seed(sample.name);
    let finding = |check: &str,
                   outcome: Outcome,
                   message: &str,
                   remedy: Option<&str>,
                   severity: Option<SeverityLevel>| Finding {
        check: check.to_owned(),
        subject: Subject {
            kind: SubjectKind::Project,
            name: sample.name.to_owned(),
        },
        key: String::new(),
        outcome,
        severity,
        weight: None,
        message: message.to_owned(),
        remedy: remedy.map(str::to_owned),
        facts: Vec::new(),
        evidence: evidence("package-index", sample.name, now),
        visibility: Visibility::Public,
    };
    let yanked = if seed.is_multiple_of(5) && progress < 0.9 {
        finding(
            "yanked-release",
            Outcome::Fail,
            "its newest release asks for a version that was yanked",
            Some("ask for the release after it"),
            Some(SeverityLevel::Low),
        )
    } else {
        finding(
            "yanked-release",
            Outcome::Pass,
            "no release that it asks for was yanked",
            None,
            None,
        )
    };
    let support = match seed % 4 {
        0 => finding(
            "unsupported-release",
            Outcome::Unknown,
            "the index does not say how long its releases are supported",
            None,
            None,
        ),
        1 => finding(
            "unsupported-release",
            Outcome::NotApplicable,
            "it states no time of support",
            None,
            None,
        ),
        _ => finding(
            "unsupported-release",
            Outcome::Pass,
            "its newest release is supported",
            None,
            None,
        ),
    };
    vec![yanked, support]
}

#[expect(clippy::too_many_lines, reason = "a list of invented facts")]
fn figures(
    sample: &Sample,
    made: &ProjectAssessment,
    risks: &BTreeMap<String, f64>,
    progress: f64,
    now: Timestamp,
) -> Vec<Figure> {
    let open = made
        .findings
        .iter()
        .filter(|finding| !finding.key.is_empty())
        .count() as f64;
    let young = (open * (1.0 - progress) / 2.0).floor();
    let middle = ((open - young) * 0.4).floor();
    let old = open - young - middle;
    let mut shares: Vec<(String, f64)> = risks
        .iter()
        .filter(|(_, risk)| **risk > 0.0)
        .map(|(name, risk)| (name.clone(), *risk))
        .collect();
    shares.sort_by(|one, other| other.1.total_cmp(&one.1));
    let carried = made
        .components
        .iter()
        .filter(|component| component.is_native)
        .filter_map(|component| component.risk);
    let carried: f64 = carried.sum();
    if carried > 0.0 {
        shares.insert(0, ("libwebp".to_owned(), carried));
    }
    let risk: f64 = shares.iter().map(|(_, share)| share).sum();
    let scale = if risk > 1.0 { 1.0 / risk } else { 1.0 };
    let figure =
        |measure: &str, value: f64, whole: Option<f64>, shares: Vec<(String, f64)>| Figure {
            measure: measure.to_owned(),
            value,
            whole,
            shares,
            evidence: evidence("advisories", "sample", now),
        };
    let ages = [
        ("up to 30 days", young),
        ("31 to 90 days", middle),
        ("91 to 365 days", old),
    ];
    let mut figures = vec![
        figure(OPEN, open, None, Vec::new()),
        figure("old-advisories", old, Some(open), Vec::new()),
        figure(
            "advisory-ages",
            open,
            None,
            ages.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        ),
        figure(
            CHAIN,
            risk * scale,
            None,
            shares
                .into_iter()
                .map(|(name, share)| (name, share * scale))
                .collect(),
        ),
    ];
    figures.extend(ENDORSED.iter().enumerate().map(|(index, (measure, ..))| {
        figure(
            measure,
            f64::from(u8::from(endorses(sample, index, progress))),
            Some(1.0),
            Vec::new(),
        )
    }));
    figures
}

pub(super) fn endorses(sample: &Sample, standard: usize, progress: f64) -> bool {
    let turn = (seed(sample.name) + u32::try_from(standard).unwrap_or(0) * 7) % 11;
    f64::from(turn) / 11.0 < 0.1 + progress * 0.5
}

/// A number that a name always gives.
pub(super) fn seed(name: &str) -> u32 {
    name.bytes()
        .fold(17, |sum, byte| (sum * 31 + u32::from(byte)) % 9_973)
}
