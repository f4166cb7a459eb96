//! The dependency graph with its risk, in a file: JSON and DOT hold all of it, SVG the part that a person can look at.

mod dot;
mod json;
mod svg;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::inventory::{ComponentIndex, Inventory};
use bartizan_vulnerability::{paths::label, risk::ComponentRisk};

use crate::{
    error::Failure,
    output,
    risk::{RiskFacts, WeighedTarget},
    term::is_treacherous,
};

/// A way to write a graph down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GraphFormat {
    Json,
    Dot,
    Svg,
}

/// The format that the ending of a file asks for.
pub(crate) fn format_of(file: &Path) -> Result<GraphFormat, Failure> {
    let ending = file.extension().and_then(|it| it.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(GraphFormat::Json),
        Some("dot" | "gv") => Ok(GraphFormat::Dot),
        Some("svg") => Ok(GraphFormat::Svg),
        _ => Err(Failure::usage(format!(
            "`--graph` does not know how to write `{}`",
            file.display()
        ))
        .hint("name a file that ends in `.json`, `.dot` or `.svg`")),
    }
}

/// Writes the graphs of all targets.
pub(crate) fn write(
    file: &Path,
    inventories: &[Inventory],
    risk: &RiskFacts,
) -> Result<(), Failure> {
    let targets: Vec<Target<'_>> = inventories
        .iter()
        .zip(&risk.targets)
        .map(|(inventory, weighed)| Target::of(inventory, weighed))
        .collect();
    let text = match format_of(file)? {
        GraphFormat::Json => json::text(&targets, &risk.profile)?,
        GraphFormat::Dot => dot::text(&targets),
        GraphFormat::Svg => svg::text(&targets),
    };
    output::write(&text, Some(file))
}

/// A target and its score, with what is asked of each component at hand.
struct Target<'a> {
    inventory: &'a Inventory,
    weighed: &'a WeighedTarget,
    risks: BTreeMap<ComponentIndex, &'a ComponentRisk>,
    findings: BTreeMap<ComponentIndex, Vec<&'a str>>,
    roots: BTreeSet<ComponentIndex>,
    /// Whether the graph was small enough to ask for the chains of its components.
    has_chains: bool,
}

impl<'a> Target<'a> {
    fn of(inventory: &'a Inventory, weighed: &'a WeighedTarget) -> Self {
        let risk = &weighed.risk;
        let mut findings: BTreeMap<ComponentIndex, Vec<&str>> = BTreeMap::new();
        for share in &risk.shares {
            let ids = findings.entry(share.component).or_default();
            ids.push(&share.group);
        }
        Self {
            inventory,
            weighed,
            risks: risk
                .components
                .iter()
                .map(|it| (it.component, it))
                .collect(),
            findings,
            roots: inventory.roots.iter().copied().collect(),
            has_chains: risk.components.iter().all(|it| it.chain.is_some()),
        }
    }

    /// The component as people call it, without characters that act instead of being shown.
    fn label(&self, place: ComponentIndex) -> String {
        let component = self.inventory.components.get(place);
        plain(&component.map(label).unwrap_or_default())
    }

    fn risk(&self, place: ComponentIndex) -> Option<&ComponentRisk> {
        self.risks.get(&place).copied()
    }

    /// The ids of the findings of a component, the greatest share first.
    fn findings(&self, place: ComponentIndex) -> Vec<String> {
        let ids = self.findings.get(&place).into_iter().flatten();
        ids.map(|id| plain(id)).collect()
    }
}

fn plain(text: &str) -> String {
    text.replace(is_treacherous, "\u{fffd}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use bartizan_model::{
        ecosystem::Package,
        finding::VulnerabilityFinding,
        inventory::{Component, Edge},
        severity::{Severity, SeverityLevel},
    };

    /// An application that stands on two things that stand on a third, with names that mean harm.
    pub(crate) fn laboratory() -> (Inventory, WeighedTarget) {
        let names = [
            "app",
            "left",
            "right",
            "base",
            "</text>\u{202e}\"&<x>",
            "quiet",
        ];
        let inventory = Inventory {
            label: "lab <&\">".to_owned(),
            path: "uv.lock".to_owned(),
            components: names
                .map(|it| Component::new(Package::pypi(it), "1.0", ""))
                .to_vec(),
            roots: vec![0],
            edges: [(0, 1), (0, 2), (1, 3), (2, 3), (0, 4), (0, 5)]
                .map(|(from, to)| Edge { from, to })
                .to_vec(),
            ..Inventory::default()
        };
        let finding = |place: usize, id: &str, level| VulnerabilityFinding {
            group: id.to_owned(),
            ids: vec![id.to_owned()],
            summary: String::new(),
            component: inventory.components[place].clone(),
            severity: Severity {
                level,
                ..Severity::default()
            },
            epss: None,
            known_exploited: None,
            fixed: Vec::new(),
            paths: Vec::new(),
            matched: Vec::new(),
            ignored: None,
            vex: None,
            see_also: Vec::new(),
        };
        let findings = [
            finding(3, "CVE-1", Some(SeverityLevel::Critical)),
            finding(4, "CVE-2", Some(SeverityLevel::Low)),
        ];
        let profile = crate::profile::load(None).unwrap();
        let inventories = [inventory];
        let mut facts = crate::risk::weigh(&inventories, &findings, &profile);
        let [inventory] = inventories;
        (inventory, facts.targets.remove(0))
    }

    #[test]
    fn the_ending_says_the_format() {
        let check = |file: &str| format_of(Path::new(file)).map_err(|it| it.message);
        assert_eq!(check("a.SVG"), Ok(GraphFormat::Svg));
        assert_eq!(check("a.gv"), Ok(GraphFormat::Dot));
        assert!(check("a.png").is_err());
        assert!(check("svg").is_err());
    }
}
