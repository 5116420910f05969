"""Reading arrays from untrusted .npz files, without NumPy's own reader.

NumPy evaluates each header as Python and allocates what it declares. Here a header is matched against the one form in
which NumPy writes plain arrays, and an array is made from the bytes that the file holds.
"""

from __future__ import annotations

import math
import re
import struct

import numpy as np

from ..base.archive import open_archive
from ..base.messages import Message, Words

_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    rb"\{'descr': '([<>|=](?:b1|[iu][1248]|f[248]))', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}, ?)*(?:\d{1,18},?)?)\), ?\} *\n?"
)
MAXIMUM_DIMENSIONS = 8


def read_npz(data: bytes, what: Words) -> dict[str, np.ndarray]:
    """The arrays of a .npz, by name; read-only, of integers, floating-point numbers or booleans.

    Args:
        what: the name of the file in messages, with an article.
    Raises:
        ModelFileError: the zip is damaged or unsafe.
        ValueError: an entry is not a plain array, or declares more numbers than it holds.
    """
    with open_archive(data, what) as archive:
        strange = [name for name in archive.names if not name.endswith(".npy")]
        if strange:
            raise ValueError(Message("“{name}” is no array", name=strange[0]))
        return {name[: -len(".npy")]: _array(archive.read(name), name) for name in archive.names}


def _array(data: bytes, name: str) -> np.ndarray:
    """The array in the bytes of a .npy."""
    start = {1: 10, 2: 12, 3: 12}.get(data[6] if len(data) >= 12 else 0, 0)
    if not start or data[:6] != _MAGIC:
        raise ValueError(Message("“{name}” is no array", name=name))
    (length,) = struct.unpack_from("<H" if start == 10 else "<I", data, 8)
    header = _HEADER.fullmatch(data[start : start + length])
    if not header:
        raise ValueError(Message("“{name}” is no plain array of numbers", name=name))
    kind, fortran, sides = header[1].decode(), header[2] == b"True", header[3].split(b",")
    shape = tuple(int(side) for side in sides if side.strip())
    dtype = np.dtype(kind)
    if len(shape) > MAXIMUM_DIMENSIONS or math.prod(shape) * dtype.itemsize != len(data) - start - length:
        raise ValueError(
            Message("“{name}” declares {sides: × } numbers and holds others", name=name, sides=list(shape[:9]))
        )
    return np.frombuffer(data, dtype, offset=start + length).reshape(shape, order="F" if fortran else "C")
