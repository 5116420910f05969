"""Forests on the deep features of a network: from points to the map."""

import keras
import numpy as np
import pytest
from learning_data import train_forest

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.predictors import layer_by_layer
from rasterlearn.core.evaluation.rewritten_network import up_to_features
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.deep_features import extract_features
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, load_model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

HEIGHT, WIDTH = 47, 61
CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])


@pytest.fixture
def image(make_raster):
    """Small whole numbers, and one pixel of nodata."""
    pixels = np.random.default_rng(0).integers(1, 9, (HEIGHT, WIDTH, 2)).astype(np.uint8)
    pixels[20, 30] = 0
    return make_raster("image.tif", pixels, nodata=0)


def random_points(make_vector, name, seed, count=80):
    rng = np.random.default_rng(seed)
    places = zip(rng.integers(0, WIDTH, count), rng.integers(0, HEIGHT, count))
    return make_vector(
        name,
        [(f"POINT({500005 + 10 * c} {5799995 - 10 * r})", {"class": 4 + i % 2}) for i, (c, r) in enumerate(places)],
    )


@pytest.fixture
def points(make_vector):
    return random_points(make_vector, "points.gpkg", 1)


def exact_network():
    """Weights are small whole numbers, so that sums of floating-point numbers are exact in any order."""
    image = keras.Input((6, 7, 2))
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    x = keras.layers.MaxPooling2D(2)(x)
    x = keras.layers.Conv2D(5, (3, 2), name="last")(x)
    x = keras.layers.Flatten(name="features")(x)
    network = keras.Model(image, keras.layers.Dense(3, activation="softmax")(x))
    rng = np.random.default_rng(3)
    network.set_weights([rng.integers(-2, 3, w.shape).astype(np.float32) for w in network.get_weights()])
    return network


def saved(path, network, *images, size=(7, 6)):
    sources = []
    for image in images:
        with RasterReader(image) as reader:
            sources.append(Source.of_image(reader, *size).with_fill([4.0] * reader.band_count))
    save_model(str(path), Model.of_network(network, "n", CLASSES, tuple(sources), {}))
    return str(path)


@pytest.fixture
def hybrid(image, points, tmp_path):
    """A hybrid with its network: (path of the hybrid, path of the network, network)."""
    network = exact_network()
    model = saved(tmp_path / "n.rlmodel", network, image)
    extract_features(points, [image], model, str(tmp_path / "values.gpkg"))
    path = str(tmp_path / "h.rlmodel")
    train_forest(str(tmp_path / "values.gpkg"), "class", [], path, trees=20, model=model)
    return path, model, network


