//! The contents for people: what is known first, then what is not, then what the system must have.

use bartizan_model::native::{
    Contents, EvidenceKind, Linkage, NativeComponent, NativeEvidence, Origin,
};

use super::{
    LookedInto,
    summary::{self, Summary},
};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal, columns},
};

/// How components are set apart, and under which words.
const SECTIONS: [(Linkage, &str); 5] = [
    (Linkage::Vendored, "in files of their own"),
    (Linkage::Static, "linked into other files"),
    (Linkage::Source, "as source code"),
    (Linkage::Python, "Python packages copied in"),
    (Linkage::Stated, "stated, but seen in no file"),
];

/// How many entries of a list are shown unless all are asked for.
const LISTED: usize = 8;

/// The widest that names and versions become.
const WIDEST_NAME: usize = 22;
const WIDEST_VERSION: usize = 17;

/// The text of the answer.
pub(super) fn text(terminal: Terminal, is_verbose: bool, looked_into: &LookedInto) -> String {
    let mut page = Page {
        sheet: Sheet::new(terminal),
        is_verbose,
    };
    let (empty, full): (Vec<_>, Vec<_>) = looked_into.contents.iter().partition(|it| is_empty(it));
    for contents in full {
        page.contents(contents);
        page.sheet.gap();
    }
    page.empty(&empty);
    for problem in &looked_into.problems {
        page.sheet
            .wrapped(0, &format!("{}: {}", problem.subject, problem.message));
    }
    page.summary(
        &Summary::of(&looked_into.contents),
        looked_into.problems.len(),
    );
    page.sheet.text
}

fn is_empty(contents: &Contents) -> bool {
    contents.natives.is_empty() && contents.components.is_empty() && contents.problems.is_empty()
}

struct Page {
    sheet: Sheet,
    is_verbose: bool,
}

impl Page {
    fn contents(&mut self, contents: &Contents) {
        let file = self.sheet.terminal.clean(&contents.file);
        let head = match &contents.carrier {
            Some(carrier) => {
                let carrier = format!("{} {}", carrier.package, carrier.version);
                format!("{}  in {file}", self.sheet.terminal.clean(&carrier))
            }
            None => file,
        };
        let head = self.sheet.terminal.paint(Ink::Strong, &head);
        self.sheet.line(&head);
        for (linkage, title) in SECTIONS {
            let of_section = contents
                .components
                .iter()
                .filter(|it| it.linkage == linkage && summary::is_identified(it));
            let (crates, others): (Vec<_>, Vec<_>) =
                of_section.partition(|it| summary::is_crate(it) && !self.is_verbose);
            self.section(title, &others);
            if !crates.is_empty() {
                let count = words::count(crates.len(), "Rust crate", "Rust crates");
                self.sheet
                    .wrapped(2, &format!("{title}: {count} (--verbose lists them)"));
            }
        }
        self.unidentified(contents);
        let expected: Vec<&str> = summary::expected(contents).into_iter().collect();
        self.list("expected from the system", &expected);
        if contents.components.is_empty() && !contents.natives.is_empty() {
            let count = words::count(contents.natives.len(), "native file", "native files");
            self.sheet
                .wrapped(2, &format!("{count}, no library of others seen in them"));
        }
        self.problems(contents);
    }

    /// A table of components: name, version, who built it, what that is known from.
    fn section(&mut self, title: &str, components: &[&NativeComponent]) {
        if components.is_empty() {
            return;
        }
        self.sheet.line(&format!("  {title}"));
        let (with, without): (Vec<_>, Vec<_>) =
            components.iter().partition(|it| it.version.is_some());
        let widest = |width: &dyn Fn(&NativeComponent) -> usize, most: usize| {
            let widths = components.iter().map(|it| width(it));
            widths.max().unwrap_or_default().clamp(1, most)
        };
        let name = widest(&|it| columns(&it.name), WIDEST_NAME);
        let version = widest(&|it| columns(version_of(it)), WIDEST_VERSION);
        for component in with.into_iter().chain(without) {
            self.row(component, (name, version));
            if self.is_verbose {
                self.evidence(component);
            }
        }
    }

    fn row(&mut self, component: &NativeComponent, (name, version): (usize, usize)) {
        let cell = |text: &str, width: usize| {
            let text = self
                .sheet
                .terminal
                .cut(&self.sheet.terminal.clean(text), width);
            let fill = width.saturating_sub(columns(&text));
            format!("{text}{:fill$}", "")
        };
        let left = format!(
            "    {}  {}  {:<12}  ",
            cell(&component.name, name),
            cell(version_of(component), version),
            origin(component.origin),
        );
        let room = self.sheet.terminal.width.saturating_sub(columns(&left));
        let known_from = match (
            &component.version,
            &component.reason,
            component.evidence.first(),
        ) {
            (None, Some(reason), _) => reason.clone(),
            (_, _, Some(evidence)) => in_short(evidence, room),
            (_, _, None) => String::new(),
        };
        let known_from = self
            .sheet
            .terminal
            .cut(&self.sheet.terminal.clean(&known_from), room);
        self.sheet.line(&format!("{left}{known_from}"));
    }

