//! Whole histories: packed references, commits, trees, a tag and contents, under hashes that they do not have. Whatever stands
//! there is read to its end, and twice alike.
#![no_main]

use std::{fs, path::Path};

use bartizan_sources::past::{self, Wanted};
use libfuzzer_sys::fuzz_target;

/// What stands between the parts: references first, then objects.
const BETWEEN: &[u8] = b"\n%%\n";

/// The kinds of the objects; the hash of each is its number, forty times.
const KINDS: [&str; 7] = ["commit", "commit", "tree", "tree", "tag", "blob", "blob"];

fuzz_target!(|bytes: &[u8]| {
    let root = std::env::temp_dir().join(format!("bartizan-fuzz-history-{}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    let mut parts = parts(bytes).into_iter();
    lay(&root, "HEAD", format!("{}\n", "1".repeat(40)).as_bytes());
    lay(
        &root,
        "config",
        b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    );
    lay(&root, "refs/heads/x", b"\n");
    lay(&root, "packed-refs", parts.next().unwrap_or_default());
    for ((number, kind), data) in (1..).zip(KINDS).zip(parts) {
        let name = format!(
            "objects/{}/{}",
            number.to_string().repeat(2),
            number.to_string().repeat(38)
        );
        let text = [format!("{kind} {}\0", data.len()).as_bytes(), data].concat();
        lay(&root, &name, &packed(&text));
    }
    let wanted = Wanted {
        lines: true,
        kept: None,
        ..Wanted::default()
    };
    let read = || {
        past::read(&root, &wanted, &mut ())
            .ok()
            .map(|it| it.history)
    };
    let history = read();
    assert!(history.as_ref().is_none_or(|it| it.commits.len() <= 2));
    assert_eq!(history, read());
    let _ = fs::remove_dir_all(&root);
});

fn lay(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a name in a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|it| it == BETWEEN) {
        parts.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    parts.push(rest);
    parts
}

/// The form of zlib, without making anything smaller (RFC 1950, RFC 1951 section 3.2.4).
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        packed.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).expect("a short block");
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    packed.extend((high << 16 | low).to_be_bytes());
    packed
}
