"""A checked TensorFlow graph at work: it is shown images, trained by its own operation, and asked for its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.plain_json import shortened
from ..model.graph_file import VARIABLE_HANDLES, VARIABLES, Graph


class RunningGraph:
    """A graph loaded into a session of its own on one device. Several threads may evaluate it at once.

    Args:
        device: of TensorFlow, such as /GPU:0; its own choice by default.
    Raises:
        ModelFileError: the graph is damaged, or holds an operation that is not run.
        InputError: TensorFlow cannot load it.
    """

    def __init__(self, graph: Graph, device: str = ""):
        import tensorflow as tf

        definition = graph.checked_definition()
        self._graph = tf.Graph()
        self._variables: dict[str, Any] = {}
        with self._graph.as_default(), tf.device(device or None):
            try:
                tf.import_graph_def(definition, name="")
            except (ValueError, TypeError, KeyError, tf.errors.OpError) as error:
                raise InputError(
                    "TensorFlow cannot load the graph in the model file: {reason}.", reason=_first_line(error)
                ) from error
            assignments = [self._assignment(node) for node in definition.node if node.op in VARIABLES]
            self._session = tf.compat.v1.Session(config=_options())
        for name, placeholder, operation in assignments:
            self._run(operation, {placeholder: graph.variables[name]})

    def _assignment(self, node: Any) -> tuple[str, Any, Any]:
        """(variable, placeholder, operation) that gives a variable its value."""
        import tensorflow as tf

        variable = self._graph.get_tensor_by_name(f"{node.name}:0")
        value = tf.compat.v1.placeholder(tf.dtypes.DType(node.attr["dtype"].type))
        if node.op in VARIABLE_HANDLES:
            operation = tf.raw_ops.AssignVariableOp(resource=variable, value=value)
            self._variables[node.name] = tf.raw_ops.ReadVariableOp(resource=variable, dtype=value.dtype)
        else:
            operation = tf.raw_ops.Assign(ref=variable, value=value, validate_shape=True).op
            self._variables[node.name] = variable
        return node.name, value, operation

    def shape_of(self, tensor: str) -> tuple[Any, ...]:
        """Sides of a tensor, None where they are not fixed. Raises InputError if not even their number is known."""
        shape = self._tensor(tensor).shape
        if shape.rank is None:
            raise InputError(
                "The shape of the tensor “{tensor}” is not known. Choose another one.", tensor=shortened(tensor)
            )
        return tuple(shape)

    def dtype_of(self, tensor: str) -> np.dtype:
        """Type of a tensor's numbers."""
        return np.dtype(self._tensor(tensor).dtype.as_numpy_dtype)

    def evaluate(self, tensors: Sequence[str], given: Mapping[str, Any]) -> list[np.ndarray]:
        """The values of tensors.

        Args:
            given: values of placeholders, by the names of their tensors; turned into the type that these want.
        Raises:
            InputError: the graph cannot be evaluated with these. MemoryError: it does not fit into the device.
        """
        feeds = {self._tensor(name): np.asarray(value, self.dtype_of(name)) for name, value in given.items()}
        return [np.asarray(value) for value in self._run([self._tensor(name) for name in tensors], feeds)]

    def carry_out(self, operations: Sequence[str], given: Mapping[str, Any]) -> None:
        """Runs operations, such as a training step. Raises as `evaluate`."""
        feeds = {self._tensor(name): np.asarray(value, self.dtype_of(name)) for name, value in given.items()}
        self._run([self._graph.get_operation_by_name(name) for name in operations], feeds)

    def variables(self) -> dict[str, np.ndarray]:
        """The values of all variables now."""
        names = list(self._variables)
        return dict(zip(names, self._run([self._variables[name] for name in names], {})))

    def _tensor(self, name: str) -> Any:
        try:
            return self._graph.get_tensor_by_name(name)
        except (KeyError, ValueError) as error:
            raise InputError(
                "The graph in the model file has no tensor “{name}”. Import the model again.", name=shortened(name)
            ) from error

    def _run(self, fetches: Any, feeds: dict[Any, Any]) -> Any:
        import tensorflow as tf

        try:
            return self._session.run(fetches, feeds)
        except tf.errors.ResourceExhaustedError as error:
            raise MemoryError(_first_line(error)) from error
        except (tf.errors.OpError, ValueError, TypeError) as error:
            raise InputError(
                "The graph of the model cannot be evaluated: {reason}. Check the names of its inputs and "
                "outputs, the values of its placeholders, and its receptive field.",
                reason=_first_line(error),
            ) from error


def _options() -> Any:
    """As little memory of a GPU as possible, and no functions that TensorFlow would swap for others."""
    import tensorflow as tf

    options = tf.compat.v1.ConfigProto(allow_soft_placement=True)
    options.gpu_options.allow_growth = True
    return options


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return shortened(lines[0]).rstrip(".")
