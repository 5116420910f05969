"""Reading a network's weights from HDF5 files without the HDF5 library, and writing them with it.

HDF5 is a file system in a file, and its library was not made for untrusted files: of 10,000 files in the newer of its
formats with a few bytes changed, 1541 crashed h5py 3.14 (HDF5 1.14.6) and some made it hang; published vulnerabilities
go further. It also loads libraries for filters it does not know. So its C code never sees untrusted bytes: what Keras'
own files consist of – groups, and plain arrays in one piece – is read here after the format's specification
(https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html), and Keras gets a new file with the same arrays.

Everything is bounded: no block is visited twice, and the arrays together are not larger than the file.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..base.messages import Message

MAXIMUM_OBJECTS = 50_000
MAXIMUM_STEPS = 300_000  # messages, links and records that are read
LONGEST_NAME = 1024
MAXIMUM_GROUP_DEPTH = 32
MAXIMUM_DIMENSIONS = 8

_UNDEFINED = 0xFFFFFFFFFFFFFFFF

# Kinds of messages in the header of an object.
_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _EXTERNAL_FILES, _LAYOUT = 0x01, 0x02, 0x03, 0x06, 0x07, 0x08
_FILTERS, _CONTINUATION, _SYMBOL_TABLE = 0x0B, 0x10, 0x11

# Datatype messages of the numbers that weights are made of, without their first byte (version and class).
_FLOATS = {
    "f2": bytes.fromhex("200f00 02000000 0000 1000 0a 05 00 0a 0f000000"),
    "f4": bytes.fromhex("201f00 04000000 0000 2000 17 08 00 17 7f000000"),
    "f8": bytes.fromhex("203f00 08000000 0000 4000 34 0b 00 34 ff030000"),
}
_NUMBERS = {
    **{(1, message): kind for kind, message in _FLOATS.items()},
    **{
        (0, bytes([flag, 0, 0]) + struct.pack("<IHH", size, 0, 8 * size)): f"{sign}{size}"
        for sign, flag in (("u", 0), ("i", 8))
        for size in (1, 2, 4, 8)
    },
}


def read_weights(data: bytes) -> dict[str, np.ndarray]:
    """All arrays in an HDF5 file, by path, such as "layers/dense/vars/0"; read-only.

    Raises:
        ValueError: the file is damaged, or holds what weights never need: links, other files, filters, pieces.
    """
    reader = _Reader(data)
    try:
        return dict(reader.arrays())
    except (struct.error, IndexError) as error:
        raise ValueError(Message("it ends where more is expected")) from error


def write_weights(weights: dict[str, np.ndarray]) -> bytes:
    """An HDF5 file with these arrays."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for path, array in weights.items():
            file[path] = array
    return buffer.getvalue()


@dataclass(frozen=True)
class _Message:
    kind: int
    data: bytes


