#!/usr/bin/env python3
"""Judges novelty and orders of review on tables of pull requests, trains the weights, and writes their page of figures.

    scripts/review_order.py attacks TABLES [--family second] [--tools FILE] [--seed 1]
    scripts/review_order.py memory  TABLES --labels LABELS [--seed 1]
    scripts/review_order.py reverts TABLES --labels LABELS [--seed 1]
    scripts/review_order.py train   TABLES --labels LABELS --output WEIGHTS --card PAGE

TABLES is a folder with NAME.jsonl as the example `review_table` writes it, LABELS what `scripts/review_labels.py` writes. The unit
is the merged pull request. Every measure has an interval of 95 % by bootstrap (`scripts/ranking.py`); seeds are fixed.

attacks: planted attacks against untouched pull requests. memory and reverts: windows of two years that do not overlap; what is
trained sees changes that came in half a year before the window or earlier, and labels that were known when it began. Beside it stand
models that never saw the project (`others`). Needs numpy.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy
from order_models import Logistic, Trees
from ranking import at_share, average_precision, compare, interval, recall_at_alarms, told

FEATURES_VERSION = 1
YEAR = 365.25 * 86_400
WINDOWS = [(2012 + 2 * number, 2014 + 2 * number) for number in range(8)]
LEAST_POSITIVES = 8


class Table:
    """The rows of a project: features, times, pull requests; attacks apart."""

    def __init__(self, path):
        self.name = path.stem
        rows, self.attacks = [], []
        with open(path, encoding="utf-8") as file:
            self.names = json.loads(next(file))["features"]
            for line in file:
                row = json.loads(line)
                (self.attacks if "attack" in row else rows).append(row)
        self.commits = [row["commit"] for row in rows]
        self.values = numpy.array([row["features"] for row in rows])
        self.time = numpy.array([row["time"] for row in rows], dtype=float)
        self.is_pull = numpy.array([row["pull"] is not None for row in rows])
        self.is_reviewed = numpy.array([row["reviewed"] for row in rows])

    def column(self, name, rows=slice(None)):
        return self.values[rows, self.names.index(name)]


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
    kinds, per_project, untouched = {}, {}, {}
    for table in all_tables:
        rows = numpy.flatnonzero(table.is_pull)[-arguments.last :]
        untouched[table.name] = (table.values[rows], table.is_reviewed[rows])
        planted = [row for row in table.attacks if row["family"] == arguments.family and row["side"] == "planted"]
        per_project[table.name] = planted
        print(f"{table.name}: {len(rows)} pull requests, {table.is_reviewed[rows].sum()} of them reviewed, {len(planted)} attacks")
    names = all_tables[0].names
    quiet = numpy.vstack([values for values, _ in untouched.values()])
    is_reviewed = numpy.concatenate([reviewed for _, reviewed in untouched.values()])
    planted = [row for rows in per_project.values() for row in rows]
    loud = numpy.array([row["features"] for row in planted])
    labels = numpy.concatenate([numpy.ones(len(loud)), numpy.zeros(len(quiet))])
    values = numpy.vstack([loud, quiet])
    measures = {"AUPRC": average_precision, "recall at 5 alarms of 100": lambda scores, labels, weights=None: recall_at_alarms(scores, labels, 5, weights)}
    rankings = simple(values, names, arguments.seed)
    apart = {name: scores for name, scores in rankings.items() if "review" not in name}
    against = [("novelty", other, measure) for other in ("lines", "dangerous words") for measure in measures]
    found, drawn = compare(apart, labels, measures, arguments.seed, arguments.rounds)
    show(f"{len(loud)} attacks among {len(quiet)} untouched pull requests", found, drawn, measures, against)
    rows = numpy.flatnonzero(numpy.concatenate([numpy.ones(len(loud), dtype=bool), is_reviewed]))
    same = {name: scores[rows] for name, scores in rankings.items()}
    against = [(one, "review", measure) for one in ("novelty", "novelty + review") for measure in measures]
    found, drawn = compare(same, labels[rows], measures, arguments.seed, arguments.rounds)
    show(f"{len(loud)} attacks among the {is_reviewed.sum()} of them that were reviewed (a base of {len(loud) / len(rows):.3f})", found, drawn, measures, against)
    print("\nrecall at 5 alarms of 100 by kind: novelty, review, both")
    kinds = numpy.array([row["kind"] for row in planted] + [""] * is_reviewed.sum())
    for kind in dict.fromkeys(row["kind"] for row in planted):
        part = numpy.flatnonzero((labels[rows] == 0) | (kinds == kind))
        shown = [recall_at_alarms(same[name][part], labels[rows][part], 5) for name in ("novelty", "review", "novelty + review")]
        print(f"    {kind:20} " + "  ".join(f"{it:.2f}" for it in shown))


    if arguments.tools:
        tools(arguments, names, measures)


def tools(arguments, names, measures):
    """The same where bandit and flawfinder were run, which is a sample."""
    rows = [json.loads(line) for line in arguments.tools.read_text().splitlines()]
    values = numpy.array([row["features"] for row in rows])
    labels = numpy.array([float("attack" in row) for row in rows])
    rankings = simple(values, names, arguments.seed)
    rankings.update({tool: numpy.array([float(row[tool]) for row in rows]) for tool in ("bandit", "flawfinder")})
    rankings["bandit + flawfinder"] = rankings["bandit"] + rankings["flawfinder"]
    against = [(one, "bandit + flawfinder", measure) for one in ("novelty", "novelty + review") for measure in measures]
    found, drawn = compare(rankings, labels, measures, arguments.seed, arguments.rounds)
    show(f"{int(labels.sum())} attacks among a sample of {int((1 - labels).sum())} untouched pull requests", found, drawn, measures, against)


# Memory and reverts


def population(table, labels, kind, every):
    """Rows that are judged, whether each has a label, when that was known, and how many rows each stands for."""
    known = labels[table.name].get(kind) or {}
    day = numpy.array([min((it["day"] for it in known.get(commit, [])), default=numpy.inf) for commit in table.commits])
    is_one = table.is_pull & table.is_reviewed
    weights = numpy.ones(len(day))
    if kind == "memory":
        is_one &= table.column("lines-native") > 0
    else:
        # All that were taken back, and of the others a sample that stands for all.
        is_sample = numpy.array([int(commit[-2:], 16) % every == 0 for commit in table.commits])
        is_one &= numpy.isfinite(day) | is_sample
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


def windows(arguments, kind):
    labels = json.loads(arguments.labels.read_text())
    parts = [(table, *population(table, labels, kind, arguments.every)) for table in tables(arguments.tables)]
    measures = {
        "AP": average_precision,
        "R@10%": lambda scores, labels, weights=None: at_share(scores, labels, 0.1, weights),
        "R@20%": lambda scores, labels, weights=None: at_share(scores, labels, 0.2, weights),
    }
    words = "memory words" if kind == "memory" else "dangerous words"
    passed = {}
    for part in parts:
        table, rows, own_labels, day, stands_for = part
        others = [it for it in parts if it[0] is not table]
        all_values, all_drawn, count, windows_of = {}, {}, 0, []
        for first, end in WINDOWS:
            begin = start(first)
            is_in = (table.time[rows] >= begin) & (table.time[rows] < start(end))
            truth = own_labels[is_in]
            models = {"own": learnt([part], begin), "others": learnt(others, begin)}
            if truth.sum() < LEAST_POSITIVES or not all(models.values()):
                continue
            values = table.values[rows][is_in]
            rankings = simple(values, table.names, arguments.seed)
            for whose, both in models.items():
                rankings.update({f"{name}, {whose}": model.score(values) for name, model in both.items()})
            weights = stands_for[is_in]
            weighted = {name: (lambda how: lambda scores, labels, drawn=None: how(scores, labels, weights if drawn is None else weights * drawn))(how) for name, how in measures.items()}
            found, drawn = compare(rankings, truth, weighted, arguments.seed, arguments.rounds)
            lines = 2 ** table.column("lines-come", rows)[is_in] - 1
            for name, scores in rankings.items():
                found[name]["lines@20%"] = at_share(scores, lines, 0.2, weights)
            windows_of.append(f"{first}-{end}: {int(truth.sum())} of {int(weights.sum())}")
            count += 1
            for name in rankings:
                for measure in [*measures, "lines@20%"]:
                    all_values.setdefault(name, {}).setdefault(measure, []).append(found[name][measure])
                for measure in measures:
                    all_drawn.setdefault(name, {}).setdefault(measure, []).append(drawn[name][measure])
        if not count:
            print(f"\n{table.name}: {int(own_labels.sum())} labels among {len(rows)} pull requests: no window has {LEAST_POSITIVES} labels before and in it")
            continue
        values = {name: {measure: float(numpy.mean(it)) for measure, it in own.items()} for name, own in all_values.items()}
        drawn = {name: {measure: numpy.mean(it, axis=0) for measure, it in own.items()} for name, own in all_drawn.items()}
        learners = ["logistic, own", "logistic, others", "trees, own", "trees, others"]
        against = [(one, other, "AP") for one in [*learners, "novelty"] for other in (words, "review")]
        show(f"{kind}, {table.name}, mean of {count} windows ({'; '.join(windows_of)})", values, drawn, measures, against)
        print("    share of changed lines in the first fifth: " + ", ".join(f"{name} {own['lines@20%']:.2f}" for name, own in values.items()))
        for one in learners:
            gains = [numpy.array(drawn[one]["AP"]) - numpy.array(drawn[other]["AP"]) for other in (words, "review")]
            if all(interval(it)[0] > 0 for it in gains):
                passed.setdefault(one, []).append(table.name)
    print(f"\n{kind}: better than counting words and than the review, with intervals that exclude zero:")
    for one in ["logistic, own", "logistic, others", "trees, own", "trees, others"]:
        names = passed.get(one, [])
        print(f"    {one}: {len(names)} projects ({', '.join(names) or 'none'}); three are needed")


def train(arguments):
    """Weights for the program: of all projects, memory labels, until now; whether they are enabled is asked of `memory`."""
    labels = json.loads(arguments.labels.read_text())
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
    parser.add_argument("what", choices=["attacks", "memory", "reverts", "train"])
    parser.add_argument("tables", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--family", default="second")
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
        windows(arguments, "memory" if arguments.what == "memory" else "revert")
    return 0


if __name__ == "__main__":
    sys.exit(main())
