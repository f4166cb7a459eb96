//! Seeds of the targets that read snapshots: an empty one, and parts of blocks of which a target makes a file with
//! right checksums.
//!
//! Tables are parted by `0xff`, blocks by `0xfe`; the first byte of a table says how many levels of index stand above.

use flate2::Crc;

use super::Seed;

/// Every seed.
pub(super) fn all() -> Vec<Seed> {
    let record = entry(b"cve-2099-1\0CVE-2099-1\0cve", b"\x02{}\x01\x00");
    let group = entry(
        b"CVE-2099-1",
        b"\x0aCVE-2099-1\x0aCVE-2099-1\x01\x0aCVE-2099-1\x00\x00\x00",
    );
    let identifier = entry(b"cve-2099-1", b"\x01\x0aCVE-2099-1");
    let tables = [table(0, &record), table(1, &group), table(2, &identifier)];
    let mut nested = record.clone();
    nested.push(0xfe);
    nested.extend(entry(b"cve-2099-2\0CVE-2099-2\0cve", b"\x02{}\x00"));
    let inputs = [tables.join(&0xff), table(2, &nested), vec![0; 40]];
    let seed = |bytes| Seed {
        target: "snapshot_forged",
        bytes,
    };
    let empty = Seed {
        target: "snapshot",
        bytes: empty(),
    };
    inputs.into_iter().map(seed).chain([empty]).collect()
}

/// A snapshot of nothing: its footer (digest, no tables, a manifest without sources) is zeros alone.
fn empty() -> Vec<u8> {
    let mut file = b"\x89BTZ\r\n\x1a\n\x01\0\0\0".to_vec();
    file.extend(checksum(&file));
    let footer = [0; 46];
    let mut trailer = Vec::new();
    for number in [16_u64, 46, 16 + 46 + 40] {
        trailer.extend(number.to_le_bytes());
    }
    trailer.extend(checksum(&footer));
    trailer.extend(checksum(&trailer));
    file.extend(footer);
    file.extend(trailer);
    file.extend(b"\x89ZTBend\n");
    file
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum.sum().to_le_bytes()
}

fn table(levels: u8, content: &[u8]) -> Vec<u8> {
    [&[levels], content].concat()
}

/// An entry of a block; both lengths are below 128.
fn entry(key: &[u8], value: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap_or(0);
    [&[length(key), length(value)], key, value].concat()
}
