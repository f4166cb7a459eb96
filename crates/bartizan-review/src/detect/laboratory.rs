//! What one detector tells of made-up files, for the tests of detectors.

use super::Subject;
use crate::{change::File, sighting::Seen};

/// What is seen in a file.
pub(super) fn seen(
    path: &str,
    text: &str,
    see: impl FnOnce(&Subject<'_>, &mut Vec<Seen>),
) -> Vec<Seen> {
    let file = File::new(path, text);
    let mut seen = Vec::new();
    see(&Subject::of(&file), &mut seen);
    seen
}

/// What a change of a file shows.
pub(super) fn compared(
    path: &str,
    (before, after): (&str, &str),
    compare: impl FnOnce(&Subject<'_>, &Subject<'_>, &mut Vec<Seen>),
) -> Vec<Seen> {
    let (before, after) = (File::new(path, before), File::new(path, after));
    let mut seen = Vec::new();
    compare(&Subject::of(&before), &Subject::of(&after), &mut seen);
    seen
}

/// The rule and the line.
pub(super) fn place(seen: &Seen) -> String {
    format!("{}@{}", seen.rule, seen.line.unwrap_or(0))
}

/// Each with its message, a line for each.
pub(super) fn told(seen: &[Seen]) -> String {
    let told = seen.iter();
    let told = told.map(|it| format!("{}: {}", place(it), it.message));
    told.collect::<Vec<_>>().join("\n")
}
