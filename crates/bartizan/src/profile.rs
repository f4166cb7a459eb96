//! The profile of an ecosystem: what is taken for granted about it, as data. The one that Bartizan carries lies in
//! `profiles`; the setting `profile` names another.

use std::{collections::BTreeMap, path::Path, sync::OnceLock};

use bartizan_formats::tree::Tree;
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::risk::{
    AttenuationWeights, ConfidenceWeights, ExposureWeights, ImpactWeights, LikelihoodWeights,
    StandingWeights, Weights,
};
use serde::Deserialize;

use crate::error::{Failure, chain};

const EMBEDDED: &str = include_str!("../../../profiles/scientific-python.toml");
const EMBEDDED_NAME: &str = "scientific-python";

/// A profile names some hundreds of distributions, never megabytes of them.
const LARGEST: u64 = 1 << 20;

/// What is taken for granted about an ecosystem.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Profile {
    /// Its name: that of its file, without the ending.
    pub(crate) name: String,
    pub(crate) weights: Weights,
    modules: OnceLock<Modules>,
}

/// The modules that distributions install, by normalised name.
type Modules = BTreeMap<String, Vec<String>>;

/// What stands before the modules in the profile that Bartizan carries. Every scan weighs; few ask for modules, and to read
/// them takes longer than the weights.
const BEFORE_MODULES: &str = "\n[modules]\n";

impl Profile {
    /// The modules that distributions install, by normalised name.
    pub(crate) fn modules(&self) -> &Modules {
        self.modules.get_or_init(|| {
            let (_, text) = EMBEDDED.split_once(BEFORE_MODULES).unwrap_or_default();
            // A test reads it; nobody else can change it.
            toml::from_str(text).unwrap_or_default()
        })
    }
}

/// The profile in a file, or the one that Bartizan carries.
pub(crate) fn load(file: Option<&Path>) -> Result<Profile, Failure> {
    let Some(file) = file else {
        let (weights, _) = EMBEDDED
            .split_once(BEFORE_MODULES)
            .unwrap_or((EMBEDDED, ""));
        let mut profile = parse(EMBEDDED_NAME, weights).map_err(Failure::internal)?;
        profile.modules = OnceLock::new();
        return Ok(profile);
    };
    let shown = file.display();
    let hint = "`profile` names a TOML file like `profiles/scientific-python.toml`, with every key of its `[risk]`";
    let bytes = DiskTree
        .read(file, LARGEST)
        .map_err(|error| Failure::usage(format!("cannot read the profile `{shown}`: {error}")))
        .map_err(|failure| failure.hint(hint))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    parse(&name, &String::from_utf8_lossy(&bytes))
        .map_err(|why| Failure::usage(format!("profile `{shown}`: {why}")).hint(hint))
}

fn parse(name: &str, text: &str) -> Result<Profile, String> {
    let file: File = toml::from_str(text).map_err(|error| chain(&error))?;
    let weights = file.risk.weights();
    weights.check().map_err(|error| error.to_string())?;
    Ok(Profile {
        name: name.to_owned(),
        weights,
        modules: file.modules.into(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    risk: RiskTable,
    #[serde(default)]
    modules: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RiskTable {
    likelihood: LikelihoodTable,
    impact: ImpactTable,
    confidence: ConfidenceTable,
    exposure: ExposureTable,
    standing: StandingTable,
    attenuation: AttenuationTable,
    reach_floor: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LikelihoodTable {
    known_exploited: f64,
    malicious: f64,
    vector_least: f64,
    vector_most: f64,
    unstated: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImpactTable {
    low: f64,
    medium: f64,
    high: f64,
    critical: f64,
    unstated: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfidenceTable {
    low: f64,
    medium: f64,
    high: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExposureTable {
    parses_files: f64,
    network: f64,
    computes: f64,
    build: f64,
    unknown: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StandingTable {
    under_investigation: f64,
    accepted: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct AttenuationTable {
    optional: f64,
    development: f64,
    not_imported: f64,
}

impl RiskTable {
    fn weights(&self) -> Weights {
        Weights {
            likelihood: LikelihoodWeights {
                known_exploited: self.likelihood.known_exploited,
                malicious: self.likelihood.malicious,
                vector_least: self.likelihood.vector_least,
                vector_most: self.likelihood.vector_most,
                unstated: self.likelihood.unstated,
            },
            impact: ImpactWeights {
                low: self.impact.low,
                medium: self.impact.medium,
                high: self.impact.high,
                critical: self.impact.critical,
                unstated: self.impact.unstated,
            },
            confidence: ConfidenceWeights {
                low: self.confidence.low,
                medium: self.confidence.medium,
                high: self.confidence.high,
            },
            exposure: ExposureWeights {
                parses_files: self.exposure.parses_files,
                network: self.exposure.network,
                computes: self.exposure.computes,
                build: self.exposure.build,
                unknown: self.exposure.unknown,
            },
            standing: StandingWeights {
                under_investigation: self.standing.under_investigation,
                accepted: self.standing.accepted,
            },
            attenuation: AttenuationWeights {
                optional: self.attenuation.optional,
                development: self.attenuation.development,
                not_imported: self.attenuation.not_imported,
            },
            reach_floor: self.reach_floor,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(from: &str, to: &str) -> String {
        match parse("test", &EMBEDDED.replace(from, to)) {
            Ok(profile) => format!("{} modules", profile.modules().len()),
            Err(why) => why.lines().last().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn the_profile_that_is_carried_is_right_and_wrong_ones_are_refused() {
        let carried = load(None).unwrap();
        assert_eq!(
            carried.modules(),
            parse("test", EMBEDDED).unwrap().modules()
        );
        assert!(carried.modules().len() > 50);
        assert_snapshot!(check("low = 0.25", "low = 2"), @"`impact.low` is not between 0 and 1");
        assert_snapshot!(check("malicious", "malicous"), @"unknown field `malicous`, expected one of `known-exploited`, `malicious`, `vector-least`, `vector-most`, `unstated`");
        assert_snapshot!(check("optional = 0.3", ""), @"missing field `optional`");
    }

    #[test]
    fn names_of_modules_are_written_under_normalised_names() {
        for name in load(None).unwrap().modules().keys() {
            assert_eq!(bartizan_model::ecosystem::Package::pypi(name).name(), name);
        }
    }

    #[test]
    fn every_weight_stands_in_the_documentation() {
        let page = include_str!("../../../docs/risk.md");
        for (name, value) in load(None).unwrap().weights.named() {
            let row = format!("| `{name}` | {value} |");
            assert!(page.contains(&row), "docs/risk.md lacks {row}");
        }
    }
}
