//! Whose key a commit or a tag claims to be signed by.
//!
//! Nothing is verified: that needs the keys. What matters here is only which *class* of key it is, since a commit made in a
//! browser is signed by the code host and says nothing about the person who pressed the button.

use sha2::{Digest as _, Sha256};

/// Who signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signature {
    /// Nobody.
    None,
    /// A key of the code host, for whoever was signed in there.
    Host,
    /// A key of somebody's own; its number where it can be read.
    Own(Option<KeyNumber>),
}

/// The last eight bytes of the fingerprint of an `OpenPGP` key, or the first of the hash of an SSH key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyNumber(pub u64);

/// The keys by which code hosts sign what is done in a browser: GitHub until January 2024, and since.
const OF_HOSTS: [u64; 2] = [0x4AEE_18F8_3AFD_EB23, 0xB569_0EEE_BB95_2194];

const PGP: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const PGP_MESSAGE: &[u8] = b"-----BEGIN PGP MESSAGE-----";
const SSH: &[u8] = b"-----BEGIN SSH SIGNATURE-----";
const X509: &[u8] = b"-----BEGIN SIGNED MESSAGE-----";

/// As much of a signature as is decoded: what names the key stands at its begin.
const MOST_DECODED: usize = 8 << 10;

impl Signature {
    /// What the lines of a signature are.
    pub fn of(lines: &[u8]) -> Self {
        let lines = lines.trim_ascii();
        if lines.is_empty() {
            return Self::None;
        }
        let number = if lines.starts_with(SSH) {
            ssh_key(&decoded(lines))
        } else if lines.starts_with(PGP) || lines.starts_with(PGP_MESSAGE) {
            issuer(&decoded(lines))
        } else {
            None
        };
        match number {
            Some(number) if OF_HOSTS.contains(&number) => Self::Host,
            number => Self::Own(number.map(KeyNumber)),
        }
    }

    /// The signature at the end of a tag's message.
    pub fn in_message(message: &[u8]) -> Self {
        let mut at = 0;
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if [PGP, PGP_MESSAGE, SSH, X509]
                .iter()
                .any(|start| line.starts_with(start))
            {
                return Self::of(message.get(at..).unwrap_or_default());
            }
            at += line.len();
        }
        Self::None
    }
}

/// The begin of what an armour holds.
fn decoded(lines: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut number) = (0_u32, 0_u32);
    let mut lines = lines
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .skip(1)
        .peekable();
    // Headers of the armour end with an empty line; SSH has none.
    let has_headers = lines
        .peek()
        .is_some_and(|line| line.is_empty() || line.contains(&b':'));
    if has_headers {
        lines.by_ref().find(|line| line.is_empty());
    }
    for line in lines.take_while(|line| !line.starts_with(b"-----") && !line.starts_with(b"=")) {
        for value in line.iter().filter_map(|byte| digit(*byte)) {
            bits = bits << 6 | value;
            number += 6;
            if number >= 8 {
                number -= 8;
                bytes.push(u8::try_from(bits >> number & 0xff).unwrap_or_default());
            }
            bits &= 0xffff;
        }
        if bytes.len() >= MOST_DECODED {
            break;
        }
    }
    bytes
}

/// The value of a digit of base 64.
fn digit(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// The number of the key of an `OpenPGP` signature packet (RFC 9580, sections 4.2 and 5.2).
fn issuer(bytes: &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    let is_new = first & 0x40 != 0;
    let tag = if is_new {
        first & 0x3f
    } else {
        first >> 2 & 0x0f
    };
    if first & 0x80 == 0 || tag != 2 {
        return None;
    }
    let length_bytes = match (is_new, first & 3, rest.first()?) {
        (true, _, 0..=191) | (false, 0, _) => 1,
        (true, _, 192..=223) | (false, 1, _) => 2,
        (true, _, 255) => 5,
        (false, 2, _) => 4,
        (false, _, _) => 0,
        (true, ..) => return None,
    };
    let body = rest.get(length_bytes..)?;
    match body.first()? {
        3 => number(body.get(7..15)?),
        4 => {
            let (hashed, rest) = counted(body.get(4..)?)?;
            let (plain, _) = counted(rest)?;
            key_of(hashed).or_else(|| key_of(plain))
        }
        _ => None,
    }
}

/// A length of two bytes, and as many bytes.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    bytes.get(2..)?.split_at_checked(usize::from(length))
}

