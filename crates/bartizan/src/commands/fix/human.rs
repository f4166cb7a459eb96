//! The plan for people: what changes and why, what stays and why, then how to carry it out.

mod instead;

use bartizan_vulnerability::upgrade::{Change, Proof, Reason, Unfixed};

use super::{answer::Answer, libraries::LibraryFix};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal, columns, wrap},
};

/// The widest that names and versions become.
const WIDEST_NAME: usize = 26;
const WIDEST_VERSION: usize = 18;

/// How many problems, and sentences of one explanation, are shown unless all are asked for.
const PROBLEMS: usize = 5;
const SENTENCES: usize = 6;

/// How many groups of one change are named unless all are asked for.
const GROUPS: usize = 4;

/// How many findings that stay are explained unless all are asked for.
const LISTED: usize = 6;

/// The text of the answer.
pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut page = Page {
        sheet: Sheet::new(terminal),
        is_verbose,
    };
    page.changes(&answer.plan.changes);
    page.libraries(answer);
    page.unfixed(&answer.plan.unfixed);
    page.price(answer.price.as_ref());
    page.instead(&answer.instead);
    page.edits(answer);
    page.commands(answer);
    page.problems(answer);
    page.summary(answer);
    page.sheet.text
}

/// A reason in words.
pub(super) fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Removes(groups) => format!("removes {}", groups.join(", ")),
        Reason::NeededBy {
            package,
            version,
            requirement,
        } => format!("{} {version} requires {requirement}", package.name()),
        Reason::Releases {
            package,
            requirement,
        } => format!("the old version keeps {} at {requirement}", package.name()),
        Reason::Unneeded => "nothing needs it any more".to_owned(),
        Reason::Asked(requirement) => format!("the project asks for {requirement}"),
    }
}

struct Page {
    sheet: Sheet,
    is_verbose: bool,
}

