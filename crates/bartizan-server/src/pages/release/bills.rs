//! The bills of materials of a release: present, valid, true, and what is undeclared, made up, wrong or lacking.

use bartizan_sbom::{lacking::Lack, standing::Standing};
use bartizan_store::DocumentRow;

use super::super::{facts, finding::evidence_table, sboms::standing_state};
use crate::{
    context::{Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Section, Sign, State, Table, Text},
    sboms::{self, ExaminedWheel, LackingWire, ReleaseSbom, SbomDifference, WheelBill},
    signing, words,
};

/// Differences that are shown.
const DIFFERENCES: usize = 60;

/// Sections about the bills of a release; none where nothing is known of them.
pub(super) async fn sections(
    ctx: &Context,
    (project, package, version): (&str, &str, &str),
) -> Result<Vec<Section>, PageError> {
    let key = signing::key(package, version);
    let row = ctx
        .store
        .document(project, sboms::RELEASE_SBOM, &key)
        .await?;
    Ok(row.map_or_else(Vec::new, |row| of(&row)))
}

fn of(row: &DocumentRow) -> Vec<Section> {
    let release: ReleaseSbom = facts::read(&row.document);
    let mut sections = vec![short(&release)];
    if let Some(examined) = &release.examined {
        sections.extend(differences(examined));
        sections.extend(lacking(examined));
        if let Some(first) = sections.first_mut() {
            first.blocks.push(Block::Table(evidence_table(
                "sbom-known-from",
                std::slice::from_ref(&row.document.evidence),
            )));
        }
    }
    sections
}

/// The three questions with their answers, and each bill.
fn short(release: &ReleaseSbom) -> Section {
    let standing = sboms::standing(&release.standing);
    let answer = |answer: Option<bool>, [yes, no, unknown]: [&str; 3]| {
        Cell::State(match answer {
            Some(true) => State::new(Sign::Good, yes),
            Some(false) => State::new(Sign::Bad, no),
            None => State::new(Sign::Unknown, unknown),
        })
    };
    let present = match release.is_present {
        Some(false) if standing == Standing::Unneeded => {
            Cell::State(State::new(Sign::Neutral, "none needed"))
        }
        Some(false) => Cell::State(State::new(Sign::Watch, "no")),
        other => answer(other, ["yes", "no", "not looked at"]),
    };
    let valid = answer(release.is_valid, ["yes", "no", "not known"]);
    let truth = if release.is_present == Some(true) {
        answer(release.is_true, ["yes", "no", "not known"])
    } else {
        Cell::Missing
    };
    let native = release.examined.as_ref().map_or(Cell::Missing, |it| {
        Cell::text(format!(
            "{} of {}",
            words::count(it.declared_native),
            words::count(it.shown_native)
        ))
    });
    let table = Table {
        id: "sbom".to_owned(),
        columns: vec![
            Column::text("standing", "Stands"),
            Column::text("present", "Present"),
            Column::text("valid", "Valid"),
            Column::text("true", "True"),
            Column::text("native", "Native components, declared"),
        ],
        rows: vec![vec![
            Cell::State(standing_state(standing)),
            present,
            valid,
            truth,
            native,
        ]],
        ..Table::default()
    };
    Section::new("bills", "Bill of materials")
        .note(note(release, standing))
        .with(Block::Table(table))
        .with_all(bills(release))
}

/// What the standing means, and of which wheel.
fn note(release: &ReleaseSbom, standing: Standing) -> String {
    match &release.examined {
        Some(it) => format!("{} It was looked into `{}`.", standing.meaning(), it.file),
        None => standing.meaning().to_owned(),
    }
}

/// The bills one by one; nothing where there is none.
fn bills(release: &ReleaseSbom) -> Vec<Block> {
    let bills = release.examined.as_ref().map_or(&[][..], |it| &it.bills);
    if bills.is_empty() {
        return Vec::new();
    }
    vec![Block::Table(Table {
        id: "sbom-files".to_owned(),
        columns: vec![
            Column::text("bill", "Bill"),
            Column::text("format", "Format"),
            Column::number("components", "Components"),
            Column::text("valid", "Valid"),
            Column::text("why", "Why"),
        ],
        rows: bills.iter().map(bill).collect(),
        ..Table::default()
    })]
}

