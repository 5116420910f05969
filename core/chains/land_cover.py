"""The whole chain in one job: images and labels in, model, report and map out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from ..base.errors import InputError
from ..base.outputs import replacing, workspace
from ..base.progress import Progress
from ..images.legend import Legend
from ..images.normalization import normalize
from ..learning.network_training import train_model
from ..learning.starting_network import Start
from ..learning.training_data import PatchFiles
from ..learning.training_loop import Settings
from ..learning.training_result import Training, TrainingOutputs
from ..mapping.apply_model import apply_model
from ..samples.labels import Labels, open_labels
from ..samples.patch_extraction import Cut, extract_patches
from ..samples.sampling import Sampling, select_samples


def map_land_cover(
    images: Sequence[str],
    model: str,
    output: str,
    report: Optional[str] = None,
    labels: Optional[str] = None,
    label_features: Optional[str] = None,
    attribute: Optional[str] = None,
    validation_labels: Optional[str] = None,
    validation_features: Optional[str] = None,
    validation_percent: float = 0.0,
    legend: Optional[Legend] = None,
    method: str = "percentile",
    count: int = 500,
    patch_size: int = 16,
    block_pixels: int = 64,
    architecture: str = "texture_cnn",
    settings: Optional[Settings] = None,
    progress: Optional[Progress] = None,
) -> Training:
    """Normalizes, samples, extracts patches, trains and maps; only model, report and map are kept.

    Args:
        images: bands to stack, all on one grid.
        labels: label raster, or label_features with `attribute`; the same for validation.
        validation_percent: share of the labels set aside in blocks of their own, where there are no
            validation labels.
    Raises:
        InputError: see each step.
    """
    progress, settings = progress or Progress(), settings or Settings()
    own_validation = bool(validation_labels or validation_features)
    if own_validation and validation_percent:
        raise InputError("Give validation labels or VALIDATION_PERCENT, not both.")
    with workspace() as folder, replacing(output, model, report) as (temporary_map, temporary_model, temporary_report):
        stack = os.path.join(folder, "stack.vrt")
        normalize(images, stack, method, progress=progress.part(0.0, 0.05))
        label_sets = [open_labels(labels, label_features, attribute, stack, legend=legend, overlaps="skip")]
        if own_validation:
            known = Legend.of(label_sets[0].classes) if validation_features else None
            other = open_labels(validation_labels, validation_features, attribute, stack, legend=known, overlaps="skip")
            label_sets.append(other)
        sampling = Sampling(
            count=count,
            seed=settings.seed,
            patch_width=patch_size,
            patch_height=patch_size,
            validation_percent=validation_percent,
            block_pixels=block_pixels,
        )
        points = _select(folder, label_sets, sampling, progress.part(0.05, 0.13))
        stacks = [_cut(path, stack, patch_size, progress.part(0.13, 0.2)) for path in points]
        files = PatchFiles([stacks[0][0]], stacks[0][1])
        if len(stacks) > 1:
            files = replace(files, validation_patches=[stacks[1][0]], validation_labels=stacks[1][1])
        outputs = TrainingOutputs(temporary_model, temporary_report or None)
        training = train_model(files, outputs, Start(architecture), settings, progress=progress.part(0.2, 0.8))
        apply_model([stack], temporary_model, temporary_map, progress=progress.part(0.8, 1.0))
    return training


def _select(folder: str, label_sets: Sequence[Labels], sampling: Sampling, progress: Progress) -> list[str]:
    """Sample points for training and, where there is a second label set or a share to set aside, for validation."""
    points = [os.path.join(folder, name) for name in ("training.gpkg", "validation.gpkg")]
    if sampling.is_split:
        select_samples(label_sets[0], points[0], points[1], sampling, progress=progress)
        return points
    for label_set, path in zip(label_sets, points):
        select_samples(label_set, path, sampling=sampling, progress=progress)
    return points[: len(label_sets)]


def _cut(points: str, image: str, size: int, progress: Progress) -> tuple[str, str]:
    """Patches and their labels."""
    patches, labels = (points.replace(".gpkg", f"_{kind}.tif") for kind in ("patches", "labels"))
    extract_patches(points, [Cut(image, patches, size, size)], labels, progress=progress)
    return patches, labels
