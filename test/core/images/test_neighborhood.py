"""Statistics of the neighborhood of every pixel, and forests on them: from points to the map."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from learning_data import train_forest

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import TAG, Source
from rasterlearn.core.images.neighborhood import with_statistics
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import load_model, save_model
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.core.samples.points import read_points

HEIGHT, WIDTH = 37, 51


def by_definition(pixels, height, width):
    """One window after the other, in two passes."""
    rows, columns, bands = pixels.shape[0] - height + 1, pixels.shape[1] - width + 1, pixels.shape[2]
    result = np.empty((rows, columns, 3 * bands))
    for row in range(rows):
        for column in range(columns):
            window = pixels[row : row + height, column : column + width].astype(np.float64)
            result[row, column, :bands] = window[height // 2, width // 2]
            result[row, column, bands::2] = window.mean(axis=(0, 1))
            result[row, column, bands + 1 :: 2] = window.std(axis=(0, 1))
    return result


def mirrored(pixels, side):
    before, after = side // 2, side - 1 - side // 2
    return np.pad(pixels, ((before, after), (before, after), (0, 0)), mode="reflect")


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (4, 7), (5, 1), (6, 6), (9, 8), (15, 15), (16, 13)])
@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
def test_every_pixel_is_as_defined(size, kind):
    rng = np.random.default_rng(0)
    pixels = (rng.gamma(2.0, 40.0, (23, 29, 3)).clip(0, 255) * (1 if kind == "uint8" else 37.7)).astype(kind)
    found = with_statistics(pixels, *size)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_definition(pixels, *size), rtol=1e-6, atol=1e-3 if 1 in size else 0)


def test_a_pixel_has_the_same_numbers_in_every_block():
    pixels = np.random.default_rng(1).normal(3000, 0.7, (40, 40, 2)).astype(np.float32)
    whole = with_statistics(pixels, 7, 6)
    for top, left, height, width in ((0, 0, 7, 6), (3, 5, 20, 31), (11, 2, 8, 38), (33, 34, 7, 6)):
        part = with_statistics(pixels[top : top + height, left : left + width], 7, 6)
        np.testing.assert_array_equal(part, whole[top : top + height - 6, left : left + width - 5])
    patches = np.lib.stride_tricks.sliding_window_view(pixels, (7, 6), axis=(0, 1))
    patches = np.moveaxis(patches, 2, -1)
    np.testing.assert_array_equal(with_statistics(patches, 7, 6)[:, :, 0, 0], whole)


@pytest.mark.parametrize("value", [0, 7, 0.1, -3.3e-5, 8848.86, 1e30])
def test_flat_ground_does_not_deviate(value):
    found = with_statistics(np.full((20, 20, 1), value, np.float32), 11, 14)
    assert (found[..., 2] == 0).all()
    np.testing.assert_allclose(found[..., 1], np.float32(value), rtol=1e-6)


def test_small_deviations_of_large_numbers():
    """Heights in meters, to a few centimeters."""
    pixels = np.random.default_rng(2).normal(3000, 0.05, (30, 30, 1)).astype(np.float32)
    np.testing.assert_allclose(with_statistics(pixels, 9, 9), by_definition(pixels, 9, 9), rtol=1e-4)


@pytest.fixture
def image(make_raster):
    """Numbers whose sums are not exact, with two bands, a gap in one of them, and a gap at the edge."""
    pixels = np.random.default_rng(0).normal(0.3, 0.1, (HEIGHT, WIDTH, 2)).astype(np.float32)
    pixels[:, WIDTH // 2 :] *= 3
    pixels[12, 20, 1] = pixels[0, 40, 0] = -9
    return make_raster("image.tif", pixels, nodata=-9)


@pytest.fixture
def points(make_vector):
    """A point on every pixel of every third row, with the half of the image that it lies in."""
    return make_vector(
        "points.gpkg",
        [
            (f"POINT({500005 + 10 * c} {5799995 - 10 * r})", {"class": 1 + (c >= WIDTH // 2)})
            for r in range(0, HEIGHT, 3)
            for c in range(WIDTH)
        ],
    )


def trained(points, image, side, tmp_path, **options):
    """The path of a forest on points whose window has this side."""
    extract_values(points, image, str(tmp_path / "values.gpkg"), side)
    path = str(tmp_path / "f.rlmodel")
    train_forest(str(tmp_path / "values.gpkg"), "class", [], path, trees=20, **options)
    return path


def everywhere(pixels, valid, fill, side):
    """The statistics of all pixels of an image, nodata replaced, (h, w, 6)."""
    filled = pixels.copy()
    filled[~valid] = fill
    return with_statistics(mirrored(filled, side), side, side)


@pytest.mark.parametrize("side", [2, 5, 8])
def test_values_and_maps_have_the_same_numbers(image, points, read_pixels, tmp_path, side):
    path = trained(points, image, side, tmp_path)
    model, pixels = load_model(path), read_pixels(image)
    valid = (pixels != -9).all(axis=-1)
    samples = read_points(str(tmp_path / "values.gpkg"))
    values = np.array([samples.fields[f"value_{i}"] for i in range(6)], np.float32).T
    np.testing.assert_allclose(model.sources[0].fill, values[:, :2].mean(axis=0), rtol=1e-6)

    statistics = everywhere(pixels, valid, model.sources[0].fill, side)
    with RasterReader(image) as reader:
        columns, rows = reader.grid.pixel_of(samples.x, samples.y)
    np.testing.assert_array_equal(values, statistics[rows, columns])
    # accepted are all points without nodata in their window, also those at the edge of the image
    gaps = mirrored(np.dstack([~valid]), side)
    touching = np.lib.stride_tricks.sliding_window_view(gaps[..., 0], (side, side)).any(axis=(2, 3))
    assert len(samples) == (~touching[::3]).sum() > 550

    expected = model.forest().predict(statistics)
    expected[~valid] = np.nan
    for block_px in (0, 1, 7, 16, 100):
        options = Options(result="probabilities", block_px=block_px)
        apply_model([image], path, str(tmp_path / "map.tif"), options)
        np.testing.assert_array_equal(read_pixels(tmp_path / "map.tif"), expected)
    assert len(np.unique(expected)) > 10


def test_maps_are_as_defined(image, points, read_pixels, tmp_path):
    """Compared with another implementation, window by window."""
    path = trained(points, image, 5, tmp_path)
    model, pixels = load_model(path), read_pixels(image)
    filled = pixels.copy()
    filled[(pixels == -9).any(axis=-1)] = model.sources[0].fill
    defined = by_definition(mirrored(filled, 5), 5, 5)
    expected = model.forest().probabilities(defined.reshape(-1, 6)).reshape(HEIGHT, WIDTH, 2)
    apply_model([image], path, str(tmp_path / "map.tif"), Options(result="probabilities"))
    found = read_pixels(tmp_path / "map.tif")
    # a number that lies at a threshold to its last digit may fall on either side
    assert (np.abs(found - expected) > 1e-6)[(pixels != -9).all(axis=-1)].mean() < 0.002


@pytest.mark.parametrize("side", [2, 5])
def test_crops_and_valid_borders(image, points, read_pixels, tmp_path, side):
    path = trained(points, image, side, tmp_path)
    apply_model([image], path, str(tmp_path / "full.tif"))
    whole = read_pixels(tmp_path / "full.tif")
    apply_model([image], path, str(tmp_path / "map.tif"), Options(border="valid"))
    before, after = side // 2, side - 1 - side // 2
    np.testing.assert_array_equal(
        read_pixels(tmp_path / "map.tif"), whole[before : HEIGHT - after, before : WIDTH - after]
    )
    apply_model([image], path, str(tmp_path / "map.tif"), Options(box=Window(3, 4, 20, 17)))
    np.testing.assert_array_equal(read_pixels(tmp_path / "map.tif"), whole[4:21, 3:23])


def test_a_window_larger_than_the_image(make_raster, make_vector, tmp_path):
    image = make_raster("small.tif", np.random.default_rng(0).integers(0, 99, (5, 4)).astype(np.uint8))
    points = [(f"POINT({500005 + 10 * c} {5799995 - 10 * r})", {"class": c % 2}) for r in range(5) for c in range(4)]
    path = trained(make_vector("p.gpkg", points), image, 21, tmp_path)
    with pytest.raises(InputError, match="smaller than a patch of 21 × 21"):
        apply_model([image], path, str(tmp_path / "map.tif"))


def test_a_raw_image_is_normalized_first(image, points, read_pixels, tmp_path):
    normalized = str(tmp_path / "n.tif")
    normalize([image], normalized, Scaling("standard"))
    path = trained(points, normalized, 4, tmp_path)
    for name, given in (("a", image), ("b", normalized)):
        apply_model([given], path, str(tmp_path / f"{name}.tif"), Options(result="probabilities"))
    np.testing.assert_array_equal(read_pixels(tmp_path / "a.tif"), read_pixels(tmp_path / "b.tif"))


def test_some_of_the_values(image, points, read_pixels, tmp_path):
    """The deviation of band 1 and the mean of band 0 alone; the image keeps all its bands."""
    extract_values(points, image, str(tmp_path / "v.gpkg"), 3)
    path = str(tmp_path / "f.rlmodel")
    train_forest(str(tmp_path / "v.gpkg"), "class", ["value_5", "value_2"], path, trees=5)
    model = load_model(path)
    assert set(np.unique(model.forest().feature)) <= {2, 5} and len(model.sources[0].bands) == 2
    pixels = read_pixels(image)
    valid = (pixels != -9).all(axis=-1)
    apply_model([image], path, str(tmp_path / "map.tif"), Options(result="probabilities"))
    expected = model.forest().predict(everywhere(pixels, valid, model.sources[0].fill, 3))
    np.testing.assert_array_equal(read_pixels(tmp_path / "map.tif")[valid], expected[valid])


def test_texture_separates_what_values_do_not(make_raster, make_vector, read_pixels, tmp_path):
    """Two classes of the same mean, one rough and one smooth."""
    rng = np.random.default_rng(0)
    rough = np.arange(100) < 50
    pixels = 500 + np.where(rough, 60, 20)[np.newaxis] * rng.standard_normal((100, 100))
    image = make_raster("texture.tif", pixels.astype(np.uint16))
    spots = rng.integers(0, 100, (300, 2))
    points = make_vector(
        "p.gpkg", [(f"POINT({500005 + 10 * c} {5799995 - 10 * r})", {"class": int(rough[c])}) for r, c in spots]
    )
    shares = []
    for side in (0, 9):
        path = trained(points, image, side, tmp_path)
        apply_model([image], path, str(tmp_path / "map.tif"))
        shares.append((read_pixels(tmp_path / "map.tif")[..., 0] == rough[np.newaxis]).mean())
    assert shares[0] < 0.8 and shares[1] > 0.95


def test_what_is_recorded(image, points, tmp_path):
    path = trained(points, image, 4, tmp_path, report=str(tmp_path / "r.html"))
    with RasterReader(image) as reader:
        expected = Source.of_image(reader, 4, 4, True)
    assert Source.from_json(read_points(str(tmp_path / "values.gpkg")).tags[TAG]) == expected
    model = load_model(path)
    assert replace(model.sources[0], fill=(), ranges=None) == expected
    assert model.training["parameters"]["neighborhood"].startswith("4 × 4 pixels")
    assert "4 × 4 pixels: mean and standard deviation" in (tmp_path / "r.html").read_text(encoding="utf-8")
    extract_values(points, image, str(tmp_path / "plain.gpkg"))
    assert "neighborhood" not in read_points(str(tmp_path / "plain.gpkg")).tags[TAG]  # as files written before


def test_rejected_points_are_reported(image, points, tmp_path):
    events = []
    counts = extract_values(points, image, str(tmp_path / "v.gpkg"), 3, Progress(events.append))
    assert counts["rejected"] == 3 + 3  # of rows 12 and 0; the rows beside them have no points
    assert any("have nodata within 3 × 3 pixels" in e.get("text", "") for e in events)


def test_overlapping_windows_are_reported(image, make_vector, tmp_path):
    paths = []
    for name, shift in (("t", 0), ("v", 8)):
        spots = [(500205 + 10 * (i + shift), 5799755) for i in range(10)]
        points = make_vector(f"{name}.gpkg", [(f"POINT({x} {y})", {"class": i % 2}) for i, (x, y) in enumerate(spots)])
        paths.append(str(tmp_path / f"{name}_values.gpkg"))
        extract_values(points, image, paths[-1], 4)
    training = train_forest(paths[0], "class", [], str(tmp_path / "f.rlmodel"), paths[1], trees=3)
    assert (training.leakage.patch, training.leakage.overlapping) == ((4, 4), 5)


@pytest.mark.parametrize("side", [1, 128, -3])
def test_neighborhoods_of_other_sizes_are_refused(image, points, tmp_path, side):
    with pytest.raises(InputError, match=rf"must be 0 \(none\) or 2 … 127 pixels, received {side}"):
        extract_values(points, image, str(tmp_path / "v.gpkg"), side)


def test_values_that_do_not_belong_together(image, points, tmp_path):
    for side in (0, 3, 5):
        extract_values(points, image, str(tmp_path / f"{side}.gpkg"), side)
    for other in (0, 5):
        with pytest.raises(InputError, match=r"Extract both with the same NEIGHBORHOOD"):
            train_forest(
                str(tmp_path / "3.gpkg"), "class", ["value_0", "value_1"], str(tmp_path / "f.rlmodel"),
                str(tmp_path / f"{other}.gpkg"), trees=2,
            )  # fmt: skip


def test_a_forest_has_no_features_to_map(image, points, tmp_path):
    path = trained(points, image, 3, tmp_path)
    with pytest.raises(InputError, match="has no features"):
        apply_model([image], path, str(tmp_path / "map.tif"), Options(result="features"))


@pytest.mark.parametrize(
    "change",
    [{"neighborhood": False}, {"patch_width": 1}, {"patch_height": 100000}, {"patch_width": -4}, {"bands": ["a"]}],
    ids=str,
)
def test_descriptions_that_do_not_fit(image, points, tmp_path, change):
    path = trained(points, image, 3, tmp_path)
    changed = str(tmp_path / "changed.rlmodel")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "model.json":
                description = json.loads(data)
                description["sources"][0].update(change)
                data = json.dumps(description)
            new.writestr(name, data)
    with pytest.raises(ModelFileError, match="does not fit|source is malformed"):
        load_model(changed).forest()
    model = load_model(path)
    save_model(changed, replace(model, sources=model.sources * 2))
    with pytest.raises(ModelFileError, match="does not fit"):
        load_model(changed).forest()
