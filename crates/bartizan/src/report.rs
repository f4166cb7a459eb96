//! What a scan has to say, ready to be shown: findings with the database they come from.
//!
//! Renderers read this and nothing else, so that every format says the same.

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    finding::{UnknownFinding, UnknownReason, VulnerabilityFinding},
    inventory::Component,
    problem::Problem,
    severity::SeverityLevel,
    vex::{VexDocument, VexStatement},
};
use bartizan_vulnerability::{hygiene::Hygiene, ignore::IgnoreReport, remedy::Remedy};

use crate::{exit::Exit, freshness::Freshness, risk::RiskFacts, since::SinceFacts};

/// A scan, judged.
#[derive(Debug, Clone)]
pub(crate) struct ScanReport {
    pub(crate) database: DatabaseFacts,
    pub(crate) targets: Vec<TargetFacts>,
    /// How many named targets held nothing that could be read.
    pub(crate) empty_targets: usize,
    /// How many named targets do not exist or are in no known format.
    pub(crate) wrong_targets: usize,
    /// How many different components were looked up.
    pub(crate) components: usize,
    /// What there is to say about native libraries; `None` where they were not wanted.
    pub(crate) natives: Option<NativeFacts>,
    /// The most important first.
    pub(crate) findings: Vec<VulnerabilityFinding>,
    /// The versions that mend everything that is known of a component, sorted.
    pub(crate) remedies: Vec<Remedy>,
    pub(crate) unknown: Vec<UnknownFinding>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) ignores: IgnoreReport,
    /// What the checks of hygiene say; nothing where they were not wanted.
    pub(crate) hygiene: Hygiene,
    pub(crate) vex: VexFacts,
    /// The scores of the targets.
    pub(crate) risk: RiskFacts,
    /// What became of the findings of an earlier report, where one is compared with; `findings` then holds only what
    /// is new or changed.
    pub(crate) since: Option<SinceFacts>,
    /// The level from which a finding counts.
    pub(crate) threshold: SeverityLevel,
    /// Whether the database failed to answer for something.
    pub(crate) has_unanswered: bool,
}

/// The VEX documents that were laid over the findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct VexFacts {
    /// Each with the number of its statements.
    pub(crate) documents: Vec<(VexDocument, usize)>,
    /// Statements that speak of no finding.
    pub(crate) unused: Vec<VexStatement>,
}

/// The native libraries of what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NativeFacts {
    /// How many were looked up.
    pub(crate) libraries: usize,
    /// The labels of the targets in which there may be some that were not looked at, sorted.
    pub(crate) passed_over: Vec<String>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetFacts {
    pub(crate) path: String,
    pub(crate) format: String,
    pub(crate) label: String,
    /// The environment that markers were evaluated for, in words.
    pub(crate) environment: Option<String>,
    pub(crate) components: usize,
    pub(crate) excluded_by_markers: usize,
    pub(crate) unpinned: usize,
}

/// The advisories that a report is made from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DatabaseFacts {
    /// A short digest of its content.
    pub(crate) snapshot: String,
    pub(crate) sources: Vec<SourceFacts>,
    pub(crate) freshness: Freshness,
    /// The moment that ages are counted to.
    pub(crate) as_of: Timestamp,
}

/// One source of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFacts {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) licence: String,
    pub(crate) records: u64,
    pub(crate) withdrawn: u64,
    /// Records that its feed may not speak for; they have no effect.
    pub(crate) opinions: u64,
    /// The last successful import.
    pub(crate) imported: Timestamp,
    /// The date of the newest record.
    pub(crate) newest: Option<Timestamp>,
    /// Where it was imported from.
    pub(crate) origin: String,
}

/// All findings of one component: what one action mends.
pub(crate) struct ComponentFindings<'a> {
    /// The most important first.
    pub(crate) findings: Vec<&'a VulnerabilityFinding>,
}

impl DatabaseFacts {
    /// How many days ago the source was last imported that was imported longest ago.
    pub(crate) fn age_days(&self) -> Option<f64> {
        self.oldest().map(|oldest| days_between(oldest, self.as_of))
    }

