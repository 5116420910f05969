"""The journal of an unfinished map: its finished strips, so that a later run can resume after a crash or power failure.

It is a folder `.NAME.unfinished` beside the map, with one GeoTIFF per finished strip. A strip appears there under its
name only when it is complete and on the disk, so every strip in the journal can be trusted.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError, OutputError
from ..base.outputs import STAGING_PREFIX
from ..raster.data_sources import files_of
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.window import Window

_HEADER, _STAGING, _UNFINISHED = "job.json", "staging", "unfinished"


def journal_folder(output: str) -> str:
    """The path of a map's journal."""
    folder, name = os.path.split(os.path.abspath(output))
    return os.path.join(folder, f".{name}.unfinished")


def remove_journal(output: str) -> None:
    """Deletes the journal of a map, if there is one."""
    shutil.rmtree(journal_folder(output), ignore_errors=True)


def identity_of_files(paths: Iterable[str]) -> list[list[Any]]:
    """Name, size and modification time of all files that images consist of."""
    files = sorted({file for path in paths for file in files_of(path)})
    return [[file, os.path.getsize(file), os.stat(file).st_mtime_ns] for file in files]


class Journal:
    """The finished strips of one map.

    Args:
        output: path of the map. identity: everything the map depends on, as plain values; a journal with a different
            one is refused. layout: of the strips; an existing journal keeps its own.
        is_worker: other processes are writing strips of the same map, so unfinished ones are kept.
    Raises:
        InputError: the journal belongs to another job. OutputError: the folder cannot be written to.
    """

    def __init__(self, output: str, identity: dict[str, Any], layout: dict[str, int], is_worker: bool = False):
        self._folder = journal_folder(output)
        try:
            known = self._open_or_begin({"identity": identity, "layout": layout})
            if not is_worker:
                self._remove_unfinished()
        except OSError as error:
            raise OutputError(
                "The folder “{folder}” for {p:resume} cannot be written to: {reason}. Check the free space on "
                "the disk and the permissions, or map without {p:resume}.",
                folder=self._folder,
                reason=error.strerror or error,
            ) from error
        changed = _differences(known["identity"], json.loads(json.dumps(identity)))
        if changed:
            raise InputError(
                "The unfinished map “{name}” was begun with another {changed: and }, so it cannot go on. Delete "
                "the folder “{folder}” to begin anew, or give what it was begun with.",
                name=os.path.basename(output),
                changed=changed,
                folder=self._folder,
            )
        self.layout: dict[str, int] = known["layout"]

    def _open_or_begin(self, header: dict[str, Any]) -> dict[str, Any]:
        path = os.path.join(self._folder, _HEADER)
        os.makedirs(self._folder, exist_ok=True)
        known = _read_json(path)
        if known is None:
            for name in os.listdir(self._folder):
                os.remove(os.path.join(self._folder, name))
            known = header
            _write_durably(path, json.dumps(header).encode())
        return known

    def _remove_unfinished(self) -> None:
        """Deletes partial strips of killed runs."""
        for name in os.listdir(self._folder):
            if name.startswith(_UNFINISHED):
                os.remove(os.path.join(self._folder, name))

    def has(self, number: int) -> bool:
        """Whether a strip is done."""
        return os.path.exists(self._path(number))

    def read(self, number: int) -> np.ndarray:
        """The pixels (h, w, bands) of a strip."""
        with RasterReader(self._path(number)) as reader:
            return reader.read(Window(0, 0, reader.grid.width, reader.grid.height))

    def write(self, number: int, pixels: np.ndarray) -> None:
        """Keeps the pixels (h, w, bands) of a strip."""
        height, width, bands = pixels.shape
        temporary = os.path.join(self._folder, f"{_UNFINISHED}-{uuid.uuid4().hex}.tif")
        with RasterWriter(temporary, Grid(width, height), RasterProfile(bands, pixels.dtype)) as writer:
            writer.write(0, 0, pixels)
        _make_durable(temporary)
        os.replace(temporary, self._path(number))
        _make_durable(self._folder)

    def move(self, number: int, path: str) -> None:
        """Moves a strip out of the journal, to a file on the same disk."""
        os.replace(self._path(number), path)

    def replace_staging(self, folder: str) -> None:
        """Deletes the staging folder of a killed run, and records that of this run."""
        record = os.path.join(self._folder, _STAGING)
        if os.path.exists(record):
            with open(record, encoding="utf-8", errors="replace") as file:
                name = os.path.basename(file.read())
            if name.startswith(STAGING_PREFIX):
                shutil.rmtree(os.path.join(os.path.dirname(self._folder), name), ignore_errors=True)
        _write_durably(record, os.path.basename(folder).encode())

    def _path(self, number: int) -> str:
        return os.path.join(self._folder, f"strip{number:06d}.tif")


def _read_json(path: str) -> Optional[dict[str, Any]]:
    """The header of a journal; None if it is missing or truncated."""
    try:
        with open(path, encoding="utf-8") as file:
            header = json.load(file)
        complete = isinstance(header["identity"], dict) and {"block_px", "panel_px"} == set(header["layout"])
        return dict(header) if complete else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]


def _write_durably(path: str, data: bytes) -> None:
    temporary = path + ".new"
    with open(temporary, "wb") as file:
        file.write(data)
    _make_durable(temporary)
    os.replace(temporary, path)


def _make_durable(path: str) -> None:
    """Waits until a file or folder is on the disk; Windows offers this for files only."""
    if os.name == "nt" and os.path.isdir(path):
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
