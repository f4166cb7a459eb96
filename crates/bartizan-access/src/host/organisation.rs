//! What is told of an organisation as a whole: people, second factors, invitations, roles, apps, tokens, secrets.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    Timestamp,
    hosting::{Seen, Unseen, UnseenKind},
};
use serde::Deserialize;

use super::{
    Reading,
    answers::{Account, moment},
    of_organisation,
};
use crate::{
    name::{Login, TeamName, Text},
    snapshot::{
        App, Holder, Invitation, Invited, Level, Organisation, Part, Place, Resource, Scope,
        SecondFactor, Secret, Token,
    },
};

const MEMBERS: &str = "members=read";
const ADMINISTRATION: &str = "organization_administration=read";

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    two_factor_requirement_enabled: Option<bool>,
    #[serde(default)]
    default_repository_permission: Option<String>,
}

#[derive(Deserialize)]
struct InvitationAnswer {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    inviter: Option<Account>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default)]
    failed_reason: Option<String>,
}

#[derive(Deserialize)]
struct Role {
    id: u64,
    name: String,
    #[serde(default)]
    base_role: Option<String>,
}

#[derive(Deserialize)]
struct Assigned {
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    slug: Option<String>,
    #[serde(default)]
    assignment: Option<String>,
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
    #[serde(default)]
    app_slug: String,
    #[serde(default)]
    repository_selection: String,
    #[serde(default)]
    permissions: BTreeMap<Text, Text>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    suspended_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id: u64,
    owner: Account,
    #[serde(default)]
    repository_selection: String,
    #[serde(default)]
    permissions: BTreeMap<String, BTreeMap<Text, Text>>,
    #[serde(default, deserialize_with = "moment")]
    access_granted_at: Option<Timestamp>,
    #[serde(default)]
    token_expired: bool,
    #[serde(default, deserialize_with = "moment")]
    token_expires_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    token_last_used_at: Option<Timestamp>,
    #[serde(default)]
    token_name: Option<String>,
}

/// A secret, of an organisation or a repository.
#[derive(Deserialize)]
pub(super) struct SecretAnswer {
    name: String,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
}

impl SecretAnswer {
    /// The secret at a place.
    pub(super) fn at(self, place: Place, environment: Option<Text>) -> Secret {
        Secret {
            place,
            environment,
            name: Text::new(&self.name),
            created: self.created_at,
            updated: self.updated_at,
        }
    }
}

fn scope(word: &str) -> Scope {
    match word {
        "all" => Scope::All,
        "none" => Scope::None,
        _ => Scope::Selected,
    }
}

