//! A workflow that publishes releases as SPEC 8 describes it, for a package that needs no compiler.

use super::Planner;
use crate::{
    facts::{Facts, publishing::PUBLISH_ACTION},
    releases::publications,
};
use bartizan_model::assessment::Outcome;

/// Where it is written.
pub(super) const FILE: &str = ".github/workflows/release.yml";

/// The actions that it runs, in the order of the text.
const ACTIONS: [&str; 6] = [
    "actions/checkout",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/download-artifact",
    "actions/attest-build-provenance",
    PUBLISH_ACTION,
];

/// What builds packages of Python alone. Setuptools and others may compile; meson-python does.
const PURE: [&str; 6] = [
    "flit_core",
    "flit-core",
    "hatchling",
    "pdm.backend",
    "poetry.core",
    "uv_build",
];

/// Endings of what is compiled.
const COMPILED: [&str; 9] = ["c", "cc", "cpp", "cu", "f", "f90", "pyx", "rs", "h"];

impl Planner<'_> {
    /// Writes it where no workflow publishes, nothing is compiled, and every action is known by a full release.
    pub(super) fn release(&mut self, facts: &Facts) {
        if let Some(why) = against(facts) {
            return self.leave(
                FILE,
                1,
                format!("no workflow of releases was written: {why}"),
            );
        }
        let known = super::pins::known(facts);
        let mut pins = Vec::new();
        for action in ACTIONS {
            let Some((tag, commit)) = known.newest(action) else {
                let why = format!(
                    "no workflow of releases was written: no release of `{action}` is known; give one by `--tags`"
                );
                return self.leave(FILE, 1, why);
            };
            pins.push(format!("{action}@{commit} # {tag}"));
        }
        let text = text(&pins);
        self.put(
            FILE,
            1,
            text.lines().map(str::to_owned).collect(),
            "a workflow that publishes releases",
        );
        self.leave(FILE, 1, "written, and not enough alone: create the environment `release` with reviewers, and register this workflow and environment as a trusted publisher");
    }
}

/// What speaks against writing one.
fn against(facts: &Facts) -> Option<String> {
    match publications(facts) {
        Ok(_) => return Some("a workflow of this repository publishes already".to_owned()),
        Err(told) if told.outcome() != Outcome::Unknown => {
            return told.statements().first().map(|it| it.message.clone());
        }
        Err(_) => {}
    }
    if facts.files.iter().any(|path| path == FILE) {
        return Some("there is a file of that name".to_owned());
    }
    let compiled = facts.files.iter().find(|path| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        COMPILED.contains(&ending)
    });
    if let Some(path) = compiled {
        return Some(format!("`{path}` may have to be compiled"));
    }
    match facts.project.build_backend.as_deref() {
        Some(backend) if PURE.iter().any(|pure| backend.starts_with(pure)) => None,
        Some(backend) => Some(format!("`{backend}` may compile")),
        None => Some("`pyproject.toml` does not say what builds the package".to_owned()),
    }
}

fn text(pins: &[String]) -> String {
    let mut pins = pins.iter();
    let mut uses = || pins.next().cloned().unwrap_or_default();
    let (checkout, python, upload, download, attest, publish) =
        (uses(), uses(), uses(), uses(), uses(), uses());
    format!(
        "\
name: release

# Started by hand on the tag of a release; the environment asks its reviewers before anything is published.
on:
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: release
  cancel-in-progress: false

jobs:
  build:
    name: Build the distributions
    runs-on: ubuntu-latest
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - uses: {python}
        with:
          python-version: \"3.x\"
      - run: python -m pip install build
      - run: python -m build
      - uses: {upload}
        with:
          name: dist
          path: dist

  publish:
    name: Publish on the package index
    needs: build
    if: github.ref_type == 'tag'
    runs-on: ubuntu-latest
    environment: release
    permissions:
      attestations: write
      contents: read
      id-token: write
    steps:
      - uses: {download}
        with:
          name: dist
          path: dist
      - uses: {attest}
        with:
          subject-path: dist/*
      - name: Verify the attestations
        run: |
          for file in dist/*; do
            gh attestation verify \"$file\" --repo \"$GITHUB_REPOSITORY\"
          done
        env:
          GH_TOKEN: ${{{{ github.token }}}}
      - uses: {publish}
        with:
          print-hash: true
"
    )
}
