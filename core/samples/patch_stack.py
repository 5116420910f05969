"""Stacks of patches in files, in OTBTF's layout: patches N wide, N * n high, labels 1 wide, n high."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Optional, Union

import numpy as np

from ..base import limits
from ..base.errors import InputError
from ..images.image_source import TAG, Source
from ..images.value_target import TAG as TARGET_TAG
from ..images.value_target import Target
from ..raster.classes import NUMBERED_TAG, ClassMap
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.raster_writer import RasterProfile, RasterWriter
from .labels import RasterLabels
from .patch_set import Patches, PatchFile, PatchSet, TargetFile
from .places import TAG as PLACES_TAG
from .places import Places

STACK_TAG = "STACK"  # the same in patches and labels that belong together
TARGETS_TAG = "TARGETS"  # width and height of label patches


HELD_BYTES = 500_000_000  # larger sets, as float32, stay in their files


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
        profile = RasterProfile(len(bands), dtype, band_names=bands, tags=tags)
        _write_groups(self.path, (width, height), count, profile, groups)

    @staticmethod
    def write_labels(path: str, classes: ClassMap, labels: np.ndarray, identity: str) -> None:
        """Writes the class (n,) of each patch, with names and colors: one pixel wide, n high."""
        dtype, _ = classes.raster_type()
        tags, count = {STACK_TAG: identity, **classes.tags()}, len(labels)
        profile = RasterProfile(1, dtype, classes=classes, tags=tags)
        with RasterWriter(path, Grid(1, count), profile, strip_rows=count) as writer:
            writer.write(0, 0, classes.values[labels][:, np.newaxis])

    @staticmethod
    def write_targets(path: str, classes: ClassMap, groups: Iterable[np.ndarray], count: int, identity: str) -> None:
        """Writes patches of class indices, given as some (m, h, w, 1) at a time; -1 becomes nodata."""
        dtype, nodata = classes.raster_type()
        values = np.append(classes.values, nodata)  # index -1 is the last one
        remaining = iter(groups)
        first = next(remaining)
        height, width = first.shape[1:3]
        tags = {STACK_TAG: identity, TARGETS_TAG: [width, height]}
        profile = RasterProfile(1, dtype, nodata, classes=classes, tags=tags)
        _write_groups(path, (width, height), count, profile, (values[g] for g in chain([first], remaining)))

    @staticmethod
    def write_values(path: str, target: Target, groups: Iterable[np.ndarray], count: int, identity: str) -> None:
        """Writes patches of an image of values, given as some (m, h, w, c) at a time."""
        width, height = target.image.patch_width, target.image.patch_height
        scale, offset = target.scaling or (None, None)
        tags = {STACK_TAG: identity, TARGETS_TAG: [width, height], TARGET_TAG: target.to_json()}
        profile = RasterProfile(
            len(target.bands), np.dtype(target.dtype), target.nodata, scale, offset, target.bands, tags=tags
        )
        _write_groups(path, (width, height), count, profile, groups)


def _write_groups(
    path: str, size: tuple[int, int], count: int, profile: RasterProfile, groups: Iterable[np.ndarray]
) -> None:
    """Writes `count` patches of width and height `size`, given as some (m, h, w, c) at a time, below each other."""
    width, height = size
    with RasterWriter(path, Grid(width, height * count), profile, strip_rows=height) as writer:
        row = 0
        for patches in groups:
            writer.write(0, row, patches.reshape(-1, width, profile.band_count))
            row += len(patches) * height


def stack_identity(places: Sequence[Places], labels: np.ndarray) -> str:
    """The same for stacks that were cut around the same points, and for their labels."""
    digest = hashlib.sha256(labels.tobytes())
    for place in places:
        digest.update(json.dumps(place.to_json()).encode())
    return digest.hexdigest()[:16]


def write_patches(path: str, labels_path: str, patches: PatchSet) -> None:
    """Writes patches of one source in memory: the stack, and their labels or values."""
    (pixels,) = patches.images
    assert isinstance(pixels, np.ndarray)
    identity = hashlib.sha256(pixels.tobytes()).hexdigest()[:16]
    stack = Stack(path, patches.sources[0], identity, patches.places)
    stack.write(pixels.dtype, [pixels], len(patches))
    if patches.target is not None and isinstance(patches.values, np.ndarray):
        Stack.write_values(
            labels_path, patches.target, [patches.target.with_gaps(patches.values)], len(patches), identity
        )
    elif patches.is_dense:
        targets = patches.labels[..., np.newaxis]
        Stack.write_targets(labels_path, patches.classes, [targets], len(patches), identity)
    else:
        Stack.write_labels(labels_path, patches.classes, patches.labels, identity)


def read_patches(paths: Union[str, Sequence[str]], labels_path: str, held_bytes: int = HELD_BYTES) -> PatchSet:
    """Reads patches and labels; those written by OTBTF have no names and no recorded source.

    Args:
        paths: the stack of each source. held_bytes: sets that would be larger as float32, or larger than the limit for
            them, stay in their files.
    Raises:
        InputError: files that do not belong together, patches without any label.
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    with RasterReader(labels_path, with_alpha=False) as reader:
        target_size, identity, recorded = _target_size(reader), reader.tag(STACK_TAG), reader.tag(TARGET_TAG)
        count = _label_count(reader, target_size)
        name, target = reader.name, None if recorded is None else _target_of(recorded, reader)
        is_numbered = bool(reader.tag(NUMBERED_TAG))
    readers = [RasterReader(path, with_alpha=False) for path in paths]  # other programs' patches may seem to have one
    sources = tuple(_source_of(reader, name, count, identity) for reader in readers)
    files = [PatchFile(reader, source.patch_height) for reader, source in zip(readers, sources)]
    if target is not None:
        readers.append(RasterReader(labels_path, with_alpha=False))
        files.append(TargetFile(readers[-1], target))
    fits = sum(4 * int(np.prod(file.shape)) for file in files) <= limits.memory(held_bytes, limits.SHARE_OF_PATCHES)
    if not fits:
        limit_cache(readers)
    stacks: tuple[Patches, ...] = tuple(file[:] for file in files) if fits else tuple(files)
    recorded_places = readers[0].tag(PLACES_TAG)
    places = Places.from_json(recorded_places) if recorded_places else None
    if target is not None:
        *images, values = stacks
        return PatchSet(tuple(images), np.zeros(count, np.int64), ClassMap(()), sources, places, values, target)
    labels = RasterLabels(labels_path)
    classes = replace(labels.classes, is_numbered=is_numbered)
    indices = _read_targets(labels, count, target_size) if target_size else _read_labels(labels)
    recorded_classes = labels.recorded.by_value.items() if identity else ()  # others may name what was never meant
    lost = tuple(c.name for value, c in sorted(recorded_classes) if c.name and value not in classes.values)
    return PatchSet(stacks, indices, classes, sources, places, lost=lost)


