#!/usr/bin/env python3
"""Reviews the last merged pull requests of repositories, and tells how often an innocent one raises an alarm.

    scripts/review_proposals.py BARTIZAN REPOSITORY [REPOSITORY ...] [--last 300] [--skip 0] [--level high] [--jobs 2]
                                [--list FILE] [--most 5]

A merged pull request is a commit of the first-parent history of HEAD that names one: a merge (`Merge pull request #N`) is
reviewed against its first parent, a squash (`... (#N)`) against its parent. As far as is known none of them is an attack,
so each with an entry at or above the level is an alarm, and alarms per 100 are what a reviewer pays for.

`--skip 300` leaves the newest 300 out: what nobody has looked at while rules were written. `--list` writes each entry at or
above the level as a line of JSON, for judging. `--most` is the number of alarms per 100 that is allowed; more is exit code 1.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

LEVELS = ["none", "low", "medium", "high", "critical"]
NAMED = re.compile(r"^Merge pull request #(\d+)\b|\(#(\d+)\)\s*$")


def proposals(repository, last, skip):
    """The merged pull requests of a repository, newest first: number, commit, whether it is a merge, and what it says."""
    command = ["git", "-C", repository, "log", "--first-parent", "-z", "--format=%H%x1f%P%x1f%s", "HEAD"]
    log = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
    found = []
    for record in log.split("\0"):
        commit, parents, subject = record.split("\x1f", 2)
        named = NAMED.search(subject)
        if named and parents:
            found.append({"number": int(named[1] or named[2]), "commit": commit, "base": parents.split()[0], "subject": subject})
        if len(found) == skip + last:
            break
    return found[skip:]


def review(program, repository, proposal):
    """What the review says of it; nothing where it could not look."""
    span = f"{proposal['base']}..{proposal['commit']}"
    command = [program, "review", span, "--repository", repository, "--format", "json", "--exit-zero", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3, 4):
        return None
    return json.loads(done.stdout)["entries"] if done.stdout else []


def measure(program, repository, arguments, out):
    wanted = proposals(repository, arguments.last, arguments.skip)
    started = time.monotonic()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        answers = list(pool.map(lambda it: review(program, repository, it), wanted))
    spent = time.monotonic() - started
    level = LEVELS.index(arguments.level)
    alarms, rules, failed = collections.Counter(), collections.Counter(), 0
    name = repository.rstrip("/").removesuffix("/repo").rsplit("/", 1)[-1].rsplit("+", 1)[-1]
    for proposal, entries in zip(wanted, answers):
        failed += entries is None
        for threshold in range(1, len(LEVELS)):
            alarms[threshold] += any(LEVELS.index(it["severity"]) >= threshold for it in entries or [])
        loud = [it for it in entries or [] if LEVELS.index(it["severity"]) >= level]
        rules.update({it["rule"] for it in loud})
        for rank, it in enumerate(entries or [], 1):
            if out and LEVELS.index(it["severity"]) >= level:
                line = {"project": name, **proposal, "rank": rank, **{key: it[key] for key in ("rule", "severity", "score", "file", "line", "message")}}
                out.write(json.dumps(line) + "\n")
    rate = 100 * alarms[level] / max(len(wanted), 1)
    told = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
    others = ", ".join(f"{LEVELS[it]} {100 * alarms[it] / max(len(wanted), 1):.1f}" for it in range(1, len(LEVELS)))
    print(f"{name}: {alarms[level]} alarms in {len(wanted)} pull requests, {rate:.1f} per 100 ({told}); {spent:.0f} s; not reviewed: {failed}", flush=True)
    print(f"    per 100 at or above: {others}", flush=True)
    return rate, failed, spent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bartizan")
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--last", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--level", choices=LEVELS[1:], default="high")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", metavar="FILE")
    parser.add_argument("--most", type=float, default=5.0)
    arguments = parser.parse_args()
    out = open(arguments.list, "w", encoding="utf-8") if arguments.list else None
    measured = [measure(arguments.bartizan, it, arguments, out) for it in arguments.repositories]
    if out:
        out.close()
    print(f"all: {sum(spent for _, _, spent in measured):.0f} s")
    sys.exit(1 if any(rate > arguments.most or failed for rate, failed, _ in measured) else 0)


if __name__ == "__main__":
    main()
