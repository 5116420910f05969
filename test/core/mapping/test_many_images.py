"""Many images in one job: each gets the map that it would get alone, and one failing image does not stop the job."""

import csv
import gc
import json
import os
import threading
from pathlib import Path

import keras
import numpy as np
import pytest

from rasterlearn.core.base.errors import Cancelled, InputError, ModelFileError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation import dense
from rasterlearn.core.evaluation import predictors as evaluation
from rasterlearn.core.images.image_set import read_image_set
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping import apply_model as mapping
from rasterlearn.core.mapping import many_images as batch
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.many_images import apply_model_to_many
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(7, "c")])
SOURCE = Source(("red", "nir"), (10.0, 10.0), 16, 16, fill=(450.0, 450.0))


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A network of patches of 16 × 16 pixels and two bands."""
    path = str(tmp_path_factory.mktemp("models") / "network.rlmodel")
    keras.utils.set_random_seed(1)
    built = MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [450.0, 450.0], [67000.0, 67000.0])], 3)
    save_model(path, Model.of_network(built, "patch_cnn", CLASSES, (SOURCE,), {}))
    return path


@pytest.fixture(scope="module")
def forest(tmp_path_factory):
    """A forest of single pixels of two bands."""
    path = str(tmp_path_factory.mktemp("models") / "forest.rlmodel")
    rng = np.random.default_rng(0)
    fitted = fit_forest(rng.integers(1, 900, (300, 2)).astype(np.float32), rng.integers(0, 3, 300), 3, trees=5)
    source = Source(("red", "nir"), (10.0, 10.0), fill=(450.0, 450.0))
    save_model(path, Model.of_forest(fitted, CLASSES, (source,), {}))
    return path


@pytest.fixture
def make_image(make_raster):
    """Random pixels of two bands: make_image("a.tif", rows, columns)."""

    def make(name, height=20, width=25, bands=2, dtype=np.uint16, seed=0, **more):
        pixels = np.random.default_rng(seed).integers(1, 900, (height, width, bands)).astype(dtype)
        return make_raster(name, pixels, **more)

    return make


@pytest.fixture
def maps(tmp_path):
    """The folder of the maps; there is none yet."""
    return tmp_path / "maps"


def run(paths, model, folder, progress=None, table=None, **options):
    return apply_model_to_many(read_image_set(paths), model, str(folder), Options(**options), table, progress)


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("result", ["classes", "probabilities"])
def test_each_map_is_the_one_that_the_image_gets_alone(make_image, network, maps, tmp_path, result):
    images = [
        make_image("one.tif", 47, 61, nodata=5),
        make_image("two.tif", 130, 33, seed=1, crs=None),
        make_image("three.tif", 16, 200, seed=2, dtype=np.float32, origin=(400000.0, 5700000.0)),
        make_image("four.tif", 40, 61, seed=3, pixel_size=(10.0, 10.0)),
    ]
    outcomes = run(images, network, maps, result=result, block_px=32)
    assert [(o.image, o.map, o.status) for o in outcomes] == [
        (image, str(maps / os.path.basename(image)), "mapped") for image in images
    ]
    (tmp_path / "alone").mkdir()
    for image in images:
        name = os.path.basename(image)
        apply_model([image], network, str(tmp_path / "alone" / name), Options(result=result, block_px=32))
    assert names(maps) == names(tmp_path / "alone")
    for name in names(maps):
        assert (maps / name).read_bytes() == (tmp_path / "alone" / name).read_bytes(), name


def test_an_image_network(make_image, maps, tmp_path):
    keras.utils.set_random_seed(1)
    image = keras.Input((32, 32, 2))
    x = keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(keras.layers.Rescaling(1e-3)(image))
    x = keras.layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="softmax")(x)
    source = Source(("red", "nir"), (10.0, 10.0), 32, 32, fill=(450.0, 450.0))
    model = Model.of_network(keras.Model(image, keras.layers.Cropping2D(8)(x)), "net", CLASSES, (source,), {})
    save_model(str(tmp_path / "m.rlmodel"), model)
    images = [make_image(f"{i}.tif", 40 + 7 * i, 90 - 9 * i, seed=i) for i in range(4)]
    run(images, str(tmp_path / "m.rlmodel"), maps, result="probabilities")
    for i, path in enumerate(images):
        apply_model([path], str(tmp_path / "m.rlmodel"), str(tmp_path / "alone.tif"), Options(result="probabilities"))
        assert (maps / f"{i}.tif").read_bytes() == (tmp_path / "alone.tif").read_bytes()


def test_the_model_is_opened_once_and_its_graph_serves_all_sizes(make_image, network, maps, monkeypatch):
    calls = {"load": 0, "network": 0, "walk": 0}

    def counted(name, function):
        def call(*arguments, **more):
            calls[name] += 1
            return function(*arguments, **more)

        return call

    monkeypatch.setattr(batch, "load_model", counted("load", batch.load_model))
    monkeypatch.setattr(Model, "network", counted("network", Model.network))
    monkeypatch.setattr(dense, "_Evaluation", counted("walk", dense._Evaluation))
    images = [make_image(f"{i}.tif", 16 + i, 45 - i, seed=i) for i in range(24)]
    images += [make_image(f"{i}f.tif", 16 + i, 45 - i, dtype=np.float32, seed=i) for i in range(6)]
    outcomes = run(images, network, maps)
    assert all(outcome.status == "mapped" for outcome in outcomes)
    assert calls["load"] == calls["network"] == 1
    assert calls["walk"] <= 3, "one for the comparison with patch by patch, one for each type of pixels"


def test_memory_and_files_do_not_accumulate(make_image, network, maps):
    images = [make_image(f"{i:02}.tif", 16 + i % 17, 48 - i % 13, seed=i) for i in range(60)]
    alive = {}

    def count(event):
        if event["event"] == "progress":
            number = int(event["text"].split(" of ")[0])
            if number in (30, 59) and number not in alive:
                gc.collect()
                alive[number] = len(gc.get_objects()), threading.active_count(), len(os.listdir("/proc/self/fd"))

    apply_model_to_many(read_image_set(images), network, str(maps), Options(), None, EveryReport(count))
    assert alive[59][0] - alive[30][0] < 30 * 10, "an outcome remains of each image; a graph would be thousands"
    assert alive[59][1:] <= alive[30][1:], "threads and handles"


class EveryReport(Progress):
    """A progress that reports without any minimum interval."""

    def report(self, fraction, template="", /, **values):
        self._last_report = 0.0
        super().report(fraction, template, **values)


@pytest.fixture
def mixed(make_image, tmp_path):
    """Images, the second to fifth of which cannot be mapped with a network of raw pixels of two bands."""
    (tmp_path / "corrupt.tif").write_bytes(b"II*\x00 no image")
    normalize([make_image("raw.tif", seed=9)], str(tmp_path / "normalized.tif"), Scaling("max"))
    return [
        make_image("good.tif"),
        str(tmp_path / "corrupt.tif"),
        make_image("bands.tif", bands=3),
        str(tmp_path / "normalized.tif"),
        make_image("small.tif", 8, 8),
        make_image("coarse.tif", pixel_size=(30.0, -30.0)),
    ]


def test_images_that_fail_are_listed_and_the_others_mapped(mixed, network, maps, tmp_path):
    events = []
    table = str(tmp_path / "table.csv")
    run(mixed, network, maps, Progress(events.append), table)
    assert [name for name in names(maps) if name.endswith(".tif")] == ["coarse.tif", "good.tif"]
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["image", "map", "status", "seconds", "message"]
    assert [row["image"] for row in rows] == mixed
    assert [row["status"] for row in rows] == ["mapped", "failed", "failed", "failed", "failed", "mapped"]
    assert [os.path.basename(row["map"]) for row in rows] == ["good.tif", "", "", "", "", "coarse.tif"]
    assert all(float(row["seconds"]) >= 0 for row in rows)
    for row, words in zip(rows, ("", "cannot be opened", "3 band", "normalized", "8 × 8", "30 × 30")):
        assert words in row["message"], row
    assert rows[0]["message"] == ""
    warnings = [event["text"] for event in events if event["event"] == "warning"]
    assert [os.path.basename(text.split("”")[0]) for text in warnings[:4]] == [
        os.path.basename(path) for path in mixed[1:5]
    ]
    assert "30 × 30" in warnings[4] and len(warnings) == 5


def test_only_some_failures_are_logged(make_image, forest, maps, tmp_path):
    images = [make_image("good.tif"), *(str(tmp_path / f"no{i}.tif") for i in range(25))]
    events = []
    run(images, forest, maps, Progress(events.append))
    warnings = [event["text"] for event in events if event["event"] == "warning"]
    assert len(warnings) == batch.MOST_TOLD + 1 and warnings[-1].startswith("15 more images were not mapped")


def test_if_no_image_can_be_mapped_the_job_fails(mixed, network, maps, tmp_path):
    with pytest.raises(InputError, match=r"None of the 2 images.*corrupt.tif”: .*cannot be opened"):
        run(mixed[1:3], network, maps, table=str(tmp_path / "table.csv"))
    assert not maps.exists()
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 3


def test_a_model_that_cannot_be_used_is_reported_once_and_immediately(make_image, network, maps, tmp_path):
    (tmp_path / "m.rlmodel").write_bytes(b"no model")
    with pytest.raises(ModelFileError):
        run([make_image("a.tif")], str(tmp_path / "m.rlmodel"), maps)
    size = keras.Input((16, 16, 2))
    x = keras.layers.Dense(3)(keras.layers.Flatten()(keras.layers.Conv2D(2, 3, groups=2, name="odd")(size)))
    save_model(str(tmp_path / "o.rlmodel"), Model.of_network(keras.Model(size, x), "odd", CLASSES, (SOURCE,), {}))
    with pytest.raises(InputError, match="^This network cannot be evaluated densely.*odd"):
        run([make_image("a.tif"), make_image("b.tif")], str(tmp_path / "o.rlmodel"), maps, mode="dense")
    assert not maps.exists()


def test_images_of_one_name(make_image, forest, maps, tmp_path):
    images = []
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        images.append(make_image(f"{folder}/a.tif", seed=len(images)))
    run(images, forest, maps, result="probabilities")
    assert names(maps) == ["x_a.tif", "y_a.tif"]
    for image, name in zip(images, names(maps)):
        apply_model([image], forest, str(tmp_path / "alone.tif"), Options(result="probabilities"))
        assert (maps / name).read_bytes() == (tmp_path / "alone.tif").read_bytes()


def test_resume_leaves_complete_maps_as_they_are(make_image, forest, maps, tmp_path):
    images = [make_image(f"{name}.tif", 300, 25, seed=i) for i, name in enumerate("abcde")]
    run(images[:4], forest, maps, resume=True)
    os.utime(images[1], (4e9, 4e9))  # changed after its map
    for name, share in (("c", 0.5), ("d", 0.0)):  # what a power failure may leave
        whole = (maps / f"{name}.tif").read_bytes()
        (maps / f"{name}.tif").write_bytes(whole[: int(share * len(whole))])
    before = {name: (maps / name).stat().st_mtime_ns for name in names(maps)}
    events = []
    outcomes = run(images, forest, maps, Progress(events.append), resume=True)
    assert [outcome.status for outcome in outcomes] == ["skipped", "mapped", "mapped", "mapped", "mapped"]
    assert (maps / "a.tif").stat().st_mtime_ns == before["a.tif"]
    for image in images:
        apply_model([image], forest, str(tmp_path / "alone.tif"))
        assert (maps / os.path.basename(image)).read_bytes() == (tmp_path / "alone.tif").read_bytes()
    assert any("1 of 5 images were mapped before" in event.get("text", "") for event in events)
    assert [o.status for o in run(images[:1], forest, maps)] == ["mapped"], "without RESUME"


def test_resume_makes_a_map_again_whose_side_file_is_damaged(make_image, forest, maps, read_pixels):
    image = make_image("a.tif")
    run([image], forest, maps)
    before = read_pixels(maps / "a.tif")
    (maps / "a.tif.msk").write_bytes(b"II*\0rubbish")
    (outcome,) = run([image], forest, maps, resume=True)
    assert outcome.status == "mapped" and (read_pixels(maps / "a.tif") == before).all()


@pytest.mark.parametrize("other", [{"result": "probabilities"}, {"border": "valid"}, {"precision": "uint8"}, {}])
def test_resume_remakes_maps_that_were_made_with_other_options(make_image, forest, network, maps, other):
    image, first = make_image("a.tif"), {"result": "confidence", "border": "full"}
    model = network if "border" in other else forest
    run([image], model, maps, **first)
    assert [o.status for o in run([image], model, maps, resume=True, **first)] == ["skipped"]
    if not other:
        model = network if model == forest else forest
    assert [o.status for o in run([image], model, maps, resume=True, **{**first, **other})] == ["mapped"]


def test_resume_goes_on_within_a_large_image(make_image, forest, maps, monkeypatch):
    image, journals = make_image("a.tif", 60, 40), []
    monkeypatch.setattr(mapping, "open_journal", lambda *a, _open=mapping.open_journal: journals.append(a) or _open(*a))
    run([image], forest, maps, resume=True, block_px=20)
    assert len(journals) == 1
    run([image], forest, maps, resume=True, block_px=64, result="confidence")
    assert len(journals) == 1, "a map of one strip has nothing to keep"


def test_nothing_else_is_replaced(make_image, forest, maps, tmp_path):
    image = make_image("a.tif")
    before = Path(image).read_bytes()
    with pytest.raises(OutputError, match="would replace one of the images.*OUTPUT_FOLDER"):
        run([image], forest, tmp_path)
    vrt = tmp_path / "sub"
    vrt.mkdir()
    from osgeo import gdal

    gdal.Translate(str(vrt / "a.vrt"), image, format="VRT")
    with pytest.raises(OutputError, match="would replace one of the images, or a part of it"):
        run([str(vrt / "a.vrt")], forest, tmp_path)
    maps.mkdir()
    mine = maps / "a.tif"
    for content, resume in ((b"mine", False), (before, False), (before, True)):
        mine.write_bytes(content)
        with pytest.raises(OutputError, match="is no map that RasterLearn wrote"):
            run([image], forest, maps, resume=resume)
        assert mine.read_bytes() == content and Path(image).read_bytes() == before


@pytest.mark.parametrize("at", [0, 2])
def test_cancelling_leaves_complete_maps_only(make_image, network, maps, tmp_path, at, monkeypatch):
    images = [make_image(f"{i}.tif", seed=i) for i in range(4)]
    cancelled, done = threading.Event(), []

    def write_opened(*arguments, _write=batch.write_opened):
        if len(done) == at:
            cancelled.set()
        done.append(arguments)
        return _write(*arguments)

    monkeypatch.setattr(batch, "write_opened", write_opened)
    before = names(tmp_path)
    with pytest.raises(Cancelled):
        run(images, network, maps, Progress(cancelled=cancelled), str(tmp_path / "table.csv"))
    expected = [f"{i}.{ending}" for i in range(at) for ending in ("qml", "tif", "tif.aux.xml")]
    assert (names(maps) if maps.exists() else []) == expected
    assert names(tmp_path) == before + (["maps"] if at else [])


def test_an_output_that_cannot_be_written_ends_the_job(make_image, forest, maps, monkeypatch):
    images, done = [make_image(f"{i}.tif", seed=i) for i in range(3)], []

    def fail(*arguments, _write=batch.write_opened):
        if done:
            raise OutputError("The disk is full.")
        done.append(_write(*arguments))

    monkeypatch.setattr(batch, "write_opened", fail)
    with pytest.raises(OutputError, match="full"):
        run(images, forest, maps)
    assert [name for name in names(maps) if name.endswith(".tif")] == ["0.tif"]


def test_items_of_a_catalog_with_a_file_for_each_band(make_image, make_raster, forest, maps, read_pixels, tmp_path):
    features = []
    for number in range(2):
        image = make_image(f"{number}.tif", 20 + number, 30, seed=number)
        assets = {}
        for band, name in enumerate(("B04", "B08")):
            make_raster(f"{number}_{name}.tif", read_pixels(image)[..., band])
            assets[name] = {"href": f"./{number}_{name}.tif"}
        features.append({"type": "Feature", "id": f"scene {number}", "assets": assets})
    features.append({"type": "Feature", "id": "cloudy", "assets": {"B04": {"href": "0_B04.tif"}}})
    (tmp_path / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    images = read_image_set(image_set=str(tmp_path / "items.json"), assets="B04,B08")
    outcomes = apply_model_to_many(images, forest, str(maps), Options())
    assert [(o.image, o.status) for o in outcomes][2] == ("cloudy", "failed")
    for number in range(2):
        apply_model([str(tmp_path / f"{number}.tif")], forest, str(tmp_path / "alone.tif"))
        assert (maps / f"scene {number}.tif").read_bytes() == (tmp_path / "alone.tif").read_bytes()
    assert [o.status for o in apply_model_to_many(images[:2], forest, str(maps), Options(resume=True))] == [
        "skipped"
    ] * 2


def test_items_none_of_which_has_the_asset(forest, maps, tmp_path):
    item = {"type": "Feature", "id": "s", "assets": {"B04": {"href": "a.tif"}}}
    (tmp_path / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
    with pytest.raises(InputError, match="^The item “s” has no asset “B8”"):
        apply_model_to_many(read_image_set(image_set=str(tmp_path / "items.json"), assets="B8"), forest, str(maps))
    assert not maps.exists()


def test_a_model_of_two_sources(make_image, maps, tmp_path):
    fine, coarse = make_image("fine.tif", 40, 50), make_image("coarse.tif", 20, 25, bands=1, pixel_size=(20.0, -20.0))
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6, 6, 2)), keras.Input((4, 4, 1))
    flat = [keras.layers.Flatten()(keras.layers.Conv2D(4, 3)(keras.layers.Rescaling(1e-3)(x))) for x in inputs]
    built = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Concatenate()(flat)))
    sources = []
    for path, side in ((fine, 6), (coarse, 4)):
        with RasterReader(path) as reader:
            sources.append(Source.of_image(reader, side, side).with_fill([450.0] * reader.band_count))
    model = str(tmp_path / "two.rlmodel")
    save_model(model, Model.of_network(built, "two", CLASSES, tuple(sources), {}))
    (tmp_path / "list.txt").write_text("fine.tif\tcoarse.tif\nfine.tif\n")
    with pytest.raises(InputError, match="same name"):
        read_image_set(image_set=str(tmp_path / "list.txt"))
    (tmp_path / "list.txt").write_text("fine.tif\tcoarse.tif\ncoarse.tif\n")
    outcomes = apply_model_to_many(read_image_set(image_set=str(tmp_path / "list.txt")), model, str(maps))
    assert [o.status for o in outcomes] == ["mapped", "failed"] and "2 image(s)" in str(outcomes[1].message)
    apply_model([fine, coarse], model, str(tmp_path / "alone.tif"))
    assert (maps / "fine.tif").read_bytes() == (tmp_path / "alone.tif").read_bytes()


def test_the_progress_grows_with_the_pixels(make_image, forest, maps, tmp_path):
    events = []
    images = [make_image("large.tif", 300, 100), str(tmp_path / "no.tif"), make_image("small.tif", 100, 100)]
    apply_model_to_many(read_image_set(images), forest, str(maps), Options(), None, EveryReport(events.append))
    reports = [event for event in events if event["event"] == "progress"]
    percents = [event["percent"] for event in reports]
    assert percents == sorted(percents) and percents[-1] == 100
    assert 50 in percents, "3 parts, 2 for the one that is missing, 1"
    assert all("of 3 images, " in event["text"] and "images/s on CPU" in event["text"] for event in reports)


def test_shapes_of_blocks_leave_the_scores_as_they_are():
    """A graph without fixed image sizes gives the same as one with fixed sizes."""
    import tensorflow as tf

    layer = keras.layers.UpSampling2D(2, interpolation="bilinear")
    image = np.random.default_rng(0).normal(size=(1, 5, 7, 3)).astype(np.float32)
    unknown = tf.function(lambda x: evaluation._applied(layer, [x])).get_concrete_function(
        tf.TensorSpec((None, None, None, 3))
    )
    np.testing.assert_array_equal(unknown(tf.constant(image)), layer(image))
