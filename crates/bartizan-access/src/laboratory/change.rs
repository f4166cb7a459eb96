//! Changes, with the effects that they have at a real host: whoever leaves an organisation leaves its teams and its repositories,
//! and whoever belongs to nothing yet is invited and has nothing before they accept.

use bartizan_formats::hosting::act::{Action, Method};
use serde_json::{Value, json};

use super::{Answer, Laboratory};
use crate::{
    name::{Login, RepositoryName, TeamName},
    snapshot::{
        Assignment, Holder, Invitation, Invited, Level, Person, Resource, Snapshot, Team,
    },
};

/// What there is no such thing of.
const ABSENT: u16 = 404;

/// What the host does not take.
const REFUSED: u16 = 422;

impl Laboratory {
    /// Makes a change, as far as a host makes it.
    pub fn change(&mut self, action: &Action) -> Answer {
        self.count(&format!("change {}", action.method.word()));
        let path: Vec<&str> = action.path.iter().map(String::as_str).collect();
        let body = action.body.as_ref();
        let text = |key: &str| body.and_then(|it| it.get(key)).and_then(Value::as_str);
        let is_set = action.method != Method::Delete;
        let role = text("role").filter(|_| is_set);
        let permission = text("permission").filter(|_| is_set);
        let status = self.changed(&path, (action.method, role, permission));
        self.state.sort();
        self.put_outside();
        let body = match status {
            Some(201..=299) => Value::Null,
            Some(REFUSED) => json!({"message": "Validation Failed"}),
            Some(_) => json!({"role": role}),
            None => json!({"message": "Not Found"}),
        };
        Answer {
            status: status.unwrap_or(ABSENT),
            body,
            next: None,
        }
    }

    /// Everybody takes what they are offered.
    pub fn accept(&mut self) {
        for it in std::mem::take(&mut self.state.invitations) {
            let Invited::Login(login) = &it.invited else {
                continue;
            };
            self.set(it.resource, Holder::Person(login.clone()), Some(it.level));
        }
        for (team, login, level) in std::mem::take(&mut self.offers) {
            self.set(Resource::Team(team), Holder::Person(login), Some(level));
        }
        self.state.sort();
        self.put_outside();
    }

    /// The status; none where there is no such thing.
    fn changed(
        &mut self,
        path: &[&str],
        (method, role, permission): (Method, Option<&str>, Option<&str>),
    ) -> Option<u16> {
        match path {
            ["orgs", organisation, "memberships", login] => {
                let (organisation, login) = (of(&self.state, organisation)?, person(login)?);
                self.membership(&organisation, &login, role)
            }
            ["orgs", organisation, "invitations", id] => {
                let organisation = Resource::Organisation(of(&self.state, organisation)?);
                self.take_back(&organisation, id)
            }
            ["orgs", organisation, "personal-access-tokens", id] => {
                let organisation = of(&self.state, organisation)?;
                let before = self.state.tokens.len();
                let is_it = |number: u64| number.to_string() == **id;
                let tokens = &mut self.state.tokens;
                tokens.retain(|it| it.organisation != organisation || !is_it(it.id));
                (self.state.tokens.len() < before).then_some(204)
            }
            ["orgs", organisation, "teams", team, "memberships", login] => {
                let (team, login) = (self.team(organisation, team)?, person(login)?);
                self.team_membership(&team, &login, role)
            }
            ["orgs", organisation, "teams", team, "repos", owner, name] => {
                let team = self.team(organisation, team)?;
                let repository = self.repository_named(owner, name)?;
                if repository.owner() != team.owner() {
                    return Some(REFUSED);
                }
                let level = permission.map(Level::of_repository);
                let level = match level {
                    Some(None) => return Some(REFUSED),
                    Some(level) => level,
                    None => None,
                };
                let holder = Holder::Team(team);
                self.set(Resource::Repository(repository), holder, level);
                Some(204)
            }
            ["repos", owner, name, "collaborators", login] => {
                let (repository, login) = (self.repository_named(owner, name)?, person(login)?);
                self.collaborator(&repository, &login, permission)
            }
            ["repos", owner, name, "invitations", id] => {
                let repository = self.repository_named(owner, name)?;
                self.take_back(&Resource::Repository(repository), id)
            }
            ["repos", owner, name, "keys", id] if method == Method::Delete => {
                let repository = self.repository_named(owner, name)?;
                let before = self.state.deploy_keys.len();
                let keys = &mut self.state.deploy_keys;
                keys.retain(|it| it.repository != repository || it.id.to_string() != **id);
                (self.state.deploy_keys.len() < before).then_some(204)
            }
            _ => None,
        }
    }

