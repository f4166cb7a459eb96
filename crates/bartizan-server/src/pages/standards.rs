//! What several pages say of standards: which there are, and the three facts about each in each project.
//!
//! Endorsed is what people state, declared is a badge that is shown, measured is what checks found. None is ever made from
//! another, and what nobody looked at is said to be so.

use std::collections::BTreeMap;

use bartizan_model::assessment::Outcome;
use bartizan_store::Page as Rows;

use super::facts;
use crate::{
    context::{Context, PageError},
    href::{Href, Place},
    links::encode,
    page::{Sign, State},
    words,
};

/// A standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standard {
    /// Its id.
    pub(super) id: String,
    /// Its title, without its number; empty where nobody states it.
    pub(super) title: String,
    /// Whether it is a draft.
    pub(super) is_draft: bool,
}

impl Standard {
    /// Its number for people: `spec-0` is `SPEC 0`.
    pub(super) fn number(&self) -> String {
        number(&self.id)
    }

    /// Number and title.
    pub(super) fn name(&self) -> String {
        let draft = if self.is_draft { " (draft)" } else { "" };
        match self.title.as_str() {
            "" => format!("{}{draft}", self.number()),
            title => format!("{}: {title}{draft}", self.number()),
        }
    }
}

/// The number of a standard for people.
pub(super) fn number(id: &str) -> String {
    id.replace('-', " ").to_uppercase()
}

/// The page of a standard.
pub(super) fn place(id: &str) -> Place {
    Place::new(["specs", id])
}

/// The page of a standard in a project.
pub(super) fn place_of(id: &str, project: &str) -> Place {
    Place::new(["specs", id, project])
}

/// Every standard that the repository of standards or a check knows, in the order of their numbers.
pub(super) async fn all(ctx: &Context) -> Result<Vec<Standard>, PageError> {
    let mut known: BTreeMap<String, Standard> = BTreeMap::new();
    let rows = ctx
        .store
        .documents(facts::ENDORSEMENTS, Rows::new(1, 1))
        .await?;
    for row in &rows.rows {
        for it in facts::read::<facts::Endorsements>(&row.document).standards {
            let standard = Standard {
                id: it.id.clone(),
                title: it.title,
                is_draft: it.is_draft,
            };
            known.insert(it.id, standard);
        }
    }
    let of_checks = ctx.catalogues.checks.iter();
    for (id, _) in of_checks.filter_map(|check| check.standard.as_ref()) {
        known.entry(id.clone()).or_insert_with(|| Standard {
            id: id.clone(),
            title: String::new(),
            is_draft: false,
        });
    }
    let mut all: Vec<Standard> = known.into_values().collect();
    all.sort_by_key(|it| (words::ordered(&it.id.replace('-', ".")), it.id.clone()));
    Ok(all)
}

/// The three facts of one project.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Stand {
    /// Whether it endorses the standard; `None` where no list of endorsements was read.
    pub(super) is_endorsed: Option<bool>,
    /// Whether it shows the badge; `None` where its README was not read.
    pub(super) is_declared: Option<bool>,
    /// Whether it meets the standard; `None` where that is not known.
    pub(super) is_met: Option<bool>,
    /// How many requirements hold, out of how many that apply; `None` where nobody looked.
    pub(super) holds: Option<(f64, f64)>,
}

impl Stand {
    /// What is known, each fact with a sign of its own.
    pub(super) fn states(&self, standard: &str, project: &str) -> Vec<State> {
        let mut states = Vec::new();
        if self.is_endorsed == Some(true) {
            states.push(State::new(Sign::Stated, "endorsed"));
        }
        if self.is_declared == Some(true) {
            states.push(State::new(Sign::Stated, "declared"));
        }
        let measured = self.measured();
        states.push(match self.holds {
            Some(_) => measured.to(place_of(standard, project)),
            None => measured,
        });
        states
    }

    /// What was measured.
    pub(super) fn measured(&self) -> State {
        let Some((holds, applies)) = self.holds else {
            // Whoever could read the README looked at the rest as well.
            return match self.is_declared {
                Some(_) => State::new(Sign::Neutral, "does not apply"),
                None => State::new(Sign::Unknown, "not looked at"),
            };
        };
        let (holds, applies) = (words::value(holds), words::value(applies));
        match self.is_met {
            Some(true) => State::new(Sign::Good, format!("met, {applies} of {applies} hold")),
            Some(false) => State::new(Sign::Watch, format!("{holds} of {applies} hold")),
            None => State::new(Sign::Unknown, format!("{holds} of {applies} known to hold")),
        }
    }
}

