"""Sample points on a regular grid of patches, compared with patches enumerated in a loop."""

import os

import numpy as np
import pytest

from rasterlearn.core.base.errors import Cancelled, InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.legend import Legend, read_legend_file
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Halo, Window
from rasterlearn.core.samples import balancing, patch_grid
from rasterlearn.core.samples import grid_samples as module
from rasterlearn.core.samples.grid_samples import GridSampling, grid_samples
from rasterlearn.core.samples.labels import LabelSource, RasterLabels
from rasterlearn.core.samples.patch_grid import PatchGrid, find_candidates
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.strategies import proportional_counts

SEEDS = range(5)
NODATA = 255

# patch size, step, column and row of the first patch: steps below, at and above the size, odd and even
GRIDS = [
    (16, 16, 0, 0),
    (8, 8, 3, 5),
    (7, 7, 0, 1),
    (7, 3, 2, 0),
    (8, 3, 0, 0),
    (6, 11, 4, 9),
    (5, 13, 0, 2),
    (1, 1, 0, 0),
    (1, 4, 1, 2),
    (2, 1, 60, 0),
]
GRID_NAMES = "size,step,offset_x,offset_y"


def listener():
    events = []
    return Progress(events.append), lambda: [e["text"] for e in events if e["event"] == "warning"]


def enumerate_patches(shape, size, step, offset_x=0, offset_y=0):
    """(grid column, grid row, first image column, first image row) of each patch wholly inside, row by row."""
    height, width = shape
    return [
        ((x - offset_x) // step, (y - offset_y) // step, x, y)
        for y in range(offset_y, height - size + 1, step)
        for x in range(offset_x, width - size + 1, step)
    ]


def without_nodata(pixels, patches, size, is_nodata):
    return [p for p in patches if not is_nodata(pixels[p[3] : p[3] + size, p[2] : p[2] + size]).any()]


def places(points):
    return list(zip(points.fields["patch_column"], points.fields["patch_row"]))


def class_pixels(labels, patches, size, k):
    """Pixels of each class summed over patches (grid column, grid row, x, y), (k,)."""
    total = np.zeros(k, np.int64)
    for _, _, x, y in patches:
        found = labels[y : y + size, x : x + size]
        total += np.bincount(found[found != NODATA], minlength=k)
    return total


def evenness(pixels):
    """Entropy of the class shares: 0 for one class, 1 for all classes alike."""
    shares = pixels[pixels > 0] / pixels.sum()
    return -(shares * np.log(shares)).sum() / np.log(len(pixels))


@pytest.fixture
def image(make_raster):
    """Two bands whose pixels hold column and row; NODATA in single pixels of either band."""
    rows, columns = np.mgrid[0:75, 0:90]
    pixels = np.dstack([columns, rows]).astype(np.uint8)
    rng = np.random.default_rng(0)
    for band in range(2):
        pixels[rng.integers(0, 75, 6), rng.integers(0, 90, 6), band] = NODATA
    return make_raster("image.tif", pixels, nodata=NODATA), pixels


@pytest.fixture
def plain(make_raster):
    """An image of 64 x 80 pixels without nodata."""
    return make_raster("plain.tif", np.ones((80, 64), np.uint8))


@pytest.fixture
def imbalanced(make_raster):
    """An image, and labels of 4 classes from 85 % to 2 %, some pixels of each patch not annotated."""
    rng = np.random.default_rng(1)
    coarse = rng.choice(4, (30, 40), p=(0.85, 0.09, 0.04, 0.02))
    labels = np.kron(coarse, np.ones((6, 6), int)).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.1] = NODATA
    image = make_raster("image.tif", np.ones(labels.shape, np.uint8))
    return image, make_raster("labels.tif", labels, nodata=NODATA), labels


@pytest.fixture
def output(tmp_path):
    return str(tmp_path / "points.gpkg")


