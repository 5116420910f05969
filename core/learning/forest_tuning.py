"""Tuning: the settings of a Random Forest chosen by cross-validation on its training samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..judging.class_metrics import Accuracy
from ..samples.places import Places
from ..samples.spatial_split import apart_from, spatial_parts
from .forest_fitting import ForestSettings, ForestTable, fit_forest, usual_features

PARTS = 4
MAX_DEPTHS = (0, 10)
MIN_SAMPLES_LEAF = (1, 3, 10)
FEATURE_FACTORS = (1.0, 0.5, 2.0)  # of the usual number, as Liaw & Wiener (2002, R News 2/3) advise


@dataclass(frozen=True)
class Tuning:
    """The result of trying settings.

    Attributes:
        settings: that were tried. kappas: of each setting in each part, (settings, parts) float64.
    """

    settings: tuple[ForestSettings, ...]
    kappas: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Mean kappa of each setting, (settings,) float64."""
        mean: np.ndarray = self.kappas.mean(axis=1)
        return mean

    @property
    def chosen(self) -> ForestSettings:
        """The setting with the largest mean; of several, the first, which is closest to the default."""
        return self.settings[int(self.means.argmax())]

    def describe(self) -> Message:
        """Every setting with its score."""
        scores = [
            Message("{setting}: {kappa:.4f}", setting=setting.describe(), kappa=mean)
            for setting, mean in zip(self.settings, self.means)
        ]
        return Message(
            "mean kappa in {count} parts of the training samples that lie apart from those learned from – "
            "{scores:; }; chosen: {chosen}",
            count=self.kappas.shape[1],
            scores=scores,
            chosen=self.chosen.describe(),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values for the model file."""
        tried = [
            {**asdict(setting), "kappas": kappas.tolist(), "mean_kappa": float(mean)}
            for setting, kappas, mean in zip(self.settings, self.kappas, self.means)
        ]
        return {"tried": tried, "chosen": asdict(self.chosen)}


def grid_of_settings(feature_count: int, max_depth: int = 0) -> tuple[ForestSettings, ...]:
    """All settings to try, the default first; a given depth (not 0) is kept."""
    usual = usual_features(feature_count)
    features = [min(max(1, int(usual * factor)), feature_count) for factor in FEATURE_FACTORS]
    depths = (max_depth,) if max_depth else MAX_DEPTHS
    return tuple(
        ForestSettings(depth, leaf, count)
        for depth in depths
        for leaf in MIN_SAMPLES_LEAF
        for count in dict.fromkeys(features)
    )


def tune_forest(
    table: ForestTable, trees: int, max_depth: int = 0, seed: int = 0, progress: Optional[Progress] = None
) -> Tuning:
    """Tries settings by spatial cross-validation.

    The samples are divided into parts that lie apart in space. Each part is predicted by forests trained on those
    samples of the other parts that share no pixel with it. Parts with a single class are left out.

    Args:
        max_depth: a fixed maximum depth; 0 to try several.
    Raises:
        InputError: no part can be used.
    """
    progress = progress or Progress()
    samples, labels, classes = table.values, table.labels, table.classes
    settings = grid_of_settings(samples.shape[1], max_depth)
    rounds = list(_rounds(labels, table.places, seed))
    if not rounds:
        raise InputError(
            "{p:tune} found no part of the training samples to judge settings by: a part, and the samples apart "
            "from it, need at least two classes each. Give more samples from more places, or leave {p:tune} off."
        )
    progress.info(
        "Trying {settings} settings in {parts} parts of the training samples …",
        settings=len(settings),
        parts=len(rounds),
    )
    kappas = np.empty((len(settings), len(rounds)))
    for i, setting in enumerate(settings):
        for j, (learned, held) in enumerate(rounds):
            progress.report(
                (i * len(rounds) + j) / kappas.size, "setting {number} of {count}", number=i + 1, count=len(settings)
            )
            forest = fit_forest(samples[learned], labels[learned], len(classes), trees, setting, seed)
            predicted = forest.probabilities(samples[held]).argmax(axis=1)
            kappas[i, j] = Accuracy.of(labels[held], predicted, classes).kappa
        progress.info("{setting}: mean kappa {kappa:.4f}", setting=setting.describe(), kappa=kappas[i].mean())
    return Tuning(settings, kappas)


def _rounds(labels: np.ndarray, places: Optional[Places], seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each usable part: the training samples and the held-out samples, (n,) bool each."""
    parts = spatial_parts(labels, places, (1 / PARTS,) * PARTS, seed)
    for part in range(PARTS):
        held = parts == part
        learned = apart_from(places, held)
        if all(len(np.unique(labels[chosen])) > 1 for chosen in (learned, held)):
            yield learned, held