/// How a standard stands in each project of which anything is known of it.
pub(super) async fn stands(
    ctx: &Context,
    standard: &str,
) -> Result<BTreeMap<String, Stand>, PageError> {
    let mut stands: BTreeMap<String, Stand> = BTreeMap::new();
    let prefixes = [
        facts::ENDORSED,
        facts::DECLARED,
        facts::ADOPTED,
        facts::REQUIREMENTS,
    ];
    for prefix in prefixes {
        let measure = format!("{prefix}{standard}");
        let found = ctx
            .store
            .project_figures(&measure, None, Rows::whole())
            .await?;
        for row in found.rows {
            let stand = stands.entry(row.project).or_default();
            let is = Some(row.value > 0.0);
            match prefix {
                facts::ENDORSED => stand.is_endorsed = is,
                facts::DECLARED => stand.is_declared = is,
                facts::ADOPTED => stand.is_met = is,
                _ => stand.holds = row.whole.map(|whole| (row.value, whole)),
            }
        }
    }
    Ok(stands)
}

/// An outcome of a requirement as a sign with words.
pub(super) fn outcome_state(outcome: Option<Outcome>) -> State {
    match outcome {
        Some(Outcome::Pass) => State::new(Sign::Good, "holds"),
        Some(Outcome::Fail) => State::new(Sign::Watch, "to mend"),
        Some(Outcome::NotApplicable) => State::new(Sign::Neutral, "does not apply"),
        Some(Outcome::Unknown) | None => State::new(Sign::Unknown, "unknown"),
    }
}

/// Where something stands in a repository at a commit, on a host whose addresses of lines are known; `at` is `file:line`.
pub(super) fn source(repository: &str, commit: &str, at: &str) -> Option<Href> {
    let base = repository.trim_end_matches('/').trim_end_matches(".git");
    let tree = match base.strip_prefix("https://")?.split('/').next()? {
        "github.com" => "blob",
        "gitlab.com" => "-/blob",
        _ => return None,
    };
    let (file, line) = match at.rsplit_once(':') {
        Some((file, line)) if line.parse::<u32>().is_ok() => (file, format!("#L{line}")),
        _ => (at, String::new()),
    };
    let file: Vec<String> = file.split('/').map(encode).collect();
    let file = file.join("/");
    Href::outside(&format!("{base}/{tree}/{}/{file}{line}", encode(commit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_addresses_on_hosts_that_are_known() {
        let check = |repository: &str, at: &str| match source(repository, "c0ffee", at) {
            Some(Href::Outside(address)) => address,
            _ => "none".to_owned(),
        };
        insta::assert_snapshot!(check("https://github.com/lab/x.git", ".github/workflows/a b.yml:12"), @"https://github.com/lab/x/blob/c0ffee/.github/workflows/a%20b.yml#L12");
        insta::assert_snapshot!(check("https://gitlab.com/lab/x/", "README"), @"https://gitlab.com/lab/x/-/blob/c0ffee/README");
        insta::assert_snapshot!(check("https://example.org/lab/x", "README:1"), @"none");
        insta::assert_snapshot!(check("javascript:x", "README:1"), @"none");
    }

    #[test]
    fn what_is_not_known_is_never_met() {
        let read = Stand {
            is_declared: Some(false),
            ..Stand::default()
        };
        assert_eq!(read.measured().words, "does not apply");
        let check = |is_met: Option<bool>, holds: Option<(f64, f64)>| {
            let stand = Stand {
                is_met,
                holds,
                ..Stand::default()
            };
            let state = stand.measured();
            format!("{} {}", state.sign.as_str(), state.words)
        };
        insta::assert_snapshot!(check(None, None), @"unknown not looked at");
        insta::assert_snapshot!(check(None, Some((3.0, 5.0))), @"unknown 3 of 5 known to hold");
        insta::assert_snapshot!(check(Some(false), Some((3.0, 5.0))), @"watch 3 of 5 hold");
        insta::assert_snapshot!(check(Some(true), Some((5.0, 5.0))), @"good met, 5 of 5 hold");
    }
}