class TestGrid:
    @pytest.mark.parametrize(GRID_NAMES, GRIDS)
    def test_candidates_are_the_patches_inside_without_nodata(self, image, output, size, step, offset_x, offset_y):
        path, pixels = image
        counts = grid_samples(path, output, settings=GridSampling(size, step, offset_x, offset_y, "all"))
        patches = enumerate_patches(pixels.shape[:2], size, step, offset_x, offset_y)
        expected = without_nodata(pixels, patches, size, lambda patch: patch == NODATA)
        assert 0 < len(expected) < len(patches)
        assert places(read_points(output)) == [(c, r) for c, r, _, _ in expected]
        assert counts == {"train": len(expected), "validation": 0, "test": 0}

    @pytest.mark.parametrize(GRID_NAMES, GRIDS)
    def test_extraction_cuts_the_patches_of_the_grid(self, image, output, size, step, offset_x, offset_y):
        path, pixels = image
        grid_samples(path, output, settings=GridSampling(size, step, offset_x, offset_y, "all"))
        points = read_points(output)
        with RasterReader(path) as reader:
            columns, rows = reader.grid.pixel_of(points.x, points.y)
            x, y = reader.grid.center_of(columns, rows)
            around = [
                Window(c, r, 1, 1).grow(Halo.of_patch(size, size)) for c, r in zip(columns.tolist(), rows.tolist())
            ]
            cut = [reader.read(window) for window in around]
        assert points.x.tolist() == x.tolist()
        assert points.y.tolist() == y.tolist()
        for patch, (column, row) in zip(cut, places(points)):
            left, top = offset_x + column * step, offset_y + row * step
            assert (patch == pixels[top : top + size, left : left + size]).all()

    @pytest.mark.parametrize("tile_bytes", [1, 20_000, 100_000])
    @pytest.mark.parametrize(GRID_NAMES, GRIDS)
    def test_tiles_do_not_change_anything(self, imbalanced, monkeypatch, tile_bytes, size, step, offset_x, offset_y):
        path, labels_path, _ = imbalanced
        labels = RasterLabels(labels_path)
        with RasterReader(path) as reader:
            grid = PatchGrid(reader.grid, size, max(step, 3), offset_x, offset_y)
            whole = find_candidates(grid, reader, labels, with_contents=True)
            monkeypatch.setattr(patch_grid, "TILE_BYTES", tile_bytes)
            assert len(list(grid.tiles(25))) > 1
            tiled = find_candidates(grid, reader, labels, with_contents=True)
        assert tiled.cells.tolist() == whole.cells.tolist()
        assert tiled.classes.tolist() == whole.classes.tolist()
        for name in ("patches", "classes", "pixels"):
            assert getattr(tiled.contents, name).tolist() == getattr(whole.contents, name).tolist()

    @pytest.mark.parametrize(GRID_NAMES, GRIDS)
    def test_tiles_hold_each_patch_once_in_order_and_their_pixels_fit(
        self, image, monkeypatch, size, step, offset_x, offset_y
    ):
        monkeypatch.setattr(patch_grid, "TILE_BYTES", 10_000)
        with RasterReader(image[0]) as reader:
            grid = PatchGrid(reader.grid, size, step, offset_x, offset_y)
        tiles = list(grid.tiles(10))
        cells = np.concatenate([grid.cells_of(tile).ravel() for tile in tiles])
        assert cells.tolist() == list(range(grid.columns * grid.rows))
        assert max(grid.pixels_of(tile).pixels for tile in tiles) <= 1000
        assert all(grid.image.window.contains(grid.pixels_of(tile)) for tile in tiles)

    def test_the_step_is_the_patch_size_by_default(self, plain, output):
        grid_samples(plain, output, settings=GridSampling(10, strategy="all"))
        assert places(read_points(output)) == [(c, r) for r in range(8) for c in range(6)]

    @pytest.mark.parametrize("size", [15, 16])
    def test_an_image_of_one_patch(self, make_raster, output, size):
        path = make_raster("one.tif", np.ones((size, size), np.uint8))
        assert grid_samples(path, output, settings=GridSampling(size))["train"] == 1
        points = read_points(output)
        assert (points.x.tolist(), points.y.tolist()) == ([500085.0 - 10 * (size % 2)], [5799915.0 + 10 * (size % 2)])

    def test_a_south_up_image(self, make_raster, output):
        path = make_raster("up.tif", np.ones((20, 20), np.uint8), pixel_size=(10.0, 10.0))
        grid_samples(path, output, settings=GridSampling(10, strategy="all"))
        assert read_points(output).y.tolist() == [5800055.0, 5800055.0, 5800155.0, 5800155.0]


