//! The pull request that the first line of a commit names.

use crate::history::PullMention;

/// What code hosts write when they merge.
const MERGED: &str = "Merge pull request #";

/// The longest name of an account.
const LONGEST_LOGIN: usize = 64;

/// `Merge pull request #N from LOGIN/branch`, or `(#N)` at the end of the line, as squashed pull requests have it.
pub fn pull(message: &[u8]) -> Option<PullMention> {
    let line = message.split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    if let Some(rest) = line.strip_prefix(MERGED) {
        let (number, rest) = number(rest)?;
        let login = rest.strip_prefix(" from ").and_then(login);
        return Some(PullMention { number, login });
    }
    let (_, inside) = line.strip_suffix(')')?.rsplit_once("(#")?;
    match number(inside)? {
        (number, "") => Some(PullMention {
            number,
            login: None,
        }),
        _ => None,
    }
}

/// A number without a sign that is not zero, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = text.strip_suffix(rest)?;
    let number = digits.parse().ok().filter(|it| *it > 0)?;
    Some((number, rest))
}

fn login(branch: &str) -> Option<String> {
    let (login, _) = branch.split_once('/')?;
    let is_login = !login.is_empty()
        && login.len() <= LONGEST_LOGIN
        && login
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '[' | ']'));
    is_login.then(|| login.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(message: &str) -> String {
        pull(message.as_bytes()).map_or("-".to_owned(), |it| {
            format!("{} {}", it.number, it.login.unwrap_or_default())
        })
    }

    #[test]
    fn merges_and_squashes() {
        for (message, expect) in [
            (
                "Merge pull request #12 from some-one/fix/x\n\nTitle (#9)",
                "12 some-one",
            ),
            ("Merge pull request #12 from ../x", "12 "),
            ("Merge pull request #x", "-"),
            ("ENH: faster (#3456)\n\nbody", "3456 "),
            ("ENH: faster (#1) (#2) ", "2 "),
            ("see (#3) there", "-"),
            ("x (#3a)", "-"),
            ("x (#0)", "-"),
            ("x (#99999999999)", "-"),
            ("", "-"),
        ] {
            assert_eq!(check(message), expect, "{message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(message in ".*") {
            check(&message);
            check(&format!("Merge pull request #{message}"));
            check(&format!("x (#{message})"));
        }
    }
}
