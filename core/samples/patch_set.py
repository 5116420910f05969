"""Sets of patches with their labels or values, in memory or in files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Optional, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..images.answers import Answer, answer_of
from ..images.band_moments import BandMoments
from ..images.image_source import Source
from ..images.value_ranges import Ranges, ranges_of
from ..images.value_target import Target
from ..raster.classes import ClassMap
from ..raster.raster_reader import RasterReader
from ..raster.window import Window
from .labels import NOT_ANNOTATED
from .places import Places

PATCHES_AT_ONCE = 1024
RANGE_PX = 500_000  # of each source, from which ranges of values are taken


class PatchFile:
    """Patches that stay in their file until they are asked for; indexed like an array (n, h, w, c).

    Attributes:
        shape: (n, h, w, c). dtype: of the file.
    """

    def __init__(self, reader: RasterReader, height: int):
        self._reader, self._lock = reader, threading.Lock()
        self.shape = reader.grid.height // height, height, reader.grid.width, reader.band_count
        self.dtype = reader.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Union[slice, np.ndarray]) -> np.ndarray:
        """The patches with these numbers, (m, h, w, c)."""
        numbers = np.arange(len(self))[rows]
        pixels = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        height, width = self.shape[1:3]
        with self._lock:  # a data set of GDAL is for one thread at a time
            for target, number in zip(pixels, numbers.tolist()):
                self._reader.read(Window(0, number * height, width, height), target)
        return pixels


class TargetFile(PatchFile):
    """Patches of values (n, h, w, c) float32, NaN where there is none, that stay in their file until asked for."""

    def __init__(self, reader: RasterReader, target: Target):
        super().__init__(reader, target.image.patch_height)
        self._target = target

    def __getitem__(self, rows: Union[slice, np.ndarray]) -> np.ndarray:
        return self._target.known(super().__getitem__(rows))


Patches = Union[np.ndarray, PatchFile]


@dataclass(frozen=True)
class PatchSet:
    """Patches of one or several sources with their labels.

    Attributes:
        images: of each source (n, h, w, c), in the image's type: in memory, or in a file.
        labels: class index (n,) int64 of each patch, or of each pixel of it (n, h, w), NOT_ANNOTATED where there is
            none.
        classes: what the indices stand for.
        sources: what the patches were cut from.
        places: where they lie in the first image, if that is known.
        values: patches of values (n, h, w, b) instead of classes, NaN where there is none. Then labels are 0.
        target: what these were cut from.
        lost: names of classes that the points or the label image had, but that no patch has.
    """

    images: tuple[Patches, ...]
    labels: np.ndarray
    classes: ClassMap
    sources: tuple[Source, ...]
    places: Optional[Places] = None
    values: Optional[Patches] = None
    target: Optional[Target] = None
    lost: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, pixels: np.ndarray, labels: np.ndarray, classes: ClassMap, source: Source, places: Optional[Places] = None
    ) -> PatchSet:
        """From patches (n, h, w, c) of a single source."""
        return cls((pixels,), labels, classes, (source,), places)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def shapes(self) -> list[tuple[int, int, int]]:
        """Height, width and bands of the patches of each source."""
        return [(image.shape[1], image.shape[2], image.shape[3]) for image in self.images]

    @property
    def is_dense(self) -> bool:
        """Whether each pixel of a patch has its own label."""
        return self.labels.ndim == 3

    @property
    def is_held(self) -> bool:
        """Whether all patches are in memory."""
        return all(isinstance(image, np.ndarray) for image in (*self.images, self.answers))

    @cached_property
    def answer(self) -> Answer:
        """What models of these patches answer: classes or values."""
        return answer_of(self.classes, self.target)

    @property
    def answers(self) -> Patches:
        """The true answers: values if there are any, else labels."""
        return self.labels if self.values is None else self.values

    @property
    def known_labels(self) -> np.ndarray:
        """The labels there are, (m,)."""
        return self.labels[self.labels != NOT_ANNOTATED]

    @cached_property
    def value_moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of each band, (b,) float64, of the values there are.

        Raises:
            InputError: a band has no value at all.
        """
        assert self.values is not None
        bands = self.values.shape[3]
        moments = BandMoments(bands)
        for start in range(0, len(self), PATCHES_AT_ONCE):
            part = self.values[start : start + PATCHES_AT_ONCE].reshape(-1, bands).astype(np.float64)
            moments.add(part, np.isfinite(part))
        if not moments.count.all():
            raise InputError(
                "A band of the target patches has no value that is not nodata, so nothing can be learned of it. "
                "Check the nodata value of the target image."
            )
        require_moderate(moments)
        return moments.mean, moments.variance

    def batches(self, rows: np.ndarray, size: int) -> Iterator[tuple[tuple[np.ndarray, ...], np.ndarray]]:
        """Patches of each source as (m, h, w, c) float32 and their answers, `size` of the given rows at a time."""
        for start in range(0, len(rows), size):
            yield self.some(rows[start : start + size])

    def some(self, rows: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Patches of each source as (m, h, w, c) float32 and their answers, of the given rows (m,)."""
        return tuple(image[rows].astype(np.float32) for image in self.images), self.answers[rows]

    def with_classes(self, classes: ClassMap, of: Words) -> PatchSet:
        """The same patches with the class indices of another class map.

        Raises:
            InputError: the two disagree on values and names, or a class is unknown there.
        """
        index = np.append(classes.positions_of(self.classes, Message("The training set"), of), NOT_ANNOTATED)
        return replace(self, labels=index[self.labels].astype(self.labels.dtype), classes=classes)


def require_moderate(moments: BandMoments) -> None:
    """Raises InputError if a band has values too large to compute with as float32, such as an undeclared 1e30."""
    with np.errstate(over="ignore", invalid="ignore"):
        fits = np.isfinite(np.float32(moments.mean)) & np.isfinite(np.float32(moments.variance))
    if not fits.all():
        raise InputError(
            "Band {band} of the patches has values so large that nothing can be computed with them: their mean is "
            "{mean:g}. If they mean missing pixels, declare them as nodata of the image (“Translate”) and extract the "
            "patches again.",
            band=int(np.argmin(fits)) + 1,
            mean=float(moments.mean[np.argmin(fits)]),
        )


def band_moments(patches: PatchSet) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Mean and variance of each band, (c,) float64, of each source."""
    sources = [BandMoments(bands) for _, _, bands in patches.shapes]
    with np.errstate(over="ignore", invalid="ignore"):  # which `require_moderate` finds
        for images, _ in patches.batches(np.arange(len(patches)), PATCHES_AT_ONCE):
            for moments, image in zip(sources, images):
                moments.add(image.reshape(-1, image.shape[-1]))
    for moments in sources:
        require_moderate(moments)
    return [moments.mean for moments in sources], [moments.variance for moments in sources]


def band_ranges(patches: PatchSet) -> list[Ranges]:
    """The ranges of values of each band of each source, from some patches of all parts of the set."""
    found = []
    for image in patches.images:
        count = min(len(patches), max(1, RANGE_PX // (image.shape[1] * image.shape[2])))
        rows = np.unique(np.linspace(0, len(patches) - 1, count).astype(np.int64))
        found.append(ranges_of(image[rows].reshape(-1, image.shape[-1])))
    return found
