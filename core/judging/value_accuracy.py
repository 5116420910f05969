"""Accuracy of a finished map of values against a reference raster."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.progress import Progress
from ..images.as_learned import AS_RECORDED, Likening
from ..images.overlay import JudgedArea
from ..raster.crs import require_same_crs
from ..raster.nodata import valid_values
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Window
from .report import value_report
from .similarity import Similarity
from .value_scores import MAP, REFERENCE, Angles, BandAccuracy, BandRange, BandSums, Scores, ValueAccuracy

MOST_ROWS, LEAST_ROWS = 256, 16
STRIP_VALUES = 12_000_000  # read at once: whole rows of tiles of usual images, so that each is decoded only once
LARGEST_VALUE = 1e150  # float64 can hold the sums of its square
PART_PIXELS = 500_000  # compared at once
_COLUMNS = ("pixels", "rmse", "mae", "bias", "r2", "pearson_r", "psnr_db", "ssim")  # in the order of Scores


def is_of_values(map_path: str, reference: Optional[str], kind: str = "auto") -> bool:
    """Whether a map is judged as a map of values.

    Args:
        reference: the reference raster; None if the reference is features. kind: one of choices.MAP_KINDS; auto
            means values if the map's metadata say so, it has several bands, or both are of floating-point numbers.
    Raises:
        InputError: values cannot be judged, as the reference is not a raster.
    """
    with RasterReader(map_path) as mapped:
        found = kind == "values" or (kind == "auto" and mapped.tag("RESULT") == "values")
        if reference is None:
            if found:
                raise InputError(
                    "“{map}” is to be judged as a map of values, for which features cannot be the reference. "
                    "Give a raster of values as {p:reference}.",
                    map=mapped.name,
                )
            return False
        if found or kind != "auto":
            return found
        with RasterReader(reference) as truth:
            return mapped.band_count > 1 or (mapped.dtype.kind == "f" and truth.dtype.kind == "f")


def judge_values(
    map_path: str,
    reference: str,
    mask: Optional[str] = None,
    report: Optional[str] = None,
    table: Optional[str] = None,
    progress: Optional[Progress] = None,
    pixel_values: str = AS_RECORDED,
) -> ValueAccuracy:
    """Compares a map of values with a reference on the same grid, band by band, where both have a value.

    Reads both twice, strip by strip: ranges first, then everything else.

    Args:
        mask: a raster on any grid; only pixels where its band 1 is neither 0 nor nodata are judged.
        report, table: where to write the HTML report and the numbers per band (csv), if wanted.
        pixel_values: whether the reference's numbers are converted where recorded scales and offsets differ; see
            as_learned.
    Raises:
        InputError: the two differ in bands, pixels or CRS, do not overlap, never have a value at the same pixel, or a
            value exceeds 1e150.
    """
    progress = progress or Progress()
    with RasterReader(map_path) as mapped, RasterReader(reference) as given:
        truth = Likening(mapped, pixel_values, progress).of(given).of(given)
        area = JudgedArea(mask, mapped.grid, mapped.name) if mask else None
        limit_cache([mapped, truth])
        pair = _Pair.of(mapped, truth, area)
        with np.errstate(over="ignore", invalid="ignore"):  # of values that are refused then
            ranges = _ranges(pair, progress.part(0.0, 0.2))
        if not any(found.count for found in ranges):
            raise InputError(
                "“{map}” and “{reference}” have no pixel with a value in both{where}: all that they share is "
                "nodata. Check that both show the same place, and their nodata values.",
                map=mapped.name,
                reference=truth.name,
                where=area.where() if area else "",
            )
        _require_squares(pair, ranges)
        accuracy = _judged(pair, ranges, progress.part(0.2, 1.0))
        names = {"map": mapped.name, "reference": truth.name, **({"mask": area.name} if area else {})}
    with replacing(report, table) as (temporary_report, temporary_table):
        if temporary_report:
            with open(temporary_report, "w", encoding="utf-8") as file:
                file.write(value_report(accuracy, names))
        if temporary_table:
            _write_table(temporary_table, accuracy)
    progress.info(accuracy.summary())
    return accuracy


@dataclass(frozen=True)
class _Pair:
    """Map and reference on the pixels they share.

    Attributes:
        window: of the map. shift: columns and rows from a pixel of the map to the same pixel of the reference.
    """

    mapped: RasterReader
    truth: RasterReader
    area: Optional[JudgedArea]
    window: Window
    shift: tuple[int, int]

    @classmethod
    def of(cls, mapped: RasterReader, truth: RasterReader, area: Optional[JudgedArea]) -> _Pair:
        if mapped.band_count != truth.band_count:
            raise InputError(
                "Values are compared band by band, but the map “{map}” and the reference “{reference}” differ in "
                "their number of bands: {map_count} and {reference_count}. Give a reference with the bands of "
                "the map, in its order; or choose {p:kind} classes, if these are class values.",
                map=mapped.name,
                reference=truth.name,
                map_count=mapped.band_count,
                reference_count=truth.band_count,
            )
        require_same_crs(mapped.name, mapped.grid, truth.name, truth.grid)
        begin = mapped.grid.place_of(truth.grid)
        if begin is None:
            sizes = ["{:g} × {:g}".format(*reader.grid.pixel_size) for reader in (mapped, truth)]
            raise InputError(
                "The pixels of “{reference}” ({reference_size} map units) do not lie on those of “{map}” "
                "({map_size}): values are compared pixel by pixel, and none is interpolated. Bring one to the "
                "grid of the other first (“Warp”).",
                reference=truth.name,
                reference_size=sizes[1],
                map=mapped.name,
                map_size=sizes[0],
            )
        window = Window(*begin, truth.grid.width, truth.grid.height).intersect(mapped.grid.window)
        if not window.pixels:
            raise InputError(
                "The map “{map}” and the reference “{reference}” do not overlap. Expected a reference of the "
                "same place.",
                map=mapped.name,
                reference=truth.name,
            )
        return cls(mapped, truth, area, window, (-begin[0], -begin[1]))

    def parts(self, progress: Progress, doing: Message) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """From top to bottom: values of map and reference, and which are judged, (h, w, bands) each."""
        for strip in self.window.blocks(self.window.width, self._rows()):
            found, expected = self.mapped.read(strip), self.truth.read(strip.shift(*self.shift))
            valid = valid_values(found, self.mapped.nodata) & valid_values(expected, self.truth.nodata)
            if self.area is not None:
                valid &= self.area.read(strip)[..., np.newaxis]
            rows = max(PART_PIXELS // strip.width, 1)
            for start in range(0, strip.height, rows):
                part = slice(start, start + rows)
                yield found[part], expected[part], valid[part]
            progress.report((strip.bottom - self.window.y) / self.window.height, doing)

    def _rows(self) -> int:
        rows = STRIP_VALUES // (self.window.width * self.mapped.band_count)
        return min(max(rows, LEAST_ROWS), MOST_ROWS)


def _ranges(pair: _Pair, progress: Progress) -> list[BandRange]:
    ranges = [BandRange() for _ in pair.mapped.band_names]
    for found, expected, valid in pair.parts(progress, Message("reading ranges")):
        for band, known in enumerate(ranges):
            known.add(*_values(found, expected, valid, band))
    return ranges


def _require_squares(pair: _Pair, ranges: Sequence[BandRange]) -> None:
    for reader, which in ((pair.mapped, MAP), (pair.truth, REFERENCE)):
        largest = max(max(abs(found.low[which]), abs(found.high[which])) for found in ranges if found.count)
        if largest > LARGEST_VALUE:
            raise InputError(
                "“{image}” has values up to {largest:.3g}, too large to compute with. Most likely they mean "
                "nodata, and the file does not say so. Record the nodata value (“Translate”, assign nodata).",
                image=reader.name,
                largest=largest,
            )


def _judged(pair: _Pair, ranges: Sequence[BandRange], progress: Progress) -> ValueAccuracy:
    sums = [BandSums(known) for known in ranges]
    similarities = [Similarity(float(known.origin[REFERENCE]), known.data_range) for known in ranges]
    angles = Angles()
    for found, expected, valid in pair.parts(progress, Message("comparing")):
        for band, (of_band, similarity) in enumerate(zip(sums, similarities)):
            of_band.add(*_values(found, expected, valid, band))
            similarity.add(found[..., band], expected[..., band], valid[..., band])
        if len(sums) > 1:
            whole = valid.all(axis=-1)
            angles.add(found[whole].astype(np.float64), expected[whole].astype(np.float64))
    bands = [
        BandAccuracy(name, of_band.scores(similarity.mean), of_band)
        for name, of_band, similarity in zip(pair.truth.band_names, sums, similarities)
    ]
    return ValueAccuracy(tuple(bands), angles.mean_degrees, angles.count)


def _values(found: np.ndarray, expected: np.ndarray, valid: np.ndarray, band: int) -> tuple[np.ndarray, np.ndarray]:
    """The judged values of a band in map and reference, (n,) float64."""
    judged = valid[..., band]
    return found[..., band][judged].astype(np.float64), expected[..., band][judged].astype(np.float64)


def _write_table(path: str, accuracy: ValueAccuracy) -> None:
    """Writes a row for each band and one for all; undefined scores are empty."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["band", *_COLUMNS, "reference_minimum", "reference_maximum", "sam_degrees"])
        for band in accuracy.bands:
            found = band.sums.found
            ends = (found.low[REFERENCE], found.high[REFERENCE]) if found.count else (math.nan, math.nan)
            writer.writerow([band.name, *_cells(band.scores), *map(_cell, ends), ""])
        writer.writerow(["all", *_cells(accuracy.overall), "", "", _cell(accuracy.sam)])


def _cells(scores: Scores) -> list[str]:
    return [str(scores.count), *map(_cell, astuple(scores)[1:])]


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(float(value))
