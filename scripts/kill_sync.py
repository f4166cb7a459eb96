"""Whether an interrupted sync leaves the old snapshot in force: killed at random points, and on a full disk.

    python scripts/kill_sync.py                        made-up records
    python scripts/kill_sync.py --records all.zip      a real feed

An old snapshot holds every second record, the new one holds all of them with changes; their undisturbed answers are
taken first (whether those are right is `differential.py`'s question). `db sync` of the new records is
killed (SIGKILL, this script's own child) at random moments; after each, known queries must be answered wholly as by the
old snapshot, or wholly as by the new one when the kill came after the swap. All kills happen in one home, so that what
one leaves behind meets the next. Then a complete sync must bring the new answers. The full disk is a tmpfs of several
sizes, from one that holds little more than the old snapshot; mounting one needs root, and without it that part is
skipped visibly.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bartizan_process import environment, find_binary, match, sync
from feeds import read_records, write_zip
from generate_records import generate
from queries import Query, queries_of

ASKED = 400
FULL_DISKS = 10
Answers = list[list[str]]


@dataclass
class Case:
    """The two sets of records, and what each answers to the queries."""

    binary: Path
    work: Path
    old: Path
    new: Path
    queries: list[Query]
    expected: dict[str, Answers]

    def answers(self, home: Path) -> Answers:
        """What a home answers to the queries."""
        return [answer["records"] for answer in match(self.binary, home, map(str, self.queries), self.work)]

    def state(self, home: Path) -> str:
        """Which of the sets a home answers from: ``old``, ``new``, or what is wrong."""
        try:
            answers = self.answers(home)
        except SystemExit as problem:
            return f"no answer: {problem}"
        return next(
            (name for name, expected in self.expected.items() if answers == expected), "neither the old nor the new answers"
        )


def prepare(binary: Path, work: Path, records: list[dict[str, Any]], order: Random) -> Case:
    """Write both sets and choose queries that tell them apart."""
    changed = [
        {**record, "withdrawn": "2024-06-01T00:00:00Z"} if place % 5 == 0 else record for place, record in enumerate(records)
    ]
    sets = {"old": records[::2], "new": changed}
    for name, members in sets.items():
        write_zip(members, work / f"{name}.zip")
    queries = queries_of(records[: 2 * ASKED], thorough=False)
    case = Case(binary, work, work / "old.zip", work / "new.zip", order.sample(queries, min(ASKED, len(queries))), {})
    for name, source in (("old", case.old), ("new", case.new)):
        sync(binary, work / f"{name}-home", [source])
        case.expected[name] = case.answers(work / f"{name}-home")
    if case.expected["old"] == case.expected["new"]:
        raise SystemExit("these records do not tell the old snapshot from the new one")
    return case


def start(case: Case, home: Path, said: Path) -> subprocess.Popen[bytes]:
    """Begin a sync of the new records."""
    command = [str(case.binary), "db", "sync", "--from", str(case.new)]
    with said.open("wb") as file:
        return subprocess.Popen(command, env=environment(home), stdin=subprocess.DEVNULL, stdout=file, stderr=file)


def kills(case: Case, home: Path, times: int, order: Random) -> list[str]:
    """Kill so many syncs; return what went wrong."""
    sync(case.binary, case.work / "timed", [case.old])
    started = time.monotonic()
    sync(case.binary, case.work / "timed", [case.new])
    whole = time.monotonic() - started
    print(f"a complete sync takes {whole * 1e3:.0f} ms")
    wrong, tally = [], {"old": 0, "new": 0}
    for place in range(times):
        # A kill that came after the swap left the new records; the next one is to meet the old ones alone.
        sync(case.binary, home, [case.old], "--fresh")
        delay = whole * (place + order.random()) / times
        process = start(case, home, case.work / "said.txt")
        time.sleep(delay)
        process.kill()
        ended = process.wait() >= 0
        state = case.state(home)
        tally[state] = tally.get(state, 0) + 1
        if state not in ("old", "new") or (ended and state == "old"):
            wrong.append(f"killed after {delay * 1e3:.0f} ms ({'too late' if ended else 'in time'}): {state}")
    print(f"killed at {times} points: " + ", ".join(f"{count} times {state}" for state, count in sorted(tally.items())))
    sync(case.binary, home, [case.new])
    if (state := case.state(home)) != "new":
        wrong.append(f"a complete sync after the kills: {state}")
    print(f"a complete sync afterwards: {state}")
    left = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    print(f"files in the home afterwards: {', '.join(left)}")
    return wrong


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    """A tmpfs of so many bytes, or None where it cannot be mounted."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        print(f"skipped: the full disk (cannot mount a tmpfs: {mounted.stderr.strip()})")
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def size_of(folder: Path) -> int:
    """The bytes that the files of a folder take in whole pages."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())


def full_disks(case: Case, sizes: Sequence[int]) -> list[str]:
    """Run out of space at several points; return what went wrong."""
    wrong: list[str] = []
    for number, size in enumerate(sizes):
        with small_disk(case.work / f"disk{number}", size) as disk:
            if disk is None:
                return wrong
            status, problems = full_disk(case, disk / "home", size)
            wrong += problems
            if status == 0:
                if number == 0:
                    wrong.append("even the smallest disk was large enough")
                break
    return wrong


def full_disk(case: Case, home: Path, size: int) -> tuple[int, list[str]]:
    """One sync on a small disk, beside an old snapshot made where there was room; return its status and what went wrong."""
    shutil.copytree(case.work / "old-home", home)
    before = size_of(home)
    status = start(case, home, case.work / "said.txt").wait()
    said = (case.work / "said.txt").read_text(encoding="utf-8", errors="replace").strip()
    state = case.state(home)
    print(f"disk of {size:,} bytes, {before:,} used: exit status {status}, {state} answers, {size_of(home):,} used after")
    print("\n".join(f"    {line}" for line in said.splitlines()[-4:]))
    wrong = []
    if state != ("new" if status == 0 else "old"):
        wrong.append(f"full disk of {size:,} bytes: exit status {status} and {state}")
    if status != 0 and "space" not in said.lower():
        wrong.append(f"full disk of {size:,} bytes: the message does not speak of space: {said}")
    if status != 0 and size_of(home) > before + 65_536:
        wrong.append(f"full disk of {size:,} bytes: {size_of(home) - before:,} bytes were left behind")
    return status, wrong


def main() -> int:
    """Run both parts and say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, help="zip or folder of OSV records; by default made-up ones")
    parser.add_argument("--bartizan", type=Path, help="the binary; by default the newest one that cargo built")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    order = Random(asked.seed)
    records = list(read_records(asked.records)) if asked.records else generate(3_000, asked.seed)
    with tempfile.TemporaryDirectory(prefix="bartizan-kill-") as folder:
        work = Path(folder)
        case = prepare(find_binary(asked.bartizan), work, records, order)
        wrong = kills(case, work / "home", asked.times, order)
        old = size_of(work / "old-home")
        wrong += full_disks(case, [round((old + 32_768) * 1.4**step) for step in range(FULL_DISKS)])
    print(f"wrong: {len(wrong)}", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
