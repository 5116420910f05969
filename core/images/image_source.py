"""Image sources: what an image must be like as an input of a model; recorded in patches, samples and models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from ..base.errors import InputError
from ..base.messages import Message
from ..base.model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS
from ..base.plain_json import a_list, finite_number, reason_of, short_text, whole_number
from ..raster.raster_reader import RasterReader
from .neighborhood import NUMBERS_PER_BAND
from .normalization import Normalization, bands_left_out

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

    @classmethod
    def of_image(
        cls, reader: RasterReader, patch_width: int = 1, patch_height: int = 1, neighborhood: bool = False
    ) -> Source:
        """Describes an image that patches or values are taken from."""
        normalization = Normalization.recorded_in(reader)
        size = reader.grid.pixel_size
        return cls(reader.band_names, size, patch_width, patch_height, normalization, (), neighborhood, reader.left_out)

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

    def of_bands(self, bands: Sequence[int]) -> Source:
        """The same source with some of its bands only. Raises InputError if there is no such band."""
        if max(bands) >= len(self.bands):
            raise InputError(
                "The image had {count} bands, but the value of band {band} was chosen.",
                count=len(self.bands),
                band=max(bands),
            )
        normalization = self.normalization.of_bands(bands) if self.normalization else None
        left_out = tuple(new for new, old in enumerate(bands) if old in self.left_out)
        return replace(self, bands=tuple(self.bands[i] for i in bands), normalization=normalization, left_out=left_out)

    def transform_for(self, reader: RasterReader) -> Optional[Normalization]:
        """The transform still to be applied to an image before this model sees it.

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
        }

    @classmethod
    def from_json(cls, values: Any) -> Source:
        """Raises InputError where the description is malformed."""
        try:
            bands = tuple(
                short_text(name, Message("the name of a band"))
                for name in a_list(values["bands"], 1, MAXIMUM_BANDS, Message("the bands of a source"))
            )
            width, height = (
                finite_number(v, Message("the size of a pixel"))
                for v in a_list(values["pixel_size"], 2, 2, Message("the size of a pixel"))
            )
            if not (width > 0 and height > 0) and (width or height):  # 0 and 0: unknown
                raise ValueError(Message("the size of a pixel is not positive"))
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
                (width, height),
                whole_number(values["patch_width"], 1, LARGEST_PATCH_PX, Message("the width of a patch")),
                whole_number(values["patch_height"], 1, LARGEST_PATCH_PX, Message("the height of a patch")),
                transform,
                fill,
                neighborhood,
                bands_left_out(values, len(bands)),
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
