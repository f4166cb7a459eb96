//! A release: its evidence step by step, who signed, every file, and what was seen of it before.

mod bills;

use bartizan_provenance::{Level, Step};

use super::{
    PageItem, facts,
    finding::evidence_table,
    projects::title,
    releases::{class_state, releases_place, sbom_cell, tag_cell},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::{Href, Place},
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    signing::{self, Evidence, File, ReleaseEvidence},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects/{}/releases/{}/{}",
    title: "Release",
    purpose: "The evidence of a release step by step: who signed, what held and what did not, file by file, and its bills of materials",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Files of one page.
const FILES: u32 = 60;

/// Different attestations that are shown step by step. Releases have one or two.
const ATTESTATIONS: usize = 6;

/// Sightings that are shown.
const SIGHTINGS: usize = 40;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let (name, package, version) = (asked.part(0), asked.part(1), asked.part(2));
    let Some(row) = ctx.store.project(name).await? else {
        return Ok(None);
    };
    let key = signing::key(package, version);
    let document = ctx
        .store
        .document(name, signing::RELEASE_EVIDENCE, &key)
        .await?;
    let Some(document) = document.map(|row| row.document) else {
        return Ok(None);
    };
    let release: ReleaseEvidence = facts::read(&document);
    let mut sections = vec![short(&release)];
    sections.extend(wrong(ctx, &release));
    sections.extend(bills::sections(ctx, (name, package, version)).await?);
    let shown = release.evidence.iter().take(ATTESTATIONS);
    for (place, evidence) in shown.enumerate() {
        sections.push(attestation(place, evidence, &release));
    }
    if release.evidence.is_empty() {
        sections.push(none(&release));
    }
    sections.push(files(asked, &release));
    sections.extend(seen(&release));
    sections.push(
        Section::new("known", "How it is known")
            .note("The snapshot is the root of trust by which signatures were verified.")
            .with(Block::Table(evidence_table(
                "known-from",
                &[document.evidence],
            ))),
    );
    let project = title(&row);
    Ok(Some(Page {
        title: format!("{package} {version}"),
        headline: headline(&release),
        lede: lede(&release),
        above: vec![
            ("Projects".to_owned(), Place::new(["projects"])),
            (project, Place::new(["projects", name])),
            ("Releases".to_owned(), releases_place(name)),
        ],
        sections,
        ..Page::default()
    }))
}

fn headline(release: &ReleaseEvidence) -> String {
    let class = signing::class(&release.class);
    let files = release.files.len() as u64 + release.files_left_out;
    format!(
        "{} {}: {}, {}",
        release.package,
        release.version,
        class.title(),
        words::counted(files, "file", "files")
    )
}

fn lede(release: &ReleaseEvidence) -> Text {
    Text::from(signing::class(&release.class).meaning()).plain(format!(
        " Who should sign is known from {}.",
        release.expected_from
    ))
}

fn short(release: &ReleaseEvidence) -> Section {
    let class = signing::class(&release.class);
    let uploaded = release.uploaded.as_deref().and_then(|it| it.parse().ok());
    let yanked = if release.is_yanked { "yes" } else { "no" };
    let row = vec![
        Cell::State(class_state(class)),
        uploaded.map_or(Cell::Missing, Cell::Time),
        tag_cell(release.tag.as_deref()),
        sbom_cell(release.wheels_with_sbom, release.wheels_looked_into),
        Cell::text(yanked),
    ];
    Section::new("short", "In short").with(Block::Table(Table {
        id: "in-short".to_owned(),
        columns: vec![
            Column::text("state", "Signing"),
            Column::text("published", "Published"),
            Column::text("tag", "Tag"),
            Column::text("sbom", "Wheels with SBOM"),
            Column::text("yanked", "Yanked"),
        ],
        rows: vec![row],
        ..Table::default()
    }))
}

