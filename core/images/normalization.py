"""Normalizes bands: y = x * gain + bias for each, recorded with the pixels wherever they go."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from ..base.concurrency import ahead, behind
from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.plain_json import (
    MAXIMUM_JSON_BYTES,
    a_list,
    finite_number,
    parse_json,
    reason_of,
    short_text,
    whole_number,
)
from ..base.pool import HERE, Pool
from ..base.progress import Progress
from ..raster.adapted_reader import AS_IT_IS, Adaptation, AdaptedImages, alike, conversion
from ..raster.data_sources import require_kept
from ..raster.empty_bands import empty_bands, listed
from ..raster.nodata import valid_values
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.recorded_scaling import Scalings, recorded_scalings, scalings_from_json, scalings_to_json
from ..raster.virtual_raster import write_scaled_vrt
from .as_learned import AS_RECORDED, NORMALIZATION_TAG, Expected, Likening, adaptation_to, adapted
from .band_scaling import gain_and_bias
from .band_statistics import band_statistics, grain_of, windows_of
from .image_set import STAC_ENDINGS, read_image_set
from .usable_bands import NothingValidError, empty_in_any, tell_of_pixels

TAG = NORMALIZATION_TAG
NUMBERS_AT_ONCE = 32768  # their intermediate results stay in the processor's cache
WINDOWS_AHEAD = 1

# Methods that need only the extremes. The 99.9th percentile, on which a warning depends, then comes from some of the
# rows of a large image.
EXTREMES_ONLY = ("max", "minmax")
EVERY_ROW, LARGE_IMAGE_PX = 8, 4_000_000

LIST_ENDINGS = (".txt", ".lst")  # of text files that list images


@dataclass(frozen=True)
class Normalization:
    """A linear transform of each band, and how it came about.

    Attributes:
        method: one of METHODS.
        bands: name of each band.
        gain, bias: one number for each band: y = x * gain + bias, computed in float64, stored as float32.
        left_out: the bands that were nodata everywhere: 0 in all pixels, and never nodata.
        scalings: scale and offset of each band x, where they were recorded in the image that the transform was made
            for; None if none is known.
    """

    method: str
    bands: tuple[str, ...]
    gain: tuple[float, ...]
    bias: tuple[float, ...]
    left_out: tuple[int, ...] = ()
    scalings: Optional[Scalings] = None

    @property
    def fingerprint(self) -> str:
        """Equal for equal transforms, whatever the bands are called."""
        return hashlib.sha256(json.dumps([self.gain, self.bias]).encode()).hexdigest()[:16]

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Transforms pixels (..., c) of any type into float32."""
        bands = len(self.gain)
        if pixels.shape[-1] != bands:
            raise ValueError(
                Message(
                    "expected pixels of {expected} bands, received {received}",
                    expected=bands,
                    received=pixels.shape[-1],
                )
            )
        raw, result = np.ascontiguousarray(pixels).reshape(-1), np.empty(pixels.shape, np.float32)
        step = min(max(1, NUMBERS_AT_ONCE // bands) * bands, max(1, len(raw)))
        # Repeated, so that numpy has long loops; looping over the bands of each pixel takes seven times as long.
        gain, bias = np.resize(self.gain, step), np.resize(self.bias, step)
        numbers = result.reshape(-1)
        # A nodata value may be beyond the range of float32.
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(raw), step):
                part = raw[start : start + step]
                exact = part * gain[: len(part)]
                exact += bias[: len(part)]
                numbers[start : start + len(part)] = exact
        return result

    def undone(self, values: np.ndarray) -> np.ndarray:
        """The raw values (..., c) float64 of normalized ones; 0 for bands that the transform makes constant."""
        gain, bias = np.asarray(self.gain), np.asarray(self.bias)
        return np.where(gain == 0, 0.0, (values - bias) / np.where(gain == 0, 1.0, gain))

    def of_bands(self, bands: Sequence[int]) -> Normalization:
        """The same transform for some of the bands."""
        gain, bias = (tuple(values[i] for i in bands) for values in (self.gain, self.bias))
        left_out = tuple(new for new, old in enumerate(bands) if old in self.left_out)
        scalings = tuple(self.scalings[i] for i in bands) if self.scalings else None
        return Normalization(self.method, tuple(self.bands[i] for i in bands), gain, bias, left_out, scalings)

    def describe(self) -> str:
        """For messages."""
        return f"{self.method}, {self.fingerprint}"

    @classmethod
    def recorded_in(cls, reader: RasterReader) -> Optional[Normalization]:
        """The transform recorded in an image, or None."""
        recorded = reader.tag(TAG)
        found = None if recorded is None else cls.from_json(recorded)
        if found is None or reader.band_order is None or len(found.bands) != reader.band_count:
            return found
        return found.of_bands(reader.band_order)

    def to_json(self) -> dict[str, Any]:
        """Plain values; the inverse of `from_json`."""
        return {
            "method": self.method,
            "bands": list(self.bands),
            "gain": list(self.gain),
            "bias": list(self.bias),
            "fingerprint": self.fingerprint,
            **({"left_out": list(self.left_out)} if self.left_out else {}),
            **({"scalings": scalings_to_json(self.scalings)} if self.scalings else {}),
        }

    @classmethod
    def from_json(cls, values: Any) -> Normalization:
        """Raises InputError where the description is malformed."""
        try:
            gain, bias = (tuple(finite_number(v, key) for v in values[key]) for key in ("gain", "bias"))
            bands = tuple(short_text(name, Message("a band")) for name in values["bands"])
            if not len(gain) == len(bias) == len(bands):
                raise ValueError(Message("lengths differ"))
            left_out, scalings = (
                bands_left_out(values, len(bands)),
                scalings_from_json(values.get("scalings"), len(bands)),
            )
            return cls(short_text(values["method"], Message("the method")), bands, gain, bias, left_out, scalings)
        except (AttributeError, TypeError, KeyError, ValueError, OverflowError) as error:
            raise InputError(
                "The recorded normalization is malformed: expected bands and finite gain and bias of the same length."
            ) from error


def bands_left_out(values: dict[str, Any], count: int) -> tuple[int, ...]:
    """The bands that a description of `count` bands records as left out. Raises ValueError or InputError."""
    recorded = a_list(values.get("left_out", []), 0, count, Message("the bands that are left out"))
    return tuple(whole_number(band, 0, count - 1, Message("a band that is left out")) for band in recorded)


def same_transform(first: Optional[Normalization], second: Optional[Normalization]) -> bool:
    """Whether two sets of pixels went through the same transform; None stands for raw pixels.

    Equal gains and biases are no such transform if the numbers were recorded with other scales or offsets.
    """
    if first is None or second is None:
        return first is second
    return first.fingerprint == second.fingerprint and same_numbers(first, second)


def same_numbers(first: Normalization, second: Normalization) -> bool:
    """Whether the raw pixels of two transforms had the same scales and offsets, as far as both are known."""
    pairs = zip(first.scalings or (), second.scalings or ())
    return all(conversion(of, to) == (1.0, 0.0) for of, to in pairs)


def require_same_transform(image: RasterReader, other: RasterReader) -> None:
    """Raises InputError unless two images went through the same transform, or are both raw."""
    if not same_transform(Normalization.recorded_in(image), Normalization.recorded_in(other)):
        raise InputError(
            "“{other}” and “{image}” were not normalized in the same way, so their values cannot be compared. "
            "Give raw images, or normalize all of them with the same “Statistics from”.",
            other=other.name,
            image=image.name,
        )


@dataclass(frozen=True)
class Scaling:
    """How to normalize.

    Attributes:
        method: max (x / max), minmax (0 ... 1), percentile (`lower` -> 0, `upper` -> 1, not clipped),
            standard (mean 0, standard deviation 1) or scale (x / `scale`).
        statistics_from: a normalized image or a statistics file whose transform is used instead; or a set of raw images
            (see image_set) whose statistics together are.
        pixel_values: whether numbers are converted where recorded scales and offsets differ; see as_learned.
    """

    method: str = "max"
    scale: float = 10000.0
    lower: float = 2.0
    upper: float = 98.0
    statistics_from: Optional[str] = None
    pixel_values: str = AS_RECORDED


def normalize(
    paths: Sequence[str],
    output: str,
    scaling: Optional[Scaling] = None,
    statistics: Optional[str] = None,
    progress: Optional[Progress] = None,
    pool: Pool = HERE,
) -> Normalization:
    """Stacks the bands of images of one grid and normalizes each.

    Args:
        paths: images on the same grid, stacked in this order.
        output: .tif (float32, NaN where nodata) or .vrt (scales on the fly, no copy of the pixels).
        statistics: optional JSON file to write the transform to.
        pool: counts the pixels for the statistics.
    Raises:
        InputError: images on different grids, wrong parameters, a band without any valid pixel.
    """
    progress, scaling = progress or Progress(), scaling or Scaling()
    if not output.lower().endswith((".tif", ".tiff", ".vrt")):
        raise InputError(
            "The normalized image must be a .tif or .vrt file, received “{output}”.", output=os.path.basename(output)
        )
    with RasterReader(paths) as reader:
        _refuse_normalized(reader)
        source, adaptation = scaling.statistics_from, AS_IT_IS
        if source and not _is_image_set(source):
            transform = _read_transform(source, reader)
            origin = Message("“{image}”", image=os.path.basename(source))
            expected = Expected(origin, transform.bands, transform.scalings)
            adaptation = adaptation_to(expected, reader, scaling.pixel_values)
            reader = adapted(reader, adaptation, expected, progress)
        else:
            images = (
                _images_of(source, reader, scaling.pixel_values, progress) if source else AdaptedImages([reader.paths])
            )
            require_kept([output, statistics], images.paths)
            transform = _fit(reader, images, scaling, progress.part(0.0, 0.5), pool)
            transform = replace(transform, scalings=recorded_scalings(reader))
        tell_of_pixels(reader, progress)
        _leave_out(reader, transform, progress, bool(source))
        with replacing(output, statistics) as (temporary, temporary_statistics):
            if output.lower().endswith(".vrt"):
                folder = os.path.dirname(os.path.abspath(output))
                _write_vrt(temporary, folder, reader, transform, adaptation)
            else:
                _write_tif(temporary, reader, transform, progress.part(0.5, 1.0))
            if temporary_statistics:
                with open(temporary_statistics, "w", encoding="utf-8") as file:
                    json.dump(transform.to_json(), file, indent=2)
    for name, gain, bias in zip(transform.bands, transform.gain, transform.bias):
        progress.info("{name}: y = {gain:.6g} x {bias:+.6g}", name=name, gain=gain, bias=bias)
    return transform


def _is_image_set(path: str) -> bool:
    """Whether a file lists raw images. A json that “Normalize” wrote has gains, one of STAC items has not."""
    if not path.lower().endswith(".json"):
        return path.lower().endswith((*LIST_ENDINGS, *STAC_ENDINGS))
    with suppress(OSError, ValueError), open(path, "rb") as file:
        values = parse_json(file.read(MAXIMUM_JSON_BYTES + 1))
        return isinstance(values, dict) and values.get("type") in ("FeatureCollection", "Feature")
    return os.path.isfile(path) and os.path.getsize(path) > MAXIMUM_JSON_BYTES


def _images_of(path: str, reader: RasterReader, pixel_values: str, progress: Progress) -> AdaptedImages:
    """The images of a set, with bands, scales and offsets of the reader. Raises InputError."""
    likening, found = Likening(reader, pixel_values, progress), []
    is_stac = path.lower().endswith(STAC_ENDINGS)
    listed = read_image_set(image_set=path, assets=",".join(reader.band_names) if is_stac else "")
    for image in listed:
        if image.problem:
            raise InputError(
                "{problem} The bands to be normalized are looked for as assets of the same names.",
                problem=image.problem,
            )
        with RasterReader(image.sources[0]) as other:
            _refuse_normalized(other)
            found.append(likening.of(other, *image.declared[:1]))
    return AdaptedImages([image.sources[0] for image in listed], alike(found, reader.band_count))


def _fit(
    reader: RasterReader, images: AdaptedImages, scaling: Scaling, progress: Progress, pool: Pool
) -> Normalization:
    """The transform for all images together. Bands that are nodata everywhere become 0."""
    bands, method, scale, lower, upper = reader.band_names, scaling.method, scaling.scale, scaling.lower, scaling.upper
    if method == "scale":
        if not scale > 0:
            raise InputError(
                "{p:scale} must be a positive number, received {scale}. Sentinel-2 products use 10000.", scale=scale
            )
        left_out = empty_in_any(images, progress)
        gains = tuple(0.0 if band in left_out else 1.0 / scale for band in range(len(bands)))
        return Normalization(method, bands, gains, (0.0,) * len(bands), left_out)
    if not 0 <= lower < upper <= 100:
        raise InputError(
            "{p:lower} and {p:upper} must be percentages with 0 ≤ {p:lower} < {p:upper} ≤ 100, received {lower} "
            "and {upper}.",
            lower=lower,
            upper=upper,
        )
    is_large = method in EXTREMES_ONLY and _pixels_of(images.paths) > LARGE_IMAGE_PX
    every_row, left_out = EVERY_ROW if is_large else 1, ()
    try:
        statistics = band_statistics(images, lower, upper, progress, every_row, pool)
    except NothingValidError:
        left_out = empty_in_any(images, progress)
        if not left_out:
            raise
        statistics = band_statistics(images, lower, upper, progress, every_row, pool, left_out)
    if len(statistics) != len(bands):
        raise InputError(
            "The images of {p:statistics_from} have {count} band(s), but {band_count} were given to normalize. "
            "Give the same bands in the same order.",
            count=len(statistics),
            band_count=len(bands),
        )
    gains, biases = zip(
        *(
            (0.0, 0.0)
            if band in left_out
            else gain_and_bias(name, s, method, (lower, upper), band in reader.alpha, progress)
            for band, (name, s) in enumerate(zip(bands, statistics))
        )
    )
    return Normalization(method, bands, gains, biases, left_out)


def _leave_out(reader: RasterReader, transform: Normalization, progress: Progress, is_from_others: bool) -> None:
    """Leaves out of an image what its transform leaves out, and warns of that.

    If the transform is that of other images, further bands may have no valid pixel: a warning, too.
    """
    if transform.left_out:
        progress.warning(
            "Nodata everywhere: {bands}. These bands are left out: they are 0 in every pixel of the normalized image, "
            "and in images that a model trained on it is applied to.",
            bands=listed(transform.left_out, reader.band_names),
        )
        reader.leave_out(transform.left_out)
    further = empty_bands(reader) if is_from_others else ()
    if further:
        progress.warning(
            "“{image}” is nodata everywhere in the band(s) {bands}, in which the images of {p:statistics_from} are "
            "not, so that all pixels of the normalized image are nodata.",
            image=reader.name,
            bands=listed(further, reader.band_names),
        )


def _pixels_of(images: Sequence[Sequence[str]]) -> int:
    pixels = 0
    for image in images:
        with RasterReader(image) as reader:
            pixels += reader.grid.window.pixels
    return pixels


def read_statistics(path: str) -> Normalization:
    """The transform in a statistics file. Raises InputError if it cannot be read or is malformed."""
    try:
        with open(path, "rb") as file:
            return Normalization.from_json(parse_json(file.read(MAXIMUM_JSON_BYTES + 1)))
    except (OSError, ValueError) as error:
        raise InputError(
            "The statistics file “{path}” cannot be read: {reason:part}. Expected one that “Normalize” wrote.",
            path=path,
            reason=reason_of(error),
        ) from error


def _read_transform(path: str, reader: RasterReader) -> Normalization:
    transform: Optional[Normalization]
    if path.lower().endswith(".json"):
        transform = read_statistics(path)
    else:
        with RasterReader(path) as other:
            transform = Normalization.recorded_in(other)
    if transform is None:
        raise InputError(
            "“{path}” carries no statistics. Expected an image or a json file that “Normalize” wrote.", path=path
        )
    if len(transform.bands) != reader.band_count:
        raise InputError(
            "“{path}” has statistics of {count} bands, but {band_count} were given to normalize. Give the same "
            "bands in the same order.",
            path=path,
            count=len(transform.bands),
            band_count=reader.band_count,
        )
    return transform


def _refuse_normalized(reader: RasterReader) -> None:
    for path in reader.paths:
        with RasterReader(path) as single:
            if Normalization.recorded_in(single) is not None:
                raise InputError("“{image}” is normalized already. Give the raw image.", image=single.name)


def _write_tif(path: str, reader: RasterReader, transform: Normalization, progress: Progress) -> None:
    limit_cache([reader])
    tags = {TAG: transform.to_json()}
    profile = RasterProfile(reader.band_count, np.float32, float("nan"), band_names=reader.band_names, tags=tags)
    with RasterWriter(path, reader.grid, profile) as writer:
        windows = windows_of(reader, grain_of(reader))
        with ahead(map(reader.read, windows), WINDOWS_AHEAD) as raw, behind(WINDOWS_AHEAD) as call:
            for number, (window, pixels) in enumerate(zip(windows, raw)):
                call(writer.write, window.x, window.y, _normalized(pixels, reader.nodata, transform))
                progress.report((number + 1) / len(windows), "writing")


def _normalized(pixels: np.ndarray, nodata: Sequence[Optional[float]], transform: Normalization) -> np.ndarray:
    """The transform of pixels (h, w, c) as float32, NaN where a band is nodata, NaN or infinite."""
    result = transform.apply(pixels)
    for band, value in enumerate(nodata):
        if pixels.dtype.kind == "f" or value is not None:
            valid = valid_values(pixels[..., band : band + 1], (value,))[..., 0]
            if not valid.all():
                result[..., band][~valid] = np.nan
    return result


def _write_vrt(
    path: str, final_folder: str, reader: RasterReader, transform: Normalization, adaptation: Adaptation
) -> None:
    tags, gain, bias = {TAG: transform.to_json()}, transform.gain, transform.bias
    if adaptation.gain is not None and adaptation.bias is not None:  # the VRT has the numbers of the files
        bias = tuple(g * b + own for g, b, own in zip(gain, adaptation.bias, bias))
        gain = tuple(g * a for g, a in zip(gain, adaptation.gain))
    write_scaled_vrt(path, reader, gain, bias, reader.band_names, tags, final_folder)