class _Reader:
    def __init__(self, data: bytes):
        self._data = data
        self._visited: set[int] = set()
        self._array_bytes = self._steps = 0

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        waiting = [("", self._root(), 0)]
        count = 0
        while waiting:
            path, address, depth = waiting.pop()
            messages = self._messages(address)
            kinds = {message.kind for message in messages}
            if _LAYOUT in kinds:
                yield path, self._array(messages, path)
                continue
            for name, child in self._children(messages):
                count += 1
                if not name or not name.isprintable() or "/" in name or name in (".", ".."):
                    raise ValueError(Message("a name in it is unsound"))
                if count > MAXIMUM_OBJECTS or depth > MAXIMUM_GROUP_DEPTH:
                    raise ValueError(Message("it has too many groups"))
                waiting.append((f"{path}/{name}" if path else name, child, depth + 1))

    def _bytes(self, address: int, count: int) -> bytes:
        if address > len(self._data) or count > len(self._data) - address:
            raise ValueError(Message("it points outside of itself"))
        return self._data[address : address + count]

    def _signature(self, address: int) -> bytes:
        return self._bytes(address, 4)

    def _unpack(self, layout: str, address: int) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self._bytes(address, struct.calcsize("<" + layout)))

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAXIMUM_STEPS:
            raise ValueError(Message("it has too many parts"))

    def _visit(self, address: int) -> None:
        if address in self._visited:
            raise ValueError(Message("a group in it contains itself, or two have the same content"))
        self._visited.add(address)

    def _root(self) -> int:
        """The address of the root group's header."""
        if self._bytes(0, 8) != b"\x89HDF\r\n\x1a\n":
            raise ValueError(Message("it is no HDF5 file"))
        version = self._data[8]
        if version in (0, 1):
            sizes, base = self._data[13:15], 24 if version == 0 else 28
            start, _, _, driver, _, address = self._unpack("QQQQQQ", base)
        elif version in (2, 3):
            sizes = self._data[9:11]
            start, driver, _, address = self._unpack("QQQQ", 12)
        else:
            raise ValueError(Message("it is of an unknown version"))
        if sizes != b"\x08\x08" or start or (version < 2 and driver != _UNDEFINED):
            raise ValueError(Message("it is laid out in an unusual way"))
        return address

    def _messages(self, address: int) -> list[_Message]:
        """The messages in the header of an object."""
        self._visit(address)
        if self._signature(address) == b"OHDR":
            blocks, prefix, ending = self._new_header(address)
        else:
            version, _, _, _, size = self._unpack("BBHII", address)
            if version != 1:
                raise ValueError(Message("it holds an object of an unknown version"))
            blocks, prefix, ending = [(address + 16, size)], "HHBBH", 0
        messages: list[_Message] = []
        while blocks:
            start, size = blocks.pop(0)
            place, end, length = start, start + size - ending, struct.calcsize("<" + prefix)
            while place + length <= end:
                self._step()
                kind, size, flags = self._unpack(prefix, place)[:3]
                data = self._bytes(place + length, size)
                if place + length + size > end:
                    raise ValueError(Message("a message in it is too long"))
                place += length + size
                if flags & 0x02:
                    raise ValueError(Message("it shares messages between objects"))
                if kind == _CONTINUATION:
                    block, size = struct.unpack("<QQ", data[:16])
                    self._visit(block)
                    if ending:  # signature before, checksum after
                        if self._signature(block) != b"OCHK":
                            raise ValueError(Message("a header in it is cut"))
                        block, size = block + 4, size - 4
                    blocks.append((block, size))
                elif kind in (_FILTERS, _EXTERNAL_FILES):
                    raise ValueError(Message("its arrays are compressed, or lie in another file"))
                else:
                    messages.append(_Message(kind, data))
        return messages

    def _new_header(self, address: int) -> tuple[list[tuple[int, int]], str, int]:
        """For a header of version 2: its first block, the layout before each message, and bytes of a checksum."""
        version, flags = self._unpack("BB", address + 4)
        if version != 2:
            raise ValueError(Message("it holds an object of an unknown version"))
        place = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 0x03)
        size = int.from_bytes(self._bytes(place, width), "little")
        return [(place + width, size + 4)], "BHB" + ("H" if flags & 0x04 else ""), 4

    def _children(self, messages: list[_Message]) -> Iterator[tuple[str, int]]:
        """(name, address) of each member of a group."""
        for message in messages:
            if message.kind == _SYMBOL_TABLE:
                tree, heap = struct.unpack("<QQ", message.data[:16])
                yield from self._symbols(tree, self._names(heap), 0)
            elif message.kind == _LINK:
                yield self._link(message.data)
            elif message.kind == _LINK_INFO:
                flags = message.data[1]
                place = 2 + (8 if flags & 0x01 else 0)
                heap, tree = struct.unpack_from("<QQ", message.data, place)
                if heap != _UNDEFINED:
                    yield from self._dense_links(heap, tree)

    def _names(self, address: int) -> int:
        """The address where the names of a group begin."""
        signature = self._signature(address)
        _, _, place = self._unpack("QQQ", address + 8)
        if signature != b"HEAP":
            raise ValueError(Message("the names in it are missing"))
        return place

    def _name(self, address: int) -> str:
        name, end, _ = self._data[address : address + LONGEST_NAME].partition(b"\0")
        if not end:
            raise ValueError(Message("a name in it is too long"))
        return _text(name)

    def _symbols(self, address: int, names: int, depth: int) -> Iterator[tuple[str, int]]:
        """(name, address) of each member, from the tree that older files have for a group."""
        self._visit(address)
        signature = self._signature(address)
        if signature == b"SNOD":
            (count,) = self._unpack("H", address + 6)
            for i in range(count):
                self._step()
                name, header, cache = self._unpack("QQI", address + 8 + 40 * i)
                if cache not in (0, 1):
                    raise ValueError(Message("it contains a link, which may point to another file"))
                yield self._name(names + name), header
        elif signature == b"TREE" and self._data[address + 4] == 0 and depth < MAXIMUM_GROUP_DEPTH:
            (count,) = self._unpack("H", address + 6)
            for i in range(count):
                (child,) = self._unpack("Q", address + 24 + 16 * i + 8)
                yield from self._symbols(child, names, depth + 1)
        else:
            raise ValueError(Message("a group in it is damaged"))

    def _link(self, data: bytes) -> tuple[str, int]:
        version, flags = data[0], data[1]
        place = 2
        if flags & 0x08:
            if data[place] != 0:
                raise ValueError(Message("it contains a link, which may point to another file"))
            place += 1
        place += (8 if flags & 0x04 else 0) + (1 if flags & 0x10 else 0)
        width = 1 << (flags & 0x03)
        length = int.from_bytes(data[place : place + width], "little")
        place += width
        (address,) = struct.unpack_from("<Q", data, place + length)
        if version != 1:
            raise ValueError(Message("it holds an object of an unknown version"))
        return _text(data[place : place + length]), address

    def _dense_links(self, heap: int, tree: int) -> Iterator[tuple[str, int]]:
        """(name, address) of each member, from the heap and tree that newer files have for large groups."""
        self._visit(heap)
        blocks = _FractalHeap(self, heap)
        for record in self._records(tree):
            yield self._link(blocks.item(record[4:]))

    def _records(self, address: int) -> Iterator[bytes]:
        """Records of a tree (version 2) of link names: hash (4 bytes) and heap identifier (7 bytes)."""
        self._visit(address)
        _, kind, node_size, record_size, depth, _, _, root, count = self._unpack("BBIHHBBQH", address + 4)
        if self._signature(address) != b"BTHD" or kind != 5 or record_size != 11:
            raise ValueError(Message("a group in it is damaged"))
        if root != _UNDEFINED:
            yield from self._node(root, count, depth, node_size, record_size)

    def _node(self, address: int, count: int, depth: int, node_size: int, record_size: int) -> Iterator[bytes]:
        self._visit(address)
        if depth > 8 or node_size < 64 or self._signature(address) != (b"BTIN" if depth else b"BTLF"):
            raise ValueError(Message("a group in it is damaged"))
        place = address + 6
        for i in range(count):
            self._step()
            yield self._bytes(place + i * record_size, record_size)
        if not depth:
            return
        # The width of a record count depends on how many records there could be.
        total = most = (node_size - 10) // record_size
        width, total_width = _bytes_for(most), 0
        for _ in range(depth - 1):
            pointer = 8 + width + total_width
            here = (node_size - 10 - pointer) // (record_size + pointer)
            total = here + (here + 1) * total
            total_width = _bytes_for(total)
        place += count * record_size
        for _ in range(count + 1):
            (child,) = self._unpack("Q", place)
            records = int.from_bytes(self._bytes(place + 8, width), "little")
            yield from self._node(child, records, depth - 1, node_size, record_size)
            place += 8 + width + total_width

    def _array(self, messages: list[_Message], path: str) -> np.ndarray:
        found = {message.kind: message.data for message in messages}
        if not {_DATASPACE, _DATATYPE} <= set(found):
            raise ValueError(Message("“{name}” is no array", name=path))
        shape, dtype = _shape(found[_DATASPACE]), _dtype(found[_DATATYPE])
        size = math.prod(shape) * dtype.itemsize
        self._array_bytes += size
        if self._array_bytes > len(self._data):
            raise ValueError(Message("its arrays declare more numbers than it holds"))
        layout = found[_LAYOUT]
        version, kind = layout[0], layout[1]
        if version not in (3, 4) or kind not in (0, 1):
            raise ValueError(Message("its arrays lie in pieces"))
        if kind == 0:
            (length,) = struct.unpack_from("<H", layout, 2)
            content = layout[4 : 4 + length]
        else:
            address, length = struct.unpack_from("<QQ", layout, 2)
            content = self._bytes(address, length) if size else b""
        if len(content) != size:
            raise ValueError(Message("“{path}” declares more or fewer numbers than it holds", path=path))
        return np.frombuffer(content, dtype).reshape(shape)


