//! For people at a terminal: what to mend first, then one line to say aloud, then what to know about it.

mod component;
mod footer;
mod hygiene;

use super::{ReportFormat, View};
use crate::{error::Failure, report::ScanReport};

pub(super) static FORMAT: Human = Human;

pub(super) struct Human;

impl ReportFormat for Human {
    fn id(&self) -> &'static str {
        "human"
    }

    fn title(&self) -> &'static str {
        "for people at a terminal"
    }

    fn render(&self, report: &ScanReport, view: View<'_>) -> Result<String, Failure> {
        let mut page = Page {
            text: String::new(),
            view,
        };
        for component in ScanReport::by_component(report.live()) {
            component::write(&mut page, &component, report);
        }
        if view.show.ignored {
            let set_aside = report.ignored().chain(report.cleared());
            for component in ScanReport::by_component(set_aside) {
                component::write(&mut page, &component, report);
            }
        }
        hygiene::write(&mut page, report);
        page.gap();
        footer::write(&mut page, report);
        Ok(page.text)
    }
}

/// The text so far, and what it may look like.
struct Page<'a> {
    text: String,
    view: View<'a>,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// One empty line, unless the page is empty or just had one.
    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Words in as many lines as they need, each indented.
    fn wrapped(&mut self, indent: usize, text: &str) {
        for line in crate::term::wrap(text, self.view.terminal.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }
}

#[cfg(test)]
mod tests;
