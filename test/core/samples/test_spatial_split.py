"""Dealing blocks to sets."""

import numpy as np
import pytest

from rasterlearn.core.samples.spatial_split import deal_blocks

SEEDS = range(5)


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
def test_it_is_better_than_chance(seed):
    rng = np.random.default_rng(seed)
    counts = rng.poisson([3, 40], (30, 2)) * (rng.random((30, 2)) < [0.3, 0.8])
    dealt = shares_of(counts, deal_blocks(counts, [0.7, 0.3], rng), 1)
    by_chance = [shares_of(counts, (rng.random(30) < 0.3).astype(int), 1) for _ in range(50)]
    assert np.abs(dealt - 0.3).max() < np.median(np.abs(np.array(by_chance) - 0.3).max(axis=1))


@pytest.mark.parametrize("shares", [[0.99, 0.01], [0.01, 0.99], [1 / 3] * 3])
def test_no_set_stays_empty(shares):
    counts = np.array([[5], [0], [1], [900]])
    for seed in range(20):
        sets = deal_blocks(counts, shares, np.random.default_rng(seed))
        assert set(sets[[0, 2, 3]].tolist()) == set(range(len(shares)))


def test_more_sets_than_blocks_with_labels():
    with pytest.raises(ValueError, match="3 sets, but only 2 blocks"):
        deal_blocks(np.array([[1], [0], [2]]), [1 / 3] * 3, np.random.default_rng(0))


def test_the_same_seed_deals_alike_and_another_one_does_not():
    counts = np.random.default_rng(1).poisson(30, (200, 4))
    dealt = [deal_blocks(counts, [0.6, 0.4], np.random.default_rng(s)).tolist() for s in (1, 1, 2)]
    assert dealt[0] == dealt[1] != dealt[2]