impl Reading<'_> {
    /// The settings. Where not even these are answered, nothing else is asked.
    pub(super) fn settings(&mut self, organisation: &mut Organisation) -> Seen<()> {
        let name = organisation.name.clone();
        let question = of_organisation("the organisation", &name, &[]).with(ADMINISTRATION);
        let settings: Settings = self.one(&question)?;
        organisation.id = settings.id;
        organisation.requires_second_factor = settings.two_factor_requirement_enabled;
        let base = settings.default_repository_permission;
        organisation.base_level = base.and_then(|it| Level::of_repository(&it));
        if organisation.requires_second_factor.is_none() || organisation.base_level.is_none() {
            let why = "the host tells its settings to owners only";
            let unseen = Unseen {
                permission: Some(format!("`{ADMINISTRATION}` of an owner")),
                ..Unseen::new(UnseenKind::Forbidden, why)
            };
            self.miss(Part::Organisation, name.as_str(), &unseen);
        }
        Ok(())
    }

    pub(super) fn members(&mut self, name: &Login) {
        for (query, level) in [
            ("role=admin&per_page=100", Level::Owner),
            ("role=member&per_page=100", Level::Member),
        ] {
            let question = of_organisation("members", name, &["members"])
                .asking(query)
                .with(MEMBERS);
            let found: Vec<Account> = self.list((Part::Members, name.as_str()), question, None);
            for account in found {
                let met = self.meet(Part::Members, name.as_str(), &account);
                if let Some(login) = met {
                    let resource = Resource::Organisation(name.clone());
                    self.give(Holder::Person(login), resource, (level, None));
                }
            }
        }
    }

    pub(super) fn outside_collaborators(&mut self, organisation: &mut Organisation) {
        let name = organisation.name.clone();
        let question = of_organisation("outside collaborators", &name, &["outside_collaborators"])
            .asking("per_page=100")
            .with(MEMBERS);
        let part = Part::OutsideCollaborators;
        let found: Vec<Account> = self.list((part, name.as_str()), question, None);
        let met = found
            .iter()
            .filter_map(|it| self.meet(part, name.as_str(), it));
        organisation.outside_collaborators = met.collect();
    }

    /// Who has no second factor, and who an unsound one. The host tells owners only.
    pub(super) fn second_factors(&mut self, organisation: &Organisation) {
        let name = &organisation.name;
        let mut everybody = self.members_of(name);
        everybody.extend(organisation.outside_collaborators.iter().cloned());
        let missing = self.filtered(name, "filter=2fa_disabled&per_page=100");
        let insecure = self.filtered(name, "filter=2fa_insecure&per_page=100");
        let (missing, insecure) = match (missing, insecure) {
            (Ok(missing), Ok(insecure)) => (missing, Some(insecure)),
            (Ok(missing), Err(unseen)) => {
                self.miss(Part::SecondFactors, name.as_str(), &unseen);
                (missing, None)
            }
            (Err(unseen), _) => {
                self.miss(Part::SecondFactors, name.as_str(), &unseen);
                return;
            }
        };
        for login in everybody {
            let Some(person) = self.people.get_mut(&login) else {
                continue;
            };
            person.second_factor = match &insecure {
                _ if missing.contains(&login) => SecondFactor::Missing,
                Some(insecure) if insecure.contains(&login) => SecondFactor::Insecure,
                Some(_) => SecondFactor::Secure,
                None => SecondFactor::Enabled,
            };
        }
    }

    /// Members and outside collaborators whom a filter lets through.
    fn filtered(&self, name: &Login, query: &'static str) -> Seen<BTreeSet<Login>> {
        let mut all = BTreeSet::new();
        for list in ["members", "outside_collaborators"] {
            let question = of_organisation("second factors", name, &[list]).asking(query);
            let question = question.with(MEMBERS);
            let found: Vec<Account> = self.all(question, None)?;
            all.extend(found.iter().filter_map(|it| Login::new(&it.login).ok()));
        }
        Ok(all)
    }

    fn members_of(&self, name: &Login) -> BTreeSet<Login> {
        let of_it = Resource::Organisation(name.clone());
        let members = self.snapshot.assignments.iter().filter_map(|it| {
            match (&it.holder, it.resource == of_it) {
                (Holder::Person(login), true) => Some(login.clone()),
                _ => None,
            }
        });
        members.collect()
    }

    pub(super) fn invitations(&mut self, name: &Login) {
        for path in ["invitations", "failed_invitations"] {
            let question = of_organisation("invitations", name, &[path])
                .asking("per_page=100")
                .with(MEMBERS);
            let found: Vec<InvitationAnswer> =
                self.list((Part::Invitations, name.as_str()), question, None);
            let invitations = found.into_iter().map(|it| it.invitation(name));
            self.snapshot.invitations.extend(invitations);
        }
    }

    pub(super) fn roles(&mut self, name: &Login) {
        let of = (Part::OrganisationRoles, name.as_str());
        let question = of_organisation("roles", name, &["organization-roles"])
            .with("organization_custom_org_roles=read");
        let roles: Vec<Role> = self.list(of, question, Some("roles"));
        for role in roles {
            let level = role.base_role.as_deref().and_then(Level::of_repository);
            let given = (level.unwrap_or(Level::Nothing), Some(Text::new(&role.name)));
            for kind in ["users", "teams"] {
                let path = ["organization-roles", &role.id.to_string(), kind];
                let question = of_organisation("who has a role", name, &path)
                    .asking("per_page=100")
                    .with(MEMBERS);
                let found: Vec<Assigned> = self.list(of, question, None);
                for holder in found.iter().filter_map(|it| it.holder(name)) {
                    if let Holder::Person(login) = &holder {
                        let account = Account::named(login);
                        self.meet(Part::OrganisationRoles, name.as_str(), &account);
                    }
                    let resource = Resource::Organisation(name.clone());
                    self.give(holder, resource, given.clone());
                }
            }
        }
    }

    pub(super) fn apps(&mut self, name: &Login) {
        let question = of_organisation("apps", name, &["installations"])
            .asking("per_page=100")
            .with(ADMINISTRATION);
        let key = Some("installations");
        let found: Vec<Installation> = self.list((Part::Apps, name.as_str()), question, key);
        let apps = found.into_iter().map(|it| App {
            organisation: name.clone(),
            id: it.id,
            slug: Text::new(&it.app_slug),
            scope: scope(&it.repository_selection),
            permissions: it.permissions,
            created: it.created_at,
            updated: it.updated_at,
            suspended: it.suspended_at,
        });
        self.snapshot.apps.extend(apps);
    }

    pub(super) fn tokens(&mut self, name: &Login) {
        let question = of_organisation("tokens", name, &["personal-access-tokens"])
            .asking("per_page=100")
            .with("organization_personal_access_tokens=read");
        let found: Vec<TokenAnswer> = self.list((Part::Tokens, name.as_str()), question, None);
        for answer in found {
            let Some(person) = self.meet(Part::Tokens, name.as_str(), &answer.owner) else {
                continue;
            };
            self.snapshot.tokens.push(answer.token(name, person));
        }
    }

    pub(super) fn organisation_secrets(&mut self, name: &Login) {
        let question = of_organisation("secrets", name, &["actions", "secrets"])
            .asking("per_page=100")
            .with("organization_secrets=read");
        let key = Some("secrets");
        let found: Vec<SecretAnswer> = self.list((Part::Secrets, name.as_str()), question, key);
        let place = || Place::Organisation(name.clone());
        let secrets = found.into_iter().map(|it| it.at(place(), None));
        self.snapshot.secrets.extend(secrets);
    }
}

