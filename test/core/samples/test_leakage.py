"""Spatial leakage: how far validation samples lie from training samples."""

import json

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.leakage import audit
from rasterlearn.core.samples.places import Places

SEEDS = range(5)


@pytest.fixture
def grid(wkt):
    return Grid(200, 150, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), wkt("EPSG:32633"))


def drawn(rng, count, grid, **size):
    return Places(rng.integers(0, 200, count), rng.integers(0, 150, count), grid, **size)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [{"width": 16, "height": 16}, {"width": 15, "height": 9}, {}])
def test_overlaps_and_distances_by_hand(grid, seed, size):
    rng = np.random.default_rng(seed)
    training, validation = drawn(rng, 40, grid, **size), drawn(rng, 25, grid, **size)
    width, height = size.get("width", 1), size.get("height", 1)
    covered = np.zeros((200, 250), bool)
    for c, r in zip(training.columns, training.rows):
        covered[r + 8 : r + 8 + height, c + 8 : c + 8 + width] = True
    overlapping = sum(
        covered[r + 8 : r + 8 + height, c + 8 : c + 8 + width].any()
        for c, r in zip(validation.columns, validation.rows)
    )
    apart = [
        np.hypot(training.columns - c, training.rows - r).min() for c, r in zip(validation.columns, validation.rows)
    ]
    found = audit(training, validation)
    assert (found.count, found.overlapping) == (25, overlapping)
    assert found.nearest == pytest.approx(min(apart))
    assert found.median == pytest.approx(np.median(apart))


def test_samples_of_two_images_meet_by_their_coordinates(grid, wkt):
    coarse = Grid(50, 50, (500400.0, 20.0, 0.0, 5799500.0, 0.0, -20.0), wkt("EPSG:32633"))
    # the first pixel of the coarse image lies at columns 40 and 41, rows 50 and 51 of the other one
    found = audit(
        Places(np.array([40]), np.array([50]), grid, 4, 4), Places(np.array([0]), np.array([0]), coarse, 2, 2)
    )
    assert found.overlapping == 1
    assert found.nearest == pytest.approx(np.hypot(0.5, 0.5))
    assert "(7.071 m)" in str(found.describe())


def test_its_description_and_advice(grid):
    places = [Places(np.array(c), np.array([0] * len(c)), grid, 16, 16) for c in ([0], [15, 16, 100])]
    found = audit(*places)
    assert str(found.describe()) == (
        "1 of 3 validation patches (33.3 %) overlap a training patch; the nearest training sample is 15 pixels (150 m) "
        "away, in the median 16 pixels."
    )
    assert "too good" in str(found.advice())
    assert audit(places[0], places[1].take(np.array([1, 2]))).advice() is None


def test_no_audit_if_positions_are_unknown(grid, wkt):
    here = Places(np.array([1]), np.array([1]), grid)
    nowhere, elsewhere = Grid(200, 150), Grid(200, 150, grid.geotransform, wkt("EPSG:32632"))
    assert audit(here, None) is None
    assert audit(None, here) is None
    assert audit(here, here.take(np.array([], int))) is None
    assert audit(here, Places(here.columns, here.rows, nowhere)) is None
    assert audit(here, Places(here.columns, here.rows, elsewhere)) is None


def test_places_are_kept_as_json(grid):
    places = drawn(np.random.default_rng(0), 300, grid, width=5, height=3)
    back = Places.from_json(json.loads(json.dumps(places.to_json())))
    assert back.columns.tolist() == places.columns.tolist()
    assert back.rows.tolist() == places.rows.tolist()
    assert (back.grid, back.width, back.height) == (grid, 5, 3)


@pytest.mark.parametrize(
    "change",
    [{"pixels": "??"}, {"pixels": "AAAA"}, {"count": 5}, {"count": "x"}, {"geotransform": [1, 2]}, {"patch": []}],
)
def test_malformed_places_are_refused(grid, change):
    places = Places(np.array([1, 2]), np.array([3, 4]), grid)
    with pytest.raises(InputError, match="malformed"):
        Places.from_json({**places.to_json(), **change})
    with pytest.raises(InputError, match="malformed"):
        Places.from_json([])
