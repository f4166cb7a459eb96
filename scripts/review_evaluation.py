#!/usr/bin/env python3
"""The whole evaluation of novelty and of orders of review, from histories that are at hand: labels, attacks, tables, tools, figures.

    scripts/review_evaluation.py WORK --table PROGRAM --repository NAME=DIR ... [--seed 7] [--last 4100] [--every 16] [--family second]
        [--advisories FILE ...] [--hosted NAME=OWNER/NAME ...]

NAME is the package (`numpy`, `sklearn`). Advisories are OSV records (`all.zip`): they name fixes of vulnerabilities; without them
only those count whose messages say so. PROGRAM is the example `review_table`, built with optimisation:

    cargo build -p bartizan-assessment --example review_table --config 'profile.dev.package.bartizan-review.opt-level=3' \\
        --config 'profile.dev.package.bartizan-formats.opt-level=3' --config 'profile.dev.package.bartizan-sources.opt-level=3' \\
        --config 'profile.dev.package.bartizan-people.opt-level=3' --config 'profile.dev.package.bartizan-posture.opt-level=3'

What WORK has already is not made again. Figures go to WORK/figures.md, a page for each project to WORK/projects, weights and their
card to WORK/weights.json and WORK/card.md, what each step took (on the clock, and of the processors) to WORK/steps.txt and to the end
of the figures. Needs git and numpy; bandit and flawfinder are asked where they stand beside this Python, and left out with a word
where they do not.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


class Steps:
    """Steps of the evaluation, and what each took."""

    def __init__(self, work):
        self.file, self.log = work / "steps.txt", (work / "log.txt").open("ab")

    def run(self, name, command, result, prints=False):
        """Runs a step unless its result is there; `prints` says that it prints its result."""
        if result.exists():
            print(f"{name}: is there", flush=True)
            return
        begun, before = time.monotonic(), os.times()
        part = result.with_name(result.name + ".part") if prints else None
        out = part.open("wb") if part else self.log
        subprocess.run([str(it) for it in command], stdout=out, stderr=self.log, check=True)
        if part:
            out.close()
            part.rename(result)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        told = f"{name}: {time.monotonic() - begun:.0f} s, {spent:.0f} s of processors"
        print(told, flush=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(told + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--repository", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--last", type=int, default=4_100, help="pull requests of each project among which attacks are looked for")
    parser.add_argument("--every", type=int, default=16, help="one of so many pull requests is reviewed, whatever it touches")
    parser.add_argument("--native", type=int, default=4, help="one of so many of those that touch C, C++ and Cython, for the memory labels")
    parser.add_argument("--whole", action="append", default=[], metavar="NAME", help="projects of which all are reviewed that touch C, C++ and Cython")
    parser.add_argument("--family", action="append", help="attacks that are planted: `second`, `third` and `fourth`")
    parser.add_argument("--advisories", action="append", default=[], type=Path, metavar="FILE", help="OSV records that name fixes of vulnerabilities")
    parser.add_argument("--hosted", action="append", default=[], metavar="NAME=OWNER/NAME", help="what advisories call a project, where that is not NAME/NAME")
    arguments = parser.parse_args()
    work, python = arguments.work.absolute(), sys.executable
    tables = work / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    steps = Steps(work)
    named = [option for it in arguments.repository for option in ("--repository", it)]
    names = [it.partition("=")[0] for it in arguments.repository]
    labels = work / "labels.json"
    blamed = [option for it in names for option in ("--memory", it)]
    blamed += [option for it in arguments.advisories for option in ("--advisories", it)] + [option for it in arguments.hosted for option in ("--hosted", it)]
    if not arguments.advisories:
        print("skipped: fixes that advisories name; no file is given by --advisories")
    steps.run("labels", [python, SCRIPTS / "review_labels.py", *named, *blamed, "--output", labels], labels)
    manifests = []
    for family in arguments.family or ["second", "third", "fourth"]:
        manifest = work / f"attacks-{family}" / "manifest.json"
        manifest.parent.mkdir(exist_ok=True)
        steps.run(f"attacks, {family}", [python, SCRIPTS / "attacks.py", manifest.parent, *arguments.repository, "--family", family, "--last", 2_000, "--seed", arguments.seed], manifest)
        manifests.append(manifest)
    for item in arguments.repository:
        name, _, repository = item.partition("=")
        options = [option for it in manifests for option in ("--attacks", it)]
        options += ["--labels", labels, "--every", arguments.every, "--native", 1 if name in arguments.whole else arguments.native]
        steps.run(f"table of {name}", [arguments.table, name, repository, *options], tables / f"{name}.jsonl", prints=True)
    tools, sample = work / "tools.jsonl", ["--last", arguments.last, "--every", arguments.every]
    has_tools = all((Path(python).parent / it).exists() for it in ("bandit", "flawfinder"))
    if has_tools:
        options = [option for it in manifests for option in ("--manifest", it)]
        steps.run("bandit and flawfinder", [python, SCRIPTS / "review_tools.py", tables, *options, *named, *sample, "--output", tools], tools)
    else:
        print("skipped: bandit and flawfinder are not beside this Python")
    order = [python, SCRIPTS / "review_order.py"]
    judged = [*sample, "--labels", labels, "--seed", arguments.seed, "--rounds", arguments.rounds]
    judgements = ("attacks", "memory", "reverts", "security")
    parts = [work / f"figures-{what}.txt" for what in judgements]
    for what, part in zip(judgements, parts):
        options = ["--tools", tools] if what == "attacks" and has_tools else []
        steps.run(f"figures of {what}", [*order, what, tables, *judged, *options], part, prints=True)
    steps.run("weights and card", [*order, "train", tables, *judged, "--output", work / "weights.json", "--card", work / "card.md"], work / "card.md")
    pages = work / "projects"
    steps.run("pages of projects", [python, SCRIPTS / "review_projects.py", tables, *judged, "--output", pages], pages / f"{max(names)}.md")
    checked = [python, SCRIPTS / "review_labels.py", "--check", labels]
    steps.run("labels that were checked", checked, work / "figures-checked.txt", prints=True)
    titles = ["Planted attacks", "Changes that brought memory bugs", "Changes that were taken back", "Changes that brought vulnerabilities", "Labels that were read", "What it took"]
    files = [*parts, work / "figures-checked.txt", work / "steps.txt"]
    head = "# Figures of novelty and of the order\n\nWritten by `scripts/review_evaluation.py`; what they say is told in [review-ordering.md](review-ordering.md).\n"
    told = [f"\n## {title}\n\n```text\n{file.read_text().strip()}\n```\n" for title, file in zip(titles, files)]
    (work / "figures.md").write_text(head + "".join(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
