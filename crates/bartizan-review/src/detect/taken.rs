//! What workflows, hooks of commits and lists of data take from elsewhere: an action or a hook of the same name and another
//! owner, a digest of a file that stays while the file is another one, and expressions that strangers write within actions of
//! the repository's own.

use std::collections::BTreeMap;

use super::Subject;
use crate::{
    kind::{Language, Role, file_name},
    lines::{cut, normalised, numbered},
    sighting::Seen,
};

/// The largest file whose digests are compared, in bytes.
const LARGEST: usize = 4 << 20;

/// How many lines of one file are compared.
const MOST_LINES: usize = 60_000;

/// How many digests that changed are told.
const MOST_TOLD: usize = 20;

/// What strangers write, within an expression.
const WRITTEN: [&str; 10] = [
    "github.head_ref",
    "pull_request.title",
    "pull_request.body",
    "pull_request.head.ref",
    "pull_request.head.label",
    "issue.title",
    "issue.body",
    "comment.body",
    "head_commit.message",
    "discussion.body",
];

/// Expressions in actions of the repository; those of workflows are judged by `check`.
pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let name = file_name(&subject.file.path);
    let Some(text) = subject
        .text
        .filter(|_| matches!(name, "action.yml" | "action.yaml"))
    else {
        return;
    };
    for (number, line) in numbered(text) {
        let Some((before, rest)) = line.split_once("${{") else {
            continue;
        };
        let expression = rest.split("}}").next().unwrap_or_default();
        // A value of its own is no part of a command.
        let is_value = before.trim_end().ends_with(':') && !before.contains("run:");
        if !is_value && WRITTEN.iter().any(|it| expression.contains(it)) {
            let message = format!(
                "`{}` is written by whoever opens it, and becomes a part of a command here",
                cut(expression.trim(), 100)
            );
            seen.push(Seen::new(
                "stranger-in-action",
                Some(number),
                normalised(line),
                message,
            ));
        }
    }
}

/// What is taken from another place than before, under the same name.
pub(super) fn compare(before: &Subject<'_>, after: &Subject<'_>, seen: &mut Vec<Seen>) {
    let (Some(old), Some(new)) = (before.text, after.text) else {
        return;
    };
    if old.len() > LARGEST || new.len() > LARGEST {
        return;
    }
    if after.language == Language::Yaml && after.role == Role::Automation {
        owners(old, new, seen);
    }
    if after.role != Role::Test || new.len() < LARGEST / 4 {
        digests(old, new, seen);
    }
}

/// Owners of what lines of a workflow or of hooks take, by its name, with the first line.
fn owned(text: &str) -> BTreeMap<&str, BTreeMap<&str, u32>> {
    let mut owned: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
    for (number, line) in numbered(text).take(MOST_LINES) {
        let line = line.trim_start().trim_start_matches("- ");
        let place = match line.split_once(':') {
            Some(("uses", rest)) => rest.trim().split(['@', ' ']).next(),
            Some(("repo", rest)) => rest.trim().split_once("://").map(|(_, rest)| rest),
            _ => None,
        };
        let Some(place) = place.map(|it| it.trim_matches(['"', '\''])) else {
            continue;
        };
        if place.starts_with('.') || place.starts_with("docker:") {
            continue;
        }
        let found = if line.starts_with("uses") {
            // `owner/name/folder`
            place.split_once('/')
        } else {
            place.rsplit_once('/')
        };
        if let Some((owner, name)) = found {
            owned
                .entry(name)
                .or_default()
                .entry(owner)
                .or_insert(number);
        }
    }
    owned
}

fn owners(old: &str, new: &str, seen: &mut Vec<Seen>) {
    let (old, new) = (owned(old), owned(new));
    for (name, owners) in &new {
        let Some(was) = old.get(name) else {
            continue;
        };
        // Somebody who was there is gone, and somebody else came.
        let Some(gone) = was.keys().find(|it| !owners.contains_key(*it)) else {
            continue;
        };
        for (owner, line) in owners.iter().filter(|(it, _)| !was.contains_key(*it)) {
            let message = format!(
                "`{}` is taken from `{}`, and was from `{}`",
                cut(name, 100),
                cut(owner, 100),
                cut(gone, 100)
            );
            seen.push(Seen::new(
                "changed-source",
                Some(*line),
                format!("{owner}/{name}"),
                message,
            ));
        }
    }
}

