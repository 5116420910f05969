"""Trains a Random Forest on points with values."""

from __future__ import annotations

from typing import Optional

from ..core.progress import Progress
from . import shared
from .groups import LEARNING
from .job import Job, Results, command, read_legend
from .parameter import fields_of, points_in, switch, whole


@command("trainforest", "Train a Random Forest", LEARNING, results=shared.ACCURACY)
class TrainForest(Job):
    """Trains a Random Forest on sample points with pixel values and judges it on a second layer of points.

    “Extract values” makes such points. If it was given a model, the values are deep features of its network: give
    the same model here, and the model file will hold both, network and forest, and map images in one pass.

    Tuning tries depths, samples per leaf and features per split, and takes those with the largest mean kappa in
    parts of the training samples that lie apart in space from those learned from. The validation samples are never
    looked at for this, so their accuracy stays honest. A maximum depth that is given is kept.

    The forest is stored as plain numbers, readable whatever version of scikit-learn is installed; “Apply a model”
    maps with it.
    """

    samples: str = points_in(
        "Samples with values", help="Points with fields of values, as “Extract values” writes them."
    )
    field: str = shared.point_field("samples")
    features: list[str] = fields_of(
        "samples",
        "Features",
        help="Fields to learn from, in the order of the image's bands; by default value_0, value_1 …",
    )
    validation: Optional[str] = points_in(
        "Validation samples with values",
        optional=True,
        help="Points to judge with, from other places, with the same fields.",
    )
    trees: int = whole(100, "Number of trees", minimum=1, help="More trees are steadier and slower; 100 is usual.")
    max_depth: int = whole(
        0,
        "Maximum depth (0 for unlimited)",
        minimum=0,
        help="Decisions from the root to a leaf, at most. 0 lets trees grow until leaves are pure.",
        advanced=True,
    )
    tune: bool = switch(
        False,
        "Choose the settings of the trees by cross-validation",
        help="Tries depths, samples per leaf and features per split. Takes about 70 times as long.",
    )
    seed: int = shared.seed(advanced=True)
    model: Optional[str] = shared.model(
        label="Model whose deep features the values are",
        optional=True,
        help="For samples that “Extract values” made with MODEL: the same model.",
        advanced=True,
    )
    legend: Optional[str] = shared.legend()
    note: Optional[str] = shared.note()
    output: str = shared.model_output(help="The model file: trees, bands, normalization, classes and colors in one.")
    report: Optional[str] = shared.report()

    def run(self, progress: Progress) -> Results:
        from ..core.forest_training import train_forest

        return train_forest(
            self.samples,
            self.field,
            self.features,
            self.output,
            self.validation,
            self.trees,
            self.max_depth,
            self.seed,
            read_legend(self.legend),
            self.report,
            self.note or "",
            self.model,
            self.tune,
            progress,
        ).results()
