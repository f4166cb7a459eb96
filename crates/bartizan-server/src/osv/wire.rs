//! Questions and answers as they travel.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A question about one version of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Question {
    /// The package.
    pub package: Option<PackageQuestion>,
    /// The version; without one every record about the package is an answer.
    pub version: Option<String>,
    /// A commit: not answered here.
    pub commit: Option<String>,
    /// The token of an earlier answer, for what follows it.
    pub page_token: Option<String>,
}

/// A package by name and ecosystem, or by package URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct PackageQuestion {
    /// Its name.
    pub name: Option<String>,
    /// Its ecosystem as OSV spells it (`PyPI`).
    pub ecosystem: Option<String>,
    /// Its package URL instead.
    pub purl: Option<String>,
}

/// Several questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct BatchQuestion {
    /// The questions.
    #[schema(max_items = 1000)]
    pub queries: Vec<Question>,
}

/// Records whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct FullAnswer {
    /// The records, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vulns: Vec<Value>,
    /// Asks for the records that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// The answers to several questions, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// The answers.
    pub results: Vec<BriefAnswer>,
}

/// Records by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BriefAnswer {
    /// The records, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vulns: Vec<Brief>,
    /// Asks for the records that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// A record by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// When it was changed.
    pub modified: String,
}
