//! Text of others made harmless, measured, cut and wrapped.

/// One line in which every control character, escape sequence and change of direction is visible and dead.
///
/// White space of any kind becomes one space; what may not be shown is written as `\u{1b}`.
pub(crate) fn clean(text: &str, has_unicode: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if is_treacherous(c) => out.extend(c.escape_unicode()),
            c if c.is_ascii() || has_unicode => out.push(c),
            c => out.push_str(in_ascii(c).unwrap_or("?")),
        }
    }
    out.trim().to_owned()
}

/// Characters that act instead of being shown: controls, changes of direction, characters without width.
pub(crate) fn is_treacherous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The usual spelling of a common sign where the locale is not UTF-8.
fn in_ascii(character: char) -> Option<&'static str> {
    Some(match character {
        '→' => "->",
        '…' => "...",
        '·' | '–' | '—' | '‑' => "-",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '≥' => ">=",
        '≤' => "<=",
        '\u{a0}' => " ",
        _ => return None,
    })
}

/// How many columns a text takes; wide characters of East Asia and emoji take two.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(column_count).sum()
}

fn column_count(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe4f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The text cut to at most `width` columns; `sign` ends what was cut.
pub(crate) fn cut(text: &str, width: usize, sign: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(columns(sign));
    let mut out = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += column_count(character);
        if taken > room {
            break;
        }
        out.push(character);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out + sign
}

/// The words of a text in lines of at most `width` columns. Only a word that is longer than a line is broken.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, width.max(8))),
        }
    }
    lines
}

/// A word in pieces of at most `width` columns.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut taken = 0;
    for character in word.chars() {
        taken += column_count(character);
        if taken > width {
            pieces.push(String::new());
            taken = column_count(character);
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_others_reaches_the_terminal_as_a_command() {
        let check = |input: &str, expect: &str| assert_eq!(clean(input, true), expect);
        check("numpy", "numpy");
        check("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m");
        check("a\r\n\tb", "a b");
        check("abc\u{202e}gpj.exe", "abc\\u{202e}gpj.exe");
        check("a\u{9b}2Jb\u{7}", "a\\u{9b}2Jb\\u{7}");
        check("zero\u{200b}width", "zero\\u{200b}width");
        check("Größe → 3", "Größe → 3");
    }

    #[test]
    fn without_utf8_signs_are_spelt_out() {
        assert_eq!(clean("a → b… Größe “x”", false), "a -> b... Gr??e \"x\"");
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("abcdef", 5, "…"), "abcd…");
        assert_eq!(cut("ab cdef", 4, "…"), "ab…");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
    }

    #[test]
    fn words_are_wrapped_and_broken_only_when_they_must_be() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("a incomprehensible b", 10),
            ["a", "incomprehe", "nsible b"]
        );
        assert_eq!(wrap("", 4), Vec::<String>::new());
    }
}
