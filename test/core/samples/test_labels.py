"""Reference labels from rasters and features."""

import xml.etree.ElementTree as ElementTree
from collections import Counter

import numpy as np
import pytest
from osgeo import gdal, ogr

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress, remarks
from rasterlearn.core.images.legend import Legend, write_map_style, write_points_style
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples.labels import (
    NOT_ANNOTATED,
    FeatureLabels,
    LabelSource,
    RasterLabels,
    classes_of_points,
    open_labels,
)
from rasterlearn.core.samples.points import Points, read_points
from rasterlearn.jobs import commands  # noqa: F401 - which declares them
from rasterlearn.jobs.job import make_job
from rasterlearn.jobs.naming import QGIS

TRANSFORM = (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0)
LEFT = "((500000 5800000, 500040 5800000, 500040 5799900, 500000 5799900, 500000 5800000))"
RIGHT = "((500080 5800000, 500120 5800000, 500120 5799900, 500080 5799900, 500080 5800000))"
LEFT_3D = "((500000 5800000 7, 500040 5800000 8, 500040 5799900 9, 500000 5799900 7, 500000 5800000 7))"


@pytest.fixture
def grid(wkt):
    return Grid(12, 10, TRANSFORM, wkt("EPSG:32633"))


def halves(left, right, shape=(10, 12)):
    expected = np.full(shape, NOT_ANNOTATED)
    expected[:, :4], expected[:, 8:] = left, right
    return expected


def read(labels):
    return labels.read(labels.grid.window)


