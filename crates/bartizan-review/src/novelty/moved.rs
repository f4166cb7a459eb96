//! Which lines of a file come and which go, without regard to their order: a line that only moved does neither.

use std::collections::HashMap;

use crate::lines::{LONGEST_LINE, cut};

/// How many lines of a file are compared.
const MOST_LINES: usize = 400_000;

/// Lines that come, with their numbers from 1, and lines that go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Moved<'a> {
    pub(super) come: Vec<(u32, &'a str)>,
    pub(super) gone: Vec<&'a str>,
}

/// Compares two states of a text.
pub(super) fn moved<'a>(before: &'a str, after: &'a str) -> Moved<'a> {
    let (old, new) = (split(before), split(after));
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let begin = old.iter().zip(&new).take_while(same).count();
    let (old, new) = (tail(&old, begin), tail(&new, begin));
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same);
    let end = end.count();
    let (old, new) = (head(old, end), head(new, end));
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for line in old {
        *counts.entry(line.trim()).or_default() += 1;
    }
    let mut moved = Moved::default();
    let first = u32::try_from(begin).unwrap_or(u32::MAX).saturating_add(1);
    for (number, line) in (first..).zip(new) {
        let count = counts.entry(line.trim()).or_default();
        *count -= 1;
        if *count < 0 {
            moved.come.push((number, line));
        }
    }
    for line in old {
        let Some(count) = counts.get_mut(line.trim()) else {
            continue;
        };
        if *count > 0 {
            *count -= 1;
            moved.gone.push(line);
        }
    }
    moved
}

fn split(text: &str) -> Vec<&str> {
    let lines = text.lines().take(MOST_LINES);
    lines.map(|line| cut(line, LONGEST_LINE)).collect()
}

fn tail<'a, 'b>(lines: &'b [&'a str], from: usize) -> &'b [&'a str] {
    lines.get(from..).unwrap_or_default()
}

fn head<'a, 'b>(lines: &'b [&'a str], without: usize) -> &'b [&'a str] {
    let end = lines.len().saturating_sub(without);
    lines.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(before: &str, after: &str) -> String {
        let moved = moved(before, after);
        let come = moved
            .come
            .iter()
            .map(|(number, it)| format!("+{number}{it}"));
        let gone = moved.gone.iter().map(|it| format!("-{it}"));
        come.chain(gone).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_moves_neither_comes_nor_goes() {
        assert_eq!(check("a\nb\nc", "a\nc\nb\nd"), "+4d");
        assert_eq!(check("a\nb\nb", "a\nb"), "-b");
        assert_eq!(check("", "x\ny"), "+1x +2y");
        assert_eq!(check("a\n  b\n", "a\nb\n"), "");
        assert_eq!(check("a\nb\nc", "a\nB\nc"), "+2B -b");
    }

    proptest! {
        #[test]
        fn numbers_of_lines_add_up(before in "[abc\n]{0,40}", after in "[abc\n]{0,40}") {
            let moved = moved(&before, &after);
            let lines = |text: &str| i64::try_from(text.lines().count()).unwrap();
            let grown = i64::try_from(moved.come.len()).unwrap() - i64::try_from(moved.gone.len()).unwrap();
            prop_assert_eq!(lines(&after) - lines(&before), grown);
        }
    }
}
