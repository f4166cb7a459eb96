//! The two names in a certificate ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280) section 4.1), and nothing else of it:
//! whether it was issued by itself, as roots are.

/// Whether a certificate names itself as its issuer; nothing where the bytes are no certificate.
pub fn is_self_issued(der: &[u8]) -> Option<bool> {
    let (certificate, _) = element(der, 0x30)?;
    let (mut fields, _) = element(certificate, 0x30)?;
    // The version is left out of certificates of version 1.
    if let Some((_, rest)) = element(fields, 0xa0) {
        fields = rest;
    }
    let (_serial, rest) = element(fields, 0x02)?;
    let (_algorithm, rest) = element(rest, 0x30)?;
    let (issuer, rest) = element(rest, 0x30)?;
    let (_validity, rest) = element(rest, 0x30)?;
    let (subject, _) = element(rest, 0x30)?;
    // A certificate without a subject names it elsewhere, as those of signers do.
    Some(!subject.is_empty() && issuer == subject)
}

/// The content of the first element, where it has this tag, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[first, length], rest) = bytes.split_first_chunk::<2>()?;
    if first != tag {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // Four bytes of length are more than any certificate has.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            let length = digits
                .iter()
                .fold(0usize, |length, digit| length << 8 | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        match content.len() {
            short @ 0..=0x7f => bytes.push(u8::try_from(short).unwrap()),
            long => bytes.extend([
                0x82,
                u8::try_from(long >> 8).unwrap(),
                u8::try_from(long & 0xff).unwrap(),
            ]),
        }
        bytes.extend(content);
        bytes
    }

    fn certificate(issuer: &[u8], subject: &[u8]) -> Vec<u8> {
        let fields = [
            wrapped(0xa0, &wrapped(2, &[2])),
            wrapped(2, &[1]),
            wrapped(0x30, &[0; 300]),
            wrapped(0x30, issuer),
            wrapped(0x30, &[]),
            wrapped(0x30, subject),
        ];
        wrapped(0x30, &wrapped(0x30, &fields.concat()))
    }

    #[test]
    fn the_names_are_compared() {
        assert_eq!(is_self_issued(&certificate(b"a", b"a")), Some(true));
        assert_eq!(is_self_issued(&certificate(b"a", b"b")), Some(false));
        assert_eq!(is_self_issued(&certificate(b"a", b"")), Some(false));
        assert_eq!(is_self_issued(b"no certificate"), None);
        let cut = certificate(b"a", b"a");
        assert_eq!(is_self_issued(&cut[..cut.len() - 1]), None);
    }

    proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>, place: usize, byte: u8) {
            let _ = is_self_issued(&bytes);
            let mut changed = certificate(b"issuer", b"subject");
            let place = place % changed.len();
            changed[place] = byte;
            let _ = is_self_issued(&changed);
        }
    }
}
