"""Nodata values as the pixels of a type have them."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.images.masking import output_nodata, with_nodata
from rasterlearn.core.raster.nodata import nodata_for, same_nodata
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (0.1, "float32", float(np.float32(0.1))),
        (-9999.9, "float32", float(np.float32(-9999.9))),
        (-3.4028234663852886e38, "float32", -3.4028234663852886e38),
        (-3.40282346638529e38, "float32", -3.4028234663852886e38),  # rounded up when written as text
        (-1.7976931348623157e308, "float32", None),
        (-1.7976931348623157e308, "float64", -1.7976931348623157e308),
        (0.1, "float64", 0.1),
        (-3.402823466385289e38, "float64", -3.4028234663852886e38),  # as GDAL writes it into a VRT
        (np.inf, "float32", np.inf),
        (np.nan, "float32", np.nan),
        (np.nan, "uint8", None),
        (np.inf, "int16", None),
        (-1.0, "uint8", None),
        (256.0, "uint8", None),
        (0.5, "int16", None),
        (-0.0, "uint16", 0.0),
        (None, "float32", None),
    ],
)
def test_a_value_in_a_type(value, dtype, expected):
    found = nodata_for(value, np.dtype(dtype))
    assert found == expected or np.isnan([found, expected]).all()


@pytest.mark.parametrize("nodata", [0.1, -9999.9, -3.4028234663852886e38, np.nan, np.inf, -np.inf, -0.0])
@pytest.mark.parametrize("beside", [None, "float64", "int32"])
def test_real_numbers_are_compared_as_float32_whatever_lies_beside_them(make_raster, nodata, beside):
    pixels = np.random.default_rng(0).normal(5, 1, (30, 40)).astype(np.float32)
    pixels[4:9, 3:7] = nodata
    path = make_raster("a.tif", pixels)
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_UPDATE)
    dataset.GetRasterBand(1).SetNoDataValue(nodata)
    del dataset
    hidden = np.zeros((30, 40), bool)
    hidden[4:9, 3:7] = True
    others = [] if beside is None else [make_raster("b.tif", np.ones((30, 40), beside))]
    with RasterReader([path, *others]) as reader:
        assert np.array_equal(reader.valid(reader.read(reader.grid.window)), ~hidden)


def test_a_nodata_value_that_no_pixel_can_have_counts_as_none(make_raster):
    for nodata in (np.nan, -1, 300, 0.5):
        path = make_raster("a.tif", np.arange(256, dtype=np.uint8).reshape(16, 16), nodata=nodata)
        with RasterReader(path) as reader:
            assert reader.nodata == reader.file_nodata == (None,)
            assert output_nodata(reader, 7) == 7


def test_the_same_nodata_value_written_in_other_ways():
    for first, second in ((0.1, float(np.float32(0.1))), (0.0, -0.0), (np.nan, -np.nan)):
        assert same_nodata(first, second, np.dtype(np.float32))
    assert not same_nodata(0.1, float(np.float32(0.1)), np.dtype(np.float64))
    assert not same_nodata(np.nan, 0.0, np.dtype(np.float32))


def test_nodata_is_exchanged_where_pixels_have_its_nearest_float32():
    pixels = np.array([[[0.1], [0.2]]], np.float32)
    found = with_nodata(pixels, (np.float64(0.1),), -1.0, np.dtype(np.float32))
    assert found.tolist() == [[[-1.0], [np.float32(0.2)]]]
