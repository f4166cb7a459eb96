//! Components and how they hang together, as they are kept and shown.

use std::collections::BTreeMap;

use bartizan_model::{
    assessment::{AssessedComponent, AssessedEdge, Evidence, ProjectAssessment},
    inventory::{Component, ComponentIndex, Inventory},
    native::NativeEvidence,
};
use bartizan_vulnerability::risk::{ComponentRisk, TargetRisk};

use crate::project::{ARTIFACTS, INDEX, Inputs};

/// How many pieces of evidence are kept of a component.
const MOST_EVIDENCE: usize = 6;

/// `numpy 2.1.0`, `libwebp 1.3.1`.
pub(super) fn name(component: &Component) -> String {
    format!("{} {}", short_name(component), component.version)
}

fn short_name(component: &Component) -> &str {
    let native = component.native.as_ref();
    native.map_or(component.package.name(), |native| &native.component.name)
}

/// Keeps the components, with their risk, and their edges.
pub(super) fn add(
    inputs: &Inputs<'_>,
    inventory: &Inventory,
    risk: &TargetRisk,
    said: &mut ProjectAssessment,
) {
    let risks: BTreeMap<ComponentIndex, &ComponentRisk> = risk
        .components
        .iter()
        .map(|it| (it.component, it))
        .collect();
    let mut shares: BTreeMap<ComponentIndex, Vec<(String, f64)>> = BTreeMap::new();
    for share in &risk.shares {
        let of_component = shares.entry(share.component).or_default();
        of_component.push((share.group.clone(), share.amount.value()));
    }
    let roots = &inventory.roots;
    let asked = inventory
        .edges
        .iter()
        .filter(|edge| roots.contains(&edge.from));
    let direct: Vec<ComponentIndex> = asked
        .map(|edge| edge.to)
        .chain(roots.iter().copied())
        .collect();
    for (place, component) in inventory.components.iter().enumerate() {
        let purl = component.purl();
        said.components.push(AssessedComponent {
            name: short_name(component).to_owned(),
            version: Some(component.version.clone()),
            is_native: component.native.is_some(),
            is_direct: component.native.is_none() && direct.contains(&place),
            // What was looked up and has no findings has no risk; it is not unknown.
            risk: Some(risks.get(&place).map_or(0.0, |risk| risk.own.value())),
            shares: shares.remove(&place).unwrap_or_default(),
            evidence: evidence(inputs, component),
            purl,
        });
    }
    let purl = |place: ComponentIndex| {
        let component = inventory.components.get(place)?;
        Some(component.purl().to_string())
    };
    let edges = inventory.edges.iter().filter_map(|edge| {
        let to = inventory.components.get(edge.to)?;
        let kind = if to.native.is_some() {
            "bundles"
        } else {
            "requires"
        };
        Some(AssessedEdge {
            from: purl(edge.from)?,
            to: purl(edge.to)?,
            kind: kind.to_owned(),
        })
    });
    said.edges.extend(edges);
}

fn evidence(inputs: &Inputs<'_>, component: &Component) -> Vec<Evidence> {
    let Some(native) = &component.native else {
        return vec![inputs.evidence(INDEX, None, component.package.name())];
    };
    let shown = |evidence: &NativeEvidence| {
        let place = match (evidence.offset, evidence.line) {
            (Some(offset), _) => format!(" at byte {offset}"),
            (None, Some(line)) => format!(" in line {line}"),
            (None, None) => String::new(),
        };
        let carrier = component.locator.split(": ").next().unwrap_or_default();
        let locator = format!(
            "{carrier}: {}{place}: {} ({})",
            evidence.file,
            evidence.detail,
            evidence.kind.id()
        );
        inputs.evidence(ARTIFACTS, None, locator)
    };
    let all = native.component.evidence.iter().take(MOST_EVIDENCE);
    all.map(shown).collect()
}
