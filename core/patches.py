"""Stacks of patches in files, in OTBTF's layout: N wide, N * n high, labels 1 wide, n high."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from .classes import ClassMap
from .errors import InputError
from .grid import Grid
from .labels import RasterLabels
from .leakage import TAG as PLACES_TAG
from .leakage import Places
from .raster import RasterReader, RasterWriter
from .source import TAG, Source
from .style import Legend

STACK_TAG = "STACK"  # the same in patches and labels that belong together
TARGETS_TAG = "TARGETS"  # width and height of label patches


@dataclass(frozen=True)
class PatchSet:
    """Patches of one source with their labels.

    Attributes:
        pixels: (n, h, w, c), in the image's type.
        labels: class index (n,) int64.
        classes: what the indices stand for.
        source: what the patches were cut from.
        places: where they lie, if that is known.
    """

    pixels: np.ndarray
    labels: np.ndarray
    classes: ClassMap
    source: Source
    places: Optional[Places] = None

    def __len__(self) -> int:
        return len(self.labels)

    def with_classes(self, classes: ClassMap, of: str) -> PatchSet:
        """The same patches with the class indices of another class map.

        Raises:
            InputError: the two disagree on values and names, or a class is unknown there.
        """
        index = classes.positions_of(self.classes, "The training set", of)
        return replace(self, labels=index[self.labels], classes=classes)


@dataclass(frozen=True)
class Stack:
    """A file of patches, one below the other.

    Attributes:
        path: where to write. source: what the patches are cut from. identity: see `stack_identity`.
        places: where they lie, if that is known.
    """

    path: str
    source: Source
    identity: str
    places: Optional[Places] = None

    def write(self, dtype: np.dtype, groups: Iterable[np.ndarray], count: int) -> None:
        """Writes `count` patches, given as some (m, h, w, c) at a time."""
        height, width, bands = self.source.patch_height, self.source.patch_width, self.source.bands
        tags = {TAG: self.source.to_json(), STACK_TAG: self.identity}
        if self.places is not None:
            tags[PLACES_TAG] = self.places.to_json()
        with RasterWriter(
            self.path,
            Grid(width, height * count),
            len(bands),
            dtype,
            band_names=bands,
            tags=tags,
            tiled=False,
            strip_rows=height,
        ) as writer:
            row = 0
            for patches in groups:
                rows = len(patches) * height
                writer.write(0, row, patches.reshape(rows, width, len(bands)))
                row += rows

    @staticmethod
    def write_labels(path: str, classes: ClassMap, labels: np.ndarray, identity: str) -> None:
        """Writes the class (n,) of each patch, with names and colors: one pixel wide, n high."""
        dtype, _ = classes.raster_type()
        tags, count = {STACK_TAG: identity}, len(labels)
        with RasterWriter(
            path, Grid(1, count), 1, dtype, classes=classes, tags=tags, tiled=False, strip_rows=count
        ) as writer:
            writer.write(0, 0, classes.values[labels][:, np.newaxis])

    @staticmethod
    def write_targets(path: str, classes: ClassMap, groups: Iterable[np.ndarray], count: int, identity: str) -> None:
        """Writes patches of class indices, given as some (m, h, w, 1) at a time; -1 becomes nodata."""
        dtype, nodata = classes.raster_type()
        values = np.append(classes.values, nodata)  # index -1 is the last one
        writer, row = None, 0
        with ExitStack() as stack:
            for indices in groups:
                height, width = indices.shape[1:3]
                if writer is None:
                    writer = stack.enter_context(
                        RasterWriter(
                            path,
                            Grid(width, height * count),
                            1,
                            dtype,
                            nodata=nodata,
                            classes=classes,
                            tags={STACK_TAG: identity, TARGETS_TAG: [width, height]},
                            tiled=False,
                            strip_rows=height,
                        )
                    )
                writer.write(0, row, values[indices.reshape(-1, width)])
                row += len(indices) * height


def stack_identity(places: Sequence[Places], labels: np.ndarray) -> str:
    """The same for stacks that were cut around the same points, and for their labels."""
    digest = hashlib.sha256(labels.tobytes())
    for place in places:
        digest.update(json.dumps(place.to_json()).encode())
    return digest.hexdigest()[:16]


def write_patches(path: str, labels_path: str, patches: PatchSet) -> None:
    """Writes patches in memory: the stack, and their labels (class values, names and colors)."""
    identity = hashlib.sha256(patches.pixels.tobytes()).hexdigest()[:16]
    stack = Stack(path, patches.source, identity, patches.places)
    stack.write(patches.pixels.dtype, [patches.pixels], len(patches))
    Stack.write_labels(labels_path, patches.classes, patches.labels, identity)


def read_patches(path: str, labels_path: str, legend: Optional[Legend] = None) -> PatchSet:
    """Reads patches and labels; those written by OTBTF have no names and no recorded source.

    Raises:
        InputError: sizes that do not fit together.
    """
    labels = RasterLabels(labels_path, legend=legend)
    with RasterReader(labels_path) as label_reader, RasterReader(path) as reader:
        if label_reader.tag(TARGETS_TAG):
            raise InputError(
                f"“{labels.name}” has a label for each pixel of each patch; expected one label for each patch. Extract "
                "the patches again without LABEL_IMAGE."
            )
        count = labels.grid.width * labels.grid.height
        width = reader.grid.width
        if reader.grid.height % count:
            raise InputError(
                f"“{reader.name}” is {reader.grid.height} rows high, which cannot be {count} patches, the number of "
                f"labels in “{labels.name}”. Give the labels that were written together with these patches."
            )
        height = reader.grid.height // count
        recorded = reader.tag(TAG)
        source = Source.from_json(recorded) if recorded else Source(reader.band_names, (0.0, 0.0), width, height)
        if (source.patch_width, source.patch_height) != (width, height):
            raise InputError(
                f"“{reader.name}” holds patches of {source.patch_width} × {source.patch_height}, but its size and "
                f"the {count} labels of “{labels.name}” give {width} × {height}. Give the labels that belong to these "
                "patches."
            )
        stacks = {reader.tag(STACK_TAG), label_reader.tag(STACK_TAG)} - {None}
        if len(stacks) > 1:
            raise InputError(
                f"The labels “{labels.name}” were not written together with the patches “{reader.name}”. "
                "Give the labels of these patches."
            )
        pixels = reader.read(reader.grid.window).reshape(count, height, width, reader.band_count)
        recorded = reader.tag(PLACES_TAG)
        places = Places.from_json(recorded) if recorded else None
    indices = labels.read(labels.grid.window).reshape(-1)
    if (indices < 0).any():
        raise InputError(
            f"“{labels.name}” has {int((indices < 0).sum())} patches without a class (nodata). Extract them again."
        )
    return PatchSet(pixels, indices, labels.classes, source, places)
