from dataclasses import replace

import keras
import numpy as np
import pytest

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.dense import NotConvertible
from rasterlearn.core.errors import InputError
from rasterlearn.core.mapping import apply_model
from rasterlearn.core.model_file import Model, save_model
from rasterlearn.core.normalization import normalize
from rasterlearn.core.progress import Progress
from rasterlearn.core.raster import RasterReader
from rasterlearn.core.source import Source
from rasterlearn.models import MODELS

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])


@pytest.fixture
def image(make_raster):
    pixels = np.random.default_rng(0).integers(1, 900, (47, 61, 2)).astype(np.uint16)
    return make_raster("image.tif", pixels, nodata=0, names=["red", "nir"])


def saved(path, source, network=None):
    keras.utils.set_random_seed(1)
    network = network or MODELS["patch_cnn"].build(16, 16, 2, 3, [0.5, 0.5], [0.1, 0.1])
    save_model(str(path), Model.of_network(network, "patch_cnn", CLASSES, (source,), {}))
    return str(path)


def source_of(path):
    with RasterReader(path) as reader:
        return Source.of_image(reader, 16, 16).with_fill([0.5, 0.5])


def told_by(*arguments, **options):
    events = []
    apply_model(*arguments, progress=Progress(events.append), **options)
    return [e["text"] for e in events if e["event"] in ("info", "warning")]


def test_dense_and_patch_mode_give_the_same_classes(image, read_pixels, tmp_path):
    model = saved(tmp_path / "m.rlmodel", source_of(image))
    for mode in ("dense", "patch"):
        apply_model(image, model, str(tmp_path / f"{mode}.tif"), mode=mode)
        apply_model(image, model, str(tmp_path / f"{mode}_p.tif"), result="probabilities", mode=mode)
    top_two = np.sort(read_pixels(tmp_path / "patch_p.tif"), axis=-1)[..., -2:]
    ties = top_two[..., 1] - top_two[..., 0] < 1e-5
    assert ((read_pixels(tmp_path / "dense.tif") == read_pixels(tmp_path / "patch.tif"))[..., 0] | ties).all()
    np.testing.assert_allclose(read_pixels(tmp_path / "dense_p.tif"), read_pixels(tmp_path / "patch_p.tif"), atol=1e-5)


def test_a_raw_image_is_normalized_as_the_training_image_was(image, read_pixels, tmp_path):
    normalize([image], str(tmp_path / "n.tif"), "standard")
    model = saved(tmp_path / "m.rlmodel", source_of(str(tmp_path / "n.tif")))
    told = told_by(image, model, str(tmp_path / "raw.tif"))
    assert any("own normalization is applied" in line for line in told)
    assert not any(
        "own normalization" in line for line in told_by(str(tmp_path / "n.tif"), model, str(tmp_path / "n_map.tif"))
    )
    np.testing.assert_array_equal(read_pixels(tmp_path / "raw.tif"), read_pixels(tmp_path / "n_map.tif"))


def test_an_image_normalized_otherwise_is_refused(image, tmp_path):
    normalize([image], str(tmp_path / "a.tif"), "standard")
    normalize([image], str(tmp_path / "b.tif"), "max")
    of_a = saved(tmp_path / "a.rlmodel", source_of(str(tmp_path / "a.tif")))
    with pytest.raises(InputError, match="another way"):
        apply_model(str(tmp_path / "b.tif"), of_a, str(tmp_path / "map.tif"))
    of_raw = saved(tmp_path / "raw.rlmodel", source_of(image))
    with pytest.raises(InputError, match="trained on raw pixels"):
        apply_model(str(tmp_path / "b.tif"), of_raw, str(tmp_path / "map.tif"))


def test_another_pixel_size_is_warned_about(image, make_raster, tmp_path):
    coarse = make_raster("coarse.tif", np.ones((40, 40, 2), np.uint16), pixel_size=(20.0, -20.0))
    told = told_by(coarse, saved(tmp_path / "m.rlmodel", source_of(image)), str(tmp_path / "map.tif"))
    assert any("20 × 20" in line and "10 × 10" in line for line in told)


def test_what_cannot_be_dense_runs_patch_by_patch_and_says_why(image, tmp_path):
    size = keras.Input((16, 16, 2))
    x = keras.layers.Conv2D(2, 3, padding="same", name="padded")(size)
    x = keras.layers.Dense(3, name="logits")(keras.layers.Flatten()(x))
    network = keras.Model(size, keras.layers.Softmax()(x))
    model = saved(tmp_path / "m.rlmodel", source_of(image), network)
    told = told_by(image, model, str(tmp_path / "map.tif"))
    assert any("patch by patch" in line and "padded" in line for line in told)
    with pytest.raises(NotConvertible, match="padded.*MODE=auto"):
        apply_model(image, model, str(tmp_path / "map.tif"), mode="dense")


def test_wrong_bands(image, make_raster, tmp_path):
    model = saved(tmp_path / "m.rlmodel", replace(source_of(image), bands=("red", "nir")))
    with pytest.raises(InputError, match=r"1 band.*expects 2: red, nir"):
        apply_model(make_raster("one.tif", np.ones((40, 40), np.uint16)), model, str(tmp_path / "map.tif"))
