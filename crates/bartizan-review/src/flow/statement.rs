//! Statements and blocks of a function, by words and brackets.

use super::{Span, Words, vocabulary};
use crate::tokens::Kind;

/// How deep blocks are read, and how many statements of one function: what lies beyond is passed over.
const DEEPEST: usize = 100;
const MOST_STATEMENTS: usize = 100_000;

/// Statements in their order.
pub(super) type Block<'a> = Vec<Statement<'a>>;

/// A statement.
#[derive(Debug)]
pub(super) enum Statement<'a> {
    /// An expression or a declaration.
    Plain(Span),
    /// The end of the function, with what it gives.
    Return(Span),
    /// A jump.
    Goto(&'a str),
    /// What a jump leads to.
    Label(&'a str),
    /// `break`, `continue`: the rest of the block is passed over.
    Leave,
    /// A choice.
    If {
        condition: Span,
        then: Block<'a>,
        otherwise: Block<'a>,
    },
    /// A loop; what stands in the brackets of a `for` is all of its condition.
    Loop {
        head: Span,
        is_for: bool,
        body: Block<'a>,
    },
    /// A choice of many.
    Switch { value: Span, body: Block<'a> },
    /// Where one of many begins.
    Case,
    /// A block.
    Block(Block<'a>),
    /// A line for the compiler.
    Pragma(usize),
}

/// The statements of the words within braces.
pub(super) fn read(words: Words<'_>, body: Span) -> Block<'_> {
    let mut reader = Reader { words, at: body.start, end: body.end, depth: 0, count: 0 };
    reader.block(body.end)
}

/// Hands every plain statement, and the begin of every `for`, to somebody.
pub(super) fn visit<'a>(block: &[Statement<'a>], see: &mut impl FnMut(Span)) {
    for statement in block {
        match statement {
            Statement::Plain(span) => see(*span),
            Statement::If { then, otherwise, .. } => {
                visit(then, see);
                visit(otherwise, see);
            }
            Statement::Loop { head, body, is_for } => {
                if *is_for {
                    see(*head);
                }
                visit(body, see);
            }
            Statement::Switch { body, .. } | Statement::Block(body) => visit(body, see),
            _ => {}
        }
    }
}

struct Reader<'a> {
    words: Words<'a>,
    at: usize,
    end: usize,
    depth: usize,
    count: usize,
}

impl<'a> Reader<'a> {
    fn block(&mut self, end: usize) -> Block<'a> {
        let mut block = Vec::new();
        while self.at < end && self.count < MOST_STATEMENTS {
            let start = self.at;
            self.count += 1;
            block.extend(self.statement(end));
            // Whatever stands there, the reader goes on.
            self.at = self.at.max(start + 1);
        }
        self.at = self.at.max(end);
        block
    }

    /// A statement, or the block that stands in its place.
    fn body(&mut self, end: usize) -> Block<'a> {
        if self.depth >= DEEPEST {
            let is_block = self.words.text(self.at) == "{";
            self.at = if is_block { self.words.closing(self.at, end) } else { self.until_end(end) } + 1;
            return Vec::new();
        }
        self.depth += 1;
        let body = if self.words.text(self.at) == "{" {
            let close = self.words.closing(self.at, end);
            self.at += 1;
            let block = self.block(close);
            self.at = close + 1;
            block
        } else {
            let mut body: Block<'a> = self.statement(end).into_iter().collect();
            // A line for the compiler stands before the statement that it is about.
            if matches!(body.as_slice(), [Statement::Pragma(_)]) {
                body.extend(self.statement(end));
            }
            body
        };
        self.depth -= 1;
        body
    }

    fn statement(&mut self, end: usize) -> Option<Statement<'a>> {
        let start = self.at;
        if start >= end {
            return None;
        }
        if self.words.is(start, Kind::Directive) {
            self.at += 1;
            return Some(Statement::Pragma(start));
        }
        match self.words.text(start) {
            ";" => {
                self.at += 1;
                None
            }
            "{" => Some(Statement::Block(self.body(end))),
            "if" => self.choice(end),
            "for" | "while" | "switch" => self.with_head(end),
            "do" => {
                self.at += 1;
                let body = self.body(end);
                let stop = self.until_end(end);
                let head = Span::new(self.at, stop);
                self.at = stop + 1;
                Some(Statement::Loop { head, is_for: false, body })
            }
            "return" => {
                let stop = self.until_end(end);
                self.at = stop + 1;
                Some(Statement::Return(Span::new(start + 1, stop)))
            }
            "goto" => {
                self.at = self.until_end(end) + 1;
                Some(Statement::Goto(self.words.text(start + 1)))
            }
            "break" | "continue" => {
                self.at = self.until_end(end) + 1;
                Some(Statement::Leave)
            }
            "case" | "default" => {
                while self.at < end && !matches!(self.words.text(self.at), ":" | ";" | "{") {
                    self.at += 1;
                }
                self.at += 1;
                Some(Statement::Case)
            }
            "else" => {
                self.at += 1;
                None
            }
            name if self.words.is_name(start) && self.words.text(start + 1) == ":" => {
                self.at += 2;
                Some(Statement::Label(name))
            }
            _ => Some(self.plain(end)),
        }
    }

    fn plain(&mut self, end: usize) -> Statement<'a> {
        let start = self.at;
        // Macros of the lock are statements that no semicolon ends.
        let mut stop = if vocabulary::is_lock_macro(self.words.text(start)) {
            let is_call = self.words.text(start + 1) == "(";
            if is_call { self.words.closing(start + 1, end) + 1 } else { start + 1 }
        } else {
            self.until_end(end)
        };
        stop = stop.min(end);
        let is_ended = self.words.text(stop) == ";" && stop < end;
        self.at = stop + usize::from(is_ended);
        Statement::Plain(Span::new(start, stop))
    }

    /// `if (…) … else …`.
    fn choice(&mut self, end: usize) -> Option<Statement<'a>> {
        self.at += 1;
        if self.words.text(self.at) == "constexpr" {
            self.at += 1;
        }
        let condition = self.brackets(end)?;
        let then = self.body(end);
        let mut otherwise = Vec::new();
        if self.at < end && self.words.text(self.at) == "else" {
            self.at += 1;
            otherwise = self.body(end);
        }
        Some(Statement::If { condition, then, otherwise })
    }

    /// `for (…) …`, `while (…) …`, `switch (…) …`.
    fn with_head(&mut self, end: usize) -> Option<Statement<'a>> {
        let word = self.words.text(self.at);
        self.at += 1;
        let head = self.brackets(end)?;
        let body = self.body(end);
        Some(match word {
            "switch" => Statement::Switch { value: head, body },
            _ => Statement::Loop { head, is_for: word == "for", body },
        })
    }

    /// What stands in the brackets that come next, if they do.
    fn brackets(&mut self, end: usize) -> Option<Span> {
        if self.at >= end || self.words.text(self.at) != "(" {
            return None;
        }
        let close = self.words.closing(self.at, end);
        let span = Span::new(self.at + 1, close);
        self.at = close + 1;
        Some(span)
    }

    /// Where a statement ends: a semicolon outside of brackets, or a block that a macro begins.
    fn until_end(&self, end: usize) -> usize {
        let mut at = self.at;
        while at < end.min(self.end) {
            match self.words.text(at) {
                ";" | "}" => return at,
                "{" if self.words.before(at) == ")" && at > self.at => return at,
                "(" | "[" | "{" => at = self.words.closing(at, end),
                _ => {}
            }
            at += 1;
        }
        end
    }
}
