#!/usr/bin/env python3
"""What `bartizan attest` signs, verified by sigstore-python and pypi-attestations; and the other way round.

    cargo build -p bartizan-sigstore-laboratory --example sigstore_instance
    python scripts/attest_peers.py --venv DIR [--bartizan PATH] [--instance PATH]

DIR is a virtual environment with `sigstore` and `pypi-attestations`; where it has not got them the script says so. An instance of
Sigstore of our own runs on loopback (the example of the laboratory). Bundles against logs of version 1 and 2 are verified by
sigstore-python with that instance's trust configuration; the form of PEP 740 by pypi-attestations with a publisher of GitHub. Each
is then asked about changed bytes, and has to refuse. Last, sigstore-python signs against the same instance, and `bartizan verify` has
to accept that. Exit status 1 means that one ended otherwise.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bartizan_process import ROOT, environment, find_binary

IDENTITY = "https://github.com/lab/lab/.github/workflows/release.yml@refs/tags/v1.0"
ISSUER = "https://token.actions.githubusercontent.com"
SDIST = "lab-1.0.tar.gz"

# Run by the interpreter of the virtual environment: the attestation, the distribution and the trust configuration.
OF_INDEX = """
import sys
from pathlib import Path
from pypi_attestations import Attestation, Distribution, GitHubPublisher
from sigstore.models import ClientTrustConfig
from sigstore.verify import Verifier

attestation, dist, config = map(Path, sys.argv[1:])
trust = ClientTrustConfig.from_json(config.read_text())
# The package knows production and staging only; the verifier is its own, of another instance.
verifier = Verifier(trusted_root=trust.trusted_root)
Verifier.production = classmethod(lambda cls, **_: verifier)
publisher = GitHubPublisher(repository="lab/lab", workflow="release.yml", environment="release")
read = Attestation.model_validate_json(attestation.read_text())
print(read.verify(publisher, Distribution.from_file(dist), offline=True)[0])
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--instance", type=Path, default=ROOT / "target/debug/examples/sigstore_instance")
    arguments = parser.parse_args()
    python = arguments.venv / "bin/python"
    found = subprocess.run([python, "-c", "import sigstore, pypi_attestations"], capture_output=True, check=False)
    if found.returncode != 0:
        print(f"skipped: {arguments.venv} has no sigstore and pypi-attestations")
        return 0
    peers = Peers(find_binary(arguments.bartizan), python, arguments.instance.resolve(strict=True))
    for version in (1, 2):
        with peers.bench(version) as folder:
            peers.bundle(folder, version)
            peers.signed_by_peer(folder, version)
    with peers.bench(1) as folder:
        peers.attestation(folder)
    print(f"{peers.done} as they should be, {peers.wrong} otherwise")
    return int(peers.wrong > 0)


class Peers:
    """The programs, and how often they ended as they should."""

    def __init__(self, bartizan: Path, python: Path, instance: Path) -> None:
        self.bartizan, self.python, self.instance = bartizan, python, instance
        self.done = self.wrong = 0

    @contextmanager
    def bench(self, version: int) -> Iterator[Path]:
        """A folder with a distribution and what belongs to an instance that runs."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / SDIST).write_bytes(b"a source distribution")
            command = [self.instance, folder, str(version)]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
                assert process.stdin and process.stdout
                process.stdout.readline()
                try:
                    yield folder
                finally:
                    process.stdin.close()

    def expect(self, what: str, command: list[str | Path], folder: Path, *, is_good: bool) -> None:
        ended = subprocess.run(
            command, cwd=folder, env=environment(folder / "home"), capture_output=True, text=True, check=False, timeout=300
        )
        if (ended.returncode == 0) == is_good:
            self.done += 1
            print(f"ok      {what}")
        else:
            self.wrong += 1
            print(f"WRONG   {what}: ended with {ended.returncode}\n{ended.stdout[-2000:]}{ended.stderr[-4000:]}")

    def attest(self, folder: Path, *more: str) -> None:
        command: list[str | Path] = [self.bartizan, "attest", SDIST, "--trust-config=trust_config.json"]
        command += ["--identity-token-file=token", "--force", *more]
        self.expect(f"bartizan signs {' '.join(more)}", command, folder, is_good=True)

    def bundle(self, folder: Path, version: int) -> None:
        self.attest(folder)
        command: list[str | Path] = [self.python, "-m", "sigstore", "--trust-config", "trust_config.json", "verify", "identity"]
        command += ["--bundle", f"{SDIST}.sigstore.json", "--cert-oidc-issuer", ISSUER]
        right = [*command, "--cert-identity", IDENTITY, SDIST]
        self.expect(f"sigstore-python verifies a bundle, log of version {version}", right, folder, is_good=True)
        other = [*command, "--cert-identity", "https://github.com/other", SDIST]
        self.expect("sigstore-python refuses another identity", other, folder, is_good=False)
        changed = folder / "changed" / SDIST
        changed.parent.mkdir()
        changed.write_bytes(b"other bytes")
        self.expect("sigstore-python refuses other bytes", [*right[:-1], changed], folder, is_good=False)

    def signed_by_peer(self, folder: Path, version: int) -> None:
        (folder / "predicate.json").write_text(json.dumps(PREDICATE))
        command: list[str | Path] = [self.python, "-m", "sigstore", "--trust-config", "trust_config.json", "attest"]
        command += ["--identity-token", (folder / "token").read_text(), "--predicate", "predicate.json"]
        command += ["--predicate-type", "https://slsa.dev/provenance/v1", "--bundle", "peer.json", SDIST]
        self.expect(f"sigstore-python signs against our instance, log of version {version}", command, folder, is_good=True)
        verify: list[str | Path] = [self.bartizan, "verify", SDIST, "--provenance=peer.json", "--no-content"]
        verify += ["--trusted-root=trusted_root.json", "--repository=lab/lab", "--workflow=release.yml", "--require=pinned"]
        self.expect("bartizan verifies that", verify, folder, is_good=True)

    def attestation(self, folder: Path) -> None:
        self.attest(folder, "--form=pep740")
        command: list[str | Path] = [self.python, "-c", OF_INDEX, f"{SDIST}.publish.attestation"]
        right = [*command, SDIST, "trust_config.json"]
        self.expect("pypi-attestations verifies an attestation", right, folder, is_good=True)
        other = folder / "lab-1.1.tar.gz"
        other.write_bytes((folder / SDIST).read_bytes())
        self.expect("pypi-attestations refuses another name", [*command, other, right[-1]], folder, is_good=False)
        (folder / SDIST).write_bytes(b"other bytes")
        self.expect("pypi-attestations refuses other bytes", right, folder, is_good=False)


PREDICATE = {
    "buildDefinition": {
        "buildType": "https://lab.example/build/v1",
        "externalParameters": {},
        "internalParameters": {},
        "resolvedDependencies": [],
    },
    "runDetails": {"builder": {"id": "https://lab.example/builder"}, "metadata": {"invocationId": "1"}},
}

if __name__ == "__main__":
    sys.exit(main())