fn wrong(ctx: &Context, release: &ReleaseEvidence) -> Option<Section> {
    // What is said of several files in the same words is one row.
    let mut counts: Vec<(&signing::Note, u64)> = Vec::new();
    for note in &release.findings {
        let mut known = counts.iter_mut();
        match known.find(|(it, _)| it.check == note.check && it.message == note.message) {
            Some((_, count)) => *count += 1,
            None => counts.push((note, 1)),
        }
    }
    let rows: Vec<Vec<Cell>> = counts
        .into_iter()
        .take(SIGHTINGS)
        .map(|(note, count)| {
            let check = Place::new(["checks", &note.check]);
            vec![
                Cell::text(Text::link(ctx.check_title(&note.check), check)),
                Cell::count(count, None),
                Cell::text(words::clipped(&note.message, 300)),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("wrong", "What is wrong").with(Block::Table(Table {
            id: "findings".to_owned(),
            columns: vec![
                Column::text("check", "Check"),
                Column::number("times", "Times"),
                Column::text("message", "What was found"),
            ],
            rows,
            ..Table::default()
        }))
    })
}

/// There is nothing to take steps with, which each step is told to be.
fn none(release: &ReleaseEvidence) -> Section {
    let class = signing::class(&release.class);
    let row = |step: Step| {
        vec![
            Cell::text(step.title()),
            Cell::State(State::new(Sign::Neutral, "not reached")),
            Cell::text(class.title()),
        ]
    };
    Section::new("steps", "Evidence, step by step")
        .note("There is no evidence to look at.")
        .with(Block::Table(Table {
            rows: Step::ALL.into_iter().map(row).collect(),
            ..steps_table("steps-table")
        }))
}

fn attestation(place: usize, evidence: &Evidence, release: &ReleaseEvidence) -> Section {
    let of = release.files.iter().filter(|file| {
        let mut attestations = file.attestations.iter();
        attestations.any(|it| it.evidence.is_some_and(|it| it as usize == place))
    });
    let files = words::counted(of.count() as u64, "file", "files");
    let number = place + 1;
    let row = |step: &signing::TakenStep| {
        let known = Step::ALL.into_iter().find(|it| it.id() == step.step);
        let title = known.map_or_else(|| step.step.clone(), |it| it.title().to_owned());
        let why = [step.code.as_deref(), step.message.as_deref()];
        let why: Vec<&str> = why.into_iter().flatten().collect();
        vec![
            Cell::text(title),
            Cell::State(outcome(&step.outcome)),
            if why.is_empty() {
                Cell::Empty
            } else {
                Cell::text(words::clipped(&why.join(": "), 300))
            },
        ]
    };
    Section::new(
        format!("evidence-{number}"),
        format!("Evidence {number}, step by step"),
    )
    .note(format!(
        "{} of {files}: {}.",
        evidence.kind,
        level(&evidence.level)
    ))
    .with(Block::Facts(claims(evidence)))
    .with(Block::Table(Table {
        rows: evidence.steps.iter().map(row).collect(),
        ..steps_table(&format!("steps-{number}"))
    }))
}

fn steps_table(id: &str) -> Table {
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("step", "Step"),
            Column::text("outcome", "Outcome"),
            Column::text("why", "Why"),
        ],
        ..Table::default()
    }
}

fn outcome(word: &str) -> State {
    match word {
        "done" => State::new(Sign::Good, "done"),
        "failed" => State::new(Sign::Bad, "failed"),
        "not-applicable" => State::new(Sign::Neutral, "does not apply"),
        "not-reached" => State::new(Sign::Unknown, "not reached"),
        other => State::new(Sign::Unknown, other),
    }
}

fn level(id: &str) -> &'static str {
    let levels = [
        Level::None,
        Level::Unverified,
        Level::Verified,
        Level::Pinned,
    ];
    let found = levels.into_iter().find(|it| it.id() == id);
    found.map_or("not known", Level::title)
}

