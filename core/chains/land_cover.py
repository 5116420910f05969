"""The land cover chain: from images and labels to a model, its report and a map, in one job."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing, workspace
from ..base.progress import Progress
from ..images.legend import Legend
from ..images.normalization import Scaling, normalize
from ..learning.network_training import train_model
from ..learning.starting_network import Start
from ..learning.training_data import PatchFiles
from ..learning.training_loop import Settings
from ..learning.training_result import Training, TrainingOutputs
from ..mapping.apply_model import apply_model
from ..samples.labels import FeatureLabels, Labels, LabelSource, open_labels
from ..samples.patch_extraction import Cut, extract_patches
from ..samples.sampling import Sampling, select_samples


@dataclass(frozen=True)
class LandCover:
    """The settings of the chain.

    Attributes:
        method: of the normalization. sampling: of the training and validation points, and the patch size.
    """

    method: str = "percentile"
    sampling: Sampling = field(default_factory=Sampling)
    architecture: str = "texture_cnn"
    training: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class LandCoverFiles:
    """The paths of the files that are kept."""

    model: str
    map: str
    report: Optional[str] = None


def map_land_cover(
    images: Sequence[str],
    labels: LabelSource,
    outputs: LandCoverFiles,
    settings: Optional[LandCover] = None,
    validation: Optional[LabelSource] = None,
    progress: Optional[Progress] = None,
) -> Training:
    """Normalizes, samples, extracts patches, trains and maps; only model, report and map are kept.

    Args:
        images: bands to stack, all on one grid.
        validation: validation labels, instead of a share of `labels` in separate blocks.
    Raises:
        InputError: see each step.
    """
    progress, settings = progress or Progress(), settings or LandCover()
    if validation and settings.sampling.validation_percent:
        raise InputError("Give validation labels or {p:validation_percent}, not both.")
    with (
        workspace() as folder,
        replacing(outputs.map, outputs.model, outputs.report) as (temporary_map, temporary_model, temporary_report),
    ):
        stack = os.path.join(folder, "stack.vrt")
        normalize(images, stack, Scaling(settings.method), progress=progress.part(0.0, 0.05))
        label_sets = _label_sets(labels, validation, stack)
        points = _select(folder, label_sets, stack, settings.sampling, progress.part(0.05, 0.13))
        size = settings.sampling.patch_width
        stacks = [_cut(path, stack, size, progress.part(0.13, 0.2)) for path in points]
        files = PatchFiles([stacks[0][0]], stacks[0][1])
        if len(stacks) > 1:
            files = replace(files, validation_patches=[stacks[1][0]], validation_labels=stacks[1][1])
        written = TrainingOutputs(temporary_model, temporary_report or None)
        start = Start(settings.architecture)
        training = train_model(files, written, start, settings.training, progress=progress.part(0.2, 0.8))
        apply_model([stack], temporary_model, temporary_map, progress=progress.part(0.8, 1.0))
    return training


def _label_sets(labels: LabelSource, validation: Optional[LabelSource], image: str) -> list[Labels]:
    """Labels for training and, if given, for validation, whose features get the values of the training names."""
    label_sets = [open_labels(replace(labels, overlaps="skip"), image)]
    if validation:
        origin = Message("the training set “{labels}”", labels=label_sets[0].name)
        legend = Legend.of(label_sets[0].classes, origin) if validation.features else None
        label_sets.append(open_labels(replace(validation, legend=legend, overlaps="skip"), image))
        if legend and isinstance(label_sets[1], FeatureLabels) and not label_sets[1].are_texts:
            legend.tell_other_names(label_sets[1].classes.values.tolist())
    return label_sets


def _select(folder: str, label_sets: Sequence[Labels], image: str, sampling: Sampling, progress: Progress) -> list[str]:
    """Sample points for training and, if there is a second label set or a share to set aside, for validation."""
    points = [os.path.join(folder, name) for name in ("training.gpkg", "validation.gpkg")]
    if sampling.is_split:
        select_samples(label_sets[0], points[0], points[1], sampling, image, progress)
        return points
    for label_set, path in zip(label_sets, points):
        select_samples(label_set, path, None, sampling, image, progress)
    return points[: len(label_sets)]


def _cut(points: str, image: str, size: int, progress: Progress) -> tuple[str, str]:
    """Patches and their labels."""
    patches, labels = (points.replace(".gpkg", f"_{kind}.tif") for kind in ("patches", "labels"))
    extract_patches(points, [Cut(image, patches, size, size)], labels, progress=progress)
    return patches, labels
