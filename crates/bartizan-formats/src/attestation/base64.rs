//! Base64 as JSON of protocol buffers writes it: both alphabets, with padding or without.

use super::BundleError;

/// The bytes of a field. Line breaks are passed over, because writers put them there and the reference reads them.
pub fn decode(field: &'static str, text: &str) -> Result<Vec<u8>, BundleError> {
    read(text).ok_or(BundleError::Base64 { field })
}

fn read(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches(['=', '\n', '\r']);
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0u32, 0u32);
    let mut digits = 0usize;
    for letter in body.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        bits = bits << 6 | u32::from(value(letter)?);
        held += 6;
        digits += 1;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    // Bits that are left over must be none: two texts for the same bytes would make one digest of two files.
    let padding = text.bytes().filter(|byte| *byte == b'=').count();
    let is_padded = padding == 0 || (digits + padding).is_multiple_of(4) && padding <= 2;
    (digits % 4 != 1 && bits == 0 && is_padded).then_some(bytes)
}

fn value(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Bytes as text, in the plain alphabet with padding.
pub fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS.get((word >> (18 - 6 * place) & 63) as usize);
            let is_filled = place <= chunk.len();
            text.push(char::from(*letter.filter(|_| is_filled).unwrap_or(&b'=')));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        read(text).map_or("-".to_owned(), |bytes| {
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }

    #[test]
    fn both_alphabets_and_either_padding() {
        assert_eq!(check("YWJj"), "abc");
        assert_eq!(check("YWI="), "ab");
        assert_eq!(check("YWI"), "ab");
        assert_eq!(check("YW\nJj\n"), "abc");
        assert_eq!(read("-_8="), read("+/8="));
        assert_eq!(check(""), "");
        for wrong in [
            "Y", "YWJ!", "YWJ=j", "YWI==", "YWJ", "YQ===", "=YWI", "YW I=",
        ] {
            assert_eq!(check(wrong), "-", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            prop_assert_eq!(read(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
