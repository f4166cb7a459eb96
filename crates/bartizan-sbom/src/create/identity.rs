//! Ids that follow from what a bill says, so that equal bills have equal ones.

use bartizan_formats::digest::Digest;

/// A UUID of the bits of a digest, marked as made by a rule of one's own
/// ([RFC 9562, version 8](https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8)).
pub(super) fn uuid(text: &str) -> String {
    let Digest(digest) = Digest::of(text.as_bytes());
    let mut bytes: [u8; 16] =
        std::array::from_fn(|place| digest.get(place).copied().unwrap_or_default());
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x80;
    *variant = (*variant & 0x3f) | 0x80;
    let digits = hexadecimal(&bytes);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |bits: u8| char::from_digit(u32::from(bits), 16).unwrap_or('0');
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 0x0f)];
    bytes.iter().flat_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_the_text_and_are_of_version_8() {
        let id = uuid("lab");
        assert_eq!(id, uuid("lab"));
        assert_ne!(id, uuid("lab2"));
        let parts: Vec<&str> = id.split('-').collect();
        assert_eq!(
            parts.iter().map(|it| it.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert!(
            parts[2].starts_with('8') && parts[3].starts_with(['8', '9', 'a', 'b']),
            "{id}"
        );
    }
}
