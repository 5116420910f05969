"""Vector layers that are damaged, or no layers of features at all."""

import shutil

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.samples.vector_layer import Layer

COUNT = 60
FORMATS = {
    "fgb": "FlatGeobuf",
    "gpkg": "GPKG",
    "gml": "GML",
    "geojson": "GeoJSON",
    "geojsonl": "GeoJSONSeq",
    "kml": "KML",
    "shp": "ESRI Shapefile",
}


@pytest.fixture
def squares(make_vector):
    corners = [(500000 + 100 * i, 500100 + 100 * i) for i in range(COUNT)]
    shapes = [f"POLYGON (({a} 0, {b} 0, {b} 100, {a} 100, {a} 0))" for a, b in corners]
    return make_vector("squares.gpkg", [(shape, {"class": f"class {i % 7}"}) for i, shape in enumerate(shapes)])


def count(path):
    with Layer(str(path)) as source:
        return sum(feature.GetGeometryRef() is not None for feature in source.features())


@pytest.mark.parametrize("ending", FORMATS)
def test_files_cut_anywhere_are_refused_with_a_sentence(squares, tmp_path, ending):
    whole = tmp_path / f"whole.{ending}"
    system = "EPSG:4326" if "json" in ending or ending == "kml" else None
    gdal.VectorTranslate(str(whole), squares, format=FORMATS[ending], dstSRS=system)
    assert count(whole) == COUNT
    contents = whole.read_bytes()
    for percent in range(2, 100, 7):
        cut = tmp_path / f"cut{percent}.{ending}"
        for part in tmp_path.glob("whole.*"):
            shutil.copy(part, tmp_path / f"cut{percent}{part.suffix}")
        cut.write_bytes(contents[: len(contents) * percent // 100])
        try:
            found = count(cut)
        except InputError as error:
            assert "cut" in str(error)
        else:  # a cut between two lines cannot be told from a shorter file
            assert ending == "geojsonl" and found < COUNT


def test_a_damaged_index_is_not_needed(squares, tmp_path):
    gdal.VectorTranslate(str(tmp_path / "a.shp"), squares, format="ESRI Shapefile")
    for ending in (".sbn", ".sbx", ".qix"):
        (tmp_path / "a.shp").with_suffix(ending).write_bytes(b"\0\0'\n" + bytes(120))
    assert count(tmp_path / "a.shp") == COUNT


def test_a_shapefile_with_fewer_shapes_than_its_index_says(squares, tmp_path):
    gdal.VectorTranslate(str(tmp_path / "a.shp"), squares, format="ESRI Shapefile")
    contents = (tmp_path / "a.shp").read_bytes()
    (tmp_path / "a.shp").write_bytes(contents[: len(contents) // 2])
    with pytest.raises(InputError, match="cannot be read: .*The file may be damaged"):
        count(tmp_path / "a.shp")


def test_deleted_features_of_a_shapefile_are_no_damage(squares, tmp_path):
    gdal.VectorTranslate(str(tmp_path / "a.shp"), squares, format="ESRI Shapefile")
    source = gdal.OpenEx(str(tmp_path / "a.shp"), gdal.OF_VECTOR | gdal.OF_UPDATE)
    layer = source.GetLayer(0)
    for number in range(10):
        layer.DeleteFeature(number)
    del layer, source
    assert count(tmp_path / "a.shp") == COUNT - 10


def test_a_condition_may_leave_fewer_features_than_are_recorded(squares, tmp_path):
    gdal.VectorTranslate(str(tmp_path / "a.fgb"), squares, format="FlatGeobuf")
    assert count(f"{tmp_path / 'a.fgb'}|subset=class = 'class 0'") == sum(i % 7 == 0 for i in range(COUNT))


def test_a_table_is_told_from_a_layer(tmp_path):
    (tmp_path / "samples.csv").write_text("x,y,class\n500055,4999945,1\n")
    with pytest.raises(InputError, match="samples.csv. is a table without geometries.*Create points layer from table"):
        Layer(str(tmp_path / "samples.csv"))


def test_an_image_is_told_from_a_layer(make_raster, tmp_path):
    with pytest.raises(InputError, match="a.tif. (cannot be opened|holds no layer)"):
        Layer(make_raster("a.tif", np.ones((2, 2), np.uint8)))


def test_text_that_is_no_geometry(tmp_path):
    (tmp_path / "a.csv").write_text('class,WKT\n1,"POINT (1 2)"\n2,LOC\n')
    with pytest.raises(InputError, match="a.csv. cannot be read: .*geometry"):
        count(tmp_path / "a.csv")
