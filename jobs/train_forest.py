"""Trains a Random Forest on points with values."""

from __future__ import annotations

from typing import Optional

from . import shared
from .groups import LEARNING
from .job import Job, Progress, Results, command, read_legend
from .parameter import fields_of, points_in, switch, whole


@command("trainforest", "Train a Random Forest", LEARNING, results=shared.ACCURACY)
class TrainForest(Job):
    """Trains a Random Forest on sample points with pixel values and evaluates it on a second layer of points.

    “Extract values” makes such points. If it was given a model, the values are deep features of its network: give
    the same model here, and the model file will contain both network and forest, and map images in one pass.

    Tuning tries depths, samples per leaf and features per split, and takes those with the highest mean kappa on
    parts of the training samples that are spatially separate from those trained on. The validation samples are never
    used for this, so the accuracy on them remains unbiased. A maximum depth that is given is kept.

    The forest is stored as plain numbers, which can be read whatever version of scikit-learn is installed; “Apply a
    model” maps with it.
    """

    # fmt: off
    samples: str = points_in("Samples with values", "Points with value fields, as written by “Extract values”.")
    field: str = shared.POINT_FIELD.but(parent="samples")
    features: list[str] = fields_of("samples", "Features",
        help="Fields to train on, in the order of the image's bands; by default value_0, value_1 …")
    validation: Optional[str] = points_in("Validation samples with values", optional=True,
        help="Points for evaluation, from other places, with the same fields.")
    trees: int = whole(100, "Number of trees", "More trees are more stable and slower; 100 is usual.", minimum=1)
    max_depth: int = whole(0, "Maximum depth (0 for unlimited)", minimum=0, advanced=True,
        help="The largest number of decisions from the root to a leaf. 0 lets trees grow until leaves are pure.")
    tune: bool = switch(False, "Choose the settings of the trees by cross-validation",
        help="Tries depths, samples per leaf and features per split. Takes about 70 times as long.")
    seed: int = shared.SEED
    model: Optional[str] = shared.MODEL.but(label="Model whose deep features the values are", advanced=True,
        default=None,
        help="For samples that “Extract values” made with a model: the same model.")
    legend: Optional[str] = shared.LEGEND
    note: Optional[str] = shared.NOTE
    output: str = shared.MODEL_OUTPUT.but(
        help="The model file: trees, bands, normalization, classes and colors in one.")
    report: Optional[str] = shared.REPORT
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.learning.forest_training import Growth, SampleFiles, train_forest
        from ..core.learning.training_result import TrainingOutputs

        files = self.part(SampleFiles, legend=read_legend(self.legend))
        return train_forest(files, self.part(TrainingOutputs), self.part(Growth), progress).results()
