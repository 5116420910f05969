"""Seeded generators of random numbers."""

from __future__ import annotations

import numpy as np

from .errors import InputError


def generator_of(seed: int) -> np.random.Generator:
    """A generator of the same random numbers for the same seed. Raises InputError if the seed is negative."""
    if seed < 0:
        raise InputError("{p:seed} must be at least 0, received {seed}.", seed=seed)
    return np.random.default_rng(seed)
