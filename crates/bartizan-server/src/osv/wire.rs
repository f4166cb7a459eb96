//! Questions and answers as they travel.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A question about one version of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct PackageQuestion {
    /// Its name.
    pub name: Option<String>,
    /// Its ecosystem as OSV spells it (`PyPI`).
    pub ecosystem: Option<String>,
    /// Its package URL instead.
    pub purl: Option<String>,
}

/// Several questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct BatchQuestion {
    /// The questions.
    pub queries: Vec<Question>,
}

/// A question as the document describes it; what else the service's own clients send is read too.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = Question)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what `Question` reads")]
pub(crate) enum QuestionForm {
    /// By name and ecosystem.
    ByName {
        /// The package.
        package: NameForm,
        /// The version; without one every record about the package is an answer.
        #[schema(max_length = 500, pattern = r"^[^\x00]*$")]
        version: Option<String>,
        /// The token of an earlier answer, for what follows it.
        #[schema(pattern = r"^[0-9]{0,15}$")]
        page_token: Option<String>,
    },
    /// By package URL.
    ByPurl {
        /// The package.
        package: PurlForm,
        /// The version, where the package URL has none.
        #[schema(max_length = 500, pattern = r"^[^\x00]*$")]
        version: Option<String>,
    },
}

/// A package by name and ecosystem.
#[derive(Debug, Clone, ToSchema)]
#[expect(dead_code, reason = "it describes what `PackageQuestion` reads")]
pub(crate) struct NameForm {
    /// Its name.
    #[schema(min_length = 1, max_length = 500, pattern = r"^[^\x00]*$")]
    name: String,
    /// Its ecosystem as OSV spells it (`PyPI`).
    #[schema(min_length = 1, max_length = 500, pattern = r"^[^\x00]*$")]
    ecosystem: String,
}

/// A package by its package URL.
#[derive(Debug, Clone, ToSchema)]
#[expect(dead_code, reason = "it describes what `PackageQuestion` reads")]
pub(crate) struct PurlForm {
    /// A package URL of a type that advisories speak of.
    #[schema(
        max_length = 500,
        pattern = r"^pkg:(pypi|npm|cargo|julia)/[A-Za-z0-9][A-Za-z0-9._-]*$"
    )]
    purl: String,
}

/// Several questions as the document describes them.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = BatchQuestion)]
#[expect(dead_code, reason = "it describes what `BatchQuestion` reads")]
pub(crate) struct BatchForm {
    /// The questions.
    #[schema(max_items = 1000)]
    queries: Vec<QuestionForm>,
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
