//! The releases of a project with how each stands, the newest first.

use std::collections::BTreeMap;

use bartizan_model::{assessment::SubjectKind, purl::Purl};
use bartizan_provenance::ledger::Class;
use bartizan_sbom::standing::Standing;
use bartizan_store::FindingRow;

use super::{PageItem, facts, projects::title, rows, sboms::standing_state};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    sboms::{self, PackageSboms},
    signing::{self, PackageLedger, Release},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects/{}/releases",
    title: "Releases of a project",
    purpose: "Every release since attestations exist: signed or not, its tag, its bills of materials",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Releases of one page.
const ROWS: u32 = 80;

pub(super) fn releases_place(project: &str) -> Place {
    Place::new(["projects", project, "releases"])
}

pub(super) fn release_place(project: &str, package: &str, version: &str) -> Place {
    Place::new(["projects", project, "releases", package, version])
}

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let name = asked.part(0);
    let Some(row) = ctx.store.project(name).await? else {
        return Ok(None);
    };
    let ledgers = ledgers(ctx, name).await?;
    if ledgers.is_empty() {
        return Ok(None);
    }
    let standings = standings(ctx, name).await?;
    let all: Vec<(&str, &Release)> = ledgers
        .iter()
        .flat_map(|it| {
            it.releases
                .iter()
                .map(|release| (it.package.as_str(), release))
        })
        .collect();
    let first = (asked.page() - 1).saturating_mul(ROWS) as usize;
    let shown = all.iter().skip(first).take(ROWS as usize);
    let total = all.len() as u64;
    let table = Table {
        id: "releases".to_owned(),
        columns: columns(),
        rows: shown
            .map(|(package, it)| {
                let standing = standings.get(&signing::key(package, &it.version));
                line(name, package, it, standing.copied())
            })
            .collect(),
        empty: rows::none_here(total, "No release since attestations exist is known.").into(),
        pager: rows::pager(asked, total, ROWS),
        ..Table::default()
    };
    let mut sections = vec![
        Section::new("list", "Releases")
            .note(
                "A release stands as all of its files do. Its page has the evidence step by step.",
            )
            .with(Block::Table(table)),
    ];
    sections.extend(tags(&ledgers));
    let title = title(&row);
    Ok(Some(Page {
        title: format!("Releases of {title}"),
        headline: headline(&title, &all),
        lede: lede(&ledgers),
        above: vec![
            ("Projects".to_owned(), Place::new(["projects"])),
            (title, Place::new(["projects", name])),
        ],
        sections,
        ..Page::default()
    }))
}

/// The ledgers of a project's packages.
pub(super) async fn ledgers(ctx: &Context, project: &str) -> Result<Vec<PackageLedger>, PageError> {
    let mut ledgers = Vec::new();
    for known in ctx.store.document_names(project, signing::LEDGER).await? {
        let row = ctx
            .store
            .document(project, signing::LEDGER, &known.key)
            .await?;
        ledgers.extend(row.map(|row| facts::read::<PackageLedger>(&row.document)));
    }
    Ok(ledgers)
}

/// How the bills of each release stand, by package and version.
pub(super) async fn standings(
    ctx: &Context,
    project: &str,
) -> Result<BTreeMap<String, Standing>, PageError> {
    let mut standings = BTreeMap::new();
    for known in ctx.store.document_names(project, sboms::SBOMS).await? {
        let row = ctx
            .store
            .document(project, sboms::SBOMS, &known.key)
            .await?;
        let package: PackageSboms =
            row.map_or_else(Default::default, |row| facts::read(&row.document));
        standings.extend(package.releases.iter().map(|it| {
            let key = signing::key(&package.package, &it.version);
            (key, sboms::standing(&it.standing))
        }));
    }
    Ok(standings)
}

/// The page of the release that a finding is about, where there is one.
pub(super) async fn of_subject(
    ctx: &Context,
    row: &FindingRow,
) -> Result<Option<Place>, PageError> {
    let subject = &row.finding.subject;
    if subject.kind != SubjectKind::Release {
        return Ok(None);
    }
    let Ok(purl) = subject.name.parse::<Purl>() else {
        return Ok(None);
    };
    let version = purl.version().unwrap_or_default();
    let key = signing::key(purl.name(), version);
    let found = ctx
        .store
        .document(&row.project, signing::RELEASE_EVIDENCE, &key)
        .await?;
    Ok(found.map(|_| release_place(&row.project, purl.name(), version)))
}

