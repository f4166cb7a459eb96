"""An independent evaluation of OSV records, the yardstick that Bartizan's own matching is held against.

It follows the "Evaluation" section of the OSV schema word for word and orders versions with the ``packaging`` library
(PyPI) or with `julia_order` (Julia). It must never be derived from Bartizan's code: two readings of one text are worth
something only while they stay two.

What the schema leaves open is settled here, and only here:

* events at the same version are taken with ``introduced`` first;
* a version outside the ecosystem's order is compared with the enumerated versions only;
* a range that names a boundary outside the order cannot be sorted, so it matches nothing;
* a withdrawn record matches nothing, and neither does a commit range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from julia_order import julia_key

Record = Mapping[str, Any]
Key = Any
"""A value of an ecosystem's total order: comparable with other keys of the same ecosystem."""


@lru_cache(maxsize=1 << 20)
def pep440_key(text: str) -> Version | None:
    """The place of a version in PEP 440's order, or None when it is not a PEP 440 version."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


ORDERS: dict[str, tuple[str, Callable[[str], Key | None]]] = {
    "PyPI": ("ECOSYSTEM", pep440_key),
    "Julia": ("SEMVER", julia_key),
}
"""For each ecosystem the range type that it uses and the order of its versions."""


def normalised(ecosystem: str, name: str) -> str:
    """The name under which a package is looked up: PEP 503 for PyPI, as written elsewhere."""
    return str(canonicalize_name(name)) if ecosystem == "PyPI" else name


@dataclass(frozen=True)
class VersionRange:
    """The events of one range, sorted once: (version or None for "before everything", kind)."""

    events: tuple[tuple[Key | None, str], ...]
    limits: tuple[Key | None, ...]

    def contains(self, version: Key) -> bool:
        """Whether the schema's algorithm says "affected" after the last event."""
        if self.limits and not any(limit is None or version < limit for limit in self.limits):
            return False
        affected = False
        for at, kind in self.events:
            if kind == "introduced" and (at is None or version >= at):
                affected = True
            elif kind == "fixed" and version >= at:
                affected = False
            elif kind == "last_affected" and version > at:
                affected = False
        return affected


class Unsortable(Exception):
    """A range has a boundary that the ecosystem's order does not know."""


def _read_range(events: Iterable[Mapping[str, str]], key: Callable[[str], Key | None]) -> VersionRange:
    """Parse and sort the events of one range; raise `Unsortable` when a boundary has no place in the order."""
    first: list[tuple[Key | None, str]] = []
    rest: list[tuple[Key, int, str]] = []
    limits: list[Key | None] = []
    for event in events:
        for kind, text in event.items():
            if kind == "introduced" and text == "0":
                first.append((None, kind))
                continue
            if kind == "limit" and text == "*":
                limits.append(None)
                continue
            at = key(text)
            if at is None:
                raise Unsortable(text)
            if kind == "limit":
                limits.append(at)
            else:
                rest.append((at, 0 if kind == "introduced" else 1, kind))
    rest.sort(key=lambda entry: entry[:2])
    return VersionRange((*first, *((at, kind) for at, _, kind in rest)), tuple(limits))


@dataclass(frozen=True)
class Affected:
    """One ``affected`` entry of a record, prepared for many questions."""

    record: str
    versions: frozenset[str]
    ranges: tuple[VersionRange, ...]

    def contains(self, text: str, key: Key | None) -> bool:
        """Whether a version is affected: string equality first, then the ranges."""
        if text in self.versions:
            return True
        return key is not None and any(a_range.contains(key) for a_range in self.ranges)


@dataclass
class Index:
    """Records by package, ready to be asked about versions."""

    records: dict[str, Record] = field(default_factory=dict)
    packages: dict[tuple[str, str], list[Affected]] = field(default_factory=dict)
    unsortable: list[tuple[str, str]] = field(default_factory=list)
    """The ranges that could not be sorted: (record, boundary)."""

    def add(self, record: Record) -> None:
        """Take up a record; a withdrawn one is kept but never matches."""
        self.records[record["id"]] = record
        if record.get("withdrawn"):
            return
        for affected in record.get("affected") or []:
            self._add_affected(record["id"], affected)

    def _add_affected(self, record: str, affected: Mapping[str, Any]) -> None:
        package = affected.get("package") or {}
        ecosystem, name = package.get("ecosystem", ""), package.get("name", "")
        if ecosystem not in ORDERS or not name:
            return
        range_type, key = ORDERS[ecosystem]
        ranges = []
        for entry in affected.get("ranges") or []:
            if entry.get("type") != range_type:
                continue
            try:
                ranges.append(_read_range(entry.get("events") or [], key))
            except Unsortable as problem:
                self.unsortable.append((record, str(problem)))
        prepared = Affected(record, frozenset(affected.get("versions") or []), tuple(ranges))
        self.packages.setdefault((ecosystem, normalised(ecosystem, name)), []).append(prepared)

    def matches(self, name: str, version: str, ecosystem: str = "PyPI") -> list[str]:
        """The ids of the records that affect a version of a package, sorted."""
        entries = self.packages.get((ecosystem, normalised(ecosystem, name)), [])
        key = ORDERS[ecosystem][1](version) if ecosystem in ORDERS else None
        return sorted({entry.record for entry in entries if entry.contains(version, key)})


def index_of(records: Iterable[Record]) -> Index:
    """An index of many records; of two with the same id the one modified last counts."""
    newest: dict[str, Record] = {}
    for record in records:
        known = newest.get(record["id"])
        if known is None or str(record.get("modified", "")) >= str(known.get("modified", "")):
            newest[record["id"]] = record
    index = Index()
    for record in newest.values():
        index.add(record)
    return index
