"""Numbers by chance."""

import numpy as np


def throw(sides, *, rng=None):
    """Throws a die."""
    return np.random.default_rng(rng).integers(sides)
