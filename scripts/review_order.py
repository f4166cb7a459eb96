#!/usr/bin/env python3
"""Judges novelty and orders of review on tables of pull requests, trains the weights, and writes their page of figures.

    scripts/review_order.py attacks TABLES [--tools FILE] [--seed 1]
    scripts/review_order.py memory  TABLES --labels LABELS [--seed 1]
    scripts/review_order.py reverts TABLES --labels LABELS [--seed 1]
    scripts/review_order.py security TABLES --labels LABELS [--seed 1]
    scripts/review_order.py train   TABLES --labels LABELS --output WEIGHTS --card PAGE

TABLES is a folder with NAME.jsonl as the example `review_table` writes it, LABELS what `scripts/review_labels.py` writes. The unit
is the merged pull request. Every measure has an interval of 95 % by bootstrap (`scripts/ranking.py`); seeds are fixed.

attacks: planted attacks, each family apart, against untouched pull requests: the last so many of each project, and one of `--every`
of these, each of which stands for as many, with what a review, bandit and flawfinder say. memory, reverts and security: windows that do
not overlap, of two years, or of four or eight where labels are few; what is trained sees changes that came in half a year before the
window or earlier, and labels that were known when it began. Beside it stand models that never saw the project (`others`). Labels that
somebody read and found wrong are none. Needs numpy.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy
from order_models import Logistic, Trees
from ranking import Ranking, at_share, average_precision, compare, interval, recall_at_alarms, told
from review_labels import sifted

FEATURES_VERSION = 1
YEAR = 365.25 * 86_400
WINDOWS = [(2012 + 2 * number, 2014 + 2 * number) for number in range(8)]
# Where labels are few, windows are wider.
WIDTHS = (2, 4, 8)
LEAST_POSITIVES = 8
# Other tools are asked of one of so many of what is reviewed.
TOOLS_EVERY = 4


class Table:
    """The rows of a project: features, times, pull requests; attacks apart."""

    def __init__(self, path):
        self.name = path.stem
        rows, self.attacks = [], []
        with open(path, encoding="utf-8") as file:
            head = json.loads(next(file))
            # The first version said nothing of itself.
            if head.get("features_version", 1) != FEATURES_VERSION:
                raise SystemExit(f"`{path}` has features of version {head['features_version']}, and version {FEATURES_VERSION} is needed")
            self.names, self.native = head["features"], head.get("native", 1)
            for line in file:
                row = json.loads(line)
                (self.attacks if "attack" in row else rows).append(row)
        self.commits = [row["commit"] for row in rows]
        self.values = numpy.array([row["features"] for row in rows])
        self.time = numpy.array([row["time"] for row in rows], dtype=float)
        self.is_pull = numpy.array([row["pull"] is not None for row in rows])
        self.is_reviewed = numpy.array([row["reviewed"] for row in rows])
        self.is_proposed = numpy.array([row.get("proposed", 0) > 0 for row in rows])

    def column(self, name, rows=slice(None)):
        return self.values[rows, self.names.index(name)]

    def sample(self, every):
        """Changes that stand for all: one of so many, by their hashes, as `review_table` reviews them."""
        return numpy.array([int(commit[-2:], 16) % every == 0 for commit in self.commits])

    def last(self, count):
        """The last pull requests."""
        return numpy.flatnonzero(self.is_pull)[-count:]

    def planted(self, family):
        return [row for row in self.attacks if row["family"] == family and row["side"] == "planted"]


def tables(folder):
    return [Table(path) for path in sorted(Path(folder).glob("*.jsonl"))]


def simple(values, names, seed):
    """The orders that nobody has to learn."""
    column = lambda name: values[:, names.index(name)]
    return {
        "random": numpy.random.default_rng(seed).random(len(values)),
        "lines": column("lines-come"),
        "memory words": column("memory-words"),
        "dangerous words": column("dangerous-words"),
        "review": column("score-three"),
        "novelty": column("novelty"),
        "novelty, newest deed": column("novelty-most"),
        "novelty + review": column("novelty") / 10 + column("score-three"),
    }


def show(title, values, drawn, measures, against=()):
    print(f"\n{title}")
    for name in values:
        parts = [f"{measure} {told(values[name][measure], interval(drawn[name][measure]))}" for measure in measures]
        print(f"    {name:24} " + "  ".join(parts))
    for one, other, measure in against:
        gains = numpy.array(drawn[one][measure]) - numpy.array(drawn[other][measure])
        print(f"    {one} - {other}, {measure}: {told(values[one][measure] - values[other][measure], interval(gains))}")


# Attacks


def attacks(arguments):
    all_tables = tables(arguments.tables)
    said = {}
    if arguments.tools:
        said = {row["of"]: row for row in map(json.loads, arguments.tools.read_text().splitlines())}
    for family in dict.fromkeys(row["family"] for table in all_tables for row in table.attacks):
        print(f"\nThe {family} family")
        for table in all_tables:
            rows, planted = table.last(arguments.last), table.planted(family)
            proposed = [int(table.is_proposed[rows].sum()), sum(row.get("proposed", 0) > 0 for row in planted)]
            print(f"{table.name}: {len(rows)} pull requests, {len(planted)} attacks; a pull request that did not come in is told of {proposed[0]} and {proposed[1]}")
        among_all(arguments, all_tables, family)
        among_sample(arguments, all_tables, family, arguments.every)
        if said:
            among_sample(arguments, all_tables, family, arguments.every * TOOLS_EVERY, said)


MEASURES = {"AUPRC": average_precision, "recall at 5 alarms of 100": recall_at_alarms(5)}


def among(arguments, all_tables, family, every):
    """The attacks, and untouched pull requests: features, labels, names by which tools know them, kinds."""
    planted = [row for table in all_tables for row in table.planted(family)]
    values, names = [numpy.array([row["features"] for row in planted])], [f"{family} {row['attack']}" for row in planted]
    for table in all_tables:
        rows = table.last(arguments.last)
        rows = rows[table.sample(every)[rows]]
        values.append(table.values[rows])
        names += [table.commits[row] for row in rows]
    labels = numpy.zeros(len(names))
    labels[: len(planted)] = 1
    return numpy.vstack(values), labels, names, numpy.array([row["kind"] for row in planted] + [""] * (len(names) - len(planted)))


def among_all(arguments, all_tables, family):
    values, labels, _, _ = among(arguments, all_tables, family, 1)
    rankings = {name: scores for name, scores in simple(values, all_tables[0].names, arguments.seed).items() if "review" not in name}
    found, drawn = compare(rankings, labels, MEASURES, arguments.seed, arguments.rounds)
    against = [("novelty", other, measure) for other in ("lines", "dangerous words") for measure in MEASURES]
    show(f"{int(labels.sum())} attacks among {int((1 - labels).sum())} untouched pull requests", found, drawn, MEASURES, against)


def among_sample(arguments, all_tables, family, every, said=None):
    """What takes longer, on one of so many, each of which stands for as many."""
    values, labels, names, kinds = among(arguments, all_tables, family, every)
    rankings = simple(values, all_tables[0].names, arguments.seed)
    if said:
        rankings.update({tool: numpy.array([float(said[name][tool]) for name in names]) for tool in ("bandit", "flawfinder")})
        rankings["bandit + flawfinder"] = rankings["bandit"] + rankings["flawfinder"]
    # Both asked, each with a share of the alarms: whatever either puts above more of the untouched.
    lower = [numpy.searchsorted(numpy.sort(rankings[name][labels == 0]), rankings[name]) for name in ("novelty", "review")]
    rankings["novelty or review"] = numpy.maximum(*lower).astype(float)
    stands_for = numpy.where(labels == 1, 1.0, every)
    found, drawn = compare(rankings, labels, MEASURES, arguments.seed, arguments.rounds, stands_for)
    others = ["review", *(["bandit + flawfinder"] if said else [])]
    against = [(one, other, measure) for other in others for one in ("novelty", "novelty or review", "review") if one != other for measure in MEASURES]
    show(f"{int(labels.sum())} attacks among {int((1 - labels).sum())} untouched pull requests, each of which stands for {every}", found, drawn, MEASURES, against)
    shown = ["lines", "dangerous words", *others[1:], "review", "novelty", "novelty or review"]
    print(f"\n    recall at 5 alarms of 100 by kind: {', '.join(shown)}")
    for kind in dict.fromkeys(kinds[labels == 1]):
        part = numpy.flatnonzero((labels == 0) | (kinds == kind))
        recalls = [recall_at_alarms(5)(Ranking(rankings[name][part]), labels[part], stands_for[part]) for name in shown]
        print(f"    {kind:20} {int((kinds == kind).sum()):3}  " + "  ".join(f"{it:.2f}" for it in recalls))


# Memory and reverts


def population(table, labels, kind, every):
    """Rows that are judged, whether each has a label, when that was known, and how many rows each stands for."""
    known = labels[table.name].get(kind) or {}
    day = numpy.array([min((it["day"] for it in known.get(commit, [])), default=numpy.inf) for commit in table.commits])
    is_one = table.is_pull & table.is_reviewed
    weights = numpy.ones(len(day))
    if kind == "memory":
        is_one &= table.column("lines-native") > 0
        every = table.native
    # All that have a label, and of the others a sample that stands for all.
    is_one &= numpy.isfinite(day) | table.sample(every)
    weights[~numpy.isfinite(day)] = every
    rows = numpy.flatnonzero(is_one)
    return rows, numpy.isfinite(day[rows]).astype(float), day[rows], weights[rows]


def start(year):
    return (year - 1970) * YEAR


def learnt(parts, begin):
    """Models of all that was known half a year before a window, out of parts of tables."""
    inputs, outputs = [], []
    for table, rows, labels, day, _ in parts:
        is_old = table.time[rows] < begin - YEAR / 2
        inputs.append(table.values[rows][is_old])
        outputs.append((labels * (day < begin))[is_old])
    inputs, outputs = numpy.vstack(inputs), numpy.concatenate(outputs)
    if outputs.sum() < LEAST_POSITIVES:
        return None
    return {"logistic": Logistic().fit(inputs, outputs), "trees": Trees().fit(inputs, outputs)}


LEARNERS = ["logistic, own", "logistic, others", "trees, own", "trees, others"]


def spans(part, others):
    """Windows with enough labels in them, and models of what was known before: of the shortest width, unless a wider one holds far more labels."""
    table, rows, labels, *_ = part
    best, most = [], 0
    for width in WIDTHS:
        found = []
        for first in range(2012, 2028, width):
            is_in = (table.time[rows] >= start(first)) & (table.time[rows] < start(first + width))
            if labels[is_in].sum() < LEAST_POSITIVES:
                continue
            models = {"own": learnt([part], start(first)), "others": learnt(others, start(first)) if others else None}
            found.append((f"{first}-{first + width}", is_in, {whose: both for whose, both in models.items() if both}))
        # Where something can be learnt, windows without it say less.
        found = [it for it in found if "own" in it[2]] or [it for it in found if it[2]] or found
        held = sum(labels[is_in].sum() for _, is_in, _ in found)
        is_learnt = [any(models for *_, models in it) for it in (best, found)]
        if is_learnt[1] > is_learnt[0] or (is_learnt[1] == is_learnt[0] and held > 1.5 * most):
            best, most = found, held
    return best


def judged(arguments, part, span):
    """Every ranking in a window, by every measure, with draws."""
    table, rows, labels, _, stands_for = part
    _, is_in, models = span
    values = table.values[rows][is_in]
    rankings = simple(values, table.names, arguments.seed)
    for whose, both in models.items():
        rankings.update({f"{name}, {whose}": model.score(values) for name, model in both.items()})
    lines = 2 ** table.column("lines-come", rows)[is_in] - 1
    measures = {"AP": average_precision, "R@10%": at_share(0.1), "R@20%": at_share(0.2), "lines@10%": at_share(0.1, lines), "lines@20%": at_share(0.2, lines)}
    return compare(rankings, labels[is_in], measures, arguments.seed, arguments.rounds, stands_for[is_in])


def mean_of(results, names):
    """The mean over windows, of what is known in all of them."""
    return {name: {measure: numpy.mean([it[name][measure] for it in results], axis=0) for measure in results[0][name]} for name in names}


# What the labels call each.
KINDS = {"memory": "memory", "reverts": "revert", "security": "security"}


def windows(arguments, kind):
    labels = sifted(json.loads(arguments.labels.read_text()))
    parts = [(table, *population(table, labels, kind, arguments.every)) for table in tables(arguments.tables)]
    words = "memory words" if kind == "memory" else "dangerous words"
    passed = {}
    for part in parts:
        table, rows, own_labels, _, stands_for = part
        chosen = spans(part, [it for it in parts if it[0] is not table])
        if not chosen:
            print(f"\n{table.name}: {int(own_labels.sum())} labels among {len(rows)} pull requests: no window has {LEAST_POSITIVES}")
            continue
        results = [judged(arguments, part, span) for span in chosen]
        names = [name for name in results[0][0] if all(name in values for values, _ in results)]
        values, drawn = (mean_of([it[place] for it in results], names) for place in (0, 1))
        told_of = "; ".join(f"{name}: {int(own_labels[is_in].sum())} of {int(stands_for[is_in].sum())}" for name, is_in, _ in chosen)
        against = [(one, other, "AP") for one in [*LEARNERS, "novelty"] if one in names for other in (words, "review")]
        show(f"{kind}, {table.name}, windows: {told_of}", values, drawn, list(values["random"]), against)
        for one in LEARNERS:
            if one in names and all(interval(drawn[one]["AP"] - drawn[other]["AP"])[0] > 0 for other in (words, "review")):
                passed.setdefault(one, []).append(table.name)
    print(f"\n{kind}: better than counting words and than the review, with intervals that exclude zero:")
    for one in LEARNERS:
        names = passed.get(one, [])
        print(f"    {one}: {len(names)} projects ({', '.join(names) or 'none'}); three are needed")


def train(arguments):
    """Weights for the program: of all projects, memory labels, until now; whether they are enabled is asked of `memory`."""
    labels = sifted(json.loads(arguments.labels.read_text()))
    parts = [(table, *population(table, labels, "memory", arguments.every)) for table in tables(arguments.tables)]
    # What the program does not know of people does not weigh.
    names = [name for name in parts[0][0].names if name not in ("known-most", "known-least", "busy")]
    inputs = numpy.vstack([table.values[rows][:, : len(names)] for table, rows, *_ in parts])
    outputs = numpy.concatenate([own for _, _, own, _, _ in parts])
    latest = max(table.time.max() for table, *_ in parts)
    text = f"{int(outputs.sum())} labels of memory bugs among {len(outputs)} pull requests of {', '.join(table.name for table, *_ in parts)}, until {numpy.datetime64(int(latest), 's')}"
    data = {"features_version": FEATURES_VERSION, "is_enabled": arguments.enabled, "learnt_from": text, **Logistic().fit(inputs, outputs).data(names)}
    arguments.output.write_text(json.dumps(data, indent=1) + "\n")
    print(text)
    if arguments.card:
        arguments.card.write_text(card(arguments, data, [table for table, *_ in parts]))


def card(arguments, data, all_tables):
    """The page of the weights: what they are from, what weighs most, and how the features drift over time."""
    lines = ["# The order that is learnt: its card", ""]
    lines += ["Written by `scripts/review_order.py train`; figures of how good it is stand in [review-ordering.md](review-ordering.md).", ""]
    lines += [f"- Learnt from: {data['learnt_from']}.", f"- Enabled: {'yes' if data['is_enabled'] else 'no'}.", f"- Version of features: {data['features_version']}; weights of another version are refused."]
    lines += ["- Form: a logistic sum with a ridge; no tree. Labels: `scripts/review_labels.py`.", "- Not used: anything about people. How well an author knows the files is in the table and not in these weights.", ""]
    lines += ["## What weighs most", "", "| feature | weight by spread |", "| --- | ---: |"]
    heaviest = sorted(data["weights"], key=lambda it: -abs(it["weight"]))[:12]
    lines += [f"| {it['feature']} | {it['weight']:+.3f} |" for it in heaviest]
    lines += ["", "## Drift", "", "Means of features of merged pull requests by window of two years (counts as logarithms to base 2). What moves by more than a third of its spread within a project is a reason to learn anew.", ""]
    shown = ["lines-come", "files", "memory-words", "dangerous-words", "novelty", "never"]
    lines += ["| project | years | pull requests | " + " | ".join(shown) + " | moved |", "| --- | --- | ---: |" + " ---: |" * len(shown) + " --- |"]
    for table in all_tables:
        before = None
        for first, end in WINDOWS:
            rows = table.is_pull & (table.time >= start(first)) & (table.time < start(end))
            if rows.sum() < 100:
                continue
            means = numpy.array([table.column(name, rows).mean() for name in shown])
            spreads = numpy.array([table.column(name, rows).std() + 1e-9 for name in shown])
            moved = [] if before is None else [name for name, is_far in zip(shown, abs(means - before) > spreads / 3) if is_far]
            before = means
            lines.append(f"| {table.name} | {first}-{end} | {rows.sum()} | " + " | ".join(f"{it:.2f}" for it in means) + f" | {', '.join(moved) or '-'} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["attacks", *KINDS, "train"])
    parser.add_argument("tables", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--last", type=int, default=4_100)
    parser.add_argument("--every", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--enabled", action="store_true")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--card", type=Path)
    arguments = parser.parse_args()
    if arguments.what == "attacks":
        attacks(arguments)
    elif arguments.what == "train":
        train(arguments)
    else:
        windows(arguments, KINDS[arguments.what])
    return 0


if __name__ == "__main__":
    sys.exit(main())
