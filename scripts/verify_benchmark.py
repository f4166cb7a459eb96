#!/usr/bin/env python3
"""One artifact with one bundle: Bartizan, sigstore-python and pypi-attestations side by side in one run.

    python -m venv peers && peers/bin/pip install sigstore==4.5.1 pypi-attestations==0.0.30
    python scripts/verify_benchmark.py --artifact FILE --attestation FILE.publish.attestation --peers peers/bin [--bartizan PATH]

The artifact is one that an index serves with its provenance; the test assets of `pypi-attestations` have some. The same
attestation is given to each: as it is to Bartizan and pypi-attestations, as a bundle to sigstore-python and Bartizan. All of them work
without a network. Repetitions are interleaved and the first round is not counted. Printed are medians of wall time, processor time
and memory, and the ratios. Exit status 1 where one of them does not verify. No time is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bartizan_process import environment, find_binary
from measuring import Cost, measure, median

BUNDLE = "import sys; from pypi_attestations import Attestation; print(Attestation.model_validate_json(open(sys.argv[1]).read()).to_bundle().to_json())"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--artifact", type=Path, required=True)
    parser.add_argument("--attestation", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--repetitions", type=int, default=11)
    parser.add_argument("--bartizan", type=Path)
    given = parser.parse_args()
    binary = str(find_binary(given.bartizan))
    peers = given.peers.resolve()
    if not (peers / "sigstore").exists() or not (peers / "pypi-attestations").exists():
        print(f"skipped: no sigstore and pypi-attestations in {peers}")
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        name = given.artifact.name
        shutil.copy(given.artifact, folder / name)
        shutil.copy(given.attestation, folder / f"{name}.publish.attestation")
        made_bundle = subprocess.run([peers / "python", "-c", BUNDLE, given.attestation.resolve()], capture_output=True, text=True, check=True)
        (folder / "bundle.json").write_text(made_bundle.stdout)
        run = environment(folder / "home")
        asked = [binary, "verify", name, "--offline", "--format", "json"]
        first = json.loads(subprocess.run(asked, cwd=folder, env=run, capture_output=True, text=True, check=False).stdout)
        signer = first["artifacts"][0]["attestations"][0]["attestation"]["signer"]
        identity, issuer = signer["identity"], signer["issuer"]
        who = ["--identity", identity, "--issuer", issuer]
        certificate = ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer]
        commands = {
            "bartizan verify": [binary, "verify", name, "--offline", "--require", "pinned", *who],
            "bartizan verify-bundle": [binary, "verify-bundle", "--bundle", "bundle.json", *certificate, name],
            "sigstore-python": [str(peers / "sigstore"), "verify", "identity", "--offline", "--bundle", "bundle.json", "--cert-identity", identity, "--cert-oidc-issuer", issuer, name],
            "pypi-attestations": [str(peers / "pypi-attestations"), "verify", "attestation", "--offline", "--identity", identity, name],
        }
        costs: dict[str, list[Cost]] = {what: [] for what in commands}
        for _ in range(given.repetitions + 1):
            for what, command in commands.items():
                costs[what].append(measure(command, folder / f"{what}.out", folder, run))
        middles = {what: median(all_of[1:]) for what, all_of in costs.items()}
        print(f"{name}, {given.repetitions} repetitions, load {os.getloadavg()[0]:.1f}")
        for what, middle in middles.items():
            best = min(cost.wall for cost in costs[what][1:])
            print(f"  {what:24} wall {middle.wall * 1000:8.1f} ms (best {best * 1000:.1f}), processor {middle.cpu * 1000:7.1f} ms, memory {middle.memory / 1e6:4.0f} MB, exit {middle.status}")
        ours = middles["bartizan verify"]
        for peer in ("sigstore-python", "pypi-attestations"):
            theirs = middles[peer]
            print(f"  {peer} takes {theirs.wall / ours.wall:.0f}x the wall time and {theirs.cpu / ours.cpu:.0f}x the processor time")
        return 0 if all(cost.status == 0 for all_of in costs.values() for cost in all_of) else 1


if __name__ == "__main__":
    sys.exit(main())