class TestFeatures:
    @pytest.fixture
    def features(self, make_vector, grid):
        def make(*values, legend=None):
            rings = (LEFT, RIGHT, LEFT, RIGHT)
            path = make_vector("p.gpkg", [(f"POLYGON {ring}", {"class": v}) for ring, v in zip(rings, values)])
            return FeatureLabels(path, "class", grid, "image.tif", legend)

        return make

    @pytest.mark.parametrize(
        "shape",
        [
            "TIN Z ((({a} 5,{b} 5,{c} 5,{a} 5)),(({a} 5,{c} 5,{d} 5,{a} 5)))",
            "POLYHEDRALSURFACE Z ((({a} 0,{b} 0,{c} 0,{d} 0,{a} 0)),(({a} 0,{a} 3,{b} 3,{b} 0,{a} 0)),"
            "(({a} 3,{b} 3,{c} 3,{d} 3,{a} 3)))",
            "MULTIPOLYGON Z ((({a} 0,{b} 0,{c} 0,{d} 0,{a} 0)),(({a} 3,{b} 3,{c} 3,{d} 3,{a} 3)))",
            "GEOMETRYCOLLECTION Z (TIN Z ((({a} 5,{b} 5,{c} 5,{a} 5))),TRIANGLE Z (({a} 5,{c} 5,{d} 5,{a} 5)))",
            "GEOMETRYCOLLECTION (POLYGON (({a},{b},{c},{d},{a})),POINT EMPTY)",
            "POLYGON ZM (({a} 1 2,{b} 1 2,{c} 1 2,{d} 1 2,{a} 1 2))",
            "MULTISURFACE (CURVEPOLYGON (COMPOUNDCURVE (({a},{b},{c},{d},{a}))))",
        ],
    )
    def test_surfaces_cover_what_is_seen_from_above(self, make_vector, grid, shape):
        corners = dict(zip("abcd", ("500000 5800000", "500040 5800000", "500040 5799900", "500000 5799900")))
        features = [(shape.format(**corners), {"class": 3}), (f"POLYGON {RIGHT}", {"class": 8})]
        labels = FeatureLabels(make_vector("p.gpkg", features), "class", grid, "image.tif")
        assert (read(labels) == halves(0, 1)).all()
        assert labels.missing == 0

    def test_a_wall_covers_nothing_and_is_counted(self, make_vector, grid):
        wall = "POLYHEDRALSURFACE Z (((500000 5800000 0,500000 5800000 9,500040 5800000 9,500000 5800000 0)))"
        features = [(wall, {"class": 3}), (None, {"class": 3}), (f"POLYGON {RIGHT}", {"class": 8})]
        labels = FeatureLabels(make_vector("p.gpkg", features), "class", grid, "image.tif")
        assert labels.classes.values.tolist() == [8] and labels.missing == 2

    @pytest.mark.parametrize(
        ("features", "words"),
        [
            ([(None, {"class": 1}), ("POLYGON EMPTY", {"class": 2})], "No feature .* has a geometry"),
            ([(f"POLYGON {LEFT}", {"class": None}), (None, {"class": 1})], "No feature .* has a geometry"),
            ([(f"POLYGON {LEFT}", {"class": ""})], "no feature with a value in the field"),
        ],
    )
    def test_the_reason_why_no_feature_can_be_used(self, make_vector, grid, features, words):
        with pytest.raises(InputError, match=words):
            FeatureLabels(make_vector("p.gpkg", features), "class", grid, "image.tif")

    def test_text_classes_are_numbered_in_the_order_of_their_names(self, features):
        labels = features("water", "farm")
        assert labels.classes.names == ["farm", "water"]
        assert labels.classes.values.tolist() == [0, 1]
        assert (read(labels) == halves(1, 0)).all()

    def test_a_class_that_is_covered_by_others_still_counts_for_the_numbering(self, features):
        labels = features("city", "farm", "water")
        assert labels.classes.names == ["city", "farm", "water"]
        assert (read(labels) == halves(2, 1)).all()

    def test_text_classes_take_their_values_from_a_legend(self, features):
        legend = Legend({40: LandClass(40, "farm", "#a15c44"), 3: LandClass(3, "water")})
        labels = features("water", "farm", legend=legend)
        assert dict(zip(labels.classes.names, labels.classes.values.tolist())) == {"farm": 40, "water": 3}
        assert labels.classes.colors[1] == "#a15c44"
        assert (read(labels) == halves(0, 1)).all()

    def test_a_legend_without_one_of_the_names_is_refused(self, features):
        with pytest.raises(InputError, match=r"farm"):
            features("water", "farm", legend=Legend({3: LandClass(3, "water")}))

    def test_integer_classes_keep_their_values_and_take_names_from_a_legend(self, features):
        labels = features(200, -5, legend=Legend({200: LandClass(200, "water")}))
        assert labels.classes.values.tolist() == [-5, 200]
        assert labels.classes.names == ["-5", "water"]
        assert (read(labels) == halves(1, 0)).all()

    def test_the_style_beside_the_layer_is_its_legend(self, features, tmp_path):
        classes = ClassMap.of([LandClass(7, "water", "#7fbcfc"), LandClass(2, "farm", "#a15c44")])
        write_points_style(str(tmp_path / "p.qml"), classes, "class")
        assert features(7, 2).classes == classes

    def test_text_classes_take_colors_from_a_categorized_style(self, features):
        assert features("water", "farm", legend=Legend({}, {"water": "#7fbcfc"})).classes.colors[1] == "#7fbcfc"

    def test_names_are_classes_without_what_is_not_shown(self, features):
        labels = features("Wald \u200b", "\ufeff Wasser")
        assert labels.classes.names == ["Wald", "Wasser"]
        assert (read(labels) == halves(0, 1)).all()
        assert (read(features("Wald\u00a0", "Wald")) == halves(0, 0)).all()

    def test_codes_are_names_where_the_legend_has_them_as_names_of_other_values(self, features):
        codes = Legend.of(ClassMap.of([LandClass(0, "1"), LandClass(1, "1.1"), LandClass(2, "2")]))
        assert features("1", "2", legend=codes).classes.values.tolist() == [0, 2]
        assert features("1", "1.1", legend=codes).classes.values.tolist() == [0, 1]
        assert features(1, 2, legend=codes).classes.names == ["1.1", "2"], "numbers are values"
        same = Legend.of(ClassMap.of([LandClass(1), LandClass(2, "water")]))
        assert features("1", "2", legend=same).classes.names == ["1", "water"]
        with pytest.raises(InputError, match="no value for the class.* 3"):
            features("1", "3", legend=codes)

    def test_features_without_a_class_are_not_annotated(self, features):
        labels = features("water", None)
        assert labels.missing == 1
        assert (read(labels) == halves(0, NOT_ANNOTATED)).all()

    def test_heights_and_parts_make_no_difference(self, make_vector, grid):
        path = make_vector(
            "p.gpkg", [(f"POLYGON Z {LEFT_3D}", {"class": 1}), (f"MULTIPOLYGON ({RIGHT})", {"class": 2})]
        )
        assert (read(FeatureLabels(path, "class", grid, "image.tif")) == halves(0, 1)).all()
        both = make_vector("both.gpkg", [(f"MULTIPOLYGON ({LEFT}, {RIGHT})", {"class": 1})])
        assert (read(FeatureLabels(both, "class", grid, "image.tif")) == halves(0, 0)).all()

    @pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32632"])
    def test_features_in_another_crs_lie_where_they_belong(self, make_vector, grid, wkt, crs):
        from osgeo import ogr, osr

        systems = [osr.SpatialReference(wkt(code)) for code in ("EPSG:32633", crs)]
        for system in systems:
            system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        transformation = osr.CoordinateTransformation(*systems)
        features = []
        for value, ring in ((1, LEFT), (2, RIGHT)):
            geometry = ogr.CreateGeometryFromWkt(f"POLYGON {ring}")
            geometry.Transform(transformation)
            features.append((geometry.ExportToWkt(), {"class": value}))
        labels = FeatureLabels(make_vector("p.gpkg", features, crs=crs), "class", grid, "image.tif")
        assert (read(labels) == halves(0, 1)).all()

    def test_features_without_crs_are_refused_naming_both(self, make_vector, grid):
        path = make_vector("p.shp.gpkg", [(f"POLYGON {LEFT}", {"class": 1})])
        with pytest.raises(InputError, match=r"image.tif. has no coordinate reference system, but .p.shp.gpkg"):
            FeatureLabels(path, "class", Grid(12, 10, TRANSFORM), "image.tif")

    @pytest.mark.parametrize("seed", range(3))
    def test_a_window_is_a_part_of_the_whole(self, features, seed):
        labels, rng = features("water", "farm"), np.random.default_rng(seed)
        x, y = int(rng.integers(0, 12)), int(rng.integers(0, 10))
        window = Window(x, y, int(rng.integers(1, 13 - x)), int(rng.integers(1, 11 - y)))
        assert (labels.read(window) == read(labels)[window.slices]).all()

    def test_polygons_cover_the_same_pixels_as_in_otb(self, reference):
        """OTB counts pixels under two polygons twice, so classes with overlaps have fewer here."""
        totals = ElementTree.parse(reference / "polygon_class_statistics.xml").find(
            "Statistic[@name='samplesPerClass']"
        )
        expected = {int(e.get("key")): int(e.get("value")) for e in totals}
        with RasterReader(str(reference / "image_10m.tif")) as reader:
            labels = FeatureLabels(str(reference / "polygons.gpkg"), "code", reader.grid, reader.name)
        counts = np.bincount(read(labels).ravel() + 1)[1:]
        found = dict(zip(labels.classes.values.tolist(), counts.tolist()))
        assert [k for k in expected if found[k] == expected[k]] == [7203, 7205, 7218]
        assert all(found[k] <= expected[k] for k in expected)


