//! Planning until nothing new is learnt: what a plan chooses is looked into, and forbidden where it brings something in.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use bartizan_model::ecosystem::Package;
use bartizan_vulnerability::upgrade::{
    self, Budget, Change, Situation, Unfixed, UpgradePlan, Wishes,
};

use super::{answer::Price, libraries::Libraries};
use crate::{
    error::{Failure, chain},
    releases::Releases,
};

/// After so long the search gives up, and says so.
const LONGEST: Duration = Duration::from_mins(2);

/// How often it is planned again for what was seen in the wheels that were chosen. Each round looks into wheels that no
/// round before looked into.
const MOST_ROUNDS: usize = 24;

/// What planning is done with, again and again.
pub(super) struct Rounds<'a> {
    pub(super) situation: &'a Situation,
    pub(super) wishes: &'a Wishes,
    pub(super) releases: &'a Releases<'a>,
    pub(super) libraries: &'a Libraries<'a>,
    /// Packages that the target needs and does not list.
    pub(super) undecided: &'a BTreeSet<Package>,
}

impl Rounds<'_> {
    /// Plans. A release that is chosen and was not looked into for its libraries is looked into, and then it is planned
    /// again.
    pub(super) fn plan(&self) -> Result<UpgradePlan, Failure> {
        let start = Instant::now();
        let budget = Budget {
            is_over: &|| start.elapsed() > LONGEST,
            ..Budget::generous()
        };
        let plan = || {
            let plan = upgrade::plan(
                self.situation,
                self.wishes,
                self.releases,
                self.libraries,
                budget,
            );
            plan.map_err(|error| Failure::data(chain(&error)))
        };
        let mut planned = plan()?;
        let mut rounds = 0;
        while self.libraries.verify(&planned, self.undecided) && rounds < MOST_ROUNDS {
            planned = plan()?;
            rounds += 1;
        }
        let is_decided =
            |change: &Change| change.from.is_some() || !self.undecided.contains(&change.package);
        planned.changes.retain(is_decided);
        Ok(planned)
    }

    /// What could be removed as well if nothing were forbidden for what comes in with it.
    pub(super) fn price(&self, plan: &UpgradePlan) -> Result<Option<Price>, Failure> {
        if plan.unfixed.is_empty() || !self.libraries.forbids_any() {
            return Ok(None);
        }
        self.libraries.forbid_new(false);
        let other = self.plan();
        self.libraries.forbid_new(true);
        let other = other?;
        let stays = |one: &&Unfixed| {
            let mut unfixed = other.unfixed.iter();
            unfixed.any(|it| (&it.package, &it.group) == (&one.package, &one.group))
        };
        let removes = plan.unfixed.iter().filter(|one| !stays(one));
        let removes: Vec<String> = removes
            .map(|one| format!("{} in {} {}", one.group, one.package, one.version))
            .collect();
        Ok((!removes.is_empty()).then(|| Price {
            removes,
            brings_in: self.libraries.brought_in(&other),
            changes: other.changes,
        }))
    }
}
