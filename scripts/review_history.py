#!/usr/bin/env python3
"""Reviews single commits that are known to have planted something, and every commit of a history before a day.

    scripts/review_history.py BARTIZAN REPOSITORY [--planted COMMIT=FILE ...] [--before DAY] [--jobs N] [--list]

A planted thing counts as found where its file is named within the first three entries. Over the history, which must be
free of attacks as far as is known, every commit with an entry at or above the severity of the planted things is an alarm:
their number per 100 commits is what a reviewer pays for. Merges are left out: what they bring came in other commits.
"""

import argparse
import collections
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

LEVELS = ["none", "low", "medium", "high", "critical"]


def review(program, repository, commit):
    command = [program, "review", commit, "--repository", repository, "--format", "json", "--exit-zero", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        return None, done.returncode
    return (json.loads(done.stdout)["entries"] if done.stdout else []), done.returncode


def git(repository, *arguments):
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.split()


def planted(program, repository, wanted):
    level, missed = len(LEVELS) - 1, 0
    for item in wanted:
        commit, _, file = item.partition("=")
        entries, code = review(program, repository, commit)
        first = (entries or [])[:3]
        places = [number for number, entry in enumerate(first, 1) if entry["file"].endswith(file)]
        found = f"entry {places[0]}" if places else "NOT FOUND"
        missed += not places
        if places:
            level = min(level, LEVELS.index(first[places[0] - 1]["severity"]))
        print(f"{commit[:12]} {file}: {found} (exit {code}, {len(entries or [])} entries)")
        for number, entry in enumerate(first, 1):
            print(f"    {number}. {entry['severity']} {entry['rule']} {entry['score']:.3f} {entry['file']}: {entry['message'][:100]}")
    return level, missed


def history(program, repository, day, jobs, level, is_listed):
    commits = git(repository, "rev-list", "--no-merges", f"--before={day}", "HEAD")
    with ThreadPoolExecutor(jobs) as pool:
        answers = list(pool.map(lambda it: review(program, repository, it), commits))
    failed = sum(entries is None for entries, _ in answers)
    for threshold in range(level, len(LEVELS)):
        alarms, rules = 0, collections.Counter()
        for commit, (entries, _) in zip(commits, answers):
            loud = [it for it in entries or [] if LEVELS.index(it["severity"]) >= threshold]
            alarms += bool(loud)
            rules.update({it["rule"] for it in loud})
            if is_listed and loud and threshold == level:
                print(f"    {commit[:12]} " + "; ".join(f"{it['severity']} {it['rule']} {it['file']}:{it['line']}" for it in loud[:4]))
        rate = 100 * alarms / max(len(commits), 1)
        told = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        print(f"{LEVELS[threshold]} or above: {alarms} of {len(commits)} commits, {rate:.2f} per 100 ({told})")
    print(f"not reviewed: {failed}")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bartizan")
    parser.add_argument("repository")
    parser.add_argument("--planted", action="append", default=[], metavar="COMMIT=FILE")
    parser.add_argument("--before", metavar="DAY")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="name the commits with alarms")
    arguments = parser.parse_args()
    level, missed = planted(arguments.bartizan, arguments.repository, arguments.planted)
    if not arguments.planted:
        level = LEVELS.index("high")
    failed = 0
    if arguments.before:
        failed = history(arguments.bartizan, arguments.repository, arguments.before, arguments.jobs, level, arguments.list)
    sys.exit(1 if missed or failed else 0)


if __name__ == "__main__":
    main()