def _target_of(recorded: Any, reader: RasterReader) -> Target:
    """The target recorded in a stack. Raises InputError unless it describes what the stack holds."""
    target = Target.from_json(recorded)
    described = target.image.patch_width, target.dtype, len(target.bands)
    if described != (reader.grid.width, reader.dtype.name, reader.band_count):
        raise InputError(
            "“{image}” is not what its description says: patches of {size} pixels, {bands} band(s) of {dtype}. "
            "Extract the patches again.",
            image=reader.name,
            size=described[0],
            bands=described[2],
            dtype=described[1],
        )
    return target


def _target_size(reader: RasterReader) -> Optional[tuple[int, int]]:
    """Width and height of label patches, or None if there is one label for each patch. OTBTF's are square."""
    recorded = reader.tag(TARGETS_TAG)
    if recorded:
        return int(recorded[0]), int(recorded[1])
    width, height = reader.grid.width, reader.grid.height
    return (width, width) if min(width, height) > 1 else None


def _label_count(reader: RasterReader, target_size: Optional[tuple[int, int]]) -> int:
    """The number of patches that have labels. Raises InputError if a raster is no labels of patches at all."""
    width, height = reader.grid.width, reader.grid.height
    count, rest = divmod(height, target_size[1]) if target_size else (width * height, 0)
    is_an_image = count == 1 and target_size and reader.grid.crs and not reader.tag(TARGETS_TAG)
    if not count or rest or is_an_image:
        raise InputError(
            "“{labels}” ({width} × {height} pixels) does not hold labels of patches. Expected the files that “Extract "
            "patches” writes, {p:patches} and {p:labels}, not the image and the label raster themselves.",
            labels=reader.name,
            width=width,
            height=height,
        )
    return count


def _source_of(reader: RasterReader, labels_name: str, count: int, identity: Optional[str]) -> Source:
    """What a stack was cut from. Raises InputError unless it holds `count` patches and belongs to the labels."""
    width = reader.grid.width
    if reader.grid.height % count:
        raise InputError(
            "“{patches}” is {rows} rows high, which cannot be {count} patches, the number of labels in "
            "“{labels}”. Give the labels that were written together with these patches.",
            patches=reader.name,
            rows=reader.grid.height,
            count=count,
            labels=labels_name,
        )
    height = reader.grid.height // count
    recorded = reader.tag(TAG)
    source = Source.from_json(recorded) if recorded else Source(reader.band_names, (0.0, 0.0), width, height)
    if (source.patch_width, source.patch_height) != (width, height):
        raise InputError(
            "“{patches}” holds patches of {patch_width} × {patch_height}, but its size and the {count} labels of "
            "“{labels}” give {width} × {height}. Give the labels that belong to these patches.",
            patches=reader.name,
            patch_width=source.patch_width,
            patch_height=source.patch_height,
            count=count,
            labels=labels_name,
            width=width,
            height=height,
        )
    if len({reader.tag(STACK_TAG), identity} - {None}) > 1:
        raise InputError(
            "The labels “{labels}” were not written together with the patches “{patches}”. Give the labels of "
            "these patches.",
            labels=labels_name,
            patches=reader.name,
        )
    return source


def _read_labels(labels: RasterLabels) -> np.ndarray:
    indices = labels.read(labels.grid.window).reshape(-1)
    if (indices < 0).any():
        raise InputError(
            "“{labels}” has {count} patches without a class (nodata). Extract them again.",
            labels=labels.name,
            count=int((indices < 0).sum()),
        )
    return indices


def _read_targets(labels: RasterLabels, count: int, size: tuple[int, int]) -> np.ndarray:
    """Label patches (n, h, w) in the smallest type, so that large sets fit into memory."""
    width, height = size
    targets = np.empty((count, height, width), np.int8 if len(labels.classes) <= 127 else np.int16)
    for target, window in zip(targets, labels.grid.window.blocks(width, height)):
        target[:] = labels.read(window)
    return targets
