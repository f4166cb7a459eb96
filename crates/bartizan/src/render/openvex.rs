//! `OpenVEX` 0.2.0 ([specification](https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md)): what the report says of each
//! finding, as statements about the targets and the components in them.

use bartizan_model::{
    finding::VulnerabilityFinding,
    vex::{VexJustification, VexStatus},
};
use serde_json::{Map, Value, json};

use super::{
    ReportFormat, View,
    json::to_text,
    stance::{self, Stance},
};
use crate::{error::Failure, report::ScanReport};

pub(super) static FORMAT: OpenVex = OpenVex;

pub(super) struct OpenVex;

impl ReportFormat for OpenVex {
    fn id(&self) -> &'static str {
        "openvex"
    }

    fn title(&self) -> &'static str {
        "statements for who uses the target (OpenVEX 0.2.0)"
    }

    fn render(&self, report: &ScanReport, _: View<'_>) -> Result<String, Failure> {
        let all = stance::all(report);
        let statements: Vec<Value> = all
            .iter()
            .map(|(stance, findings)| statement(stance, findings))
            .collect();
        let statements = Value::Array(statements);
        to_text(&json!({
            "@context": "https://openvex.dev/ns/v0.2.0",
            "@id": stance::urn_of(&statements.to_string()),
            "author": "Bartizan",
            "timestamp": report.database.as_of.to_string(),
            "version": 1,
            "tooling": concat!("bartizan ", env!("CARGO_PKG_VERSION")),
            "statements": statements,
        }))
    }
}

fn statement(stance: &Stance, findings: &[&VulnerabilityFinding]) -> Value {
    let mut aliases: Vec<&String> = findings.iter().flat_map(|finding| &finding.ids).collect();
    aliases.retain(|id| **id != stance.group);
    aliases.sort_unstable();
    aliases.dedup();
    let mut statement = Map::new();
    let mut put = |key: &str, value: Value| {
        statement.insert(key.to_owned(), value);
    };
    put(
        "vulnerability",
        json!({"name": stance.group, "aliases": aliases}),
    );
    put(
        "products",
        findings
            .iter()
            .flat_map(|finding| products(finding))
            .collect(),
    );
    put("status", json!(stance.status.as_str()));
    if let Some(justification) = stance.justification.map(VexJustification::as_str) {
        put("justification", json!(justification));
    }
    if let Some(note) = &stance.note {
        let key = match stance.status {
            VexStatus::NotAffected => "impact_statement",
            VexStatus::Affected => "action_statement",
            VexStatus::Fixed | VexStatus::UnderInvestigation => "status_notes",
        };
        put(key, json!(note));
    }
    Value::Object(statement)
}

/// The component within each target, or by itself where no target is known.
fn products(finding: &VulnerabilityFinding) -> Vec<Value> {
    let component = finding.component.purl().to_string();
    let targets = stance::targets(finding).into_iter();
    let within: Vec<Value> = targets
        .filter_map(stance::target_purl)
        .map(|target| json!({"@id": target.to_string(), "subcomponents": [{"@id": component}]}))
        .collect();
    if within.is_empty() {
        vec![json!({"@id": component})]
    } else {
        within
    }
}
