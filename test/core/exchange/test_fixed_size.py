"""SavedModels that take images of one size: how far apart their cells are, and how many images they take at a time."""

from fractions import Fraction

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from saved_models import of_function

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.exchange.fixed_size import pitch_of_fixed_size
from rasterlearn.core.exchange.import_options import ImportOptions
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.exchange.shown_images import Shown
from rasterlearn.core.mapping.apply_model import Options, apply_model


def kernel(rng, *shape):
    return tf.constant(rng.normal(size=shape) / np.sqrt(np.prod(shape[:3])), tf.float32)


def built(kind):
    """A function of images (1, h, w, 2) with cells at a known distance."""
    rng = np.random.default_rng(7)
    one, two, three = (kernel(rng, 5, 5, 2, 2) for _ in range(3))

    def function(x):
        x = tf.constant(x)
        if kind == "padded":
            return tf.nn.relu(tf.nn.conv2d(x, one, 1, "SAME"))
        if kind == "valid":
            return tf.nn.conv2d(tf.nn.relu(tf.nn.conv2d(x, one, 1, "VALID")), two, 1, "VALID")
        if kind == "stride 4":
            return tf.nn.conv2d(tf.nn.relu(tf.nn.conv2d(x, one, 2, "SAME")), two, 2, "SAME")
        if kind == "valid stride 2":
            return tf.nn.conv2d(tf.nn.conv2d(x, one, 2, "VALID"), two, 1, "VALID")
        if kind == "enlarged":
            return tf.nn.conv2d(tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2), one, 1, "SAME")
        if kind == "squeezed":  # scaled by a global average
            y = tf.nn.conv2d(tf.nn.conv2d(x, one, 2, "SAME"), two, 1, "SAME")
            return y * tf.sigmoid(tf.reduce_mean(y, (1, 2), keepdims=True))
        deep = tf.nn.relu(tf.nn.conv2d(x, one, 2, "SAME"))
        for _ in range(3):
            deep = tf.nn.relu(tf.nn.conv2d(deep, two, 2, "SAME")) * 3
        return tf.nn.conv2d(deep, three, 1, "SAME")

    return lambda images: np.asarray(function(images[0]))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("padded", 1), ("valid", 1), ("stride 4", 4), ("valid stride 2", 2), ("enlarged", Fraction(1, 2)),
        ("squeezed", 2), ("deep, stride 16", 16),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sides", [(128, 128), (128, 96)])
def test_the_distance_of_cells(kind, expected, sides):
    answer = built(kind)
    cells = answer([np.zeros((1, *sides, 2), np.float32)]).shape[1:3]
    assert pitch_of_fixed_size(Shown(answer, [2], [1]), sides, tuple(cells)) == expected


def test_a_cell_that_depends_on_the_whole_image_lies_anywhere():
    sides, answer = (64, 64), built("deep, stride 16")
    assert pitch_of_fixed_size(Shown(answer, [2], [1]), sides, (4, 4)) in (None, 16)


def test_nothing_can_be_said_of_cells_that_do_not_depend_on_the_image():
    shown = Shown(lambda images: np.zeros((1, 8, 8, 1), np.float32), [2], [1])
    assert pitch_of_fixed_size(shown, (32, 32), (8, 8)) is None


def mapped(tmp_path, read_pixels, path, image, **wanted):
    found = import_model(path, str(tmp_path / "m.rlmodel"), ImportOptions(answer="values", **wanted))
    apply_model([image], str(tmp_path / "m.rlmodel"), str(tmp_path / "map.tif"), Options(result="values"))
    return found, read_pixels(tmp_path / "map.tif")


