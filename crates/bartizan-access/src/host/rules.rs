//! Rules of branches and tags, and whom they let pass.

use bartizan_model::hosting::{Unseen, UnseenKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Reading, of_organisation, teams::Connection};
use crate::{
    name::{Login, RepositoryName, Text},
    snapshot::{Bypass, BypassKind, Part, Place, Rules},
};

/// How many sets of rules of an organisation are looked at.
const MOST_SETS: usize = 100;

/// A set of rules, as a query tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RulesetAnswer {
    database_id: Option<u64>,
    name: String,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    enforcement: Option<String>,
    #[serde(default)]
    conditions: Option<Conditions>,
    #[serde(default)]
    rules: Option<Connection<RuleAnswer>>,
    #[serde(default)]
    bypass_actors: Option<Connection<BypassAnswer>>,
}

/// Names that rules hold for; both interfaces write it alike but for the case of one letter.
#[derive(Deserialize, Default)]
struct Conditions {
    #[serde(default, rename = "refName", alias = "ref_name")]
    names: Option<Names>,
}

#[derive(Deserialize, Default)]
struct Names {
    #[serde(default)]
    include: Vec<Text>,
    #[serde(default)]
    exclude: Vec<Text>,
}

#[derive(Deserialize)]
struct RuleAnswer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BypassAnswer {
    #[serde(default)]
    bypass_mode: Option<String>,
    #[serde(default)]
    organization_admin: Option<bool>,
    #[serde(default)]
    deploy_key: Option<bool>,
    #[serde(default)]
    repository_role_name: Option<String>,
    #[serde(default)]
    repository_role_database_id: Option<u64>,
    #[serde(default)]
    actor: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    #[serde(default)]
    database_id: Option<u64>,
    #[serde(default, alias = "combinedSlug", alias = "slug")]
    login: Option<String>,
}

/// A protection of branches, which came before rules.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of the host"
)]
pub(super) struct ProtectionAnswer {
    pattern: String,
    #[serde(default)]
    requires_approving_reviews: bool,
    #[serde(default)]
    required_approving_review_count: Option<u64>,
    #[serde(default)]
    requires_commit_signatures: bool,
    #[serde(default)]
    allows_force_pushes: bool,
    #[serde(default)]
    allows_deletions: bool,
    #[serde(default)]
    is_admin_enforced: bool,
    #[serde(default)]
    bypass_pull_request_allowances: Option<Connection<BypassAnswer>>,
}

/// A set of rules of an organisation, as questions are answered.
#[derive(Deserialize)]
struct Ruleset {
    id: u64,
    name: String,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    enforcement: Option<String>,
    #[serde(default)]
    conditions: Option<Conditions>,
    #[serde(default)]
    rules: Vec<RuleAnswer>,
    #[serde(default)]
    bypass_actors: Option<Vec<OldBypass>>,
}

#[derive(Deserialize)]
struct OldBypass {
    #[serde(default)]
    actor_id: Option<u64>,
    #[serde(default)]
    actor_type: String,
    #[serde(default)]
    bypass_mode: Option<String>,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

impl Reading<'_> {
    /// What rules of an organisation hold for all its repositories, one question for each set.
    pub(super) fn organisation_rules(&mut self, name: &Login) {
        const NEEDS: &str = "organization_administration=write";
        let question = of_organisation("rules", name, &["rulesets"])
            .asking("per_page=100")
            .with(NEEDS);
        let found: Vec<Numbered> = self.list((Part::Rules, name.as_str()), question, None);
        if found.len() > MOST_SETS {
            self.miss_more(Part::Rules, name.as_str(), "sets of rules");
        }
        for set in found.into_iter().take(MOST_SETS) {
            let path = ["rulesets", &set.id.to_string()];
            let question = of_organisation("a set of rules", name, &path).with(NEEDS);
            match self.one::<Ruleset>(&question) {
                Ok(set) => self.organisation_set(name, set),
                Err(unseen) => self.miss(Part::Rules, name.as_str(), &unseen),
            }
        }
    }

    fn organisation_set(&mut self, name: &Login, set: Ruleset) {
        if set.bypass_actors.is_none() {
            self.miss_bypass(name.as_str());
        }
        let names = set.conditions.and_then(|it| it.names).unwrap_or_default();
        let bypass = set.bypass_actors.into_iter().flatten();
        self.snapshot.rules.push(Rules {
            place: Place::Organisation(name.clone()),
            id: Some(set.id),
            name: Text::new(&set.name),
            target: lower(set.target.as_deref()),
            enforcement: lower(set.enforcement.as_deref()),
            include: names.include,
            exclude: names.exclude,
            reviews: set.rules.iter().find_map(reviews),
            kinds: set.rules.iter().map(|it| lower(Some(&it.kind))).collect(),
            bypass: bypass.map(OldBypass::bypass).collect(),
        });
    }

    fn miss_bypass(&mut self, of: &str) {
        let unseen = Unseen {
            permission: Some("`administration=write`".to_owned()),
            ..Unseen::new(
                UnseenKind::Forbidden,
                "the host does not tell whom rules let pass",
            )
        };
        self.miss(Part::Bypass, of, &unseen);
    }

