//! Writes a small squashfs, for tests and for the first inputs of the fuzz target, which include this file.

#![expect(
    clippy::cast_possible_truncation,
    reason = "what is packed here is small, and nothing of a stranger"
)]

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

/// A file or directory to be packed.
pub(crate) enum Item<'a> {
    Directory(Vec<(&'a str, Self)>),
    File(&'a [u8]),
    Link(&'a str),
}

const SUPERBLOCK: usize = 96;
const BLOCK: u32 = 1 << 17;

#[derive(Default)]
struct Tables {
    data: Vec<u8>,
    inodes: Vec<u8>,
    directories: Vec<u8>,
    count: u32,
}

impl Tables {
    /// Adds an item, and gives where its inode lies in the table.
    fn add(&mut self, item: &Item<'_>) -> u16 {
        let body = match item {
            Item::File(bytes) => {
                let begin = SUPERBLOCK + self.data.len();
                self.data.extend(*bytes);
                let mut body = words(&[begin, 0xffff_ffff, 0, bytes.len()]);
                if !bytes.is_empty() {
                    body.extend(words(&[bytes.len() | 1 << 24]));
                }
                (2, body)
            }
            Item::Link(target) => {
                let mut body = words(&[1, target.len()]);
                body.extend(target.as_bytes());
                (3, body)
            }
            Item::Directory(items) => {
                let mut list = Vec::new();
                for (name, item) in items {
                    let offset = self.add(item);
                    list.extend(words(&[0, 0, 1]));
                    list.extend(halves(&[offset, 0, 2, name.len() as u16 - 1]));
                    list.extend(name.as_bytes());
                }
                let offset = self.directories.len() as u16;
                let size = list.len() as u16 + 3;
                self.directories.extend(list);
                let mut body = words(&[0, 2]);
                body.extend(halves(&[size, offset]));
                body.extend(words(&[0]));
                (1, body)
            }
        };
        let at = self.inodes.len() as u16;
        self.count += 1;
        self.inodes.extend(halves(&[body.0, 0o755, 0, 0]));
        self.inodes.extend(words(&[0, self.count as usize]));
        self.inodes.extend(body.1);
        at
    }
}

fn words(values: &[usize]) -> Vec<u8> {
    let bytes = values.iter().map(|value| (*value as u32).to_le_bytes());
    bytes.flatten().collect()
}

fn halves(values: &[u16]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// A table of one block, packed.
fn table(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let packed = encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .unwrap_or_default();
    let mut table = halves(&[packed.len() as u16]);
    table.extend(packed);
    table
}

/// A file system of these items. All tables must fit into one block each.
pub(crate) fn squashfs(items: Vec<(&str, Item<'_>)>) -> Vec<u8> {
    let mut tables = Tables::default();
    let root = tables.add(&Item::Directory(items));
    let inodes = table(&tables.inodes);
    let directories = table(&tables.directories);
    let begin = SUPERBLOCK + tables.data.len();
    let end = begin + inodes.len() + directories.len();
    let mut packed = b"hsqs".to_vec();
    packed.extend(words(&[tables.count as usize, 0, BLOCK as usize, 0]));
    packed.extend(halves(&[1, 17, 0, 1, 4, 0]));
    let places = [
        usize::from(root),
        end,
        end,
        usize::MAX,
        begin,
        begin + inodes.len(),
        end,
        usize::MAX,
    ];
    packed.extend(
        places
            .iter()
            .flat_map(|place| (*place as u64).to_le_bytes()),
    );
    packed.extend(tables.data);
    packed.extend(inodes);
    packed.extend(directories);
    packed
}

/// An image of Apptainer with one partition.
pub(crate) fn sif(partition: &[u8], file_system: usize) -> Vec<u8> {
    let longs = |values: &[u64]| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let mut sif = vec![b'#'; 32];
    sif.extend(b"SIF_MAGIC\0");
    sif.extend(b"01\x0002\0");
    sif.extend([0; 16]);
    let begin = 128 + 585;
    sif.extend(longs(&[
        0,
        0,
        0,
        1,
        128,
        585,
        begin,
        partition.len() as u64,
    ]));
    sif.extend(words(&[0x4004]));
    sif.push(1);
    sif.extend(words(&[1, 1, 0]));
    sif.extend(longs(&[begin, partition.len() as u64, 0, 0, 0, 0, 0]));
    sif.extend([0; 128]);
    sif.extend(words(&[file_system, 2]));
    sif.resize(begin as usize, 0);
    sif.extend(partition);
    sif
}
