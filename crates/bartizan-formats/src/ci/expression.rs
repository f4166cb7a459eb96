//! Expressions in workflows: `${{ … }}`, and which values they read.
//!
//! Not evaluated: only the paths into contexts (`github.event.issue.title`, `secrets.TOKEN`) are taken out, so that it can
//! be said where a value comes from.

/// The most expressions that are looked at in one text.
const MAX_EXPRESSIONS: usize = 2_000;

/// An expression in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression<'a> {
    /// What stands between the braces.
    pub text: &'a str,
    /// How many lines below the beginning of the text it stands.
    pub offset: u32,
}

impl Expression<'_> {
    /// The paths that it reads, in lower case, parts joined by `.`; an index is `*`.
    pub fn paths(&self) -> Vec<String> {
        paths(self.text)
    }
}

/// The expressions of a text, in its order.
pub fn expressions(text: &str) -> Vec<Expression<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut offset) = (text, 0_u32);
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((inside, behind)) = after.split_once("}}") else {
            break;
        };
        offset = offset.saturating_add(lines(before));
        found.push(Expression {
            text: inside.trim(),
            offset,
        });
        if found.len() >= MAX_EXPRESSIONS {
            break;
        }
        offset = offset.saturating_add(lines(inside));
        rest = behind;
    }
    found
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// The paths that an expression without braces reads (a condition may do without them).
pub fn paths(expression: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut characters = expression.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\'' {
            skip_text(&mut characters);
        } else if character.is_ascii_alphabetic() || character == '_' {
            let mut path = String::from(character.to_ascii_lowercase());
            loop {
                match characters.peek().copied() {
                    Some(next) if next.is_ascii_alphanumeric() || "_-.*".contains(next) => {
                        path.push(next.to_ascii_lowercase());
                        characters.next();
                    }
                    Some('[') => {
                        characters.next();
                        path.push('.');
                        path.push_str(&index(&mut characters));
                    }
                    _ => break,
                }
            }
            let is_call = characters.peek() == Some(&'(');
            let is_word = matches!(path.as_str(), "true" | "false" | "null");
            if !is_call && !is_word {
                paths.push(path);
            }
        }
    }
    paths
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Skips the rest of a text in quotes.
fn skip_text(characters: &mut Characters<'_>) -> String {
    characters
        .by_ref()
        .take_while(|character| *character != '\'')
        .collect()
}

/// The name in brackets; `*` for what is computed.
fn index(characters: &mut Characters<'_>) -> String {
    let mut name = None;
    while let Some(character) = characters.next() {
        match character {
            ']' => break,
            '\'' => name = Some(skip_text(characters).to_ascii_lowercase()),
            _ => {}
        }
    }
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "*".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &[(&str, u32)]) {
        let found: Vec<(String, u32)> = expressions(text)
            .iter()
            .map(|it| (it.paths().join(" "), it.offset))
            .collect();
        let found: Vec<(&str, u32)> = found.iter().map(|(a, b)| (a.as_str(), *b)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn the_paths_of_expressions_are_found() {
        check(
            "a\n${{ github.event.issue.title }}\n ${{ secrets['A_b'] }}",
            &[("github.event.issue.title", 1), ("secrets.a_b", 2)],
        );
        check(
            "${{ format('{0} github.x', github.head_ref) && true || github.event.commits[0].message }}",
            &[("github.head_ref github.event.commits.*.message", 0)],
        );
        check("${{ toJSON(github) }}", &[("github", 0)]);
        check("${{ unfinished", &[]);
        check("${{ 'a }} ${{ b[ }}", &[("", 0), ("b.*", 0)]);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r"[${}' \[\]a-z.*(\n]{0,60}") {
            for it in expressions(&text) {
                drop(it.paths());
            }
        }
    }
}
