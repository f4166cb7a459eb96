//! How long a file may be. Functions are clippy's (`too-many-lines-threshold`).

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "no Rust file has more than 400 lines without its tests",
    check,
};

/// Most lines of a file before its tests.
const CAP: usize = 400;

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let code = checkout.rust().filter(|(path, _)| !is_test(path));
    let lengths = code.map(|(path, text)| (path, length(text)));
    lengths
        .filter(|(_, length)| *length > CAP)
        .map(|(path, length)| format!("{path}: {length} lines"))
        .collect()
}

fn is_test(path: &str) -> bool {
    path.split('/')
        .any(|folder| ["tests", "benches"].contains(&folder))
}

/// Lines before the tests at the end of the file.
fn length(text: &str) -> usize {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_count() {
        assert_eq!(length("one\ntwo\n#[cfg(test)]\nmod tests {}\n"), 2);
        assert!(is_test("crates/bartizan/tests/it/main.rs"));
        assert!(!is_test("crates/bartizan/src/contests.rs"));
    }
}
