"""The files behind a data source."""

import os

import numpy as np
from osgeo import gdal

from rasterlearn.core.raster.data_sources import files_of


def names(paths):
    return {os.path.basename(path) for path in paths}


def test_a_shapefile_with_a_damaged_index(make_vector, tmp_path):
    source = make_vector("a.gpkg", [("POINT (1 2)", {"class": 1})])
    gdal.VectorTranslate(str(tmp_path / "b.shp"), source, format="ESRI Shapefile")
    for ending in ("sbn", "sbx"):
        (tmp_path / f"b.{ending}").write_bytes(b"\0\0'\n" + bytes(120))
    (tmp_path / "bb.shp").write_bytes(b"another one")
    assert {"b.shp", "b.shx", "b.dbf", "b.prj", "b.sbn"} <= names(files_of(str(tmp_path / "b.shp")))
    assert "bb.shp" not in names(files_of(str(tmp_path / "b.shp")))


def test_an_image_with_a_damaged_mask(make_raster, tmp_path):
    image = make_raster("a.tif", np.ones((4, 4), np.uint8))
    (tmp_path / "a.tif.msk").write_bytes(b"II*\0rubbish")
    assert names(files_of(image)) >= {"a.tif"}
