"""Spatial leakage: how far validation samples lie from training samples, as near ones make a model look too good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.messages import Message
from ..raster.crs import meters_per_unit, same_crs
from ..raster.grid import Grid
from .places import Places


@dataclass(frozen=True)
class Leakage:
    """How near two sets of samples are to each other.

    Attributes:
        count: validation samples. overlapping: those whose patch shares a pixel with a training patch.
        nearest, median: smallest and median distance of a validation sample to the nearest training sample, in pixels
            of the training image (between the centers).
        pixel_size: of the training image, in `unit`: meters, or units of its CRS where these are not meters.
        patch: width and height of a patch in pixels.
    """

    count: int
    overlapping: int
    nearest: float
    median: float
    pixel_size: float
    unit: str
    patch: tuple[int, int]

    def describe(self) -> Message:
        """For the log and the report."""
        values = {
            "overlapping": self.overlapping,
            "count": self.count,
            "share": 100 * self.overlapping / self.count,
            "nearest": self.nearest,
            "distance": self.nearest * self.pixel_size,
            "unit": self.unit if self.unit == "m" else Message("map units"),
            "median": self.median,
        }
        if max(self.patch) > 1:
            return Message(
                "{overlapping} of {count} validation patches ({share:.1f} %) overlap a training patch; the "
                "nearest training sample is {nearest:.0f} pixels ({distance:.4g} {unit}) away, in the median "
                "{median:.0f} pixels.",
                **values,
            )
        return Message(
            "{overlapping} of {count} validation pixels ({share:.1f} %) overlap a training pixel; the nearest "
            "training sample is {nearest:.0f} pixels ({distance:.4g} {unit}) away, in the median {median:.0f} "
            "pixels.",
            **values,
        )

    def advice(self) -> Optional[Message]:
        """What to make of it; None if no sample overlaps another."""
        if not self.overlapping:
            return None
        return Message(
            "The accuracy on these validation samples is too good. “Select samples” with {p:validation_percent} "
            "sets aside blocks that share no pixel with the training patches."
        )


def audit(training: Optional[Places], validation: Optional[Places]) -> Optional[Leakage]:
    """Compares two sets of samples; None if their positions are unknown, or their CRS differ."""
    if training is None or validation is None or not len(training) or not len(validation):
        return None
    same_image = training.grid == validation.grid
    if not same_image and not (training.grid.is_placed and validation.grid.is_placed):
        return None
    if not same_crs(training.grid.crs, validation.grid.crs):
        return None
    from scipy.spatial import cKDTree

    known = np.column_stack([training.columns, training.rows]).astype(float)
    distances, _ = cKDTree(known).query(np.column_stack(_positions_on(training.grid, validation)))
    across, down = training.grid.pixel_size
    meters = meters_per_unit(training.grid.crs)
    return Leakage(
        len(validation),
        int(sharing_pixels(validation, training).sum()),
        float(distances.min()),
        float(np.median(distances)),
        (across + down) / 2 * (meters or 1.0),
        "m" if meters else "map units",
        (training.width, training.height),
    )


def sharing_pixels(places: Places, others: Places) -> np.ndarray:
    """Which samples have a patch that shares a pixel with a patch of the others, (n,) bool."""
    from scipy.spatial import cKDTree

    patch = np.array([others.width, others.height], float)
    known = np.column_stack([others.columns, others.rows]) / patch
    apart, _ = cKDTree(known).query(np.column_stack(_positions_on(others.grid, places)) / patch, p=np.inf)
    return apart < 1 - 1e-6


def _positions_on(grid: Grid, places: Places) -> tuple[np.ndarray, np.ndarray]:
    """Fractional columns and rows of the samples on another grid."""
    columns, rows = grid.position_of(*places.grid.center_of(places.columns, places.rows))
    return columns - 0.5, rows - 0.5
