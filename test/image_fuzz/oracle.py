"""What the chain must find, computed from the drawn scene with NumPy alone."""

import unicodedata

import numpy as np

from .scenes import hidden_pixels


def numbers_for_model(scene, encoding, learned):
    """(h, w, b) float64: an image's numbers as the model knows them, whose training image was stored as `learned`."""
    factor, summand = encoding.numbers.reading_as(learned.numbers)
    return encoding.numbers.written(scene.reflectance).astype(np.float64) * factor + summand


def transform_of(scene, encoding, method, scale):
    """(gain, bias) of each band of the scene as NumPy finds them; None where the definition is the product's own."""
    shown = encoding.numbers.written(scene.reflectance)[~hidden_pixels(scene, encoding)].astype(np.float64)
    if method == "percentile":
        if np.dtype(encoding.numbers.dtype).itemsize > 2:
            return None
        ranked, count = np.sort(shown, axis=0), len(shown)
        low, high = (ranked[max(int(np.ceil(count * p / 100)) - 1, 0)] for p in (2, 98))
    else:
        low, high = {
            "max": (0.0 * shown.max(axis=0), shown.max(axis=0)),
            "minmax": (shown.min(axis=0), shown.max(axis=0)),
            "standard": (shown.mean(axis=0), shown.mean(axis=0) + shown.std(axis=0)),
            "scale": (np.zeros(shown.shape[1]), np.full(shown.shape[1], scale)),
        }[method]
    return 1 / (high - low), -low / (high - low)


def forest_classes(forest, samples):
    """(n,) int, the most probable class of samples (n, f); -1 where two are as probable."""
    samples = np.asarray(samples, np.float32)
    shares = np.zeros((len(samples), forest.share.shape[1]))
    for root in forest.roots:
        nodes = np.full(len(samples), root)
        while True:
            is_left = samples[np.arange(len(samples)), forest.feature[nodes]] <= forest.threshold[nodes]
            following = np.where(is_left, forest.left[nodes], forest.right[nodes])
            if (following == nodes).all():
                break
            nodes = following
        shares += forest.share[nodes]
    ranked = np.sort(shares, axis=1)
    tied = ranked[:, -1] - ranked[:, -2] < 1e-5 if shares.shape[1] > 1 else np.zeros(len(samples), bool)
    return np.where(tied, -1, shares.argmax(axis=1))


def clean(name):
    """A class name without what cannot be seen, and blanks at its ends."""
    shown = "".join(" " if unicodedata.category(c) == "Zs" else c for c in name if unicodedata.category(c) != "Cf")
    return shown.strip()
