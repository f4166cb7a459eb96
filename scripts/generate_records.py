"""Made-up OSV records that look for trouble, for the differential check.

Every oddity that the schema allows or that real feeds contain has a share: several introduced/fixed pairs, unsorted
events, ties, ``last_affected``, ``limit``, boundaries on pre-, post-, dev-, local and epoch versions, enumerated versions
outside PEP 440, names that are not normalised, withdrawn records, commit ranges alone or beside version ranges, empty
lists, boundaries outside the order, and webs of aliases. The same seed gives the same records.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from packaging.version import Version

from feeds import write_zip
from julia_order import julia_key

NAMES = (
    "alpha-lab", "Alpha_Lab", "alpha.lab", "beta", "BETA", "gamma--ray", "Gamma._-Ray", "delta2", "epsilon", "zeta-tools",
    "Zeta.Tools", "eta", "theta-core", "iota", "kappa", "a", "x1", "lambda-", "mu_nu_xi", "omicron",
)  # fmt: skip
JULIA_NAMES = ("HDF5_jll", "hdf5_jll", "Lab")
FOREIGN = ("0.1-bulbasaur", "a3", "2004d-rc-final", "1.0-SNAPSHOT", "latest", "1..2", "1.0.x", "v", "2019-09-12", "1!", "β1")
FIXED_MOMENT = "2024-01-01T00:00:00Z"


def version(order: Random) -> str:
    """A version, mostly from a small pool, so that ties and near misses are common."""
    epoch = order.choice(("", "", "", "", "", "", "", "1!", "2!", "0!"))
    release = ".".join(str(order.choice((0, 0, 1, 1, 2, 3, 9, 10, 11, 2024))) for _ in range(order.choice((1, 2, 2, 3, 3, 4))))
    suffix = ""
    if order.random() < 0.3:
        suffix += order.choice(("a", "b", "rc", "alpha", ".beta.", "-c", "_pre", "RC")) + str(order.randrange(3))
    if order.random() < 0.2:
        suffix += order.choice((".post0", ".post1", "-1", ".rev2", "post", "_r3"))
    if order.random() < 0.2:
        suffix += order.choice((".dev0", ".dev1", "dev", "-dev2", ".dev20240101"))
    if order.random() < 0.1:
        suffix += order.choice(("+local", "+1", "+abc.2", "+ABC-2", "+cpu.01", "+0"))
    prefix = order.choice(("", "", "", "", "", "v", "V")) if not epoch else ""
    return f"{prefix}{epoch}{release}{suffix}"


def _sorted_versions(order: Random, count: int) -> list[str]:
    return sorted((version(order) for _ in range(count)), key=Version)


def _pairs(order: Random) -> list[dict[str, str]]:
    """Introduced and fixed in turn, as well-formed records have them."""
    points = _sorted_versions(order, order.choice((1, 2, 2, 2, 3, 4, 5, 8)))
    if order.random() < 0.5:
        points[0] = "0"
    return [{("fixed" if place % 2 else "introduced"): point} for place, point in enumerate(points)]


def _last_affected(order: Random) -> list[dict[str, str]]:
    """As `_pairs`, with ``last_affected`` at every end."""
    return [{("last_affected" if "fixed" in event else kind): point} for event in _pairs(order) for kind, point in event.items()]


def _ties(order: Random) -> list[dict[str, str]]:
    """Several events at one version, in two spellings of it."""
    point = version(order)
    other = str(Version(point))
    kinds = [order.choice(("introduced", "fixed")) for _ in range(order.randrange(2, 5))]
    events = [{kind: order.choice((point, other))} for kind in kinds]
    if order.random() < 0.5:
        events.insert(0, {"introduced": "0"})
    return events


def _limited(order: Random) -> list[dict[str, str]]:
    """Pairs with one or two limits, one of them perhaps the star."""
    limits = [order.choice((version(order), version(order), "*")) for _ in range(order.choice((1, 1, 2)))]
    return [*_pairs(order), *({"limit": limit} for limit in limits)]


def _foreign_boundary(order: Random) -> list[dict[str, str]]:
    """Pairs of which one boundary is not a version."""
    events = _pairs(order)
    place = order.randrange(len(events))
    events[place] = dict.fromkeys(events[place], order.choice(FOREIGN))
    return events


def _same_twice(order: Random) -> list[dict[str, str]]:
    """Fixed before introduced, doubled introductions and doubled fixes: nothing that a person would write."""
    return [{order.choice(("introduced", "introduced", "fixed")): version(order)} for _ in range(order.randrange(1, 6))]


EVENTS = (_pairs, _pairs, _pairs, _last_affected, _ties, _limited, _foreign_boundary, _same_twice)


def _range(order: Random) -> dict[str, Any]:
    kind = order.random()
    if kind < 0.15:
        return {"type": "GIT", "repo": "https://code.invalid/lab", "events": [{"introduced": "0"}, {"fixed": "f" * 40}]}
    events = order.choice(EVENTS)(order)
    if order.random() < 0.3:
        order.shuffle(events)
    return {"type": "ECOSYSTEM", "events": events}


def julia_version(order: Random) -> str:
    """A version as Julia's packages and native libraries number themselves."""
    numbers = ".".join(str(order.choice((0, 1, 1, 2, 9, 10))) for _ in range(order.choice((2, 3, 3, 3))))
    return numbers + order.choice(("", "", "-rc1", "-DEV.3")) + order.choice(("", "+0", "+1", "+2", "+10"))


