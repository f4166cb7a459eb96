//! What is known of everything that comes along: vulnerabilities, hygiene, and the risk of the chain.

mod age;
mod component;
mod rows;

use bartizan_model::{
    assessment::{Figure, ProjectAssessment},
    ecosystem::Ecosystem,
    finding::VulnerabilityFinding,
    index::IndexFacts,
    inventory::Inventory,
};
use bartizan_vulnerability::{
    hygiene::{self, Facts as HygieneFacts},
    measures::{ADVISORY_AGES, CHAIN_RISK, COMPONENTS, OLD_ADVISORIES, OPEN_ADVISORIES, UNDECIDED},
    risk::{self, EdgeFacts, Facts as RiskFacts, Share, TargetRisk},
    scan::{Report, scan},
};

use self::age::Ages;
use super::{ADVISORIES, Inputs};
use crate::{libraries, measures::figure};

/// How many parts of a risk are shown; the smallest become one, so that the parts still add up.
const MOST_SHARES: usize = 40;

/// Looks up everything that comes along, and weighs it.
pub(super) fn add(inputs: &Inputs<'_>, inventory: &Inventory, said: &mut ProjectAssessment) {
    let report = scan(std::slice::from_ref(inventory), inputs.database);
    let edges = EdgeFacts::default();
    let risk = risk::assess(
        &RiskFacts {
            inventory,
            findings: &report.findings,
            exposure: &libraries::exposure,
            edges: &edges,
        },
        inputs.weights,
    );
    let ages = Ages::of(inputs, &report.findings, said);
    said.problems.extend(report.problems.iter().cloned());
    rows::add(inputs, inventory, (&report, &risk, &ages), said);
    hygiene(inputs, inventory, &report, said);
    component::add(inputs, inventory, &risk, said);
    figures(inputs, inventory, (&report, &risk, &ages), said);
}

fn hygiene(
    inputs: &Inputs<'_>,
    inventory: &Inventory,
    report: &Report,
    said: &mut ProjectAssessment,
) {
    let mut facts = IndexFacts::default();
    let index = Ecosystem::pypi();
    let packages = inventory.components.iter();
    let packages = packages.filter(|it| it.native.is_none() && *it.package.ecosystem() == index);
    for component in packages {
        let package = &component.package;
        match inputs.universe.listed(package).as_ref() {
            Ok(Some(project)) => {
                facts.indexes = facts.indexes.max(project.facts.len());
                facts
                    .projects
                    .insert(package.clone(), project.facts.clone());
            }
            Ok(None) => {}
            Err(why) => drop(facts.unanswered.insert(package.clone(), why.clone())),
        }
    }
    let judged = hygiene::judge(&HygieneFacts {
        inventories: std::slice::from_ref(inventory),
        findings: &report.findings,
        popular: inputs.popular,
        index: Some(&facts),
        now: inputs.as_of,
    });
    rows::add_hygiene(inputs, judged, said);
}

type Looked<'a> = (&'a Report, &'a TargetRisk, &'a Ages);

fn figures(
    inputs: &Inputs<'_>,
    inventory: &Inventory,
    (report, risk, ages): Looked<'_>,
    said: &mut ProjectAssessment,
) {
    let snapshot = inputs.database.manifest().snapshot.clone();
    let evidence = || vec![inputs.evidence(ADVISORIES, Some(&snapshot), "snapshot of advisories")];
    let groups = ages.groups();
    let severities = age::by_severity(&report.findings);
    said.figures.push(Figure {
        shares: severities,
        evidence: evidence(),
        ..figure(&OPEN_ADVISORIES, groups as f64)
    });
    let (old, dated) = ages.old();
    said.figures.push(Figure {
        whole: Some(dated as f64),
        evidence: evidence(),
        ..figure(&OLD_ADVISORIES, old as f64)
    });
    said.figures.push(Figure {
        shares: ages.classes(),
        evidence: evidence(),
        ..figure(&ADVISORY_AGES, groups as f64)
    });
    said.figures.push(Figure {
        shares: shares(inventory, risk),
        evidence: evidence(),
        ..figure(&CHAIN_RISK, risk.score.value())
    });
    let natives = inventory.components.iter().filter(|it| it.native.is_some());
    let natives = natives.count();
    let packages = inventory.components.len() - natives;
    said.figures.push(Figure {
        shares: vec![
            ("Python packages".to_owned(), packages as f64),
            ("native libraries".to_owned(), natives as f64),
        ],
        evidence: evidence(),
        ..figure(&COMPONENTS, inventory.components.len() as f64)
    });
    let reasons = report.unknown.iter().map(|unknown| unknown.reason.as_str());
    said.figures.push(Figure {
        shares: age::counted(reasons),
        evidence: evidence(),
        ..figure(&UNDECIDED, report.unknown.len() as f64)
    });
}

/// The parts of the risk, each as vulnerability and component; they add up to it.
fn shares(inventory: &Inventory, risk: &TargetRisk) -> Vec<(String, f64)> {
    let named = |share: &Share| {
        let component = inventory.components.get(share.component);
        let component = component.map(component::name).unwrap_or_default();
        (
            format!("{} in {component}", share.group),
            share.amount.value(),
        )
    };
    let mut shares: Vec<(String, f64)> = risk.shares.iter().map(named).collect();
    if shares.len() > MOST_SHARES {
        let rest = shares.split_off(MOST_SHARES - 1);
        let rest = rest.iter().map(|(_, part)| part).sum();
        shares.push(("everything else".to_owned(), rest));
    }
    shares
}

/// What a finding is shown under.
fn key(finding: &VulnerabilityFinding) -> &str {
    &finding.group
}
