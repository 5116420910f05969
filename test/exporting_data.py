"""Small models to export, built and not trained, and their maps."""

import keras
import numpy as np

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.learning.forest_fitting import ForestSettings, fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of(
    [LandClass(7, "water", "#7fbcfc"), LandClass(-4, "tree, old", "#106b00"), LandClass(300, "Äcker", "#a15c44")]
)
NORMALIZATION = Normalization("standard", ("red", "nir"), (1 / 171.3, 1 / 93.7), (-1.9, -3.1))


def raw_pixels(height, width, bands=2, seed=0):
    """Pixels (h, w, bands) uint16 that are smooth enough for classes to differ from place to place."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(50, 700, (height // 12 + 2, width // 12 + 2, bands))
    fine = np.kron(coarse, np.ones((12, 12, 1)))[:height, :width]
    return (fine + rng.normal(0, 30, fine.shape)).clip(1, 3000).astype(np.uint16)


def built(architecture, shapes, normalization=NORMALIZATION, pixel_sizes=None, seed=1):
    """A model of random weights whose sources have patches of these (rows, columns)."""
    keras.utils.set_random_seed(seed)
    mean, variance = ([0.0] * 2, [1.0] * 2) if normalization else ([375.0] * 2, [36000.0] * 2)
    network = MODELS[architecture].build([SourceShape(h, w, 2, mean, variance) for h, w in shapes], len(CLASSES))
    for layer in network.layers:
        if layer.name == "logits":  # every class is the best one somewhere
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel * 20, bias])
    return described(network, architecture, shapes, normalization, pixel_sizes)


def described(network, architecture, shapes, normalization=NORMALIZATION, pixel_sizes=None, classes=CLASSES):
    """A model with this network."""
    sizes = pixel_sizes or [10.0] * len(shapes)
    sources = tuple(
        Source(("red", "nir"), (size, size), w, h, normalization, (0.0, 0.0)) for (h, w), size in zip(shapes, sizes)
    )
    training = {"parameters": {"epochs": 1, "class weights": "none"}, "versions": {"keras": keras.__version__}}
    return Model.of_network(network, architecture, classes, sources, training)


def saved(folder, model, name="model.rlmodel"):
    """The model as a file."""
    path = str(folder / name)
    save_model(path, model)
    return path


def mapped(images, model, output, read_pixels):
    """The map of applymodel, (h, w)."""
    apply_model(images, model, str(output), Options())
    return read_pixels(output)[..., 0]


def forest_model(folder):
    """A forest as a file."""
    rng = np.random.default_rng(0)
    pixels, labels = rng.normal(size=(40, 2)), np.arange(40) % 3
    forest = fit_forest(pixels, labels, 3, 3, ForestSettings(max_depth=3))
    return saved(folder, Model.of_forest(forest, CLASSES, (Source(("red", "nir"), (10.0, 10.0)),), {}), "f.rlmodel")
