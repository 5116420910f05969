"""What all architectures have in common."""

from fractions import Fraction

import keras
import numpy as np
import pytest
from rounding import require_equal_up_to_rounding

from rasterlearn.core.evaluation.dense import dense_predictor
from rasterlearn.core.evaluation.network_geometry import field_of, fields_of_image
from rasterlearn.core.evaluation.predictors import layer_by_layer, patch_predictor
from rasterlearn.core.evaluation.view import View
from rasterlearn.core.model.network_file import open_network
from rasterlearn.jobs.choices import ARCHITECTURES, PATCH_ARCHITECTURES
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape, ValuesShape

OF_PATCHES = [name for name in ARCHITECTURES if not hasattr(MODELS[name], "ANSWERS_WITH_IMAGE")]
OF_IMAGES = [name for name in ARCHITECTURES if hasattr(MODELS[name], "ANSWERS_WITH_IMAGE")]
RESTORING = [name for name in OF_IMAGES if hasattr(MODELS[name], "ANSWERS_WITH_VALUES")]
OF_CLASSES = [name for name in ARCHITECTURES if name not in RESTORING]


def build(name, bands=3, class_count=5):
    module = MODELS[name]
    sides = module.MINIMUM_PATCH_PX if isinstance(module.MINIMUM_PATCH_PX, tuple) else (module.MINIMUM_PATCH_PX,)
    return module.build([SourceShape(s, s, bands, [0.0] * bands, [1.0] * bands) for s in sides], class_count)


def patches_for(network, count=2, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(count, *tensor.shape[1:])).astype(np.float32) for tensor in network.inputs]


def test_every_choice_is_a_module_and_the_other_way_round():
    assert list(MODELS) == list(ARCHITECTURES)
    assert all(module.TITLE and module.DESCRIPTION for module in MODELS.values())
    assert [module.PLACE for module in MODELS.values()] == list(range(1, len(MODELS) + 1))
    for_one_image = [name for name in OF_PATCHES if MODELS[name].SOURCES[0] == 1]
    assert sorted(for_one_image) == sorted(PATCH_ARCHITECTURES)


def test_architectures_keep_their_numbers():
    """QGIS remembers them in models and history."""
    assert tuple(ARCHITECTURES)[:8] == (
        "patch_cnn", "texture_cnn", "patch_fcn", "two_branch", "segmentation", "unet", "super_resolution",
        "gap_filling",
    )  # fmt: skip


@pytest.mark.parametrize("name", OF_CLASSES)
def test_every_architecture_ends_in_features_logits_probabilities(name):
    network = build(name)
    assert [layer.name for layer in network.layers][-3:] == ["features", "logits", "probabilities"]
    assert len(network.inputs) == MODELS[name].SOURCES[0]
    patches = patches_for(network)
    probabilities = np.asarray(network(patches if len(patches) > 1 else patches[0]))
    assert probabilities.shape[-1] == 5
    assert probabilities.ndim == (4 if name in OF_IMAGES else 2)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", OF_PATCHES)
def test_patch_networks_can_be_evaluated_densely(name):
    """Their whole patch is seen: the receptive field is the patch."""
    network = build(name)
    rng = np.random.default_rng(1)
    for weight in network.weights:  # so that running means and the like are not trivial
        values = rng.normal(size=weight.shape) * 0.3
        weight.assign(np.abs(values) + 0.1 if "variance" in weight.name else values)
    shapes = [tuple(tensor.shape[1:3]) for tensor in network.inputs]
    same = [True] + [False] * (len(shapes) - 1)
    views = []
    for (height, width), on_map_grid in zip(shapes, same):
        rows, columns = (np.arange(n, dtype=np.int32) // (1 if on_map_grid else 2) for n in (5, 6))
        pixels = rng.normal(size=(int(rows[-1]) + height, int(columns[-1]) + width, 3)).astype(np.float32)
        views.append(View(pixels, rows, columns))
    scores = keras.Model(network.inputs, network.get_layer("logits").output)
    expected = patch_predictor(layer_by_layer(scores), shapes)(views)
    require_equal_up_to_rounding(dense_predictor(scores, shapes, same)(views), expected)
    probabilities = patch_predictor(layer_by_layer(network), shapes)(views)
    require_equal_up_to_rounding(dense_predictor(network, shapes, same)(views), probabilities, expected)


@pytest.mark.parametrize(("name", "cells"), [("segmentation", 32), ("unet", 32)])
def test_image_networks_know_how_much_they_see(name, cells):
    """A pixel that the halo does not reach cannot change a cell: found by changing pixels one by one."""
    network = build(name)
    side = network.input_shape[1]
    assert network.output_shape[1] == cells
    field = field_of(network, 1, side)
    assert field.step == 1
    assert side - field.before - field.after <= cells


def source(side, bands, mean=500.0, deviation=200.0):
    return SourceShape(
        side, side, bands, [mean + 10 * b for b in range(bands)], [(deviation + b) ** 2 for b in range(bands)]
    )


def target(side, bands, mean=510.0, deviation=220.0):
    return ValuesShape(
        side, side, bands, [mean - 5 * b for b in range(bands)], [(deviation - b) ** 2 for b in range(bands)]
    )


def bilinear(image, ratio):
    """Enlarged by hand: along rows, then columns, from the two nearest pixel centers; beyond the last one, that one."""
    for axis in (1, 2):
        count = image.shape[axis]
        place = np.clip((np.arange(count * ratio) + 0.5) / ratio - 0.5, 0, count - 1)
        low = np.minimum(place.astype(int), count - 2)
        share = (place - low).reshape([-1 if a == axis else 1 for a in range(4)])
        image = np.take(image, low, axis) * (1 - share) + np.take(image, low + 1, axis) * share
    return image


RESTORERS = {
    "guided, half as many pixels": ("super_resolution", [source(24, 4), source(12, 6)], target(24, 6), 2),
    "guided, a third as many": ("super_resolution", [source(24, 4), source(8, 2)], target(24, 2), 3),
    "guided, a quarter as many": ("super_resolution", [source(16, 1), source(4, 1)], target(16, 1), 4),
    "from itself, 2": ("super_resolution", [source(16, 3)], target(32, 3), 2),
    "from itself, 4": ("super_resolution", [source(16, 3)], target(64, 3), 4),
    "one estimate": ("gap_filling", [source(24, 3)], target(24, 3), 1),
    "gaps and other images": ("gap_filling", [source(24, 4), source(24, 5), source(24, 2)], target(24, 3), 1),
}


def restorer(name):
    architecture, sources, answer, ratio = RESTORERS[name]
    network = MODELS[architecture].build(sources, answer)
    rng = np.random.default_rng(3)
    images = [rng.uniform(100, 900, (2, *t.shape[1:])).astype(np.float32) for t in network.inputs]
    return network, images, answer, ratio


def answer_to(network, images):
    return np.asarray(network(images if len(images) > 1 else images[0]))


@pytest.mark.parametrize("name", RESTORERS)
def test_what_restores_starts_with_what_it_is_to_improve(name):
    network, images, answer, ratio = restorer(name)
    base = images[-1 if ratio > 1 else 0][..., : answer.bands]
    expected = bilinear(base, ratio) if ratio > 1 else base
    found = answer_to(network, images)
    assert found.shape == (2, answer.height, answer.width, answer.bands) and found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-3)  # of up to 900
    names = [layer.name for layer in network.layers]
    assert names[-1] == "values" and "features" in names
    assert 30_000 < network.count_params() < 100_000


