"""The graphs of OTBTF's tutorial and of its examples, built with TensorFlow's own operations, for tests.

Layers, names of tensors and signatures are those of the scripts create_savedmodel_*.py and create_model*.py.
"""

import numpy as np

CLASSES = 6


class _Builder:
    """Placeholders, layers and the training operation of a graph."""

    def __init__(self, classes=CLASSES):
        import tensorflow as tf

        self.tf, self.v1, self.classes, self.count = tf, tf.compat.v1, classes, 0

    def image(self, bands, name, sides=(None, None)):
        return self.v1.placeholder(self.tf.float32, (None, *sides, bands), name)

    def conv(self, x, kernel, filters, stride=1, padding="VALID", relu=True):
        rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
        self.count += 1
        with self.v1.variable_scope(f"conv2d_{self.count}"):
            weights = self.v1.get_variable("kernel", (rows, columns, int(x.shape[-1]), filters))
            bias = self.v1.get_variable("bias", (filters,), initializer=self.v1.random_normal_initializer(0, 0.1))
        y = self.tf.nn.bias_add(self.tf.nn.conv2d(x, weights, stride, padding), bias)
        return self.tf.nn.relu(y) if relu else y

    def deconv(self, x, like, filters):
        self.count += 1
        with self.v1.variable_scope(f"conv2d_transpose_{self.count}"):
            weights = self.v1.get_variable("kernel", (3, 3, filters, int(x.shape[-1])))
        shape = self.tf.shape(x)
        size = self.tf.stack([shape[0], 2 * shape[1], 2 * shape[2], filters])
        y = self.tf.nn.relu(self.tf.nn.conv2d_transpose(x, weights, size, 2, "SAME"))
        return y if like is None else y + like

    def pool(self, x):
        return self.tf.nn.max_pool2d(x, 2, 2, "VALID")

    def dense(self, x, units, relu=False):
        name = "dense" if self.count < 100 else f"dense_{self.count - 99}"
        self.count = max(100, self.count + 1)
        with self.v1.variable_scope(name):
            weights = self.v1.get_variable("kernel", (int(x.shape[-1]), units))
            bias = self.v1.get_variable("bias", (units,), initializer=self.v1.zeros_initializer())
            flat = self.tf.matmul(self.tf.reshape(x, (-1, int(x.shape[-1]))), weights)
            shape = self.tf.concat([self.tf.shape(x)[:-1], [units]], 0)
            y = self.tf.nn.bias_add(flat if x.shape.rank == 2 else self.tf.reshape(flat, shape), bias, name="BiasAdd")
        return self.tf.nn.relu(y) if relu else y

    def trained(self, scores):
        y = self.v1.placeholder(self.tf.int32, (None, None, None, 1), "y")
        lr = self.v1.placeholder_with_default(self.tf.constant(0.0002), (), "lr")
        loss = self.v1.losses.sparse_softmax_cross_entropy(
            labels=self.tf.reshape(y, (-1, 1)), logits=self.tf.reshape(scores, (-1, self.classes))
        )
        self.v1.train.AdamOptimizer(lr, name="optimizer").minimize(loss)


def _saved(folder, build, names_in, names_out, classes=CLASSES, seed=3):
    import tensorflow as tf

    with tf.Graph().as_default() as graph:
        tf.compat.v1.set_random_seed(seed)
        build(_Builder(classes))
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            inputs, outputs = ({n: graph.get_tensor_by_name(n) for n in names} for names in (names_in, names_out))
            tf.compat.v1.saved_model.simple_save(session, str(folder), inputs, outputs)
    return str(folder)


def _classified(b, features):
    """Scores and `prediction` of a list of features (n, k)."""
    scores = b.dense(features, b.classes)
    b.tf.argmax(scores, -1, name="prediction")
    b.trained(scores)


