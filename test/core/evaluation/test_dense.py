import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.evaluation.dense import dense_answers, dense_predictor
from rasterlearn.core.evaluation.layer_geometry import NotConvertible
from rasterlearn.core.evaluation.view import View


def slid_over_every_pixel(network, views, shapes):
    """The definition of the result: the network run on the patches of each pixel."""
    rows, columns = len(views[0].rows), len(views[0].columns)
    patches = [
        np.array([v.pixels[r : r + h, c : c + w] for r in v.rows for c in v.columns])
        for v, (h, w) in zip(views, shapes)
    ]
    return np.asarray(network(patches, training=False)).reshape(rows, columns, -1)


def views_of(shapes, bands, size=(9, 12), seed=0):
    """Random pixels; those of a second source are twice as large, with an odd offset."""
    rng = np.random.default_rng(seed)
    views = []
    for i, ((height, width), count) in enumerate(zip(shapes, bands)):
        rows, columns = (np.arange(n, dtype=np.int32) for n in size)
        if i:
            rows, columns = (rows + 1) // 2, columns // 2
        pixels = rng.normal(1, 2, (int(rows[-1]) + height, int(columns[-1]) + width, count))
        views.append(View(pixels.astype(np.float32), rows, columns))
    return views


def assert_equal_to_patches(network, shapes, size=(9, 12), seed=0):
    views = views_of(shapes, [i.shape[-1] for i in network.inputs], size, seed)
    on_map_grid = [i == 0 for i in range(len(shapes))]
    expected = slid_over_every_pixel(network, views, shapes)
    found = dense_predictor(network, shapes, on_map_grid)(views)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())
    indices = dense_predictor(network, shapes, on_map_grid, only_classes=True)(views)
    best = np.sort(expected, axis=-1)
    ties = best[..., -1] - best[..., -2] < 1e-5 * np.abs(expected).max()
    assert ((indices == expected.argmax(-1)) | ties).all()
    assert indices.dtype == np.uint8


# Random networks: each entry takes a tensor and a random generator and gives a tensor, or None if it does not fit.


def convolution(x, rng):
    size, stride = rng.integers(1, 4, 2), int(rng.choice([1, 1, 2]))
    dilation = int(rng.choice([1, 1, 2])) if stride == 1 else 1
    activation = str(rng.choice(["relu", "gelu", "linear"]))
    padding = "same" if rng.random() < 0.15 else "valid"
    kind = layers.SeparableConv2D if rng.random() < 0.25 else layers.Conv2D
    return kind(4, tuple(size), stride, padding, dilation_rate=dilation, activation=activation)(x)


def depthwise(x, rng):
    return layers.DepthwiseConv2D(int(rng.integers(1, 4)), strides=int(rng.choice([1, 2])), depth_multiplier=2)(x)


def pooling(x, rng):
    size, stride = (int(n) for n in rng.integers(1, 5, 2))
    kind = rng.choice([layers.MaxPooling2D, layers.AveragePooling2D])
    return kind(size, min(stride, size), "same" if rng.random() < 0.15 else "valid")(x)


def pointwise(x, rng):
    kinds = [
        lambda: layers.BatchNormalization(
            moving_mean_initializer=keras.initializers.RandomNormal(seed=1), gamma_initializer="ones"
        ),
        layers.LayerNormalization,
        layers.LeakyReLU,
        lambda: layers.Activation("gelu"),
        layers.Softmax,
        lambda: layers.Dropout(0.5),
        lambda: layers.PReLU(shared_axes=[1, 2], alpha_initializer="ones"),
        lambda: layers.Dense(3, activation="tanh"),
        lambda: layers.Rescaling(0.5, 1.0),
    ]
    return kinds[rng.integers(len(kinds))]()(x)


def padding(x, rng):
    before, after, top = (int(n) for n in rng.integers(0, 2, 3))
    return layers.ZeroPadding2D(((top, 1), (before, after)))(x)


