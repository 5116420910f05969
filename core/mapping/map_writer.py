"""Writing a map: evaluates its blocks on all devices, and writes its strips as a GeoTIFF or as tiles."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from ..base import limits
from ..base.concurrency import ahead, behind, spread
from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.outputs import TILE_NAME, is_made_of_tiles, replacing, tiles_folder
from ..base.pool import HERE, Function, Pool
from ..base.progress import Progress, duration_message
from ..evaluation.view import Predict, View
from ..images.legend import style_path, write_map_style
from ..raster.classes import ClassMap
from ..raster.crs import with_place
from ..raster.grid import EDGE_TOLERANCE_PX
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.virtual_raster import write_mosaic_vrt
from ..raster.window import Window
from .block_reader import Block, BlockReader
from .encoding import Encoder
from .journal import Journal, remove_journal
from .tiling_plan import Plan

BLOCKS_AHEAD = 2
BLOCKS_PER_DEVICE = 2  # while one waits for its slowest thread or for Python, the other continues


@dataclass(frozen=True)
class Mapping:
    """Everything that is needed to make a map.

    Attributes:
        blocks: reads the pixels. predicts: the model, once for each device. plan: strips and blocks of the map.
        encoder: turns scores into the map's values. classes: of the map.
        device: its name for the log. tags: provenance.
    """

    blocks: BlockReader
    predicts: Sequence[Predict]
    plan: Plan
    encoder: Encoder
    classes: ClassMap
    device: Words = "CPU"
    tags: dict[str, Any] = field(default_factory=dict)


def part_of(blocks: BlockReader, area: Window, box: Optional[Window], extent: Optional[Sequence[float]]) -> Window:
    """The requested part of the area: all pixels that lie in the box or extent, at least in part.

    Args:
        box: pixels of the first image. extent: x_min, x_max, y_min, y_max in its CRS. At most one is given.
    Raises:
        InputError: both are given, or the part is empty.
    """
    if box is not None and extent is not None:
        raise InputError("Give {p:extent} or {p:box}, not both.")
    if extent is not None:
        if not np.isfinite(extent).all():
            raise InputError("{p:extent} must be four numbers, received {extent}.", extent=str(list(extent)))
        x_min, x_max, y_min, y_max = extent
        whole = blocks.grid_of(Window(0, 0, 1, 1))
        columns, rows = whole.position_of(
            np.array([x_min, x_max, x_min, x_max]), np.array([y_min, y_min, y_max, y_max])
        )
        x, y = (int(np.floor(p.min() + EDGE_TOLERANCE_PX)) for p in (columns, rows))
        right, bottom = (int(np.ceil(p.max() - EDGE_TOLERANCE_PX)) for p in (columns, rows))
        part = area.intersect(Window(x, y, max(1, right - x), max(1, bottom - y)))
    else:
        part = area if box is None else area.intersect(blocks.covering(box))
    if not part.pixels:
        image = blocks.covered(area)
        problem = Message(
            "{p:extent} or {p:box} does not overlap what can be mapped of “{image}”: columns {left} … {right}, "
            "rows {top} … {bottom}.",
            image=blocks.name,
            left=image.x,
            right=image.right - 1,
            top=image.y,
            bottom=image.bottom - 1,
        )
        raise InputError(with_place(problem, blocks.sources[0].reader.grid))
    return part


@dataclass(frozen=True)
class SharedStrips:
    """Strips computed by a pool of other processes, which write them to the journal of the map.

    Attributes:
        function, job: for `Pool.results`, whose parts are strip numbers: yields (number, None) for each.
    """

    pool: Pool
    function: Function
    job: Any


def write_map(
    output: str,
    mapping: Mapping,
    journal: Optional[Journal] = None,
    progress: Optional[Progress] = None,
    shared: Optional[SharedStrips] = None,
) -> None:
    """Maps an area and writes a GeoTIFF, with its style if it is a map of classes.

    Args:
        output: .tif; or .vrt, whose folder of tiles consists of the strips of the journal.
        journal: receives every finished strip, and provides those of an earlier run.
        shared: computes the strips that are missing in the journal; by default this process does.
    """
    progress, encoder = progress or Progress(), mapping.encoder
    if not output.lower().endswith((".tif", ".tiff", ".vrt")):
        raise InputError("The map must be a .tif or .vrt file, received “{output}”.", output=output)
    is_classes = encoder.are_class_values
    profile = RasterProfile(
        len(encoder.band_names),
        encoder.dtype,
        encoder.nodata,
        encoder.scale,
        encoder.offset,
        encoder.band_names,
        mapping.classes if is_classes else None,
        mapping.tags,
    )
    grid = mapping.blocks.grid_of(mapping.plan.area)
    with replacing(output) as (temporary,):
        if journal is not None:
            journal.replace_staging(os.path.dirname(temporary))
        if is_made_of_tiles(output):
            if journal is None:
                raise ValueError(Message("a map of tiles needs a journal, whose strips become the tiles"))
            speed = _keep_missing(mapping, journal, progress, shared)
            write_mosaic_vrt(temporary, grid, profile, _moved_tiles(temporary, mapping, journal))
        else:
            with RasterWriter(temporary, grid, profile) as writer:
                speed = _write_strips(writer, mapping, journal, progress, shared)
        if is_classes:
            write_map_style(style_path(temporary), mapping.classes)
    remove_journal(output)
    progress.info(speed.summary())


def _keep_missing(mapping: Mapping, journal: Journal, progress: Progress, shared: Optional[SharedStrips]) -> Speed:
    """Computes the strips that are missing in the journal."""
    strips = mapping.plan.strips()
    missing = [number for number in range(len(strips)) if not journal.has(number)]
    speed = Speed(mapping.plan.area.pixels, sum(strips[number].pixels for number in missing), mapping.device)
    keep_strips(StripWork(mapping, missing, speed), journal, progress, shared)
    return speed


def keep_strips(work: StripWork, journal: Journal, progress: Progress, shared: Optional[SharedStrips] = None) -> None:
    """Computes strips and writes them to the journal."""
    with behind(BLOCKS_AHEAD) as call, closing(_finished(work, progress, shared)) as finished:
        for number, pixels in finished:
            if pixels is not None:
                call(journal.write, number, pixels)


def _moved_tiles(output: str, mapping: Mapping, journal: Journal) -> list[tuple[str, Window]]:
    """Moves the strips of a journal into the folder of tiles of a VRT; returns their relative paths and windows."""
    folder, area = tiles_folder(output), mapping.plan.area
    os.mkdir(folder)
    tiles = []
    for number, strip in enumerate(mapping.plan.strips()):
        name = TILE_NAME.format(number)
        journal.move(number, os.path.join(folder, name))
        place = Window(strip.x - area.x, strip.y - area.y, strip.width, strip.height)
        tiles.append((f"{os.path.basename(folder)}/{name}", place))
    return tiles


def _write_strips(
    writer: RasterWriter,
    mapping: Mapping,
    journal: Optional[Journal],
    progress: Progress,
    shared: Optional[SharedStrips],
) -> Speed:
    """Computes the missing strips and writes all strips."""
    strips, area = mapping.plan.strips(), mapping.plan.area
    with behind(BLOCKS_AHEAD) as call:

        def write(number: int, pixels: np.ndarray, is_new: bool) -> None:
            if journal is not None and is_new:
                journal.write(number, pixels)
            writer.write(strips[number].x - area.x, strips[number].y - area.y, pixels)

        missing = []
        for number in range(len(strips)):
            if journal is not None and journal.has(number):
                progress.check()
                call(write, number, journal.read(number), False)
            else:
                missing.append(number)
        if len(missing) < len(strips):
            progress.info(
                "{done} of {count} strips were mapped before.", done=len(strips) - len(missing), count=len(strips)
            )
        speed = Speed(area.pixels, sum(strips[number].pixels for number in missing), mapping.device)
        with closing(_finished(StripWork(mapping, missing, speed), progress, shared)) as finished:
            for number, pixels in finished:
                if pixels is None and journal is not None:
                    call(write, number, journal.read(number), False)
                else:
                    call(write, number, pixels, True)
    return speed


@dataclass(frozen=True)
class StripWork:
    """The numbers of a map's strips to compute, and the speed measured while computing them."""

    mapping: Mapping
    numbers: Sequence[int]
    speed: Speed


