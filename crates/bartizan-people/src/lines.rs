//! How many lines make one text another: the smallest number that must come and go.
//!
//! That number is a fact about the two texts and not about an algorithm: the lines that are in both, in the same order, as
//! many as possible (the longest common subsequence), stay. `git diff --minimal` counts the same. No way from the one to the
//! other is needed to know its length, so it is found by bits (Hyyrö 2004): a word for 64 lines of the old text, of which only
//! those are touched where the line at hand occurs, or where a carry runs.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// How much of a file tells whether it is text, as git decides it: no zero within it.
const LOOKED_AT: usize = 8_000;

/// The most steps for one pair of texts, each on 64 lines: a second of work, which takes texts of hundreds of thousands of
/// lines that have nothing in common.
const MOST_STEPS: u64 = 1 << 30;

/// The most lines of the old text, once what both begin and end with is gone: a hundred megabytes of memory.
const MOST_LINES: usize = 1 << 21;

/// Lines that come and lines that go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Lines that come.
    pub added: u32,
    /// Lines that go.
    pub removed: u32,
}

/// Whether it is no text.
pub fn is_binary(content: &[u8]) -> bool {
    content.get(..LOOKED_AT).unwrap_or(content).contains(&0)
}

/// How many lines make the old text the new one; `None` where that takes too much time or memory to find out.
pub fn count(old: &[u8], new: &[u8]) -> Option<Counted> {
    count_within(old, new, MOST_STEPS)
}

fn count_within(old: &[u8], new: &[u8], most_steps: u64) -> Option<Counted> {
    let (old, new) = without_common_ends(old, new);
    if old.is_empty() || new.is_empty() {
        return Some(Counted {
            added: number(lines_of(new))?,
            removed: number(lines_of(old))?,
        });
    }
    if lines_of(old) > MOST_LINES {
        return None;
    }
    let seeds = RandomState::new();
    let mut texts = Texts::of(old, Fast::new(&seeds));
    let kept = texts.common(new, most_steps)?;
    Some(Counted {
        added: number(texts.new_lines - kept)?,
        removed: number(texts.old_lines - kept)?,
    })
}

fn number(lines: usize) -> Option<u32> {
    u32::try_from(lines).ok()
}

/// The number of lines; what stands behind the last end of a line is one too.
fn lines_of(text: &[u8]) -> usize {
    let ends = memchr::memchr_iter(b'\n', text).count();
    ends + usize::from(text.last().is_some_and(|byte| *byte != b'\n'))
}

/// Whole lines that both begin and end with are in every longest common part.
fn without_common_ends<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let common = common_start(old, new);
    let head = old.get(..common).unwrap_or_default();
    let start = if common == old.len() && common == new.len() {
        common
    } else {
        head.iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1)
    };
    let old = old.get(start..).unwrap_or_default();
    let new = new.get(start..).unwrap_or_default();
    let common = common_end(old, new);
    let tail = old.get(old.len() - common..).unwrap_or_default();
    let first = tail
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(tail.len(), |at| at + 1);
    let length = tail.len() - first;
    (
        old.get(..old.len() - length).unwrap_or_default(),
        new.get(..new.len() - length).unwrap_or_default(),
    )
}

/// Compared in blocks, which the processor does many bytes at once.
const BLOCK: usize = 64;

fn common_start(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK));
    let equal = blocks.take_while(|(one, other)| one == other).count() * BLOCK;
    let old = old.get(equal..).unwrap_or_default();
    let new = new.get(equal..).unwrap_or_default();
    equal
        + old
            .iter()
            .zip(new)
            .take_while(|(one, other)| one == other)
            .count()
}

fn common_end(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK));
    let equal = blocks.take_while(|(one, other)| one == other).count() * BLOCK;
    let old = old.get(..old.len() - equal).unwrap_or_default();
    let new = new.get(..new.len() - equal).unwrap_or_default();
    let rest = old.iter().rev().zip(new.iter().rev());
    equal + rest.take_while(|(one, other)| one == other).count()
}