/// A line with a digest, by what else it says.
fn digested(text: &str) -> BTreeMap<String, Option<(&str, u32)>> {
    let mut lines = BTreeMap::new();
    for (number, line) in numbered(text).take(MOST_LINES) {
        let Some((start, digest)) = digest(line) else {
            continue;
        };
        let end = start + digest.len();
        let (Some(before), Some(behind)) = (line.get(..start), line.get(end..)) else {
            continue;
        };
        let key = normalised(&format!("{before}#{behind}"));
        // Only a line that names a file says of what the digest is.
        if key.len() < 600 && names_file(&key) {
            // What stands there twice is none.
            let several = lines.contains_key(&key);
            lines.insert(key, (!several).then_some((digest, number)));
        }
    }
    lines
}

/// The first run of 64 hexadecimal digits of a line.
fn digest(line: &str) -> Option<(usize, &str)> {
    if line.len() < 64 {
        return None;
    }
    let mut start = 0;
    for (at, byte) in line.bytes().chain([b' ']).enumerate() {
        if byte.is_ascii_hexdigit() {
            continue;
        }
        if at - start == 64 {
            return line.get(start..at).map(|it| (start, it));
        }
        start = at + 1;
    }
    None
}

/// Whether a word of a line ends as the name of a file does.
fn names_file(line: &str) -> bool {
    line.split([' ', '"', '\'', '=', ',', ':', '#'])
        .any(|word| {
            let Some((stem, end)) = word.rsplit_once('.') else {
                return false;
            };
            !stem.is_empty()
                && (1..=6).contains(&end.len())
                && end.bytes().all(|it| it.is_ascii_alphanumeric())
                && end.bytes().any(|it| it.is_ascii_alphabetic())
        })
}

fn digests(old: &str, new: &str, seen: &mut Vec<Seen>) {
    let old_lines = digested(old);
    if old_lines.is_empty() {
        return;
    }
    let mut told = 0;
    for (key, now) in digested(new) {
        let (Some(Some((was, _))), Some((digest, line))) = (old_lines.get(&key), now) else {
            continue;
        };
        if *was == digest || new.contains(was) || old.contains(digest) || told >= MOST_TOLD {
            continue;
        }
        told += 1;
        let message = format!(
            "the digest in `{}` changes, and the name does not: other content under the same name",
            cut(&key, 100)
        );
        seen.push(Seen::new(
            "changed-digest",
            Some(line),
            format!("{key} {digest}"),
            message,
        ));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detect::laboratory::{compared, told};

    fn check(path: &str, before: &str, after: &str) -> String {
        told(&compared(path, (before, after), |before, after, seen| {
            compare(before, after, seen);
            see(after, seen);
        }))
    }

    #[test]
    fn what_is_taken_from_another() {
        let workflow = ".github/workflows/a.yml";
        insta::assert_snapshot!(check(workflow, "- uses: lab/a@v1\n- uses: lab/b@v1\n", "- uses: 1ab/a@v1\n- uses: lab/b@v2\n"), @"changed-source@1: `a` is taken from `1ab`, and was from `lab`");
        insta::assert_snapshot!(check(workflow, "- uses: lab/a@v1\n", "- uses: lab/a@v2\n- uses: other/a@v1\n"), @"");
        insta::assert_snapshot!(check(".pre-commit-config.yaml", "- repo: https://github.com/lab/a\n", "- repo: https://git.example/a\n"), @"changed-source@1: `a` is taken from `git.example`, and was from `github.com/lab`");
        let (one, two) = ("a".repeat(64), "b".repeat(64));
        insta::assert_snapshot!(check("src/registry.py", &format!("\"x.npz\": \"{one}\"\n"), &format!("\"x.npz\": \"{two}\"\n")), @r###"changed-digest@1: the digest in `"x.npz": "#"` changes, and the name does not: other content under the same name"###);
        insta::assert_snapshot!(check("src/registry.py", &format!("\"x.npz\": \"{one}\"\n"), &format!("\"y.npz\": \"{two}\"\n")), @"");
        insta::assert_snapshot!(check("src/registry.py", &format!("key = \"{one}\"\n"), &format!("key = \"{two}\"\n")), @"");
        insta::assert_snapshot!(check(".github/actions/a/action.yml", "", "      run: |\n        git fetch ${{ github.head_ref }}\n      env:\n        A: ${{ github.head_ref }}\n"), @"stranger-in-action@2: `github.head_ref` is written by whoever opens it, and becomes a part of a command here");
    }

    proptest! {
        #[test]
        fn never_panics(before in "(uses: |repo: |a|/|@|://|[0-9a-f]{64}|[.]|\n|é|\\$\\{\\{|\\}\\}){0,30}", after in "(uses: |repo: |a|/|@|[0-9a-f]{64}|[.]|\n|é){0,30}") {
            check(".github/workflows/a.yml", &before, &after);
            check("action.yml", &before, &after);
        }
    }
}
