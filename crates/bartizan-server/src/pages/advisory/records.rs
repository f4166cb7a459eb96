//! What the sources say about one vulnerability, side by side.

use bartizan_formats::snapshot::SnapshotError;
use bartizan_model::{
    advisory::{Advisory, AliasGroup, Epss, KnownExploited, Standing},
    severity::Severity,
};
use bartizan_sources::database::Database;
use bartizan_vulnerability::{
    disagreement::{Disagreement, disagreements},
    group::is_cve,
    severity,
};

use crate::{
    href::Href,
    osv::read_record,
    page::{Block, Cell, Column, Section, Table, Text},
    words,
};

/// A group with everything that the snapshot says about it.
pub(super) struct Known {
    pub(super) group: AliasGroup,
    pub(super) records: Vec<Advisory>,
    unread: usize,
    severity: Severity,
    epss: Option<Epss>,
    exploited: Option<KnownExploited>,
    disagreements: Vec<Disagreement>,
}

/// Most groups of an id, and most records of a group, that are shown.
const MOST_GROUPS: usize = 4;
const MOST_RECORDS: usize = 64;

/// The groups that an id belongs to.
pub(super) fn of(database: &Database, id: &str) -> Result<Vec<Known>, SnapshotError> {
    let groups = database.groups_of(id)?;
    groups
        .into_iter()
        .take(MOST_GROUPS)
        .map(|group| known(database, group))
        .collect()
}

fn known(database: &Database, group: AliasGroup) -> Result<Known, SnapshotError> {
    let mut records = Vec::new();
    let mut unread = 0;
    for key in group.records.iter().take(MOST_RECORDS) {
        let stored = database
            .record(key)?
            .filter(|stored| stored.standing != Standing::Opinion);
        match stored.and_then(|stored| read_record(key, &stored.raw)) {
            Some(record) => records.push(record),
            None => unread += 1,
        }
    }
    let live: Vec<&Advisory> = records
        .iter()
        .filter(|record| record.withdrawn.is_none())
        .collect();
    let vectors: Vec<_> = live
        .iter()
        .flat_map(|record| {
            record
                .severities
                .iter()
                .chain(record.affected.iter().flat_map(|part| &part.severities))
        })
        .cloned()
        .collect();
    let stated = live.iter().filter_map(|record| record.stated_level).max();
    let severity = severity::of_records(
        live.iter().map(|record| record.id.as_str()),
        &vectors,
        stated,
    );
    let cve = Some(group.shown_as.as_str()).filter(|id| is_cve(id));
    let epss = cve.map(|cve| database.epss(cve)).transpose()?.flatten();
    let exploited = cve
        .map(|cve| database.known_exploited(cve))
        .transpose()?
        .flatten();
    Ok(Known {
        disagreements: disagreements(&records),
        group,
        records,
        unread,
        severity,
        epss,
        exploited,
    })
}

/// The parts of the page about one group.
pub(super) fn sections(known: &Known, is_one_of_several: bool) -> Vec<Section> {
    let key = &known.group.key;
    let anchor: String = key
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || *character == '-')
        .collect();
    let named = |title: &str| {
        if is_one_of_several {
            format!("{title}: {key}")
        } else {
            title.to_owned()
        }
    };
    let mut sections = vec![
        Section::new(format!("facts-{anchor}"), named("What is known"))
            .with(Block::Facts(facts(known))),
        Section::new(format!("records-{anchor}"), named("Who states it"))
            .note(if known.unread > 0 {
                format!(
                    "{} could not be read.",
                    words::counted(known.unread as u64, "record", "records")
                )
            } else {
                String::new()
            })
            .with(Block::Table(records_table(known, &anchor))),
    ];
    let table = disagreement_table(known, &anchor);
    if !table.rows.is_empty() {
        sections.push(
            Section::new(format!("differences-{anchor}"), named("Where the sources differ"))
                .note("Nothing is chosen in silence: what a version is matched by is any record that affects it.")
                .with(Block::Table(table)),
        );
    }
    sections
}

fn facts(known: &Known) -> Vec<(String, Text)> {
    let level = known
        .severity
        .level
        .map_or("not stated", |level| level.as_str());
    let score = known
        .severity
        .score
        .map(|score| format!(" ({score:.1})"))
        .unwrap_or_default();
    let mut facts = vec![
        ("Severity".to_owned(), Text::from(format!("{level}{score}"))),
        ("Ids".to_owned(), Text::from(known.group.ids.join(", "))),
    ];
    if let Some(epss) = known.epss {
        facts.push((
            "Chance of exploitation in 30 days (EPSS)".to_owned(),
            format!("{:.1} %", epss.probability * 100.0).into(),
        ));
    }
    if let Some(exploited) = &known.exploited {
        facts.push((
            "Known to be exploited since".to_owned(),
            exploited.date_added.clone().into(),
        ));
    }
    if !known.group.related.is_empty() {
        facts.push(("Related".to_owned(), known.group.related.join(", ").into()));
    }
    if !known.group.conflicts.is_empty() {
        facts.push((
            "Kept apart".to_owned(),
            known.group.conflicts.join(", ").into(),
        ));
    }
    facts
}

fn records_table(known: &Known, anchor: &str) -> Table {
    let row = |record: &Advisory| {
        let id = match record
            .references
            .iter()
            .find_map(|address| Href::outside(address))
        {
            Some(href) => Text::link(&record.id, href),
            None => record.id.as_str().into(),
        };
        let state = if record.withdrawn.is_some() {
            "withdrawn"
        } else {
            "in force"
        };
        vec![
            Cell::text(id),
            Cell::text(record.source.as_str()),
            record.published.map_or(Cell::Empty, Cell::Time),
            record.modified.map_or(Cell::Empty, Cell::Time),
            Cell::text(state),
            Cell::text(words::clipped(&record.summary, 160)),
        ]
    };
    Table {
        id: format!("records-of-{anchor}"),
        columns: vec![
            Column::text("record", "Record"),
            Column::text("source", "Source"),
            Column::text("published", "Published"),
            Column::text("modified", "Changed"),
            Column::text("state", "State"),
            Column::text("summary", "Summary"),
        ],
        rows: known.records.iter().map(row).collect(),
        empty: "No record can be read.".into(),
        ..Table::default()
    }
}

fn disagreement_table(known: &Known, anchor: &str) -> Table {
    let rows = known.disagreements.iter().flat_map(|it| {
        let about = it.package.as_ref().map_or_else(
            || "the record".to_owned(),
            |package| package.name().to_owned(),
        );
        it.opinions.iter().map(move |opinion| {
            vec![
                Cell::text(format!("{} of {about}", it.field.as_str())),
                Cell::text(format!("{} ({})", opinion.record.id, opinion.record.source)),
                Cell::text(words::clipped(&opinion.says, 200)),
            ]
        })
    });
    Table {
        id: format!("disagreements-{anchor}"),
        columns: vec![
            Column::text("question", "Question"),
            Column::text("record", "Record"),
            Column::text("says", "Says"),
        ],
        rows: rows.take(200).collect(),
        ..Table::default()
    }
}
