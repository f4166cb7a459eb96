//! What is put into files, and what is left alone.

use bartizan_formats::tree::MemoryTree;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{facts, laboratory::TODAY};

fn check(files: &[(&str, &str)]) -> String {
    let tree = MemoryTree::new(files.iter().copied());
    let wanted = Wanted {
        release_workflow: true,
    };
    let planned = plan(&facts::read(&tree, TODAY), &tree, wanted);
    let mut told: String = planned.edits.iter().map(unified).collect();
    let is_of_release = |(place, _): &&(Place, String)| place.file.ends_with("/release.yml");
    // Most of these tests pin nothing, for nothing is known of what they use.
    let is_unknown = |(_, why): &&(Place, String)| {
        why.contains("give them by `--tags`") && !why.contains("`x/y`")
    };
    let left = planned
        .left
        .iter()
        .filter(|it| !is_of_release(it) && !is_unknown(it));
    for (place, why) in left {
        told += &format!(
            "left {}:{} {why}\n",
            place.file,
            place.line.unwrap_or_default()
        );
    }
    // What was mended once is not mended again.
    let after: Vec<(String, String)> = planned
        .edits
        .iter()
        .map(|edit| (edit.file.clone(), edit.after()))
        .collect();
    let mut all: BTreeMap<String, String> = files
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    all.extend(after);
    let tree = MemoryTree::new(all);
    assert_eq!(plan(&facts::read(&tree, TODAY), &tree, wanted).edits, []);
    // An empty line of the file is a space here, which no snapshot keeps.
    let lines: Vec<&str> = told.lines().map(str::trim_end).collect();
    lines.join("\n")
}

const W: &str = ".github/workflows/w.yml";
const D: &str = ".github/dependabot.yml";

