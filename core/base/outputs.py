"""Outputs that appear complete or not at all.

Everything is written into a hidden staging folder beside its final place, under its final name
(so that side files such as `.aux.xml` follow by themselves), and moved when the job is done.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
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

GEOPACKAGE_ENDING = ".gpkg"
_PROJECTS = "qgis_projects"  # that of QGIS with projects
_STYLES = "layer_styles"  # the table of QGIS with the styles of a GeoPackage's layers
_NO_LAYERS = ("gpkg_", "rtree_", "sqlite_", "ogr_empty_table")  # how the names of SQLite's and GeoPackage's own begin
SECONDS_FOR_A_LOCK = 5.0
MOST_NAMED = 5

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)

_OF_RASTERS = "<rasterrenderer"
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
        raise _not_written([final for final in finals if final], error) from error
    finally:
        for folder in staging.values():
            shutil.rmtree(folder, ignore_errors=True)
            _staging_folders.discard(folder)


def _not_written(paths: list[str], error: OSError) -> OutputError:
    reason = error.strerror or error
    if error.errno in _FULL:
        return OutputError(
            "Could not write {paths}: {reason}. Make free space on the disk, or choose another folder.",
            paths=paths,
            reason=reason,
        )
    if error.errno in _FORBIDDEN:
        return OutputError(
            "Could not write {paths}: {reason}. Check the permissions of the folder and of the files in it, and that "
            "no other program has them open.",
            paths=paths,
            reason=reason,
        )
    where = f": {error.filename}" if error.filename else ""
    return OutputError("Could not write {paths}: {reason}.", paths=paths, reason=f"{reason}{where}")


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
            entries=sorted(entries)[:MOST_NAMED],
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


def replaced_by(path: str) -> list[str]:
    """Existing files that an output with this path takes the place of, or that are deleted with the older one."""
    names = [path, *(path + ending for ending in _SIDE_FILE_ENDINGS), _replaced_style(path)]
    folders = [path, *([tiles_folder(path)] if is_made_of_tiles(path) else [])]
    inside = [os.path.join(top, name) for folder in folders for top, _, files in os.walk(folder) for name in files]
    return [name for name in [*names, *inside] if os.path.isfile(name)]


def require_no_other_layer(path: str) -> None:
    """Raises OutputError if an existing GeoPackage holds more than the layer that an output of its name has."""
    if not path.lower().endswith(GEOPACKAGE_ENDING):
        return
    own = os.path.splitext(os.path.basename(path))[0].lower()
    others = [table for table in _tables_of(path) if table.lower() not in (own, _STYLES)]
    if others:
        raise OutputError(
            "“{path}” also holds {tables}, which would be lost: an output replaces the whole file. Give it a file name "
            "of its own, or move that file away.",
            path=path,
            tables=others[:MOST_NAMED],
        )


def _tables_of(path: str) -> list[str]:
    """The tables of an SQLite database, but for those that only serve others; none where a file is no database."""
    import sqlite3  # here, as dialogs need none of it

    if not os.path.isfile(path) or not os.path.getsize(path):
        return []
    query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    try:
        with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", SECONDS_FOR_A_LOCK, uri=True)) as base:
            names = [str(name) for (name,) in base.execute(query) if not name.lower().startswith(_NO_LAYERS)]
            return [name for name in names if name != _PROJECTS or base.execute(f"SELECT 1 FROM {name}").fetchone()]
    except sqlite3.OperationalError as error:  # locked, or its folder cannot be written to
        raise OutputError(
            "“{path}” exists and cannot be looked into: {reason}. Close the program that uses it, or choose another "
            "file name.",
            path=path,
            reason=str(error),
        ) from error
    except sqlite3.DatabaseError:  # damaged, or no database at all
        return []


def _keep_styles(old: str, new: str) -> None:
    """Copies the styles that QGIS keeps in a GeoPackage into the one that takes its place."""
    import sqlite3

    if _STYLES not in _tables_of(old) or _STYLES in _tables_of(new):
        return
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as base:
            base.execute("ATTACH ? AS old", (old,))
            base.execute("BEGIN")
            (made,) = base.execute("SELECT sql FROM old.sqlite_master WHERE name = ?", (_STYLES,)).fetchone()
            base.execute(made)
            base.execute(f"INSERT INTO {_STYLES} SELECT * FROM old.{_STYLES}")
            base.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
                "SELECT table_name, data_type, identifier FROM old.gpkg_contents WHERE table_name = ?",
                (_STYLES,),
            )
            base.execute("COMMIT")
    except sqlite3.Error as error:
        raise OutputError(
            "The styles that “{path}” holds cannot be kept: {reason}. Choose another file name.",
            path=old,
            reason=str(error),
        ) from error


def final_path(path: str) -> str:
    """The path of a file with links in its folder resolved; a link of the file's own name would be replaced."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _refuse_repeated(finals: list[str]) -> None:
    given = [final_path(final) for final in finals if final]
    if len(set(given)) < len(given):
        raise OutputError("Two outputs have the same path: {paths}. Give each its own file name.", paths=given)


def _replaced_style(path: str) -> str:
    """The older style of an output, which goes with it; empty if there is none, or it is the user's or another file's.

    Points and rasters of one name share the name of their style, too.
    """
    root, ending = os.path.splitext(path)
    style = f"{root}.qml"
    if ending.lower() not in _STYLED_ENDINGS or not os.path.isfile(style):
        return ""
    with open(style, encoding="utf-8", errors="replace") as file:
        beginning = file.read(1000)
    others = [e for e in _STYLED_ENDINGS if (e == GEOPACKAGE_ENDING) != (ending.lower() == GEOPACKAGE_ENDING)]
    of_others = (_OF_RASTERS in beginning) == (ending.lower() == GEOPACKAGE_ENDING)
    if of_others and any(os.path.isfile(root + other) for other in others):
        return ""
    return style if STYLE_MARK in beginning else ""


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
            made = os.path.join(staging[os.path.dirname(final)], os.path.basename(final))
            require_no_other_layer(final)  # which may have come while the job ran
            if final.lower().endswith(GEOPACKAGE_ENDING) and os.path.isfile(made):
                _keep_styles(final, made)
        for final in filter(None, finals):
            stale = [final + ending for ending in _SIDE_FILE_ENDINGS]
            for path in filter(os.path.exists, [*stale, _replaced_style(final)]):
                os.remove(path)
        for folder, temporary in staging.items():
            for name in sorted(os.listdir(temporary)):
                if name.endswith(".qml") and os.path.exists(os.path.join(folder, name)):
                    continue  # the user's own style
                if os.path.isdir(os.path.join(temporary, name)) and os.path.isdir(os.path.join(folder, name)):
                    require_writable_folder(os.path.join(folder, name))
                    os.replace(os.path.join(folder, name), os.path.join(temporary, f"{name}.replaced"))
                os.replace(os.path.join(temporary, name), os.path.join(folder, name))
