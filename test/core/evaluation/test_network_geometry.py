from fractions import Fraction

import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.evaluation.layer_geometry import NotConvertible
from rasterlearn.core.evaluation.network_geometry import Field, cells_of, field_of


def valid_chain():
    x = image = keras.Input((16, 16, 1))
    for size in (5, 3, 3, 3, 3, 3, 2):
        x = layers.Conv2D(2, size)(x)
    return keras.Model(image, x)


def encoder_decoder(size=64):
    """Valid, strided, with a skip, cropped: the output covers the middle half of the input."""
    image = keras.Input((size, size, 1))
    a = layers.Conv2D(2, 3, strides=2, padding="same")(image)
    b = layers.Conv2D(2, 3, strides=2, padding="same")(a)
    c = layers.Conv2DTranspose(2, 3, strides=2, padding="same")(b)
    d = layers.Conv2DTranspose(2, 3, strides=2, padding="same")(layers.Add()([a, c]))
    return keras.Model(image, layers.Cropping2D(16)(d))


def u_net(interpolation="nearest"):
    image = keras.Input((None, None, 1))
    a = layers.Conv2D(2, 3, padding="same")(image)
    b = layers.Conv2D(2, 3, padding="same")(layers.MaxPooling2D(2)(a))
    c = layers.UpSampling2D(2, interpolation=interpolation)(b)
    return keras.Model(image, layers.Conv2D(3, 3, padding="same")(layers.Concatenate()([a, c])))


def pooled_to_a_quarter():
    x = image = keras.Input((16, 16, 1))
    for size, pool in ((5, 2), (3, 2), (2, 0)):
        x = layers.Conv2D(2, size)(x)
        x = layers.MaxPooling2D(pool)(x) if pool else x
    return keras.Model(image, x)


def enlarged(size, *after):
    """A valid convolution, followed by layers that enlarge its output."""
    x = image = keras.Input((size, size, 1))
    x = layers.Conv2D(2, 3, activation="tanh")(x)
    for layer in after:
        x = layer(x)
    return keras.Model(image, x)


def sub_sampled_and_enlarged():
    """Its output has 4 pixels for each one, although its alignment is only 2."""
    image = keras.Input((16, 16, 1))
    x = layers.Conv2D(2, 3, strides=2, padding="same")(image)
    x = layers.Conv2D(2, 3, padding="same")(layers.UpSampling2D(2, interpolation="bilinear")(x))
    x = layers.Conv2DTranspose(2, 5, strides=2, padding="same", activation="tanh")(x)
    return keras.Model(image, layers.Conv2DTranspose(1, 3, strides=2)(x))


FINER = {
    "repeated": lambda: (enlarged(9, layers.UpSampling2D(2), layers.Conv2D(1, 4)), 9),
    "bilinear": lambda: (enlarged(12, layers.UpSampling2D(4, interpolation="bilinear"), layers.Conv2D(1, 3)), 12),
    "transposed": lambda: (enlarged(12, layers.Conv2DTranspose(1, 4, strides=2)), 12),
    "transposed, same": lambda: (enlarged(12, layers.Conv2DTranspose(1, 3, strides=2, padding="same")), 12),
    "small kernels": lambda: (enlarged(8, layers.Conv2DTranspose(1, 2, strides=3)), 8),
    "output padding": lambda: (
        enlarged(8, layers.Conv2DTranspose(1, 5, strides=4, padding="same", output_padding=2)),
        8,
    ),
    "small kernels, output padding": lambda: (enlarged(8, layers.Conv2DTranspose(1, 2, 2, output_padding=1)), 8),
    "back to a half": lambda: (enlarged(12, layers.UpSampling2D(4), layers.Conv2D(1, 3, strides=2)), 12),
    "three for two": lambda: (enlarged(14, layers.UpSampling2D(3), layers.Conv2D(1, 3, strides=2)), 14),
    "two for three": lambda: (enlarged(14, layers.UpSampling2D(2), layers.Conv2D(1, 3, strides=3)), 14),
    "sub-sampled before": lambda: (sub_sampled_and_enlarged(), 16),
}