    fn membership(
        &mut self,
        organisation: &Login,
        login: &Login,
        role: Option<&str>,
    ) -> Option<u16> {
        let resource = Resource::Organisation(organisation.clone());
        let holder = Holder::Person(login.clone());
        let is_member = self.held(&resource, &holder).is_some();
        let Some(role) = role else {
            let before = self.state.invitations.len();
            self.forget_offers(organisation, login);
            if is_member {
                self.leave(organisation, &holder);
            }
            let is_there = is_member || self.state.invitations.len() < before;
            return is_there.then_some(204);
        };
        let level = match role {
            "admin" => Level::Owner,
            "member" => Level::Member,
            _ => return Some(REFUSED),
        };
        if is_member {
            self.set(resource, holder, Some(level));
        } else {
            self.invite(resource, login, level);
        }
        Some(200)
    }

    fn team_membership(
        &mut self,
        team: &TeamName,
        login: &Login,
        role: Option<&str>,
    ) -> Option<u16> {
        self.offers
            .retain(|(other, whom, _)| other != team || whom != login);
        let holder = Holder::Person(login.clone());
        let Some(role) = role else {
            self.set(Resource::Team(team.clone()), holder, None);
            return Some(204);
        };
        let level = match role {
            "maintainer" => Level::Maintainer,
            "member" => Level::Member,
            _ => return Some(REFUSED),
        };
        let organisation = Login::new(team.owner()).ok()?;
        let resource = Resource::Organisation(organisation.clone());
        if self.held(&resource, &holder).is_some() {
            self.set(Resource::Team(team.clone()), holder, Some(level));
        } else {
            self.offers.push((team.clone(), login.clone(), level));
            self.invite(resource, login, Level::Member);
        }
        Some(200)
    }

    fn collaborator(
        &mut self,
        repository: &RepositoryName,
        login: &Login,
        permission: Option<&str>,
    ) -> Option<u16> {
        let resource = Resource::Repository(repository.clone());
        let holder = Holder::Person(login.clone());
        let Some(permission) = permission else {
            self.set(resource, holder, None);
            return Some(204);
        };
        let Some(level) = Level::of_repository(permission) else {
            return Some(REFUSED);
        };
        let organisation = Login::new(repository.owner()).ok()?;
        let organisation = Resource::Organisation(organisation);
        let is_known = self.held(&resource, &holder).is_some();
        if is_known || self.held(&organisation, &holder).is_some() {
            self.set(resource, holder, Some(level));
            return Some(204);
        }
        self.invite(resource, login, level);
        Some(201)
    }

    /// Whoever leaves keeps nothing below the organisation.
    fn leave(&mut self, organisation: &Login, who: &Holder) {
        let is_below = |it: &Assignment| match &it.resource {
            Resource::Organisation(name) => name == organisation,
            Resource::Team(name) => name.owner() == organisation.as_str(),
            Resource::Repository(name) => name.owner() == organisation.as_str(),
            Resource::Entry(..) => false,
        };
        let assignments = &mut self.state.assignments;
        assignments.retain(|it| it.holder != *who || !is_below(it));
    }

