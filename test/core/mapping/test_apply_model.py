import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from osgeo import gdal
from rounding import require_equal_classes, require_equal_up_to_rounding
from waiting import HANG_SECONDS

from rasterlearn.core.base.errors import Cancelled, InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.layer_geometry import NotConvertible
from rasterlearn.core.evaluation.predictors import layer_by_layer
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping import tiling_plan as plan
from rasterlearn.core.mapping.apply_model import Options
from rasterlearn.core.mapping.apply_model import apply_model as apply_to_images
from rasterlearn.core.mapping.journal import Journal
from rasterlearn.core.model.model_file import Model, load_model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.raster.window import Window
from rasterlearn.jobs.apply_model import ApplyModel
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])


@pytest.fixture
def image(make_raster):
    pixels = np.random.default_rng(0).integers(1, 900, (47, 61, 2)).astype(np.uint16)
    return make_raster("image.tif", pixels, nodata=0, names=["red", "nir"])


def saved(path, source, network=None):
    keras.utils.set_random_seed(1)
    network = network or MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [0.5, 0.5], [0.1, 0.1])], 3)
    save_model(str(path), Model.of_network(network, "patch_cnn", CLASSES, (source,), {}))
    return str(path)


def undecided_network():
    """An untrained network of raw pixels: all classes are about equally probable everywhere."""
    keras.utils.set_random_seed(1)
    return MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [450.0, 450.0], [67000.0, 67000.0])], 3)


def source_of(path, side=16):
    with RasterReader(path) as reader:
        return Source.of_image(reader, side, side).with_fill([0.5, 0.5])


def apply_model(images, model, output, progress=None, **options):
    images = [images] if isinstance(images, str) else images
    apply_to_images(images, model, str(output), Options(**options), progress)


def messages_of(*arguments, **options):
    events = []
    apply_model(*arguments, progress=Progress(events.append), **options)
    return [e["text"] for e in events if e["event"] in ("info", "warning")]


def test_dense_and_patch_mode_give_the_same_classes(image, read_pixels, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image), undecided_network())
    for mode in ("dense", "patch"):
        apply_model(image, model, str(tmp_path / f"{mode}.tif"), mode=mode)
        apply_model(image, model, str(tmp_path / f"{mode}_p.tif"), result="probabilities", mode=mode)
    dense, patch = (read_pixels(tmp_path / f"{mode}_p.tif") for mode in ("dense", "patch"))
    require_equal_up_to_rounding(dense, patch)
    require_equal_classes(*(read_pixels(tmp_path / f"{mode}.tif")[..., 0] for mode in ("dense", "patch")), patch)


def test_a_raw_image_is_normalized_as_the_training_image_was(image, read_pixels, tmp_path):
    normalize([image], str(tmp_path / "n.tif"), Scaling("standard"))
    model = saved(tmp_path / "m.rlmodel", source_of(str(tmp_path / "n.tif")))
    messages = messages_of(image, model, str(tmp_path / "raw.tif"))
    assert any("own normalization is applied" in line for line in messages)
    assert not any(
        "own normalization" in line for line in messages_of(str(tmp_path / "n.tif"), model, str(tmp_path / "n_map.tif"))
    )
    np.testing.assert_array_equal(read_pixels(tmp_path / "raw.tif"), read_pixels(tmp_path / "n_map.tif"))


def test_an_image_with_another_normalization_is_refused(image, tmp_path):
    normalize([image], str(tmp_path / "a.tif"), Scaling("standard"))
    normalize([image], str(tmp_path / "b.tif"), Scaling("max"))
    of_a = saved(tmp_path / "a.rlmodel", source_of(str(tmp_path / "a.tif")))
    with pytest.raises(InputError, match="another way"):
        apply_model(str(tmp_path / "b.tif"), of_a, str(tmp_path / "map.tif"))
    of_raw = saved(tmp_path / "raw.rlmodel", source_of(image))
    with pytest.raises(InputError, match="trained on raw pixels"):
        apply_model(str(tmp_path / "b.tif"), of_raw, str(tmp_path / "map.tif"))


