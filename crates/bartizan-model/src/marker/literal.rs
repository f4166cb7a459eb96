//! Quoted texts of markers. They are Python string literals, so that escapes have Python's meaning.

use std::{fmt, iter::Peekable, str::Chars};

/// The text between the quotes with its escapes resolved; `None` where Python would refuse it, and for `\N{…}`
/// and halves of surrogate pairs, which nobody writes here.
pub(super) fn read(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // A line end inside single quotes is a syntax error, a nought byte is in no Python source.
            '\n' | '\r' | '\0' => return None,
            '\\' => read_escape(&mut characters, &mut text)?,
            other => text.push(other),
        }
    }
    Some(text)
}

fn read_escape(characters: &mut Peekable<Chars<'_>>, text: &mut String) -> Option<()> {
    let resolved = match characters.next()? {
        // An escaped line end is nothing at all.
        '\n' => return Some(()),
        '\r' => {
            characters.next_if_eq(&'\n');
            return Some(());
        }
        quote @ ('\\' | '\'' | '"') => quote,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => read_hexadecimal(characters, 2)?,
        'u' => read_hexadecimal(characters, 4)?,
        'U' => read_hexadecimal(characters, 8)?,
        'N' | '\0' => return None,
        first @ '0'..='7' => read_octal(characters, first)?,
        other => {
            text.push('\\');
            other
        }
    };
    text.push(resolved);
    Some(())
}

fn read_hexadecimal(characters: &mut Peekable<Chars<'_>>, length: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..length {
        code = code * 16 + characters.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

fn read_octal(characters: &mut Peekable<Chars<'_>>, first: char) -> Option<char> {
    let mut code = first.to_digit(8)?;
    for _ in 0..2 {
        match characters
            .next_if(|next| next.is_digit(8))
            .and_then(|next| next.to_digit(8))
        {
            Some(digit) => code = code * 8 + digit,
            None => break,
        }
    }
    char::from_u32(code)
}

/// Writes a text so that [`read`] gives it back: in double quotes where it holds none, in single quotes otherwise;
/// where it holds both, the double ones are escaped by number.
pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quote = if text.contains('"') && !text.contains('\'') {
        '\''
    } else {
        '"'
    };
    write!(f, "{quote}")?;
    for character in text.chars() {
        match character {
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\0' => f.write_str("\\x00")?,
            '"' if quote == '"' => f.write_str("\\x22")?,
            other => write!(f, "{other}")?,
        }
    }
    write!(f, "{quote}")
}
