"""Blocks of an image dealt to sets, and samples to parts of their own blocks."""

import numpy as np
import pytest

from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.places import Places
from rasterlearn.core.samples.spatial_split import apart_from, block_of, deal_blocks, spatial_parts

SEEDS = range(5)
GRID = Grid(800, 600)


def shares_of(counts, sets, number):
    return counts[sets == number].sum(axis=0) / counts.sum(axis=0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shares", [[0.7, 0.3], [0.9, 0.1], [0.2] * 5])
def test_each_set_gets_its_share_of_each_class(seed, shares):
    rng = np.random.default_rng(seed)
    counts = rng.poisson([3, 40, 400], (300, 3)) * (rng.random((300, 3)) < [0.2, 0.5, 0.9])
    sets = deal_blocks(counts, shares, np.random.default_rng(seed))
    for number, share in enumerate(shares):
        assert shares_of(counts, sets, number) == pytest.approx([share] * 3, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_deal_is_better_than_chance(seed):
    rng = np.random.default_rng(seed)
    counts = rng.poisson([3, 40], (30, 2)) * (rng.random((30, 2)) < [0.3, 0.8])
    dealt = shares_of(counts, deal_blocks(counts, [0.7, 0.3], rng), 1)
    by_chance = [shares_of(counts, (rng.random(30) < 0.3).astype(int), 1) for _ in range(50)]
    assert np.abs(dealt - 0.3).max() < np.median(np.abs(np.array(by_chance) - 0.3).max(axis=1))


@pytest.mark.parametrize("shares", [[0.99, 0.01], [0.01, 0.99], [1 / 3] * 3])
def test_no_set_is_left_empty(shares):
    counts = np.array([[5], [0], [1], [900]])
    for seed in range(20):
        sets = deal_blocks(counts, shares, np.random.default_rng(seed))
        assert set(sets[[0, 2, 3]].tolist()) == set(range(len(shares)))


def test_more_sets_than_blocks_with_labels():
    with pytest.raises(ValueError, match="3 sets, but only 2 blocks"):
        deal_blocks(np.array([[1], [0], [2]]), [1 / 3] * 3, np.random.default_rng(0))


def test_the_same_seed_gives_the_same_deal_and_another_one_does_not():
    counts = np.random.default_rng(1).poisson(30, (200, 4))
    dealt = [deal_blocks(counts, [0.6, 0.4], np.random.default_rng(s)).tolist() for s in (1, 1, 2)]
    assert dealt[0] == dealt[1] != dealt[2]


def scattered(seed, count=2000, patch=16):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, count)
    return labels, Places(rng.integers(0, 800, count), rng.integers(0, 600, count), GRID, patch, patch)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shares", [(0.8, 0.2), (1 / 3, 1 / 3, 1 / 3)])
def test_parts_consist_of_blocks_and_get_their_share_of_each_class(seed, shares):
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


def test_without_places_each_class_is_divided_in_its_order():
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2])
    parts = spatial_parts(labels, None, (0.8, 0.2), 0)
    np.testing.assert_array_equal(parts, [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    np.testing.assert_array_equal(apart_from(None, parts == 1), parts == 0)


def test_an_area_too_small_for_blocks_is_divided_in_order():
    places = Places(np.arange(10), np.zeros(10, int), GRID, 16, 16)
    np.testing.assert_array_equal(spatial_parts(np.zeros(10, int), places, (0.8, 0.2), 0), [0] * 8 + [1] * 2)