class _FractalHeap:
    """The heap in which newer files keep the links of a group: blocks of growing size with one address space."""

    def __init__(self, reader: _Reader, address: int):
        self._reader = reader
        head = reader._unpack("BHHBIQQQQQQQQQQQQHQQHHQH", address + 4)
        identifier, filters, largest_item = head[1], head[2], head[4]
        self._table_width, self._start_size, self._largest, heap_bits, _, root, rows = head[17:]
        if reader._signature(address) != b"FRHP" or identifier != 7 or filters or not 1 <= heap_bits <= 64:
            raise ValueError(Message("a group in it is damaged"))
        sizes = self._table_width, self._start_size, self._largest
        if any(size == 0 or size & (size - 1) or size > 1 << 32 for size in sizes) or rows > 64:
            raise ValueError(Message("a group in it is damaged"))
        self._offset_bytes = (heap_bits + 7) // 8
        self._length_bytes = min(_bytes_for(self._largest), _bytes_for(largest_item))
        self._blocks = list(self._direct_blocks(root, rows, 0, 0)) if rows else [(0, self._start_size, root)]

    def item(self, identifier: bytes) -> bytes:
        """The object that a 7-byte identifier refers to."""
        if identifier[0] & 0xF0:
            raise ValueError(Message("a group in it is damaged"))
        offset = int.from_bytes(identifier[1 : 1 + self._offset_bytes], "little")
        place = 1 + self._offset_bytes
        length = int.from_bytes(identifier[place : place + self._length_bytes], "little")
        for start, size, address in self._blocks:
            if start <= offset and offset + length <= start + size:
                return self._reader._bytes(address + offset - start, length)
        raise ValueError(Message("a group in it is damaged"))

    def _row_size(self, row: int) -> int:
        return self._start_size << max(0, row - 1)

    def _direct_blocks(self, address: int, rows: int, start: int, depth: int) -> Iterator[tuple[int, int, int]]:
        """(first offset, size, address) of the blocks below an indirect one."""
        self._reader._visit(address)
        if depth > 8 or rows > 64 or self._reader._signature(address) != b"FHIB":
            raise ValueError(Message("a group in it is damaged"))
        place = address + 5 + 8 + self._offset_bytes
        for row in range(rows):
            size = self._row_size(row)
            for _ in range(self._table_width):
                self._reader._step()
                (child,) = self._reader._unpack("Q", place)
                place += 8
                if child != _UNDEFINED:
                    if size <= self._largest:
                        yield start, size, child
                    else:
                        below = (size // (self._start_size * self._table_width)).bit_length()
                        yield from self._direct_blocks(child, below, start, depth + 1)
                start += size


def _bytes_for(number: int) -> int:
    """Bytes needed for numbers up to this one."""
    return max(1, (number.bit_length() + 7) // 8)


def _text(data: bytes) -> str:
    return data.decode("utf-8")


def _shape(message: bytes) -> tuple[int, ...]:
    version, dimensions = message[0], message[1]
    if version not in (1, 2) or dimensions > MAXIMUM_DIMENSIONS or (version == 2 and message[3] == 2):
        raise ValueError(Message("an array in it has an unusual shape"))
    start = 8 if version == 1 else 4
    return struct.unpack_from(f"<{dimensions}Q", message, start)


def _dtype(message: bytes) -> np.dtype:
    kind = message[0] & 0x0F
    for length in (11, 19):
        name = _NUMBERS.get((kind, message[1 : 1 + length]))
        if name:
            return np.dtype("<" + name)
    raise ValueError(Message("an array in it holds other things than plain numbers"))