def residual(x, rng):
    branch = layers.Conv2D(x.shape[-1], 3)(x)
    kind = [layers.Add, layers.Concatenate, layers.Maximum, layers.Average, layers.Multiply, layers.Subtract]
    return kind[rng.integers(len(kind))]()([branch, layers.Cropping2D(1)(x)])


def two_paths(x, rng):
    half = layers.AveragePooling2D(2)(layers.Conv2D(3, 3)(x))
    return layers.Concatenate()([half, layers.Conv2D(2, 4, strides=2)(x)])


def attention(x, rng):
    weights = layers.Dense(x.shape[-1], activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    return layers.Multiply()([x, layers.Reshape((1, 1, x.shape[-1]))(weights)])


def repeated(x, rng):
    return layers.UpSampling2D(2)(x)


def transposed(x, rng):
    return layers.Conv2DTranspose(3, int(rng.integers(1, 4)), strides=2, padding=str(rng.choice(["same", "valid"])))(x)


BLOCKS = [convolution] * 6 + [depthwise, pooling, pooling, pooling, pointwise, pointwise, residual, two_paths]
RARE = [padding, attention, repeated, transposed]


def grown(image, rng, blocks, depth):
    x = image
    for _ in range(depth):
        try:
            following = blocks[rng.integers(len(blocks))](x, rng)
        except ValueError:  # the image is too small for this layer
            continue
        if min(following.shape[1:3]) > 0:
            x = following
    return x


def vector(x, rng):
    ends = [
        lambda: layers.Flatten()(x),
        lambda: layers.GlobalMaxPooling2D()(x),
        lambda: layers.GlobalAveragePooling2D()(x),
        lambda: layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.Flatten()(x)]),
        lambda: layers.Reshape((-1,))(layers.ReLU()(x)),
    ]
    return ends[rng.integers(len(ends))]()


def head(x, rng):
    if rng.random() < 0.5:
        x = layers.Dense(6, activation="relu")(x)
        x = rng.choice([layers.LayerNormalization(), layers.BatchNormalization(), layers.Dropout(0.5)])(x)
    x = layers.ReLU()(x)
    return layers.Softmax()(layers.Dense(4)(x)) if rng.random() < 0.5 else layers.Dense(4, activation="softmax")(x)


def random_network(seed, shapes, rare=False):
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    images = [keras.Input((*shape, bands)) for shape, bands in zip(shapes, (3, 2))]
    blocks = BLOCKS + RARE if rare else BLOCKS
    depth = int(rng.integers(1, 4 if rare else 6))
    ends = [vector(grown(image, rng, blocks, depth), rng) for image in images]
    x = ends[0]
    if len(ends) > 1 and rng.random() < 0.5:
        x = layers.Concatenate()(ends)
    elif len(ends) > 1:
        x = layers.Add()([layers.Dense(5, activation="relu")(end) for end in ends])
    return keras.Model(images, head(x, rng))


@pytest.mark.parametrize("seed", range(24))
def test_random_networks(seed):
    rng = np.random.default_rng(seed)
    shapes = [tuple(int(n) for n in rng.integers(5, 18, 2))]
    assert_equal_to_patches(random_network(seed, shapes), shapes, size=(int(rng.integers(1, 12)), 11), seed=seed)


@pytest.mark.parametrize("seed", range(100, 112))
def test_random_networks_of_two_sources(seed):
    rng = np.random.default_rng(seed)
    shapes = [tuple(int(n) for n in rng.integers(8, 16, 2)), tuple(int(n) for n in rng.integers(4, 9, 2))]
    assert_equal_to_patches(random_network(seed, shapes), shapes, seed=seed)


@pytest.mark.parametrize("seed", range(200, 216))
def test_random_networks_with_padding_and_repetition(seed):
    """These may be refused, because too many cells differ; all others must be correct."""
    rng = np.random.default_rng(seed)
    shapes = [tuple(int(n) for n in rng.integers(6, 14, 2))]
    network = random_network(seed, shapes, rare=True)
    try:
        assert_equal_to_patches(network, shapes, size=(5, 6), seed=seed)
    except NotConvertible as reason:
        assert "kinds of cells" in str(reason)


