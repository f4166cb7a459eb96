//! JSON of strangers: bounded before it is parsed, kept as written afterwards.

use std::str;

use serde_json::Value;

use super::{AdvisoryError, HEAD_BYTES};

/// The largest file of records that is read. The largest real records are below one megabyte.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most values a file may hold. A value in memory is far larger than its two bytes of text, so the
/// size of the text alone does not bound the memory.
const MAX_VALUES: usize = 1_000_000;

/// The text of a file, without a byte order mark.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, AdvisoryError> {
    if bytes.len() > MAX_BYTES {
        return Err(AdvisoryError::TooLarge { limit: MAX_BYTES });
    }
    let text = str::from_utf8(bytes)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Parses a text of bounded size, number of values and depth (`serde_json` stops at 128).
pub(crate) fn parse(text: &str) -> Result<Value, AdvisoryError> {
    let outside = pieces(text)
        .filter(|piece| !piece.is_string)
        .flat_map(|piece| piece.text.bytes());
    let values = outside
        .filter(|byte| matches!(byte, b',' | b':' | b'[' | b'{'))
        .count();
    if values > MAX_VALUES {
        return Err(AdvisoryError::TooManyValues { limit: MAX_VALUES });
    }
    Ok(serde_json::from_str(text)?)
}

/// A valid text without the white space between its tokens; numbers and the order of keys stay as written.
pub(crate) fn minify(text: &str) -> String {
    let mut minified = String::with_capacity(text.len());
    let mut was_string = false;
    for piece in pieces(text) {
        if piece.is_string != was_string {
            minified.push('"');
            was_string = piece.is_string;
        } else if piece.is_string {
            // Two pieces of one string: the quote between them was escaped.
            minified.push('"');
        }
        if piece.is_string {
            minified.push_str(piece.text);
        } else {
            minified.extend(
                piece
                    .text
                    .chars()
                    .filter(|character| !character.is_ascii_whitespace()),
            );
        }
    }
    minified
}

/// The keys of the outermost object (or of the first object of an outermost list) as far as they stand
/// in the first [`HEAD_BYTES`] of a file.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct HeadKeys<'a> {
    /// The keys, as written.
    pub(crate) keys: Vec<&'a str>,
    /// Whether the end of the object was seen, so that there are no other keys.
    pub(crate) is_complete: bool,
}

/// The text that a file starts with, without a byte order mark and leading white space.
pub(crate) fn head_text(head: &[u8]) -> &str {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let text = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t'])
}

/// Looks for keys without parsing: the text may be cut anywhere.
pub(crate) fn head_keys(head: &[u8]) -> HeadKeys<'_> {
    let text = head_text(head);
    let key_depth = match text.bytes().next() {
        Some(b'{') => 1,
        Some(b'[') => 2,
        _ => return HeadKeys::default(),
    };
    let mut found = HeadKeys::default();
    let (mut depth, mut last) = (0_usize, None);
    for piece in pieces(text) {
        if piece.is_string {
            last = (depth == key_depth).then_some(piece.text);
            continue;
        }
        if let Some(key) = last
            .take()
            .filter(|_| piece.text.trim_start().starts_with(':'))
        {
            found.keys.push(key);
        }
        for byte in piece.text.bytes() {
            match byte {
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth < key_depth && matches!(byte, b'}' | b']') {
                found.is_complete = true;
                return found;
            }
        }
    }
    found
}

/// A stretch of JSON text that lies within one string, or between strings.
struct Piece<'a> {
    text: &'a str,
    is_string: bool,
}

/// Cuts a text at its quotes. A string with escaped quotes comes in several pieces.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut is_string = false;
    text.split('"').map(move |part| {
        let piece = Piece {
            text: part,
            is_string,
        };
        let backslashes = part.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if !is_string || backslashes % 2 == 0 {
            is_string = !is_string;
        }
        piece
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_keys(head: &str, keys: &[&str], is_complete: bool) {
        let found = head_keys(head.as_bytes());
        assert_eq!(
            (found.keys.as_slice(), found.is_complete),
            (keys, is_complete),
            "{head}"
        );
    }

    #[test]
    fn keys_are_found_in_whatever_the_head_holds() {
        check_keys(
            r#"{"id": "x\"y:", "a" :{"b":["c",{"d":1}]},"e":0}"#,
            &["id", "a", "e"],
            true,
        );
        check_keys("\u{feff} [ {\"id\":\"x\"}, {\"other\":1}]", &["id"], true);
        check_keys(r#"{"id":"x","details":"cut her"#, &["id", "details"], false);
        check_keys("{", &[], false);
        check_keys("plain", &[], false);
    }

    #[test]
    fn a_string_keeps_its_white_space() {
        let text = "{ \"a b\" : [ 1 , \"c \\\" : d\\\\\" ] ,\n\"e\":\"\" , \"f\":1.10}";
        assert_eq!(minify(text), r#"{"a b":[1,"c \" : d\\"],"e":"","f":1.10}"#);
    }

    #[test]
    fn more_values_than_memory_should_hold_are_refused() {
        let text = format!("[{}1]", "1,".repeat(MAX_VALUES));
        assert!(matches!(
            parse(&text),
            Err(AdvisoryError::TooManyValues { .. })
        ));
    }

    proptest! {
        #[test]
        fn heads_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            head_keys(&bytes);
        }

        #[test]
        fn minified_text_means_the_same(text in r#"[\[\]{}:, "\\a-c0-9\n]{0,40}"#) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let minified = minify(&text);
                prop_assert_eq!(serde_json::from_str::<Value>(&minified).unwrap(), value);
                prop_assert_eq!(minify(&minified), minified);
            }
        }
    }
}
