"""The evaluator of a model, chosen by its kind: network, forest, hybrid or imported graph."""

from __future__ import annotations

from collections.abc import Callable

from ..model.model_file import FOREST, GRAPH, HYBRID, NETWORK, Model
from .forest_evaluators import ForestEvaluator, HybridEvaluator
from .graph_evaluator import GraphEvaluator
from .model_evaluator import ModelEvaluator
from .network_evaluator import NetworkEvaluator

_EVALUATORS: dict[str, Callable[[Model], ModelEvaluator]] = {
    NETWORK: NetworkEvaluator,
    FOREST: ForestEvaluator,
    HYBRID: HybridEvaluator,
    GRAPH: GraphEvaluator,
}


def evaluator_of(model: Model) -> ModelEvaluator:
    """The evaluator for a model's kind; nothing else distinguishes kinds. The payload is opened when it is needed."""
    return _EVALUATORS[model.kind](model)