impl Account {
    /// One of which only the name is known.
    fn named(login: &Login) -> Self {
        Self {
            login: login.to_string(),
            id: None,
            kind: None,
            name: None,
        }
    }
}

impl InvitationAnswer {
    fn invitation(self, name: &Login) -> Invitation {
        let login = self.login.and_then(|it| Login::new(&it).ok());
        let is_owner = self.role.as_deref() == Some("admin");
        Invitation {
            resource: Resource::Organisation(name.clone()),
            id: self.id,
            invited: login.map_or(Invited::Address, Invited::Login),
            level: if is_owner {
                Level::Owner
            } else {
                Level::Member
            },
            by: self.inviter.and_then(|it| Login::new(&it.login).ok()),
            created: self.created_at,
            failed: self.failed_reason.as_deref().map(Text::new),
        }
    }
}

impl Assigned {
    /// Who was given a role itself; not who has it by being in a team.
    fn holder(&self, organisation: &Login) -> Option<Holder> {
        if self.assignment.as_deref() == Some("indirect") {
            return None;
        }
        match (&self.login, &self.slug) {
            (Some(login), _) => Login::new(login).ok().map(Holder::Person),
            (None, Some(slug)) => {
                let name = TeamName::new(&format!("{organisation}/{slug}"));
                name.ok().map(Holder::Team)
            }
            (None, None) => None,
        }
    }
}

impl TokenAnswer {
    fn token(self, organisation: &Login, person: Login) -> Token {
        let permissions = self.permissions.into_iter().flat_map(|(group, all)| {
            let named = move |name: Text| Text::new(&format!("{group}/{name}"));
            all.into_iter()
                .map(move |(name, level)| (named(name), level))
        });
        Token {
            organisation: organisation.clone(),
            id: self.id,
            person,
            name: Text::new(self.token_name.as_deref().unwrap_or_default()),
            scope: scope(&self.repository_selection),
            permissions: permissions.collect(),
            is_expired: self.token_expired,
            granted: self.access_granted_at,
            expires: self.token_expires_at,
            used: self.token_last_used_at,
        }
    }
}
