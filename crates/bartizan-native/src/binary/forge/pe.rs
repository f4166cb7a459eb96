//! Libraries of Windows.

use super::{Bytes, Description, ReadOnly, Target, Texts, code};

/// Where code is loaded, counted from the base.
const CODE: usize = 0x1000;
/// To what sections are aligned in the file.
const FILE_ALIGNMENT: usize = 0x200;
/// How long all headers are together.
const HEADERS: usize = 0x400;

/// Builds a file.
pub(super) fn build(description: &Description) -> Vec<u8> {
    let read_only = ReadOnly::of(description);
    let data_at = CODE + (description.functions.len() * code::SIZE + 1).next_multiple_of(0x1000);
    let mut text = Bytes::default();
    for ((_, answer), at) in description.functions.iter().zip(&read_only.answers) {
        let address = CODE + text.len();
        text.bytes(&code::function(
            Target::PeX86_64,
            answer,
            address,
            data_at + at,
        ));
    }
    let mut data = Bytes(read_only.texts.bytes.clone());
    let exports = exports(description, &read_only, &mut data, data_at);
    let imports = imports(description, &mut data, data_at);
    let debug = debug(
        description,
        &mut data,
        data_at,
        HEADERS + text.len().next_multiple_of(FILE_ALIGNMENT),
    );
    let resource = resource(description, &mut data, data_at);
    let mut file = headers(
        &text,
        &data,
        data_at,
        &[(0, exports), (1, imports), (2, resource), (6, debug)],
    );
    file.up_to(HEADERS)
        .bytes(&text.0)
        .align(FILE_ALIGNMENT)
        .bytes(&data.0)
        .align(FILE_ALIGNMENT);
    file.0
}

/// The headers. `directories` are numbers, addresses and sizes.
fn headers(
    text: &Bytes,
    data: &Bytes,
    data_at: usize,
    directories: &[(usize, (usize, usize))],
) -> Bytes {
    let mut file = Bytes::default();
    file.bytes(b"MZ").up_to(0x3c).u32(0x40).bytes(b"PE\0\0");
    file.u16(0x8664)
        .u16(2)
        .u32(0)
        .u32(0)
        .u32(0)
        .u16(240)
        .u16(0x2022);
    file.u16(0x20b)
        .u16(0)
        .u32(text.len())
        .u32(data.len())
        .u32(0)
        .u32(0)
        .u32(CODE)
        .u64(0x1_8000_0000);
    file.u32(0x1000)
        .u32(FILE_ALIGNMENT)
        .u16(6)
        .u16(0)
        .u32(0)
        .u16(6)
        .u16(0)
        .u32(0);
    file.u32((data_at + data.len()).next_multiple_of(0x1000))
        .u32(HEADERS)
        .u32(0)
        .u16(2)
        .u16(0x160);
    file.u64(0x10_0000)
        .u64(0x1000)
        .u64(0x10_0000)
        .u64(0x1000)
        .u32(0)
        .u32(16);
    for number in 0..16 {
        let place = directories
            .iter()
            .find(|(known, _)| *known == number)
            .map_or((0, 0), |(_, place)| *place);
        file.u32(place.0).u32(place.1);
    }
    sections(&mut file, text, data, data_at);
    file
}

/// The headers of sections.
fn sections(file: &mut Bytes, text: &Bytes, data: &Bytes, data_at: usize) {
    let code_size = text.len().next_multiple_of(FILE_ALIGNMENT);
    let data_size = data.len().next_multiple_of(FILE_ALIGNMENT);
    file.name(".text", 8)
        .u32(text.len())
        .u32(CODE)
        .u32(code_size)
        .u32(HEADERS)
        .u64(0)
        .u32(0)
        .u32(0x6000_0020);
    file.name(".rdata", 8)
        .u32(data.len())
        .u32(data_at)
        .u32(data_size)
        .u32(HEADERS + code_size)
        .u64(0)
        .u32(0)
        .u32(0x4000_0040);
}

