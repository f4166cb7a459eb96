//! The text of a requirements file: its encoding and its lines, as pip sees them.

use std::str::Lines;

use super::file::{LONGEST_LINE, TOO_LONG};

/// The text, and what is wrong with it.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) problem: Option<String>,
}

/// Decodes as pip does: by byte order mark, by a `coding` comment, else UTF-8.
pub(super) fn decode(mut bytes: Vec<u8>) -> Decoded {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return decode_utf8(bytes.split_off(3));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    match declared_encoding(&bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "ascii" | "us-ascii") => decode_utf8(bytes),
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1") => {
            let text = bytes.iter().map(|&byte| char::from(byte)).collect();
            Decoded {
                text,
                problem: None,
            }
        }
        Some(other) => {
            let decoded = decode_utf8(bytes);
            let problem = decoded.problem.map(|_| {
                let name: String = other.chars().take(40).collect();
                format!("it declares the encoding `{name}`, which is not supported")
            });
            Decoded { problem, ..decoded }
        }
    }
}

fn decode_utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded {
            text,
            problem: None,
        },
        Err(error) => {
            let bytes = error.as_bytes();
            let before = bytes
                .get(..error.utf8_error().valid_up_to())
                .unwrap_or_default();
            let line = before.split(|&byte| byte == b'\n').count();
            let problem =
                format!("not UTF-8 from line {line} on; lines with such bytes were not read");
            let text = String::from_utf8_lossy(bytes).into_owned();
            Decoded {
                text,
                problem: Some(problem),
            }
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|&pair| unit(pair)).collect();
    let is_whole = rest.is_empty();
    match String::from_utf16(&units) {
        Ok(text) if is_whole => Decoded {
            text,
            problem: None,
        },
        _ => {
            let problem = "not UTF-16, as its first bytes announce; damaged lines were not read";
            Decoded {
                text: String::from_utf16_lossy(&units),
                problem: Some(problem.to_owned()),
            }
        }
    }
}

/// The encoding that a comment in the first two lines declares
/// ([PEP 263](https://peps.python.org/pep-0263/#defining-the-encoding)).
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    bytes.split(|&byte| byte == b'\n').take(2).find_map(|line| {
        let line = std::str::from_utf8(line.get(..line.len().min(200))?).ok()?;
        let comment = line.trim_start().strip_prefix('#')?;
        let (_, after) = comment.split_once("coding")?;
        let name = after.strip_prefix([':', '='])?.trim_start();
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
        let name = name.split_at_checked(end.unwrap_or(name.len()))?.0;
        (!name.is_empty()).then(|| name.to_ascii_lowercase().replace('_', "-"))
    })
}

/// Something that a requirements file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A statement, its continued lines joined, its comment taken off.
    Statement { line: usize, text: String },
    /// A comment, without its `#`.
    Comment(String),
    /// A line that was not read for its length.
    TooLong { line: usize },
}

/// Takes a text apart into statements and comments, in their order.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces {
        lines: text.lines(),
        line: 0,
        comment: None,
    }
}

/// The statements and comments of a text.
pub(super) struct Pieces<'a> {
    lines: Lines<'a>,
    /// How many lines were taken.
    line: usize,
    /// The comment after the statement that was given last.
    comment: Option<String>,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(comment) = self.comment.take() {
                return Some(Piece::Comment(comment));
            }
            let line = self.line + 1;
            let joined = self.join()?;
            if joined.len() > LONGEST_LINE || joined.contains(TOO_LONG) {
                return Some(Piece::TooLong { line });
            }
            let (statement, comment) = split_comment(&joined);
            self.comment = comment.map(str::to_owned);
            let text = statement.trim();
            if !text.is_empty() {
                return Some(Piece::Statement {
                    line,
                    text: text.to_owned(),
                });
            }
        }
    }
}

impl Pieces<'_> {
    /// The next line with those that continue it. A comment ends a continuation, even one that ends with a
    /// backslash itself.
    fn join(&mut self) -> Option<String> {
        let mut joined: Option<String> = None;
        for raw in self.lines.by_ref() {
            self.line += 1;
            let is_comment = raw.trim_start().starts_with('#');
            let (part, goes_on) = match raw.strip_suffix('\\') {
                Some(part) if !is_comment => (part, true),
                _ => (raw, false),
            };
            let text = joined.get_or_insert_default();
            if text.len() <= LONGEST_LINE {
                text.push(' ');
                let bounded = part.get(..part.len().min(LONGEST_LINE + 1)).unwrap_or(part);
                text.push_str(bounded.trim());
            }
            if !goes_on {
                break;
            }
        }
        joined
    }
}

/// A comment begins with `#` at the start or after white space: the `#` of a URL's fragment does not.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut before = ' ';
    for (place, character) in line.char_indices() {
        if character == '#' && before.is_whitespace() {
            let (statement, comment) = line.split_at(place);
            return (statement, comment.strip_prefix('#'));
        }
        before = character;
    }
    (line, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let decoded = decode(bytes.to_vec());
        assert_eq!(format!("{:?} {:?}", decoded.text, decoded.problem), expect);
    }

    #[test]
    fn encodings_are_those_that_pip_knows() {
        check(b"\xef\xbb\xbfa==1", r#""a==1" None"#);
        check(b"\xff\xfea\0=\0", r#""a=" None"#);
        check(b"\xfe\xff\0a\0=", r#""a=" None"#);
        check(
            b"# -*- coding: latin-1 -*-\n# \xe9",
            "\"# -*- coding: latin-1 -*-\\n# é\" None",
        );
        check(
            b"a==1\n# \xe9",
            "\"a==1\\n# \u{fffd}\" Some(\"not UTF-8 from line 2 on; lines with such bytes were not read\")",
        );
        check(b"# coding: koi8-r\na", "\"# coding: koi8-r\\na\" None");
        check(
            b"# coding: koi8-r\n\xe9",
            "\"# coding: koi8-r\\n\u{fffd}\" Some(\"it declares the encoding `koi8-r`, which is not supported\")",
        );
    }

    #[test]
    fn lines_are_joined_and_comments_taken_off() {
        let text =
            "a==1 \\\n  --hash=x\n    # via b\nc @ https://h/x#egg=c # end\nd \\\n# stop \\\ne\n";
        insta::assert_debug_snapshot!(pieces(text).collect::<Vec<_>>(), @r#"
        [
            Statement {
                line: 1,
                text: "a==1 --hash=x",
            },
            Comment(
                " via b",
            ),
            Statement {
                line: 4,
                text: "c @ https://h/x#egg=c",
            },
            Comment(
                " end",
            ),
            Statement {
                line: 5,
                text: "d",
            },
            Comment(
                " stop \\",
            ),
            Statement {
                line: 7,
                text: "e",
            },
        ]
        "#);
    }

    #[test]
    fn a_line_without_end_is_passed_over() {
        let text = format!(
            "a==1\n{}\nb==2 \\\n{}",
            "x".repeat(3 << 20),
            "y\\\n".repeat(1 << 20)
        );
        let pieces: Vec<_> = pieces(&text).collect();
        assert_eq!(pieces.len(), 3);
        assert!(pieces[1] == Piece::TooLong { line: 2 });
        assert!(pieces[2] == Piece::TooLong { line: 3 });
    }
}
