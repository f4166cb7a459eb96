"""Names of native libraries: those that different programs use for one library, and those that are true of a wheel."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

VENDORED = re.compile(r"\.libs/|/\.dylibs/|^[^/]*\.data/|/lib/")
NATIVE = re.compile(r"\.(so(\.[0-9.]+)?|dylib|dll|pyd)$")
HASH = re.compile(r"-[0-9a-f]{8,40}$")


Keys = frozenset[str]


@dataclass(frozen=True)
class Libraries:
    """The keys of the table of libraries by every name of them that is known. Several libraries may share a file's name."""

    by_name: dict[str, Keys]

    @classmethod
    def of_table(cls, path: Path) -> Libraries:
        """The names in the table: keys, stems of file names, products of CPE names, packages of package URLs."""
        by_name: dict[str, Keys] = {}
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(entry, dict):
                continue
            names = [key, *entry.get("files", []), entry.get("purl", "").rpartition("/")[2], entry.get("cpe", "").rpartition(":")[2]]
            for name in filter(None, names):
                by_name[_folded(name)] = by_name.get(_folded(name), Keys()) | {key}
        return cls(by_name)

    def known(self, names: Iterable[str]) -> set[str]:
        """The libraries of these names."""
        return {key for name in names for key in self.by_name.get(_folded(name), Keys())}

    def of_file(self, path: str) -> Keys:
        """The libraries that a vendored file may be called after."""
        stem = path.rpartition("/")[2]
        stem = re.sub(r"\.(so|dylib|dll|pyd).*$", "", stem)
        stem = HASH.sub("", stem)
        for name in (stem, re.sub(r"[-.]?[0-9.]+$", "", stem)):
            if keys := self.by_name.get(_folded(name)):
                return keys
        return Keys()


def _folded(name: str) -> str:
    """A name without what programs write differently."""
    name = re.sub(r"[^a-z0-9]", "", name.lower())
    return name.removeprefix("lib")


def truth(wheel: Path, libraries: Libraries, listed: Path) -> set[Keys]:
    """The libraries that are in a wheel; where a name is that of several, one of them is."""
    if listed.is_file():
        entries = tomllib.loads(listed.read_text(encoding="utf-8"))
        if entry := entries.get(wheel.name):
            return {Keys({library}) for library, _version, _how in entry.values() if library in libraries.known([library])}
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        vendored = [name for name in names if NATIVE.search(name) and VENDORED.search(name)]
        true = {keys for name in vendored if (keys := libraries.of_file(name))}
        for name in names:
            if ".dist-info/sboms/" in name and name.endswith(".json"):
                stated = _named(json.loads(archive.read(name)))
                true |= {keys for name in stated if (keys := libraries.by_name.get(_folded(name)))}
    return {keys for keys in true if not any(other < keys for other in true)}


def _named(bill: dict[str, object]) -> set[str]:
    """The names of the components of a bill in CycloneDX."""
    components = bill.get("components", [])
    assert isinstance(components, list)
    return {component["name"] for component in components if "name" in component}
