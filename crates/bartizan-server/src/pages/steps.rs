//! What would help most: open findings gathered by the one action that mends them. What mends the worst comes first, and
//! among those the action with the greatest effect. It weighs nothing by itself: severity and weight are those of the findings.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{assessment::Subject, severity::SeverityLevel};
use bartizan_store::{FindingFilter, FindingRow, FindingSort, Page as Rows};

use crate::{
    context::{Context, PageError},
    page::{Item, Text},
    words,
};

/// The most urgent findings that are looked at.
const LOOKED_AT: u32 = 400;

/// An action with the findings that it mends.
struct Step<'a> {
    remedy: &'a str,
    findings: Vec<&'a FindingRow>,
}

/// The most helpful actions about what a filter lets through.
pub(super) async fn most_helpful(
    ctx: &Context,
    filter: &FindingFilter,
    most: usize,
) -> Result<Vec<Item>, PageError> {
    let found = ctx
        .store
        .findings(
            &ctx.viewer,
            filter,
            FindingSort::Urgency,
            Rows::new(1, LOOKED_AT),
        )
        .await?;
    let mut steps: BTreeMap<&str, Step<'_>> = BTreeMap::new();
    for row in &found.rows {
        let Some(remedy) = row
            .finding
            .remedy
            .as_deref()
            .filter(|remedy| !remedy.is_empty())
        else {
            continue;
        };
        let step = steps.entry(remedy).or_insert_with(|| Step {
            remedy,
            findings: Vec::new(),
        });
        step.findings.push(row);
    }
    let mut steps: Vec<Step<'_>> = steps.into_values().collect();
    steps.sort_by(|one, other| {
        let by_severity = other.worst().cmp(&one.worst());
        let by_effect = other.effect().total_cmp(&one.effect());
        by_severity
            .then(by_effect)
            .then(one.remedy.cmp(other.remedy))
    });
    Ok(steps.iter().take(most).map(Step::item).collect())
}

impl Step<'_> {
    /// The worst severity that it mends; one that nobody states counts as in the middle.
    fn worst(&self) -> SeverityLevel {
        let severities = self.findings.iter();
        let severities =
            severities.map(|row| row.finding.severity.unwrap_or(SeverityLevel::Medium));
        severities.max().unwrap_or(SeverityLevel::None)
    }

    /// The sum of what its findings weigh. Those without a weight count once for each subject, by the worst of them: a hundred
    /// lines of one repository that the same edit mends are one thing to do.
    fn effect(&self) -> f64 {
        let weighed = self.findings.iter().filter_map(|row| row.finding.weight);
        let mut others: BTreeMap<&Subject, f64> = BTreeMap::new();
        for row in self
            .findings
            .iter()
            .filter(|row| row.finding.weight.is_none())
        {
            let severity = row.finding.severity;
            let severity = severity.map_or(0.5, |level| f64::from(level as u8) / 4.0);
            let of_subject = others.entry(&row.finding.subject).or_default();
            *of_subject = of_subject.max(severity);
        }
        weighed.sum::<f64>() + others.values().sum::<f64>()
    }

    fn projects(&self) -> BTreeSet<&str> {
        self.findings
            .iter()
            .map(|row| row.project.as_str())
            .collect()
    }

    fn item(&self) -> Item {
        let projects = self.projects();
        let named: Vec<String> = projects
            .iter()
            .take(3)
            .map(|name| (*name).to_owned())
            .collect();
        let where_to = match projects.len() {
            0..=3 => words::and(&named),
            many => format!("{} projects", words::count(many as u64)),
        };
        let count = self.findings.len() as u64;
        let mut detail = Text::default().plain(format!(
            "Settles {} in {where_to}. ",
            words::counted(count, "finding", "findings")
        ));
        if let Some(first) = self.findings.first() {
            let is_one =
                |of: fn(&FindingRow) -> &str| self.findings.iter().all(|row| of(row) == of(first));
            let list = super::rows::failing_place();
            // The check tells it where it is about several things, or one of several things about a repository.
            let list = match first.finding.weight {
                None if is_one(|row| &row.finding.check) => {
                    list.with("check", &first.finding.check)
                }
                _ => list.with("subject", &first.finding.subject.name),
            };
            let list = if let [only] = projects.iter().copied().collect::<Vec<_>>().as_slice() {
                list.with("project", *only)
            } else {
                list
            };
            detail = detail.and_link("The findings", list).plain(" · ").and_link(
                "What the first one rests on",
                super::rows::finding_place(first),
            );
        }
        Item {
            title: Text::marked(&words::sentence(self.remedy)),
            detail,
        }
    }
}
