"""What `bartizan inspect` says of real wheels, held against their own bills of materials and a reviewed file.

    python scripts/native_truth.py --wheels DIR [--bartizan PATH] [--truth scripts/native-truth.toml] [--each]

The wheels are whatever lies in DIR; `native-truth.toml` names those that were read by hand and by other tools, with what each
vendored file is and how that is known. Printed: how many vendored files have a component and a version, for each platform (and
with `--each` for each wheel), and every contradiction to a bill of materials or to the reviewed file. A version may say more or
less than another (`1.1.1` and `1.1.1k`); then it contradicts nothing. Exit status 1 means a contradiction.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bartizan_process import find_binary

HASH = re.compile(r"-(?:[0-9a-f]{8}|[0-9a-f]{32})(?=\.)")
"""What auditwheel and delvewheel write behind a name."""

PLATFORMS = (("linux x86_64", "linux", "x86_64"), ("linux aarch64", "linux", "aarch64"), ("macos", "macosx", ""), ("windows", "win", ""))
"""A name, and what the last part of a wheel's name contains."""


@dataclass
class Seen:
    """What was counted in one wheel."""

    files: int = 0
    named: int = 0
    versions: int = 0
    reviewed: int = 0
    confirmed: int = 0
    contradictions: list[str] = field(default_factory=list)


def without_hash(path: str) -> str:
    """The name of a file as its project gave it."""
    return HASH.sub("", path.rsplit("/", 1)[-1], count=1).lower()


def agree(one: str, other: str) -> bool:
    """Whether one is the other or says more of the same version."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and not long[len(short) : len(short) + 1].isdigit()


def inspect(binary: Path, wheels: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The artifacts of one run."""
    command = [str(binary), "inspect", "--format", "json", *map(str, wheels)]
    done = subprocess.run(command, capture_output=True, check=False)
    if not done.stdout:
        raise SystemExit(f"`{' '.join(command[:3])} …` ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[:4000]}")
    for artifact in json.loads(done.stdout)["artifacts"]:
        yield Path(artifact["file"]).name, artifact


def bills(wheel: Path) -> Iterator[tuple[str, str | None, str]]:
    """Name, version and package URL of the components in a wheel's own bills of materials."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if "/sboms/" in name and name.endswith(".json"):
                for component in json.loads(archive.read(name)).get("components", []):
                    yield component["name"], component.get("version"), component.get("purl") or ""


def by_file(artifact: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The vendored components of each file."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for component in artifact["components"]:
        if component["linkage"] == "vendored":
            for path in component["files"]:
                found[path].append(component)
    return found


def hold(artifact: dict[str, Any], reviewed: dict[str, list[str]]) -> Seen:
    """Counts the vendored files and holds them against what was reviewed: library, version, how it is known."""
    seen, found = Seen(), by_file(artifact)
    for path in sorted(native["path"] for native in artifact["natives"] if native["role"] == "vendored"):
        components = [it for it in found[path] if it["library"] or it["version"]]
        versions = [it["version"] for it in components if it["version"]]
        seen.files += 1
        seen.named += bool(components)
        seen.versions += bool(versions)
        if len(versions) > 1:
            seen.contradictions.append(f"{path}: more than one version: {', '.join(versions)}")
        truth = reviewed.get(without_hash(path)) or reviewed.get(path.rsplit("/", 1)[-1])
        if not truth:
            continue
        library, version, how = truth
        seen.reviewed += 1
        if components and library not in {it["library"] for it in components}:
            seen.contradictions.append(f"{path}: {components[0]['library']}, but it is {library} ({how})")
        if versions and version and not all(agree(it, version) for it in versions):
            seen.contradictions.append(f"{path}: {library} {', '.join(versions)}, but it is {version} ({how})")
        seen.confirmed += bool(versions and version)
    return seen


def against_bills(artifact: dict[str, Any], wheel: Path) -> list[str]:
    """What the wheel's own bills of materials say otherwise."""
    wrong = [f"{problem['where']}: {problem['message']}" if isinstance(problem, dict) else str(problem) for problem in artifact["problems"]]
    told = {it["version"] for it in artifact["components"] if it["version"]}
    for name, version, purl in bills(wheel):
        if version and not purl.startswith("pkg:pypi/") and version not in told and not any(agree(version, it) for it in told):
            wrong.append(f"its bill states {name} {version}, and no component has that version")
    return wrong


def platform(wheel: str) -> str:
    """The platform that a wheel is for."""
    tag = wheel.rsplit("-", 1)[-1]
    return next((name for name, system, machine in PLATFORMS if system in tag and machine in tag), "any")


def percentage(part: int, whole: int) -> str:
    """A share, or a dash."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def row(name: str, wheels: int, seen: list[Seen]) -> str:
    """One line of figures."""
    sums = Counter[str]()
    for it in seen:
        sums.update(files=it.files, named=it.named, versions=it.versions, reviewed=it.reviewed, confirmed=it.confirmed)
    wrong = sum(len(it.contradictions) for it in seen)
    return (
        f"{name:60.60} {wheels:4} wheels {sums['files']:5} files, component {percentage(sums['named'], sums['files']):>7}, "
        f"version {percentage(sums['versions'], sums['files']):>7}, reviewed {sums['reviewed']:4}, versions confirmed "
        f"{sums['confirmed']:4}, contradictions {wrong}"
    )


def main() -> int:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True, help="a folder of wheels, or one wheel")
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--truth", type=Path, default=Path(__file__).with_name("native-truth.toml"))
    parser.add_argument("--reviewed-only", action="store_true", help="leave out wheels that the reviewed file does not name")
    parser.add_argument("--each", action="store_true", help="print the figures of each wheel too")
    given = parser.parse_args()
    reviewed = tomllib.loads(given.truth.read_text(encoding="utf-8"))
    wheels = sorted(given.wheels.glob("*.whl")) if given.wheels.is_dir() else [given.wheels]
    wheels = [wheel for wheel in wheels if not given.reviewed_only or wheel.name in reviewed]
    results: dict[str, Seen] = {}
    paths = {wheel.name: wheel for wheel in wheels}
    for name, artifact in inspect(find_binary(given.bartizan), wheels):
        results[name] = hold(artifact, reviewed.get(name, {}))
        results[name].contradictions += against_bills(artifact, paths[name])
    carrying = {name: seen for name, seen in results.items() if seen.files}
    if given.each:
        for name, seen in sorted(carrying.items()):
            print(row(name, 1, [seen]))
    for kind, *_ in PLATFORMS:
        of_kind = [seen for name, seen in carrying.items() if platform(name) == kind]
        if of_kind:
            print(row(kind, len(of_kind), of_kind))
    print(row("all that carry vendored files", len(carrying), list(carrying.values())))
    for name, seen in sorted(results.items()):
        for contradiction in seen.contradictions:
            print(f"{name}: {contradiction}")
    return int(any(seen.contradictions for seen in results.values()))


if __name__ == "__main__":
    sys.exit(main())
