"""Which records speak of the same vulnerability: the plain closure of ids and aliases, for comparing tools.

Tools name one vulnerability by different ids. Two ids are taken as one when aliases connect them. Where that closure
holds two different CVEs, Bartizan splits it by design; such components are marked, and compared as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class AliasComponents:
    """The components of the graph whose edges are the aliases of the records that are not withdrawn."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        self._parent: dict[str, str] = {}
        self._withdrawn: set[str] = set()
        for record in records:
            self._find(record["id"])
            if record.get("withdrawn"):
                self._withdrawn.update((record["id"], *(record.get("aliases") or [])))
                continue
            for alias in record.get("aliases") or []:
                self._join(record["id"], alias)
        self._cves: dict[str, set[str]] = {}
        self._touched_by_withdrawn: set[str] = {self._find(identifier) for identifier in self._withdrawn}
        for identifier in list(self._parent):
            if identifier.startswith("CVE-"):
                self._cves.setdefault(self._find(identifier), set()).add(identifier)

    def _find(self, identifier: str) -> str:
        parent = self._parent.setdefault(identifier, identifier)
        while parent != identifier:
            grand = self._parent[parent]
            self._parent[identifier] = grand
            identifier, parent = parent, grand
        return identifier

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self._find(one), self._find(other)))
        self._parent[second] = first

    def component(self, identifier: str) -> str:
        """The component of an id, named after one of its members; an unknown id is its own."""
        return self._find(identifier) if identifier in self._parent else identifier

    def is_plain(self, component: str) -> bool:
        """Whether a component is one vulnerability by any reading: at most one CVE, and nothing withdrawn in it."""
        return len(self._cves.get(component, ())) <= 1 and component not in self._touched_by_withdrawn

    def conflicts(self) -> int:
        """How many components hold more than one CVE."""
        return sum(len(cves) > 1 for cves in self._cves.values())
