//! Lines at the end of a message that say who else has a part in a commit.
//!
//! What the last paragraph must look like to be one of trailers is git's rule (`git interpret-trailers`): lines are
//! trailers throughout, or one is of a kind that git itself writes and at least a quarter are.

use crate::object::{Actor, Encoding, actor};

/// What part somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credit {
    /// `Co-authored-by`.
    CoAuthored,
    /// `Signed-off-by`.
    SignedOff,
    /// `Reviewed-by`.
    Reviewed,
    /// `Acked-by`.
    Acked,
    /// `Approved-by`.
    Approved,
    /// `Tested-by`.
    Tested,
    /// `Reported-by`.
    Reported,
    /// `Suggested-by`.
    Suggested,
    /// `Helped-by`.
    Helped,
}

/// Every credit with its word, in lower case.
const WORDS: [(&str, Credit); 9] = [
    ("co-authored-by", Credit::CoAuthored),
    ("signed-off-by", Credit::SignedOff),
    ("reviewed-by", Credit::Reviewed),
    ("acked-by", Credit::Acked),
    ("approved-by", Credit::Approved),
    ("tested-by", Credit::Tested),
    ("reported-by", Credit::Reported),
    ("suggested-by", Credit::Suggested),
    ("helped-by", Credit::Helped),
];

/// What git itself writes: the presence of one allows for other lines.
const OF_GIT: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The most credits of one commit. Squashed changes of years have some hundreds.
const MOST_CREDITS: usize = 1_000;

/// The longest part of a message, from its end, that is looked at.
const LONGEST_BLOCK: usize = 256 << 10;

/// The credits of a message, in their order, each once.
pub fn credits(message: &[u8], encoding: Encoding) -> Vec<(Credit, Actor)> {
    let mut credits = Vec::new();
    for line in block(message) {
        let Some(colon) = separator(line) else {
            continue;
        };
        let word = line.get(..colon).unwrap_or_default();
        let word = String::from_utf8_lossy(word).trim().to_lowercase();
        let Some((_, credit)) = WORDS.iter().find(|(known, _)| *known == word) else {
            continue;
        };
        let (value, _) = encoding.decode(line.get(colon + 1..).unwrap_or_default());
        let named = (*credit, person(&value));
        let is_somebody = !named.1.name.is_empty() || named.1 != Actor::default();
        if is_somebody && !credits.contains(&named) {
            credits.push(named);
        }
        if credits.len() >= MOST_CREDITS {
            break;
        }
    }
    credits
}

/// `NAME <ADDRESS>`, or only the one or the other.
fn person(value: &str) -> Actor {
    match value.split_once('<') {
        Some((name, rest)) => actor(name, rest.split('>').next().unwrap_or_default()),
        None if value.contains('@') && !value.trim().contains(' ') => actor("", value),
        None => actor(value, ""),
    }
}

/// The lines of the last paragraph, if it is one of trailers.
fn block(message: &[u8]) -> Vec<&[u8]> {
    let from = message.len().saturating_sub(LONGEST_BLOCK);
    let message = message.get(from..).unwrap_or_default();
    let lines: Vec<&[u8]> = message.split(|byte| *byte == b'\n').collect();
    let is_blank = |line: &&[u8]| line.iter().all(u8::is_ascii_whitespace);
    // The first paragraph is the title, never trailers.
    let begin = lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
    let title = lines.iter().skip(begin).position(&is_blank);
    let Some(title) = title.map(|it| it + begin) else {
        return Vec::new();
    };
    let body = lines.get(title..).unwrap_or_default();
    let end = body
        .iter()
        .rposition(|line| !is_blank(line))
        .map_or(0, |it| it + 1);
    let body = body.get(..end).unwrap_or_default();
    let start = body.iter().rposition(is_blank).map_or(0, |it| it + 1);
    let paragraph = body.get(start..).unwrap_or_default();
    if is_block(paragraph) {
        paragraph
            .iter()
            .copied()
            .filter(|line| !line.starts_with(b"#"))
            .collect()
    } else {
        Vec::new()
    }
}

/// Git's rule, line by line from the end.
fn is_block(paragraph: &[&[u8]]) -> bool {
    let (mut trailers, mut others, mut continued, mut is_of_git) =
        (0_usize, 0_usize, 0_usize, false);
    for line in paragraph.iter().rev() {
        if line.starts_with(b"#") {
            others += std::mem::take(&mut continued);
        } else if OF_GIT.iter().any(|start| line.starts_with(start)) {
            trailers += 1;
            continued = 0;
            is_of_git = true;
        } else if line.first().is_some_and(u8::is_ascii_whitespace) {
            continued += 1;
        } else if separator(line).is_some_and(|at| at > 0) {
            trailers += 1;
            continued = 0;
        } else {
            others += 1 + std::mem::take(&mut continued);
        }
    }
    others += continued;
    (is_of_git && trailers * 3 >= others) || (trailers > 0 && others == 0)
}

/// Where the colon behind a word of letters, digits and hyphens stands.
fn separator(line: &[u8]) -> Option<usize> {
    let mut spaced = false;
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b':' => return Some(at),
            b' ' | b'\t' if at > 0 => spaced = true,
            b'-' if !spaced => {}
            byte if byte.is_ascii_alphanumeric() && !spaced => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(message: &str) -> String {
        let credits = credits(message.as_bytes(), Encoding::Utf8);
        let told = credits
            .iter()
            .map(|(credit, who)| format!("{credit:?} {:?} <{}>", who.name, who.address.text()));
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn credits_stand_in_the_last_paragraph() {
        insta::assert_snapshot!(check("Title\n\nBody\nCo-authored-by: No <n@example.org>\nmore\n\nCo-Authored-By: Ann B <a@example.org>\nCo-authored-by: Ann B <a@example.org>\nReviewed-by: C\nTested-by : d@example.org\nFixes: #3\n"), @r#"
        CoAuthored "Ann B" <a@example.org>
        Reviewed "C" <>
        Tested "" <d@example.org>
        "#);
        insta::assert_snapshot!(check("Title\n\nwords of a person\nwords\nSigned-off-by: A <a@example.org>\n"), @r#"SignedOff "A" <a@example.org>"#);
    }

    #[test]
    fn what_is_no_block_credits_nobody() {
        for message in [
            "",
            "Co-authored-by: A <a@example.org>",
            "Co-authored-by: A <a@example.org>\nReviewed-by: B",
            "Title\n\nReviewed-by: A\nwords",
            "Title\n\n1\n2\n3\n4\nSigned-off-by: A <a>",
            "Title\n\nSigned-off-by: A <a>\n\nlast words",
            "Title\n\nReviewed-by:\n",
        ] {
            assert_eq!(check(message), "", "{message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(message in "(Title\n\n)?([A-Za-z<>@:# -]{0,20}\n|Reviewed-by: |Signed-off-by: |\n){0,20}") {
            check(&message);
        }
    }
}
