import numpy as np
import pytest

from rasterlearn.core.judging.adjusted_areas import adjust
from rasterlearn.core.judging.class_metrics import intervals_of

# Olofsson et al. (2014), table 8: deforestation, forest gain, stable forest, stable non-forest; rows = map
SAMPLES = np.array([[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])
MAPPED = np.array([200_000, 150_000, 3_200_000, 6_450_000])
HECTARES = 0.09


def test_the_published_example():
    adjusted = adjust(SAMPLES.T, MAPPED)
    assert round(float(adjusted.overall.value), 2) == 0.95
    assert round(float(adjusted.overall.half_width), 2) == 0.02
    assert adjusted.users.value.round(2).tolist() == [0.88, 0.73, 0.93, 0.96]
    assert adjusted.users.half_width.round(2).tolist() == [0.07, 0.10, 0.04, 0.02]
    assert adjusted.producers.value.round(2).tolist() == [0.75, 0.85, 0.93, 0.96]
    # printed as 0.21, 0.23, 0.03, 0.01; the second and fourth are not what their own equation 7 gives
    assert adjusted.producers.half_width.round(2).tolist() == [0.21, 0.25, 0.03, 0.02]
    assert round(adjusted.areas.value[0]) == 235_086 and round(adjusted.areas.half_width[0]) == 68_418
    assert (adjusted.areas.value * HECTARES).round().tolist() == [21_158, 11_686, 285_770, 581_386]
    assert (adjusted.areas.half_width * HECTARES).round().tolist() == [6_158, 3_756, 15_510, 16_282]
    assert not adjusted.left_out.any() and adjusted.areas.interval is None


def test_areas_add_up_to_the_map():
    adjusted = adjust(SAMPLES.T, MAPPED)
    assert adjusted.areas.value.sum() == pytest.approx(MAPPED.sum())


def test_the_equations_cover_the_truth_of_a_stratified_random_sample():
    rng = np.random.default_rng(0)
    truth = np.array([[0.9, 0.1], [0.2, 0.8]])  # of each mapped class the shares of the classes
    mapped = np.array([1000, 9000])
    hits = np.zeros(4)
    for _ in range(400):
        matrix = np.array([rng.multinomial(n, p) for n, p in zip((150, 150), truth)]).T
        adjusted = adjust(matrix, mapped)
        expected = (
            (adjusted.areas, [900 + 1800, 100 + 7200]),
            (adjusted.overall, 0.81),
            (adjusted.users, [0.9, 0.8]),
            (adjusted.producers, [900 / 2700, 7200 / 7300]),
        )
        for i, (estimate, true) in enumerate(expected):
            hits[i] += np.mean(np.abs(estimate.value - true) <= estimate.half_width)
    assert (hits / 400 > 0.91).all() and (hits / 400 < 0.98).all()


def test_classes_with_too_few_samples_are_left_out_and_named():
    matrix = np.array([[8, 2, 0, 0], [1, 9, 1, 0], [0, 0, 0, 0], [3, 0, 0, 0]])
    adjusted = adjust(matrix, np.array([100, 200, 50, 0]))
    assert adjusted.left_out.tolist() == [False, False, True, False]
    assert adjusted.areas.value.sum() == pytest.approx(300)
    assert adjusted.areas.value[3] == pytest.approx(100 * 3 / 12)  # never mapped, but found by the reference
    assert np.isnan(adjusted.users.value[[2, 3]]).all()
    assert adjusted.producers.value[3] == 0 and np.isnan(adjusted.producers.value[2])
    assert adjust(np.array([[1, 0], [0, 0]]), np.array([5, 5])) is None


def test_intervals_over_blocks_are_wider_where_neighbors_are_alike():
    rng = np.random.default_rng(3)
    blocks = np.zeros((30, 2, 2), np.int64)
    for block in blocks:
        share = rng.choice([0.5, 1.0], 2)
        for i, right in enumerate(share):  # i: mapped class
            block[:, i] = (50 * right, 50 - 50 * right) if i == 0 else (50 - 50 * right, 50 * right)
    adjusted = adjust(blocks.sum(axis=0), np.array([3000, 7000]), blocks)
    for estimate in (adjusted.areas, adjusted.overall, adjusted.users, adjusted.producers):
        low, high = estimate.interval
        assert (low < estimate.value).all() and (estimate.value < high).all()
        assert (high - low > 2 * 2 * estimate.half_width).all()


def test_a_class_in_one_block_has_no_interval_over_blocks():
    blocks = np.zeros((3, 2, 2), np.int64)
    blocks[:, 0, 0], blocks[:, 1, 0], blocks[0, 1, 1] = 9, 1, 10
    adjusted = adjust(blocks.sum(axis=0), np.array([10, 10]), blocks)
    assert np.isfinite(adjusted.users.interval[:, 0]).all() and np.isnan(adjusted.users.interval[:, 1]).all()
    assert np.isnan(adjust(blocks[0], np.array([10, 10]), blocks[:1]).areas.interval).all()


def test_intervals_over_blocks_are_those_of_whole_matrices():
    rng = np.random.default_rng(0)
    k, pixels = 12, 1000
    blocks = np.zeros((20, k, k), np.int64)
    reference = rng.integers(0, k, 2000)
    predicted = np.where(rng.random(2000) < 0.7, reference, rng.integers(0, k, 2000))
    np.add.at(blocks, (rng.integers(0, 20, 2000), reference, predicted), 1)
    mapped = rng.integers(1, pixels, k)

    def areas(matrices):  # equation 9 times the total area, as in the paper
        counts = np.swapaxes(matrices, -1, -2)
        return (mapped[:, np.newaxis] * counts / counts.sum(-1, keepdims=True)).sum(-2)

    adjusted = adjust(blocks.sum(axis=0), mapped, blocks)
    expected = intervals_of({"areas": areas}, blocks.sum(axis=0), blocks)["areas"]
    np.testing.assert_allclose(adjusted.areas.interval, expected, rtol=1e-12)
