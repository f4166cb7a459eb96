//! Who may do what, as a drawing with its table.

use bartizan_posture::capabilities::Holder;
use bartizan_server::{
    chart::{Chart, Job, rights},
    page::{Cell, Column, Table, Text},
};

pub(super) fn map(holders: &[Holder]) -> Chart {
    let held: Vec<Job<'_>> = holders
        .iter()
        .flat_map(|holder| {
            holder.capabilities.iter().map(|it| Job {
                name: &holder.job,
                workflow: &holder.workflow,
                environment: holder.environment.as_deref(),
                holds: &it.name,
            })
        })
        .collect();
    let row = |holder: &Holder| {
        let mut names: Vec<&str> = holder
            .capabilities
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        if holder.has_default_token {
            names.push("the default token");
        }
        vec![
            Cell::text(holder.job.as_str()),
            Cell::text(Text::default().code(format!("{}:{}", holder.workflow, holder.line))),
            holder
                .environment
                .as_deref()
                .map_or(Cell::Empty, Cell::text),
            Cell::text(holder.events.join(", ")),
            Cell::text(names.join(", ")),
        ]
    };
    let table = Table {
        id: "rights-table".to_owned(),
        caption: "The same as a table, with what starts each job".into(),
        columns: vec![
            Column::text("job", "Job"),
            Column::text("place", "Where"),
            Column::text("environment", "Environment"),
            Column::text("starts", "Started by"),
            Column::text("holds", "Holds"),
        ],
        rows: holders.iter().map(row).collect(),
        empty: "No job holds a write permission, a secret or the default token.".into(),
        ..Table::default()
    };
    Chart::Graph(rights("rights-map".to_owned(), &held, table))
}
