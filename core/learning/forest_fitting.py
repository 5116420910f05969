"""Fitting a Random Forest with scikit-learn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base import limits
from ..base.messages import Message
from ..model.forest import Forest
from ..raster.classes import ClassMap
from ..samples.places import Places


def usual_features(count: int) -> int:
    """How many of `count` features a split tries by default: their square root, as in scikit-learn."""
    return max(1, math.isqrt(count))


@dataclass(frozen=True)
class ForestSettings:
    """How trees grow: maximum depth (0: unlimited), samples per leaf, features tried at each split (0: the default)."""

    max_depth: int = 0
    min_samples_leaf: int = 1
    max_features: int = 0

    def describe(self) -> Message:
        """For the log and the report."""
        return Message(
            "depth {depth}, {samples} sample(s) per leaf, {features} feature(s) per split",
            depth=self.max_depth or Message("unlimited"),
            samples=self.min_samples_leaf,
            features=self.max_features,
        )


@dataclass(frozen=True)
class ForestTable:
    """Samples in the form that a forest is trained on.

    Attributes:
        values: features (n, f) float32. labels: class indices (n,). places: of the samples, if known.
    """

    values: np.ndarray
    labels: np.ndarray
    classes: ClassMap
    places: Optional[Places] = None


def fit_forest(
    samples: np.ndarray,
    labels: np.ndarray,
    class_count: int,
    trees: int = 100,
    settings: Optional[ForestSettings] = None,
    seed: int = 0,
) -> Forest:
    """Trains a Random Forest.

    Args:
        samples: (n, f) float32. labels: class indices (n,).
    """
    from sklearn.ensemble import RandomForestClassifier

    settings = settings or ForestSettings()
    classifier = RandomForestClassifier(
        trees,
        max_depth=settings.max_depth or None,
        min_samples_leaf=settings.min_samples_leaf,
        max_features=settings.max_features or usual_features(samples.shape[1]),
        random_state=seed,
        n_jobs=limits.processors(),
    )
    classifier.fit(samples, labels)
    parts: dict[str, list[np.ndarray]] = {"feature": [], "threshold": [], "left": [], "right": [], "share": []}
    roots, offset = [], 0
    for estimator in classifier.estimators_:
        tree = estimator.tree_
        numbers = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        parts["feature"].append(np.where(leaf, 0, tree.feature))
        parts["threshold"].append(tree.threshold)
        parts["left"].append(np.where(leaf, numbers, tree.children_left) + offset)
        parts["right"].append(np.where(leaf, numbers, tree.children_right) + offset)
        share = np.zeros((tree.node_count, class_count))
        share[:, classifier.classes_] = tree.value[:, 0] / tree.value[:, 0].sum(axis=1, keepdims=True)
        parts["share"].append(share)
        roots.append(offset)
        offset += tree.node_count
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    return Forest(
        np.array(roots, np.int32),
        joined["feature"].astype(np.int32),
        joined["threshold"].astype(np.float64),
        joined["left"].astype(np.int32),
        joined["right"].astype(np.int32),
        joined["share"].astype(np.float32),
        samples.shape[1],
    )
