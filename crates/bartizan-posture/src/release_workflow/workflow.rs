//! The text of the workflow. Each `uses:` of it names an action alone; its release is put behind it.

use super::{ENVIRONMENT, Kind, actions};
use crate::facts::tags::KnownTags;

/// The text for a kind, with the newest releases that are known.
pub(super) fn text(kind: Kind, known: &KnownTags) -> String {
    let digests = |name: &str| DIGESTS.replace("NAME_OF_DIGESTS", name);
    let source = || SOURCE.to_owned() + &digests("source") + &upload("source");
    let jobs = match kind {
        Kind::Pure => {
            PURE.to_owned() + &bill_of("dist") + &digests("build") + &upload("pure") + UPLOAD_BILL
        }
        Kind::Compiled => {
            let wheels = WHEELS.replace("BUILD_WHEELS", CIBUILDWHEEL);
            source() + &wheels + &digests(PLATFORM) + &upload(PLATFORM) + &bill()
        }
        Kind::Rust => {
            let wheels = WHEELS.replace("BUILD_WHEELS", MATURIN);
            source() + &wheels + &digests(PLATFORM) + &upload(PLATFORM) + &bill()
        }
    };
    let (needs, told) = match kind {
        Kind::Pure => ("build", "${{ needs.build.outputs.build }}"),
        Kind::Compiled | Kind::Rust => ("source, wheels, bill", TOLD),
    };
    let publish = PUBLISH
        .replace("NEEDED", needs)
        .replace("TOLD_DIGESTS", told)
        .replace("NAME_OF_ENVIRONMENT", ENVIRONMENT);
    let text = HEAD.replace("NAME_OF_ENVIRONMENT", ENVIRONMENT) + &jobs + &publish;
    pinned(text, kind, known)
}

fn pinned(mut text: String, kind: Kind, known: &KnownTags) -> String {
    for action in actions::of(kind) {
        if let Some((tag, commit)) = known.newest(action) {
            let bare = format!("uses: {action}\n");
            text = text.replace(&bare, &format!("uses: {action}@{commit} # {tag}\n"));
        }
    }
    text
}

fn upload(name: &str) -> String {
    format!(
        "
      - uses: actions/upload-artifact
        with:
          name: dist-{name}
          path: dist
          if-no-files-found: error
"
    )
}

fn bill_of(folder: &str) -> String {
    BILL.replace("FOLDER_OF_WHEELS", folder)
}

fn bill() -> String {
    BILL_JOB.to_owned()
        + &bill_of("wheels")
        + &DIGESTS.replace("NAME_OF_DIGESTS", "bill")
        + UPLOAD_BILL
}

const PLATFORM: &str = "${{ matrix.platform }}";

const HEAD: &str = "\
# Publishes what a pushed tag names, as SPEC 8 describes it. Written by `bartizan init release`.
#
# By hand, before the first release (`RELEASING.md` says how):
#   - the environment `NAME_OF_ENVIRONMENT`: two reviewers or more, nobody approves a run of his own, tags `v*` only
#   - the trusted publisher on the package index: this repository, `release.yml`, `NAME_OF_ENVIRONMENT`; no token any more
#   - rules: tags `v*` are made by the release team alone, and never moved or deleted
#   - `.github/release-requirements.txt`, with the digest of every file, from `.github/release-requirements.in`
name: Release

