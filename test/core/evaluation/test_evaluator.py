"""Each kind of model gives the same for patches and pixels, and the same as its parts."""

import keras
import numpy as np
import pytest
import saved_models

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.map_results import Needs
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.evaluator import evaluator_of
from rasterlearn.core.evaluation.rewritten_network import up_to_features
from rasterlearn.core.evaluation.view import View
from rasterlearn.core.exchange.import_options import ImportOptions
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, load_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(2, "dark"), LandClass(9, "bright"), LandClass(11, "rough")])
PIXELS = np.random.default_rng(0).random((11, 13, 2), np.float32)
PATCHES = np.lib.stride_tricks.sliding_window_view(PIXELS, (8, 8), axis=(0, 1)).reshape(-1, 2, 8, 8)


def network():
    keras.utils.set_random_seed(1)
    built = MODELS["texture_cnn"].build([SourceShape(8, 8, 2, [0.5, 0.5], [0.1, 0.1])], 3)
    return Model.of_network(built, "texture_cnn", CLASSES, (Source(("a", "b"), (10.0, 10.0), 8, 8),), {})


def forest():
    samples = PIXELS.reshape(-1, 2)
    fitted = fit_forest(samples, np.arange(len(samples)) % 3, 3, trees=5)
    return Model.of_forest(fitted, CLASSES, (Source(("a", "b"), (10.0, 10.0)),), {})


def hybrid():
    base = network()
    deep = np.asarray(up_to_features(base.network())(np.moveaxis(PATCHES, 1, -1)))
    return Model.of_hybrid(base, fit_forest(deep, np.arange(len(deep)) % 3, 3, trees=5), CLASSES, {})


def graph(tmp_path):
    wanted = ImportOptions(outputs=["probabilities"], inputs=["x"], receptive_px=[16])
    import_model(saved_models.tensorflow1(tmp_path / "m"), str(tmp_path / "g.rlmodel"), wanted)
    return load_model(str(tmp_path / "g.rlmodel"))


def pixels_of(model, needs):
    """(h, w, k) of all pixels whose patch lies inside."""
    evaluation = evaluator_of(model).pixels(needs, "auto", "cpu", Progress())
    height, width = model.sources[0].patch_height, model.sources[0].patch_width
    rows, columns = (np.arange(n - side + 1, dtype=np.int32) for n, side in zip(PIXELS.shape, (height, width)))
    said = evaluation.predicts((True,))[0]([View(PIXELS, rows, columns)])
    assert needs is Needs.CLASS or said.shape[-1] == evaluation.channels
    return said


@pytest.mark.parametrize("make", [network, forest, hybrid])
def test_patches_and_pixels_get_the_same_scores(make):
    model = make()
    patches = np.moveaxis(PATCHES, 1, -1) if model.sources[0].patch_width > 1 else PIXELS.reshape(-1, 1, 1, 2)
    scores = evaluator_of(model).patches("m")([patches])
    of_pixels = pixels_of(model, Needs.SCORES).reshape(-1, 3)
    np.testing.assert_allclose(scores, of_pixels, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(pixels_of(model, Needs.ANSWERS).reshape(-1, 3), of_pixels)


def test_features_are_those_of_the_network():
    expected = up_to_features(network().network())(np.moveaxis(PATCHES, 1, -1))
    for make in (network, hybrid):
        found = pixels_of(make(), Needs.FEATURES)
        np.testing.assert_allclose(found.reshape(len(PATCHES), -1), expected, rtol=0, atol=1e-4)


def test_requests_that_a_model_cannot_fulfill(tmp_path):
    imported = graph(tmp_path)
    for model, sentence in ((forest(), "Random Forest has no features"), (imported, "has outputs, not features")):
        assert not evaluator_of(model).has_features
        with pytest.raises(InputError, match=sentence):
            pixels_of(model, Needs.FEATURES)
    with pytest.raises(InputError, match="“g” is a model of the kind “graph”"):
        evaluator_of(imported).patches("g")
    for model in (forest(), hybrid(), imported):
        with pytest.raises(InputError, match=f"MODEL is a {model.kind}; only"):
            evaluator_of(model).network_to_train()


def test_only_imported_graphs_train_themselves(tmp_path):
    assert evaluator_of(graph(tmp_path)).trains_itself
    assert not any(evaluator_of(make()).trains_itself for make in (network, forest, hybrid))


def test_properties_that_a_catalog_lists(tmp_path):
    weights = sum(weight.size for weight in network().network().get_weights())
    for model, framework, count in ((network(), "Keras", weights), (forest(), "scikit-learn", None)):
        evaluator = evaluator_of(model)
        assert (evaluator.framework, evaluator.weight_count()) == (framework, count)
        assert evaluator.patch_answer() == (3,)
