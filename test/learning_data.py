"""Small patch sets to learn from, made here, and a forest trained in one line."""

import numpy as np

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.learning import forest_training
from rasterlearn.core.learning.training_result import TrainingOutputs
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.patch_set import PatchSet
from rasterlearn.core.samples.places import Places

CLASSES = ClassMap.of([LandClass(2, "dark"), LandClass(9, "bright"), LandClass(11, "rough")])
SOURCE = Source(("a", "b"), (10.0, 10.0), 16, 16)


def textures(labels, rng, bands=2):
    """Pixels (..., bands) uint16 that differ in level and roughness by the class of each pixel (...,)."""
    level, noise = np.array([300, 900, 900])[labels], np.array([20, 20, 300])[labels]
    pixels = rng.standard_normal((*labels.shape, bands)) * noise[..., None] + level[..., None]
    return pixels.clip(0, 3000).astype(np.uint16)


def patch_set(count, seed=0, classes=CLASSES, size=16, placed=False):
    """Patches of three kinds, one class each."""
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(0, len(classes), count))
    pixels = textures(np.broadcast_to(labels[:, None, None], (count, size, size)), rng)
    places = None
    if placed:
        grid = Grid(2000, 2000, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
        places = Places(rng.integers(0, 2000, count), rng.integers(0, 2000, count), grid, size, size)
    return PatchSet.of(pixels, labels, classes, Source(("a", "b"), (10.0, 10.0), size, size), places)


def two_sources(count, seed=0):
    """The class shows in neither image alone: its first bit in the first one, its second bit in the other one."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    fine = rng.normal(size=(count, 16, 16, 2)) * 20 + 300 + 200 * (labels == 1)[:, None, None, None]
    coarse = rng.normal(size=(count, 8, 8, 3)) * 20 + 300 + 200 * (labels == 2)[:, None, None, None]
    sources = SOURCE, Source(("c", "d", "e"), (20.0, 20.0), 8, 8)
    return PatchSet((fine.astype(np.float32), coarse.astype(np.float32)), labels, CLASSES, sources)


def dense_set(count, size=64, seed=0):
    """Patches with a class for each pixel: halves of different classes; a tenth has no label."""
    rng = np.random.default_rng(seed)
    labels = np.empty((count, size, size), np.int8)
    for target in labels:
        first, second = rng.permutation(3)[:2]
        edge = rng.integers(size // 4, 3 * size // 4)
        target[:] = (
            np.where(np.arange(size) < edge, first, second)[:, None]
            if rng.random() < 0.5
            else np.where(np.arange(size) < edge, first, second)
        )
    pixels = (rng.standard_normal((*labels.shape, 2)) * 20 + 300.0 * (1 + labels[..., None])).astype(np.uint16)
    labels[rng.random(labels.shape) < 0.1] = -1
    return PatchSet.of(pixels, labels, CLASSES, Source(("a", "b"), (10.0, 10.0), size, size))


def value_set(count, size=16, seed=0, values=None, finer=1):
    """Patches of two smooth bands, to be answered with a mixture of them; a corner of each third answer is nodata.

    Args:
        values: other answers (count, size, size, 2). finer: how many pixels of an answer lie along one of the patch.
    """
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(count, size, size, 2)) * 40
    pixels = (steps.cumsum(axis=1) + steps.cumsum(axis=2) + 1500).clip(1, 6000).astype(np.uint16)
    if values is None:
        red, nir = (pixels[..., band].astype(np.float32) for band in (0, 1))
        values = np.stack([0.7 * red + 0.2 * nir + 100, nir - 0.1 * red], axis=-1)
        values = values.repeat(finer, axis=1).repeat(finer, axis=2)
        values[::3, -size // 4 :, -size // 4 :, 1] = np.nan
    source, pixel = Source(("a", "b"), (10.0, 10.0), size, size), 10.0 / finer
    target = Target(Source(("p", "q"), (pixel, pixel), size * finer, size * finer), "float32")
    labels = np.zeros(count, np.int64)
    return PatchSet((pixels,), labels, ClassMap(()), (source,), None, values, target)


def train_forest(samples, attribute, features, output, validation=None, progress=None, **options):
    """Trains a forest; options are fields of its outputs, of its files and of its growth."""
    outputs = TrainingOutputs(output, *(options.pop(name, None) for name in ("report", "note")))
    of_files = {name: options.pop(name, None) for name in ("legend", "model")}
    files = forest_training.SampleFiles(samples, attribute, features, validation, **of_files)
    return forest_training.train_forest(files, outputs, forest_training.Growth(**options), progress)


def network_of_the_user(path, ending, bands=2, inputs=1, classes=3):
    """A Keras network for patches of 16 × 16 pixels, saved; `ending` is how it comes to its scores."""
    import keras
    from keras import layers

    images = [keras.Input((16, 16, bands)) for _ in range(inputs)]
    x = layers.Concatenate()(images) if inputs > 1 else images[0]
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 5, activation="relu")(layers.Rescaling(1 / 300, -2)(x)))
    x = {
        "softmax": lambda: layers.Dense(classes, activation="softmax")(x),
        "layer": lambda: layers.Softmax()(layers.Dense(classes)(x)),
        "activation": lambda: layers.Activation("softmax")(layers.Dense(classes)(x)),
        "scores": lambda: layers.Dense(classes)(x),
    }[ending]()
    network = keras.Model(images, x)
    network.save(path)
    return network
