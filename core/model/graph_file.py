"""TensorFlow graphs from untrusted files: reduced to what the requested outputs need, and checked before they run.

A graph is a program. Some of TensorFlow's operations read and write files, call Python or load libraries, so an
untrusted graph is safe to run only if each operation in it is known to compute numbers from numbers. Any operation that
is not on the list of `graph_operations` is refused by name, in the graph itself and in all functions that it calls.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.archive import MAXIMUM_BYTES
from ..base.errors import ModelFileError
from ..base.messages import Message
from ..base.plain_json import parse_json, reason_of, shortened
from .graph_operations import ALLOWED_OPERATIONS, bytes_of_constants, damaged, require_sound
from .npz_arrays import read_npz

VARIABLE_HANDLES = ("VarHandleOp",)
VARIABLES = (*VARIABLE_HANDLES, "Variable", "VariableV2")

MAXIMUM_NODES = 200_000  # each call of a function counts all nodes of the function
_TOO_LARGE = Message("The graph in the model file is too large")


@dataclass(frozen=True)
class Graph:
    """A TensorFlow graph and the values of its variables.

    Attributes:
        definition: a serialized GraphDef message. Nothing in it is run before `checked_definition` has passed.
        variables: value of each variable, by the name of its node.
    """

    definition: bytes
    variables: dict[str, np.ndarray]

    def variables_to_bytes(self) -> bytes:
        """The variables as plain arrays (npz): their names as UTF-8 JSON, and their values v0, v1 … in this order."""
        buffer, names = io.BytesIO(), sorted(self.variables)
        text = np.frombuffer(json.dumps(names).encode(), np.uint8)
        values = {f"v{i}": self.variables[name] for i, name in enumerate(names)}
        np.savez_compressed(buffer, names=text, **values)  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, definition: bytes, variables: bytes) -> Graph:
        """A graph from its `definition` and the result of `variables_to_bytes`; never unpickles.

        Raises:
            ModelFileError: the variables are damaged.
        """
        try:
            arrays = read_npz(variables, Message("the variables in the model file"))
            names = parse_json(arrays.pop("names").tobytes())
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise ValueError(Message("their names are no list of names"))
            values = {name: arrays[f"v{i}"] for i, name in enumerate(names)}
            if len(values) != len(arrays):
                raise ValueError(Message("there are more of them than names"))
        except (KeyError, ValueError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise ModelFileError(
                "The variables in the model file are damaged: {reason}. Import the model again.",
                reason=reason_of(error),
            ) from error
        return cls(definition, values)

    def checked_definition(self) -> Any:
        """The GraphDef message (tf.compat.v1.GraphDef), after checking that it holds only known operations.

        Raises:
            ModelFileError: it is damaged, does not fit the variables, or holds an operation that is not on the list.
        """
        definition = parsed(self.definition)
        require_harmless(definition)
        for node in definition.node:
            if node.op in VARIABLES:
                self._require_variable(node)
        return definition

    def _require_variable(self, node: Any) -> None:
        import tensorflow as tf

        value = self.variables.get(node.name)
        if value is None:
            raise ModelFileError(
                "The model file is damaged: its variable “{name}” has no value. Import it again.",
                name=shortened(node.name),
            )
        try:
            expected = tf.TensorShape(node.attr["shape"].shape)
            wanted = tf.dtypes.DType(node.attr["dtype"].type)
        except (TypeError, ValueError, KeyError) as error:
            raise damaged(Message("its variable “{name}”", name=shortened(node.name))) from error
        if not expected.is_compatible_with(value.shape) or wanted.base_dtype != tf.as_dtype(value.dtype):
            raise ModelFileError(
                "The model file is damaged: its variable “{name}” is {dtype} of shape {shape}; the graph expects "
                "{expected_dtype} of shape {expected_shape}. Import the model again.",
                name=shortened(node.name),
                dtype=value.dtype,
                shape=str(value.shape),
                expected_dtype=wanted.name,
                expected_shape=str(expected),
            )


def parsed(definition: bytes) -> Any:
    """The GraphDef message in these bytes. Raises ModelFileError if they are not one."""
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        return tf.compat.v1.GraphDef.FromString(definition)
    except (DecodeError, RuntimeError) as error:
        raise damaged(shortened(error)) from error


def needed_part(definition: Any, wanted: Iterable[str]) -> Any:
    """The part of a graph that the wanted nodes need, with the functions it calls, without devices and hints.

    Args:
        definition: a GraphDef message. wanted: names of nodes.
    Raises:
        ModelFileError: a node is missing.
    """
    nodes = {node.name: node for node in definition.node}
    waiting, seen = list(wanted), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        if name not in nodes:
            raise damaged(Message("it has no node “{name}”", name=shortened(name)))
        seen.add(name)
        waiting += [node_of(tensor) for tensor in nodes[name].input]
    part = type(definition)()
    part.versions.CopyFrom(definition.versions)
    part.node.extend(node for node in definition.node if node.name in seen)
    functions = {function.signature.name: function for function in definition.library.function}
    calls = [call for node in part.node for call in _calls_of(node, functions)]
    called: dict[str, Any] = {}
    while calls:
        name = calls.pop()
        if name not in called and name in functions:  # a missing one is refused by require_harmless
            called[name] = functions[name]
            calls += [call for node in functions[name].node_def for call in _calls_of(node, functions)]
    part.library.function.extend(called.values())
    for function in part.library.function:
        function.ClearField("attr")
        function.ClearField("arg_attr")
    for node in _all_nodes(part):
        node.device = ""
        for name in [name for name in node.attr if name.startswith("_")]:  # colocation, compilation, shapes
            del node.attr[name]
    return part


def require_harmless(definition: Any) -> None:
    """Raises ModelFileError unless all operations of a GraphDef message and of its functions are on the list."""
    functions = {function.signature.name: function for function in definition.library.function}
    if len(functions) < len(definition.library.function) or set(functions) & ALLOWED_OPERATIONS:
        raise damaged(Message("a function has the name of something else"))
    if definition.library.gradient or definition.library.registered_gradients:
        raise ModelFileError("The graph in the model file brings gradients of its own, which RasterLearn does not run.")
    if any(function.attr or function.arg_attr for function in definition.library.function):
        raise damaged(Message("a function has hints of its own"))
    constants = 0
    for node in _all_nodes(definition):
        if node.op not in ALLOWED_OPERATIONS and node.op not in functions:
            raise ModelFileError(
                "The graph in the model file contains the operation {operation} (“{name}”), which RasterLearn "
                "does not run: it is not one of those known to be safe. Choose other inputs and outputs, or "
                "export the model without it.",
                operation=shortened(node.op),
                name=shortened(node.name),
            )
        for name in node.attr:
            if name.startswith("_"):
                raise damaged(Message("“{node}” has the hint {hint}", node=shortened(node.name), hint=shortened(name)))
        if node.op in ALLOWED_OPERATIONS:
            require_sound(node)
        constants += bytes_of_constants(node)
        if constants > MAXIMUM_BYTES:
            raise ModelFileError(
                "{too_large}: its constants take more than {most:g} GB.", too_large=_TOO_LARGE, most=MAXIMUM_BYTES / 1e9
            )
        for call in _calls_of(node, functions):
            if call not in functions:
                raise damaged(Message("it has no function “{function}”", function=shortened(call)))
    _require_few_nodes(definition, functions)


def node_of(tensor: str) -> str:
    """The node of a tensor (`node`, `node:1`, in functions `node:out:0`) or of a control input (`^node`)."""
    return tensor.lstrip("^").split(":")[0]


def _all_nodes(definition: Any) -> Iterator[Any]:
    yield from definition.node
    for function in definition.library.function:
        yield from function.node_def


def _calls_of(node: Any, functions: dict[str, Any]) -> Sequence[str]:
    """Names of the functions that any attribute of a node refers to."""
    calls = [node.op] if node.op in functions else []
    for value in node.attr.values():
        if value.HasField("func"):
            calls.append(value.func.name)
        calls += [function.name for function in value.list.func]
    return calls


def _require_few_nodes(definition: Any, functions: dict[str, Any]) -> None:
    """Raises ModelFileError if functions call themselves, or if all their calls add up to too many nodes."""
    sizes: dict[str, int] = {}

    def size_of(name: str, callers: tuple[str, ...]) -> int:
        if name in callers:
            raise damaged(Message("its function “{function}” calls itself", function=shortened(name)))
        if len(callers) > 50:
            raise ModelFileError("{too_large}: its functions are nested more than 50 deep.", too_large=_TOO_LARGE)
        if name not in sizes:
            sizes[name] = total(functions[name].node_def, (*callers, name))
        return sizes[name]

    def total(nodes: Any, callers: tuple[str, ...]) -> int:
        return sum(1 + sum(size_of(call, callers) for call in _calls_of(node, functions)) for node in nodes)

    if total(definition.node, ()) > MAXIMUM_NODES:
        raise ModelFileError(
            "{too_large}: it has more than {most} operations.", too_large=_TOO_LARGE, most=MAXIMUM_NODES
        )
