"""Random numbers that are the same for the same seed."""

from __future__ import annotations

import numpy as np

from .errors import InputError


def generator_of(seed: int) -> np.random.Generator:
    """Random numbers that are the same for the same seed. Raises InputError where it is negative."""
    if seed < 0:
        raise InputError(f"SEED must be at least 0, received {seed}.")
    return np.random.default_rng(seed)
