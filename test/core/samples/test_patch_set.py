"""Sets of patches, and their stacks in files."""

from dataclasses import replace

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.samples.labels import RasterLabels
from rasterlearn.core.samples.patch_set import PatchSet, band_moments
from rasterlearn.core.samples.patch_stack import Stack, read_patches, write_patches
from rasterlearn.core.samples.places import Places


class TestRoundTrip:
    CLASSES = ClassMap.of(
        [LandClass(-3, "a", "#111111"), LandClass(5, "b & <c>", "#222222"), LandClass(300, "c", "#333333")]
    )

    def patches(self, dtype="uint16", count=7):
        rng = np.random.default_rng(0)
        pixels = (rng.random((count, 9, 15, 2)) * 200).astype(dtype)
        source = Source(("B4", "B8"), (10.0, 20.0), 15, 9)
        return PatchSet.of(pixels, rng.integers(0, 3, count), self.CLASSES, source)

    @pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
    def test_what_is_written_comes_back(self, tmp_path, dtype):
        patches, paths = self.patches(dtype), (str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif"))
        patches = replace(patches, labels=np.array([0, 1, 2, 2, 1, 0, 1]))
        write_patches(*paths, patches)
        back = read_patches(*paths)
        assert back.images[0].dtype == dtype
        assert (back.images[0] == patches.images[0]).all()
        assert (back.labels == patches.labels).all()
        assert back.classes == patches.classes
        assert back.sources == patches.sources
        assert len(back) == 7

    def test_the_layout_is_that_of_otbtf(self, tmp_path, read_pixels):
        patches = self.patches()
        write_patches(str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif"), patches)
        stack, labels = read_pixels(tmp_path / "patches.tif"), read_pixels(tmp_path / "labels.tif")
        assert stack.shape == (7 * 9, 15, 2)
        assert (stack[2 * 9 : 3 * 9] == patches.images[0][2]).all()
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
    def test_patches_written_by_otbtf_can_be_read(self, reference):
        patches = read_patches(str(reference / "patches_15x9.tif"), str(reference / "labels_15x9.tif"))
        assert patches.images[0].shape == (288, 9, 15, 4)
        assert patches.classes.values.tolist() == [0, 1, 2, 3, 4]
        assert (patches.sources[0].patch_width, patches.sources[0].patch_height) == (15, 9)
        labels = RasterLabels(str(reference / "labels_15x9.tif"))
        assert (patches.labels == labels.read(labels.grid.window).ravel()).all()


def test_labels_with_nodata_among_them_are_refused(make_raster):
    patches = make_raster("x.tif", np.ones((12, 4), np.uint8), crs=None)
    labels = make_raster("y.tif", np.array([[1], [2], [9]], np.uint8), crs=None, nodata=9)
    with pytest.raises(InputError, match="1 patches without a class"):
        read_patches(patches, labels)


def test_places_are_stored_with_the_patches(tmp_path, wkt):
    rng = np.random.default_rng(0)
    grid = Grid(100, 90, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), wkt("EPSG:32633"))
    places = Places(rng.integers(0, 100, 5), rng.integers(0, 90, 5), grid, 3, 2)
    classes = ClassMap.of([LandClass(0), LandClass(1)])
    source = Source(("B4",), (10.0, 10.0), 3, 2)
    patches = PatchSet.of(np.ones((5, 2, 3, 1), np.uint8), np.array([0, 1, 0, 1, 1]), classes, source, places)
    paths = str(tmp_path / "p.tif"), str(tmp_path / "l.tif")
    write_patches(*paths, patches)
    back = read_patches(*paths).places
    assert back.columns.tolist() == places.columns.tolist()
    assert back.rows.tolist() == places.rows.tolist()
    assert (back.grid, back.width, back.height) == (grid, 3, 2)


def test_dense_targets_have_values_names_and_nodata_and_come_back(tmp_path, read_pixels):
    classes = ClassMap.of([LandClass(-3, "a", "#111111"), LandClass(7, "b", "#222222")])
    indices = np.random.default_rng(0).integers(-1, 2, (5, 3, 4, 1))
    targets, patches = str(tmp_path / "t.tif"), str(tmp_path / "p.tif")
    Stack.write_targets(targets, classes, [indices[:2], indices[2:]], 5, "same")
    with RasterReader(targets) as reader:
        nodata = reader.nodata[0]
    expected = np.where(indices == 0, -3, np.where(indices == 1, 7, nodata)).reshape(15, 4, 1)
    assert (read_pixels(targets) == expected).all()
    assert read_legend(targets) == {c.value: c for c in classes}
    Stack(patches, Source(("B4",), (10.0, 10.0), 4, 3), "same").write(np.dtype(np.uint8), [np.ones((5, 3, 4, 1))], 5)
    back = read_patches(patches, targets)
    assert back.is_dense
    assert (back.labels == indices[..., 0]).all()
    assert back.images[0].shape == (5, 3, 4, 1)
    assert len(back.known_labels) == (indices >= 0).sum()


def test_sets_beyond_the_limit_stay_in_their_files(tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 200, (9, 4, 5, 3)).astype(np.uint8)
    classes, source = ClassMap.of([LandClass(0), LandClass(1)]), Source(("a", "b", "c"), (1.0, 1.0), 5, 4)
    paths = str(tmp_path / "p.tif"), str(tmp_path / "l.tif")
    write_patches(*paths, PatchSet.of(pixels, np.arange(9) % 2, classes, source))
    held, filed = (read_patches(*paths, held_bytes=limit) for limit in (9 * 60 * 4, 9 * 60 * 4 - 1))
    assert (held.is_held, filed.is_held) == (True, False)
    assert filed.images[0].shape == (9, 4, 5, 3)
    rows = np.array([7, 0, 3, 3, 8])
    for ours, theirs in zip(filed.batches(rows, 2), held.batches(rows, 2)):
        np.testing.assert_array_equal(ours[0][0], theirs[0][0])
        np.testing.assert_array_equal(ours[1], theirs[1])
    assert (filed.images[0][:4] == pixels[:4]).all()


def test_several_sources_have_one_order(tmp_path):
    classes = ClassMap.of([LandClass(0), LandClass(1)])
    paths = [str(tmp_path / name) for name in ("a.tif", "b.tif", "l.tif")]
    for number, side in enumerate((4, 2)):
        pixels = np.full((6, side, side, 1 + number), 7, np.uint8) * np.arange(6, dtype=np.uint8)[:, None, None, None]
        source = Source(tuple("xy"[: 1 + number]), (1.0, 1.0), side, side)
        Stack(paths[number], source, "same").write(np.dtype(np.uint8), [pixels], 6)
    Stack.write_labels(paths[2], classes, np.arange(6) % 2, "same")
    both = read_patches(paths[:2], paths[2])
    assert both.shapes == [(4, 4, 1), (2, 2, 2)]
    assert both.images[0][:, 0, 0, 0].tolist() == both.images[1][:, 1, 1, 1].tolist() == [0, 7, 14, 21, 28, 35]
    Stack.write_labels(paths[2], classes, np.arange(6) % 2, "other")
    with pytest.raises(InputError, match="not written together"):
        read_patches(paths[:2], paths[2])


def test_images_in_place_of_patches_are_refused(make_raster, tmp_path):
    image = make_raster("scene.tif", np.ones((80, 100, 3), np.uint16))
    for size in ((80, 100), (100, 100), (150, 100)):  # wide, square, high
        labels = make_raster("labels.tif", np.ones(size, np.uint8))
        with pytest.raises(InputError, match="“labels.tif” .* does not hold labels of patches.*PATCHES and LABELS"):
            read_patches(image, labels)


@pytest.mark.parametrize("value", [1e30, 1e38, -3.4028234663852886e38, 1e300])
def test_values_too_large_to_compute_with_are_named(value):
    pixels = np.random.default_rng(0).random((6, 4, 4, 2)) * 1000
    pixels[2, 1, 1, 1] = value
    source = Source(("B4", "B8"), (10.0, 10.0), 4, 4)
    patches = PatchSet.of(pixels, np.array([0, 1] * 3), ClassMap.of([LandClass(1, "a"), LandClass(2, "b")]), source)
    with pytest.raises(InputError, match="Band 2 of the patches has values so large.*nodata"):
        band_moments(patches)
