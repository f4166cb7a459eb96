#!/usr/bin/env python3
"""Verify every real sample of provenance in a folder: from a file, and from a loopback index that serves it.

    python scripts/provenance_samples.py --samples pypi-attestations/test/assets [--bartizan PATH]

The samples are no part of this repository: the test assets of `pypi-attestations` are files with their attestations beside
them. For each distribution with evidence this tells the level that `bartizan verify` gives, at a file and over the index,
and that a wrong pin, a changed artifact and another name are told apart. Exit status 1 where an expectation does not hold.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from bartizan_process import find_binary

ENDINGS = (".provenance", ".publish.attestation", ".slsa.attestation", ".attestation", ".sigstore")


class Index(http.server.BaseHTTPRequestHandler):
    """The simple API for one file at a time, with its provenance."""

    pages: dict[str, bytes] = {}

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        pass


def run(binary: Path, folder: Path, *arguments: str, index: str = "") -> tuple[int, dict[str, Any]]:
    """Exit code and the answer about the only artifact."""
    environment = {**os.environ, "BARTIZAN_HOME": str(folder / "home"), "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": index}
    command = [str(binary), "verify", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    if not done.stdout:
        return done.returncode, {"level": done.stderr.strip(), "findings": [], "attestations": []}
    return done.returncode, json.loads(done.stdout)["artifacts"][0]


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of the steps that failed."""
    steps = (step for attestation in answer["attestations"] for step in attestation["steps"])
    return sorted({step["code"] for step in steps if step["outcome"] == "failed"})


def provenance(evidence: Path) -> bytes:
    """Evidence as an index serves it."""
    content = json.loads(evidence.read_bytes())
    if "attestation_bundles" in content:
        return evidence.read_bytes()
    return json.dumps({"version": 1, "attestation_bundles": [{"publisher": None, "attestations": [content]}]}).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    given = parser.parse_args()
    binary = find_binary(given.bartizan)
    names = [path for path in sorted(given.samples.glob("*")) if path.name.endswith((".tar.gz", ".whl"))] if given.samples.is_dir() else []
    if not names:
        print(f"skipped: no distributions under {given.samples}")
        return 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    index = f"http://127.0.0.1:{server.server_port}/simple"
    wrong: list[str] = []

    def expect(what: str, holds: bool, shown: str) -> None:
        print(f"  {'ok  ' if holds else 'FAIL'} {what}: {shown}")
        if not holds:
            wrong.append(what)

    for artifact in names:
        for ending in ENDINGS:
            evidence = artifact.with_name(artifact.name + ending)
            if not evidence.exists():
                continue
            print(evidence.name)
            with tempfile.TemporaryDirectory() as made:
                folder = Path(made)
                shutil.copy(artifact, folder)
                level, instance = "none", "public-good"
                for instance in ("public-good", "staging"):
                    code, answer = run(binary, folder, artifact.name, "--provenance", str(evidence.resolve()), "--instance", instance)
                    level = answer["level"]
                    if level != "unverified":
                        break
                print(f"  {level} on {instance}, exit {code} {codes(answer)}")
                if level != "verified":
                    continue
                asked = ("--instance", instance)
                signer = next(it for it in answer["attestations"] if it["attestation"])["attestation"]["signer"]
                named = ("--provenance", str(evidence.resolve()), *asked)
                if signer["repository"]:
                    code, pinned = run(binary, folder, artifact.name, *named, "--repository", signer["repository"])
                    expect("by its own repository", pinned["level"] == "pinned" and code == 0, pinned["level"])
                    code, other = run(binary, folder, artifact.name, *named, "--repository", "https://github.com/lab/other")
                    expect("by another repository", code == 1 and any("mismatch" in it for it in codes(other)), str(codes(other)))
                    project = re.split(r"-\d", artifact.name)[0].lower().replace("_", "-")
                    for repository, right in ((signer["repository"], True), ("https://github.com/lab/other", False)):
                        profile = f"[ecosystem]\ntitle = 'x'\n[[project]]\nname = '{project}'\nrepositories = ['{repository}']\n"
                        (folder / "x.toml").write_text(profile)
                        code, told = run(binary, folder, artifact.name, *named, "--profile", "x.toml")
                        holds = told["expected_by"] == "profile" and (told["level"] == "pinned" and code == 0) == right
                        expect(f"by a profile that names {'it' if right else 'another'}", holds, f"{told['level']} exit {code} {codes(told)}")
                changed = folder / "changed" / artifact.name
                changed.parent.mkdir()
                changed.write_bytes(artifact.read_bytes() + b"x")
                code, answer = run(binary, folder, str(changed), *named, "--no-content")
                expect("a changed artifact", code == 1 and codes(answer) == ["digest-mismatch"], str(codes(answer)))
                renamed = folder / re.sub(r"-\d[^-]*?(?=-|\.tar|\.whl)", "-99.0", artifact.name, count=1)
                shutil.copy(artifact, renamed)
                code, answer = run(binary, folder, renamed.name, *named, "--no-content")
                is_message = ending == ".sigstore"
                told = is_message or code == 1 and codes(answer) == ["name-mismatch"]
                expect("another name" + (" (a bundle over the bytes names none)" if is_message else ""), told, str(codes(answer)))
                if is_message:
                    continue
                project = re.split(r"-\d", artifact.name)[0].lower().replace("_", "-")
                page = {"meta": {"api-version": "1.3"}, "files": [{"filename": artifact.name, "url": artifact.name, "provenance": "/p"}]}
                Index.pages = {f"/simple/{project}/": json.dumps(page).encode(), "/p": provenance(evidence)}
                code, answer = run(binary, folder, artifact.name, "--index", *asked, index=index)
                expect("over the index", answer["level"] == "verified", f"{answer['level']} exit {code}")
                code, answer = run(binary, folder, artifact.name, "--index", "--pin", *asked, index=index)
                code, answer = run(binary, folder, artifact.name, "--index", "--require", "pinned", *asked, index=index)
                expect("pinned at first use, and then as pinned", answer["level"] == "pinned" and code == 0, f"{answer['level']} exit {code}")
                lock = folder / "home" / "identities.json"
                lock.write_text(lock.read_text().replace('"issuer": "https://', '"issuer": "https://other.'))
                code, answer = run(binary, folder, artifact.name, "--index", *asked, index=index)
                expect("a changed publisher", code == 1 and codes(answer) == ["changed-publisher"], str(codes(answer)))
    print(f"{len(wrong)} expectations do not hold")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
