//! What is wanted of an organisation: a file in TOML that says who has which role, and what follows from roles.
//!
//! A role of the [catalogue](roles) says what its holders need: a level, code that they are asked about, environments that they
//! approve, rules that let them pass. A team holds one role for a scope: repositories, paths. Everything that a host keeps follows
//! from that ([`Desired::wanted`]), and [`diff`](crate::diff) says where the host has something else.
//!
//! ```toml
//! organisation = "lab"
//! base = "read"                 # what every member may do to every repository
//! owners = ["ann", "ben"]
//! emeriti = { team = "emeriti", people = ["eve"] }
//!
//! [[team]]
//! name = "gpu"
//! role = "reviewer"
//! people = ["dan"]
//! repositories = ["array"]      # patterns of names; archived ones are never meant
//! paths = ["*.cu", "kernels/"]
//!
//! [[team]]
//! name = "release"
//! role = "release-manager"
//! people = ["ann", "ben"]
//! repositories = ["array"]
//! environments = ["release"]
//!
//! [[bot]]
//! login = "lab-bot"
//! repositories = ["*"]
//! level = "write"
//! reason = "opens pull requests with new locks"
//!
//! [[exception]]
//! person = "eve"
//! repository = "site"
//! level = "admin"
//! reason = "moves the site"
//! expires = "2027-01-31"
//!
//! [[rules]]
//! repositories = ["array"]
//! target = "branch"
//! names = ["~DEFAULT_BRANCH"]
//! reviews = 1
//! pass = ["release"]
//! ```

mod role;
mod wanted;
mod write;

use bartizan_model::{Timestamp, problem::Problem};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    role::{Role, roles},
    wanted::{RulesWanted, Wanted},
};
use crate::{
    exempt::{Excuse, Exempt},
    ledger::Policy,
    name::{Login, Text},
    right::of_snapshot::{held, hosted},
    snapshot::Level,
};

/// The largest file that is read.
pub const LARGEST: usize = 4 << 20;

/// The most teams, bots, exceptions or rules.
const MOST: usize = 5_000;

/// What is wanted of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desired {
    /// The organisation.
    pub organisation: Login,
    /// What every member may do to every repository: `nothing`, `read`, …; not judged where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Level>,
    /// Whether everybody shall need a second factor; not judged where it is left out.
    #[serde(
        default,
        rename = "second-factor",
        skip_serializing_if = "Option::is_none"
    )]
    pub second_factor: Option<bool>,
    /// Owners of the organisation.
    #[serde(default)]
    pub owners: Vec<Login>,
    /// Members who are in no team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Login>,
    /// Those who have left with thanks: they stay in a team that can do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emeriti: Option<Emeriti>,
    /// Roles of their own, or others of the catalogue's ids.
    #[serde(default, rename = "role", skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Teams.
    #[serde(default, rename = "team", skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamWanted>,
    /// Programs with accounts.
    #[serde(default, rename = "bot", skip_serializing_if = "Vec::is_empty")]
    pub bots: Vec<Bot>,
    /// What somebody has for a time, beside their roles.
    #[serde(default, rename = "exception", skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// Rules that shall hold.
    #[serde(default, rename = "rules", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RulesWanted>,
}

/// Those who have left with thanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emeriti {
    /// Their team.
    pub team: String,
    /// Who.
    #[serde(default)]
    pub people: Vec<Login>,
}

/// A team that holds a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamWanted {
    /// Its name, as people read it.
    pub name: String,
    /// The role that it holds, by id.
    pub role: String,
    /// The team that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Who is in it.
    #[serde(default)]
    pub people: Vec<Login>,
    /// Those of them who may add others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Login>,
    /// For which repositories: patterns of names without their owner, where `*` stands for anything.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// For which paths, as `CODEOWNERS` writes them; the role's where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<Vec<String>>,
    /// Which environments they approve; the role's where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<String>>,
}

/// A program with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// The account.
    pub login: Login,
    /// Patterns of the repositories that it has access to.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// How much.
    #[serde(default = "Bot::level")]
    pub level: Level,
    /// What it is for.
    pub reason: Text,
}

impl Bot {
    fn level() -> Level {
        Level::Write
    }
}

/// What somebody has for a time, beside their roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Who.
    pub person: Login,
    /// The repository, without its owner; the organisation as a whole where it is left out: then nothing of theirs is touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// How much on that repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Why.
    pub reason: Text,
    /// The last day on which it holds.
    pub expires: String,
}