/// The table of exports; its place.
fn exports(
    description: &Description,
    read_only: &ReadOnly,
    data: &mut Bytes,
    data_at: usize,
) -> (usize, usize) {
    let functions = description
        .functions
        .iter()
        .enumerate()
        .map(|(index, (name, _))| (name, CODE + index * code::SIZE));
    let texts = description
        .data
        .iter()
        .zip(&read_only.data)
        .map(|((name, _), at)| (name, data_at + at));
    let mut exports: Vec<(&String, usize)> = functions.chain(texts).collect();
    exports.sort_unstable();
    if exports.is_empty() && description.soname.is_none() {
        return (0, 0);
    }
    let start = data.align(4).len();
    let at = data_at + start;
    let (count, first) = (exports.len(), at + 40);
    let mut strings = Texts::default();
    let names_at = first + 10 * count;
    let soname = names_at + strings.add(description.soname.as_deref().unwrap_or(""));
    data.u32(0)
        .u32(0)
        .u32(0)
        .u32(soname)
        .u32(1)
        .u32(count)
        .u32(count);
    data.u32(first)
        .u32(first + 4 * count)
        .u32(first + 8 * count);
    for (_, address) in &exports {
        data.u32(*address);
    }
    for (name, _) in &exports {
        data.u32(names_at + strings.add(name));
    }
    for index in 0..count {
        data.u16(index);
    }
    data.bytes(&strings.bytes);
    (at, data.len() - start)
}

/// The table of imports; its place.
fn imports(description: &Description, data: &mut Bytes, data_at: usize) -> (usize, usize) {
    if description.needed.is_empty() {
        return (0, 0);
    }
    let names: Vec<usize> = description
        .needed
        .iter()
        .map(|name| {
            let at = data_at + data.len();
            data.bytes(name.as_bytes()).u8(0);
            at
        })
        .collect();
    let none = data_at + data.align(8).len();
    data.u64(0);
    let start = data.len();
    for name in names {
        data.u32(none).u32(0).u32(0).u32(name).u32(none);
    }
    data.up_to(data.len() + 20);
    (data_at + start, data.len() - start)
}

/// The directory that says where the debugging symbols are; its place. `in_file` is where the data begins there.
fn debug(
    description: &Description,
    data: &mut Bytes,
    data_at: usize,
    in_file: usize,
) -> (usize, usize) {
    let Some(id) = &description.build_id else {
        return (0, 0);
    };
    let start = data.align(4).len();
    let mut record = Bytes::default();
    record.bytes(b"RSDS").bytes(id).up_to(20);
    record.0.truncate(20);
    record.u32(1).bytes(b"forged.pdb\0");
    data.u32(0)
        .u32(0)
        .u32(0)
        .u32(2)
        .u32(record.len())
        .u32(data_at + start + 28)
        .u32(in_file + start + 28);
    data.bytes(&record.0);
    (data_at + start, 28)
}

/// The directory of resources with the one of the version; its place.
fn resource(description: &Description, data: &mut Bytes, data_at: usize) -> (usize, usize) {
    if description.resource.is_empty() {
        return (0, 0);
    }
    let texts = description.resource.iter().map(|(key, value)| {
        let mut wide = Bytes::default();
        wide.wide(value);
        block(key, wide.len() / 2, 1, &wide.0)
    });
    let table = block("040904b0", 0, 1, &joined(texts));
    let info = block("StringFileInfo", 0, 1, &table.0);
    let mut fixed = Bytes::default();
    fixed.u32(0xfeef_04bd).up_to(52).bytes(&info.0);
    let whole = block("VS_VERSION_INFO", 52, 0, &fixed.0);
    let start = data.align(4).len();
    // Three tables of one entry each: the kind, the name, the language.
    for (id, next) in [(16, 0x8000_0018), (1, 0x8000_0030), (0x409, 0x48)] {
        data.u32(0).u32(0).u32(0).u16(0).u16(1).u32(id).u32(next);
    }
    data.u32(data_at + start + 88)
        .u32(whole.len())
        .u32(0)
        .u32(0)
        .bytes(&whole.0);
    (data_at + start, data.len() - start)
}

/// A block of a version resource; `rest` is its value and what it holds.
fn block(key: &str, value_length: usize, kind: usize, rest: &[u8]) -> Bytes {
    let mut name = Bytes::default();
    name.wide(key);
    let head = (6 + name.len()).next_multiple_of(4);
    let mut block = Bytes::default();
    block.u16(head + rest.len()).u16(value_length).u16(kind);
    block.bytes(&name.0).align(4).bytes(rest);
    block
}

/// Blocks one after the other, each at a multiple of four bytes.
fn joined(blocks: impl Iterator<Item = Bytes>) -> Vec<u8> {
    let mut all = Bytes::default();
    for block in blocks {
        all.align(4).bytes(&block.0);
    }
    all.0
}