#[test]
fn a_block_of_permissions_stands_before_the_jobs() {
    assert_snapshot!(check(&[(W, "name: x\non: push # comment\n\n# the jobs\njobs:\n  a:\n    steps:\n      - run: pytest\n")]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -2,6 +2,9 @@
     on: push # comment

     # the jobs
    +permissions:
    +  contents: read
    +
     jobs:
       a:
         steps:
    ");
    assert_snapshot!(check(&[(W, "on: push\njobs:\n  a:\n    steps:\n      - run: git push\n")]), @"left .github/workflows/w.yml:5 no permissions were put in: a step has to do with `git push`");
    assert_snapshot!(check(&[(W, "on: push\r\njobs:\r\n  a:\r\n    steps:\r\n      - run: ls")]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -1,4 +1,7 @@
     on: push
    +permissions:
    +  contents: read
    +
     jobs:
       a:
         steps:
    ");
}

#[test]
fn a_called_workflow_asks_for_no_more_than_its_caller_has() {
    let inner = "on: workflow_call\njobs:\n  a:\n    steps:\n      - run: ls\n";
    let caller = |permissions: &str| {
        format!("on: push\npermissions: {permissions}\njobs:\n  c:\n    uses: ./{W}\n")
    };
    let with = |permissions: &str| {
        check(&[
            (W, inner),
            (".github/workflows/c.yml", &caller(permissions)),
        ])
    };
    assert_snapshot!(with("{}"), @"left .github/workflows/w.yml:2 no permissions were put in: the job `c` of `.github/workflows/c.yml` calls it and may not read contents, and the host starts no workflow that asks for more than its caller has");
    assert!(with("{contents: read}").contains("+permissions:"));
}

#[test]
fn an_entry_of_dependabot_is_put_in() {
    let uses = "on: push\npermissions: {}\njobs: {a: {steps: [{uses: a/b@v1}]}}\n";
    assert_snapshot!(check(&[(W, uses)]), @r#"
    --- /dev/null
    +++ b/.github/dependabot.yml
    @@ -0,0 +1,9 @@
    +version: 2
    +updates:
    +  - package-ecosystem: github-actions
    +    directory: /
    +    schedule:
    +      interval: monthly
    +    groups:
    +      actions:
    +        patterns: ["*"]
    "#);
    assert_snapshot!(check(&[(W, uses), (D, "version: 2\nupdates:\n- package-ecosystem: pip\n  directory: /\n")]), @r#"
    --- a/.github/dependabot.yml
    +++ b/.github/dependabot.yml
    @@ -2,3 +2,10 @@
     updates:
     - package-ecosystem: pip
       directory: /
    +- package-ecosystem: github-actions
    +  directory: /
    +  schedule:
    +    interval: monthly
    +  groups:
    +    actions:
    +      patterns: ["*"]
    "#);
    assert_snapshot!(check(&[(W, uses), (D, "version: 2\nupdates:\n    # mine\n    - package-ecosystem: \"github-actions\"\n      directory: /\n")]), @r#"
    --- a/.github/dependabot.yml
    +++ b/.github/dependabot.yml
    @@ -2,4 +2,7 @@
     updates:
         # mine
         - package-ecosystem: "github-actions"
    +      groups:
    +        actions:
    +          patterns: ["*"]
           directory: /
    "#);
    assert_snapshot!(check(&[(W, uses), (D, "updates:\n- package-ecosystem: pip\n  directory: /\nversion: 2\n")]), @"left .github/dependabot.yml:2 no entry was put in: `updates` is not the last key, or the last line has no end");
    assert_snapshot!(check(&[(W, uses), (D, "updates: [{package-ecosystem: pip}]\n")]), @"left .github/dependabot.yml:1 no entry was put in: the file is not written in block style");
}

#[test]
fn hashes_are_printed() {
    let step = |more: &str| {
        format!(
            "on: release\npermissions: {{}}\njobs:\n  p:\n    steps:\n      - name: out\n        uses: pypa/gh-action-pypi-publish@v1 # x\n{more}"
        )
    };
    let d = (
        D,
        "updates:\n- package-ecosystem: github-actions\n  groups: {a: {patterns: [x]}}\n",
    );
    assert_snapshot!(check(&[(W, &step("")), d]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -5,3 +5,5 @@
         steps:
           - name: out
             uses: pypa/gh-action-pypi-publish@v1 # x
    +        with:
    +          print-hash: true
    ");
    assert_snapshot!(check(&[(W, &step("        with:\n          # where\n          packages-dir: out\n      - run: ls\n")), d]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -7,5 +7,6 @@
             uses: pypa/gh-action-pypi-publish@v1 # x
             with:
               # where
    +          print-hash: true
               packages-dir: out
           - run: ls
    ");
    assert_snapshot!(check(&[(W, &step("        with: {packages-dir: out}\n")), d]), @"left .github/workflows/w.yml:6 `print-hash` was not put in: the step is not written in block style");
    assert_snapshot!(check(&[(W, &step("        with: {print-hash: false}\n")), d]), @"");
}

const T: &str = ".github/bartizan-tags.toml";
const TABLE: &str = "[tags]\n'a/b' = {'v1.2.3' = '1111111111111111111111111111111111111111', 'v1.10.0' = '2222222222222222222222222222222222222222'}\n";

#[test]
fn tags_become_commits_and_comments_stay() {
    let d = (
        D,
        "updates:\n- package-ecosystem: github-actions\n  groups: {a: {patterns: [x]}}\n",
    );
    let workflow = "on: push\npermissions: {}\njobs:\n  a:\n    steps:\n    -   uses:   a/b@v1  # why\n    - name: x\n      uses: 'A/b/c@v1.2.3'\n    - {uses: a/b@v1}\n    - uses: a/b@main\n    - uses: x/y@v1\n  b:\n    uses: a/b/.github/workflows/w.yml@v1.2";
    assert_snapshot!(check(&[(W, workflow), (T, TABLE), d]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -3,11 +3,11 @@
     jobs:
       a:
         steps:
    -    -   uses:   a/b@v1  # why
    +    -   uses:   a/b@2222222222222222222222222222222222222222 # v1.10.0 # why
         - name: x
    -      uses: 'A/b/c@v1.2.3'
    +      uses: 'A/b/c@1111111111111111111111111111111111111111' # v1.2.3
         - {uses: a/b@v1}
         - uses: a/b@main
         - uses: x/y@v1
       b:
    -    uses: a/b/.github/workflows/w.yml@v1.2
    \\ No newline at end of file
    +    uses: a/b/.github/workflows/w.yml@1111111111111111111111111111111111111111 # v1.2.3
    \\ No newline at end of file
    left .github/workflows/w.yml:9 `a/b@v1` was not pinned: it does not end its line
    left .github/workflows/w.yml:10 `a/b@main` was not pinned: no full release is known that `main` stands for
    left .github/workflows/w.yml:11 `x/y` was not pinned in 1 place: no release of it is known; give them by `--tags`
    ");
}

#[test]
fn what_other_pins_say_is_known_too() {
    let d = (
        D,
        "updates:\n- package-ecosystem: github-actions\n  groups: {a: {patterns: [x]}}\n",
    );
    // What other pins of the repository say is known too, unless they contradict each other.
    let pins = |one: &str, two: &str| {
        format!(
            "on: push\npermissions: {{}}\njobs:\n  a:\n    steps:\n    - uses: a/b@{} # v1.2.3\n    - uses: a/b@{} # v1.2.3\n    - uses: a/b@v1\n",
            one.repeat(40),
            two.repeat(40)
        )
    };
    assert_snapshot!(check(&[(W, &pins("3", "3")), d]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -5,4 +5,4 @@
         steps:
         - uses: a/b@3333333333333333333333333333333333333333 # v1.2.3
         - uses: a/b@3333333333333333333333333333333333333333 # v1.2.3
    -    - uses: a/b@v1
    +    - uses: a/b@3333333333333333333333333333333333333333 # v1.2.3
    ");
    assert_snapshot!(check(&[(W, &pins("3", "4")), d]), @"");
}

#[test]
fn the_full_release_stands_behind_a_commit() {
    let d = (
        D,
        "updates:\n- package-ecosystem: github-actions\n  groups: {a: {patterns: [x]}}\n",
    );
    let one = "1".repeat(40);
    let comments = format!(
        "on: push\npermissions: {{}}\njobs:\n  a:\n    steps:\n    - uses: a/b@{one} # v1\n    - uses: a/b@{one}\n    - uses: a/b@{one} # main, for now\n    - uses: a/b@{one} # v1.2.2\n"
    );
    assert_snapshot!(check(&[(W, &comments), (T, TABLE), d]), @"
    --- a/.github/workflows/w.yml
    +++ b/.github/workflows/w.yml
    @@ -3,7 +3,7 @@
     jobs:
       a:
         steps:
    -    - uses: a/b@1111111111111111111111111111111111111111 # v1
    +    - uses: a/b@1111111111111111111111111111111111111111 # v1.2.3
    -    - uses: a/b@1111111111111111111111111111111111111111
    +    - uses: a/b@1111111111111111111111111111111111111111 # v1.2.3
    -    - uses: a/b@1111111111111111111111111111111111111111 # main, for now
    +    - uses: a/b@1111111111111111111111111111111111111111 # v1.2.3 # main, for now
         - uses: a/b@1111111111111111111111111111111111111111 # v1.2.2
    ");
    assert_snapshot!(check(&[("x/action.yml", "runs:\r\n  using: composite\r\n  steps:\r\n    - uses: a/b@v1\r\n"), (T, TABLE), d]), @"
    --- a/x/action.yml
    +++ b/x/action.yml
    @@ -1,4 +1,4 @@
     runs:
       using: composite
       steps:
    -    - uses: a/b@v1
    +    - uses: a/b@2222222222222222222222222222222222222222 # v1.10.0
    ");
}

/// A table that knows every action of the workflow of releases.
fn table_of_releases() -> String {
    let tags = [
        "actions/checkout",
        "actions/setup-python",
        "actions/upload-artifact",
        "actions/download-artifact",
        "actions/attest-build-provenance",
        "actions/attest",
        "pypa/gh-action-pypi-publish",
    ];
    let commit = "1".repeat(40);
    let tags: Vec<String> = tags
        .iter()
        .map(|it| format!("'{it}' = {{'v1.2.3' = '{commit}'}}\n"))
        .collect();
    format!("[tags]\n{}", tags.concat())
}

const PURE: &str = "[project]\nname = 'lab'\n[build-system]\nbuild-backend = 'hatchling.build'\n";

const ASKED: Wanted = Wanted {
    release_workflow: true,
};

/// What is written for a package of Python alone passes every check of SPEC 8 that a checkout can tell.
#[test]
fn the_workflow_of_releases_passes_our_own_checks() {
    let tags = table_of_releases();
    let files = [("pyproject.toml", PURE), (T, tags.as_str())];
    let tree = MemoryTree::new(files.iter().copied());
    let planned = plan(&facts::read(&tree, TODAY), &tree, ASKED);
    let mut all: BTreeMap<String, String> = files
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    all.extend(planned.edits.iter().map(|it| (it.file.clone(), it.after())));
    assert!(all.contains_key(".github/workflows/release.yml"));
    let tree = MemoryTree::new(all);
    let facts = facts::read(&tree, TODAY);
    assert_eq!(facts.problems, []);
    let failing: Vec<String> = crate::report::answers(&facts)
        .iter()
        .filter(|it| it.statement.outcome == bartizan_model::assessment::Outcome::Fail)
        .map(|it| format!("{}: {}", it.check.id, it.statement.message))
        .filter(|it| {
            !it.starts_with("spec-4") && !it.starts_with("spec-5") && !it.starts_with("spec-9")
        })
        .collect();
    assert_eq!(failing, Vec::<String>::new());
}

#[test]
fn a_workflow_of_releases_is_written_where_nothing_is_compiled_and_nobody_publishes() {
    let tags = table_of_releases();
    let left = |files: &[(&str, &str)]| {
        let tree = MemoryTree::new(files.iter().copied());
        let planned = plan(&facts::read(&tree, TODAY), &tree, ASKED);
        planned
            .left
            .into_iter()
            .map(|(_, why)| why)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(left(&[("pyproject.toml", PURE), (T, &tags), ("a.pyx", "")]), @"no workflow of releases was written: `a.pyx` may have to be compiled");
    assert_snapshot!(left(&[("pyproject.toml", PURE)]), @"no workflow of releases was written: no release of `actions/checkout` is known; give one by `--tags`");
    assert_snapshot!(left(&[("pyproject.toml", "[project]\nname = 'a'\n"), (T, &tags)]), @"no workflow of releases was written: `pyproject.toml` does not say what builds the package");
    assert_snapshot!(left(&[("a", "b")]), @"no workflow of releases was written: there is no Python package to publish");
}

proptest! {
    #[test]
    fn nothing_panics(text in r"(on|jobs|steps|uses: pypa/gh-action-pypi-publish|uses: a/b@v1|updates|package-ecosystem|[-: \n{}\[\]#a])*{0,40}") {
        check(&[(W, &text), (D, &text), (T, TABLE)]);
    }
}