class TestNodata:
    @pytest.fixture
    def pixels(self):
        pixels = np.ones((40, 40, 3))
        pixels[0, 0, 1], pixels[15, 25, 0], pixels[39, 39, 2] = 0, np.nan, np.inf
        return pixels

    @pytest.mark.parametrize("size", [4, 5])
    @pytest.mark.parametrize("own", [None, 0, 1, np.nan])
    @pytest.mark.parametrize("given", [None, 0, 7])
    def test_own_nodata_the_parameter_and_nan(self, make_raster, output, pixels, size, own, given):
        path = make_raster("image.tif", pixels.astype(np.float32), nodata=own)
        value = own if given is None else given
        patches = enumerate_patches((40, 40), size, size)
        expected = without_nodata(pixels, patches, size, lambda p: ~np.isfinite(p) | (p == value))
        if not expected:
            with pytest.raises(InputError, match=rf"All {len(patches)} patches .* in .image.tif. have nodata.*NODATA"):
                grid_samples(path, output, settings=GridSampling(size, nodata=given))
            return
        grid_samples(path, output, settings=GridSampling(size, strategy="all", nodata=given))
        assert places(read_points(output)) == [(c, r) for c, r, _, _ in expected]

    def test_a_value_that_pixels_cannot_have(self, plain, output):
        assert grid_samples(plain, output, settings=GridSampling(nodata=-1))["train"] == 10

    def test_the_last_pixel_of_a_patch_counts_and_the_next_one_does_not(self, make_raster, output):
        pixels = np.ones((16, 32), np.uint8)
        pixels[15, 15] = 0
        grid_samples(make_raster("image.tif", pixels, nodata=0), output, settings=GridSampling(strategy="all"))
        assert places(read_points(output)) == [(1, 0)]


class TestChessboard:
    @pytest.mark.parametrize("step", [16, 10, 20])
    def test_even_patches_train_and_odd_ones_validate(self, plain, output, step):
        counts = grid_samples(plain, output, settings=GridSampling(step=step))
        points = read_points(output)
        expected = [("train", "validation")[(c + r) % 2] for c, r in places(points)]
        assert points.fields["set"] == expected
        assert counts == {"train": expected.count("train"), "validation": expected.count("validation"), "test": 0}

    def test_sets_go_to_files_of_their_own(self, plain, output, tmp_path):
        other = str(tmp_path / "validation.gpkg")
        counts = grid_samples(plain, output, other)
        assert set(read_points(output).fields["set"]) == {"train"}
        assert set(read_points(other).fields["set"]) == {"validation"}
        assert (len(read_points(output)), len(read_points(other))) == (counts["train"], counts["validation"])

    def test_all_is_for_training(self, plain, output):
        assert grid_samples(plain, output, settings=GridSampling(strategy="all")) == {
            "train": 20,
            "validation": 0,
            "test": 0,
        }
        assert set(read_points(output).fields["set"]) == {"train"}


