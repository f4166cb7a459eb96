//! The parts of a project's page that come from documents and figures.

use bartizan_model::assessment::{Evidence, Outcome};
use bartizan_store::{ComponentFilter, ComponentRow, Page as Rows, Scope};

use super::super::{
    facts, finding::evidence_table, milestones::history_table, releases, standards, workflows,
};
use crate::{
    chart::{Chart, Shares},
    context::{Context, PageError, package_text},
    href::Place,
    page::{Block, Cell, Column, Section, Sign, State, Table, Text},
    signing, words,
};

/// Endorsed, declared and measured are three facts, each with its evidence. What nobody measures yet is said so.
pub(super) async fn standards(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let endorsements = ctx.store.document(name, facts::ENDORSEMENTS, "").await?;
    let adoption = ctx.store.document(name, facts::ADOPTION, "").await?;
    let endorsed: facts::Endorsements = endorsements
        .as_ref()
        .map(|row| facts::read(&row.document))
        .unwrap_or_default();
    let measured: facts::Adoption = adoption
        .as_ref()
        .map(|row| facts::read(&row.document))
        .unwrap_or_default();
    let mut rows = Vec::new();
    for standard in standards::all(ctx).await? {
        let stated = endorsed.standards.iter().find(|it| it.id == standard.id);
        let found = measured.standards.iter().find(|it| it.id == standard.id);
        if stated.is_none() && found.is_none() {
            continue;
        }
        let cells = three(name, stated, found, measured.has_readme);
        let line = Text::link(standard.name(), standards::place(&standard.id));
        rows.push(std::iter::once(Cell::text(line)).chain(cells).collect());
    }
    let table = Table {
        id: "standards".to_owned(),
        columns: vec![
            Column::text("standard", "Standard"),
            Column::text("endorsed", "Endorsed"),
            Column::text("declared", "Declared"),
            Column::text("measured", "Measured"),
        ],
        rows,
        empty: "Not measured yet: no standards were read for this project.".into(),
        ..Table::default()
    };
    let evidence: Vec<Evidence> = [endorsements, adoption]
        .into_iter()
        .flatten()
        .map(|row| row.document.evidence)
        .collect();
    let mut section = Section::new("standards-of", "SPECs")
        .note("Endorsed: the project said so. Declared: it shows a badge. Measured: checks looked at its repositories; what could not be looked at never counts. Three separate facts.")
        .with(Block::Table(table));
    if !evidence.is_empty() {
        section = section.with(Block::Table(Table {
            caption: "How the three facts are known".into(),
            ..evidence_table("standards-evidence", &evidence)
        }));
    }
    let maps = ctx.store.document_names(name, facts::CAPABILITIES).await?;
    if !maps.is_empty() {
        let link = Text::link(
            "Which job of its workflows may do what",
            workflows::place(name),
        );
        section = section.with(Block::Prose(link));
    }
    Ok(section)
}

/// What is endorsed, declared and measured of a standard.
fn three(
    project: &str,
    stated: Option<&facts::Standard>,
    found: Option<&facts::MeasuredStandard>,
    has_readme: bool,
) -> [Cell; 3] {
    let fact = |is: Option<bool>, yes: &str| match is {
        Some(true) => Cell::State(State::new(Sign::Stated, yes)),
        Some(false) => Cell::State(State::new(Sign::Neutral, "not stated")),
        None => Cell::Missing,
    };
    let declared = match found {
        Some(it) if it.declared_at.is_some() => Some(true),
        Some(_) if has_readme => Some(false),
        _ => None,
    };
    let measured = found.map_or(Cell::Missing, |it| {
        Cell::State(state_of(it).to(standards::place_of(&it.id, project)))
    });
    [
        fact(stated.map(|it| it.is_endorsed), "endorsed"),
        fact(declared, "declared"),
        measured,
    ]
}

fn state_of(it: &facts::MeasuredStandard) -> State {
    match it.outcome() {
        Some(Outcome::NotApplicable) => standards::outcome_state(it.outcome()),
        outcome => {
            let stand = standards::Stand {
                is_met: match outcome {
                    Some(Outcome::Pass) => Some(true),
                    Some(Outcome::Fail) => Some(false),
                    _ => None,
                },
                holds: Some((it.holds as f64, it.applicable as f64)),
                ..standards::Stand::default()
            };
            stand.measured()
        }
    }
}