def _finished(
    work: StripWork, progress: Progress, shared: Optional[SharedStrips]
) -> Generator[tuple[int, Optional[np.ndarray]], None, None]:
    """The number and pixels (h, w, bands) of each strip, in order; None for pixels that are already in the journal."""
    strips = work.mapping.plan.strips()
    pixels = [strips[number].pixels for number in work.numbers]
    who = shared or SharedStrips(HERE, finished_strips, work)
    with closing(who.pool.results(who.function, who.job, work.numbers, pixels, progress)) as results:
        for number, computed in results:
            if shared:
                work.speed.after(strips[number].pixels)
            yield number, computed


def finished_strips(
    work: StripWork, numbers: Sequence[int], progress: Progress
) -> Generator[tuple[int, np.ndarray], None, None]:
    """The number and the encoded pixels (h, w, bands) of each strip, in order."""
    mapping, all_strips = work.mapping, work.mapping.plan.strips()
    strips = [all_strips[number] for number in numbers]
    at_a_time = min(BLOCKS_PER_DEVICE, limits.threads() or BLOCKS_PER_DEVICE)
    evaluators = [Evaluator(predict, mapping.blocks, progress) for predict in mapping.predicts] * at_a_time
    reading = mapping.blocks.strips(strips, mapping.plan.block_px)
    with ahead(reading, BLOCKS_AHEAD) as blocks, spread(evaluators, blocks) as results:
        for number, strip in zip(numbers, strips):
            pixels = np.empty((strip.height, strip.width, len(mapping.encoder.band_names)), mapping.encoder.dtype)
            done = 0
            while done < strip.pixels:
                block, scores = next(results)
                place = Window(block.window.x - strip.x, 0, block.window.width, block.window.height)
                pixels[place.slices] = mapping.encoder(block.crop(scores), block.valid)
                done += block.window.pixels
                progress.report(*work.speed.after(block.window.pixels))
            yield number, pixels


