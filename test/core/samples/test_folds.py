import numpy as np
import pytest

from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.places import Places
from rasterlearn.core.samples.spatial_split import apart_from, block_of, spatial_parts

GRID = Grid(800, 600)


def scattered(seed, count=2000, patch=16):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, count)
    return labels, Places(rng.integers(0, 800, count), rng.integers(0, 600, count), GRID, patch, patch)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shares", [(0.8, 0.2), (1 / 3, 1 / 3, 1 / 3)])
def test_parts_are_made_of_blocks_and_get_their_share_of_each_class(seed, shares):
    labels, places = scattered(seed)
    parts = spatial_parts(labels, places, shares, seed)
    block = block_of(places, 128)
    assert all(len(np.unique(parts[block == number])) == 1 for number in np.unique(block))
    for label in range(4):
        np.testing.assert_allclose(np.bincount(parts[labels == label]) / (labels == label).sum(), shares, atol=0.06)


def test_the_same_seed_gives_the_same_parts():
    labels, places = scattered(0)
    np.testing.assert_array_equal(*(spatial_parts(labels, places, (0.5, 0.5), 3) for _ in range(2)))
    assert (spatial_parts(labels, places, (0.5, 0.5), 4) != spatial_parts(labels, places, (0.5, 0.5), 3)).any()


def test_what_is_apart_shares_no_pixel_with_what_is_held():
    labels, places = scattered(1, 300, 20)
    held = spatial_parts(labels, places, (0.8, 0.2), 0) == 1
    apart = apart_from(places, held)
    shares = (np.abs(places.columns[:, None] - places.columns[held]) < 20) & (
        np.abs(places.rows[:, None] - places.rows[held]) < 20
    )
    np.testing.assert_array_equal(apart, ~held & ~shares.any(axis=1))
    assert 0 < apart.sum() < (~held).sum()


def test_without_places_each_class_is_cut_in_its_order():
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2])
    parts = spatial_parts(labels, None, (0.8, 0.2), 0)
    np.testing.assert_array_equal(parts, [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    np.testing.assert_array_equal(apart_from(None, parts == 1), parts == 0)


def test_a_place_too_small_for_blocks_is_cut_in_order():
    places = Places(np.arange(10), np.zeros(10, int), GRID, 16, 16)
    np.testing.assert_array_equal(spatial_parts(np.zeros(10, int), places, (0.8, 0.2), 0), [0] * 8 + [1] * 2)