class TestRasters:
    VALUES = np.array([[1, 5, 200], [1, 1, 255]], np.uint8)

    def test_values_become_indices_and_nodata_is_not_annotated(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", self.VALUES, nodata=255))
        assert labels.classes.values.tolist() == [1, 5, 200]
        assert read(labels).tolist() == [[0, 1, 2], [0, 0, NOT_ANNOTATED]]

    def test_a_given_nodata_value_replaces_the_rasters_own(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", self.VALUES, nodata=255), nodata=1)
        assert labels.classes.values.tolist() == [5, 200, 255]
        assert read(labels)[0].tolist() == [NOT_ANNOTATED, 0, 1]

    def test_class_0_is_a_class_beside_nodata_255(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", np.array([[0, 255, 1]], np.uint8), nodata=255))
        assert labels.classes.values.tolist() == [0, 1]
        assert read(labels).tolist() == [[0, NOT_ANNOTATED, 1]]

    def test_class_0_is_missing_where_0_is_nodata(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", np.array([[0, 2, 1]], np.uint8)), nodata=0)
        assert labels.classes.values.tolist() == [1, 2]
        assert read(labels).tolist() == [[NOT_ANNOTATED, 1, 0]]

    def test_negative_values_are_classes(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", np.array([[-7, 3, -9999]], np.int16), nodata=-9999))
        assert labels.classes.values.tolist() == [-7, 3]

    def test_whole_numbers_in_a_float_raster_are_classes_and_nan_is_none(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", np.array([[2, np.nan, 1, -1]], np.float32), nodata=-1))
        assert labels.classes.values.tolist() == [1, 2]
        assert read(labels).tolist() == [[1, NOT_ANNOTATED, 0, NOT_ANNOTATED]]

    def test_decimals_are_refused_naming_the_raster(self, make_raster):
        with pytest.raises(InputError, match=r"labels.tif. have decimal numbers"):
            RasterLabels(make_raster("labels.tif", np.array([[1, 2.5]], np.float32))).classes  # noqa: B018

    def test_values_beyond_32_bits_are_refused_with_one(self, make_raster):
        labels = RasterLabels(make_raster("labels.tif", np.array([[1, 1e30]], np.float64)))
        with pytest.raises(InputError, match=r"beyond 32-bit integers, such as 1e\+30"):
            _ = labels.classes

    def test_an_empty_label_raster_is_refused_with_its_nodata_value(self, make_raster):
        with pytest.raises(InputError, match=r"labels.tif. have no labelled pixel: .*255"):
            RasterLabels(make_raster("labels.tif", np.full((3, 3), 255, np.uint8), nodata=255)).classes  # noqa: B018

    def test_an_image_instead_of_labels_is_refused_with_the_number_of_values(self, make_raster):
        with pytest.raises(InputError, match=r"more than 1000 different values"):
            RasterLabels(make_raster("image.tif", np.arange(1200, dtype=np.uint16).reshape(30, 40))).classes  # noqa: B018

    def test_an_image_instead_of_labels_is_not_read_to_its_end(self, make_raster, monkeypatch):
        labels = RasterLabels(make_raster("image.tif", np.arange(600_000, dtype=np.int32).reshape(2000, 300)))
        read, strips = labels._read_values, []
        monkeypatch.setattr(labels, "_read_values", lambda window: strips.append(window) or read(window))
        with pytest.raises(InputError, match=r"more than 1000 different values; at most 1000 classes"):
            _ = labels.classes
        assert len(strips) == 1

    def test_a_thousand_classes_and_nodata_are_not_too_many(self, make_raster):
        values = np.r_[np.arange(1000), [5000] * 24].astype(np.uint16).reshape(32, 32)
        assert len(RasterLabels(make_raster("l.tif", values, nodata=5000)).classes) == 1000

    def test_classes_of_all_blocks_are_found(self, make_raster):
        values = np.zeros((600, 3), np.uint8)
        values[300], values[599, 2] = 9, 4
        assert RasterLabels(make_raster("labels.tif", values)).classes.values.tolist() == [0, 4, 9]

    def test_names_and_colors_come_from_the_style_beside(self, make_raster, tmp_path):
        classes = ClassMap.of([LandClass(1, "water", "#7fbcfc"), LandClass(5, "farm", "#a15c44"), LandClass(9, "x")])
        write_map_style(str(tmp_path / "labels.qml"), classes)
        labels = RasterLabels(make_raster("labels.tif", self.VALUES, nodata=255))
        assert labels.classes.names == ["water", "farm", "200"]
        assert labels.classes.colors[:2] == ["#7fbcfc", "#a15c44"]

    def test_names_and_colors_come_from_the_attribute_table_unless_a_legend_has_them(self, tmp_path):
        classes = ClassMap.of([LandClass(v, n, c) for v, n, c in ((1, "a", "#111111"), (5, "b", "#222222"))])
        with RasterWriter(
            str(tmp_path / "labels.tif"), Grid(2, 1), RasterProfile(1, np.uint8, classes=classes)
        ) as writer:
            writer.write(0, 0, np.array([[1, 5]], np.uint8))
        assert RasterLabels(str(tmp_path / "labels.tif")).classes == classes
        legend = Legend({5: LandClass(5, "mine")})
        labels = RasterLabels(str(tmp_path / "labels.tif"), legend=legend)
        assert labels.classes.names == ["a", "mine"]
        assert labels.classes.colors == ["#111111", "#222222"]

    def test_values_that_share_a_name_are_different_classes_and_this_is_said(self, make_raster):
        path = make_raster("l.tif", np.array([[1, 2, 3, 4]], np.uint8))
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetCategoryNames(["", "Forest", "Water", "Forest", "", "Unused", "Unused"])
        del dataset
        events = []
        with remarks.heard_by(Progress(events.append)):
            assert RasterLabels(path).classes.names == ["Forest (1)", "Water", "Forest (3)", "4"]
            assert RasterLabels(path).classes.values.tolist() == [1, 2, 3, 4]
        assert [event["event"] for event in events] == ["warning"]
        assert "“l.tif”" in events[0]["text"] and "Forest (1), Forest (3)." in events[0]["text"]

    def test_names_shared_by_values_that_no_pixel_has_are_not_spoken_of(self, make_raster):
        path = make_raster("l.tif", np.array([[1, 2]], np.uint8))
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetCategoryNames(["Unused", "Forest", "Water", "Unused"])
        del dataset
        events = []
        with remarks.heard_by(Progress(events.append)):
            assert RasterLabels(path).classes.names == ["Forest", "Water"]
        assert events == []


class TestOpening:
    def test_a_raster_or_features_open(self, make_raster, make_vector):
        raster = make_raster("labels.tif", np.array([[1, 5]], np.uint8))
        vector = make_vector("p.gpkg", [(f"POLYGON {LEFT}", {"class": 1})])
        assert open_labels(LabelSource(raster), None).name == "labels.tif"
        labels = open_labels(LabelSource(None, vector, "class"), raster)
        assert (labels.name, labels.grid.width) == ("p.gpkg", 2)

    @pytest.mark.parametrize(("raster", "features"), [(None, None), ("", ""), ("a.tif", "b.gpkg")])
    def test_exactly_one_of_raster_and_features_is_needed(self, raster, features):
        with pytest.raises(InputError, match=r"exactly one"):
            open_labels(LabelSource(raster, features, "class"), "image.tif")

    def test_features_need_a_field_and_an_image(self, named):
        named(QGIS, "selectsamples")
        with pytest.raises(InputError, match=r"FIELD"):
            open_labels(LabelSource(None, "b.gpkg", ""), "image.tif")
        with pytest.raises(InputError, match=r"IMAGE"):
            open_labels(LabelSource(None, "b.gpkg", "class"), None)

    def test_features_have_no_nodata(self):
        with pytest.raises(InputError, match="NODATA is a value of label rasters, received 0, but the labels are feat"):
            open_labels(LabelSource(None, "b.gpkg", "class", 0.0), "image.tif")


class TestPoints:
    def points(self, **fields):
        n = len(fields["class"])
        return Points("p", np.zeros(n), np.zeros(n), "", fields)

    def test_each_point_gets_the_index_of_its_class(self):
        classes, indices = classes_of_points(self.points(**{"class": [200, -5, 200, 7]}), "class")
        assert classes.values[indices].tolist() == [200, -5, 200, 7]

    def test_names_and_colors_come_from_the_fields_of_select_samples(self):
        points = self.points(
            **{"class": [200, 5, 200], "name": ["water", None, "water"], "color": ["#7fbcfc", "", None]}
        )
        classes, _ = classes_of_points(points, "class")
        assert classes.names == ["5", "water"]

    def test_a_legend_replaces_the_fields(self):
        points = self.points(**{"class": [1, 5], "name": ["a", "b"]})
        classes, _ = classes_of_points(points, "class", Legend({5: LandClass(5, "mine", "#123456")}))
        assert classes.names == ["1", "mine"]
        assert classes.colors[1] == "#123456"

    def test_text_classes_are_numbered_by_name_and_colored_by_the_field(self):
        points = self.points(**{"class": ["water", "farm"], "color": ["#7fbcfc", "#a15c44"]})
        classes, indices = classes_of_points(points, "class")
        assert classes.names == ["farm", "water"]
        assert classes.colors == ["#a15c44", "#7fbcfc"]
        assert indices.tolist() == [1, 0]

    def test_texts_that_were_numbered_separately_are_not_one_class(self):
        merged = {"class": [0, 1, 0, 1], "name": ["bare", "forest", "bare", "water"]}
        edited = classes_of_points(self.points(**merged), "class")[0]  # by a user, in samples of one layer
        assert edited.names == ["0", "1"] and not edited.is_numbered
        merged |= {"layer": ["a", "a", "b", "b"], "path": ["a.gpkg", "a.gpkg", "b.gpkg", "b.gpkg"]}
        with pytest.raises(
            InputError, match=r"class value 1 stands for several classes \(forest, water\).*field “name”"
        ):
            classes_of_points(self.points(**merged), "class")
        classes, indices = classes_of_points(self.points(**merged), "name")
        assert classes.names == ["bare", "forest", "water"] and indices.tolist() == [0, 1, 0, 2]
        merged["name"] = ["bare", "forest", "forest", "forest"]
        with pytest.raises(InputError, match=r"class value 0 stands for several classes \(bare, forest\)"):
            classes_of_points(self.points(**merged), "class")
        merged["name"] = ["bare", "forest", "bare", None]
        assert classes_of_points(self.points(**merged), "class")[0].values.tolist() == [0, 1]
        merged |= {"class": [0, 1, 2, 1], "name": ["bare", "forest", "bare", "forest"]}
        with pytest.raises(InputError, match=r"class name bare stands for several classes \(0, 2\)"):
            classes_of_points(self.points(**merged), "class")


def test_a_point_without_a_class_is_refused(make_vector):
    points = read_points(make_vector("p.gpkg", [("POINT(0 0)", {"k": "a"}), ("POINT(1 1)", {"k": " "})]))
    with pytest.raises(InputError, match="1 point.* without a value"):
        classes_of_points(points, "k")


def test_fields_of_the_user_that_happen_to_be_called_name_and_color(make_vector):
    rows = [(1, "Berlin", "red"), (2, "Berlin", "#fff"), (1, "Potsdam", "blue")]
    features = [(f"POINT({i} 0)", {"class": c, "name": n, "color": k}) for i, (c, n, k) in enumerate(rows)]
    classes, indices = classes_of_points(read_points(make_vector("p.gpkg", features)), "class")
    assert classes.names == ["1", "2"]
    assert indices.tolist() == [0, 1, 0]


def test_curved_polygons_cover_their_pixels(make_vector, make_raster):
    ring = "500000 5799900, 500100 5799900, 500100 5800000, 500000 5800000, 500000 5799900"
    curved = make_vector("curved.gpkg", [(f"CURVEPOLYGON(({ring}))", {"k": 1})])
    with RasterReader(make_raster("i.tif", np.ones((20, 20), np.uint8))) as reader:
        labels = FeatureLabels(curved, "k", reader.grid, "i.tif")
    assert (labels.read(labels.grid.window) == 0).sum() == 100


def test_names_that_differ_in_invisible_blanks_are_one_class(make_vector, make_raster):
    square = "POLYGON((500000 5800000, 500050 5800000, 500050 5799950, 500000 5799950, 500000 5800000))"
    names = ["forêt\u00a0dense", "forêt dense", " forêt\tdense ", "for\u00adêt dense"]
    polygons = make_vector("p.gpkg", [(square, {"k": name}) for name in names])
    with RasterReader(make_raster("i.tif", np.ones((20, 20), np.uint8))) as reader:
        labels = FeatureLabels(polygons, "k", reader.grid, "i.tif")
    assert labels.classes.names == ["forêt dense"]


@pytest.mark.parametrize(
    ("codes", "judged"),
    [
        (["1.1", "1.2", "2.1"], [0, 1, 2]),
        (["1", "1.1", "2"], [0, 2]),
        (["011", "1e1", "1_1", "+1", "inf", "2.0"], [1, 5]),
    ],
)
def test_codes_stay_text_from_labels_to_points_model_map_and_accuracy(
    codes, judged, make_raster, make_vector, tmp_path
):
    width, rng = 20 * len(codes), np.random.default_rng(0)
    bands = np.arange(width)[np.newaxis].repeat(20, 0) // 20 * 100 + rng.integers(0, 20, (20, width))
    image = make_raster("image.tif", bands.astype(np.uint16))
    boxes = {}
    for number, code in enumerate(codes):
        x0, x1 = 500000 + 200 * number, 500200 + 200 * number
        ring = f"(({x0} 5800000, {x1} 5800000, {x1} 5799800, {x0} 5799800, {x0} 5800000))"
        boxes[code] = (f"POLYGON {ring}", {"code": code})
    labels = make_vector("labels.gpkg", list(boxes.values()))
    reference = make_vector("reference.gpkg", [boxes[codes[number]] for number in judged])
    points, values, model, mapped = (str(tmp_path / name) for name in ("p.gpkg", "v.gpkg", "m.rlmodel", "map.tif"))

    def run(command, **job):
        return make_job(command, job).run(Progress())

    run("selectsamples", label_features=labels, field="code", image=image, output=points, count=50, patch_size=1)
    run("extractvalues", points=points, images=[image], output=values)
    run("trainforest", samples=values, output=model, trees=5)
    run("applymodel", images=[image], model=model, output=mapped)
    assert [c.name for c in read_legend(mapped).values()] == sorted(codes)
    found = run("accuracy", map=mapped, reference_features=reference, field="code")
    assert found["OVERALL_ACCURACY"] == 1


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("at_once", [64, 2])
def test_overlapping_features_cover_the_pixels_that_gdal_burns_for_each_alone(monkeypatch, grid, at_once, seed):
    from rasterlearn.core.raster import disjoint_boxes
    from rasterlearn.core.samples import label_features

    monkeypatch.setattr(disjoint_boxes, "_GROUPS_AT_ONCE", at_once)  # the rest is burned one by one
    monkeypatch.setattr(label_features, "TILE_COLUMNS", 5)
    monkeypatch.setattr(label_features, "ROWS_AT_ONCE", 4)
    rng = np.random.default_rng(seed)
    shapes = []
    for number in range(40):
        x, y = rng.uniform(499980, 500120), rng.uniform(5799900, 5800020)
        corners = [(x + dx, y + dy) for dx, dy in rng.uniform(-35, 35, (3, 2))]
        ring = ", ".join(f"{a} {b}" for a, b in [*corners, corners[0]])
        shapes.append((f"POLYGON(({ring}))", f"LINESTRING({ring})", f"POINT({x} {y})")[(0, 0, 1, 2)[number % 4]])
    geometries = [ogr.CreateGeometryFromWkt(shape) for shape in shapes]
    burned = label_features.BurnedFeatures(grid, None, geometries, range(40))
    few = label_features.BurnedFeatures(grid, None, geometries, [number % 3 for number in range(40)])

    def pixels_of(geometry):
        source = ogr.GetDriverByName("Memory").CreateDataSource("one")
        layer = source.CreateLayer("one", None, ogr.wkbUnknown)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(geometry)
        layer.CreateFeature(feature)
        target = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1, gdal.GDT_Byte)
        target.SetGeoTransform(grid.geotransform)
        how = ["ALL_TOUCHED=TRUE"] if geometry.GetDimension() == 1 else []
        gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=how)
        return np.flatnonzero(np.frombuffer(target.ReadRaster(), np.uint8))

    expected = [pixels_of(geometry) for geometry in geometries]
    positions, values, times = burned.covered(grid.window)
    assert sorted(zip(positions.tolist(), values.tolist())) == list(zip(positions.tolist(), values.tolist()))
    assert (times == 1).all()
    for number, pixels in enumerate(expected):
        assert positions[values == number].tolist() == pixels.tolist()
    assert burned.pixel_counts().tolist() == [len(pixels) for pixels in expected]
    listed = Counter((pixel, number % 3) for number, pixels in enumerate(expected) for pixel in pixels.tolist())
    positions, values, times = few.covered(grid.window)
    assert list(zip(positions.tolist(), values.tolist(), times.tolist())) == sorted((*k, n) for k, n in listed.items())