    fn invite(&mut self, resource: Resource, login: &Login, level: Level) {
        let invited = Invited::Login(login.clone());
        let invitations = &mut self.state.invitations;
        let is_same = |it: &Invitation| it.resource == resource && it.invited == invited;
        if let Some(known) = invitations.iter_mut().find(|it| is_same(it)) {
            known.level = known.level.max(level);
            return;
        }
        let id = invitations.iter().filter_map(|it| it.id).max();
        invitations.push(Invitation {
            resource,
            id: Some(id.unwrap_or_default() + 1),
            invited,
            level,
            by: self.state.origin.reader.clone(),
            created: Some(self.state.taken),
            failed: None,
        });
    }

    fn take_back(&mut self, resource: &Resource, id: &str) -> Option<u16> {
        let mut all = self.state.invitations.iter();
        let is_it = |it: &&Invitation| {
            it.resource == *resource && it.id.is_some_and(|number| number.to_string() == id)
        };
        let found = all.find(is_it)?.clone();
        self.state.invitations.retain(|it| *it != found);
        if let (Resource::Organisation(name), Invited::Login(login)) = (resource, &found.invited) {
            self.forget_offers(name, login);
        }
        Some(204)
    }

    /// Takes back what somebody was offered in an organisation as a whole and in its teams.
    fn forget_offers(&mut self, organisation: &Login, login: &Login) {
        let invited = Invited::Login(login.clone());
        let resource = Resource::Organisation(organisation.clone());
        let invitations = &mut self.state.invitations;
        invitations.retain(|it| it.resource != resource || it.invited != invited);
        let is_of = |team: &TeamName| team.owner() == organisation.as_str();
        self.offers
            .retain(|(team, whom, _)| whom != login || !is_of(team));
    }

    /// How much somebody was given of something.
    pub(super) fn held(&self, resource: &Resource, holder: &Holder) -> Option<Level> {
        let mut given = self.state.assignments.iter();
        let found =
            given.find(|it| it.role.is_none() && it.resource == *resource && it.holder == *holder);
        found.map(|it| it.level)
    }

    fn set(&mut self, resource: Resource, holder: Holder, level: Option<Level>) {
        let is_it =
            |it: &Assignment| it.role.is_none() && it.resource == resource && it.holder == holder;
        self.state.assignments.retain(|it| !is_it(it));
        let Some(level) = level else {
            return;
        };
        if let Holder::Person(login) = &holder
            && self.state.person(login).is_none()
        {
            self.state.people.push(Person::named(login.clone()));
        }
        self.state.assignments.push(Assignment {
            resource,
            holder,
            level,
            role: None,
        });
        self.state.sort();
    }

    fn put_outside(&mut self) {
        let Snapshot {
            organisations,
            assignments,
            ..
        } = &mut self.state;
        for organisation in organisations {
            let name = organisation.name.as_str();
            let of_it = Resource::Organisation(organisation.name.clone());
            let is_member = |login: &Login| {
                let mut given = assignments.iter();
                given.any(|it| it.resource == of_it && it.holder == Holder::Person(login.clone()))
            };
            let given = assignments.iter();
            let by_name = given.filter_map(|it| match (&it.resource, &it.holder) {
                (Resource::Repository(at), Holder::Person(login)) if at.owner() == name => {
                    Some(login)
                }
                _ => None,
            });
            let outside = by_name.filter(|it| !is_member(it)).cloned();
            organisation.outside_collaborators = outside.collect();
            organisation.outside_collaborators.sort();
            organisation.outside_collaborators.dedup();
        }
    }

    pub(super) fn team(&self, organisation: &str, team: &str) -> Option<TeamName> {
        let name = TeamName::new(&format!("{organisation}/{team}")).ok()?;
        self.state.team(&name).map(|it: &Team| it.name.clone())
    }

    fn repository_named(&self, owner: &str, name: &str) -> Option<RepositoryName> {
        let name = RepositoryName::new(&format!("{owner}/{name}")).ok()?;
        self.state.repository(&name).map(|it| it.name.clone())
    }
}

fn of(state: &Snapshot, organisation: &str) -> Option<Login> {
    let name = person(organisation)?;
    state
        .organisation(name.as_str())
        .map(|it| it.name.clone())
}

fn person(login: &str) -> Option<Login> {
    Login::new(login).ok()
}
