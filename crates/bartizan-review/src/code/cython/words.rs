//! The words of Cython, statement by statement. A statement ends with its line, unless a bracket or a backslash keeps it open.

use crate::tokens::{Kind, Token};

/// How many words are read of one text.
const MOST_WORDS: usize = 2_000_000;

/// How many brackets may stand open.
const DEEPEST: usize = 1_000;

/// Signs of more than one character, longest first.
const SIGNS: [&str; 26] = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", "<<", ">>", "<>", "<=", ">=", "==", "!=", "->",
    ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "||",
];

/// Words that begin statements and stand in no bracket: a bracket before them was never closed.
const BEGINS: [&str; 5] = ["cdef", "cpdef", "ctypedef", "def", "class"];

/// A statement, or several with semicolons between them.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// The blanks before it.
    pub(super) indent: &'a str,
    /// How wide they are.
    pub(super) width: usize,
    pub(super) words: Vec<Token<'a>>,
}

/// Reads the statements of a text, without comments and empty lines.
pub(super) fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
        depth: 0,
        count: 0,
    };
    let mut statements = Vec::new();
    while reader.at < text.len() && reader.count < MOST_WORDS {
        if let Some(statement) = reader.statement() {
            statements.push(statement);
        }
    }
    statements
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    depth: usize,
    count: usize,
}

impl<'a> Reader<'a> {
    fn byte(&self, ahead: usize) -> u8 {
        let at = self.at.saturating_add(ahead);
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on over bytes for which something holds; gives what they are.
    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_part(*byte));
        let end = self.at + length.unwrap_or(rest.len());
        let taken = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        taken
    }

    fn statement(&mut self) -> Option<Statement<'a>> {
        self.depth = 0;
        let indent = self.take_while(is_blank);
        let mut words = Vec::new();
        while self.at < self.text.len() && self.count < MOST_WORDS {
            match self.byte(0) {
                b'\n' => {
                    self.at += 1;
                    self.line = self.line.saturating_add(1);
                    if self.depth == 0 || self.begins_anew() {
                        break;
                    }
                }
                byte if is_blank(byte) => self.at += 1,
                b'#' => {
                    self.take_while(|byte| byte != b'\n');
                }
                b'\\' if matches!(self.byte(1), b'\n' | b'\r') => {
                    self.at += 1 + usize::from(self.byte(1) == b'\r');
                    if self.byte(0) == b'\n' {
                        self.at += 1;
                        self.line = self.line.saturating_add(1);
                    }
                }
                _ => {
                    self.count += 1;
                    words.push(self.word());
                }
            }
        }
        let width = indent.bytes().fold(0_usize, |width, byte| match byte {
            b'\t' => (width / 8 + 1) * 8,
            b' ' => width + 1,
            _ => width,
        });
        (!words.is_empty()).then_some(Statement {
            indent,
            width,
            words,
        })
    }

    /// Whether a statement begins here although a bracket stands open.
    fn begins_anew(&self) -> bool {
        let rest = self.rest().trim_start_matches([' ', '\t']);
        BEGINS.iter().any(|word| {
            let behind = rest.strip_prefix(word);
            behind.is_some_and(|it| it.starts_with([' ', '\t']))
        })
    }

    fn word(&mut self) -> Token<'a> {
        let (start, line) = (self.at, self.line);
        let kind = self.pass();
        let text = self.text.get(start..self.at).unwrap_or_default();
        Token { text, line, kind }
    }

    fn pass(&mut self) -> Kind {
        let byte = self.byte(0);
        if let Some(prefix) = self.prefix_of_text() {
            self.at += prefix;
            self.pass_text();
            return Kind::Text;
        }
        if byte.is_ascii_digit() || (byte == b'.' && self.byte(1).is_ascii_digit()) {
            self.pass_number();
            return Kind::Number;
        }
        if is_of_name(byte) {
            self.take_while(|byte| is_of_name(byte) || byte.is_ascii_digit());
            return Kind::Name;
        }
        let rest = self.rest();
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        self.at += sign.map_or(1, |sign| sign.len());
        match byte {
            b'(' | b'[' | b'{' if self.depth < DEEPEST => self.depth += 1,
            b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Kind::Sign
    }

    /// How many letters stand before the quote, where a text begins.
    fn prefix_of_text(&self) -> Option<usize> {
        (0..=2).find(|&length| {
            let is_quote = matches!(self.byte(length), b'"' | b'\'');
            let is_prefix = (0..length).all(|at| {
                matches!(
                    self.byte(at).to_ascii_lowercase(),
                    b'r' | b'b' | b'u' | b'f' | b'c'
                )
            });
            is_quote && is_prefix
        })
    }

    fn pass_text(&mut self) {
        let quote = self.byte(0);
        let is_long = self.byte(1) == quote && self.byte(2) == quote;
        self.at += if is_long { 3 } else { 1 };
        while self.at < self.text.len() {
            let byte = self.byte(0);
            self.at += 1;
            match byte {
                b'\\' => {
                    self.line = self.line.saturating_add(u32::from(self.byte(0) == b'\n'));
                    self.at += 1;
                }
                // A text in one kind of quotes ends with its line, where nothing else ends it.
                b'\n' if !is_long => {
                    self.at -= 1;
                    return;
                }
                b'\n' => self.line = self.line.saturating_add(1),
                _ if byte != quote => {}
                _ if !is_long => return,
                _ if self.byte(0) == quote && self.byte(1) == quote => {
                    self.at += 2;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.at.min(self.text.len());
        // A backslash may have stood before half of a letter.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn pass_number(&mut self) {
        let is_hex = self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X');
        let mut before = 0;
        while self.byte(0).is_ascii_alphanumeric()
            || matches!(self.byte(0), b'.' | b'_')
            || (!is_hex && matches!(before, b'e' | b'E') && matches!(self.byte(0), b'+' | b'-'))
        {
            before = self.byte(0);
            self.at += 1;
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\x0c')
}

/// What names are made of; letters of other alphabets count, and so does what is no letter at all but begins none of ours.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}
