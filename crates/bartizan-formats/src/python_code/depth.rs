//! How deep the syntax tree of a text can become, counted on its words before it is built.
//!
//! The parser grows its stack as it goes down, but a tree is also let go of, and that goes down without growing anything.
//! A chain such as `1+1+1+…` nests as deep as it is long. Whatever follows a comma is a sibling of what stood before it,
//! but for the words that take in all that follows (`lambda a, b: …`).

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

/// The deepest tree that is built; the deepest of the core projects' files has about 150 by this count.
pub(super) const MAX_DEPTH: usize = 1_000;

/// What stands open within one pair of brackets, or outside all.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// Words since the last comma.
    chain: usize,
    /// Words that no comma ends.
    lasting: usize,
}

/// Whether the tree of a text stays within the bound.
pub(super) fn is_bounded(text: &str) -> bool {
    let mut lexer = lex(text, Mode::Module);
    let mut levels = vec![Level::default()];
    let (mut sum, mut indents) = (0_usize, 0_usize);
    loop {
        let kind = lexer.next_token();
        let count = levels.len();
        let Some(level) = levels.last_mut() else {
            return false;
        };
        match kind {
            TokenKind::EndOfFile => return true,
            TokenKind::Indent => indents = indents.saturating_add(1),
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline if count == 1 => {
                (sum, *level) = (0, Level::default());
            }
            TokenKind::Comma | TokenKind::Semi => {
                sum = sum.saturating_sub(level.chain);
                level.chain = 0;
            }
            _ if closes(kind) => {
                if count > 1 {
                    sum = sum.saturating_sub(level.chain.saturating_add(level.lasting));
                    levels.pop();
                }
            }
            _ if is_leaf(kind) => {}
            _ => {
                sum = sum.saturating_add(1);
                if lasts(kind) || (count == 1 && is_word(kind)) {
                    level.lasting = level.lasting.saturating_add(1);
                } else {
                    level.chain = level.chain.saturating_add(1);
                }
                if opens(kind) {
                    levels.push(Level::default());
                }
            }
        }
        if sum.saturating_add(indents.saturating_mul(2)) > MAX_DEPTH {
            return false;
        }
    }
}

fn opens(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart
    )
}

fn closes(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd
    )
}

/// What becomes a leaf of the tree, or nothing of it.
fn is_leaf(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Comment
            | TokenKind::Newline
            | TokenKind::NonLogicalNewline
            | TokenKind::Ellipsis
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
            | TokenKind::Unknown
    )
}

/// What takes in all that follows, commas or not.
fn lasts(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lambda | TokenKind::Async)
}

/// Words that begin statements; in a text with faults one may stand within another.
fn is_word(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Class
            | TokenKind::Def
            | TokenKind::For
            | TokenKind::If
            | TokenKind::Elif
            | TokenKind::Else
            | TokenKind::While
            | TokenKind::With
            | TokenKind::Try
            | TokenKind::Except
            | TokenKind::Finally
            | TokenKind::Match
            | TokenKind::Case
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_do_not_nest_and_chains_do() {
        let many = |part: &str| part.repeat(MAX_DEPTH + 1);
        for flat in [
            format!("x = [{}]", many("-1, ")),
            format!("x = {{{}}}", many("'a': f(b.c), ")),
            many("x = a + b\n"),
            format!("f({})", many("a=1, ")),
            format!("x = ({})", many("'a'\n")),
            many("x = 1; "),
        ] {
            assert!(is_bounded(&flat), "{flat:.20}");
        }
        for deep in [
            format!("x = {}1", many("1+")),
            many("("),
            many("f'{"),
            format!("x{}", many("()")),
            format!("x{}", many(".a")),
            many("not "),
            many("lambda a, b: "),
            many("async "),
            many("with a, b: "),
            format!("x = {}", many("a if b else ")),
            (0..=MAX_DEPTH)
                .map(|it| " ".repeat(it) + "if a:\n")
                .collect(),
        ] {
            assert!(!is_bounded(&deep), "{deep:.20}");
        }
    }
}