/// Where a line of the old text stands: words of 64 lines, and which of them.
type Places = Vec<(usize, u64)>;

struct Texts<'a> {
    places: HashMap<&'a [u8], Places, Fast>,
    old_lines: usize,
    new_lines: usize,
}

impl<'a> Texts<'a> {
    fn of(old: &'a [u8], hash: Fast) -> Self {
        let mut places: HashMap<&[u8], Places, Fast> = HashMap::with_hasher(hash);
        let mut old_lines = 0;
        for (at, line) in old.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let (word, bit) = (at / 64, 1_u64 << (at % 64));
            let places = places.entry(line).or_default();
            match places.last_mut() {
                Some((last, bits)) if *last == word => *bits |= bit,
                _ => places.push((word, bit)),
            }
            old_lines = at + 1;
        }
        Self {
            places,
            old_lines,
            new_lines: 0,
        }
    }

    /// How many lines can stay.
    fn common(&mut self, new: &[u8], most_steps: u64) -> Option<usize> {
        // A one is a line at which nothing more of the new text finds a place than at the line before.
        let mut row = vec![u64::MAX; self.old_lines.div_ceil(64)];
        let mut steps = 0_u64;
        for line in new.split_inclusive(|byte| *byte == b'\n') {
            self.new_lines += 1;
            if let Some(places) = self.places.get(line) {
                steps = steps.saturating_add(advance(&mut row, places));
            }
            if steps > most_steps {
                return None;
            }
        }
        let last = self.old_lines % 64;
        if last > 0
            && let Some(word) = row.last_mut()
        {
            *word |= u64::MAX << last;
        }
        Some(row.iter().map(|word| word.count_zeros() as usize).sum())
    }
}

/// Takes one line of the new text into account: `row = (row + (row & places)) | (row & !places)` over a number of many words.
fn advance(row: &mut [u64], places: &Places) -> u64 {
    let (mut carry, mut at, mut steps) = (false, 0, 0);
    let mut places = places.iter().copied().peekable();
    loop {
        // Without a carry nothing changes until the next place.
        if !carry {
            match places.peek() {
                Some((next, _)) => at = *next,
                None => return steps,
            }
        }
        let Some(word) = row.get_mut(at) else {
            return steps;
        };
        let here = places
            .next_if(|(next, _)| *next == at)
            .map_or(0, |(_, bits)| bits);
        let (sum, first) = word.overflowing_add(*word & here);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *word = sum | (*word & !here);
        carry = first || second;
        at += 1;
        steps += 1;
    }
}

/// A fast hash with a seed that nobody knows: whoever writes files must not choose which lines collide.
#[derive(Clone)]
struct Fast {
    seed: u64,
}

struct FastState {
    state: u64,
}

impl Fast {
    fn new(seeds: &RandomState) -> Self {
        Self {
            seed: seeds.hash_one(0_u8),
        }
    }
}

impl BuildHasher for Fast {
    type Hasher = FastState;

    fn build_hasher(&self) -> FastState {
        FastState { state: self.seed }
    }
}

impl FastState {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * 0x9E37_79B9_7F4A_7C15;
        let (high, low) = (product >> 64, product & u128::from(u64::MAX));
        self.state = u64::try_from(high ^ low)
            .unwrap_or_default()
            .rotate_left(29)
            ^ word;
    }
}

