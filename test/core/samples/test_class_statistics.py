"""Pixels per class and per feature."""

import csv
from xml.etree import ElementTree

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.class_statistics import class_statistics, count_classes
from rasterlearn.core.samples.labels import FeatureLabels, RasterLabels


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_classes_and_polygons_are_counted_as_by_otb(reference):
    tree = ElementTree.parse(reference / "polygon_class_statistics.xml")
    per_class, per_feature = (
        {int(e.get("key")): int(e.get("value")) for e in tree.find(f"Statistic[@name='{name}']")}
        for name in ("samplesPerClass", "samplesPerVector")
    )
    with RasterReader(str(reference / "image_10m.tif")) as reader:
        labels = FeatureLabels(str(reference / "polygons.gpkg"), "code", reader.grid, reader.name)
    statistics = count_classes(labels)
    assert dict(zip(statistics.classes.values.tolist(), statistics.pixels.tolist())) == per_class
    assert dict(zip(statistics.feature_ids.tolist(), statistics.feature_pixels.tolist())) == per_feature


def test_a_line_covers_the_pixels_it_crosses_and_a_point_its_own(make_vector, wkt):
    """Seen in OTB: 'LINESTRING from the middle of a pixel to two pixels on' is three pixels."""
    grid = Grid(50, 40, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), wkt("EPSG:32633"))
    features = [
        ("LINESTRING(500005 5799995, 500025 5799995)", {"k": 1}),
        ("LINESTRING(500005 5799895, 500045 5799875)", {"k": 1}),
        ("POINT(500105 5799895)", {"k": 2}),
        ("MULTIPOINT(500105 5799895, 500125 5799895)", {"k": 2}),
        ("POINT(499000 5799895)", {"k": 2}),
    ]
    labels = FeatureLabels(make_vector("f.gpkg", features), "k", grid, "i")
    statistics = count_classes(labels)
    assert statistics.feature_pixels.tolist() == [3, 7, 1, 2, 0]
    assert statistics.pixels.tolist() == [10, 3]


def test_a_raster_by_hand(make_raster, tmp_path):
    rng = np.random.default_rng(0)
    values = rng.choice([-3, 1, 200, -9999], (300, 70), p=[0.1, 0.5, 0.2, 0.2]).astype(np.int16)
    legend = Legend.of(ClassMap.of([LandClass(1, "forêt, claire", "#106b00")]))
    labels = RasterLabels(make_raster("l.tif", values, nodata=-9999), legend=legend)
    class_statistics(labels, str(tmp_path / "s.csv"), html=str(tmp_path / "s.html"))
    rows = rows_of(tmp_path / "s.csv")
    counts = [(values == v).sum() for v in (-3, 1, 200)]
    assert [(int(r["class"]), int(r["pixels"])) for r in rows] == list(zip((-3, 1, 200), counts))
    assert [float(r["percent"]) for r in rows] == pytest.approx(100 * np.array(counts) / sum(counts), abs=1e-3)
    assert [float(r["hectares"]) for r in rows] == pytest.approx(np.array(counts) / 100, abs=1e-3)
    assert (rows[1]["name"], rows[1]["color"], rows[1]["features"]) == ("forêt, claire", "#106b00", "")
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "forêt, claire" in page and f"{counts[1]:,}" in page and "#106b00" in page


def test_degrees_have_no_hectares(make_raster, tmp_path):
    path = make_raster("l.tif", np.array([[1, 2]], np.uint8), pixel_size=(0.1, -0.1), origin=(10, 50), crs="EPSG:4326")
    class_statistics(RasterLabels(path), str(tmp_path / "s.csv"), html=str(tmp_path / "s.html"))
    assert [r["hectares"] for r in rows_of(tmp_path / "s.csv")] == ["", ""]
    assert "hectares" not in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_feet_have_hectares(make_raster):
    path = make_raster("l.tif", np.array([[1, 2]], np.uint8), pixel_size=(1000, -1000), crs="EPSG:2263")
    assert count_classes(RasterLabels(path)).hectares == pytest.approx((1000 * 0.3048006096) ** 2 / 10000)


def test_a_raster_has_no_table_of_features(make_raster, tmp_path):
    labels = RasterLabels(make_raster("l.tif", np.array([[1, 2]], np.uint8)))
    with pytest.raises(InputError, match="the labels are a raster"):
        class_statistics(labels, str(tmp_path / "s.csv"), str(tmp_path / "f.csv"))
    assert not (tmp_path / "s.csv").exists()
