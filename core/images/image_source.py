"""Image sources: what an image must be like as an input of a model; recorded in patches, samples and models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from ..base.errors import InputError
from ..base.messages import Message
from ..base.model_limits import LARGEST_PATCH_PX, MAXIMUM_BANDS
from ..base.plain_json import a_list, finite_number, reason_of, short_text, whole_number
from ..raster.ground import ground_size
from ..raster.raster_reader import RasterReader
from .neighborhood import NUMBERS_PER_BAND
from .normalization import Normalization

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
        meters: width and height of a pixel on the ground; None where nobody knows, as in files of earlier versions.
        neighborhood: whether the model sees, instead of the pixels of the patch, the sample's pixel, and the mean and
            standard deviation of each band in the patch; see neighborhood.py.
    """

    bands: tuple[str, ...]
    pixel_size: tuple[float, float]
    patch_width: int = 1
    patch_height: int = 1
    normalization: Optional[Normalization] = None
    fill: tuple[float, ...] = ()
    neighborhood: bool = False
    meters: Optional[tuple[float, float]] = field(default=None, compare=False)  # varies within a CRS in degrees

    @classmethod
    def of_image(
        cls, reader: RasterReader, patch_width: int = 1, patch_height: int = 1, neighborhood: bool = False
    ) -> Source:
        """Describes an image that patches or values are taken from."""
        normalization = Normalization.recorded_in(reader)
        grid = reader.grid
        return cls(
            reader.band_names,
            grid.pixel_size,
            patch_width,
            patch_height,
            normalization,
            neighborhood=neighborhood,
            meters=ground_size(grid),
        )

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
        return replace(self, bands=tuple(self.bands[i] for i in bands), normalization=normalization)

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
                meters,
            )
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            reason = Message("an entry is missing") if isinstance(error, KeyError) else reason_of(error)
            raise InputError(
                "The description of a source is malformed: {reason:part}. The file was not written by RasterLearn.",
                reason=reason,
            ) from error


def _pixel_size(recorded: Any) -> tuple[float, float]:
    """Width and height, both 0 where they are unknown. Raises ValueError."""
    width, height = (
        finite_number(v, Message("the size of a pixel")) for v in a_list(recorded, 2, 2, Message("the size of a pixel"))
    )
    if not (width > 0 and height > 0) and (width or height):
        raise ValueError(Message("the size of a pixel is not positive"))
    return width, height
