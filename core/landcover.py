"""The whole chain in one job: images and labels in, model, report and map out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Optional

from .errors import InputError
from .files import replacing, workspace
from .labels import open_labels
from .mapping import apply_model
from .normalization import normalize
from .patches import extract_patches
from .progress import Progress
from .raster import RasterReader
from .sampling import select_samples
from .style import Legend
from .trained import Training
from .training import Settings, train_model


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
    architecture: str = "patch_cnn",
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
    with workspace() as folder, replacing(output, model, report) as final:
        temporary_map, temporary_model, temporary_report = final
        stack, points, check = (os.path.join(folder, name) for name in ("stack.vrt", "points.gpkg", "check.gpkg"))
        normalize(images, stack, method, progress=progress.part(0.0, 0.05))
        with RasterReader(stack) as reader:
            grid = reader.grid
        label_set = open_labels(labels, label_features, attribute, stack, legend=legend)
        common = {"image": grid, "image_name": os.path.basename(images[0]), "seed": settings.seed}
        common |= {"count": count, "patch_size": patch_size}
        split = None if own_validation or not validation_percent else check
        select_samples(
            label_set,
            output=points,
            validation_output=split,
            validation_percent=validation_percent if split else 0.0,
            block_pixels=block_pixels,
            progress=progress.part(0.05, 0.10),
            **common,  # type: ignore[arg-type]
        )
        if own_validation:
            known = Legend.of(label_set.classes)
            check_set = open_labels(validation_labels, validation_features, attribute, stack, legend=known)
            select_samples(check_set, output=check, progress=progress.part(0.10, 0.13), **common)  # type: ignore[arg-type]
        training_files = _patches(folder, "training", points, stack, patch_size, progress.part(0.13, 0.16))
        has_check = own_validation or bool(split)
        check_files: Sequence[Optional[str]] = (None, None)
        if has_check:
            check_files = _patches(folder, "validation", check, stack, patch_size, progress.part(0.16, 0.2))
        training = train_model(
            *training_files,
            output=temporary_model,
            validation_patches=check_files[0],
            validation_labels=check_files[1],
            architecture=architecture,
            report=temporary_report or None,
            settings=settings,
            progress=progress.part(0.2, 0.8),
        )
        apply_model(stack, temporary_model, temporary_map, progress=progress.part(0.8, 1.0))
    return training


def _patches(folder: str, name: str, points: str, image: str, size: int, progress: Progress) -> tuple[str, str]:
    patches, labels = (os.path.join(folder, f"{name}_{kind}.tif") for kind in ("patches", "labels"))
    extract_patches(points, image, patches, labels, width=size, height=size, progress=progress)
    return patches, labels