impl Exception {
    /// The last second of its last day; none where that is no date.
    fn until(&self) -> Option<Timestamp> {
        let is_day = self.expires.len() == 10;
        let end = format!("{}T23:59:59Z", self.expires);
        end.parse().ok().filter(|_| is_day)
    }

    /// Whether it still holds.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| now <= until)
    }
}

/// Why a file says nothing that can be wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DesiredError {
    /// It is larger than any.
    #[error("the file is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is no TOML, or not of this shape.
    #[error("{why}")]
    Shape {
        /// What is wrong.
        why: String,
    },
}

impl Desired {
    /// Reads a file, and says what in it does not fit together.
    pub fn read(name: &str, bytes: &[u8]) -> Result<(Self, Vec<Problem>), DesiredError> {
        if bytes.len() > LARGEST {
            return Err(DesiredError::TooLarge);
        }
        let text = String::from_utf8_lossy(bytes);
        let desired: Self = toml::from_str(&text).map_err(|error| DesiredError::Shape {
            why: shape(&text, &error),
        })?;
        let problems = desired.problems(name);
        Ok((desired, problems))
    }

    /// The role of an id: one of the file's own, or of the catalogue.
    pub fn role(&self, id: &str) -> Option<&Role> {
        let own = self.roles.iter().find(|it| it.id == id);
        own.or_else(|| roles().iter().find(|it| it.id == id))
    }

    /// Who is not judged by what is wanted: programs, and whoever has an exception.
    pub fn exempt(&self) -> Exempt {
        let mut exempt = Exempt::default();
        let bots = self.bots.iter();
        exempt.bots.extend(bots.filter_map(|it| hosted(&it.login)));
        for said in &self.exceptions {
            let (Some(account), Some(until)) = (hosted(&said.person), said.until()) else {
                continue;
            };
            let at = said.repository.as_ref();
            let excuse = Excuse {
                until,
                reason: said.reason.to_string(),
                place: at.map(|name| format!("{}/{}", self.organisation, name.to_lowercase())),
                most: said.level.and_then(held),
            };
            exempt.excuse(account, excuse);
        }
        exempt
    }

    /// Adds to a policy whom this exempts, and the team of those who were there once, where the policy names none.
    pub fn join(&self, policy: &mut Policy) {
        policy.exempt.extend(self.exempt());
        let emeriti = self.emeriti.as_ref().and_then(|it| self.named(&it.team));
        if let Some(team) = emeriti {
            let name = self.organisation.to_string();
            policy.emeriti.entry(name).or_insert(team.to_string());
        }
    }

    /// What does not fit together.
    fn problems(&self, name: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut complain = |message: String| {
            if problems.len() < 50 {
                problems.push(Problem::new(name, message));
            }
        };
        let lists = [
            self.teams.len(),
            self.bots.len(),
            self.exceptions.len(),
            self.rules.len(),
        ];
        if lists.iter().any(|it| *it > MOST) {
            complain(format!("more than {MOST} entries of one kind"));
        }
        if self.owners.len() < 2 {
            complain("an organisation needs two owners at least".to_owned());
        }
        for team in &self.teams {
            if self.role(&team.role).is_none() {
                complain(format!(
                    "the team `{}` has the role `{}`, which there is not",
                    team.name, team.role
                ));
            }
            let is_there = |it: &&String| self.teams.iter().any(|other| other.name == **it);
            if team.parent.as_ref().is_some_and(|it| !is_there(&it)) {
                complain(format!(
                    "the team `{}` is part of one that is not wanted",
                    team.name
                ));
            }
            for login in &team.people {
                if self.bots.iter().any(|it| it.login == *login) {
                    complain(format!("the bot `{login}` is in the team `{}`", team.name));
                }
            }
        }
        for exception in &self.exceptions {
            if exception.until().is_none() {
                complain(format!(
                    "the exception of `{}` has no date as `2027-01-31`",
                    exception.person
                ));
            }
        }
        problems
    }
}

/// What is wrong with the text of a file, and in which line. The line itself is not told: it may be of any length.
pub(crate) fn shape(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|it| text.get(..it.start));
    let line = before.map(|it| format!("line {}: ", it.matches('\n').count() + 1));
    let words: String = error.message().chars().take(300).collect();
    format!("{}{}", line.unwrap_or_default(), words.trim_end())
}

#[cfg(test)]
pub(crate) mod tests;
