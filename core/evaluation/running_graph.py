"""A checked TensorFlow graph in a session: evaluated, trained by its own operation, and its variables read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.plain_json import shortened
from ..model.graph_file import VARIABLE_HANDLES, VARIABLES, Graph


class RunningGraph:
    """A graph loaded into a session of its own on one device. Evaluation is thread-safe.

    Args:
        device: a TensorFlow device such as /GPU:0; by default TensorFlow chooses.
    Raises:
        ModelFileError: the graph is damaged, or holds an operation that is not allowed.
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
        """(variable, placeholder, operation): the operation assigns the placeholder's value to the variable."""
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
        """The shape of a tensor, None where it is not fixed. Raises InputError if not even its rank is known."""
        shape = self._tensor(tensor).shape
        if shape.rank is None:
            raise InputError(
                "The shape of the tensor “{tensor}” is not known. Choose another one.", tensor=shortened(tensor)
            )
        return tuple(shape)

    def count_of(self, tensor: str) -> Optional[int]:
        """How many images a tensor takes at a time; None for any number."""
        shape = self._tensor(tensor).shape
        return int(shape[0]) if shape.rank and shape[0] is not None else None

    def dtype_of(self, tensor: str) -> np.dtype:
        """The type of a tensor's numbers."""
        return np.dtype(self._tensor(tensor).dtype.as_numpy_dtype)

    def evaluate(self, tensors: Sequence[str], given: Mapping[str, Any]) -> list[np.ndarray]:
        """The values of tensors.

        Args:
            given: values of placeholders, by the names of their tensors; converted to the types of these.
        Raises:
            InputError: the graph cannot be evaluated with these. MemoryError: the device has too little memory.
        """
        feeds = {self._tensor(name): np.asarray(value, self.dtype_of(name)) for name, value in given.items()}
        return [np.asarray(value) for value in self._run([self._tensor(name) for name in tensors], feeds)]

    def carry_out(self, operations: Sequence[str], given: Mapping[str, Any]) -> None:
        """Runs operations, such as a training step. Raises the same errors as `evaluate`."""
        feeds = {self._tensor(name): np.asarray(value, self.dtype_of(name)) for name, value in given.items()}
        self._run([self._graph.get_operation_by_name(name) for name in operations], feeds)

    def variables(self) -> dict[str, np.ndarray]:
        """The current values of all variables."""
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
    """Session options that use as little GPU memory as possible."""
    import tensorflow as tf

    options = tf.compat.v1.ConfigProto(allow_soft_placement=True)
    options.gpu_options.allow_growth = True
    return options


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return shortened(lines[0]).rstrip(".")