fn headline(title: &str, all: &[(&str, &Release)]) -> String {
    let classes = all.iter().map(|(_, it)| signing::class(&it.class));
    let counted: Vec<Class> = classes.filter(|it| it.is_counted()).collect();
    let pinned = counted.iter().filter(|it| **it == Class::Pinned).count() as u64;
    match counted.len() as u64 {
        0 => format!("Whether releases of {title} are signed cannot be told from here"),
        whole => format!(
            "{} of {} releases of {title} are verified and pinned",
            words::sentence(&words::number_word(pinned)),
            words::number_word(whole)
        ),
    }
}

fn lede(ledgers: &[PackageLedger]) -> Text {
    let mut text = Text::default();
    for ledger in ledgers {
        let from = &ledger.expected_from;
        text = text.plain(format!(
            "Who should sign {} is known from {from}. ",
            ledger.package
        ));
        if ledger.left_to_look_at > 0 {
            let count = words::counted(ledger.left_to_look_at, "thing was", "things were");
            text = text.plain(format!("{count} left to the next assessment. "));
        }
    }
    text
}

pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::text("release", "Release"),
        Column::text("published", "Published"),
        Column::text("state", "Signing"),
        Column::number("files", "Files"),
        Column::number("pinned", "Pinned"),
        Column::text("tag", "Tag"),
        Column::text("sbom", "Wheels with SBOM"),
        Column::text("bill", "Bill of materials"),
    ]
}

/// A release as a row.
pub(super) fn line(
    project: &str,
    package: &str,
    release: &Release,
    standing: Option<Standing>,
) -> Vec<Cell> {
    let yanked = if release.is_yanked { " (yanked)" } else { "" };
    let name = format!("{package} {}{yanked}", release.version);
    let published = release.uploaded.as_deref().and_then(|it| it.parse().ok());
    let page = release_place(project, package, &release.version);
    let pinned = release.classes.get(Class::Pinned.id()).copied();
    vec![
        Cell::text(Text::link(name, page.clone())),
        published.map_or(Cell::Missing, Cell::Time),
        Cell::State(class_state(signing::class(&release.class)).to(page)),
        Cell::count(release.files, None),
        Cell::count(pinned.unwrap_or_default(), None),
        tag_cell(release.tag.as_deref()),
        sbom_cell(release.wheels_with_sbom, release.wheels_looked_into),
        standing.map_or(Cell::Missing, |it| Cell::State(standing_state(it))),
    ]
}

/// A class as a sign with words.
pub(super) fn class_state(class: Class) -> State {
    let sign = match class {
        Class::Pinned => Sign::Good,
        Class::Verified | Class::Partial | Class::Missing => Sign::Watch,
        Class::Drifted | Class::Unverified | Class::Withdrawn => Sign::Bad,
        Class::BeforeAttestations | Class::HostCannotAttest => Sign::Neutral,
        Class::NotServed | Class::Unknown => Sign::Unknown,
    };
    State::new(sign, class.title())
}

pub(super) fn tag_cell(tag: Option<&str>) -> Cell {
    Cell::State(match tag {
        Some("signed") => State::new(Sign::Stated, "with a signature"),
        Some("unsigned") => State::new(Sign::Neutral, "without a signature"),
        Some("none") => State::new(Sign::Watch, "no tag names it"),
        Some("newer-than-clone") => State::new(Sign::Unknown, "newer than the clone"),
        Some(other) => State::new(Sign::Unknown, other),
        None => return Cell::Missing,
    })
}

pub(super) fn sbom_cell(with: u64, looked: u64) -> Cell {
    if looked == 0 {
        return Cell::Missing;
    }
    Cell::text(format!(
        "{} of {}",
        words::count(with),
        words::count(looked)
    ))
}

/// Tags of which there is no release.
fn tags(ledgers: &[PackageLedger]) -> Option<Section> {
    let rows: Vec<Vec<Cell>> = ledgers
        .iter()
        .flat_map(|it| it.tags_without_release.iter().flatten())
        .map(|tag| vec![Cell::text(Text::default().code(tag.as_str()))])
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("tags", "Tags without a release")
            .note("Final versions that the repository names and no index has.")
            .with(Block::Table(Table {
                id: "tags-without-release".to_owned(),
                columns: vec![Column::text("tag", "Tag")],
                rows,
                ..Table::default()
            }))
    })
}