/// What the certificate says of the signer, and the statement of the build. What the index says stands apart: nobody signed it.
fn claims(evidence: &Evidence) -> Vec<(String, Text)> {
    let mut claims: Vec<(String, Text)> = Vec::new();
    let mut add = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            let shown = words::clipped(value, 200);
            let text = match Href::outside(value) {
                Some(href) => Text::link(shown, href),
                None => Text::from(shown),
            };
            claims.push((name.to_owned(), text));
        }
    };
    add("Claim", evidence.predicate.as_ref());
    if let Some(signer) = &evidence.signer {
        add("Signed by", signer.identity.as_ref());
        add("Vouched for by", signer.issuer.as_ref());
        add("Repository", signer.repository.as_ref());
        add("Workflow", signer.workflow.as_ref());
        add("Commit", signer.commit.as_ref());
        add("Reference", signer.reference.as_ref());
        add("Started by", signer.trigger.as_ref());
        add("Runner", signer.runner.as_ref());
        add("Environment", signer.environment.as_ref());
        add("Run", signer.run.as_ref());
        add("Key", signer.key_sha256.as_ref());
    }
    if let Some(build) = &evidence.build {
        add("Built by", Some(&build.builder));
        add("From", build.source.as_ref());
    }
    add(
        "The index says, unsigned",
        evidence.unsigned_publisher.as_ref(),
    );
    claims
}

fn files(asked: &Asked, release: &ReleaseEvidence) -> Section {
    let first = (asked.page() - 1).saturating_mul(FILES) as usize;
    let shown = release.files.iter().skip(first).take(FILES as usize);
    let total = release.files.len() as u64;
    let table = Table {
        id: "files".to_owned(),
        columns: vec![
            Column::text("file", "File"),
            Column::text("state", "Signing"),
            Column::text("signed", "Signed"),
            Column::text("sbom", "SBOM"),
            Column::text("sha256", "SHA-256"),
        ],
        rows: shown.map(file).collect(),
        empty: rows::none_here(total, "No file of it is known.").into(),
        pager: rows::pager(asked, total, FILES),
        ..Table::default()
    };
    let mut section = Section::new("files-of", "Files");
    if release.files_left_out > 0 {
        let count = words::counted(release.files_left_out, "more file is", "more files are");
        section = section.note(format!("{count} not shown."));
    }
    section.with(Block::Table(table))
}

fn file(file: &File) -> Vec<Cell> {
    let times = file.attestations.iter().flat_map(|it| &it.times);
    let signed = times.filter_map(|it| it.parse().ok()).min();
    let sboms = match file.sboms {
        None => Cell::Missing,
        Some(0) => Cell::text("none"),
        Some(count) => Cell::count(count.into(), None),
    };
    let digest = file.sha256.as_deref();
    vec![
        Cell::text(words::clipped(&file.name, 120)),
        Cell::State(class_state(signing::class(&file.class))),
        signed.map_or(Cell::Empty, Cell::Time),
        sboms,
        digest.map_or(Cell::Missing, |it| Cell::text(Text::default().code(it))),
    ]
}

/// What was seen of files, where it was not the same at every look.
fn seen(release: &ReleaseEvidence) -> Option<Section> {
    let changed = release.files.iter().filter(|it| it.sightings.len() > 1);
    let rows: Vec<Vec<Cell>> = changed
        .flat_map(|file| file.sightings.iter().map(move |it| (file, it)))
        .take(SIGHTINGS)
        .map(|(file, sighting)| {
            let time = |text: &str| text.parse().map_or(Cell::Missing, Cell::Time);
            let state = match sighting.seen.as_str() {
                "served" => State::new(Sign::Stated, "an attestation"),
                "none" => State::new(Sign::Watch, "none"),
                _ => State::new(Sign::Unknown, "nothing said"),
            };
            vec![
                Cell::text(words::clipped(&file.name, 120)),
                Cell::text(words::clipped(&sighting.place, 120)),
                Cell::State(state),
                time(&sighting.first),
                time(&sighting.last),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("before", "What was seen before")
            .note("Nothing that was seen is taken away when the index says something else later.")
            .with(Block::Table(Table {
                id: "sightings".to_owned(),
                columns: vec![
                    Column::text("file", "File"),
                    Column::text("place", "Place"),
                    Column::text("seen", "It said"),
                    Column::text("first", "First"),
                    Column::text("last", "Last"),
                ],
                rows,
                ..Table::default()
            }))
    })
}