impl std::hash::Hasher for FastState {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in words.by_ref() {
            self.fold(word.try_into().map_or(0, u64::from_le_bytes));
        }
        let mut last = [0; 8];
        last.iter_mut()
            .zip(words.remainder())
            .for_each(|(to, from)| *to = *from);
        self.fold(u64::from_le_bytes(last));
    }

    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.state) * 0xF39C_C060_5CED_C835;
        u64::try_from((product >> 64) ^ (product & u128::from(u64::MAX))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use imara_diff::{Algorithm, Diff, InternedInput};
    use proptest::prelude::*;

    use super::*;

    fn check(old: &str, new: &str) -> (u32, u32) {
        let counted = count(old.as_bytes(), new.as_bytes()).unwrap();
        (counted.added, counted.removed)
    }

    #[test]
    fn lines_that_come_and_go() {
        for (old, new, expect) in [
            ("", "", (0, 0)),
            ("", "a", (1, 0)),
            ("", "a\nb\n", (2, 0)),
            ("a\n", "", (0, 1)),
            ("a\n", "a\n", (0, 0)),
            ("a", "a\n", (1, 1)),
            ("a\nb", "a\nb\nc", (2, 1)),
            ("a\nb\nc\n", "a\nx\nc\n", (1, 1)),
            ("a\nb\nc\nd\n", "b\nd\na\nc\n", (2, 2)),
            ("x\n\n\ny\n", "x\n\ny\n", (0, 1)),
            ("ab\n", "b\n", (1, 1)),
            ("a\r\n", "a\n", (1, 1)),
        ] {
            assert_eq!(check(old, new), expect, "{old:?} {new:?}");
        }
    }

    #[test]
    fn more_lines_than_a_word_has_bits() {
        let lines = |count: usize, of: fn(usize) -> usize| {
            let lines = (0..count).map(|it| format!("{}\n", of(it)));
            lines.collect::<Vec<_>>().concat()
        };
        let (old, new) = (lines(1_000, |it| it % 90), lines(900, |it| it * 7 % 90));
        assert_eq!(check(&old, &new), by_table(&old, &new));
        let far = lines(5_000, |it| it);
        let edited = far.replace("\n77\n", "\n").replace("\n4321\n", "\nx\ny\n");
        assert_eq!(check(&far, &edited), (2, 2));
    }

    #[test]
    fn what_takes_too_long_is_not_counted() {
        let old = "a\n".repeat(1 << 10);
        let new = "b\na\n".repeat(1 << 10) + "b\n";
        let counted = |most| count_within(old.as_bytes(), new.as_bytes(), most).is_some();
        assert_eq!((counted(1 << 12), counted(1 << 15)), (false, true));
    }

    #[test]
    fn a_zero_makes_it_binary() {
        assert!(is_binary(b"a\0b"));
        assert!(!is_binary(&[b"a".repeat(8_000), b"\0".to_vec()].concat()));
    }

    /// The textbook's table.
    fn by_table(old: &str, new: &str) -> (u32, u32) {
        let lines = |text: &str| {
            text.split_inclusive('\n')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let (old, new) = (lines(old), lines(new));
        let mut row = vec![0_u32; old.len() + 1];
        for line in &new {
            let mut before = 0;
            for at in 0..old.len() {
                let above = row[at + 1];
                row[at + 1] = if *line == old[at] {
                    before + 1
                } else {
                    above.max(row[at])
                };
                before = above;
            }
        }
        let kept = row[old.len()];
        (
            u32::try_from(new.len()).unwrap() - kept,
            u32::try_from(old.len()).unwrap() - kept,
        )
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec("[abc]{0,2}\n", 0..200)
            .prop_flat_map(|lines| (Just(lines.concat()), "[abc]{0,2}"))
            .prop_map(|(text, end)| text + &end)
    }

    proptest! {
        #[test]
        fn as_the_textbook_and_never_more_than_a_difference(old in text(), new in text()) {
            let (added, removed) = check(&old, &new);
            prop_assert_eq!((added, removed), by_table(&old, &new));
            // What calls itself minimal passes over lines that are frequent, and then finds a longer way (seen with
            // "\n\n" and "ca\nbc\n\nab\na"): never a shorter one, and longer by as much on both sides.
            let input = InternedInput::new(old.as_str(), new.as_str());
            let diff = Diff::compute(Algorithm::MyersMinimal, &input);
            prop_assert!(added <= diff.count_additions());
            prop_assert_eq!(diff.count_additions() - added, diff.count_removals() - removed);
        }
    }
}
