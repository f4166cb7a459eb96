//! How much of what stands on a project still let an affected release of it in, 30 and 90 days after an advisory.
//!
//! Dependants are the other projects of the profile, by their leading packages. Only releases around the two days are asked
//! about, so that a handful of requests a dependant is enough.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    Timestamp,
    advisory::RecordKey,
    assessment::{Document, ProjectAssessment},
    ecosystem::{Ecosystem, Package},
    problem::Problem,
    profile::Project,
    release::Metadata,
    requirement::SpecifierSet,
};
use bartizan_vulnerability::{
    advisories::Advisories,
    matching::Known,
    risk::downstream::{Dependant, DependantRelease, DownstreamFacts, USUAL_DAYS, exposure},
    upgrade::Universe,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ADVISORIES, Inputs, releases::Published};

/// How many vulnerabilities of one package are looked at, the newest first.
const MOST_GROUPS: usize = 30;

/// A vulnerability of a package, with the releases that it affects.
struct Vulnerability {
    group: String,
    published: Option<Timestamp>,
    /// By version; `None` where it could not be decided.
    releases: BTreeMap<String, Option<bool>>,
}

/// A document for each vulnerability that the project's own packages ever had.
pub(super) fn add(
    inputs: &Inputs<'_>,
    project: &Project,
    published: &[Published],
    said: &mut ProjectAssessment,
) {
    for one in published {
        let vulnerabilities = match vulnerabilities(inputs, one) {
            Ok(vulnerabilities) => vulnerabilities,
            Err(why) => {
                said.problems.push(Problem::new(one.package.name(), why));
                continue;
            }
        };
        if vulnerabilities.is_empty() {
            continue;
        }
        let moments: BTreeSet<Timestamp> = vulnerabilities
            .iter()
            .filter_map(|it| it.published)
            .flat_map(days_after)
            .filter(|moment| *moment <= inputs.as_of)
            .collect();
        let dependants = dependants(inputs, project, &one.package, &moments);
        let documents = vulnerabilities
            .iter()
            .map(|it| document(inputs, &one.package, it, &dependants));
        said.documents.extend(documents);
    }
}

fn days_after(published: Timestamp) -> impl Iterator<Item = Timestamp> {
    let after = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    USUAL_DAYS
        .into_iter()
        .filter_map(move |days| published.checked_add(after(days)).ok())
}

fn vulnerabilities(inputs: &Inputs<'_>, one: &Published) -> Result<Vec<Vulnerability>, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let known = inputs.database.package(&one.package);
    let Some(records) = known.map_err(|error| text(&error))? else {
        return Ok(Vec::new());
    };
    let known = Known::of(&records);
    let mut affected: BTreeMap<&str, BTreeMap<String, Option<bool>>> = BTreeMap::new();
    let mut keys: BTreeMap<&str, Vec<RecordKey>> = BTreeMap::new();
    for entry in records.entries.iter().filter(|entry| !entry.is_withdrawn) {
        keys.entry(&entry.group).or_default().push(RecordKey {
            id: entry.id.clone(),
            source: entry.source.clone(),
        });
    }
    for release in &one.releases {
        let report = known.matches(&release.text);
        for group in keys.keys() {
            let is_affected = report
                .matched
                .iter()
                .any(|(entry, _)| entry.group == *group);
            let is_undecided = report
                .undecided
                .iter()
                .any(|(entry, _)| entry.group == *group);
            let answer = match (is_affected, is_undecided) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) => Some(false),
            };
            let of_group = affected.entry(group).or_default();
            of_group.insert(release.text.clone(), answer);
        }
    }
    let mut vulnerabilities = Vec::new();
    for (group, records) in keys {
        let found = inputs.database.group(group);
        let found = found.map_err(|error| text(&error))?;
        let published = inputs.database.published(&records);
        vulnerabilities.push(Vulnerability {
            group: found.map_or_else(|| group.to_owned(), |found| found.shown_as),
            published: published.map_err(|error| text(&error))?,
            releases: affected.remove(group).unwrap_or_default(),
        });
    }
    vulnerabilities.sort_by(|a, b| {
        b.published
            .cmp(&a.published)
            .then_with(|| a.group.cmp(&b.group))
    });
    vulnerabilities.truncate(MOST_GROUPS);
    Ok(vulnerabilities)
}