def features_everywhere(network, pixels, height=6, width=7):
    """Features of the patch around every pixel of the mirrored image, (h, w, k), computed one by one."""
    wide = pixels.astype(np.float32)
    wide[pixels == 0] = 4
    wide = np.pad(
        wide, ((height // 2, height - 1 - height // 2), (width // 2, width - 1 - width // 2), (0, 0)), "reflect"
    )
    patches = np.lib.stride_tricks.sliding_window_view(wide, (height, width), axis=(0, 1))
    patches = np.moveaxis(patches, 2, -1).reshape(-1, height, width, pixels.shape[2])
    return np.asarray(layer_by_layer(up_to_features(network))(patches)).reshape(*pixels.shape[:2], -1)


@pytest.mark.parametrize(("mode", "block_px"), [("dense", 0), ("dense", 5), ("dense", 17), ("patch", 0), ("patch", 17)])
def test_the_map_is_the_forest_of_the_features_of_every_patch(hybrid, image, read_pixels, tmp_path, mode, block_px):
    path, _, network = hybrid
    output = str(tmp_path / "map.tif")
    apply_model([image], path, output, Options(result="probabilities", mode=mode, block_px=block_px))
    features = features_everywhere(network, read_pixels(image))
    expected = load_model(path).forest().probabilities(features.reshape(-1, features.shape[-1]))
    expected = expected.reshape(HEIGHT, WIDTH, 2)
    expected[20, 30] = np.nan
    np.testing.assert_allclose(read_pixels(output), expected, rtol=0, atol=1e-6)
    assert len(np.unique(expected[..., 0])) > 20


def test_it_equals_the_two_steps_by_hand(hybrid, image, read_pixels, tmp_path):
    path, network, _ = hybrid
    for name, model in (("h", path), ("n", network)):
        apply_model([image], model, str(tmp_path / f"{name}.tif"), Options(result="features"))
    features = read_pixels(tmp_path / "n.tif")
    np.testing.assert_array_equal(read_pixels(tmp_path / "h.tif"), features)
    probabilities = load_model(path).forest().predict(features)
    valid = read_pixels(image)[..., 0] != 0
    for result, expected in {
        "classes": np.array([4, 5])[probabilities.argmax(axis=-1)],
        "confidence": probabilities.max(axis=-1),
    }.items():
        apply_model([image], path, str(tmp_path / "map.tif"), Options(result=result))
        np.testing.assert_allclose(read_pixels(tmp_path / "map.tif")[valid, 0], expected[valid], atol=1e-6)
    for options in (Options(result="entropy", border="valid"), Options(result="probabilities", precision="uint8")):
        apply_model([image], path, str(tmp_path / "map.tif"), options)


def test_training_samples_have_the_same_features_in_the_map(hybrid, image, tmp_path):
    """The report's accuracy is that of the map: features of points and of the map agree."""
    from rasterlearn.core.samples.points import read_points

    _, _, network = hybrid
    samples = read_points(str(tmp_path / "values.gpkg"))
    with RasterReader(image) as reader:
        columns, rows = reader.grid.pixel_of(samples.x, samples.y)
        features = features_everywhere(network, reader.read(reader.grid.window))[rows, columns]
    values = np.array([samples.fields[f"value_{i}"] for i in range(features.shape[1])]).T
    np.testing.assert_array_equal(values, features)


def test_the_content_of_the_model_file(hybrid, image, tmp_path):
    path, network, _ = hybrid
    model, start = load_model(path), load_model(network)
    assert (model.kind, model.sources, model.payload) == ("hybrid", start.sources, start.payload)
    assert model.classes.values.tolist() == [4, 5]
    assert model.training["parameters"]["features_of_model"] == start.fingerprint
    extract_features(str(tmp_path / "points.gpkg"), [image], path, str(tmp_path / "again.gpkg"))
    train_forest(str(tmp_path / "again.gpkg"), "class", [], str(tmp_path / "h2.rlmodel"), trees=2, model=path)
    assert load_model(str(tmp_path / "h2.rlmodel")).payload == start.payload


def test_some_of_the_features(hybrid, image, read_pixels, tmp_path):
    _, network, _ = hybrid
    chosen = str(tmp_path / "some.rlmodel")
    train_forest(str(tmp_path / "values.gpkg"), "class", ["value_4", "value_1"], chosen, trees=5, model=network)
    apply_model([image], chosen, str(tmp_path / "map.tif"), Options(result="probabilities"))
    apply_model([image], network, str(tmp_path / "f.tif"), Options(result="features"))
    expected = load_model(chosen).forest().predict(read_pixels(tmp_path / "f.tif"))
    np.testing.assert_array_equal(read_pixels(tmp_path / "map.tif")[:20], expected[:20])
    assert set(np.unique(load_model(chosen).forest().feature)) <= {1, 4}


def test_validation_points_whose_patches_overlap_are_reported(hybrid, image, make_vector, tmp_path):
    _, network, _ = hybrid
    extract_features(random_points(make_vector, "v.gpkg", 2), [image], network, str(tmp_path / "v_values.gpkg"))
    events = []
    training = train_forest(
        str(tmp_path / "values.gpkg"), "class", [], str(tmp_path / "x.rlmodel"), str(tmp_path / "v_values.gpkg"),
        trees=3, model=network, report=str(tmp_path / "r.html"), progress=Progress(events.append),
    )  # fmt: skip
    assert training.leakage.patch == (7, 6)
    assert training.leakage.overlapping > 0.5 * training.leakage.count
    assert any("network itself was trained on" in e.get("text", "") for e in events)
    assert "7 × 6 pixels" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_map_of_an_ordinary_network_and_two_sources(image, points, make_raster, read_pixels, tmp_path):
    """Floating-point numbers differ in their last digits, so a few pixels may fall on the other side of a threshold."""
    coarse = make_raster(
        "c.tif", np.random.default_rng(2).integers(1, 9, (30, 40)).astype(np.uint8), pixel_size=(20.0, -20.0)
    )
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6, 6, 2)), keras.Input((6, 6, 1))
    parts = [keras.layers.Flatten()(keras.layers.Conv2D(4, 2)(keras.layers.Rescaling(0.1)(i))) for i in inputs]
    features = keras.layers.Dense(5, name="features", activation="tanh")(keras.layers.Concatenate()(parts))
    network = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(features))
    model = saved(tmp_path / "n.rlmodel", network, image, coarse, size=(6, 6))
    extract_features(points, [image, coarse], model, str(tmp_path / "v.gpkg"))
    values, path = str(tmp_path / "v.gpkg"), str(tmp_path / "h.rlmodel")
    training = train_forest(values, "class", [], path, values, trees=5, model=model)
    assert training.leakage.patch == (12, 12)  # 6 coarse pixels
    maps = []
    for mode in ("dense", "patch"):
        options = Options(result="probabilities", mode=mode)
        apply_model([image, coarse], str(tmp_path / "h.rlmodel"), str(tmp_path / "map.tif"), options)
        maps.append(read_pixels(tmp_path / "map.tif"))
    assert (np.abs(maps[0] - maps[1]) > 1e-6).any(axis=-1).mean() < 0.01


