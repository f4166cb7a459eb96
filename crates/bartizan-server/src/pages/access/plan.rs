//! One plan: its steps with reasons, evidence and inverses, and who signed it.

use bartizan_access::{
    approval::Approval,
    plan::{Inverse, Rung, Step},
    right::Held,
};
use bartizan_sources::access::KeptPlan;

use super::{
    super::PageItem,
    known::{drawer, page},
};
use crate::{
    access::place,
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(in super::super) static PAGE: PageItem = PageItem {
    path: "/access/plans/{}",
    title: "Plan of access",
    purpose: "The steps of a plan with reasons, evidence and inverses, and who signed it",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(drawer) = drawer(ctx) else {
        return Ok(None);
    };
    let Ok((plans, _)) = drawer.plans().await else {
        return Ok(None);
    };
    let mut plans = plans.iter();
    let Some(it) = plans.find(|it| it.plan.hash().to_string() == asked.part(0)) else {
        return Ok(None);
    };
    let plan = &it.plan;
    let steps = words::counted(plan.steps.len() as u64, "step", "steps");
    let headline = format!(
        "{}: {steps}, {}",
        words::sentence(&plan.title),
        words::counted(it.approvals.len() as u64, "signature", "signatures")
    );
    let sections = vec![
        facts(ctx, it),
        Section::new("steps-of", "Steps")
            .note(
                "In this order. Each is stopped where the state is not the one that the plan saw.",
            )
            .with(Block::Table(table(&plan.steps))),
        approvals(it),
    ];
    let mut page = page(PAGE.title, headline, sections);
    page.above
        .push(("Plans of access".to_owned(), place("plans")));
    Ok(Some(page))
}

fn facts(ctx: &Context, it: &KeptPlan) -> Section {
    let plan = &it.plan;
    let code = |text: &str| Text::default().code(text);
    Section::new("plan-of", "The plan").with(Block::Facts(vec![
        (
            "State".to_owned(),
            Text::from(super::plans::state(ctx, it).words),
        ),
        ("Hash".to_owned(), code(&plan.hash().to_string())),
        ("Proposed by".to_owned(), code(plan.proposer.as_str())),
        (
            "Applied with the access of".to_owned(),
            code(plan.actor.as_str()),
        ),
        ("Made".to_owned(), words::minute(plan.made).into()),
        ("Ends".to_owned(), words::minute(plan.expires).into()),
        ("Snapshot".to_owned(), code(&plan.snapshot.to_string())),
    ]))
}

fn table(steps: &[Step]) -> Table {
    let row = |(number, step): (u64, &Step)| {
        vec![
            Cell::count(number, None),
            Cell::text(rung(step.rung)),
            Cell::text(step.right.words()),
            Cell::text(format!("{} → {}", level(step.from), level(step.to))),
            Cell::text(step.reason.as_str()),
            match step.evidence.as_slice() {
                [] => Cell::Empty,
                some => Cell::text(some.join("; ")),
            },
            Cell::text(match &step.inverse {
                Inverse::Set { from, to } => format!("{} → {}", level(*from), level(*to)),
                Inverse::None { why } => format!("cannot be taken back by a program: {why}"),
            }),
        ]
    };
    Table {
        id: "steps".to_owned(),
        columns: vec![
            Column::number("step", "Step"),
            Column::text("rung", "Rung"),
            Column::text("right", "Right"),
            Column::text("change", "Change"),
            Column::text("reason", "Reason"),
            Column::text("evidence", "Evidence"),
            Column::text("inverse", "Taken back by"),
        ],
        rows: (1..).zip(steps).map(row).collect(),
        ..Table::default()
    }
}

fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Grant => "something is given",
        Rung::Unused => "what nothing uses is taken away",
        Rung::Notice => "somebody is told and asked",
        Rung::Downgrade => "somebody keeps less",
        Rung::Direct => "a grant beside teams becomes reading",
        Rung::Membership => "somebody leaves",
    }
}

fn level(level: Option<Held>) -> &'static str {
    level.map_or("nothing", Held::id)
}

fn approvals(it: &KeptPlan) -> Section {
    let row = |statement: &String| {
        let read = Approval::read(statement).ok();
        let is_of_it = read
            .as_ref()
            .is_some_and(|approval| approval.plan == it.plan.hash());
        let state = if is_of_it {
            State::new(Sign::Stated, "signed; apply says whether it counts")
        } else {
            State::new(Sign::Bad, "of another plan")
        };
        let code = |text: &str| Cell::text(Text::default().code(text));
        let of = |text: fn(&Approval) -> Cell| read.as_ref().map_or(Cell::Missing, text);
        vec![
            read.as_ref()
                .map_or(Cell::Missing, |it| code(it.by.as_str())),
            Cell::State(state),
            of(|it| Cell::Time(it.at)),
            of(|it| Cell::text(it.way.id())),
            of(|it| Cell::text(it.reason.as_str())),
        ]
    };
    Section::new("approvals-of", "Approvals")
        .note("Two people, neither the proposer nor anybody whose rights the plan changes. Whose key a signature is, is asked when the plan is applied.")
        .with(Block::Table(Table {
            id: "approvals".to_owned(),
            columns: vec![
                Column::text("by", "By"),
                Column::text("state", "State"),
                Column::text("at", "At"),
                Column::text("way", "Way"),
                Column::text("reason", "Reason"),
            ],
            rows: it.approvals.iter().map(row).collect(),
            empty: Text::default().code("bartizan access approve").plain(" adds one."),
            ..Table::default()
        }))
}
