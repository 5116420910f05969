import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.evaluation.layer_geometry import NotConvertible, taps_of

LAYERS = {
    "valid": lambda: layers.Conv2D(1, 3, use_bias=False),
    "strided": lambda: layers.Conv2D(1, 4, strides=3, use_bias=False),
    "same": lambda: layers.Conv2D(1, 4, padding="same", use_bias=False),
    "same and strided": lambda: layers.Conv2D(1, 3, strides=2, padding="same", use_bias=False),
    "dilated": lambda: layers.Conv2D(1, 3, dilation_rate=2, use_bias=False),
    "dilated, same": lambda: layers.Conv2D(1, 3, dilation_rate=2, padding="same", use_bias=False),
    "transposed": lambda: layers.Conv2DTranspose(1, 3, strides=2, padding="same", use_bias=False),
    "transposed, valid": lambda: layers.Conv2DTranspose(1, 4, strides=3, use_bias=False),
    "transposed, small": lambda: layers.Conv2DTranspose(1, 1, strides=2, use_bias=False),
    "output padding": lambda: layers.Conv2DTranspose(1, 3, 2, "same", output_padding=1, use_bias=False),
    "output padding, odd": lambda: layers.Conv2DTranspose(1, 4, 2, "same", output_padding=1, use_bias=False),
    "output padding, valid": lambda: layers.Conv2DTranspose(1, 4, 3, output_padding=2, use_bias=False),
    "output padding, small": lambda: layers.Conv2DTranspose(1, 2, 4, "same", output_padding=3, use_bias=False),
    "zeros": lambda: layers.ZeroPadding2D(((2, 1), (0, 3))),
    "cropped": lambda: layers.Cropping2D(((2, 1), (0, 3))),
    "repeated": lambda: layers.UpSampling2D((2, 3)),
}


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("length", [7, 8, 12])
@pytest.mark.parametrize("name", LAYERS)
def test_taps_are_what_keras_computes(name, length, axis):
    """Each output cell is the sum over its taps of input cell times kernel entry."""
    shape = (length, 9) if axis == 0 else (9, length)
    image = keras.Input((*shape, 1))
    layer = LAYERS[name]()
    network = keras.Model(image, layer(image))
    line = np.random.default_rng(0).normal(size=length)
    kernel = np.ones(8)
    if layer.weights:
        size = layer.kernel_size[axis]
        kernel = np.arange(1, size + 1).astype(float)
        whole = np.zeros((*layer.kernel_size, 1, 1))
        whole[(slice(None), 0) if axis == 0 else (0, slice(None))] = kernel[:, np.newaxis, np.newaxis]
        layer.set_weights([whole])
    pixels = np.ones(shape) * (line[:, np.newaxis] if axis == 0 else line)
    result = np.asarray(network(pixels[np.newaxis, ..., np.newaxis], training=False))[0, ..., 0]
    lines = result if axis == 0 else result.T
    found = lines[:, np.abs(lines).sum(axis=0).argmax()]  # strides and padding leave some lines out
    expected = [sum(line[cell] * kernel[position] for cell, position in taps) for taps in taps_of(layer, axis, length)]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_an_unknown_layer_is_named():
    with pytest.raises(NotConvertible, match="odd.*Permute"):
        taps_of(layers.Permute((2, 1, 3), name="odd"), 0, 5)
