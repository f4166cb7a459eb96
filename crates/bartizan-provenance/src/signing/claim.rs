//! What is claimed of an artifact, as an in-toto statement
//! ([version 1](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md)).

use bartizan_formats::digest::Digest;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use thiserror::Error;

use crate::statement::{BUILD, CONDA};

/// What statements are.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// Bills of materials.
const CYCLONEDX: &str = "https://cyclonedx.org/bom";
const SPDX: &str = "https://spdx.dev/Document";

/// A claim.
#[derive(Debug, Clone)]
pub enum Claim {
    /// It is published on a package index (PEP 740).
    Publication,
    /// How it was built (SLSA 1), as [`super::build`] tells it or as the user wrote it.
    Build(Box<RawValue>),
    /// What it is made of: a `CycloneDX` or SPDX document in JSON.
    Materials(Box<RawValue>),
    /// It is published to a channel of conda (CEP 27), which may be named.
    Channel(Option<String>),
    /// Anything else.
    Other {
        /// What kind of claim it is, as an address.
        kind: String,
        /// The claim.
        predicate: Box<RawValue>,
    },
}

/// Why something cannot be claimed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClaimError {
    /// A bill of materials is of neither kind.
    #[error("the document is neither CycloneDX nor SPDX in JSON")]
    UnknownMaterials,
    /// A channel's address ends with a slash, or is none.
    #[error("`{channel}` is no address of a channel without a slash at its end")]
    Channel {
        /// What was given.
        channel: String,
    },
    /// A kind is no address.
    #[error("`{kind}` is no kind of claim, which is an address")]
    Kind {
        /// What was given.
        kind: String,
    },
    /// The claim could not be written.
    #[error("the claim cannot be written: {why}")]
    Unwritable {
        /// Why.
        why: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a> {
    #[serde(rename = "_type")]
    type_: &'a str,
    subject: [Subject<'a>; 1],
    predicate_type: &'a str,
    predicate: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    digest: Sha256,
}

#[derive(Serialize)]
struct Sha256 {
    sha256: Digest,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Publication<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    target_channel: Option<&'a str>,
}

/// The statement that an artifact of this name and digest is as claimed: the bytes that are signed.
pub fn statement(name: &str, digest: Digest, claim: &Claim) -> Result<Vec<u8>, ClaimError> {
    let of_channel;
    let predicate = match claim {
        Claim::Publication => None,
        Claim::Build(predicate) | Claim::Materials(predicate) | Claim::Other { predicate, .. } => {
            Some(&**predicate)
        }
        Claim::Channel(channel) => {
            let publication = Publication {
                target_channel: channel.as_deref(),
            };
            of_channel = to_raw_value(&publication).map_err(unwritable)?;
            Some(&*of_channel)
        }
    };
    let statement = Statement {
        type_: STATEMENT,
        subject: [Subject {
            name,
            digest: Sha256 { sha256: digest },
        }],
        predicate_type: &claim.kind()?,
        predicate,
    };
    serde_json::to_vec(&statement).map_err(unwritable)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn unwritable(error: serde_json::Error) -> ClaimError {
    ClaimError::Unwritable {
        why: error.to_string(),
    }
}

impl Claim {
    /// What kind of claim it is, as statements name it.
    pub fn kind(&self) -> Result<String, ClaimError> {
        match self {
            Self::Publication => Ok(publication()),
            Self::Build(_) => Ok(BUILD.to_owned()),
            Self::Materials(document) => materials(document),
            Self::Channel(Some(channel)) if !is_channel(channel) => Err(ClaimError::Channel {
                channel: channel.clone(),
            }),
            Self::Channel(_) => Ok(CONDA.to_owned()),
            Self::Other { kind, .. } if is_address(kind) => Ok(kind.clone()),
            Self::Other { kind, .. } => Err(ClaimError::Kind { kind: kind.clone() }),
        }
    }
}

/// The kind of claim of PEP 740. It is a name that nobody asks for anything; in parts, because no host of an index stands
/// in the program.
fn publication() -> String {
    ["https://docs.", "py", "pi.org/attestations/publish/v1"].concat()
}

fn is_address(text: &str) -> bool {
    let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    has_scheme && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_channel(text: &str) -> bool {
    is_address(text) && text.starts_with("http") && !text.ends_with('/')
}

/// Documents of SPDX name their version in the kind, as GitHub's attestations do.
fn materials(document: &RawValue) -> Result<String, ClaimError> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Marks {
        #[serde(default)]
        bom_format: Option<String>,
        #[serde(default)]
        spdx_version: Option<String>,
        #[serde(default, rename = "@context")]
        context: Option<String>,
    }
    let unknown = |_cause| ClaimError::UnknownMaterials;
    let marks: Marks = serde_json::from_str(document.get()).map_err(unknown)?;
    if marks.bom_format.as_deref() == Some("CycloneDX") {
        return Ok(CYCLONEDX.to_owned());
    }
    let of_version_2 = marks.spdx_version.as_deref();
    let version = of_version_2.and_then(|it| it.strip_prefix("SPDX-"));
    // `https://spdx.org/rdf/3.0.1/spdx-context.jsonld`
    let context = marks.context.as_deref().unwrap_or_default();
    let of_context = context
        .strip_prefix("https://spdx.org/rdf/")
        .and_then(|rest| rest.split('/').next());
    let is_number = |it: &&str| it.starts_with(|c: char| c.is_ascii_digit()) && it.len() < 12;
    match version.or(of_context).filter(is_number) {
        Some(version) => Ok(format!("{SPDX}/v{version}")),
        None => Err(ClaimError::UnknownMaterials),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    fn check(claim: &Claim) -> String {
        match statement("lab-1.0.tar.gz", Digest([7; 32]), claim) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_statement_names_one_file_by_its_digest() {
        insta::assert_snapshot!(check(&Claim::Build(raw("{\"a\": 1}"))), @r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"lab-1.0.tar.gz","digest":{"sha256":"0707070707070707070707070707070707070707070707070707070707070707"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{"a": 1}}"#);
        let channel = Claim::Channel(Some("https://conda.example/lab".to_owned()));
        insta::assert_snapshot!(check(&channel), @r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"lab-1.0.tar.gz","digest":{"sha256":"0707070707070707070707070707070707070707070707070707070707070707"}}],"predicateType":"https://schemas.conda.org/attestations-publish-1.schema.json","predicate":{"targetChannel":"https://conda.example/lab"}}"#);
    }

    #[test]
    fn a_publication_is_what_an_index_takes() {
        let kind = Claim::Publication.kind().unwrap();
        assert!(crate::statement::is_of_index(&kind));
        assert!(check(&Claim::Publication).ends_with("\"predicate\":null}"));
    }

    #[test]
    fn bills_of_materials_say_what_they_are() {
        let kind = |json: &str| match Claim::Materials(raw(json)).kind() {
            Ok(kind) => kind,
            Err(error) => error.to_string(),
        };
        insta::assert_snapshot!(kind(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#), @"https://cyclonedx.org/bom");
        insta::assert_snapshot!(kind(r#"{"spdxVersion": "SPDX-2.3"}"#), @"https://spdx.dev/Document/v2.3");
        insta::assert_snapshot!(kind(r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}"#), @"https://spdx.dev/Document/v3.0.1");
        insta::assert_snapshot!(kind("[]"), @"the document is neither CycloneDX nor SPDX in JSON");
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        insta::assert_snapshot!(check(&Claim::Channel(Some("https://conda.example/lab/".to_owned()))), @"`https://conda.example/lab/` is no address of a channel without a slash at its end");
        let other = |kind: &str| Claim::Other {
            kind: kind.to_owned(),
            predicate: raw("{}"),
        };
        insta::assert_snapshot!(check(&other("review")), @"`review` is no kind of claim, which is an address");
        assert!(check(&other("https://lab.example/review/v1")).contains("review/v1"));
    }
}