/// The key that a list of subpackets names (RFC 9580, section 5.2.3.7): by its fingerprint (33) or its number (16).
fn key_of(mut packets: &[u8]) -> Option<u64> {
    while let Some((first, rest)) = packets.split_first() {
        let (length, rest) = match first {
            0..=191 => (usize::from(*first), rest),
            192..=254 => {
                let low = usize::from(*rest.first()?);
                (
                    ((usize::from(*first) - 192) << 8) + low + 192,
                    rest.get(1..)?,
                )
            }
            255 => {
                let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
                (usize::try_from(length).ok()?, rest.get(4..)?)
            }
        };
        let (packet, after) = rest.split_at_checked(length)?;
        match packet.split_first() {
            Some((33 | 0xa1, [4, fingerprint @ ..])) if fingerprint.len() == 20 => {
                return number(fingerprint.get(12..)?);
            }
            Some((16 | 0x90, key)) if key.len() == 8 => return number(key),
            _ => packets = after,
        }
    }
    None
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

/// The hash of the key in an SSH signature (`PROTOCOL.sshsig`): magic, version, key.
fn ssh_key(bytes: &[u8]) -> Option<u64> {
    let rest = bytes.strip_prefix(b"SSHSIG")?.get(4..)?;
    let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
    let key = rest.get(4..)?.get(..usize::try_from(length).ok()?)?;
    number(Sha256::digest(key).get(..8)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes in an armour.
    fn armoured(kind: &str, headers: &str, bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let mut bits = [0; 4];
            bits[1..=three.len()].copy_from_slice(three);
            let bits = u32::from_be_bytes(bits);
            for at in 0..=three.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]));
            }
        }
        format!(
            "-----BEGIN {kind} SIGNATURE-----\n{headers}{text}\n=abcd\n-----END {kind} SIGNATURE-----"
        )
    }

    fn pgp(hashed: &[u8], plain: &[u8]) -> String {
        let mut body = vec![4, 0, 1, 8];
        for packets in [hashed, plain] {
            body.extend(u16::try_from(packets.len()).unwrap().to_be_bytes());
            body.extend(packets);
        }
        let mut bytes = vec![0xc2, u8::try_from(body.len()).unwrap()];
        bytes.extend(body);
        armoured("PGP", "\n", &bytes)
    }

    fn check(lines: &str) -> String {
        format!("{:x?}", Signature::of(lines.as_bytes()))
    }

    #[test]
    fn keys_of_persons_and_of_hosts() {
        let host = [9, 16, 0xb5, 0x69, 0x0e, 0xee, 0xbb, 0x95, 0x21, 0x94];
        assert_eq!(check(&pgp(&[], &host)), "Host");
        let mut fingerprint = vec![5, 2, 1, 2, 3, 4, 22, 33, 4];
        fingerprint.extend([7; 20]);
        assert_eq!(
            check(&pgp(&fingerprint, &[])),
            "Own(Some(KeyNumber(707070707070707)))"
        );
        assert_eq!(check(&pgp(&[], &[])), "Own(None)");
        let mut old = vec![0x88, 19, 3, 5, 0, 0, 0, 0, 0];
        old.extend([1; 8]);
        assert_eq!(
            check(&armoured("PGP", "Version: x\n\n", &old)),
            "Own(Some(KeyNumber(101010101010101)))"
        );
        let ssh = b"SSHSIG\0\0\0\x01\0\0\0\x03key";
        assert_eq!(
            check(&armoured("SSH", "", ssh)),
            "Own(Some(KeyNumber(2c70e12b7a0646f9)))"
        );
        assert_eq!(check("-----BEGIN SIGNED MESSAGE-----\nx"), "Own(None)");
        assert_eq!(check(" \n"), "None");
    }

    #[test]
    fn a_tag_has_it_at_its_end() {
        let message = format!("one\n\n{}\n", pgp(&[], &[]));
        assert_eq!(
            Signature::in_message(message.as_bytes()),
            Signature::Own(None)
        );
        assert_eq!(Signature::in_message(b"one\n-----BEGIN\n"), Signature::None);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".*") {
            check(&armoured("PGP", "\n", &bytes));
            check(&armoured("SSH", "", &bytes));
            check(&text);
            let mut begun = vec![0xc2, 60, 4, 0, 0, 0];
            begun.extend(bytes);
            check(&armoured("PGP", "\n", &begun));
        }
    }
}
