//! Tags of a project's repository beside its releases.

use std::collections::BTreeSet;

use bartizan_model::{
    Timestamp,
    assessment::{
        Document, Figure, Finding, Outcome, ProjectAssessment, Subject, SubjectKind, Visibility,
    },
    ecosystem::Package,
    problem::Problem,
    profile::Project,
    purl::Purl,
    severity::SeverityLevel,
    version::pep440::Version,
};
use bartizan_sources::git::{CommitId, Repository, Tag, version_of};
use serde_json::json;

use super::{
    GIT, Inputs,
    releases::{Published, PublishedRelease},
};
use crate::measures::{SIGNED_TAGS, UNRELEASED_TAGS, UNTAGGED_RELEASES, figure};

/// The id of the check.
const RELEASE_WITHOUT_TAG: &str = "release-without-tag";

/// The kind of the document that lists tags.
const TAGS: &str = "tags";

/// What is looked at lies so many days before the newest commit.
const RECENT_DAYS: i64 = 730;

/// How many tags the document lists, the newest first.
const MOST_TAGS: usize = 500;

/// What the leading repository says, and what of it differs from the index.
pub(super) fn add(
    inputs: &Inputs<'_>,
    project: &Project,
    published: &[Published],
    said: &mut ProjectAssessment,
) {
    let mut leading = project.repositories.iter().filter(|it| !it.is_release);
    let Some(repository) = leading.next() else {
        return;
    };
    let opened = inputs.repositories.open(&repository.url, &project.name);
    let names: Vec<&str> = published
        .iter()
        .map(|it| it.package.name())
        .chain([project.name.as_str()])
        .collect();
    let read = opened.and_then(|opened| History::read(&opened, &names));
    match read {
        Ok(history) => history.tell(inputs, &repository.url, published.first(), said),
        Err(why) => {
            unseen(said);
            said.problems.push(Problem::new(&repository.url, why));
        }
    }
}

/// Nobody could look: neither was anything found, nor measured.
fn unseen(said: &mut ProjectAssessment) {
    said.unseen.checks.insert(RELEASE_WITHOUT_TAG.to_owned());
    let measures = [&SIGNED_TAGS, &UNRELEASED_TAGS, &UNTAGGED_RELEASES];
    let ids = measures.map(|measure| measure.id.to_owned());
    said.unseen.measures.extend(ids);
    said.unseen.documents.insert(TAGS.to_owned());
}

/// What a clone tells of versions.
pub(crate) struct History {
    head: String,
    /// The newest moment that the clone knows of.
    until: Timestamp,
    /// Tags that name a version, the newest version first.
    tags: Vec<(Version, Tag)>,
    missing: usize,
    broken: usize,
}

impl History {
    /// The tags that name versions of packages of these names.
    pub(crate) fn read(repository: &Repository, names: &[&str]) -> Result<Self, String> {
        let head = repository.head().map_err(|error| error.to_string())?;
        let read = repository.tags().map_err(|error| error.to_string())?;
        let newest = repository.commit(&head).and_then(|commit| commit.committed);
        let committed = read.items.iter().filter_map(|tag| tag.committed);
        let until = newest.into_iter().chain(committed).max();
        let versions = read.items.into_iter();
        let mut tags: Vec<(Version, Tag)> = versions
            .filter_map(|tag| Some((version_of(&tag.name, names)?, tag)))
            .collect();
        tags.sort_by(|a, b| b.cmp(a));
        Ok(Self {
            head: head.as_str().to_owned(),
            until: until.ok_or("no commit of it can be read")?,
            tags,
            missing: read.missing,
            broken: read.broken,
        })
    }

    /// The commit that the clone is at.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    /// The newest moment that the clone knows of.
    pub(crate) fn until(&self) -> Timestamp {
        self.until
    }

    /// Tags that name a version, the newest version first.
    pub(crate) fn tags(&self) -> &[(Version, Tag)] {
        &self.tags
    }

    fn tell(
        &self,
        inputs: &Inputs<'_>,
        url: &str,
        published: Option<&Published>,
        said: &mut ProjectAssessment,
    ) {
        if self.missing + self.broken > 0 {
            let message = format!(
                "{} objects that tags name are missing in this clone, {} cannot be read",
                self.missing, self.broken
            );
            said.problems.push(Problem::new(url, message));
        }
        let evidence = inputs.evidence(GIT, Some(&self.head), url);
        let count = |measure, value: usize, whole: usize| Figure {
            whole: Some(whole as f64),
            evidence: vec![evidence.clone()],
            ..figure(measure, value as f64)
        };
        let recent: Vec<&(Version, Tag)> =
            self.tags.iter().filter(|it| self.is_recent(it)).collect();
        if !recent.is_empty() {
            let signed = recent.iter().filter(|(_, tag)| tag.is_signed).count();
            said.figures.push(count(&SIGNED_TAGS, signed, recent.len()));
        }
        said.documents.push(Document {
            kind: TAGS.to_owned(),
            key: String::new(),
            json: self.json(url),
            evidence: evidence.clone(),
        });
        let Some(published) = published.filter(|it| it.is_listed && !self.tags.is_empty()) else {
            return;
        };
        let listed: BTreeSet<&Version> = published.releases.iter().map(|it| &it.version).collect();
        let tagged: BTreeSet<&Version> = self.tags.iter().map(|(version, _)| version).collect();
        let is_final = |it: &&&(Version, Tag)| !it.0.is_prerelease();
        let finals = recent.iter().filter(is_final).count();
        let unreleased = recent.iter().filter(is_final);
        let unreleased = unreleased
            .filter(|(version, _)| !listed.contains(version))
            .count();
        said.figures
            .push(count(&UNRELEASED_TAGS, unreleased, finals));
        let looked_at: Vec<(&PublishedRelease, Outcome)> = published
            .releases
            .iter()
            .filter_map(|release| Some((release, self.outcome(release, &tagged)?)))
            .collect();
        let with = |wanted: Outcome| looked_at.iter().filter(|(_, it)| *it == wanted).count();
        let decided = with(Outcome::Pass) + with(Outcome::Fail);
        said.figures
            .push(count(&UNTAGGED_RELEASES, with(Outcome::Fail), decided));
        let told = looked_at
            .iter()
            .filter(|(_, outcome)| *outcome != Outcome::Pass);
        said.findings.extend(told.map(|(release, outcome)| Finding {
            evidence: vec![evidence.clone()],
            ..self.finding(&published.package, release, *outcome)
        }));
    }

