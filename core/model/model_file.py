"""The model file *.rlmodel: a zip with everything a map needs, and nothing that is executed when it is opened."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Optional

from ..base.archive import MAXIMUM_BYTES, Archive, open_archive
from ..base.errors import InputError, ModelFileError
from ..base.messages import Message
from ..base.model_limits import MAXIMUM_SOURCES
from ..base.outputs import replacing, workspace
from ..base.plain_json import MAXIMUM_JSON_BYTES, a_list, parse_json, reason_of, short_text, shortened
from ..images.answers import Answer, answer_of
from ..images.image_source import Source
from ..images.legend import write_map_style
from ..images.neighborhood import LARGEST_SIDE, SMALLEST_SIDE
from ..images.value_target import Target
from ..raster.classes import ClassMap
from .foreign_files import refuse_foreign, refuse_importable
from .forest import Forest
from .graph_file import Graph
from .graph_use import GraphUse
from .network_file import open_network

FORMAT_VERSION = 1
NETWORK, FOREST, HYBRID, GRAPH = "network", "forest", "hybrid", "graph"
_NETWORK_ENTRY, _FOREST_ENTRY = "network.keras", "forest.npz"
_ENTRIES = {
    NETWORK: (_NETWORK_ENTRY,),
    FOREST: (_FOREST_ENTRY,),
    HYBRID: (_NETWORK_ENTRY, _FOREST_ENTRY),
    GRAPH: ("graph.pb", "variables.npz"),
}
_OPTIONAL_ENTRIES = {"style.qml", "report.html"}

_WANTED = Message("a RasterLearn model (.rlmodel); importmodel makes one of a SavedModel or of a Keras network")
_UNFITTING = Message("The model file is damaged: its description does not fit its network or forest.")


@dataclass(frozen=True)
class Model:
    """A trained model with everything needed to apply it.

    Attributes:
        kind: "network", "forest", "hybrid": a forest that decides by the features of a network, or "graph": an
            imported TensorFlow graph.
        architecture: name of the network in models.MODELS; else "forest" or "graph".
        classes: of the map. sources: its input images.
        payload: the bytes of network.keras, of a forest's forest.npz, or of a graph's graph.pb.
        training: how it was trained: parameters, seed, versions, sample counts, accuracy.
        head: the bytes of a hybrid's forest.npz, or of a graph's variables.npz.
        use: how a graph is used; None for other kinds.
        target: the values that a network predicts; None if it predicts classes.
    """

    kind: str
    architecture: str
    classes: ClassMap
    sources: tuple[Source, ...]
    payload: bytes
    training: dict[str, Any] = field(default_factory=dict)
    head: bytes = b""
    use: Optional[GraphUse] = None
    target: Optional[Target] = None

    @property
    def fingerprint(self) -> str:
        """Identifies the model in the maps made with it."""
        description = json.dumps(self.description(), sort_keys=True).encode()
        return hashlib.sha256(self.payload + self.head + description).hexdigest()[:16]

    @cached_property
    def answer(self) -> Answer:
        """Whether it predicts classes or values, and which."""
        return answer_of(self.classes, self.target)

    @classmethod
    def of_network(
        cls,
        network: Any,
        architecture: str,
        classes: ClassMap,
        sources: tuple[Source, ...],
        training: dict[str, Any],
        target: Optional[Target] = None,
    ) -> Model:
        """From a Keras network."""
        with workspace() as folder:
            path = os.path.join(folder, "network.keras")
            network.save(path)
            with open(path, "rb") as file:
                return cls(NETWORK, architecture, classes, sources, file.read(), training, target=target)

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

    @classmethod
    def of_graph(
        cls, graph: Graph, use: GraphUse, classes: ClassMap, sources: tuple[Source, ...], training: dict[str, Any]
    ) -> Model:
        """From a TensorFlow graph."""
        variables = graph.variables_to_bytes()
        return cls(GRAPH, "graph", classes, sources, graph.definition, training, variables, use)

    def graph(self) -> Graph:
        """The graph, not checked before it is loaded. Raises ModelFileError if it is damaged."""
        if self.use is None or len(self.use.inputs) != len(self.sources):
            raise ModelFileError(_UNFITTING)
        return Graph.from_bytes(self.payload, self.head)

    def network(self) -> Any:
        """The Keras network (keras.Model, not compiled), after checking that it holds only known layers.

        Raises:
            ModelFileError: the network is damaged or not safe to open.
        """
        network = open_network(self.payload)
        self._require_shapes([tuple(tensor.shape[1:]) for tensor in network.inputs])
        if self.kind == NETWORK:  # the classes of a hybrid are those of its forest
            self.require_classes(int(network.output_shape[-1]))
        return network

    def forest(self) -> Forest:
        """The forest. Raises ModelFileError if it is damaged."""
        forest = Forest.from_bytes(self.head if self.kind == HYBRID else self.payload)
        if self.kind == FOREST:
            self._require_values(forest.feature_count)
        self.require_classes(forest.share.shape[1])
        return forest

    def _require_shapes(self, shapes: Sequence[tuple[Optional[int], ...]]) -> None:
        """Compares the description with the network's inputs: (rows, columns, bands) of each source."""
        expected = [(s.patch_height, s.patch_width, len(s.bands)) for s in self.sources]
        fitting = len(shapes) == len(expected) and all(
            len(shape) == 3 and all(s in (None, e) for s, e in zip(shape, of_source))
            for shape, of_source in zip(shapes, expected)
        )
        if not fitting or any(source.neighborhood for source in self.sources):
            raise ModelFileError(_UNFITTING)

    def _require_values(self, count: int) -> None:
        """Compares the description with the number of values that the forest takes."""
        source = self.sources[0] if len(self.sources) == 1 else None
        sides = range(SMALLEST_SIDE, LARGEST_SIDE + 1) if source and source.neighborhood else (1,)
        if source is None or source.value_count != count or not {source.patch_width, source.patch_height} <= set(sides):
            raise ModelFileError(_UNFITTING)

    def require_classes(self, count: int) -> None:
        """Raises ModelFileError unless `count` is the number of classes, or of bands of the target."""
        if count != self.answer.count:
            raise ModelFileError(_UNFITTING)

    def description(self) -> dict[str, Any]:
        """The content of model.json."""
        return {
            "format": FORMAT_VERSION,
            "kind": self.kind,
            "architecture": self.architecture,
            "classes": self.classes.to_json(),
            "sources": [source.to_json() for source in self.sources],
            "training": self.training,
            **({"graph": self.use.to_json()} if self.use else {}),
            **({"target": self.target.to_json()} if self.target else {}),
        }


