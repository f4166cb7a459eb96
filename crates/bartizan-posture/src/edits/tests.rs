//! What is put into files, and what is left alone.

use bartizan_formats::tree::MemoryTree;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{facts, laboratory::TODAY};

fn check(files: &[(&str, &str)]) -> String {
    let tree = MemoryTree::new(files.iter().copied());
    let planned = plan(&facts::read(&tree, TODAY), &tree);
    let mut told: String = planned.edits.iter().map(unified).collect();
    for (place, why) in &planned.left {
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
    assert_eq!(plan(&facts::read(&tree, TODAY), &tree).edits, []);
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

proptest! {
    #[test]
    fn nothing_panics(text in r"(on|jobs|steps|uses: pypa/gh-action-pypi-publish|updates|package-ecosystem|[-: \n{}\[\]#a])*{0,40}") {
        check(&[(W, &text), (D, &text)]);
    }
}
