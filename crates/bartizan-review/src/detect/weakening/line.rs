//! Single lines of which only a bound or a length changes.

use super::Hunk;
use crate::{
    code::{self, Call},
    tokens::{self, Token},
};

/// Copies, with the place of their length.
const COPIES: [(&str, usize); 9] = [
    ("memcpy", 2),
    ("memmove", 2),
    ("memset", 2),
    ("strncpy", 2),
    ("strncat", 2),
    ("snprintf", 1),
    ("PyOS_snprintf", 1),
    ("read", 2),
    ("recv", 2),
];

/// The most lines of which one changes.
const MOST_LINES: usize = 4;

/// How many lines behind a check its leaving stands.
const NEAR: usize = 3;

/// What is weaker, and how.
pub(super) fn weaker(hunk: &Hunk<'_>) -> Option<(&'static str, String)> {
    if hunk.old.len() > MOST_LINES || hunk.old.is_empty() || hunk.new.is_empty() {
        return None;
    }
    let (old, new) = (hunk.old.concat(), hunk.new.concat());
    let (old_words, new_words) = (tokens::of_c(&old), tokens::of_c(&new));
    let moved = loosened(&old_words, &new_words, hunk.behind);
    moved.or_else(|| widened(&old, &new, hunk))
}

/// Only one sign of comparison is another.
fn loosened(
    old: &[Token<'_>],
    new: &[Token<'_>],
    behind: &[&str],
) -> Option<(&'static str, String)> {
    if old.len() != new.len() {
        return None;
    }
    let mut places = (0..old.len()).filter(|place| {
        let text = |words: &[Token<'_>]| words.get(*place).map(|it| it.text.to_owned());
        text(old) != text(new)
    });
    let place = places.next().filter(|_| places.next().is_none())?;
    let (was, is) = (old.get(place)?.text, new.get(place)?.text);
    let before = new.get(..place)?;
    let word = before
        .iter()
        .rev()
        .find(|it| matches!(it.text, "for" | "while" | "if"))?
        .text;
    let leaves = |line: &&str| {
        ["return", "goto", "raise", "break", "throw"]
            .iter()
            .any(|it| line.trim_start().starts_with(it))
    };
    let is_looser = match word {
        "if" => {
            matches!((was, is), (">=", ">") | ("<=", "<")) && behind.iter().take(NEAR).any(leaves)
        }
        _ => matches!((was, is), ("<", "<=") | (">", ">=")),
    };
    let message = format!("`{was}` has become `{is}`: the bound itself comes through");
    is_looser.then_some(("loosened-bound", message))
}

/// Only the length of a copy is another, and something was added to it.
fn widened(old: &str, new: &str, hunk: &Hunk<'_>) -> Option<(&'static str, String)> {
    let language = crate::kind::Language::C;
    let (olds, news) = (
        code::calls(old, language, false),
        code::calls(new, language, false),
    );
    let copies = news.iter().filter_map(|call| {
        let (_, place) = COPIES.iter().find(|(name, _)| *name == call.function)?;
        Some((call, *place))
    });
    for (call, place) in copies {
        let same =
            |it: &&Call| it.function == call.function && others(it, place) == others(call, place);
        let (Some(was), Some(is)) = (
            olds.iter()
                .find(same)
                .and_then(|it| it.arguments.get(place)),
            call.arguments.get(place),
        ) else {
            continue;
        };
        if hunk.old.len() == hunk.new.len() && is_more(&was.text, &is.text) {
            let message = format!(
                "the length of `{}` was `{}`, and is `{}`",
                call.function, was.text, is.text
            );
            return Some(("widened-copy", message));
        }
    }
    None
}

/// The arguments but one.
fn others(call: &Call, place: usize) -> Vec<&str> {
    let arguments = call.arguments.iter().enumerate();
    arguments
        .filter(|(number, _)| *number != place)
        .map(|(_, it)| it.text.as_str())
        .collect()
}

/// Whether all words of a length are in another one, in their order, and a sum or a product beside them.
fn is_more(was: &str, is: &str) -> bool {
    let (was, is) = (tokens::of_c(was), tokens::of_c(is));
    let mut wanted = was.iter().peekable();
    let mut added = Vec::new();
    for token in &is {
        match wanted.peek() {
            Some(next) if next.text == token.text => drop(wanted.next()),
            _ => added.push(token.text),
        }
    }
    wanted.peek().is_none() && added.iter().any(|it| matches!(*it, "+" | "*"))
}