/// The other projects that ever required the package on one of the days, each by the newest release of that day.
fn dependants(
    inputs: &Inputs<'_>,
    project: &Project,
    package: &Package,
    moments: &BTreeSet<Timestamp>,
) -> Vec<Dependant> {
    let others = inputs.profile.projects.iter();
    let others = others.filter(|other| other.name != project.name);
    let leading = others.filter_map(|other| Some((&other.name, other.packages.first()?)));
    let of_index = leading.filter(|(_, leading)| *leading.ecosystem() == Ecosystem::pypi());
    let dependants = of_index.filter_map(|(name, leading)| {
        let mut releases = inputs.universe.releases(leading).ok()??;
        releases.retain(|release| !release.is_yanked && release.uploaded.is_some());
        let mut chosen: BTreeMap<Timestamp, &str> = BTreeMap::new();
        for moment in moments {
            let until = releases.iter();
            let until = until.filter_map(|it| Some((it.uploaded?, it.version.as_str())));
            let newest = until.filter(|(uploaded, _)| uploaded <= moment).max();
            chosen.extend(newest);
        }
        let chosen = chosen.into_iter();
        let releases: Vec<DependantRelease> = chosen
            .map(|(uploaded, version)| DependantRelease {
                published: Some(uploaded),
                requirement: requirement(inputs, leading, version, package),
            })
            .collect();
        let requires = releases.iter().any(|it| it.requirement.is_some());
        requires.then(|| Dependant {
            name: name.clone(),
            releases,
        })
    });
    dependants.collect()
}

/// What a release asks of the package without a condition, or under one that holds here; `?` where nobody can read it.
fn requirement(
    inputs: &Inputs<'_>,
    leading: &Package,
    version: &str,
    package: &Package,
) -> Option<String> {
    let requirements = match inputs.universe.metadata(leading, version) {
        Ok(Metadata::Known(requirements)) => requirements,
        Ok(Metadata::Unknown(_)) | Err(_) => return Some("?".to_owned()),
    };
    let environment = inputs.universe.environment();
    let mut asked: Vec<String> = Vec::new();
    for requirement in requirements.iter().filter(|it| it.package == *package) {
        let marker = requirement.marker.as_ref();
        let context = bartizan_model::marker::MarkerContext::default();
        if marker.is_some_and(|marker| !marker.evaluate(environment, context)) {
            continue;
        }
        asked.push(requirement.specifiers()?.to_string());
    }
    if asked.is_empty() {
        return None;
    }
    asked.retain(|text| !text.is_empty());
    Some(asked.join(","))
}

fn document(
    inputs: &Inputs<'_>,
    package: &Package,
    vulnerability: &Vulnerability,
    dependants: &[Dependant],
) -> Document {
    let admits = |requirement: &str, release: &str| {
        let specifiers: SpecifierSet = requirement.parse().ok()?;
        Some(specifiers.contains(release))
    };
    let facts = DownstreamFacts {
        published: vulnerability.published,
        as_of: inputs.as_of,
        releases: &vulnerability.releases,
        dependants,
        admits: &admits,
    };
    let days: Vec<Value> = USUAL_DAYS
        .into_iter()
        .map(|days| match exposure(&facts, days).answer {
            Err(needed) => json!({ "days": days, "needs": needed.as_str() }),
            Ok(counted) => json!({
                "days": days,
                "share": counted.share(),
                "exposed": counted.exposed,
                "locked_in": counted.locked_in,
                "safe": counted.safe,
                "unknown": counted.unknown.iter().map(|(name, needed)| json!({ "name": name, "needs": needed.as_str() })).collect::<Vec<_>>(),
            }),
        })
        .collect();
    let affected = vulnerability.releases.values();
    let affected = affected.filter(|it| **it == Some(true)).count();
    let whole = json!({
        "package": package.name(),
        "advisory": vulnerability.group,
        "published": vulnerability.published.map(|it| it.to_string()),
        "affected_releases": affected,
        "releases": vulnerability.releases.len(),
        "days": days,
    });
    let snapshot = &inputs.database.manifest().snapshot;
    Document {
        kind: "exposure".to_owned(),
        key: vulnerability.group.clone(),
        json: whole.to_string(),
        evidence: inputs.evidence(ADVISORIES, Some(snapshot), &vulnerability.group),
    }
}
