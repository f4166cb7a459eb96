//! Who published a file, as an index attests it: provenance objects of [PEP 740](https://peps.python.org/pep-0740/).
//!
//! Only the publisher is read. The index checked it when the file came in; the attestations beside it are verified by
//! nobody here.

use std::collections::BTreeSet;

use bartizan_model::hosting::Publisher;
use serde::Deserialize;

use super::cut;

/// What to ask for.
pub const ACCEPT: &str = "application/vnd.pypi.integrity.v1+json, application/json;q=0.9";

/// The largest object that is read; a bundle has about 10 kB.
pub const MAX_BYTES: usize = 4 << 20;

#[derive(Deserialize)]
struct Object {
    version: u32,
    attestation_bundles: Vec<Bundle>,
}

#[derive(Deserialize)]
struct Bundle {
    publisher: Stated,
}

#[derive(Deserialize)]
struct Stated {
    kind: String,
    /// Of GitHub and GitLab.
    #[serde(default)]
    repository: Option<String>,
    /// Of GitHub.
    #[serde(default)]
    workflow: Option<String>,
    /// Of GitLab.
    #[serde(default)]
    workflow_filepath: Option<String>,
    #[serde(default)]
    environment: Option<String>,
}

/// The publishers that an object names, or why it cannot be read.
pub fn publishers(bytes: &[u8]) -> Result<BTreeSet<Publisher>, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("the provenance is larger than {MAX_BYTES} bytes"));
    }
    let object: Object = serde_json::from_slice(bytes)
        .map_err(|_error| "the provenance is not of the form of PEP 740".to_owned())?;
    if object.version != 1 {
        return Err(format!(
            "the provenance is of version {}; version 1 is known",
            object.version
        ));
    }
    let bundles = object.attestation_bundles.into_iter();
    Ok(bundles.map(|bundle| publisher(&bundle.publisher)).collect())
}

fn publisher(stated: &Stated) -> Publisher {
    let text = |it: &Option<String>| cut(it.as_deref().unwrap_or_default());
    let workflow = stated
        .workflow
        .as_ref()
        .or(stated.workflow_filepath.as_ref());
    Publisher {
        kind: cut(&stated.kind),
        repository: text(&stated.repository),
        workflow: text(&workflow.cloned()),
        environment: Some(text(&stated.environment)).filter(|it| !it.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::LONGEST_TEXT, *};

    fn check(text: &str) -> String {
        match publishers(text.as_bytes()) {
            Ok(found) => {
                let lines = found.iter().map(|it| {
                    assert!(it.repository.chars().count() <= LONGEST_TEXT);
                    let environment = it.environment.as_deref().unwrap_or("-");
                    format!(
                        "{} {} {} {environment}",
                        it.kind, it.repository, it.workflow
                    )
                });
                lines.collect::<Vec<_>>().join("\n")
            }
            Err(error) => error,
        }
    }

    #[test]
    fn publishers_are_read_once_each() {
        insta::assert_snapshot!(check(r#"{"version": 1, "attestation_bundles": [
            {"publisher": {"kind": "GitHub", "repository": "lab/lab", "workflow": "release.yml", "environment": "release"}, "attestations": []},
            {"publisher": {"kind": "GitHub", "repository": "lab/lab", "workflow": "release.yml", "environment": "release"}, "attestations": []},
            {"publisher": {"kind": "GitHub", "claims": null, "repository": "lab/lab", "workflow": "old.yml", "environment": ""}},
            {"publisher": {"kind": "GitLab", "repository": "lab/lab", "workflow_filepath": "release.yml"}}]}"#), @r"
        GitHub lab/lab old.yml -
        GitHub lab/lab release.yml release
        GitLab lab/lab release.yml -
        ");
        insta::assert_snapshot!(check(r#"{"version": 1, "attestation_bundles": []}"#), @"");
    }

    #[test]
    fn what_is_none_is_refused() {
        insta::assert_snapshot!(check("{}"), @"the provenance is not of the form of PEP 740");
        insta::assert_snapshot!(check(r#"{"version": 2, "attestation_bundles": []}"#), @"the provenance is of version 2; version 1 is known");
        insta::assert_snapshot!(check(r#"{"version": 1, "attestation_bundles": [{}]}"#), @"the provenance is not of the form of PEP 740");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            check(&text);
            let object = serde_json::json!({"version": 1, "attestation_bundles": [{"publisher": {"kind": text, "repository": text}}]});
            check(&object.to_string());
        }
    }
}
