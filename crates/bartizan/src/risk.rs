//! The risk of what was scanned: facts for the score from the table of libraries and the user's own code, and the score
//! with the names of the components that it speaks of.

mod imports;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_assessment::libraries;
use bartizan_formats::target;
use bartizan_model::{
    ecosystem::Ecosystem,
    finding::VulnerabilityFinding,
    inventory::{Component, ComponentIndex, Inventory},
};
use bartizan_vulnerability::{
    paths::label,
    risk::{self, EdgeFacts, Facts, Share, TargetRisk},
};

use crate::profile::Profile;

/// The scores of all targets.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RiskFacts {
    /// The name of the profile whose weights were taken.
    pub(crate) profile: String,
    /// In the order of the targets.
    pub(crate) targets: Vec<WeighedTarget>,
}

/// The score of one target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeighedTarget {
    pub(crate) risk: TargetRisk,
    /// The components that the score speaks of.
    pub(crate) components: BTreeMap<ComponentIndex, Component>,
    /// How many files of the user's own code were looked at for imports; `None` where that was not to be had.
    pub(crate) imports: Option<usize>,
}

impl WeighedTarget {
    /// A component as paths name it.
    pub(crate) fn label(&self, place: ComponentIndex) -> String {
        self.components.get(&place).map(label).unwrap_or_default()
    }

    /// The part of the score that a share is, between 0 and 1.
    pub(crate) fn part(&self, share: &Share) -> f64 {
        let whole = self.risk.score.value();
        if whole > 0.0 {
            share.amount.value() / whole
        } else {
            0.0
        }
    }
}

/// Weighs the findings of each target.
pub(crate) fn weigh(
    inventories: &[Inventory],
    findings: &[VulnerabilityFinding],
    profile: &Profile,
) -> RiskFacts {
    RiskFacts {
        profile: profile.name.clone(),
        targets: inventories
            .iter()
            .map(|inventory| weigh_one(inventory, findings, profile))
            .collect(),
    }
}

fn weigh_one(
    inventory: &Inventory,
    findings: &[VulnerabilityFinding],
    profile: &Profile,
) -> WeighedTarget {
    // Reading the user's code is worth nothing where there is no risk to lower.
    let own = has_own_code(inventory) && !findings.is_empty();
    let seen = own.then(|| imports::beside(inventory)).flatten();
    let edges = EdgeFacts {
        imported: seen
            .as_ref()
            .map(|seen| imported(inventory, &seen.modules, profile))
            .unwrap_or_default(),
        ..EdgeFacts::default()
    };
    let risk = risk::assess(
        &Facts {
            inventory,
            findings,
            exposure: &libraries::exposure,
            edges: &edges,
        },
        &profile.weights,
    );
    let named = risk.components.iter().map(|it| it.component);
    let named: BTreeSet<ComponentIndex> = named
        .chain(risk.shares.iter().map(|it| it.component))
        .collect();
    let named = named.into_iter();
    let components = named.filter_map(|it| Some((it, inventory.components.get(it)?.clone())));
    WeighedTarget {
        components: components.collect(),
        risk,
        imports: seen.map(|seen| seen.files),
    }
}

/// Whether the target is a project's own list of what it needs, beside which its code lies.
fn has_own_code(inventory: &Inventory) -> bool {
    let mut formats = target::ALL.iter();
    formats.any(|format| format.id() == inventory.format && format.lies_beside_code())
}

/// What of the components is imported. Only of what the profile names the modules of can it be said that it is not.
fn imported(
    inventory: &Inventory,
    modules: &BTreeSet<String>,
    profile: &Profile,
) -> BTreeMap<ComponentIndex, bool> {
    let index = Ecosystem::pypi();
    let components = inventory.components.iter().enumerate();
    let packages = components.filter(|(_, it)| *it.package.ecosystem() == index);
    let known = packages.filter_map(|(place, component)| {
        let name = component.package.name();
        match profile.modules().get(name) {
            Some(own) => Some((place, own.iter().any(|module| modules.contains(module)))),
            None => modules
                .contains(&name.replace('-', "_"))
                .then_some((place, true)),
        }
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::ecosystem::Package;

    #[test]
    fn formats_beside_code_exist() {
        let of_format = |id: &str| Inventory {
            format: id.to_owned(),
            ..Inventory::default()
        };
        for id in ["uv-lock", "requirements", "environment-yml", "pixi-lock"] {
            assert!(has_own_code(&of_format(id)), "{id}");
        }
        let mut without: Vec<_> = target::ALL.iter().map(|format| format.id()).collect();
        without.retain(|id| !has_own_code(&of_format(id)));
        without.sort_unstable();
        insta::assert_snapshot!(without.join(" "), @"artifact conda-environment conda-explicit container-image cyclonedx environment sif spdx");
    }

    #[test]
    fn only_of_what_the_profile_names_it_is_said_that_nothing_imports_it() {
        let names = ["numpy", "pillow", "some-tool", "h5-things", "pyyaml"];
        let inventory = Inventory {
            components: names
                .map(|it| Component::new(Package::pypi(it), "1", ""))
                .to_vec(),
            ..Inventory::default()
        };
        let modules = ["numpy", "h5_things", "yaml"].map(str::to_owned).into();
        let imported = imported(&inventory, &modules, &crate::profile::load(None).unwrap());
        insta::assert_snapshot!(format!("{imported:?}"), @"{0: true, 1: false, 3: true, 4: true}");
    }
}
