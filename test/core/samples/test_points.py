"""Points and labelled features read, points written."""

import numpy as np
import pytest
from osgeo import ogr

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.raster.crs import same_crs
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples import points as points_module
from rasterlearn.core.samples.label_features import NOT_BURNED, LabelFeatures
from rasterlearn.core.samples.points import PointFile, Points, class_keys, read_points, write_points

TRANSFORM = (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0)


def points_of(**fields):
    n = len(next(iter(fields.values())))
    return Points("points", np.arange(n) + 0.25, np.arange(n) * -2.5, "", fields)


def rectangle(column, row, width, height):
    """WKT of whole pixels of the grid with the corner 500000, 5800000."""
    left, top = 500000 + 10 * column, 5800000 - 10 * row
    right, bottom = left + 10 * width, top - 10 * height
    return f"(({left} {top}, {right} {top}, {right} {bottom}, {left} {bottom}, {left} {top}))"


def polygon(*args):
    return "POLYGON " + rectangle(*args)


@pytest.fixture
def utm33(wkt):
    return wkt("EPSG:32633")


class TestPoints:
    def test_points_come_back_with_all_fields_missing_values_and_tags(self, tmp_path, utm33):
        rng = np.random.default_rng(0)
        fields = {
            "class": [200, None, -5],
            "name": ["Wälder & <Moor>", "", None],
            "share": [0.1, 1e-300, None],
            "empty": [None, None, None],
        }
        points = Points("p", *rng.uniform(-1e6, 1e7, (2, 3)), utm33, fields, {"SOURCE": {"ä": [1, None]}})
        path = str(tmp_path / "points.gpkg")
        write_points(path, points)
        read = read_points(path)
        assert read.fields == fields
        assert read.x.tolist() == points.x.tolist()
        assert read.y.tolist() == points.y.tolist()
        assert read.tags == points.tags
        assert same_crs(read.crs, utm33)
        assert read.name == "points.gpkg"

    def test_whole_numbers_stay_whole_and_mixed_ones_become_real(self, tmp_path):
        path = str(tmp_path / "points.gpkg")
        write_points(path, points_of(whole=[1, 2**40], mixed=[1, 2.5]))
        assert [type(v) for v in read_points(path).fields["whole"]] == [int, int]
        assert read_points(path).fields["mixed"] == [1.0, 2.5]

    def test_no_points_can_be_written_but_not_read(self, tmp_path):
        path = str(tmp_path / "points.gpkg")
        write_points(path, points_of(a=[1]).take(np.array([], int)))
        with pytest.raises(InputError, match=r"points.gpkg.*has no points"):
            read_points(path)

    @pytest.mark.parametrize("name", ["points.shp", "points.geojson", "points"])
    def test_another_format_is_refused_naming_the_file(self, tmp_path, name):
        with pytest.raises(OutputError, match=rf"gpkg, received .{name}"):
            write_points(str(tmp_path / name), points_of(a=[1]))

    def test_a_missing_folder_is_an_output_error(self, tmp_path):
        with pytest.raises(OutputError, match=r"points.gpkg"):
            write_points(str(tmp_path / "nowhere" / "points.gpkg"), points_of(a=[1]))

    def test_take_keeps_points_and_values_together(self):
        taken = points_of(a=[10, 11, 12], b=["x", "y", "z"]).take(np.array([2, 0]))
        assert taken.x.tolist() == [2.25, 0.25]
        assert taken.y.tolist() == [-5.0, 0.0]
        assert taken.fields == {"a": [12, 10], "b": ["z", "x"]}
        assert len(taken) == 2

    def test_an_unknown_field_is_refused_naming_the_known_ones(self):
        with pytest.raises(InputError, match=r"no field .klass.; it has a, b"):
            points_of(a=[1], b=[1]).column("klass")

    def test_each_point_of_a_multipoint_counts_and_empty_geometries_do_not(self, make_vector):
        features = [("MULTIPOINT ((1 2), (3 4))", {"a": 7}), (None, {"a": 8}), ("POINT Z (5 6 100)", {"a": 9})]
        points = read_points(make_vector("p.gpkg", features))
        assert points.x.tolist() == [1, 3, 5]
        assert points.y.tolist() == [2, 4, 6]
        assert points.fields["a"] == [7, 7, 9]

    def test_polygons_are_refused_naming_their_type(self, make_vector):
        with pytest.raises(InputError, match=r"p.gpkg.*type Polygon; expected points"):
            read_points(make_vector("p.gpkg", [(polygon(0, 0, 1, 1), {"a": 1})]))

    def test_points_are_reprojected_with_longitude_first(self, make_vector, utm33):
        path = make_vector("p.gpkg", [("POINT (15 0)", {"a": 1}), ("POINT (15 52.5)", {"a": 1})], crs="EPSG:4326")
        points = read_points(path, utm33, "image.tif")
        assert points.x == pytest.approx([500000, 500000], abs=1e-3)
        assert points.y[0] == pytest.approx(0, abs=1e-3)
        assert 5_816_000 < points.y[1] < 5_817_000
        assert same_crs(points.crs, utm33)

    def test_points_that_do_not_exist_in_the_crs_lie_at_infinity(self, make_vector, utm33):
        spots = [("POINT (15 52)", {"a": 1}), ("POINT (15 95)", {"a": 2})]
        points = read_points(make_vector("p.gpkg", spots, crs="EPSG:4326"), utm33, "image.tif")
        assert np.isfinite(points.x).tolist() == [True, False]
        grid = Grid(10, 10, TRANSFORM, utm33)
        assert grid.pixel_of(points.x, points.y)[0][1] not in range(10)
        with pytest.raises(InputError, match=r"q.gpkg. has no coordinates that can be reprojected"):
            read_points(make_vector("q.gpkg", spots[1:], crs="EPSG:4326"), utm33, "image.tif")

    @pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
    def test_points_at_infinity_are_written_without_geometry(self, tmp_path, utm33, odd):
        path = str(tmp_path / "p.gpkg")
        write_points(path, Points("p", np.array([5e5, odd]), np.array([5.8e6, 5.8e6]), utm33, {"a": [1, 2]}))
        assert read_points(path).fields["a"] == [1]

    def test_points_keep_their_own_crs_if_none_is_requested(self, make_vector, wkt):
        points = read_points(make_vector("p.gpkg", [("POINT (15 52.5)", {"a": 1})], crs="EPSG:4326"))
        assert points.x.tolist() == [15]
        assert same_crs(points.crs, wkt("EPSG:4326"))

    def test_points_without_crs_for_an_image_with_one_are_refused_and_the_other_way_round(self, tmp_path, utm33):
        bare, known = str(tmp_path / "bare.gpkg"), str(tmp_path / "known.gpkg")
        write_points(bare, points_of(a=[1]))
        write_points(known, Points("p", np.zeros(1), np.zeros(1), utm33, {"a": [1]}))
        with pytest.raises(InputError, match=r"bare.gpkg. has no coordinate reference .*image.tif.*EPSG:32633"):
            read_points(bare, utm33, "image.tif")
        with pytest.raises(InputError, match=r"image.tif. has no coordinate reference .*known.gpkg.*EPSG:32633"):
            read_points(known, "", "image.tif")
        assert len(read_points(bare, "", "image.tif")) == 1

    def test_a_layer_is_chosen_by_name(self, make_vector):
        path = make_vector("p.gpkg", [("POINT (1 2)", {"a": 1})], layer="mine")
        assert read_points(path + "|layername=mine").x.tolist() == [1]
        with pytest.raises(InputError, match=r"p.gpkg.*no layer .other."):
            read_points(path + "|layername=other")

    def test_a_condition_and_the_number_of_a_layer_are_respected(self, make_vector):
        spots = [(f"POINT ({n} 2)", {"a": n, "b": "x|y"}) for n in range(4)]
        path = make_vector("p.gpkg", spots, layer="mine")
        assert read_points(path + "|layername=mine|subset=a > 1 AND b = 'x|y'").x.tolist() == [2, 3]
        assert read_points(path + "|layerid=0").x.tolist() == [0, 1, 2, 3]
        assert read_points(path + '|subset="a" = 3').x.tolist() == [3]
        with pytest.raises(InputError, match=r"p.gpkg.*no layer .7."):
            read_points(path + "|layerid=7")
        with pytest.raises(InputError, match=r"condition .a >>. for .p.gpkg. is not understood"):
            read_points(path + "|subset=a >>")
        with pytest.raises(InputError, match=r"p.gpkg.geometrytype=Point. is not understood"):
            read_points(path + "|geometrytype=Point")

    @pytest.mark.parametrize("content", [None, b"", b"text"])
    def test_an_unreadable_file_is_refused_naming_it(self, tmp_path, content):
        if content is not None:
            (tmp_path / "p.gpkg").write_bytes(content)
        with pytest.raises(InputError, match=r"p.gpkg.*cannot be opened"):
            read_points(str(tmp_path / "p.gpkg"))