def test_the_tutorials_network(image, points, read_pixels, tmp_path):
    keras.utils.set_random_seed(1)
    network = MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [4.0, 4.0], [4.0, 4.0])], 3)
    model = saved(tmp_path / "n.rlmodel", network, image, size=(16, 16))
    extract_features(points, [image], model, str(tmp_path / "v.gpkg"))
    training = train_forest(str(tmp_path / "v.gpkg"), "class", [], str(tmp_path / "h.rlmodel"), trees=50, model=model)
    assert training.training_accuracy.overall_accuracy == 1
    apply_model([image], str(tmp_path / "h.rlmodel"), str(tmp_path / "map.tif"))
    assert set(np.unique(read_pixels(tmp_path / "map.tif"))) == {4, 5, 255}


@pytest.fixture
def refused(tmp_path):
    def train(values, model, features=()):
        train_forest(str(values), "class", list(features), str(tmp_path / "x.rlmodel"), model=str(model))

    return train


def test_models_and_values_that_do_not_belong_together(hybrid, image, points, refused, tmp_path):
    path, network, _ = hybrid
    values = tmp_path / "values.gpkg"
    with pytest.raises(InputError, match="are features of the model .*, but MODEL is"):
        refused(values, path)
    with pytest.raises(InputError, match="are deep features of the network .* as MODEL"):
        train_forest(str(values), "class", [], str(tmp_path / "x.rlmodel"))
    with pytest.raises(InputError, match="must be some of value_0 .* 10 features"):
        refused(values, network, ["fid"])
    extract_values(points, image, str(tmp_path / "pixels.gpkg"))
    with pytest.raises(InputError, match="not known to be features of a network"):
        refused(tmp_path / "pixels.gpkg", network)
    train_forest(str(tmp_path / "pixels.gpkg"), "class", [], str(tmp_path / "f.rlmodel"), trees=2)
    with pytest.raises(InputError, match="is a forest, which has no layer of features"):
        refused(values, tmp_path / "f.rlmodel")
    with pytest.raises(ModelFileError, match="not found"):
        refused(values, tmp_path / "missing.rlmodel")


def test_a_forest_that_does_not_fit_its_network(hybrid, image, tmp_path):
    _, network, _ = hybrid
    forest = fit_forest(np.random.default_rng(0).random((9, 2), np.float32), np.arange(9) % 3, 3, 2)
    save_model(str(tmp_path / "bad.rlmodel"), Model.of_hybrid(load_model(network), forest, CLASSES, {}))
    with pytest.raises(ModelFileError, match="forest needs 2 features, its network has 10"):
        apply_model([image], str(tmp_path / "bad.rlmodel"), str(tmp_path / "map.tif"))