    /// The rules of a repository.
    pub(super) fn repository_rules(
        &mut self,
        name: &RepositoryName,
        sets: Option<Connection<RulesetAnswer>>,
        protections: Option<Connection<ProtectionAnswer>>,
    ) {
        if sets.is_none() || protections.is_none() {
            let unseen = Unseen {
                permission: Some("`administration=read`".to_owned()),
                ..Unseen::new(UnseenKind::Forbidden, "the host does not show all rules")
            };
            self.miss(Part::Rules, name.as_str(), &unseen);
        }
        if let Some(sets) = sets {
            if sets.page_info.has_next_page {
                self.miss_more(Part::Rules, name.as_str(), "sets of rules");
            }
            for set in sets.nodes.into_iter().flatten() {
                self.repository_set(name, set);
            }
        }
        if let Some(protections) = protections {
            if protections.page_info.has_next_page {
                self.miss_more(Part::Rules, name.as_str(), "protections of branches");
            }
            let place = || Place::Repository(name.clone());
            let all = protections.nodes.into_iter().flatten();
            self.snapshot.rules.extend(all.map(|it| it.rules(place())));
        }
    }

    fn repository_set(&mut self, name: &RepositoryName, set: RulesetAnswer) {
        let is_more = |it: Option<bool>| it == Some(true);
        let rules = set.rules.as_ref().map(|it| it.page_info.has_next_page);
        let actors = set
            .bypass_actors
            .as_ref()
            .map(|it| it.page_info.has_next_page);
        if is_more(rules) || is_more(actors) {
            self.miss_more(Part::Rules, name.as_str(), "rules in one set");
        }
        if actors.is_none() {
            self.miss_bypass(name.as_str());
        }
        let names = set.conditions.and_then(|it| it.names).unwrap_or_default();
        let rules: Vec<RuleAnswer> = set
            .rules
            .into_iter()
            .flat_map(|it| it.nodes)
            .flatten()
            .collect();
        let actors = set
            .bypass_actors
            .into_iter()
            .flat_map(|it| it.nodes)
            .flatten();
        self.snapshot.rules.push(Rules {
            place: Place::Repository(name.clone()),
            id: set.database_id,
            name: Text::new(&set.name),
            target: lower(set.target.as_deref()),
            enforcement: lower(set.enforcement.as_deref()),
            include: names.include,
            exclude: names.exclude,
            reviews: rules.iter().find_map(reviews),
            kinds: rules.iter().map(|it| lower(Some(&it.kind))).collect(),
            bypass: actors.map(BypassAnswer::bypass).collect(),
        });
    }
}

fn lower(word: Option<&str>) -> Text {
    Text::new(&word.unwrap_or("unknown").to_ascii_lowercase())
}

/// How many reviews a rule wants.
fn reviews(rule: &RuleAnswer) -> Option<u64> {
    let parameters = rule.parameters.as_ref()?;
    let keys = [
        "requiredApprovingReviewCount",
        "required_approving_review_count",
    ];
    keys.iter().find_map(|key| parameters.get(key)?.as_u64())
}

impl BypassAnswer {
    fn bypass(self) -> Bypass {
        let (kind, id, name) = match (self.organization_admin, self.deploy_key, self.actor) {
            (Some(true), _, _) => (BypassKind::Owners, None, None),
            (_, Some(true), _) => (BypassKind::DeployKey, None, None),
            (_, _, Some(actor)) => {
                let kind = match actor.kind.as_str() {
                    "Team" => BypassKind::Team,
                    "App" => BypassKind::App,
                    "User" => BypassKind::Person,
                    _ => BypassKind::Other,
                };
                (kind, actor.database_id, actor.login)
            }
            _ if self.repository_role_name.is_some() => {
                let id = self.repository_role_database_id;
                (BypassKind::Role, id, self.repository_role_name)
            }
            _ => (BypassKind::Other, None, None),
        };
        Bypass {
            kind,
            id,
            name: name.map(|it| Text::new(&it.to_ascii_lowercase())),
            mode: lower(self.bypass_mode.as_deref().or(Some("always"))),
        }
    }
}

impl OldBypass {
    fn bypass(self) -> Bypass {
        let kind = match self.actor_type.as_str() {
            "OrganizationAdmin" => BypassKind::Owners,
            "RepositoryRole" => BypassKind::Role,
            "Team" => BypassKind::Team,
            "User" => BypassKind::Person,
            "Integration" => BypassKind::App,
            "DeployKey" => BypassKind::DeployKey,
            _ => BypassKind::Other,
        };
        Bypass {
            kind,
            id: self.actor_id,
            name: None,
            mode: lower(self.bypass_mode.as_deref().or(Some("always"))),
        }
    }
}

impl ProtectionAnswer {
    fn rules(self, place: Place) -> Rules {
        let kinds = [
            (self.requires_approving_reviews, "pull_request"),
            (self.requires_commit_signatures, "required_signatures"),
            (!self.allows_force_pushes, "non_fast_forward"),
            (!self.allows_deletions, "deletion"),
        ];
        let kinds = kinds.iter().filter(|(holds, _)| *holds);
        let allowed = self.bypass_pull_request_allowances;
        let allowed = allowed.into_iter().flat_map(|it| it.nodes).flatten();
        let allowed = allowed.map(|it| Bypass {
            mode: Text::new("pull_request"),
            ..it.bypass()
        });
        let administrators = (!self.is_admin_enforced).then(|| Bypass {
            kind: BypassKind::Role,
            id: None,
            name: Some(Text::new("admin")),
            mode: Text::new("always"),
        });
        let pattern = Text::new(&self.pattern);
        Rules {
            place,
            id: None,
            name: pattern.clone(),
            target: Text::new("branch"),
            enforcement: Text::new("active"),
            include: vec![pattern],
            exclude: Vec::new(),
            kinds: kinds.map(|(_, kind)| Text::new(kind)).collect(),
            reviews: self
                .required_approving_review_count
                .filter(|_| self.requires_approving_reviews),
            bypass: allowed.chain(administrators).collect(),
        }
    }
}
