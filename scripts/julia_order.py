"""The order of Julia's ``VersionNumber``, written from its documented rules.

Julia starts from Semantic Versioning but lets build metadata count: ``4.5.1+0`` comes before ``4.5.1+1``, and a version
without build metadata comes before both. Missing minor and patch numbers are zero; a pre-release may follow without its
hyphen when it starts with a letter; a lone ``-`` or ``+`` at the end is the lowest pre-release or the lowest build.
"""

from __future__ import annotations

import re
from functools import lru_cache

Identifier = tuple[int, int, str]
"""(class, number, text): the empty identifier comes first, then numbers, then text."""
JuliaKey = tuple[tuple[int, int, int], bool, tuple[Identifier, ...], tuple[Identifier, ...]]

_DOTTED = r"[0-9a-z-]+(?:\.[0-9a-z-]+)*"
_VERSION = re.compile(
    rf"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-({_DOTTED})|([a-z][0-9a-z-]*(?:\.[0-9a-z-]+)*)|(-))?(?:\+({_DOTTED})|(\+))?",
    re.IGNORECASE | re.ASCII,
)


def _identifiers(text: str | None) -> tuple[Identifier, ...]:
    if text is None:
        return ()
    return tuple(_identifier(part) for part in text.split("."))


def _identifier(part: str) -> Identifier:
    if not part:
        return (0, 0, "")
    return (1, int(part), "") if part.isdecimal() else (2, 0, part)


@lru_cache(maxsize=1 << 16)
def julia_key(text: str) -> JuliaKey | None:
    """The place of a version in Julia's order, or None when Julia would not read it as a version."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    major, minor, patch, hyphenated, bare, minus, build, plus = found.groups()
    before = hyphenated or bare
    pre_release = _identifiers("" if minus else before)
    return (
        (int(major), int(minor or 0), int(patch or 0)),
        not pre_release,
        pre_release,
        _identifiers("" if plus else build),
    )