def test_another_pixel_size_is_warned_about(image, make_raster, tmp_path):
    coarse = make_raster("coarse.tif", np.ones((40, 40, 2), np.uint16), pixel_size=(20.0, -20.0))
    messages = messages_of(coarse, saved(tmp_path / "m.rlmodel", source_of(image)), str(tmp_path / "map.tif"))
    assert any("20 × 20" in line and "10 × 10" in line for line in messages)


def test_what_cannot_be_dense_runs_patch_by_patch_and_says_why(image, tmp_path):
    size = keras.Input((16, 16, 2))
    x = keras.layers.Conv2D(2, 3, groups=2, name="odd")(size)
    x = keras.layers.Dense(3, name="logits")(keras.layers.Flatten()(x))
    network = keras.Model(size, keras.layers.Softmax()(x))
    model = saved(tmp_path / "m.rlmodel", source_of(image), network)
    messages = messages_of(image, model, str(tmp_path / "map.tif"))
    assert any("patch by patch" in line and "odd" in line for line in messages)
    with pytest.raises(NotConvertible, match="odd.*MODE=auto"):
        apply_model(image, model, str(tmp_path / "map.tif"), mode="dense")


def test_wrong_bands(image, make_raster, tmp_path):
    model = saved(tmp_path / "m.rlmodel", replace(source_of(image), bands=("red", "nir")))
    with pytest.raises(InputError, match=r"1 band.*expects 2: red, nir"):
        apply_model(make_raster("one.tif", np.ones((40, 40), np.uint16)), model, str(tmp_path / "map.tif"))


@pytest.fixture
def in_blocks(make_raster, read_pixels, tmp_path):
    """A large image, and its maps in blocks of five sizes: image, in_blocks(model, result) -> pixels of each map."""
    large = make_raster("large.tif", np.random.default_rng(1).integers(1, 900, (300, 530, 2)).astype(np.uint16))

    def maps(model, result):
        for block_px in (0, 64, 100, 257, 1024):
            apply_model(large, model, tmp_path / "map.tif", block_px=block_px, result=result)
            yield read_pixels(tmp_path / "map.tif")

    return large, maps


def test_block_sizes_give_the_same_map_up_to_rounding(in_blocks, tmp_path):
    large, maps = in_blocks
    model = saved(tmp_path / "m.rlmodel", source_of(large), undecided_network())
    probabilities, *others = maps(model, "probabilities")
    for other in others:
        require_equal_up_to_rounding(other, probabilities)
    features, *others = maps(model, "features")
    for other in others:
        require_equal_up_to_rounding(other, features)
    classes, *others = (one[..., 0] for one in maps(model, "classes"))
    for other in others:
        require_equal_classes(other, classes, probabilities)


def whole_number_network():
    """Sums of its scores are exact in any order: whole numbers, and none reaches 2 ** 24."""
    shown = keras.Input((8, 8, 2))
    x = keras.layers.Conv2D(4, 3, activation="relu")(shown)
    network = keras.Model(shown, keras.layers.Dense(3)(keras.layers.Flatten()(x)))
    rng = np.random.default_rng(3)
    network.set_weights([rng.integers(-2, 3, w.shape).astype(np.float32) for w in network.get_weights()])
    return network


def require_equal_bytes(maps):
    assert len({one.tobytes() for one in maps}) == 1


def test_block_sizes_give_the_same_bytes_with_a_forest(in_blocks, tmp_path):
    large, maps = in_blocks
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.integers(1, 900, (300, 2)).astype(np.float32), rng.integers(0, 3, 300), 3, trees=5)
    model = str(tmp_path / "m.rlmodel")
    save_model(model, Model.of_forest(forest, CLASSES, (source_of(large, 1),), {}))
    require_equal_bytes(maps(model, "probabilities"))


def test_block_sizes_give_the_same_bytes_where_sums_are_exact(in_blocks, tmp_path):
    large, maps = in_blocks
    model = saved(tmp_path / "m.rlmodel", source_of(large, 8), whole_number_network())
    require_equal_bytes(maps(model, "values"))


