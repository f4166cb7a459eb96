//! The hosting service's interface over an organisation in memory, as far as plans use it: what is asked is answered as the service
//! answers it, and changes have the effects that they have there.

use std::sync::Mutex;

use bartizan_formats::hosting::{
    Host as Asking, Question,
    act::{ActingHost, Action, Done, Method},
};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde_json::{Value, json};

use super::{
    Host as _,
    fake::{Death, Fake},
};
use crate::{
    plan::{Rung, tests::step},
    right::{Account, Held, Right},
};

/// The service.
pub(crate) struct Service(pub(crate) Mutex<Fake>);

impl Service {
    pub(crate) fn of(fake: Fake) -> Self {
        Self(Mutex::new(fake))
    }

    pub(crate) fn dies(&self, death: Option<Death>) {
        self.0.lock().unwrap().dies = death;
    }
}

fn account(login: &str) -> Account {
    Account::hosted(login).unwrap()
}

fn membership(organisation: &str, login: &str) -> Right {
    Right::Membership {
        organisation: organisation.to_owned(),
        account: account(login),
    }
}

fn team_membership(organisation: &str, team: &str, login: &str) -> Right {
    Right::TeamMembership {
        team: format!("{organisation}/{team}"),
        account: account(login),
    }
}

/// The words of the service for levels of repositories: of collaborators and of what is sent.
const WORDS: [(&str, &str, Held); 5] = [
    ("read", "pull", Held::Read),
    ("triage", "triage", Held::Triage),
    ("write", "push", Held::Write),
    ("maintain", "maintain", Held::Maintain),
    ("admin", "admin", Held::Admin),
];

fn word(held: Held) -> &'static str {
    WORDS.iter().find(|it| it.2 == held).unwrap().0
}

fn sent(body: Option<&Value>) -> Held {
    let said = body.unwrap()["permission"].as_str().unwrap();
    WORDS.iter().find(|it| it.1 == said).unwrap().2
}

impl Asking for Service {
    #[expect(clippy::too_many_lines, reason = "a table of what is asked")]
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let mut fake = self.0.lock().unwrap();
        let absent = || Unseen::new(UnseenKind::Absent, "404");
        let shown = question.shown();
        let path = shown.split('?').next().unwrap().trim_start_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        let one = |right: &Right, fake: &mut Fake, highest: &str| {
            let seen = fake.observe(right).unwrap();
            let role = |held: Held| {
                if held > Held::Member {
                    highest
                } else {
                    "member"
                }
            };
            match (seen.level, seen.offered) {
                (Some(held), _) => Ok(vec![json!({"state": "active", "role": role(held)})]),
                (None, Some(held)) => Ok(vec![json!({"state": "pending", "role": role(held)})]),
                (None, None) => Err(absent()),
            }
        };
        match parts.as_slice() {
            ["orgs", organisation, "memberships", login] => {
                one(&membership(organisation, login), &mut fake, "admin")
            }
            ["orgs", organisation, "teams", team, "memberships", login] => one(
                &team_membership(organisation, team, login),
                &mut fake,
                "maintainer",
            ),
            ["repos", owner, name, what @ ("teams" | "collaborators")] => {
                let place = format!("{owner}/{name}");
                let here = fake
                    .rights
                    .all()
                    .filter(|(right, _)| right.place() == place);
                let listed = here.filter_map(|(right, held)| match right {
                    Right::TeamAccess { team, .. } if *what == "teams" => {
                        let said = WORDS.iter().find(|it| it.2 == held).unwrap().1;
                        let slug = team.split_once('/').unwrap().1;
                        Some(json!({"slug": slug, "permission": said}))
                    }
                    Right::Collaboration { account, .. } if *what == "collaborators" => Some(
                        json!({"login": account.login().to_uppercase(), "role_name": word(held)}),
                    ),
                    _ => None,
                });
                Ok(vec![Value::Array(listed.collect())])
            }
            ["repos", owner, name, "invitations"] => {
                let place = format!("{owner}/{name}");
                let offered = fake
                    .offered
                    .iter()
                    .filter(|(right, _)| right.place() == place);
                let listed = offered.map(|(right, held)| {
                    json!({"id": 1, "invitee": {"login": right.holder().unwrap().login()}, "permissions": word(*held)})
                });
                Ok(vec![Value::Array(listed.collect())])
            }
            ["repos", owner, name, "keys", key] => {
                let right = Right::DeployKey {
                    repository: format!("{owner}/{name}"),
                    key: key.parse().unwrap(),
                };
                let held = fake.rights.level(&right).ok_or_else(absent)?;
                Ok(vec![json!({"id": 7, "read_only": held == Held::Read})])
            }
            _ => panic!("nobody asks for {shown}"),
        }
    }
}

impl ActingHost for Service {
    fn act(&self, action: &Action) -> Seen<Done> {
        let parts: Vec<&str> = action.path.iter().map(String::as_str).collect();
        let body = action.body.as_ref();
        let role = |highest| {
            let is_highest = matches!(body.unwrap()["role"].as_str(), Some("admin" | "maintainer"));
            if is_highest { highest } else { Held::Member }
        };
        let is_set = action.method == Method::Put;
        let (right, to) = match parts.as_slice() {
            ["orgs", organisation, "memberships", login] => (
                membership(organisation, login),
                is_set.then(|| role(Held::Owner)),
            ),
            ["orgs", organisation, "teams", team, "memberships", login] => (
                team_membership(organisation, team, login),
                is_set.then(|| role(Held::Maintainer)),
            ),
            ["orgs", organisation, "teams", team, "repos", owner, name] => (
                Right::TeamAccess {
                    team: format!("{organisation}/{team}"),
                    repository: format!("{owner}/{name}"),
                },
                is_set.then(|| sent(body)),
            ),
            ["repos", owner, name, "collaborators", login] => {
                assert!(is_set, "a collaborator is removed");
                let right = Right::Collaboration {
                    repository: format!("{owner}/{name}"),
                    account: account(login),
                };
                (right, Some(sent(body)))
            }
            ["repos", owner, name, "keys", key] => {
                let right = Right::DeployKey {
                    repository: format!("{owner}/{name}"),
                    key: key.parse().unwrap(),
                };
                (right, None)
            }
            _ => panic!("nobody does {action:?}"),
        };
        let step = step(Rung::Downgrade, right, None, to);
        let died = |_| Unseen::new(UnseenKind::Unreachable, "the process died");
        self.0.lock().unwrap().perform(&step, to).map_err(died)?;
        Ok(Done {
            status: 204,
            answer: Value::Null,
        })
    }
}