fn bill(bill: &WheelBill) -> Vec<Cell> {
    let valid = match bill.validity.as_str() {
        "valid" => State::new(Sign::Good, "valid"),
        "invalid" => State::new(Sign::Bad, "not valid"),
        _ => State::new(Sign::Unknown, "not known"),
    };
    let more = bill.error_count.saturating_sub(bill.errors.len() as u64);
    let mut why: Vec<String> = bill.errors.clone();
    why.extend(bill.why_unknown.clone());
    if more > 0 {
        why.push(format!("{} more", words::count(more)));
    }
    let format = bill.format.as_deref().unwrap_or("cannot be read");
    vec![
        Cell::text(words::clipped(&bill.name, 120)),
        Cell::text(words::clipped(format, 60)),
        bill.components
            .map_or(Cell::Missing, |it| Cell::count(it, None)),
        Cell::State(valid),
        if why.is_empty() {
            Cell::Empty
        } else {
            Cell::text(words::clipped(&why.join("; "), 400))
        },
    ]
}

/// Where bills and files differ.
fn differences(examined: &ExaminedWheel) -> Option<Section> {
    let row = |it: &SbomDifference| {
        let check = Place::new(["checks", &it.check]);
        let text = |it: &Option<String>| match it {
            Some(it) => Cell::text(words::clipped(it, 80)),
            None => Cell::Empty,
        };
        vec![
            Cell::text(words::clipped(&it.name, 80)),
            Cell::text(Text::link(it.kind.as_str(), check)),
            text(&it.stated),
            text(&it.shown),
            Cell::text(words::clipped(&it.files.join(", "), 200)),
        ]
    };
    let all = &examined.differences;
    let left = all.len().saturating_sub(DIFFERENCES) as u64 + examined.differences_left_out;
    let mut note = String::new();
    if left > 0 {
        note = format!("{} not shown. ", words::counted(left, "is", "are"));
    }
    if !examined.unconfirmed.is_empty() {
        note += &format!(
            "Stated, and nothing in files would show it: {}.",
            words::clipped(&examined.unconfirmed.join(", "), 300)
        );
    }
    (!all.is_empty()).then(|| {
        Section::new("sbom-differences", "Where bill and files differ")
            .note(note)
            .with(Block::Table(Table {
                id: "sbom-differences-table".to_owned(),
                columns: vec![
                    Column::text("component", "Component"),
                    Column::text("difference", "Difference"),
                    Column::text("stated", "Stated"),
                    Column::text("shown", "Shown"),
                    Column::text("files", "Files"),
                ],
                rows: all.iter().take(DIFFERENCES).map(row).collect(),
                ..Table::default()
            }))
    })
}

/// What components lack, bill by bill, and where to add it.
fn lacking(examined: &ExaminedWheel) -> Option<Section> {
    let rows: Vec<Vec<Cell>> = examined
        .bills
        .iter()
        .flat_map(|bill| bill.lacking.iter().map(move |it| lacks(bill, it)))
        .collect();
    let places: Vec<Vec<Cell>> = examined
        .bills
        .iter()
        .filter_map(|bill| {
            let place = bill.add_it.as_deref()?;
            Some(vec![
                Cell::text(words::clipped(base(&bill.name), 120)),
                Cell::text(place),
            ])
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("sbom-lacking", "What components lack, and where to add it")
            .note("No fault of the release: what a bill does not say cannot be looked up, used or recognised by it.")
            .with(Block::Table(Table {
                id: "sbom-lacking-table".to_owned(),
                columns: vec![
                    Column::text("bill", "Bill"),
                    Column::text("lacks", "Lacks"),
                    Column::number("count", "Components"),
                    Column::text("field", "Write"),
                    Column::text("which", "Which"),
                ],
                rows,
                ..Table::default()
            }))
            .with(Block::Table(Table {
                id: "sbom-upstream".to_owned(),
                columns: vec![Column::text("bill", "Bill"), Column::text("where", "Where")],
                rows: places,
                ..Table::default()
            }))
    })
}

fn lacks(bill: &WheelBill, lacking: &LackingWire) -> Vec<Cell> {
    let known = Lack::ALL.into_iter().find(|it| it.id() == lacking.what);
    vec![
        Cell::text(words::clipped(base(&bill.name), 120)),
        Cell::text(match known {
            Some(lack) => lack.title(),
            None => lacking.what.as_str(),
        }),
        Cell::Number {
            value: lacking.lacking as f64,
            shown: format!(
                "{} of {}",
                words::count(lacking.lacking),
                words::count(lacking.total)
            ),
            list: None,
        },
        Cell::text(words::clipped(&lacking.field, 200)),
        Cell::text(words::clipped(&lacking.components.join(", "), 200)),
    ]
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
