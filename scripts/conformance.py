#!/usr/bin/env python3
"""Run `bartizan verify-bundle` over the cases of Sigstore's conformance suite, and say at which step each bad one ends.

    python scripts/conformance.py --cases sigstore-conformance/test/assets/bundle-verify [--bartizan PATH] [--isolated]

The suite is no part of this repository; where it is absent the script says so. Each case is asked twice, by the path of
the artifact and by its digest. A client that refuses everything would pass two thirds of the suite, so a case that has to
fail must fail at the step that it is about (`STEPS`). Where a case cannot get there, `ELSEWHERE` says why, and which test
of ours goes there. With `--isolated` the program runs in a network namespace without interfaces (`unshare`).
Exit status 1 means that a case ended otherwise.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from bartizan_process import find_binary

IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon"
    "/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"

# What each bad case is about, by its description.
STEPS = {
    "bundle-empty-certificate-chain": "evidence",
    "bundle-from-wrong-instance": "log-promise",
    "bundle-invalid-base64-signature": "evidence",
    "bundle-malformed-json": "evidence",
    "bundle-negative-log-index": "evidence",
    "bundle-unknown-version": "evidence",
    "bundle-with-root-cert": "certificate-chain",
    "checkpoint-bad-keyhint": "checkpoint",
    "checkpoint-wrong-roothash": "checkpoint",
    "dsse-invalid-sig": "signature",
    "dsse-mismatch-envelope": "log-entry",
    "dsse-mismatch-sig": "log-entry",
    "inclusion-proof-corrupted-hash": "inclusion-proof",
    "incorrect-public-key": "log-entry",
    "integrated-time-in-future": "certificate-chain",
    "intoto-expired-certificate": "certificate-chain",
    "intoto-log-entry-mismatch": "log-entry",
    "intoto-missing-inclusion-proof": "inclusion-proof",
    "intoto-set-outside-signing-cert-validity": "certificate-chain",
    "intoto-tsa-timestamp-outside-cert-validity": "certificate-chain",
    "invalid-checkpoint-signature": "checkpoint",
    "invalid-ct-key": "certificate-log",
    "invalid-inclusion-proof": "inclusion-proof",
    "managed-key-no-key": "certificate-chain",
    "managed-key-wrong-key": "signature",
    "message-digest-mismatch": "artifact",
    "rekor2-checkpoint-missing-log-signature": "checkpoint",
    "rekor2-checkpoint-missing-origin": "checkpoint",
    "rekor2-checkpoint-missing-root-hash": "checkpoint",
    "rekor2-checkpoint-missing-size": "checkpoint",
    "rekor2-checkpoint-no-matching-signature": "checkpoint",
    "rekor2-dsse-invalid-sig": "signature",
    "rekor2-dsse-mismatch-envelope": "log-entry",
    "rekor2-dsse-mismatch-sig": "log-entry",
    "rekor2-no-inclusion-proof": "inclusion-proof",
    "rekor2-no-timestamp": "signing-time",
    "rekor2-timestamp-outside-trust-root-tsa-validity": "timestamp",
    "rekor2-timestamp-outside-tsa-cert-validity": "timestamp",
    "rekor2-timestamp-payload-mismatch": "timestamp",
    "rekor2-timestamp-untrusted-tsa-with-embedded-cert": "timestamp",
    "rekor2-timestamp-untrusted-tsa-without-embedded-cert": "timestamp",
    "rekor2-timestamp-with-incorrect-time": "certificate-chain",
    "set-invalid-signature": "log-promise",
    "signature-mismatch": "signature",
    "trust-root-tlog-missing-validity-start": "trust-root",
    "wrong-hashedrekord-artifact": "log-entry",
    "wrong-hashedrekord-cert-and-sig": "log-entry",
    "wrong-hashedrekord-entry": "log-entry",
    "wrong-material": "artifact",
}

# Cases that end before the step that they are about, with the reason and the test that goes there.
ELSEWHERE: dict[str, tuple[str, str]] = {
    "incorrect-public-key": (
        "the log's promise covers the entry, so the change is found at `log-promise`",
        "an_entry_of_another_signature_is_refused_as_such",
    ),
    "invalid-inclusion-proof": (
        "the bundle has no checkpoint, which is found before the proof is computed",
        "each_part_has_its_step",
    ),
    "managed-key-wrong-key": ("the file holds no key, so nothing is asked", "another_key_is_not_the_signer"),
}


def ask(command: list[str], timeout: int) -> tuple[int, str]:
    """Exit code, and the step that failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    if done.stdout:
        failed = [step["step"] for step in json.loads(done.stdout)["steps"] if step["outcome"] == "failed"]
        return done.returncode, failed[0] if failed else ""
    for word in done.stderr.split("failed: ")[1:]:
        return done.returncode, word.split(":")[0]
    return done.returncode, done.stderr.strip().splitlines()[0] if done.stderr else ""


def arguments(case: Path) -> list[str]:
    """The options of a case."""
    given = ["--bundle", str(case / "bundle.sigstore.json")]
    if (key := case / "key.pub").exists():
        given += ["--key", str(key)]
    else:
        texts = [(case / name, default) for name, default in (("identity", IDENTITY), ("issuer", ISSUER))]
        identity, issuer = (file.read_text().strip() if file.exists() else default for file, default in texts)
        given += ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer]
    if (root := case / "trusted_root.json").exists():
        given += ["--trusted-root", str(root)]
    return given


def verdict(name: str, code: int, step: str) -> str:
    """What is wrong with how a case ended, if anything."""
    if not name.endswith("_fail"):
        return "" if code == 0 else f"refused at `{step}`"
    name = name.removesuffix("_fail")
    if code not in (1, 2):
        return f"ended with {code}"
    if name in ELSEWHERE:
        return ""
    if name not in STEPS:
        return "nobody has read what it is about"
    return "" if step == STEPS[name] else f"ended at `{step}`, is about `{STEPS[name]}`"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--isolated", action="store_true")
    parser.add_argument("--each", action="store_true", help="print every case")
    given = parser.parse_args()
    cases = sorted(path for path in given.cases.glob("*/") if (path / "bundle.sigstore.json").exists())
    if not cases:
        print(f"skipped: no cases of sigstore-conformance under {given.cases}")
        return 0
    prefix = ["unshare", "--map-root-user", "--net"] if given.isolated else []
    program = [*prefix, str(find_binary(given.bartizan)), "verify-bundle", "--format", "json"]
    passed = at_step = bad = 0
    for case in cases:
        own = case / "artifact"
        artifact = own if own.exists() else given.cases / "a.txt"
        digest = f"sha256:{hashlib.sha256(artifact.read_bytes()).hexdigest()}"
        for form, asked in (("path", str(artifact)), ("digest", digest)):
            code, step = ask([*program, *arguments(case), asked], 60)
            wrong = verdict(case.name, code, step)
            is_bad = case.name.endswith("_fail")
            has_passed = (code != 0) == is_bad
            passed += has_passed
            bad += is_bad
            at_step += is_bad and not wrong and case.name.removesuffix("_fail") not in ELSEWHERE
            if wrong or given.each:
                print(f"{'FAIL' if wrong else 'pass'} {case.name} by {form}: exit {code}, step `{step}` {wrong}".rstrip())
            failures.extend([case.name] if wrong else [])
    total = 2 * len(cases)
    print(f"{passed} of {total} pass; {at_step} of {bad} bad ones end at the step that they are about")
    for name, (why, test) in sorted(ELSEWHERE.items()):
        print(f"elsewhere: {name}: {why}; covered by {test}")
    return 1 if failures else 0


failures: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
