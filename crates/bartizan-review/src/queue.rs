//! What several changes that wait for a review have to be ordered by: the weight of each, and how much of it has to be read.
//!
//! A change weighs what its heaviest entry weighs, and a little for all others: many small things must not stand before one
//! that matters. Nothing here knows who wrote it.

use std::collections::{BTreeSet, HashMap};

use crate::{
    Entry,
    change::FileChange,
    score::{Score, Thousandths},
};

/// The most that all entries but the heaviest add.
const MOST_OTHERS: i32 = 100;

/// Of what the others weigh together, so much is added.
const PART_OF_OTHERS: i32 = 10;

/// The name of the share of all entries but the heaviest.
pub const OTHERS: &str = "others";

/// The weight of a change out of the scores of its entries, the heaviest first: the shares of that one, and one for the rest.
pub fn weight<'a>(scores: impl IntoIterator<Item = &'a Score>) -> Score {
    let mut scores = scores.into_iter();
    let Some(first) = scores.next() else {
        return Score::default();
    };
    let rest = scores.fold(0_i32, |sum, it| sum.saturating_add(it.value.0));
    let room = 1_000_i32.saturating_sub(first.value.0);
    let others = (rest / PART_OF_OTHERS).clamp(0, MOST_OTHERS).min(room);
    let mut shares = first.shares.clone();
    shares.push((OTHERS, Thousandths(others)));
    Score {
        value: Thousandths(first.value.0 + others),
        shares,
    }
}

/// How many lines of its texts a change takes away and puts in. A line that only moved within its file is no changed one, and
/// what is no text has none.
pub fn changed_lines(change: &FileChange) -> usize {
    if change.is_move() {
        return 0;
    }
    let text = |it: &Option<crate::change::File>| {
        it.as_ref()
            .and_then(|it| it.text())
            .unwrap_or_default()
            .to_owned()
    };
    let (before, after) = (text(&change.before), text(&change.after));
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for line in before.lines() {
        *counts.entry(line).or_default() -= 1;
    }
    for line in after.lines() {
        *counts.entry(line).or_default() += 1;
    }
    let all = counts.values().map(|it| it.unsigned_abs());
    all.fold(0, |sum, it| {
        sum + usize::try_from(it).unwrap_or(usize::MAX >> 1)
    })
}

/// How many lines somebody reads who looks at every entry with the lines around it. An entry about a whole file counts as one.
pub fn lines_to_read<'a, 'r: 'a>(entries: impl IntoIterator<Item = &'a Entry<'r>>) -> usize {
    let mut lines: BTreeSet<(&str, u32)> = BTreeSet::new();
    for entry in entries {
        match &entry.excerpt {
            Some((first, excerpt)) => {
                let numbers = (*first..).take(excerpt.len());
                lines.extend(numbers.map(|number| (entry.file.as_str(), number)));
            }
            None => {
                lines.insert((entry.file.as_str(), entry.line.unwrap_or(0)));
            }
        }
    }
    lines.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Review, change::File, rule::Rules};

    fn score(value: i32) -> Score {
        Score {
            value: Thousandths(value),
            shares: vec![("evidence", Thousandths(value))],
        }
    }

    fn check(values: &[i32]) -> String {
        let scores: Vec<Score> = values.iter().map(|it| score(*it)).collect();
        let weight = weight(&scores);
        let shares = weight
            .shares
            .iter()
            .map(|(name, share)| format!("{name} {share}"));
        format!(
            "{}: {}",
            weight.value,
            shares.collect::<Vec<_>>().join(", ")
        )
    }

    #[test]
    fn the_heaviest_counts_and_the_others_a_little() {
        assert_eq!(check(&[]), "0.000: ");
        assert_eq!(check(&[600]), "0.600: evidence 0.600, others 0.000");
        assert_eq!(check(&[600, 300]), "0.630: evidence 0.600, others 0.030");
        assert_eq!(check(&[100; 50]), "0.200: evidence 0.100, others 0.100");
        assert_eq!(check(&[980, 980]), "1.000: evidence 0.980, others 0.020");
    }

    fn change(before: &str, after: &str) -> FileChange {
        FileChange {
            before: Some(File::new("a.py", before)),
            after: Some(File::new("a.py", after)),
        }
    }

    #[test]
    fn lines_that_moved_are_not_changed() {
        assert_eq!(changed_lines(&change("a\nb\nc\n", "c\na\nb\n")), 0);
        assert_eq!(changed_lines(&change("a\na\nb\n", "a\nx\n")), 3);
        assert_eq!(changed_lines(&change("a", "a\0b")), 1);
        let new = FileChange {
            before: None,
            after: Some(File::new("a", "1\n2")),
        };
        assert_eq!(changed_lines(&new), 2);
    }

    #[test]
    fn a_line_is_read_once() {
        let mut review = Review::new(Rules::built_in());
        let after = "x = 1\neval(data)\nexec(data)\ny = 2\nz = 3\n";
        review.look(&change("x = 1\n", after));
        let report = review.finish();
        assert!(report.entries.len() >= 2, "{report:?}");
        // Both, with one line before and one behind.
        assert_eq!(lines_to_read(&report.entries), 4);
    }

    proptest! {
        #[test]
        fn shares_add_up(values in proptest::collection::vec(0..=1_000_i32, 0..60)) {
            let scores: Vec<Score> = values.iter().map(|it| score(*it)).collect();
            let weight = weight(&scores);
            let sum: i32 = weight.shares.iter().map(|(_, share)| share.0).sum();
            prop_assert_eq!(sum, weight.value.0);
            prop_assert!((0..=1_000).contains(&weight.value.0));
        }
    }
}