on:
  push:
    tags: [\"v*\"]

permissions:
  contents: read

concurrency:
  group: release
  cancel-in-progress: false

# No cache stands anywhere here: what another run left behind must not reach a release. What runs code of others
# holds no rights, and what holds rights runs no code of others.
jobs:
";

const PURE: &str = "  \
  build:
    name: Build
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # to check out
    outputs:
      build: ${{ steps.digests.outputs.build }}
    steps:
      - uses: actions/checkout
        with:
          persist-credentials: false

      - uses: actions/setup-python
        with:
          python-version: \"3.13\"

      - name: Install what builds, each file known by its digest
        run: |
          python -m pip install --only-binary :all: --require-hashes --requirement .github/release-requirements.txt

      - name: Build
        run: python -m build --no-isolation --outdir dist
";

const SOURCE: &str = "  \
  source:
    name: Source distribution
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # to check out
    outputs:
      source: ${{ steps.digests.outputs.source }}
    steps:
      - uses: actions/checkout
        with:
          persist-credentials: false

      - uses: actions/setup-python
        with:
          python-version: \"3.13\"

      - name: Install what builds, each file known by its digest
        run: |
          python -m pip install --only-binary :all: --require-hashes --requirement .github/release-requirements.txt

      - name: Build
        run: python -m build --sdist --no-isolation --outdir dist
";

const WHEELS: &str = "
  wheels:
    name: Wheels (${{ matrix.platform }})
    strategy:
      matrix:
        include:
          - { platform: linux_x86_64, runner: ubuntu-24.04 }
          - { platform: linux_arm64, runner: ubuntu-24.04-arm }
          - { platform: macos_x86_64, runner: macos-15-intel }
          - { platform: macos_arm64, runner: macos-15 }
          - { platform: windows_amd64, runner: windows-2025 }
    runs-on: ${{ matrix.runner }}
    timeout-minutes: 120
    permissions:
      contents: read # to check out
    # One for each platform: a job of the matrix sets its own and leaves the others alone.
    outputs:
      linux_x86_64: ${{ steps.digests.outputs.linux_x86_64 }}
      linux_arm64: ${{ steps.digests.outputs.linux_arm64 }}
      macos_x86_64: ${{ steps.digests.outputs.macos_x86_64 }}
      macos_arm64: ${{ steps.digests.outputs.macos_arm64 }}
      windows_amd64: ${{ steps.digests.outputs.windows_amd64 }}
    steps:
      - uses: actions/checkout
        with:
          persist-credentials: false

      - uses: actions/setup-python
        with:
          python-version: \"3.13\"
BUILD_WHEELS";

const CIBUILDWHEEL: &str = "
      # Which wheels, and how they are tried, stands in `pyproject.toml` under `tool.cibuildwheel`.
      - uses: pypa/cibuildwheel
        with:
          output-dir: dist
";

const MATURIN: &str = "
      - uses: PyO3/maturin-action
        with:
          maturin-version: v1.16.0
          manylinux: auto
          args: --release --locked --out dist --find-interpreter
";

/// The wheel of one platform is what the bill is about; the native libraries in wheels are in bills of their own (PEP 770).
const BILL_JOB: &str = "
  bill:
    name: Bill of materials
    needs: wheels
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # to check out
    outputs:
      bill: ${{ steps.digests.outputs.bill }}
    steps:
      - uses: actions/checkout
        with:
          persist-credentials: false
          sparse-checkout: .github

      - uses: actions/setup-python
        with:
          python-version: \"3.13\"

      - name: Install what lists, each file known by its digest
        run: |
          python -m pip install --only-binary :all: --require-hashes --requirement .github/release-requirements.txt

      - uses: actions/download-artifact
        with:
          name: dist-linux_x86_64
          path: wheels
";

/// The first wheel that fits the machine is installed alone and listed.
const BILL: &str = "
      - name: List what it is made of
        run: |
          mkdir sbom
          python -m venv --without-pip content
          for wheel in FOLDER_OF_WHEELS/*.whl; do
            if python -m pip --python content install --no-index --no-deps \"$wheel\"; then break; fi
          done
          python -m pip --python content freeze | grep .
          cyclonedx-py environment --output-format JSON --output-file sbom/release.cdx.json content/bin/python
";

/// Digests go by the outputs of jobs, files by the store of artifacts: who changes files there is found out.
const DIGESTS: &str = "
      - name: Tell the digests to the job that publishes, by another way than the files
        id: digests
        shell: bash
        env:
          NAME: NAME_OF_DIGESTS
        run: |
          python - >> \"$GITHUB_OUTPUT\" <<'END'
          import base64, hashlib, os, pathlib, sys
          files = [path for folder in (\"dist\", \"sbom\") for path in pathlib.Path(folder).glob(\"*\")]
          lines = [f\"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.as_posix()}\\n\" for path in sorted(files)]
          told = base64.b64encode(\"\".join(lines).encode()).decode()
          sys.stdout.buffer.write(f\"{os.environ['NAME']}={told}\\n\".encode())
          END
";

const UPLOAD_BILL: &str = "
      - uses: actions/upload-artifact
        with:
          name: sbom
          path: sbom
          if-no-files-found: error
";

const TOLD: &str = "\
${{ needs.source.outputs.source }}
            ${{ needs.wheels.outputs.linux_x86_64 }}
            ${{ needs.wheels.outputs.linux_arm64 }}
            ${{ needs.wheels.outputs.macos_x86_64 }}
            ${{ needs.wheels.outputs.macos_arm64 }}
            ${{ needs.wheels.outputs.windows_amd64 }}
            ${{ needs.bill.outputs.bill }}";

const PUBLISH: &str = "
  publish:
    name: Publish
    needs: [NEEDED]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    # Its reviewers are asked before this job starts.
    environment: NAME_OF_ENVIRONMENT
    permissions:
      id-token: write # to be known as the trusted publisher, and to sign attestations
      attestations: write # to store them
    steps:
      - uses: actions/download-artifact
        with:
          pattern: dist-*
          path: dist
          merge-multiple: true

      - uses: actions/download-artifact
        with:
          name: sbom
          path: sbom

      - name: Compare what arrived with what was built
        env:
          DIGESTS: |
            TOLD_DIGESTS
        run: |
          for told in $DIGESTS; do base64 --decode <<< \"$told\"; done | tee digests.txt
          sha256sum --check --strict digests.txt
          test \"$(wc -l < digests.txt)\" = \"$(find dist sbom -type f | wc -l)\"

      - uses: actions/attest-build-provenance
        with:
          subject-path: dist/*

      - uses: actions/attest
        with:
          subject-path: dist/*
          sbom-path: sbom/release.cdx.json

      - name: Verify what was attested
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          workflow=\"$GITHUB_REPOSITORY/.github/workflows/release.yml\"
          for file in dist/*; do
            for claim in https://slsa.dev/provenance/v1 https://cyclonedx.org/bom; do
              gh attestation verify \"$file\" --repo \"$GITHUB_REPOSITORY\" --signer-workflow \"$workflow\" \\
                --source-ref \"$GITHUB_REF\" --source-digest \"$GITHUB_SHA\" --predicate-type \"$claim\"
            done
          done

      # It signs the attestations of the package index itself.
      - uses: pypa/gh-action-pypi-publish
        with:
          print-hash: true
";
