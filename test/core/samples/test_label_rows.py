"""Labels counted, and found again by their rank."""

from collections import Counter

import numpy as np
import pytest

from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples import label_rows
from rasterlearn.core.samples.label_rows import FEW_VALUES, FeatureRow, RasterRow, Tally, ValueCounter

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "int64"])
@pytest.mark.parametrize("kinds", [1, 5, FEW_VALUES, 100])
def test_values_are_counted(seed, dtype, kinds):
    """Repeatedly, with values that come and go, in slices of an array."""
    rng, counter, total = np.random.default_rng(seed), ValueCounter(), {}
    known = np.arange(kinds) if dtype == "uint8" else np.arange(kinds) * 300 - (0 if dtype == "uint16" else 9000)
    for _ in range(6):
        array = rng.choice(known[: rng.integers(1, kinds + 1)], (30, 41)).astype(dtype)[:, 3:-5]
        values, counts = np.unique(array, return_counts=True)
        expected = dict(zip(values.tolist(), counts.tolist()))
        assert counter.count(array) == expected
        for value, number in expected.items():
            total[value] = total.get(value, 0) + number
    assert counter.totals == total


def test_a_value_that_does_not_fit_a_type_is_not_taken_for_another():
    """Strips that a raster covers in part have 64 bits and a mark for the rest, which would wrap to 0 in 8 bits."""
    counter = ValueCounter()
    counter.count(np.array([[-(2**63), -(2**63), 1]]))
    assert counter.count(np.array([[0, 0, 1]], np.uint8)) == {0: 2, 1: 1}


def test_an_empty_array_has_no_values():
    assert ValueCounter().count(np.empty((0, 5), np.uint8)) == {}


BOX = Window(10, 20, 31, 12)
WINDOWS = [Window(10, 20, 8, 12), Window(20, 20, 5, 12), Window(30, 20, 11, 12)]


@pytest.mark.parametrize("seed", SEEDS)
def test_labels_of_a_raster_are_found_by_their_rank(seed):
    values = np.random.default_rng(seed).choice(np.array([7, -3, 99], np.int16), (12, 31))
    used = np.random.default_rng(seed + 100).random(values.shape) < 0.7
    row = RasterRow(values, BOX, WINDOWS, np.array([-3, 7, 99]), used)
    for number, window in enumerate(WINDOWS):
        for index, value in enumerate((-3, 7, 99)):
            inside = values[:, window.x - 10 : window.right - 10]
            rows, columns = np.nonzero((inside == value) & used[:, window.x - 10 : window.right - 10])
            ranks = np.arange(0, len(rows), 2)
            found = row.find(number, index, ranks)
            assert found[0].tolist() == (columns[ranks] + window.x).tolist()
            assert found[1].tolist() == (rows[ranks] + window.y).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_labels_of_features_are_counted_and_found_though_they_overlap(seed):
    rng = np.random.default_rng(seed)
    positions = np.sort(rng.integers(0, 31 * 12, 400))  # many pixels more than once, some between the windows
    classes = rng.integers(0, 3, 400)
    tally = Tally(np.arange(3))
    for part in np.split(rng.permutation(400), [50, 300]):
        tally.add(positions[part], classes[part])
    row = FeatureRow(*tally.total(), BOX, WINDOWS, 3)
    counts = row.counts()
    for number, window in enumerate(WINDOWS):
        columns, rows = positions % 31 + 10, positions // 31 + 20
        for index in range(3):
            chosen = (columns >= window.x) & (columns < window.right) & (classes == index)
            assert counts[number, index] == chosen.sum()
            ranks = np.arange(int(chosen.sum()))[::3]
            found = row.find(number, index, ranks)
            assert found[0].tolist() == columns[chosen][ranks].tolist()
            assert found[1].tolist() == rows[chosen][ranks].tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tally_adds_up_what_comes_in_any_order(monkeypatch, seed):
    monkeypatch.setattr(label_rows, "LEAST_WAITING", 20)
    rng = np.random.default_rng(seed)
    positions, values, times = rng.integers(0, 9, 200), rng.choice([-7, 0, 12], 200), rng.integers(1, 5, 200)
    tally, expected = Tally(np.array([12, 0, -7])), Counter()
    for part in np.split(np.arange(200), [0, 30, 31, 170]):
        tally.add(positions[part], values[part], times[part])
    tally.add(positions, values)
    for position, value, number in zip(positions.tolist(), values.tolist(), times.tolist()):
        expected[position, value] += number + 1
    found = [part.tolist() for part in tally.total()]
    assert list(zip(*found[:2])) == sorted(expected)
    assert dict(zip(zip(*found[:2]), found[2])) == expected
    assert [len(part) for part in Tally(np.array([3])).total()] == [0, 0, 0]
