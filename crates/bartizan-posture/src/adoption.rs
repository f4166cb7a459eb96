//! How the SPECs stand in a repository: what badges declare, and what the checks measured of each requirement.
//!
//! Declared and measured are two facts. Measured is the worst that a check of the SPEC says: met is only what holds as a
//! whole, and what could not be looked at is never met.

use std::collections::BTreeMap;

use bartizan_model::assessment::Outcome;

use crate::{
    check::Check, facts::Facts, judgement::Place, releases::made_elsewhere, report::Answer,
};

/// Drafts among the SPECs, as their pages said in June 2026.
const DRAFTS: [u32; 4] = [2, 3, 5, 9];

/// How one SPEC stands.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// Its number.
    pub number: u32,
    /// Where a badge declares it.
    pub declared: Option<Place>,
    /// Its requirements that can be asked for, in their order.
    pub requirements: Vec<Requirement>,
}

/// What was measured of one requirement.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The check that asks for it.
    pub check: &'static Check,
    /// The worst that it says.
    pub outcome: Outcome,
    /// What it says.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// How many things it says that are as bad.
    pub statements: usize,
    /// What would be needed to know, where it is not known.
    pub needs: Option<String>,
    /// Whether it was measured in the repository that releases are made from, and not in the leading one.
    pub is_of_release: bool,
}

impl Check {
    /// The number of the SPEC that it asks for: 8 of `8.2`.
    pub fn spec_number(&self) -> Option<u32> {
        let requirement = self.spec?;
        let number = requirement.split('.').next().unwrap_or(requirement);
        number.parse().ok()
    }

    /// The id of the SPEC that it asks for.
    pub fn standard(&self) -> Option<String> {
        self.spec_number().map(id)
    }
}

fn id(number: u32) -> String {
    format!("spec-{number}")
}

impl Adoption {
    /// The id of the SPEC, as standards are called: `spec-8`.
    pub fn id(&self) -> String {
        id(self.number)
    }

    /// Whether the SPEC was a draft when these checks were written. Where its own page is at hand, that counts.
    pub fn is_draft(&self) -> bool {
        DRAFTS.contains(&self.number)
    }

    /// How the SPEC stands as a whole.
    pub fn outcome(&self) -> Outcome {
        let outcomes = self.requirements.iter().map(|it| it.outcome);
        outcomes.fold(Outcome::NotApplicable, worse)
    }

    /// How many requirements have an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        let all = self.requirements.iter();
        all.filter(|it| it.outcome == outcome).count()
    }

    /// How many requirements arise.
    pub fn applicable(&self) -> usize {
        self.requirements
            .len()
            .saturating_sub(self.count(Outcome::NotApplicable))
    }
}

/// The worse of two outcomes: what fails weighs most, then what is not known, then what holds.
pub fn worse(one: Outcome, other: Outcome) -> Outcome {
    let order = [Outcome::Fail, Outcome::Unknown, Outcome::Pass];
    let mut either = order.into_iter().filter(|it| [one, other].contains(it));
    either.next().unwrap_or(Outcome::NotApplicable)
}

/// How every SPEC stands that a check asks for, by number.
pub fn adoptions(facts: &Facts, answers: &[Answer]) -> Vec<Adoption> {
    let declared = facts.declarations();
    let mut found: BTreeMap<u32, Adoption> = BTreeMap::new();
    for group in answers.chunk_by(|a, b| a.check.id == b.check.id) {
        let Some((number, requirement)) = of_check(group) else {
            continue;
        };
        let adoption = found.entry(number).or_insert_with(|| Adoption {
            number,
            declared: declared.get(&number).cloned(),
            requirements: Vec::new(),
        });
        adoption.requirements.push(requirement);
    }
    let mut adoptions: Vec<Adoption> = found.into_values().collect();
    for adoption in &mut adoptions {
        adoption.requirements.sort_by_key(|it| order(it.check));
    }
    adoptions
}

fn of_check(group: &[Answer]) -> Option<(u32, Requirement)> {
    let check = group.first()?.check;
    let number = check.spec_number()?;
    let outcomes = group.iter().map(|it| it.statement.outcome);
    let outcome = outcomes.fold(Outcome::NotApplicable, worse);
    let mut telling = group.iter().filter(|it| it.statement.outcome == outcome);
    let first = telling.next()?;
    let requirement = Requirement {
        check,
        outcome,
        message: first.statement.message.clone(),
        place: first.statement.places.first().cloned(),
        statements: telling.count().saturating_add(1),
        needs: first.statement.needs.clone(),
        is_of_release: false,
    };
    Some((number, requirement))
}

