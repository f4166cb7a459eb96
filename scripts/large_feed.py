"""Half a million records: how long a sync, an opening and a scan of 200 packages take, in which memory and size.

    python scripts/large_feed.py [--records 500000] [--into DIR] [--bartizan target/release/bartizan]

The records are made up, the size of real ones (about 1.8 kB): 60,000 packages of which one has about 2,000 records and most a few, two
records a vulnerability with a CVE in common, twenty to sixty enumerated versions, a range, a text and references. No time
is asserted: the budgets of the project (20 ms to open, 100 ms for the scan) are printed beside what was measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from bartizan_process import environment, find_binary
from measuring import measure, median

PACKAGES = 60_000
WORDS = (
    "a crafted file header image parser overflow reads past the end of its buffer when remote attacker may execute denial of "
    "service memory exhaustion affected versions before upgrade network request path traversal token session default"
).split()


def package_name(order: Random) -> str:
    """A few packages have very many records, as in real feeds."""
    return f"package-{int(PACKAGES * order.random() ** 2)}"


def record(number: int, order: Random) -> dict[str, Any]:
    """One record; two neighbours share a CVE."""
    prefix = "PYSEC" if number % 2 else "GHSA"
    identifier = f"{prefix}-{2010 + number % 15}-{number}"
    minor = order.randint(2, 60)
    events = [{"introduced": "0"}, {"fixed": f"1.{minor}.0"}]
    return {
        "id": identifier,
        "modified": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 9}T00:00:00Z",
        "published": f"20{10 + number % 15}-0{1 + number % 9}-01T00:00:00Z",
        "aliases": [f"CVE-{2010 + number // 2 % 15}-{number // 2:06}"],
        "details": " ".join(order.choices(WORDS, k=90)),
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": package_name(order), "purl": "pkg:pypi/made-up"},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
                "versions": [f"1.{place}.0" for place in range(max(0, minor - 40), minor)],
            }
        ],
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:L"}] if number % 3 else [],
        "references": [{"type": "WEB", "url": f"https://example.org/{prefix}/{number}/{place}"} for place in range(4)],
    }


def texts(count: int, order: Random) -> Iterator[tuple[str, str]]:
    """File names and texts of the records."""
    for number in range(count):
        made = record(number, order)
        yield f"{made['id']}.json", json.dumps(made)


def write_lock(path: Path, order: Random) -> None:
    """A lock of 200 packages, most of which have records."""
    names = sorted({package_name(order) for _ in range(3_000)})
    chosen = sorted(order.sample(names, 200))
    lines = [f"{name}==1.{order.randint(0, 60)}.0" for name in chosen]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Make the feed, sync it, open it, scan with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--into", type=Path, help="where the feed is kept and found again; by default it is thrown away")
    parser.add_argument("--bartizan", type=Path)
    asked = parser.parse_args()
    binary, order = find_binary(asked.bartizan), Random(7)
    with tempfile.TemporaryDirectory(prefix="bartizan-large-") as folder:
        work = Path(folder)
        feed = (asked.into or work) / f"feed-{asked.records}.zip"
        if not feed.exists():
            with zipfile.ZipFile(feed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, text in texts(asked.records, order):
                    archive.writestr(name, text)
        surroundings = environment(work / "home")
        done = measure([str(binary), "db", "sync", "--from", str(feed)], work / "sync", work, surroundings)
        size = (work / "home" / "advisories" / "snapshot.bdb").stat().st_size
        print(f"feed      {asked.records:,} records, {feed.stat().st_size / 1e6:.0f} MB as a zip")
        print(f"sync      {done.wall:.1f} s, {done.cpu:.1f} s of CPU, {done.memory / 1e6:.0f} MB, exit {done.status}")
        print(f"snapshot  {size / 1e6:.0f} MB")
        write_lock(work / "requirements.txt", Random(11))
        for what, budget, command in (
            ("version", None, ["--version"]),
            ("one look-up", 20, ["db", "match", "package-1==1.5.0"]),
            ("scan of 200", 100, ["scan", "requirements.txt", "--format", "json", "--exit-zero"]),
        ):
            costs = [measure([str(binary), *command], work / "out", work, surroundings) for _ in range(9)]
            cost = median(costs)
            held = "" if budget is None else f" (budget {budget} ms: {'kept' if cost.wall * 1e3 <= budget else 'EXCEEDED'})"
            print(f"{what:10}{cost.wall * 1e3:.1f} ms, {cost.cpu * 1e3:.1f} ms of CPU, {cost.memory / 1e6:.0f} MB{held}")
        findings = json.loads((work / "out").read_text(encoding="utf-8"))["findings"]
        print(f"          {len(findings)} findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
