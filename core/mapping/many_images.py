"""Mapping many images with one model as one job: one failing image does not stop it, and the model is loaded once."""

from __future__ import annotations

import csv
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from typing import NamedTuple, Optional

from ..base.errors import InputError, OutputError
from ..base.messages import Message, Words, said_by
from ..base.outputs import JOB_VARIABLE, remove_unfinished_of, replacing
from ..base.pool import HERE, Kept, Pool, path_for
from ..base.progress import Event, Progress, duration_message
from ..evaluation.model_inputs import Meaning
from ..evaluation.value_check import check_values
from ..images.image_set import ListedImage
from ..model.model_file import load_model
from ..raster.data_sources import file_of, files_of
from ..raster.gdal_output import is_whole
from ..raster.raster_reader import RasterReader
from .apply_model import VALUES_TAG, MapJob, OpenedModel, Options, mapping_of, open_images, write_opened
from .map_writer import Mapping

MAPPED, SKIPPED, FAILED = "mapped", "skipped", "failed"
MOST_TOLD = 10  # failures in the log; the table has all of them
USUAL_PX = 1_000_000  # assumed for images that cannot be opened here


@dataclass(frozen=True)
class Outcome:
    """The outcome of an image: a row of the table.

    Attributes:
        image: its files. map: path of its map, empty if there is none. status: mapped, skipped (already mapped by an
            earlier run) or failed. seconds: that it took. message: why it failed, or its warnings.
    """

    image: str
    map: str
    status: str
    seconds: float
    message: Words


@dataclass(frozen=True)
class BatchJob:
    """What all images of a job share, as plain values that can be sent to other processes.

    Attributes:
        model: its path. folder: for the maps. name: unique part of the temporary names that other processes use in
            this run; empty without other processes.
    """

    model: str
    folder: str
    options: Options
    name: str = ""


class SizedImage(NamedTuple):
    """An image, and its number of pixels by `pixels_of`."""

    image: ListedImage
    pixels: Optional[int]


def apply_model_to_many(
    images: Sequence[ListedImage],
    model_path: str,
    folder: str,
    options: Optional[Options] = None,
    table: Optional[str] = None,
    progress: Optional[Progress] = None,
    pool: Pool = HERE,
) -> list[Outcome]:
    """Maps each image like `apply_model`.

    Args:
        folder: for the maps, `NAME.tif` each; made if missing.
        options: `extent`, `box` and `dry_run` are for single images and must have their defaults. `resume`: keep maps
            that are already complete.
        table: csv with an `Outcome` in each row.
        pool: maps the images, one at a time on each worker.
    Returns:
        The outcome of each image, in order; at least one was mapped or skipped.
    Raises:
        InputError: the model cannot be used, or no image could be mapped.
        OutputError: a map cannot be written, or would replace another file; finished maps are kept.
    """
    progress, options = progress or Progress(), options or Options()
    _require_one_without_problem(images)
    _require_nothing_else_replaced(images, folder, options.resume)
    with _removed_if_empty(folder):
        outcomes = list(_outcomes(images, BatchJob(model_path, folder, options), progress, pool))
    if table:
        with replacing(table) as (temporary,):
            write_table(temporary, outcomes)
    _require_success(outcomes)
    _report_failures(outcomes, progress)
    return outcomes


def _outcomes(images: Sequence[ListedImage], job: BatchJob, progress: Progress, pool: Pool) -> Iterator[Outcome]:
    """The outcome of each image, in order."""
    if pool.elsewhere:
        name = os.environ.get(JOB_VARIABLE) or uuid.uuid4().hex
        job = replace(job, model=path_for(pool, job.model), folder=os.path.abspath(job.folder), name=name)
        images = [_with_paths_for(pool, image) for image in images]
    parts = [SizedImage(image, pixels_of(image, progress)) for image in images]
    try:
        yield from pool.results(map_images, job, parts, [part.pixels or USUAL_PX for part in parts], progress)
    finally:
        if job.name:
            remove_unfinished_of(job.name, {job.folder})  # left by processes that died


def _with_paths_for(pool: Pool, image: ListedImage) -> ListedImage:
    return replace(image, sources=tuple(tuple(path_for(pool, path) for path in source) for source in image.sources))


@contextmanager
def _opened_by_worker(job: BatchJob) -> Iterator[OpenedModel]:
    yield OpenedModel.of(load_model(job.model), job.options, Progress())


_kept = Kept(_opened_by_worker)  # of this process; the model is loaded once


