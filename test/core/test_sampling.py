"""Choosing sample points."""

import csv
import os

import numpy as np
import pytest

from rasterlearn.core.blocks import Halo, Window
from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.errors import InputError
from rasterlearn.core.grid import Grid
from rasterlearn.core.labels import RasterLabels
from rasterlearn.core.progress import Progress
from rasterlearn.core.raster import RasterReader, RasterWriter
from rasterlearn.core.sampling import (
    TRAINING,
    VALIDATION,
    Placement,
    choose_ranks,
    draw_samples,
    required_counts,
    select_samples,
)
from rasterlearn.core.style import Legend, read_legend_file
from rasterlearn.core.vectors import read_points

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


def listener():
    events = []
    return Progress(events.append), lambda: [e["text"] for e in events if e["event"] == "warning"]


def places(samples):
    return list(zip(samples.columns.tolist(), samples.rows.tolist()))


def per_class(samples, k=4):
    return np.bincount(samples.classes, minlength=k).tolist()


class TestRequiredCounts:
    AVAILABLE = np.array([1000, 40, 260])

    @pytest.mark.parametrize(
        ("strategy", "count", "expected"),
        [
            ("constant", 30, [30, 30, 30]),
            ("constant", 40, [40, 40, 40]),
            ("constant", 500, [40, 40, 40]),
            ("smallest", 7, [40, 40, 40]),
            ("all", 7, [1000, 40, 260]),
            ("total", 130, [100, 4, 26]),
            ("total", 100, [77, 3, 20]),
            ("total", 99999, [1000, 40, 260]),
        ],
    )
    def test_by_hand(self, strategy, count, expected):
        assert required_counts(self.AVAILABLE, strategy, count).tolist() == expected

    @pytest.mark.parametrize(("strategy", "count"), [("smallest", 1), ("constant", 200), ("total", 1000), ("all", 1)])
    def test_as_otb_counts(self, reference, strategy, count):
        with open(reference / f"sampling_rates_{strategy}.csv", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        required, total = (np.array([int(r[i]) for r in rows]) for i in (1, 2))
        assert required_counts(total, strategy, count).tolist() == required.tolist()

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("strategy", ["constant", "smallest", "total", "all"])
    def test_never_more_than_there_are(self, strategy, seed):
        rng = np.random.default_rng(seed)
        available = rng.integers(1, 5000, 6)
        for count in (1, 50, 3000, 10**6):
            assert (required_counts(available, strategy, count) <= available).all()


class TestChooseRanks:
    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    @pytest.mark.parametrize(("available", "wanted"), [(10, 10), (10, 3), (1000, 7), (5, 0), (1, 1)])
    def test_ranks_are_ascending_different_and_in_range(self, sampler, available, wanted):
        ranks = choose_ranks(available, wanted, sampler, np.random.default_rng(0))
        assert ranks.dtype == np.int64
        assert len(ranks) == wanted
        assert (np.diff(ranks) > 0).all()
        assert ((ranks >= 0) & (ranks < available)).all()

    @pytest.mark.parametrize(("available", "wanted"), [(12, 4), (1000, 7), (7, 5)])
    def test_periodic_ranks_are_evenly_spaced(self, available, wanted):
        ranks = choose_ranks(available, wanted, "periodic", np.random.default_rng(0))
        assert ranks.tolist() == [i * available // wanted for i in range(wanted)]

    def test_every_rank_is_drawn_equally_often(self):
        rng = np.random.default_rng(0)
        drawn = np.bincount(np.concatenate([choose_ranks(8, 3, "random", rng) for _ in range(4000)]), minlength=8)
        assert drawn == pytest.approx(np.full(8, 1500), rel=0.1)


class TestDrawing:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    def test_points_carry_the_label_at_their_pixel_and_none_comes_twice(self, labels, label_pixels, sampler, seed):
        samples = draw_samples(labels, Placement(labels.grid), count=100, sampler=sampler, seed=seed)
        assert per_class(samples) == [100] * 4
        assert (label_pixels[samples.rows, samples.columns] == VALUES[samples.classes]).all()
        assert len(set(places(samples))) == 400
        assert (samples.sets == TRAINING).all()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_points_come_in_scan_order(self, labels, seed):
        samples = draw_samples(labels, Placement(labels.grid), count=50, seed=seed)
        assert (np.diff(samples.rows * WIDTH + samples.columns) > 0).all()

    def test_the_same_seed_gives_the_same_points_and_another_seed_others(self, labels):
        drawn = [draw_samples(labels, Placement(labels.grid), count=100, seed=seed) for seed in (3, 3, 4)]
        assert places(drawn[0]) == places(drawn[1])
        assert len(set(places(drawn[0])) & set(places(drawn[2]))) < 100

    @pytest.mark.parametrize("strategy", ["total", "smallest", "all"])
    def test_counts_follow_the_strategy(self, labels, label_pixels, strategy):
        available = np.array([(label_pixels == v).sum() for v in VALUES])
        samples = draw_samples(labels, Placement(labels.grid), strategy, 5000)
        assert per_class(samples) == required_counts(available, strategy, 5000).tolist()

    def test_all_takes_every_labelled_pixel(self, small):
        samples = draw_samples(small([[1, 5, NODATA], [5, 1, 1]]), Placement(Grid(3, 2, *georeference())), "all")
        assert places(samples) == [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)]

    def test_periodic_points_are_every_nth_pixel_of_a_class(self, small):
        labels = small(np.where(np.arange(12)[:, np.newaxis] < 6, 1, 2) * np.ones((1, 4), int))
        samples = draw_samples(labels, Placement(labels.grid), count=4, sampler="periodic", seed=9)
        assert (samples.rows * 4 + samples.columns).tolist() == [0, 6, 12, 18, 24, 30, 36, 42]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_every_pixel_of_a_class_can_be_drawn(self, small, seed):
        labels = small(np.where(np.arange(600)[:, np.newaxis] < 300, 1, 2) * np.ones((1, 2), int))
        rows = draw_samples(labels, Placement(labels.grid), count=150, seed=seed).rows
        counts = np.histogram(rows, bins=6, range=(0, 600))[0]
        assert (counts > 25).all()

    def test_constant_drops_to_the_smallest_class_with_a_warning(self, small):
        pixels = np.full((10, 10), 5)
        pixels[0, :7] = 200
        progress, warnings = listener()
        labels = small(pixels)
        samples = draw_samples(labels, Placement(labels.grid), count=30, progress=progress)
        assert per_class(samples, 2) == [7, 7]
        (warning,) = warnings()
        assert "“200” has only 7 pixels" in warning
        assert "30" in warning

    def test_enough_pixels_give_no_warning(self, labels):
        progress, warnings = listener()
        draw_samples(labels, Placement(labels.grid), count=100, progress=progress)
        assert warnings() == []


def georeference(x=500000.0, y=5800000.0, size=10.0):
    return ((x, size, 0.0, y, 0.0, -size),)


class TestPlacement:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("size", [(1, 1), (16, 16), (15, 9)])
    def test_patches_lie_inside_the_image(self, labels, seed, size):
        image = labels.grid.crop(Window(30, 40, 150, 200))
        samples = draw_samples(labels, Placement(image, Halo.of_patch(*size)), count=50, seed=seed)
        for column, row in places(samples):
            patch = Window(column - 30, row - 40, 1, 1).grow(Halo.of_patch(*size))
            assert image.window.contains(patch)

    def test_exactly_the_pixels_with_a_whole_patch_are_used(self, small):
        labels = small(np.indices((20, 24)).sum(axis=0) % 2)
        samples = draw_samples(labels, Placement(labels.grid, Halo.of_patch(16, 9)), "all")
        assert set(places(samples)) == {(c, r) for c in range(8, 24 - 7) for r in range(4, 20 - 4)}

    @pytest.mark.parametrize("pixel_size", [5.0, 20.0, 30.0])
    def test_labels_of_another_pixel_size_and_place_fall_inside_the_image(self, small, pixel_size, wkt):
        rng = np.random.default_rng(0)
        labels = small(rng.integers(0, 2, (80, 90)), origin=(499900.0, 5800200.0), pixel_size=(pixel_size, -pixel_size))
        image, halo = Grid(60, 50, *georeference()), Halo.of_patch(16, 16)
        samples = draw_samples(labels, Placement(image, halo), "all")
        columns, rows = image.pixel_of(*labels.grid.center_of(samples.columns, samples.rows))
        inside = image.window.shrink(halo)
        assert ((columns >= inside.x) & (columns < inside.right)).all()
        assert ((rows >= inside.y) & (rows < inside.bottom)).all()
        every = [axis.ravel() for axis in np.meshgrid(np.arange(90), np.arange(80))]
        columns, rows = image.pixel_of(*labels.grid.center_of(*every))
        usable = (columns >= 8) & (columns < 60 - 7) & (rows >= 8) & (rows < 50 - 7)
        assert len(samples.rows) == usable.sum() > 0

    def test_labels_outside_the_image_are_told(self, labels):
        with pytest.raises(InputError, match=r"No label of .labels.tif. lies inside the image"):
            draw_samples(labels, Placement(Grid(50, 50, *georeference(600000.0))))

    def test_an_image_smaller_than_a_patch_holds_no_label(self, labels):
        image = labels.grid.crop(Window(0, 0, 15, 200))
        with pytest.raises(InputError, match=r"No label .* patch is not larger than the image"):
            draw_samples(labels, Placement(image, Halo.of_patch(16, 16)))

    def test_one_class_is_told_with_its_name(self, small):
        pixels = np.full((30, 30), NODATA)
        pixels[15, 15], pixels[0, 0] = 200, 5
        with pytest.raises(InputError, match=r"small.tif. have only one class inside the image: 200"):
            draw_samples(small(pixels), Placement(Grid(30, 30, *georeference()), Halo.of_patch(16, 16)))

    def test_a_class_that_only_lies_at_the_edge_is_left_out_with_a_warning(self, small):
        pixels = np.indices((30, 30)).sum(axis=0) % 2
        pixels[0, 0] = 7
        progress, warnings = listener()
        labels = small(pixels)
        samples = draw_samples(labels, Placement(labels.grid, Halo.of_patch(16, 16)), count=5, progress=progress)
        assert per_class(samples, 3) == [5, 5, 0]
        assert ["“7”" in w for w in warnings()] == [True]


class TestSplit:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("size", "block_px"), [(16, 32), (15, 50), (1, 20), (8, 64)])
    def test_training_and_validation_patches_share_no_pixel(self, labels, seed, size, block_px):
        halo = Halo.of_patch(size, size)
        samples = draw_samples(
            labels, Placement(labels.grid, halo, block_px), "total", 600, seed=seed, validation_share=0.3
        )
        covered = np.zeros((2, HEIGHT, WIDTH), bool)
        for (column, row), number in zip(places(samples), samples.sets):
            covered[number][Window(column, row, 1, 1).grow(halo).slices] = True
        assert covered.any(axis=(1, 2)).all()
        assert not covered.all(axis=0).any()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_block_belongs_to_one_set(self, labels, seed):
        samples = draw_samples(
            labels, Placement(labels.grid, block_px=40), "total", 2000, seed=seed, validation_share=0.25
        )
        blocks = list(zip((samples.columns // 40).tolist(), (samples.rows // 40).tolist()))
        sets = {number: {b for b, s in zip(blocks, samples.sets) if s == number} for number in (TRAINING, VALIDATION)}
        assert not sets[TRAINING] & sets[VALIDATION]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_counts_are_shared_out_per_class(self, labels, label_pixels, seed):
        samples = draw_samples(labels, Placement(labels.grid, block_px=40), count=100, seed=seed, validation_share=0.3)
        assert np.bincount(samples.classes[samples.sets == TRAINING]).tolist() == [70] * 4
        assert np.bincount(samples.classes[samples.sets == VALIDATION]).tolist() == [30] * 4
        assert (label_pixels[samples.rows, samples.columns] == VALUES[samples.classes]).all()

    @pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
    def test_each_class_gives_about_the_asked_share_of_its_pixels(self, labels, share):
        samples = draw_samples(labels, Placement(labels.grid, block_px=20), "all", validation_share=share)
        for index in range(4):
            in_validation = (samples.sets[samples.classes == index] == VALIDATION).mean()
            assert in_validation == pytest.approx(share, abs=0.1)

    def test_the_split_depends_on_the_seed_only(self, labels):
        placement = Placement(labels.grid, block_px=40)
        drawn = [draw_samples(labels, placement, count=50, seed=s, validation_share=0.3) for s in (0, 0, 1)]
        assert places(drawn[0]) == places(drawn[1])
        assert drawn[0].sets.tolist() == drawn[1].sets.tolist()
        assert places(drawn[0]) != places(drawn[2])

    def test_blocks_belong_to_the_image_not_to_the_labels(self, labels):
        """Patches overlap in the image, so the split must follow its pixels where the labels start elsewhere."""
        image = labels.grid.crop(Window(13, 7, 240, 280))
        samples = draw_samples(labels, Placement(image, block_px=40), "total", 2000, validation_share=0.3)
        blocks = list(zip(((samples.columns - 13) // 40).tolist(), ((samples.rows - 7) // 40).tolist()))
        sets = [{b for b, s in zip(blocks, samples.sets) if s == number} for number in (TRAINING, VALIDATION)]
        assert not sets[0] & sets[1]


class TestFiles:
    @pytest.fixture
    def written(self, labels, tmp_path):
        def write(**options):
            options = {"count": 20, "patch_size": 1, **options}
            output = str(tmp_path / "samples.gpkg")
            return select_samples(labels, labels.grid, "image.tif", output, **options), read_points(output)

        return write

    def test_points_have_class_name_color_and_set(self, make_raster, label_pixels, tmp_path):
        classes = ClassMap.of([LandClass(200, "Wälder & <x>", "#106b00"), LandClass(-3, "water", "#7fbcfc")])
        labels = RasterLabels(make_raster("labels.tif", label_pixels, nodata=NODATA), legend=Legend.of(classes))
        output = str(tmp_path / "samples.gpkg")
        counts = select_samples(labels, labels.grid, "image.tif", output, count=20, patch_size=1)
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

    def test_the_style_lies_beside(self, labels, written, tmp_path):
        written()
        style = read_legend_file(str(tmp_path / "samples.qml"))
        assert {v: c.color for v, c in style.by_value.items()} == {c.value: c.color for c in labels.classes}
        assert 'attr="class"' in (tmp_path / "samples.qml").read_text(encoding="utf-8")

    def test_both_sets_in_one_file_are_told_apart_by_the_field(self, written):
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
            written(validation_percent=30, patch_size=16, block_pixels=31)

    @pytest.mark.parametrize("crs", ["", "EPSG:32632"])
    def test_an_image_in_another_crs_is_refused_naming_both(self, labels, tmp_path, wkt, crs):
        image = Grid(WIDTH, HEIGHT, labels.grid.geotransform, wkt(crs) if crs else "")
        with pytest.raises(InputError, match=r"labels.tif.*EPSG:32633") as error:
            select_samples(labels, image, "image.tif", str(tmp_path / "samples.gpkg"))
        assert "image.tif" in str(error.value)

    def test_nothing_is_written_where_nothing_can_be_drawn(self, labels, tmp_path, wkt):
        image = Grid(50, 50, *georeference(600000.0), wkt("EPSG:32633"))
        with pytest.raises(InputError, match=r"No label"):
            select_samples(labels, image, "image.tif", str(tmp_path / "samples.gpkg"))
        assert sorted(os.listdir(tmp_path)) == ["labels.tif"]


class TestReference:
    def test_points_of_otbtf_carry_our_label_values(self, reference):
        labels = RasterLabels(str(reference / "labels_west_5classes.tif"))
        for name in ("points_constant_60.gpkg", "points_total_500.gpkg"):
            points = read_points(str(reference / name))
            columns, rows = labels.grid.pixel_of(points.x, points.y)
            indices = labels.read(labels.grid.window)[rows, columns]
            assert labels.classes.values[indices].tolist() == points.fields["class"]

    def test_as_many_points_of_each_class_as_otbtf(self, reference):
        """OTBTF walks in steps through a class, so it may end one point earlier or later."""
        labels = RasterLabels(str(reference / "labels_west_5classes.tif"))
        for strategy, count, name in (("constant", 60, "points_constant_60"), ("total", 500, "points_total_500")):
            theirs = np.bincount(read_points(str(reference / f"{name}.gpkg")).fields["class"])
            ours = per_class(draw_samples(labels, Placement(labels.grid), strategy, count, "periodic"), 5)
            assert np.abs(ours - theirs).max() <= 1


def test_a_large_sparse_label_raster_is_sampled_across_its_strips(tmp_path):
    """Samples of a rare class may lie in any strip of 256 rows."""
    pixels = np.full((1100, 3), 255, np.uint8)
    pixels[[3, 700, 1090], 1], pixels[[400, 1000], 2] = 1, 2
    with RasterWriter(str(tmp_path / "labels.tif"), Grid(3, 1100), 1, np.uint8, nodata=255) as writer:
        writer.write(0, 0, pixels)
    labels = RasterLabels(str(tmp_path / "labels.tif"))
    samples = draw_samples(labels, Placement(labels.grid), "all")
    assert places(samples) == [(1, 3), (2, 400), (1, 700), (2, 1000), (1, 1090)]
    with RasterReader(str(tmp_path / "labels.tif")) as reader:
        assert reader.grid.height == 1100


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_a_split_never_leaves_a_set_empty(make_raster, share):
    labels = RasterLabels(make_raster("l.tif", (np.indices((60, 120)).sum(0) % 2).astype(np.uint8)))
    samples = draw_samples(labels, Placement(labels.grid, block_px=64), count=10, validation_share=share)
    assert {TRAINING, VALIDATION} == set(samples.sets.tolist())


def test_labels_in_a_single_block_cannot_be_split(make_raster):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="one block"):
        draw_samples(labels, Placement(labels.grid, block_px=64), validation_share=0.5)


def test_rotated_labels_on_another_grid_are_refused(make_raster):
    from rasterlearn.core.grid import Grid

    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    rotated = Grid(40, 40, (500000.0, 8.0, 6.0, 5800000.0, 6.0, -8.0), labels.grid.crs)
    with pytest.raises(InputError, match="rotated"):
        draw_samples(labels, Placement(rotated))


@pytest.mark.parametrize("count", [0, -1])
def test_counts_out_of_range(make_raster, tmp_path, count):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="COUNT"):
        select_samples(labels, labels.grid, "image", str(tmp_path / "p.gpkg"), count=count)


def test_a_total_too_small_for_its_classes(make_raster):
    labels = RasterLabels(make_raster("l.tif", np.arange(1600).reshape(40, 40).astype(np.uint8) % 50))
    with pytest.raises(InputError, match="too few"):
        draw_samples(labels, Placement(labels.grid), "total", 2)


def test_features_without_a_class_are_told(make_vector, make_raster, tmp_path):
    from rasterlearn.core.labels import FeatureLabels
    from rasterlearn.core.raster import RasterReader

    def square(x):
        return f"POLYGON(({x} 5800000, {x + 300} 5800000, {x + 300} 5799600, {x} 5799600, {x} 5800000))"

    polygons = [(square(500000), {"k": "a"}), (square(500300), {"k": "b"}), (square(500600), {"k": None})]
    with RasterReader(make_raster("i.tif", np.ones((40, 90), np.uint8))) as reader:
        labels = FeatureLabels(make_vector("p.gpkg", polygons), "k", reader.grid, "i.tif")
    events = []
    select_samples(labels, labels.grid, "i.tif", str(tmp_path / "s.gpkg"), count=5, progress=Progress(events.append))
    assert any(e["event"] == "warning" and "1 feature(s)" in e["text"] for e in events)


def test_a_patch_larger_than_the_image(make_raster, tmp_path):
    labels = RasterLabels(make_raster("l.tif", (np.indices((40, 40)).sum(0) % 2).astype(np.uint8)))
    with pytest.raises(InputError, match="40 × 40 pixels, smaller than a patch of 64 × 64"):
        select_samples(labels, labels.grid, "image", str(tmp_path / "p.gpkg"), patch_size=64)