def _julia_affected(order: Random) -> dict[str, Any]:
    """A Julia package with a range or two in Julia's own order."""
    name = order.choice(JULIA_NAMES)
    ranges = []
    for _ in range(order.choice((1, 1, 2))):
        points = [julia_version(order) for _ in range(order.choice((1, 2, 2, 4)))]
        points.sort(key=julia_key)  # type: ignore[arg-type]
        events = [{("fixed" if place % 2 else "introduced"): point} for place, point in enumerate(["0", *points])]
        ranges.append({"type": "SEMVER", "events": events})
    purl = f"pkg:julia/{name}?uuid={UUID(int=Random(name).getrandbits(128))}"
    return {"package": {"ecosystem": "Julia", "name": name, "purl": purl}, "ranges": ranges}


def _affected(order: Random, spread: int) -> dict[str, Any]:
    """A package, under one of `spread` numbers, with ranges and enumerated versions."""
    if order.random() < 0.1:
        return _julia_affected(order)
    name = order.choice(NAMES) + order.choice("-_.") + str(order.randrange(spread))
    entry: dict[str, Any] = {"package": {"ecosystem": "PyPI", "name": name}}
    if order.random() < 0.05:
        entry["package"]["ecosystem"] = order.choice(("npm", "pypi", "Maven"))
    if order.random() < 0.9:
        entry["ranges"] = [_range(order) for _ in range(order.choice((0, 1, 1, 1, 2, 3)))]
    if order.random() < 0.6:
        entry["versions"] = [version(order) for _ in range(order.choice((0, 1, 3, 10)))]
        if order.random() < 0.2:
            entry["versions"].append(order.choice(FOREIGN))
    return entry


def generate(count: int, seed: int) -> list[dict[str, Any]]:
    """So many records; their ids, aliases and contents follow from the seed alone."""
    order = Random(seed)
    records = []
    for number in range(count):
        record: dict[str, Any] = {
            "schema_version": "1.7.0",
            "id": f"PYSEC-2024-{number}" if number % 3 else f"GHSA-made-upid-{number:04}",
            "published": FIXED_MOMENT,
            "modified": FIXED_MOMENT,
            "details": "made up",
            "affected": [_affected(order, 1 + count // 100) for _ in range(order.choice((0, 1, 1, 1, 1, 2, 3)))],
        }
        if order.random() < 0.7:
            record["aliases"] = _aliases(order, number)
        if order.random() < 0.1:
            record["upstream"] = [f"CVE-2024-{order.randrange(count) + 1000}"]
        if order.random() < 0.1:
            record["related"] = [f"CVE-2024-{order.randrange(count) + 1000}"]
        if order.random() < 0.05:
            record["withdrawn"] = FIXED_MOMENT
        records.append(record)
    return records


def outdated(records: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Older states of every tenth record, about something else: a reader must prefer what was modified last."""
    order = Random(f"{seed}/outdated")
    return [
        {**record, "modified": "2023-01-01T00:00:00Z", "affected": order.choice(records)["affected"]} for record in records[::10]
    ]


def _aliases(order: Random, number: int) -> list[str]:
    """Mostly one CVE of its own; now and then another record or a neighbour's CVE, which weaves the webs."""
    own = [f"CVE-2024-{number + 1000}"] if order.random() < 0.7 else []
    if order.random() < 0.25:
        own.append(f"CVE-2024-{number + 1000 - order.randrange(1, 4)}")
    if order.random() < 0.2 and number:
        neighbour = order.randrange(max(0, number - 5), number)
        own.append(f"PYSEC-2024-{neighbour}" if neighbour % 3 else f"GHSA-made-upid-{neighbour:04}")
    return sorted(set(own))


def main() -> None:
    """Write generated records as a zip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--into", type=Path, required=True, help="the zip to write")
    arguments = parser.parse_args()
    write_zip(generate(arguments.count, arguments.seed), arguments.into)


if __name__ == "__main__":
    main()
