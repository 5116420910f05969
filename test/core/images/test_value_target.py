"""Values to be learned: stored and known, described and read again."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.raster.raster_reader import RasterReader

IMAGE = Source(("red", "nir"), (10.0, 10.0), 4, 3)


def target(dtype, nodata=None, scaling=None):
    return Target(IMAGE, dtype, nodata, scaling)


def test_an_image_is_described(make_raster):
    path = make_raster("image.tif", np.ones((5, 6, 2), np.int16), nodata=-9, names=["red", "nir"])
    with RasterReader(path) as reader:
        found = Target.of_image(reader, 4, 3)
    assert (found.bands, found.dtype, found.nodata, found.scaling) == (("red", "nir"), "int16", -9, None)
    assert (found.image.patch_width, found.image.patch_height, found.image.pixel_size) == (4, 3, (10.0, 10.0))
    assert Target.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    ("dtype", "nodata", "values", "stored"),
    [
        ("uint8", 0, [-3.0, 0.2, 0.6, 254.6, 300.0], [1, 1, 1, 255, 255]),  # 0 would be nodata
        ("uint8", 255, [-3.0, 254.6, 300.0], [0, 254, 254]),
        ("uint8", 7, [6.6, 7.4, 7.6], [8, 8, 8]),
        ("uint16", None, [0.0, 70000.0], [1, 65535]),  # its lowest value becomes nodata
        ("int16", None, [-40000.0, -0.5, 0.5], [-32767, 0, 0]),
        ("float32", None, [-1.5, 2.25], [-1.5, 2.25]),
    ],
)
def test_values_in_the_targets_own_type(dtype, nodata, values, stored):
    found = target(dtype, nodata).stored(np.array(values, np.float32))
    assert found.dtype == dtype and found.tolist() == stored


@pytest.mark.parametrize(
    ("dtype", "nodata", "expected"),
    [("uint16", None, 0), ("int16", None, -32768), ("int16", 5, 5), ("uint8", 255, 255)],
)
def test_nodata_of_a_map_of_integers(dtype, nodata, expected):
    assert target(dtype, nodata).stored_nodata == expected


def test_what_is_stored_is_known_again():
    stored = np.array([[0, 5], [7, 0]], np.uint16)
    known = target("uint16", 0).known(stored)
    assert known.dtype == np.float32
    np.testing.assert_array_equal(known, [[np.nan, 5], [7, np.nan]])
    np.testing.assert_array_equal(target("uint16", 0).with_gaps(known), stored)
    values = np.array([np.nan, np.inf, 3.0, -1.0])[:, np.newaxis]
    np.testing.assert_array_equal(target("float64", -1.0).known(values)[:, 0], [np.nan, np.nan, 3, np.nan])


def test_bands_with_different_nodata_values_are_refused(make_raster, tmp_path):
    paths = [make_raster(f"{v}.tif", np.ones((3, 3, 1), np.uint8), nodata=v) for v in (0, 9)]
    with RasterReader(paths) as reader, pytest.raises(InputError, match="different nodata values"):
        Target.of_image(reader, 3, 3)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dtype": "object"}, "its type must be one of"),
        ({"dtype": ["uint8"]}, "its type must be one of"),
        ({"nodata": 300}, "no uint8 can be 300"),
        ({"nodata": "x"}, "the nodata value"),
        ({"scaling": [1]}, "scale and offset"),
        ({"image": {}}, "malformed"),
        ({"image": None}, "malformed"),
    ],
)
def test_a_damaged_description_is_refused(change, reason):
    description = {**replace(target("uint8", 0), scaling=(0.5, 1.0)).to_json(), **change}
    with pytest.raises(InputError, match=reason):
        Target.from_json(description)
    with pytest.raises(InputError, match="malformed"):
        Target.from_json({})
