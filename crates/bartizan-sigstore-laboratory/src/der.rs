//! DER, as much of it as certificates and timestamps need.

use jiff::Timestamp;

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const UTF8: u8 = 0x0c;

/// A value under a tag.
pub(crate) fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag];
    match content.len() {
        short @ ..0x80 => bytes.push(u8::try_from(short).unwrap()),
        length => {
            let digits = length.to_be_bytes();
            let first = digits.iter().position(|digit| *digit != 0).unwrap();
            bytes.push(0x80 | u8::try_from(digits.len() - first).unwrap());
            bytes.extend_from_slice(&digits[first..]);
        }
    }
    bytes.extend(content);
    bytes
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(SEQUENCE, parts)
}

/// A value under a tag of its context that wraps another.
pub(crate) fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    tagged(0xa0 | number, parts)
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    tagged(OCTETS, &[bytes])
}

pub(crate) fn bits(bytes: &[u8], unused: u8) -> Vec<u8> {
    tagged(0x03, &[&[unused], bytes])
}

pub(crate) fn yes() -> Vec<u8> {
    vec![0x01, 0x01, 0xff]
}

pub(crate) fn null() -> Vec<u8> {
    vec![0x05, 0x00]
}

/// A number from 0 up.
pub(crate) fn number(digits: &[u8]) -> Vec<u8> {
    let first = digits.iter().position(|digit| *digit != 0);
    let digits = first.map_or(&[0][..], |first| &digits[first..]);
    let sign: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
    tagged(0x02, &[sign, digits])
}

/// An object identifier.
pub(crate) fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = Vec::new();
    let first = arcs[0] * 40 + arcs[1];
    for arc in std::iter::once(&first).chain(&arcs[2..]) {
        let mut digits = vec![u8::try_from(arc & 0x7f).unwrap()];
        let mut rest = arc >> 7;
        while rest > 0 {
            digits.push(0x80 | u8::try_from(rest & 0x7f).unwrap());
            rest >>= 7;
        }
        content.extend(digits.iter().rev());
    }
    tagged(0x06, &[&content])
}

/// A moment as certificates write it until 2049.
pub(crate) fn utc(time: Timestamp) -> Vec<u8> {
    tagged(
        0x17,
        &[time.strftime("%y%m%d%H%M%SZ").to_string().as_bytes()],
    )
}

/// A moment as timestamps write it.
pub(crate) fn moment(time: Timestamp) -> Vec<u8> {
    tagged(
        0x18,
        &[time.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()],
    )
}

/// The name of an organisation and of what it calls something.
pub(crate) fn name(common: &str) -> Vec<u8> {
    let part = |kind, text: &str| {
        let pair = sequence(&[&oid(kind), &tagged(UTF8, &[text.as_bytes()])]);
        tagged(SET, &[&pair])
    };
    sequence(&[&part("2.5.4.10", "laboratory"), &part("2.5.4.3", common)])
}

/// ECDSA with SHA-256.
pub(crate) fn ecdsa() -> Vec<u8> {
    sequence(&[&oid("1.2.840.10045.4.3.2")])
}

/// SHA-256.
pub(crate) fn sha256() -> Vec<u8> {
    sequence(&[&oid("2.16.840.1.101.3.4.2.1")])
}

/// The content of the first value, and what stands behind the value.
pub(crate) fn split(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, head) = match *der.get(1)? {
        short @ 0..0x80 => (usize::from(short), 2),
        long => {
            let digits = usize::from(long & 0x7f);
            let bytes = der.get(2..2 + digits)?;
            let length = bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, 2 + digits)
        }
    };
    let end = head.checked_add(length)?;
    Some((der.get(head..end)?, der.get(end..)?))
}
