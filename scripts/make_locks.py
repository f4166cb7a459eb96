"""Locks of a chosen size, made from advisory records, for benchmarks and for comparing scanners.

The packages are those that the records speak of (about every third one in a version that a record affects) filled up
with made-up names that no record knows. One set is written in the three forms that the scanners read:

    uv.lock and pyproject.toml     for ``uv audit --frozen`` and ``bartizan scan``
    requirements.txt               pins with the hashes of their files, for ``pip-audit -r … --no-deps --disable-pip``

Neither form names a marker, so every scanner sees every package. Equal arguments give equal bytes.

    python scripts/make_locks.py --records all.zip --into DIR --packages 200
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from evaluation import index_of, normalised
from feeds import read_records

SIZES = (18, 200, 2_000)
DIRECT_SHARE = 10
"""One package in so many is named by the project itself; each of the others is required by an earlier one."""
PLATFORMS = (
    "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
    "manylinux_2_27_aarch64.manylinux_2_28_aarch64",
    "musllinux_1_2_x86_64",
    "musllinux_1_2_aarch64",
    "macosx_11_0_arm64",
    "macosx_10_12_x86_64",
    "win_amd64",
    "win32",
    "win_arm64",
    "manylinux_2_31_riscv64",
)


@dataclass(frozen=True)
class Pin:
    """A package at a version, under its normalised name."""

    name: str
    version: str

    @property
    def files(self) -> dict[str, str]:
        """The package's files with made-up but steady SHA-256 digests: one for most, dozens for a compiled one."""
        stem = f"{self.name.replace('-', '_')}-{self.version}"
        order = random.Random(stem)
        tags = [f"cp3{minor}-cp3{minor}-{platform}" for minor in range(11, 16) for platform in PLATFORMS]
        count = order.choice((0, 0, 0, 0, 0, 8, 20, 50))
        names = [f"{stem}-{tag}.whl" for tag in tags[:count]] or [f"{stem}-py3-none-any.whl"]
        return {name: hashlib.sha256(name.encode()).hexdigest() for name in names}


def _versions(records: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """The PEP 440 versions, in normalised spelling, that the records enumerate for each package."""
    found: dict[str, set[str]] = {}
    for record in records:
        for affected in record.get("affected") or []:
            package = affected.get("package") or {}
            if package.get("ecosystem") == "PyPI":
                of_name = found.setdefault(normalised("PyPI", package["name"]), set())
                of_name.update(filter(_is_plain, affected.get("versions") or []))
    return {name: sorted(versions) for name, versions in found.items() if versions}


def _is_plain(text: str) -> bool:
    """Whether a version is PEP 440 and written as uv and pip write it, so that no tool asks for another spelling."""
    try:
        return str(Version(text)) == text
    except InvalidVersion:
        return False


def choose(records: Sequence[dict[str, Any]], size: int, seed: int) -> list[Pin]:
    """A set of pins of the wanted size, sorted by name."""
    order = random.Random(f"{seed}/{size}")
    known = _versions(records)
    index = index_of(records)
    names = sorted(known)
    wanted = order.sample(names, min(size, len(names)))
    pins = []
    for name in wanted:
        affected = [version for version in known[name] if index.matches(name, version)]
        if affected and order.random() < 1 / 3:
            pins.append(Pin(name, order.choice(affected)))
        else:
            pins.append(Pin(name, f"{max(Version(version) for version in known[name]).major + 1000}.0"))
    for number in range(size - len(pins)):
        version = f"{order.randrange(9)}.{order.randrange(20)}.{order.randrange(9)}"
        pins.append(Pin(f"made-up-laboratory-package-{number}", version))
    return sorted(pins, key=lambda pin: pin.name)


def parents(pins: Sequence[Pin], seed: int) -> dict[str, list[str]]:
    """For each package the packages it requires; the project itself stands under the empty name."""
    order = random.Random(f"{seed}/edges/{len(pins)}")
    shuffled = order.sample([pin.name for pin in pins], len(pins))
    direct = max(1, len(pins) // DIRECT_SHARE)
    edges: dict[str, list[str]] = {"": sorted(shuffled[:direct])}
    for position, name in enumerate(shuffled[direct:], start=direct):
        edges.setdefault(shuffled[order.randrange(position)], []).append(name)
    return {name: sorted(required) for name, required in edges.items()}


def requirements(pins: Sequence[Pin]) -> str:
    """The pins as a requirements file with hashes."""
    lines = []
    for pin in pins:
        hashes = [f"    --hash=sha256:{digest}" for digest in pin.files.values()]
        lines.append(" \\\n".join([f"{pin.name}=={pin.version}", *hashes]))
    return "\n".join(lines) + "\n"


def project(edges: dict[str, list[str]]) -> str:
    """The project file that belongs to the lock."""
    dependencies = "".join(f'    "{name}",\n' for name in edges[""])
    return f'[project]\nname = "laboratory"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = [\n{dependencies}]\n'


def uv_lock(pins: Sequence[Pin], edges: dict[str, list[str]]) -> str:
    """The pins as uv.lock, from a folder of wheels: of a real index uv would ask the state of every project too."""
    parts = ['version = 1\nrevision = 3\nrequires-python = ">=3.11"\n', _lock_of_project(edges)]
    parts += [_lock_of_pin(pin, edges.get(pin.name, [])) for pin in pins]
    return "\n".join(parts)


def _lock_of_project(edges: dict[str, list[str]]) -> str:
    dependencies = "".join(f'    {{ name = "{name}" }},\n' for name in edges[""])
    return (
        '[[package]]\nname = "laboratory"\nversion = "1.0.0"\nsource = { virtual = "." }\n'
        f"dependencies = [\n{dependencies}]\n\n"
        f"[package.metadata]\nrequires-dist = [\n{dependencies}]\n"
    )


def _lock_of_pin(pin: Pin, required: Sequence[str]) -> str:
    lines = [
        "[[package]]",
        f'name = "{pin.name}"',
        f'version = "{pin.version}"',
        'source = { registry = "wheels" }',
    ]
    if required:
        lines += ["dependencies = [", *(f'    {{ name = "{name}" }},' for name in required), "]"]
    lines += [
        "wheels = [",
        *(f'    {{ path = "{name}", hash = "sha256:{digest}" }},' for name, digest in pin.files.items()),
        "]\n",
    ]
    return "\n".join(lines)


def write(records: Sequence[dict[str, Any]], into: Path, size: int, seed: int = 7) -> list[Pin]:
    """Write one lock in its three forms and return its pins."""
    pins = choose(records, size, seed)
    edges = parents(pins, seed)
    into.mkdir(parents=True, exist_ok=True)
    (into / "requirements.txt").write_text(requirements(pins), encoding="utf-8")
    (into / "pyproject.toml").write_text(project(edges), encoding="utf-8")
    (into / "uv.lock").write_text(uv_lock(pins, edges), encoding="utf-8")
    return pins


def main() -> None:
    """Write the locks asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", required=True, type=Path, help="zip or folder of OSV records")
    parser.add_argument("--into", required=True, type=Path, help="folder in which a folder for each size is made")
    parser.add_argument("--packages", type=int, nargs="+", default=list(SIZES), help="the sizes of the locks")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    records = list(read_records(arguments.records))
    for size in arguments.packages:
        pins = write(records, arguments.into / str(size), size, arguments.seed)
        print(f"{arguments.into / str(size)}: {len(pins)} packages")


if __name__ == "__main__":
    main()
