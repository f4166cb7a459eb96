//! Texts line by line, and what stays of a text when its layout is taken away.

/// What is longer is cut before anybody looks for words in it.
pub(crate) const LONGEST_LINE: usize = 20_000;

/// The longest snippet that is compared, in bytes.
const LONGEST_SNIPPET: usize = 400;

/// The lines of a text with their numbers from 1, each cut at [`LONGEST_LINE`].
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(
        text.split('\n')
            .map(|line| cut(line.strip_suffix('\r').unwrap_or(line), LONGEST_LINE)),
    )
}

/// The line, from 1, in which an offset lies.
pub(crate) fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    number(memchr::memchr_iter(b'\n', before).count())
}

/// The number of the line before which so many ended.
pub(crate) fn number(ended: usize) -> u32 {
    u32::try_from(ended).unwrap_or(u32::MAX).saturating_add(1)
}

/// The begin of a text, no longer than so many bytes.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A line without its layout: every run of blanks is one, none at the ends.
pub(crate) fn normalised(line: &str) -> String {
    let mut text = String::new();
    for word in line.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > LONGEST_SNIPPET {
            return cut(&text, LONGEST_SNIPPET).to_owned();
        }
    }
    text
}

/// A statement without its layout, in languages in which blanks only part words: none is left but between words, and no comma
/// before a bracket that closes.
pub(crate) fn squeezed(statement: &str) -> String {
    let mut text = String::new();
    for word in statement.split_whitespace() {
        let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        if is_word(text.chars().next_back()) && is_word(word.chars().next()) {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > LONGEST_SNIPPET {
            return cut(&text, LONGEST_SNIPPET).to_owned();
        }
    }
    text.replace(",)", ")").replace(",]", "]")
}

/// Words put together again without a layout: a blank stands only between two that would become one without it.
pub(crate) fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in words {
        let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        if is_word(text.chars().next_back()) && is_word(word.chars().next()) {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > LONGEST_SNIPPET {
            return cut(&text, LONGEST_SNIPPET).to_owned();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_goes_and_words_stay() {
        assert_eq!(normalised("  a\t  b  "), "a b");
        assert_eq!(
            joined(["return", "f", "(", "a", ",", "b", ")"].into_iter()),
            "return f(a,b)"
        );
        assert_eq!(cut("aéb", 2), "a");
        assert_eq!(line_at("a\nb\nc", 4), 3);
        assert_eq!(numbered("a\r\nb").collect::<Vec<_>>(), [(1, "a"), (2, "b")]);
    }
}
