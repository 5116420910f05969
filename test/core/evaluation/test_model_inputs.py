"""The input images of a model, and its features."""

import keras
import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.model_inputs import prepared, require_sources, source_images
from rasterlearn.core.evaluation.rewritten_network import up_to_features
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.model.model_file import Model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b")])


def network(**names):
    image = keras.Input((4, 4, 2))
    features = keras.layers.Dense(5, **names)(keras.layers.Flatten()(image))
    return keras.Model(image, keras.layers.Dense(2, activation="softmax")(features))


def shown(path, *sources, target=None):
    """The path's image as the first of the sources, and the messages about all of them, each given that image."""
    events = []
    model = Model.of_network(network(), "n", CLASSES, sources, {}, target)
    with RasterReader(path) as reader:
        images = source_images(model, [reader] * len(sources), Progress(events.append))
    return images[0], [(e["event"], e["text"]) for e in events]


def test_one_image_for_each_source():
    sources = (Source(("B4", "B8"), (10.0, 10.0), 4, 4),)
    model = Model.of_network(network(), "n", CLASSES, sources, {})
    require_sources(["a.tif"], model)
    with pytest.raises(InputError, match=r"expects 1 image\(s\) \(1: B4, B8 at 10 × 10\), received 2"):
        require_sources(["a.tif", "b.tif"], model)


def test_a_raw_image_gets_the_transform_of_the_model_which_is_logged(ramp):
    transform = Normalization("max", ("x", "y"), (0.5, 0.25), (0.0, 0.0))
    image, messages = shown(ramp, Source(("x", "y"), (10.0, 10.0), 4, 4, transform, (1.0, 2.0)))
    assert image.transform == transform
    assert (image.patch_width, image.patch_height, image.fill) == (4, 4, (1.0, 2.0))
    assert [event for event, _ in messages] == ["info", "info"]
    assert "is raw" in messages[0][1]


def test_other_pixel_sizes_are_warned_about_and_other_bands_refused(ramp):
    image, messages = shown(ramp, Source(("band 1", "band 2"), (20.0, 20.0), 4, 4))
    assert image.fill == (0.0, 0.0)
    assert [event for event, _ in messages] == ["warning"]
    with pytest.raises(InputError, match="has 2 band"):
        shown(ramp, Source(("x",), (10.0, 10.0), 4, 4))


def test_a_model_that_restores_may_be_given_finer_pixels_in_all_its_sources(ramp):
    coarse, coarser = (Source(("band 1", "band 2"), (size, size), 4, 4) for size in (20.0, 40.0))
    target = Target(coarse, "uint16")
    assert [event for event, _ in shown(ramp, coarse, coarse, target=target)[1]] == ["info"]
    assert "2 times finer" in shown(ramp, coarse, target=target)[1][0][1]
    assert [event for event, _ in shown(ramp, coarse, coarser, target=target)[1]] == ["warning", "warning"]
    assert [event for event, _ in shown(ramp, coarse, coarse)[1]] == ["warning", "warning"]


def test_features_are_the_output_of_their_layer():
    whole = network(name="features")
    pixels = np.random.default_rng(0).random((3, 4, 4, 2), np.float32)
    found = np.asarray(up_to_features(whole)(pixels))
    weights, bias = (np.asarray(w) for w in whole.get_layer("features").weights)
    np.testing.assert_allclose(found, pixels.reshape(3, -1) @ weights + bias, rtol=1e-4, atol=1e-5)


def test_a_network_without_features_names_its_layers():
    with pytest.raises(InputError, match="no layer named “features”; it has .*other"):
        up_to_features(network(name="other"))


def with_empty_bands(make_raster, name, *empty):
    pixels = np.random.default_rng(0).integers(1, 200, (30, 40, 2)).astype(np.int16)
    pixels[..., list(empty)] = pixels[:, :5] = -1
    return make_raster(name, pixels, nodata=-1)


@pytest.mark.parametrize("is_normalized", [False, True])
def test_bands_that_the_model_leaves_out_are_0_and_never_nodata(make_raster, is_normalized):
    transform = Normalization("max", ("a", "b"), (0.5, 0.0), (0.0, 0.0), (1,))
    raw = Source(("a", "b"), (10.0, 10.0), 4, 4, left_out=(1,))
    source = Source(("a", "b"), (10.0, 10.0), 4, 4, transform) if is_normalized else raw
    assert source.ignored == (1,)
    for empty in ((1,), ()):
        path = with_empty_bands(make_raster, "a.tif", *empty)
        model = Model.of_network(network(), "n", CLASSES, (source,), {})
        with RasterReader(path) as reader:
            (image,) = source_images(model, [reader], Progress())
            pixels, valid = prepared(image, reader.read(reader.grid.window))
        assert not pixels[..., 1].any() and pixels[valid][:, 0].all()
        assert valid[:, 5:].all() and not valid[:, :5].any()


def test_a_band_without_pixels_that_the_model_needs_is_named(make_raster):
    with pytest.raises(InputError, match=r"“b.tif” is nodata everywhere in the band\(s\) band 1, which the model"):
        shown(with_empty_bands(make_raster, "b.tif", 0), Source(("a", "b"), (10.0, 10.0), 4, 4))
    image, _ = shown(with_empty_bands(make_raster, "c.tif", 0, 1), Source(("a", "b"), (10.0, 10.0), 4, 4))
    assert image.reader.left_out == ()  # all of it is nodata, as a part of a mosaic may be
