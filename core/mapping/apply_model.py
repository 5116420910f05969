"""Applying a model file to images: chooses how the model is evaluated, plans the map, and writes it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Union

from ..base.map_results import RESULT_TABLE, MapResult
from ..base.outputs import is_made_of_tiles, replacing
from ..base.pool import HERE, Kept, Pool, path_for
from ..base.progress import Progress, duration_message
from ..base.version import rasterlearn_version
from ..evaluation.evaluator import evaluator_of
from ..evaluation.model_inputs import Meaning, SourceImage, require_sources, source_images
from ..evaluation.predictors import Evaluation
from ..evaluation.value_check import check_values
from ..evaluation.view import Predict
from ..images.as_learned import AS_RECORDED
from ..model.model_file import Model, load_model
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Window
from .block_reader import BlockReader
from .encoding import Encoder
from .journal import Journal, identity_of_files
from .map_writer import Evaluator, Mapping, SharedStrips, Speed, StripWork, keep_strips, part_of, write_map
from .tiling_plan import Plan, bytes_on_disk, make_plan, require_free_space

VALUES_TAG = "PIXEL_VALUES"

Raster = Union[str, Sequence[str]]
"""A file, or several whose bands are stacked."""


@dataclass(frozen=True)
class Options:
    """The user's options for a map, in the words of `choices`.

    Attributes:
        precision: float32, or uint8 for probabilities, confidence and entropy.
        mode: auto (dense where the network allows it), dense, or patch (patch by patch; slow).
        extent: x_min, x_max, y_min, y_max in the first image's CRS. box: its pixels. block_px: 0 chooses it.
        device: auto, cpu, gpu or gpu:N. resume: keep a journal, and continue where an earlier run ended.
        dry_run: report what would be done, without doing it.
        pixel_values: see model_inputs.Meaning.
    """

    result: str = "classes"
    precision: str = "float32"
    mode: str = "auto"
    border: str = "full"
    extent: Optional[Sequence[float]] = None
    box: Optional[Window] = None
    block_px: int = 0
    device: str = "auto"
    resume: bool = False
    dry_run: bool = False
    pixel_values: str = AS_RECORDED


@dataclass(frozen=True)
class MapJob:
    """The job of making one map, as plain values that can be sent to other processes.

    Attributes:
        images: one for each source of the model, each a file or several. model: its path. output: path of the map.
        run: distinguishes this run from others with the same paths.
    """

    images: tuple[Raster, ...]
    model: str
    output: str
    options: Options
    run: str = field(default_factory=lambda: uuid.uuid4().hex)


def apply_model(
    images: Sequence[str],
    model_path: str,
    output: str,
    options: Optional[Options] = None,
    progress: Optional[Progress] = None,
    pool: Pool = HERE,
) -> None:
    """Maps images with a model.

    Args:
        images: one for each source of the model, in its order; the first one defines the grid of the map.
        pool: computes the strips of the map.
    Raises:
        InputError: the images do not fit the model, or the model file cannot be used.
    """
    progress, options = progress or Progress(), options or Options()
    paths = tuple(path_for(pool, image) for image in images)
    job = MapJob(paths, path_for(pool, model_path), output, options)
    with open_mapping(job.images, job.model, options, progress) as opened:
        if options.dry_run:
            _report_plan(opened.mapping, opened.bytes_needed, progress)
            return
        write_opened(job, opened, progress, pool)


@dataclass(frozen=True)
class OpenedModel:
    """A loaded model that can map any number of images.

    Attributes:
        model: as in its file. result: of its maps. fingerprint: identifies the model. evaluation: how it is evaluated.
    """

    model: Model
    result: MapResult
    fingerprint: str
    evaluation: Evaluation
    _predicts: dict[tuple[bool, ...], list[Predict]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, options: Options, progress: Progress) -> OpenedModel:
        """Loads the content of a model file, and TensorFlow if needed. Raises InputError like `apply_model`."""
        result = model.answer.result(RESULT_TABLE[options.result])
        if result.word != options.result:
            progress.info(
                "This model answers with values, not with classes: the map has its values ({p:result=values})."
            )
        evaluation = evaluator_of(model).pixels(result.needs, options.mode, options.device, progress)
        return cls(model, result, model.fingerprint, evaluation)

    def predicts(self, on_map_grid: Sequence[bool]) -> list[Predict]:
        """The predictors for sources on, or off, the grid of the map; made once for each combination."""
        key = tuple(on_map_grid)
        if key not in self._predicts:
            self._predicts[key] = self.evaluation.predicts(key)
        return self._predicts[key]


@dataclass(frozen=True)
class Opened:
    """A planned map: its mapping, the fingerprint of the model, and the disk space it may take in bytes."""

    mapping: Mapping
    fingerprint: str
    bytes_needed: int


@contextmanager
def open_mapping(
    images: Sequence[Raster], model_path: str, options: Options, progress: Progress, are_checked: bool = True
) -> Generator[Opened, None, None]:
    """Opens images and model, checks their values, and plans the map. Raises InputError like `apply_model`."""
    model = load_model(model_path)
    meaning = Meaning(options.pixel_values)
    with open_images(images, model, meaning, progress) as sources:
        if are_checked:  # before TensorFlow, which takes seconds to start
            check_values(model, sources, meaning, progress)
        yield mapping_of(sources, OpenedModel.of(model, options, progress), options)


@contextmanager
def open_images(
    images: Sequence[Raster], model: Model, meaning: Meaning, progress: Progress
) -> Generator[list[SourceImage], None, None]:
    """Opens one image for each source of a model. Raises InputError like `apply_model`."""
    require_sources(images, model)
    with ExitStack() as stack:
        readers = [stack.enter_context(RasterReader(image)) for image in images]
        limit_cache(readers)
        yield source_images(model, readers, progress, meaning)


def mapping_of(sources: Sequence[SourceImage], opened: OpenedModel, options: Options) -> Opened:
    """Plans the map of opened images. Raises InputError like `apply_model`."""
    evaluation, classes, answer = opened.evaluation, opened.model.classes, opened.model.answer
    blocks = BlockReader(sources, evaluation.rows, evaluation.columns, evaluation.others)
    area = part_of(blocks, blocks.area(options.border), options.box, options.extent)
    encoder = Encoder(opened.result, answer, options.precision, evaluation.channels)
    plan = _plan(blocks, area, evaluation, len(encoder.band_names) * encoder.dtype.itemsize, options)
    needed = bytes_on_disk(
        area.pixels, len(encoder.band_names), encoder.dtype.itemsize, encoder.are_class_values, options.resume
    )
    tags: dict[str, Any] = {"MODEL": opened.fingerprint, "VERSION": rasterlearn_version(), "RESULT": opened.result.word}
    tags.update(answer.tags(opened.result))
    tags.update(_told_of_values(options))
    predicts, device = opened.predicts(blocks.on_map_grid), evaluation.devices.description
    return Opened(Mapping(blocks, predicts, plan, encoder, classes, device, tags), opened.fingerprint, needed)


def write_opened(job: MapJob, opened: Opened, progress: Progress, pool: Pool = HERE) -> None:
    """Writes the map that `mapping_of` planned. Raises OutputError if it does not fit on the disk.

    Other processes write their strips to the journal of the map, on shared storage. At the same time, this process
    assembles the map, with the same code that resumes one.
    """
    require_free_space(job.output, opened.bytes_needed)
    if not job.options.resume and not is_made_of_tiles(job.output) and not pool.elsewhere:
        write_map(job.output, opened.mapping, None, progress)
        return
    with place_with_journal(job.output, job.options) as place:
        job = replace(job, output=place)
        journal, mapping = open_journal(job, opened)
        write_map(place, mapping, journal, progress, SharedStrips(pool, map_strips, job) if pool.elsewhere else None)


@contextmanager
def _opened_by_worker(job: MapJob) -> Iterator[tuple[Mapping, Journal]]:
    with open_mapping(job.images, job.model, job.options, Progress(), are_checked=False) as opened:
        journal, mapping = open_journal(job, opened, is_worker=True)
        yield mapping, journal


_kept = Kept(_opened_by_worker)  # of this process; the model is loaded once


def map_strips(job: MapJob, numbers: Sequence[int], progress: Progress) -> Iterator[tuple[int, None]]:
    """Computes strips by their numbers and writes them to the journal; computing one twice gives the same file."""
    mapping, journal = _kept.of(job)
    missing = [number for number in numbers if not journal.has(number)]
    keep_strips(StripWork(mapping, missing, Speed(1, 1, mapping.device)), journal, progress)
    yield from ((number, None) for number in numbers)


@contextmanager
def place_with_journal(output: str, options: Options) -> Generator[str, None, None]:
    """The path to write a map with a journal to: without RESUME a temporary one, so that the journal is removed too."""
    if options.resume:
        yield os.path.abspath(output)
    else:
        with replacing(output) as (temporary,):
            yield temporary


def _plan(blocks: BlockReader, area: Window, evaluation: Evaluation, written_bytes: int, options: Options) -> Plan:
    raw_bytes = written_bytes + blocks.bytes_per_pixel
    margin = max(f.before + f.after for f in (blocks.rows, blocks.columns))
    memory = evaluation.devices.memory_bytes
    return make_plan(area, raw_bytes, evaluation.bytes_per_pixel, margin, options.block_px, memory)


def open_journal(job: MapJob, opened: Opened, is_worker: bool = False) -> tuple[Journal, Mapping]:
    """The journal, and the mapping with the same strips as in the run that began the journal."""
    mapping, plan = opened.mapping, opened.mapping.plan
    identity = {
        "model": opened.fingerprint,
        "image": _identity(job.images),
        "version": rasterlearn_version(),
        "RESULT": [job.options.result, job.options.precision],
        "area": [plan.area.x, plan.area.y, plan.area.width, plan.area.height],
        **_told_of_values(job.options),
    }
    journal = Journal(job.output, identity, {"block_px": plan.block_px, "panel_px": plan.panel_px}, is_worker)
    return journal, replace(mapping, plan=Plan(plan.area, **journal.layout))


def _told_of_values(options: Options) -> dict[str, Any]:
    """What maps and journals record of values that were not taken as usual."""
    return {} if options.pixel_values == AS_RECORDED else {VALUES_TAG: options.pixel_values}


def _identity(images: Sequence[Raster]) -> list[list[Any]]:
    """The files of each image with their state, in the given order, as another order makes another map."""
    paths = [path for image in images for path in ([image] if isinstance(image, str) else image)]
    return [[os.path.abspath(path) if os.path.exists(path) else path, identity_of_files([path])] for path in paths]


def _report_plan(mapping: Mapping, bytes_needed: int, progress: Progress) -> None:
    """Reports what would be done, with an estimated duration from computing one block."""
    plan, blocks = mapping.plan, mapping.blocks
    area, strip = plan.area, plan.strips()[0]
    first = next(
        blocks.strips([Window(strip.x, strip.y, min(strip.width, plan.block_px), strip.height)], plan.block_px)
    )
    evaluate = Evaluator(mapping.predicts[0], blocks, progress)
    evaluate(first)  # includes one-time work
    started = time.monotonic()
    mapping.encoder(first.crop(evaluate(first)), first.valid)
    speed = first.window.pixels * len(mapping.predicts) / max(time.monotonic() - started, 1e-9)
    size = blocks.grid_of(area).pixel_size
    progress.info(
        "Dry run, nothing is written. Map: {width} × {height} pixels of {pixel_width:g} × {pixel_height:g}, "
        "{bands} band(s) of {dtype}, up to {size:.2f} GB. {blocks} blocks of {block_size} × {block_size}. About "
        "{speed:.2f} Mpx/s on {device}: {duration}.",
        width=area.width,
        height=area.height,
        pixel_width=size[0],
        pixel_height=size[1],
        bands=len(mapping.encoder.band_names),
        dtype=mapping.encoder.dtype,
        size=bytes_needed / 1e9,
        blocks=plan.block_count,
        block_size=plan.block_px,
        speed=speed / 1e6,
        device=mapping.device,
        duration=duration_message(area.pixels / speed),
    )