/// Releases of a package that are shown, and of all packages of a project.
const RELEASES: [usize; 2] = [12, 20];

/// The newest releases with how they stand. Where no ledger tells of any, what an index lists is shown and said to be that.
pub(super) async fn releases(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let ledgers = releases::ledgers(ctx, name).await?;
    let standings = &releases::standings(ctx, name).await?;
    let all = ledgers.iter().flat_map(|it| {
        let releases = it.releases.iter().take(RELEASES[0]);
        releases.map(move |release| {
            let standing = standings.get(&signing::key(&it.package, &release.version));
            releases::line(name, &it.package, release, standing.copied())
        })
    });
    let rows: Vec<Vec<Cell>> = all.take(RELEASES[1]).collect();
    if rows.is_empty() {
        return listed(ctx, name).await;
    }
    let table = Table {
        id: "releases".to_owned(),
        columns: releases::columns(),
        rows,
        ..Table::default()
    };
    let note = Text::default()
        .plain("An attestation says who built a file and from what; here it was verified, and its signer held against who should sign. ")
        .and_link("All releases", releases::releases_place(name))
        .plain(". ")
        .and_link("What the words mean", Place::new(["signing"]).at("words"))
        .plain(".");
    Ok(Section::new("releases-of", "Releases and signing")
        .note(note)
        .with(Block::Table(table)))
}

async fn listed(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let [of_package, of_all] = RELEASES;
    let mut rows = Vec::new();
    let mut environments = std::collections::BTreeSet::new();
    for known in ctx.store.document_names(name, facts::RELEASES).await? {
        let Some(row) = ctx
            .store
            .document(name, facts::RELEASES, &known.key)
            .await?
        else {
            continue;
        };
        let read = facts::read::<facts::Releases>(&row.document);
        environments.extend(read.environment);
        rows.extend(
            read.releases
                .iter()
                .take(of_package)
                .map(|release| release_row(&known.key, release)),
        );
    }
    let all = rows.len() as u64;
    rows.truncate(of_all);
    let caption = if all > of_all as u64 {
        format!(
            "The first {of_all} of {}, package by package",
            words::count(all)
        )
    } else {
        String::new()
    };
    let table = Table {
        caption: caption.into(),
        id: "releases".to_owned(),
        columns: vec![
            Column::text("release", "Release"),
            Column::text("published", "Published"),
            Column::number("wheels", "Wheels"),
            Column::number("sources", "Sources"),
            Column::text("attestations", "Attestations"),
        ],
        rows,
        empty: "Not measured yet: no releases were read.".into(),
        ..Table::default()
    };
    Ok(Section::new("releases-of", "Releases and signing")
        .note(Text::default().plain("An attestation says who built a file and from what. Here it is counted as the index offers it; nothing of it is verified.").plain(of_environment(&environments)))
        .with(Block::Table(table)))
}

/// The environment that releases were looked at for.
fn of_environment(environments: &std::collections::BTreeSet<String>) -> String {
    let named: Vec<String> = environments.iter().take(3).cloned().collect();
    if named.is_empty() {
        String::new()
    } else {
        format!(
            " What comes along was looked at for {}.",
            words::and(&named)
        )
    }
}

fn release_row(package: &str, release: &facts::Release) -> Vec<Cell> {
    let name = format!(
        "{package} {}{}",
        release.version,
        if release.is_yanked { " (yanked)" } else { "" }
    );
    let published = release
        .uploaded
        .as_deref()
        .and_then(|instant| instant.parse().ok());
    let provenance = match release.attestations.as_str() {
        "all files" => State::new(Sign::Good, "all files"),
        "some files" => State::new(Sign::Watch, "some files"),
        "none" => State::new(Sign::Neutral, "none"),
        "" => State::new(Sign::Unknown, "not known"),
        other => State::new(Sign::Unknown, other),
    };
    vec![
        Cell::text(name.trim().to_owned()),
        published.map_or(Cell::Empty, Cell::Time),
        Cell::count(release.wheels, None),
        Cell::count(release.sources, None),
        Cell::State(provenance),
    ]
}

