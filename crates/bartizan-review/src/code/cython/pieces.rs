//! What is written in place of a statement: words at the lines where they stood.

use std::borrow::Cow;

use crate::tokens::Token;

/// A word that is written.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    text: Cow<'a, str>,
    line: u32,
}

/// The words that are written in place of one statement.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    all: Vec<Piece<'a>>,
    line: u32,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(line: u32) -> Self {
        Self {
            all: Vec::new(),
            line,
        }
    }

    /// A word as it stands.
    pub(super) fn keep(&mut self, word: &Token<'a>) {
        self.put(word.text, word.line);
    }

    /// Another word in its place.
    pub(super) fn put(&mut self, text: impl Into<Cow<'a, str>>, line: u32) {
        self.line = line.max(self.line);
        self.all.push(Piece {
            text: text.into(),
            line: self.line,
        });
    }

    /// Words at the line of the last one.
    pub(super) fn add(&mut self, texts: &[&'static str]) {
        for text in texts {
            self.put(*text, self.line);
        }
    }

    /// The words of others behind these.
    pub(super) fn append(&mut self, others: Self) {
        self.line = self.line.max(others.line);
        self.all.extend(others.all);
    }
}

/// The text that is written, line by line.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) text: String,
    line: u32,
}

impl Writer {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            text: String::with_capacity(capacity),
            line: 1,
        }
    }

    /// Goes on to a line, with empty ones before it.
    pub(super) fn go_to(&mut self, line: u32) {
        while self.line < line {
            self.text.push('\n');
            self.line += 1;
        }
    }

    pub(super) fn write(&mut self, indent: &str, pieces: &Pieces<'_>) {
        let Some(first) = pieces.all.first() else {
            return;
        };
        self.go_to(first.line);
        self.text.push_str(indent);
        let mut depth = 0_usize;
        for (number, piece) in pieces.all.iter().enumerate() {
            // Where the brackets around it are gone, a backslash keeps a statement open.
            while self.line < piece.line {
                self.text.push_str(if depth > 0 { "\n" } else { " \\\n" });
                self.line += 1;
            }
            if number > 0 {
                self.text.push(' ');
            }
            self.text.push_str(&piece.text);
            let ended = memchr::memchr_iter(b'\n', piece.text.as_bytes()).count();
            self.line = self
                .line
                .saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
            match piece.text.as_ref() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.text.push('\n');
        self.line += 1;
    }
}
