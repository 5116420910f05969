"""Ways to spoil files: from single bits to well-formed files that mean harm. All take a random.Random."""

import io
import json
import re
import struct
import zipfile

WILD_NUMBERS = (
    0, -1, 1, 2, 127, 255, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63, 2**64, 10**12, 10**30, -(2**63), 0.5, -0.0,
    1e-320, 1e308, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
WILD_TEXTS = (
    "", " ", "\x00", "a\nb", "\x1b[31m", "../../evil", "/etc/passwd", "\\\\host\\share", "x" * 20_000, "<script>",
    "&x;", "os.system", "__import__", "Lambda", "TFSMLayer", "evil>Layer", "{{7*7}}", "%n%s", "\u202eabc", "float4096",
    "relu6", "int8_from_float32", "file://x", "NaN", "1e999", "keras.utils", "load_model", "get_file", "builtins",
)  # fmt: skip
WILD_VALUES = (None, True, False, [], {}, [[]], [None], {"class_name": "Lambda"}, [1, 2, 3], ["a"])


def bytes_changed(data, rng):
    """Some bits or bytes flipped, bytes removed, inserted or repeated, or the file cut."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        if not data:
            break
        place, kind = rng.randrange(len(data)), rng.randrange(8)
        if kind <= 2:
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 3:
            data[place] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 4:
            size = rng.choice((2, 4, 8))
            data[place : place + size] = rng.choice((b"\x00", b"\xff")) * size
        elif kind == 5:
            data[place : place + 8] = struct.pack("<q", rng.choice((1, len(data), 2**31 - 1, 2**40, -2)))
        elif kind == 6:
            del data[place : place + rng.choice((1, 7, 100))]
        else:
            data[place:place] = data[rng.randrange(len(data)) :][: rng.choice((1, 8, 100))]
    return bytes(data[: rng.randrange(len(data))]) if data and rng.random() < 0.1 else bytes(data)


def early_bytes_changed(data, rng):
    """As `bytes_changed`, in a part that is likely to describe the rest."""
    size = rng.choice((64, 512, 4096))
    return bytes_changed(data[:size], rng) + data[size:]


def members(data):
    """The entries of a zip: name -> content."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed(entries, compression=zipfile.ZIP_DEFLATED):
    """A sound zip of these (name, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            archive.writestr(info, content)
    return buffer.getvalue()


def with_member(data, name, change):
    """The zip with one entry changed and sealed again, so that its checksum is right."""
    entries = members(data)
    return sealed([(n, change(content) if n == name else content) for n, content in entries.items()])


def zip_changed(data, rng):
    """A zip whose entries or table of contents lie: names, sizes, links, copies, methods, bombs."""
    entries = list(members(data).items())
    kind = rng.randrange(12)
    place = rng.randrange(len(entries))
    name, content = entries[place]
    if kind == 0:
        evil = (
            "../evil.txt",
            "/tmp/evil.txt",
            "a/../../evil",
            "C:\\evil",
            "..\\evil",
            "\x00evil",
            "model.json/",
            "évil",
        )
        entries.append((rng.choice(evil), b"x"))
    elif kind == 1:
        del entries[place]
    elif kind == 2:
        other = rng.randrange(len(entries))
        entries[place], entries[other] = (name, entries[other][1]), (entries[other][0], content)
    elif kind == 3:
        entries.append((rng.choice(("extra.py", "sitecustomize.py", "__init__.py", "assets/x")), b"import os"))
    elif kind == 4:
        entries[place] = (name, rng.choice((b"", b"\x00" * 10_000_000, content * 2, content[: len(content) // 2])))
    elif kind == 5:
        return sealed(entries, rng.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED)))
    elif kind == 6:
        return _doubled(entries, name, rng)
    result = sealed(entries)
    if kind == 7:
        return _fields_changed(result, rng, b"PK\x01\x02", ((8, "<H"), (10, "<H"), (20, "<I"), (24, "<I"), (42, "<I")))
    if kind == 8:
        return _fields_changed(result, rng, b"PK\x03\x04", ((6, "<H"), (8, "<H"), (18, "<I"), (22, "<I"), (26, "<H")))
    if kind == 9:
        return _fields_changed(result, rng, b"PK\x05\x06", ((8, "<H"), (10, "<H"), (12, "<I"), (16, "<I"), (20, "<H")))
    if kind == 10:
        return _as_link(entries, place)
    return result


def _doubled(entries, name, rng):
    """The same entry twice, or nearly the same."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
        copy = zipfile.ZipInfo(rng.choice((name, name.upper(), name + "\x00x")))
        archive.writestr(copy, b"{}")
    return buffer.getvalue()


def _as_link(entries, place):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, content) in enumerate(entries):
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if number == place else 0o100644) << 16
            archive.writestr(info, b"/etc/passwd" if number == place else content)
    return buffer.getvalue()


def _fields_changed(data, rng, signature, fields):
    places = [match.start() for match in re.finditer(re.escape(signature), data)]
    place, (offset, layout) = rng.choice(places), rng.choice(fields)
    start = place + offset
    value = rng.choice((0, 1, 8, 99, 0x7FFF, 0xFFFF)) if layout == "<H" else rng.choice((0, 1, 2**31, 2**32 - 1, 2**20))
    result = bytearray(data)
    result[start : start + struct.calcsize(layout)] = struct.pack(layout, value)
    return bytes(result)


