#!/usr/bin/env python3
"""Whom advice on review asks more of: over every pull request whose head real repositories keep.

    people_fairness.py --bartizan PROGRAM [--also NAME=PATH ...] PATH [PATH ...]

For each repository, `bartizan people advise --pulls` says what advice each pull request would have had by what was known when
its last commit was made. It prints how many had how many extra points, by how long the project had known whoever led it and by
whether they touched only ordinary files, and the median of each. With `--also` the work that other projects took in counts too.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter


def survey(program, repository, also):
    command = [program, "people", "advise", "--pulls", "--format", "json", "--repository", repository]
    for other in also:
        if other != repository:
            command += ["--also", other]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        sys.exit(ended.stderr)
    return json.loads(ended.stdout)


def median(points):
    total, seen = sum(points), 0
    for number, count in enumerate(points):
        seen += count
        if total and 2 * seen >= total:
            return number
    return None


def show(name, rows, taken):
    print(name)
    for (standing, ordinary), points in sorted(rows.items()):
        count = sum(points)
        files = "ordinary" if ordinary else "acting"
        mean = sum(number * part for number, part in enumerate(points)) / max(count, 1)
        share = 100 * taken[standing, ordinary] / max(count, 1)
        print(f"  {standing:<11} {files:<9} {count:>6}  points {points}  median {median(points)}  mean {mean:.2f}  taken in {share:.0f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", required=True, help="the program")
    parser.add_argument("--also", action="append", default=[], help="NAME=PATH of another project")
    parser.add_argument("repositories", nargs="+", help="NAME=PATH, or a path")
    arguments = parser.parse_args()
    rows, taken, reasons = {}, Counter(), Counter()
    for repository in arguments.repositories:
        answer = survey(arguments.bartizan, repository, arguments.also)
        own, own_taken = {}, Counter()
        for row in answer["pulls"]["rows"]:
            key = row["standing"], row["is_ordinary"]
            own[key] = row["points"]
            own_taken[key] = row["taken_in"]
            rows[key] = [one + other for one, other in zip(rows.get(key, [0] * 5), row["points"])]
            taken[key] += row["taken_in"]
        for reason in answer["pulls"]["reasons"]:
            reasons[reason["standing"], reason["reason"]] += reason["times"]
        show(answer["project"], own, own_taken)
    show("all", rows, taken)
    for (standing, reason), times in sorted(reasons.items()):
        print(f"  {standing:<11} {reason:<18} {times}")
    newcomers = rows.get(("first-time", True), [])
    if newcomers and median(newcomers) != 0:
        sys.exit("first pull requests on ordinary files are asked for more than others")


if __name__ == "__main__":
    main()
