//! Seeds of the target that forges snapshots: parts of blocks, of which the target makes a file with right checksums.
//!
//! Tables are parted by `0xff`, blocks by `0xfe`; the first byte of a table says how many levels of index stand above.

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
    inputs.into_iter().map(seed).collect()
}

fn table(levels: u8, content: &[u8]) -> Vec<u8> {
    [&[levels], content].concat()
}

/// An entry of a block; both lengths are below 128.
fn entry(key: &[u8], value: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap_or(0);
    [&[length(key), length(value)], key, value].concat()
}
