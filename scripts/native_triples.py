"""Precision and recall of native libraries against labelled triples (library, version, advisory).

    python3 scripts/native_triples.py PROGRAM HOME

PROGRAM is `bartizan`, HOME a `BARTIZAN_HOME` with synced advisories. The labels are in `native-triples.toml`.

A triple counts where a source of the database has a record of the advisory and of the library. "Undecided" is neither
a hit nor a pass: it is counted as a miss where the advisory affects the version (`recall`), and apart.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path


def triples(kind):
    text = (Path(__file__).parent / "native-triples.toml").read_text(encoding="utf-8")
    for advisory in tomllib.loads(text)[kind]:
        for key, is_affected in (("affected", True), ("unaffected", False)):
            for version in advisory[key]:
                yield advisory["library"], version, advisory["id"], is_affected, advisory["source"]


def ask(program, home, queries):
    environment = {**os.environ, "BARTIZAN_HOME": home, "BARTIZAN_MAX_AGE": "36500"}
    run = subprocess.run(
        [program, "db", "match", "--stdin"],
        input="\n".join(queries), env=environment, capture_output=True, text=True, check=False,
    )
    return {answer["query"]: answer for answer in map(json.loads, run.stdout.splitlines())}


def upstream_of(program, home, ids):
    """The CVEs that undecided records are about, and whether the database knows an advisory at all."""
    environment = {**os.environ, "BARTIZAN_HOME": home, "BARTIZAN_MAX_AGE": "36500"}
    shown = {}
    for advisory in sorted(ids):
        run = subprocess.run(
            [program, "db", "show", advisory, "--format", "json"],
            env=environment, capture_output=True, text=True, check=False,
        )
        shown[advisory] = run.stdout
    return shown


def not_covered(answer, records):
    return "error" in answer or not records.strip()


def main(program, home):
    for kind, title in (("advisory", "looked at while the rules were made"), ("fresh", "labelled after that")):
        print(f"== {title}")
        measure(program, home, sorted(set(triples(kind))))


def measure(program, home, labelled):
    query = lambda library, version: f"pkg:generic/{library}@{version}"
    answers = ask(program, home, sorted({query(library, version) for library, version, *_ in labelled}))
    known = upstream_of(program, home, {triple[2] for triple in labelled})
    counts = dict.fromkeys(("hit", "pass", "false alarm", "missed", "undecided", "not covered"), 0)
    for library, version, advisory, is_affected, source in labelled:
        answer = answers[query(library, version)]
        undecided = " ".join(answer.get("undecided", []))
        records = known[advisory]
        is_undecided = any(f'"{record}"' in records for record in undecided.split())
        if not_covered(answer, records):
            outcome = "not covered"
        elif advisory in answer["groups"]:
            outcome = "hit" if is_affected else "false alarm"
        elif is_undecided:
            outcome = "undecided"
        else:
            outcome = "missed" if is_affected else "pass"
        counts[outcome] += 1
        if outcome not in ("hit", "pass"):
            word = "affects" if is_affected else "does not affect"
            print(f"{outcome}: {advisory} {word} {library} {version} ({source})")
    hit = counts["hit"]
    affected = sum(is_affected for *_, is_affected, _ in labelled)
    print(f"{len(labelled)} triples ({affected} affected): " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    covered = sum(is_affected and not_covered(answers[query(library, version)], known[advisory])
                  for library, version, advisory, is_affected, _ in labelled)
    print(f"precision {hit / max(1, hit + counts['false alarm']):.3f}, "
          f"recall {hit / max(1, affected - covered):.3f} (undecided counts as missed), "
          f"{hit / max(1, hit + counts['missed']):.3f} of what was decided")


if __name__ == "__main__":
    main(*sys.argv[1:3])