def test_block_sizes_give_the_same_classes_where_none_are_tied(in_blocks, tmp_path):
    """The two best probabilities are nowhere closer than 0.008; rounding of large scores moves them by 0.0001."""
    large, maps = in_blocks
    require_equal_bytes(maps(saved(tmp_path / "m.rlmodel", source_of(large)), "classes"))


def test_the_map_of_a_crop_is_the_crop_of_the_map(image, read_pixels, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    gdal.Translate(str(tmp_path / "crop.tif"), image, srcWin=[5, 7, 40, 35])
    apply_model(image, model, tmp_path / "whole.tif")
    apply_model(image, model, tmp_path / "box.tif", box=Window(5, 7, 40, 35))
    apply_model(str(tmp_path / "crop.tif"), model, tmp_path / "of_crop.tif")
    whole = read_pixels(tmp_path / "whole.tif")[7:42, 5:45]
    np.testing.assert_array_equal(read_pixels(tmp_path / "box.tif"), whole)
    np.testing.assert_array_equal(read_pixels(tmp_path / "of_crop.tif")[8:-7, 8:-7], whole[8:-7, 8:-7])


def two_sources(fine, coarse):
    """A network of a 10 m source with 6 × 6 patches and a 20 m source with 4 × 4 patches."""
    keras.utils.set_random_seed(1)
    images = keras.Input((6, 6, 2)), keras.Input((4, 4, 1))
    a = keras.layers.Flatten()(keras.layers.Conv2D(4, 3, activation="relu")(keras.layers.Rescaling(1e-3)(images[0])))
    b = keras.layers.Flatten()(keras.layers.Conv2D(4, 2, activation="relu")(keras.layers.Rescaling(1e-3)(images[1])))
    x = keras.layers.Dense(3, activation="softmax")(keras.layers.Concatenate()([a, b]))
    sources = []
    for path, size in ((fine, 6), (coarse, 4)):
        with RasterReader(path) as reader:
            sources.append(Source.of_image(reader, size, size).with_fill([400.0] * reader.band_count))
    return keras.Model(images, x), tuple(sources)


def saved_of_two(path, fine, coarse):
    network, sources = two_sources(fine, coarse)
    save_model(str(path), Model.of_network(network, "two", CLASSES, sources, {}))
    return str(path), network


@pytest.mark.parametrize("shift", [0.0, -10.0, 25.0])
def test_sources_meet_by_their_coordinates(image, make_raster, read_pixels, tmp_path, shift):
    """For each pixel of the map the coarse patch is the one around the pixel that its center lies in."""
    rng = np.random.default_rng(2)
    coarse_pixels = rng.integers(1, 900, (30, 40)).astype(np.uint16)
    coarse = make_raster(
        "coarse.tif", coarse_pixels, origin=(500000.0 - 60 + shift, 5800000.0 + 60 - shift), pixel_size=(20.0, -20.0)
    )
    model, network = saved_of_two(tmp_path / "two.rlmodel", image, coarse)
    for mode in ("dense", "patch"):
        options = {"mode": mode, "border": "valid", "result": "probabilities", "block_px": 16}
        apply_model([image, coarse], model, tmp_path / f"{mode}.tif", **options)
    found = read_pixels(tmp_path / "dense.tif")
    np.testing.assert_allclose(found, read_pixels(tmp_path / "patch.tif"), rtol=1e-5, atol=1e-6)
    with RasterReader(str(tmp_path / "dense.tif")) as reader:
        grid = reader.grid
    fine_pixels = read_pixels(image)
    for row, column in ((0, 0), (3, 10), (grid.height - 1, grid.width - 1)):
        x, y = grid.center_of(np.array([column]), np.array([row]))
        c, r = round((x[0] - 500005) / 10), round((5799995 - y[0]) / 10)
        c2 = int((x[0] - (500000 - 60 + shift)) // 20)
        r2 = int(((5800000 + 60 - shift) - y[0]) // 20)
        patches = [
            fine_pixels[r - 3 : r + 3, c - 3 : c + 3].astype(np.float32)[np.newaxis],
            coarse_pixels[r2 - 2 : r2 + 2, c2 - 2 : c2 + 2, np.newaxis].astype(np.float32)[np.newaxis],
        ]
        np.testing.assert_allclose(found[row, column], np.asarray(network(patches))[0], rtol=1e-4, atol=1e-6)


def test_only_what_all_sources_cover_is_mapped(image, make_raster, read_pixels, tmp_path):
    coarse = make_raster(
        "coarse.tif", np.full((12, 12), 300, np.uint16), origin=(500100.0, 5799900.0), pixel_size=(20.0, -20.0)
    )
    model, _ = saved_of_two(tmp_path / "two.rlmodel", image, coarse)
    apply_model([image, coarse], model, tmp_path / "full.tif")
    with RasterReader(str(tmp_path / "full.tif")) as reader:
        assert reader.grid.geotransform[::3] == (500100.0, 5799900.0)
        assert (reader.grid.width, reader.grid.height) == (24, 24)


def test_nodata_of_any_source_is_nodata_in_the_map(image, make_raster, read_pixels, tmp_path):
    pixels = np.full((24, 31), 300, np.uint16)
    pixels[5, 7] = 0
    coarse = make_raster("coarse.tif", pixels, nodata=0, pixel_size=(20.0, -20.0))
    model, _ = saved_of_two(tmp_path / "two.rlmodel", image, coarse)
    apply_model([image, coarse], model, tmp_path / "map.tif", block_px=11)
    rows, columns = np.nonzero(read_pixels(tmp_path / "map.tif")[..., 0] == 255)
    assert sorted(zip(rows.tolist(), columns.tolist())) == [(10, 14), (10, 15), (11, 14), (11, 15)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"crs": "EPSG:32634"}, "EPSG:32634.*EPSG:32633"),
        ({"origin": (900000.0, 5800000.0)}, "no area in common"),
        ({"pixel_size": (20.0, 20.0)}, "turned or mirrored"),
    ],
)
def test_sources_that_do_not_fit(image, make_raster, tmp_path, options, words):
    good = make_raster("good.tif", np.ones((24, 31), np.uint16), pixel_size=(20.0, -20.0))
    model, _ = saved_of_two(tmp_path / "two.rlmodel", image, good)
    bad = make_raster("bad.tif", np.ones((24, 31), np.uint16), **{"pixel_size": (20.0, -20.0), **options})
    with pytest.raises(InputError, match=words):
        apply_model([image, bad], model, tmp_path / "map.tif")
    with pytest.raises(InputError, match=r"expects 2 image\(s\).*red, nir at 10 × 10.*received 1"):
        apply_model(image, model, tmp_path / "map.tif")


