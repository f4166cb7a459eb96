//! What a project has published: releases, their files, whether they are attested, and how old the latest is.

use std::sync::Arc;

use bartizan_formats::index::{ListedFile, Provenance};
use bartizan_model::{
    Timestamp,
    assessment::{Document, Figure, ProjectAssessment},
    ecosystem::{Ecosystem, Package},
    problem::Problem,
    profile::Project,
    version::pep440::Version,
};
use bartizan_sources::index::releases::Answer;
use bartizan_vulnerability::upgrade::Universe;
use serde_json::json;

use super::{INDEX, Inputs, Releases};
use crate::{
    closure::latest,
    measures::{ATTESTED_LATEST, ATTESTED_RELEASES, DAYS_SINCE_RELEASE, figure},
};

/// How many releases of a package its document lists, the newest first.
const MOST_RELEASES: usize = 2_000;

/// The day on which attestations became possible: nobody could sign before.
const ATTESTATIONS_BEGAN: i64 = 1_731_542_400;

/// What is published under one package name.
pub(super) struct Published {
    pub(super) package: Package,
    /// The newest final release with a file for the environment.
    pub(super) latest: Option<String>,
    /// Every release that is known, the newest first.
    pub(super) releases: Vec<PublishedRelease>,
    /// Whether an index lists them all; files in the user's directory tell of some only.
    pub(super) is_listed: bool,
}

/// A release with its files as a whole.
#[derive(Debug, Clone)]
pub(super) struct PublishedRelease {
    pub(super) version: Version,
    pub(super) text: String,
    pub(super) uploaded: Option<Timestamp>,
    pub(super) is_yanked: bool,
    wheels: usize,
    sources: usize,
    attested: Attested,
}

#[cfg(test)]
impl PublishedRelease {
    pub(super) fn new(text: &str, uploaded: &str) -> Self {
        Self {
            version: text.parse().unwrap(),
            text: text.to_owned(),
            uploaded: uploaded.parse().ok(),
            is_yanked: false,
            wheels: 1,
            sources: 0,
            attested: Attested::NotServed,
        }
    }
}

/// Whether the files of a release have attestations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Attested {
    All,
    Some,
    None,
    Before,
    NotServed,
}

impl Attested {
    const ALL: [Self; 5] = [
        Self::All,
        Self::Some,
        Self::None,
        Self::Before,
        Self::NotServed,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all files",
            Self::Some => "some files",
            Self::None => "none",
            Self::Before => "before attestations",
            Self::NotServed => "not served by the index",
        }
    }

    fn of(files: &[ListedFile]) -> Self {
        let uploaded = files.iter().filter_map(|file| file.uploaded).min();
        if files
            .iter()
            .any(|file| file.provenance == Provenance::NotServed)
            || files.is_empty()
        {
            return Self::NotServed;
        }
        let served = files
            .iter()
            .filter(|file| matches!(file.provenance, Provenance::Served(_)));
        match served.count() {
            0 if uploaded.is_some_and(|it| it.as_second() < ATTESTATIONS_BEGAN) => Self::Before,
            0 => Self::None,
            count if count == files.len() => Self::All,
            _ => Self::Some,
        }
    }
}

/// What the project publishes. Where neither an index nor the user's directory has any of it, nothing can be said.
pub(super) fn look(
    inputs: &Inputs<'_>,
    releases: &Releases<'_>,
    project: &Project,
    said: &mut ProjectAssessment,
) -> Result<Vec<Published>, Problem> {
    let mut published = Vec::new();
    let mut first_problem = None;
    for package in &project.packages {
        if *package.ecosystem() != Ecosystem::pypi() {
            let message = format!("releases of {} are not looked at yet", package.ecosystem());
            said.problems.push(Problem::new(package.name(), message));
            continue;
        }
        match of_package(inputs, releases, package) {
            Ok(one) => {
                said.documents.push(document(inputs, &one));
                published.push(one);
            }
            Err(why) => {
                let problem = Problem::new(package.name(), why);
                first_problem.get_or_insert(problem.clone());
                said.problems.push(problem);
            }
        }
    }
    if published.is_empty() {
        let none = || Problem::new(&project.name, "it publishes nothing that can be looked at");
        return Err(first_problem.unwrap_or_else(none));
    }
    figures(inputs, &published, said);
    Ok(published)
}

fn of_package(
    inputs: &Inputs<'_>,
    releases: &Releases<'_>,
    package: &Package,
) -> Result<Published, String> {
    let environment = inputs.universe.environment();
    let known = releases.releases(package).map_err(|error| {
        let why = std::error::Error::source(&error).map(ToString::to_string);
        why.unwrap_or_else(|| error.to_string())
    })?;
    let known = known.ok_or("no index has it")?;
    let listed: Arc<Answer> = inputs.universe.listed(package);
    let files = |version: &str| -> Vec<ListedFile> {
        let project = listed.as_ref().as_ref().ok().and_then(Option::as_ref);
        project.map_or(Vec::new(), |project| {
            project.listing.files(version).to_vec()
        })
    };
    let mut all: Vec<PublishedRelease> = known
        .iter()
        .filter_map(|release| {
            let files = files(&release.version);
            Some(PublishedRelease {
                version: release.version.parse().ok()?,
                text: release.version.clone(),
                uploaded: release.uploaded,
                is_yanked: release.is_yanked,
                wheels: files.iter().filter(|file| file.is_wheel()).count(),
                sources: files.iter().filter(|file| !file.is_wheel()).count(),
                attested: Attested::of(&files),
            })
        })
        .collect();
    all.sort_by(|a, b| b.version.cmp(&a.version));
    Ok(Published {
        is_listed: matches!(listed.as_ref(), Ok(Some(_))),
        package: package.clone(),
        latest: latest(&known, environment),
        releases: all,
    })
}