class TestSplit:
    @pytest.mark.parametrize(
        ("total", "shares", "expected"),
        [
            (100, (50, 25, 25), [50, 25, 25]),
            (10, (1, 1, 1), [4, 3, 3]),
            (11, (50, 25, 25), [5, 3, 3]),
            (7, (0, 0, 3), [0, 0, 7]),
            (3, (0.7, 0.2, 0.1), [2, 1, 0]),
            (0, (1, 2, 3), [0, 0, 0]),
        ],
    )
    def test_largest_remainders(self, total, shares, expected):
        assert proportional_counts(total, shares).tolist() == expected

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("percents", [(50, 25, 25), (80, 20, 0), (1, 1, 1), (0, 30, 70), (100, 0, 0)])
    def test_sets_are_disjoint_and_proportional(self, plain, output, seed, percents):
        counts = grid_samples(plain, output, settings=GridSampling(5, strategy="split", percents=percents, seed=seed))
        points = read_points(output)
        assert places(points) == [(c, r) for c, r, _, _ in enumerate_patches((80, 64), 5, 5)]
        assert {name: points.fields["set"].count(name) for name in counts} == counts
        assert sum(counts.values()) == len(points) == 192
        for share, found in zip(percents, counts.values()):
            assert abs(found - 192 * share / sum(percents)) < 1

    @pytest.mark.parametrize("seed", SEEDS)
    def test_three_files_hold_each_patch_once(self, plain, output, tmp_path, seed):
        paths = [output, str(tmp_path / "v.gpkg"), str(tmp_path / "t.gpkg")]
        counts = grid_samples(plain, *paths, GridSampling(5, strategy="split", seed=seed))
        found = [places(read_points(path)) for path in paths]
        assert [len(f) for f in found] == list(counts.values()) == [96, 48, 48]
        assert len(set().union(*found)) == 192

    def test_the_same_seed_gives_the_same_sets(self, plain, output):
        drawn = []
        for seed in (0, 0, 1):
            grid_samples(plain, output, settings=GridSampling(5, strategy="split", seed=seed))
            drawn.append(read_points(output).fields["set"])
        assert drawn[0] == drawn[1] != drawn[2]


class TestLabels:
    def test_points_carry_the_label_at_their_pixel(self, imbalanced, output):
        image, labels_path, labels = imbalanced
        legend = Legend.of(ClassMap.of([LandClass(2, "Wälder & <x>", "#106b00")]))
        named = LabelSource(labels_path, legend=legend)
        grid_samples(image, output, settings=GridSampling(6, step=4, strategy="all"), labels=named)
        points = read_points(output)
        assert list(points.fields) == ["class", "name", "color", "set", "patch_column", "patch_row"]
        at_points = [int(labels[4 * r + 3, 4 * c + 3]) for c, r in places(points)]
        assert points.fields["class"] == [None if v == NODATA else v for v in at_points]
        assert None in points.fields["class"]
        listed = set(zip(points.fields["class"], points.fields["name"], points.fields["color"]))
        assert (2, "Wälder & <x>", "#106b00") in listed
        assert (None, None, None) in listed

    def test_the_style_lies_beside_each_file(self, imbalanced, output, tmp_path):
        image, labels, _ = imbalanced
        grid_samples(image, output, str(tmp_path / "v.gpkg"), labels=LabelSource(labels))
        for name in ("points.qml", "v.qml"):
            assert set(read_legend_file(str(tmp_path / name)).by_value) == {0, 1, 2, 3}

    def test_no_class_field_where_no_point_is_labelled(self, make_raster, plain, output, tmp_path):
        labels = np.full((80, 64), NODATA, np.uint8)
        labels[0, :2] = 1, 2
        grid_samples(plain, output, labels=LabelSource(make_raster("labels.tif", labels, nodata=NODATA)))
        assert list(read_points(output).fields) == ["set", "patch_column", "patch_row"]
        assert not (tmp_path / "points.qml").exists()

    @pytest.mark.parametrize("hidden", [False, True])
    def test_a_class_without_a_point_is_told(self, make_raster, output, hidden):
        labels = np.repeat(np.array([[1, 2, 3, 3]], np.uint8), 20, axis=1).repeat(64, axis=0)
        image = make_raster("image.tif", np.where(hidden & (labels == 2), 0, 1).astype(np.uint8), nodata=0)
        labelled = LabelSource(make_raster("labels.tif", labels))
        events = []
        grid_samples(image, output, settings=GridSampling(8), labels=labelled, progress=Progress(events.append))
        told = [e["text"] for e in events if e["event"] == "warning"]
        assert ["class(es) 2 of “labels.tif”" in text for text in told] == [True] * hidden

    def test_labels_on_another_grid_are_read_on_the_image(self, make_raster, plain, output):
        values = np.random.default_rng(0).integers(1, 4, (45, 40)).astype(np.uint8)
        labels = make_raster("labels.tif", values, pixel_size=(20.0, -20.0), origin=(499960.0, 5800040.0))
        grid_samples(plain, output, labels=LabelSource(labels))
        points = read_points(output)
        with RasterReader(labels) as reader:
            columns, rows = reader.grid.pixel_of(points.x, points.y)
        assert points.fields["class"] == values[rows, columns].tolist()

    def test_labels_without_a_crs_are_refused(self, make_raster, plain, output):
        labels = make_raster("labels.tif", np.ones((80, 64), np.uint8), crs=None)
        with pytest.raises(InputError, match=r"labels.tif"):
            grid_samples(plain, output, labels=LabelSource(labels))

    @pytest.mark.parametrize(GRID_NAMES, GRIDS)
    def test_contents_are_the_class_pixels_of_each_patch(self, imbalanced, size, step, offset_x, offset_y):
        path, labels_path, labels = imbalanced
        step = max(step, 3)
        with RasterReader(path) as reader:
            grid = PatchGrid(reader.grid, size, step, offset_x, offset_y)
            found = find_candidates(grid, reader, RasterLabels(labels_path), with_contents=True)
        patches = enumerate_patches(labels.shape, size, step, offset_x, offset_y)
        assert found.cells.tolist() == list(range(len(patches)))
        counts = np.zeros((len(patches), 4), np.int64)
        counts[found.contents.patches, found.contents.classes] = found.contents.pixels
        assert counts.tolist() == [class_pixels(labels, [p], size, 4).tolist() for p in patches]


