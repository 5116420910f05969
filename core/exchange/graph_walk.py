"""What stands behind the tensors of a graph: the scores of its classes, the images they depend on, its training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..model.graph_file import node_of

_SAME_CELLS = ("Identity", "Cast", "ExpandDims", "Squeeze", "StopGradient", "Reshape")
_SOME_CELLS = ("StridedSlice", "Slice")


@dataclass(frozen=True)
class Scores:
    """The scores that an output is the index of the largest of.

    Attributes:
        name: of their tensor. axis: of the classes. has_same_cells: whether the output has an index for each of them.
    """

    name: str
    axis: int
    has_same_cells: bool


@dataclass(frozen=True)
class OwnTraining:
    """How a graph trains itself.

    Attributes:
        target: name of the operation. labels: of the placeholder for the labels.
    """

    target: str
    labels: str


def scores_behind(nodes: Mapping[str, Any], tensor: str) -> Optional[Scores]:
    """The scores behind an output of class indices; None if it is not known to be one.

    Args:
        nodes: NodeDef messages by name.
    """
    same = True
    for _ in range(len(nodes)):
        node = nodes.get(node_of(tensor))
        if node is None or not node.input:
            return None
        if node.op == "ArgMax":
            axis = _constant(nodes.get(node_of(node.input[1])))
            name = _before_softmax(nodes, _full(node.input[0]))
            return None if axis is None else Scores(name, int(axis), same)
        if node.op not in (*_SAME_CELLS, *_SOME_CELLS):
            return None
        same = same and node.op in _SAME_CELLS
        tensor = node.input[0]
    return None


def nodes_behind(nodes: Mapping[str, Any], wanted: Iterable[str]) -> set[str]:
    """Names of the nodes that tensors or operations depend on, themselves included."""
    waiting, seen = [node_of(name) for name in wanted], set()
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in seen:
            seen.add(name)
            waiting += [node_of(tensor) for tensor in nodes[name].input]
    return seen


def own_training(nodes: Mapping[str, Any], outputs: Sequence[str]) -> Optional[OwnTraining]:
    """How a graph trains itself, if there is only one operation and one tensor of labels for that.

    Args:
        outputs: tensors that do not depend on the labels.
    """
    inner = {node_of(tensor) for node in nodes.values() for tensor in node.input}
    training = [name for name, node in nodes.items() if node.op == "NoOp" and name not in inner]
    training += [name for name, node in nodes.items() if node.op.startswith("Assign") and name not in inner]
    found = []
    for name in training:
        behind = nodes_behind(nodes, [name])
        if any("Apply" in nodes[n].op for n in behind):
            found.append((name, behind))
    if len(found) != 1:
        return None
    name, behind = found[0]
    of_outputs = nodes_behind(nodes, outputs)
    labels = [n for n in behind - of_outputs if nodes[n].op in ("Placeholder", "PlaceholderV2")]
    return OwnTraining(name, labels[0]) if len(labels) == 1 else None


def _before_softmax(nodes: Mapping[str, Any], tensor: str) -> str:
    """The tensor itself, or what it is the softmax of, which has the same order."""
    node = nodes.get(node_of(tensor))
    while node is not None and node.op == "Identity":
        node = nodes.get(node_of(node.input[0]))
    return _full(node.input[0]) if node is not None and node.op == "Softmax" else tensor


def _full(tensor: str) -> str:
    return tensor if ":" in tensor else f"{tensor}:0"


def _constant(node: Any) -> Optional[int]:
    """The value of a constant of a single whole number; None for others."""
    import tensorflow as tf

    if node is None or node.op != "Const":
        return None
    value = np.asarray(tf.make_ndarray(node.attr["value"].tensor))
    return int(value) if value.size == 1 and value.dtype.kind == "i" else None
