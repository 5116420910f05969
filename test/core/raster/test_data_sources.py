"""The files behind a data source, and what a name says of one."""

import os
from urllib.parse import quote

import numpy as np
import pytest
from osgeo import gdal, ogr, osr

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.pool import path_for
from rasterlearn.core.images.image_set import read_image_set
from rasterlearn.core.raster.data_sources import crs_of, file_of, files_of, nodata_of
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.recorded_scaling import recorded_scalings
from rasterlearn.core.raster.virtual_raster import open_warped

WKT = 'LOCAL_CS["mine | of, 1/2",UNIT["metre",1]]'


@pytest.mark.parametrize(
    "name, file, crs, nodata",
    [
        ("/a/b.tif", "/a/b.tif", "as recorded", 9.0),
        ("/a/b.tif|crs=EPSG:32633", "/a/b.tif", "32633", 9.0),
        ("/a/b.tif|nodata=-1.5", "/a/b.tif", "as recorded", -1.5),
        ("/a/b.tif|crs=EPSG:4326|nodata=none", "/a/b.tif", "4326", None),
        ("/a/b.tif|crs=none", "/a/b.tif", "", 9.0),
        (f"/a/b.tif|crs={quote(WKT, safe='')}", "/a/b.tif", "mine | of, 1/2", 9.0),
        ('NETCDF:"/a/b c.nc":v|nodata=0', 'NETCDF:"/a/b c.nc":v', "as recorded", 0.0),
        ("/a/x|y.tif|crs=EPSG:4326", "/a/x|y.tif", "4326", 9.0),
        ("/a/b.gpkg|layername=c", "/a/b.gpkg|layername=c", "as recorded", 9.0),
    ],
)
def test_what_a_name_says(name, file, crs, nodata):
    assert file_of(name) == file
    assert crs in crs_of(name, "as recorded") and (crs or not crs_of(name, "as recorded"))
    assert nodata_of(name, 9.0) == nodata


@pytest.mark.parametrize("crs", ["EPSG:1", "nothing", "/etc/passwd", "http://example.org/crs", "PROJCS[", "+proj=no"])
def test_a_crs_that_is_not_understood(crs):
    with pytest.raises(InputError, match="not understood.*EPSG:32633") as raised:
        crs_of(f"/a/b.tif|crs={crs}", "")
    assert "b.tif" in str(raised.value)


def test_a_nodata_value_that_is_no_number():
    with pytest.raises(InputError, match="“b.tif” must be a number or none, received “water”"):
        nodata_of("/a/b.tif|nodata=water", None)


def test_a_reader_reads_what_the_name_says(make_raster):
    path = make_raster("scene.tif", np.arange(12, dtype=np.uint8).reshape(3, 4), nodata=3, crs=None)
    with RasterReader(path) as plain, RasterReader(f"{path}|crs=EPSG:32633|nodata=5") as reader:
        assert reader.grid.geotransform == plain.grid.geotransform and not plain.grid.crs
        assert osr.SpatialReference(reader.grid.crs).GetAuthorityCode(None) == "32633"
        assert (reader.nodata, plain.nodata) == ((5.0,), (3.0,))
        assert (reader.name, reader.band_names) == ("scene.tif", ("scene",)) == (plain.name, plain.band_names)
        pixels = reader.read(reader.grid.window)
        assert np.array_equal(pixels, plain.read(plain.grid.window))
        assert np.argwhere(~reader.valid(pixels)).tolist() == [[1, 1]]
    with RasterReader(f"{path}|nodata=300") as reader:
        assert reader.nodata == (None,), "no pixel can have it"
    assert not os.path.exists(path + ".aux.xml"), "nothing is written beside the image"


def test_a_raster_is_warped_from_where_its_name_says(make_raster):
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    path = make_raster("labels.tif", pixels, crs="EPSG:32632")
    with RasterReader(make_raster("image.tif", pixels)) as image:
        with open_warped(f"{path}|crs=EPSG:32633", image.grid) as there:
            assert np.array_equal(there.read(there.grid.window)[..., 0], pixels)
        with open_warped(path, image.grid) as elsewhere:
            assert not elsewhere.read(elsewhere.grid.window).any()


