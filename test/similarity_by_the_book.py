"""Structural similarity as it is defined, for tests of what computes it faster."""

import math

import numpy as np


def by_the_book(first, second, data_range, valid=None):
    """The index of each window (Wang et al. 2004, equations 13 to 16), window by window."""
    weights = [[math.exp(-((i - 5) ** 2 + (j - 5) ** 2) / (2 * 1.5**2)) for j in range(11)] for i in range(11)]
    weights = np.array(weights) / np.sum(weights)
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    found = []
    for y in range(first.shape[0] - 10):
        for x in range(first.shape[1] - 10):
            if valid is not None and not valid[y : y + 11, x : x + 11].all():
                continue
            a, b = first[y : y + 11, x : x + 11].astype(float), second[y : y + 11, x : x + 11].astype(float)
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            variance_a, variance_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            covariance = (weights * (a - mean_a) * (b - mean_b)).sum()
            found.append(
                (2 * mean_a * mean_b + c1)
                * (2 * covariance + c2)
                / ((mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2))
            )
    return found
