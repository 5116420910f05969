import numpy as np
import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from rasterlearn.core.images.legend import read_legend_file
from rasterlearn.gui import legend_rows

ROWS = [("1", "water", "#3f88c5"), ("7", "Wald & “Wiese”, nass", "#010203")]


def test_what_is_written_is_read_again_also_by_the_engine(tmp_path):
    path = str(tmp_path / "legend.csv")
    legend_rows.write(path, ROWS)
    assert legend_rows.read(path) == ROWS
    legend = read_legend_file(path)
    assert [(str(c.value), c.name, c.color) for c in legend.by_value.values()] == ROWS
    assert [p.name for p in tmp_path.iterdir()] == ["legend.csv"]


def test_a_file_without_colors_or_names(tmp_path):
    path = tmp_path / "legend.csv"
    path.write_text("value,name\n1,forest\n2,\n", encoding="utf-8-sig")
    rows = legend_rows.read(str(path))
    assert [row[:2] for row in rows] == [("1", "forest"), ("2", "")]
    assert rows[0][2] == "#1e6b2d" and rows[1][2].startswith("#")


def test_a_file_that_is_not_text(tmp_path):
    (tmp_path / "legend.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError):
        legend_rows.read(str(tmp_path / "legend.csv"))


def test_a_raster_with_and_without_a_style(qgis, make_raster):
    layer = QgsRasterLayer(make_raster("l.tif", np.array([[3, 3, 8, 255]], np.uint8), nodata=255), "l")
    assert [row[0] for row in legend_rows.of_raster(layer)] == ["3", "8"]
    classes = [QgsPalettedRasterRenderer.Class(3, QColor("#112233"), "town")]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    assert legend_rows.of_raster(layer) == [("3", "town", "#112233")]


def test_a_color_table_with_entries_for_all_values(qgis, make_raster):
    layer = QgsRasterLayer(make_raster("l.tif", np.array([[3, 3, 8]], np.uint8)), "l")
    classes = [QgsPalettedRasterRenderer.Class(value, QColor("#112233"), str(value)) for value in range(256)]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    assert [row[0] for row in legend_rows.of_raster(layer)] == ["3", "8"]


def test_a_field_of_names_and_one_of_numbers(qgis, make_vector):
    square = "POLYGON ((0 0, 0 1, 1 1, 0 0))"
    features = [(square, {"class": name, "code": code}) for name, code in (("lake", 5), ("field", 2), ("lake", 5))]
    layer = QgsVectorLayer(make_vector("p.gpkg", features), "p")
    assert [row[:2] for row in legend_rows.of_vector(layer, "class")] == [("1", "field"), ("2", "lake")]
    assert [row[:2] for row in legend_rows.of_vector(layer, "code")] == [("2", ""), ("5", "")]
    assert legend_rows.of_vector(layer, None) == []
    symbol = QgsFillSymbol.createSimple({"color": "#445566"})
    layer.setRenderer(QgsCategorizedSymbolRenderer("class", [QgsRendererCategory("lake", symbol, "lake")]))
    assert legend_rows.of_vector(layer, "class")[1] == ("2", "lake", "#445566")


def test_the_values_of_a_merged_category_share_its_color(qgis, make_vector):
    square = "POLYGON ((0 0, 0 1, 1 1, 0 0))"
    layer = QgsVectorLayer(make_vector("p.gpkg", [(square, {"code": code}) for code in (311, 312, 400)]), "p")
    symbol = QgsFillSymbol.createSimple({"color": "#112233"})
    layer.setRenderer(QgsCategorizedSymbolRenderer("code", [QgsRendererCategory([311, 312], symbol, "forest")]))
    rows = legend_rows.of_vector(layer, "code")
    assert [(value, color == "#112233") for value, _, color in rows] == [("311", True), ("312", True), ("400", False)]
