"""Reading the entries of a zip whose author is not trusted."""

from __future__ import annotations

import zipfile

from .errors import ModelFileError

MAXIMUM_JSON_BYTES = 10_000_000
MAXIMUM_BYTES = 2_000_000_000


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, maximum: int) -> bytes:
    """The content of an entry. Raises ModelFileError if it is larger than `maximum` bytes."""
    if entry.file_size > maximum:
        raise ModelFileError(
            f"The entry “{entry.filename}” of the model file is {entry.file_size} bytes; at most {maximum} are read."
        )
    with archive.open(entry) as file:  # never trust the declared size
        data = file.read(maximum + 1)
    if len(data) > maximum:
        raise ModelFileError(f"The entry “{entry.filename}” of the model file is larger than declared.")
    return data
