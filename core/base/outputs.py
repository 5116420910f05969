"""Outputs that appear complete or not at all.

Everything is written into a hidden staging folder beside its final place, under its final name
(so that side files such as `.aux.xml` follow by themselves), and moved when the job is done.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Optional

from .errors import OutputError

STAGING_PREFIX = ".rasterlearn-"
JOB_PREFIX = "rasterlearn-job-"
JOB_VARIABLE = "RASTERLEARN_JOB"
STYLE_MARK = "<!-- written by RasterLearn -->"

# Files that describe an older version of an output and would be taken for descriptions of the new one.
_SIDE_FILE_ENDINGS = (".aux.xml", ".ovr", ".msk", "-wal", "-shm")

# The only things in a folder that an output may replace: the parts of a SavedModel.
_SAVED_MODEL_ENTRIES = {"saved_model.pb", "fingerprint.pb", "variables", "assets", "assets.extra"}

TILES_ENDING, TILE_NAME = ".tiles", "tile{:06d}.tif"
_TILE = re.compile(r"tile\d{6,}\.tif")

_STYLED_ENDINGS = (".tif", ".tiff", ".vrt", ".gpkg")

_staging_folders: set[str] = set()
_moving = threading.Lock()


@contextmanager
def replacing(*paths: Optional[str]) -> Iterator[list[str]]:
    """Yields a temporary path for each output; moves all of them into place on success.

    Args:
        paths: the final paths. An output that was not asked for is None (or empty); its place in the
            list is then an empty string.
    Yields:
        The temporary paths, in the same order, with the same file names. An output may be made a folder there; it
        then replaces an empty folder or an older SavedModel, and nothing else.
    Raises:
        OutputError: a folder does not exist or cannot be written to, or the disk is full.
    """
    finals = [os.path.abspath(path) if path else "" for path in paths]
    _refuse_repeated(finals)
    staging: dict[str, str] = {}
    try:
        for final in filter(None, finals):
            folder = os.path.dirname(final)
            if folder not in staging:
                staging[folder] = _make_staging_folder(folder)
        yield [os.path.join(staging[os.path.dirname(f)], os.path.basename(f)) if f else "" for f in finals]
        _move_into_place(staging, finals)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            "Could not write {paths}: {reason}. Check the free space on the disk and the permissions of the folder.",
            paths=[final for final in finals if final],
            reason=error.strerror or error,
        ) from error
    finally:
        for folder in staging.values():
            shutil.rmtree(folder, ignore_errors=True)
            _staging_folders.discard(folder)


@contextmanager
def workspace(place: Optional[str] = None) -> Iterator[str]:
    """A folder for intermediate files in `place`, else in the system's folder; deleted even if the job is cancelled."""
    folder = _make_staging_folder(place or tempfile.gettempdir())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _staging_folders.discard(folder)


def remove_unfinished(seconds: float = 0.3) -> None:
    """Deletes all staging folders of this process, even while another thread still writes into them."""
    with _moving:
        end = time.monotonic() + seconds
        while _staging_folders and time.monotonic() < end:
            for folder in list(_staging_folders):
                shutil.rmtree(folder, ignore_errors=True)
                if not os.path.exists(folder):
                    _staging_folders.discard(folder)


def remove_unfinished_of(job: str, folders: set[str]) -> None:
    """Deletes what the killed job with the name `job` left in these folders and in the system's."""
    for folder in folders | {tempfile.gettempdir()}:
        for staging in glob.glob(os.path.join(glob.escape(folder), f"{STAGING_PREFIX}{job}-*")):
            shutil.rmtree(staging, ignore_errors=True)