def test_early_fusion_of_two_images_on_one_grid(image, make_raster, read_pixels, tmp_path):
    other = make_raster("other.tif", np.random.default_rng(5).integers(1, 900, (47, 61)).astype(np.uint16))
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 2)), keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu")(keras.layers.Rescaling(1e-3)(keras.layers.Concatenate()(inputs)))
    network = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(x)))
    sources = []
    for path in (image, other):
        with RasterReader(path) as reader:
            sources.append(Source.of_image(reader, 8, 8).with_fill([400.0] * reader.band_count))
    save_model(str(tmp_path / "m.rlmodel"), Model.of_network(network, "two", CLASSES, tuple(sources), {}))
    for mode in ("dense", "patch"):
        options = {"mode": mode, "result": "probabilities"}
        apply_model([image, other], str(tmp_path / "m.rlmodel"), tmp_path / f"{mode}.tif", **options)
    dense, patch = (read_pixels(tmp_path / f"{mode}.tif") for mode in ("dense", "patch"))
    np.testing.assert_allclose(dense, patch, rtol=1e-5, atol=1e-6)


def segmentation_network():
    keras.utils.set_random_seed(3)
    image = keras.Input((32, 32, 2))
    x = keras.layers.Rescaling(1e-3)(image)
    a = keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)
    b = keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(a)
    c = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu")(b)
    d = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")(keras.layers.Add()([a, c]))
    x = keras.layers.Conv2D(3, 3, padding="same", activation="softmax")(d)
    return keras.Model(image, keras.layers.Cropping2D(8)(x))