def save_model(path: str, model: Model, report: Optional[str] = None) -> None:
    """Writes the model file; `report` is the HTML of its training report.

    Raises:
        InputError: the name does not end in .rlmodel. OutputError: it cannot be written.
    """
    if not path.lower().endswith(".rlmodel"):
        raise InputError("A model file ends in .rlmodel, received “{path}”.", path=os.path.basename(path))
    with replacing(path) as (temporary,), zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", json.dumps(model.description(), indent=1))
        for entry, content in zip(_ENTRIES[model.kind], (model.payload, model.head)):
            archive.writestr(entry, content)
        if len(model.classes):
            archive.writestr("style.qml", _style(model.classes))
        if report is not None:
            archive.writestr("report.html", report)


def load_model(path: str) -> Model:
    """Reads a model file. Nothing in it is run, and the network is not opened yet.

    Raises:
        InputError: it is a model of another program.
        ModelFileError: it is not a model file, is damaged, of an unknown version, or has unexpected content.
    """
    name = os.path.basename(os.path.normpath(path))
    refuse_foreign(path, _WANTED)
    refuse_importable(path, _WANTED)
    try:
        with open_archive(path, Message("“{name}”", name=name)) as archive:
            if "model.json" not in archive.names:
                raise ModelFileError(
                    "“{name}” is not a RasterLearn model: it has no model.json. Expected a .rlmodel file.", name=name
                )
            try:
                description = parse_json(archive.read("model.json", MAXIMUM_JSON_BYTES))
            except ValueError as error:
                if isinstance(error, ModelFileError):
                    raise
                raise _damaged(name, error) from error
            return _from_description(description, archive, name)
    except FileNotFoundError as error:
        raise ModelFileError("The model file “{path}” was not found.", path=path) from error
    except OSError as error:
        raise ModelFileError(
            "“{name}” cannot be read: {reason}. Expected a .rlmodel file.", name=name, reason=error.strerror or error
        ) from error


def _from_description(description: Any, archive: Archive, name: str) -> Model:
    kind = description.get("kind") if isinstance(description, dict) else None
    if not isinstance(kind, str) or kind not in _ENTRIES:
        raise ModelFileError("“{name}” is not a RasterLearn model: its description is of an unknown kind.", name=name)
    version = description.get("format")
    if isinstance(version, bool) or version != FORMAT_VERSION:
        raise ModelFileError(
            "“{name}” has format version {version}; this RasterLearn reads version {supported}. Update "
            "RasterLearn, or train the model again.",
            name=name,
            version=shortened(version),
            supported=FORMAT_VERSION,
        )
    payloads, entries = _ENTRIES[kind], set(archive.names)
    allowed = {"model.json", *payloads} | _OPTIONAL_ENTRIES
    if not {"model.json", *payloads} <= entries <= allowed:
        different = shortened(", ".join(sorted(entries ^ allowed)))
        raise ModelFileError(
            "“{name}” holds unexpected files, or lacks some: {entries}. Do not use this file.",
            name=name,
            entries=different,
        )
    try:
        architecture = short_text(description["architecture"], Message("the architecture"))
        target = Target.from_json(description["target"]) if kind == NETWORK and "target" in description else None
        classes = ClassMap.from_json(description["classes"]) if target is None else ClassMap(())
        sources = tuple(
            Source.from_json(source)
            for source in a_list(description["sources"], 1, MAXIMUM_SOURCES, Message("the sources"))
        )
        training = description["training"]
        if not isinstance(training, dict):
            raise ValueError(Message("it does not tell how the model was trained"))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(name, error) from error
    use = GraphUse.from_json(description.get("graph")) if kind == GRAPH else None
    payload, *head = [archive.read(entry, MAXIMUM_BYTES) for entry in payloads]
    return Model(kind, architecture, classes, sources, payload, training, head[0] if head else b"", use, target)


def _damaged(name: str, error: Exception) -> ModelFileError:
    reason = Message("an entry is missing") if isinstance(error, KeyError) else reason_of(error)
    return ModelFileError(
        "The description in “{name}” is damaged: {reason:part}. Train the model again.", name=name, reason=reason
    )


def _style(classes: ClassMap) -> str:
    with workspace() as folder:
        path = os.path.join(folder, "style.qml")
        write_map_style(path, classes)
        with open(path, encoding="utf-8") as file:
            return file.read()