impl Page {
    /// A table: name, from, to, and the reasons in the rest of the line, or below where that is too narrow.
    fn changes(&mut self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let rows: Vec<[String; 3]> = changes.iter().map(|change| self.cells(change)).collect();
        let width = |column: usize, title: &str| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| columns(cell))
                .max()
                .unwrap_or(0)
                .max(columns(title))
        };
        let widths = [width(0, "package"), width(1, "from"), width(2, "to")];
        let indent = widths.iter().sum::<usize>() + 6;
        let head = padded(&["package", "from", "to"], &widths) + "why";
        let head = self.sheet.terminal.paint(Ink::Strong, &head);
        self.sheet.line(&head);
        for (row, change) in rows.iter().zip(changes) {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            let left = padded(&cells, &widths);
            let reasons: Vec<String> = change
                .reasons
                .iter()
                .map(|reason| self.shortened(reason))
                .collect();
            let reasons = self.sheet.terminal.clean(&reasons.join("; "));
            let room = self.sheet.terminal.width.saturating_sub(indent);
            if room < 24 {
                self.sheet.line(&left);
                self.sheet.wrapped(4, &reasons);
                continue;
            }
            let mut lines = wrap(&reasons, room).into_iter();
            self.sheet
                .line(&format!("{left}{}", lines.next().unwrap_or_default()));
            lines.for_each(|line| self.sheet.line(&format!("{:indent$}{line}", "")));
        }
    }

    /// A reason, with as many groups as a person reads.
    fn shortened(&self, of: &Reason) -> String {
        match of {
            Reason::Removes(groups) if groups.len() > GROUPS + 1 && !self.is_verbose => {
                let first: Vec<&str> = groups.iter().take(GROUPS).map(String::as_str).collect();
                format!(
                    "removes {} and {} more",
                    first.join(", "),
                    groups.len() - GROUPS
                )
            }
            other => reason(other),
        }
    }

    fn cells(&self, change: &Change) -> [String; 3] {
        let version = |version: &Option<String>, without: &str| {
            let text = version.as_deref().unwrap_or(without);
            self.sheet
                .terminal
                .cut(&self.sheet.terminal.clean(text), WIDEST_VERSION)
        };
        [
            self.sheet.terminal.cut(
                &self.sheet.terminal.clean(change.package.name()),
                WIDEST_NAME,
            ),
            version(&change.from, "(new)"),
            version(&change.to, "(removed)"),
        ]
    }

    /// Each vulnerable library with the release that is first without what is wrong with it, and what comes in.
    fn libraries(&mut self, answer: &Answer) {
        if !answer.libraries.is_empty() {
            self.sheet.heading("Libraries in packages");
        }
        for library in &answer.libraries {
            let LibraryFix {
                package,
                from,
                library: name,
                version,
                groups,
                first,
                why,
                looked_into,
                is_cut_short,
            } = library;
            let known = match groups.as_slice() {
                [first, _, ..] => format!("{first} and {} more", groups.len() - 1),
                groups => groups.concat(),
            };
            let told = match first {
                Some(first) if *is_cut_short => format!(
                    "of the releases looked into, the first without them is {package} {first}"
                ),
                Some(first) => format!("the first release without them is {package} {first}"),
                None => why.unwrap_or_default().to_owned(),
            };
            let told = if groups.len() == 1 {
                told.replace("them is", "it is")
                    .replace("all of them", "it")
            } else {
                told
            };
            let looked = words::count(*looked_into, "release", "releases");
            self.sheet.wrapped(
                2,
                &format!(
                    "{name} {version} in {package} {from} ({known}): {told} ({looked} looked into)"
                ),
            );
        }
        for (package, version, group) in &answer.brought_in {
            self.sheet
                .wrapped(2, &format!("{package} {version} brings in {group}"));
        }
    }

    fn unfixed(&mut self, unfixed: &[Unfixed]) {
        if unfixed.is_empty() {
            return;
        }
        self.sheet.heading("Stays unfixed");
        let listed = if self.is_verbose {
            unfixed.len()
        } else {
            LISTED
        };
        for one in unfixed.iter().take(listed) {
            let severity = words::severity(&one.severity);
            let head = format!(
                "{} in {} {} ({severity})",
                one.group, one.package, one.version
            );
            self.sheet.wrapped(2, &head);
            let sentences = one.sentences();
            let shown = if self.is_verbose {
                sentences.len()
            } else {
                SENTENCES
            };
            let skipped = sentences.len().saturating_sub(shown);
            // The last concludes.
            for (place, sentence) in sentences.iter().enumerate() {
                if place + 1 < sentences.len() && place + 1 >= shown && skipped > 0 {
                    if place + 1 == shown {
                        self.sheet
                            .wrapped(4, &format!("and {skipped} more facts (--verbose)"));
                    }
                    continue;
                }
                self.sheet.wrapped(4, sentence);
            }
        }
        if let Some(rest) = unfixed.get(listed..).filter(|rest| !rest.is_empty()) {
            let names: Vec<String> = rest
                .iter()
                .map(|one| format!("{} in {}", one.group, one.package))
                .collect();
            self.sheet.wrapped(
                2,
                &format!(
                    "and {} (--verbose tells why): {}",
                    rest.len(),
                    names.join(", ")
                ),
            );
        }
    }

    fn edits(&mut self, answer: &Answer) {
        if answer.plan.edits.is_empty() {
            return;
        }
        self.sheet.heading("Requirements to rewrite");
        for edit in &answer.plan.edits {
            self.sheet.wrapped(
                2,
                &format!("{} has to allow {}", edit.requirement, edit.version),
            );
        }
    }

    fn commands(&mut self, answer: &Answer) {
        if answer.commands.uv.is_empty() && answer.commands.pip.is_empty() {
            return;
        }
        self.sheet.heading("To carry it out, with uv or with pip");
        for command in answer.commands.uv.iter().chain(&answer.commands.pip) {
            // Not wrapped: it is there to be copied.
            let command = self.sheet.terminal.clean(command);
            self.sheet.line(&format!("  {command}"));
        }
    }

    fn problems(&mut self, answer: &Answer) {
        let problems = &answer.problems;
        let shown = if self.is_verbose {
            problems.len()
        } else {
            PROBLEMS
        };
        if !problems.is_empty() {
            self.sheet.gap();
        }
        for problem in problems.iter().take(shown) {
            self.sheet.wrapped(
                0,
                &format!("problem: {}: {}", problem.subject, problem.message),
            );
        }
        if problems.len() > shown {
            let more = words::count(problems.len() - shown, "more problem", "more problems");
            self.sheet.line(&format!("and {more} (--verbose)"));
        }
    }

    fn summary(&mut self, answer: &Answer) {
        self.sheet.gap();
        self.sheet.wrapped(0, &sentence(answer));
        let environment = format!(
            "{} on {}, for {}; releases of {}.",
            words::count(answer.packages, "package", "packages"),
            answer.target,
            answer.environment,
            answer.universe
        );
        self.sheet
            .wrapped(0, &environment.replacen(" on ", " in ", 1));
        self.sheet.wrapped(0, &words::database(&answer.database));
        if !answer.plan.changes.is_empty() {
            let hint = self.sheet.terminal.paint(Ink::Hint, "hint:");
            let what = if answer.applied.is_empty() {
                "nothing was changed; scan again after the upgrade".to_owned()
            } else {
                format!(
                    "{} changed; install from it, and scan again",
                    answer.applied.join(", ")
                )
            };
            let what = self.sheet.terminal.clean(&what);
            self.sheet.line(&format!("{hint} {what}"));
        }
    }
}

/// What the plan comes to, to be said aloud.
fn sentence(answer: &Answer) -> String {
    let plan = &answer.plan;
    if answer.findings == 0 {
        return format!(
            "Nothing at or above {} is to be removed.",
            answer.threshold.as_str()
        );
    }
    let changes = words::count(plan.changes.len(), "package", "packages");
    let findings = words::count(answer.findings, "finding", "findings");
    let stays = words::count(plan.unfixed.len(), "finding stays", "findings stay");
    let proof = match plan.proof {
        Proof::Smallest => "No smaller change does as much.",
        Proof::GaveUp { .. } => {
            "The search gave up before it proved that no smaller change does as much."
        }
    };
    match (plan.changes.len(), plan.unfixed.len()) {
        (0, _) => format!("No change removes anything: {stays}."),
        (_, 0) => format!("Changing {changes} removes all of {findings}. {proof}"),
        _ => format!(
            "Changing {changes} removes {} of {findings}; {stays}. {proof}",
            answer.removed()
        ),
    }
}

fn padded(cells: &[&str], widths: &[usize]) -> String {
    let cell = |(cell, width): (&&str, &usize)| {
        let padding = width.saturating_sub(columns(cell)) + 2;
        format!("{cell}{:padding$}", "")
    };
    cells.iter().zip(widths).map(cell).collect()
}
