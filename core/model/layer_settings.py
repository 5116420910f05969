"""The settings that layers of a Keras network may have, and the values that each of them accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Callable

from ..base.messages import Message, Words
from ..base.model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS
from ..base.plain_json import a_list, finite_number, shortened, whole_number

INITIALIZERS = [
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Ones",
    "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros",
]  # fmt: skip
REGULARIZERS = ["L1", "L2", "L1L2"]

LARGEST_SIDE = LARGEST_PATCH_PX  # of kernels, pools, strides, paddings
LARGEST_CHANNELS = 16_777_216

_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.>\- ]{0,199}")
_DTYPES = ("float16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
_ACTIVATIONS = (
    "celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu",
    "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus",
    "softsign", "swish", "tanh",
)  # fmt: skip

_Check = Callable[[Any, Words], object]


def require_object(value: Any, what: Words) -> dict[str, Any]:
    """The value. Raises ValueError unless it is a JSON object."""
    if not isinstance(value, dict):
        raise ValueError(Message("has {value} in place of {what}", value=shortened(value), what=what))
    return value


def require_only(values: dict[str, Any], known: Sequence[str], what: Words) -> None:
    """Refuses unknown settings, except those that are null: later versions of Keras write more of them."""
    for name, value in values.items():
        if name not in known and value is not None:
            raise ValueError(Message("has the unknown setting “{name}” in {what}", name=shortened(name), what=what))


# Checks of values. Each takes a value and the name of its setting, and raises ValueError.


def _whole(lowest: int, highest: int) -> _Check:
    return lambda value, what: whole_number(value, lowest, highest, what)


def optional(check: _Check) -> _Check:
    """The same check, which also accepts None."""
    return lambda value, what: None if value is None else check(value, what)


def word(*words: str) -> _Check:
    """A check that accepts these words."""

    def check(value: Any, what: Words) -> None:
        if not isinstance(value, str) or value not in words:
            raise ValueError(
                Message(
                    "{what} must be one of {words}, received {value}", what=what, words=words, value=shortened(value)
                )
            )

    return check


def flag(value: Any, what: Words) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(Message("{what} must be true or false, received {value}", what=what, value=shortened(value)))


def _never(value: Any, what: Words) -> None:
    if value not in (None, False):
        raise ValueError(Message("{what} must not be set, received {value}", what=what, value=shortened(value)))


def require_name(value: Any, what: Words) -> None:
    """A layer name of the form that Keras allows."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(
            Message(
                "{what} must be a name of letters, digits and _ . - >, received {value}",
                what=what,
                value=shortened(value),
            )
        )


def _number_or_list(check: _Check, length: int, depth: int = 1) -> _Check:
    """A check of a single value, or of a list of them (of lists, with a `depth` of 2)."""

    def checked(value: Any, what: Words) -> None:
        if isinstance(value, list) and depth:
            for item in a_list(value, 0, length, what):
                _number_or_list(check, length, depth - 1)(item, what)
        else:
            check(value, what)

    return checked


def require_shape(value: Any, what: Words) -> None:
    """One to five sides, None where one is not fixed."""
    for side in a_list(value, 1, 5, what):
        if side is not None:
            whole_number(side, 1, LARGEST_CHANNELS, what)


def _padding(value: Any, what: Words) -> None:
    if isinstance(value, str):
        word("valid", "same")(value, what)
    else:
        _number_or_list(_whole(0, LARGEST_SIDE), 2, 2)(value, what)


def require_dtype(value: Any, what: Words) -> None:
    """The name of a type or policy, or a serialized policy."""
    if isinstance(value, dict):
        require_only(value, ("module", "class_name", "config", "registered_name"), what)
        settings = require_object(value.get("config"), what)
        require_only(settings, ("name",), what)
        value = settings.get("name") if value.get("class_name") == "DTypePolicy" else value
    optional(word(*_DTYPES))(value, what)


