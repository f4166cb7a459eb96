//! Rights at the hosting service: each is asked for by itself and set by itself.

use bartizan_formats::hosting::{self, Host as Asking, Question, act::ActingHost};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde::Deserialize;

use super::{Host, Observed};
use crate::{
    host,
    name::{Login, NameError, RepositoryName, TeamName},
    plan::Step,
    right::{Account, Held, Right},
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
struct Collaborator {
    login: String,
    role_name: Option<String>,
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

impl<T: Asking + ActingHost> Host for Hosted<'_, T> {
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
            Right::TeamMembership { team, account } => {
                let team = named(TeamName::new(team))?;
                let (owner, name) = (team.owner(), team.name());
                let path = ["orgs", owner, "teams", name, "memberships", account.login()];
                self.membership(&path, Held::Maintainer)
            }
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
                    Some(held) => {
                        host::set_team_repository(&team, &repository, (level(held), None))
                    }
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
                host::set_collaborator(&repository, &login(account)?, (level(held), None))
            }
            right if to.is_none() => take_away(right)?,
            _ => return Err(refused("it cannot be given back by a program")),
        };
        // What is gone already is as it shall be; whether it is, is looked at next.
        absent(self.host.act(&action)).map(|_| ())
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

fn level(held: Held) -> Level {
    match held {
        Held::Given | Held::Standing | Held::Read => Level::Read,
        Held::Triage => Level::Triage,
        Held::Write => Level::Write,
        Held::Maintain => Level::Maintain,
        Held::Admin => Level::Admin,
        Held::Member => Level::Member,
        Held::Maintainer => Level::Maintainer,
        Held::Owner => Level::Owner,
    }
}

/// The level of a word of the host. A role of the organisation's own is none that a plan knows.
fn of_word(word: Option<&str>) -> Seen<Held> {
    Ok(match Level::of_repository(word.unwrap_or_default()) {
        Some(Level::Read) => Held::Read,
        Some(Level::Triage) => Held::Triage,
        Some(Level::Write) => Held::Write,
        Some(Level::Maintain) => Held::Maintain,
        Some(Level::Admin) => Held::Admin,
        _ => return Err(refused("it is a role of the organisation's own now")),
    })
}

