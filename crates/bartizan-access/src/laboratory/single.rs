//! Answers about one thing each, as whoever changes something asks for it before and after.

use serde_json::{Value, json};

use super::{Found, Laboratory};
use crate::{
    name::{Login, TeamName},
    snapshot::{Holder, Invited, Level, Resource},
};

impl Laboratory {
    /// Somebody's membership of an organisation.
    pub(super) fn membership_of(&self, organisation: &Login, login: &str) -> Option<Found> {
        let login = Login::new(login).ok()?;
        let resource = Resource::Organisation(organisation.clone());
        let word = |level| if level == Level::Owner { "admin" } else { "member" };
        if let Some(level) = self.held(&resource, &Holder::Person(login.clone())) {
            return Some(standing("active", word(level)));
        }
        let invited = Invited::Login(login);
        let mut invitations = self.state.invitations.iter();
        let offer = invitations
            .find(|it| it.resource == resource && it.invited == invited && it.failed.is_none())?;
        Some(standing("pending", word(offer.level)))
    }

    /// Somebody's membership of a team. Members of teams within it count, and owners of the organisation are maintainers.
    pub(super) fn team_membership_of(
        &self,
        organisation: &Login,
        team: &str,
        login: &str,
    ) -> Option<Found> {
        let (team, login) = (
            self.team(organisation.as_str(), team)?,
            Login::new(login).ok()?,
        );
        let offered = self.offers.iter();
        let mut offered = offered.filter(|(at, whom, _)| *at == team && *whom == login);
        if let Some((_, _, level)) = offered.next() {
            return Some(standing("pending", level.word()));
        }
        let holder = Holder::Person(login);
        let within = self.within(&team);
        let mut levels = within
            .iter()
            .filter_map(|it| self.held(&Resource::Team(it.clone()), &holder));
        levels.next()?;
        let of_it = Resource::Organisation(organisation.clone());
        let own = self.held(&Resource::Team(team), &holder);
        let is_more = own == Some(Level::Maintainer)
            || self.held(&of_it, &holder) == Some(Level::Owner);
        let word = if is_more { "maintainer" } else { "member" };
        Some(standing("active", word))
    }

    /// A team, and all that lie in it.
    fn within(&self, team: &TeamName) -> Vec<TeamName> {
        let mut all = vec![team.clone()];
        let mut at = 0;
        while let Some(parent) = all.get(at).cloned() {
            let below = self.state.teams.iter();
            let below = below.filter(|it| it.parent.as_ref() == Some(&parent));
            let below: Vec<TeamName> = below
                .map(|it| it.name.clone())
                .filter(|it| !all.contains(it))
                .collect();
            all.extend(below);
            at += 1;
        }
        all
    }

    /// The teams of a repository, in the words of this interface.
    pub(super) fn teams_at(&self, repository: &str) -> Vec<Value> {
        let given = self.state.assignments.iter();
        let given = given.filter_map(|it| match (&it.resource, &it.holder) {
            (Resource::Repository(name), Holder::Team(team)) if name.as_str() == repository => {
                let word = match it.level {
                    Level::Read => "pull",
                    Level::Write => "push",
                    other => other.word(),
                };
                let word = it.role.as_ref().map_or(word, |it| it.as_str());
                Some(json!({"slug": team.name(), "permission": word}))
            }
            _ => None,
        });
        given.collect()
    }
}

fn standing(state: &str, role: &str) -> Found {
    Found::One(json!({"state": state, "role": role}))
}