def simple_cnn(folder, bands=4):
    """create_savedmodel_simple_cnn.py, and the tutorial's network 1: cells four pixels apart."""

    def build(b):
        cells = b.pool(b.conv(b.image(bands, "x"), 5, 16))
        cells = b.conv(b.pool(b.conv(cells, 3, 16)), 2, 32)
        _classified(b, b.tf.reshape(cells, (-1, 32), name="features"))

    return _saved(folder, build, ["x:0", "y:0"], ["features:0", "prediction:0"])


def simple_fcn(folder, bands=4, kernels=(5, 5, 5, 4)):
    """create_savedmodel_simple_fcn.py, and the tutorial's network 2: a cell for each pixel."""

    def build(b):
        cells = b.image(bands, "x")
        for kernel, filters in zip(kernels, (16, 16, 32, 32)):
            cells = b.conv(cells, kernel, filters)
        _classified(b, b.tf.reshape(cells, (-1, int(cells.shape[-1])), name="features"))

    return _saved(folder, build, ["x:0", "y:0"], ["features:0", "prediction:0"])


def pxs_fcn(folder):
    """create_savedmodel_pxs_fcn.py: an image, and one with pixels of a quarter of the size."""

    def build(b):
        xs, pan = b.image(4, "x1"), b.image(1, "x2")
        one = b.conv(b.conv(b.conv(xs, 5, 16), 3, 32), 2, 64)
        other = b.pool(b.conv(b.pool(b.conv(pan, 5, 16)), 5, 32))
        other = b.conv(b.conv(other, 3, 64), 3, 64)
        _classified(b, b.tf.reshape(b.tf.stack([one, other], axis=3), (-1, 128), name="features"))

    return _saved(folder, build, ["x1:0", "x2:0", "y:0"], ["features:0", "prediction:0"])


def two_resolutions(folder):
    """The tutorial's network 3: 20 m and 10 m."""

    def build(b):
        coarse, fine = b.image(6, "x1"), b.image(4, "x2")
        for kernel, filters in ((3, 16), (3, 32), (3, 64), (2, 64)):
            coarse = b.conv(coarse, kernel, filters)
        for kernel, filters in ((5, 16), (3, 32), (3, 64), (3, 64), (3, 64)):
            fine = b.conv(fine, kernel, filters)
        fine = b.conv(b.pool(fine), 2, 64)
        features = b.tf.reshape(b.tf.stack([coarse, fine], axis=3), (-1, 128), name="features")
        _classified(b, b.dense(features, 128, relu=True))

    return _saved(folder, build, ["x1:0", "x2:0", "y:0"], ["features:0", "prediction:0"])


def segmentation(folder):
    """The tutorial's network 4: encoder and decoder, and its middle for seamless maps."""

    def build(b):
        x = b.image(4, "x")
        levels = [x]
        for filters in (16, 32, 64, 64):
            levels.append(b.conv(levels[-1], 3, filters, 2, "SAME"))
        up = levels[4]
        for like, filters in zip((levels[3], levels[2], levels[1], None), (64, 32, 16, 16)):
            up = b.deconv(up, like, filters)
        scores = b.dense(up, b.classes)
        prediction = b.tf.expand_dims(b.tf.argmax(scores, 3), -1, name="prediction")
        b.tf.identity(prediction[:, 16:-16, 16:-16, :], name="prediction_fcn")
        b.trained(scores)

    return _saved(folder, build, ["x:0", "y:0"], ["prediction:0", "prediction_fcn:0"], classes=2)


