#!/usr/bin/env python3
"""A page of figures for the model of each project: what it learnt from, how new its pull requests are, and what it finds there.

    scripts/review_projects.py TABLES --labels LABELS --output FOLDER [--last 4100] [--every 16] [--seed 1] [--rounds 500]

TABLES and LABELS are those of `scripts/review_order.py`; FOLDER gets NAME.md for each. Intervals are of 95 %, by bootstrap. The model
is the one that stood when each pull request came in. Needs numpy.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy
from ranking import compare, interval, told
from review_labels import sifted
from review_order import MEASURES, WINDOWS, among, simple, start, tables

QUANTILES = (0.5, 0.9, 0.95, 0.99)
# Where fewer pull requests came in, quantiles say nothing.
LEAST = 100
ORDERS = ("lines", "dangerous words", "novelty")
FAMILIES = ["first", "second", "third", "fourth"]


def row(cells):
    return "| " + " | ".join(str(it) for it in cells) + " |"


def head(names, numbers):
    """The first lines of a table; the last so many columns are numbers."""
    return [row(names), row(["---"] * (len(names) - numbers) + ["---:"] * numbers)]


def day(seconds):
    return str(numpy.datetime64(int(seconds), "s"))[:10]


def usual(table):
    """How new pull requests are, by window of two years."""
    lines = head(["years", "pull requests", *(f"{it:.0%}" for it in QUANTILES), "never done before"], len(QUANTILES) + 2)
    for first, end in WINDOWS:
        rows = table.is_pull & (table.time >= start(first)) & (table.time < start(end))
        if rows.sum() < LEAST:
            continue
        quantiles = numpy.quantile(table.column("novelty", rows), QUANTILES)
        never = (table.column("never", rows) > 0).mean()
        lines.append(row([f"{first}-{end}", rows.sum(), *(f"{it:.1f}" for it in quantiles), f"{never:.2f}"]))
    return lines


def found(arguments, table, family):
    """What orders find of the attacks of a family that were planted here."""
    lines = head(["order", "among", *MEASURES], 0)
    for every, names in ((1, ORDERS), (arguments.every, ("review", "novelty"))):
        values, labels, *_ = among(arguments, [table], family, every)
        rankings = {name: scores for name, scores in simple(values, table.names, arguments.seed).items() if name in names}
        best, drawn = compare(rankings, labels, MEASURES, arguments.seed, arguments.rounds, numpy.where(labels == 1, 1.0, every))
        among_what = f"{int((1 - labels).sum())}" + (f", each of which stands for {every}" if every > 1 else "")
        lines += [row([name, among_what, *(told(best[name][it], interval(drawn[name][it])) for it in MEASURES)]) for name in names]
    return lines


def page(arguments, table, labels):
    pulls = table.last(arguments.last)
    alarm = numpy.quantile(table.column("novelty", pulls), 0.95)
    lines = [f"# What the model of {table.name} says", "", "Written by `scripts/review_projects.py`; what the figures are, [review-ordering.md](../review-ordering.md) says.", ""]
    lines += [f"- Learnt from {len(table.commits)} changes of {day(table.time.min())} to {day(table.time.max())}, {int(table.is_pull.sum())} of them pull requests."]
    lines += [f"- Five of a hundred of its last {len(pulls)} pull requests are newer than {alarm:.1f} bits."]
    for kind, what in (("memory", "a fix of memory"), ("security", "a fix of a vulnerability"), ("revert", "a taking back")):
        known = labels.get(kind) or {}
        lines.append(f"- To {sum(commit in known for commit, is_pull in zip(table.commits, table.is_pull) if is_pull)} of the pull requests {what} leads.")
    lines += ["", "## How new pull requests are", "", "Novelty in bits that so many of a hundred stay below, and the share that does something the project never did.", "", *usual(table)]
    for family in sorted({it["family"] for it in table.attacks}, key=FAMILIES.index):
        lines += ["", f"## {len(table.planted(family))} attacks of the {family} family", "", *found(arguments, table, family)]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--last", type=int, default=4_100)
    parser.add_argument("--every", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=500)
    arguments = parser.parse_args()
    labels = sifted(json.loads(arguments.labels.read_text()))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for table in tables(arguments.tables):
        (arguments.output / f"{table.name}.md").write_text(page(arguments, table, labels.get(table.name, {})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