class TestBalanced:
    def drawn(self, imbalanced, output, size=6, step=None, progress=None, **options):
        image, labels_path, labels = imbalanced
        settings = GridSampling(size, step, strategy="balanced", **options)
        counts = grid_samples(image, output, settings=settings, labels=LabelSource(labels_path), progress=progress)
        chosen = places(read_points(output))
        assert len(chosen) == len(set(chosen)) == sum(counts.values())
        patches = {(p[0], p[1]): p for p in enumerate_patches(labels.shape, size, step or size)}
        return [patches[place] for place in chosen], class_pixels(labels, [patches[p] for p in chosen], size, 4)

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("size", "step", "count"), [(6, None, 100), (8, None, 60), (8, 4, 200), (13, 13, 40)])
    def test_classes_are_more_even_than_in_a_random_choice(self, imbalanced, output, seed, size, step, count):
        labels = imbalanced[2]
        chosen, pixels = self.drawn(imbalanced, output, size, step, count=count, seed=seed)
        patches = enumerate_patches(labels.shape, size, step or size)
        rng = np.random.default_rng(seed)
        random = [
            evenness(
                class_pixels(labels, [patches[i] for i in rng.choice(len(patches), count, replace=False)], size, 4)
            )
            for _ in range(20)
        ]
        assert len(chosen) == count
        assert evenness(pixels) > max(random) + 0.1

    def test_without_a_spatial_share_few_patches_are_almost_even(self, imbalanced, output):
        """There are about 24 patches of the rarest class, so that 80 patches can hold 20 of each."""
        _, pixels = self.drawn(imbalanced, output, count=80, spatial_share=0.0)
        assert pixels.max() < 1.3 * pixels.min()

    def test_the_larger_the_spatial_share_the_less_even(self, imbalanced, output):
        found = [evenness(self.drawn(imbalanced, output, count=150, spatial_share=s)[1]) for s in (0.0, 0.5, 1.0)]
        assert found[0] > found[1] > found[2]

    @pytest.mark.parametrize("seed", SEEDS)
    def test_about_as_even_as_when_each_patch_is_weighed_anew(self, imbalanced, output, monkeypatch, seed):
        _, batches = self.drawn(imbalanced, output, count=300, seed=seed)
        monkeypatch.setattr(balancing, "BATCH_SHARE", 0.0)
        _, one_by_one = self.drawn(imbalanced, output, count=300, seed=seed)
        assert evenness(batches) == pytest.approx(evenness(one_by_one), abs=0.01)

    def test_the_same_seed_gives_the_same_points(self, imbalanced, output):
        drawn = [self.drawn(imbalanced, output, count=100, seed=seed)[0] for seed in (0, 0, 1)]
        assert drawn[0] == drawn[1] != drawn[2]

    def test_sets_are_those_of_the_chessboard(self, imbalanced, output):
        self.drawn(imbalanced, output, count=100)
        points = read_points(output)
        assert points.fields["set"] == [("train", "validation")[(c + r) % 2] for c, r in places(points)]
        assert set(points.fields["set"]) == {"train", "validation"}

    def test_half_of_the_labelled_patches_by_default(self, imbalanced, output):
        chosen, _ = self.drawn(imbalanced, output)
        assert len(chosen) == 600

    def test_patches_without_labels_are_not_chosen(self, make_raster, plain, output):
        labels = np.full((80, 64), NODATA, np.uint8)
        labels[0:16, 0:16], labels[70, 60], labels[20, 20] = 1, 2, 3
        source = LabelSource(make_raster("l.tif", labels, nodata=NODATA))
        counts = grid_samples(plain, output, settings=GridSampling(strategy="balanced", count=3), labels=source)
        assert places(read_points(output)) == [(0, 0), (1, 1), (3, 4)]
        assert counts["train"] + counts["validation"] == 3

    def test_more_than_there_are_takes_all_with_a_warning(self, imbalanced, output):
        progress, warnings = listener()
        chosen, _ = self.drawn(imbalanced, output, count=5000, progress=progress)
        assert len(chosen) == 1200
        assert ["COUNT is 5000, but only 1200 patches" in w for w in warnings()] == [True]

    def test_labels_where_the_image_has_no_data(self, make_raster, output):
        image, labels = np.ones((32, 32), np.uint8), np.full((32, 32), NODATA, np.uint8)
        image[:16], labels[:16] = 0, 1
        image, labels = make_raster("i.tif", image, nodata=0), make_raster("l.tif", labels, nodata=NODATA)
        with pytest.raises(InputError, match=r"has a labelled pixel in .l.tif., so there is nothing to balance"):
            grid_samples(image, output, settings=GridSampling(strategy="balanced"), labels=LabelSource(labels))


