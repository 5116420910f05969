"""How networks, forests, both together and imported graphs are evaluated: one evaluator for each kind of model."""

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
    """The only place that asks of which kind a model is. What is in its file is opened by what is asked of it."""
    return _EVALUATORS[model.kind](model)
