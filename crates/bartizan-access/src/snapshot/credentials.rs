//! What opens repositories and is no person: keys, apps, tokens.

use std::collections::BTreeMap;

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::name::{Login, RepositoryName, Text};

/// A key that opens one repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployKey {
    /// The repository.
    pub repository: RepositoryName,
    /// Its number at the host.
    pub id: u64,
    /// What it is called.
    pub title: Text,
    /// The kind of key, as SSH spells it.
    pub algorithm: Text,
    /// Whether it can push.
    pub can_write: bool,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// Who put it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Login>,
    /// When it was put there.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub created: Option<Timestamp>,
    /// When it was used last; `None` where never, or where it is not told.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub used: Option<Timestamp>,
}

/// An app that is installed in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// The organisation.
    pub organisation: Login,
    /// The number of the installation.
    pub id: u64,
    /// Its name in addresses.
    pub slug: Text,
    /// Which repositories it reaches.
    pub scope: Scope,
    /// What it may, by the host's names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<Text, Text>,
    /// When it was installed.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub created: Option<Timestamp>,
    /// When the installation was changed last.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub updated: Option<Timestamp>,
    /// Since when it is suspended.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub suspended: Option<Timestamp>,
}

/// Which repositories something reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// None.
    None,
    /// Chosen ones.
    Selected,
    /// All.
    All,
}

/// A token of a person that reaches an organisation. Hosts show fine-grained ones only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The organisation.
    pub organisation: Login,
    /// Its number there.
    pub id: u64,
    /// Whose it is.
    pub person: Login,
    /// What it is called.
    pub name: Text,
    /// Which repositories it reaches.
    pub scope: Scope,
    /// What it may, by the host's names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<Text, Text>,
    /// Whether it has run out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_expired: bool,
    /// Since when it reaches the organisation.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub granted: Option<Timestamp>,
    /// When it runs out; `None` where never, or where it is not told.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<Timestamp>,
    /// When it was used last.
    #[serde(
        with = "moment::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub used: Option<Timestamp>,
}
