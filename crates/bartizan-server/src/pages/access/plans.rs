//! The plans that were made here, the newest first, with how many signed each.

use std::sync::Arc;

use bartizan_model::problem::Problem;
use bartizan_sources::access::KeptPlan;

use super::{
    super::PageItem,
    known::{ROWS, of_desk, shown},
};
use crate::{
    access::{Drawer, plan_place},
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    pages::rows,
    words,
};

pub(in super::super) static PAGE: PageItem = PageItem {
    path: "/access/plans",
    title: "Plans of access",
    purpose: "The plans that were made here with their steps and approvals, and which of them count now",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let makes = "bartizan access plan";
    let read = async |drawer: Arc<Drawer>| drawer.plans().await.map(Some);
    of_desk(ctx, PAGE.title, makes, read, |(plans, problems)| {
        tell(ctx, asked, &plans, &problems)
    })
    .await
}

fn tell(
    ctx: &Context,
    asked: &Asked,
    plans: &[KeptPlan],
    problems: &[Problem],
) -> (String, Vec<Section>) {
    let here = shown(plans, asked.page(), ROWS);
    let table = Table {
        id: "plans".to_owned(),
        columns: vec![
            Column::text("plan", "Plan"),
            Column::text("state", "State"),
            Column::number("steps", "Steps"),
            Column::number("signatures", "Signatures"),
            Column::text("proposer", "Proposed by"),
            Column::text("made", "Made"),
            Column::text("expires", "Ends"),
        ],
        rows: here.iter().map(|it| line(ctx, it)).collect(),
        empty: Text::default()
            .code("bartizan access plan")
            .plain(" makes one."),
        pager: rows::pager(asked, plans.len() as u64, ROWS),
        ..Table::default()
    };
    let mut sections = vec![
        Section::new("plans-of", "Plans")
            .note("A plan is approved as it stands, by two people whose rights it does not change, and applied as it stands.")
            .with(Block::Table(table)),
    ];
    if !problems.is_empty() {
        let first = problems.iter().take(20);
        let facts = first.map(|it| (it.subject.clone(), Text::from(it.message.as_str())));
        let section = Section::new("unread-of", "Not read");
        sections.push(section.with(Block::Facts(facts.collect())));
    }
    (headline(ctx, plans), sections)
}

fn headline(ctx: &Context, plans: &[KeptPlan]) -> String {
    let current = plans.iter().filter(|it| it.plan.is_current(ctx.now));
    match (plans.len() as u64, current.count() as u64) {
        (0, _) => "No plan was made here yet".to_owned(),
        (all, 0) => format!(
            "None of {} counts now",
            words::counted(all, "plan", "plans")
        ),
        (1, _) => "The one plan counts now".to_owned(),
        (all, current) => format!(
            "{} of {} counts now",
            words::sentence(&words::number_word(current)),
            words::counted(all, "plan", "plans")
        ),
    }
}

fn line(ctx: &Context, it: &KeptPlan) -> Vec<Cell> {
    let plan = &it.plan;
    let hash = plan.hash().to_string();
    vec![
        Cell::text(Text::link(plan.title.as_str(), plan_place(&hash))),
        Cell::State(state(ctx, it)),
        Cell::count(plan.steps.len() as u64, None),
        Cell::count(it.approvals.len() as u64, None),
        Cell::text(Text::default().code(plan.proposer.as_str())),
        Cell::Time(plan.made),
        Cell::Time(plan.expires),
    ]
}

/// Whether a plan may still begin.
pub(super) fn state(ctx: &Context, it: &KeptPlan) -> State {
    if it.plan.is_current(ctx.now) {
        State::new(Sign::Watch, "may be applied until it ends")
    } else if it.plan.may_be_undone(ctx.now) {
        State::new(Sign::Neutral, "ended; what was done can be undone")
    } else {
        State::new(Sign::Neutral, "ended")
    }
}
