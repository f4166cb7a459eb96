//! The pull requests of a project that wait, the heaviest first, with reasons and with buttons for verdicts. For whoever sits
//! at this machine only.

use std::collections::BTreeMap;

use bartizan_model::{assessment::Evidence, severity::SeverityLevel, verdict::Verdict};
use bartizan_review::verdict::EntryName;
use bartizan_store::{GivenVerdict, ReviewEntry};

use super::{PageItem, rows};
use crate::{
    context::{Asked, Context, Desk, PageError},
    href::Place,
    http::desk::{self, anchor},
    page::{Block, Cell, Column, Page, Pager, Question, Section, Sign, State, Table, Text},
    review::{self, Entry, Pull, Queue},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects/{}/review",
    title: "Review queue",
    purpose: "What waits for a review in a project: the order, its reasons, what changes may newly do, and verdicts",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// Pull requests of a page.
const PAGE_SIZE: u32 = 10;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let project = asked.part(0);
    let Some(desk) = &ctx.desk else {
        return Ok(None);
    };
    let Some((queue, evidence)) = Queue::of(&ctx.store, project).await? else {
        return Ok(None);
    };
    let verdicts = ctx.store.verdicts(Some(project)).await?;
    let told = Told {
        project,
        desk,
        page: asked.page(),
        verdicts: &verdicts,
    };
    let here = match asked.page() {
        1 => asked.bare(),
        page => asked.bare().with("page", page.to_string()),
    };
    let pager = Pager {
        place: asked.bare(),
        number: asked.page(),
        size: PAGE_SIZE,
        total: queue.pulls.len() as u64,
    };
    let first = (asked.page() - 1) as usize * PAGE_SIZE as usize;
    let shown = queue.pulls.iter().skip(first).take(PAGE_SIZE as usize);
    let shown: Vec<&Pull> = shown.collect();
    let table = Table {
        id: "queue".to_owned(),
        columns: columns(),
        rows: shown.iter().map(|it| line(it, &here)).collect(),
        empty: "No pull request waits here.".into(),
        pager: (pager.total > u64::from(PAGE_SIZE)).then_some(pager),
        ..Table::default()
    };
    let mut sections = vec![
        Section::new("order", "What to look at first")
            .note(note(&queue))
            .with(Block::Table(table)),
    ];
    let with = shown.iter().filter(|it| !it.entries.is_empty());
    sections.extend(with.map(|it| told.section(it)));
    sections.push(known(evidence));
    Ok(Some(Page {
        title: format!("Review queue of {project}"),
        headline: headline(project, &queue),
        lede: "The order says where an expert's eyes are worth most. It does not say that anything is wrong, and nothing of who wrote it is in it.".into(),
        above: vec![
            ("Projects".to_owned(), Place::new(["projects"])),
            (project.to_owned(), Place::new(["projects", project])),
        ],
        sections,
        ..Page::default()
    }))
}

/// Where the queue comes from.
fn known(evidence: Evidence) -> Section {
    Section::new("evidence", "How it is known").with(Block::Facts(vec![
        ("Read".to_owned(), words::minute(evidence.observed).into()),
        (
            "Main line".to_owned(),
            evidence.snapshot.unwrap_or_default().into(),
        ),
        ("Repository".to_owned(), evidence.locator.into()),
    ]))
}

fn headline(project: &str, queue: &Queue) -> String {
    let severe = queue.pulls.iter().filter(|it| is_severe(it)).count() as u64;
    let looked = queue.pulls.len() as u64;
    if severe == 0 {
        return format!(
            "Nothing severe is told of the {} of {project} that {} looked at",
            words::counted(looked, "waiting pull request", "waiting pull requests"),
            if looked == 1 { "was" } else { "were" }
        );
    }
    format!(
        "Begin with {} of the {} of {project}",
        words::number_word(severe),
        words::counted(looked, "waiting pull request", "waiting pull requests")
    )
}

fn is_severe(pull: &Pull) -> bool {
    matches!(pull.severity.as_deref(), Some("high" | "critical"))
}

fn note(queue: &Queue) -> Text {
    let (changed, read) = queue.pulls.iter().fold((0, 0), |sum, it| {
        (sum.0 + it.changed_lines, sum.1 + it.lines_to_read)
    });
    let mut text = format!(
        "{} are not known to be in; git does not say which of them were refused. Whoever looks at every entry reads {} of {}.",
        words::counted(queue.of, "pull request", "pull requests"),
        words::count(read),
        words::counted(changed, "changed line", "changed lines"),
    );
    if queue.unread > 0 {
        text += &format!(
            " {} could not be looked at.",
            words::counted(queue.unread, "pull request", "pull requests")
        );
    }
    text += " Whom to ask is told by bartizan review --queue.";
    text.into()
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("pull", "Pull request"),
        Column::text("severity", "Severest"),
        Column::text("score", "Weight and what it is made of"),
        Column::text("first", "Look first at"),
        Column::text("newly", "May newly"),
        Column::number("entries", "Entries"),
        Column::number("read", "Lines to read"),
        Column::number("changed", "Lines changed"),
    ]
}

fn line(it: &Pull, here: &Place) -> Vec<Cell> {
    let first = it.entries.first().map(place_of);
    let number = format!("#{}", it.number);
    let name = if it.entries.is_empty() {
        Text::from(number)
    } else {
        Text::link(number, here.clone().at(pull_anchor(it)))
    };
    let severity = match it.severity.as_deref().and_then(SeverityLevel::parse) {
        Some(level) => rows::severity_state(Some(level)),
        None if it.unread > 0 => State::new(Sign::Unknown, "not read"),
        None => State::new(Sign::Neutral, "nothing told"),
    };
    vec![
        Cell::text(name),
        Cell::State(severity),
        Cell::Shares {
            value: it.score,
            parts: parts(&it.shares),
            list: None,
        },
        first.map_or(Cell::Empty, |it| Cell::text(Text::default().code(it))),
        Cell::text(newly(it)),
        Cell::count(it.entries_in_all, None),
        Cell::count(it.lines_to_read, None),
        Cell::count(it.changed_lines, None),
    ]
}

