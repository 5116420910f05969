"""Deep features at points."""

import keras
import numpy as np
import pytest
from learning_data import train_forest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Scaling, normalize
from rasterlearn.core.learning.deep_features import extract_features
from rasterlearn.core.learning.forest_fitting import ForestSettings, fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.points import read_points
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])


@pytest.fixture
def image(make_raster):
    pixels = np.random.default_rng(0).integers(1, 900, (47, 61, 2)).astype(np.uint16)
    pixels[20, 30] = 0
    return make_raster("image.tif", pixels, nodata=0)


@pytest.fixture
def points(make_vector):
    """On random pixels, also at the border and on nodata (column 30, row 20)."""
    rng = np.random.default_rng(1)
    places = [(30, 20), (0, 0), (8, 8), (53, 39), (31, 21), *zip(rng.integers(0, 61, 60), rng.integers(0, 47, 60))]
    features = [
        (f"POINT({500005 + 10 * int(c)} {5799995 - 10 * int(r)})", {"class": 1 + i % 2, "id": i, "value_7": 0.5})
        for i, (c, r) in enumerate(places)
    ]
    return make_vector("points.gpkg", features)


def saved(path, network, sources):
    save_model(str(path), Model.of_network(network, "n", CLASSES, sources, {}))
    return str(path)


def source_of(path, size=16):
    with RasterReader(path) as reader:
        return Source.of_image(reader, size, size).with_fill([0.5] * reader.band_count)


def patch_cnn():
    keras.utils.set_random_seed(1)
    return MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [400.0, 400.0], [9000.0, 9000.0])], 3)


def require_equal_to_map(output, images, model, read_pixels, tmp_path):
    apply_model(images, model, str(tmp_path / "f.tif"), Options(result="features", border="valid"))
    found = read_points(output)
    with RasterReader(str(tmp_path / "f.tif")) as reader:
        columns, rows = reader.grid.pixel_of(found.x, found.y)
        assert ((columns >= 0) & (rows >= 0) & (columns < reader.grid.width) & (rows < reader.grid.height)).all()
        nodata = reader.nodata[0]
    expected = read_pixels(tmp_path / "f.tif")[rows, columns]
    names = [f"value_{i}" for i in range(expected.shape[1])]
    assert [n for n in found.fields if n.startswith("value_")] == names
    values = np.array([found.fields[n] for n in names]).T
    assert nodata is None or not (expected == nodata).any()
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-3)
    return found


@pytest.mark.parametrize("normalized", [False, True])
def test_they_are_those_of_the_map(image, points, read_pixels, tmp_path, normalized):
    """Also where a patch touches nodata, or the model normalizes raw pixels by itself."""
    learned_from = image
    if normalized:
        learned_from = str(tmp_path / "n.tif")
        normalize([image], learned_from, Scaling("standard"))
    model = saved(tmp_path / "m.rlmodel", patch_cnn(), (source_of(learned_from),))
    counts = extract_features(points, [image], model, str(tmp_path / "v.gpkg"))
    found = require_equal_to_map(str(tmp_path / "v.gpkg"), [image], model, read_pixels, tmp_path)
    assert counts == {"accepted": len(found), "rejected": 65 - len(found)}
    assert 20 < len(found) < 60
    assert not {0, 1} & set(found.fields["id"])
    assert {2, 3, 4} <= set(found.fields["id"])
    assert "class" in found.fields


def test_two_sources(image, points, make_raster, read_pixels, tmp_path):
    coarse = make_raster(
        "c.tif", np.random.default_rng(2).integers(1, 900, (30, 40)).astype(np.uint16), pixel_size=(20.0, -20.0)
    )
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6, 6, 2)), keras.Input((4, 4, 1))
    parts = [keras.layers.Flatten()(keras.layers.Conv2D(4, 2)(keras.layers.Rescaling(1e-3)(i))) for i in inputs]
    features = keras.layers.Dense(5, name="features")(keras.layers.Concatenate()(parts))
    network = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(features))
    model = saved(tmp_path / "m.rlmodel", network, (source_of(image, 6), source_of(coarse, 4)))
    extract_features(points, [image, coarse], model, str(tmp_path / "v.gpkg"))
    require_equal_to_map(str(tmp_path / "v.gpkg"), [image, coarse], model, read_pixels, tmp_path)


def test_a_forest_on_them_needs_their_network(image, points, tmp_path):
    model = saved(tmp_path / "m.rlmodel", patch_cnn(), (source_of(image),))
    extract_features(points, [image], model, str(tmp_path / "v.gpkg"))
    with pytest.raises(InputError, match="are deep features of the network .* as MODEL"):
        train_forest(str(tmp_path / "v.gpkg"), "class", [], str(tmp_path / "f.rlmodel"))


def test_models_without_features_are_refused(image, points, tmp_path):
    inputs = keras.Input((16, 16, 2))
    network = keras.Model(inputs, keras.layers.Dense(3, name="last")(keras.layers.Flatten()(inputs)))
    model = saved(tmp_path / "m.rlmodel", network, (source_of(image),))
    with pytest.raises(InputError, match="no layer named “features”"):
        extract_features(points, [image], model, str(tmp_path / "v.gpkg"))
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.random((20, 2), np.float32), rng.integers(0, 3, 20), 3, 2, ForestSettings(3))
    save_model(str(tmp_path / "f.rlmodel"), Model.of_forest(forest, CLASSES, (source_of(image, 1),), {}))
    with pytest.raises(InputError, match="has no features"):
        extract_features(points, [image], str(tmp_path / "f.rlmodel"), str(tmp_path / "v.gpkg"))
    with pytest.raises(InputError, match="expects 1 image"):
        extract_features(points, [image, image], model, str(tmp_path / "v.gpkg"))


def test_features_that_are_an_image_are_refused(image, points, tmp_path):
    inputs = keras.Input((16, 16, 2))
    features = keras.layers.Conv2D(4, 3, name="features", padding="same")(inputs)
    network = keras.Model(inputs, keras.layers.Conv2D(3, 1, activation="softmax")(features))
    model = saved(tmp_path / "m.rlmodel", network, (source_of(image),))
    with pytest.raises(InputError, match="are an image of"):
        extract_features(points, [image], model, str(tmp_path / "v.gpkg"))
