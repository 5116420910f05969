"""Class statistics: how many pixels each class, and each feature, of a label set covers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.html_page import render
from ..base.outputs import replacing
from ..base.pool import HERE, Pool, path_for
from ..base.progress import Progress
from ..base.version import rasterlearn_version
from ..images.label_doubts import tell_doubts
from ..raster.classes import ClassMap
from ..raster.crs import hectares_of
from ..raster.window import Window
from .label_features import tell_left_out
from .labels import FeatureLabels, LabelRaster, Labels, RasterLabels

STRIP_ROWS = 128
LARGEST = 20


@dataclass(frozen=True)
class ClassStatistics:
    """Pixels of each class.

    Attributes:
        pixels: (k,) int64. A pixel in several features counts for each of them, as in OTB's PolygonClassStatistics.
        hectares: of a pixel; None if the CRS is not projected or unknown.
        feature_ids, feature_classes, feature_pixels: of each feature (n,) int64; empty for a raster.
    """

    classes: ClassMap
    pixels: np.ndarray
    hectares: Optional[float]
    feature_ids: np.ndarray
    feature_classes: np.ndarray
    feature_pixels: np.ndarray

    def rows(self) -> list[dict[str, Any]]:
        """Value, name, color, pixels, share (percent), area (hectares), features and their median of each class."""
        rows = []
        for index, c in enumerate(self.classes):
            sizes = self.feature_pixels[self.feature_classes == index]
            rows.append(
                {
                    "value": c.value,
                    "name": c.name,
                    "color": c.color,
                    "pixels": int(self.pixels[index]),
                    "share": 100 * int(self.pixels[index]) / max(int(self.pixels.sum()), 1),
                    "area": None if self.hectares is None else int(self.pixels[index]) * self.hectares,
                    "features": len(sizes),
                    "median": float(np.median(sizes)) if len(sizes) else 0.0,
                }
            )
        return rows


def class_statistics(
    labels: Labels,
    output: str,
    per_feature: Optional[str] = None,
    html: Optional[str] = None,
    progress: Optional[Progress] = None,
    pool: Pool = HERE,
) -> ClassStatistics:
    """Counts the pixels of each class and of each feature, and writes tables (csv) and a page (html).

    Args:
        pool: counts the pixels of a raster; features are burned in this process.
    Raises:
        InputError: the labels are not what was asked for.
    """
    progress = progress or Progress()
    if per_feature and labels.is_raster:
        raise InputError("A table of features was asked for, but the labels are a raster. Give {p:label_features}.")
    statistics = count_classes(labels, progress, pool)
    tell_left_out(labels.name, labels.missing, progress)
    tell_doubts(labels.doubts, progress, has_parameter=True)
    with replacing(output, per_feature, html) as (temporary, temporary_per_feature, temporary_html):
        _write_classes(temporary, statistics)
        if temporary_per_feature:
            _write_features(temporary_per_feature, statistics)
        if temporary_html:
            with open(temporary_html, "w", encoding="utf-8") as file:
                file.write(_page(labels, statistics))
    for row in statistics.rows():
        named = row["name"] if row["name"] == str(row["value"]) else f"{row['value']} {row['name']}"
        progress.info(
            "{label}: {pixels:,} pixels ({share:.2f} %)", label=named, pixels=row["pixels"], share=row["share"]
        )
    return statistics


def count_classes(labels: Labels, progress: Optional[Progress] = None, pool: Pool = HERE) -> ClassStatistics:
    """Counts the pixels of each class and of each feature; see `class_statistics`."""
    progress = progress or Progress()
    strips = list(labels.grid.window.blocks(labels.grid.width, STRIP_ROWS))
    if isinstance(labels, RasterLabels):
        source = replace(labels.source, path=path_for(pool, labels.source.path))
        strip_pixels = [strip.pixels for strip in strips]
        pixels = labels.add_up(pool.results(count_values, source, strips, strip_pixels, progress))
    else:
        pixels = labels.count([[strip] for strip in strips], progress).sum(axis=0)
    hectares, none = hectares_of(labels.grid), np.array([], np.int64)
    if not isinstance(labels, FeatureLabels):
        return ClassStatistics(labels.classes, pixels, hectares, none, none, none)
    ids, sizes = np.array(labels.feature_ids, np.int64), labels.pixels_per_feature()
    return ClassStatistics(labels.classes, pixels, hectares, ids, labels.feature_classes, sizes)


def _write_classes(path: str, statistics: ClassStatistics) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["class", "name", "color", "pixels", "percent", "hectares", "features", "median_pixels"])
        for row in statistics.rows():
            area = "" if row["area"] is None else f"{row['area']:.4f}"
            counts = (row["features"], f"{row['median']:g}") if len(statistics.feature_ids) else ("", "")
            figures = row["pixels"], f"{row['share']:.4f}", area, *counts
            writer.writerow([row["value"], row["name"], row["color"], *figures])


def _write_features(path: str, statistics: ClassStatistics) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["feature", "class", "name", "pixels"])
        for number, index, pixels in zip(
            statistics.feature_ids.tolist(), statistics.feature_classes.tolist(), statistics.feature_pixels.tolist()
        ):
            c = statistics.classes.classes[index]
            writer.writerow([number, c.value, c.name, pixels])


def _page(labels: Labels, statistics: ClassStatistics) -> str:
    order = np.argsort(-statistics.feature_pixels, kind="stable")[:LARGEST].tolist()
    largest = [
        {
            "id": int(statistics.feature_ids[i]),
            "pixels": int(statistics.feature_pixels[i]),
            "name": statistics.classes.classes[statistics.feature_classes[i]].name,
            "color": statistics.classes.classes[statistics.feature_classes[i]].color,
        }
        for i in order
    ]
    notes = [f"Counted on pixels of {labels.grid.pixel_size[0]:g} × {labels.grid.pixel_size[1]:g} map units."]
    if len(statistics.feature_ids):
        empty = int((statistics.feature_pixels == 0).sum())
        notes.append(
            "A polygon covers the pixels whose centers are inside, a line those that it crosses, a point the one it "
            "lies in. A pixel in several features counts for each of them."
        )
        if labels.contested:
            notes.append(f"{labels.contested:,} pixels lie in features of different classes.")
        if empty:
            notes.append(f"{empty:,} features cover no pixel of the image.")
        if labels.missing:
            notes.append(f"{labels.missing:,} features have no class or no usable geometry; they are left out.")
    title = f"Classes of {labels.name}"
    count = len(statistics.feature_ids)
    return statistics_report(title, statistics.rows(), largest, int(statistics.pixels.sum()), count, notes)


BAR_PX = 160


def statistics_report(
    title: str,
    rows: Sequence[dict[str, Any]],
    largest: Sequence[dict[str, Any]],
    pixels: int,
    feature_count: int,
    notes: Sequence[str],
) -> str:
    """The HTML table of the classes of a label set.

    Args:
        rows: of each class value, name, color, pixels, share (percent), area (hectares or None), features, median.
        largest: of the largest features name, color, id, pixels; empty for a raster.
    """
    widest = max(row["share"] for row in rows)
    shown = [
        {
            **row,
            "pixels": f"{row['pixels']:,}",
            "share": f"{row['share']:.2f}",
            "bar": round(BAR_PX * row["share"] / max(widest, 1e-9)),
            "area": None if row["area"] is None else f"{row['area']:,.2f}",
        }
        for row in rows
    ]
    return render(
        "class_statistics.html",
        title=title,
        rows=shown,
        largest=[{**row, "pixels": f"{row['pixels']:,}"} for row in largest],
        pixels=f"{pixels:,}",
        features=feature_count,
        area=rows[0]["area"] is not None,
        notes=notes,
        versions={"rasterlearn": rasterlearn_version()},
    )


def count_values(source: LabelRaster, windows: Sequence[Window], progress: Progress) -> Iterator[dict[int, int]]:
    """How often each value of a label raster occurs in windows that follow each other from top to bottom."""
    yield source.opened().count_values(windows, progress)
