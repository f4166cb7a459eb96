//! Many texts found in one pass over hundreds of megabytes, nearly all of which hold none of them.
//!
//! A text of four bytes has three bytes in a row that begin at an even place, wherever it stands. So only every second
//! place is looked at, and its three bytes are looked up in a small set of those with which some text begins at its
//! first or second byte. An automaton that takes every byte costs four times as much.

use std::{cmp::Reverse, ops::Range};

/// The shortest text that is found; shorter ones occur by chance.
pub(super) const SHORTEST: usize = 4;

/// How many bits the set has, as a power of two: small enough for the fastest memory, large enough to be nearly empty.
const BITS: u32 = 16;

/// Texts to be found.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    texts: Vec<Vec<u8>>,
    /// One bit for each hash of three bytes.
    set: Vec<u64>,
    /// The three bytes at the first two places of each text, with the place and the text's number, sorted; the second place
    /// before the first, since what is found by it began earlier.
    beginnings: Vec<(u32, Reverse<usize>, usize)>,
}

impl Anchors {
    /// Of texts that have at least four bytes; shorter ones are never found.
    pub fn new<T: Into<Vec<u8>>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<Vec<u8>> = texts.into_iter().map(Into::into).collect();
        let long = texts
            .iter()
            .enumerate()
            .filter(|(_, text)| text.len() >= SHORTEST);
        let mut beginnings: Vec<_> = long
            .flat_map(|(number, text)| {
                let threes = text.array_windows().take(2).enumerate();
                threes.map(move |(place, three)| (key(*three), Reverse(place), number))
            })
            .collect();
        beginnings.sort_unstable();
        let mut set = vec![0; 1 << (BITS - u64::BITS.ilog2())];
        for (key, ..) in &beginnings {
            let (word, bit) = place_of(*key);
            if let Some(word) = set.get_mut(word) {
                *word |= bit;
            }
        }
        Self {
            texts,
            set,
            beginnings,
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Calls `found` with the number of a text and its range, for every place where one stands; those of one text come
    /// in order.
    pub fn find(&self, bytes: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        if self.beginnings.is_empty() {
            return;
        }
        for (index, four) in bytes.array_windows::<4>().step_by(2).enumerate() {
            let key = u32::from_le_bytes(*four) & 0x00ff_ffff;
            if self.may_begin(key) {
                self.look(bytes, index * 2, key, &mut found);
            }
        }
        // The last three bytes are no four.
        if let Some(three) = bytes.last_chunk::<3>()
            && (bytes.len() - three.len()).is_multiple_of(2)
        {
            self.look(bytes, bytes.len() - three.len(), key(*three), &mut found);
        }
    }

    fn may_begin(&self, key: u32) -> bool {
        let (word, bit) = place_of(key);
        self.set.get(word).is_some_and(|word| word & bit != 0)
    }

    fn look(&self, bytes: &[u8], at: usize, key: u32, found: &mut impl FnMut(usize, Range<usize>)) {
        let first = self.beginnings.partition_point(|(other, ..)| *other < key);
        let same = self.beginnings.iter().skip(first);
        for (_, Reverse(place), number) in same.take_while(|(other, ..)| *other == key) {
            let text = self.texts.get(*number).map_or(&[][..], Vec::as_slice);
            let start = at.checked_sub(*place);
            let rest = start.and_then(|start| Some((start, bytes.get(start..)?)));
            if let Some((start, rest)) = rest
                && rest.starts_with(text)
            {
                found(*number, start..start + text.len());
            }
        }
    }
}

fn key([a, b, c]: [u8; 3]) -> u32 {
    u32::from_le_bytes([a, b, c, 0])
}

/// The word and the bit of a key in the set.
fn place_of(key: u32) -> (usize, u64) {
    let hash = key.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS);
    (
        (hash >> u64::BITS.ilog2()) as usize,
        1 << (hash % u64::BITS),
    )
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::*;

    /// What an automaton finds, by text.
    fn by_automaton(texts: &[Vec<u8>], bytes: &[u8]) -> Vec<(usize, usize)> {
        let automaton = AhoCorasick::new(texts).unwrap();
        let found = automaton.find_overlapping_iter(bytes);
        let mut found: Vec<_> = found
            .map(|it| (it.pattern().as_usize(), it.start()))
            .collect();
        found.sort_unstable();
        found
    }

    fn check(texts: &[Vec<u8>], bytes: &[u8]) {
        let mut found = Vec::new();
        Anchors::new(texts.to_vec()).find(bytes, |number, range| {
            assert_eq!(bytes[range.clone()], texts[number]);
            found.push((number, range.start));
        });
        let of_one = |number| found.iter().filter(move |it| it.0 == number);
        assert!((0..texts.len()).all(|number| of_one(number).is_sorted()));
        found.sort_unstable();
        assert_eq!(found, by_automaton(texts, bytes));
    }

    #[test]
    fn a_text_is_found_wherever_it_stands() {
        let texts = ["/xz-", "OpenSSL ", "SSL 1", "aaaa"].map(|it| it.as_bytes().to_vec());
        for before in 0..9 {
            for after in 0..9 {
                let bytes = format!("{}OpenSSL 1/xz-{}", "a".repeat(before), "a".repeat(after));
                check(&texts, bytes.as_bytes());
            }
        }
        check(&texts, b"");
        check(&[], b"OpenSSL 1");
        let mut nothing = Vec::new();
        Anchors::new(["abc"]).find(b"abc", |number, _| nothing.push(number));
        assert!(nothing.is_empty());
    }

    proptest! {
        #[test]
        fn as_an_automaton_does(
            texts in prop::collection::vec("[ab]{4,7}", 0..6),
            bytes in "[ab]{0,60}",
        ) {
            let texts: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
            check(&texts, bytes.as_bytes());
        }

        #[test]
        fn never_panics(texts in prop::collection::vec("\\PC{0,6}", 0..6), bytes: Vec<u8>) {
            Anchors::new(texts).find(&bytes, |_, _| {});
        }
    }
}
