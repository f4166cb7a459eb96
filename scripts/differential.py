"""The differential check: Bartizan's matching against `evaluation`, query by query.

    python scripts/differential.py --generate 400 --seed 7        generated records, as in CI
    python scripts/differential.py --records all.zip              a real feed
    python scripts/differential.py --records all.zip --thorough   and around every enumerated version

The records go into a fresh home through `bartizan db sync --from`; the queries go through one `bartizan db match --stdin`.
Compared are the ids of the records that match and, where aliases leave no doubt, how many groups they form. Exit status 1 means
a difference.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alias_groups import AliasComponents
from bartizan_process import find_binary, match, sync
from evaluation import Index, index_of
from feeds import read_records, write_zip
from generate_records import generate, outdated
from queries import Query, queries_of

SHOWN = 20


@dataclass
class Comparison:
    """What came out so far."""

    queries: int = 0
    matching: int = 0
    records: int = 0
    groups_compared: int = 0
    differences: list[str] = field(default_factory=list)
    involved: Counter[str] = field(default_factory=Counter)
    """The records on which the answers differ, and on how many queries."""

    @property
    def agreements(self) -> int:
        """The queries answered alike by both."""
        return self.queries - len(self.differences)

    def add(self, query: Query, expected: list[str], groups: int | None, answer: dict[str, Any] | None) -> None:
        """Compare one answer; `groups` is None where their number is a matter of judgement."""
        self.queries += 1
        self.matching += bool(expected)
        self.records += len(expected)
        if answer is None or answer.get("query") != str(query):
            self.differences.append(f"{query}: the answer is out of step: {answer}")
        elif answer.get("records") != expected:
            ours, theirs = set(expected), set(answer.get("records") or [])
            self.involved.update(ours ^ theirs)
            self.differences.append(
                f"{query}: only the evaluation matches {brief(ours - theirs)}, only bartizan {brief(theirs - ours)}"
                if ours != theirs
                else f"{query}: records are not sorted or not unique: {answer.get('records')}"
            )
        elif groups is not None:
            self.groups_compared += 1
            found = answer.get("groups")
            if not isinstance(found, list) or len(found) != groups or found != sorted(set(found)):
                self.differences.append(f"{query}: {groups} groups expected of {expected}, bartizan says {found}")


def brief(identifiers: set[str]) -> str:
    """The first few of some ids."""
    shown = ", ".join(sorted(identifiers)[:3]) or "none"
    return shown if len(identifiers) <= 3 else f"{shown} and {len(identifiers) - 3} more"


def expected_groups(components: AliasComponents, records: list[str]) -> int | None:
    """How many groups matching records form, or None when a component may be split."""
    touched = {components.component(record) for record in records}
    return len(touched) if all(map(components.is_plain, touched)) else None


def compare(index: Index, queries: list[Query], answers: Iterator[dict[str, Any]]) -> Comparison:
    """Compare all answers with the evaluation."""
    components = AliasComponents(index.records.values())
    comparison = Comparison()
    for query, answer in itertools.zip_longest(queries, answers):
        if query is None:
            comparison.differences.append(f"an answer to no query: {answer}")
            break
        expected = index.matches(query.name, query.version, query.ecosystem)
        comparison.add(query, expected, expected_groups(components, expected), answer)
    return comparison


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--records", type=Path, nargs="+", help="zips, folders or files of OSV records")
    what.add_argument("--generate", type=int, metavar="N", help="make so many records up")
    parser.add_argument("--seed", type=int, default=7, help="seed of the generated records")
    parser.add_argument("--thorough", action="store_true", help="ask around every enumerated version as well")
    parser.add_argument("--bartizan", type=Path, help="the binary; by default the newest one that cargo built")
    return parser.parse_args()


def main() -> int:
    """Run the check and say what came out."""
    asked = arguments()
    binary = find_binary(asked.bartizan)
    with tempfile.TemporaryDirectory(prefix="bartizan-differential-") as folder:
        work = Path(folder)
        if asked.records:
            sources = asked.records
            records = [record for path in sources for record in read_records(path)]
        else:
            newest = generate(asked.generate, asked.seed)
            older = outdated(newest, asked.seed)
            sources = [work / "generated.zip", work / "outdated.zip"]
            write_zip(newest, sources[0])
            write_zip(older, sources[1])
            records = [*newest, *older]
        index = index_of(records)
        queries = queries_of(records, asked.thorough)
        sync(binary, work / "home", sources)
        started = time.monotonic()
        comparison = compare(index, queries, match(binary, work / "home", map(str, queries), work))
    print(f"records:          {len(index.records):>9,}")
    print(f"ranges outside the order: {len(index.unsortable):,} (enumerated versions only)")
    print(f"queries:          {comparison.queries:>9,} ({comparison.matching:,} match, {comparison.records:,} records in all)")
    print(f"groups compared:  {comparison.groups_compared:>9,}")
    print(f"agreements:       {comparison.agreements:>9,}")
    print(f"differences:      {len(comparison.differences):>9,}")
    print(f"seconds:          {time.monotonic() - started:>9.1f}")
    for difference in comparison.differences[:SHOWN]:
        print(f"  {difference}")
    for identifier, count in comparison.involved.most_common(5):
        affected = json.dumps(index.records.get(identifier, {}).get("affected"))
        print(f"  {count} differences come from {identifier}: {affected[:1000]}")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
