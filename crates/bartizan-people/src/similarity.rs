//! How much two contents have in common, for files that moved and were changed on the way.
//!
//! A content is a heap of pieces: its lines, long ones in parts. What two have in common is what lies in both heaps, wherever it
//! stands, in bytes of the larger one: the measure that git takes too, so that both tell the same files as moved.

use std::{borrow::Cow, cmp::Ordering};

use crate::lines;

/// The longest piece in bytes: a line of a file without ends of lines is no piece by itself.
const LONGEST_PIECE: usize = 64;

/// All of it.
pub const WHOLE: u32 = 1_000_000;

/// A file moved where at least so much is the same: half, as git has it.
pub const MOVED: u32 = WHOLE / 2;

/// The same where no other file of either side has the name: three quarters, as git has it.
pub const MOVED_UNDER_ITS_NAME: u32 = WHOLE / 4 * 3;

/// A content as pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pieces {
    /// Hashes of pieces, each with the bytes of all that have it, sorted.
    heap: Vec<(u64, u64)>,
    bytes: u64,
}

impl Pieces {
    /// Takes a content to pieces. Of a text it does not count how its lines end.
    pub fn of(content: &[u8]) -> Self {
        let mut heap: Vec<(u64, u64)> = Vec::with_capacity(content.len() / 32);
        for line in with_plain_ends(content).split_inclusive(|byte| *byte == b'\n') {
            let pieces = line.chunks(LONGEST_PIECE);
            heap.extend(pieces.map(|piece| (hash(piece), piece.len() as u64)));
        }
        heap.sort_unstable();
        heap.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        heap.shrink_to_fit();
        Self {
            heap,
            bytes: content.len() as u64,
        }
    }

    /// How many different pieces there are: what it costs to compare them.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// Whether the lengths alone allow for that much in common.
    pub fn may_share(&self, other: &Self, least: u32) -> bool {
        let (less, more) = (self.bytes.min(other.bytes), self.bytes.max(other.bytes));
        less > 0 && u128::from(less) * u128::from(WHOLE) >= u128::from(more) * u128::from(least)
    }

    /// How much both have in common, in parts of [`WHOLE`].
    pub fn shared(&self, other: &Self) -> u32 {
        let larger = self.bytes.max(other.bytes);
        if larger == 0 {
            return 0;
        }
        let (mut left, mut right) = (self.heap.iter().peekable(), other.heap.iter().peekable());
        let mut common = 0_u64;
        while let (Some((one, bytes)), Some((other, others))) = (left.peek(), right.peek()) {
            match one.cmp(other) {
                Ordering::Less => {
                    left.next();
                }
                Ordering::Greater => {
                    right.next();
                }
                Ordering::Equal => {
                    common += bytes.min(others);
                    left.next();
                    right.next();
                }
            }
        }
        let parts = u128::from(common) * u128::from(WHOLE) / u128::from(larger);
        u32::try_from(parts).unwrap_or(WHOLE)
    }
}

/// A text without what some systems write before the end of a line.
fn with_plain_ends(content: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(content, b"\r\n").is_none() || lines::is_binary(content) {
        return Cow::Borrowed(content);
    }
    let mut plain = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(start) => plain.extend(start.iter().chain(b"\n")),
            None => plain.extend_from_slice(line),
        }
    }
    Cow::Owned(plain)
}

/// A hash of a piece. Whoever makes two pieces collide makes two files similar, which is easier by making them similar.
fn hash(piece: &[u8]) -> u64 {
    let mut state = piece.len() as u64;
    for word in piece.chunks(8) {
        let mut bytes = [0; 8];
        bytes
            .iter_mut()
            .zip(word)
            .for_each(|(to, from)| *to = *from);
        let mixed = (state ^ u64::from_le_bytes(bytes)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        state = mixed ^ (mixed >> 32);
    }
    state
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(old: &str, new: &str) -> u32 {
        let (old, new) = (Pieces::of(old.as_bytes()), Pieces::of(new.as_bytes()));
        old.shared(&new)
    }

    #[test]
    fn what_is_in_both() {
        for (old, new, expect) in [
            ("", "", 0),
            ("", "a\n", 0),
            ("a\n", "a\n", WHOLE),
            ("a\nb\n", "b\na\n", WHOLE),
            ("a\nb\n", "a\nc\n", WHOLE / 2),
            ("a\na\na\n", "a\n", WHOLE / 3),
            ("a\nb\nc\nd\n", "a\nb\nc\n", WHOLE / 4 * 3),
            ("one\r\n\r\n", "one\n\n", 714_285),
            ("a\0\r\n", "a\0\n", 0),
            ("no end", "no end", WHOLE),
        ] {
            assert_eq!(check(old, new), expect, "{old:?} {new:?}");
        }
        let (long, longer) = ("x".repeat(640), "x".repeat(640) + &"y".repeat(640));
        assert_eq!(check(&long, &longer), WHOLE / 2);
    }

    proptest! {
        #[test]
        fn it_is_mutual_and_never_more_than_lengths_allow(
            one in "([ab]{0,3}(\n|\r\n)){0,20}[ab]{0,70}",
            other in "([ab]{0,3}(\n|\r\n)){0,20}[ab]{0,70}",
        ) {
            let shared = check(&one, &other);
            prop_assert_eq!(shared, check(&other, &one));
            prop_assert!(shared <= WHOLE);
            let (first, second) = (Pieces::of(one.as_bytes()), Pieces::of(other.as_bytes()));
            prop_assert!(shared == 0 || first.may_share(&second, shared));
            if !one.is_empty() && !one.contains('\r') {
                prop_assert_eq!(first.shared(&first), WHOLE);
            }
        }
    }
}
