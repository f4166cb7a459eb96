//! The scores as JSON: rounded once, in shares that add up to the last digit.

use bartizan_model::inventory::{Component, ComponentIndex};
use bartizan_vulnerability::risk::{ComponentRisk, Factor, Score, Share};
use serde::Serialize;

use crate::risk::{RiskFacts, WeighedTarget};

#[derive(Serialize)]
pub(super) struct RiskJson<'a> {
    profile: &'a str,
    targets: Vec<TargetRiskJson<'a>>,
}

#[derive(Serialize)]
struct TargetRiskJson<'a> {
    label: &'a str,
    path: &'a str,
    score: f64,
    files_read_for_imports: Option<usize>,
    shares: Vec<ShareJson<'a>>,
    components: Vec<ComponentRiskJson<'a>>,
}

#[derive(Serialize)]
struct ShareJson<'a> {
    group: &'a str,
    name: &'a str,
    version: &'a str,
    share: f64,
    risk: f64,
    likelihood: FactorJson,
    impact: FactorJson,
    confidence: f64,
    exposure: ExposureJson,
    standing: f64,
    attenuation: f64,
    stands_for: Option<&'a str>,
}

#[derive(Serialize)]
struct FactorJson {
    value: f64,
    basis: &'static str,
}

#[derive(Serialize)]
struct ExposureJson {
    value: f64,
    class: &'static str,
}

#[derive(Serialize)]
struct ComponentRiskJson<'a> {
    name: &'a str,
    version: &'a str,
    purl: String,
    own: f64,
    chain: Option<f64>,
    share: f64,
    priority: f64,
    dependants: Option<usize>,
}

impl<'a> RiskJson<'a> {
    pub(super) fn of(risk: &'a RiskFacts) -> Self {
        Self {
            profile: &risk.profile,
            targets: risk.targets.iter().map(TargetRiskJson::of).collect(),
        }
    }
}

impl<'a> TargetRiskJson<'a> {
    fn of(target: &'a WeighedTarget) -> Self {
        let risk = &target.risk;
        let component = |place: &ComponentIndex| target.components.get(place);
        let shares = risk.shares.iter();
        let components = risk.components.iter();
        Self {
            label: &risk.label,
            path: &risk.path,
            score: risk.score.value(),
            files_read_for_imports: target.imports,
            shares: shares
                .filter_map(|it| Some(ShareJson::of(it, component(&it.component)?)))
                .collect(),
            components: components
                .filter_map(|it| Some(ComponentRiskJson::of(it, component(&it.component)?)))
                .collect(),
        }
    }
}

impl<'a> ShareJson<'a> {
    fn of(share: &'a Share, component: &'a Component) -> Self {
        let judged = &share.judged;
        Self {
            group: &share.group,
            name: component.package.name(),
            version: &component.version,
            share: share.amount.value(),
            risk: rounded(judged.risk),
            likelihood: FactorJson::of(judged.likelihood),
            impact: FactorJson::of(judged.impact),
            confidence: judged.confidence,
            exposure: ExposureJson {
                value: judged.exposure_weight,
                class: judged.exposure.as_str(),
            },
            standing: judged.standing,
            attenuation: rounded(share.attenuation),
            stands_for: share.stands_for.as_deref(),
        }
    }
}

impl FactorJson {
    fn of(factor: Factor) -> Self {
        Self {
            value: rounded(factor.value),
            basis: factor.basis.as_str(),
        }
    }
}

impl<'a> ComponentRiskJson<'a> {
    fn of(risk: &ComponentRisk, component: &'a Component) -> Self {
        Self {
            name: component.package.name(),
            version: &component.version,
            purl: component.purl().to_string(),
            own: risk.own.value(),
            chain: risk.chain.map(Score::value),
            share: risk.share.value(),
            priority: risk.priority.value(),
            dependants: risk.dependants,
        }
    }
}

/// To millionths, so that no digits are shown that the arithmetic made up.
fn rounded(value: f64) -> f64 {
    Score::of(value).value()
}
