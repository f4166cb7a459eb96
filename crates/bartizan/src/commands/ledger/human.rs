//! The ledger for people: a table that fits a terminal, what is wrong, and what could not be told.

use std::{collections::BTreeMap, fmt::Display};

use bartizan_assessment::ledger::tags::TagStanding;
use bartizan_provenance::ledger::{Class, Coverage, ReleaseStanding};

use super::{Answer, By, Row};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// The widths of the columns: names, then numbers. Together they are 79 wide.
const NAME: usize = 19;
const COLUMN: usize = 7;

/// How many findings of one check are told, and how many tags without a release.
const MOST_FINDINGS: usize = 10;
const MOST_TAGS: usize = 6;

const HEADS: [&str; 8] = [
    "files", "pinned", "verif.", "wrong", "none", "?", "SBOM", "tags",
];

pub(super) fn text(terminal: Terminal, by: By, answer: &Answer<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    match by {
        By::Project => projects(&mut sheet, answer),
        By::Release => answer.rows.iter().for_each(|it| releases(&mut sheet, it)),
        By::File => answer.rows.iter().for_each(|it| files(&mut sheet, it)),
    }
    findings(&mut sheet, answer);
    tags(&mut sheet, answer);
    problems(&mut sheet, answer);
    summary(&mut sheet, answer);
    sheet.text
}

fn projects(sheet: &mut Sheet, answer: &Answer<'_>) {
    let heads = columns(HEADS);
    sheet.line(&format!("{:<NAME$}{heads}", "package"));
    for row in &answer.rows {
        let cells = columns(cells(row));
        let name = sheet.terminal.clean(row.look.package.name());
        let name = sheet.terminal.cut(&name, NAME - 1);
        let name = format!("{name:<NAME$}");
        sheet.line(&format!(
            "{}{cells}",
            sheet.terminal.paint(Ink::Strong, &name)
        ));
    }
    sheet.gap();
    sheet.wrapped(0, "Files of releases: verified and pinned; verified, by whomever; wrong (does not hold, signed by somebody else, withdrawn); without an attestation; ? of which nothing can be said. Wheels with a bill of materials of those looked into. Releases with a signed tag.");
}

fn columns(cells: impl IntoIterator<Item = impl Display>) -> String {
    let cells = cells.into_iter().map(|it| format!("{it:>COLUMN$}"));
    cells.collect::<Vec<_>>().concat()
}

fn cells(row: &Row<'_>) -> [String; HEADS.len()] {
    let files = row.files();
    let count = |classes: &[Class]| {
        let sum: u64 = classes.iter().map(|it| files.count(*it)).sum();
        words::amount(sum)
    };
    let is_dark = files.counted() == 0;
    // Where nothing can be said of any file, a zero would say too much.
    let known = |classes: &[Class]| {
        if is_dark {
            "-".to_owned()
        } else {
            count(classes)
        }
    };
    let sboms = row.releases.iter().map(ReleaseStanding::sboms);
    let (looked, with) = sboms.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    [
        words::amount(files.total()),
        known(&[Class::Pinned]),
        known(&[Class::Verified]),
        known(&[Class::Drifted, Class::Unverified, Class::Withdrawn]),
        known(&[Class::Missing]),
        words::amount(files.total() - files.counted()),
        of(with, looked),
        signed(row),
    ]
}

fn of(part: u64, whole: u64) -> String {
    if whole == 0 {
        "-".to_owned()
    } else {
        format!("{part}/{whole}")
    }
}

/// How many releases have a signed tag, of those that the clone could know.
fn signed(row: &Row<'_>) -> String {
    let Some(tags) = row.tags() else {
        return "-".to_owned();
    };
    let standings = row
        .releases
        .iter()
        .map(|it| tags.of(&it.order, it.uploaded));
    let known: Vec<TagStanding> = standings.filter(|it| *it != TagStanding::TooNew).collect();
    let signed = known.iter().filter(|it| **it == TagStanding::Signed);
    of(signed.count() as u64, known.len() as u64)
}

fn releases(sheet: &mut Sheet, row: &Row<'_>) {
    sheet.heading(&sheet.terminal.clean(row.look.package.name()));
    for release in &row.releases {
        let version = sheet.terminal.clean(release.version);
        let version = sheet.terminal.cut(&version, NAME - 3);
        let day = release.uploaded.map_or("?".to_owned(), words::day);
        let (looked, with) = release.sboms();
        let tag = row
            .tags()
            .map_or("-", |tags| tags.of(&release.order, release.uploaded).id());
        let files = words::count(release.files.len(), "file", "files");
        let class = paint(sheet.terminal, release.class);
        sheet.line(&format!(
            "  {version:<17}{day:<12}{files:<10}{class}, SBOM {}, tag {tag}",
            of(with, looked)
        ));
    }
}

fn files(sheet: &mut Sheet, row: &Row<'_>) {
    for release in &row.releases {
        let version = sheet.terminal.clean(release.version);
        let name = sheet.terminal.clean(row.look.package.name());
        sheet.heading(&format!("{name} {version}"));
        for (file, standing) in &release.files {
            let class = paint(sheet.terminal, standing.class);
            let name = sheet.terminal.clean(&file.name);
            sheet.line(&format!("  {name}"));
            sheet.line(&format!("    {class}"));
        }
    }
}