def test_the_files_behind_a_name(make_raster, tmp_path):
    path = make_raster("a.tif", np.ones((3, 4), np.uint8))
    gdal.Translate(str(tmp_path / "b.vrt"), path).FlushCache()
    assert files_of(f"{tmp_path}/b.vrt|crs=EPSG:4326") == {path, str(tmp_path / "b.vrt")}


def test_maps_are_named_after_files():
    listed = read_image_set([f"/a/b.tif|crs={quote(WKT, safe='')}", "/a/c.tif|nodata=0.5"])
    assert [image.name for image in listed] == ["b", "c"]


def test_names_in_a_list(make_raster, tmp_path):
    make_raster("a.tif", np.ones((3, 4), np.uint8))
    names = ["a.tif|crs=EPSG:4326|nodata=0", f"a.tif|crs={quote(WKT, safe='')}"]
    (tmp_path / "list.txt").write_text(names[0])
    assert read_image_set(image_set=str(tmp_path / "list.txt"))[0].sources == ((f"{tmp_path}/{names[0]}",),)
    (tmp_path / "list.txt").write_text(names[1])
    assert read_image_set(image_set=str(tmp_path / "list.txt"))[0].sources == ((f"{tmp_path}/{names[1]}",),)


def test_the_path_for_a_worker(make_raster, tmp_path, monkeypatch):
    class Elsewhere:
        elsewhere = True

    path = make_raster("a.tif", np.ones((3, 4), np.uint8))
    monkeypatch.chdir(tmp_path)
    assert path_for(Elsewhere(), "a.tif|crs=EPSG:4326") == f"{path}|crs=EPSG:4326"
    assert path_for(Elsewhere(), "b.tif|crs=EPSG:4326") == "b.tif|crs=EPSG:4326"


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


def test_what_lies_beside_the_file_is_found_all_the_same(make_raster, tmp_path):
    """The metadata of a Landsat product, and ArcGIS's table of classes."""
    scene = make_raster("LC08_L1TP_193024_20200216_20200823_02_T1_B4.TIF", np.ones((3, 4), np.uint16))
    (tmp_path / "LC08_L1TP_193024_20200216_20200823_02_T1_MTL.txt").write_text(
        "GROUP = LEVEL1_RADIOMETRIC_RESCALING\nREFLECTANCE_MULT_BAND_4 = 2.0E-05\nREFLECTANCE_ADD_BAND_4 = -0.1\n"
        "END_GROUP = LEVEL1_RADIOMETRIC_RESCALING\n"
    )
    labels = make_raster("labels.tif", np.ones((3, 4), np.uint8))
    table = gdal.GetDriverByName("ESRI Shapefile").Create(f"{labels}.vat.dbf", 0, 0, 0)
    layer = table.CreateLayer("labels.tif.vat", geom_type=ogr.wkbNone)
    for name, kind in (("Value", ogr.OFTInteger), ("Class", ogr.OFTString)):
        layer.CreateField(ogr.FieldDefn(name, kind))
    row = ogr.Feature(layer.GetLayerDefn())
    row["Value"], row["Class"] = 1, "wood"
    layer.CreateFeature(row)
    del row, layer, table
    for more in ("", "|crs=EPSG:4326", "|nodata=7"):
        with RasterReader(scene + more) as reader:
            assert recorded_scalings(reader) == ((2e-5, -0.1),)
        with RasterReader(labels + more) as reader:
            assert reader.legend()[1].name == "wood"


def test_control_points_in_the_crs_that_the_name_says(make_raster):
    path = make_raster("scan.tif", np.ones((3, 4), np.uint8), crs=None)
    dataset = gdal.Translate(
        path.replace("scan", "points"), path, GCPs=[gdal.GCP(x, y, 0, x, y) for x, y in ((0, 0), (4, 0), (0, 3))]
    )
    del dataset
    with RasterReader(path.replace("scan", "points") + "|crs=EPSG:32633") as reader:
        assert "32633" in reader.grid.control.crs and len(reader.grid.control.points) == 3