class TestClassKeys:
    @pytest.mark.parametrize(
        ("raw", "keys"),
        [
            ([3, -1], [3, -1]),
            ([3.0, -1.0], [3, -1]),
            (["3", " -1 "], [3, -1]),
            (["3", "farm"], ["3", "farm"]),
            ([" farm ", "Wälder"], ["farm", "Wälder"]),
            (["nan", "inf"], ["nan", "inf"]),
            ([2**53, 2**53 + 1, -(2**62) - 1], [2**53, 2**53 + 1, -(2**62) - 1]),
            (["9007199254740993", "0", "-7"], [2**53 + 1, 0, -7]),
            (["9007199254740993", "1e3", "2.0"], ["9007199254740993", "1e3", "2.0"]),
            (["1", "99999999999999999999"], ["1", "99999999999999999999"]),
            (["1.1", "1.2", "2.1"], ["1.1", "1.2", "2.1"]),
            (["1", "1_1"], ["1", "1_1"]),
            (["011", "111"], ["011", "111"]),
            (["+1", "1"], ["+1", "1"]),
            (["1,5", "2"], ["1,5", "2"]),
            (["١", "٢"], ["١", "٢"]),
            (["\ufeff1", "2\u200b ", "\u00a03"], [1, 2, 3]),
        ],
    )
    def test_whole_numbers_are_integers_and_all_else_is_text(self, raw, keys):
        found = class_keys(points_of(a=raw), "a")
        assert found == keys
        assert [type(k) for k in found] == [type(k) for k in keys]

    def test_decimals_are_refused_naming_the_field(self):
        with pytest.raises(InputError, match=r"field .share. of .points. has decimal numbers"):
            class_keys(points_of(share=[0.5, 1.0]), "share")

    def test_missing_classes_are_refused_with_their_number(self):
        with pytest.raises(InputError, match=r"points.*has 2 point.*without a value in .a."):
            class_keys(points_of(a=[1, None, None]), "a")
        with pytest.raises(InputError, match=r"points.*has 1 point.*without a value in .a."):
            class_keys(points_of(a=[1.0, float("nan")]), "a")

    @pytest.mark.parametrize("value", [float("inf"), 1e30])
    def test_numbers_that_do_not_fit_an_integer_are_refused(self, value):
        with pytest.raises(InputError, match=r"numbers beyond 64 bits, such as (inf|1e\+30)"):
            class_keys(points_of(a=[1.0, value]), "a")


