"""What the description of a Keras network may say: checked word by word before Keras sees it.

Keras turns a description into objects: it looks up classes and functions by name, calls them with the values given, and
allocates the variables these imply. Its own safe mode has been bypassed again and again (CVE-2024-3660, CVE-2025-1550,
CVE-2025-8747, CVE-2025-9905, CVE-2025-9906, CVE-2025-49655), each time through something that no classifier of images
needs. So this is a list of what is allowed, not of what is known to be bad: classes by module and name, their settings
by name and kind, calls of layers on earlier layers only, and no larger layers than the file has weights for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Callable, Optional

from .plain_json import a_list, finite_number, shortened, whole_number

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
_INITIALIZERS = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
]
_REGULARIZERS = ["L1", "L2", "L1L2"]
_NETWORKS = {("keras.src.models.functional", "Functional"), ("keras", "Functional")}
_SEQUENTIAL = (("keras.src.models.sequential", "Sequential"), ("keras", "Sequential"))
ALLOWED_CLASSES = (
    {("keras.layers", name) for name in _LAYERS}
    | {("keras.initializers", name) for name in _INITIALIZERS}
    | {("keras.regularizers", name) for name in _REGULARIZERS}
    | {("keras", "DTypePolicy"), (None, "__keras_tensor__")}
    | _NETWORKS
)

MAXIMUM_LAYERS = 1000
LARGEST_SIDE = 65_536  # of kernels, pools, strides, paddings, patches
LARGEST_CHANNELS = 16_777_216
LARGEST_ALLOCATION_WITHOUT_WEIGHTS = 1_000_000

_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.>\- ]{0,199}")
_DTYPES = ("float16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
_TENSOR_DTYPES = ("float16", "bfloat16", "float32", "float64", "uint8", "int8", "uint16", "int16", "int32", "int64")
_ACTIVATIONS = (
    "celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu",
    "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus",
    "softsign", "swish", "tanh",
)  # fmt: skip

_Check = Callable[[Any, str], object]


def require_known_network(config: Any, weight_count: int) -> dict[str, Any]:
    """Checks the description of a network, which Keras then makes.

    Args:
        config: config.json of a .keras file, parsed. weight_count: numbers in the file with its weights.
    Returns:
        The description, without the settings of a training: they are not needed, and of no known kind.
    Raises:
        ValueError: the first thing in it that is unknown or out of bounds, as the end of a sentence.
    """
    config = _connected(_needed(config))
    for module, class_name in _classes_in(config):
        if (module, class_name) not in ALLOWED_CLASSES:
            raise ValueError(
                f"contains {module}.{class_name}, which RasterLearn does not open: it is not one of the layers known "
                "to be safe"
            )
    reader = _NetworkReader(weight_count)
    reader.read(_object(config, "the network"), "the network")
    return config


def _needed(value: Any) -> Any:
    """Without the settings of a training, and without the marks of initializers that several layers share."""
    if isinstance(value, dict):
        is_layer = value.get("module") == "keras.layers" or value.get("class_name") == "Functional"
        left_out = ("compile_config",) if is_layer else ("compile_config", "shared_object_id")
        return {name: _needed(v) for name, v in value.items() if name not in left_out}
    return [_needed(v) for v in value] if isinstance(value, list) else value


def _connected(network: Any) -> Any:
    """A Sequential network as the Functional one that it stands for: each layer is called on the one before it."""
    if not isinstance(network, dict) or (network.get("module"), network.get("class_name")) not in _SEQUENTIAL:
        return network
    given = _object(network.get("config"), "the network")
    layers: list[dict[str, Any]] = []
    for layer in a_list(given.get("layers"), 1, MAXIMUM_LAYERS, "the layers of a network"):
        config = _object(_object(layer, "a layer").get("config"), "a layer")
        inputs = []
        if layers:
            shape = _object(layer.get("build_config") or {}, "a layer").get("input_shape") or [None]
            tensor = {"shape": shape, "dtype": "float32", "keras_history": [layers[-1]["name"], 0, 0]}
            inputs = [{"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}]
        layers.append({**layer, "name": config.get("name"), "inbound_nodes": inputs})
    if layers[0].get("class_name") != "InputLayer":
        raise ValueError("does not tell the size of its input: it must begin with keras.Input")
    ends = {"input_layers": [[layers[0]["name"], 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    config = {"name": given.get("name"), "trainable": given.get("trainable"), "layers": layers, **ends}
    module, kind = "keras.src.models.functional", "Functional"
    return {"module": module, "class_name": kind, "config": config, "registered_name": kind}


def _classes_in(config: Any) -> Iterator[tuple[Optional[str], str]]:
    """(module, class) of everything that Keras would take for an object, wherever it stands."""
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


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"has {shortened(value)} in place of {what}")
    return value


def _only(values: dict[str, Any], known: Sequence[str], what: str) -> None:
    """Refuses unknown settings; those without a value say nothing, and later versions of Keras write more of them."""
    for name, value in values.items():
        if name not in known and value is not None:
            raise ValueError(f"has the unknown setting “{shortened(name)}” in {what}")


# Kinds of values. Each takes a value and the setting's name, and raises ValueError.


def _whole(lowest: int, highest: int) -> _Check:
    return lambda value, what: whole_number(value, lowest, highest, what)


def _optional(check: _Check) -> _Check:
    return lambda value, what: None if value is None else check(value, what)


def _word(*words: str) -> _Check:
    def check(value: Any, what: str) -> None:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"{what} must be one of {', '.join(words)}, received {shortened(value)}")

    return check


def _flag(value: Any, what: str) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{what} must be true or false, received {shortened(value)}")


def _never(value: Any, what: str) -> None:
    if value not in (None, False):
        raise ValueError(f"{what} must not be set, received {shortened(value)}")


def _name(value: Any, what: str) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{what} must be a name of letters, digits and _ . - >, received {shortened(value)}")


def _number_or_list(check: _Check, length: int, depth: int = 1) -> _Check:
    """A value, or a list of them (of lists, with a `depth` of 2)."""

    def checked(value: Any, what: str) -> None:
        if isinstance(value, list) and depth:
            for item in a_list(value, 0, length, what):
                _number_or_list(check, length, depth - 1)(item, what)
        else:
            check(value, what)

    return checked


def _shape(value: Any, what: str) -> None:
    for side in a_list(value, 1, 5, what):
        if side is not None:
            whole_number(side, 1, LARGEST_CHANNELS, what)


def _padding(value: Any, what: str) -> None:
    if isinstance(value, str):
        _word("valid", "same")(value, what)
    else:
        _number_or_list(_whole(0, LARGEST_SIDE), 2, 2)(value, what)


def _dtype(value: Any, what: str) -> None:
    if isinstance(value, dict):
        _only(value, ("module", "class_name", "config", "registered_name"), what)
        settings = _object(value.get("config"), what)
        _only(settings, ("name",), what)
        value = settings.get("name") if value.get("class_name") == "DTypePolicy" else value
    _optional(_word(*_DTYPES))(value, what)


def _part(names: Sequence[str], settings: dict[str, _Check]) -> _Check:
    """An initializer or regularizer."""

    def check(value: Any, what: str) -> None:
        _only(_object(value, what), ("module", "class_name", "config", "registered_name"), what)
        if value.get("class_name") not in names:
            raise ValueError(f"has {shortened(value.get('class_name'))} as {what}")
        given = _object(value.get("config"), what)
        _only(given, tuple(settings), what)
        for name, setting in given.items():
            if setting is not None:
                settings[name](setting, name)

    return check


_SEED = _whole(-(2**63), 2**64)
_AXES = _number_or_list(_whole(-8, 8), 8)
_SIDES = _number_or_list(_whole(1, LARGEST_SIDE), 2)
_REAL: _Check = finite_number
_INITIALIZER = _part(
    _INITIALIZERS,
    {
        **dict.fromkeys(("mean", "stddev", "minval", "maxval", "scale", "value"), _REAL),
        "seed": _SEED,
        "mode": _word("fan_in", "fan_out", "fan_avg"),
        "distribution": _word("normal", "truncated_normal", "untruncated_normal", "uniform"),
        "input_axes": _AXES,
        "output_axes": _AXES,
    },
)
_REGULARIZER = _part(_REGULARIZERS, {"l1": _REAL, "l2": _REAL})

# What a setting of a layer may be. A name means the same in all layers, but for those in _OF_LAYER.
_SETTINGS: dict[str, _Check] = {
    "name": _name,
    "trainable": _flag,
    "dtype": _dtype,
    "activation": _word(*_ACTIVATIONS),
    "alpha": _REAL,
    "axis": _AXES,
    "batch_shape": _shape,
    "center": _flag,
    "cropping": _number_or_list(_whole(0, LARGEST_SIDE), 2, 2),
    "data_format": _word("channels_last"),
    "depth_multiplier": _whole(1, LARGEST_SIDE),
    "dilation_rate": _number_or_list(_whole(1, 1024), 2),
    "dims": _number_or_list(_whole(1, 8), 8),
    "epsilon": _REAL,
    "filters": _whole(1, LARGEST_CHANNELS),
    "groups": _whole(1, LARGEST_CHANNELS),
    "interpolation": _word("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    "invert": _flag,
    "keepdims": _flag,
    "kernel_size": _SIDES,
    "max_value": _REAL,
    "mean": _number_or_list(_REAL, 65_536, 4),
    "momentum": _REAL,
    "negative_slope": _REAL,
    "noise_shape": _number_or_list(_optional(_whole(1, LARGEST_CHANNELS)), 5),
    "offset": _number_or_list(_REAL, 65_536),
    "optional": _flag,
    "output_padding": _number_or_list(_whole(0, LARGEST_SIDE), 2),
    "padding": _padding,
    "pool_size": _SIDES,
    "ragged": _never,
    "rate": _REAL,
    "renorm": _never,
    "renorm_momentum": _REAL,
    "rms_scaling": _flag,
    "scale": _flag,
    "seed": _SEED,
    "shared_axes": _AXES,
    "size": _number_or_list(_whole(1, 1024), 2),
    "sparse": _never,
    "stddev": _REAL,
    "strides": _SIDES,
    "synchronized": _flag,
    "target_shape": _number_or_list(_whole(-1, LARGEST_CHANNELS), 5),
    "threshold": _REAL,
    "units": _whole(1, LARGEST_CHANNELS),
    "use_bias": _flag,
    "variance": _number_or_list(_REAL, 65_536, 4),
    **{
        f"{name}_initializer": _INITIALIZER
        for name in ("kernel", "bias", "beta", "gamma", "moving_mean", "moving_variance", "depthwise", "pointwise")
    },
    **{f"{name}_regularizer": _REGULARIZER for name in ("kernel", "bias", "beta", "gamma", "depthwise", "pointwise")},
    "alpha_initializer": _INITIALIZER,
    "alpha_regularizer": _REGULARIZER,
    "activity_regularizer": _REGULARIZER,
}
_OF_LAYER: dict[tuple[str, str], _Check] = {("Rescaling", "scale"): _number_or_list(_REAL, 65_536)}

_KEYS = ("module", "class_name", "config", "registered_name", "build_config", "name", "inbound_nodes")
_NETWORK_SETTINGS = ("name", "trainable", "dtype", "layers", "input_layers", "output_layers")


class _NetworkReader:
    """Goes through a network and the networks in it, and adds up layers and weights."""

    def __init__(self, weight_count: int):
        self._weights_left = weight_count
        self._layers_left = MAXIMUM_LAYERS

    def read(self, network: dict[str, Any], what: str) -> None:
        _only(network, _KEYS, what)
        if (network.get("module"), network.get("class_name")) not in _NETWORKS:
            raise ValueError(
                f"is a {shortened(network.get('module'))}.{shortened(network.get('class_name'))}; expected a network "
                "made with keras.Model(inputs, outputs)"
            )
        config = _object(network.get("config"), what)
        _only(config, _NETWORK_SETTINGS, what)
        _name(config.get("name"), "the name of a network")
        _optional(_flag)(config.get("trainable"), "trainable")
        _dtype(config.get("dtype"), "dtype")
        layers = a_list(config.get("layers"), 1, MAXIMUM_LAYERS, "the layers of a network")
        self._layers_left -= len(layers)
        if self._layers_left < 0:
            raise ValueError(f"has more than {MAXIMUM_LAYERS} layers")
        earlier: set[str] = set()
        for layer in layers:
            self._read_layer(_object(layer, "a layer"), earlier)
        for key in ("input_layers", "output_layers"):
            _ends(config.get(key), earlier, key, 1)

    def _read_layer(self, layer: dict[str, Any], earlier: set[str]) -> None:
        _name(layer.get("name"), "the name of a layer")
        name, what = layer["name"], f"the layer {layer['name']}"
        if "shared_object_id" in layer and layer["shared_object_id"] is not None:
            raise ValueError(f"uses {what} in two networks, which RasterLearn does not open")
        if name in earlier:
            raise ValueError(f"has two layers of the name {name}")
        _object(layer.get("config"), what)
        if (layer.get("module"), layer.get("class_name")) in _NETWORKS:
            self.read(layer, what)
        else:
            self._read_settings(layer, what)
        for node in a_list(layer.get("inbound_nodes"), 0, 100, f"the inputs of {what}"):
            _only(_object(node, what), ("args", "kwargs"), what)
            _input(a_list(node.get("args"), 0, 8, f"the inputs of {what}"), earlier, 0)
            arguments = _object(node.get("kwargs"), what)
            _only(arguments, ("training", "mask"), f"a call of {what}")
            _optional(_flag)(arguments.get("training"), "training")
            if arguments.get("mask") is not None:
                raise ValueError(f"gives {what} a mask, which RasterLearn does not open")
        earlier.add(name)  # not before its own inputs are checked

    def _read_settings(self, layer: dict[str, Any], what: str) -> None:
        _only(layer, _KEYS, what)
        kind, config, build = layer.get("class_name"), layer["config"], layer.get("build_config")
        if layer.get("module") != "keras.layers" or not isinstance(kind, str):
            raise ValueError(f"has {shortened(kind)} in place of {what}")
        for name, value in config.items():
            if value is None:
                continue
            check = _OF_LAYER.get((kind, name)) or _SETTINGS.get(name)
            if check is None:
                raise ValueError(f"has the unknown setting “{shortened(name)}” in {what}")
            try:
                check(value, name)
            except ValueError as error:
                raise ValueError(f"has a wrong setting in {what}: {error}") from error
        shape = None
        if build is not None:
            _only(_object(build, what), ("input_shape", "shapes_dict"), what)
            shape = build.get("input_shape")
            if kind in _WEIGHTS:
                _shape(shape, f"the input shape of {what}")
        self._take(kind, config, shape, what)

    def _take(self, kind: str, config: dict[str, Any], shape: Optional[Sequence[Optional[int]]], what: str) -> None:
        """Counts the numbers that Keras allocates for a layer, before it does."""
        if kind not in _WEIGHTS:
            return
        if shape is None:
            raise ValueError(f"does not tell the input shape of {what}; save it again with Keras 3")
        try:
            count = _WEIGHTS[kind](config, shape)
        except (TypeError, KeyError, IndexError) as error:
            raise ValueError(f"has no sound shape for {what}") from error
        if kind == "Normalization" and config.get("mean") is not None:
            if count > LARGEST_ALLOCATION_WITHOUT_WEIGHTS:
                raise ValueError(f"has too many bands in {what}")
            return
        self._weights_left -= count
        if self._weights_left < 0:
            raise ValueError(f"declares more weights than the file holds, beginning with {what}")


def _input(value: Any, earlier: set[str], depth: int) -> None:
    """Arguments of a call: results of earlier layers, or lists of these, so that the network cannot run in circles."""
    if isinstance(value, list) and depth < 3:
        for item in value:
            _input(item, earlier, depth + 1)
        return
    tensor = _object(value, "an input of a layer")
    _only(tensor, ("class_name", "config", "module", "registered_name"), "an input of a layer")
    if tensor.get("class_name") != "__keras_tensor__":
        raise ValueError(f"has {shortened(value)} as an input of a layer")
    config = _object(tensor.get("config"), "an input of a layer")
    _only(config, ("shape", "dtype", "keras_history"), "an input of a layer")
    _shape(config.get("shape"), "the shape of an input")
    _word(*_TENSOR_DTYPES)(config.get("dtype"), "the type of an input")
    _ends(config.get("keras_history"), earlier, "an input of a layer", 0)


def _ends(value: Any, earlier: set[str], what: str, depth: int) -> None:
    """Checks [name, node, tensor], or lists of these."""
    if isinstance(value, list) and value and all(isinstance(item, list) for item in value) and depth < 3:
        for item in value:
            _ends(item, earlier, what, depth + 1)
        return
    items = a_list(value, 3, 3, what)
    if not isinstance(items[0], str) or items[0] not in earlier:
        raise ValueError(f"refers to the layer {shortened(items[0])}, which does not come before")
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