    /// All that a component is known from, and why it is as it is.
    fn evidence(&mut self, component: &NativeComponent) {
        if let (Some(_), Some(reason)) = (&component.version, &component.reason) {
            self.sheet.wrapped(6, reason);
        }
        let purl = component.purl.as_ref().map(ToString::to_string);
        let confidence = format!("{} confidence", component.confidence.id());
        let facts: Vec<String> = [Some(confidence), purl].into_iter().flatten().collect();
        self.sheet.wrapped(6, &facts.join(", "));
        for evidence in &component.evidence {
            self.sheet.wrapped(6, &in_full(evidence));
        }
    }

    fn unidentified(&mut self, contents: &Contents) {
        let files = summary::unidentified(contents);
        let files: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        self.list("could not be identified", &files);
    }

    /// Names in running lines, cut where there are many.
    fn list(&mut self, title: &str, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        let most = if self.is_verbose { usize::MAX } else { LISTED };
        let shown: Vec<&str> = names.iter().take(most).copied().collect();
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.sheet.line(&format!("  {title}"));
        self.sheet
            .wrapped(4, &format!("{}{more}", shown.join(", ")));
    }

    fn problems(&mut self, contents: &Contents) {
        let most = if self.is_verbose { usize::MAX } else { LISTED };
        for problem in contents.problems.iter().take(most) {
            self.sheet.wrapped(
                2,
                &format!("not read: {}: {}", problem.subject, problem.message),
            );
            if let Some(hint) = &problem.hint {
                self.sheet.wrapped(2, &format!("hint: {hint}"));
            }
        }
        if contents.problems.len() > most {
            let more = contents.problems.len() - most;
            self.sheet.wrapped(
                2,
                &format!(
                    "and {} (--verbose)",
                    words::count(more, "more problem", "more problems")
                ),
            );
        }
    }

    fn empty(&mut self, empty: &[&Contents]) {
        let name = |it: &&Contents| it.file.rsplit('/').next().unwrap_or_default().to_owned();
        let names: Vec<String> = empty.iter().map(name).collect();
        if let [_, ..] = names.as_slice() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let is_one = names.len() == 1;
            self.sheet.line(if is_one {
                "No native code:"
            } else {
                "No native code in:"
            });
            self.sheet.wrapped(2, &names.join(", "));
            self.sheet.gap();
        }
    }

    fn summary(&mut self, summary: &Summary, wrong: usize) {
        let Summary {
            artifacts,
            natives,
            components,
            with_version,
            unidentified,
            problems,
            ..
        } = *summary;
        if artifacts == 0 {
            self.sheet.wrapped(
                0,
                "Nothing to look at: no artifact, no native file, no code of others.",
            );
            return;
        }
        let places = words::count(artifacts, "artifact", "artifacts");
        let libraries = match components {
            0 => "No library".to_owned(),
            _ => words::count(components, "library", "libraries"),
        };
        let mut text = format!("{libraries} of others in {places}");
        match (components, components - with_version) {
            (0, _) => text.push('.'),
            (1, 0) => text.push_str(", with its version."),
            (_, 0) => text.push_str(", each with its version."),
            (_, without) => {
                text += &format!(": {with_version} with a version, {without} without.");
            }
        }
        text += &match unidentified {
            0 => format!(
                " {} looked at.",
                words::count(natives, "native file", "native files")
            ),
            some => format!(
                " {} looked at, of which {some} could not be identified.",
                words::count(natives, "native file", "native files")
            ),
        };
        if problems + wrong > 0 {
            text += &format!(
                " {} could not be read.",
                words::count(problems + wrong, "thing", "things")
            );
        }
        self.sheet.wrapped(0, &text);
    }
}

fn version_of(component: &NativeComponent) -> &str {
    component.version.as_deref().unwrap_or("unknown")
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::SelfBuilt => "self-built",
        Origin::DistributionBuilt => "distribution",
        Origin::Unknown => "unknown",
    }
}

/// A piece of evidence with the last part of its file's path, where there is room for it.
fn in_short(evidence: &NativeEvidence, room: usize) -> String {
    let file = evidence.file.rsplit('/').next().unwrap_or_default();
    let whole = match evidence.kind {
        EvidenceKind::Sbom => format!("SBOM {file}"),
        EvidenceKind::FileName | EvidenceKind::SonameRelease => evidence.detail.clone(),
        _ => format!("{} in {file}{}", evidence.detail, line_of(evidence)),
    };
    if columns(&whole) > room && evidence.kind != EvidenceKind::Sbom {
        evidence.detail.clone()
    } else {
        whole
    }
}

/// A piece of evidence with its kind and place.
fn in_full(evidence: &NativeEvidence) -> String {
    let NativeEvidence {
        kind, file, detail, ..
    } = evidence;
    let place = match evidence.offset {
        Some(offset) => format!("{file} at {offset:#x}"),
        None => format!("{file}{}", line_of(evidence)),
    };
    let speaks_for = evidence
        .version
        .as_ref()
        .map(|version| format!(" ({version})"));
    format!(
        "{}: {detail} in {place}{}",
        kind.id(),
        speaks_for.unwrap_or_default()
    )
}

fn line_of(evidence: &NativeEvidence) -> String {
    evidence
        .line
        .map(|line| format!(":{line}"))
        .unwrap_or_default()
}
