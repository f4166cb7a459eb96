"""The check of alias groups and of `upstream` against OSV's published algorithm, written anew from its description.

    python scripts/group_records.py [--count 400] [--seed 1] [--bartizan target/release/bartizan]
    python scripts/group_records.py --cases cases.json

An alias group is the closure of `aliases` in both directions; a withdrawn record and one of more than five aliases join
nothing; a group of more than 32 ids is none. `upstream` is transitive. Bartizan departs from it in one way on purpose:
where a closure holds several CVEs it is split, so there only this is checked: no group has two CVEs, and each says that
there was a conflict. Cases are made up (webs of few ids, so that they meet), or read from a file: a list of objects
``{"records": {id: [alias, …]}, "upstream": {id: [id, …]}, "withdrawn": [id, …]}``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from bartizan_process import environment, find_binary, sync
from feeds import write_zip

MOST_ALIASES, MOST_IDS = 5, 32
Case = Mapping[str, Any]


def closures(case: Case) -> dict[str, set[str]]:
    """The closure that each id belongs to; alone where its record joins nothing."""
    edges: dict[str, set[str]] = {identifier: set() for identifier in case["records"]}
    for identifier, aliases in case["records"].items():
        if identifier in case.get("withdrawn", ()) or len(aliases) > MOST_ALIASES:
            continue
        for alias in aliases:
            edges.setdefault(identifier, set()).add(alias)
            edges.setdefault(alias, set()).add(identifier)
    found: dict[str, set[str]] = {}
    for start in edges:
        if start in found:
            continue
        seen, to_visit = set(), [start]
        while to_visit:
            identifier = to_visit.pop()
            if identifier not in seen:
                seen.add(identifier)
                to_visit.extend(edges[identifier])
        for identifier in seen:
            found[identifier] = seen
    return {identifier: ids if len(ids) <= MOST_IDS else {identifier} for identifier, ids in found.items()}


def upstream(case: Case, identifier: str) -> set[str]:
    """Everything upstream of an id."""
    links = case.get("upstream", {})
    seen: set[str] = set()
    to_visit = list(links.get(identifier, ()))
    while to_visit:
        other = to_visit.pop()
        if other not in seen:
            seen.add(other)
            to_visit.extend(links.get(other, ()))
    return seen - {identifier}


def records(case: Case) -> list[dict[str, Any]]:
    """The OSV records of a case."""
    made = []
    for identifier in sorted({*case["records"], *case.get("upstream", {})}):
        record: dict[str, Any] = {"id": identifier, "modified": "2024-01-01T00:00:00Z"}
        record["aliases"] = list(case["records"].get(identifier, ()))
        record["upstream"] = list(case.get("upstream", {}).get(identifier, ()))
        if identifier in case.get("withdrawn", ()):
            record["withdrawn"] = "2024-01-02T00:00:00Z"
        made.append(record)
    return made


def differences(case: Case, binary: Path, work: Path) -> list[str]:
    """Where Bartizan's groups of a case are other ones."""
    write_zip(records(case), work / "all.zip")
    sync(binary, work / "home", [work / "all.zip"], "--fresh")
    expected, said = closures(case), []
    for identifier in sorted({*case["records"], *case.get("upstream", {})}):
        command = [str(binary), "db", "show", identifier, "--format", "json"]
        shown = subprocess.run(command, env=environment(work / "home"), capture_output=True, check=False, timeout=60)
        groups = [
            group
            for group in json.loads(shown.stdout)["groups"]
            if any(record["id"] == identifier for record in group["records"])
        ]
        if len(groups) != 1:
            said.append(f"{identifier} is a record of {len(groups)} groups")
            continue
        (group,) = groups
        ids, closure = set(group["ids"]), expected.get(identifier, {identifier})
        cves = {other for other in closure if other.startswith("CVE-")}
        is_bystander = identifier in case.get("withdrawn", ()) or len(case["records"].get(identifier, ())) > MOST_ALIASES
        if len([other for other in ids if other.startswith("CVE-")]) > 1:
            said.append(f"the group of {identifier} has several CVEs: {sorted(ids)}")
        if len(cves) > 1 and not is_bystander:
            if not group["conflicts"]:
                said.append(f"the closure of {identifier} holds {sorted(cves)}, and no conflict is shown")
        elif not is_bystander:
            # A record that joins nothing is shown with the group that names it or its sole CVE.
            joined = {other for other in ids - closure if other in case["records"]}
            if closure - ids or any(expected.get(other, {other}) != {other} for other in joined) or ids - closure - joined:
                said.append(f"the group of {identifier} is {sorted(ids)}, its closure {sorted(closure)}")
        if identifier not in case.get("withdrawn", ()) and len(ids) == 1:
            above = upstream(case, identifier)
            if set(group["upstream"]) != above:
                said.append(f"upstream of {identifier} is {group['upstream']}, not {sorted(above)}")
    return said


def made_up(order: Random) -> Case:
    """A web of few ids; most closures hold at most one CVE, some hold several, some are too large."""
    names = [f"PYSEC-2024-{number}" for number in range(1, 9)] + [f"GHSA-aaaa-bbbb-{number:04}" for number in range(1, 9)]
    cves = [f"CVE-2024-{number:04}" for number in range(1, order.choice((2, 3, 9)))]
    case: dict[str, Any] = {"records": {}, "upstream": {}, "withdrawn": []}
    for identifier in order.sample(names + cves, order.randint(1, len(names))):
        count = order.choice((0, 1, 1, 1, 2, 2, 3, 6))
        others = [other for other in names + cves if other != identifier]
        case["records"][identifier] = order.sample(others, min(count, len(others)))
        if order.random() < 0.1:
            case["withdrawn"].append(identifier)
    if order.random() < 0.1:
        case["records"].update({f"X-{number}": [f"X-{number + 1}"] for number in range(order.choice((31, 32, 40)))})
    for identifier in order.sample(names, 3):
        if identifier not in case["records"]:
            case["upstream"][identifier] = order.sample(names + cves, 2)
            case["upstream"][identifier] = [other for other in case["upstream"][identifier] if other != identifier]
            case["records"][identifier] = []
    return case


def main() -> int:
    """Check every case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, help="cases in place of made-up ones")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bartizan", type=Path)
    asked = parser.parse_args()
    binary, order = find_binary(asked.bartizan), Random(asked.seed)
    cases = json.loads(asked.cases.read_text()) if asked.cases else [made_up(order) for _ in range(asked.count)]
    wrong = asked_for = 0
    with tempfile.TemporaryDirectory(prefix="bartizan-groups-") as folder:
        for number, case in enumerate(cases):
            asked_for += len({*case["records"], *case.get("upstream", {})})
            for line in differences(case, binary, Path(folder)):
                wrong += 1
                print(f"case {number}: {line}")
    print(f"{len(cases)} cases, {asked_for} records, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