def map_images(job: BatchJob, images: Sequence[SizedImage], progress: Progress) -> Iterator[Outcome]:
    """Maps images one by one; mapping an image twice gives the same map."""
    if job.name:
        os.environ[JOB_VARIABLE] = job.name
    opened = _kept.of(job) if job.name else OpenedModel.of(load_model(job.model), job.options, progress)
    if len(opened.model.sources) == 1:
        opened.predicts((True,))  # so that a fault of the model is not reported for each image
    pace = _Pace([part.pixels for part in images], opened.evaluation.devices.description, progress)
    for image, _ in images:
        outcome = map_image(image, opened, job, pace.of_next())
        pace.count(outcome)
        yield outcome
    progress.info(pace.summary())


def map_path(folder: str, image: ListedImage) -> str:
    """The path of an image's map."""
    return os.path.join(folder, f"{image.name}.tif")


def map_image(image: ListedImage, opened: OpenedModel, job: BatchJob, progress: Progress) -> Outcome:
    """Maps one image of a set.

    Args:
        job: its folder must exist. progress: for this image only.
    Raises:
        OutputError: the map cannot be written, so those of other images cannot be either.
    """
    progress.check()
    output, started = map_path(job.folder, image), time.monotonic()
    warnings: list[Message] = []

    def listen(event: Event) -> None:
        if event["event"] == "progress":
            progress.report(event["percent"] / 100, Message.from_json(event))
        elif event["event"] == "warning":
            warnings.append(Message.from_json(event))

    try:
        one = MapJob(image.sources, job.model, output, job.options)
        status = _map(image, opened, one, Progress(listen, progress.cancelled))
    except (InputError, MemoryError) as error:
        return Outcome(image.described, "", FAILED, time.monotonic() - started, said_by(error))
    said = Message("{warnings: }", warnings=warnings) if warnings else ""
    return Outcome(image.described, output, status, time.monotonic() - started, said)


def _map(image: ListedImage, opened: OpenedModel, job: MapJob, progress: Progress) -> str:
    if image.problem:
        raise InputError(image.problem)
    resume = job.options.resume
    meaning = Meaning(job.options.pixel_values, image.declared)
    with open_images(image.sources, opened.model, meaning, progress) as sources:
        planned = mapping_of(sources, opened, job.options)
        if resume and _is_map_of(job.output, planned.mapping, image):
            return SKIPPED
        check_values(opened.model, sources, meaning, progress)
        several_strips = len(planned.mapping.plan.strips()) > 1  # otherwise a journal is of no use
        write_opened(replace(job, options=replace(job.options, resume=resume and several_strips)), planned, progress)
    return MAPPED


def _is_map_of(path: str, mapping: Mapping, image: ListedImage) -> bool:
    """Whether a file is the map that would be made: complete, and not older than the image."""
    encoder, grid = mapping.encoder, mapping.blocks.grid_of(mapping.plan.area)
    if not os.path.exists(path) or not is_whole(path):  # a power failure may truncate what was written last
        return False
    if any(os.path.getmtime(file) > os.path.getmtime(path) for file in _files_of(image)):
        return False
    try:
        reader = RasterReader(path)
    except InputError:  # damaged: it is made again
        return False
    with reader:
        written = reader.dtype, reader.band_count, {name: reader.tag(name) for name in mapping.tags}
        expected = encoder.dtype, len(encoder.band_names), mapping.tags
        if reader.tag(VALUES_TAG) != mapping.tags.get(VALUES_TAG):
            return False
        return written == expected and reader.grid.same_pixels_as(grid)


def _files_of(image: ListedImage) -> set[str]:
    return {file for source in image.sources for path in source for file in files_of(path)}


def _require_one_without_problem(images: Sequence[ListedImage]) -> None:
    if not images:
        raise InputError("No image was given. Expected at least one.")
    problems = [image.problem for image in images if image.problem]
    if len(problems) == len(images):
        raise InputError(problems[0])


def _require_nothing_else_replaced(images: Sequence[ListedImage], folder: str, resume: bool) -> None:
    """Raises OutputError if a map would replace an image, or a file that is not even the remains of a map."""
    existing = [path for path in (map_path(folder, image) for image in images) if os.path.exists(path)]
    given = {os.path.realpath(file) for image in images for file in _files_of(image)} if existing else set()
    for path in existing:
        if os.path.realpath(path) in given:
            raise OutputError(
                "The map “{path}” would replace one of the images, or a part of it. Choose another folder "
                "({p:output_folder}).",
                path=path,
            )
        if not _is_a_map(path, damaged=resume):
            raise OutputError(
                "“{path}” exists and is no map that RasterLearn wrote, so it is not replaced. Choose another "
                "folder ({p:output_folder}), or move the file away.",
                path=path,
            )


