"""Networks rewritten into equivalent ones with fewer operations, before they make a map."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError


def simplified(network: Any) -> Any:
    """An equivalent network with fewer operations for each pixel of a map."""
    return averaged_last(folded(network))


def averaged_last(network: Any) -> Any:
    """An equivalent network that averages the scores of cells instead of their many features.

    Averaging and a dense layer are both linear, so their order does not matter; there are fewer classes than features.
    Networks that do not end in a global average, a dense layer and a softmax are returned unchanged.
    """
    import keras

    chain = _end_of(network)
    if not chain or int(chain[-1].units) >= int(chain[0].input.shape[-1]):
        return network
    dense = chain[-1]
    scores = keras.layers.Conv2D(dense.units, 1, use_bias=dense.use_bias, name=f"{dense.name}_of_cells")
    x = keras.layers.GlobalAveragePooling2D(name=dense.name)(scores(chain[0].input))
    scores.set_weights([w.reshape(scores.kernel.shape) if w.ndim == 2 else w for w in dense.get_weights()])
    if network.layers[-1] is not dense:
        x = keras.layers.Softmax(name=network.layers[-1].name)(x)
    return keras.Model(network.inputs if len(network.inputs) > 1 else network.inputs[0], x)


def _end_of(network: Any) -> list[Any]:
    """The layers from a global average to the dense layer at the end of a network; empty if there are none."""
    layer = network.layers[-1]
    if type(layer).__name__ == "Softmax":
        layer = _before(layer)
    if layer is None or type(layer).__name__ != "Dense" or layer.activation.__name__ != "linear":
        return []
    chain = [layer]
    while type(chain[0]).__name__ != "GlobalAveragePooling2D":
        layer = _before(chain[0])
        if layer is None or type(layer).__name__ not in ("Flatten", "Dropout", "GlobalAveragePooling2D"):
            return []
        chain.insert(0, layer)
    return chain if _before(chain[0]) is not None and chain[0].data_format == "channels_last" else []


def _before(layer: Any) -> Any:
    """The only input layer of this layer, if it is used only here; else None."""
    tensors = layer._inbound_nodes[0].input_tensors
    before = tensors[0]._keras_history[0]
    return before if len(tensors) == 1 and len(before._outbound_nodes) == 1 else None


def folded(network: Any) -> Any:
    """An equivalent network without the batch normalizations that directly follow a convolution.

    In a trained network, batch normalization is y = x · s + t for each channel with s = gamma / √(variance + epsilon)
    and t = beta − mean · s (Ioffe & Szegedy 2015), which the convolution's kernel and bias can absorb. Weights are
    copied; the original network is left unchanged, so that its training can be continued.
    """
    import keras

    pairs = {norm.name: convolution for convolution, norm in _pairs(network)}
    if not pairs:
        return network
    with_norm = {convolution.name for convolution in pairs.values()}

    def clone(layer: Any) -> Any:
        config = layer.get_config()
        if layer.name in with_norm:
            config["use_bias"] = True
        return type(layer).from_config(config)

    def call(layer: Any, *inputs: Any, **options: Any) -> Any:
        return inputs[0] if layer.name in pairs else layer(*inputs, **options)

    result = keras.models.clone_model(network, clone_function=clone, call_function=call)
    for layer in network.layers:
        if layer.name not in pairs and layer.name not in with_norm and layer.get_weights():
            result.get_layer(layer.name).set_weights(layer.get_weights())
    for name, convolution in pairs.items():
        result.get_layer(convolution.name).set_weights(_joined(convolution, network.get_layer(name)))
    return result


def _pairs(network: Any) -> list[tuple[Any, Any]]:
    """Each convolution that is used only by a batch normalization, and that normalization."""
    found = []
    for layer in network.layers:
        if type(layer).__name__ != "BatchNormalization" or len(layer._inbound_nodes) != 1:
            continue
        before = layer._inbound_nodes[0].input_tensors[0]._keras_history[0]
        is_plain = type(before).__name__ == "Conv2D" and before.activation.__name__ == "linear"
        used_once = len(before._inbound_nodes) == 1 and len(before._outbound_nodes) == 1
        channels_last = layer.axis in (-1, 3) and getattr(before, "data_format", "") == "channels_last"
        if is_plain and used_once and channels_last:
            found.append((before, layer))
    return found


def _joined(convolution: Any, norm: Any) -> list[np.ndarray]:
    kernel = np.asarray(convolution.kernel, np.float64)
    bias = np.asarray(convolution.bias, np.float64) if convolution.use_bias else 0.0
    scale = 1 / np.sqrt(np.asarray(norm.moving_variance, np.float64) + norm.epsilon)
    if norm.scale:
        scale = scale * np.asarray(norm.gamma, np.float64)
    shift = np.asarray(norm.beta, np.float64) if norm.center else 0.0
    moved = (bias - np.asarray(norm.moving_mean, np.float64)) * scale + shift
    return [(kernel * scale).astype(np.float32), moved.astype(np.float32)]


FEATURES_LAYER = "features"


def up_to_features(network: Any) -> Any:
    """The network up to its layer “features”. Raises InputError if it has no such layer."""
    import keras

    names = [layer.name for layer in network.layers]
    if FEATURES_LAYER not in names:
        raise InputError(
            "The network has no layer named “{layer}”; it has {layers}. Give another {p:result}.",
            layer=FEATURES_LAYER,
            layers=names,
        )
    return keras.Model(network.inputs, network.get_layer(FEATURES_LAYER).output)
