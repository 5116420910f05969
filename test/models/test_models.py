"""What all architectures have in common."""

import numpy as np
import pytest

from rasterlearn.core.choices import ARCHITECTURES, PATCH_ARCHITECTURES
from rasterlearn.core.dense import dense_predictor
from rasterlearn.core.evaluation import layer_by_layer, patch_predictor
from rasterlearn.core.field import field_of
from rasterlearn.core.views import View
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

OF_PATCHES = [name for name in ARCHITECTURES if not hasattr(MODELS[name], "ANSWERS_WITH_IMAGE")]
OF_IMAGES = [name for name in ARCHITECTURES if hasattr(MODELS[name], "ANSWERS_WITH_IMAGE")]


def build(name, bands=3, class_count=5):
    module = MODELS[name]
    sides = module.MINIMUM_PATCH_PX if isinstance(module.MINIMUM_PATCH_PX, tuple) else (module.MINIMUM_PATCH_PX,)
    return module.build([SourceShape(s, s, bands, [0.0] * bands, [1.0] * bands) for s in sides], class_count)


def patches_for(network, count=2, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(count, *tensor.shape[1:])).astype(np.float32) for tensor in network.inputs]


def test_every_choice_is_a_module_and_the_other_way_round():
    assert tuple(MODELS) == ARCHITECTURES
    assert all(module.TITLE for module in MODELS.values())
    for_one_image = [name for name in OF_PATCHES if MODELS[name].SOURCES[0] == 1]
    assert sorted(for_one_image) == sorted(PATCH_ARCHITECTURES)


@pytest.mark.parametrize("name", ARCHITECTURES)
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
    expected = patch_predictor(layer_by_layer(network), shapes)(views)
    np.testing.assert_allclose(dense_predictor(network, shapes, same)(views), expected, atol=1e-5)


@pytest.mark.parametrize(("name", "cells"), [("segmentation", 32), ("unet", 32)])
def test_image_networks_know_how_much_they_see(name, cells):
    """A pixel that the halo does not reach cannot change a cell: found by changing pixels one by one."""
    network = build(name)
    side = network.input_shape[1]
    assert network.output_shape[1] == cells
    field = field_of(network, 1, side)
    assert field.step == 1
    assert side - field.before - field.after <= cells