class TestLabelFeatures:
    GRID = (12, 10, TRANSFORM)

    def burn(self, path, utm33, window=None, crs="EPSG:32633"):
        grid = Grid(*self.GRID, utm33)
        features = LabelFeatures(path, "class", utm33, "image.tif")
        burned = features.burn_on(grid, {key: int(key) for key in features.keys})
        return burned.read(window or grid.window)

    def test_a_polygon_covers_the_pixels_whose_centers_are_inside(self, make_vector, utm33):
        path = make_vector(
            "p.gpkg", [(polygon(2, 3, 4, 5), {"class": 7}), (polygon(8.45, 0.55, 2.1, 1), {"class": -9})]
        )
        expected = np.full((10, 12), NOT_BURNED)
        expected[3:8, 2:6] = 7
        expected[1, 8:11] = -9
        assert (self.burn(path, utm33) == expected).all()

    def test_where_features_overlap_the_later_one_counts(self, make_vector, utm33):
        path = make_vector("p.gpkg", [(polygon(0, 0, 4, 4), {"class": 1}), (polygon(2, 2, 4, 4), {"class": 2})])
        burned = self.burn(path, utm33)
        assert burned[3, 3] == 2
        assert burned[1, 1] == 1

    @pytest.mark.parametrize("seed", range(5))
    def test_block_by_block_gives_the_same_as_all_at_once(self, make_vector, utm33, seed):
        rng = np.random.default_rng(seed)
        features = []
        for number in range(12):
            x, y = 500000 + rng.uniform(-20, 140, 4), 5800000 - rng.uniform(-20, 120, 4)
            ring = ", ".join(f"{a} {b}" for a, b in zip([*x, x[0]], [*y, y[0]]))
            features.append((f"POLYGON (({ring}))", {"class": number}))
        path = make_vector("p.gpkg", features)
        whole = self.burn(path, utm33)
        assert len(np.unique(whole)) > 3
        for block in Window(0, 0, 12, 10).blocks(5, 3):
            assert (self.burn(path, utm33, block) == whole[block.slices]).all()

    def test_points_cover_their_pixel_and_lines_the_pixels_they_cross(self, make_vector, utm33):
        features = [
            ("POINT (500035 5799985)", {"class": 1}),
            ("LINESTRING (500005 5799955, 500085 5799955)", {"class": 2}),
        ]
        burned = self.burn(make_vector("p.gpkg", features), utm33)
        expected = np.full((10, 12), NOT_BURNED)
        expected[1, 3], expected[4, 0:9] = 1, 2
        assert (burned == expected).all()

    def test_features_without_class_or_geometry_are_left_out_and_counted(self, make_vector, utm33):
        features = [
            (polygon(0, 0, 2, 2), {"class": "4"}),
            (polygon(3, 0, 2, 2), {"class": None}),
            (polygon(6, 0, 2, 2), {"class": "  "}),
            (None, {"class": "4"}),
            ("POLYGON EMPTY", {"class": "4"}),
        ]
        path = make_vector("p.gpkg", features)
        assert LabelFeatures(path, "class", utm33, "image.tif").missing == 4
        assert (self.burn(path, utm33) != NOT_BURNED).sum() == 4

    def test_nan_is_a_missing_class(self, make_vector, utm33):
        classes = [4.0, float("nan"), 5.0]
        path = make_vector("p.gpkg", [(polygon(3 * i, 0, 2, 2), {"class": c}) for i, c in enumerate(classes)])
        features = LabelFeatures(path, "class", utm33, "image.tif")
        assert (features.keys, features.missing) == ([4, 5], 1)

    def test_large_classes_are_not_merged(self, make_vector, utm33):
        classes = [2**53, 2**53 + 1]
        path = make_vector("p.gpkg", [(polygon(3 * i, 0, 2, 2), {"class": c}) for i, c in enumerate(classes)])
        assert LabelFeatures(path, "class", utm33, "image.tif").keys == classes

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL notes no extent for these
    @pytest.mark.parametrize("odd", [np.inf, np.nan])
    def test_features_with_impossible_coordinates_are_left_out(self, make_vector, tmp_path, utm33, odd):
        path = make_vector("p.gpkg", [(polygon(2, 3, 4, 5), {"class": 7})])
        source = ogr.Open(path, 1)
        layer = source.GetLayer(0)
        ring, geometry = ogr.Geometry(ogr.wkbLinearRing), ogr.Geometry(ogr.wkbPolygon)
        for x, y in ((5e5, 5.8e6), (odd, 5.8e6), (5e5 + 50, 5.8e6 - 50), (5e5, 5.8e6)):
            ring.AddPoint_2D(x, y)
        geometry.AddGeometry(ring)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("class", 9)
        feature.SetGeometry(geometry)
        layer.CreateFeature(feature)
        del feature, layer, source
        features = LabelFeatures(path, "class", utm33, "image.tif")
        assert (features.keys, features.missing) == ([7], 1)
        assert (self.burn(path, utm33) == 7).sum() == 20

    def test_features_that_do_not_exist_in_the_crs_are_left_out(self, make_vector, utm33):
        beyond = "POLYGON ((14 52, 16 52, 16 95, 14 52))"
        path = make_vector("p.gpkg", [("POINT (15 52.34)", {"class": 1}), (beyond, {"class": 2})], crs="EPSG:4326")
        features = LabelFeatures(path, "class", utm33, "image.tif")
        assert (features.keys, features.missing) == ([1], 1)
        path = make_vector("q.gpkg", [(beyond, {"class": 2})], crs="EPSG:4326")
        with pytest.raises(InputError, match=r"q.gpkg. has no coordinates that can be reprojected"):
            LabelFeatures(path, "class", utm33, "image.tif")

    @pytest.mark.parametrize(
        "world",
        [
            "POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))",
            "POLYGON ((-100 -80, 170 -80, 170 89, -100 89, -100 -80))",
            "POLYGON ((10 40, 20 40, 20 95, 10 95, 10 40))",
            "POLYGON ((5 45, 25 45, 25 60, 5 60, 5 45))",
        ],
    )
    def test_a_polygon_as_large_as_the_world_covers_the_image(self, make_vector, utm33, world):
        path, grid = make_vector("p.gpkg", [(world, {"class": 1})], crs="EPSG:4326"), Grid(*self.GRID, utm33)
        features = LabelFeatures(path, "class", utm33, "image.tif", grid.extent)
        assert features.missing == 0
        assert (features.burn_on(grid, {1: 1}).read(grid.window) == 1).all()

    def test_no_class_at_all_is_refused(self, make_vector, utm33):
        path = make_vector("p.gpkg", [(polygon(0, 0, 1, 1), {"class": " "})])
        with pytest.raises(InputError, match=r"p.gpkg.*no feature with a value in the field .class."):
            LabelFeatures(path, "class", utm33, "image.tif")

    def test_an_unknown_field_is_refused_naming_the_known_ones(self, make_vector, utm33):
        path = make_vector("p.gpkg", [(polygon(0, 0, 1, 1), {"kind": 1, "note": "x"})])
        with pytest.raises(InputError, match=r"p.gpkg.*no field .class.; it has kind, note"):
            LabelFeatures(path, "class", utm33, "image.tif")

    def test_decimals_are_refused(self, make_vector, utm33):
        path = make_vector("p.gpkg", [(polygon(0, 0, 1, 1), {"class": 1.5})])
        with pytest.raises(InputError, match=r"field .class. of .p.gpkg. has decimal numbers"):
            LabelFeatures(path, "class", utm33, "image.tif")


