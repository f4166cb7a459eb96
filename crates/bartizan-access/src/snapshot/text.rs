//! A snapshot as text, and its name.

use bartizan_formats::digest::Digest;
use bartizan_model::problem::Problem;
use thiserror::Error;

use super::Snapshot;

/// The largest snapshot that is read. One of 2,000 people, 200 teams and 500 repositories has about 3 megabytes.
pub const LARGEST: usize = 64 << 20;

/// The only version there is.
pub(super) const VERSION: u32 = 1;

/// The most entries of one list. The largest organisations that live in the open have some ten thousand people.
const MOST: usize = 500_000;

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 50;

/// Why a snapshot cannot be read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It is larger than any.
    #[error("the snapshot is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is no JSON, or not of this shape.
    #[error("not a snapshot of access")]
    Shape(#[source] serde_json::Error),
    /// It is of another version.
    #[error("snapshots of the version {found} are not known")]
    Version {
        /// Its version.
        found: u32,
    },
    /// It holds more of something than any.
    #[error("the snapshot holds more {what} than any")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
}

impl Snapshot {
    /// Reads a snapshot, and says what in it does not fit together. It is sorted, whatever order it had.
    pub fn read(bytes: &[u8]) -> Result<(Self, Vec<Problem>), SnapshotError> {
        if bytes.len() > LARGEST {
            return Err(SnapshotError::TooLarge);
        }
        let mut snapshot: Self = serde_json::from_slice(bytes).map_err(SnapshotError::Shape)?;
        if snapshot.version != VERSION {
            return Err(SnapshotError::Version {
                found: snapshot.version,
            });
        }
        snapshot.check_counts()?;
        snapshot.sort();
        let problems = snapshot.problems();
        Ok((snapshot, problems))
    }

    /// The snapshot as a file holds it: sorted, in one line.
    pub fn to_text(&self) -> String {
        let mut sorted = self.clone();
        sorted.sort();
        // Texts, lists and numbers can always be written.
        let text = serde_json::to_string(&sorted).unwrap_or_default();
        text + "\n"
    }

    /// What names it: the digest of its text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_text().as_bytes())
    }

    fn check_counts(&self) -> Result<(), SnapshotError> {
        let counts = [
            ("organisations", self.organisations.len()),
            ("people", self.people.len()),
            ("teams", self.teams.len()),
            ("repositories", self.repositories.len()),
            ("assignments", self.assignments.len()),
            ("invitations", self.invitations.len()),
            ("deploy keys", self.deploy_keys.len()),
            ("apps", self.apps.len()),
            ("tokens", self.tokens.len()),
            ("environments", self.environments.len()),
            ("rules", self.rules.len()),
            ("secrets", self.secrets.len()),
            ("entries", self.entries.len()),
            ("lines of what was not read", self.unread.len()),
        ];
        match counts.iter().find(|(_, count)| *count > MOST) {
            Some((what, _)) => Err(SnapshotError::TooMany { what }),
            None => Ok(()),
        }
    }

    /// What does not fit together: names that nobody and nothing has, levels that a resource does not know, names that are
    /// there twice.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut complain = |subject: String, message: &str| {
            if problems.len() < MOST_PROBLEMS {
                problems.push(Problem::new(subject, message));
            }
        };
        for (one, other) in self.teams.iter().zip(self.teams.iter().skip(1)) {
            if one.name == other.name {
                complain(one.name.to_string(), "the team is there twice");
            }
        }
        for (one, other) in self
            .repositories
            .iter()
            .zip(self.repositories.iter().skip(1))
        {
            if one.name == other.name {
                complain(one.name.to_string(), "the repository is there twice");
            }
        }
        for team in &self.teams {
            if team
                .parent
                .as_ref()
                .is_some_and(|it| self.team(it).is_none())
            {
                complain(
                    team.name.to_string(),
                    "the team is part of one that is not there",
                );
            }
        }
        for given in &self.assignments {
            if !given.level.fits(&given.resource) {
                complain(given.resource.to_string(), "there is no such level of it");
            }
            if !self.has_holder(&given.holder) {
                complain(given.holder.to_string(), "holds something and is not there");
            }
            if !self.has_resource(&given.resource) {
                complain(given.resource.to_string(), "is held and is not there");
            }
        }
        problems.sort();
        problems.dedup();
        problems
    }

    fn has_holder(&self, holder: &super::Holder) -> bool {
        match holder {
            super::Holder::Person(login) => self.person(login).is_some(),
            super::Holder::Team(team) => self.team(team).is_some(),
        }
    }

    fn has_resource(&self, resource: &super::Resource) -> bool {
        match resource {
            super::Resource::Organisation(name) => self.organisation(name.as_str()).is_some(),
            super::Resource::Team(name) => self.team(name).is_some(),
            super::Resource::Repository(name) => self.repository(name).is_some(),
            super::Resource::Entry(..) => false,
        }
    }
}
