//! From what there is toward what is wanted: what is given at once, what goes up the ladder, and what a person has to do.

use crate::{
    diff::{About, Diff, Difference, Kind},
    plan::{Candidate, Rung, Step},
    right::{
        Held, Right, Rights,
        of_snapshot::{held, right_of},
    },
};

/// What leads toward what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toward {
    /// What is wanted and not there, or less than is wanted.
    pub grants: Vec<Step>,
    /// What is there and not wanted, or more than is wanted: it goes up the ladder as what nobody uses does.
    pub candidates: Vec<Candidate>,
    /// What no plan does, in words.
    pub left: Vec<String>,
}

impl Toward {
    /// What the drift between what there is and what is wanted asks for. `source` says where that stands.
    pub fn of(diff: &Diff, rights: &Rights, source: &str) -> Self {
        let mut toward = Self::default();
        let missing: Vec<&str> = diff
            .differences
            .iter()
            .filter(|it| it.kind == Kind::Missing)
            .filter_map(|it| match &it.about {
                About::Team(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        for difference in diff.drift() {
            match changed(difference) {
                Some((right, _)) if missing.contains(&team_of(&right)) => toward
                    .left
                    .push(format!("{}: somebody makes the team first", right.words())),
                Some(change) => toward.put(change, rights, source),
                None => {
                    toward
                        .left
                        .push(format!("{} {}", difference.kind.word(), difference.subject));
                }
            }
        }
        toward.left.sort();
        toward
    }

    fn put(&mut self, (right, wanted): (Right, Option<Held>), rights: &Rights, source: &str) {
        let found = rights.level(&right);
        if found == wanted {
            return;
        }
        let level = |it: Option<Held>| it.map_or("nothing", Held::id);
        let evidence = format!("wanted: {}, found: {}", level(wanted), level(found));
        if wanted > found {
            let reason = format!("it is wanted by {source}");
            let mut step = Step::new(Rung::Grant, right, (found, wanted), reason);
            step.evidence.push(evidence);
            step.put_concerned(rights);
            self.grants.push(step);
        } else {
            self.candidates.push(Candidate {
                reason: format!("it is more than {source} wants"),
                right,
                evidence: vec![evidence],
                keep: wanted,
            });
        }
    }
}

/// The right that a difference is about, and the level that it shall have; none where no plan changes it.
fn changed(difference: &Difference) -> Option<(Right, Option<Held>)> {
    let About::Given {
        resource,
        holder,
        role: None,
        wanted,
    } = &difference.about
    else {
        return None;
    };
    let right = right_of(holder, resource)?;
    let wanted = match wanted {
        Some(level) => Some(held(*level)?),
        None => None,
    };
    wanted
        .is_none_or(|it| right.allows(it))
        .then_some((right, wanted))
}

/// The team that a right is about; nothing where it is about none.
fn team_of(right: &Right) -> &str {
    match right {
        Right::TeamMembership { team, .. } | Right::TeamAccess { team, .. } => team,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desired::tests::{DESIRED, desired},
        diff::diff,
        right::of_snapshot::Read,
        snapshot::tests::sample,
    };

    fn check(wanted: &str) -> String {
        let snapshot = sample();
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        let diff = diff(&snapshot, &desired(wanted), now);
        let toward = Toward::of(&diff, &Read::of(&snapshot).rights, "lab.toml");
        let level = |it: Option<Held>| it.map_or("nothing", Held::id);
        let mut lines: Vec<String> = toward
            .grants
            .iter()
            .map(|it| {
                let (from, to) = (level(it.from), level(it.to));
                format!("given: {}: {from} to {to}", it.right.words())
            })
            .collect();
        lines.extend(toward.candidates.iter().map(|it| {
            let words = it.right.words();
            format!(
                "reduced: {words} to {} ({})",
                level(it.keep),
                it.evidence.join(", ")
            )
        }));
        lines.extend(toward.left.iter().map(|it| format!("left: {it}")));
        lines.join("\n")
    }

    #[test]
    fn what_is_wanted_is_given_and_the_rest_goes_up_the_ladder() {
        insta::assert_snapshot!(check(DESIRED), @r"
        given: github:dan in the organisation lab: nothing to member
        given: github:fay in the organisation lab: nothing to member
        given: github:robot by a grant of their own in the repository lab/array: nothing to write
        given: github:ben in the team lab/core: nothing to member
        given: github:dan in the team lab/gpu: nothing to member
        given: github:ben in the organisation lab: member to owner
        reduced: github:robot in the organisation lab to nothing (wanted: nothing, found: member)
        reduced: github:robot in the team lab/core to nothing (wanted: nothing, found: member)
        reduced: the team lab/core in the repository lab/array to write (wanted: write, found: maintain)
        left: github:ann in the team lab/release-managers: somebody makes the team first
        left: github:ann in the team lab/security: somebody makes the team first
        left: github:fay in the team lab/emeriti: somebody makes the team first
        left: higher organisation lab: what every member may do
        left: missing organisation lab: team lab/security: role security_manager
        left: missing repository lab/array: CODEOWNERS of `*`
        left: missing repository lab/array: CODEOWNERS of `kernels/`
        left: missing repository lab/array: rules of branch `~DEFAULT_BRANCH`
        left: missing team lab/emeriti
        left: missing team lab/release-managers
        left: missing team lab/security
        left: other organisation lab: a second factor is required
        left: other repository lab/array: environment release: reviewers
        left: surplus organisation lab: team lab/core: role security
        left: the team lab/release-managers in the repository lab/array: somebody makes the team first
        ");
        // Whom an exception allows less than they have keeps that much.
        let less = DESIRED.replace("level = \"admin\"", "level = \"triage\"");
        let kept = check(&less);
        let eve = kept.lines().filter(|it| it.contains(":eve "));
        insta::assert_snapshot!(eve.collect::<Vec<_>>().join("\n"), @"reduced: github:eve by a grant of their own in the repository lab/site to triage (wanted: triage, found: admin)");
    }
}