@pytest.mark.parametrize("size", [1, 2, 15, 16])
def test_a_patch_begins_half_its_size_before_the_pixel(size):
    field = Field.of_patch(size)
    assert (field.before, field.after) == (size // 2, size - 1 - size // 2)
    assert field.pixels(5, 8) == (5 - size // 2, 7 + size - size // 2)


def test_a_valid_chain_is_the_patch():
    field = field_of(valid_chain(), 0, 16)
    assert field == Field(8, 7)


def test_cells():
    assert [cells_of(valid_chain(), 0, size) for size in (16, 17, 40)] == [1, 2, 25]
    assert cells_of(encoder_decoder(), 1, 64) == 32


def test_an_encoder_decoder_repeats_itself_after_its_strides():
    field = field_of(encoder_decoder(), 0, 64)
    assert (field.step, field.alignment) == (1, 4)
    assert field.before % 4 == 0


def test_an_output_with_larger_pixels():
    field = field_of(pooled_to_a_quarter(), 0, 16)
    assert (field.step, field.alignment, field.offset) == (4, 1, 2)  # the middle of 16 pixels, minus half of 4
    assert field.pixels(1, 2) == (0, 16)


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (valid_chain(), 16),
        (encoder_decoder(), 64),
        (u_net(), 32),
        (u_net("bilinear"), 32),
        (pooled_to_a_quarter(), 16),
        *(make() for make in FINER.values()),
    ],
)
def test_cells_depend_on_exactly_the_pixels_of_the_field(network, size):
    """Changing pixels that a block of the map does not need must not change the block."""
    from rasterlearn.core.evaluation.predictors import image_predictor, layer_by_layer
    from rasterlearn.core.evaluation.view import View

    field = field_of(network, 0, size)
    predict = image_predictor(layer_by_layer(network), (field, field))
    start, stop = field.aligned(9, 14)
    low, high = field.pixels(start, stop)
    rng = np.random.default_rng(0)
    cells = 4 * field.alignment
    margin = cells * field.step // field.fineness
    wide = rng.normal(size=(high - low + 2 * margin,) * 2 + (1,)).astype(np.float32)
    narrow = wide[margin:-margin, margin:-margin]
    of_wide = predict([View(wide, np.arange(1), np.arange(1))])
    found = predict([View(narrow, np.arange(1), np.arange(1))])
    assert found.shape[:2] == (stop - start, stop - start)
    np.testing.assert_allclose(found, of_wide[cells:-cells, cells:-cells], rtol=1e-5, atol=1e-5)


def test_a_global_layer_has_no_field():
    image = keras.Input((None, None, 3))
    weights = layers.Dense(3)(layers.GlobalAveragePooling2D(keepdims=True)(image))
    with pytest.raises(NotConvertible, match="different sizes"):
        field_of(keras.Model(image, layers.Multiply()([image, weights])), 0, 32)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_repeated_pixels_need_their_pixel_only(factor):
    image = keras.Input((8, 8, 3))
    field = field_of(keras.Model(image, layers.UpSampling2D(factor)(image)), 0, 8)
    assert field == Field(alignment=factor, fineness=factor)
    assert field.pixels(3 * factor, 5 * factor) == (3, 5)
    assert (field.covering(3, 5), field.covered(3 * factor + 1, 5 * factor)) == ((3 * factor, 5 * factor), (3, 5))


@pytest.mark.parametrize(
    ("name", "pitch", "alignment"),
    [
        ("repeated", Fraction(1, 2), 2),
        ("bilinear", Fraction(1, 4), 4),
        ("small kernels", Fraction(1, 3), 3),
        ("back to a half", Fraction(1, 2), 2),
        ("three for two", Fraction(2, 3), 3),
        ("two for three", Fraction(3, 2), 2),
        ("sub-sampled before", Fraction(1, 4), 8),
    ],
)
def test_the_pitch_of_finer_outputs(name, pitch, alignment):
    field = field_of(FINER[name]()[0], 1, FINER[name]()[1])
    assert (field.pitch, field.alignment) == (pitch, alignment)


def test_a_finer_output_lies_in_the_middle_of_its_patch():
    """9 pixels, 7 of them convolved, repeated to 14, 11 of these convolved: (18 - 11 + 1) // 2 halves are left out."""
    field = field_of(FINER["repeated"]()[0], 0, 9)
    assert (field.before, field.after, field.phase) == (4, 4, 0)
