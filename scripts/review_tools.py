#!/usr/bin/env python3
"""What bandit and flawfinder say of lines that changes bring: planted attacks, and a sample of untouched pull requests.

    scripts/review_tools.py TABLES --manifest MANIFEST ... --repository NAME=DIR ... --output tools.jsonl [--last 4100] [--every 16]

The sample is a part of the one of `scripts/review_order.py attacks`, which reads what this writes: bandit takes most of the time of an
evaluation, so that it is asked of one in `TOOLS_EVERY` times as many. The files of a change are written as they
are afterwards, each tool is run over those of many changes at once, and what it says of lines that the change brings is counted,
weighed by severity. A line of JSON for each change: `of` (its commit, or family and name of the attack), `bandit`, `flawfinder`.
Needs git and numpy, and bandit and flawfinder beside this Python.
"""

import argparse
import collections
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from review_order import TOOLS_EVERY, tables

WEIGHTS = {"LOW": 1, "MEDIUM": 3, "HIGH": 9}
BANDIT = (".py",)
FLAWFINDER = (".c", ".h", ".cc", ".cpp", ".cxx", ".hpp")
LARGEST = 2 << 20
# Changes of one run of the tools.
BATCH = 400


class Contents:
    """Contents of a repository, out of one process."""

    def __init__(self, repository):
        self.process = subprocess.Popen(["git", "-C", str(repository), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def get(self, name):
        if "\n" in name:
            return b""
        self.process.stdin.write(name.encode() + b"\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline().split()
        if len(told) < 3 or not told[2].isdigit():
            return b""
        content = self.process.stdout.read(int(told[2]))
        self.process.stdout.read(1)
        return content


def come(repository, base, head):
    """Lines that come, by file."""
    command = ["git", "-C", str(repository), "diff", "-U0", "--no-color", "--no-ext-diff", base, head, "--", *(f"*{it}" for it in BANDIT + FLAWFINDER)]
    text = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    lines, file = collections.defaultdict(set), None
    for line in text.split("\n"):
        if line.startswith("+++ "):
            file = line[6:] if line.startswith("+++ b/") and line.endswith(BANDIT + FLAWFINDER) else None
        found = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if found and file:
            first, count = int(found[1]), int(found[2] or 1)
            lines[file].update(range(first, first + count))
    return lines


def changes_of(arguments, repositories):
    """Name, repository and both commits of attacks, and of the sample of untouched pull requests."""
    for manifest in arguments.manifest:
        told = json.loads(manifest.read_text())
        for it in told["attacks"]:
            yield f"{told['family']} {it['id']}", it["repository"], it["base"], it["commit"]
    for table in tables(arguments.tables):
        rows = table.last(arguments.last)
        for row in rows[table.sample(arguments.every * TOOLS_EVERY)[rows]]:
            commit = table.commits[row]
            yield commit, repositories[table.name], commit + "^", commit


def looked_at(changes, beside, contents):
    """What both tools say of some changes."""
    counts = {"bandit": collections.Counter(), "flawfinder": collections.Counter()}
    folder = Path(tempfile.mkdtemp())
    brought = {}
    for number, (_, repository, base, head) in enumerate(changes):
        if repository not in contents:
            contents[repository] = Contents(repository)
        for file, lines in come(repository, base, head).items():
            content = contents[repository].get(f"{head}:{file}")
            place = folder / str(number) / file
            if content and len(content) <= LARGEST and place.resolve().is_relative_to(folder):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                brought[str(place)] = (number, lines)
    # An assertion is no danger, and nine of ten findings.
    told = subprocess.run([beside / "bandit", "-q", "-r", folder, "-f", "json", "-s", "B101"], capture_output=True, check=False).stdout
    for it in json.loads(told)["results"]:
        number, lines = brought.get(it["filename"], (None, ()))
        if number is not None and it["line_number"] in lines:
            counts["bandit"][number] += WEIGHTS.get(it["issue_severity"], 0)
    told = subprocess.run([beside / "flawfinder", "--csv", "--quiet", folder], capture_output=True, text=True, errors="replace", check=False).stdout
    for it in csv.DictReader(io.StringIO(told)):
        number, lines = brought.get(it["File"], (None, ()))
        if number is not None and int(it["Line"]) in lines:
            counts["flawfinder"][number] += int(it["Level"])
    shutil.rmtree(folder)
    return counts, len(brought)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--manifest", type=Path, action="append", required=True)
    parser.add_argument("--repository", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--last", type=int, default=4_100)
    parser.add_argument("--every", type=int, default=16)
    arguments = parser.parse_args()
    changes = list(changes_of(arguments, dict(it.split("=", 1) for it in arguments.repository)))
    contents, files, spoken = {}, 0, collections.Counter()
    with arguments.output.open("w", encoding="utf-8") as out:
        for first in range(0, len(changes), BATCH):
            batch = changes[first : first + BATCH]
            counts, brought = looked_at(batch, Path(sys.executable).parent, contents)
            files += brought
            for number, (name, *_) in enumerate(batch):
                out.write(json.dumps({"of": name, **{tool: count[number] for tool, count in counts.items()}}) + "\n")
            spoken.update({tool: sum(1 for it in count.values() if it) for tool, count in counts.items()})
    for it in contents.values():
        it.process.stdin.close()
        it.process.wait()
    print(f"{len(changes)} changes, {files} files; bandit speaks of {spoken['bandit']}, flawfinder of {spoken['flawfinder']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
