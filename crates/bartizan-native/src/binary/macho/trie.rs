//! The trie in which Mach-O files keep what they export.
//!
//! Nodes are reached by offsets, so that a hostile trie may run in circles or lead to the same node in thousands of
//! ways; the number of steps and the depth are bounded.

use super::super::{NAME, name_at};

/// The most edges that are followed.
const EDGES: usize = 2_000_000;
/// The most bytes that all edges may add to names.
const BYTES: usize = 64 << 20;

/// A node whose children are not all done.
struct Open {
    /// Where the next edge stands.
    at: usize,
    /// How many edges are left.
    left: u8,
    /// The length of the name up to here.
    name: usize,
}

/// Hands out each exported name with its distance from the lowest address. Re-exports have none and are left out.
pub(super) fn walk(trie: &[u8], export: &mut dyn FnMut(&[u8], u64)) {
    let mut name = Vec::new();
    let mut open: Vec<Open> = node(trie, 0, &name, export).into_iter().collect();
    let mut bytes = 0;
    for _ in 0..EDGES {
        let Some(parent) = open.last_mut() else {
            return;
        };
        name.truncate(parent.name);
        if parent.left == 0 {
            open.pop();
            continue;
        }
        let Some(edge) = name_at(trie, parent.at) else {
            return;
        };
        let Some((child, next)) = number(trie, parent.at + edge.len() + 1) else {
            return;
        };
        parent.left -= 1;
        parent.at = next;
        bytes += edge.len();
        // Edges without letters may still lead deeper and deeper, in a circle.
        if name.len() + edge.len() > NAME || open.len() > NAME || bytes > BYTES {
            return;
        }
        name.extend_from_slice(edge);
        let Ok(child) = usize::try_from(child) else {
            return;
        };
        open.extend(node(trie, child, &name, export));
    }
}

/// Reads a node: hands out what ends there, and says where its edges are.
fn node(trie: &[u8], at: usize, name: &[u8], export: &mut dyn FnMut(&[u8], u64)) -> Option<Open> {
    const REEXPORT: u64 = 8;
    let (size, at) = number(trie, at)?;
    if size > 0 {
        let (flags, address) = number(trie, at)?;
        if flags & REEXPORT == 0
            && let Some((address, _)) = number(trie, address)
        {
            export(name, address);
        }
    }
    let edges = at.checked_add(usize::try_from(size).ok()?)?;
    let left = *trie.get(edges)?;
    Some(Open {
        at: edges + 1,
        left,
        name: name.len(),
    })
}

/// A number in groups of seven bits, the lowest first, and where the next byte is.
fn number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for (count, byte) in bytes.get(at..)?.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (count * 7);
        if byte & 0x80 == 0 {
            return Some((value, at + count + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::walk;

    fn check(trie: &[u8], expect: &str) {
        let mut found = Vec::new();
        walk(trie, &mut |name, address| {
            found.push(format!("{} {address:#x}", String::from_utf8_lossy(name)));
        });
        assert_eq!(found.join(", "), expect);
    }

    #[test]
    fn names_are_put_together() {
        let trie = b"\0\x01_a\0\x06\x03\0\x90\x20\x02b\0\x11c\0\x15\x02\0\x01\0\x02\0\x02\0";
        check(trie, "_a 0x1010, _ab 0x1, _ac 0x2");
    }

    #[test]
    fn circles_end() {
        check(b"\0\x01\0\0", "");
        check(b"\0\x02a\0\0b\0\0", "");
    }

    #[test]
    fn a_thousand_ways_to_one_node_end() {
        let mut trie = Vec::new();
        for level in 1..=20 {
            let next = 8 * level;
            trie.extend([0, 2, b'a', 0, next, b'b', 0, next]);
        }
        trie.extend([0, 0]);
        check(&trie, "");
    }

    #[test]
    fn what_is_cut_off_is_left_out() {
        check(b"", "");
        check(b"\0\x01_a\0", "");
        check(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "");
    }
}
