"""Augmentation of patches: mirrored, rotated, brighter or darker.

All sources of a sample and its targets are transformed the same way, and only along the pixel grid, so that no pixel
is interpolated. A patch of even size has no middle pixel: when it is mirrored, its sample moves by one pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Optional


class Part(NamedTuple):
    """Some samples of a batch, augmented as they would be in the whole batch: its size, and their indices in it."""

    size: Any
    places: Any


def with_random_symmetries(
    images: Sequence[Any], targets: Any, seed: Any, part: Optional[Part] = None
) -> tuple[list[Any], Any]:
    """Each sample mirrored at random, and also transposed if all its patches are square: all eight symmetries.

    Args:
        images: of each source (n, h, w, c). targets: (n,); or (n, h, w) or (n, h, w, b), transformed with the images.
        seed: (2,) int32; determines the result. part: which samples of a batch these are, if not all.
    """
    import tensorflow as tf

    square = all(
        image.shape[1] == image.shape[2] for image in (*images, *([targets] if len(targets.shape) > 1 else []))
    )
    coins = _drawn(lambda n: tf.random.stateless_uniform((3, n, 1, 1, 1), seed), 1, tf.shape(targets)[0], part) < 0.5
    coins = coins if square else coins[:2]

    def transformed(image: Any) -> Any:
        image = tf.where(coins[0], tf.reverse(image, [1]), image)
        image = tf.where(coins[1], tf.reverse(image, [2]), image)
        return tf.where(coins[2], tf.transpose(image, (0, 2, 1, 3)), image) if square else image

    if len(targets.shape) == 3:
        targets = transformed(targets[..., tf.newaxis])[..., 0]
    elif len(targets.shape) == 4:
        targets = transformed(targets)
    return [transformed(image) for image in images], targets


def with_band_noise(
    images: Sequence[Any], deviations: Sequence[Any], share: float, seed: Any, part: Optional[Part] = None
) -> list[Any]:
    """Each band of each patch a little brighter or darker, as in different light or haze.

    Args:
        images: of each source (n, h, w, c). deviations: standard deviation of each band (c,) of each source.
        share: standard deviation of the noise, relative to the band's. seed, part: see `with_random_symmetries`.
    """
    import tensorflow as tf

    noisy = []
    for number, (image, deviation) in enumerate(zip(images, deviations)):
        own, bands = seed + tf.constant([0, number + 1]), image.shape[-1]
        draw = partial(_noise, bands=bands, seed=own)
        noise = _drawn(draw, 0, tf.shape(image)[0], part)
        noisy.append(image + noise * tf.cast(deviation, tf.float32) * share)
    return noisy


def _noise(count: Any, bands: int, seed: Any) -> Any:
    import tensorflow as tf

    return tf.random.stateless_normal((count, 1, 1, bands), seed)


def _drawn(draw: Callable[[Any], Any], axis: int, count: Any, part: Optional[Part]) -> Any:
    """Random numbers for each of `count` samples along an axis; a part gets those that it has in the whole batch."""
    import tensorflow as tf

    return draw(count) if part is None else tf.gather(draw(part.size), part.places, axis=axis)
