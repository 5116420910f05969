"""Legends in rasters: attribute tables as other programs write them, categories, tables beside the file."""

import numpy as np
import pytest
from osgeo import gdal, ogr

from rasterlearn.core.base.progress import Progress, remarks
from rasterlearn.core.raster.classes import LandClass
from rasterlearn.core.raster.raster_legend import legend_of
from rasterlearn.core.raster.raster_reader import read_legend

TYPES = {int: gdal.GFT_Integer, float: gdal.GFT_Real, str: gdal.GFT_String}
WATER, FOREST = LandClass(11, "Open water", "#0000ff"), LandClass(41, "Forest", "#008000")


@pytest.fixture
def labels(make_raster):
    """Writes a raster with an attribute table of columns (name, values, usage), and its categories."""

    def make(columns, categories=None):
        path = make_raster("labels.tif", np.array([[11, 41]], np.uint8))
        dataset = gdal.Open(path, gdal.GA_Update)
        table = gdal.RasterAttributeTable()
        for name, values, usage in columns:
            table.CreateColumn(name, TYPES[type(values[0])], usage)
        table.SetRowCount(len(columns[0][1]))
        for column, (_, values, _) in enumerate(columns):
            for row, value in enumerate(values):
                {int: table.SetValueAsInt, float: table.SetValueAsDouble, str: table.SetValueAsString}[type(value)](
                    row, column, value
                )
        if categories:
            dataset.GetRasterBand(1).SetCategoryNames(categories)
        dataset.GetRasterBand(1).SetDefaultRAT(table)
        dataset.FlushCache()
        del dataset
        return path

    return make


def generic(**columns):
    return [(name, values, gdal.GFU_Generic) for name, values in columns.items()]


@pytest.mark.parametrize(
    "columns",
    [
        generic(
            Value=[11, 41],
            Count=[7, 9],
            Class_Name=["Open water", "Forest"],
            Red=[0, 0],
            Green=[0, 128],
            Blue=[255, 0],
        ),
        generic(
            VALUE=[11.0, 41.0], NAME=["Open water ", "Forest"], RED=[0.0, 0.0], GREEN=[0.0, 128 / 255], BLUE=[1.0, 0.0]
        ),
        generic(ID=[11, 41], cover=["Open water", "Forest"], r=[0.0, 0.0], g=[0.0, 128.0], b=[255.0, 0.0]),
        [
            ("a", [11, 41], gdal.GFU_MinMax),
            ("Red", [9, 9], gdal.GFU_Generic),
            ("b", [0, 0], gdal.GFU_Red),
            ("c", [0, 128], gdal.GFU_Green),
            ("d", [255, 0], gdal.GFU_Blue),
            ("label", ["Open water", "Forest"], gdal.GFU_Generic),
            ("note", ["x", "y"], gdal.GFU_Generic),
        ],
    ],
    ids=["ArcGIS", "real", "R", "some usages"],
)
def test_columns_are_found_by_usage_and_name(labels, columns):
    assert read_legend(labels(columns)) == {11: WATER, 41: FOREST}


@pytest.mark.parametrize(
    "columns",
    [
        generic(Value=[11, 41], first=["a", "b"], second=["c", "d"]),
        generic(Count=[11, 41], Class_Name=["a", "b"]),
        generic(Value=[11, 41], Count=[1, 2]),
    ],
    ids=["two unknown texts", "no values", "no names"],
)
def test_tables_that_tell_no_names(labels, columns):
    assert not any(c.name for c in read_legend(labels(columns)).values())


@pytest.mark.parametrize(
    "columns",
    [
        generic(Value=["11", "41"], Name=["Open water", "Forest"]),
        generic(Value=[11, 41], LABEL3=["Open water", "Forest"], CODE_18=["111", "112"]),
        generic(Value=[11, 41], Label1=["x", "x"], Label2=["Open water", "Forest"]),
        generic(Value=[11, 41], LC_Name=["Open water", "Forest"], source=["x", "y"]),
        generic(Count=[3, 4], Class=[11, 41], Descriptio=["Open water", "Forest"], remark=["x", "y"]),
        [
            ("Low", [10.5, 40.5], gdal.GFU_Min),
            ("High", [11.5, 41.5], gdal.GFU_Max),
            ("c", ["Open water", "Forest"], gdal.GFU_Name),
        ],
    ],
    ids=["values as text", "CLC", "levels", "parts of words", "whole numbers", "ranges"],
)
def test_columns_of_other_names_that_tell_the_classes(labels, columns):
    assert {v: c.name for v, c in read_legend(labels(columns)).items()} == {11: "Open water", 41: "Forest"}


