//! What would help most: open findings gathered by the one action that mends them, the action with the greatest effect first.
//! It weighs nothing by itself: severity and weight are those of the findings.

use std::collections::{BTreeMap, BTreeSet};

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
        other
            .effect()
            .total_cmp(&one.effect())
            .then(one.remedy.cmp(other.remedy))
    });
    Ok(steps.iter().take(most).map(Step::item).collect())
}

impl Step<'_> {
    /// The sum of what its findings weigh; one without a weight counts by its severity.
    fn effect(&self) -> f64 {
        let weigh = |row: &&FindingRow| {
            let severity = row
                .finding
                .severity
                .map_or(0.5, |level| f64::from(level as u8) / 4.0);
            row.finding.weight.unwrap_or(severity)
        };
        self.findings.iter().map(weigh).sum()
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
            let list = super::rows::failing_place().with("subject", &first.finding.subject.name);
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
            title: words::sentence(self.remedy).into(),
            detail,
        }
    }
}