/// The parts of a score that add to it; what takes away is told in words beside each entry.
fn parts(shares: &BTreeMap<String, f64>) -> Vec<(String, f64)> {
    let mut parts: Vec<(String, f64)> = shares
        .iter()
        .filter(|(_, share)| **share > 0.0)
        .map(|(name, share)| (name.clone(), *share))
        .collect();
    parts.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    parts
}

fn newly(it: &Pull) -> String {
    it.capabilities.join(", ")
}

/// The capability diff: which function may newly do what, and by what.
fn gained(pull: &Pull) -> Table {
    let row = |it: &review::Gained| {
        let whose = if it.function.is_empty() {
            "outside of functions"
        } else {
            &it.function
        };
        vec![
            Cell::text(it.capability.as_str()),
            Cell::text(Text::default().code(whose)),
            Cell::text(Text::default().code(&it.what)),
            Cell::text(Text::default().code(format!("{}:{}", it.file, it.line))),
        ]
    };
    Table {
        id: format!("newly-{}", pull.number),
        columns: vec![
            Column::text("capability", "May newly"),
            Column::text("function", "Function"),
            Column::text("what", "By"),
            Column::text("place", "Place"),
        ],
        rows: pull.gained.iter().map(row).collect(),
        ..Table::default()
    }
}

fn place_of(entry: &Entry) -> String {
    match entry.line {
        Some(line) => format!("{}:{line}", entry.file),
        None => entry.file.clone(),
    }
}

fn pull_anchor(it: &Pull) -> String {
    format!("pull-{}", it.number)
}

/// What forms need.
struct Told<'a> {
    project: &'a str,
    desk: &'a Desk,
    page: u32,
    verdicts: &'a BTreeMap<ReviewEntry, GivenVerdict>,
}

impl Told<'_> {
    fn section(&self, pull: &Pull) -> Section {
        let mut facts = vec![
            ("Because of".to_owned(), Text::from(because(&pull.shares))),
            (
                "Changes".to_owned(),
                Text::from(format!(
                    "{} and {}; {} to read",
                    words::counted(pull.files, "file", "files"),
                    words::counted(pull.changed_lines, "line", "lines"),
                    words::counted(pull.lines_to_read, "line", "lines")
                )),
            ),
        ];
        if pull.unread > 0 {
            facts.push((
                "Not read".to_owned(),
                "a part of it is not in the clone: what was not looked at is not clean".into(),
            ));
        }
        let title = format!("Pull request {}", pull.number);
        let mut section = Section::new(pull_anchor(pull), title).with(Block::Facts(facts));
        if !pull.gained.is_empty() {
            section = section.with(Block::Table(gained(pull)));
        }
        for entry in &pull.entries {
            section = section.with(Block::Question(self.question(pull, entry)));
        }
        let more = pull
            .entries_in_all
            .saturating_sub(pull.entries.len() as u64);
        if more > 0 {
            let text = format!(
                "{} more; bartizan review --pr {} tells them.",
                words::counted(more, "entry", "entries"),
                pull.number
            );
            section = section.with(Block::Prose(text.into()));
        }
        section
    }

    fn question(&self, pull: &Pull, entry: &Entry) -> Question {
        let name: Option<EntryName> = entry.id.parse().ok();
        let digits = name.as_ref().map(|it| it.id.clone()).unwrap_or_default();
        let chosen = name.and_then(|name| {
            let of = ReviewEntry {
                project: self.project.to_owned(),
                rule: name.rule,
                entry: name.id,
            };
            self.verdicts.get(&of).map(|it| it.verdict)
        });
        let number = pull.number.to_string();
        let hidden = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        Question {
            id: anchor(&number, &digits),
            place: review::place(self.project),
            title: Text::default()
                .strong(entry.severity.clone())
                .plain(" ")
                .code(place_of(entry))
                .plain(": ")
                .and_spans(Text::marked(&entry.message)),
            detail: Text::default()
                .code(&entry.rule)
                .plain(": ")
                .and_spans(Text::marked(&entry.title))
                .plain(format!(". Because of {}.", because(&entry.shares))),
            hidden: vec![
                hidden(desk::TOKEN, &self.desk.token),
                hidden(desk::ENTRY, &entry.id),
                hidden("at", &number),
                hidden("page", &self.page.to_string()),
            ],
            key: desk::VERDICT,
            choices: Verdict::ALL.map(|it| (it.as_str(), words_of(it))).to_vec(),
            chosen: chosen.map(Verdict::as_str),
        }
    }
}

fn words_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "Right",
        Verdict::Wrong => "Wrong",
        Verdict::Harmless => "Harmless",
    }
}

/// `evidence 0.600, criticality −0.090`: what adds up to a score, and what takes from it.
fn because(shares: &BTreeMap<String, f64>) -> String {
    let mut shares: Vec<(&String, f64)> = shares
        .iter()
        .map(|(name, share)| (name, *share))
        .filter(|(_, share)| *share != 0.0)
        .collect();
    shares.sort_by(|one, other| {
        let by_size = other.1.abs().total_cmp(&one.1.abs());
        by_size.then(one.0.cmp(other.0))
    });
    let told: Vec<String> = shares
        .iter()
        .map(|(name, share)| format!("{name} {share:.3}").replace('-', "−"))
        .collect();
    told.join(", ")
}
