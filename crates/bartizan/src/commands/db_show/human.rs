//! The opinions for people: the vulnerability first, then record by record, then where they differ.

use std::path::Path;

use bartizan_model::advisory::{Advisory, Affected};
use bartizan_vulnerability::disagreement::Field;

use super::opinion::{self, Opinions};
use crate::{
    context::Context,
    render::words,
    report::DatabaseFacts,
    term::{Ink, Terminal, wrap},
};

/// How many affected parts of a record and lines of a long list are shown unless all are asked for.
const LISTED: usize = 5;
/// How much of a text is shown where there is no summary.
const DETAILS: usize = 300;

/// What is said of a record that its feed may not speak for.
const WITHOUT_EFFECT: &str = "  an opinion without effect: this feed may not speak for the record";

/// The text of the answer.
pub(super) fn text(
    ctx: &Context,
    file: Option<&Path>,
    database: &DatabaseFacts,
    groups: &[Opinions],
) -> String {
    let mut page = Page {
        text: String::new(),
        terminal: ctx.terminal(file),
        is_verbose: ctx.is_verbose,
    };
    for opinions in groups {
        group(&mut page, opinions);
        for record in &opinions.records {
            self::record(&mut page, record, "");
        }
        for record in &opinions.without_effect {
            self::record(&mut page, record, WITHOUT_EFFECT);
        }
        for unread in &opinions.unread {
            page.wrapped(0, &format!("unreadable record: {unread}"));
        }
        disagreements(&mut page, opinions);
        page.gap();
    }
    page.wrapped(0, &words::database(database));
    page.text
}

struct Page {
    text: String,
    terminal: Terminal,
    is_verbose: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// One empty line, unless there just was one.
    fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn wrapped(&mut self, indent: usize, text: &str) {
        let text = self.terminal.clean(text);
        for line in wrap(&text, self.terminal.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// `name      text`, unless the text is empty.
    fn field(&mut self, name: &str, text: &str) {
        const NAME: usize = 12;
        let text = self.terminal.clean(text);
        let lines = wrap(&text, self.terminal.width.saturating_sub(2 + NAME));
        for (i, line) in lines.iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            self.line(&format!("  {name:NAME$}{line}"));
        }
    }

    fn limit(&self) -> usize {
        if self.is_verbose { usize::MAX } else { LISTED }
    }
}

fn group(page: &mut Page, opinions: &Opinions) {
    let group = &opinions.group;
    let mut head = format!(
        "{}  {}",
        group.shown_as,
        words::severity(&opinions.severity)
    );
    if let Some(epss) = opinions.epss {
        head += &format!("  EPSS {}", words::percent(epss.probability));
    }
    let head = page
        .terminal
        .paint(Ink::Strong, &page.terminal.clean(&head));
    page.line(&head);
    if let Some(entry) = &opinions.known_exploited {
        let ransomware = if entry.is_used_by_ransomware {
            ", used by ransomware"
        } else {
            ""
        };
        page.field(
            "exploited",
            &format!("known since {}{ransomware}", entry.date_added),
        );
    }
    let others: Vec<&str> = group
        .ids
        .iter()
        .map(String::as_str)
        .filter(|id| *id != group.shown_as)
        .collect();
    page.field("also", &others.join(", "));
    let related = group.related.iter().map(String::as_str);
    let is_upstream = |id: &str| opinions.upstream.iter().any(|upstream| upstream == id);
    let related: Vec<&str> = related
        .filter(|id| *id != group.shown_as && !is_upstream(id))
        .collect();
    page.field("related", &related.join(", "));
    page.field("upstream", &opinions.upstream.join(", "));
    if !group.conflicts.is_empty() {
        let conflict = format!(
            "aliases would join {}; different CVEs are never one vulnerability, so they are kept apart",
            group.conflicts.join(", ")
        );
        page.field("conflict", &conflict);
    }
    page.text.push('\n');
}

fn record(page: &mut Page, record: &Advisory, note: &str) {
    let state = if record.withdrawn.is_some() {
        "  withdrawn, never matches"
    } else {
        ""
    };
    let head = page
        .terminal
        .clean(&format!("{} ({}){state}{note}", record.id, record.source));
    let head = page.terminal.paint(Ink::Strong, &head);
    page.line(&head);
    page.field("summary", &record.summary);
    if page.is_verbose {
        page.field("details", &record.details);
    } else if record.summary.is_empty() {
        let details = page
            .terminal
            .cut(&page.terminal.clean(&record.details), DETAILS);
        page.field("details", &details);
    }
    let dates = [
        ("published", record.published),
        ("modified", record.modified),
        ("withdrawn", record.withdrawn),
    ];
    let dates: Vec<String> = dates
        .into_iter()
        .filter_map(|(word, time)| Some(format!("{word} {}", words::day(time?))))
        .collect();
    page.field("dates", &dates.join(", "));
    let severity = opinion::severity_of([record]);
    let vector = severity.vector.as_deref().unwrap_or_default();
    page.field(
        "severity",
        &format!("{} {vector}", words::severity(&severity)),
    );
    page.field("upstream", &record.upstream.join(", "));
    let limit = page.limit();
    for part in record.affected.iter().take(limit) {
        affected(page, part);
    }
    if record.affected.len() > limit {
        let more = words::count(record.affected.len() - limit, "package", "packages");
        page.field("", &format!("and {more} more (--verbose)"));
    }
    if page.is_verbose {
        for reference in &record.references {
            page.field("reference", reference);
        }
    }
    page.text.push('\n');
}

fn affected(page: &mut Page, part: &Affected) {
    let package = part
        .package
        .as_ref()
        .map(|package| format!("{package} ({})", package.ecosystem()));
    page.field(
        "affects",
        &package.unwrap_or_else(|| "no package is named".to_owned()),
    );
    let limit = page.limit();
    let ranges = opinion::ranges(part);
    for range in ranges.iter().take(limit) {
        page.field("", range);
    }
    if ranges.len() > limit {
        let more = words::count(ranges.len() - limit, "range", "ranges");
        page.field("", &format!("and {more} more (--verbose)"));
    }
    match part.versions.len() {
        0 => {}
        _ if page.is_verbose => {
            let versions: Vec<&str> = part.versions.iter().collect();
            page.field("", &format!("versions {}", versions.join(", ")));
        }
        count => page.field(
            "",
            &format!("{} enumerated", words::count(count, "version", "versions")),
        ),
    }
}

fn disagreements(page: &mut Page, opinions: &Opinions) {
    if opinions.disagreements.is_empty() {
        if opinions.records.len() > 1 {
            page.wrapped(0, "The records agree on ranges, fixed versions and severity as far as they state them.");
        }
        return;
    }
    let title = page
        .terminal
        .paint(Ink::Strong, "Where the records disagree");
    page.line(&title);
    for disagreement in &opinions.disagreements {
        let about = match disagreement.field {
            Field::Ranges => "affected versions",
            Field::Fixed => "fixed versions",
            Field::Severity => "severity",
        };
        let package = disagreement
            .package
            .as_ref()
            .map(|package| format!(" of {package}"))
            .unwrap_or_default();
        page.wrapped(2, &format!("{about}{package}"));
        for opinion in &disagreement.opinions {
            page.wrapped(
                4,
                &format!(
                    "{} ({}): {}",
                    opinion.record.id, opinion.record.source, opinion.says
                ),
            );
        }
    }
}
