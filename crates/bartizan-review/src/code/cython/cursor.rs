//! A place among the words of a statement, and what types and brackets look like from there.

use crate::tokens::{Kind, Token};

/// Words that make up a type of C together.
const BASIC: [&str; 9] = [
    "unsigned", "signed", "short", "long", "int", "char", "double", "float", "complex",
];

/// Words before a type or a name that say how it is held.
const QUALIFIERS: [&str; 4] = ["const", "volatile", "restrict", "__restrict"];

/// A place among words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a, 'w> {
    pub(super) words: &'w [Token<'a>],
    pub(super) at: usize,
}

impl<'a, 'w> Cursor<'a, 'w> {
    pub(super) fn new(words: &'w [Token<'a>]) -> Self {
        Self { words, at: 0 }
    }

    pub(super) fn word(&self) -> Option<&'w Token<'a>> {
        self.words.get(self.at)
    }

    pub(super) fn text(&self) -> &'a str {
        self.word().map_or("", |it| it.text)
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.words.len()
    }

    pub(super) fn is_name(&self) -> bool {
        self.word()
            .is_some_and(|it| it.kind == Kind::Name && !super::is_keyword(it.text))
    }

    pub(super) fn is_text(&self) -> bool {
        self.word().is_some_and(|it| it.kind == Kind::Text)
    }

    /// Goes on over a word, if it is there.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let is_there = !self.is_done() && self.text() == text;
        self.at += usize::from(is_there);
        is_there
    }

    /// Goes on over any of these words, as often as they are there.
    pub(super) fn take_any(&mut self, texts: &[&str]) {
        while !self.is_done() && texts.contains(&self.text()) {
            self.at += 1;
        }
    }

    pub(super) fn rest(&self) -> &'w [Token<'a>] {
        self.words.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind the bracket that closes the one that stands here; gives what is between them.
    pub(super) fn take_brackets(&mut self) -> Option<&'w [Token<'a>]> {
        let end = self.at + closing(self.rest())?;
        let inner = self.words.get(self.at + 1..end)?;
        self.at = end + 1;
        Some(inner)
    }

    /// Goes on to the first of these words outside of brackets, or to the end; gives what is passed.
    pub(super) fn take_until(&mut self, stops: &[&str]) -> &'w [Token<'a>] {
        let start = self.at;
        let mut depth = 0_usize;
        for word in self.rest() {
            match word.text {
                _ if depth == 0 && stops.contains(&word.text) => break,
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        self.words.get(start..self.at).unwrap_or_default()
    }

    /// Goes on over a dotted name; gives its last part.
    pub(super) fn take_dotted(&mut self) -> Option<&'w Token<'a>> {
        let mut last = None;
        while self.is_name() {
            last = self.word();
            self.at += 1;
            if !self.takes(".") {
                break;
            }
        }
        last
    }

    /// Goes on over a type, without the stars behind it; whether there was one.
    pub(super) fn take_type(&mut self) -> bool {
        self.take_any(&QUALIFIERS);
        if self.text() == "(" {
            return self.take_brackets().is_some();
        }
        let is_tagged = matches!(self.text(), "struct" | "union" | "enum");
        self.at += usize::from(is_tagged);
        if BASIC.contains(&self.text()) {
            while BASIC.contains(&self.text()) || QUALIFIERS.contains(&self.text()) {
                self.at += 1;
            }
        } else if self.take_dotted().is_none() {
            return false;
        }
        while self.text() == "[" && self.is_of_type() {
            if self.take_brackets().is_none() {
                return false;
            }
            if self.takes(".") && self.take_dotted().is_none() {
                return false;
            }
        }
        self.take_any(&QUALIFIERS);
        true
    }

    /// Whether the brackets that stand here belong to a type: a name, a star or nothing follows them.
    fn is_of_type(&self) -> bool {
        let mut behind = *self;
        if behind.take_brackets().is_none() {
            return false;
        }
        let is_sign = matches!(behind.text(), "*" | "**" | "&" | "." | "[" | "(");
        behind.is_done() || is_sign || behind.is_name() || behind.text() == "const"
    }

    /// Goes on over stars, references and what stands between them.
    pub(super) fn take_stars(&mut self) {
        self.take_any(&["*", "**", "&", "const", "volatile", "restrict"]);
    }
}

/// The place of the bracket that closes the first word.
fn closing(words: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match word.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Words split at a sign outside of brackets.
pub(super) fn split<'a, 'w>(words: &'w [Token<'a>], sign: &str) -> Vec<&'w [Token<'a>]> {
    let mut parts = Vec::new();
    let mut cursor = Cursor::new(words);
    loop {
        parts.push(cursor.take_until(&[sign]));
        if !cursor.takes(sign) {
            return parts;
        }
    }
}
