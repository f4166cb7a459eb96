//! One text of the many that a preprocessor makes: of branches the first, so that brackets pair.

use crate::tokens::{Kind, Token};

/// A branch that is open.
struct Open {
    /// Whether what stands around it is taken.
    is_around: bool,
    /// Whether this branch is.
    is_chosen: bool,
    /// Whether one of its branches was.
    was_chosen: bool,
}

/// The words that are left; of lines for the preprocessor only those that say something to the compiler.
pub(super) fn chosen(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut open: Vec<Open> = Vec::new();
    let is_left = |token: &Token<'_>| {
        let is_chosen = open.last().is_none_or(|it| it.is_around && it.is_chosen);
        if token.kind != Kind::Directive {
            return is_chosen;
        }
        let text = token.text.trim_start_matches('#').trim_start();
        let word = text.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
        match word {
            "if" | "ifdef" | "ifndef" => {
                let condition = text.strip_prefix(word).unwrap_or_default().trim();
                let is_first = word != "if" || condition != "0";
                open.push(Open { is_around: is_chosen, is_chosen: is_first, was_chosen: is_first });
            }
            "else" | "elif" => {
                if let Some(it) = open.last_mut() {
                    it.is_chosen = !it.was_chosen;
                    it.was_chosen = true;
                }
            }
            "endif" => {
                open.pop();
            }
            "pragma" => return is_chosen,
            _ => {}
        }
        false
    };
    tokens.into_iter().filter({
        let mut is_left = is_left;
        move |token| is_left(token)
    }).collect()
}
