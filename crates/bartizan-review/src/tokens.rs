//! The words of a text in C or what is like it, with their lines. No grammar: macros, templates and halves of
//! statements are words too, so that nothing of a file is lost where it is not quite C.

/// How many words are read of one text: a file of eight megabytes has about two million.
const MOST_TOKENS: usize = 4_000_000;

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a word of the language.
    Name,
    /// A number.
    Number,
    /// A text or a character in quotes.
    Text,
    /// A sign, of one or two characters.
    Sign,
    /// A line for the preprocessor, with its continuations.
    Directive,
}

/// Signs of two characters that mean something else than both.
const PAIRS: [&str; 22] = [
    "->", "::", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "<<", ">>", "##", "..",
];

/// The words of a text, without comments.
pub(crate) fn of_c(text: &str) -> Vec<Token<'_>> {
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
    };
    let mut tokens = Vec::new();
    while tokens.len() < MOST_TOKENS {
        match reader.next() {
            Some(token) => tokens.push(token),
            None => break,
        }
    }
    tokens
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Reader<'a> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at.saturating_add(ahead))
            .copied()
            .unwrap_or(0)
    }

    fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Goes on over so many bytes.
    fn skip(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.at = end;
    }

    fn skip_while(&mut self, is_part: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !is_part(*byte))
            .unwrap_or(rest.len());
        self.skip(length);
    }

    /// Goes on behind a text, or to the end.
    fn skip_behind(&mut self, end: &[u8]) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = memchr::memmem::find(rest, end).map_or(rest.len(), |at| at + end.len());
        self.skip(length);
    }

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip_while(|byte| byte.is_ascii_whitespace() || byte == 0);
            match (self.byte(0), self.byte(1)) {
                _ if self.is_done() => return None,
                (b'/', b'/') => self.skip_while(|byte| byte != b'\n'),
                (b'/', b'*') => {
                    self.skip(2);
                    self.skip_behind(b"*/");
                }
                (b'\\', b'\n' | b'\r') => self.skip(1),
                _ => break,
            }
        }
        let (start, line) = (self.at, self.line);
        let kind = self.pass();
        let text = self.text.get(start..self.at).unwrap_or_default();
        Some(Token { text, line, kind })
    }

    /// Goes on over one word.
    fn pass(&mut self) -> Kind {
        match self.byte(0) {
            b'#' if self.is_first_of_line() => {
                self.pass_directive();
                Kind::Directive
            }
            quote @ (b'"' | b'\'') => {
                self.pass_text(quote);
                Kind::Text
            }
            byte if byte.is_ascii_digit() => {
                self.skip_while(|byte| {
                    byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_'
                });
                Kind::Number
            }
            byte if is_name(byte) => {
                self.skip_while(|byte| is_name(byte) || byte.is_ascii_digit());
                Kind::Name
            }
            _ => {
                let pair = self.text.get(self.at..self.at.saturating_add(2));
                let is_pair = pair.is_some_and(|pair| PAIRS.contains(&pair));
                self.skip(1 + usize::from(is_pair));
                Kind::Sign
            }
        }
    }

    fn is_first_of_line(&self) -> bool {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let mut before = before.iter().rev();
        before
            .find(|byte| !matches!(byte, b' ' | b'\t'))
            .is_none_or(|byte| *byte == b'\n')
    }

    fn pass_directive(&mut self) {
        loop {
            self.skip_while(|byte| byte != b'\n');
            let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
            let before = before.strip_suffix(b"\r").unwrap_or(before);
            if self.is_done() || !before.ends_with(b"\\") {
                return;
            }
            self.skip(1);
        }
    }

    /// A text ends with its line, where nothing else ends it: an apostrophe in a template must not swallow the rest.
    fn pass_text(&mut self, quote: u8) {
        self.skip(1);
        while !self.is_done() {
            match self.byte(0) {
                b'\\' => self.skip(2),
                b'\n' => return,
                byte => {
                    self.skip(1);
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }
}

/// What names are made of; letters of other alphabets count.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let tokens = of_c(text);
        let shown: Vec<String> = tokens
            .iter()
            .map(|it| format!("{}@{}", it.text, it.line))
            .collect();
        shown.join(" ")
    }

    #[test]
    fn words_have_their_lines_and_comments_are_none() {
        assert_eq!(
            check("a/* x\n */->b // c\n\"t\\\"\" 1.5e3\n#define X \\\n y\n'"),
            "a@1 ->@2 b@2 \"t\\\"\"@3 1.5e3@3 #define X \\\n y@4 '@6"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_loses_no_sign(text in "([a-z0-9 \n\"'#/*\\\\é.>-]){0,80}") {
            let tokens = of_c(&text);
            prop_assert!(tokens.iter().all(|it| !it.text.is_empty()));
        }
    }
}
