"""Patches chosen so that classes are balanced."""

import numpy as np

from rasterlearn.core.samples.balancing import Contents, fill_up, spread_evenly

SEEDS = range(5)


def test_places_are_spread_over_the_image():
    """Each quarter, sixteenth … of a full grid gets its share."""
    rows, columns = (axis.ravel() for axis in np.indices((32, 32)))
    for seed in SEEDS:
        drawn = spread_evenly(columns, rows, 64, np.random.default_rng(seed))
        blocks = columns[drawn] // 4 + 8 * (rows[drawn] // 4)
        assert sorted(blocks.tolist()) == list(range(64))
    assert not len(spread_evenly(columns, rows, 0, np.random.default_rng(0)))
    assert len(set(spread_evenly(columns, rows, 1000, np.random.default_rng(0)).tolist())) == 1000


def test_what_is_lacking_is_added_first():
    """Patches of 10 pixels: 3 of class 0, 1 half of class 1, 1 of class 1, 1 with 2 pixels of class 2."""
    contents = Contents(
        np.array([0, 1, 2, 3, 3, 4, 5]), np.array([0, 0, 0, 0, 1, 1, 2]), np.array([10, 10, 10, 5, 5, 10, 2])
    )
    chosen = np.array([True, False, False, False, False, False])
    fill_up(chosen, 3, contents, 3, np.random.default_rng(0))
    assert np.flatnonzero(chosen).tolist() == [0, 4, 5]
    fill_up(chosen, 4, contents, 3, np.random.default_rng(0))
    assert len(np.flatnonzero(chosen)) == 4