impl<T: Asking> Hosted<'_, T> {
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
        let path = ["repos", name.owner(), name.name(), "collaborators"];
        let question = Question::new("collaborators", &path).listed();
        let direct = question.asking("affiliation=direct");
        let all: Vec<Collaborator> = hosting::all(self.host, &direct, None)?;
        let is_meant = |login: &str| login.eq_ignore_ascii_case(account.login());
        if let Some(here) = all.iter().find(|it| is_meant(&it.login)) {
            return Ok(held(Some(of_word(here.role_name.as_deref())?)));
        }
        let invited = self.invitations(repository)?;
        let mut invited = invited.iter().filter(|it| {
            let invitee = it.invitee.as_ref();
            invitee.is_some_and(|it| is_meant(&it.login))
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
mod tests {
    use std::cell::RefCell;

    use bartizan_formats::hosting::act::{Action, Done};
    use serde_json::{Value, json};

    use super::*;
    use crate::plan::{
        Rung,
        tests::{collaboration, in_team, membership, step, team_access},
    };

    /// Answers from a table, and remembers what it was asked to do.
    #[derive(Default)]
    struct Table {
        answers: Vec<(&'static str, Value)>,
        done: RefCell<Vec<String>>,
    }

    // The catalogue of hosts wants them shared between threads; a test is one.
    struct Shared(std::sync::Mutex<Table>);

    impl Asking for Shared {
        fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
            let table = self.0.lock().unwrap();
            let shown = question.shown();
            let found = table.answers.iter().find(|(path, _)| shown.ends_with(path));
            let absent = || Unseen::new(UnseenKind::Absent, shown.clone());
            found
                .map(|(_, answer)| vec![answer.clone()])
                .ok_or_else(absent)
        }
    }

    impl ActingHost for Shared {
        fn act(&self, action: &Action) -> Seen<Done> {
            let table = self.0.lock().unwrap();
            let body = action.body.as_ref().map(ToString::to_string);
            let line = format!(
                "{} {} {}",
                action.method.word(),
                action.path.join("/"),
                body.unwrap_or_default()
            );
            table.done.borrow_mut().push(line.trim().to_owned());
            let answer = Value::Null;
            Ok(Done {
                status: 204,
                answer,
            })
        }
    }

    fn check(right: &Right, answers: &[(&'static str, Value)]) -> String {
        let table = Table {
            answers: answers.to_vec(),
            ..Table::default()
        };
        let host = Shared(std::sync::Mutex::new(table));
        match (Hosted { host: &host }).observe(right) {
            Ok(seen) => {
                let level = |it: Option<Held>| it.map_or("none", Held::id);
                format!("{}, offered {}", level(seen.level), level(seen.offered))
            }
            Err(unseen) => unseen.why,
        }
    }

    #[test]
    fn what_is_seen() {
        let dan = membership("dan");
        insta::assert_snapshot!(check(&dan, &[]), @"none, offered none");
        insta::assert_snapshot!(check(&dan, &[("orgs/lab/memberships/dan", json!({"state": "active", "role": "admin"}))]), @"owner, offered none");
        insta::assert_snapshot!(check(&dan, &[("orgs/lab/memberships/dan", json!({"state": "pending", "role": "member"}))]), @"none, offered member");
        insta::assert_snapshot!(check(&in_team("gpu", "dan"), &[("orgs/lab/teams/gpu/memberships/dan", json!({"state": "active", "role": "maintainer"}))]), @"maintainer, offered none");
        insta::assert_snapshot!(check(&team_access("gpu", "array"), &[("repos/lab/array/teams", json!([{"slug": "gpu", "permission": "push"}]))]), @"write, offered none");
        insta::assert_snapshot!(check(&team_access("gpu", "array"), &[("repos/lab/array/teams", json!([{"slug": "gpu", "permission": "cleaner"}]))]), @"it is a role of the organisation's own now");
        insta::assert_snapshot!(check(&collaboration("array", "fay"), &[("repos/lab/array/collaborators?affiliation=direct", json!([{"login": "Fay", "role_name": "triage"}]))]), @"repos/lab/array/collaborators");
    }

    #[test]
    fn what_is_done() {
        let host = Shared(std::sync::Mutex::new(Table::default()));
        let mut hosted = Hosted { host: &host };
        let mut perform = |right: Right, to: Option<Held>| {
            let step = step(Rung::Downgrade, right, Some(Held::Write), to);
            hosted.perform(&step, to).map_err(|it| it.why)
        };
        perform(membership("dan"), Some(Held::Member)).unwrap();
        perform(membership("dan"), None).unwrap();
        perform(in_team("gpu", "dan"), None).unwrap();
        perform(team_access("gpu", "array"), Some(Held::Read)).unwrap();
        perform(collaboration("array", "fay"), Some(Held::Read)).unwrap();
        perform(
            Right::DeployKey {
                repository: "lab/site".to_owned(),
                key: 7,
            },
            None,
        )
        .unwrap();
        insta::assert_snapshot!(perform(collaboration("array", "fay"), None).unwrap_err(), @"a collaborator is never removed");
        insta::assert_snapshot!(perform(Right::DeployKey { repository: "lab/site".to_owned(), key: 7 }, Some(Held::Read)).unwrap_err(), @"it cannot be given back by a program");
        insta::assert_snapshot!(host.0.lock().unwrap().done.borrow().join("\n"), @r#"
        PUT orgs/lab/memberships/dan {"role":"member"}
        DELETE orgs/lab/memberships/dan
        DELETE orgs/lab/teams/gpu/memberships/dan
        PUT orgs/lab/teams/gpu/repos/lab/array {"permission":"pull"}
        PUT repos/lab/array/collaborators/fay {"permission":"pull"}
        DELETE repos/lab/site/keys/7
        "#);
    }
}
