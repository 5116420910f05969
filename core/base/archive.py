"""Reads zip files whose author is not trusted.

What a zip declares is checked before anything is unpacked, and nothing is ever unpacked to disk: entries are read into
memory, each up to a limit, and no entry's name becomes a file name.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Union

from .errors import ModelFileError
from .messages import Message, Words
from .plain_json import reason_of, shortened

MAXIMUM_BYTES = 2_000_000_000
MAXIMUM_ENTRIES = 1000

# Real weights compress little; trees of many classes, mostly zeros, to less than a hundredth. Any computer has memory
# for UNPACKED_BYTES; more than that is only unpacked from a file that is itself large.
UNPACKED_BYTES, LARGEST_RATIO = 500_000_000, 250

MAXIMUM_DIRECTORY_BYTES = 500_000
_END_OF_DIRECTORY, _LARGE_DIRECTORY, _LONGEST_END = b"PK\5\6", b"PK\6\7", 65_536 + 22

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError)


class Archive:
    """The checked entries of a zip; see `open_archive`.

    Attributes:
        names: names of the entries, in their order.
    """

    def __init__(self, archive: zipfile.ZipFile, what: Words):
        self._archive, self._what = archive, what
        self._entries = {entry.filename: entry for entry in archive.infolist()}
        self.names = tuple(entry.filename for entry in archive.infolist())

    def read(self, name: str, maximum: int = MAXIMUM_BYTES) -> bytes:
        """The content of an entry.

        Raises:
            ModelFileError: there is no such entry, it has more than `maximum` bytes, or it is damaged.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise ModelFileError(
                "{what:capital} is damaged: it has no “{name}”. Make it again.", what=self._what, name=name
            )
        if entry.file_size > maximum:
            raise ModelFileError(
                "The entry “{name}” of {what} has {size} bytes; at most {maximum} are read.",
                name=name,
                what=self._what,
                size=entry.file_size,
                maximum=maximum,
            )
        try:
            with self._archive.open(entry) as file:  # never trust the declared size
                data = file.read(maximum + 1)
        except (*_DAMAGED, OSError) as error:
            raise ModelFileError(
                "{what:capital} is damaged: {reason}. Copy or make it again.", what=self._what, reason=reason_of(error)
            ) from error
        if len(data) != entry.file_size:
            raise ModelFileError(
                "The entry “{name}” of {what} is of another size than declared.", name=name, what=self._what
            )
        return data


@contextmanager
def open_archive(source: Union[str, bytes], what: Words) -> Iterator[Archive]:
    """Opens a zip after checking everything that it declares about its entries.

    Args:
        source: its path, or its bytes. what: its name in messages, with an article.
    Raises:
        ModelFileError: it is damaged, or an entry has an unsound name, is encrypted, a link, or unpacks to far too
            much.
        OSError: the file cannot be read.
    """
    _require_short_directory(source, what)
    try:
        archive = zipfile.ZipFile(source if isinstance(source, str) else io.BytesIO(source))
    except _DAMAGED as error:
        raise ModelFileError(
            "{what:capital} is damaged, or not a file of RasterLearn: {reason}. Copy or make it again.",
            what=what,
            reason=reason_of(error),
        ) from error
    with archive:
        _require_sound(archive.infolist(), what)
        yield Archive(archive, what)


def _require_short_directory(source: Union[str, bytes], what: Words) -> None:
    """Python reads the whole table of contents before it can be asked for the number of entries."""
    if isinstance(source, str):
        with open(source, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LONGEST_END))
            end = file.read()
    else:
        end = source[-_LONGEST_END:]
    place = end.rfind(_END_OF_DIRECTORY)
    if place < 0 or len(end) < place + 22:
        return  # not a zip at all, which `open_archive` reports
    (declared,) = struct.unpack_from("<I", end, place + 12)
    if declared > MAXIMUM_DIRECTORY_BYTES or end[max(0, place - 20) : place].startswith(_LARGE_DIRECTORY):
        raise ModelFileError(
            "{what:capital} has a table of contents that is too large. Do not use this file.", what=what
        )


def _require_sound(entries: list[zipfile.ZipInfo], what: Words) -> None:
    if len(entries) > MAXIMUM_ENTRIES:
        raise ModelFileError(
            "{what:capital} has {count} entries; at most {most} are read.",
            what=what,
            count=len(entries),
            most=MAXIMUM_ENTRIES,
        )
    seen: set[str] = set()
    for entry in entries:
        # `filename` ends at a NUL and has the system's separators replaced; `orig_filename` is what the file says.
        name = entry.filename
        fault = (
            (
                Message("has an unsound name")
                if not _is_sound(entry.orig_filename) or name != entry.orig_filename
                else None
            )
            or (Message("stands twice") if name.lower() in seen else None)
            or (Message("is encrypted") if entry.flag_bits & _ENCRYPTED else None)
            or (Message("is a link") if stat.S_ISLNK(entry.external_attr >> 16) else None)
            or (Message("is compressed in an unusual way") if entry.compress_type not in _METHODS else None)
        )
        if fault:
            raise ModelFileError(
                "The entry “{name}” of {what} {fault}. Do not use this file.",
                name=shortened(name),
                what=what,
                fault=fault,
            )
        seen.add(name.lower())
    for unpacked, packed in [(entry.file_size, entry.compress_size) for entry in entries] + [
        (sum(e.file_size for e in entries), sum(e.compress_size for e in entries))
    ]:
        if unpacked > UNPACKED_BYTES and unpacked > LARGEST_RATIO * packed:
            raise ModelFileError(
                "{what:capital} would unpack {packed} bytes to {unpacked}. Real models do not; do not use this file.",
                what=what,
                packed=packed,
                unpacked=unpacked,
            )


def _is_sound(name: str) -> bool:
    parts = name.split("/")
    return name.isprintable() and "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts)
