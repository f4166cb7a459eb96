"""`bartizan access snapshot` and `audit` of a large made-up organisation on loopback: how many calls, how much time and memory, what a second
run costs.

    cargo build -p bartizan -p bartizan-sources --example access_host
    python scripts/access_large.py [--people 2000 --teams 200 --repositories 500]

The organisation is made by the crate `bartizan-access` itself, so that this says nothing about real hosts but the number of calls.
The limits that are held against it are documented ones: 5,000 requests an hour for a token of a person, and 5,000 points for queries.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bartizan_process import environment, find_binary
from measuring import measure

REQUESTS_AN_HOUR = 5_000
MOST_MEMORY = 300 << 20
MOST_SECONDS = 2
"""Of the processor, for an audit by a release program."""


@contextmanager
def hosted(example: Path, size: list[int]) -> Iterator[str]:
    """The host on loopback, and its address."""
    process = subprocess.Popen([str(example), *map(str, size)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def asked(address: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{address}/asked") as reply:
        counts: dict[str, int] = json.load(reply)
    return counts


def evidence(path: Path, snapshot: dict[str, Any]) -> None:
    """Everything was read of every repository, and every other person was active somewhere: 20,000 acts."""
    people = [it["login"] for it in snapshot["people"]][::2]
    repositories = [it["name"] for it in snapshot["repositories"]]
    kinds = ["author", "review", "triage", "push", "merge", "release", "administration"]
    acts = [{"by": f"github:{people[number % len(people)]}", "place": repositories[number % len(repositories)], "kind": kinds[number % len(kinds)],
             "at": "2026-11-01T00:00:00Z", "source": "activity"} for number in range(20_000)]
    coverage = [{"source": "activity", "place": place, "kinds": kinds, "since": "2020-01-01T00:00:00Z", "until": "2026-11-26T00:00:00Z"}
                for place in [*repositories, "lab"]]
    path.write_text(json.dumps({"acts": acts, "coverage": coverage}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--teams", type=int, default=200)
    parser.add_argument("--repositories", type=int, default=500)
    parser.add_argument("--bartizan", type=Path, help="the program; the newest that cargo built by default")
    parser.add_argument("--host", type=Path, help="the example `access_host`; that beside the program by default")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    example = arguments.host or binary.parent / "examples" / "access_host"
    size = [arguments.people, arguments.teams, arguments.repositories]
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, hosted(example, size) as address:
        work = Path(folder)
        own = {**environment(work / "home"), "GITHUB_API_URL": address, "GITHUB_TOKEN": "made-up"}
        command = [str(binary), "access", "snapshot", "lab", "--format", "json", "--as-of", "2026-11-26"]
        before: dict[str, int] = {}
        first = ""
        for run in ("first", "second"):
            cost = measure(command, work / "out.json", work, own)
            if cost.status != 0:
                raise SystemExit(f"ended with {cost.status}")
            told = json.loads((work / "out.json").read_text())
            counts = asked(address)
            queries = sum(n for name, n in counts.items() if name.startswith("query"))
            queries -= sum(n for name, n in before.items() if name.startswith("query"))
            before = counts
            calls = told["calls"]
            counted = calls["requests"] - calls["unchanged"]
            print(f"{run} run: {told['people']} people, {told['teams']} teams, {told['repositories']} repositories, "
                  f"{told['grants']} grants; {calls['requests']} requests, of them {queries} queries, "
                  f"{calls['unchanged']} unchanged; {cost.wall:.1f} s, {cost.cpu:.1f} s of the processor, "
                  f"{cost.memory / 1e6:.0f} MB")
            if counted > REQUESTS_AN_HOUR:
                faults.append(f"{counted} requests count against a limit of {REQUESTS_AN_HOUR} an hour")
            if cost.memory > MOST_MEMORY:
                faults.append(f"{cost.memory} bytes of memory")
            if [told["people"], told["teams"], told["repositories"]] != size or told["unread"]:
                faults.append(f"not all was read: {told['unread'][:3]}")
            if first and told["snapshot"] != first:
                faults.append("two runs of the same gave two snapshots")
            first = told["snapshot"]
        snapshot = next((work / "home" / "access" / "snapshots").iterdir())
        evidence(work / "evidence.json", json.loads(snapshot.read_text()))
        command = [str(binary), "access", "audit", "--from", str(snapshot), "--evidence", "evidence.json", "--format", "json", "--as-of", "2026-11-26"]
        cost = measure(command, work / "audit.json", work, environment(work / "home"))
        if cost.status not in (0, 1):
            raise SystemExit(f"the audit ended with {cost.status}: {(work / 'audit.json.err').read_text()[-500:]}")
        rights = json.loads((work / "audit.json").read_text())["rights"]
        print(f"audit: {rights}; {cost.wall:.2f} s, {cost.cpu:.2f} s of the processor, {cost.memory / 1e6:.0f} MB")
        if cost.cpu > MOST_SECONDS or cost.memory > MOST_MEMORY or rights["active"] == 0 or rights["inactive"] == 0:
            faults.append(f"the audit took {cost.cpu:.2f} s and {cost.memory} bytes, and found {rights}")
        lies = sum(path.stat().st_size for path in (work / "home" / "access" / "snapshots").iterdir())
        print(f"snapshot of {lies / 1e6:.1f} MB")
        print("asked in both runs:", ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda it: -it[1])))
    for fault in faults:
        print(f"fault: {fault}")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
