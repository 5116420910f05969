"""Evaluators of forests: on pixel values, on their neighborhoods, or on the features of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from ..base.devices import Devices
from ..base.errors import InputError, ModelFileError
from ..base.map_results import Needs
from ..base.progress import Progress
from ..images.neighborhood import BYTES_PER_NUMBER, with_statistics
from ..model.forest import Forest
from ..model.model_file import Model
from .model_evaluator import ModelEvaluator, started
from .network_evaluator import PixelRequest, guarded, pixels_of_network, require_one_class
from .network_geometry import Field
from .patch_scores import PatchScores, followed_by, scores_of_forest, scores_of_network
from .predictors import Evaluation
from .rewritten_network import up_to_features
from .view import Predict, View

FOREST_BYTES_PER_PIXEL = 600  # ranks, keys and probabilities of a block


class _ForestBased(ModelEvaluator):
    """What all models share whose classes a forest predicts."""

    trains_itself = False

    def network_to_export(self) -> Any:
        raise InputError(
            "A model of the kind “{kind}” cannot be exported as a SavedModel or ONNX file: its classes are "
            "decided by a Random Forest, which is no network. Export a network, or describe the model with STAC.",
            kind=self.model.kind,
        )


@dataclass(frozen=True)
class ForestEvaluator(_ForestBased):
    """A forest on the values of pixels."""

    model: Model
    framework = "scikit-learn"
    library = "sklearn"
    has_features = False

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        if needs is Needs.FEATURES:
            raise InputError("A Random Forest has no features. Give a network, or another {p:result}.")
        forest, source, cpu = self.model.forest(), self.model.sources[0], Devices(("/CPU:0",), "CPU")
        height, width = source.patch_height, source.patch_width

        def of_pixels(views: Sequence[View]) -> np.ndarray:
            return forest.predict(views[0].pixels)

        def of_neighborhoods(views: Sequence[View]) -> np.ndarray:
            return forest.predict(with_statistics(views[0].pixels, height, width))

        memory = FOREST_BYTES_PER_PIXEL
        if source.neighborhood:
            progress.info(
                "Mean and standard deviation of {width} × {height} pixels are computed with the map.",
                width=width,
                height=height,
            )
            memory += BYTES_PER_NUMBER + 4 * source.value_count
        predict: Predict = of_neighborhoods if source.neighborhood else of_pixels
        rows, columns, channels = Field.of_patch(height), Field.of_patch(width), len(self.model.classes)
        return Evaluation(rows, columns, lambda on_map_grid: [predict], cpu, memory, channels)

    def patches(self, name: str) -> PatchScores:
        return scores_of_forest(self.model.forest(), self.model.sources[0])

    def weight_count(self) -> Optional[int]:
        return None


@dataclass(frozen=True)
class HybridEvaluator(_ForestBased):
    """A forest on the features of a network."""

    model: Model
    framework = "Keras"
    library = "keras"
    has_features = True

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        forest = None if needs is Needs.FEATURES else self.model.forest()
        devices = started(device, progress)
        network = up_to_features(self.model.network())
        evaluation = pixels_of_network(network, self.model.sources, PixelRequest(False, mode, devices, progress))
        return guarded(evaluation if forest is None else _followed_by(forest, evaluation))

    def patches(self, name: str) -> PatchScores:
        network = require_one_class(up_to_features(self.model.network()), name)
        return followed_by(self.model.forest(), scores_of_network(network))


def _followed_by(forest: Forest, evaluation: Evaluation) -> Evaluation:
    """The evaluation of a network's features, followed by a forest on them."""
    if forest.feature_count != evaluation.channels:
        raise ModelFileError(
            "The model file is damaged: its forest needs {forest} features, its network has {network}.",
            forest=forest.feature_count,
            network=evaluation.channels,
        )

    def joined(features: Predict) -> Predict:
        return lambda views: forest.predict(features(views))

    memory = evaluation.bytes_per_pixel + FOREST_BYTES_PER_PIXEL + 4 * forest.feature_count
    predicts, channels = evaluation.predicts, forest.share.shape[1]
    return replace(
        evaluation,
        predicts=lambda same: [joined(p) for p in predicts(same)],
        bytes_per_pixel=memory,
        channels=channels,
    )
