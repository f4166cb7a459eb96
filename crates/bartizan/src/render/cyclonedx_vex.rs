//! A `CycloneDX` 1.6 document of the affected components and the analysis of their vulnerabilities.

use std::collections::BTreeMap;

use bartizan_model::{
    finding::VulnerabilityFinding,
    inventory::Component,
    severity::SeverityLevel,
    vex::{VexJustification, VexStatus},
};
use serde_json::{Map, Value, json};

use super::{
    ReportFormat, View,
    json::to_text,
    stance::{self, Stance},
};
use crate::{error::Failure, report::ScanReport};

pub(super) static FORMAT: CycloneDxVex = CycloneDxVex;

pub(super) struct CycloneDxVex;

impl ReportFormat for CycloneDxVex {
    fn id(&self) -> &'static str {
        "cyclonedx-vex"
    }

    fn title(&self) -> &'static str {
        "analyses beside a bill of materials (CycloneDX 1.6)"
    }

    fn render(&self, report: &ScanReport, _: View<'_>) -> Result<String, Failure> {
        let components: BTreeMap<String, &Component> = report
            .findings
            .iter()
            .map(|finding| (finding.component.purl().to_string(), &finding.component))
            .collect();
        let components: Vec<Value> = components
            .into_iter()
            .map(|(purl, component)| {
                json!({"type": "library", "bom-ref": purl, "name": component.package.name(),
                    "version": component.version, "purl": purl})
            })
            .collect();
        let vulnerabilities: Vec<Value> = stance::all(report)
            .iter()
            .map(|(stance, findings)| vulnerability(stance, findings))
            .collect();
        let content = json!([components, vulnerabilities]).to_string();
        to_text(&json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": stance::urn_of(&content),
            "version": 1,
            "metadata": {
                "timestamp": report.database.as_of.to_string(),
                "tools": {"components": [{"type": "application", "name": "bartizan", "version": env!("CARGO_PKG_VERSION")}]},
            },
            "components": components,
            "vulnerabilities": vulnerabilities,
        }))
    }
}

fn vulnerability(stance: &Stance, findings: &[&VulnerabilityFinding]) -> Value {
    let mut others: Vec<&String> = findings.iter().flat_map(|finding| &finding.ids).collect();
    others.retain(|id| **id != stance.group);
    others.sort_unstable();
    others.dedup();
    let references: Vec<Value> = others
        .into_iter()
        .map(|id| json!({"id": id, "source": {"name": id.split('-').next().unwrap_or(id)}}))
        .collect();
    let affects: Vec<Value> = findings
        .iter()
        .map(|finding| json!({"ref": finding.component.purl().to_string()}))
        .collect();
    let ratings: Vec<Value> = findings
        .first()
        .map(|finding| rating(finding))
        .into_iter()
        .collect();
    json!({
        "id": stance.group,
        "references": references,
        "ratings": ratings,
        "analysis": analysis(stance, findings),
        "affects": affects,
    })
}

fn rating(finding: &VulnerabilityFinding) -> Value {
    let severity = &finding.severity;
    let mut rating = Map::new();
    let level = severity.level.map_or("unknown", SeverityLevel::as_str);
    rating.insert("severity".to_owned(), json!(level));
    if let Some(score) = severity.score {
        rating.insert("score".to_owned(), json!(score));
    }
    if let Some(vector) = &severity.vector {
        rating.insert("vector".to_owned(), json!(vector));
    }
    Value::Object(rating)
}

fn analysis(stance: &Stance, findings: &[&VulnerabilityFinding]) -> Value {
    let mut analysis = Map::new();
    let state = match stance.status {
        VexStatus::NotAffected => "not_affected",
        VexStatus::Fixed => "resolved",
        VexStatus::UnderInvestigation => "in_triage",
        VexStatus::Affected => "exploitable",
    };
    analysis.insert("state".to_owned(), json!(state));
    if let Some(justification) = stance.justification {
        let word = match justification {
            VexJustification::ComponentNotPresent | VexJustification::VulnerableCodeNotPresent => {
                "code_not_present"
            }
            VexJustification::VulnerableCodeNotInExecutePath => "code_not_reachable",
            VexJustification::VulnerableCodeCannotBeControlledByAdversary => "requires_environment",
            VexJustification::InlineMitigationsAlreadyExist => "protected_by_mitigating_control",
        };
        analysis.insert("justification".to_owned(), json!(word));
    }
    let has_fix = findings.iter().all(|finding| !finding.fixed.is_empty());
    let response = match (stance.status, stance.is_accepted, has_fix) {
        (VexStatus::Affected, true, _) => Some("will_not_fix"),
        (VexStatus::Affected, false, true) => Some("update"),
        _ => None,
    };
    if let Some(response) = response {
        analysis.insert("response".to_owned(), json!([response]));
    }
    if let Some(note) = &stance.note {
        analysis.insert("detail".to_owned(), json!(note));
    }
    Value::Object(analysis)
}
