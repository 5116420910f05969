"""Image sources: what an image must be like as an input of a model; recorded in patches, samples and models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS
from ..base.plain_json import a_list, finite_number, reason_of, short_text, whole_number
from ..raster.adapted_reader import conversion
from ..raster.ground import ground_size
from ..raster.raster_reader import RasterReader
from ..raster.recorded_scaling import Scalings, recorded_scalings, scalings_from_json, scalings_to_json
from .as_learned import AS_RECORDED
from .neighborhood import NUMBERS_PER_BAND
from .normalization import Normalization, bands_left_out, same_numbers
from .value_ranges import Ranges, ranges_from_json, ranges_to_json

TAG = "SOURCE"


@dataclass(frozen=True)
class Source:
    """One input image of a model.

    Attributes:
        bands: name of each band.
        pixel_size: width and height of a pixel in units of the CRS.
        patch_width, patch_height: pixels around a sample that the model sees; 1 for single pixels.
        normalization: the transform that the pixels went through before; None for raw pixels.
        fill: per band, the (normalized) value that stands in for nodata: the mean of the training data.
        scalings: scale and offset of each band of the raw image, where they were recorded; None if none is known.
        ranges: per band, where the (normalized) values learned from begin and end, but for the outermost; None where
            that is not known. See value_ranges.py.
        meters: width and height of a pixel on the ground; None where nobody knows, as in files of earlier versions.
        neighborhood: whether the model sees, instead of the pixels of the patch, the sample's pixel, and the mean and
            standard deviation of each band in the patch; see neighborhood.py.
        left_out: bands of raw pixels that were nodata everywhere: 0 in all pixels, and never nodata. Those of
            normalized ones are recorded in the normalization.
    """

    bands: tuple[str, ...]
    pixel_size: tuple[float, float]
    patch_width: int = 1
    patch_height: int = 1
    normalization: Optional[Normalization] = None
    fill: tuple[float, ...] = ()
    neighborhood: bool = False
    left_out: tuple[int, ...] = ()
    scalings: Optional[Scalings] = None
    ranges: Optional[Ranges] = None
    meters: Optional[tuple[float, float]] = field(default=None, compare=False)  # varies within a CRS in degrees

    @classmethod
    def of_image(
        cls, reader: RasterReader, patch_width: int = 1, patch_height: int = 1, neighborhood: bool = False
    ) -> Source:
        """Describes an image that patches or values are taken from."""
        normalization = Normalization.recorded_in(reader)
        grid, scalings = reader.grid, normalization.scalings if normalization else recorded_scalings(reader)
        return cls(
            reader.band_names,
            grid.pixel_size,
            patch_width,
            patch_height,
            normalization,
            neighborhood=neighborhood,
            left_out=reader.left_out,
            scalings=scalings,
            meters=ground_size(grid),
        )

    @property
    def ignored(self) -> tuple[int, ...]:
        """The bands that are taken for 0 in every image, raw or normalized, and that are never nodata."""
        return self.left_out if self.normalization is None else self.normalization.left_out

    @property
    def value_count(self) -> int:
        """Numbers that a forest sees of a pixel."""
        return len(self.bands) * (NUMBERS_PER_BAND if self.neighborhood else 1)

    def with_fill(self, fill: Any) -> Source:
        """The same source with one fill value per band."""
        return replace(self, fill=tuple(float(v) for v in fill))

    def learned_from(self, fill: Any, ranges: Ranges) -> Source:
        """The same source with fill values, and with ranges where they can be told."""
        return replace(self.with_fill(fill), ranges=ranges if any(r is not None for r in ranges) else None)

    def of_bands(self, bands: Sequence[int]) -> Source:
        """The same source with some of its bands only. Raises InputError if there is no such band."""
        if max(bands) >= len(self.bands):
            raise InputError(
                "The image had {count} bands, but the value of band {band} was chosen.",
                count=len(self.bands),
                band=max(bands),
            )
        normalization = self.normalization.of_bands(bands) if self.normalization else None
        scalings, ranges = (tuple(v[i] for i in bands) if v else None for v in (self.scalings, self.ranges))
        chosen = replace(self, normalization=normalization, scalings=scalings, ranges=ranges)
        left_out = tuple(new for new, old in enumerate(bands) if old in self.left_out)
        return replace(chosen, bands=tuple(self.bands[i] for i in bands), left_out=left_out)

    def transform_for(self, reader: RasterReader, pixel_values: str = AS_RECORDED) -> Optional[Normalization]:
        """The transform still to be applied to an image before this model sees it.

        Args:
            pixel_values: UNCHANGED takes numbers of other scales or offsets, normalized alike, for the same.
        Returns:
            None if the image's pixels are already what the model was trained on.
        Raises:
            InputError: wrong number of bands, or the image went through another transform.
        """
        if reader.band_count != len(self.bands):
            raise InputError(
                "The image “{image}” has {count} band(s); the model expects {expected}: {bands}. Stack these "
                "bands in this order (“Normalize and stack bands”).",
                image=reader.name,
                count=reader.band_count,
                expected=len(self.bands),
                bands=self.bands,
            )
        applied = Normalization.recorded_in(reader)
        if applied is None:
            return self.normalization
        if self.normalization is None:
            raise InputError(
                "The image “{image}” is normalized, but the model was trained on raw pixels. Give the image "
                "before normalization.",
                image=reader.name,
            )
        if applied.fingerprint != self.normalization.fingerprint:
            raise InputError(
                "The image “{image}” was normalized in another way ({normalization}) than the model's training "
                "image ({expected}). Give the raw image: the model brings its normalization along. Or normalize "
                "it with “Statistics from” set to the training image.",
                image=reader.name,
                normalization=applied.describe(),
                expected=self.normalization.describe(),
            )
        if pixel_values == AS_RECORDED and not same_numbers(applied, self.normalization):
            raise InputError(
                "The image “{image}” was normalized like the model's training image ({normalization}), but its raw "
                "numbers are recorded with another scale or offset, so that the same ground has other values. Give "
                "the raw image, whose numbers are converted; or normalize it with “Statistics from” set to the "
                "training image.",
                image=reader.name,
                normalization=applied.describe(),
            )
        return None

    def to_json(self) -> dict[str, Any]:
        """Plain values; the inverse of `from_json`."""
        return {
            "bands": list(self.bands),
            "pixel_size": list(self.pixel_size),
            "patch_width": self.patch_width,
            "patch_height": self.patch_height,
            "normalization": self.normalization.to_json() if self.normalization else None,
            "fill": list(self.fill),
            **({"neighborhood": True} if self.neighborhood else {}),
            **({"left_out": list(self.left_out)} if self.left_out else {}),
            **({"scalings": scalings_to_json(self.scalings)} if self.scalings else {}),
            **({"ranges": ranges_to_json(self.ranges)} if self.ranges else {}),
            **({"meters": list(self.meters)} if self.meters else {}),
        }

    @classmethod
    def from_json(cls, values: Any) -> Source:
        """Raises InputError where the description is malformed."""
        try:
            bands = tuple(
                short_text(name, Message("the name of a band"))
                for name in a_list(values["bands"], 1, MAXIMUM_BANDS, Message("the bands of a source"))
            )
            size = _pixel_size(values["pixel_size"])
            meters = _pixel_size(values["meters"]) if values.get("meters") is not None else None
            fill = tuple(
                finite_number(v, Message("a value that stands for nodata"))
                for v in a_list(values["fill"], 0, MAXIMUM_BANDS, Message("the values that stand for nodata"))
            )
            normalization = values["normalization"]
            transform = Normalization.from_json(normalization) if normalization is not None else None
            if len(fill) not in (0, len(bands)) or len(transform.bands if transform else bands) != len(bands):
                raise ValueError(Message("its parts are for different numbers of bands"))
            neighborhood = values.get("neighborhood", False)
            if not isinstance(neighborhood, bool):
                raise ValueError(Message("“neighborhood” must be true or false"))
            return cls(
                bands,
                size,
                whole_number(values["patch_width"], 1, LARGEST_PATCH_PX, Message("the width of a patch")),
                whole_number(values["patch_height"], 1, LARGEST_PATCH_PX, Message("the height of a patch")),
                transform,
                fill,
                neighborhood,
                bands_left_out(values, len(bands)),
                scalings_from_json(values.get("scalings"), len(bands)),
                ranges_from_json(values.get("ranges"), len(bands)),
                meters,
            )
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            reason = Message("an entry is missing") if isinstance(error, KeyError) else reason_of(error)
            raise InputError(
                "The description of a source is malformed: {reason:part}. The file was not written by RasterLearn.",
                reason=reason,
            ) from error


def require_same_left_out(first: Source, second: Source) -> None:
    """Raises InputError if the images of two sets were nodata everywhere in different bands."""
    different = sorted({*first.left_out} ^ {*second.left_out})
    if different:
        raise InputError(
            "The band(s) {bands} are nodata everywhere in the images of one of two sets, so that they are left out "
            "there only, and the sets cannot be compared. Extract both from images without these bands.",
            bands=[first.bands[band] for band in different],
        )


def require_same_scale(first: Source, second: Source, name: Words) -> None:
    """Raises InputError if both are raw, but recorded with other scales or offsets, so that their numbers differ.

    Args:
        name: of what the second one describes, for the message.
    """
    if first.normalization is not None or second.normalization is not None or not first.scalings:
        return
    for band, wanted, found in zip(first.bands, first.scalings, second.scalings or ()):
        if wanted is not None and found is not None and conversion(found, wanted) != (1.0, 0.0):
            raise InputError(
                "{name:capital} were extracted from an image whose band {band} is recorded with scale {scale:g} and "
                "offset {offset:g}, but those to learn from with {expected_scale:g} and {expected_offset:g}: the same "
                "ground has other numbers. Extract both from images of one kind, or normalize the second image with "
                "“Statistics from” set to the first, normalized one.",
                name=name,
                band=band,
                scale=found[0],
                offset=found[1],
                expected_scale=wanted[0],
                expected_offset=wanted[1],
            )


def conversion_between(given: Source, wanted: Source) -> Optional[tuple[np.ndarray, np.ndarray]]:
    """Gain and bias (c,) float64 that turn raw pixels of one source into those of another; None if there are none."""
    if given.normalization is not None or not given.scalings or not wanted.scalings:
        return None
    gain, bias = np.array([conversion(of, to) for of, to in zip(given.scalings, wanted.scalings)]).T
    return None if (gain == 1).all() and (bias == 0).all() else (gain, bias)


def _pixel_size(recorded: Any) -> tuple[float, float]:
    """Width and height, both 0 where they are unknown. Raises ValueError."""
    width, height = (
        finite_number(v, Message("the size of a pixel")) for v in a_list(recorded, 2, 2, Message("the size of a pixel"))
    )
    if not (width > 0 and height > 0) and (width or height):
        raise ValueError(Message("the size of a pixel is not positive"))
    return width, height