@pytest.mark.parametrize("name", RESTORERS)
def test_what_restores_is_opened_again_and_known_how_it_sees(name, tmp_path):
    network, images, answer, _ = restorer(name)
    rng = np.random.default_rng(4)
    for weight in network.trainable_weights:
        weight.assign(rng.normal(size=weight.shape) * 0.05)
    network.save(tmp_path / "n.keras")
    opened = open_network((tmp_path / "n.keras").read_bytes())
    np.testing.assert_allclose(answer_to(opened, images), answer_to(network, images), rtol=1e-5)
    sides = [tensor.shape[1] for tensor in network.inputs]
    fields = fields_of_image(network, [(side, side) for side in sides])
    assert [(rows.pitch, columns.pitch) for rows, columns in fields] == [
        (Fraction(side, answer.height),) * 2 for side in sides
    ]


@pytest.mark.parametrize("name", ["guided, half as many pixels", "from itself, 2", "gaps and other images"])
def test_values_keep_their_bits_where_a_gpu_computes_with_16(name):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        network, images, answer, ratio = restorer(name)
    finally:
        keras.config.set_dtype_policy("float32")
    base = images[-1 if ratio > 1 else 0][..., : answer.bands]
    np.testing.assert_allclose(answer_to(network, images), bilinear(base, ratio) if ratio > 1 else base, atol=2e-3)


def test_a_base_in_other_units_comes_out_like_its_target():
    """As of a source that was normalized to 0 … 1, with targets that were not."""
    network = MODELS["gap_filling"].build([source(24, 1, 0.4, 0.1)], target(24, 1, 1500.0, 300.0))
    image = np.random.default_rng(5).normal(0.4, 0.1, (1, 24, 24, 1)).astype(np.float32)
    np.testing.assert_allclose(answer_to(network, [image]), (image - 0.4) / 0.1 * 300 + 1500, atol=1e-2)


def test_bands_without_variance_are_no_division_by_zero():
    flat = SourceShape(16, 16, 1, [7.0], [0.0])
    network = MODELS["gap_filling"].build([flat], ValuesShape(16, 16, 1, [7.0], [0.0]))
    np.testing.assert_allclose(answer_to(network, [np.full((1, 16, 16, 1), 7, np.float32)]), 7)


@pytest.mark.parametrize("name", RESTORING)
def test_what_restores_learns_no_classes(name):
    with pytest.raises(ValueError, match="learns from patches of a target image"):
        build(name)


@pytest.mark.parametrize(
    ("name", "sources", "answer", "sentence"),
    [
        ("super_resolution", [source(24, 4), source(24, 6)], target(24, 6), "24 × 24 pixels, those of the coarse"),
        ("super_resolution", [source(20, 4), source(12, 6)], target(24, 6), "fine image 20 × 20"),
        ("super_resolution", [source(24, 4), source(12, 3)], target(24, 6), "has 3 bands, the target 6"),
        ("gap_filling", [source(24, 3), source(12, 3)], target(24, 3), "image 2 12 × 12"),
        ("gap_filling", [source(24, 2), source(24, 3)], target(24, 3), "has 2 bands, the target 3"),
    ],
)
def test_patches_that_do_not_belong_together(name, sources, answer, sentence):
    with pytest.raises(ValueError, match=sentence):
        MODELS[name].build(sources, answer)
