"""Opening the Keras network of a model file, once everything in it is known to be harmless.

Keras never sees the file itself. Its description and its weights are read and checked here, and written to a new file
that Keras then loads, so nothing can mean one thing to the check and another to Keras.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..base.archive import open_archive
from ..base.errors import InputError, ModelFileError
from ..base.messages import Message
from ..base.outputs import workspace
from ..base.plain_json import MAXIMUM_JSON_BYTES, parse_json, reason_of, shortened
from .foreign_files import refuse_foreign
from .hdf5_weights import read_weights, write_weights
from .network_grammar import require_known_network

_DESCRIPTION, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_ZIP = b"PK"
_KERAS_ENTRIES = {_DESCRIPTION, _METADATA, _WEIGHTS}

# Of the output of one layer for one patch; the largest real ones are a hundred times smaller.
MAXIMUM_NUMBERS_PER_PATCH = 500_000_000

_WHAT = Message("the network in the model file")


def open_network(payload: bytes) -> Any:
    """The Keras network (keras.Model, not compiled) in the bytes of a .keras file, if it holds only known layers.

    Raises:
        ModelFileError: the network is damaged, not safe to open, or does not output scores.
    """
    return _opened(_checked(payload, Message("Train another one")))


def open_own_network(path: str, remedy: Message) -> tuple[Any, bytes]:
    """A user's own Keras network (.keras), like `open_network`, and the bytes of its file.

    Args:
        remedy: what to do if it holds layers that are not known.
    Raises:
        InputError: the file cannot be read, or is of another kind. ModelFileError: like `open_network`.
    """
    refuse_foreign(path)
    try:
        with open(path, "rb") as file:
            payload = file.read()
    except OSError as error:
        raise InputError(
            "The Keras network “{path}” cannot be read: {reason}.", path=path, reason=error.strerror
        ) from error
    if not payload.startswith(_ZIP):
        raise InputError(
            "“{path}” is not a Keras network: expected a file as Keras 3 saves it, which is a zip, but it {is_what}. "
            "Copy, download or save it again.",
            path=os.path.basename(path),
            is_what=Message("is something else") if payload else Message("is empty"),
        )
    return _opened(_checked(payload, remedy)), payload


def _opened(content: dict[str, bytes]) -> Any:
    import keras
    import tensorflow as tf

    expected = (ValueError, TypeError, LookupError, OSError, AttributeError, ArithmeticError, RuntimeError)
    with workspace() as folder:
        path = os.path.join(folder, "network.keras")
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        try:
            network = keras.saving.load_model(path, compile=False, safe_mode=True)
        except (*expected, AssertionError, tf.errors.OpError) as error:
            raise _damaged(error) from error
    _require_scores(network)
    return network


def _checked(payload: bytes, remedy: Message) -> dict[str, bytes]:
    """The entries of a .keras file, rewritten from what was parsed. `remedy` is for layers that are not known."""
    with open_archive(payload, _WHAT) as archive:
        if set(archive.names) != _KERAS_ENTRIES:
            raise ModelFileError(
                "The network in the model file holds unexpected files: {entries}. Expected {expected}; save it "
                "again with Keras 3.",
                entries=shortened(", ".join(sorted(archive.names))),
                expected=sorted(_KERAS_ENTRIES),
            )
        texts = {name: archive.read(name, MAXIMUM_JSON_BYTES) for name in (_DESCRIPTION, _METADATA)}
        stored = archive.read(_WEIGHTS)
    try:
        config, metadata = (parse_json(text) for text in texts.values())
        weights = read_weights(stored)
    except (ValueError, RecursionError) as error:
        raise _damaged(error) from error
    try:
        config = require_known_network(config, sum(array.size for array in weights.values()))
    except ValueError as error:
        raise ModelFileError(
            "The network in the model file {reason}. {remedy}.", reason=error, remedy=remedy
        ) from error
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    known = {"keras_version": shortened(version or ""), "date_saved": ""}
    return {
        _METADATA: json.dumps(known).encode(),
        _DESCRIPTION: json.dumps(config).encode(),
        _WEIGHTS: write_weights(weights),
    }


def _require_scores(network: Any) -> None:
    if len(network.outputs) != 1:
        raise ModelFileError(
            "The network has {count} outputs; expected one, the class scores.", count=len(network.outputs)
        )
    if len(network.output_shape) not in (2, 4) or not network.output_shape[-1]:
        raise ModelFileError(
            "The network answers with shape {shape}; expected one score per class.", shape=str(network.output_shape)
        )
    if any(tensor.shape and tensor.shape[-1] is None for tensor in network.inputs):
        raise ModelFileError("The network does not tell how many bands it takes. Build it for a number of bands.")
    if any(not tensor.shape or tensor.shape[0] is not None for tensor in network.inputs):
        raise ModelFileError("The network takes patches in fixed numbers only; expected one that takes any number.")
    for layer in _layers_of(network):
        _require_own_size(layer)
        for node in layer._inbound_nodes:
            for tensor in node.output_tensors:
                if math.prod(side for side in tensor.shape if side) > MAXIMUM_NUMBERS_PER_PATCH:
                    raise ModelFileError(
                        "The layer {layer} of the network gives {shape} numbers for one patch; at most {most} "
                        "can be computed. Train another network.",
                        layer=layer.name,
                        shape=str(tensor.shape),
                        most=MAXIMUM_NUMBERS_PER_PATCH,
                    )


def _layers_of(network: Any) -> Iterator[Any]:
    """All layers, including those of nested networks."""
    for layer in network.layers:
        yield layer
        yield from _layers_of(layer) if hasattr(layer, "layers") else ()


def _require_own_size(layer: Any) -> None:
    """Refuses layers that scale or shift more numbers than they take, which Keras only notices when they run."""
    numbers = {"Normalization": ("mean", "variance"), "Rescaling": ("scale", "offset")}.get(type(layer).__name__, ())
    shapes = [tuple(np.shape(value)) for value in (getattr(layer, name, None) for name in numbers) if value is not None]
    for tensor in (tensor for node in layer._inbound_nodes for tensor in node.input_tensors):
        given = tuple(side or 1 for side in tensor.shape)
        for shape in shapes:
            try:
                fits = np.broadcast_shapes(given, shape) == given
            except ValueError:
                fits = False
            if not fits:
                raise ModelFileError(
                    "The layer {layer} of the network has {shape} numbers, which do not fit its input {input}. "
                    "Train the model again.",
                    layer=layer.name,
                    shape=shape,
                    input=str(tensor.shape),
                )


def _damaged(error: Exception) -> ModelFileError:
    return ModelFileError(
        "The network in the model file is damaged: {reason}. Train the model again.", reason=reason_of(error)
    )
