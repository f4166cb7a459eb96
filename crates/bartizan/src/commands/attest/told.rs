//! What was signed, or would be, for people and for programs.

use bartizan_provenance::{Attestation, Verified};
use serde::Serialize;
use serde_json::value::RawValue;

use super::plan::Planned;
use crate::{
    error::Failure,
    provenance::told::signer,
    render::json::{SCHEMA_VERSION, to_text},
    term::{Ink, Sheet, Terminal},
};

/// One statement.
pub(super) struct Told<'a> {
    planned: &'a Planned,
    /// Nothing where it was not signed.
    signer: Option<String>,
}

impl<'a> Told<'a> {
    pub(super) fn planned(planned: &'a Planned) -> Self {
        let signer = None;
        Self { planned, signer }
    }

    pub(super) fn signed(planned: &'a Planned, attestation: &Verified<Attestation>) -> Self {
        let signer = Some(signer(&attestation.get().signer));
        Self { planned, signer }
    }
}

pub(super) fn human(terminal: Terminal, told: &[Told<'_>]) -> String {
    let mut sheet = Sheet::new(terminal);
    for it in told {
        let name = terminal.clean(&it.planned.name);
        let evidence = it.planned.evidence.display().to_string();
        match &it.signer {
            Some(signer) => {
                let word = terminal.paint(Ink::Strong, "signed");
                sheet.line(&format!("{word} {name}"));
                sheet.wrapped(2, &format!("by {signer}"));
                sheet.wrapped(2, &format!("into {evidence}"));
            }
            None => {
                let word = terminal.paint(Ink::Strong, "would sign");
                sheet.line(&format!("{word} {name}"));
                sheet.wrapped(2, &format!("into {evidence}"));
                for line in pretty(&it.planned.statement).lines() {
                    sheet.line(&format!("  {}", terminal.clean(line)));
                }
            }
        }
    }
    sheet.text
}

/// The statement over several lines; its bytes have none.
fn pretty(statement: &[u8]) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(statement);
    value
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_default()
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    is_dry_run: bool,
    artifacts: Vec<ArtifactJson<'a>>,
}

#[derive(Serialize)]
struct ArtifactJson<'a> {
    artifact: String,
    sha256: String,
    predicate_type: &'a str,
    evidence: String,
    signer: Option<&'a str>,
    statement: Option<&'a RawValue>,
}

pub(super) fn json(told: &[Told<'_>], is_dry_run: bool) -> Result<String, Failure> {
    let artifacts = told.iter().map(|it| ArtifactJson {
        artifact: it.planned.path.display().to_string(),
        sha256: it.planned.digest.to_string(),
        predicate_type: &it.planned.kind,
        evidence: it.planned.evidence.display().to_string(),
        signer: it.signer.as_deref(),
        statement: serde_json::from_slice(&it.planned.statement).ok(),
    });
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        is_dry_run,
        artifacts: artifacts.collect(),
    })
}
