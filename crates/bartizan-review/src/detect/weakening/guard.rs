//! Checks that leave a function: what a hunk takes away is nothing else than these.

use super::Hunk;
use crate::{
    kind::Language,
    lines::{joined, normalised},
    tokens::{self, Kind, Token},
};

/// The most words of what a check does before it leaves.
const MOST_WORDS: usize = 120;

/// What leaves a function or a loop.
const LEAVES: [&str; 8] = [
    "return", "goto", "break", "continue", "throw", "raise", "abort", "exit",
];

/// The condition of the first check that goes, where only checks go and nothing comes.
pub(super) fn gone(hunk: &Hunk<'_>) -> Option<String> {
    if hunk.old.is_empty()
        || !hunk
            .new
            .iter()
            .all(|line| says_nothing(line, hunk.language))
    {
        return None;
    }
    match hunk.language {
        Language::Cython => of_cython(hunk.old),
        _ => of_c(&hunk.old.concat()),
    }
}

/// Whether a line is blank or a comment of its own.
fn says_nothing(line: &str, language: Language) -> bool {
    let line = line.trim();
    let is_comment = match language {
        Language::Cython => line.starts_with('#'),
        _ => line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/")),
    };
    line.is_empty() || is_comment
}

fn of_c(text: &str) -> Option<String> {
    let tokens = tokens::of_c(text);
    let mut rest = tokens.as_slice();
    let mut first = None;
    while !rest.is_empty() {
        let (condition, body, behind) = check(rest)?;
        let leaves = body.iter().any(|it| LEAVES.contains(&it.text));
        if body.len() > MOST_WORDS || !leaves {
            return None;
        }
        if first.is_none() && compares(condition) {
            first = Some(joined(condition.iter().map(|it| it.text)));
        }
        rest = behind;
    }
    first
}

/// Words, in three parts.
type Parts<'t, 'a> = (&'t [Token<'a>], &'t [Token<'a>], &'t [Token<'a>]);

/// `if (condition) body`, and what stands behind.
fn check<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<Parts<'t, 'a>> {
    let rest = after(tokens, "if")?;
    let (condition, rest) = bracketed(rest, "(", ")")?;
    if rest.first().is_some_and(|it| it.text == "{") {
        let (body, rest) = bracketed(rest, "{", "}")?;
        return Some((condition, body, rest));
    }
    let end = rest.iter().position(|it| it.text == ";")?.checked_add(1)?;
    Some((condition, rest.get(..end)?, rest.get(end..)?))
}

fn after<'t, 'a>(tokens: &'t [Token<'a>], word: &str) -> Option<&'t [Token<'a>]> {
    let (first, rest) = tokens.split_first()?;
    (first.text == word).then_some(rest)
}

/// What stands between a bracket and the one that closes it, and what stands behind.
fn bracketed<'t, 'a>(
    tokens: &'t [Token<'a>],
    open: &str,
    close: &str,
) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    let rest = after(tokens, open)?;
    let mut depth = 1_usize;
    for (place, token) in rest.iter().enumerate() {
        if token.text == open {
            depth += 1;
        } else if token.text == close {
            depth -= 1;
        }
        if depth == 0 {
            return Some((rest.get(..place)?, rest.get(place + 1..)?));
        }
    }
    None
}

/// Whether a condition is about a bound or a pointer.
fn compares(condition: &[Token<'_>]) -> bool {
    let is_order = |it: &Token<'_>| matches!(it.text, "<" | ">" | "<=" | ">=");
    let is_null = |it: &Token<'_>| matches!(it.text, "NULL" | "nullptr");
    let is_negation =
        matches!(condition, [sign, name] if sign.text == "!" && name.kind == Kind::Name);
    is_negation || condition.iter().any(|it| is_order(it) || is_null(it))
}

fn of_cython(lines: &[&str]) -> Option<String> {
    let mut code = lines
        .iter()
        .filter(|line| !says_nothing(line, Language::Cython));
    let first = code.next()?;
    let condition = first.trim().strip_prefix("if ")?.trim_end();
    let (condition, same_line) = condition.rsplit_once(':')?;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut leaves = LEAVES.iter().any(|word| same_line.trim().starts_with(word));
    for line in code {
        // What is as deep as the check, or less, is something else that goes.
        if depth(line) <= depth(first) {
            return None;
        }
        leaves |= LEAVES.iter().any(|word| line.trim().starts_with(word));
    }
    let signs = ["<", ">", "NULL", "is None"];
    let compares = signs.iter().any(|sign| condition.contains(sign));
    (leaves && compares).then(|| normalised(condition))
}