def _part(names: Sequence[str], settings: dict[str, _Check]) -> _Check:
    """A check of initializers or regularizers."""

    def check(value: Any, what: Words) -> None:
        require_only(require_object(value, what), ("module", "class_name", "config", "registered_name"), what)
        if value.get("class_name") not in names:
            raise ValueError(Message("has {kind} as {what}", kind=shortened(value.get("class_name")), what=what))
        given = require_object(value.get("config"), what)
        require_only(given, tuple(settings), what)
        for name, setting in given.items():
            if setting is not None:
                settings[name](setting, name)

    return check


_SEED = _whole(-(2**63), 2**64)
_AXES = _number_or_list(_whole(-8, 8), 8)
_SIDES = _number_or_list(_whole(1, LARGEST_SIDE), 2)
_REAL: _Check = finite_number
_INITIALIZER = _part(
    INITIALIZERS,
    {
        **dict.fromkeys(("mean", "stddev", "minval", "maxval", "scale", "value"), _REAL),
        "seed": _SEED,
        "mode": word("fan_in", "fan_out", "fan_avg"),
        "distribution": word("normal", "truncated_normal", "untruncated_normal", "uniform"),
        "input_axes": _AXES,
        "output_axes": _AXES,
    },
)
_REGULARIZER = _part(REGULARIZERS, {"l1": _REAL, "l2": _REAL})

# The check of each setting. A name means the same in all layers, except for those in SETTINGS_OF_LAYER.
SETTINGS: dict[str, _Check] = {
    "name": require_name,
    "trainable": flag,
    "dtype": require_dtype,
    "activation": word(*_ACTIVATIONS),
    "alpha": _REAL,
    "axis": _AXES,
    "batch_shape": require_shape,
    "center": flag,
    "cropping": _number_or_list(_whole(0, LARGEST_SIDE), 2, 2),
    "data_format": word("channels_last"),
    "depth_multiplier": _whole(1, LARGEST_SIDE),
    "dilation_rate": _number_or_list(_whole(1, 1024), 2),
    "dims": _number_or_list(_whole(1, 8), 8),
    "epsilon": _REAL,
    "filters": _whole(1, LARGEST_CHANNELS),
    "groups": _whole(1, LARGEST_CHANNELS),
    "interpolation": word("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    "invert": flag,
    "keepdims": flag,
    "kernel_size": _SIDES,
    "max_value": _REAL,
    "mean": _number_or_list(_REAL, MAXIMUM_BANDS, 4),
    "momentum": _REAL,
    "negative_slope": _REAL,
    "noise_shape": _number_or_list(optional(_whole(1, LARGEST_CHANNELS)), 5),
    "offset": _number_or_list(_REAL, MAXIMUM_BANDS),
    "optional": flag,
    "output_padding": _number_or_list(_whole(0, LARGEST_SIDE), 2),
    "padding": _padding,
    "pool_size": _SIDES,
    "ragged": _never,
    "rate": _REAL,
    "renorm": _never,
    "renorm_momentum": _REAL,
    "rms_scaling": flag,
    "scale": flag,
    "seed": _SEED,
    "shared_axes": _AXES,
    "size": _number_or_list(_whole(1, 1024), 2),
    "sparse": _never,
    "stddev": _REAL,
    "strides": _SIDES,
    "synchronized": flag,
    "target_shape": _number_or_list(_whole(-1, LARGEST_CHANNELS), 5),
    "threshold": _REAL,
    "units": _whole(1, LARGEST_CHANNELS),
    "use_bias": flag,
    "variance": _number_or_list(_REAL, MAXIMUM_BANDS, 4),
    **{
        f"{name}_initializer": _INITIALIZER
        for name in ("kernel", "bias", "beta", "gamma", "moving_mean", "moving_variance", "depthwise", "pointwise")
    },
    **{f"{name}_regularizer": _REGULARIZER for name in ("kernel", "bias", "beta", "gamma", "depthwise", "pointwise")},
    "alpha_initializer": _INITIALIZER,
    "alpha_regularizer": _REGULARIZER,
    "activity_regularizer": _REGULARIZER,
}
SETTINGS_OF_LAYER: dict[tuple[str, str], _Check] = {("Rescaling", "scale"): _number_or_list(_REAL, MAXIMUM_BANDS)}
