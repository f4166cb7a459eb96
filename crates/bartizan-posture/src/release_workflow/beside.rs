//! What stands beside the workflow: the tools that it installs, who keeps its actions up to date, and how a release is made.

use super::{ENVIRONMENT, Kind, NewFile};
use crate::{edits::new_updates, facts::Facts};

/// The tools of the workflow, before their versions and digests are fixed.
const TOOLS: &str = ".github/release-requirements.in";

/// What keeps actions up to date.
const UPDATES: &str = ".github/dependabot.yml";

/// The files that are not there yet.
pub(super) fn files(facts: &Facts, kind: Kind) -> Vec<NewFile> {
    let mut files = vec![NewFile {
        path: TOOLS.to_owned(),
        text: tools(facts),
    }];
    if facts.updates.is_none() && facts.renovate.is_none() {
        files.push(NewFile {
            path: UPDATES.to_owned(),
            text: new_updates().join("\n") + UPDATES_OF_TOOLS,
        });
    }
    let is_told = facts.documents.iter().any(|page| {
        let name = page.name().to_lowercase();
        name.starts_with("releasing") || name.starts_with("release.")
    });
    if !is_told {
        files.push(NewFile {
            path: "RELEASING.md".to_owned(),
            text: releasing(kind),
        });
    }
    files
}

fn tools(facts: &Facts) -> String {
    let mut text = "\
# What the workflow of releases installs. Fix versions and digests, and again when this file changes:
#   uv pip compile --universal --generate-hashes .github/release-requirements.in -o .github/release-requirements.txt
build
cyclonedx-bom
"
    .to_owned();
    // Without isolation, what builds the package is installed beforehand, by its digest too.
    for requirement in &facts.project.build_requires {
        text += requirement;
        text.push('\n');
    }
    text
}

/// What is a week old is taken in; the tools of the workflow are kept up to date beside its actions.
const UPDATES_OF_TOOLS: &str = "
    cooldown:
      default-days: 7
  - package-ecosystem: pip
    directory: /.github
    schedule:
      interval: monthly
    groups:
      tools:
        patterns: [\"*\"]
    cooldown:
      default-days: 7
";

fn releasing(kind: Kind) -> String {
    let builds = match kind {
        Kind::Pure => "builds the wheel and the source distribution",
        Kind::Compiled | Kind::Rust => {
            "builds the source distribution and the wheels of each platform"
        }
    };
    format!(
        "\
# Releasing

A release is a signed tag, from which `.github/workflows/release.yml` builds, attests, verifies and publishes. Nobody publishes from a
machine of their own, and no password or token of the package index exists.

## Who needs what

| step | permission |
|---|---|
| merge the change that raises the version | write access; the default branch takes reviewed changes only |
| sign and push the tag | member of the release team; tags `v*` are protected by a rule |
| approve the job `publish` | reviewer of the environment `{ENVIRONMENT}`, and not who pushed the tag |
| be the trusted publisher | nobody: the package index knows `release.yml` with the environment `{ENVIRONMENT}` |

## Steps

1. Raise the version, write the changelog, and merge.
2. `git tag --sign v1.2.3` and push the tag. The workflow {builds}, and waits.
3. A second member of the release team compares the tag with what was reviewed, and approves. The job compares the digests of all
   files with those that were built, attests build and materials, verifies each attestation, prints the hashes and publishes.
4. Install what was published, and compare its hash with the log: `bartizan verify FILE --index --require pinned`.

## When something is wrong

Yank the release on the package index, and say why. A tag is never moved.
"
    )
}
