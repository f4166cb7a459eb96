"""Kills `bartizan assess` at random points, lets it go on, and compares the store with that of a run that nobody killed.

    python3 scripts/assess_killed.py BINARY HOME [--rounds 10] [--seed 1] [--cold DIR ...] -- ARGUMENTS OF assess

HOME holds synced advisories, and what an earlier run kept. Each round has a store of its own and the same `--as-of`, so
that equal content has equal rows; only the numbers that the store counts by itself (ids, the generation) are left out.
With `--cold`, these directories of HOME are removed before each round, so that kills also meet caches being filled.
"""

import argparse
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AS_OF = "2026-11-25T12:00:00Z"
# What a store numbers or counts by itself.
LEFT_OUT_COLUMNS = {"id"}
FINDING = "(SELECT check_id || ' ' || subject || ' ' || finding_key FROM finding WHERE id = {table}.finding)"
LEFT_OUT_TABLES = {"counter", "sqlite_sequence", "migration"}


def command(options, store):
    return [
        options.binary,
        "assess",
        "--home",
        options.home,
        "--as-of",
        AS_OF,
        "--max-age",
        "100000",
        "--database",
        f"sqlite:{store}",
        *options.arguments,
    ]


def run(options, store):
    started = time.monotonic()
    ended = subprocess.run(command(options, store), capture_output=True, text=True)
    if ended.returncode not in (0, 4):
        sys.exit(f"the run ended with {ended.returncode}: {ended.stderr}")
    return time.monotonic() - started


def killed(options, store, after, pause):
    """Starts it, and kills it a moment after so many projects are done; says whether it was still running."""
    process = subprocess.Popen(
        command(options, store), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and projects_done(store) < after:
        time.sleep(0.01)
    time.sleep(pause)
    if process.poll() is not None:
        return False
    process.send_signal(signal.SIGKILL)
    process.wait()
    return not is_finished(store)


def content(store):
    """Every row of every table, without what is numbered by the store itself."""
    database = sqlite3.connect(store)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    tables = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    # What an index of words keeps is by number of row. Whether it fits the rows, the store's own tests ask.
    indexes = tuple(name for name, sql in tables if "VIRTUAL" in (sql or ""))
    shadows = tuple(f"{name}_" for name in indexes)
    rows = {}
    for table, _ in tables:
        if table in LEFT_OUT_TABLES or table in indexes or table.startswith(shadows):
            continue
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        kept = [name for name in columns if name not in LEFT_OUT_COLUMNS]
        if kept:
            # The number of a finding is the store's own; which finding it is, is not.
            shown = [FINDING.format(table=table) if name == "finding" else name for name in kept]
            selected = database.execute(f"SELECT {', '.join(shown)} FROM {table}")
            rows[table] = sorted(map(repr, selected))
    return rows


def projects_done(store):
    try:
        database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        found = database.execute("SELECT COUNT(*) FROM assessment_project WHERE is_done = 1")
        return found.fetchone()[0]
    except sqlite3.Error:
        return 0


def is_finished(store):
    try:
        database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        found = database.execute("SELECT COUNT(*) FROM assessment WHERE finished IS NOT NULL")
        return found.fetchone()[0] > 0
    except sqlite3.Error:
        return False


def differences(expected, found):
    for table in sorted(expected.keys() | found.keys()):
        left, right = expected.get(table, []), found.get(table, [])
        if left != right:
            only = [row[:300] for row in right if row not in set(left)][:3]
            gone = [row[:300] for row in left if row not in set(right)][:3]
            yield f"{table}: {len(left)} and {len(right)} rows; new {only}; gone {gone}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("home")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cold", nargs="*", default=[])
    own, _, passed = " ".join(["", *sys.argv[1:]]).partition(" -- ")
    options = parser.parse_args(own.split())
    options.arguments = passed.split()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place, "whole.sqlite")
        run(options, whole)
        took = run(options, Path(place, "timed.sqlite"))
        expected = content(whole)
        count = sum(map(len, expected.values()))
        projects = projects_done(whole)
        print(f"uninterrupted: {took:.1f} s warm, {count} rows in {len(expected)} tables")
        wrong = 0
        for number in range(1, options.rounds + 1):
            store, after, pause = None, 0, 0.0
            is_killed = False
            while not is_killed:
                for folder in options.cold:
                    shutil.rmtree(Path(options.home, folder), ignore_errors=True)
                store = Path(tempfile.mkdtemp(dir=place), "store.sqlite")
                after = chance.randrange(projects)
                pause = chance.uniform(0.0, took / projects)
                is_killed = killed(options, store, after, pause)
            done = projects_done(store)
            run(options, store)
            found = list(differences(expected, content(store)))
            wrong += bool(found)
            verdict = "differs" if found else "the same"
            print(f"round {number}: killed {pause:.2f} s after {after} projects, {done} done; then {verdict}")
            for line in found:
                print(f"    {line}")
        print(f"{options.rounds - wrong} of {options.rounds} rounds ended the same")
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