@pytest.mark.parametrize(("sides", "factor"), [((64, 64), 2), ((32, 48), 4)])
def test_cells_of_several_pixels_lie_where_these_are(tmp_path, read_pixels, make_raster, sides, factor):
    entry = keras.Input((*sides, 1))
    keras.Model(entry, layers.AveragePooling2D(factor)(entry)).export(str(tmp_path / "s"), verbose=False)
    pixels = np.random.default_rng(0).random((96, 96, 1)).astype("float32")
    found, values = mapped(tmp_path, read_pixels, str(tmp_path / "s"), make_raster("i.tif", pixels))
    assert found["SCALE"] == factor
    n = 96 // factor
    np.testing.assert_allclose(values, pixels.reshape(n, factor, n, factor, 1).mean(axis=(1, 3)), rtol=1e-5)


def test_cells_smaller_than_pixels(tmp_path, read_pixels, make_raster):
    entry = keras.Input((32, 32, 1))
    keras.Model(entry, layers.UpSampling2D(2)(entry)).export(str(tmp_path / "s"), verbose=False)
    pixels = np.random.default_rng(0).random((64, 64, 1)).astype("float32")
    found, values = mapped(tmp_path, read_pixels, str(tmp_path / "s"), make_raster("i.tif", pixels))
    assert found["SCALE"] == 0.5
    np.testing.assert_array_equal(values, pixels.repeat(2, 0).repeat(2, 1))


def test_a_scale_that_cannot_be_found_is_asked_for(tmp_path):
    path = of_function(tmp_path / "m", lambda x: {"y": tf.zeros((tf.shape(x)[0], 8, 8, 1))}, (None, 32, 32, 2))
    with pytest.raises(InputError, match="32 × 32 pixels with 8 × 8 cells.*Give it as SCALE"):
        import_model(path, str(tmp_path / "m.rlmodel"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_fixed_number_of_images(tmp_path, read_pixels, make_raster, count):
    """onnx2tf and others write graphs for exactly one image at a time."""
    path = of_function(tmp_path / "m", lambda x: {"y": tf.reduce_sum(x, (1, 2))}, (count, 3, 3, 2))
    pixels = np.random.default_rng(0).random((11, 13, 2)).astype("float32")
    _, values = mapped(tmp_path, read_pixels, path, make_raster("i.tif", pixels))
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (3, 3), axis=(0, 1)).sum(axis=(-2, -1))
    np.testing.assert_allclose(values[1:-1, 1:-1], windows, rtol=1e-5)


def test_a_model_without_a_signature(tmp_path):
    class Network(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((1, 16, 16, 3), tf.float32)])
        def infer(self, image):
            return image * 2

    tf.saved_model.save(Network(), str(tmp_path / "plain"), signatures={})
    with pytest.raises(InputError, match=r"has no signature.*signatures=….*network.export.*onnx2tf adds one with -osd"):
        import_model(str(tmp_path / "plain"), str(tmp_path / "m.rlmodel"))


@pytest.mark.parametrize("coarse_first", [False, True])
@pytest.mark.parametrize("cells_of", ["fine", "coarse"])
def test_two_inputs_whose_pixels_differ_in_size(tmp_path, make_raster, read_pixels, coarse_first, cells_of):
    rng = np.random.default_rng(4)
    fine, coarse = rng.random((64, 96, 3)).astype("float32"), rng.random((32, 48, 2)).astype("float32")
    kernels = kernel(rng, 3, 3, 3, 4), kernel(rng, 3, 3, 2, 4)

    def answered(x, y):
        if coarse_first:
            x, y = y, x
        y = tf.nn.conv2d(y, kernels[1], 1, "SAME")
        if cells_of == "fine":
            return tf.nn.conv2d(x, kernels[0], 1, "SAME") + tf.repeat(tf.repeat(y, 2, axis=1), 2, axis=2)
        return tf.nn.conv2d(x, kernels[0], 2, "SAME") + y

    paths = [make_raster("fine.tif", fine), make_raster("coarse.tif", coarse, pixel_size=(20.0, -20.0))]
    images, sizes = [fine, coarse], [(None, 32, 32, 3), (None, 16, 16, 2)]
    for pair in (paths, images, sizes) if coarse_first else ():
        pair.reverse()
    folder, model, output = (
        of_function(tmp_path / "m", lambda x, y: {"scores": answered(x, y)}, *sizes),
        *(str(tmp_path / name) for name in ("m.rlmodel", "map.tif")),
    )
    import_model(folder, model)
    apply_model(paths, model, output, Options(result="values"))
    expected = np.asarray(answered(*(i[np.newaxis, : s[1], : s[2]] for i, s in zip(images, sizes))))[0]
    found = read_pixels(output)
    assert found.shape[:2] == ((64, 96) if cells_of == "fine" else (32, 48))
    np.testing.assert_allclose(found[: expected.shape[0], : expected.shape[1]], expected, atol=1e-5)


