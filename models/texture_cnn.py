"""A patch network that looks for textures: what matters is how much of each pattern a patch contains, not where.

It beats model 1 of the OTBTF tutorial with no more operations per pixel of a map, for two reasons. Batch normalization
(Ioffe & Szegedy 2015) gets more out of a few hundred training samples per class, and is folded into the convolutions
when a map is made. Averaging over the whole patch takes the place of the last pooling and convolution: land cover is a
texture, the same wherever it lies in the patch, so fewer weights are learned from more places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import SourceShape, classifier, standardized_input

TITLE = "Texture CNN (one to four images)"
DESCRIPTION = "one class for the patches of one to four images; the best on the demo data"
PLACE = 2
SOURCES = (1, 4)
MINIMUM_PATCH_PX = 8
FINE = ((16, 5), (28, 3))  # channels, side
COARSE = ((24, 3), (24, 3))
SMALL_PATCH_PX = 12


def build(sources: Sequence[SourceShape], class_count: int) -> Any:
    """Builds the network: for each source two convolutions and an average over the patch.

    Patches of 12 and more pixels get a 5 × 5 convolution, a pooling and a 3 × 3 convolution; smaller ones, of images
    with larger pixels, two 3 × 3 convolutions.

    Returns:
        keras.Model: for each source (n, height, width, bands) float32 -> (n, k) float32 class probabilities.
    """
    from keras import layers

    images, averages = [], []
    for number, source in enumerate(sources, start=1):
        suffix = f"_{number}" if len(sources) > 1 else ""
        image, x = standardized_input(source, suffix)
        is_small = min(source.height, source.width) < SMALL_PATCH_PX
        for layer, (channels, side) in enumerate(COARSE if is_small else FINE, start=1):
            x = layers.Conv2D(channels, side, use_bias=False, name=f"conv{layer}{suffix}")(x)
            x = layers.BatchNormalization(name=f"norm{layer}{suffix}")(x)
            x = layers.ReLU(name=f"relu{layer}{suffix}")(x)
            if layer == 1 and not is_small:
                x = layers.MaxPooling2D(2, name=f"pool{suffix}")(x)
        images.append(image)
        averages.append(layers.GlobalAveragePooling2D(keepdims=True, name=f"average{suffix}")(x))
    features = layers.Concatenate(name="joined")(averages) if len(averages) > 1 else averages[0]
    return classifier(images, features, class_count, "texture_cnn")
