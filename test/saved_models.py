"""SavedModels as other programs write them, for tests."""

import numpy as np

PATCH_PX = 16


def tensorflow1(folder, classes=3, bands=2, resource=False, seed=1):
    """The OTBTF tutorial's first network as a TensorFlow 1 graph: placeholders x, y, lr, operation `optimizer`."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default():
        v1.set_random_seed(seed)
        x = v1.placeholder(tf.float32, (None, None, None, bands), "x")
        y = v1.placeholder(tf.int32, (None, None, None, 1), "y")
        lr = v1.placeholder_with_default(tf.constant(1e-3), (), "lr")

        def convolved(tensor, size, filters, name):
            with v1.variable_scope(name, use_resource=resource):
                kernel = v1.get_variable("kernel", (size, size, int(tensor.shape[-1]), filters))
                bias = v1.get_variable("bias", (filters,), initializer=v1.zeros_initializer())
            return tf.nn.bias_add(tf.nn.conv2d(tensor, kernel, 1, "VALID"), bias)

        cells = tf.nn.max_pool2d(tf.nn.relu(convolved(x, 5, 16, "conv1")), 2, 2, "VALID")
        cells = tf.nn.max_pool2d(tf.nn.relu(convolved(cells, 3, 16, "conv2")), 2, 2, "VALID")
        features = tf.nn.relu(convolved(cells, 2, 32, "conv3"), name="features")
        logits = tf.identity(convolved(features, 1, classes, "classes"), "logits")
        outputs = {
            "features": features,
            "logits": logits,
            "prediction": tf.argmax(logits, 3, name="prediction"),
            "probabilities": tf.nn.softmax(logits, name="probabilities"),
        }
        loss = v1.losses.sparse_softmax_cross_entropy(tf.reshape(y, (-1,)), tf.reshape(logits, (-1, classes)))
        v1.train.AdamOptimizer(lr).minimize(loss, name="optimizer")
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, str(folder), {"x": x, "y": y}, outputs)
    return str(folder)


def of_function(folder, function, *shapes):
    """A SavedModel whose signature is a function of float32 images of these shapes, named image_1, image_2 …"""
    import tensorflow as tf

    names = [f"image_{number}" for number in range(1, len(shapes) + 1)]
    module = tf.Module()
    specs = [tf.TensorSpec(shape, tf.float32, name) for shape, name in zip(shapes, names)]
    signature = tf.function(function, input_signature=specs, autograph=False).get_concrete_function()
    tf.saved_model.save(module, str(folder), {"serving_default": signature})
    return str(folder)


def served(folder, **images):
    """What TensorFlow alone makes of a SavedModel's signature: name -> array."""
    import tensorflow as tf

    run = tf.saved_model.load(str(folder)).signatures["serving_default"]
    given = {name: tf.constant(np.asarray(image, np.float32)) for name, image in images.items()}
    return {name: value.numpy() for name, value in run(**given).items()}


def in_session(folder, tensor, **given):
    """What TensorFlow alone makes of a SavedModel's graph: the value of a tensor; `given` are its placeholders."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        v1.saved_model.load(session, ["serve"], str(folder))
        return session.run(tensor, {f"{name}:0": value for name, value in given.items()})