def maggiori(folder):
    """create_savedmodel_maggiori17_fullyconv.py, with fewer filters: 16 × 16 values for 80 × 80 pixels."""

    def build(b):
        x = b.image(4, "x", (80, 80))
        b.v1.placeholder_with_default(False, (), "is_training")
        b.v1.placeholder(b.tf.int32, (None, 16, 16, 1), "y")
        cells = b.conv(x, 12, 8)
        cells = b.tf.nn.max_pool2d(cells, 4, 4, "VALID")
        cells = b.conv(b.conv(b.conv(cells, 4, 8), 3, 8), 8, 4, relu=False)
        weights = b.v1.get_variable("deconv", (8, 8, 1, 4), initializer=b.v1.random_normal_initializer(0, 0.3))
        side = b.tf.shape(cells)[1:3] * 4 + 4
        size = b.tf.concat([b.tf.shape(cells)[:1], side, [1]], 0)
        y = b.tf.nn.sigmoid(b.tf.nn.conv2d_transpose(cells, weights, size, 4, "VALID"))
        b.tf.slice(y, [0, 4, 4, 0], b.tf.concat([b.tf.shape(cells)[:1], side - 8, [1]], 0), "estimated")

    return _saved(folder, build, ["x:0", "y:0", "is_training:0"], ["estimated:0"])


def m3_fusion(folder, timestamps=5):
    """create_savedmodel_ienco-m3_patchbased.py, smaller: patches of 25 × 25 pixels and the time series of a pixel."""

    def build(b):
        tf = b.tf
        image, series = b.image(4, "x_cnn", (25, 25)), b.image(timestamps * 3, "x_rnn", (1, 1))
        steps = tf.unstack(tf.reshape(series, (tf.shape(series)[0], 3, timestamps)), timestamps, axis=2)
        state, weights = tf.zeros((tf.shape(series)[0], 8)), b.v1.get_variable("gates", (11, 24))
        for step in steps:  # a gated recurrent unit, unrolled
            gates = tf.matmul(tf.concat([step, state], 1), weights)
            reset, update, new = tf.split(gates, 3, axis=1)
            update, new = tf.sigmoid(update), tf.tanh(tf.sigmoid(reset) * new)
            state = update * state + (1 - update) * new
        cells = b.conv(b.pool(b.conv(image, 7, 8)), 3, 8)
        cells = tf.concat([cells, b.conv(cells, 3, 8, padding="SAME")], 3)
        features = tf.concat([state, tf.reduce_mean(cells, (1, 2))], 1, name="features")
        weights = b.v1.get_variable("W", (24, b.classes))
        scores = tf.matmul(features, weights) + b.v1.get_variable("B", (b.classes,))
        tf.argmax(scores, 1, name="prediction")
        b.trained(scores)

    return _saved(folder, build, ["x_cnn:0", "x_rnn:0", "y:0"], ["prediction:0"])


def python_api(folder, classes=2):
    """The U-Net of otbtf/examples/tensorflow_v2x/fcnn, as ModelBase saves it: with cropped outputs beside the whole."""
    import keras

    keras.utils.set_random_seed(5)
    x = keras.Input((None, None, 4), name="input_xs")
    levels = [keras.layers.Rescaling(0.0001)(x)]
    for filters in (16, 32, 64, 64):
        levels.append(keras.layers.Conv2D(filters, 3, 2, "same", activation="relu")(levels[-1]))
    up = levels[4]
    for like, filters in zip((levels[3], levels[2], levels[1]), (64, 32, 16)):
        up = keras.layers.Conv2DTranspose(filters, 3, 2, "same", activation="relu")(up)
        up = keras.layers.Add()([up, like])
    up = keras.layers.Conv2DTranspose(classes, 3, 2, "same")(up)
    outputs = {"predictions": keras.layers.Softmax(name="predictions_softmax_tensor")(up)}
    for crop in (16, 32):
        outputs[f"predictions_crop{crop}"] = keras.layers.Cropping2D(crop)(outputs["predictions"])
    keras.Model({"input_xs": x}, outputs).export(str(folder), verbose=False)
    return str(folder)


def pixels(height, width, bands, seed=0):
    """Pixels (h, w, bands) uint16 of fields with noise."""
    rng = np.random.default_rng(seed)
    fields = np.kron(rng.integers(0, 40, (-(-height // 7), -(-width // 7), bands)), np.ones((7, 7, 1), int))
    return (fields[:height, :width] + rng.integers(0, 8, (height, width, bands))).astype("uint16")