def _is_a_map(path: str, damaged: bool) -> bool:
    try:
        with RasterReader(path) as reader:
            return "MODEL" in reader.tags
    except InputError:
        return damaged


def pixels_of(image: ListedImage, progress: Progress) -> Optional[int]:
    """Pixels of the first source; None if it is remote or cannot be opened, which is reported when it is mapped."""
    progress.check()
    if image.problem or not os.path.exists(file_of(image.sources[0][0])):
        return None
    try:
        with RasterReader(image.sources[0][0]) as reader:
            return reader.grid.width * reader.grid.height
    except InputError:
        return None


@contextmanager
def _removed_if_empty(folder: str) -> Iterator[None]:
    """Makes a folder, and removes it again if it stays empty."""
    is_new = not os.path.isdir(folder)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "The folder “{folder}” for the maps cannot be made: {reason}. Choose another one.",
            folder=folder,
            reason=error.strerror or error,
        ) from error
    try:
        yield
    finally:
        if is_new and not os.listdir(folder):
            os.rmdir(folder)


class _Pace:
    """The progress and speed of the job, measured in pixels.

    Args:
        pixels: of each image; None is replaced by the mean of the others.
    """

    def __init__(self, pixels: Sequence[Optional[int]], device: Words, progress: Progress):
        known = [count for count in pixels if count]
        mean = sum(known) / len(known) if known else 1.0
        shares = [count or mean for count in pixels]
        self._shares = [share / sum(shares) for share in shares]
        self._device, self._progress = device, progress
        self._number, self._done, self._mapped = 0, 0.0, 0
        self._worked, self._seconds = 0.0, 0.0  # without images that were skipped
        self._started = time.monotonic()

    def of_next(self) -> Progress:
        """The progress of the next image."""
        return Progress(self._listen, self._progress.cancelled)

    def _listen(self, event: Event) -> None:
        part = self._shares[self._number] * event["percent"] / 100
        seconds = self._seconds + time.monotonic() - self._started
        left = duration_message((1 - self._done - part) * seconds / max(self._worked + part, 1e-9))
        speed = self._mapped / max(seconds, 1e-9)
        self._progress.report(
            min(self._done + part, 1.0),
            "{number} of {count} images, {speed:.1f} images/s on {device}, {left} left",
            number=self._number,
            count=len(self._shares),
            speed=speed,
            device=self._device,
            left=left,
        )

    def count(self, outcome: Outcome) -> None:
        """Counts a finished image."""
        share = self._shares[self._number]
        self._number, self._done = self._number + 1, self._done + share
        if outcome.status != SKIPPED:
            self._mapped, self._worked = self._mapped + 1, self._worked + share
            self._seconds += time.monotonic() - self._started
        self._started = time.monotonic()

    def summary(self) -> Message:
        """The summary when all is done."""
        speed = self._mapped / max(self._seconds, 1e-9)
        return Message(
            "{duration} for {count} images: {speed:.1f} images/s on {device}.",
            duration=duration_message(self._seconds),
            count=self._mapped,
            speed=speed,
            device=self._device,
        )


def write_table(path: str, outcomes: Sequence[Outcome]) -> None:
    """Writes the outcomes as csv, with a header."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Outcome)])
        for outcome in outcomes:
            writer.writerow(astuple(replace(outcome, seconds=round(outcome.seconds, 3), message=str(outcome.message))))


def _require_success(outcomes: Sequence[Outcome]) -> None:
    if all(outcome.status == FAILED for outcome in outcomes):
        first = outcomes[0]
        raise InputError(
            "None of the {count} images could be mapped. The first one, “{image}”: {message}",
            count=len(outcomes),
            image=first.image,
            message=first.message,
        )


def _report_failures(outcomes: Sequence[Outcome], progress: Progress) -> None:
    failed = [outcome for outcome in outcomes if outcome.status == FAILED]
    doubtful = [outcome for outcome in outcomes if outcome.status == MAPPED and outcome.message]
    for outcome in failed[:MOST_TOLD]:
        progress.warning("“{image}” was not mapped: {message}", image=outcome.image, message=outcome.message)
    if len(failed) > MOST_TOLD:
        progress.warning(
            "{count} more images were not mapped; the table ({p:output_table}) has all.", count=len(failed) - MOST_TOLD
        )
    if doubtful:
        progress.warning(doubtful[0].message)
    if len(doubtful) > 1:
        progress.warning(
            "{count} more maps have such a warning; the table ({p:output_table}) has all.", count=len(doubtful) - 1
        )
    skipped = sum(outcome.status == SKIPPED for outcome in outcomes)
    if skipped:
        progress.info("{skipped} of {count} images were mapped before.", skipped=skipped, count=len(outcomes))
