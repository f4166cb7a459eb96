//! Snapshots: arbitrary files, and files whose frame and checksums are right and whose content is not.
//!
//! Flipping a byte of a snapshot mostly shows that checksums work. What a stranger can really do is to
//! write a whole file with right checksums around content of his own, which [`forged`] does.

use bartizan_formats::snapshot::{ReadAt, Snapshot, SnapshotError};
use bartizan_model::ecosystem::Package;
use serde::Serialize;

/// Most entries that are taken from one walk: an input of a few hundred kilobytes holds no more.
const MOST_ENTRIES: usize = 1 << 20;

/// Asks a snapshot for everything it can be asked for.
pub fn drive(bytes: Vec<u8>) {
    if let Ok(snapshot) = Snapshot::open(bytes) {
        let _ = snapshot.manifest();
        let _ = snapshot.verify();
        let _ = ask(&snapshot);
    }
}

fn ask<R: ReadAt>(snapshot: &Snapshot<R>) -> Result<(), SnapshotError> {
    let _ = snapshot.package(&Package::pypi("numpy"));
    let _ = snapshot.records_of("CVE-2099-1");
    let _ = snapshot.groups_of("cve-2099-1");
    let _ = snapshot.group("CVE-2099-1");
    let _ = snapshot.epss("CVE-2099-1");
    let _ = snapshot.known_exploited("CVE-2099-1");
    let _ = snapshot.each_epss(|_, _| Ok::<(), SnapshotError>(()));
    let _ = snapshot.each_known_exploited(|_| Ok::<(), SnapshotError>(()));
    let records = snapshot
        .records()?
        .take(MOST_ENTRIES)
        .take_while(Result::is_ok)
        .count();
    let groups = snapshot
        .groups()?
        .take(MOST_ENTRIES)
        .take_while(Result::is_ok)
        .count();
    assert!(
        records < MOST_ENTRIES && groups < MOST_ENTRIES,
        "a walk without end"
    );
    Ok(())
}

/// The same bytes with header, trailer and their checksums put right, where there is room for them.
pub fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let Some(end) = bytes
        .len()
        .checked_sub(TRAILER)
        .filter(|end| *end >= HEADER)
    else {
        return bytes;
    };
    bytes[..HEADER].copy_from_slice(&header());
    let wanted = bytes[end..end + 8].try_into().expect("eight bytes");
    let length = u64::from_le_bytes(wanted) % (end - HEADER + 1) as u64;
    let trailer = trailer(&bytes[end - length as usize..end], end as u64 - length);
    bytes[end..].copy_from_slice(&trailer);
    bytes
}

/// A file with a right frame around forged blocks. Each table gets a part of the input: its first byte
/// says how many levels it claims, the rest are its blocks, unpacked.
pub fn forged(input: &[u8]) -> Vec<u8> {
    let mut file = header();
    let mut tables = Vec::new();
    for (part, tag) in input.split(|byte| *byte == 0xff).take(6).zip(0_u8..) {
        let Some((levels, content)) = part.split_first() else {
            continue;
        };
        let mut places = content
            .split(|byte| *byte == 0xfe)
            .map(|block| append(&mut file, block))
            .collect::<Vec<_>>();
        for _ in 0..levels % 4 {
            let index: Vec<u8> = places.iter().flat_map(entry).collect();
            places = vec![append(&mut file, &index)];
        }
        let entries = content.len() as u64 / 2;
        tables.push(Table {
            tag,
            entries,
            root: places.pop(),
            levels: levels % 4,
        });
    }
    close(file, tables)
}

/// Where a block stands, as an index entry or the footer says it.
#[derive(Serialize, Clone, Copy)]
struct Location {
    offset: u64,
    stored: u32,
    unpacked: u32,
    checksum: u32,
    packing: u8,
}

#[derive(Serialize)]
struct Table {
    tag: u8,
    entries: u64,
    root: Option<Location>,
    levels: u8,
}

/// A manifest without sources: created, starter, date, sources, origins, ecosystems, counts.
type Manifest = (
    (i64, i32),
    bool,
    Option<String>,
    [(); 0],
    u8,
    u8,
    u8,
    [u64; 6],
);

fn append(file: &mut Vec<u8>, block: &[u8]) -> Location {
    let packing = block.len() as u8 % 2;
    let packed = match packing {
        0 => zstd::bulk::compress(block, 1).expect("compression in memory"),
        _ => lz4_flex::block::compress(block),
    };
    let location = Location {
        offset: file.len() as u64,
        stored: packed.len() as u32,
        unpacked: block.len() as u32,
        checksum: crc32fast::hash(&packed),
        packing,
    };
    file.extend(packed);
    location
}

/// An index entry that leads to a block: lengths of key and value, an empty key, the location.
fn entry(location: &Location) -> Vec<u8> {
    let value = postcard::to_stdvec(location).expect("a small value");
    [vec![0, value.len() as u8], value].concat()
}

fn close(mut file: Vec<u8>, tables: Vec<Table>) -> Vec<u8> {
    let offset = file.len() as u64;
    let manifest: Manifest = ((0, 0), false, None, [], 0, 0, 0, [0; 6]);
    let footer = postcard::to_stdvec(&([0_u8; 32], tables, manifest)).expect("a small value");
    let trailer = trailer(&footer, offset);
    file.extend(footer);
    file.extend(trailer);
    file
}

const HEADER: usize = 16;
const TRAILER: usize = 40;

fn header() -> Vec<u8> {
    let mut header = b"\x89BTZ\r\n\x1a\n\x02\0\0\0".to_vec();
    header.extend(crc32fast::hash(&header).to_le_bytes());
    header
}

/// The trailer of a footer that starts at an offset.
fn trailer(footer: &[u8], offset: u64) -> Vec<u8> {
    let length = footer.len() as u64;
    let mut trailer = Vec::new();
    for number in [offset, length, offset + length + TRAILER as u64] {
        trailer.extend(number.to_le_bytes());
    }
    trailer.extend(crc32fast::hash(footer).to_le_bytes());
    trailer.extend(crc32fast::hash(&trailer).to_le_bytes());
    trailer.extend(b"\x89ZTBend\n");
    trailer
}
