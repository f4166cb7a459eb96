//! The trie in which Mach-O files keep what they export.
//!
//! Nodes are reached by offsets, so that a hostile trie may run in circles or lead to the same node in thousands of
//! ways; the number of steps and the depth are bounded.

/// The most edges that are followed.
const EDGES: usize = 2_000_000;
/// The longest name, and with it the deepest node.
const NAME: usize = 4096;
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
        let Some(edge) = super::name_at(trie, parent.at) else {
            return;
        };
        let Some((child, next)) = number(trie, parent.at + edge.len() + 1) else {
            return;
        };
        parent.left -= 1;
        parent.at = next;
        bytes += edge.len();
        // An edge without letters to a node that is open can only be a circle.
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
