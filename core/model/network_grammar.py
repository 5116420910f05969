"""A grammar for descriptions of Keras networks, which are checked word by word before Keras sees them.

Keras turns a description into objects: it looks up classes and functions by name, calls them with the values given, and
allocates the variables these imply. Its own safe mode has been bypassed repeatedly (CVE-2024-3660, CVE-2025-1550,
CVE-2025-8747, CVE-2025-9905, CVE-2025-9906, CVE-2025-49655), each time through something that no image classifier
needs. So this is a list of what is allowed, not of what is known to be bad: classes by module and name, their settings
by name and kind, calls of layers on earlier layers only, and no larger layers than the file has weights for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Callable, Optional

from ..base.messages import Message, Words
from ..base.plain_json import a_list, shortened, whole_number
from .layer_settings import (
    INITIALIZERS,
    REGULARIZERS,
    SETTINGS,
    SETTINGS_OF_LAYER,
    flag,
    optional,
    require_dtype,
    require_name,
    require_object,
    require_only,
    require_shape,
    word,
)

_LAYERS = [
    "Activation",
    "Add",
    "Average",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Conv2DTranspose",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "InputLayer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling2D",
    "Maximum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "ReLU",
    "Rescaling",
    "Reshape",
    "SeparableConv2D",
    "Softmax",
    "SpatialDropout2D",
    "Subtract",
    "UpSampling2D",
    "ZeroPadding2D",
]


_NETWORKS = {("keras.src.models.functional", "Functional"), ("keras", "Functional")}
_SEQUENTIAL = (("keras.src.models.sequential", "Sequential"), ("keras", "Sequential"))
ALLOWED_CLASSES = (
    {("keras.layers", name) for name in _LAYERS}
    | {("keras.initializers", name) for name in INITIALIZERS}
    | {("keras.regularizers", name) for name in REGULARIZERS}
    | {("keras", "DTypePolicy"), (None, "__keras_tensor__")}
    | _NETWORKS
)

MAXIMUM_LAYERS = 1000


LARGEST_ALLOCATION_WITHOUT_WEIGHTS = 1_000_000


_TENSOR_DTYPES = ("float16", "bfloat16", "float32", "float64", "uint8", "int8", "uint16", "int16", "int32", "int64")


def require_known_network(config: Any, weight_count: int) -> dict[str, Any]:
    """Checks the description of a network that Keras is about to build.

    Args:
        config: config.json of a .keras file, parsed. weight_count: numbers in the file with its weights.
    Returns:
        The description without training settings, which are not needed and cannot be checked.
    Raises:
        ValueError: something in it is unknown or out of bounds; the message is the end of a sentence.
    """
    config = _as_functional(_without_training(config))
    for module, class_name in _classes_in(config):
        if (module, class_name) not in ALLOWED_CLASSES:
            raise ValueError(
                Message(
                    "contains {module}.{kind}, which RasterLearn does not open: it is not one of the layers "
                    "known to be safe",
                    module=module,
                    kind=class_name,
                )
            )
    reader = _NetworkReader(weight_count)
    reader.read(require_object(config, Message("the network")), Message("the network"))
    return config


def _without_training(value: Any) -> Any:
    """The description without training settings, and without the ids of initializers that several layers share."""
    if isinstance(value, dict):
        is_layer = value.get("module") == "keras.layers" or value.get("class_name") == "Functional"
        left_out = ("compile_config",) if is_layer else ("compile_config", "shared_object_id")
        return {name: _without_training(v) for name, v in value.items() if name not in left_out}
    return [_without_training(v) for v in value] if isinstance(value, list) else value


def _as_functional(network: Any) -> Any:
    """The Functional equivalent of a Sequential network: each layer is called on the one before it."""
    if not isinstance(network, dict) or (network.get("module"), network.get("class_name")) not in _SEQUENTIAL:
        return network
    given = require_object(network.get("config"), Message("the network"))
    layers: list[dict[str, Any]] = []
    for layer in a_list(given.get("layers"), 1, MAXIMUM_LAYERS, Message("the layers of a network")):
        config = require_object(require_object(layer, Message("a layer")).get("config"), Message("a layer"))
        inputs = []
        if layers:
            shape = require_object(layer.get("build_config") or {}, Message("a layer")).get("input_shape") or [None]
            tensor = {"shape": shape, "dtype": "float32", "keras_history": [layers[-1]["name"], 0, 0]}
            inputs = [{"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}]
        layers.append({**layer, "name": config.get("name"), "inbound_nodes": inputs})
    if layers[0].get("class_name") != "InputLayer":
        raise ValueError(Message("does not tell the size of its input: it must begin with keras.Input"))
    ends = {"input_layers": [[layers[0]["name"], 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    config = {"name": given.get("name"), "trainable": given.get("trainable"), "layers": layers, **ends}
    module, kind = "keras.src.models.functional", "Functional"
    return {"module": module, "class_name": kind, "config": config, "registered_name": kind}


def _classes_in(config: Any) -> Iterator[tuple[Optional[str], str]]:
    """(module, class) of everything that Keras would turn into an object, at any depth."""
    if isinstance(config, dict):
        if "class_name" in config:
            if config.get("registered_name") not in (None, config["class_name"]):
                yield "registered", shortened(config["registered_name"])
            module = config.get("module")
            yield module if module is None else shortened(module), shortened(config["class_name"])
        for value in config.values():
            yield from _classes_in(value)
    elif isinstance(config, list):
        for value in config:
            yield from _classes_in(value)


_KEYS = ("module", "class_name", "config", "registered_name", "build_config", "name", "inbound_nodes")
_NETWORK_SETTINGS = ("name", "trainable", "dtype", "layers", "input_layers", "output_layers")


class _NetworkReader:
    """Checks a network and its nested networks, and adds up layers and weights."""

    def __init__(self, weight_count: int):
        self._weights_left = weight_count
        self._layers_left = MAXIMUM_LAYERS

    def read(self, network: dict[str, Any], what: Words) -> None:
        require_only(network, _KEYS, what)
        if (network.get("module"), network.get("class_name")) not in _NETWORKS:
            raise ValueError(
                Message(
                    "is a {module}.{kind}; expected a network made with keras.Model(inputs, outputs)",
                    module=shortened(network.get("module")),
                    kind=shortened(network.get("class_name")),
                )
            )
        config = require_object(network.get("config"), what)
        require_only(config, _NETWORK_SETTINGS, what)
        require_name(config.get("name"), Message("the name of a network"))
        optional(flag)(config.get("trainable"), "trainable")
        require_dtype(config.get("dtype"), "dtype")
        layers = a_list(config.get("layers"), 1, MAXIMUM_LAYERS, Message("the layers of a network"))
        self._layers_left -= len(layers)
        if self._layers_left < 0:
            raise ValueError(Message("has more than {most} layers", most=MAXIMUM_LAYERS))
        earlier: set[str] = set()
        for layer in layers:
            self._read_layer(require_object(layer, Message("a layer")), earlier)
        for key in ("input_layers", "output_layers"):
            _ends(config.get(key), earlier, key, 1)

    def _read_layer(self, layer: dict[str, Any], earlier: set[str]) -> None:
        require_name(layer.get("name"), Message("the name of a layer"))
        name, what = layer["name"], Message("the layer {name}", name=layer["name"])
        if "shared_object_id" in layer and layer["shared_object_id"] is not None:
            raise ValueError(Message("uses {what} in two networks, which RasterLearn does not open", what=what))
        if name in earlier:
            raise ValueError(Message("has two layers of the name {name}", name=name))
        require_object(layer.get("config"), what)
        if (layer.get("module"), layer.get("class_name")) in _NETWORKS:
            self.read(layer, what)
        else:
            self._read_settings(layer, what)
        for node in a_list(layer.get("inbound_nodes"), 0, 100, Message("the inputs of {what}", what=what)):
            require_only(require_object(node, what), ("args", "kwargs"), what)
            _input(a_list(node.get("args"), 0, 8, Message("the inputs of {what}", what=what)), earlier, 0)
            arguments = require_object(node.get("kwargs"), what)
            require_only(arguments, ("training", "mask"), Message("a call of {what}", what=what))
            optional(flag)(arguments.get("training"), "training")
            if arguments.get("mask") is not None:
                raise ValueError(Message("gives {what} a mask, which RasterLearn does not open", what=what))
        earlier.add(name)  # only after its own inputs are checked

    def _read_settings(self, layer: dict[str, Any], what: Words) -> None:
        require_only(layer, _KEYS, what)
        kind, config, build = layer.get("class_name"), layer["config"], layer.get("build_config")
        if layer.get("module") != "keras.layers" or not isinstance(kind, str):
            raise ValueError(Message("has {value} in place of {what}", value=shortened(kind), what=what))
        for name, value in config.items():
            if value is None:
                continue
            check = SETTINGS_OF_LAYER.get((kind, name)) or SETTINGS.get(name)
            if check is None:
                raise ValueError(Message("has the unknown setting “{name}” in {what}", name=shortened(name), what=what))
            try:
                check(value, name)
            except ValueError as error:
                raise ValueError(Message("has a wrong setting in {what}: {reason}", what=what, reason=error)) from error
        shape = None
        if build is not None:
            require_only(require_object(build, what), ("input_shape", "shapes_dict"), what)
            shape = build.get("input_shape")
            if kind in _WEIGHTS:
                require_shape(shape, Message("the input shape of {what}", what=what))
        self._deduct_weights(kind, config, shape, what)

    def _deduct_weights(
        self, kind: str, config: dict[str, Any], shape: Optional[Sequence[Optional[int]]], what: Words
    ) -> None:
        """Deducts the weights that Keras would allocate for a layer from those that the file holds."""
        if kind not in _WEIGHTS:
            return
        if shape is None:
            raise ValueError(Message("does not tell the input shape of {what}; save it again with Keras 3", what=what))
        try:
            count = _WEIGHTS[kind](config, shape)
        except (TypeError, KeyError, IndexError) as error:
            raise ValueError(Message("has no sound shape for {what}", what=what)) from error
        if kind == "Normalization" and config.get("mean") is not None:
            if count > LARGEST_ALLOCATION_WITHOUT_WEIGHTS:
                raise ValueError(Message("has too many bands in {what}", what=what))
            return
        self._weights_left -= count
        if self._weights_left < 0:
            raise ValueError(Message("declares more weights than the file holds, beginning with {what}", what=what))


def _input(value: Any, earlier: set[str], depth: int) -> None:
    """Checks an argument of a call: an output of an earlier layer, or lists of these, so that there are no cycles."""
    if isinstance(value, list) and depth < 3:
        for item in value:
            _input(item, earlier, depth + 1)
        return
    tensor = require_object(value, Message("an input of a layer"))
    require_only(tensor, ("class_name", "config", "module", "registered_name"), Message("an input of a layer"))
    if tensor.get("class_name") != "__keras_tensor__":
        raise ValueError(Message("has {value} as an input of a layer", value=shortened(value)))
    config = require_object(tensor.get("config"), Message("an input of a layer"))
    require_only(config, ("shape", "dtype", "keras_history"), Message("an input of a layer"))
    require_shape(config.get("shape"), Message("the shape of an input"))
    word(*_TENSOR_DTYPES)(config.get("dtype"), Message("the type of an input"))
    _ends(config.get("keras_history"), earlier, Message("an input of a layer"), 0)


def _ends(value: Any, earlier: set[str], what: Words, depth: int) -> None:
    """Checks [name, node, tensor], or lists of these."""
    if isinstance(value, list) and value and all(isinstance(item, list) for item in value) and depth < 3:
        for item in value:
            _ends(item, earlier, what, depth + 1)
        return
    items = a_list(value, 3, 3, what)
    if not isinstance(items[0], str) or items[0] not in earlier:
        raise ValueError(Message("refers to the layer {layer}, which does not come before", layer=shortened(items[0])))
    for number in items[1:]:
        whole_number(number, 0, 1000, what)


def _area(size: Any) -> int:
    return math.prod(size) if isinstance(size, list) else size * size


def _bias(config: dict[str, Any], count: int) -> int:
    return count if config.get("use_bias", True) else 0


def _of_axes(config: dict[str, Any], shape: Sequence[Any]) -> int:
    axes = config.get("axis", -1)
    return math.prod(shape[axis] for axis in (axes if isinstance(axes, list) else [axes]))


def _conv(config: dict[str, Any], shape: Sequence[Any]) -> int:
    kernel = _area(config["kernel_size"]) * max(1, shape[-1] // config.get("groups", 1)) * config["filters"]
    return kernel + _bias(config, config["filters"])


def _depthwise(config: dict[str, Any], shape: Sequence[Any]) -> int:
    channels = shape[-1] * config.get("depth_multiplier", 1)
    return _area(config["kernel_size"]) * channels + _bias(config, channels)


def _separable(config: dict[str, Any], shape: Sequence[Any]) -> int:
    channels = shape[-1] * config.get("depth_multiplier", 1)
    return (_area(config["kernel_size"]) + config["filters"]) * channels + _bias(config, config["filters"])


def _prelu(config: dict[str, Any], shape: Sequence[Any]) -> int:
    shared = config.get("shared_axes") or []
    shared = shared if isinstance(shared, list) else [shared]
    return math.prod(side for axis, side in enumerate(shape) if axis and axis not in shared)


# How many numbers Keras allocates for the weights of a layer, from its settings and the shape of its input.
_WEIGHTS: dict[str, Callable[[dict[str, Any], Sequence[Any]], int]] = {
    "BatchNormalization": lambda c, s: _of_axes(c, s) * (2 + c.get("center", True) + c.get("scale", True)),
    "Conv2D": _conv,
    "Conv2DTranspose": _conv,
    "Dense": lambda c, s: s[-1] * c["units"] + _bias(c, c["units"]),
    "DepthwiseConv2D": _depthwise,
    "LayerNormalization": lambda c, s: _of_axes(c, s) * (c.get("center", True) + c.get("scale", True)),
    "Normalization": lambda c, s: 2 * _of_axes(c, s),
    "PReLU": _prelu,
    "SeparableConv2D": _separable,
}