class TestPointFile:
    def test_each_crs_is_read_once(self, make_vector, utm33, monkeypatch):
        path = make_vector("p.gpkg", [("POINT (15 52)", {"a": 1}), ("POINT (15.1 52.1)", {"a": 2})], crs="EPSG:4326")
        wgs84, expected = read_points(path).crs, read_points(path, utm33, "image.tif")
        read = []
        monkeypatch.setattr(points_module, "read_points", lambda *given: read.append(given) or read_points(*given))
        file = PointFile(path)
        for _ in range(2):
            own, same, other = file.read(), file.read(wgs84, "a.tif"), file.read(utm33, "image.tif")
        assert read == [(path, None, ""), (path, utm33, "image.tif")]
        assert (same.x == own.x).all() and same.crs == own.crs
        assert (other.x == expected.x).all() and (other.y == expected.y).all() and other.crs == utm33
        assert other.fields == expected.fields and other.fields is own.fields

    def test_a_layer_without_a_crs_is_refused(self, tmp_path, utm33):
        write_points(str(tmp_path / "bare.gpkg"), points_of(a=[1]))
        file = PointFile(str(tmp_path / "bare.gpkg"))
        assert len(file.read()) == 1
        with pytest.raises(InputError, match="has no coordinate reference system"):
            file.read(utm33, "image.tif")