class Speed:
    """The speed at which the map is computed."""

    def __init__(self, all_pixels: int, missing: int, device: Words):
        self._all, self._missing, self._device = all_pixels, missing, device
        self._done, self._started = 0, time.monotonic()

    def after(self, pixels: int) -> tuple[float, Message]:
        """Counts pixels; returns the finished share of the whole map and a text about it."""
        self._done += pixels
        seconds = duration_message((self._missing - self._done) / self._pixels_per_second())
        share = (self._all - self._missing + self._done) / self._all
        speed = self._pixels_per_second() / 1e6
        return share, Message(
            "{speed:.2f} Mpx/s on {device}, {left} left", speed=speed, device=self._device, left=seconds
        )

    def _pixels_per_second(self) -> float:
        return max(self._done, 1) / max(time.monotonic() - self._started, 1e-9)

    def summary(self) -> Message:
        """The summary when all is done."""
        seconds = duration_message(time.monotonic() - self._started)
        return Message(
            "{pixels:.2f} Mpx in {duration} ({speed:.2f} Mpx/s on {device}).",
            pixels=self._done / 1e6,
            duration=seconds,
            speed=self._pixels_per_second() / 1e6,
            device=self._device,
        )


class Evaluator:
    """Evaluates blocks; if one does not fit into the device's memory, it and all later ones are halved. Thread-safe."""

    def __init__(self, predict: Predict, blocks: BlockReader, progress: Optional[Progress] = None):
        self._predict, self._shapes = predict, blocks.patch_shapes
        self._rows, self._columns = blocks.rows, blocks.columns
        self._most_pixels: Optional[int] = None
        self._progress = progress or Progress()

    def __call__(self, block: Block) -> np.ndarray:
        """Scores (h, w, k), or class indices (h, w), of a block's cover."""
        scores = self._scores(block.views, block.cover)
        if scores.shape[:2] != (block.cover.height, block.cover.width):
            raise ValueError(
                Message(
                    "expected scores of {expected}, received {received}: the geometry is wrong",
                    expected=str(block.cover),
                    received=str(scores.shape[:2]),
                )
            )
        return scores

    def _scores(self, views: Sequence[View], cover: Window) -> np.ndarray:
        if self._most_pixels is None or cover.pixels <= self._most_pixels:
            try:
                return self._predict(views)
            except MemoryError:
                self._shrink(cover)
        halves = self._halves(cover)
        scores = [self._scores([v.part(*h.slices, *s) for v, s in zip(views, self._shapes)], h) for h in halves]
        return np.concatenate(scores, axis=0 if halves[0].width == cover.width else 1)

    def _shrink(self, cover: Window) -> None:
        self._progress.check()
        if self._halves(cover)[0].pixels == cover.pixels:
            raise MemoryError(
                Message("not even a block of {width} × {height} pixels fits", width=cover.width, height=cover.height)
            )
        self._most_pixels = cover.pixels // 2
        self._progress.warning(
            "A block of {width} × {height} pixels does not fit into the memory; the map goes on with blocks of "
            "half that size. Give a smaller {p:block_size} to avoid the attempt.",
            width=cover.width,
            height=cover.height,
        )

    def _halves(self, cover: Window) -> list[Window]:
        """Two parts of a block, split across its longer side where the model's geometry allows it."""
        for side, step, width, height in sorted(
            [
                (cover.width, self._columns.alignment, None, cover.height),
                (cover.height, self._rows.alignment, cover.width, None),
            ],
            key=lambda item: -item[0],
        ):
            first = -(-side // 2 // step) * step
            if first < side:
                whole = Window(0, 0, cover.width, cover.height)
                return list(whole.blocks(width or first, height or first))
        return [Window(0, 0, cover.width, cover.height)]
