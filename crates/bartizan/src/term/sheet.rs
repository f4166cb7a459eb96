//! Text for people as it grows: lines, gaps and paragraphs that fit the terminal.

use super::{Ink, Terminal, wrap};

/// What was written so far.
pub(crate) struct Sheet {
    /// The text.
    pub(crate) text: String,
    /// Where it will be shown.
    pub(crate) terminal: Terminal,
}

impl Sheet {
    /// Nothing yet.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self {
            text: String::new(),
            terminal,
        }
    }

    /// A line as it is, but for blanks at its end.
    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// One empty line, unless there is one.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A paragraph, cleaned and broken between words.
    pub(crate) fn wrapped(&mut self, indent: usize, text: &str) {
        let text = self.terminal.clean(text);
        for line in wrap(&text, self.terminal.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// What follows, in a few words, after a gap.
    pub(crate) fn heading(&mut self, text: &str) {
        self.gap();
        let text = self.terminal.paint(Ink::Strong, text);
        self.line(&text);
    }
}
