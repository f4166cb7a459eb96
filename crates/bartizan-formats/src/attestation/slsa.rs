//! What SLSA's provenance claims of a build, in the versions
//! [0.2](https://slsa.dev/spec/v0.2/provenance) and [1](https://slsa.dev/spec/v1.0/provenance).

use serde::Deserialize;

use super::{Statement, cut};

/// The types of predicates of which a build is read.
const V02: &str = "https://slsa.dev/provenance/v0.2";
const V1: &str = "https://slsa.dev/provenance/v1";

/// What is claimed of a build. All of it is the word of whoever signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Build {
    /// Who built, as an address.
    pub builder: String,
    /// The kind of build, as an address.
    pub kind: String,
    /// The address of the source.
    pub source: Option<String>,
    /// The digest of the source: a commit.
    pub commit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Old {
    builder: Builder,
    #[serde(default)]
    build_type: String,
    #[serde(default)]
    invocation: Option<Invocation>,
}

#[derive(Deserialize)]
struct Builder {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    config_source: Option<Resource>,
}

#[derive(Deserialize, Default)]
struct Resource {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    digest: Option<Commit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commit {
    #[serde(default, alias = "sha1")]
    git_commit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    build_definition: Definition,
    run_details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    #[serde(default)]
    build_type: String,
    #[serde(default)]
    resolved_dependencies: Option<Vec<Resource>>,
}

#[derive(Deserialize)]
struct Details {
    builder: Builder,
}

/// What a statement claims of a build; nothing where it is about something else, and an error where it says so and is not.
pub fn build(statement: &Statement) -> Result<Option<Build>, String> {
    let wrong = |error: serde_json::Error| cut(&error.to_string());
    match statement.predicate_type.as_str() {
        V02 => {
            let old: Old = serde_json::from_str(&statement.predicate).map_err(wrong)?;
            let source = old.invocation.and_then(|it| it.config_source);
            Ok(Some(of(&old.builder, &old.build_type, source)))
        }
        V1 => {
            let new: New = serde_json::from_str(&statement.predicate).map_err(wrong)?;
            let sources = new.build_definition.resolved_dependencies;
            let source = sources.unwrap_or_default().into_iter().next();
            let kind = new.build_definition.build_type;
            Ok(Some(of(&new.run_details.builder, &kind, source)))
        }
        _ => Ok(None),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publication {
    #[serde(default)]
    target_channel: Option<String>,
}

/// The channel that a publication of a conda package names; an error where the claim cannot be read.
pub fn target_channel(statement: &Statement) -> Result<Option<String>, String> {
    let read: Option<Publication> =
        serde_json::from_str(&statement.predicate).map_err(|error| cut(&error.to_string()))?;
    Ok(read.and_then(|it| it.target_channel))
}

fn of(builder: &Builder, kind: &str, source: Option<Resource>) -> Build {
    let source = source.unwrap_or_default();
    Build {
        builder: cut(&builder.id),
        kind: cut(kind),
        source: source.uri.as_deref().map(cut),
        commit: source
            .digest
            .and_then(|digest| digest.git_commit)
            .as_deref()
            .map(cut),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::StatementVersion, *};

    fn check(predicate_type: &str, predicate: &str) -> String {
        let statement = Statement {
            version: StatementVersion::V1,
            subjects: Vec::new(),
            predicate_type: predicate_type.to_owned(),
            predicate: predicate.to_owned(),
        };
        match build(&statement) {
            Err(error) => error,
            Ok(None) => "-".to_owned(),
            Ok(Some(it)) => format!("{} {} {:?} {:?}", it.builder, it.kind, it.source, it.commit),
        }
    }

    #[test]
    fn builds_of_both_versions_are_read() {
        insta::assert_snapshot!(check(V02, r#"{"builder": {"id": "b"}, "buildType": "t", "invocation": {"configSource": {"uri": "git+x", "digest": {"sha1": "c"}}}}"#), @r#"b t Some("git+x") Some("c")"#);
        insta::assert_snapshot!(check(V1, r#"{"buildDefinition": {"buildType": "t", "resolvedDependencies": [{"uri": "git+x", "digest": {"gitCommit": "c"}}]}, "runDetails": {"builder": {"id": "b"}}}"#), @r#"b t Some("git+x") Some("c")"#);
        insta::assert_snapshot!(check(V1, r#"{"buildDefinition": {}, "runDetails": {"builder": {"id": "b"}}}"#), @"b  None None");
        insta::assert_snapshot!(check(V1, "{}"), @"missing field `buildDefinition` at line 1 column 2");
        insta::assert_snapshot!(check("other", "{}"), @"-");
    }
}