fn paint(terminal: Terminal, class: Class) -> String {
    let ink = match class {
        Class::Pinned => Ink::Strong,
        Class::Drifted | Class::Unverified | Class::Withdrawn => Ink::Critical,
        Class::Partial | Class::Missing => Ink::Medium,
        _ => Ink::Low,
    };
    terminal.paint(ink, class.title())
}

/// What is wrong, the severest first, each check with its releases.
fn findings(sheet: &mut Sheet, answer: &Answer<'_>) {
    let mut by_check: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for row in &answer.rows {
        for (release, note) in row.notes() {
            let key = (std::cmp::Reverse(note.check.severity), note.check.id);
            let name = row.look.package.name();
            let told = by_check.entry(key).or_default();
            told.push(format!("{name} {}: {}", release.version, note.message));
        }
    }
    for ((severity, check), told) in by_check {
        sheet.gap();
        let count = words::count(told.len(), "time", "times");
        sheet.wrapped(0, &format!("{} {check}, {count}", severity.0.as_str()));
        for line in told.iter().take(MOST_FINDINGS) {
            sheet.wrapped(2, line);
        }
        if told.len() > MOST_FINDINGS {
            let more = told.len() - MOST_FINDINGS;
            sheet.wrapped(2, &format!("and {more} more; `--format json` has them all"));
        }
    }
}

/// Releases without a tag, and tags without a release.
fn tags(sheet: &mut Sheet, answer: &Answer<'_>) {
    for row in &answer.rows {
        let name = row.look.package.name();
        match &row.look.tags {
            None => {}
            Some(Err(why)) => {
                sheet.gap();
                sheet.wrapped(0, &format!("{name}: its tags are not known: {why}"));
            }
            Some(Ok(tags)) => {
                let untagged = row
                    .releases
                    .iter()
                    .filter(|it| tags.of(&it.order, it.uploaded) == TagStanding::None);
                let untagged: Vec<&str> = untagged.map(|it| it.version).collect();
                let lists = [
                    ("release without a tag", "releases without a tag", untagged),
                    (
                        "tag without a release",
                        "tags without a release",
                        row.without_release(answer.span.since),
                    ),
                ];
                for (one, many, names) in lists.into_iter().filter(|(_, _, it)| !it.is_empty()) {
                    let shown: Vec<&str> = names.iter().copied().take(MOST_TAGS).collect();
                    let more = if names.len() > MOST_TAGS { ", …" } else { "" };
                    let count = words::count(names.len(), one, many);
                    sheet.gap();
                    sheet.wrapped(0, &format!("{name}: {count}: {}{more}", shown.join(", ")));
                }
            }
        }
    }
}

fn problems(sheet: &mut Sheet, answer: &Answer<'_>) {
    let looked = answer.rows.iter().filter_map(|it| it.looked);
    for looked in looked {
        for problem in &looked.problems {
            sheet.gap();
            sheet.wrapped(0, &format!("{}: {}", problem.subject, problem.message));
        }
        if looked.left > 0 {
            let name = &looked.ledger.package;
            let count = words::count(looked.left, "request was", "requests were");
            sheet.gap();
            sheet.wrapped(
                0,
                &format!("{name}: {count} left to the next run (`--requests` makes more at once)"),
            );
        }
    }
    for (name, why) in &answer.failed {
        sheet.gap();
        sheet.wrapped(0, &format!("not looked at: {name}: {why}"));
    }
}

/// What a person can say aloud, with every class that blames nobody and what it means.
fn summary(sheet: &mut Sheet, answer: &Answer<'_>) {
    let classes = answer.rows.iter().flat_map(|row| {
        let files = row.releases.iter().flat_map(|it| &it.files);
        files.map(|(_, it)| it.class)
    });
    let all: Coverage = classes.collect();
    sheet.gap();
    for (class, count) in all.classes().filter(|(class, _)| !class.is_counted()) {
        let count = words::count_u64(count, "file", "files");
        sheet.wrapped(
            0,
            &format!("{count}: {}. {}", class.title(), class.meaning()),
        );
    }
    let told = match (all.total(), all.counted()) {
        (0, _) => format!("No release since {}.", words::day(answer.span.since)),
        (total, 0) => format!(
            "Nothing can be said of {} since {}: whether they are signed is not known here.",
            words::count_u64(total, "file", "files"),
            words::day(answer.span.since)
        ),
        (_, counted) => format!(
            "{} of {} since {} are verified and pinned, {} verified, {} have an attestation.",
            words::amount(all.count(Class::Pinned)),
            words::count_u64(counted, "file that counts", "files that count"),
            words::day(answer.span.since),
            words::amount(all.verified()),
            words::amount(all.attested())
        ),
    };
    sheet.wrapped(0, &told);
    sheet.wrapped(0, &format!("Root of trust: {}.", answer.root.describe()));
}
