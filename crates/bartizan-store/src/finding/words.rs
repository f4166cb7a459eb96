//! The words that somebody looks for, as each engine asks for them: every word must begin so.
//!
//! A word with signs in it (`CVE-2026-1`, `numpy@2.0`) is a phrase of its parts, the last of which may go on.

/// Most parts that are looked for; what follows is not.
const MOST_PARTS: usize = 16;

/// The parts of each word: letters and digits, in the order in which they stand.
fn words(text: &str) -> Vec<Vec<&str>> {
    let mut left = MOST_PARTS;
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let parts = word.split(|part: char| !part.is_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).take(left).collect();
        left -= parts.len();
        if !parts.is_empty() {
            words.push(parts);
        }
    }
    words
}

/// The words as SQLite's full-text search reads them; `None` where there are none.
pub(super) fn sqlite(text: &str) -> Option<String> {
    let phrases = words(text).into_iter();
    let phrases: Vec<String> = phrases
        .map(|parts| format!("\"{}\" *", parts.join(" ")))
        .collect();
    (!phrases.is_empty()).then(|| format!("text : ({})", phrases.join(" AND ")))
}

/// What SQLite asks of a column beside the words, so that it looks at those of a project, a subject or a key only. Others may have it too.
/// None for what is not plain enough for both to read it in the same way.
pub(super) fn sqlite_scope(column: &str, value: &str) -> Option<String> {
    let parts = value.split(|part: char| !part.is_ascii_alphanumeric());
    let parts: Vec<&str> = parts
        .filter(|part| !part.is_empty())
        .take(MOST_PARTS)
        .collect();
    let is_plain = value.is_ascii() && !parts.is_empty();
    is_plain.then(|| format!(" AND {column} : \"{}\"", parts.join(" ")))
}

/// The words as PostgreSQL's full-text search reads them; `None` where there are none.
pub(super) fn postgres(text: &str) -> Option<String> {
    let phrases = words(text).into_iter();
    let phrases: Vec<String> = phrases
        .map(|parts| format!("('{}':*)", parts.join("' <-> '")))
        .collect();
    (!phrases.is_empty()).then(|| phrases.join(" & "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: [Option<&str>; 2]) {
        assert_eq!([sqlite(text).as_deref(), postgres(text).as_deref()], expect);
    }

    #[test]
    fn words_are_phrases_whose_end_is_open() {
        check(" ", [None, None]);
        check("\"' -- %", [None, None]);
        check(
            "Numpy CVE-2026-1",
            [
                Some("text : (\"Numpy\" * AND \"CVE 2026 1\" *)"),
                Some("('Numpy':*) & ('CVE' <-> '2026' <-> '1':*)"),
            ],
        );
    }

    #[test]
    fn a_scope_is_a_phrase() {
        let scope = sqlite_scope("project", "scikit-learn");
        assert_eq!(scope.as_deref(), Some(" AND project : \"scikit learn\""));
        assert_eq!(sqlite_scope("project", "café"), None);
        assert_eq!(sqlite_scope("text", "\"-*"), None);
    }

    proptest! {
        #[test]
        fn nothing_of_the_text_is_syntax(text in ".*") {
            for query in [sqlite(&text), sqlite_scope("text", &text), postgres(&text)].into_iter().flatten() {
                let signs = query.chars().filter(|sign| !sign.is_alphanumeric());
                prop_assert!(signs.into_iter().all(|sign| " \"*'()<->:&".contains(sign)));
            }
            prop_assert!(words(&text).concat().len() <= MOST_PARTS);
        }
    }
}
