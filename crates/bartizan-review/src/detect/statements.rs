//! The statements of a text for rules of lines: a line and what continues it, by a backslash, by brackets that stand open in
//! Python and Cython, by an `&` in Fortran. So the same statement is one, however it is broken into lines.

use crate::{kind::Language, lines::numbered};

/// The longest statement of several lines, in bytes and in lines.
const LONGEST: usize = 20_000;
const MOST_LINES: usize = 300;

/// Words that begin a statement at the begin of a line: where they do, no bracket of before is open.
const BEGINS: [&str; 7] = ["def ", "class ", "cdef ", "cpdef ", "import ", "from ", "@"];

/// A statement with the number of its first line.
pub(super) type Statement = (u32, String);

/// Every statement.
pub(super) fn of(text: &str, language: Language) -> Vec<Statement> {
    let mut reader = Reader { depth: 0, quotes: None, is_open: false, lines: 0, statements: Vec::new() };
    for (number, line) in numbered(text) {
        match language {
            Language::Python | Language::Cython => reader.take_bracketed(number, line),
            Language::Fortran => {
                let line = line.trim_end();
                let goes_on = line.strip_suffix('&');
                reader.take(number, goes_on.unwrap_or(line), goes_on.is_some(), "&");
            }
            _ => {
                let goes_on = line.strip_suffix('\\');
                reader.take(number, goes_on.unwrap_or(line), goes_on.is_some(), "");
            }
        }
    }
    reader.statements
}

struct Reader {
    /// Brackets that are open.
    depth: usize,
    /// The three quotes that are open.
    quotes: Option<&'static str>,
    /// Whether the last statement goes on.
    is_open: bool,
    lines: usize,
    statements: Vec<Statement>,
}

impl Reader {
    /// Takes a line; `sign` may stand before what continues another.
    fn take(&mut self, number: u32, line: &str, goes_on: bool, sign: &str) {
        match self.statements.last_mut() {
            Some((_, statement)) if self.is_open && statement.len() < LONGEST && self.lines < MOST_LINES => {
                let rest = line.trim_start();
                statement.push(' ');
                statement.push_str(rest.strip_prefix(sign).unwrap_or(rest));
                self.lines += 1;
            }
            _ => {
                self.statements.push((number, line.to_owned()));
                self.lines = 1;
            }
        }
        self.is_open = goes_on;
    }

    fn take_bracketed(&mut self, number: u32, line: &str) {
        if self.quotes.is_none() && BEGINS.iter().any(|it| line.starts_with(it)) {
            (self.depth, self.is_open) = (0, false);
        }
        let was_open = self.is_open;
        let end = self.scan(line);
        let goes_on = self.depth > 0 && self.quotes.is_none();
        let slash = line.strip_suffix('\\').filter(|_| self.quotes.is_none());
        let code = match slash {
            Some(code) => code,
            // A comment between the lines of a statement belongs to none of them.
            None if goes_on || was_open => line.get(..end).unwrap_or(line).trim_end(),
            None => line,
        };
        self.take(number, code, goes_on || slash.is_some(), "");
    }

    /// Passes over a line, and says where its comment begins.
    fn scan(&mut self, line: &str) -> usize {
        let mut at = 0;
        let mut quote: Option<u8> = None;
        while let Some(rest) = line.as_bytes().get(at..).filter(|it| !it.is_empty()) {
            if let Some(quotes) = self.quotes {
                let end = memchr::memmem::find(rest, quotes.as_bytes());
                let Some(end) = end else {
                    return line.len();
                };
                self.quotes = None;
                at += end + 3;
                continue;
            }
            let byte = rest.first().copied().unwrap_or(0);
            match (quote, byte) {
                (Some(_), b'\\') => at += 1,
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'#') => return at,
                (None, b'"') if rest.starts_with(b"\"\"\"") => {
                    self.quotes = Some("\"\"\"");
                    at += 2;
                }
                (None, b'\'') if rest.starts_with(b"'''") => {
                    self.quotes = Some("'''");
                    at += 2;
                }
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'(' | b'[' | b'{') => self.depth += 1,
                (None, b')' | b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        line.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lines::squeezed;

    fn check(text: &str, language: Language) -> String {
        let shown = of(text, language).into_iter().map(|(line, text)| format!("{line}:{}", squeezed(&text)));
        shown.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn what_goes_on_is_one_statement() {
        insta::assert_snapshot!(check("a \\\n  b\nc", Language::Shell), @"1:a b | 3:c");
        insta::assert_snapshot!(check("f(a, # (\n  b,\n)\nx = '(' # (\n'''\n(\n'''\ny", Language::Cython), @"1:f(a,b) | 4:x='(' # ( | 5:''' | 6:( | 7:''' | 8:y");
        insta::assert_snapshot!(check("call f(a, &\n  & b)\nx", Language::Fortran), @"1:call f(a,b) | 3:x");
        insta::assert_snapshot!(check("f((\ndef g():\n  x", Language::Python), @"1:f(( | 2:def g(): | 3:x");
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-zé#()'\"&\\\\\n ]|''')*") {
            for language in [Language::Python, Language::Fortran, Language::C] {
                of(&text, language);
            }
        }
    }
}
