//! The attack on Ultralytics of December 2024, end to end, on workflows made up here that have the same weaknesses.
//!
//! A branch name was put into a script of a composite action that `pull_request_target` started; the script filled the
//! cache of the default branch; the release was built with that cache, from no tag; and when the cache was clean again, a
//! publishing token that nobody needed any more published the next wave.

use crate::laboratory::{only, told};

const FORMAT: &str = "\
name: format
on:
  pull_request_target:
    branches: [main]
permissions:
  contents: write
jobs:
  format:
    runs-on: ubuntu-latest
    steps:
      - uses: ./.github/actions/format
        with:
          branch: ${{ github.head_ref }}
          token: ${{ secrets.BOT_TOKEN }}
";

const ACTION: &str = "\
name: format
inputs:
  branch: {description: the branch}
  token: {description: a token}
runs:
  using: composite
  steps:
    - run: |
        git config user.name bot
        git pull origin ${{ inputs.branch }}
      shell: bash
";

const PUBLISH: &str = "\
name: publish
on:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions:
      id-token: write
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: 3.x
          cache: pip
      - run: python -m build
      - uses: pypa/gh-action-pypi-publish@release/v1
  notify:
    runs-on: ubuntu-latest
    steps:
      - run: twine check dist/*
        env:
          TOKEN: ${{ secrets.PYPI_TOKEN }}
";

#[test]
fn each_step_of_the_attack_is_found() {
    let facts = only(&[
        (".github/workflows/format.yml", FORMAT),
        (".github/actions/format/action.yml", ACTION),
        (".github/workflows/publish.yml", PUBLISH),
        ("pyproject.toml", "[project]\nname = \"lab\"\n"),
    ]);
    let steps = [
        "privileged-untrusted-trigger",
        "template-injection",
        "poisoned-cache",
        "spec-8-unintentional-release",
        "untagged-publishing",
        "publishing-token-beside-trusted-publishing",
        "spec-8-release-outside-environment",
    ];
    let shown: Vec<String> = steps
        .iter()
        .map(|id| format!("{id}\n  {}", told(id, &facts)))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    privileged-untrusted-trigger
      fail (high): `pull_request_target` starts the job `format`, which takes code or artifacts of strangers and holds the secret `BOT_TOKEN` [format.yml:3 format.yml:14 .github/actions/format/action.yml:8]
    template-injection
      fail (high): a script holds `inputs.branch`, which is given `github.head_ref`, which a stranger writes [.github/actions/format/action.yml:10 format.yml:13]
    poisoned-cache
      fail (high): a release is built with a cache (`cache`) that the job `format`, which strangers start, can fill [publish.yml:14 format.yml:8]
    spec-8-unintentional-release
      fail: a release is published on `push`, which is no intentional act [publish.yml:3 publish.yml:19]
    untagged-publishing
      fail: the job `publish` publishes what no tag names [publish.yml:19 publish.yml:3]
    publishing-token-beside-trusted-publishing
      fail: the job `notify` reads `PYPI_TOKEN`, and a trusted publisher publishes [publish.yml:25 publish.yml:19]
    spec-8-release-outside-environment
      fail: the job `publish` publishes outside an environment [publish.yml:19]
    ");
}
