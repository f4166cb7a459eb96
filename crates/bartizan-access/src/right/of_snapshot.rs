//! What a snapshot says, as rights that plans speak of.

use std::collections::BTreeSet;

use super::{Account, Held, Right, Rights};
use crate::{
    invariant::Environment,
    name::Login,
    snapshot::{Assignment, EntryKind, Holder, Invited, Level, Resource, Snapshot},
};

/// The rights of a snapshot, with what of it plans cannot speak of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// The rights.
    pub rights: Rights,
    /// Environments with reviewers.
    pub environments: Vec<Environment>,
    /// Programs, as the host says.
    pub bots: BTreeSet<Account>,
    /// What is left out, in words, sorted: roles that the owner of a resource defined, levels that mean nothing by themselves.
    pub left_out: Vec<String>,
}

impl Read {
    /// Reads a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut read = Self::default();
        for given in &snapshot.assignments {
            match of_assignment(given) {
                Some((right, held)) => read.rights.set(right, Some(held)),
                None => read.left_out.push(format!(
                    "{} on {} as {}",
                    given.holder, given.resource, given.level
                )),
            }
        }
        for team in &snapshot.teams {
            if let Some(parent) = &team.parent {
                read.rights.put_into(team.name.as_str(), parent.as_str());
            }
        }
        let bots = snapshot.people.iter().filter(|it| it.is_bot);
        read.bots = bots.filter_map(|it| hosted(&it.login)).collect();
        read.put_credentials(snapshot);
        read.put_entries(snapshot);
        read.put_environments(snapshot);
        read.left_out.sort();
        read.left_out.dedup();
        read
    }

    fn put_credentials(&mut self, snapshot: &Snapshot) {
        for key in snapshot.deploy_keys.iter().filter(|it| it.is_enabled) {
            let right = Right::DeployKey {
                repository: key.repository.to_string(),
                key: key.id,
            };
            let held = if key.can_write {
                Held::Write
            } else {
                Held::Read
            };
            self.rights.set(right, Some(held));
        }
        for token in snapshot.tokens.iter().filter(|it| !it.is_expired) {
            let Some(account) = hosted(&token.person) else {
                continue;
            };
            let right = Right::Token {
                organisation: token.organisation.to_string(),
                token: token.id,
                account,
            };
            self.rights.set(right, Some(Held::Standing));
        }
        for app in snapshot.apps.iter().filter(|it| it.suspended.is_none()) {
            let right = Right::Installation {
                organisation: app.organisation.to_string(),
                app: app.slug.to_string(),
            };
            self.rights.set(right, Some(Held::Standing));
        }
        for invitation in &snapshot.invitations {
            let Some(id) = invitation.id else {
                continue;
            };
            let account = match &invitation.invited {
                Invited::Login(login) => hosted(login),
                Invited::Address => None,
            };
            let right = Right::Invitation {
                place: invitation.resource.name().to_owned(),
                invitation: id,
                account,
            };
            self.rights.set(right, Some(Held::Standing));
        }
    }

    fn put_entries(&mut self, snapshot: &Snapshot) {
        let packages = snapshot.entries.iter();
        for entry in packages.filter(|it| it.kind == EntryKind::Package) {
            for holder in &entry.holders {
                let account = match &holder.login {
                    Some(login) => hosted(login),
                    None => format!("pypi:{}", holder.account).parse().ok(),
                };
                let held = match holder.level {
                    Level::Owner => Held::Owner,
                    _ => Held::Maintainer,
                };
                let Some(account) = account else {
                    continue;
                };
                let project = entry.name.to_string();
                self.rights
                    .set(Right::IndexRole { project, account }, Some(held));
            }
        }
    }

    fn put_environments(&mut self, snapshot: &Snapshot) {
        let environments = snapshot.environments.iter();
        let reviewed = environments.filter(|it| !it.reviewers.is_empty());
        let read = reviewed.map(|environment| {
            let mut of = Environment {
                repository: environment.repository.to_string(),
                name: environment.name.to_string(),
                accounts: BTreeSet::new(),
                teams: BTreeSet::new(),
            };
            for reviewer in &environment.reviewers {
                match reviewer {
                    Holder::Person(login) => of.accounts.extend(hosted(login)),
                    Holder::Team(team) => of.teams.extend([team.to_string()]),
                }
            }
            of
        });
        self.environments = read.collect();
    }
}

/// The account of a login. Every login of a snapshot is one.
pub fn hosted(login: &Login) -> Option<Account> {
    Account::hosted(login.as_str()).ok()
}

fn of_assignment(given: &Assignment) -> Option<(Right, Held)> {
    // A role of the organisation's own could not be put back.
    if given.role.is_some() {
        return None;
    }
    let held = held(given.level)?;
    let right = right_of(&given.holder, &given.resource)?;
    right.allows(held).then_some((right, held))
}

/// The right that somebody has to something that they were given.
pub(crate) fn right_of(holder: &Holder, resource: &Resource) -> Option<Right> {
    Some(match (holder, resource) {
        (Holder::Person(login), Resource::Organisation(name)) => Right::Membership {
            organisation: name.to_string(),
            account: hosted(login)?,
        },
        (Holder::Person(login), Resource::Team(team)) => Right::TeamMembership {
            team: team.to_string(),
            account: hosted(login)?,
        },
        (Holder::Person(login), Resource::Repository(name)) => Right::Collaboration {
            repository: name.to_string(),
            account: hosted(login)?,
        },
        (Holder::Team(team), Resource::Repository(name)) => Right::TeamAccess {
            team: team.to_string(),
            repository: name.to_string(),
        },
        _ => return None,
    })
}

/// A level as plans call it; nothing is none.
pub(crate) fn held(level: Level) -> Option<Held> {
    Some(match level {
        Level::Nothing => return None,
        Level::Read => Held::Read,
        Level::Triage => Held::Triage,
        Level::Write => Held::Write,
        Level::Maintain => Held::Maintain,
        Level::Admin => Held::Admin,
        Level::Member => Held::Member,
        Level::Maintainer => Held::Maintainer,
        Level::Owner => Held::Owner,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::tests::sample;

    #[test]
    fn a_snapshot_becomes_rights() {
        let read = Read::of(&sample());
        let mut lines: Vec<String> = read
            .rights
            .all()
            .map(|(right, held)| format!("{}: {}", right.words(), held.id()))
            .collect();
        lines.extend(read.left_out.iter().map(|it| format!("left out: {it}")));
        let environments = read.environments.iter();
        lines.extend(environments.map(|it| format!("{it:?}")));
        insta::assert_snapshot!(lines.join("\n"), @r#"
        github:ann in the organisation lab: owner
        github:ben in the organisation lab: member
        github:robot in the organisation lab: member
        github:robot in the team lab/core: member
        github:ben in the team lab/gpu: maintainer
        the team lab/core in the repository lab/array: maintain
        the team lab/gpu in the repository lab/array: triage
        github:eve by a grant of their own in the repository lab/site: admin
        the deploy key 5 of the repository lab/site: write
        github:eve in the project array of the package index: owner
        pypi:zoe in the project array of the package index: maintainer
        left out: team lab/core on organisation lab as nothing
        Environment { repository: "lab/array", name: "release", accounts: {Account("github:ann")}, teams: {"lab/core"} }
        "#);
    }
}
