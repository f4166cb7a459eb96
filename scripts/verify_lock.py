#!/usr/bin/env python3
"""A lock of many different artifacts, each with an attestation of its own: how long `bartizan verify` takes, and what it says when
one of them is swapped.

    cargo build --example attested_lock -p bartizan
    python scripts/verify_lock.py [--count 200] [--repetitions 9] [--bartizan PATH] [--maker PATH]

The artifacts are signed by an instance of Sigstore of its own, which `attested_lock` holds in memory. Every one must verify by who
should have signed it, be in the lock, and agree with its RECORD; then one is swapped, and it alone must be told. Exit status 1
where that does not hold. No time is asserted: the figures of a busy machine say nothing about the program.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bartizan_process import ROOT, environment, find_binary
from measuring import measure, median


def wrong(answer: dict[str, Any]) -> dict[str, list[str]]:
    """The findings of each artifact that has any."""
    return {it["path"]: sorted(finding["check"] for finding in it["findings"]) for it in answer["artifacts"] if it["findings"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--maker", type=Path, default=ROOT / "target/debug/examples/attested_lock")
    given = parser.parse_args()
    if not given.maker.exists():
        print(f"skipped: no {given.maker}; `cargo build --example attested_lock -p bartizan` makes it")
        return 0
    binary = find_binary(given.bartizan)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        issuer = subprocess.run([given.maker.resolve(), folder, str(given.count)], capture_output=True, text=True, check=True).stdout.strip()
        (folder / "policy.toml").write_text("[default]\nlevel = 'pinned'\ntags-only = true\nhosted-only = true\n")
        command = [str(binary), "verify", "wheels", "--lock", "requirements.txt", "--policy", "policy.toml", "--trusted-root", "root.json"]
        command += ["--repository", "lab/lab", "--issuer", issuer, "--offline", "--format", "json"]
        output = folder / "answer.json"
        costs = [measure(command, output, folder, environment(folder / "home")) for _ in range(given.repetitions + 1)][1:]
        answer = json.loads(output.read_bytes())
        middle = median(costs)
        best = min(cost.wall for cost in costs)
        size = sum(path.stat().st_size for path in (folder / "wheels").glob("*.whl"))
        print(f"{len(answer['artifacts'])} artifacts of {size / 1e6:.1f} MB with an attestation each, load {os.getloadavg()[0]:.1f}")
        print(f"wall {middle.wall:.3f} s (best {best:.3f}), processor {middle.cpu:.3f} s, memory {middle.memory / 1e6:.0f} MB, exit {middle.status}")
        sound = middle.status == 0 and not wrong(answer) and len(answer["artifacts"]) == given.count
        print(f"{'ok  ' if sound else 'FAIL'} all verified and pinned, and in the lock: {wrong(answer)}")
        swapped = sorted((folder / "wheels").glob("*.whl"))[given.count // 2]
        other = swapped.read_bytes()
        swapped.write_bytes(other + b"x")
        cost = measure(command, output, folder, environment(folder / "home"))
        told = wrong(json.loads(output.read_bytes()))
        found = cost.status == 1 and list(told) == [f"wheels/{swapped.name}"] and "unlocked-artifact" in told[f"wheels/{swapped.name}"]
        print(f"{'ok  ' if found else 'FAIL'} one swapped, exit {cost.status}: {told}")
    return 0 if sound and found else 1


if __name__ == "__main__":
    sys.exit(main())
