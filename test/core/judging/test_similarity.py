import math

import numpy as np
import pytest
from similarity_by_the_book import by_the_book

from rasterlearn.core.judging import similarity
from rasterlearn.core.judging.similarity import Similarity


@pytest.fixture
def pair():
    """A map and its reference, and where both are known."""
    rng = np.random.default_rng(0)
    reference = rng.normal(1000, 50, (37, 29)).astype(np.float32)
    valid = np.ones(reference.shape, bool)
    valid[3, 20], valid[33:, :9] = False, False
    return reference + rng.normal(0, 40, reference.shape).astype(np.float32), reference, valid


def in_strips(mapped, reference, valid, rows, origin=1000.0, data_range=300.0):
    found = Similarity(origin, data_range)
    for y in range(0, len(mapped), rows):
        found.add(mapped[y : y + rows], reference[y : y + rows], valid[y : y + rows])
    return found


def test_window_by_window(pair):
    mapped, reference, valid = pair
    found = in_strips(mapped, reference, np.ones_like(valid), 37)
    expected = by_the_book(mapped, reference, 300.0)
    assert found.count == len(expected) == 27 * 19
    assert found.mean == pytest.approx(np.mean(expected), rel=1e-10)
    assert 0.1 < found.mean < 0.95


def test_only_windows_without_a_hole(pair):
    mapped, reference, valid = pair
    expected = by_the_book(mapped, reference, 300.0, valid)
    mapped, reference = np.where(valid, mapped, np.nan), np.where(valid, reference, -3e38)
    found = in_strips(mapped, reference, valid, 37)
    assert found.count == len(expected) < 27 * 19
    assert found.mean == pytest.approx(np.mean(expected), rel=1e-10)


@pytest.mark.parametrize("rows", [1, 3, 10, 11, 12, 36])
def test_the_height_of_strips_does_not_matter(pair, rows):
    whole, found = in_strips(*pair, 37), in_strips(*pair, rows)
    assert found.count == whole.count
    assert found.mean == pytest.approx(whole.mean, rel=1e-12)


def test_the_size_of_blocks_does_not_matter(pair, monkeypatch):
    whole = in_strips(*pair, 37)
    monkeypatch.setattr(similarity, "BLOCK_ROWS", 5)
    monkeypatch.setattr(similarity, "BLOCK_COLUMNS", 7)
    found = in_strips(*pair, 20)
    assert (found.count, found.mean) == (whole.count, pytest.approx(whole.mean, rel=1e-12))


def test_equal_images_are_1_and_small_or_constant_ones_unknown(pair):
    _, reference, valid = pair
    assert in_strips(reference, reference, valid, 37).mean == pytest.approx(1, rel=1e-12)
    assert math.isnan(in_strips(reference[:10], reference[:10], valid[:10], 10).mean)
    assert math.isnan(in_strips(reference[:, :10], reference[:, :10], valid[:, :10], 9).mean)
    assert math.isnan(in_strips(reference, reference, valid, 37, data_range=0.0).mean)


def test_the_objective_of_training_has_the_same_window_and_formula():
    """The formulas of 4108d75, which stood here and in the objective: the numbers have not changed by a bit."""
    from rasterlearn.core.learning import objectives

    line = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    window = objectives._gaussian_window(2).numpy()
    assert (window[..., 0, 0] == (np.outer(line, line) / line.sum() ** 2).astype(np.float32)).all()
    assert (line / line.sum()).tolist() == similarity.WEIGHTS
    first, second, variances, covariance = np.random.default_rng(0).random((4, 9, 7))
    for data_range, (c1, c2) in ((1.0, (0.01**2, 0.03**2)), (4, ((0.01 * 4) ** 2, (0.03 * 4) ** 2))):
        old = (2 * first * second + c1) * (2 * covariance + c2) / ((first**2 + second**2 + c1) * (variances + c2))
        assert (similarity.similarity_index(first, second, variances, covariance, data_range) == old).all()
    assert objectives.similarity is similarity


@pytest.mark.parametrize("shape", [(37, 29), (11, 11), (10, 40), (40, 3)])
def test_whole_windows(shape):
    valid = np.random.default_rng(0).random(shape) > 0.01
    rows, columns = (max(0, size - 10) for size in shape)
    expected = [[valid[y : y + 11, x : x + 11].all() for x in range(columns)] for y in range(rows)]
    assert similarity.whole_windows(valid).tolist() == expected
