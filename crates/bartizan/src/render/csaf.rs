//! A CSAF 2.0 document of the profile VEX
//! ([section 4.5](https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html)): each component within each target is a product.

use std::collections::BTreeMap;

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

pub(super) static FORMAT: Csaf = Csaf;

pub(super) struct Csaf;

impl ReportFormat for Csaf {
    fn id(&self) -> &'static str {
        "csaf"
    }

    fn title(&self) -> &'static str {
        "a document for who uses the target (CSAF 2.0, profile VEX)"
    }

    fn render(&self, report: &ScanReport, _: View<'_>) -> Result<String, Failure> {
        let all = stance::all(report);
        let products = Products::of(report);
        let mut by_group: BTreeMap<&str, Vec<(&Stance, &[&VulnerabilityFinding])>> =
            BTreeMap::new();
        for (stance, findings) in &all {
            let of_group = by_group.entry(&stance.group).or_default();
            of_group.push((stance, findings.as_slice()));
        }
        let vulnerabilities: Vec<Value> = by_group
            .iter()
            .map(|(group, said)| vulnerability(group, said, &products))
            .collect();
        let tree = products.tree();
        let id = stance::urn_of(&json!([tree, vulnerabilities]).to_string());
        let as_of = report.database.as_of.to_string();
        to_text(&json!({
            "document": {
                "category": "csaf_vex",
                "csaf_version": "2.0",
                "title": "Known vulnerabilities and their status",
                "publisher": {"category": "user", "name": "Bartizan", "namespace": env!("CARGO_PKG_REPOSITORY")},
                "tracking": {
                    "id": id.trim_start_matches("urn:uuid:"),
                    "status": "final",
                    "version": "1",
                    "initial_release_date": as_of,
                    "current_release_date": as_of,
                    "revision_history": [{"number": "1", "date": as_of, "summary": "as scanned"}],
                    "generator": {"engine": {"name": "bartizan", "version": env!("CARGO_PKG_VERSION")}},
                },
            },
            "product_tree": tree,
            "vulnerabilities": vulnerabilities,
        }))
    }
}

/// The products of a report with their ids: components by package URL, targets by label, components within targets.
struct Products {
    components: BTreeMap<String, String>,
    targets: BTreeMap<String, String>,
    within: BTreeMap<(String, String), String>,
}

impl Products {
    fn of(report: &ScanReport) -> Self {
        let mut products = Self {
            components: BTreeMap::new(),
            targets: BTreeMap::new(),
            within: BTreeMap::new(),
        };
        for finding in &report.findings {
            let purl = finding.component.purl().to_string();
            for target in stance::targets(finding) {
                products.targets.insert(target.to_owned(), String::new());
                products
                    .within
                    .insert((target.to_owned(), purl.clone()), String::new());
            }
            products.components.insert(purl, String::new());
        }
        number(products.components.values_mut(), "component");
        number(products.targets.values_mut(), "target");
        number(products.within.values_mut(), "product");
        products
    }

    /// The ids of the component within its targets, or of the component itself where it has none.
    fn ids(&self, finding: &VulnerabilityFinding) -> Vec<String> {
        let purl = finding.component.purl().to_string();
        let targets = stance::targets(finding).into_iter();
        let within: Vec<String> = targets
            .filter_map(|target| self.within.get(&(target.to_owned(), purl.clone())).cloned())
            .collect();
        if within.is_empty() {
            self.components.get(&purl).cloned().into_iter().collect()
        } else {
            within
        }
    }

