"""How good an order is, with intervals. Needs numpy.

A ranking is a score for each change, the largest looked at first. Equal scores are one group: nobody may gain by the order in
which a table happens to stand. Intervals are of 95 %, by drawing changes again with their scores (bootstrap).
"""

from __future__ import annotations

import numpy

ROUNDS = 500


def groups(scores):
    """The order of the scores, and where each group of equal ones ends."""
    order = numpy.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = numpy.flatnonzero(numpy.append(ordered[1:] != ordered[:-1], True))
    return order, ends


def average_precision(scores, labels, weights=None):
    weights = numpy.ones(len(scores)) if weights is None else weights
    order, ends = groups(scores)
    found = numpy.cumsum((labels * weights)[order])[ends]
    looked = numpy.cumsum(weights[order])[ends]
    if not len(found) or found[-1] == 0:
        return 0.0
    steps = numpy.diff(found, prepend=0.0)
    return float((steps * found / numpy.maximum(looked, 1e-12)).sum() / found[-1])


def at_share(scores, values, share, weights=None):
    """Which share of the values lies in the first `share` of the changes; of a group that is cut, as much as is taken."""
    weights = numpy.ones(len(scores)) if weights is None else weights
    order, ends = groups(scores)
    looked = numpy.append(0.0, numpy.cumsum(weights[order])[ends])
    found = numpy.append(0.0, numpy.cumsum((values * weights)[order])[ends])
    if found[-1] == 0:
        return 0.0
    return float(numpy.interp(share * looked[-1], looked, found) / found[-1])


def recall_at_alarms(scores, labels, per_hundred, weights=None):
    """Recall where so many of a hundred changes without a label are above the threshold; groups that are cut count in part."""
    weights = numpy.ones(len(scores)) if weights is None else weights
    order, ends = groups(scores)
    alarms = numpy.append(0.0, numpy.cumsum(((1 - labels) * weights)[order])[ends])
    found = numpy.append(0.0, numpy.cumsum((labels * weights)[order])[ends])
    if found[-1] == 0:
        return 0.0
    # Where several groups have the same alarms, the last one counts.
    return float(numpy.interp(per_hundred / 100 * alarms[-1] + 1e-9, alarms, found) / found[-1])


def draws(labels, seed, rounds=ROUNDS):
    """Weights of changes, drawn again; those with a label and those without apart, so that no draw is without a label."""
    random = numpy.random.default_rng(seed)
    parts = [numpy.flatnonzero(labels == value) for value in (0, 1)]
    for _ in range(rounds):
        weights = numpy.zeros(len(labels))
        for part in parts:
            if len(part):
                weights[part] = numpy.bincount(random.integers(0, len(part), len(part)), minlength=len(part))
        yield weights


def interval(values):
    low, high = numpy.percentile(values, [2.5, 97.5]) if len(values) else (0.0, 0.0)
    return float(low), float(high)


def told(value, between):
    return f"{value:.3f} ({between[0]:.3f} to {between[1]:.3f})"


def compare(rankings, labels, measures, seed, rounds=ROUNDS):
    """Each measure of each ranking with its interval, and all values of all draws, by name."""
    values = {name: {measure: how(scores, labels) for measure, how in measures.items()} for name, scores in rankings.items()}
    drawn = {name: {measure: [] for measure in measures} for name in rankings}
    for weights in draws(labels, seed, rounds):
        for name, scores in rankings.items():
            for measure, how in measures.items():
                drawn[name][measure].append(how(scores, labels, weights))
    return values, drawn
