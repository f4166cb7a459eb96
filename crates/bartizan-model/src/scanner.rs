//! A place in a text that moves forward: what the hand-written parsers of this crate share.

/// Reads a text from left to right, never backwards past a place it was told to keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Reads a whole text; `None` when the reader gives up, or leaves something.
    pub(crate) fn whole<T>(
        text: &'a str,
        reader: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let mut scanner = Self::new(text);
        reader(&mut scanner).filter(|_| scanner.is_at_end())
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// How many bytes are read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Whether everything is read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next byte.
    pub(crate) fn peek_byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// Reads `expected` when it comes next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let comes_next = self.rest().starts_with(expected);
        if comes_next {
            self.position += expected.len();
        }
        comes_next
    }

    /// Reads `expected`, in upper or lower case, when it comes next.
    pub(crate) fn eat_ignoring_case(&mut self, expected: &str) -> bool {
        let end = self.position + expected.len();
        let comes_next = self.text.as_bytes().get(self.position..end);
        let comes_next =
            comes_next.is_some_and(|next| next.eq_ignore_ascii_case(expected.as_bytes()));
        if comes_next {
            self.position = end;
        }
        comes_next
    }

    /// Reads an ASCII word when it comes next and no letter, digit or underscore follows it.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let after = self
            .rest()
            .strip_prefix(word)
            .map(|after| after.chars().next());
        let comes_next = after.is_some_and(|next| !next.is_some_and(is_word_character));
        comes_next && self.eat(word)
    }

    /// Reads one byte when it satisfies `wanted`, which must hold for ASCII only.
    pub(crate) fn eat_byte_if(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let comes_next = self
            .peek_byte()
            .is_some_and(|byte| byte.is_ascii() && wanted(byte));
        self.position += usize::from(comes_next);
        comes_next
    }

    /// Reads as long as the characters satisfy `wanted`.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest
            .find(|character| !wanted(character))
            .unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Reads as long as the bytes satisfy `wanted`, which must hold for ASCII only.
    pub(crate) fn take_ascii_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.position;
        while self.eat_byte_if(&wanted) {}
        self.text.get(start..self.position).unwrap_or_default()
    }

    /// Reads ASCII digits.
    pub(crate) fn take_digits(&mut self) -> &'a str {
        self.take_ascii_while(|byte| byte.is_ascii_digit())
    }

    /// Reads spaces and tabs; tells whether there were any.
    pub(crate) fn skip_blanks(&mut self) -> bool {
        !self
            .take_ascii_while(|byte| matches!(byte, b' ' | b'\t'))
            .is_empty()
    }
}

/// Whether Python's `\w` matches the character.
pub(crate) fn is_word_character(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Whether Python's `str.strip` and `\s` take the character for white space.
pub(crate) fn is_python_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// The beginning of a text, short enough for an error message.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
