"""The model file *.rlmodel: one zip with everything a map needs, and nothing that runs on opening."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from .classes import ClassMap
from .errors import InputError, ModelFileError
from .files import replacing, workspace
from .forest import Forest
from .neighborhood import LARGEST_SIDE, SMALLEST_SIDE
from .source import Source
from .style import write_map_style

FORMAT_VERSION = 1
NETWORK, FOREST, HYBRID = "network", "forest", "hybrid"
_NETWORK_ENTRY, _FOREST_ENTRY = "network.keras", "forest.npz"
_ENTRIES = {NETWORK: (_NETWORK_ENTRY,), FOREST: (_FOREST_ENTRY,), HYBRID: (_NETWORK_ENTRY, _FOREST_ENTRY)}
_OPTIONAL_ENTRIES = {"style.qml", "report.html"}

_UNFITTING = "The model file is damaged: its description does not fit its network or forest."

MAXIMUM_JSON_BYTES = 10_000_000
MAXIMUM_BYTES = 2_000_000_000

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
    | {(None, "__keras_tensor__"), (None, "__tuple__")}
)
_KERAS_ENTRIES = {"metadata.json", "config.json", "model.weights.h5"}


@dataclass(frozen=True)
class Model:
    """A trained model with all it needs to be applied.

    Attributes:
        kind: "network", "forest", or "hybrid": a forest that decides by the features of a network.
        architecture: of the network: name in models.MODELS; else "forest".
        classes: of the map. sources: its input images.
        payload: the bytes of network.keras, or of a forest's forest.npz.
        training: how it was trained: parameters, seed, versions, sample counts, accuracy.
        head: the bytes of a hybrid's forest.npz.
    """

    kind: str
    architecture: str
    classes: ClassMap
    sources: tuple[Source, ...]
    payload: bytes
    training: dict[str, Any] = field(default_factory=dict)
    head: bytes = b""

    @property
    def fingerprint(self) -> str:
        """Identifies the model in the maps made with it."""
        description = json.dumps(self._description(), sort_keys=True).encode()
        return hashlib.sha256(self.payload + self.head + description).hexdigest()[:16]

    @classmethod
    def of_network(
        cls, network: Any, architecture: str, classes: ClassMap, sources: tuple[Source, ...], training: dict[str, Any]
    ) -> Model:
        """From a Keras network."""
        with workspace() as folder:
            path = os.path.join(folder, "network.keras")
            network.save(path)
            with open(path, "rb") as file:
                return cls(NETWORK, architecture, classes, sources, file.read(), training)

    @classmethod
    def of_forest(
        cls, forest: Forest, classes: ClassMap, sources: tuple[Source, ...], training: dict[str, Any]
    ) -> Model:
        """From a forest."""
        return cls(FOREST, "forest", classes, sources, forest.to_bytes(), training)

    @classmethod
    def of_hybrid(cls, network: Model, forest: Forest, classes: ClassMap, training: dict[str, Any]) -> Model:
        """From a model with a network, and a forest on its features."""
        parts = network.architecture, classes, network.sources, network.payload, training
        return cls(HYBRID, *parts, forest.to_bytes())

    def network(self) -> Any:
        """The Keras network (keras.Model, not compiled), after checking that it holds nothing but known layers.

        Raises:
            ModelFileError: the network is damaged or not safe to open.
        """
        network = open_network(self.payload)
        self._require_shapes([tuple(tensor.shape[1:]) for tensor in network.inputs])
        if self.kind == NETWORK:  # the classes of a hybrid are those of its forest
            self._require_classes(int(network.output_shape[-1]))
        return network

    def forest(self) -> Forest:
        """The forest. Raises ModelFileError if it is damaged."""
        forest = Forest.from_bytes(self.head if self.kind == HYBRID else self.payload)
        if self.kind == FOREST:
            self._require_values(forest.feature_count)
        self._require_classes(forest.share.shape[1])
        return forest

    def _require_shapes(self, shapes: Sequence[tuple[Optional[int], ...]]) -> None:
        """Compares what the description says with what the network takes: (rows, columns, bands) of each source."""
        expected = [(s.patch_height, s.patch_width, len(s.bands)) for s in self.sources]
        fitting = len(shapes) == len(expected) and all(
            len(shape) == 3 and all(s in (None, e) for s, e in zip(shape, of_source))
            for shape, of_source in zip(shapes, expected)
        )
        if not fitting or any(source.neighborhood for source in self.sources):
            raise ModelFileError(_UNFITTING)

    def _require_values(self, count: int) -> None:
        """Compares what the description says with the number of values that the forest takes."""
        source = self.sources[0] if len(self.sources) == 1 else None
        sides = range(SMALLEST_SIDE, LARGEST_SIDE + 1) if source and source.neighborhood else (1,)
        if source is None or source.value_count != count or not {source.patch_width, source.patch_height} <= set(sides):
            raise ModelFileError(_UNFITTING)

    def _require_classes(self, count: int) -> None:
        if count != len(self.classes):
            raise ModelFileError(_UNFITTING)

    def _description(self) -> dict[str, Any]:
        return {
            "format": FORMAT_VERSION,
            "kind": self.kind,
            "architecture": self.architecture,
            "classes": self.classes.to_json(),
            "sources": [source.to_json() for source in self.sources],
            "training": self.training,
        }


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
    if len(network.outputs) != 1:
        raise ModelFileError(f"The network has {len(network.outputs)} outputs; expected one, the class scores.")
    if len(network.output_shape) not in (2, 4):
        raise ModelFileError(f"The network answers with shape {network.output_shape}; expected one score per class.")
    return network


def save_model(path: str, model: Model, report: Optional[str] = None) -> None:
    """Writes the model file; `report` is the HTML of its training report.

    Raises:
        InputError: the name does not end in .rlmodel. OutputError: it cannot be written.
    """
    if not path.lower().endswith(".rlmodel"):
        raise InputError(f"A model file ends in .rlmodel, received “{os.path.basename(path)}”.")
    with replacing(path) as (temporary,), zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", json.dumps(model._description(), indent=1))
        for entry, content in zip(_ENTRIES[model.kind], (model.payload, model.head)):
            archive.writestr(entry, content)
        archive.writestr("style.qml", _style(model.classes))
        if report is not None:
            archive.writestr("report.html", report)


def load_model(path: str) -> Model:
    """Reads a model file. Nothing in it is run, and the network is not opened yet.

    Raises:
        ModelFileError: not a model file, damaged, of an unknown version, or with unexpected content.
    """
    name = os.path.basename(os.path.normpath(path))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            if "model.json" not in entries:
                raise ModelFileError(
                    f"“{name}” is not a RasterLearn model: it has no model.json. Expected a .rlmodel file."
                )
            description = json.loads(_read_entry(archive, entries["model.json"], MAXIMUM_JSON_BYTES))
            return _from_description(description, archive, entries, name)
    except FileNotFoundError as error:
        raise ModelFileError(f"The model file “{path}” was not found.") from error
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
        if isinstance(error, InputError):
            raise
        raise ModelFileError(
            f"“{name}” is not a RasterLearn model: expected a .rlmodel file, received something else ({error})."
        ) from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ModelFileError(f"The description in “{name}” is damaged: {error}. Train the model again.") from error


def _from_description(
    description: Any, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str
) -> Model:
    if not isinstance(description, dict) or description.get("kind") not in tuple(_ENTRIES):
        raise ModelFileError(f"“{name}” is not a RasterLearn model: its description is of an unknown kind.")
    version = description.get("format")
    if version != FORMAT_VERSION:
        raise ModelFileError(
            f"“{name}” has format version {version}; this RasterLearn reads version {FORMAT_VERSION}. "
            "Update RasterLearn, or train the model again."
        )
    payloads = _ENTRIES[description["kind"]]
    allowed = {"model.json", *payloads} | _OPTIONAL_ENTRIES
    if not {"model.json", *payloads} <= set(entries) <= allowed or len(archive.infolist()) != len(entries):
        raise ModelFileError(f"“{name}” holds unexpected files: {', '.join(sorted(set(entries) ^ allowed))}.")
    try:
        return Model(
            description["kind"],
            str(description["architecture"]),
            ClassMap.from_json(description["classes"]),
            tuple(Source.from_json(source) for source in description["sources"]),
            _read_entry(archive, entries[payloads[0]], MAXIMUM_BYTES),
            dict(description["training"]),
            *(_read_entry(archive, entries[name], MAXIMUM_BYTES) for name in payloads[1:]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"The description in “{name}” is damaged: {error}. Train the model again.") from error


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, maximum: int) -> bytes:
    if entry.file_size > maximum:
        raise ModelFileError(
            f"The entry “{entry.filename}” of the model file is {entry.file_size} bytes; at most {maximum} are read."
        )
    with archive.open(entry) as file:  # never trust the declared size
        data = file.read(maximum + 1)
    if len(data) > maximum:
        raise ModelFileError(f"The entry “{entry.filename}” of the model file is larger than declared.")
    return data


def _style(classes: ClassMap) -> str:
    with workspace() as folder:
        path = os.path.join(folder, "style.qml")
        write_map_style(path, classes)
        with open(path, encoding="utf-8") as file:
            return file.read()


def _require_safe_network(payload: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            names = archive.namelist()
            if set(names) != _KERAS_ENTRIES or len(names) != len(_KERAS_ENTRIES):
                raise ModelFileError(
                    f"The network in the model file holds unexpected files: {', '.join(sorted(names))}."
                )
            config = json.loads(_read_entry(archive, archive.getinfo("config.json"), MAXIMUM_JSON_BYTES))
            weights = _read_entry(archive, archive.getinfo("model.weights.h5"), MAXIMUM_BYTES)
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
