#!/usr/bin/env python3
"""The whole evaluation of novelty and of orders of review, from histories that are at hand: labels, attacks, tables, tools, figures.

    scripts/review_evaluation.py WORK --table PROGRAM --repository NAME=DIR ... [--seed 7] [--last 4100] [--every 16] [--attacks DIR]

NAME is the package (`numpy`, `sklearn`). PROGRAM is the example `review_table`, built with optimisation:

    cargo build -p bartizan-sources --example review_table --config 'profile.dev.package.bartizan-review.opt-level=3' \\
        --config 'profile.dev.package.bartizan-formats.opt-level=3' --config 'profile.dev.package.bartizan-sources.opt-level=3'

What WORK has already is not made again. Figures go to WORK/figures.txt, each step with what it took. Needs git and numpy; bandit and
flawfinder are asked where they stand beside this Python, and left out with a word where they do not.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
FAMILIES = ["second", "first"]


def step(name, result, command, output=None):
    """Runs a step unless its result is there."""
    if result.exists():
        print(f"{name}: is there")
        return
    begun = time.monotonic()
    part = result.with_name(result.name + ".part") if output else None
    with (part.open("wb") if part else open(result.parent / "log.txt", "ab")) as out:
        subprocess.run([str(it) for it in command], stdout=out, check=True)
    if part:
        part.rename(result)
    print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--repository", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--last", type=int, default=4_100, help="pull requests of each project among which attacks are looked for")
    parser.add_argument("--reviewed", type=int, default=300, help="how many of them are reviewed too")
    parser.add_argument("--every", type=int, default=16, help="one of so many of all others is reviewed")
    parser.add_argument("--attacked", action="append", default=[], metavar="NAME", help="projects into which attacks are planted; all where none is named")
    arguments = parser.parse_args()
    work, python = arguments.work.absolute(), sys.executable
    tables = work / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    named = [option for it in arguments.repository for option in ("--repository", it)]
    names = [it.partition("=")[0] for it in arguments.repository]
    attacked = [it for it in arguments.repository if not arguments.attacked or it.partition("=")[0] in arguments.attacked]
    labels = work / "labels.json"
    step("labels", labels, [python, SCRIPTS / "review_labels.py", *named, *[option for it in names for option in ("--memory", it)], "--output", labels])
    manifests = [work / f"attacks-{family}" / "manifest.json" for family in FAMILIES]
    for family, manifest in zip(FAMILIES, manifests):
        manifest.parent.mkdir(exist_ok=True)
        step(f"attacks, {family}", manifest, [python, SCRIPTS / "attacks.py", manifest.parent, *attacked, "--family", family, "--last", 2_000, "--seed", arguments.seed])
    options = [option for it in manifests for option in ("--attacks", it)]
    for item in arguments.repository:
        name, _, repository = item.partition("=")
        command = [arguments.table, name, repository, *options, "--labels", labels, "--last", arguments.reviewed, "--every", arguments.every]
        step(f"table of {name}", tables / f"{name}.jsonl", command, output=True)
    tools = work / "tools.jsonl"
    if (Path(python).parent / "bandit").exists() and (Path(python).parent / "flawfinder").exists():
        step("bandit and flawfinder", tools, [python, SCRIPTS / "review_tools.py", tables, manifests[0], *named, "--output", tools])
    else:
        print("skipped: bandit and flawfinder are not beside this Python")
    with (work / "figures.txt").open("w", encoding="utf-8") as out:
        for what in ("attacks", "memory", "reverts"):
            command = [python, SCRIPTS / "review_order.py", what, tables, "--labels", labels, "--last", arguments.last, "--every", arguments.every]
            command += ["--tools", tools] if what == "attacks" and tools.exists() else []
            begun = time.monotonic()
            told = subprocess.run([str(it) for it in command], capture_output=True, text=True, check=True).stdout
            out.write(f"# {what}\n{told}\n")
            print(f"figures of {what}: {time.monotonic() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
