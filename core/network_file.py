"""Opening the Keras network of a model file: only after all that it is made of is known to be harmless."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from typing import Any, Optional

from .archive import MAXIMUM_BYTES, MAXIMUM_JSON_BYTES, read_entry
from .errors import ModelFileError
from .files import workspace

# What a network may be built of. Everything else is refused before Keras sees it: Keras' own safe mode
# has been bypassed more than once, through layers and functions that load or run what the file says.
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
ALLOWED_CLASSES = (
    {("keras.layers", name) for name in _LAYERS}
    | {("keras.initializers", name) for name in _INITIALIZERS}
    | {("keras.regularizers", name) for name in ("L1", "L2", "L1L2")}
    | {("keras", "DTypePolicy"), ("keras.src.models.functional", "Functional"), ("keras", "Functional")}
    | {("keras", "Sequential"), ("keras.src.models.sequential", "Sequential")}
    | {(None, "__keras_tensor__"), (None, "__tuple__")}
)
_KERAS_ENTRIES = {"metadata.json", "config.json", "model.weights.h5"}


def open_network(payload: bytes) -> Any:
    """The Keras network (keras.Model, not compiled) in the bytes of a .keras file, if it holds only known layers.

    Raises:
        ModelFileError: the network is damaged, not safe to open, or none that gives scores.
    """
    _require_safe_network(payload)
    import keras

    with workspace() as folder:
        path = os.path.join(folder, "network.keras")
        with open(path, "wb") as file:
            file.write(payload)
        try:
            network = keras.saving.load_model(path, compile=False, safe_mode=True)
        except (ValueError, TypeError, KeyError, OSError, AttributeError) as error:
            raise ModelFileError(
                f"The network in the model file is damaged: {error}. Train the model again."
            ) from error
    if isinstance(network, keras.Sequential):
        network = keras.Model(network.inputs, network.outputs)  # the same layers, connected as in all other networks
    if len(network.outputs) != 1:
        raise ModelFileError(f"The network has {len(network.outputs)} outputs; expected one, the class scores.")
    if len(network.output_shape) not in (2, 4):
        raise ModelFileError(f"The network answers with shape {network.output_shape}; expected one score per class.")
    return network


def _require_safe_network(payload: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            names = archive.namelist()
            if set(names) != _KERAS_ENTRIES or len(names) != len(_KERAS_ENTRIES):
                raise ModelFileError(
                    f"The network in the model file holds unexpected files: {', '.join(sorted(names))}."
                )
            config = json.loads(read_entry(archive, archive.getinfo("config.json"), MAXIMUM_JSON_BYTES))
            weights = read_entry(archive, archive.getinfo("model.weights.h5"), MAXIMUM_BYTES)
        for module, class_name in _classes_in(config):
            if (module, class_name) not in ALLOWED_CLASSES:
                raise ModelFileError(
                    f"The network in the model file contains {module}.{class_name}, which RasterLearn does not open: "
                    "it is not one of the layers known to be safe."
                )
        _require_plain_weights(weights)
    except (zipfile.BadZipFile, json.JSONDecodeError, RecursionError, OSError, NotImplementedError) as error:
        raise ModelFileError(f"The network in the model file is damaged: {error}. Train the model again.") from error


def _classes_in(config: Any) -> Iterator[tuple[Optional[str], str]]:
    if isinstance(config, dict):
        if "class_name" in config:
            if config.get("registered_name") not in (None, config["class_name"]):
                yield "registered", str(config["registered_name"])
            yield config.get("module"), str(config["class_name"])
        for value in config.values():
            yield from _classes_in(value)
    elif isinstance(config, list):
        for value in config:
            yield from _classes_in(value)


def _require_plain_weights(weights: bytes) -> None:
    """HDF5 may point to other files (external links and storage, virtual datasets); weights never need that."""
    import h5py

    with h5py.File(io.BytesIO(weights), "r") as file:
        groups, seen = [file], {hash(file)}
        while groups:
            group = groups.pop()
            for name in group:
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise ModelFileError("The weights in the model file point to another file.")
                item = group[name]
                if isinstance(item, h5py.Group):
                    if hash(item) in seen:
                        raise ModelFileError("The weights in the model file are damaged: a group contains itself.")
                    seen.add(hash(item))
                    groups.append(item)
                elif item.is_virtual or item.external:
                    raise ModelFileError("The weights in the model file point to another file.")
