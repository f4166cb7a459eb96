//! Figures of ledgers: how many files, releases and projects stand how, and when they were uploaded.

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp,
    assessment::{Figure, Measure, ProjectAssessment},
};
use bartizan_provenance::ledger::{Class, Coverage, ReleaseStanding};
use jiff::tz::TimeZone;

use super::Told;
use crate::measures::{
    FILE_ATTESTATIONS, PINNED_FILES, PINNED_LATEST, PINNED_RELEASES, RELEASE_ATTESTATIONS,
    WHEELS_WITH_SBOM, figure,
};

impl Told<'_> {
    pub(super) fn figures(&self, said: &mut ProjectAssessment) {
        let all = || self.releases.iter().flat_map(|(_, it)| it);
        let files: Coverage = all()
            .flat_map(|it| &it.files)
            .map(|(_, it)| it.class)
            .collect();
        let releases: Coverage = all().map(|it| it.class).collect();
        let mut figures = Vec::new();
        figures.extend(self.spread(&FILE_ATTESTATIONS, "", &files));
        figures.extend(self.spread(&RELEASE_ATTESTATIONS, "", &releases));
        figures.extend(self.pinned(&PINNED_FILES, &files));
        figures.extend(self.pinned(&PINNED_RELEASES, &releases));
        for (quarter, [files, releases]) in by_quarter(all()) {
            figures.extend(self.spread(&FILE_ATTESTATIONS, &quarter, &files));
            figures.extend(self.spread(&RELEASE_ATTESTATIONS, &quarter, &releases));
        }
        figures.extend(self.latest());
        let sboms = all().map(ReleaseStanding::sboms);
        let (looked, with) = sboms.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        if looked > 0 {
            figures.push(Figure {
                whole: Some(looked as f64),
                evidence: vec![self.evidence("")],
                ..figure(&WHEELS_WITH_SBOM, with as f64)
            });
        }
        said.figures.extend(figures);
    }

    /// How many stand how, what blames nobody among them; nothing where there is nothing.
    fn spread(&self, measure: &Measure, part: &str, coverage: &Coverage) -> Option<Figure> {
        let total = coverage.total();
        if total == 0 {
            return None;
        }
        let mut figure = Figure {
            shares: shares(coverage),
            evidence: vec![self.evidence("")],
            ..figure(measure, total as f64)
        };
        if !part.is_empty() {
            figure.measure = format!("{}:{part}", figure.measure);
        }
        Some(figure)
    }

    /// How many of those that count are verified and pinned; not measured where none counts.
    fn pinned(&self, measure: &Measure, coverage: &Coverage) -> Option<Figure> {
        let counted = coverage.counted();
        (counted > 0).then(|| Figure {
            whole: Some(counted as f64),
            shares: shares(coverage),
            evidence: vec![self.evidence("")],
            ..figure(measure, coverage.count(Class::Pinned) as f64)
        })
    }

    /// Whether the latest release of every package is verified and pinned; not measured where one of them says nothing, and no
    /// other is without.
    fn latest(&self) -> Option<Figure> {
        let latest = self.releases.iter().map(|(latest, all)| {
            let mut all = all.iter();
            let release = all.find(|it| Some(it.version) == *latest);
            release.map_or(Class::Unknown, |it| it.class)
        });
        let coverage: Coverage = latest.collect();
        let is_pinned = coverage.count(Class::Pinned) == coverage.total();
        let is_without = coverage.counted() > coverage.count(Class::Pinned);
        (is_pinned || is_without).then(|| Figure {
            whole: Some(1.0),
            evidence: vec![self.evidence("")],
            ..figure(&PINNED_LATEST, f64::from(u8::from(is_pinned)))
        })
    }
}

fn shares(coverage: &Coverage) -> Vec<(String, f64)> {
    let classes = coverage.classes();
    classes
        .map(|(class, count)| (class.title().to_owned(), count as f64))
        .collect()
}

/// How files and releases stand, by the quarter in which they were uploaded.
fn by_quarter<'l>(
    releases: impl Iterator<Item = &'l ReleaseStanding<'l>>,
) -> BTreeMap<String, [Coverage; 2]> {
    let mut classes: BTreeMap<String, [Vec<Class>; 2]> = BTreeMap::new();
    for release in releases {
        if let Some(uploaded) = release.uploaded {
            let [_, all] = classes.entry(quarter(uploaded)).or_default();
            all.push(release.class);
        }
        for (file, standing) in &release.files {
            if let Some(uploaded) = file.uploaded {
                let [all, _] = classes.entry(quarter(uploaded)).or_default();
                all.push(standing.class);
            }
        }
    }
    let coverage = |classes: Vec<Class>| classes.into_iter().collect();
    classes
        .into_iter()
        .map(|(quarter, classes)| (quarter, classes.map(coverage)))
        .collect()
}

/// The quarter of a moment: `2025-q1`.
pub(crate) fn quarter(moment: Timestamp) -> String {
    let date = moment.to_zoned(TimeZone::UTC).date();
    format!("{}-q{}", date.year(), (date.month() - 1) / 3 + 1)
}
