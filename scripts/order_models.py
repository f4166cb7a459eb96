"""Two small learners: a logistic sum and boosted trees of two levels. Needs numpy, and nothing else, so that whoever checks the
weights can read all of how they came about. What they give is what `bartizan-review::order` reads."""

from __future__ import annotations

import numpy


class Logistic:
    """A logistic regression with a ridge, by Newton's steps. Labels count by class, so that rare ones are not lost."""

    def __init__(self, ridge=10.0):
        self.ridge = ridge

    def fit(self, table, labels):
        self.mean, self.spread = table.mean(0), table.std(0)
        self.spread[self.spread < 1e-9] = 1.0
        values = numpy.hstack([(table - self.mean) / self.spread, numpy.ones((len(table), 1))])
        self.weights = numpy.zeros(values.shape[1])
        ridge = numpy.full(values.shape[1], self.ridge)
        ridge[-1] = 1e-6
        for _ in range(25):
            likely = 1 / (1 + numpy.exp(-numpy.clip(values @ self.weights, -30, 30)))
            slope = values.T @ (likely - labels) + ridge * self.weights
            curve = (values * (likely * (1 - likely))[:, None]).T @ values + numpy.diag(ridge)
            step = numpy.linalg.solve(curve, slope)
            self.weights -= step
            if numpy.abs(step).max() < 1e-6:
                break
        return self

    def score(self, table):
        return (table - self.mean) / self.spread @ self.weights[:-1] + self.weights[-1]

    def data(self, names):
        parts = zip(names, self.mean, self.spread, self.weights[:-1])
        weights = [{"feature": name, "mean": round(float(mean), 6), "spread": round(float(spread), 6), "weight": round(float(weight), 6)} for name, mean, spread, weight in parts]
        return {"bias": round(float(self.weights[-1]), 6), "weights": weights, "trees": []}


class Trees:
    """Gradient boosting of trees with two levels, over sixteen steps of each feature."""

    def __init__(self, count=60, rate=0.1, least=30, ridge=5.0):
        self.count, self.rate, self.least, self.ridge = count, rate, least, ridge

    def fit(self, table, labels):
        self.bias = float(numpy.log((labels.mean() + 1e-6) / (1 - labels.mean() + 1e-6)))
        self.steps = [numpy.unique(numpy.quantile(column, numpy.linspace(0, 1, 17)[1:-1])) for column in table.T]
        places = numpy.stack([numpy.searchsorted(steps, column, side="left") for steps, column in zip(self.steps, table.T)], 1)
        sums, self.trees = numpy.full(len(table), self.bias), []
        for _ in range(self.count):
            likely = 1 / (1 + numpy.exp(-sums))
            slope, curve = labels - likely, likely * (1 - likely)
            tree = self.tree(places, slope, curve, numpy.arange(len(table)), 2)
            self.trees.append(tree)
            sums = sums + self.apply(tree, table)
        return self

    def value(self, slope, curve):
        return self.rate * slope.sum() / (curve.sum() + self.ridge)

    def tree(self, places, slope, curve, rows, depth):
        node = {"value": self.value(slope[rows], curve[rows]), "split": None}
        best = (1e-9, None)
        if depth:
            gone, bent = slope[rows].sum(), curve[rows].sum()
            for feature, steps in enumerate(self.steps):
                size = len(steps) + 1
                place = places[rows, feature]
                slopes = numpy.cumsum(numpy.bincount(place, slope[rows], size))[:-1]
                curves = numpy.cumsum(numpy.bincount(place, curve[rows], size))[:-1]
                counts = numpy.cumsum(numpy.bincount(place, minlength=size))[:-1]
                if not len(slopes):
                    continue
                gain = slopes**2 / (curves + self.ridge) + (gone - slopes) ** 2 / (bent - curves + self.ridge) - gone**2 / (bent + self.ridge)
                gain[(counts < self.least) | (len(rows) - counts < self.least)] = 0
                at = int(gain.argmax())
                if gain[at] > best[0]:
                    best = (gain[at], (feature, at))
        if best[1]:
            feature, at = best[1]
            is_low = places[rows, feature] <= at
            node["split"] = (feature, float(self.steps[feature][at]), self.tree(places, slope, curve, rows[is_low], depth - 1), self.tree(places, slope, curve, rows[~is_low], depth - 1))
        return node

    def apply(self, node, table):
        if node["split"] is None:
            return numpy.full(len(table), node["value"])
        feature, above, low, high = node["split"]
        return numpy.where(table[:, feature] > above, self.apply(high, table), self.apply(low, table))

    def score(self, table):
        return self.bias + sum(self.apply(tree, table) for tree in self.trees)

    def data(self, names):
        def flat(node, nodes):
            own = {"value": round(node["value"], 6), "split": None}
            nodes.append(own)
            if node["split"]:
                feature, above, low, high = node["split"]
                split = {"feature": names[feature], "above": round(above, 6), "low": len(nodes)}
                flat(low, nodes)
                split["high"] = len(nodes)
                flat(high, nodes)
                own["split"] = split
            return nodes

        return {"bias": round(self.bias, 6), "weights": [], "trees": [{"nodes": flat(tree, [])} for tree in self.trees]}