/// `8.2` stands before `8.10`.
fn order(check: &Check) -> (u32, u32, &'static str) {
    let text = check.spec.unwrap_or_default();
    let (number, part) = text.split_once('.').unwrap_or((text, ""));
    let read = |text: &str| text.parse().unwrap_or_default();
    (read(number), read(part), check.id)
}

/// What is known of a project whose releases are made from another repository, which the leading one names: a SPEC of which
/// it leaves something to the other is judged over both.
pub fn over_both(leading: Vec<Adoption>, name: &str, release: &[Adoption]) -> Vec<Adoption> {
    let left = made_elsewhere(name);
    let mut joined = leading;
    for adoption in &mut joined {
        let Some(other) = release.iter().find(|it| it.number == adoption.number) else {
            continue;
        };
        let of = |check: &Check| other.requirements.iter().find(|it| it.check.id == check.id);
        let leaves = |it: &Requirement| it.outcome == Outcome::NotApplicable && it.message == left;
        if !adoption.requirements.iter().any(leaves) {
            continue;
        }
        for requirement in &mut adoption.requirements {
            if let Some(other) = of(requirement.check)
                && worse(requirement.outcome, other.outcome) != requirement.outcome
            {
                *requirement = Requirement {
                    is_of_release: true,
                    ..other.clone()
                };
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        laboratory::{only, with},
        report::answers,
    };

    fn check(adoptions: &[Adoption]) -> String {
        let lines = adoptions.iter().map(|it| {
            format!(
                "{} {} of {} {:?}",
                it.id(),
                it.outcome(),
                it.count(Outcome::Pass),
                it.declared.as_ref().map(|place| (&place.file, place.line)),
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn adopted(facts: &Facts) -> Vec<Adoption> {
        adoptions(facts, &answers(facts))
    }

    #[test]
    fn a_repository_without_fault_meets_every_spec_and_one_fault_ends_that() {
        insta::assert_snapshot!(check(&adopted(&with(&[]))), @r#"
        spec-0 pass of 2 Some(("README.md", Some(4)))
        spec-1 pass of 2 None
        spec-2 pass of 1 Some(("README.md", Some(4)))
        spec-3 pass of 1 None
        spec-4 pass of 4 None
        spec-5 pass of 1 None
        spec-6 pass of 8 None
        spec-7 pass of 1 None
        spec-8 pass of 17 Some(("README.md", Some(4)))
        spec-9 pass of 2 None
        "#);
        let broken = with(&[
            (
                "README.md",
                "# Lab\n\n![SPEC](https://img.shields.io/badge/SPEC-0,8-green)\n",
            ),
            (
                ".github/workflows/label.yml",
                "on: push\njobs: {a: {steps: [{run: ls}]}}\n",
            ),
        ]);
        insta::assert_snapshot!(check(&adopted(&broken)), @r#"
        spec-0 pass of 2 Some(("README.md", Some(3)))
        spec-1 pass of 2 None
        spec-2 not_applicable of 0 None
        spec-3 pass of 1 None
        spec-4 pass of 4 None
        spec-5 pass of 1 None
        spec-6 pass of 8 None
        spec-7 pass of 1 None
        spec-8 fail of 16 Some(("README.md", Some(3)))
        spec-9 pass of 2 None
        "#);
    }

    #[test]
    fn releases_of_another_repository_are_judged_there() {
        let leading = only(&[
            ("pyproject.toml", "[project]\nname = 'x'\n"),
            (
                ".github/bartizan.toml",
                "publishes-elsewhere = \"lab/release\"\n",
            ),
            (
                ".github/workflows/w.yml",
                "on: push\npermissions: {}\njobs: {}\n",
            ),
        ]);
        let release = with(&[]);
        let of = |all: &[Adoption], number: u32| {
            let found = all.iter().find(|it| it.number == number).cloned();
            check(&found.into_iter().collect::<Vec<_>>())
        };
        let alone = adopted(&leading);
        insta::assert_snapshot!(of(&alone, 8), @"spec-8 unknown of 1 None");
        let both = over_both(alone.clone(), "lab/release", &adopted(&release));
        insta::assert_snapshot!(of(&both, 8), @"spec-8 unknown of 12 None");
        // Nothing of SPEC 0 is left to the other repository.
        assert_eq!(of(&both, 0), of(&alone, 0));
    }

    #[test]
    fn requirements_stand_in_their_order() {
        let all = adopted(&with(&[]));
        let eight = all.iter().find(|it| it.number == 8).unwrap();
        let ids: Vec<&str> = eight
            .requirements
            .iter()
            .filter_map(|it| it.check.spec)
            .collect();
        insta::assert_snapshot!(ids.join(" "), @"8.1 8.2 8.3 8.4 8.5 8.6 8.7 8.8 8.9 8.9 8.9 8.9 8.10 8.11 8.11 8.12 8.13");
    }
}
