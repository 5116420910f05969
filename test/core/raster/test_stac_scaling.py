"""Scale and offset in STAC items."""

import pytest

from rasterlearn.core.raster.recorded_scaling import APPLIED, declared_scalings

SCALED = {"scale": 1e-4, "offset": -0.1}


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ({}, None),
        ({"raster:bands": [SCALED]}, ((1e-4, -0.1),)),
        ({"raster:bands": [SCALED, {"scale": 1e-4}, {}]}, ((1e-4, -0.1), (1e-4, 0.0), None)),
        ({"bands": [{"name": "B04", "raster:scale": 1e-4, "raster:offset": -0.1}]}, ((1e-4, -0.1),)),
        ({"raster:scale": 1e-4, "raster:offset": -0.1}, ((1e-4, -0.1),)),
        ({"bands": [{"name": "a"}, {"name": "b"}], "raster:scale": 1e-4}, ((1e-4, 0.0), (1e-4, 0.0))),
        ({"raster:bands": [{"scale": "1"}]}, None),
        ({"raster:bands": [{"scale": 0}]}, None),
        ({"raster:bands": "none"}, None),
        ({"raster:bands": [{"scale": 1, "offset": 0}]}, None),
    ],
)
def test_what_an_item_records(asset, expected):
    assert declared_scalings({"assets": {"red": asset}}, "red") == expected


def test_an_offset_that_is_applied_already_is_no_record():
    item = {"properties": {APPLIED: True}, "assets": {"red": {"raster:bands": [SCALED]}}}
    assert declared_scalings(item, "red") == (None,)
    assert declared_scalings({**item, "properties": {APPLIED: False}}, "red") == ((1e-4, -0.1),)