    fn is_recent(&self, (_, tag): &(Version, Tag)) -> bool {
        let moment = tag.tagged.or(tag.committed);
        moment.is_some_and(|moment| self.days_before(moment) <= RECENT_DAYS)
    }

    fn days_before(&self, moment: Timestamp) -> i64 {
        (self.until.as_second() - moment.as_second()).div_euclid(86_400)
    }

    /// Whether a tag names a release; `None` for one that is not asked about.
    fn outcome(&self, release: &PublishedRelease, tagged: &BTreeSet<&Version>) -> Option<Outcome> {
        let uploaded = release.uploaded?;
        if release.version.is_prerelease() || self.days_before(uploaded) > RECENT_DAYS {
            return None;
        }
        Some(match tagged.contains(&release.version) {
            true => Outcome::Pass,
            // The clone ends before it.
            false if uploaded > self.until => Outcome::Unknown,
            false => Outcome::Fail,
        })
    }

    fn finding(&self, package: &Package, release: &PublishedRelease, outcome: Outcome) -> Finding {
        let is_unknown = outcome == Outcome::Unknown;
        let message = if is_unknown {
            format!(
                "{} is newer than the clone, which ends on {}",
                release.text,
                day(self.until)
            )
        } else {
            format!("no tag names the release {}", release.text)
        };
        Finding {
            check: RELEASE_WITHOUT_TAG.to_owned(),
            subject: Subject {
                kind: SubjectKind::Release,
                name: Purl::of_package(package, Some(&release.text)).to_string(),
            },
            key: String::new(),
            outcome,
            severity: (!is_unknown).then_some(SeverityLevel::Low),
            weight: None,
            message,
            remedy: (!is_unknown).then(|| "tag the commit that it was made from".to_owned()),
            facts: release
                .uploaded
                .map(|it| ("uploaded".to_owned(), day(it)))
                .into_iter()
                .collect(),
            evidence: Vec::new(),
            visibility: Visibility::Public,
        }
    }

    fn json(&self, url: &str) -> String {
        let tags = self.tags.iter().take(MOST_TAGS);
        let tags: Vec<_> = tags
            .map(|(version, tag)| {
                json!({
                    "name": tag.name,
                    "version": version.to_string(),
                    "commit": tag.commit.as_ref().map(CommitId::as_str),
                    "tagged": tag.tagged.map(|it| it.to_string()),
                    "committed": tag.committed.map(|it| it.to_string()),
                    "is_signed": tag.is_signed,
                })
            })
            .collect();
        json!({
            "repository": url,
            "head": self.head,
            "until": self.until.to_string(),
            "tags": tags,
        })
        .to_string()
    }
}

fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_held_against_tags_as_far_as_the_clone_goes() {
        let history = History {
            head: String::new(),
            until: "2026-06-01T00:00:00Z".parse().unwrap(),
            tags: Vec::new(),
            missing: 0,
            broken: 0,
        };
        let tagged: Version = "1.0".parse().unwrap();
        let tagged = BTreeSet::from([&tagged]);
        let check = |version: &str, day: &str| {
            let release = PublishedRelease::new(version, &format!("{day}T00:00:00Z"));
            history.outcome(&release, &tagged)
        };
        assert_eq!(check("1.0", "2026-01-01"), Some(Outcome::Pass));
        assert_eq!(check("1.0.0", "2026-01-01"), Some(Outcome::Pass));
        assert_eq!(check("1.1", "2026-01-01"), Some(Outcome::Fail));
        // Newer than the clone: undecided, and tagged all the same where a tag says so.
        assert_eq!(check("1.2", "2026-07-01"), Some(Outcome::Unknown));
        assert_eq!(check("1.0", "2026-07-01"), Some(Outcome::Pass));
        assert_eq!(check("0.1", "2020-01-01"), None);
        assert_eq!(check("2.0rc1", "2026-01-01"), None);
        assert_eq!(check("2.0", "?"), None);
    }
}
