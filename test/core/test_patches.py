"""Patches around sample points."""

import os

import numpy as np
import pytest

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.errors import InputError
from rasterlearn.core.labels import RasterLabels
from rasterlearn.core.normalization import normalize
from rasterlearn.core.patches import (
    READ_BLOCK_PX,
    REASONS,
    PatchSet,
    cut_patches,
    extract_patches,
    read_patches,
    write_patches,
)
from rasterlearn.core.progress import Progress
from rasterlearn.core.raster import RasterReader, read_legend
from rasterlearn.core.source import Source
from rasterlearn.core.vectors import read_points

SIZES = [(16, 16), (15, 9), (1, 1), (2, 3), (8, 5)]


def ramp_pixels(width, height):
    """Column and row (from 1, so that 0 can be nodata) of each pixel."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.dstack([columns + 1, rows + 1]).astype(np.uint16)


def cut(path, columns, rows, width, height, nodata=None):
    with RasterReader(path) as reader:
        return cut_patches(reader, np.array(columns), np.array(rows), width, height, nodata)


def at(column, row):
    """WKT of a point at a fractional pixel position."""
    return f"POINT ({500000 + 10 * column!r} {5800000 - 10 * row!r})"


@pytest.fixture
def extract(make_vector, tmp_path):
    """Runs extract_patches on points [(column, row), ...] and returns its counts; outputs lie in `out`."""
    (tmp_path / "out").mkdir()

    def run(image, places, classes=None, **options):
        classes = classes or [1 + i % 2 for i in range(len(places))]
        features = [(at(*place), {"class": c, "id": i}) for i, (place, c) in enumerate(zip(places, classes))]
        path = make_vector("points.gpkg", features)
        out = tmp_path / "out"
        return extract_patches(path, image, str(out / "patches.tif"), str(out / "labels.tif"), **options)

    return run


@pytest.fixture
def out(tmp_path):
    return lambda name: str(tmp_path / "out" / name)


class TestCutting:
    @pytest.mark.parametrize(("width", "height"), SIZES)
    def test_a_patch_starts_floor_half_before_its_pixel(self, make_raster, width, height):
        image = make_raster("image.tif", ramp_pixels(70, 60))
        rng = np.random.default_rng(0)
        columns, rows = rng.integers(20, 50, 40), rng.integers(20, 40, 40)
        pixels, reasons = cut(image, columns, rows, width, height)
        assert (reasons == 0).all()
        assert pixels.shape == (40, height, width, 2)
        assert pixels.dtype == np.uint16
        for patch, column, row in zip(pixels, columns, rows):
            expected = ramp_pixels(70, 60)[row - height // 2 :, column - width // 2 :][:height, :width]
            assert (patch == expected).all()

    def test_a_patch_of_16_covers_8_before_to_7_after(self, make_raster):
        pixels, _ = cut(make_raster("image.tif", ramp_pixels(40, 40)), [20], [10], 16, 16)
        assert (pixels[0, 0, 0] - 1).tolist() == [12, 2]
        assert (pixels[0, -1, -1] - 1).tolist() == [27, 17]

    @pytest.mark.parametrize(("width", "height"), SIZES)
    def test_exactly_the_pixels_with_a_whole_patch_are_accepted(self, make_raster, width, height):
        rows, columns = (axis.ravel() for axis in np.mgrid[-2:27, -2:32])
        pixels, reasons = cut(make_raster("image.tif", ramp_pixels(30, 25)), columns, rows, width, height)
        left, top = columns - width // 2, rows - height // 2
        whole = (left >= 0) & (left + width <= 30) & (top >= 0) & (top + height <= 25)
        inside = (columns >= 0) & (columns < 30) & (rows >= 0) & (rows < 25)
        assert (reasons == np.where(whole, 0, np.where(inside, 2, 1))).all()
        assert (pixels[:, 0, 0, 0] - 1 == left[whole]).all()
        assert (pixels[:, 0, 0, 1] - 1 == top[whole]).all()

    def test_patches_keep_the_order_of_their_points_over_all_reading_blocks(self, make_raster):
        size = 2 * READ_BLOCK_PX + 60
        image = make_raster("image.tif", ramp_pixels(size, size))
        rng = np.random.default_rng(1)
        columns, rows = rng.integers(0, size, 300), rng.integers(0, size, 300)
        columns[:4], rows[:4] = READ_BLOCK_PX - 1 + np.arange(4), READ_BLOCK_PX - 2 + np.arange(4)
        pixels, reasons = cut(image, columns, rows, 16, 16)
        accepted = reasons == 0
        assert 200 < accepted.sum() < 300
        assert (pixels[:, 8, 8, 0] - 1 == columns[accepted]).all()
        assert (pixels[:, 8, 8, 1] - 1 == rows[accepted]).all()
        assert (pixels[:, 0, -1, 0] - 1 == columns[accepted] + 7).all()

    def test_the_same_pixel_may_be_sampled_twice(self, make_raster):
        pixels, _ = cut(make_raster("image.tif", ramp_pixels(9, 9)), [4, 4], [5, 5], 3, 3)
        assert (pixels[0] == pixels[1]).all()

    def test_no_usable_point_gives_no_patch(self, make_raster):
        pixels, reasons = cut(make_raster("image.tif", ramp_pixels(9, 9)), [-1, 0], [0, 0], 3, 3)
        assert pixels.shape == (0, 3, 3, 2)
        assert reasons.tolist() == [1, 2]


class TestNodata:
    def image(self, make_raster, bad, dtype="uint16", nodata=None):
        """A pixel of 20 x 20 is bad in the second band only: column 12, row 9."""
        pixels = ramp_pixels(20, 20).astype(dtype)
        pixels[9, 12, 1] = bad
        return make_raster("image.tif", pixels, nodata=nodata)

    def rejected(self, image, nodata=None, size=(4, 3)):
        rows, columns = (axis.ravel() for axis in np.mgrid[5:15, 5:18])
        _, reasons = cut(image, columns, rows, *size, nodata)
        return {(c, r) for c, r, reason in zip(columns.tolist(), rows.tolist(), reasons) if reason == 3}

    TOUCHING = {(c, r) for c in range(11, 15) for r in range(8, 11)}

    @pytest.mark.parametrize(("bad", "nodata"), [(0, 0), (0, 0.0), (999, 999)])
    def test_any_band_of_any_pixel_rejects_the_patch(self, make_raster, bad, nodata):
        assert self.rejected(self.image(make_raster, bad), nodata) == self.TOUCHING

    def test_without_nodata_zero_is_a_value(self, make_raster):
        assert self.rejected(self.image(make_raster, 0)) == set()

    def test_the_own_nodata_value_counts_by_default(self, make_raster):
        assert self.rejected(self.image(make_raster, 0, nodata=0)) == self.TOUCHING

    def test_a_value_given_counts_instead_of_the_own_one(self, make_raster):
        image = self.image(make_raster, 999, nodata=999)
        assert self.rejected(image, 998) == set()
        assert self.rejected(image, 999) == self.TOUCHING

    @pytest.mark.parametrize("nodata", [None, 0, np.nan])
    @pytest.mark.parametrize("own", [None, np.nan, -1])
    def test_nan_always_rejects(self, make_raster, nodata, own):
        assert self.rejected(self.image(make_raster, np.nan, "float32", own), nodata) == self.TOUCHING

    def test_nan_as_nodata_means_nothing_for_integers(self, make_raster):
        assert self.rejected(self.image(make_raster, 0), np.nan) == set()


class TestExtracting:
    @pytest.mark.parametrize("offset", [0.0, 1e-9, 0.5, 0.999])
    def test_a_point_on_the_edge_of_a_pixel_belongs_to_the_later_pixel(
        self, extract, make_raster, read_pixels, out, offset
    ):
        places = [(10 + offset, 11 + offset), (20 + offset, 12 + offset), (13 + offset, 25 + offset)]
        extract(make_raster("image.tif", ramp_pixels(50, 40)), places, width=15, height=9)
        centers = read_pixels(out("patches.tif")).reshape(3, 9, 15, 2)[:, 4, 7] - 1
        assert centers.tolist() == [[10, 11], [20, 12], [13, 25]]

    def test_first_and_last_possible_points(self, extract, make_raster, read_pixels, out):
        places = [(8, 8), (42.999, 32.999)]
        assert extract(make_raster("image.tif", ramp_pixels(50, 40)), places) == {"accepted": 2, "rejected": 0}
        patches = read_pixels(out("patches.tif")).reshape(2, 16, 16, 2) - 1
        assert patches[0, 0, 0].tolist() == [0, 0]
        assert patches[1, -1, -1].tolist() == [49, 39]

    def test_labels_are_the_values_of_the_accepted_points_in_their_order(self, extract, make_raster, read_pixels, out):
        image = make_raster("image.tif", ramp_pixels(50, 40))
        counts = extract(image, [(20, 20), (0, 0), (30, 20), (25, 25), (99, 9)], classes=[200, 1, 5, 200, 5])
        assert counts == {"accepted": 3, "rejected": 2}
        labels = read_pixels(out("labels.tif"))
        assert labels.shape == (3, 1, 1)
        assert labels.ravel().tolist() == [200, 5, 200]
        assert read_pixels(out("patches.tif")).shape == (48, 16, 2)

    def test_rejected_points_come_with_their_reason_and_fields(self, extract, make_raster, out):
        pixels = ramp_pixels(50, 40)
        pixels[30, 40, 1] = 0
        events = []
        extract(
            make_raster("image.tif", pixels),
            [(20, 20), (7.9, 20), (50, 20), (36, 30), (-0.1, 0)],
            nodata=0,
            rejected_output=out("rejected.gpkg"),
            progress=Progress(events.append),
        )
        rejected = read_points(out("rejected.gpkg"))
        assert rejected.fields["id"] == [1, 2, 3, 4]
        assert rejected.fields["class"] == [2, 1, 2, 1]
        assert rejected.fields["reason"] == [REASONS[2], REASONS[1], REASONS[3], REASONS[1]]
        (text,) = [e["text"] for e in events if e["event"] == "info"]
        assert text.startswith("1 patches.")
        assert f"2 because {REASONS[1]}" in text
        assert f"1 because {REASONS[3]}" in text

    def test_text_classes_get_values_by_name_and_keep_their_names(self, extract, make_raster, read_pixels, out):
        image = make_raster("image.tif", ramp_pixels(50, 40))
        extract(image, [(20, 20), (25, 20), (30, 20)], classes=["water", "farm", "water"])
        assert read_pixels(out("labels.tif")).ravel().tolist() == [1, 0, 1]
        assert {v: c.name for v, c in read_legend(out("labels.tif")).items()} == {0: "farm", 1: "water"}

    def test_the_stack_records_where_it_came_from(self, extract, make_raster, out):
        image = make_raster("raw.tif", ramp_pixels(50, 40), names=["B4", "B8"])
        normalized = image.replace("raw.tif", "normalized.tif")
        transform = normalize([image], normalized)
        extract(normalized, [(20, 20), (25, 20)], width=15, height=9)
        source = read_patches(out("patches.tif"), out("labels.tif")).source
        assert source == Source(("B4", "B8"), (10.0, 10.0), 15, 9, transform)

    def test_all_points_rejected_is_a_sentence_with_the_reasons(self, extract, make_raster, out):
        with pytest.raises(InputError, match=r"All 3 points of .points.gpkg. were rejected") as error:
            extract(make_raster("image.tif", ramp_pixels(50, 40)), [(0, 0), (-1, 5), (60, 5)])
        assert f"2 because {REASONS[1]}; 1 because {REASONS[2]}" in str(error.value)
        assert os.listdir(out("")) == []

    @pytest.mark.parametrize("shape", [(15, 50), (50, 15), (1, 1)])
    def test_an_image_smaller_than_a_patch_is_a_sentence_with_both_sizes(self, extract, make_raster, shape):
        with pytest.raises(InputError, match=rf"image.tif. is {shape[0]} × {shape[1]} pixels.*patch of 16 × 16"):
            extract(make_raster("image.tif", ramp_pixels(*shape)), [(0, 0)])

    @pytest.mark.parametrize("size", [(0, 5), (5, -1)])
    def test_an_empty_patch_is_refused(self, extract, ramp, size):
        with pytest.raises(InputError, match=rf"received {size[0]} × {size[1]}"):
            extract(ramp, [(20, 20)], width=size[0], height=size[1])

    def test_a_wrong_field_is_refused_naming_the_fields(self, extract, ramp):
        with pytest.raises(InputError, match=r"no field .klass.; it has class, id"):
            extract(ramp, [(20, 20)], attribute="klass")


class TestRoundTrip:
    CLASSES = ClassMap.of(
        [LandClass(-3, "a", "#111111"), LandClass(5, "b & <c>", "#222222"), LandClass(300, "c", "#333333")]
    )

    def patches(self, dtype="uint16", count=7):
        rng = np.random.default_rng(0)
        pixels = (rng.random((count, 9, 15, 2)) * 200).astype(dtype)
        source = Source(("B4", "B8"), (10.0, 20.0), 15, 9)
        return PatchSet(pixels, rng.integers(0, 3, count), self.CLASSES, source)

    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
    def test_what_is_written_comes_back(self, tmp_path, dtype):
        patches, paths = self.patches(dtype), (str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif"))
        patches = PatchSet(patches.pixels, np.array([0, 1, 2, 2, 1, 0, 1]), patches.classes, patches.source)
        write_patches(*paths, patches)
        back = read_patches(*paths)
        assert back.pixels.dtype == dtype
        assert (back.pixels == patches.pixels).all()
        assert (back.labels == patches.labels).all()
        assert back.classes == patches.classes
        assert back.source == patches.source
        assert len(back) == 7

    def test_the_layout_is_that_of_otbtf(self, tmp_path, read_pixels):
        patches = self.patches()
        write_patches(str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif"), patches)
        stack, labels = read_pixels(tmp_path / "patches.tif"), read_pixels(tmp_path / "labels.tif")
        assert stack.shape == (7 * 9, 15, 2)
        assert (stack[2 * 9 : 3 * 9] == patches.pixels[2]).all()
        assert labels.ravel().tolist() == patches.classes.values[patches.labels].tolist()
        with RasterReader(str(tmp_path / "patches.tif")) as reader:
            assert reader.grid.crs == ""

    def test_labels_of_another_stack_are_refused(self, tmp_path):
        for count in (7, 5, 21):
            write_patches(str(tmp_path / f"p{count}.tif"), str(tmp_path / f"l{count}.tif"), self.patches(count=count))
        with pytest.raises(InputError, match=r"p7.tif. is 63 rows high, which cannot be 5 patches.*l5.tif"):
            read_patches(str(tmp_path / "p7.tif"), str(tmp_path / "l5.tif"))
        with pytest.raises(
            InputError, match=r"p7.tif. holds patches of 15 × 9, but .*21 labels of .l21.tif. give 15 × 3"
        ):
            read_patches(str(tmp_path / "p7.tif"), str(tmp_path / "l21.tif"))

    def test_another_class_map_changes_indices_but_not_values(self):
        patches = self.patches()
        wider = ClassMap.of([*self.CLASSES, LandClass(0, "new", "#444444")])
        changed = patches.with_classes(wider, "the validation set")
        assert (wider.values[changed.labels] == patches.classes.values[patches.labels]).all()
        assert changed.classes == wider

    def test_a_class_unknown_to_the_training_set_is_refused_naming_it(self):
        fewer = ClassMap.of(list(self.CLASSES)[:2])
        with pytest.raises(InputError, match=r"the validation set has classes .* does not have: 300 c;"):
            self.patches().with_classes(fewer, "the validation set")

    def test_a_class_of_another_name_is_refused(self):
        other = ClassMap.of([LandClass(-3, "x"), LandClass(5), LandClass(300)])
        with pytest.raises(InputError, match=r"disagree on the class -3"):
            self.patches().with_classes(other, "the validation set")


class TestReference:
    @pytest.mark.parametrize(
        ("points", "size", "patches", "labels"),
        [
            ("points_constant_60", (16, 16), "patches_16", "labels_16"),
            ("points_constant_60", (15, 9), "patches_15x9", "labels_15x9"),
            ("points_edges", (16, 16), "patches_edges_16", "labels_edges_16"),
            ("points_edges", (15, 15), "patches_edges_15", "labels_edges_15"),
        ],
    )
    def test_pixels_and_labels_are_those_of_otbtf(
        self, reference, tmp_path, read_pixels, points, size, patches, labels
    ):
        out = str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif")
        extract_patches(
            str(reference / f"{points}.gpkg"), str(reference / "image_10m.tif"), *out, width=size[0], height=size[1]
        )
        for ours, theirs in zip(out, (patches, labels)):
            expected = read_pixels(reference / f"{theirs}.tif")
            read = read_pixels(ours)
            assert read.dtype == expected.dtype
            assert np.array_equal(read, expected)

    def test_patches_written_by_otbtf_can_be_read(self, reference):
        patches = read_patches(str(reference / "patches_15x9.tif"), str(reference / "labels_15x9.tif"))
        assert patches.pixels.shape == (288, 9, 15, 4)
        assert patches.classes.values.tolist() == [0, 1, 2, 3, 4]
        assert (patches.source.patch_width, patches.source.patch_height) == (15, 9)
        labels = RasterLabels(str(reference / "labels_15x9.tif"))
        assert (patches.labels == labels.read(labels.grid.window).ravel()).all()


def test_labels_with_nodata_among_them_are_refused(make_raster):
    patches = make_raster("x.tif", np.ones((12, 4), np.uint8), crs=None)
    labels = make_raster("y.tif", np.array([[1], [2], [9]], np.uint8), crs=None, nodata=9)
    with pytest.raises(InputError, match="1 patches without a class"):
        read_patches(patches, labels)


def test_labels_of_other_patches_of_the_same_number_are_refused(ramp, make_vector, tmp_path):
    for name, x in (("a", 500205), ("b", 500305)):
        points = make_vector(f"{name}.gpkg", [(f"POINT({x} 5799795)", {"class": 1})])
        extract_patches(points, ramp, str(tmp_path / f"{name}_x.tif"), str(tmp_path / f"{name}_y.tif"))
    with pytest.raises(InputError, match="not written together"):
        read_patches(str(tmp_path / "a_x.tif"), str(tmp_path / "b_y.tif"))
    assert len(read_patches(str(tmp_path / "a_x.tif"), str(tmp_path / "a_y.tif"))) == 1