    fn tree(&self) -> Value {
        let components = self.components.iter().map(|(purl, id)| {
            json!({"product_id": id, "name": purl, "product_identification_helper": {"purl": purl}})
        });
        let targets = self.targets.iter();
        let targets = targets.map(|(label, id)| json!({"product_id": id, "name": label}));
        let names: Vec<Value> = components.chain(targets).collect();
        let relationships: Vec<Value> = self
            .within
            .iter()
            .map(|((target, purl), id)| {
                json!({
                    "category": "default_component_of",
                    "product_reference": self.components.get(purl),
                    "relates_to_product_reference": self.targets.get(target),
                    "full_product_name": {"product_id": id, "name": format!("{purl} in {target}")},
                })
            })
            .collect();
        let mut tree = Map::new();
        // The schema wants no empty lists.
        for (key, list) in [
            ("full_product_names", names),
            ("relationships", relationships),
        ] {
            if !list.is_empty() {
                tree.insert(key.to_owned(), Value::Array(list));
            }
        }
        Value::Object(tree)
    }
}

fn number<'a>(ids: impl Iterator<Item = &'a mut String>, word: &str) {
    for (index, id) in ids.enumerate() {
        *id = format!("{word}-{}", index + 1);
    }
}

fn vulnerability(
    group: &str,
    said: &[(&Stance, &[&VulnerabilityFinding])],
    products: &Products,
) -> Value {
    let findings = || said.iter().flat_map(|(_, findings)| findings.iter());
    let (mut status, mut flags, mut threats, mut remediations) =
        (Map::new(), Vec::new(), Vec::new(), Vec::new());
    for (stance, findings) in said {
        let ids: Vec<String> = findings
            .iter()
            .flat_map(|finding| products.ids(finding))
            .collect();
        if let Some(justification) = stance.justification.map(VexJustification::as_str) {
            flags.push(json!({"label": justification, "product_ids": ids}));
        }
        match (stance.status, &stance.note) {
            (VexStatus::NotAffected, Some(note)) => {
                threats.push(json!({"category": "impact", "details": note, "product_ids": ids}));
            }
            (VexStatus::Affected, Some(note)) => {
                let has_fix = findings.iter().all(|finding| !finding.fixed.is_empty());
                let category = match (stance.is_accepted, has_fix) {
                    (true, _) => "no_fix_planned",
                    (false, true) => "vendor_fix",
                    (false, false) => "none_available",
                };
                remediations
                    .push(json!({"category": category, "details": note, "product_ids": ids}));
            }
            _ => {}
        }
        let list = status
            .entry(list_of(stance.status))
            .or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.extend(ids.into_iter().map(Value::String));
        }
    }
    let summary = findings()
        .map(|finding| finding.summary.as_str())
        .find(|text| !text.is_empty());
    let mut vulnerability = names(group, findings());
    let lists = [
        (
            "notes",
            vec![json!({"category": "description", "text": summary.unwrap_or(group)})],
        ),
        ("flags", flags),
        ("threats", threats),
        ("remediations", remediations),
    ];
    vulnerability.insert("product_status".to_owned(), Value::Object(status));
    for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        vulnerability.insert(key.to_owned(), Value::Array(list));
    }
    Value::Object(vulnerability)
}

/// The CVE, and the other ids of a vulnerability.
fn names<'a>(
    group: &str,
    findings: impl Iterator<Item = &'a &'a VulnerabilityFinding>,
) -> Map<String, Value> {
    let mut names = Map::new();
    let mut others: Vec<&String> = findings.flat_map(|finding| &finding.ids).collect();
    others.sort_unstable();
    others.dedup();
    if group.starts_with("CVE-") {
        names.insert("cve".to_owned(), json!(group));
        others.retain(|id| *id != group);
    }
    if !others.is_empty() {
        let others = others.into_iter();
        let others =
            others.map(|id| json!({"system_name": id.split('-').next().unwrap_or(id), "text": id}));
        names.insert("ids".to_owned(), others.collect());
    }
    names
}

fn list_of(status: VexStatus) -> &'static str {
    match status {
        VexStatus::NotAffected => "known_not_affected",
        VexStatus::Fixed => "fixed",
        VexStatus::UnderInvestigation => "under_investigation",
        VexStatus::Affected => "known_affected",
    }
}