def test_a_segmentation_network_leaves_no_seams(image, read_pixels, tmp_path):
    with RasterReader(image) as reader:
        source = Source.of_image(reader, 32, 32).with_fill([400.0, 400.0])
    network = segmentation_network()
    model = saved(tmp_path / "m.rlmodel", source, network)
    maps = []
    for block_px in (0, 1, 7, 16, 100):
        apply_model(image, model, tmp_path / "map.tif", block_px=block_px, result="probabilities")
        maps.append(read_pixels(tmp_path / "map.tif"))
    for other in maps[1:]:
        np.testing.assert_allclose(other, maps[0], rtol=1e-5, atol=1e-6)
    # the input of the network, the whole image mirrored far beyond its edge, begins 8 pixels before its output
    wide = np.pad(read_pixels(image).astype(np.float32), ((40, 45), (40, 43), (0, 0)), mode="reflect")
    whole = np.asarray(layer_by_layer(network)(wide[np.newaxis]))[0]
    np.testing.assert_allclose(maps[0], whole[32 : 32 + 47, 32 : 32 + 61], rtol=1e-5, atol=1e-6)


def test_an_image_network_refuses_sources_of_other_pixel_sizes(image, make_raster, tmp_path):
    coarse = make_raster("coarse.tif", np.ones((24, 31), np.uint16), pixel_size=(20.0, -20.0))
    inputs = keras.Input((8, 8, 2)), keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(3, 3, activation="softmax")(keras.layers.Concatenate()(inputs))
    sources = []
    for path in (image, coarse):
        with RasterReader(path) as reader:
            sources.append(Source.of_image(reader, 8, 8).with_fill([400.0] * reader.band_count))
    model = Model.of_network(keras.Model(inputs, x), "two", CLASSES, tuple(sources), {})
    save_model(str(tmp_path / "m.rlmodel"), model)
    with pytest.raises(InputError, match="same pixel size"):
        apply_model([image, coarse], str(tmp_path / "m.rlmodel"), tmp_path / "map.tif")


