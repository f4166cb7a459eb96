//! The lines of a text that are no Python.

use std::collections::BTreeSet;

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::TextRange;

use super::{MAX_TEXT, PythonError, depth, read::Lines};

/// The lines, from 1, that lie within what the parser could not understand; none where all is Python.
pub fn broken_lines(text: &str) -> Result<BTreeSet<u32>, PythonError> {
    if text.len() > MAX_TEXT {
        return Err(PythonError::TooLarge);
    }
    if !depth::is_bounded(text) {
        return Err(PythonError::TooDeep);
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let lines = Lines::of(text);
    let mut broken = BTreeSet::new();
    for error in parsed.errors() {
        let first = lines.of_start(error.location);
        let last = lines.of_start(TextRange::empty(error.location.end()));
        broken.extend(first..=last.max(first));
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_python_has_its_lines() {
        let check = |text: &str| broken_lines(text).unwrap().into_iter().collect::<Vec<_>>();
        assert!(check("a = 1\nb\n").is_empty());
        assert_eq!(check("a = 1\ncdef int b\nc\n"), [2]);
        assert_eq!(check("def f():\n\nx = (\n"), [3, 4]);
        assert_eq!(
            broken_lines(&"(".repeat(10_000)),
            Err(PythonError::TooDeep)
        );
    }
}
