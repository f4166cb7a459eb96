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
        let word = match it.signer {
            Some(_) => "signed",
            None => "would sign",
        };
        sheet.line(&format!("{} {name}", terminal.paint(Ink::Strong, word)));
        if let Some(signer) = &it.signer {
            sheet.wrapped(2, &format!("by {signer}"));
        }
        sheet.wrapped(2, &format!("into {evidence}"));
        if it.signer.is_none() {
            for (depth, line) in pretty(&it.planned.statement) {
                let indent = depth.saturating_mul(2).saturating_add(2);
                sheet.line(&format!("{:indent$}{}", "", terminal.clean(&line)));
            }
        }
    }
    sheet.text
}

/// The statement over several lines, in the order in which it is signed, each line with its depth. Its bytes have no lines.
fn pretty(statement: &[u8]) -> Vec<(usize, String)> {
    let text = String::from_utf8_lossy(statement);
    let (mut lines, mut line, mut depth) = (Vec::new(), String::new(), 0_usize);
    let (mut is_text, mut is_escaped) = (false, false);
    for letter in text.chars() {
        let is_end = !is_text && matches!(letter, '}' | ']');
        if is_end {
            lines.push((depth, std::mem::take(&mut line)));
            depth = depth.saturating_sub(1);
        }
        line.push(letter);
        match letter {
            '"' if !is_escaped => is_text = !is_text,
            ':' if !is_text => line.push(' '),
            ',' if !is_text => lines.push((depth, std::mem::take(&mut line))),
            '{' | '[' if !is_text => {
                lines.push((depth, std::mem::take(&mut line)));
                depth = depth.saturating_add(1);
            }
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    lines.push((depth, line));
    lines.retain(|(_, line)| !line.trim().is_empty());
    lines
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> String {
        let lines = pretty(json.as_bytes()).into_iter();
        let lines = lines.map(|(depth, line)| format!("{:1$}{line}", "", depth * 2));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_statement_is_shown_in_its_own_order() {
        insta::assert_snapshot!(check(r#"{"b":[{"x":"a, {\"y\": [\\"},1],"a":null}"#), @r#"
        {
          "b": [
            {
              "x": "a, {\"y\": [\\"
            },
            1
          ],
          "a": null
        }
        "#);
    }
}