def test_features_are_those_of_the_layer(image, read_pixels, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    apply_model(image, model, tmp_path / "f.tif", result="features", border="valid")
    network = load_model(model).network()
    features = keras.Model(network.inputs, network.get_layer("features").output)
    patch = read_pixels(image)[np.newaxis, 4:20, 9:25].astype(np.float32)
    found = read_pixels(tmp_path / "f.tif")
    assert found.shape == (32, 46, 32)
    np.testing.assert_allclose(found[4, 9], np.asarray(features(patch))[0], rtol=1e-4, atol=1e-4)


def test_features_where_there_are_none(image, tmp_path):
    size = keras.Input((16, 16, 2))
    network = keras.Model(size, keras.layers.Dense(3, name="last")(keras.layers.Flatten()(size)))
    with pytest.raises(InputError, match="no layer named “features”; it has .*last"):
        apply_model(
            image, saved(tmp_path / "m.rlmodel", source_of(image), network), tmp_path / "m.tif", result="features"
        )


def test_a_dry_run_reports_and_writes_nothing(image, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    before = sorted(tmp_path.iterdir())
    (plan,) = [line for line in messages_of(image, model, tmp_path / "map.tif", dry_run=True) if "Dry run" in line]
    assert re.search(r"61 × 47 pixels of 10 × 10, 1 band\(s\) of uint8.* 1 blocks of 512 × 512.*Mpx/s on CPU", plan)
    assert sorted(tmp_path.iterdir()) == before


def test_a_disk_without_room_is_noticed_before_the_work(image, tmp_path, monkeypatch):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    monkeypatch.setattr(plan.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1000))
    with pytest.raises(OutputError, match="may need 0.0 GB.*Free some space"):
        apply_model(image, model, tmp_path / "map.tif")


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
def test_pixels_of_every_type(make_raster, read_pixels, tmp_path, dtype):
    pixels = np.random.default_rng(0).integers(1, 120, (40, 40, 2))
    maps = []
    for kind in ("float32", dtype):
        path = make_raster(f"{kind}.tif", pixels.astype(kind), nodata=7)
        apply_model(path, saved(tmp_path / "m.rlmodel", source_of(path)), tmp_path / "m.tif", result="probabilities")
        maps.append(read_pixels(tmp_path / "m.tif"))
    np.testing.assert_array_equal(*maps)


@pytest.mark.parametrize("driver", ["COG", "JP2OpenJPEG", "VRT", "netCDF"])
def test_formats(image, read_pixels, tmp_path, driver):
    ending = {"COG": "tif", "JP2OpenJPEG": "jp2", "VRT": "vrt", "netCDF": "nc"}[driver]
    other = str(tmp_path / f"other.{ending}")
    options = ["QUALITY=100", "REVERSIBLE=YES"] if driver == "JP2OpenJPEG" else []
    single = str(tmp_path / "single.tif")
    gdal.Translate(single, image, bandList=[1])
    gdal.Translate(other, single, format=driver, creationOptions=options)
    assert gdal.GetDriverByName(driver) is not None
    for number, path in enumerate((single, other)):
        keras.utils.set_random_seed(1)
        network = MODELS["patch_cnn"].build([SourceShape(16, 16, 1, [400.0], [1e5])], 3)
        with RasterReader(path) as reader:
            source = Source.of_image(reader, 16, 16).with_fill([400.0])
        apply_model(path, saved(tmp_path / "m.rlmodel", source, network), tmp_path / f"{number}.tif")
    np.testing.assert_array_equal(read_pixels(tmp_path / "0.tif"), read_pixels(tmp_path / "1.tif"))


TWO_DEVICES = """
import sys
sys.path.insert(0, sys.argv[1])
from osgeo import gdal
import engine
engine.load_package()
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from rasterlearn.core.mapping import apply_model as mapping
from rasterlearn.core.evaluation import model_evaluator as model_evaluation
from rasterlearn.core.base.devices import Devices
model_evaluation.choose_devices = lambda wanted: Devices(("/CPU:0", "/CPU:1"), "2 devices", 8 * 10**9)
from rasterlearn.core.base.progress import Progress
show = lambda event: print(event.get("text"))
mapping.apply_model([sys.argv[2]], sys.argv[3], sys.argv[4], mapping.Options(block_px=16), Progress(show))
"""


def test_two_devices_share_the_blocks(image, root, read_pixels, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    apply_model(image, model, tmp_path / "one.tif")
    command = [sys.executable, "-c", TWO_DEVICES, str(root), image, model, str(tmp_path / "two.tif")]
    log = subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANG_SECONDS).stdout
    assert "Mpx/s on 2 devices" in log
    np.testing.assert_array_equal(read_pixels(tmp_path / "two.tif"), read_pixels(tmp_path / "one.tif"))


@pytest.mark.parametrize("stride", [1, 2])
def test_an_image_network_of_two_sources_on_shifted_grids(make_raster, read_pixels, tmp_path, stride):
    pixels = np.random.default_rng(4).integers(1, 900, (60, 70, 3)).astype(np.uint16)
    first = make_raster("first.tif", pixels[..., :2])
    second = make_raster("second.tif", pixels[4:, 7:, 2:], origin=(500070.0, 5799960.0))
    keras.utils.set_random_seed(1)
    inputs = keras.Input((16, 16, 2)), keras.Input((16, 16, 1))
    x = keras.layers.Rescaling(1e-3)(keras.layers.Concatenate()(inputs))
    x = keras.layers.Conv2D(3, 3, strides=stride, padding="same", activation="softmax")(x)
    network, sources = keras.Model(inputs, x), []
    for path in (first, second):
        with RasterReader(path) as reader:
            sources.append(Source.of_image(reader, 16, 16).with_fill([400.0] * reader.band_count))
    save_model(str(tmp_path / "m.rlmodel"), Model.of_network(network, "two", CLASSES, tuple(sources), {}))
    options = {"result": "probabilities", "border": "valid", "block_px": 11}
    apply_model([first, second], str(tmp_path / "m.rlmodel"), tmp_path / "map.tif", **options)
    whole = np.asarray(
        layer_by_layer(network)(*(p[np.newaxis].astype(np.float32) for p in (pixels[..., :2], pixels[..., 2:])))
    )[0]
    with RasterReader(str(tmp_path / "map.tif")) as reader:
        column = round((reader.grid.geotransform[0] - 500000) / 10 / stride)
        row = round((5800000 - reader.grid.geotransform[3]) / 10 / stride)
    found = read_pixels(tmp_path / "map.tif")
    assert min(found.shape[:2]) > 20 and column * stride >= 7 and row * stride >= 4
    np.testing.assert_allclose(found, whole[row:, column:][: found.shape[0], : found.shape[1]], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("resume", [False, True])
def test_a_map_of_tiles_is_the_map(image, read_pixels, tmp_path, resume):
    model, place = saved(tmp_path / "m.rlmodel", source_of(image)), tmp_path / "maps"
    place.mkdir()
    for result, expected in (
        ("classes", ["map.qml", "map.tiles", "map.vrt"]),
        ("probabilities", ["map.tiles", "map.vrt"]),
    ):
        apply_model(image, model, tmp_path / "one.tif", result=result, block_px=16)
        apply_model(image, model, place / "map.vrt", result=result, block_px=16, resume=resume)
        assert sorted(os.listdir(place)) == expected
        assert sorted(os.listdir(place / "map.tiles")) == [f"tile{n:06d}.tif" for n in range(3)]
        place = place.rename(tmp_path / f"moved {result}")
        np.testing.assert_array_equal(read_pixels(place / "map.vrt"), read_pixels(tmp_path / "one.tif"))
        with RasterReader(str(place / "map.vrt")) as tiled, RasterReader(str(tmp_path / "one.tif")) as one:
            assert (tiled.grid, tiled.dtype, tiled.band_names) == (one.grid, one.dtype, one.band_names)
            np.testing.assert_equal(tiled.nodata, one.nodata)
            assert tiled.tag("MODEL") == one.tag("MODEL")
        if result == "classes":
            assert read_legend(str(place / "map.vrt")) == {c.value: c for c in CLASSES}
        for name in ("map.qml", "map.vrt"):
            (place / name).unlink(missing_ok=True)  # the old tiles are replaced


def test_a_folder_of_other_files_is_not_replaced_by_tiles(image, tmp_path):
    (tmp_path / "map.tiles").mkdir()
    (tmp_path / "map.tiles" / "photo.tif").touch()
    job = ApplyModel(images=[image], model="m.rlmodel", output=str(tmp_path / "map.vrt"))
    with pytest.raises(OutputError, match=r"map\.tiles” is not empty.*photo\.tif"):
        job.require_sound_outputs()
    assert os.listdir(tmp_path / "map.tiles") == ["photo.tif"]


def test_cancelling_a_map_of_tiles_leaves_nothing(image, tmp_path, monkeypatch):
    model, place = saved(tmp_path / "m.rlmodel", source_of(image)), tmp_path / "maps"
    place.mkdir()
    cancelled, write = threading.Event(), Journal.write

    def write_and_cancel(journal, number, pixels):
        write(journal, number, pixels)
        cancelled.set()

    monkeypatch.setattr(Journal, "write", write_and_cancel)
    with pytest.raises(Cancelled):
        apply_model(image, model, place / "map.vrt", Progress(cancelled=cancelled), block_px=8)
    assert os.listdir(place) == []
