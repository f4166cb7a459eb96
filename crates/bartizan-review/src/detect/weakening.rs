//! Code that stays as it was but for a protection: a check that goes, a bound that moves by one, a copy that gets longer.
//!
//! Hunks of the difference are looked at one by one, and only small ones: where a function is written anew, nobody can say
//! from the text alone that a check is missing. What stands elsewhere in the file afterwards has only moved.

mod guard;
mod line;
mod word;

use std::collections::BTreeSet;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::Subject;
use crate::{
    kind::{Language, Role},
    lines::{normalised, number},
    sighting::Seen,
};

/// Texts that are larger together are not compared.
const LARGEST: usize = 8 << 20;

/// A change with more hunks in one file is no small one.
const MOST_HUNKS: usize = 200;

/// A hunk with more lines on one side is no small one.
const MOST_LINES: usize = 24;

/// What changes in one place.
struct Hunk<'a> {
    /// The lines that go.
    old: &'a [&'a str],
    /// The lines that come.
    new: &'a [&'a str],
    /// The lines behind those that come.
    behind: &'a [&'a str],
    /// The number of the first line that comes, or of what stands where lines went.
    line: u32,
    language: Language,
}

pub(super) fn compare(before: &Subject<'_>, after: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_looked_at = matches!(
        after.language,
        Language::C | Language::Cpp | Language::Cython
    ) && matches!(after.role, Role::Code | Role::Vendored);
    let (Some(old), Some(new)) = (before.text, after.text) else {
        return;
    };
    if !is_looked_at || old == new || old.len().saturating_add(new.len()) > LARGEST {
        return;
    }
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let (old_lines, new_lines) = (lines(old), lines(new));
    let came = diff.hunks().take(MOST_HUNKS);
    let came: Vec<&[&str]> = came.map(|it| slice(&new_lines, &it.after)).collect();
    for hunk in diff.hunks().take(MOST_HUNKS) {
        let hunk = Hunk {
            old: slice(&old_lines, &hunk.before),
            new: slice(&new_lines, &hunk.after),
            behind: new_lines.get(hunk.after.end as usize..).unwrap_or_default(),
            line: number(hunk.after.start as usize),
            language: after.language,
        };
        if hunk.old.len() <= MOST_LINES && hunk.new.len() <= MOST_LINES {
            look(&hunk, (old, new), &came, seen);
        }
    }
}

fn look(hunk: &Hunk<'_>, (old, new): (&str, &str), came: &[&[&str]], seen: &mut Vec<Seen>) {
    if let Some(condition) = guard::gone(hunk) {
        if !has_moved(&condition, old, new) && !is_said_otherwise(&condition, came) {
            let message = format!("`{condition}` was checked here, and is no longer");
            seen.push(Seen::new(
                "removed-guard",
                Some(hunk.line),
                condition,
                message,
            ));
        }
        return;
    }
    if hunk.language == Language::Cython {
        unchecked(hunk, (old, new), seen);
    }
    if let Some((rule, message)) = line::weaker(hunk).or_else(|| word::weaker(hunk))
        && !has_moved(&hunk.old.concat(), old, new)
    {
        let snippet = normalised(&hunk.old.concat());
        seen.push(Seen::new(rule, Some(hunk.line), snippet, message));
    }
}

/// Whether a condition stands as often in the file as before.
fn has_moved(condition: &str, old: &str, new: &str) -> bool {
    let wanted = squeezed(condition);
    let count = |text: &str| squeezed(text).matches(&wanted).count();
    count(new) >= count(old)
}

/// Whether lines that come compare all that a condition names: the check stands in another form, or in a function of its own.
fn is_said_otherwise(condition: &str, came: &[&[&str]]) -> bool {
    let wanted: BTreeSet<&str> = names(condition).collect();
    let says = |lines: &[&str]| {
        let lines = lines.concat();
        let found: BTreeSet<&str> = names(&lines).collect();
        lines.contains(['<', '>', '=', '!']) && wanted.is_subset(&found)
    };
    wanted.len() > 1
        && came
            .iter()
            .any(|it| it.windows(it.len().clamp(1, 3)).any(says))
}

/// The names in a text of C.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.filter(|it| it.len() > 2 && *it != "NULL" && !it.starts_with(|it: char| it.is_numeric()))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Functions that were there before, whose indices nobody looks at from here on.
fn unchecked(hunk: &Hunk<'_>, (old, new): (&str, &str), seen: &mut Vec<Seen>) {
    for (place, text) in (0..).zip(hunk.new) {
        let squeezed = squeezed(text);
        let is_of_file = squeezed.starts_with("#cython:") && squeezed.contains("boundscheck=False");
        if is_of_file == is_decorator(&squeezed) {
            continue;
        }
        let rest = hunk.new.get(place..).unwrap_or_default();
        let name = rest
            .iter()
            .chain(hunk.behind.iter().take(MOST_LINES))
            .find_map(|line| function(line));
        let was_there = |name: &&str| old.lines().filter_map(function).any(|it| it == *name);
        let message = if is_of_file {
            if squeezed_has(old, "boundscheck=False") {
                continue;
            }
            "indices in this file are no longer looked at".to_owned()
        } else {
            let Some(name) = name.filter(was_there) else {
                continue;
            };
            if times_unchecked(new, name) <= times_unchecked(old, name) {
                continue;
            }
            format!("indices in `{name}`, which was there before, are no longer looked at")
        };
        let line = hunk.line.saturating_add(number(place).saturating_sub(1));
        let snippet = format!("{} {}", normalised(text), name.unwrap_or_default());
        seen.push(Seen::new(
            "no-longer-checked-index",
            Some(line),
            snippet,
            message,
        ));
    }
}

/// Whether a line without blanks says of the function below that its indices are not looked at.
fn is_decorator(squeezed: &str) -> bool {
    squeezed.starts_with("@cython.boundscheck(False)")
        || (squeezed.starts_with('@') && squeezed.contains("boundscheck=False"))
}

/// How many functions of a name have such a line above them.
fn times_unchecked(text: &str, name: &str) -> usize {
    let (mut times, mut is_unchecked) = (0, false);
    for line in text.lines() {
        if line.trim_start().starts_with('@') {
            is_unchecked |= is_decorator(&squeezed(line));
        } else if let Some(found) = function(line) {
            times += usize::from(is_unchecked && found == name);
            is_unchecked = false;
        }
    }
    times
}

fn squeezed_has(text: &str, wanted: &str) -> bool {
    text.lines()
        .any(|line| line.contains('#') && squeezed(line).contains(wanted))
}

/// The function that a line of Cython begins.
fn function(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = ["def ", "cpdef ", "cdef "]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    let (head, _) = rest.split_once('(')?;
    head.split(|it: char| !it.is_alphanumeric() && it != '_')
        .rfind(|it| !it.is_empty())
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn slice<'a>(lines: &'a [&'a str], range: &std::ops::Range<u32>) -> &'a [&'a str] {
    lines
        .get(range.start as usize..range.end as usize)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
