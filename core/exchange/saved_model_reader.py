"""Reading the signatures, graph and variables of TensorFlow SavedModels without running any part of them.

Which entry of the checkpoint belongs to which variable is derived from the connections of the operations that would
restore it (RestoreV2 -> AssignVariableOp); these operations themselves are not run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.archive import MAXIMUM_BYTES
from ..base.errors import InputError, ModelFileError
from ..base.messages import Message
from ..base.plain_json import MAXIMUM_JSON_BYTES, parse_json, reason_of
from ..model.graph_file import VARIABLES, Graph, needed_part, node_of, require_harmless
from .graph_walk import OwnTraining, Scores, own_training, scores_behind

GRAPH_ENTRY = "saved_model.pb"
DESCRIPTION = os.path.join("assets.extra", "rasterlearn.json")
_SERVE = "serve"
_PASSING = ("Identity", "IdentityN", "Cast", "Reshape")
_NEVER_LISTED = ("Assert", "PlaceholderWithDefault", *VARIABLES)
_MOST_LISTED = 60
_SAVER = "saver_filename"


@dataclass(frozen=True)
class TensorInfo:
    """A tensor of a graph.

    Attributes:
        name: such as `x:0`. dtype: TensorFlow's name of its type.
        shape: None for a side that is not fixed; None altogether if not even the rank is known.
    """

    name: str
    dtype: str
    shape: Optional[tuple[Optional[int], ...]]

    def describe(self) -> Message:
        """`x:0 (float32, ? × ? × ? × 4)`"""
        sides = [] if self.shape is None else ["?" if s is None else s for s in self.shape]
        if sides:
            return Message("{name} ({dtype}, {sides: × })", name=self.name, dtype=self.dtype, sides=sides)
        if self.shape is None:
            return Message("{name} ({dtype}, any shape)", name=self.name, dtype=self.dtype)
        return Message("{name} ({dtype}, one number)", name=self.name, dtype=self.dtype)


@dataclass(frozen=True)
class Signature:
    """Tensors that the author of a SavedModel named as inputs and outputs."""

    name: str
    inputs: dict[str, TensorInfo]
    outputs: dict[str, TensorInfo]


class SavedModel:
    """A SavedModel folder.

    Attributes:
        name: of the folder. signatures: in the author's order. made_with: the version of TensorFlow.
    Raises:
        InputError: there is no SavedModel in the folder. ModelFileError: it is damaged.
    """

    def __init__(self, folder: str):
        from google.protobuf.message import DecodeError
        from tensorflow.core.protobuf import saved_model_pb2

        self._folder, self.name = folder, os.path.basename(os.path.normpath(folder))
        path = os.path.join(folder, GRAPH_ENTRY)
        try:
            if os.path.getsize(path) > MAXIMUM_BYTES:
                raise ModelFileError(
                    "The graph of “{model}” is larger than {most:g} GB.", model=self.name, most=MAXIMUM_BYTES / 1e9
                )
            with open(path, "rb") as file:
                message = saved_model_pb2.SavedModel.FromString(file.read())
        except OSError as error:
            raise InputError(
                "“{folder}” is not a TensorFlow SavedModel: expected a folder with {entry}, but it cannot be "
                "read ({reason}).",
                folder=folder,
                entry=GRAPH_ENTRY,
                reason=error.strerror,
            ) from error
        except (DecodeError, RuntimeError) as error:
            raise ModelFileError(
                "The SavedModel “{model}” is damaged: {reason}. Export it again.",
                model=self.name,
                reason=reason_of(error),
            ) from error
        graphs = list(message.meta_graphs)
        serving = [graph for graph in graphs if _SERVE in graph.meta_info_def.tags]
        if not graphs:
            raise ModelFileError("The SavedModel “{model}” holds no graph. Export it again.", model=self.name)
        meta = (serving or graphs)[0]
        self._definition = meta.graph_def
        self._nodes = {node.name: node for node in self._definition.node}
        self.made_with = meta.meta_info_def.tensorflow_version or ""
        self.signatures = [
            Signature(name, _infos(signature.inputs), _infos(signature.outputs))
            for name, signature in meta.signature_def.items()
            if signature.outputs and not name.startswith("__")
        ]

    def description(self) -> Any:
        """RasterLearn's description in a SavedModel that it exported, as plain values; None in others.

        Raises:
            ModelFileError: it is damaged.
        """
        path = os.path.join(self._folder, DESCRIPTION)
        if not os.path.isfile(path):
            return None
        try:
            if os.path.getsize(path) > MAXIMUM_JSON_BYTES:
                raise ValueError(Message("it is too large"))
            with open(path, "rb") as file:
                return parse_json(file.read())
        except (OSError, ValueError, RecursionError) as error:
            raise ModelFileError(
                "The description {file} of “{model}” is damaged: {reason}. Export the model again, or delete "
                "that file.",
                file=DESCRIPTION,
                model=self.name,
                reason=reason_of(error),
            ) from error

    def describe(self) -> list[Message]:
        """The signatures, inputs and outputs to choose from, line by line."""
        version = self.made_with or Message("an unknown version")
        lines = [Message("SavedModel “{name}”, made with TensorFlow {version}.", name=self.name, version=version)]
        for signature in self.signatures:
            lines.append(Message("Signature “{name}”:", name=signature.name))
            for alias, info in signature.inputs.items():
                lines.append(Message("  input {name}: {tensor}", name=alias, tensor=info.describe()))
            for alias, info in signature.outputs.items():
                lines.append(Message("  output {name}: {tensor}", name=alias, tensor=info.describe()))
        placeholders = [node.name for node in self._definition.node if node.op.startswith("Placeholder")]
        lines.append(Message("Placeholders: {names}.", names=_listed(placeholders)))
        top = [node for node in self._definition.node if "/" not in node.name and node.input]
        tensors = [node.name for node in top if node.op not in (*_NEVER_LISTED, "NoOp")]
        lines.append(Message("Other tensors: {names}.", names=_listed(tensors)))
        silent = [node.name for node in top if node.op == "NoOp"]
        lines.append(Message("Operations without a result: {names}.", names=_listed(silent)))
        return lines + self._hints()

    def _hints(self) -> list[Message]:
        """What an import would find by itself: scores behind classes, and the training operation."""
        outputs = {alias: info for signature in self.signatures for alias, info in signature.outputs.items()}
        lines = []
        for alias, info in outputs.items():
            scores = self.scores_behind(info.name)
            if scores is not None:
                name = node_of(scores.name)
                lines.append(
                    Message("“{output}” is the index of the largest score in {scores}.", output=alias, scores=name)
                )
        training = self.own_training([info.name for info in outputs.values()])
        if training is not None:
            lines.append(
                Message(
                    "Its training operation is {target} ({p:targets}), its labels are {labels} ({p:labels_tensor}).",
                    target=training.target,
                    labels=training.labels,
                )
            )
        return lines

    @property
    def has_images(self) -> bool:
        """Whether there are tensors that an image could be given to, if only someone told which."""
        names = [node.name for node in self._definition.node if node.op in ("Placeholder", "PlaceholderV2")]
        return any(name != _SAVER for name in names)

    def scores_behind(self, tensor: str) -> Optional[Scores]:
        """The scores behind an output of class indices; None if it is not known to be one."""
        return scores_behind(self._nodes, tensor)

    def own_training(self, outputs: Sequence[str]) -> Optional[OwnTraining]:
        """How the graph trains itself, if that is clear; `outputs` do not depend on its labels."""
        return own_training(self._nodes, outputs)

    def signature(self, name: Optional[str] = None) -> Optional[Signature]:
        """The signature of a name; without a name the default or the only one, None if there are none.

        Raises:
            InputError: there is no signature of this name, or the choice is ambiguous.
        """
        known = {signature.name: signature for signature in self.signatures}
        if name:
            if name not in known:
                raise InputError(
                    "“{model}” has no signature “{name}”; it has {known}.",
                    model=self.name,
                    name=name,
                    known=known or Message("none"),
                )
            return known[name]
        if len(known) > 1 and "serving_default" not in known:
            raise InputError(
                "“{model}” has several signatures: {known}. Choose one with {p:signature}.",
                model=self.name,
                known=known,
            )
        return known.get("serving_default") or next(iter(known.values()), None)

    def tensor(self, name: str, signature: Optional[Signature]) -> TensorInfo:
        """The tensor that a name refers to: in the signature, of a tensor, or of a node (its first output).

        Raises:
            InputError: there is no such tensor.
        """
        if signature:
            for tensors in (signature.inputs, signature.outputs):
                if name in tensors:
                    return tensors[name]
        node, _, number = name.partition(":")
        if node not in self._nodes or (number and not number.isdigit()):
            raise InputError(
                "“{model}” has no tensor “{name}”. Give one of those that importmodel lists without {p:output}.",
                model=self.name,
                name=name,
            )
        full = f"{node}:{number or 0}"
        if signature:
            for info in (*signature.inputs.values(), *signature.outputs.values()):
                if info.name == full:
                    return info
        attributes = self._nodes[node].attr
        dtype = attributes["dtype"].type or attributes["T"].type
        shape = attributes["shape"].shape if attributes["shape"].HasField("shape") else None
        return TensorInfo(full, _type_name(dtype), _sides(shape))

    def node(self, name: str) -> str:
        """The name of an operation, such as a training step. Raises InputError if it does not exist."""
        if node_of(name) not in self._nodes:
            raise InputError(
                "“{model}” has no operation “{name}”. Give one of those that importmodel lists without {p:output}.",
                model=self.name,
                name=name,
            )
        return node_of(name)

    def graph(self, wanted: Sequence[str]) -> Graph:
        """The part of the graph that the wanted tensors and operations need, with the values of its variables.

        Raises:
            ModelFileError: it is damaged, or holds an operation that is not allowed.
        """
        part = needed_part(self._definition, [node_of(name) for name in wanted])
        require_harmless(part)
        variables = [node.name for node in part.node if node.op in VARIABLES]
        return Graph(part.SerializeToString(deterministic=True), self._values(variables))

    def _values(self, variables: Sequence[str]) -> dict[str, np.ndarray]:
        """The values of variables, read from the checkpoint."""
        import tensorflow as tf

        if not variables:
            return {}
        restored = dict(self._restored())
        prefix = os.path.join(self._folder, "variables", "variables")
        try:
            reader = tf.train.load_checkpoint(prefix)
            shapes = reader.get_variable_to_shape_map()
            entries = {name: restored.get(name, name) for name in variables}
            missing = [name for name, entry in entries.items() if entry not in shapes]
            if missing:
                raise ModelFileError(
                    "The SavedModel “{model}” has no value for the variable “{variable}”. Export it again.",
                    model=self.name,
                    variable=missing[0],
                )
            total = sum(8 * int(np.prod(shapes[entry])) for entry in entries.values())
            if total > MAXIMUM_BYTES:
                raise ModelFileError(
                    "The variables of “{model}” take {size:.1f} GB; that is too much.",
                    model=self.name,
                    size=total / 1e9,
                )
            return {name: np.asarray(reader.get_tensor(entry)) for name, entry in entries.items()}
        except (tf.errors.OpError, ValueError, RuntimeError, TypeError, IndexError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise ModelFileError(
                "The variables of the SavedModel “{model}” are damaged or missing: {reason}. Export it again.",
                model=self.name,
                reason=reason_of(error),
            ) from error

    def _restored(self) -> Iterator[tuple[str, str]]:
        """(variable, entry of the checkpoint), as far as the graph reveals."""
        yield from _restored_in(self._nodes, {})
        functions = {f.signature.name: f for f in self._definition.library.function}
        for node in self._definition.node:
            function = functions.get(node.attr["f"].func.name) if "f" in node.attr else None
            if function is not None:
                given = dict(zip((argument.name for argument in function.signature.input_arg), node.input))
                yield from _restored_in({inner.name: inner for inner in function.node_def}, given)


def _restored_in(nodes: dict[str, Any], given: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(variable, entry of the checkpoint) for the assignments in a graph, or in a function with these arguments."""
    for node in nodes.values():
        if node.op not in ("Assign", "AssignVariableOp") or len(node.input) < 2:
            continue
        source, number = _source_of(node.input[1], nodes)
        if source is None or source.op != "RestoreV2" or len(source.input) < 2:
            continue
        names = nodes.get(node_of(source.input[1]))
        if names is not None and names.op == "Const":
            entries = names.attr["value"].tensor.string_val
            target = node_of(node.input[0])
            if number < len(entries):
                yield node_of(given.get(target, target)), entries[number].decode("utf-8", "replace")


