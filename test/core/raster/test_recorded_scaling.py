"""Scale and offset as files and the metadata of products around them record it."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.images.masking import Mask, mask_image
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.recorded_scaling import recorded_scalings, scalings_from_json, scalings_to_json

PIXELS = np.ones((4, 5), np.uint16)
BOA = '<BOA_ADD_OFFSET band_id="{}">-1000</BOA_ADD_OFFSET>'
SINCE_0400 = "".join(BOA.format(band) for band in range(13)) + "<BOA_QUANTIFICATION_VALUE unit='none'>10000"
BEFORE = '<a><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE></a>'
MTL = """GROUP = LANDSAT_METADATA_FILE
  GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
    REFLECTANCE_MULT_BAND_4 = 2.75e-05
    REFLECTANCE_ADD_BAND_4 = -0.2
  END_GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
  GROUP = LEVEL2_SURFACE_TEMPERATURE_PARAMETERS
    TEMPERATURE_MULT_BAND_ST_B10 = 0.00341802
    TEMPERATURE_ADD_BAND_ST_B10 = 149.0
  END_GROUP = LEVEL2_SURFACE_TEMPERATURE_PARAMETERS
  GROUP = LEVEL1_RADIOMETRIC_RESCALING
    REFLECTANCE_MULT_BAND_4 = 2.0000E-05
    REFLECTANCE_ADD_BAND_4 = -0.100000
  END_GROUP = LEVEL1_RADIOMETRIC_RESCALING
END_GROUP = LANDSAT_METADATA_FILE
"""


def recorded(paths, declared=()):
    with RasterReader(paths) as reader:
        return recorded_scalings(reader, declared)


def scaled(path, *scalings):
    dataset = gdal.Open(path, gdal.GA_Update)
    for number, (scale, offset) in enumerate(scalings, start=1):
        dataset.GetRasterBand(number).SetScale(scale)
        dataset.GetRasterBand(number).SetOffset(offset)
    dataset.FlushCache()
    return path


def test_of_files(make_raster):
    none = make_raster("none.tif", PIXELS)
    one = scaled(make_raster("one.tif", PIXELS), (1e-4, -0.1))
    trivial = scaled(make_raster("trivial.tif", PIXELS), (1.0, 0.0))
    assert recorded(none) is None and recorded(trivial) is None
    assert recorded([none, one, trivial]) == (None, (1e-4, -0.1), None)


def test_what_an_item_declares_counts_more(make_raster):
    paths = [scaled(make_raster(name, PIXELS), (1e-4, -0.1)) for name in ("a.tif", "b.tif", "c.tif")]
    declared = (None, ((1e-4, 0.0),), (None,))
    assert recorded(paths, declared) == ((1e-4, -0.1), (1e-4, 0.0), None)


@pytest.mark.parametrize(
    ("name", "metadata", "expected"),
    [
        ("T32UQD_20230101T102101_B04_10m.tif", SINCE_0400 + "</BOA_QUANTIFICATION_VALUE>", (1e-4, -0.1)),
        ("T32UQD_20230101T102101_B8A_20m.tif", SINCE_0400 + "</BOA_QUANTIFICATION_VALUE>", (1e-4, -0.1)),
        ("T32UQD_20170216T102101_B04.tif", BEFORE, (1e-4, 0.0)),
        ("T32UQD_20230101T102101_SCL_20m.tif", SINCE_0400 + "</BOA_QUANTIFICATION_VALUE>", None),
        ("T32UQD_20230101T102101_B04_10m.tif", "<nothing/>", None),
    ],
)
def test_of_a_sentinel_2_product(make_raster, tmp_path, name, metadata, expected):
    folder = tmp_path / "S2A_MSIL2A_X.SAFE" / "GRANULE" / "L2A" / "IMG_DATA" / "R10m"
    folder.mkdir(parents=True)
    (tmp_path / "S2A_MSIL2A_X.SAFE" / "MTD_MSIL2A.xml").write_text(metadata)
    found = recorded(make_raster(str(folder.relative_to(tmp_path) / name), PIXELS))
    assert found == (None if expected is None else (expected,))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LC08_L2SP_193024_20200216_20200823_02_T1_SR_B4.TIF", (2.75e-5, -0.2)),
        ("LC08_L2SP_193024_20200216_20200823_02_T1_ST_B10.TIF", (0.00341802, 149.0)),
        ("LC08_L2SP_193024_20200216_20200823_02_T1_QA_PIXEL.TIF", None),
        ("LC08_L1TP_193024_20200216_20200823_02_T1_B4.TIF", (2e-5, -0.1)),
        ("LC08_L1TP_193024_20200216_20200823_01_T1_B4.TIF", None),
    ],
)
def test_of_a_landsat_product(make_raster, tmp_path, name, expected):
    (tmp_path / (name.partition("_02_T1")[0] + "_02_T1_MTL.txt")).write_text(MTL)
    assert recorded(make_raster(name, PIXELS)) == (None if expected is None else (expected,))


def test_as_json():
    scalings = ((1e-4, -0.1), None)
    assert scalings_from_json(scalings_to_json(scalings), 2) == scalings
    assert scalings_from_json(None, 2) is None
    for wrong in ([], [[1, 0]], [[0, 0], None], [[1], None], ["a", None], 3):
        with pytest.raises(ValueError):
            scalings_from_json(wrong, 2)


@pytest.mark.parametrize("ending", ["tif", "vrt"])
def test_a_masked_image_lies_elsewhere_and_keeps_what_its_product_records(make_raster, tmp_path, ending):
    folder = tmp_path / "S2A_MSIL2A_X.SAFE"
    folder.mkdir()
    (folder / "MTD_MSIL2A.xml").write_text(SINCE_0400 + "</BOA_QUANTIFICATION_VALUE>")
    image = make_raster("S2A_MSIL2A_X.SAFE/T32UQD_20230101T102101_B04_10m.tif", PIXELS, nodata=0)
    mask, output = make_raster("mask.tif", np.zeros((4, 5), np.uint8)), str(tmp_path / f"masked.{ending}")
    mask_image(image, Mask.of(mask), output)
    assert recorded(output) == ((1e-4, -0.1),)