    /// The last import that lies longest ago.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.sources.iter().map(|source| source.imported).min()
    }

    /// The last import of all.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.sources.iter().map(|source| source.imported).max()
    }

    pub(crate) fn records(&self) -> u64 {
        self.sources.iter().map(|source| source.records).sum()
    }
}

/// Days from `then` to `now`; a moment in the future is no age.
pub(crate) fn days_between(then: Timestamp, now: Timestamp) -> f64 {
    let seconds = now.duration_since(then).as_secs_f64().max(0.0);
    seconds / 86_400.0
}

impl ScanReport {
    /// Whether a finding leads to exit code 1.
    pub(crate) fn counts(&self, finding: &VulnerabilityFinding) -> bool {
        finding.is_live() && finding.severity.reaches(self.threshold)
    }

    /// How many findings lead to exit code 1.
    pub(crate) fn counting(&self) -> usize {
        self.findings
            .iter()
            .filter(|finding| self.counts(finding))
            .count()
    }

    /// Findings that neither an ignore nor VEX sets aside.
    pub(crate) fn live(&self) -> impl Iterator<Item = &VulnerabilityFinding> {
        self.findings.iter().filter(|finding| finding.is_live())
    }

    /// Findings that VEX statements clear and no ignore covers.
    pub(crate) fn cleared(&self) -> impl Iterator<Item = &VulnerabilityFinding> {
        self.findings
            .iter()
            .filter(|finding| finding.ignored.is_none() && finding.is_cleared())
    }

    /// Findings that an ignore covers.
    pub(crate) fn ignored(&self) -> impl Iterator<Item = &VulnerabilityFinding> {
        self.findings
            .iter()
            .filter(|finding| finding.ignored.is_some())
    }

    /// Findings grouped by component, in the order of each component's most important one.
    pub(crate) fn by_component<'a>(
        findings: impl Iterator<Item = &'a VulnerabilityFinding>,
    ) -> Vec<ComponentFindings<'a>> {
        let mut places: BTreeMap<(&Package, &str), usize> = BTreeMap::new();
        let mut groups: Vec<ComponentFindings<'a>> = Vec::new();
        for finding in findings {
            let key = (
                &finding.component.package,
                finding.component.version.as_str(),
            );
            let place = *places.entry(key).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.findings.push(finding),
                None => groups.push(ComponentFindings {
                    findings: vec![finding],
                }),
            }
        }
        groups
    }

    /// The exit code of what the report says, before `--exit-zero`.
    pub(crate) fn exit(&self) -> Exit {
        let holds = [
            (self.wrong_targets > 0, Exit::Usage),
            (
                !self.database.freshness.is_accepted() || self.has_unanswered,
                Exit::Data,
            ),
            (
                self.counting() > 0
                    || self
                        .hygiene
                        .findings
                        .iter()
                        .any(|it| self.hygiene_counts(it)),
                Exit::Findings,
            ),
            (
                self.empty_targets > 0 || self.is_empty(),
                Exit::NothingToLookAt,
            ),
        ];
        let exits = holds
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, exit)| exit);
        exits.fold(Exit::Clean, Exit::and)
    }

    /// The version that mends everything that is known of a component, where there is one.
    pub(crate) fn remedy(&self, component: &Component) -> Option<&Remedy> {
        let is_about = |remedy: &&Remedy| {
            remedy.package == component.package && remedy.installed == component.version
        };
        self.remedies.iter().find(is_about)
    }

    /// How many questions have no answer for a reason.
    pub(crate) fn unknown_for(&self, reason: UnknownReason) -> usize {
        let unknown = self.unknown.iter();
        unknown.filter(|unknown| unknown.reason == reason).count()
    }

    /// Whether no component at all was found, with or without a version.
    pub(crate) fn is_empty(&self) -> bool {
        self.components == 0 && self.findings.is_empty() && self.unknown.is_empty()
    }
}