def remove_job_folder(job_path: str) -> None:
    """Deletes the folder of a job file if QGIS made it for that job alone; a user's own folder stays."""
    folder = os.path.dirname(os.path.abspath(job_path))
    if os.path.basename(folder).startswith(JOB_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def require_writable(path: str, endings: Sequence[str]) -> None:
    """Raises OutputError if a file of this name cannot be written: wrong ending, missing or unwritable folder."""
    if not path.lower().endswith(tuple(endings)):
        raise OutputError(
            "The output “{path}” must end in {endings: or }. Change its name.", path=path, endings=endings
        )
    if os.path.isdir(path):
        raise OutputError("The output “{path}” is a folder. Give the name of a file in it.", path=path)
    _require_place_for(path)


def is_made_of_tiles(path: str) -> bool:
    """Whether a map of this name is a VRT of tiles."""
    return path.lower().endswith(".vrt")


def tiles_folder(vrt: str) -> str:
    """The folder of a map's tiles: map.tiles beside map.vrt."""
    return os.path.splitext(vrt)[0] + TILES_ENDING


def require_writable_folder(path: str) -> None:
    """Raises OutputError if a folder of this name cannot be made, or holds anything but an older RasterLearn output."""
    if os.path.lexists(path) and not os.path.isdir(path):
        raise OutputError("The output “{path}” is a file. Give the name of a folder.", path=path)
    _require_place_for(path)
    entries = set(os.listdir(path)) if os.path.isdir(path) else set()
    is_model = "saved_model.pb" in entries and entries <= _SAVED_MODEL_ENTRIES
    are_tiles = path.endswith(TILES_ENDING) and all(_TILE.fullmatch(entry) for entry in entries)
    if entries and not (is_model or are_tiles):
        raise OutputError(
            "The folder “{folder}” is not empty and is no SavedModel: it holds {entries}. Nothing in it is "
            "deleted. Give a new or empty folder.",
            folder=path,
            entries=sorted(entries)[:5],
        )


def require_writable_into(path: str) -> None:
    """Raises OutputError if files cannot be written into a folder, or the folder cannot be made."""
    if os.path.lexists(path) and not os.path.isdir(path):
        raise OutputError("The output “{path}” is a file. Give the name of a folder.", path=path)
    _require_place_for(os.path.join(path, "any") if os.path.isdir(path) else path)


def _require_place_for(path: str) -> None:
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise OutputError(
            "The output folder “{folder}” does not exist. Create it or choose another one.", folder=folder
        )
    if not os.access(folder, os.W_OK):
        raise OutputError("The output folder “{folder}” cannot be written to. Choose another one.", folder=folder)


def final_path(path: str) -> str:
    """The path of a file with links in its folder resolved; a link of the file's own name would be replaced."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _refuse_repeated(finals: list[str]) -> None:
    given = [final_path(final) for final in finals if final]
    if len(set(given)) < len(given):
        raise OutputError("Two outputs have the same path: {paths}. Give each its own file name.", paths=given)


def _remove_own_style(path: str) -> None:
    """Deletes the style of an older output, if RasterLearn wrote it; a style made by the user stays."""
    if os.path.isfile(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            if STYLE_MARK in file.read(1000):
                os.remove(path)


def _make_staging_folder(folder: str) -> str:
    if not os.path.isdir(folder):
        raise OutputError(
            "The output folder “{folder}” does not exist. Create it or choose another one.", folder=folder
        )
    job = os.environ.get(JOB_VARIABLE, str(os.getpid()))
    try:
        staging = tempfile.mkdtemp(prefix=f"{STAGING_PREFIX}{job}-", dir=folder)
    except OSError as error:
        raise OutputError(
            "The output folder “{folder}” cannot be written to: {reason}. Choose another folder or change its "
            "permissions.",
            folder=folder,
            reason=error.strerror,
        ) from error
    _staging_folders.add(staging)
    return staging


def _move_into_place(staging: dict[str, str], finals: list[str]) -> None:
    with _moving:
        for final in filter(None, finals):
            for ending in _SIDE_FILE_ENDINGS:
                if os.path.exists(final + ending):
                    os.remove(final + ending)
            if final.lower().endswith(_STYLED_ENDINGS):
                _remove_own_style(os.path.splitext(final)[0] + ".qml")
        for folder, temporary in staging.items():
            for name in sorted(os.listdir(temporary)):
                if name.endswith(".qml") and os.path.exists(os.path.join(folder, name)):
                    continue  # the user's own style
                if os.path.isdir(os.path.join(temporary, name)) and os.path.isdir(os.path.join(folder, name)):
                    require_writable_folder(os.path.join(folder, name))
                    os.replace(os.path.join(folder, name), os.path.join(temporary, f"{name}.replaced"))
                os.replace(os.path.join(temporary, name), os.path.join(folder, name))