@pytest.mark.parametrize("shape", [(None, 3, 32, 32), (None, 3, None, None)])
@pytest.mark.parametrize("gives_image", [True, False])
def test_bands_in_front_of_rows_are_told(tmp_path, make_raster, shape, gives_image):
    rng = np.random.default_rng(0)
    one = kernel(rng, 3, 3, 3, 4)
    folder = of_function(
        tmp_path / "m", lambda x: {"scores": tf.nn.conv2d(tf.transpose(x, (0, 2, 3, 1)), one, 1, "SAME")}, shape
    )
    images = [make_raster("i.tif", rng.random((40, 40, 3)).astype("float32"))] if gives_image else []
    with pytest.raises(InputError, match="bands first"):
        import_model(folder, str(tmp_path / "m.rlmodel"), images=images)


def test_answers_that_are_drawn_at_random_are_told(tmp_path):
    rng, events = np.random.default_rng(0), []
    one = kernel(rng, 3, 3, 3, 4)
    for noise in (0.0, 1.0):
        folder = of_function(
            tmp_path / f"m{noise}",
            lambda x, noise=noise: {"scores": tf.nn.conv2d(x, one, 1, "SAME") + noise * tf.random.normal((1, 1, 1, 4))},
            (None, 32, 32, 3),
        )
        import_model(folder, str(tmp_path / "m.rlmodel"), progress=Progress(events.append))
        warnings = [e["text"] for e in events if e["event"] == "warning"]
        assert [("at random" in w) for w in warnings] == [True] * bool(noise)


@pytest.mark.parametrize("kind", ["keras", "SavedModel"])
def test_answers_that_depend_on_other_images_are_told(tmp_path, kind):
    events = []
    entry = keras.Input((8, 8, 2))
    for axis in (-1, 0):
        end = layers.Softmax(axis=axis)(layers.Dense(3)(layers.Flatten()(layers.Rescaling(0.01)(entry))))
        keras.Model(entry, end).save(tmp_path / "n.keras")
        keras.Model(entry, end).export(str(tmp_path / "m"), verbose=False)
        path = tmp_path / ("n.keras" if kind == "keras" else "m/saved_model.pb")
        import_model(str(path), str(tmp_path / "m.rlmodel"), progress=Progress(events.append))
        warnings = [e["text"] for e in events if e["event"] == "warning"]
        assert ["shown at the same time" in w for w in warnings] == [True] * (axis == 0)


@pytest.mark.parametrize("kind", ["keras", "SavedModel"])
def test_a_network_without_numbers_is_refused(tmp_path, kind):
    network = keras.Sequential([keras.Input((8, 8, 2)), layers.Flatten(), layers.Dense(3, "softmax")])
    network.layers[-1].set_weights([np.full((128, 3), np.nan), np.zeros(3)])
    network.save(tmp_path / "n.keras")
    network.export(str(tmp_path / "m"), verbose=False)
    path = tmp_path / ("n.keras" if kind == "keras" else "m/saved_model.pb")
    with pytest.raises(InputError, match="nothing that is a number"):
        import_model(str(path), str(tmp_path / "m.rlmodel"))
    assert not (tmp_path / "m.rlmodel").exists()
