//! Every finding, with filters: the list that stands behind the numbers of all other pages.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use bartizan_store::{FindingFilter, FindingSort, Page as Rows, SeverityFilter, StoreError};

use super::{PageItem, rows};
use crate::{
    context::{Asked, Context, PageError},
    page::{Block, Field, Filter, Page, Section, Table},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/findings",
    title: "Findings",
    purpose: "Every finding with filters: the list behind the numbers of all pages",
    is_in_menu: true,
    asks: &[
        "project", "cohort", "check", "subject", "key", "outcome", "severity", "state", "text",
        "sort", "page",
    ],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let filter = filter_of(asked);
    let sort = match asked.place.asked("sort") {
        Some("newest") => FindingSort::Newest,
        Some("project") => FindingSort::Project,
        _ => FindingSort::Urgency,
    };
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let found = ctx.store.findings(&ctx.viewer, &filter, sort, page).await;
    let found = match found {
        Err(StoreError::TooFar) if asked.place.asked("format").is_none() => {
            let form = Block::Filter(form(ctx, asked).await?);
            return Ok(Some(rows::too_far("Findings", asked, vec![form])));
        }
        found => found?,
    };
    let mut table = Table {
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..rows::table("findings", &found.rows, false)
    };
    table.empty = rows::none_here(found.total, "No finding fits.").into();
    for (column, order) in [("project", "project"), ("opened", "newest"), ("state", "")] {
        let Some(column) = table.columns.iter_mut().find(|known| known.id == column) else {
            continue;
        };
        column.sort = Some(
            asked
                .place
                .clone()
                .with("sort", order)
                .with("page", "")
                .with("format", "")
                .with("part", ""),
        );
        column.is_sorted =
            asked.place.asked("sort").unwrap_or_default() == order && order == "project";
    }
    Ok(Some(Page {
        title: "Findings".to_owned(),
        headline: format!("{}{}", words::sentence(&words::counted(found.total, "finding", "findings")), described(ctx, asked)),
        lede: "What was looked at and did not hold, could not be told, or holds. Each opens its evidence.".into(),
        sections: vec![Section::new("list", "List").with(Block::Filter(form(ctx, asked).await?)).with(Block::Table(table))],
        ..Page::default()
    }))
}

/// What is asked of the list. Without a state only what is open is shown.
pub(crate) fn filter_of(asked: &Asked) -> FindingFilter {
    let severity = match asked.place.asked("severity") {
        Some("unstated") => SeverityFilter::Unstated,
        Some(word) => {
            SeverityLevel::parse(word).map_or(SeverityFilter::Any, SeverityFilter::Exactly)
        }
        None => SeverityFilter::Any,
    };
    FindingFilter {
        project: asked.text("project"),
        cohort: asked.text("cohort"),
        check: asked.text("check"),
        subject: asked.text("subject"),
        key: asked.text("key"),
        outcome: asked.place.asked("outcome").and_then(Outcome::parse),
        severity,
        is_open: match asked.place.asked("state") {
            Some("all") => None,
            Some("closed") => Some(false),
            _ => Some(true),
        },
        text: asked.text("text"),
    }
}

fn described(ctx: &Context, asked: &Asked) -> String {
    let mut words = Vec::new();
    for (key, value) in &asked.place.query {
        match key.as_str() {
            "check" => words.push(format!("of “{}”", ctx.check_title(value))),
            "project" => words.push(format!("in {value}")),
            "subject" | "key" => words.push(format!("about {}", words::clipped(value, 60))),
            "text" => words.push(format!("with “{}”", words::clipped(value, 60))),
            "outcome" => words.push(match Outcome::parse(value) {
                Some(Outcome::Fail) => "to mend".to_owned(),
                Some(Outcome::Unknown) => "unknown".to_owned(),
                Some(Outcome::Pass) => "that hold".to_owned(),
                _ => "that do not apply".to_owned(),
            }),
            _ => {}
        }
    }
    if words.is_empty() {
        String::new()
    } else {
        format!(" {}", words.join(" "))
    }
}

const OUTCOMES: &[(&str, &str)] = &[
    ("fail", "to mend"),
    ("unknown", "unknown"),
    ("pass", "holds"),
    ("not_applicable", "does not apply"),
];
const SEVERITIES: &[(&str, &str)] = &[
    ("critical", "critical"),
    ("high", "high"),
    ("medium", "medium"),
    ("low", "low"),
    ("unstated", "not stated"),
];
const STATES: &[(&str, &str)] = &[("closed", "closed"), ("all", "open and closed")];
const ORDERS: &[(&str, &str)] = &[("newest", "newest first"), ("project", "by project")];

async fn form(ctx: &Context, asked: &Asked) -> Result<Filter, PageError> {
    let field = |key: &str, label: &str, choices: Vec<(String, String)>| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        choices,
        value: asked.text(key).unwrap_or_default(),
    };
    let owned = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter();
        pairs
            .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
            .collect()
    };
    let checks = ctx.catalogues.checks.iter();
    let checks = checks.map(|check| (check.id.to_owned(), check.title.to_owned()));
    let cohorts = ctx.store.cohorts().await?.into_iter();
    let cohorts = cohorts.map(|cohort| (cohort.name, cohort.title));
    Ok(Filter {
        place: asked.bare(),
        fields: vec![
            field("text", "Words", Vec::new()),
            field("project", "Project", Vec::new()),
            field("cohort", "Cohort", cohorts.collect()),
            field("check", "Check", checks.collect()),
            field("outcome", "Outcome", owned(OUTCOMES)),
            field("severity", "Severity", owned(SEVERITIES)),
            field("state", "State", owned(STATES)),
            field("sort", "Order", owned(ORDERS)),
        ],
    })
}
