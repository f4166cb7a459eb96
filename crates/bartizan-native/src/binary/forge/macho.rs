//! Libraries of macOS.

use super::{Bytes, Description, ReadOnly, Target, Texts, code};

/// How long the load commands of a file are at most; the code comes after them.
const COMMANDS: usize = 0x1000;

/// Builds a file for one machine.
pub(super) fn build(description: &Description, target: Target) -> Vec<u8> {
    let read_only = ReadOnly::of(description);
    let constants = COMMANDS + description.functions.len() * code::SIZE;
    let mut text = Bytes::default();
    for ((_, answer), at) in description.functions.iter().zip(&read_only.answers) {
        let address = COMMANDS + text.len();
        text.bytes(&code::function(target, answer, address, constants + at));
    }
    let mut names = Texts::with_empty();
    let mut symbols = Bytes::default();
    for (index, (name, _)) in description.functions.iter().enumerate() {
        symbols
            .u32(names.add(&format!("_{name}")))
            .u8(0x0f)
            .u8(1)
            .u16(0)
            .u64(COMMANDS + index * code::SIZE);
    }
    for ((name, _), at) in description.data.iter().zip(&read_only.data) {
        symbols
            .u32(names.add(&format!("_{name}")))
            .u8(0x0f)
            .u8(2)
            .u16(0)
            .u64(constants + at);
    }
    let link = (constants + read_only.texts.bytes.len()).next_multiple_of(0x1000);
    let sizes = Sizes {
        text: text.len(),
        constants: read_only.texts.bytes.len(),
        link,
        symbols: symbols.len(),
        names: names.bytes.len(),
    };
    let (commands, count) = commands(description, &sizes);
    let mut file = Bytes::default();
    let (machine, variant) = machine(target);
    file.u32(0xfeed_facf)
        .u32(machine)
        .u32(variant)
        .u32(6)
        .u32(count)
        .u32(commands.len())
        .u32(0x85)
        .u32(0);
    file.bytes(&commands.0)
        .up_to(COMMANDS)
        .bytes(&text.0)
        .bytes(&read_only.texts.bytes);
    file.up_to(link).bytes(&symbols.0).bytes(&names.bytes);
    file.0
}

/// Builds a universal file.
pub(super) fn universal(description: &Description) -> Vec<u8> {
    let mut file = Bytes::default();
    let parts = [Target::MachOX86_64, Target::MachOAarch64]
        .map(|target| (target, build(description, target)));
    file.bytes(&0xcafe_babe_u32.to_be_bytes())
        .bytes(&2_u32.to_be_bytes());
    let mut at = 0x1000;
    for (target, part) in &parts {
        let (machine, variant) = machine(*target);
        for value in [machine, variant, at, part.len(), 12] {
            let [.., a, b, c, d] = value.to_be_bytes();
            file.bytes(&[a, b, c, d]);
        }
        at += part.len().next_multiple_of(0x1000);
    }
    for (_, part) in &parts {
        file.align(0x1000).bytes(part);
    }
    file.0
}

/// The number of a machine, and of its variant.
fn machine(target: Target) -> (usize, usize) {
    if target == Target::MachOAarch64 {
        (0x0100_000c, 0)
    } else {
        (0x0100_0007, 3)
    }
}

/// How long the parts are.
struct Sizes {
    text: usize,
    constants: usize,
    link: usize,
    symbols: usize,
    names: usize,
}

/// The load commands and their number.
fn commands(description: &Description, sizes: &Sizes) -> (Bytes, usize) {
    let mut commands = Bytes::default();
    let mut count = 3;
    let end = sizes.link;
    commands
        .u32(0x19)
        .u32(72 + 2 * 80)
        .name("__TEXT", 16)
        .u64(0)
        .u64(end)
        .u64(0)
        .u64(end)
        .u32(5)
        .u32(5)
        .u32(2)
        .u32(0);
    for (name, at, size, flags) in [
        ("__text", COMMANDS, sizes.text, 0x8000_0400),
        ("__const", COMMANDS + sizes.text, sizes.constants, 0),
    ] {
        commands
            .name(name, 16)
            .name("__TEXT", 16)
            .u64(at)
            .u64(size)
            .u32(at)
            .u32(0)
            .u32(0)
            .u32(0)
            .u32(flags)
            .u32(0)
            .u32(0)
            .u32(0);
    }
    let link_size = sizes.symbols + sizes.names;
    commands
        .u32(0x19)
        .u32(72)
        .name("__LINKEDIT", 16)
        .u64(end)
        .u64(link_size.next_multiple_of(0x1000));
    commands.u64(end).u64(link_size).u32(1).u32(1).u32(0).u32(0);
    commands
        .u32(2)
        .u32(24)
        .u32(end)
        .u32(sizes.symbols / 16)
        .u32(end + sizes.symbols)
        .u32(sizes.names);
    count += named(description, &mut commands);
    (commands, count)
}

/// The commands that the description asks for; their number.
fn named(description: &Description, commands: &mut Bytes) -> usize {
    let mut count = 0;
    if let Some(name) = &description.soname {
        dylib(commands, 0x0d, name);
        count += 1;
    }
    for name in &description.needed {
        dylib(commands, 0x0c, name);
        count += 1;
    }
    if let Some(id) = &description.build_id {
        let end = commands.len() + 24;
        commands
            .u32(0x1b)
            .u32(24)
            .bytes(id.get(..16).unwrap_or(id))
            .up_to(end);
        count += 1;
    }
    count
}

/// A command that names a library.
fn dylib(commands: &mut Bytes, kind: usize, name: &str) {
    let size = (24 + name.len() + 1).next_multiple_of(8);
    let end = commands.len() + size;
    commands
        .u32(kind)
        .u32(size)
        .u32(24)
        .u32(2)
        .u32(0x1_0000)
        .u32(0x1_0000)
        .bytes(name.as_bytes())
        .up_to(end);
}