def json_changed(data, rng):
    """JSON with values replaced by wild ones, names changed, parts moved; or text that is hardly JSON any more."""
    if rng.random() < 0.12:
        return rng.choice(_HARDLY_JSON)(data, rng)
    values = json.loads(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        values = _replaced(values, rng)
    return json.dumps(values).encode()


_HARDLY_JSON = (
    lambda data, rng: bytes_changed(data, rng),
    lambda data, rng: b"[" * rng.choice((50, 200, 100_000)),
    lambda data, rng: b'{"a":' * 5000 + b"1" + b"}" * 5000,
    lambda data, rng: re.sub(rb"\d+", lambda m: b"9" * 100_000, data, count=1),
    lambda data, rng: re.sub(rb": \d+", b": 1e999", data, count=rng.choice((1, 3, 10))),
    lambda data, rng: data.replace(b"{", b'{"class_name": "x", "class_name": "y", ', 1),
    lambda data, rng: data.replace(b'"name": "', b'"name": "\\ud800', 1),
    lambda data, rng: data.decode().encode("utf-16"),
    lambda data, rng: b"\xff\xfe" + data,
    lambda data, rng: data + data,
)


def places_of(values, path=()):
    """The path of everything in a JSON value."""
    yield path
    items = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in items:
        yield from places_of(value, (*path, key))


def _replaced(values, rng):
    places = list(places_of(values))[1:]
    if not places:
        return json.loads(json.dumps(rng.choice(WILD_VALUES)))
    path = rng.choice(places)
    parent = values
    for key in path[:-1]:
        parent = parent[key]
    key, kind = path[-1], rng.randrange(10)
    if kind <= 3:
        parent[key] = rng.choice(WILD_NUMBERS)
    elif kind <= 5:
        parent[key] = rng.choice(WILD_TEXTS)
    elif kind == 6:
        parent[key] = json.loads(json.dumps(rng.choice(WILD_VALUES)))  # never the same object twice
    elif kind == 7:
        del parent[key]
    elif kind == 8:  # something else of the same file
        source = values
        for step in rng.choice(places):
            source = source[step]
        parent[key] = json.loads(json.dumps(source))
    elif isinstance(parent, dict):
        parent[rng.choice(WILD_TEXTS)] = parent.pop(key)
    else:
        parent[key:key] = json.loads(json.dumps([parent[key]] * rng.choice((1, 2, 500))))
    return values


def npy(header, content, version=(1, 0)):
    """The bytes of a .npy with any header."""
    text = header.encode() if isinstance(header, str) else header
    layout = "<H" if version[0] == 1 else "<I"
    return (
        b"\x93NUMPY"
        + bytes(version)
        + struct.pack(layout, len(text) & (2 ** (8 * struct.calcsize(layout)) - 1))
        + (text + content)
    )


def npy_changed(data, rng):
    """A .npy with another header, or other numbers."""
    length = struct.unpack("<H", data[8:10])[0]
    header, content = data[10 : 10 + length].decode(), data[10 + length :]
    kind = rng.randrange(9)
    if kind == 0:
        header = re.sub(r"\(.*?\)", rng.choice(_WILD_SHAPES), header)
    elif kind == 1:
        header = re.sub(r"'descr': '.*?'", f"'descr': {rng.choice(_WILD_TYPES)}", header)
    elif kind == 2:
        header = header.replace("False", rng.choice(("True", "1", "__import__('os')", "None")))
    elif kind == 3:
        header = rng.choice(
            ("{}", "(" * 9000, "[" * 9000 + "]" * 9000, "{'descr': " * 500, "open('x','w')", "\x00" * 99)
        )
    elif kind == 4:
        return npy(header, content, rng.choice(((2, 0), (3, 0), (9, 9), (0, 0))))
    elif kind == 5:
        return bytes_changed(data[:128], rng) + data[128:]
    elif kind == 6:
        content = bytes_changed(content, rng)
    elif kind == 7 and len(content) >= 16:  # numbers that point anywhere
        content = bytearray(content)
        for _ in range(rng.choice((1, 5))):
            place = 4 * rng.randrange(len(content) // 4)
            content[place : place + 4] = struct.pack("<i", rng.choice((-1, 0, 1, 2**31 - 1, -(2**31), 7, 10**6)))
        content = bytes(content)
    else:
        content = bytes(len(content)) if rng.random() < 0.5 else b"\xff" * len(content)
    return npy(header, content)


_WILD_SHAPES = ("()", "(1000000000000,)", "(-1,)", "(0, 5)", "(9" + "9" * 200 + ",)", "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
                "(2.0,)", "(True,)", "('a',)", "(4294967296, 4294967296)", "(0, 99999999999999999)")  # fmt: skip
_WILD_TYPES = ("'|O'", "'<f4'", "'>i8'", "'<U1000000'", "'|V8'", "[('a', '|O')]", "'<M8[s]'", "'<c16'", "'<i9'",
               "'|S0'", "'|b1'", "'<f2'", "('<f4', (1000000, 1000000))", "'float32,object'")  # fmt: skip
