#!/usr/bin/env python3
"""What bandit and flawfinder say of lines that changes bring: planted attacks, and a sample of untouched pull requests.

    scripts/review_tools.py TABLES MANIFEST --repository NAME=DIR ... --output tools.jsonl [--each 60] [--seed 1] [--family second]

For each change its files are written as they are afterwards, both tools run once over all of them, and what they say of lines that
the change brings is counted, weighed by severity. Rows have the features of the table, for `scripts/review_order.py attacks --tools`.
Needs git, and bandit and flawfinder beside this Python.
"""

import argparse
import collections
import csv
import io
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WEIGHTS = {"LOW": 1, "MEDIUM": 3, "HIGH": 9}
BANDIT = (".py",)
FLAWFINDER = (".c", ".h", ".cc", ".cpp", ".cxx", ".hpp")
LARGEST = 2 << 20


def git(repository, *arguments):
    return subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, check=False).stdout


def come(repository, base, head):
    """Lines that come, by file."""
    text = git(repository, "diff", "-U0", "--no-color", "--no-ext-diff", base, head).decode("utf-8", "replace")
    lines, file = collections.defaultdict(set), None
    for line in text.split("\n"):
        if line.startswith("+++ "):
            file = line[6:] if line.startswith("+++ b/") and line.endswith(BANDIT + FLAWFINDER) else None
        found = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if found and file:
            first, count = int(found[1]), int(found[2] or 1)
            lines[file].update(range(first, first + count))
    return lines


def rows_of(arguments, repositories):
    """Attacks of the manifest, and a sample of the last untouched pull requests of each table."""
    attacks = {it["id"]: it for it in json.loads(arguments.manifest.read_text())["attacks"]}
    rows = []
    for path in sorted(arguments.tables.glob("*.jsonl")):
        quiet = []
        for line in path.read_text().splitlines()[1:]:
            row = json.loads(line)
            if "attack" not in row:
                quiet += [row] if row["pull"] is not None and row["reviewed"] else []
            elif row["side"] == "planted" and row["family"] == arguments.family:
                attack = attacks[row["attack"]]
                rows.append((row, attack["repository"], attack["base"], attack["commit"]))
        for row in random.Random(arguments.seed).sample(quiet[-arguments.last :], arguments.each):
            rows.append((row, repositories[path.stem], row["commit"] + "^", row["commit"]))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--repository", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--last", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", default="second")
    arguments = parser.parse_args()
    rows = rows_of(arguments, dict(it.split("=", 1) for it in arguments.repository))
    beside = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        brought = {}
        for number, (_, repository, base, head) in enumerate(rows):
            for file, lines in come(repository, base, head).items():
                content = git(repository, "show", f"{head}:{file}")
                if len(content) <= LARGEST:
                    place = Path(folder, str(number), file)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
                    brought[str(place)] = (number, lines)
        counts = {"bandit": collections.Counter(), "flawfinder": collections.Counter()}
        told = subprocess.run([beside / "bandit", "-q", "-r", folder, "-f", "json"], capture_output=True, check=False).stdout
        for it in json.loads(told)["results"]:
            number, lines = brought.get(it["filename"], (None, ()))
            # An assertion is no danger, and nine of ten findings.
            if number is not None and it["test_id"] != "B101" and it["line_number"] in lines:
                counts["bandit"][number] += WEIGHTS.get(it["issue_severity"], 0)
        told = subprocess.run([beside / "flawfinder", "--csv", "--quiet", folder], capture_output=True, text=True, errors="replace", check=False).stdout
        for it in csv.DictReader(io.StringIO(told)):
            number, lines = brought.get(it["File"], (None, ()))
            if number is not None and int(it["Line"]) in lines:
                counts["flawfinder"][number] += int(it["Level"])
    with arguments.output.open("w", encoding="utf-8") as out:
        for number, (row, *_) in enumerate(rows):
            out.write(json.dumps({**row, **{tool: count[number] for tool, count in counts.items()}}) + "\n")
    print(f"{len(rows)} changes, {len(brought)} files; bandit speaks of {len(counts['bandit'])}, flawfinder of {len(counts['flawfinder'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
