//! Questions to the other interface of a code host, which takes queries
//! ([GraphQL](https://docs.github.com/en/graphql)): many things of many repositories in one request.

use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Host, cut};

/// How many faults of one answer are read.
const MOST_FAULTS: usize = 100;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What it is about, for people.
    pub about: &'static str,
    /// The query.
    pub text: &'static str,
    /// Its variables: an object.
    pub variables: Value,
    /// The permission that shows it, where any is needed.
    pub permission: Option<&'static str>,
}

/// What a query was answered with: what could be seen, and what went wrong beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// What could be seen; what could not is `null` in it.
    pub data: Value,
    /// What went wrong.
    pub faults: Vec<Fault>,
}

/// Something that went wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its kind, as the host calls it: `FORBIDDEN`, `RATE_LIMITED`, …
    pub kind: String,
    /// Where in the answer, with `/` between its parts; empty where it is about all of it.
    pub path: String,
    /// What the host says.
    pub message: String,
}

/// A host that takes queries too.
pub trait GraphHost: Host {
    /// The answer to a query.
    fn query(&self, query: &Query) -> Seen<Graph>;
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<Error>,
}

#[derive(Deserialize)]
struct Error {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    path: Vec<Value>,
    #[serde(default)]
    message: String,
}

impl Graph {
    /// Reads an answer.
    pub fn read(bytes: &[u8]) -> Seen<Self> {
        let unreadable = |_error| {
            let why = "the host answered the query with no JSON";
            Unseen::new(UnseenKind::Unreadable, why)
        };
        let body: Body = serde_json::from_slice(bytes).map_err(unreadable)?;
        let faults = body.errors.into_iter().take(MOST_FAULTS).map(Error::fault);
        Ok(Self {
            data: body.data,
            faults: faults.collect(),
        })
    }

    /// Whether the host takes no further query for a while.
    pub fn is_limited(&self) -> bool {
        self.faults.iter().any(|it| it.kind == "RATE_LIMITED")
    }

    /// Why there is nothing at a place of the answer, `/` between its parts: what went wrong there or above it.
    pub fn why(&self, path: &str) -> Option<Unseen> {
        let is_above = |it: &&Fault| {
            let rest = path.strip_prefix(it.path.as_str());
            it.path.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
        };
        self.faults.iter().find(is_above).map(Fault::unseen)
    }
}

impl Error {
    fn fault(self) -> Fault {
        let parts = self.path.iter().map(|part| match part {
            Value::String(text) => cut(text),
            other => cut(&other.to_string()),
        });
        Fault {
            kind: cut(&self.kind.unwrap_or_default()),
            path: parts.collect::<Vec<_>>().join("/"),
            message: cut(&self.message),
        }
    }
}

impl Fault {
    /// The reason for which something could not be seen.
    pub fn unseen(&self) -> Unseen {
        let kind = match self.kind.as_str() {
            "NOT_FOUND" => UnseenKind::Absent,
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" | "SAML_FAILURE" => UnseenKind::Forbidden,
            "RATE_LIMITED" | "MAX_NODE_LIMIT_EXCEEDED" | "RESOURCE_LIMITS_EXCEEDED" => {
                UnseenKind::Limited
            }
            "SERVICE_UNAVAILABLE" | "INTERNAL" => UnseenKind::Unreachable,
            _ => UnseenKind::Refused,
        };
        Unseen::new(
            kind,
            format!("the host answered the query: {}", self.message),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, path: &str) -> String {
        match Graph::read(text.as_bytes()) {
            Ok(graph) => {
                let why = graph
                    .why(path)
                    .map(|it| format!("{:?}: {}", it.kind, it.why));
                format!("{} {}", graph.data, why.unwrap_or_default())
            }
            Err(unseen) => unseen.why,
        }
    }

    #[test]
    fn answers_with_faults() {
        let text = r#"{"data": {"a": [null]}, "errors": [
            {"type": "FORBIDDEN", "path": ["a", 0], "message": "Must have push access\u001b[0m"}]}"#;
        insta::assert_snapshot!(check(text, "a/0/people"), @r#"{"a":[null]} Forbidden: the host answered the query: Must have push access [0m"#);
        insta::assert_snapshot!(check(text, "a/01"), @r#"{"a":[null]} "#);
        insta::assert_snapshot!(check(r#"{"data": null, "errors": [{"message": "no such field"}]}"#, "a"), @"null Refused: the host answered the query: no such field");
        insta::assert_snapshot!(check("<html>", ""), @"the host answered the query with no JSON");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,80}", path in "[a/0]{0,6}") {
            check(&text, &path);
            check(&format!(r#"{{"errors": [{{"path": [{text:?}]}}]}}"#), &path);
        }
    }
}
