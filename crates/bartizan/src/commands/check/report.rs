//! What is told of a repository, whatever the format.

use std::path::Path;

use bartizan_model::{Timestamp, assessment::Outcome, severity::SeverityLevel};
use bartizan_posture::{
    facts::Facts,
    report::{Answer, answers},
};
use jiff::{civil::Date, tz::TimeZone};

use super::import::{Also, Import};
use super::online::Asked;
use crate::{context::Context, exit::Exit};

/// What was looked at, and when.
pub(super) struct Checkout<'a> {
    /// The directory, as it was named.
    pub(super) directory: &'a Path,
    /// The commit that is checked out, where it is known.
    pub(super) commit: Option<String>,
    /// The moment that counts as now.
    pub(super) now: Timestamp,
    /// What was asked of code host and index, where they were asked.
    pub(super) asked: Option<Asked>,
}

/// What is told of a repository.
pub(super) struct CheckReport {
    /// The directory, as it was named.
    pub(super) directory: String,
    /// The commit that is checked out, where it is known.
    pub(super) commit: Option<String>,
    /// The moment that counts as now.
    pub(super) now: Timestamp,
    /// The answers: failing ones first, the worst of them at the head.
    pub(super) told: Vec<Told>,
    /// The SPECs that badges declare.
    pub(super) declared: Vec<u32>,
    /// What other tools say, in the order in which their reports were named.
    pub(super) imports: Vec<Import>,
    /// From which severity a finding counts.
    pub(super) threshold: SeverityLevel,
    /// What was asked of code host and index, where they were asked.
    pub(super) asked: Option<Asked>,
}

/// One answer.
pub(super) struct Told {
    pub(super) answer: Answer,
    /// Why the settings ignore it.
    pub(super) ignored: Option<String>,
    /// What other tools call the same finding.
    pub(super) also: Vec<Also>,
}

impl Told {
    pub(super) fn outcome(&self) -> Outcome {
        self.answer.statement.outcome
    }

    /// Whether it fails, and no setting ignores it.
    pub(super) fn is_live(&self) -> bool {
        self.outcome() == Outcome::Fail && self.ignored.is_none()
    }

    /// The first place where it was seen.
    pub(super) fn file_and_line(&self) -> Option<(&str, Option<u32>)> {
        let place = self.answer.statement.places.first()?;
        Some((&place.file, place.line))
    }
}

impl CheckReport {
    pub(super) fn new(
        ctx: &Context,
        facts: &Facts,
        checkout: Checkout<'_>,
        only: &[String],
        fail_on: Option<SeverityLevel>,
    ) -> Self {
        let today = checkout.now.to_zoned(TimeZone::UTC).date();
        let reason = |answer: &Answer| match answer.statement.outcome {
            Outcome::Fail => ignored(ctx, answer.check.id, today),
            _ => None,
        };
        let is_wanted =
            |answer: &Answer| only.is_empty() || only.iter().any(|id| id == answer.check.id);
        let answers = answers(facts).into_iter().filter(is_wanted);
        let mut told: Vec<Told> = answers
            .map(|answer| Told {
                ignored: reason(&answer),
                answer,
                also: Vec::new(),
            })
            .collect();
        let rank = |it: &Told| match it.outcome() {
            Outcome::Fail => 0,
            Outcome::Unknown => 1,
            Outcome::Pass => 2,
            Outcome::NotApplicable => 3,
        };
        told.sort_by_key(|it| {
            (
                rank(it),
                std::cmp::Reverse(it.answer.severity()),
                it.answer.check.id,
            )
        });
        Self {
            directory: checkout.directory.display().to_string(),
            commit: checkout.commit,
            now: checkout.now,
            told,
            declared: facts.declared_specs().into_iter().collect(),
            imports: Vec::new(),
            threshold: fail_on.unwrap_or(ctx.settings.fail_on),
            asked: checkout.asked,
        }
    }

    /// Those of an outcome.
    pub(super) fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Told> {
        self.told.iter().filter(move |it| it.outcome() == outcome)
    }

    /// How many checks, not statements, have an outcome at worst; ignored failures count apart.
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        let mut ids: Vec<&str> = self.of(outcome).map(|it| it.answer.check.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if outcome != Outcome::Fail {
            ids.retain(|id| !self.of(Outcome::Fail).any(|it| it.answer.check.id == *id));
        }
        ids.len()
    }

    /// Whether a finding reaches the threshold.
    pub(super) fn counts(&self, told: &Told) -> bool {
        told.is_live() && told.answer.severity() >= self.threshold
    }

    pub(super) fn exit(&self) -> Exit {
        if self.asked.as_ref().is_some_and(Asked::is_out_of_reach) {
            return Exit::Data;
        }
        let of_peers = self.of_peers().any(|it| self.counts_peer(it));
        if of_peers || self.told.iter().any(|it| self.counts(it)) {
            return Exit::Findings;
        }
        Exit::Clean
    }

    /// What is counted, in one sentence.
    pub(super) fn summary(&self) -> String {
        let ignored = self.told.iter().filter(|it| it.ignored.is_some()).count();
        let mut text = format!(
            "Of {} checks {} pass, {} fail, {} cannot be told{}, {} do not apply.",
            Outcome::ALL
                .into_iter()
                .map(|it| self.count(it))
                .sum::<usize>(),
            self.count(Outcome::Pass),
            self.count(Outcome::Fail),
            self.count(Outcome::Unknown),
            if self.asked.is_some() {
                ""
            } else {
                " from a checkout"
            },
            self.count(Outcome::NotApplicable),
        );
        if ignored > 0 {
            text += &format!(" {ignored} findings are ignored.");
        }
        text
    }
}

/// Why the settings ignore findings of an id, if they do today.
pub(crate) fn ignored(ctx: &Context, id: &str, today: Date) -> Option<String> {
    let mut ignores = ctx.settings.ignores.iter();
    let ignore = ignores.find(|it| {
        let is_current = it.expires.is_none_or(|day| day >= today);
        it.package.is_none() && is_current && it.id == id
    });
    ignore.map(|it| it.reason.clone())
}
