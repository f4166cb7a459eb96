//! Roles: what the work of somebody needs.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::snapshot::Level;

const CATALOGUE: &str = include_str!("roles.toml");

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What whoever has it does.
    pub summary: String,
    /// What that needs on a repository.
    pub level: Level,
    /// Whether they are asked about changes: of the paths that a team names, or of all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owns_code: bool,
    /// The paths, where a team names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Environments that they approve, where a team names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    /// A role of the organisation that they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_role: Option<String>,
}

#[derive(Deserialize)]
struct File {
    role: Vec<Role>,
}

/// The catalogue of roles.
pub fn roles() -> &'static [Role] {
    static ROLES: OnceLock<Vec<Role>> = OnceLock::new();
    // A test reads it; nobody else can change it.
    ROLES
        .get_or_init(|| toml::from_str::<File>(CATALOGUE).map_or_else(|_| Vec::new(), |it| it.role))
}