fn document(inputs: &Inputs<'_>, published: &Published) -> Document {
    let releases = published.releases.iter().take(MOST_RELEASES);
    let releases: Vec<_> = releases
        .map(|release| {
            json!({
                "version": release.text,
                "uploaded": release.uploaded.map(|it| it.to_string()),
                "is_yanked": release.is_yanked,
                "wheels": release.wheels,
                "sources": release.sources,
                "attestations": release.attested.as_str(),
            })
        })
        .collect();
    let whole = json!({
        "package": published.package.name(),
        "latest": published.latest,
        "environment": inputs.universe.environment().describe(),
        "releases": releases,
    });
    Document {
        kind: "releases".to_owned(),
        key: published.package.name().to_owned(),
        json: whole.to_string(),
        evidence: inputs.evidence(INDEX, None, published.package.name()),
    }
}

fn figures(inputs: &Inputs<'_>, published: &[Published], said: &mut ProjectAssessment) {
    let evidence = || {
        let names = published.iter().map(|it| it.package.name());
        names
            .map(|name| inputs.evidence(INDEX, None, name))
            .collect()
    };
    let classes = || {
        published
            .iter()
            .flat_map(|it| &it.releases)
            .map(|it| it.attested)
    };
    let count = |class: Attested| classes().filter(|it| *it == class).count() as f64;
    let counts = Attested::ALL.map(|class| (class, count(class)));
    let asked = [Attested::All, Attested::Some, Attested::None];
    let whole: f64 = asked.iter().map(|class| count(*class)).sum();
    if whole > 0.0 {
        let shares = counts.iter().filter(|(_, count)| *count > 0.0);
        said.figures.push(Figure {
            whole: Some(whole),
            shares: shares
                .map(|(class, count)| (class.as_str().to_owned(), *count))
                .collect(),
            evidence: evidence(),
            ..figure(&ATTESTED_RELEASES, count(Attested::All))
        });
    }
    let newest = published.iter().map(|it| {
        let mut releases = it.releases.iter();
        releases.find(|release| Some(&release.text) == it.latest.as_ref())
    });
    let newest: Option<Vec<&PublishedRelease>> = newest.collect();
    let is_served = |it: &&PublishedRelease| it.attested != Attested::NotServed;
    if let Some(newest) = newest.filter(|newest| newest.iter().all(is_served)) {
        let is_attested = newest.iter().all(|it| it.attested == Attested::All);
        said.figures.push(Figure {
            whole: Some(1.0),
            evidence: evidence(),
            ..figure(&ATTESTED_LATEST, f64::from(u8::from(is_attested)))
        });
    }
    let leading = published.first().and_then(|it| {
        let mut releases = it.releases.iter();
        releases.find(|release| Some(&release.text) == it.latest.as_ref())
    });
    if let Some(uploaded) = leading.and_then(|release| release.uploaded) {
        let days = inputs.days_since(uploaded).max(0);
        said.figures.push(Figure {
            evidence: evidence(),
            ..figure(&DAYS_SINCE_RELEASE, days as f64)
        });
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::index::listing;

    use super::*;

    /// Files are written as what the index says of their provenance, and the day of the upload.
    fn check(files: &[&str], day: &str) -> &'static str {
        let files = files.iter().enumerate().map(|(place, provenance)| {
            let name = format!("lab-1.0-{place}-py3-none-any.whl");
            format!(r#"{{"filename": "{name}", "upload-time": "{day}T00:00:00Z"{provenance}}}"#)
        });
        let files: Vec<String> = files.collect();
        let page = format!(
            r#"{{"meta": {{"api-version": "1.3"}}, "files": [{}]}}"#,
            files.join(",")
        );
        let listing = listing(page.as_bytes(), &Package::pypi("lab")).unwrap();
        Attested::of(listing.files("1.0")).as_str()
    }

    #[test]
    fn what_the_index_does_not_say_is_not_none() {
        let (silent, none, some) = (
            "",
            r#", "provenance": null"#,
            r#", "provenance": "https://example.org/p""#,
        );
        assert_eq!(check(&[some, some], "2026-01-01"), "all files");
        assert_eq!(check(&[some, none], "2026-01-01"), "some files");
        assert_eq!(check(&[none, none], "2026-01-01"), "none");
        assert_eq!(check(&[none], "2024-11-13"), "before attestations");
        assert_eq!(check(&[none], "2024-11-14"), "none");
        assert_eq!(
            check(&[some, silent], "2026-01-01"),
            "not served by the index"
        );
        assert_eq!(check(&[], "2026-01-01"), "not served by the index");
    }
}
