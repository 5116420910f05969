"""Sample points drawn from labels, and their split into sets."""

import csv
import os

import numpy as np
import pytest
from osgeo import ogr, osr

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.legend import Legend, read_legend_file
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.window import Halo, Window
from rasterlearn.core.samples.labels import FeatureLabels, LabelSource, RasterLabels, open_labels
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.sampling import (
    SET_NAMES,
    TRAINING,
    VALIDATION,
    Sampling,
    audit_of_split,
    draw_samples,
    select_samples,
)
from rasterlearn.core.samples.spatial_split import STRIP_ROWS, Placement
from rasterlearn.core.samples.strategies import Strategy

SEEDS = range(5)
VALUES = np.array([-3, 1, 5, 200])
NODATA = -9999
HEIGHT, WIDTH = 300, 260


@pytest.fixture
def label_pixels():
    """Patches of 4 classes of very different size, a quarter not annotated, higher than one strip."""
    rng = np.random.default_rng(42)
    coarse = rng.choice(5, (HEIGHT // 10, WIDTH // 10), p=(0.25, 0.05, 0.1, 0.2, 0.4))
    return np.append(NODATA, VALUES)[np.kron(coarse, np.ones((10, 10), int))].astype(np.int16)


@pytest.fixture
def labels(make_raster, label_pixels):
    return RasterLabels(make_raster("labels.tif", label_pixels, nodata=NODATA))


@pytest.fixture
def small(make_raster):
    def make(pixels, **options):
        return RasterLabels(make_raster("small.tif", np.asarray(pixels, np.int16), nodata=NODATA, **options))

    return make


def draw(labels, progress=None, halo=(1, 1), **options):
    return draw_samples(labels, Sampling(patch_width=halo[0], patch_height=halo[1], **options), progress)


def listener():
    events = []
    return Progress(events.append), lambda: [e["text"] for e in events if e["event"] == "warning"]


def places(samples):
    return list(zip(samples.columns.tolist(), samples.rows.tolist()))


def per_class(samples, k=4):
    return np.bincount(samples.classes, minlength=k).tolist()


class TestDrawing:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    def test_points_carry_the_label_at_their_pixel_and_none_comes_twice(self, labels, label_pixels, sampler, seed):
        samples = draw(labels, count=100, sampler=sampler, seed=seed)
        assert per_class(samples) == [100] * 4
        assert (label_pixels[samples.rows, samples.columns] == VALUES[samples.classes]).all()
        assert len(set(places(samples))) == 400
        assert (samples.sets == TRAINING).all()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_points_come_in_scan_order(self, labels, seed):
        samples = draw(labels, count=50, seed=seed)
        assert (np.diff(samples.rows * WIDTH + samples.columns) > 0).all()

    def test_the_same_seed_gives_the_same_points_and_another_seed_others(self, labels):
        drawn = [draw(labels, count=100, seed=seed) for seed in (3, 3, 4)]
        assert places(drawn[0]) == places(drawn[1])
        assert len(set(places(drawn[0])) & set(places(drawn[2]))) < 100

    @pytest.mark.parametrize("strategy", ["total", "smallest", "all"])
    def test_counts_follow_the_strategy(self, labels, label_pixels, strategy):
        available = np.array([(label_pixels == v).sum() for v in VALUES])
        samples = draw(labels, strategy=strategy, count=5000)
        assert per_class(samples) == Strategy(strategy, 5000, in_steps=True).required(available).tolist()

    def test_all_takes_every_labelled_pixel(self, small):
        samples = draw(small([[1, 5, NODATA], [5, 1, 1]]), strategy="all")
        assert places(samples) == [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)]

    def test_periodic_points_are_every_nth_pixel_of_a_class(self, small):
        labels = small(np.where(np.arange(12)[:, np.newaxis] < 6, 1, 2) * np.ones((1, 4), int))
        samples = draw(labels, count=4, sampler="periodic", seed=9)
        assert (samples.rows * 4 + samples.columns).tolist() == [0, 6, 12, 18, 24, 30, 36, 42]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_every_pixel_of_a_class_can_be_drawn(self, small, seed):
        labels = small(np.where(np.arange(600)[:, np.newaxis] < 300, 1, 2) * np.ones((1, 2), int))
        rows = draw(labels, count=150, seed=seed).rows
        counts = np.histogram(rows, bins=6, range=(0, 600))[0]
        assert (counts > 25).all()

    def test_constant_drops_to_the_smallest_class_with_a_warning(self, small):
        pixels = np.full((10, 10), 5)
        pixels[0, :7] = 200
        progress, warnings = listener()
        labels = small(pixels)
        samples = draw(labels, count=30, progress=progress)
        assert per_class(samples, 2) == [7, 7]
        (warning,) = warnings()
        assert "“200” has only 7 pixels" in warning
        assert "30" in warning

    def test_enough_pixels_give_no_warning(self, labels):
        progress, warnings = listener()
        draw(labels, count=100, progress=progress)
        assert warnings() == []


def georeference(x=500000.0, y=5800000.0, size=10.0):
    return ((x, size, 0.0, y, 0.0, -size),)


class TestPlacement:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("size", [(1, 1), (16, 16), (15, 9)])
    def test_patches_lie_inside_the_image(self, labels, seed, size):
        samples = draw(labels, halo=size, count=50, seed=seed)
        for column, row in places(samples):
            assert labels.grid.window.contains(Window(column, row, 1, 1).grow(Halo.of_patch(*size)))

    @pytest.mark.parametrize(("shape", "halo", "block_px"), [
        ((100, 70), (16, 16), 0), ((300, 70), (15, 9), 0), ((300, 500), (16, 9), 32), ((290, 333), (1, 1), 200),
        ((20, 20), (16, 16), 32), ((10, 10), (16, 16), 0), ((10, 10), (16, 16), 32),
    ])  # fmt: skip
    def test_the_windows_hold_exactly_the_usable_pixels_once(self, shape, halo, block_px):
        placement = Placement(Window(0, 0, shape[1], shape[0]), Halo.of_patch(*halo), block_px)
        times = np.zeros(shape, int)
        rows = placement.rows()
        for row in rows:
            assert row and all((w.y, w.height) == (row[0].y, row[0].height) and w.height <= STRIP_ROWS for w in row)
            for window in row:
                times[window.slices] += 1
        expected = np.zeros(shape, int)
        side = block_px or max(shape)
        for r in range(shape[0]):
            for c in range(shape[1]):
                block = Window(c // side * side, r // side * side, side, side).intersect(placement.image)
                expected[r, c] = block.contains(Window(c, r, 1, 1).grow(placement.halo))
        assert (times == expected).all()
        windows = [w for row in rows for w in row]
        blocks = placement.block_of(windows)
        keys = [(w.y // side, w.x // side) for w in windows]
        assert len(set(zip(blocks.tolist(), keys))) == len(set(keys))

    def test_exactly_the_pixels_with_a_whole_patch_are_used(self, small):
        labels = small(np.indices((20, 24)).sum(axis=0) % 2)
        samples = draw(labels, halo=(16, 9), strategy="all")
        assert set(places(samples)) == {(c, r) for c in range(8, 24 - 7) for r in range(4, 20 - 4)}

    @pytest.mark.parametrize("pixel_size", [4.0, 5.0, 20.0, 30.0])
    def test_labels_of_another_pixel_size_and_place_are_read_on_the_image(self, make_raster, wkt, pixel_size):
        rng = np.random.default_rng(0)
        values = rng.integers(0, 2, (80, 90)).astype(np.uint8)
        path = make_raster("l.tif", values, origin=(499900.0, 5800200.0), pixel_size=(pixel_size, -pixel_size))
        image = Grid(60, 50, *georeference(), wkt("EPSG:32633"))
        samples = draw(RasterLabels(path, grid=image), halo=(16, 16), strategy="all")
        own = RasterLabels(path)
        columns, rows = own.grid.pixel_of(*image.center_of(samples.columns, samples.rows))
        assert (values[rows, columns] == samples.classes).all()
        every = [axis.ravel() for axis in np.meshgrid(np.arange(8, 60 - 7), np.arange(8, 50 - 7))]
        columns, rows = own.grid.pixel_of(*image.center_of(*every))
        assert len(samples) == ((columns >= 0) & (columns < 90) & (rows >= 0) & (rows < 80)).sum() > 0

    def test_labels_outside_the_image_are_refused(self, make_raster, label_pixels, wkt):
        path = make_raster("labels.tif", label_pixels, nodata=NODATA)
        labels = RasterLabels(path, grid=Grid(50, 50, *georeference(600000.0), wkt("EPSG:32633")))
        with pytest.raises(InputError, match=r"No label of .labels.tif. lies inside the image.*show the same place"):
            draw(labels)

    def test_an_image_smaller_than_a_patch_holds_no_label(self, small):
        with pytest.raises(InputError, match=r"No label .* patch is not larger than the image"):
            draw(small(np.indices((15, 200)).sum(0) % 2), halo=(16, 16))

    def test_a_single_class_is_refused_with_its_name(self, small):
        pixels = np.full((30, 30), NODATA)
        pixels[15, 15], pixels[0, 0] = 200, 5
        with pytest.raises(InputError, match=r"small.tif. have only one class inside the image: 200"):
            draw(small(pixels), halo=(16, 16))

    def test_a_class_that_only_lies_at_the_edge_is_left_out_with_a_warning(self, small):
        pixels = np.indices((30, 30)).sum(axis=0) % 2
        pixels[0, 0] = 7
        progress, warnings = listener()
        labels = small(pixels)
        samples = draw(labels, progress, halo=(16, 16), count=5)
        assert per_class(samples, 3) == [5, 5, 0]
        assert ["“7”" in w for w in warnings()] == [True]


class TestSplit:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("size", "block_px"), [(16, 32), (15, 50), (1, 20), (8, 64)])
    def test_training_and_validation_patches_share_no_pixel(self, labels, seed, size, block_px):
        halo = Halo.of_patch(size, size)
        samples = draw(
            labels,
            halo=(size, size),
            block_pixels=block_px,
            strategy="total",
            count=600,
            seed=seed,
            validation_percent=30,
        )
        covered = np.zeros((2, HEIGHT, WIDTH), bool)
        for (column, row), number in zip(places(samples), samples.sets):
            covered[number][Window(column, row, 1, 1).grow(halo).slices] = True
        assert covered.any(axis=(1, 2)).all()
        assert not covered.all(axis=0).any()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_block_belongs_to_one_set(self, labels, seed):
        samples = draw(labels, block_pixels=40, strategy="total", count=2000, seed=seed, validation_percent=25)
        blocks = list(zip((samples.columns // 40).tolist(), (samples.rows // 40).tolist()))
        sets = {number: {b for b, s in zip(blocks, samples.sets) if s == number} for number in (TRAINING, VALIDATION)}
        assert not sets[TRAINING] & sets[VALIDATION]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_counts_are_shared_out_per_class(self, labels, label_pixels, seed):
        samples = draw(labels, block_pixels=40, count=100, seed=seed, validation_percent=30)
        assert np.bincount(samples.classes[samples.sets == TRAINING]).tolist() == [70] * 4
        assert np.bincount(samples.classes[samples.sets == VALIDATION]).tolist() == [30] * 4
        assert (label_pixels[samples.rows, samples.columns] == VALUES[samples.classes]).all()

    @pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
    def test_each_class_gives_about_the_requested_share_of_its_pixels(self, labels, share):
        samples = draw(labels, block_pixels=20, strategy="all", validation_percent=100 * share)
        for index in range(4):
            in_validation = (samples.sets[samples.classes == index] == VALIDATION).mean()
            assert in_validation == pytest.approx(share, abs=0.1)

    def test_the_split_depends_on_the_seed_only(self, labels):
        drawn = [draw(labels, block_pixels=40, count=50, seed=s, validation_percent=30) for s in (0, 0, 1)]
        assert places(drawn[0]) == places(drawn[1])
        assert drawn[0].sets.tolist() == drawn[1].sets.tolist()
        assert places(drawn[0]) != places(drawn[2])

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_audit_of_a_split_finds_no_overlap_and_the_nearest_distance(self, labels, seed):
        sampling = Sampling(block_pixels=40, count=60, seed=seed, validation_percent=30)
        samples = draw_samples(labels, sampling)
        leakage = audit_of_split(labels, samples, sampling)
        pixels = np.column_stack([samples.columns, samples.rows]).astype(float)
        apart = [np.hypot(*(pixels[samples.sets == 0] - p).T).min() for p in pixels[samples.sets == 1]]
        assert (leakage.count, leakage.overlapping) == (len(apart), 0)
        assert leakage.nearest == pytest.approx(min(apart))
        assert leakage.nearest >= 16

    @pytest.mark.parametrize("seed", SEEDS)
    def test_folds_share_no_ground_and_have_equal_parts_of_each_class(self, labels, label_pixels, seed):
        samples = draw(labels, halo=(8, 8), block_pixels=24, folds=4, count=100, seed=seed)
        assert np.bincount(samples.sets).tolist() == [100] * 4
        for fold in range(4):
            assert np.bincount(samples.classes[samples.sets == fold]).tolist() == [25] * 4
        covered = np.zeros((4, HEIGHT, WIDTH), bool)
        for (column, row), fold in zip(places(samples), samples.sets):
            covered[fold][Window(column, row, 1, 1).grow(Halo.of_patch(8, 8)).slices] = True
        assert covered.sum(axis=0).max() == 1


class TestFiles:
    @pytest.fixture
    def written(self, labels, tmp_path):
        def write(validation_output=None, **options):
            sampling = Sampling(**{"count": 20, "patch_width": 1, "patch_height": 1, **options})
            output = str(tmp_path / "samples.gpkg")
            return select_samples(labels, output, validation_output, sampling), read_points(output)

        return write

    def test_points_have_class_name_color_and_set(self, make_raster, label_pixels, tmp_path):
        classes = ClassMap.of([LandClass(200, "Wälder & <x>", "#106b00"), LandClass(-3, "water", "#7fbcfc")])
        labels = RasterLabels(make_raster("labels.tif", label_pixels, nodata=NODATA), legend=Legend.of(classes))
        output = str(tmp_path / "samples.gpkg")
        counts = select_samples(labels, output, sampling=Sampling(count=20, patch_width=1, patch_height=1))
        points = read_points(output)
        assert counts == {"train": 80, "validation": 0}
        assert list(points.fields) == ["class", "name", "color", "set"]
        assert set(points.fields["set"]) == {"train"}
        listed = set(zip(points.fields["class"], points.fields["name"], points.fields["color"]))
        assert listed == {(c.value, c.name, c.color) for c in labels.classes}
        assert (200, "Wälder & <x>", "#106b00") in listed

    def test_points_lie_on_pixel_centers_with_the_value_of_their_label(self, labels, label_pixels, written):
        _, points = written()
        columns, rows = labels.grid.pixel_of(points.x, points.y)
        x, y = labels.grid.center_of(columns, rows)
        assert points.x.tolist() == x.tolist()
        assert points.y.tolist() == y.tolist()
        assert points.fields["class"] == label_pixels[rows, columns].tolist()
        assert set(points.fields["class"]) == {-3, 1, 5, 200}

    def test_the_style_is_written_beside(self, labels, written, tmp_path):
        written()
        style = read_legend_file(str(tmp_path / "samples.qml"))
        assert {v: c.color for v, c in style.by_value.items()} == {c.value: c.color for c in labels.classes}
        assert 'attr="class"' in (tmp_path / "samples.qml").read_text(encoding="utf-8")

    def test_both_sets_in_one_file_are_distinguished_by_the_field(self, written):
        counts, points = written(validation_percent=25, block_pixels=40)
        assert counts == {"train": 60, "validation": 20}
        assert [points.fields["set"].count(s) for s in ("train", "validation")] == [60, 20]

    def test_validation_may_go_to_a_file_of_its_own(self, written, tmp_path):
        other = str(tmp_path / "validation.gpkg")
        _, points = written(validation_percent=25, block_pixels=40, validation_output=other)
        assert set(points.fields["set"]) == {"train"}
        assert set(read_points(other).fields["set"]) == {"validation"}
        assert (len(points), len(read_points(other))) == (60, 20)
        assert (tmp_path / "validation.qml").exists()

    @pytest.mark.parametrize("percent", [-1, 100, 150, float("nan")])
    def test_a_share_out_of_range_is_refused(self, written, percent):
        with pytest.raises(InputError, match=rf"VALIDATION_PERCENT.*received {percent}"):
            written(validation_percent=percent)

    def test_blocks_smaller_than_two_patches_are_refused_with_both_sizes(self, written):
        with pytest.raises(InputError, match=r"BLOCK_PIXELS is 31, but patches of 16 need blocks of at least 32"):
            written(validation_percent=30, patch_width=16, block_pixels=31)

    def test_folds_are_a_field(self, written):
        counts, points = written(folds=3, block_pixels=40)
        assert counts == {"train": 80, "validation": 0}
        assert [points.fields["fold"].count(n) for n in (1, 2, 3)] == [28, 28, 24]
        assert set(points.fields["set"]) == {SET_NAMES[TRAINING]}

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"folds": 1}, "FOLDS must be 0 or at least 2"),
            ({"folds": 3, "validation_percent": 20}, "FOLDS must be 0 or at least 2"),
            ({"strategy": "byclass"}, "BYCLASS.*give the table"),
            ({"class_counts": "x.csv"}, "BYCLASS.*the strategy is constant"),
            ({"strategy": "percent", "percent": 0.0}, "PERCENT must be above 0"),
            ({"seed": -1}, "SEED must be at least 0, received -1"),
            ({"count": 20, "validation_percent": 1.0}, "set “validation” would get no sample"),
            ({"count": 10**400}, r"COUNT must be at most 1,000,000,000,000; the one"),
            ({"folds": 10**9}, "FOLDS must be at most 100, received 1000000000"),
            ({"percent": 101.0}, "PERCENT must be above 0 and at most 100, received 101"),
        ],
    )
    def test_parameters_that_do_not_fit_are_refused(self, written, options, words):
        with pytest.raises(InputError, match=words):
            written(**options)

    def test_a_validation_output_without_a_share_is_refused(self, written, tmp_path):
        with pytest.raises(InputError, match="give VALIDATION_PERCENT"):
            written(validation_output=str(tmp_path / "v.gpkg"))

    def test_counts_by_class_are_capped_with_a_warning(self, labels, label_pixels, tmp_path):
        (tmp_path / "c.csv").write_text("class,count\n1,999999\n200,3\n", encoding="utf-8")
        progress, warnings = listener()
        samples = draw(labels, progress, strategy="byclass", class_counts=str(tmp_path / "c.csv"))
        assert per_class(samples) == [0, int((label_pixels == 1).sum()), 0, 3]
        assert ["“1” has only" in w and "999999" in w for w in warnings()] == [True]

    def test_nothing_is_written_where_nothing_can_be_drawn(self, small, tmp_path):
        with pytest.raises(InputError, match=r"only one class"):
            select_samples(small(np.ones((20, 20))), str(tmp_path / "samples.gpkg"))
        assert sorted(os.listdir(tmp_path)) == ["small.tif"]


class TestReference:
    def test_points_of_otbtf_carry_the_same_label_values(self, reference):
        labels = RasterLabels(str(reference / "labels_west_5classes.tif"))
        for name in ("points_constant_60.gpkg", "points_total_500.gpkg"):
            points = read_points(str(reference / name))
            columns, rows = labels.grid.pixel_of(points.x, points.y)
            indices = labels.read(labels.grid.window)[rows, columns]
            assert labels.classes.values[indices].tolist() == points.fields["class"]

    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    @pytest.mark.parametrize(("strategy", "count"), [("constant", 60), ("total", 500)])
    def test_as_many_points_of_each_class_as_otbtf(self, reference, strategy, count, sampler):
        labels = RasterLabels(str(reference / "labels_west_5classes.tif"))
        theirs = np.bincount(read_points(str(reference / f"points_{strategy}_{count}.gpkg")).fields["class"])
        assert per_class(draw(labels, strategy=strategy, count=count, sampler=sampler), 5) == theirs.tolist()

    @pytest.mark.parametrize(
        ("strategy", "options"),
        [
            ("constant", {"count": 200}),
            ("total", {"count": 1000}),
            ("percent", {"percent": 1.0}),
            ("smallest", {}),
            ("all", {}),
        ],
    )
    def test_as_many_points_of_each_class_as_otb_wants(self, reference, strategy, options):
        """OTB draws about as many as it requires (column requiredSamples); here it is exactly that many."""
        with open(reference / f"sampling_rates_{strategy}.csv", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        with RasterReader(str(reference / "image_10m.tif")) as reader:
            labels = FeatureLabels(str(reference / "polygons.gpkg"), "code", reader.grid, reader.name)
        samples = draw(labels, strategy=strategy, **options)
        assert per_class(samples, 8) == [int(row[1]) for row in rows]
        assert labels.classes.values.tolist() == [int(row[0]) for row in rows]


class TestAwkwardLabels:
    """Each gives the right samples or a clear error."""

    IMAGE = Grid(60, 40, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))

    @pytest.fixture
    def of_features(self, make_vector, wkt):
        def make(features, field="k", skip_contested=False, **options):
            grid = Grid(60, 40, self.IMAGE.geotransform, wkt("EPSG:32633"))
            path = make_vector("f.gpkg", features, **options)
            return FeatureLabels(path, field, grid, "image", skip_contested=skip_contested)

        return make

    def box(self, x, y, width, height):
        left, top = 500000 + 10 * x, 5800000 - 10 * y
        right, bottom = left + 10 * width, top - 10 * height
        return f"POLYGON(({left} {top}, {right} {top}, {right} {bottom}, {left} {bottom}, {left} {top}))"

    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
    def test_values_with_gaps_in_every_type(self, make_raster, dtype):
        values = np.array([1, 5, 200] if dtype == "uint8" else [1, 5, 999])
        pixels = np.random.default_rng(0).choice(values, (40, 60)).astype(dtype)
        samples = draw(labels := RasterLabels(make_raster("l.tif", pixels)), count=30)
        assert labels.classes.values.tolist() == values.tolist()
        assert per_class(samples, 3) == [30] * 3
        assert (pixels[samples.rows, samples.columns] == values[samples.classes]).all()

    def test_a_class_with_one_pixel(self, small):
        pixels = np.full((20, 20), 1)
        pixels[7, 9] = 2
        progress, warnings = listener()
        samples = draw(small(pixels), progress, count=5)
        assert per_class(samples, 2) == [1, 1]
        assert (9, 7) in places(samples)
        assert "“2” has only 1 pixels" in warnings()[0]
        assert per_class(draw(small(pixels), strategy="all"), 2) == [399, 1]

    def test_nodata_0_is_a_class_beside_declared_255(self, make_raster):
        pixels = np.random.default_rng(0).choice([0, 1, 255], (40, 60)).astype(np.uint8)
        samples = draw(labels := RasterLabels(make_raster("l.tif", pixels, nodata=255)), strategy="all")
        assert labels.classes.values.tolist() == [0, 1]
        assert len(samples) == (pixels != 255).sum()

    def test_300_classes(self, make_raster):
        pixels = (np.arange(40 * 60).reshape(40, 60) % 300 + 1000).astype(np.uint16)
        samples = draw(labels := RasterLabels(make_raster("l.tif", pixels)), count=3)
        assert len(labels.classes) == 300
        assert per_class(samples, 300) == [3] * 300
        assert (pixels[samples.rows, samples.columns] == labels.classes.values[samples.classes]).all()

    def test_a_pixel_in_several_features_counts_for_each_with_a_warning(self, of_features, tmp_path):
        features = [
            (self.box(0, 0, 20, 20), {"k": "a"}),
            (self.box(10, 10, 20, 20), {"k": "b"}),
            (self.box(0, 0, 20, 5), {"k": "a"}),
        ]
        progress, warnings = listener()
        labels = of_features(features)
        sampling = Sampling(strategy="all", patch_width=1, patch_height=1)
        select_samples(labels, str(tmp_path / "s.gpkg"), sampling=sampling, progress=progress)
        points = read_points(str(tmp_path / "s.gpkg"))
        assert [points.fields["name"].count(n) for n in "ab"] == [500, 400]
        assert ["100 pixels of “f.gpkg” lie in features of different classes" in w for w in warnings()] == [True]

    @pytest.mark.parametrize("block_px", [0, 10])
    def test_contested_pixels_may_be_left_out(self, of_features, block_px):
        features = [(self.box(0, 0, 20, 20), {"k": "a"}), (self.box(10, 10, 20, 20), {"k": "b"})]
        features.append((self.box(0, 0, 20, 5), {"k": "a"}))
        labels = of_features(features, skip_contested=True)
        samples = draw(labels, strategy="all", block_pixels=10, validation_percent=40 if block_px else 0)
        assert per_class(samples, 2) == [400, 300]
        assert labels.contested == 100
        assert not [p for p in places(samples) if 10 <= p[0] < 20 and 10 <= p[1] < 20]

    def test_pixels_left_out_as_requested_give_no_warning(self, of_features, tmp_path):
        labels = of_features(
            [(self.box(0, 0, 20, 20), {"k": "a"}), (self.box(10, 10, 20, 20), {"k": "b"})], skip_contested=True
        )
        events = []
        sampling = Sampling(strategy="all", patch_width=1, patch_height=1)
        select_samples(labels, str(tmp_path / "s.gpkg"), sampling=sampling, progress=Progress(events.append))
        kinds = [
            e["event"] for e in events if "100 pixels of “f.gpkg” lie in features of different" in e.get("text", "")
        ]
        assert kinds == ["info"]

    def test_odd_geometries_are_left_out_or_taken_as_they_are(self, of_features):
        holed = self.box(30, 0, 10, 10)[:-1] + ", " + self.box(32, 2, 5, 5)[8:]
        features = [
            (self.box(0, 0, 5, 5), {"k": 1}),
            (None, {"k": 1}),
            ("POLYGON EMPTY", {"k": 1}),
            (self.box(0, 10, 5, 5), {"k": None}),
            (self.box(900, 900, 5, 5), {"k": 7}),
            ("MULTIPOLYGON(" + self.box(10, 0, 3, 3)[7:] + "," + self.box(20, 0, 2, 2)[7:] + ")", {"k": 2}),
            (self.box(0, 20, 4, 4).replace("POLYGON", "POLYGON Z").replace(",", " 7,").replace("))", " 7))"), {"k": 2}),
            (holed, {"k": 3}),
            # a bow tie: invalid, even-odd rule
            ("POLYGON((500100 5799800, 500300 5799600, 500300 5799800, 500100 5799600, 500100 5799800))", {"k": 4}),
        ]  # fmt: skip
        progress, warnings = listener()
        labels = of_features(features)
        samples = draw(labels, progress, strategy="all")
        assert labels.missing == 3
        assert labels.classes.values.tolist() == [1, 2, 3, 4, 7]
        counts = per_class(samples, 5)
        assert counts[:3] == [25, 9 + 4 + 16, 100 - 25]
        assert 150 < counts[3] < 250
        assert counts[4] == 0
        assert any("“7” has no pixel" in w for w in warnings())

    def test_features_in_another_crs_are_reprojected(self, of_features, make_vector, wkt):
        here, there = osr.SpatialReference(wkt("EPSG:32633")), osr.SpatialReference(wkt("EPSG:4326"))
        for system in (here, there):
            system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        features = []
        for value, x in ((1, 5), (2, 30)):
            geometry = ogr.CreateGeometryFromWkt(self.box(x, 5, 11, 11))
            geometry.Transform(osr.CoordinateTransformation(here, there))
            features.append((geometry.ExportToWkt(), {"k": value}))
        samples = draw(of_features(features, crs="EPSG:4326"), strategy="all")
        expected = {(c, r) for x in (5, 30) for c in range(x, x + 11) for r in range(5, 16)}
        assert len(set(places(samples)) ^ expected) <= 4

    def test_names_with_accents_and_blanks(self, of_features, tmp_path):
        features = [(self.box(0, 0, 5, 5), {"k": " Forêt  d’épicéas"}), (self.box(9, 9, 5, 5), {"k": "Eau\u00a0douce"})]
        select_samples(
            of_features(features), str(tmp_path / "s.gpkg"), sampling=Sampling(count=3, patch_width=1, patch_height=1)
        )
        assert set(read_points(str(tmp_path / "s.gpkg")).fields["name"]) == {"Forêt d’épicéas", "Eau douce"}


def test_a_large_sparse_label_raster_is_sampled_across_its_strips(tmp_path):
    """Samples of a rare class may lie in any strip of 256 rows."""
    pixels = np.full((1100, 3), 255, np.uint8)
    pixels[[3, 700, 1090], 1], pixels[[400, 1000], 2] = 1, 2
    with RasterWriter(str(tmp_path / "labels.tif"), Grid(3, 1100), RasterProfile(1, np.uint8, nodata=255)) as writer:
        writer.write(0, 0, pixels)
    labels = RasterLabels(str(tmp_path / "labels.tif"))
    samples = draw(labels, strategy="all")
    assert places(samples) == [(1, 3), (2, 400), (1, 700), (2, 1000), (1, 1090)]
    with RasterReader(str(tmp_path / "labels.tif")) as reader:
        assert reader.grid.height == 1100


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_a_split_never_leaves_a_set_empty(make_raster, share):
    labels = RasterLabels(make_raster("l.tif", (np.indices((60, 120)).sum(0) % 2).astype(np.uint8)))
    samples = draw(labels, block_pixels=64, count=10, validation_percent=100 * share)
    assert {TRAINING, VALIDATION} == set(samples.sets.tolist())


@pytest.mark.parametrize(("count", "percent"), [(3, 50), (5, 30), (10, 35), (7, 10)])
def test_the_sets_add_up_to_the_count_of_each_class(make_raster, count, percent):
    labels = RasterLabels(make_raster("l.tif", (np.indices((60, 120)).sum(0) % 2).astype(np.uint8)))
    samples = draw(labels, block_pixels=20, count=count, validation_percent=percent)
    assert per_class(samples, 2) == [count, count]


def test_labels_at_the_edges_of_blocks_are_not_reported_as_outside_the_image(small):
    pixels = np.full((80, 80), NODATA)
    pixels[:, 19:21], pixels[5:15, 30], pixels[45:55, 30] = 7, 1, 5
    split = {"halo": (8, 8), "block_pixels": 20, "validation_percent": 30}
    progress, warnings = listener()
    draw(small(pixels), progress, **split)
    assert [w for w in warnings() if "The class “7” has no pixel whose patch lies inside a block" in w]
    pixels[pixels == 1] = NODATA
    with pytest.raises(InputError, match=r"only one class inside a block of the image with BLOCK_PIXELS=20: 5"):
        draw(small(pixels), **split)
    pixels[pixels == 5] = NODATA
    with pytest.raises(InputError, match=r"inside a block of the image with BLOCK_PIXELS=20.*make the blocks larger"):
        draw(small(pixels), **split)


def test_a_count_of_one_cannot_be_split(make_raster):
    labels = RasterLabels(make_raster("l.tif", (np.indices((60, 120)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="set “validation” would get no sample.*Raise COUNT"):
        draw(labels, block_pixels=20, count=1, validation_percent=50)


def test_labels_in_a_single_block_cannot_be_split(make_raster):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="All labels lie in 1 block of 64 pixels, too few for 2 sets"):
        draw(labels, block_pixels=64, validation_percent=50)


@pytest.mark.parametrize("count", [0, -1])
def test_counts_out_of_range(make_raster, tmp_path, count):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="COUNT"):
        select_samples(labels, str(tmp_path / "p.gpkg"), sampling=Sampling(count=count))


def test_a_total_too_small_for_its_classes(make_raster):
    labels = RasterLabels(make_raster("l.tif", np.arange(1600).reshape(40, 40).astype(np.uint8) % 50))
    with pytest.raises(InputError, match="too little for 50 classes"):
        draw(labels, strategy="total", count=2)


def test_features_without_a_class_give_a_warning(make_vector, make_raster, tmp_path):
    def square(x):
        return f"POLYGON(({x} 5800000, {x + 300} 5800000, {x + 300} 5799600, {x} 5799600, {x} 5800000))"

    polygons = [(square(500000), {"k": "a"}), (square(500300), {"k": "b"}), (square(500600), {"k": None})]
    with RasterReader(make_raster("i.tif", np.ones((40, 90), np.uint8))) as reader:
        labels = FeatureLabels(make_vector("p.gpkg", polygons), "k", reader.grid, "i.tif")
    events = []
    select_samples(labels, str(tmp_path / "s.gpkg"), sampling=Sampling(count=5), progress=Progress(events.append))
    assert any(e["event"] == "warning" and "1 feature(s)" in e["text"] for e in events)


def test_a_patch_larger_than_the_image(make_raster, tmp_path):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="40 × 40 pixels, smaller than a patch of 64 × 64"):
        select_samples(labels, str(tmp_path / "p.gpkg"), sampling=Sampling(patch_width=64, patch_height=64))


class TestOnImage:
    """Samples are drawn where their patch has no nodata in the image."""

    @pytest.fixture
    def scene(self, make_raster, make_vector):
        """Three stripes of classes as a raster and as overlapping boxes, on an image with a hole in the last one."""
        values = np.repeat(np.arange(1, 4), 30)[np.newaxis].repeat(80, axis=0).astype(np.uint8)

        def make(hole, kind):
            pixels = np.ones((80, 90, 2), np.uint16)
            pixels[hole, 1] = 0
            image = make_raster("image.tif", pixels, nodata=0)
            if kind == "raster":
                return open_labels(LabelSource(make_raster("labels.tif", values, nodata=0)), image), image
            boxes = [(f"POLYGON(({x} 5800000, {x + 300} 5800000, {x + 300} 5799200, {x} 5799200, {x} 5800000))", i + 1)
                     for i, x in enumerate((500000, 500300, 500600))]  # fmt: skip
            layer = make_vector("boxes.gpkg", [(box, {"k": k}) for box, k in [*boxes, boxes[1]]])
            return open_labels(LabelSource(features=layer, attribute="k"), image), image

        return make

    def drawn(self, labels, image, tmp_path, progress=None, **settings):
        output = str(tmp_path / "p.gpkg")
        select_samples(labels, output, None, Sampling(patch_width=5, patch_height=4, **settings), image, progress)
        return read_points(output)

    @pytest.mark.parametrize("kind", ["raster", "features"])
    @pytest.mark.parametrize("split", [{}, {"validation_percent": 30, "block_pixels": 10}])
    def test_the_number_asked_for_is_reached_where_there_is_room(self, scene, kind, split, tmp_path, make_raster):
        hole = np.zeros((80, 90), bool)
        hole[40:, 66:], hole[10, 20] = True, True
        labels, image = scene(hole, kind)
        progress, warnings = listener()
        points = self.drawn(labels, image, tmp_path, progress, count=60, **split)
        assert [points.fields["class"].count(c) for c in (1, 2, 3)] == [60, 60, 60]
        columns, rows = labels.grid.pixel_of(points.x, points.y)
        assert (np.array(points.fields["class"]) == columns // 30 + 1).all()
        for column, row in zip(columns, rows):
            assert not hole[Window(int(column), int(row), 1, 1).grow(Halo.of_patch(5, 4)).slices].any()
        assert warnings() == []

    @pytest.mark.parametrize("kind", ["raster", "features"])
    def test_a_class_without_a_whole_patch_is_told(self, scene, kind, tmp_path):
        hole = np.zeros((80, 90), bool)
        hole[:, 62::3] = True
        labels, image = scene(hole, kind)
        progress, warnings = listener()
        points = self.drawn(labels, image, tmp_path, progress, count=20)
        assert set(points.fields["class"]) == {1, 2}
        assert ["“3” has no pixel whose patch lies inside the image, apart from nodata" in w for w in warnings()] == [
            True
        ]

    @pytest.mark.parametrize("kind", ["raster", "features"])
    def test_labels_on_nothing_but_nodata_are_told(self, scene, kind, tmp_path):
        hole = np.ones((80, 90), bool)
        hole[0, 0] = False  # else the band would be left out
        labels, image = scene(hole, kind)
        progress, warnings = listener()
        assert len(self.drawn(labels, image, tmp_path, progress, count=20)) == 60
        assert ["All labels of" in w and "touch nodata in one of its bands" in w for w in warnings()] == [True]

    @pytest.mark.parametrize("kind", ["raster", "features"])
    def test_one_class_on_pixels_is_refused_with_the_reason(self, scene, kind, tmp_path):
        hole = np.zeros((80, 90), bool)
        hole[:, 28:] = True
        labels, image = scene(hole, kind)
        with pytest.raises(InputError, match="only one class inside the image, apart from nodata: 1"):
            self.drawn(labels, image, tmp_path, count=20)

    @pytest.mark.parametrize("kind", ["raster", "features"])
    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    def test_an_image_without_nodata_changes_nothing(self, scene, kind, sampler, tmp_path):
        labels, image = scene(np.zeros((80, 90), bool), kind)
        with_image = self.drawn(labels, image, tmp_path, count=40, sampler=sampler, seed=7)
        labels.patches = None
        without = self.drawn(labels, "", tmp_path, count=40, sampler=sampler, seed=7)
        assert (with_image.x == without.x).all() and (with_image.y == without.y).all()
        assert with_image.fields == without.fields
