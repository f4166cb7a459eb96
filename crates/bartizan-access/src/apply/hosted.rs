//! Rights at the hosting service: each is asked for by itself and set by itself.

use bartizan_formats::hosting::{self, Question, act::ActingHost, graph::GraphHost};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde::Deserialize;

use super::{Host, Observed};
use crate::{
    host,
    name::{Login, NameError, RepositoryName, TeamName},
    plan::Step,
    right::{Account, Held, Right, of_snapshot},
    snapshot::Level,
};

/// The hosting service. Notices and roles at an index are not its.
#[derive(Clone, Copy)]
pub struct Hosted<'a, T> {
    /// Asks and acts.
    pub host: &'a T,
}

#[derive(Deserialize)]
struct Membership {
    state: Option<String>,
    role: Option<String>,
}

#[derive(Deserialize)]
struct TeamHere {
    slug: String,
    permission: Option<String>,
}

#[derive(Deserialize)]
struct Key {
    read_only: bool,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
    invitee: Option<Named>,
    permissions: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    login: String,
}

#[derive(Deserialize)]
struct Installation {
    app_slug: String,
}

fn refused(why: &str) -> Unseen {
    Unseen::new(UnseenKind::Refused, why)
}

fn named<T>(name: Result<T, NameError>) -> Seen<T> {
    name.map_err(|error| refused(&error.to_string()))
}

fn login(account: &Account) -> Seen<Login> {
    named(Login::new(account.login()))
}

/// What is not there is none; what cannot be seen is an error.
fn absent<T>(seen: Seen<T>) -> Seen<Option<T>> {
    match seen {
        Ok(it) => Ok(Some(it)),
        Err(unseen) if unseen.kind == UnseenKind::Absent => Ok(None),
        Err(unseen) => Err(unseen),
    }
}

fn held(level: Option<Held>) -> Observed {
    Observed {
        level,
        offered: None,
    }
}

impl<T: GraphHost + ActingHost> Host for Hosted<'_, T> {
    type Error = Unseen;

    fn observe(&mut self, right: &Right) -> Seen<Observed> {
        match right {
            Right::Membership {
                organisation,
                account,
            } => self.membership(
                &["orgs", organisation, "memberships", account.login()],
                Held::Owner,
            ),
            Right::TeamMembership { team, account } => self.team_membership(team, account),
            Right::TeamAccess { team, repository } => self.team_access(team, repository),
            Right::Collaboration {
                repository,
                account,
            } => self.collaboration(repository, account),
            Right::DeployKey { repository, key } => {
                let repository = named(RepositoryName::new(repository))?;
                let id = key.to_string();
                let path = ["repos", repository.owner(), repository.name(), "keys", &id];
                let key: Option<Key> = self.one("a deploy key", &path)?;
                Ok(held(key.map(|it| {
                    if it.read_only {
                        Held::Read
                    } else {
                        Held::Write
                    }
                })))
            }
            Right::Token {
                organisation,
                token,
                ..
            } => {
                let path = ["orgs", organisation, "personal-access-tokens"];
                let all: Vec<Numbered> = self.all("tokens", &path, None)?;
                Ok(standing(all.iter().any(|it| it.id == *token)))
            }
            Right::Installation { organisation, app } => {
                let path = ["orgs", organisation, "installations"];
                let all: Vec<Installation> = self.all("apps", &path, Some("installations"))?;
                Ok(standing(
                    all.iter().any(|it| it.app_slug.eq_ignore_ascii_case(app)),
                ))
            }
            Right::Invitation {
                place, invitation, ..
            } => {
                let all = self.invitations(place)?;
                Ok(standing(all.iter().any(|it| it.id == *invitation)))
            }
            Right::IndexRole { .. } | Right::Notice { .. } => {
                Err(refused("the hosting service does not know of it"))
            }
        }
    }

    fn perform(&mut self, step: &Step, to: Option<Held>) -> Seen<()> {
        let action = match &step.right {
            Right::Membership {
                organisation,
                account,
            } => {
                let (organisation, login) = (named(Login::new(organisation))?, login(account)?);
                match to {
                    Some(held) => host::set_membership(&organisation, &login, level(held)),
                    None => host::remove_membership(&organisation, &login),
                }
            }
            Right::TeamMembership { team, account } => {
                let (team, login) = (named(TeamName::new(team))?, login(account)?);
                match to {
                    Some(held) => host::set_team_membership(&team, &login, level(held)),
                    None => host::remove_team_membership(&team, &login),
                }
            }
            Right::TeamAccess { team, repository } => {
                let team = named(TeamName::new(team))?;
                let repository = named(RepositoryName::new(repository))?;
                match to {
                    Some(held) => host::set_team_repository(&team, &repository, level(held)),
                    None => host::remove_team_repository(&team, &repository),
                }
            }
            Right::Collaboration {
                repository,
                account,
            } => {
                let repository = named(RepositoryName::new(repository))?;
                let Some(held) = to else {
                    return Err(refused("a collaborator is never removed"));
                };
                host::set_collaborator(&repository, &login(account)?, level(held))
            }
            right if to.is_none() => take_away(right)?,
            _ => return Err(refused("it cannot be given back by a program")),
        };
        let done = self.host.act(&action);
        if to.is_some() {
            return done.map(|_| ());
        }
        // What is gone already is as it shall be; whether it is, is looked at next.
        absent(done).map(|_| ())
    }
}