def test_a_layer_that_is_used_twice():
    image = keras.Input((9, 9, 2))
    shared = layers.Conv2D(2, 3, activation="relu")
    x = layers.Concatenate()([layers.Flatten()(shared(shared(image))), layers.GlobalMaxPooling2D()(shared(image))])
    network = keras.Model(image, layers.Dense(3)(x))
    assert_equal_to_patches(network, [(9, 9)])


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda: layers.Conv2D(4, 3, groups=2, name="odd"), "odd.*grouped"),
        (lambda: layers.Softmax(axis=1, name="odd"), "odd.*axis"),
        (lambda: layers.UpSampling2D(interpolation="bilinear", name="odd"), "odd.*UpSampling2D"),
        (lambda: layers.Permute((2, 1, 3), name="odd"), "odd.*Permute"),
        (lambda: layers.PReLU(name="odd"), "odd.*parameter of its own"),
    ],
)
def test_unsupported_layers_are_named(layer, reason):
    image = keras.Input((8, 8, 2))
    network = keras.Model(image, layers.Dense(2)(layers.Flatten()(layer()(image))))
    with pytest.raises(NotConvertible, match=reason):
        assert_equal_to_patches(network, [(8, 8)])


@pytest.mark.parametrize("kind", [layers.BatchNormalization, layers.Softmax])
def test_a_layer_that_would_mix_the_cells_of_a_vector_is_refused(kind):
    image = keras.Input((4, 4, 2))
    network = keras.Model(image, layers.Dense(2)(kind(name="odd")(layers.Flatten()(image))))
    with pytest.raises(NotConvertible, match="odd"):
        assert_equal_to_patches(network, [(4, 4)])


def test_too_many_kinds_of_cells_are_refused():
    x = image = keras.Input((12, 12, 2))
    for _ in range(6):
        x = layers.Conv2D(4, 3, padding="same")(x)
    with pytest.raises(NotConvertible, match="kinds of cells differ"):
        assert_equal_to_patches(keras.Model(image, layers.Dense(2)(layers.Flatten()(x))), [(12, 12)])


@pytest.mark.parametrize("seed", range(3))
def test_the_size_of_the_block_does_not_matter(seed):
    network = random_network(seed, [(12, 12)])
    (view,) = views_of([(12, 12)], [3], (60, 70))
    predict = dense_predictor(network, [(12, 12)])
    whole = predict([view])
    part = predict([view.part(slice(13, 40), slice(5, 66), 12, 12)])
    np.testing.assert_allclose(part, whole[13:40, 5:66], rtol=1e-6, atol=1e-7)


def test_several_images_at_once_give_the_same_as_one_by_one():
    """Blocks of any number and size, with layers of all kinds: dilated, depthwise, padded, standardized."""
    import tensorflow as tf

    image = keras.Input((15, 9, 2))
    x = layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 9.0])(image)
    x = layers.MaxPooling2D(2)(layers.Conv2D(4, 3, padding="same", activation="relu")(x))
    x = layers.DepthwiseConv2D(2, depth_multiplier=2)(x)
    x = layers.AveragePooling2D(2, 1)(layers.LayerNormalization()(x))
    network = keras.Model(image, layers.Softmax()(layers.Dense(3)(layers.Flatten()(x))))
    signature = [tf.TensorSpec((None, None, None, 2), tf.float32)]
    answers = tf.function(dense_answers(network, [(15, 9)]), input_signature=signature, autograph=False)
    blocks = np.random.default_rng(0).normal(1, 2, (3, 21, 18, 2)).astype(np.float32)
    scores, indices = (np.asarray(answer) for answer in answers(blocks))
    assert scores.shape == (3, 7, 10, 3)
    for block, found in zip(blocks, scores):
        np.testing.assert_allclose(found, dense_predictor(network, [(15, 9)])([View.of(block, 15, 9)]), atol=1e-6)
    np.testing.assert_array_equal(indices, scores.argmax(-1))
