"""Scenes: many images of one kind that patches are cut from, each from the first that holds it whole and valid."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from ..images.as_learned import AS_RECORDED, Likening
from ..images.image_set import STAC_ENDINGS, read_image_set
from ..images.normalization import require_same_transform
from ..raster.adapted_reader import AS_IT_IS, Adaptation, alike
from ..raster.crs import meters_per_unit, require_comparable
from ..raster.data_sources import file_of
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from .patch_reader import OUTSIDE, ImageCutter, Paths, place
from .points import PointFile
from .vector_layer import NoPlaceError

SAME_SIZE = 0.01  # pixel sizes in different projections differ by less where these are used

Held = tuple[np.ndarray, np.ndarray, np.ndarray]
"""The points whose patches lie in an image, and their columns and rows there, (m,) int64."""


@dataclass(frozen=True)
class Scene:
    """One of the images.

    Attributes:
        paths: its files, whose bands are stacked. grid: of all of them. adaptation: to the first of the images.
    """

    paths: tuple[str, ...]
    grid: Grid
    adaptation: Adaptation = AS_IT_IS


def list_scenes(
    image: RasterReader, image_set: str, progress: Progress, pixel_values: str = AS_RECORDED
) -> list[Scene]:
    """An image, and after it the others of a set in their order.

    Args:
        pixel_values: whether numbers are converted where recorded scales and offsets differ; see as_learned.
        image_set: see image_set.read_image_set; of STAC items, the assets with the names of the image's bands are used.
    Raises:
        InputError: the set cannot be read, or one of its images; an image with other bands, types or pixel sizes, or
            one that was normalized in another way.
    """
    is_stac = image_set.lower().endswith(STAC_ENDINGS)
    scenes = {_files(image.paths): Scene(tuple(image.paths), image.grid)}
    likening = Likening(image, pixel_values, progress)
    for listed in read_image_set(image_set=image_set, assets=",".join(image.band_names) if is_stac else ""):
        progress.check()
        if listed.problem:
            raise InputError(
                "{problem} Assets are looked for that have the names of the bands of “{image}”.",
                problem=listed.problem,
                image=image.name,
            )
        if len(listed.sources) > 1:
            raise InputError(
                "“{image_set}” has {source_count} images in one line. Patches are cut from one image for each "
                "point: give each its own line.",
                image_set=os.path.basename(image_set),
                source_count=len(listed.sources),
            )
        (paths,) = listed.sources
        if _files(paths) not in scenes:
            with RasterReader(paths) as other:
                _require_alike(image, other)
                adaptation = likening.of(other, *listed.declared[:1])
                scenes[_files(paths)] = Scene(paths, other.grid, adaptation)
    adaptations = alike([scene.adaptation for scene in scenes.values()], image.band_count)
    return [replace(scene, adaptation=adaptation) for scene, adaptation in zip(scenes.values(), adaptations)]


def _files(paths: Paths) -> tuple[str, ...]:
    return tuple(os.path.realpath(file_of(path)) for path in paths)


def _require_alike(image: RasterReader, other: RasterReader) -> None:
    """Raises InputError unless patches of both can lie in one stack."""
    require_comparable(image.name, image.grid, other.name, other.grid)
    names, expected = other.band_names, image.band_names
    require_same_transform(image, other)
    if (other.band_count, other.file_dtype) != (image.band_count, image.file_dtype):
        raise InputError(
            "“{other}” has {other_count} band(s) of {other_dtype}, but “{image}” has {count} of {dtype}. Patches "
            "of several images need the same bands of the same type.",
            other=other.name,
            other_count=other.band_count,
            other_dtype=other.file_dtype,
            image=image.name,
            count=image.band_count,
            dtype=image.file_dtype,
        )
    if names != expected and sorted(names) == sorted(expected):
        raise InputError(
            "“{other}” has the bands {bands}, but “{image}” has {expected}. Stack them in the same order "
            "(“Normalize and stack bands”).",
            other=other.name,
            bands=names,
            image=image.name,
            expected=expected,
        )
    if not _same_size(image.grid, other.grid):
        raise InputError(
            "“{other}” has pixels of {other_size}, but “{image}” of {size}. Give images with pixels of one size, "
            "or resample them (“Warp”).",
            other=other.name,
            other_size=_size_text(other.grid),
            image=image.name,
            size=_size_text(image.grid),
        )


def _same_size(first: Grid, second: Grid) -> bool:
    """Whether pixels are as large on the ground; those in degrees and in meters are not comparable."""
    units = [meters_per_unit(grid.crs) for grid in (first, second)]
    if (units[0] is None) != (units[1] is None):
        return False
    ours, theirs = (np.multiply(grid.pixel_size, unit or 1.0) for grid, unit in zip((first, second), units))
    return bool(np.allclose(ours, theirs, rtol=SAME_SIZE, atol=0))


def _size_text(grid: Grid) -> str:
    across, down = grid.pixel_size
    return f"{across:g} × {down:g}{' m' if meters_per_unit(grid.crs) == 1 else ''}"


class Scenes:
    """Images that patches are cut from, each point's from the first one that holds it whole and valid.

    Args:
        scenes: in the order in which they are tried. points: around which patches are cut.
        cutter: of the files of these images, in the same order.
    """

    def __init__(self, scenes: Sequence[Scene], points: PointFile, cutter: ImageCutter):
        self._scenes, self._points, self._cutter = scenes, points, cutter
        self._size = cutter.size.width, cutter.size.height

    def cut(self, point_count: int, keep: Callable[[np.ndarray, np.ndarray], None], progress: Progress) -> np.ndarray:
        """Cuts the patches of all points.

        Args:
            keep: takes numbers (m,) of points and their patches (m, h, w, c); the last patch of a point counts.

        Returns:
            The reason (n,) uint8 of each point; of those of several images, the one that comes nearest to a patch.
        """
        reasons, held = self._locate(point_count, progress)
        tried, attempt = np.full(point_count, -1), 0
        while True:
            # The next image of each point, rather than all points of the next image: there is work for many workers.
            chosen, columns, rows = _next_spots(held, tried, reasons > 0)
            if not len(chosen):
                used = len(np.unique(tried[reasons == 0]))
                progress.info("The patches are from {used} of {count} images.", used=used, count=len(self._scenes))
                return reasons
            part = progress.part(1 - 0.1**attempt, 1 - 0.1 ** (attempt + 1))
            for members, patches, why in self._cutter.patches(tried[chosen], columns, rows, part):
                keep(chosen[members], patches)
                reasons[chosen[members]] = why
            attempt += 1

    def _locate(self, point_count: int, progress: Progress) -> tuple[np.ndarray, list[Held]]:
        """Where the points lie in each image, and why patches of the others lie in none, (n,) uint8."""
        reasons, held = np.full(point_count, OUTSIDE, np.uint8), []
        places: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for scene in self._scenes:
            progress.check()
            crs = scene.grid.crs
            if crs not in places:
                places[crs] = self._points_in(scene.grid, os.path.basename(file_of(scene.paths[0])))
            columns, rows = scene.grid.pixel_of(*places[crs])
            why = place(scene.grid.window, columns, rows, *self._size)
            members = np.flatnonzero(why == 0)
            held.append((members, columns[members], rows[members]))
            reasons = np.maximum(reasons, why)
        return reasons, held

    def _points_in(self, grid: Grid, crs_of: str) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates (n,) of the points in the CRS of an image; infinite where they have none."""
        try:
            points = self._points.read(grid, crs_of)
        except NoPlaceError:  # an image at the other end of the world
            return (np.full(len(self._points.read()), np.inf),) * 2
        return points.x, points.y


def _next_spots(held: Sequence[Held], tried: np.ndarray, waiting: np.ndarray) -> tuple[np.ndarray, ...]:
    """The points for which there is a further image, and their columns and rows there; `tried` becomes this image."""
    columns, rows = np.zeros((2, len(tried)), np.int64)
    left = waiting.copy()
    for number, (members, of_columns, of_rows) in enumerate(held):
        here = left[members] & (tried[members] < number)
        chosen = members[here]
        columns[chosen], rows[chosen], tried[chosen], left[chosen] = of_columns[here], of_rows[here], number, False
    chosen = np.flatnonzero(waiting & ~left)
    return chosen, columns[chosen], rows[chosen]
