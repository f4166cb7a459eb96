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
                Some((right, _)) if missing.contains(&team_of(&right)) => toward.left.push(format!(
                    "{}: somebody makes the team first",
                    right.words()
                )),
                Some(change) => toward.put(change, rights, source),
                None => toward.left.push(format!(
                    "{} {}",
                    difference.kind.word(),
                    difference.subject
                )),
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
