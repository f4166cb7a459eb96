//! One text of the many that a preprocessor makes: within functions the first branch, so that brackets pair; outside of them
//! all branches, as each has functions of its own.

use crate::tokens::{Kind, Token};

/// A branch that is open.
struct Open {
    /// Whether what stands around it is taken.
    is_around: bool,
    /// Whether this branch is.
    is_chosen: bool,
    /// Whether one of its branches was.
    was_chosen: bool,
    /// Whether it began outside of all functions.
    is_outside: bool,
}

/// The words that are left; of lines for the preprocessor only those that say something to the compiler.
pub(super) fn chosen(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut open: Vec<Open> = Vec::new();
    let mut left: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut depth = 0_usize;
    for token in tokens {
        let is_chosen = open.last().is_none_or(|it| it.is_around && it.is_chosen);
        if token.kind == Kind::Directive {
            if is_pragma(token.text) && is_chosen {
                left.push(token);
            }
            direct(token.text, &mut open, (is_chosen, depth == 0));
        } else if is_chosen {
            match token.text {
                "{" if !opens_outside(&left) => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            left.push(token);
        }
    }
    left
}

fn word_of(directive: &str) -> (&str, &str) {
    let text = directive.trim_start_matches('#').trim_start();
    let end = text
        .find(|it: char| !it.is_ascii_alphabetic())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or_default()
}

fn is_pragma(directive: &str) -> bool {
    word_of(directive).0 == "pragma"
}

/// Follows a line for the preprocessor.
fn direct(directive: &str, open: &mut Vec<Open>, (is_around, is_outside): (bool, bool)) {
    let (word, rest) = word_of(directive);
    match word {
        "if" | "ifdef" | "ifndef" => {
            let is_chosen = word != "if" || rest.trim() != "0";
            open.push(Open {
                is_around,
                is_chosen,
                was_chosen: is_chosen,
                is_outside,
            });
        }
        "else" | "elif" => {
            if let Some(it) = open.last_mut() {
                let is_still_outside = it.is_outside && (is_outside || !it.is_chosen);
                it.is_chosen = !it.was_chosen || is_still_outside;
                it.was_chosen = true;
            }
        }
        "endif" => {
            open.pop();
        }
        _ => {}
    }
}

/// Whether a brace that comes next is one of a namespace or of `extern "C"`.
fn opens_outside(before: &[Token<'_>]) -> bool {
    match before {
        [.., extern_, language] if language.kind == Kind::Text => extern_.text == "extern",
        [.., word, _] if word.text == "namespace" => true,
        [.., word] => word.text == "namespace",
        [] => false,
    }
}
