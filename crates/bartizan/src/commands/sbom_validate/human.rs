//! The answer for people: what each bill is, what its schema says, and what it lacks.

use bartizan_sbom::profile::{Gap, Level, Profile};
use bartizan_sources::schemas::Origin;

use super::{Answer, Judged, Validity};
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// How many components of a gap are named unless all are asked for.
const LISTED: usize = 8;

/// How many errors are shown unless all are asked for.
const SHOWN_ERRORS: usize = 10;

pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut page = Page {
        sheet: Sheet::new(terminal),
        is_verbose,
    };
    for bill in &answer.bills {
        page.bill(bill);
        page.sheet.gap();
    }
    for wheel in &answer.empty {
        page.sheet
            .wrapped(0, &format!("{wheel}: carries no bill of materials"));
    }
    page.sheet.text
}

struct Page {
    sheet: Sheet,
    is_verbose: bool,
}

impl Page {
    fn bill(&mut self, bill: &Judged) {
        let terminal = self.sheet.terminal;
        let head = match &bill.read {
            Ok(it) => {
                let components = words::count(it.components, "component", "components");
                format!("{}  {} {}, {components}", bill.file, it.format, it.version)
            }
            Err(_) => bill.file.clone(),
        };
        let head = terminal.paint(Ink::Strong, &terminal.clean(&head));
        self.sheet.line(&head);
        if let Err(unread) = &bill.read {
            self.sheet.wrapped(2, &unread.message);
            if let Some(hint) = unread.hint {
                self.sheet.wrapped(2, &format!("hint: {hint}"));
            }
        }
        self.validity(&bill.validity);
        for (profile, gaps) in &bill.profiles {
            self.profile(profile, gaps);
        }
        if let Some(lacks) = &bill.lacks {
            lacks.tell(&mut self.sheet, 2, self.is_verbose);
        }
    }

    fn validity(&mut self, validity: &Validity) {
        match validity {
            Validity::NotAsked => {}
            Validity::Valid(origin) => {
                self.sheet.wrapped(
                    2,
                    &format!("valid by the official schema{}", from(origin.as_ref())),
                );
            }
            Validity::Invalid(origin, errors) => {
                let count = words::count(errors.len(), "error", "errors");
                let line = format!(
                    "not valid by the official schema{}: {count}",
                    from(origin.as_ref())
                );
                self.sheet.wrapped(2, &line);
                let shown = if self.is_verbose {
                    errors.len()
                } else {
                    SHOWN_ERRORS
                };
                for error in errors.iter().take(shown) {
                    let place = if error.place.is_empty() {
                        "the document"
                    } else {
                        &error.place
                    };
                    self.sheet
                        .wrapped(4, &format!("{place}: {}", error.message));
                }
                self.more(errors.len().saturating_sub(shown));
            }
            Validity::Unknown(error) => {
                self.sheet
                    .wrapped(2, &format!("not known whether it is valid: {error}"));
                self.sheet.wrapped(
                    2,
                    "hint: `bartizan sbom schemas --fetch` brings the official schemas",
                );
            }
        }
    }

    fn profile(&mut self, profile: &Profile, gaps: &[Gap]) {
        let required = gaps
            .iter()
            .filter(|gap| gap.element.level == Level::Required)
            .count();
        let asked = profile
            .elements
            .iter()
            .filter(|it| it.level == Level::Required)
            .count();
        let said = match required {
            0 => format!("{}: complete", profile.title),
            _ => format!(
                "{}: {required} of {asked} elements are missing",
                profile.title
            ),
        };
        self.sheet.wrapped(2, &said);
        for gap in gaps {
            self.gap(gap);
        }
    }

    fn gap(&mut self, gap: &Gap) {
        let level = match gap.element.level {
            Level::Required => "",
            Level::WhereItExists => " (where it exists)",
        };
        let of = match gap.lacking {
            0 => String::new(),
            count => format!(
                ": {count} of {} lack it",
                words::count(gap.total, "component", "components")
            ),
        };
        self.sheet
            .wrapped(4, &format!("{}{level}{of}", gap.element.title));
        self.sheet.wrapped(6, &format!("write {}", gap.remedy));
        if gap.components.is_empty() {
            return;
        }
        let shown = if self.is_verbose {
            gap.components.len()
        } else {
            LISTED
        };
        let mut names: Vec<&str> = gap
            .components
            .iter()
            .map(String::as_str)
            .take(shown)
            .collect();
        let more = gap.lacking.saturating_sub(names.len());
        let rest = format!("and {more} more (--verbose lists them)");
        if more > 0 {
            names.push(&rest);
        }
        self.sheet.wrapped(6, &names.join(", "));
    }

    fn more(&mut self, count: usize) {
        if count > 0 {
            self.sheet
                .wrapped(4, &format!("and {count} more (--verbose lists them)"));
        }
    }
}

fn from(origin: Option<&Origin>) -> String {
    origin.map_or_else(String::new, |it| format!(" (from {})", it.package))
}