/// The riskiest components with what their risk is made of; the rest is in the explorer.
pub(super) async fn components(ctx: &Context, name: &str) -> Result<Section, PageError> {
    const SHOWN: u32 = 25;
    let found = ctx
        .store
        .components(name, &ComponentFilter::default(), Rows::new(1, SHOWN))
        .await?;
    let mut section = Section::new("components-of", "What it stands on");
    if let Some(row) = ctx
        .store
        .figure(&Scope::Project(name.to_owned()), facts::CHAIN)
        .await?
    {
        section = section.with(Block::Chart(chain(&row.figure.shares, row.figure.value)));
    }
    let note = Text::default()
        .plain(format!(
            "{} in all. ",
            words::counted(found.total, "component", "components")
        ))
        .and_link(
            "The graph and the full table",
            Place::new(["dependencies", name]),
        );
    let table = Table {
        empty: "Not measured yet: no environment of it was resolved.".into(),
        ..component_table("components", &found.rows)
    };
    Ok(section.note(note).with(Block::Table(table)))
}

fn chain(shares: &[(String, f64)], value: f64) -> Chart {
    let row = |(name, share): &(String, f64)| {
        vec![
            Cell::text(name.as_str()),
            Cell::Number {
                value: *share,
                shown: words::value(*share),
                list: None,
            },
        ]
    };
    let table = Table {
        id: "chain-risk".to_owned(),
        columns: vec![
            Column::text("part", "Advisory and component"),
            Column::number("share", "Share"),
        ],
        rows: shares.iter().map(row).collect(),
        empty: "No component adds to the risk.".into(),
        ..Table::default()
    };
    let title = format!("Chain risk {}, by what it comes from", words::value(value));
    Chart::Shares(Shares {
        id: "chain-risk-chart".to_owned(),
        title,
        parts: shares.to_vec(),
        table,
    })
}

/// Components as a table.
pub(in crate::pages) fn component_table(id: &str, rows: &[ComponentRow]) -> Table {
    let cells = |row: &ComponentRow| {
        let component = &row.component;
        let kind = match (component.is_native, component.is_direct) {
            (true, _) => "native code in a file",
            (false, true) => "asked for by the project",
            (false, false) => "asked for by another",
        };
        let risk = component.risk.map_or(Cell::Missing, |value| Cell::Shares {
            value,
            parts: component.shares.clone(),
            list: None,
        });
        vec![
            Cell::text(package_text(&component.purl.to_string(), &component.name)),
            component.version.as_deref().map_or(
                Cell::State(State::new(Sign::Unknown, "unknown")),
                Cell::text,
            ),
            Cell::text(kind),
            risk,
        ]
    };
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("component", "Component"),
            Column::text("version", "Version"),
            Column::text("kind", "How it comes in"),
            Column::number("risk", "Risk"),
        ],
        rows: rows.iter().map(cells).collect(),
        empty: "No component.".into(),
        ..Table::default()
    }
}

/// Each figure of the project, with its past.
pub(super) async fn history(ctx: &Context, name: &str) -> Result<Section, PageError> {
    let scope = Scope::Project(name.to_owned());
    let figures = ctx.store.figures(&scope).await?;
    let mut section = Section::new("history", "Figures");
    let row = |row: &bartizan_store::FigureRow| {
        let figure = &row.figure;
        let number = |value: f64| Cell::Number {
            value,
            shown: words::value(value),
            list: None,
        };
        vec![
            Cell::text(Text::link(
                ctx.measure_title(&figure.measure),
                Place::new(["measures", &figure.measure]),
            )),
            number(figure.value),
            figure.whole.map_or(Cell::Empty, number),
            Cell::Time(row.measured),
        ]
    };
    section = section.with(Block::Table(Table {
        id: "figures".to_owned(),
        columns: vec![
            Column::text("measure", "Measure"),
            Column::number("value", "Value"),
            Column::number("whole", "Of"),
            Column::text("measured", "Measured"),
        ],
        rows: figures.iter().map(row).collect(),
        empty: "Nothing was measured yet.".into(),
        ..Table::default()
    }));
    let points = ctx.store.history(&scope, facts::OPEN, None).await?;
    if points.len() > 1 {
        section = section.with(Block::Table(Table {
            caption: "Open advisories over time".into(),
            ..history_table("open-over-time", &points, 50)
        }));
    }
    Ok(section)
}