def test_rows_stand_for_the_values_in_their_order_where_no_column_has_them_as_erdas_has_it(labels):
    names = [""] * 42
    names[11], names[41] = "Open water", "Forest"
    columns = [("Histogram", [1.0] * 42, gdal.GFU_PixelCount), ("Class_Names", names, gdal.GFU_Name)]
    found = read_legend(labels(columns))
    assert {v: c.name for v, c in found.items() if c.name} == {11: "Open water", 41: "Forest"}


def test_rows_of_linear_bins(make_raster):
    dataset = gdal.Open(make_raster("labels.tif", np.array([[11, 41]], np.uint8)), gdal.GA_Update)
    table = gdal.RasterAttributeTable()
    table.CreateColumn("Class", gdal.GFT_String, gdal.GFU_Name)
    for row, name in enumerate(("Open water", "Forest")):
        table.SetValueAsString(row, 0, name)
    table.SetLinearBinning(11, 30)
    dataset.GetRasterBand(1).SetDefaultRAT(table)
    found = legend_of(dataset.GetRasterBand(1), "labels.tif")
    assert (found[11].name, found[40].name, found[41].name) == ("Open water", "Open water", "Forest")


def test_of_two_rows_for_a_value_the_first_counts_as_in_gdal(labels):
    assert read_legend(labels(generic(Value=[11, 11], Name=["a", "b"]))) == {11: LandClass(11, "a")}


def test_a_table_whose_names_are_not_found_is_told_of(labels):
    events = []
    with remarks.heard_by(Progress(events.append)):
        read_legend(labels(generic(Value=[11, 41], first=["a", "b"], second=["c", "d"])))
    assert ["Value, first, second" in e["text"] for e in events] == [True]


def test_categories_count_where_the_table_has_no_names_and_its_colors_where_these_have_none(labels):
    names = [""] * 11 + ["Open water"]
    colors = generic(Value=[11, 41], Red=[0, 0], Green=[0, 128], Blue=[255, 0])
    legend = read_legend(labels(colors, names))
    assert legend[11] == LandClass(11, "Open water")
    assert legend[41] == LandClass(41, "", "#008000")


def test_values_that_are_not_whole_and_colors_that_are_none(labels):
    columns = generic(
        Value=[1.5, 2.0, float("nan")], Name=["a", "b", "c"], Red=[0, 300, 0], Green=[0, 0, 0], Blue=[0, 0, 0]
    )
    assert read_legend(labels(columns)) == {2: LandClass(2, "b")}


def test_names_are_read_as_people_see_them(labels):
    columns = generic(Value=[11, 41], Class_Name=["\ufeffOpen\u00a0 water\u200b ", "Forest\r\n"])
    assert [c.name for c in read_legend(labels(columns)).values()] == ["Open water", "Forest"]


@pytest.mark.parametrize("name", ["labels.tif.vat.dbf", "labels.vat.dbf"])
def test_the_table_that_arcgis_writes_beside_the_raster(make_raster, tmp_path, name):
    path = make_raster("labels.tif", np.array([[11, 41]], np.uint8))
    source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(tmp_path / "table.dbf"))
    layer = source.CreateLayer("table", None, ogr.wkbNone, ["ENCODING="])
    kinds = {
        "Value": ogr.OFTInteger,
        "Class_Name": ogr.OFTString,
        "Red": ogr.OFTReal,
        "Green": ogr.OFTReal,
        "Blue": ogr.OFTReal,
    }
    for field, kind in kinds.items():
        layer.CreateField(ogr.FieldDefn(field, kind))
    for row in ((11, "Open water", 0.0, 0.0, 1.0), (41, "Forest", 0.0, 128 / 255, 0.0)):
        feature = ogr.Feature(layer.GetLayerDefn())
        for column, value in enumerate(row):
            feature.SetField(column, value)
        layer.CreateFeature(feature)
    del feature, layer, source
    (tmp_path / "table.dbf").rename(tmp_path / name)
    assert read_legend(path) == {11: WATER, 41: FOREST}


def test_a_damaged_table_beside_the_raster_is_no_reason_to_refuse_it(make_raster, tmp_path):
    path = make_raster("labels.tif", np.array([[11, 41]], np.uint8))
    (tmp_path / "labels.tif.vat.dbf").write_bytes(b"\x03nothing")
    assert read_legend(path) == {}
