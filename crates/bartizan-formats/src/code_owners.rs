//! `CODEOWNERS`: who is asked about which paths of a repository.
//!
//! Of several lines that match a path the last counts. Addresses are not kept: an account is enough to know somebody by.

use crate::git_attributes::glob;

/// The largest file that is read; code hosts read up to three megabytes.
pub const LARGEST: usize = 3 << 20;

/// How many rules are read.
const MOST_RULES: usize = 20_000;

/// The longest pattern: longer than any path that a project has.
const LONGEST_PATTERN: usize = 1_000;

/// Who is asked about what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeOwners {
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Lines and owners that mean nothing here.
    pub broken: usize,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which paths.
    pub pattern: String,
    /// Accounts, in lower case. None where a line takes paths out again, or names others than persons.
    pub logins: Vec<String>,
    /// Teams, as `organisation/team`.
    pub teams: Vec<String>,
}

impl CodeOwners {
    /// Reads a file; what is no rule is counted.
    pub fn read(bytes: &[u8]) -> Self {
        let mut owners = Self::default();
        let text = String::from_utf8_lossy(bytes.get(..LARGEST).unwrap_or(bytes));
        for line in text.lines() {
            // A number sign begins a comment where a word could begin.
            let words = line.split_whitespace();
            let mut words = words.take_while(|word| !word.starts_with('#'));
            let Some(pattern) = words.next() else {
                continue;
            };
            if pattern.len() > LONGEST_PATTERN || owners.rules.len() >= MOST_RULES {
                owners.broken += 1;
                continue;
            }
            let mut rule = Rule {
                pattern: pattern.to_owned(),
                logins: Vec::new(),
                teams: Vec::new(),
            };
            for word in words {
                match word.strip_prefix('@').map(str::to_lowercase) {
                    Some(owner) if owner.contains('/') => rule.teams.push(owner),
                    Some(owner) if !owner.is_empty() => rule.logins.push(owner),
                    _ => owners.broken += 1,
                }
            }
            owners.rules.push(rule);
        }
        owners
    }

    /// The rule that counts for a path, by its place.
    pub fn rule_of(&self, path: &str) -> Option<usize> {
        self.rules.iter().rposition(|it| it.covers(path))
    }
}

impl Rule {
    /// Whether the pattern matches a path or a folder above it.
    pub fn covers(&self, path: &str) -> bool {
        let is_of_folders = self.pattern.ends_with('/');
        let pattern = self.pattern.trim_end_matches('/');
        let is_anchored = pattern.contains('/');
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        // Unlike in `.gitignore`, a star at the end does not take what lies in folders.
        let is_flat = is_anchored && pattern.ends_with("/*");
        let is_match = |part: &str| {
            let last = part.rsplit('/').next().unwrap_or(part);
            glob(pattern, if is_anchored { part } else { last })
        };
        if !is_of_folders && is_match(path) {
            return true;
        }
        let mut folders = path.match_indices('/');
        !is_flat && folders.any(|(end, _)| path.get(..end).is_some_and(is_match))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
# who is asked
lab/  @Ann @org/lab-team   # a comment
lab/free/
*.toml @ben somebody@example.org
/tools/*  @cy
*array*   @di
";

    fn check(path: &str) -> String {
        let owners = CodeOwners::read(FILE.as_bytes());
        owners.rule_of(path).map_or("-".to_owned(), |rule| {
            let rule = &owners.rules[rule];
            format!("{} {}", rule.pattern, rule.logins.join(" "))
        })
    }

    #[test]
    fn the_last_rule_counts() {
        for (path, expect) in [
            ("lab/a.py", "lab/ ann"),
            ("lab/free/a.py", "lab/free/ "),
            ("lab/x/p.toml", "*.toml ben"),
            ("tools/a", "/tools/* cy"),
            ("tools/b/a", "-"),
            ("src/tools/a", "-"),
            ("src/my_array_x/deep/a.c", "*array* di"),
            ("lab", "-"),
            ("other", "-"),
        ] {
            assert_eq!(check(path), expect, "{path}");
        }
        let owners = CodeOwners::read(FILE.as_bytes());
        assert_eq!((owners.rules.len(), owners.broken), (5, 1));
        assert_eq!(owners.rules[0].teams, ["org/lab-team"]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a*?/@#\\[\\] .-]{0,20}\n){0,9}", path in "[a/.]{0,12}") {
            let owners = CodeOwners::read(text.as_bytes());
            prop_assert!(owners.rule_of(&path).is_none_or(|it| it < owners.rules.len()));
        }
    }
}
