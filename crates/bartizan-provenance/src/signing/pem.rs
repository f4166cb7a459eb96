//! PEM ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)), as much of it as keys and certificates need.

use bartizan_formats::attestation::{decode_base64, encode_base64};

/// How long lines of base64 are.
const LINE: usize = 64;

/// A labelled text of bytes.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let text = encode_base64(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let letters: Vec<char> = text.chars().collect();
    for line in letters.chunks(LINE) {
        pem.extend(line);
        pem.push('\n');
    }
    pem + "-----END " + label + "-----\n"
}

/// The label and the bytes of the first block.
pub(super) fn read(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let plain: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Some((label, decode_base64("PEM", &plain).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_whole_blocks_are_read() {
        let pem = write("A KEY", b"abc");
        assert_eq!(pem, "-----BEGIN A KEY-----\nYWJj\n-----END A KEY-----\n");
        assert_eq!(read(&pem.replace("END A", "END B")), None);
        assert_eq!(read("-----BEGIN A-----YW*-----END A-----"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            let pem = write("KEY", &bytes);
            prop_assert_eq!(read(&pem), Some(("KEY", bytes)));
        }

        #[test]
        fn never_panics(text in "(-----BEGIN |-----END |-----|A|YQ==|\\n){0,12}") {
            let _ = read(&text);
        }
    }
}
