"""The questions of the differential check: every enumerated version, every boundary, and what lies next to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from packaging.version import InvalidVersion, Version

from evaluation import normalised

ALWAYS = ("0", "0.dev0", "0a0", "1.0", "99999", "1!0", "0.1-bulbasaur", "not-a-version", "v1.0", "1.0.0.0.0.0")
"""Asked of every package."""


@dataclass(frozen=True, order=True)
class Query:
    """One package at one version."""

    ecosystem: str
    name: str
    version: str
    qualifiers: str = ""
    """What a package URL of the package carries besides: Julia's name their UUID."""

    def __str__(self) -> str:
        """The query as `bartizan db match` reads it."""
        if self.ecosystem == "PyPI":
            return f"{self.name}=={self.version}"
        qualifiers = f"?{self.qualifiers}" if self.qualifiers else ""
        return f"pkg:{self.ecosystem.lower()}/{quote(self.name)}@{quote(self.version)}{qualifiers}"


def neighbours(text: str) -> Iterator[str]:
    """Versions right before, at and right after a PEP 440 boundary, in several spellings."""
    yield text
    try:
        version = Version(text)
    except InvalidVersion:
        yield f"{text}.0"
        yield text.upper()
        return
    yield str(version)
    public, base = version.public, version.base_version
    yield from (f"{public}.post1", f"{public}+local", f"{public}+0.abc", f"v{public}", f"{base}.0", f"{base}.1")
    yield from (
        f"{base}{suffix}" for suffix in ("a0", "b2", "rc1", ".post0", ".post1", ".dev0", ".dev1", "rc1.dev1", ".post1.dev0")
    )
    if not version.is_devrelease:
        yield f"{public}.dev1"
    yield from (f"{version.epoch + 1}!{base.rpartition('!')[2]}", *_numeric_neighbours(version))


def _numeric_neighbours(version: Version) -> Iterator[str]:
    """The last and the first number of the release one up and one down."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    for place in {0, len(version.release) - 1}:
        for step in (-1, 1):
            release = list(version.release)
            release[place] += step
            if release[place] >= 0:
                yield epoch + ".".join(map(str, release))


def julia_neighbours(text: str) -> Iterator[str]:
    """Versions next to a Julia boundary: other builds, a pre-release, the next and the previous patch."""
    yield text
    core, _, build = text.partition("+")
    numbers = core.split(".")
    yield from (core, f"{core}+0", f"{core}+1", f"{core}-rc1", f"{core}-rc1+0", f"v{core}", f"{core}+a", f"{core}-")
    if build.isdecimal():
        yield f"{core}+{int(build) + 1}"
        yield f"{core}+{max(0, int(build) - 1)}"
    if numbers[-1].isdecimal():
        last = int(numbers[-1])
        yield ".".join([*numbers[:-1], str(last + 1)])
        yield ".".join([*numbers[:-1], str(max(0, last - 1))])


def _of_affected(affected: dict[str, Any]) -> Iterator[Query]:
    package = affected.get("package") or {}
    ecosystem, name = package.get("ecosystem"), package.get("name")
    if ecosystem not in ("PyPI", "Julia") or not name:
        return
    around = neighbours if ecosystem == "PyPI" else julia_neighbours
    boundaries = [
        text
        for a_range in affected.get("ranges") or []
        if a_range.get("type") != "GIT"
        for event in a_range.get("events") or []
        for text in event.values()
    ]
    versions = [*(affected.get("versions") or []), *boundaries, *ALWAYS]
    versions += [version for text in boundaries for version in around(text)]
    qualifiers = str(package.get("purl", "")).partition("?")[2]
    yield from (Query(ecosystem, name, version, qualifiers) for version in versions)
    if ecosystem == "PyPI":
        spelling = normalised(ecosystem, name).replace("-", "_").title()
        yield from (Query(ecosystem, spelling, text) for text in boundaries)


def queries_of(records: Iterable[dict[str, Any]], thorough: bool) -> list[Query]:
    """The questions that records raise, each once; `thorough` asks around the enumerated versions as well."""
    found: set[Query] = set()
    for record in records:
        for affected in record.get("affected") or []:
            found.update(_of_affected(affected))
            package = affected.get("package") or {}
            if thorough and package.get("ecosystem") == "PyPI":
                for text in affected.get("versions") or []:
                    found.update(Query("PyPI", package["name"], version) for version in neighbours(text))
    return sorted(query for query in found if not set(query.version) & set("\r\n") and query.version != "*")
