"""How good an order is, with intervals. Needs numpy.

A ranking is a score for each change, the largest looked at first. Equal scores are one group: nobody may gain by the order in
which a table happens to stand. Intervals are of 95 %, by drawing changes again with their scores (bootstrap). All draws are
counted at once: a ranking is sorted once, whatever is drawn.
"""

from __future__ import annotations

import numpy

ROUNDS = 500
# Draws that are counted at once: what they take of memory is this many numbers for each change.
BATCH = 50


class Ranking:
    """Scores, sorted, in groups of equal ones."""

    def __init__(self, scores):
        self.order = numpy.argsort(-scores, kind="stable")
        ordered = scores[self.order]
        self.ends = numpy.flatnonzero(numpy.append(ordered[1:] != ordered[:-1], True))

    def counted(self, values):
        """What lies within each group and those before it; the last axis of the values is that of changes."""
        return numpy.cumsum(values[..., self.order], axis=-1)[..., self.ends]


def average_precision(ranking, labels, weights):
    found, looked = ranking.counted(labels * weights), ranking.counted(weights)
    steps = numpy.diff(found, prepend=0.0, axis=-1)
    return (steps * found / numpy.maximum(looked, 1e-12)).sum(-1) / numpy.maximum(found[..., -1], 1e-12)


def at(looked, found, places):
    """What is found where so much is looked at, as a share of all; of a group that is cut, as much as is taken."""
    rows = zip(numpy.atleast_2d(looked), numpy.atleast_2d(found), numpy.atleast_1d(places))
    shares = [numpy.interp(place, numpy.append(0.0, one), numpy.append(0.0, other)) / max(other[-1], 1e-12) for one, other, place in rows]
    return numpy.array(shares) if looked.ndim > 1 else shares[0]


def at_share(share, values=None):
    """A measure: which share of the values, or of the labels, lies in the first `share` of the changes."""

    def measure(ranking, labels, weights):
        looked = ranking.counted(weights)
        return at(looked, ranking.counted((labels if values is None else values) * weights), share * looked[..., -1])

    return measure


def recall_at_alarms(per_hundred):
    """A measure: recall where so many of a hundred changes without a label are above the threshold."""

    def measure(ranking, labels, weights):
        alarms = ranking.counted((1 - labels) * weights)
        # Where several groups have the same alarms, the last one counts.
        return at(alarms, ranking.counted(labels * weights), per_hundred / 100 * alarms[..., -1] + 1e-9)

    return measure


def draws(labels, seed, rounds=ROUNDS):
    """Weights of changes, drawn again, some draws at once; those with a label and those without apart, so that no draw is without a label."""
    random = numpy.random.default_rng(seed)
    parts = [numpy.flatnonzero(labels == value) for value in (0, 1)]
    for first in range(0, rounds, BATCH):
        weights = numpy.zeros((min(BATCH, rounds - first), len(labels)))
        for row in weights:
            for part in parts:
                if len(part):
                    row[part] = numpy.bincount(random.integers(0, len(part), len(part)), minlength=len(part))
        yield weights


def interval(values):
    low, high = numpy.percentile(values, [2.5, 97.5]) if len(values) else (0.0, 0.0)
    return float(low), float(high)


def told(value, between):
    return f"{value:.3f} ({between[0]:.3f} to {between[1]:.3f})"


def compare(rankings, labels, measures, seed, rounds=ROUNDS, stands_for=None):
    """Each measure of each ranking, and all values of all draws, by name; a change may stand for several."""
    stands_for = numpy.ones(len(labels)) if stands_for is None else stands_for
    sorted_ones = {name: Ranking(scores) for name, scores in rankings.items()}
    values = {name: {measure: float(how(it, labels, stands_for)) for measure, how in measures.items()} for name, it in sorted_ones.items()}
    drawn = {name: {measure: [] for measure in measures} for name in rankings}
    for weights in draws(labels, seed, rounds):
        for name, it in sorted_ones.items():
            for measure, how in measures.items():
                drawn[name][measure].append(how(it, labels, weights * stands_for))
    return values, {name: {measure: numpy.concatenate(own) for measure, own in of.items()} for name, of in drawn.items()}