/// What is only ever taken away.
fn take_away(right: &Right) -> Seen<hosting::act::Action> {
    Ok(match right {
        Right::DeployKey { repository, key } => {
            host::remove_deploy_key(&named(RepositoryName::new(repository))?, *key)
        }
        Right::Token {
            organisation,
            token,
            ..
        } => host::revoke_token(&named(Login::new(organisation))?, *token),
        Right::Invitation {
            place, invitation, ..
        } => match RepositoryName::new(place) {
            Ok(repository) => host::cancel_repository_invitation(&repository, *invitation),
            Err(_) => host::cancel_invitation(&named(Login::new(place))?, *invitation),
        },
        _ => return Err(refused("the hosting service does not do that")),
    })
}

fn standing(is_there: bool) -> Observed {
    held(is_there.then_some(Held::Standing))
}

/// A level as the host calls it. A step has none that the host does not know.
fn level(held: Held) -> Level {
    Level::of_held(held).unwrap_or(Level::Read)
}

/// Why a level is none that a plan knows.
const OWN_ROLE: &str = "it is a role of the organisation's own now";

/// The level of a word of the host. A role of the organisation's own is none that a plan knows.
fn of_word(word: Option<&str>) -> Seen<Held> {
    let level = Level::of_repository(word.unwrap_or_default());
    let level = level.and_then(of_snapshot::held);
    level.ok_or_else(|| refused(OWN_ROLE))
}

impl<T: GraphHost> Hosted<'_, T> {
    fn one<A: serde::de::DeserializeOwned>(
        &self,
        about: &'static str,
        path: &[&str],
    ) -> Seen<Option<A>> {
        absent(hosting::one(self.host, &Question::new(about, path)))
    }

    fn all<A: serde::de::DeserializeOwned>(
        &self,
        about: &'static str,
        path: &[&str],
        key: Option<&str>,
    ) -> Seen<Vec<A>> {
        hosting::all(self.host, &Question::new(about, path).listed(), key)
    }

    fn membership(&self, path: &[&str], highest: Held) -> Seen<Observed> {
        let found: Option<Membership> = self.one("a membership", path)?;
        let Some(found) = found else {
            return Ok(Observed::default());
        };
        let is_highest = matches!(found.role.as_deref(), Some("admin" | "maintainer"));
        let level = Some(if is_highest { highest } else { Held::Member });
        Ok(match found.state.as_deref() {
            Some("pending") => Observed {
                level: None,
                offered: level,
            },
            _ => held(level),
        })
    }

    fn team_membership(&self, team: &str, account: &Account) -> Seen<Observed> {
        let team = named(TeamName::new(team))?;
        let (owner, name) = (team.owner(), team.name());
        let path = ["orgs", owner, "teams", name, "memberships", account.login()];
        let seen = self.membership(&path, Held::Maintainer)?;
        if seen.level.is_none() {
            return Ok(seen);
        }
        // Whoever is in a team within it counts there too: who is in it itself is asked otherwise.
        let level = host::level_in_team(self.host, &team, &login(account)?)?;
        Ok(held(level.and_then(of_snapshot::held)))
    }

    fn team_access(&self, team: &str, repository: &str) -> Seen<Observed> {
        let (team, repository) = (
            named(TeamName::new(team))?,
            named(RepositoryName::new(repository))?,
        );
        let path = ["repos", repository.owner(), repository.name(), "teams"];
        let all: Vec<TeamHere> = self.all("teams of a repository", &path, None)?;
        let here = all
            .iter()
            .find(|it| it.slug.eq_ignore_ascii_case(team.name()));
        let level = here
            .map(|it| of_word(it.permission.as_deref()))
            .transpose()?;
        Ok(held(level))
    }

    fn collaboration(&self, repository: &str, account: &Account) -> Seen<Observed> {
        let name = named(RepositoryName::new(repository))?;
        if let Some(given) = host::level_by_name(self.host, &name, &login(account)?)? {
            let (level, role) = given;
            let level = of_snapshot::held(level).filter(|_| role.is_none());
            return level.map(|it| held(Some(it))).ok_or_else(|| refused(OWN_ROLE));
        }
        let invited = self.invitations(repository)?;
        let mut invited = invited.iter().filter(|it| {
            let whom = it.invitee.as_ref();
            whom.is_some_and(|it| it.login.eq_ignore_ascii_case(account.login()))
        });
        let offered = invited.next().map(|it| of_word(it.permissions.as_deref()));
        Ok(Observed {
            level: None,
            offered: offered.transpose()?,
        })
    }

    fn invitations(&self, place: &str) -> Seen<Vec<Numbered>> {
        match RepositoryName::new(place) {
            Ok(name) => {
                let path = ["repos", name.owner(), name.name(), "invitations"];
                self.all("invitations", &path, None)
            }
            Err(_) => self.all("invitations", &["orgs", place, "invitations"], None),
        }
    }
}

#[cfg(test)]
mod tests;
