//! Which crate may know which.

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Checkout, Rule};
use crate::workspace::stdout_of;

pub(crate) const RULE: Rule = Rule {
    title: "a crate knows only crates of lower layers",
    check,
};

/// Layer of each crate. A capability (layer 1) may know the model and the formats, but no other capability.
const LAYERS: &[(&str, Layer)] = &[
    ("bartizan-model", Layer::Model),
    ("bartizan-formats", Layer::Formats),
    // For tests only: it knows nothing of ours.
    ("bartizan-sigstore-laboratory", Layer::Model),
    ("bartizan-access", Layer::Capability),
    ("bartizan-native", Layer::Capability),
    ("bartizan-people", Layer::Capability),
    ("bartizan-posture", Layer::Capability),
    ("bartizan-provenance", Layer::Capability),
    ("bartizan-review", Layer::Capability),
    ("bartizan-sbom", Layer::Capability),
    ("bartizan-vulnerability", Layer::Capability),
    ("bartizan-sources", Layer::Source),
    ("bartizan-store", Layer::Source),
    ("bartizan-assessment", Layer::Assessment),
    ("bartizan-server", Layer::Server),
    ("bartizan", Layer::Program),
    ("xtask", Layer::Task),
];

/// Crates that reach the network, a database or an asynchronous runtime: not below the sources.
const OUTWARD: &[&str] = &[
    "hyper", "reqwest", "rusqlite", "rustls", "sqlx", "tokio", "ureq",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Model,
    Formats,
    Capability,
    Source,
    Assessment,
    Server,
    Program,
    Task,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    match packages(checkout) {
        Ok(packages) => packages.iter().flat_map(complaints).collect(),
        Err(error) => vec![format!("Cargo.toml: {error:#}")],
    }
}

fn packages(checkout: &Checkout<'_>) -> Result<Vec<Package>> {
    let mut cargo = checkout.workspace.cargo();
    let printed = stdout_of(cargo.args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]))?;
    let metadata: Metadata =
        serde_json::from_str(&printed).context("cannot read what `cargo metadata` printed")?;
    if metadata.packages.is_empty() {
        bail!("`cargo metadata` named no crate");
    }
    Ok(metadata.packages)
}

fn complaints(package: &Package) -> Vec<String> {
    let Some(layer) = layer_of(&package.name) else {
        return vec![format!(
            "{}: has no layer; give it one in `xtask/src/tidy/layers.rs`",
            package.name
        )];
    };
    let forbidden = package
        .dependencies
        .iter()
        .filter(|dependency| !may_know(layer, &dependency.name));
    forbidden
        .map(|dependency| format!("{}: must not know {}", package.name, dependency.name))
        .collect()
}

fn layer_of(name: &str) -> Option<Layer> {
    LAYERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, layer)| *layer)
}

fn may_know(layer: Layer, name: &str) -> bool {
    match layer_of(name) {
        Some(other) => other < layer,
        None if name.starts_with("bartizan") => false,
        None => layer >= Layer::Source || !OUTWARD.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, dependencies: &[&str], expect: &[&str]) {
        let dependencies = dependencies
            .iter()
            .map(|name| Dependency {
                name: (*name).to_owned(),
            })
            .collect();
        assert_eq!(
            complaints(&Package {
                name: name.to_owned(),
                dependencies
            }),
            expect
        );
    }

    #[test]
    fn edges_go_down_only() {
        check(
            "bartizan-sources",
            &["bartizan-model", "bartizan-vulnerability", "ureq"],
            &[],
        );
        check(
            "bartizan-model",
            &["bartizan-formats"],
            &["bartizan-model: must not know bartizan-formats"],
        );
        check(
            "bartizan-vulnerability",
            &["bartizan-sources"],
            &["bartizan-vulnerability: must not know bartizan-sources"],
        );
    }

    #[test]
    fn pure_crates_reach_nothing() {
        check(
            "bartizan-formats",
            &["ureq", "serde"],
            &["bartizan-formats: must not know ureq"],
        );
    }

    #[test]
    fn a_crate_without_layer_is_refused() {
        check(
            "bartizan-new",
            &[],
            &["bartizan-new: has no layer; give it one in `xtask/src/tidy/layers.rs`"],
        );
        check(
            "bartizan",
            &["bartizan-new"],
            &["bartizan: must not know bartizan-new"],
        );
    }
}