def _source_of(tensor: str, nodes: dict[str, Any]) -> tuple[Any, int]:
    """The node, and the index of its output, that a tensor is passed on from unchanged."""
    for _ in range(len(nodes) + 1):
        node = nodes.get(node_of(tensor))
        if node is None or node.op not in _PASSING or not node.input:
            number = tensor.rsplit(":", 1)[-1] if ":" in tensor else "0"
            return node, int(number) if number.isdigit() else 0
        tensor = node.input[0]
    return None, 0


def _listed(names: Sequence[str]) -> Message:
    if not names:
        return Message("none")
    shown, more = names[:_MOST_LISTED], len(names) - _MOST_LISTED
    return Message("{names} and {count} more", names=shown, count=more) if more > 0 else Message("{names}", names=shown)


def _infos(tensors: Any) -> dict[str, TensorInfo]:
    return {
        alias: TensorInfo(tensor.name, _type_name(tensor.dtype), _sides(tensor.tensor_shape))
        for alias, tensor in sorted(tensors.items())
        if tensor.name
    }


def _type_name(dtype: int) -> str:
    import tensorflow as tf

    try:
        return str(tf.dtypes.DType(dtype).name)
    except (TypeError, KeyError):
        return "unknown"


def _sides(shape: Any) -> Optional[tuple[Optional[int], ...]]:
    if shape is None or shape.unknown_rank:
        return None
    return tuple(None if side.size < 0 else int(side.size) for side in shape.dim)
