//! The text of a requirements file: its encoding and its lines, as pip sees them.

/// A longer line is no requirement: the longest honest ones list some hundred hashes.
const LONGEST_LINE: usize = 1 << 20;

/// The text, and what is wrong with it.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) problem: Option<String>,
}

/// Decodes as pip does: by byte order mark, by a `coding` comment, else UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let whole = |text: String| Decoded {
        text,
        problem: None,
    };
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return decode_utf8(rest);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    match declared_encoding(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "ascii" | "us-ascii") => decode_utf8(bytes),
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1") => {
            whole(bytes.iter().map(|&byte| char::from(byte)).collect())
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

fn decode_utf8(bytes: &[u8]) -> Decoded {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: text.to_owned(),
            problem: None,
        },
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|&byte| byte == b'\n').count();
            let problem =
                format!("not UTF-8 from line {line} on; lines with such bytes were not read");
            Decoded {
                text: String::from_utf8_lossy(bytes).into_owned(),
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
pub(super) enum Piece<'a> {
    /// A statement, its continued lines joined, its comment taken off.
    Statement { line: usize, text: String },
    /// A comment, without its `#`.
    Comment(&'a str),
    /// A line that was not read for its length.
    TooLong { line: usize },
}

/// Takes a text apart into statements and comments, in their order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut begun: Option<(usize, String)> = None;
    for (line, raw) in (1..).zip(text.lines()) {
        let is_comment = raw.trim_start().starts_with('#');
        // A comment ends a continuation, even when it ends with a backslash.
        let (part, goes_on) = match raw.strip_suffix('\\') {
            Some(part) if !is_comment => (part, true),
            _ => (raw, false),
        };
        let (part, comment) = split_comment(part);
        let (_, text) = begun.get_or_insert_with(|| (line, String::new()));
        if text.len() <= LONGEST_LINE {
            text.push(' ');
            text.push_str(
                part.get(..part.len().min(LONGEST_LINE + 1))
                    .unwrap_or(part)
                    .trim(),
            );
        }
        if !goes_on {
            pieces.extend(begun.take().and_then(finish));
        }
        pieces.extend(comment.map(Piece::Comment));
    }
    pieces.extend(begun.and_then(finish));
    pieces
}

fn finish<'a>((line, text): (usize, String)) -> Option<Piece<'a>> {
    if text.len() > LONGEST_LINE {
        return Some(Piece::TooLong { line });
    }
    let text = text.trim();
    (!text.is_empty()).then(|| Piece::Statement {
        line,
        text: text.to_owned(),
    })
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
        let decoded = decode(bytes);
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
        insta::assert_debug_snapshot!(pieces(text), @r#"
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
        let pieces = pieces(&text);
        assert_eq!(pieces.len(), 3);
        assert!(pieces[1] == Piece::TooLong { line: 2 });
        assert!(pieces[2] == Piece::TooLong { line: 3 });
    }
}
