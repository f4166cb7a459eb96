#!/usr/bin/env python3
"""Make bills of materials of targets in every format, and hold them against the official schemas and the tools of others.

    python scripts/sbom_tools.py TARGET... [--bartizan PATH]

Run it with a Python that has cyclonedx-python-lib, spdx-tools and spdx-python-model; what is not installed is said to be
skipped. Each bill is made twice and must have the same bytes, be valid by the schemas of the home, and be loaded by the
packages of CycloneDX and SPDX. A bill is put into each wheel; the wheel must then be in order by `bartizan verify`, be the
same when it is made again, and install with pip where it fits the Python that runs this.
Exit status 1 means that something did not hold.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bartizan_process import find_binary

FORMATS = ("cyclonedx-1.6", "cyclonedx-1.7", "spdx-2.3", "spdx-3.0")


class Trial:
    def __init__(self, binary: Path) -> None:
        self.binary = binary
        self.faults = 0
        self.held = 0
        self.skipped: set[str] = set()

    def hold(self, holds: bool, what: str) -> None:
        self.held += holds
        if not holds:
            self.faults += 1
            print(f"does not hold: {what}")

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795000000", "NO_COLOR": "1"}
        return subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, check=False, env=environment)

    def module(self, name: str):
        try:
            return importlib.import_module(name)
        except ImportError:
            self.skipped.add(name)
            return None


def load_cyclonedx(trial: Trial, file: Path, what: str) -> None:
    model = trial.module("cyclonedx.model.bom")
    if model is None:
        return
    bom = model.Bom.from_json(json.loads(file.read_text(encoding="utf-8")))
    trial.hold(bom.metadata.component is not None and bom.validate(), f"{what} is loaded by cyclonedx-python-lib")


def load_spdx2(trial: Trial, file: Path, what: str) -> None:
    parser = trial.module("spdx_tools.spdx.parser.parse_anything")
    validation = trial.module("spdx_tools.spdx.validation.document_validator")
    if parser is None or validation is None:
        return
    messages = validation.validate_full_spdx_document(parser.parse_file(str(file)))
    trial.hold(not messages, f"{what} is valid by spdx-tools: {[it.validation_message for it in messages[:3]]}")


def load_spdx3(trial: Trial, file: Path, what: str) -> None:
    bindings = trial.module("spdx_python_model.bindings.v3_0_1")
    if bindings is None:
        return
    objects = bindings.SHACLObjectSet()
    with file.open("rb") as handle:
        bindings.JSONLDDeserializer().read(handle, objects)
    packages = list(objects.foreach_type(bindings.software_Package))
    unresolved = objects.link()
    trial.hold(bool(packages) and not unresolved, f"{what} is loaded by spdx-python-model: {list(unresolved)[:3]}")


LOADERS = {"cyclonedx": load_cyclonedx, "spdx-2.3": load_spdx2, "spdx-3.0": load_spdx3}


def bills(trial: Trial, target: Path, folder: Path) -> None:
    for name in FORMATS:
        what = f"{target.name} as {name}"
        files = [folder / f"{number}-{name}.json" for number in range(2)]
        for file in files:
            made = trial.run("sbom", "create", target, "--format", name, "--author", "A <a@example.org>", "-o", file)
            trial.hold(made.returncode == 0, f"{what} is made: {made.stderr[:200]}")
        if not all(file.is_file() for file in files):
            continue
        trial.hold(files[0].read_bytes() == files[1].read_bytes(), f"{what} has the same bytes again")
        judged = trial.run("sbom", "validate", files[0])
        trial.hold(judged.returncode == 0, f"{what} is valid: {judged.stdout[:600]}")
        loader = next(loader for prefix, loader in LOADERS.items() if name.startswith(prefix))
        try:
            loader(trial, files[0], what)
        except Exception as error:  # What the tools raise is no fault of this script.
            trial.hold(False, f"{what} is loaded: {error!r:.300}")


def embedded(trial: Trial, wheel: Path, folder: Path) -> None:
    before = wheel.read_bytes()
    outputs = []
    for number in range(2):
        (folder / str(number)).mkdir()
        outputs.append(folder / str(number) / wheel.name)
        made = trial.run("sbom", "create", wheel, "--embed", "-o", outputs[-1])
        trial.hold(made.returncode == 0, f"a bill is put into {wheel.name}: {made.stderr[:300]}")
    if not all(output.is_file() for output in outputs):
        return
    trial.hold(outputs[0].read_bytes() == outputs[1].read_bytes(), f"{wheel.name} with a bill has the same bytes again")
    trial.hold(wheel.read_bytes() == before, f"{wheel.name} is as it was")
    found = trial.run("verify", outputs[0], "--format=json", "--offline")
    checks = {it["check"] for it in json.loads(found.stdout)["artifacts"][0]["findings"]} - {"missing-attestation"}
    own = trial.run("verify", wheel, "--format=json", "--offline")
    known = {it["check"] for it in json.loads(own.stdout)["artifacts"][0]["findings"]}
    trial.hold(checks <= known, f"{wheel.name} with a bill is in order: {sorted(checks - known)}")
    judged = trial.run("sbom", "validate", outputs[0])
    trial.hold(judged.returncode == 0, f"the bills in {wheel.name} are valid: {judged.stdout[:300]}")
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", str(target), str(outputs[0])]
    installed = subprocess.run(install, capture_output=True, text=True, check=False)
    if "not a supported wheel" in installed.stderr:
        print(f"skipped: {wheel.name} is for another Python")
        return
    bills_there = list(target.glob("*.dist-info/sboms/bartizan.cdx.json"))
    trial.hold(installed.returncode == 0 and len(bills_there) == 1, f"{wheel.name} with a bill installs: {installed.stderr[:300]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", type=Path, nargs="+")
    parser.add_argument("--bartizan", type=Path)
    arguments = parser.parse_args()
    trial = Trial(find_binary(arguments.bartizan))
    for target in arguments.targets:
        with tempfile.TemporaryDirectory() as folder:
            bills(trial, target, Path(folder))
            if target.suffix == ".whl":
                embedded(trial, target, Path(folder))
    for name in sorted(trial.skipped):
        print(f"skipped: {name} is not installed")
    print(f"{trial.held} statements hold, {trial.faults} do not, over {len(arguments.targets)} targets")
    sys.exit(trial.faults > 0)


if __name__ == "__main__":
    main()
