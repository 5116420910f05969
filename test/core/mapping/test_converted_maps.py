"""The same ground recorded in other numbers: before and after Sentinel-2's processing baseline 04.00.

Whatever takes pixels of several images has to give what it gives of the image whose numbers were converted by hand.
"""

import csv
import json

import keras
import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.gap_filling import GapFilling, fill_gaps
from rasterlearn.core.images.image_set import read_image_set
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Normalization, Scaling, normalize
from rasterlearn.core.images.value_ranges import ranges_of
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.many_images import apply_model_to_many
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.patch_extraction import Cut, Extraction, extract_patches
from rasterlearn.core.samples.scenes import list_scenes

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])
NAMES = ("B04", "B8A")
OLD, NEW = (1e-4, 0.0), (1e-4, -0.1)
HEIGHT, WIDTH = 60, 70
BEFORE = np.random.default_rng(0).integers(200, 5000, (HEIGHT, WIDTH, 2)).astype(np.uint16)


def shifted(pixels=BEFORE):
    """The numbers since 04.00; nodata stays 0."""
    return np.where(pixels == 0, 0, pixels + 1000).astype(np.uint16)


@pytest.fixture
def image(make_raster):
    """image("a.tif", pixels, OLD): an image of two bands, 0 as nodata, recorded with a scale and an offset, or none."""

    def make(name, pixels, scaling=None, names=NAMES, **options):
        path = make_raster(name, pixels, nodata=0, names=names, **options)
        if scaling:
            dataset = gdal.Open(path, gdal.GA_Update)
            for number in range(1, len(names) + 1):
                dataset.GetRasterBand(number).SetScale(scaling[0])
                dataset.GetRasterBand(number).SetOffset(scaling[1])
            dataset.FlushCache()
        return path

    return make


@pytest.fixture
def forest(image, tmp_path):
    """Path of a forest of single pixels: forest(path of the image it is said to learn from, seed=0)."""

    def train(learned, seed=0):
        path, rng = str(tmp_path / "forest.rlmodel"), np.random.default_rng(seed)
        with RasterReader(learned) as reader:
            raw = reader.read(reader.grid.window).reshape(-1, 2)
            source = Source.of_image(reader)
        pixels = raw[rng.choice(len(raw), 600)].astype(np.float32)
        fitted = fit_forest(pixels, rng.integers(0, 3, 600), 3, trees=5)
        source = source.learned_from(pixels.mean(axis=0), ranges_of(pixels))
        save_model(path, Model.of_forest(fitted, CLASSES, (source,), {}))
        return path

    return train


@pytest.fixture
def mapped(tmp_path, read_pixels):
    """The pixels of a map and the messages: mapped(model, image, option=value)."""

    def run(model, path, **options):
        events, output = [], str(tmp_path / "map.tif")
        apply_model([path], model, output, Options(**options), Progress(events.append))
        return read_pixels(output), [e for e in events if e["event"] in ("info", "warning")]

    return run


def with_gap(pixels):
    pixels = pixels.copy()
    pixels[10:14, 5:25] = 0
    return pixels


def test_a_forest_maps_what_is_recorded_in_other_numbers(image, forest, mapped):
    model = forest(image("old.tif", BEFORE, OLD))
    expected, messages = mapped(model, image("same.tif", with_gap(BEFORE), OLD))
    assert not any("converted" in e["text"] for e in messages)
    found, messages = mapped(model, image("new.tif", shifted(with_gap(BEFORE)), NEW))
    assert (found == expected).all() and (found[10:14, 5:25] == found[10, 5]).all()
    assert [e["event"] for e in messages if "converted" in e["text"]] == ["info"]
    unchanged, messages = mapped(model, image("new.tif", shifted(with_gap(BEFORE)), NEW), pixel_values="unchanged")
    assert (unchanged != expected).mean() > 0.1


