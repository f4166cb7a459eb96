//! Figures of bills: how many releases and projects stand how, and how much of what is there is declared.

use std::collections::BTreeMap;

use bartizan_model::assessment::{Evidence, Figure, Measure};
use bartizan_native::declared::Comparison;
use bartizan_sbom::standing::{Spread, Standing};

use super::{Ground, PackageBills};
use crate::{
    bills::ReleaseBills,
    ledger::told::quarter,
    measures::{
        DECLARED_COMPONENTS, RELEASE_SBOMS, RELEASES_WITH_SBOM, RELEASES_WITH_TRUE_SBOM,
        RELEASES_WITH_VALID_SBOM, SOUND_SBOM_LATEST, figure,
    },
};

/// Every figure that can be told of the packages of a project.
pub(super) fn of(packages: &[PackageBills], ground: &Ground) -> Vec<Figure> {
    let all = || packages.iter().flat_map(|it| &it.releases);
    let evidence = || {
        let names = packages.iter().map(|it| it.package.name().to_owned());
        names.map(|name| ground.evidence(name)).collect::<Vec<_>>()
    };
    let mut figures = Vec::new();
    figures.extend(spread("", all(), evidence()));
    figures.extend(part(&RELEASES_WITH_SBOM, all(), evidence(), |it| {
        let (looked, with) = it.wheels;
        (looked > 0).then_some(looked == with)
    }));
    figures.extend(part(&RELEASES_WITH_VALID_SBOM, all(), evidence(), |it| {
        it.known().is_valid
    }));
    figures.extend(part(&RELEASES_WITH_TRUE_SBOM, all(), evidence(), |it| {
        let known = it.known();
        known.is_true.filter(|_| known.is_present == Some(true))
    }));
    figures.extend(sound_latest(packages, evidence()));
    let latest = packages.iter().filter_map(latest);
    figures.extend(declared("", latest, evidence()));
    let mut quarters: BTreeMap<String, Vec<&ReleaseBills>> = BTreeMap::new();
    for release in all() {
        if let Some(uploaded) = release.uploaded {
            quarters.entry(quarter(uploaded)).or_default().push(release);
        }
    }
    for (quarter, releases) in &quarters {
        let releases = || releases.iter().copied();
        figures.extend(spread(quarter, releases(), evidence()));
        figures.extend(declared(quarter, releases(), evidence()));
    }
    figures
}

/// The release of a package that people get.
fn latest(package: &PackageBills) -> Option<&ReleaseBills> {
    let mut releases = package.releases.iter();
    releases.find(|it| Some(&it.version) == package.latest.as_ref())
}

fn named(measure: &Measure, quarter: &str, figure: Figure) -> Figure {
    Figure {
        measure: match quarter {
            "" => measure.id.to_owned(),
            quarter => format!("{}:{quarter}", measure.id),
        },
        ..figure
    }
}

/// How many releases stand how; nothing where there is none.
fn spread<'r>(
    quarter: &str,
    releases: impl Iterator<Item = &'r ReleaseBills>,
    evidence: Vec<Evidence>,
) -> Option<Figure> {
    let spread: Spread = releases.map(ReleaseBills::standing).collect();
    let shares = spread.all();
    (spread.total() > 0).then(|| {
        let figure = Figure {
            shares: shares
                .map(|(standing, count)| (standing.title().to_owned(), count as f64))
                .collect(),
            evidence,
            ..figure(&RELEASE_SBOMS, spread.total() as f64)
        };
        named(&RELEASE_SBOMS, quarter, figure)
    })
}

/// Of how many releases something holds, out of those of which it is known; nothing where it is known of none.
fn part<'r>(
    measure: &'static Measure,
    releases: impl Iterator<Item = &'r ReleaseBills>,
    evidence: Vec<Evidence>,
    holds: impl Fn(&ReleaseBills) -> Option<bool>,
) -> Option<Figure> {
    let known: Vec<bool> = releases.filter_map(holds).collect();
    let value = known.iter().filter(|holds| **holds).count();
    (!known.is_empty()).then(|| Figure {
        whole: Some(known.len() as f64),
        evidence,
        ..figure(measure, value as f64)
    })
}

/// Whether the latest releases have valid and true bills; not measured where nothing decides or nothing is needed.
fn sound_latest(packages: &[PackageBills], evidence: Vec<Evidence>) -> Option<Figure> {
    let standings = packages.iter().map(latest);
    let standings: Vec<Standing> = standings
        .map(|it| it.map_or(Standing::Unknown, ReleaseBills::standing))
        .collect();
    let is_wrong =
        |it: &Standing| matches!(it, Standing::Untrue | Standing::Invalid | Standing::Missing);
    let is_right = |it: &Standing| matches!(it, Standing::Sound | Standing::Unneeded);
    let value = if standings.iter().any(is_wrong) {
        0.0
    } else if standings.iter().all(is_right) && standings.contains(&Standing::Sound) {
        1.0
    } else {
        return None;
    };
    Some(Figure {
        whole: Some(1.0),
        evidence,
        ..figure(&SOUND_SBOM_LATEST, value)
    })
}

/// How many native components are declared of those that files show; nothing where no wheel was looked into or none is there.
fn declared<'r>(
    quarter: &str,
    releases: impl Iterator<Item = &'r ReleaseBills>,
    evidence: Vec<Evidence>,
) -> Option<Figure> {
    let examined = releases.filter_map(|it| it.examined.as_ref());
    let compared: Vec<&Comparison> = examined.map(|it| &it.comparison).collect();
    let whole: usize = compared.iter().map(|it| it.shown_native).sum();
    let value: usize = compared.iter().map(|it| it.declared_native).sum();
    (whole > 0).then(|| {
        let figure = Figure {
            whole: Some(whole as f64),
            shares: vec![
                ("declared".to_owned(), value as f64),
                ("undeclared".to_owned(), whole.saturating_sub(value) as f64),
            ],
            evidence,
            ..figure(&DECLARED_COMPONENTS, value as f64)
        };
        named(&DECLARED_COMPONENTS, quarter, figure)
    })
}