class TestOverlap:
    @pytest.mark.parametrize(("strategy", "step", "warned"), [("chessboard", 15, 1), ("split", 4, 1), ("all", 4, 0)])
    def test_overlapping_patches_of_different_sets_give_a_warning(self, plain, output, strategy, step, warned):
        progress, warnings = listener()
        grid_samples(plain, output, settings=GridSampling(step=step, strategy=strategy), progress=progress)
        assert len(warnings()) == warned
        assert all(f"overlap by up to {16 - step} of 16" in w and "STEP of at least 16" in w for w in warnings())

    @pytest.mark.parametrize("step", [None, 16, 20])
    def test_patches_that_do_not_overlap_give_no_warning(self, plain, output, step):
        progress, warnings = listener()
        grid_samples(plain, output, settings=GridSampling(step=step), progress=progress)
        assert warnings() == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"patch_size": 0}, r"PATCH_SIZE and STEP must be at least 1, received 0 and 0"),
            ({"step": 0}, r"PATCH_SIZE and STEP must be at least 1, received 16 and 0"),
            ({"offset_x": -1}, r"OFFSET_X and OFFSET_Y must be at least 0, received -1 and 0"),
            ({"offset_y": -3}, r"received 0 and -3"),
            ({"patch_size": 65}, r"plain.tif. is 64 × 80 pixels, smaller than a patch of 65 × 65\. Give"),
            ({"offset_x": 60}, r"smaller than a patch of 16 × 16 from column 60, row 0"),
            ({"strategy": "split", "percents": (50, -1, 25)}, r"TEST_PERCENT must be at least 0.*received 50, -1, 25"),
            ({"strategy": "split", "percents": (1e308, 1e308, 1)}, r"at most 1,000,000,000, .*received 1e\+308"),
            ({"strategy": "split", "percents": (0, 0, 0)}, r"not all of them 0"),
            ({"strategy": "split", "percents": (float("nan"), 1, 1)}, r"received nan, 1, 1"),
            ({"strategy": "diagonal"}, r"STRATEGY must be one of .*received .diagonal"),
            ({"strategy": "balanced"}, r"STRATEGY=balanced needs a label raster.*LABELS"),
            ({"strategy": "balanced", "count": -1}, r"COUNT .*received -1"),
            ({"strategy": "balanced", "spatial_share": 1.5}, r"SPATIAL_SHARE .*received 1.5"),
            ({"strategy": "balanced", "spatial_share": float("nan")}, r"received nan"),
        ],
    )
    def test_parameters_out_of_range(self, plain, output, tmp_path, options, sentence):
        labels = LabelSource("x") if {"count", "spatial_share"} & set(options) else None
        with pytest.raises(InputError, match=sentence):
            grid_samples(plain, output, settings=GridSampling(**options), labels=labels)
        assert os.listdir(tmp_path) == ["plain.tif"]

    @pytest.mark.parametrize(
        ("wanted", "options", "sentence"),
        [
            ({"test"}, {}, r"TEST would be empty: STRATEGY=chessboard gives it no patches.*STRATEGY=split"),
            ({"validation"}, {"strategy": "all"}, r"VALIDATION would be empty: STRATEGY=all"),
            ({"test"}, {"strategy": "split", "percents": (50, 50, 0)}, r"TEST would be empty: TEST_PERCENT is 0"),
            (
                {"validation", "test"},
                {"strategy": "split", "percents": (0, 50, 50)},
                r"OUTPUT would be empty: TRAINING_PERCENT is 0",
            ),
            ({"validation"}, {"patch_size": 64}, r"VALIDATION would be empty: 1 patch\(es\) are too few"),
            (
                {"test"},
                {"strategy": "split", "patch_size": 32, "percents": (90, 9, 1)},
                r"TEST would be empty: 4 patch\(es\)",
            ),
        ],
    )
    def test_an_output_that_would_be_empty(self, plain, output, tmp_path, wanted, options, sentence):
        paths = {name: str(tmp_path / f"{name}.gpkg") for name in wanted}
        with pytest.raises(InputError, match=sentence):
            grid_samples(plain, output, **paths, settings=GridSampling(**options))
        assert os.listdir(tmp_path) == ["plain.tif"]

    def test_nothing_left_for_the_first_output(self, make_raster, output, tmp_path):
        pixels = np.ones((16, 32), np.uint8)
        pixels[0, 0] = 0
        image = make_raster("image.tif", pixels, nodata=0)
        with pytest.raises(InputError, match=r"OUTPUT would be empty: 1 patch\(es\).*Leave VALIDATION or TEST out"):
            grid_samples(image, output, str(tmp_path / "v.gpkg"))

    def test_a_set_without_a_file_fills_the_first_one(self, plain, output):
        counts = grid_samples(plain, output, settings=GridSampling(strategy="split", percents=(0, 50, 50)))
        assert counts == {"train": 0, "validation": 10, "test": 10}
        assert len(read_points(output)) == 20

    def test_too_many_patches(self, plain, output, monkeypatch):
        monkeypatch.setattr(module, "MAXIMUM_PATCHES", 19)
        with pytest.raises(InputError, match=r"The grid has 20 patches; at most 19 are possible. Raise STEP"):
            grid_samples(plain, output)

    def test_cancelling_leaves_nothing(self, plain, output, tmp_path):
        progress = Progress()
        progress.cancelled.set()
        with pytest.raises(Cancelled):
            grid_samples(plain, output, progress=progress)
        assert os.listdir(tmp_path) == ["plain.tif"]