@pytest.mark.parametrize("offset", [0.0, -0.1])
def test_a_network_normalizes_what_was_converted(image, mapped, tmp_path, offset):
    """With OLD learned, the new image is converted; with NEW learned, the old one is."""
    old, new = image("old.tif", BEFORE, OLD), image("new.tif", shifted(), NEW)
    learned, other = (old, new) if offset == 0 else (new, old)
    normalized = str(tmp_path / "n.tif")
    transform = normalize([learned], normalized, Scaling("standard"))
    assert transform.scalings == ((1e-4, offset),) * 2
    keras.utils.set_random_seed(3)
    network = keras.Sequential([keras.Input((5, 5, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    with RasterReader(normalized) as reader:
        source = Source.of_image(reader, 5, 5).with_fill((0.0, 0.0))
    model = str(tmp_path / "network.rlmodel")
    save_model(model, Model.of_network(network, "own", CLASSES, (source,), {}))
    expected, _ = mapped(model, learned, result="probabilities")
    for block in (0, 16):
        found, _ = mapped(model, other, result="probabilities", block_px=block)
        assert np.abs(found - expected).max() < 1e-5
    assert np.array_equal(mapped(model, normalized, result="probabilities")[0], expected)


class TestNormalizedAlike:
    """Dividing by 10000 makes one transform of images before and since 04.00, though their numbers differ."""

    @pytest.fixture
    def normalized(self, image, tmp_path):
        """normalized("a", pixels, OLD): a normalized image."""

        def make(name, pixels, scaling=None):
            output = str(tmp_path / f"{name}_n.tif")
            normalize([image(f"{name}.tif", pixels, scaling)], output, Scaling("scale", scale=10000.0))
            return output

        return make

    @pytest.fixture
    def model(self, normalized, forest):
        return lambda scaling: forest(normalized("old", BEFORE, scaling))

    def test_other_records_are_refused_unless_they_are_to_be_ignored(self, normalized, model, mapped):
        path, other = model(OLD), normalized("new", shifted(), NEW)
        with pytest.raises(InputError, match="another scale or offset"):
            mapped(path, other)
        assert mapped(path, other, pixel_values="unchanged")
        with pytest.raises(InputError, match="another scale or offset"):
            mapped(model(NEW), normalized("old", BEFORE, OLD))

    @pytest.mark.parametrize("scalings", [(OLD, OLD), (OLD, None), (None, NEW)])
    def test_equal_and_unknown_records_are_taken(self, normalized, model, mapped, scalings):
        path, other = model(scalings[0]), normalized("again", BEFORE, scalings[1])
        assert {e["event"] for e in mapped(path, other)[1]} == {"info"}

    def test_a_shift_that_nothing_records_is_a_warning(self, normalized, model, mapped):
        _, messages = mapped(model(None), normalized("new", shifted()))
        (warning,) = (e["text"] for e in messages if e["event"] == "warning")
        assert "04.00" in warning

    def test_patches_and_gaps_of_them_are_refused(self, image, normalized, tmp_path):
        old, new = normalized("old", BEFORE, OLD), normalized("new", shifted(), NEW)
        for other in (new, image("raw.tif", BEFORE.astype(np.float32))):
            with pytest.raises(InputError, match="not normalized in the same way"):
                fill_gaps(old, str(tmp_path / "filled.tif"), GapFilling(method="image", filling=other))
        listed = tmp_path / "set.txt"
        listed.write_text(new)
        with RasterReader(old) as reader, pytest.raises(InputError, match="not normalized in the same way"):
            list_scenes(reader, str(listed), Progress())


def test_bands_in_another_order(image, forest, mapped):
    model = forest(image("old.tif", BEFORE, OLD))
    expected, _ = mapped(model, image("old.tif", BEFORE, OLD))
    found, messages = mapped(model, image("turned.tif", shifted()[..., ::-1], NEW, NAMES[::-1]))
    assert (found == expected).all()
    assert sum("order" in e["text"] for e in messages) == 1 and {e["event"] for e in messages} == {"info"}


def test_only_one_record_changes_nothing_but_is_mentioned(image, forest, mapped):
    model = forest(image("old.tif", BEFORE, OLD))
    plain = image("plain.tif", BEFORE)
    _, messages = mapped(model, plain)
    assert {e["event"] for e in messages} <= {"info"}
    _, messages = mapped(model, image("shifted.tif", shifted()))
    (warning,) = (e["text"] for e in messages if e["event"] == "warning")
    assert "04.00" in warning and "this image has none" in warning


def test_values_of_other_units_end_the_job(image, forest, mapped):
    model = forest(image("old.tif", BEFORE))
    with pytest.raises(InputError, match="of another kind"):
        mapped(model, image("r.tif", (BEFORE / 1e4).astype(np.float32)))


class TestBatch:
    @pytest.fixture
    def item(self, tmp_path):
        """A STAC item of an image: item("a", path, assets' further entries, properties)."""

        def make(name, path, more, properties):
            assets = {"image": {"href": path, "roles": ["data"], **more}}
            return {"type": "Feature", "id": name, "properties": properties, "assets": assets}

        return make

    def test_what_items_declare(self, image, forest, mapped, item, read_pixels, tmp_path):
        model = forest(image("old.tif", BEFORE, OLD))
        expected, _ = mapped(model, image("old.tif", BEFORE, OLD))
        declared = {"raster:bands": [{"scale": 1e-4, "offset": -0.1}] * 2}
        items = [
            item("since", image("new.tif", shifted()), declared, {}),
            item("applied", image("applied.tif", BEFORE), declared, {"earthsearch:boa_offset_applied": True}),
        ]
        path = tmp_path / "items.json"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": items}))
        outcomes = apply_model_to_many(read_image_set(image_set=str(path)), model, str(tmp_path / "maps"))
        assert [(o.status, o.message) for o in outcomes] == [("mapped", "")] * 2
        for name in ("since", "applied"):
            assert (read_pixels(str(tmp_path / "maps" / f"{name}.tif")) == expected).all()

    def test_other_units_are_one_failed_line(self, image, forest, tmp_path):
        model, good = forest(image("old.tif", BEFORE)), image("good.tif", BEFORE)
        images = read_image_set([good, image("bad.tif", (BEFORE / 1e4).astype(np.float32))])
        table = str(tmp_path / "table.csv")
        outcomes = apply_model_to_many(images, model, str(tmp_path / "maps"), table=table)
        assert [o.status for o in outcomes] == ["mapped", "failed"]
        with open(table, encoding="utf-8") as file:
            assert "of another kind" in list(csv.DictReader(file))[1]["message"]

    def test_maps_of_values_taken_otherwise_are_made_again(self, image, forest, tmp_path):
        model = forest(image("old.tif", BEFORE, OLD))
        images, folder = read_image_set([image("new.tif", shifted(), NEW)]), str(tmp_path / "maps")
        for pixel_values, status in (("recorded", "mapped"), ("unchanged", "mapped"), ("unchanged", "skipped")):
            options = Options(resume=True, pixel_values=pixel_values)
            assert [o.status for o in apply_model_to_many(images, model, folder, options)] == [status]


@pytest.mark.parametrize("ending", ["tif", "vrt"])
def test_statistics_of_another_image(image, read_pixels, tmp_path, ending):
    statistics, out = str(tmp_path / "s.json"), str(tmp_path / f"out.{ending}")
    old = image("old.tif", with_gap(BEFORE), OLD)
    transform = normalize([old], str(tmp_path / "n.tif"), Scaling("standard"), statistics)
    turned = image("turned.tif", shifted(with_gap(BEFORE))[..., ::-1], NEW, NAMES[::-1])
    normalize([turned], out, Scaling(statistics_from=statistics))
    expected = read_pixels(str(tmp_path / "n.tif"))
    assert np.allclose(read_pixels(out), expected, rtol=0, atol=1e-6, equal_nan=True)
    with RasterReader(out) as reader:
        assert Normalization.recorded_in(reader) == transform and reader.band_names == NAMES


def test_statistics_of_a_set(image, tmp_path):
    rng = np.random.default_rng(1)
    parts = [rng.integers(200, 5000, (30, 40, 2)).astype(np.uint16) for _ in range(2)]
    paths = [image("a.tif", parts[0], OLD), image("b.tif", shifted(parts[1]), NEW)]
    (tmp_path / "set.txt").write_text("\n".join(paths))
    found = normalize([paths[0]], str(tmp_path / "n.tif"), Scaling("minmax", statistics_from=str(tmp_path / "set.txt")))
    pixels = np.concatenate(parts).reshape(-1, 2).astype(float)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    assert np.allclose(found.gain, 1 / (high - low), rtol=1e-12) and np.allclose(found.bias, -low / (high - low))


def test_patches_of_a_set(image, make_vector, read_pixels, tmp_path):
    first, second = image("a.tif", BEFORE, OLD), image("b.tif", shifted(), NEW, origin=(510000.0, 5800000.0))
    (tmp_path / "set.txt").write_text(second)
    places = [(500000 + 10 * 7 + 5, 5800000 - 10 * 9 - 5), (510000 + 10 * 7 + 5, 5800000 - 10 * 9 - 5)]
    points = make_vector("points.gpkg", [(f"POINT ({x} {y})", {"class": i}) for i, (x, y) in enumerate(places)])
    out, labels = str(tmp_path / "p.tif"), str(tmp_path / "l.tif")
    extract_patches(points, [Cut(first, out, 4, 4)], labels, Extraction(image_set=str(tmp_path / "set.txt")))
    patches = read_pixels(out)
    assert patches.dtype == np.float32 and (patches[:4] == patches[4:]).all()
    assert (patches[:4] == BEFORE[7:11, 5:9]).all()


def test_gaps_are_filled_with_converted_numbers(image, read_pixels, tmp_path):
    gap, out = with_gap(BEFORE), str(tmp_path / "filled.tif")
    paths = [image("a_20220110.tif", gap, OLD), image("b_20220120.tif", shifted(), NEW)]
    fill_gaps(paths[0], out, GapFilling(series=[paths[1]]))
    assert (read_pixels(out) == BEFORE).all()
