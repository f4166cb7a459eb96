//! What repositories have beside accesses: reviewers of environments, owners of code, rules.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparing, Kind};
use crate::{
    desired::{RulesWanted, Wanted},
    name::{RepositoryName, Text},
    snapshot::{BypassKind, CodeOwner, Part, Place, Repository, Rules},
};

impl Comparing<'_> {
    pub(super) fn reviewers(&mut self, wanted: &Wanted) {
        for ((repository, environment), teams) in &wanted.reviewers {
            if !self
                .snapshot
                .has_read(Part::Environments, repository.as_str())
            {
                continue;
            }
            let subject = format!("repository {repository}: environment {environment}: reviewers");
            let wanted: BTreeSet<String> = teams.iter().map(|it| format!("team {it}")).collect();
            let mut all = self.snapshot.environments.iter();
            let found = all.find(|it| it.repository == *repository && it.name == *environment);
            let Some(found) = found else {
                self.put(Kind::Missing, subject, (list(&wanted), String::new()));
                continue;
            };
            let found: BTreeSet<String> = found.reviewers.iter().map(ToString::to_string).collect();
            if found != wanted {
                self.put(Kind::Other, subject, (list(&wanted), list(&found)));
            }
        }
    }

    pub(super) fn code_owners(&mut self, wanted: &Wanted) {
        for (repository, lines) in &wanted.code_owners {
            if !self
                .snapshot
                .has_read(Part::CodeOwners, repository.as_str())
            {
                continue;
            }
            let Some(found) = self.snapshot.repository(repository) else {
                continue;
            };
            let found: BTreeMap<&Text, BTreeSet<String>> = owners(&found.code_owners);
            let wanted = owners(lines);
            let patterns: BTreeSet<&Text> = found.keys().chain(wanted.keys()).copied().collect();
            for pattern in patterns {
                let (wanted, found) = (wanted.get(pattern), found.get(pattern));
                if wanted == found {
                    continue;
                }
                let kind = match (wanted, found) {
                    (Some(_), None) => Kind::Missing,
                    (None, _) => Kind::Surplus,
                    _ => Kind::Other,
                };
                let words = |it: Option<&BTreeSet<String>>| it.map(list).unwrap_or_default();
                let subject = format!("repository {repository}: CODEOWNERS of `{pattern}`");
                self.put(kind, subject, (words(wanted), words(found)));
            }
        }
    }

    /// Whether rules hold that are wanted. A set with less is another set; several may do together what one is wanted for.
    pub(super) fn rules(&mut self, wanted: &RulesWanted) {
        let covered: Vec<RepositoryName> = self
            .desired
            .covered(&wanted.repositories, self.snapshot)
            .into_iter()
            .map(|it: &Repository| it.name.clone())
            .collect();
        for repository in covered {
            if !self.snapshot.has_read(Part::Rules, repository.as_str()) {
                continue;
            }
            for name in &wanted.names {
                self.rules_of(&repository, name, wanted);
            }
        }
    }

    fn rules_of(&mut self, repository: &RepositoryName, name: &str, wanted: &RulesWanted) {
        let found: Vec<&Rules> = self
            .snapshot
            .rules
            .iter()
            .filter(|it| is_for(it, repository, (name, wanted)))
            .collect();
        let subject = format!(
            "repository {repository}: rules of {} `{}`",
            wanted.target,
            Text::new(name)
        );
        if found.is_empty() {
            let words = wanted
                .reviews
                .map_or("rules".to_owned(), |it| format!("{it} reviews"));
            self.put(Kind::Missing, subject, (words, String::new()));
            return;
        }
        let most = found
            .iter()
            .filter_map(|it| it.reviews)
            .max()
            .unwrap_or_default();
        let kinds: BTreeSet<&str> = found
            .iter()
            .flat_map(|it| &it.kinds)
            .map(Text::as_str)
            .collect();
        let passing = self.passing(&found, wanted);
        if let Some(reviews) = wanted.reviews.filter(|it| *it > most) {
            let words = (format!("{reviews} reviews"), format!("{most} reviews"));
            self.put(Kind::Lower, subject.clone(), words);
        }
        for kind in wanted
            .kinds
            .iter()
            .filter(|it| !kinds.contains(it.as_str()))
        {
            self.put(
                Kind::Missing,
                subject.clone(),
                (kind.clone(), String::new()),
            );
        }
        if !passing.is_empty() {
            self.put(
                Kind::Surplus,
                format!("{subject}: let pass"),
                (String::new(), list(&passing)),
            );
        }
    }

    /// Whom rules let pass who should not.
    fn passing(&self, found: &[&Rules], wanted: &RulesWanted) -> BTreeSet<String> {
        let passing = found
            .iter()
            .flat_map(|it| &it.bypass)
            .filter(|it| !self.may_pass(it.kind, it.name.as_ref(), wanted))
            .map(|it| {
                it.name.as_ref().map_or_else(
                    || format!("{:?}", it.kind).to_lowercase(),
                    ToString::to_string,
                )
            });
        passing.collect()
    }

    fn may_pass(&self, kind: BypassKind, name: Option<&Text>, wanted: &RulesWanted) -> bool {
        let teams = wanted.pass.iter().filter_map(|it| self.desired.named(it));
        let mut teams = teams.filter(|_| kind == BypassKind::Team);
        teams.any(|it| name.is_some_and(|name| name.as_str() == it.as_str()))
    }
}

/// Whether rules hold for a name in a repository.
fn is_for(
    rules: &Rules,
    repository: &RepositoryName,
    (name, wanted): (&str, &RulesWanted),
) -> bool {
    let is_there = match &rules.place {
        Place::Organisation(owner) => owner.as_str() == repository.owner(),
        Place::Repository(it) => it == repository,
    };
    let whole = format!("refs/heads/{name}");
    let tag = format!("refs/tags/{name}");
    let names = [name, whole.as_str(), tag.as_str(), "~ALL"];
    is_there
        && rules.target.as_str() == wanted.target
        && rules.enforcement.as_str() == "active"
        && rules.include.iter().any(|it| names.contains(&it.as_str()))
}

fn list(words: &BTreeSet<String>) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() {
        "nobody".to_owned()
    } else {
        words.join(", ")
    }
}

fn owners(lines: &[CodeOwner]) -> BTreeMap<&Text, BTreeSet<String>> {
    let lines = lines.iter();
    lines
        .map(|it| {
            (
                &it.pattern,
                it.owners.iter().map(ToString::to_string).collect(),
            )
        })
        .collect()
}
