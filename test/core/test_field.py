import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.field import Field, cells_of, field_of
from rasterlearn.core.taps import NotConvertible


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


def test_an_answer_with_larger_pixels():
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
    ],
)
def test_cells_see_exactly_the_pixels_that_the_field_says(network, size):
    """Changing a pixel outside of what a block of the map needs must not change it, whatever lies beyond."""
    from rasterlearn.core.evaluation import image_predictor, layer_by_layer
    from rasterlearn.core.views import View

    field = field_of(network, 0, size)
    predict = image_predictor(layer_by_layer(network), (field, field))
    start, stop = field.aligned(9, 14)
    low, high = field.pixels(start, stop)
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(high - low + 8 * field.alignment * field.step,) * 2 + (1,)).astype(np.float32)
    margin = 4 * field.alignment * field.step
    narrow = wide[margin:-margin, margin:-margin]
    of_wide = predict([View(wide, np.arange(1), np.arange(1))])
    cells = margin // field.step
    np.testing.assert_allclose(
        predict([View(narrow, np.arange(1), np.arange(1))]), of_wide[cells:-cells, cells:-cells], rtol=1e-5, atol=1e-5
    )


def test_a_global_layer_has_no_field():
    image = keras.Input((None, None, 3))
    weights = layers.Dense(3)(layers.GlobalAveragePooling2D(keepdims=True)(image))
    with pytest.raises(NotConvertible, match="different sizes"):
        field_of(keras.Model(image, layers.Multiply()([image, weights])), 0, 32)


def test_smaller_pixels_than_the_input_are_refused():
    image = keras.Input((8, 8, 3))
    with pytest.raises(NotConvertible, match="smaller pixels"):
        field_of(keras.Model(image, layers.UpSampling2D(2)(image)), 0, 8)
