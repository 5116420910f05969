"""Text that GDAL and OGR give: names, descriptions, categories, attributes, in whatever encoding a file has them."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping, Sequence
from typing import Optional, Union

from osgeo import gdal, ogr

from ..base.progress import remarks

ASSUMED, SHOWN_AS = "cp1252", "Windows-1252"
# Text that is UTF-8 is hardly ever one of these, which many programs name without knowing.
_CARELESS = ("iso8859-1", "iso8859-15", "cp1252")

# What GDAL's Python has for bytes that are not UTF-8, and control characters that stand for Windows' own characters
# where a file calls its text ISO-8859-1.
_FOREIGN = re.compile("[\udc80-\udcff\x80-\x9f]")
_LONE_NO_BREAK = re.compile("(?<!\\S)\xa0|\xa0(?!\\S)")
_CODE_PAGE = re.compile(r"(?:ansi|oem|windows|cp|ibm)?[ _-]*([0-9]{3,5})", re.IGNORECASE)

Raw = Union[str, bytes, bytearray]


class Decoder:
    """Decodes the texts of one file: UTF-8, else what the file declares, else Windows-1252, which is said once.

    No two texts become one, and none vanishes: what Windows-1252 does not have, or shows as nothing, becomes the
    number of its byte, such as \\x81.

    Args:
        path: of the file. declared: the encoding that it names, where GDAL did not understand that.
        is_table: whether the file has a .dbf, whose encoding can be named in a .cpg beside it.
    """

    def __init__(self, path: str, declared: str = "", is_table: bool = False):
        self._path, self._declared, self._is_table = path, codec_of(declared), is_table

    @classmethod
    def of_layer(cls, path: str, layer: ogr.Layer) -> Decoder:
        """For the fields of a vector layer, and their names."""
        table = layer.GetMetadata("SHAPEFILE") or {}  # of a .dbf
        named = [table.get(key) for key in ("ENCODING_FROM_CPG", "CPG_VALUE", "ENCODING_FROM_LDID")]
        codecs_found = [codec_of(str(name)) for name in named if name and not table.get("SOURCE_ENCODING")]
        return cls(path, next(filter(None, codecs_found), ""), bool(table))

    def text(self, raw: Raw) -> str:
        """What a text of the file says."""
        if isinstance(raw, str) and (raw.isascii() or not (self._declared or _FOREIGN.search(raw))):
            return raw
        data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else bytes(raw)
        utf8 = _decoded(data, "utf-8")
        if utf8 is not None and self._declared in _CARELESS and not (utf8.isascii() or _FOREIGN.search(utf8)):
            return self._told_utf8(utf8)
        for found in (_decoded(data, self._declared), utf8, _cut_utf8(data)):
            if found is not None and not _FOREIGN.search(found):
                return found
        source = _bytes_of_iso_8859_1(data)
        if utf8 is not None and source is None:
            return utf8
        text = _assumed(data if source is None else source)
        self._tell(text)
        return text

    def texts(self, raw: Sequence[Raw]) -> list[str]:
        """Several texts."""
        return [self.text(r) for r in raw]

    def metadata(self, raw: Mapping[Raw, Raw]) -> dict[str, str]:
        """Names and values of a metadata domain."""
        return {self.text(name): self.text(value) for name, value in raw.items()}

    def table(self, table: gdal.RasterAttributeTable) -> gdal.RasterAttributeTable:
        """An attribute table, or a copy of it whose texts are UTF-8."""
        columns, rows = range(table.GetColumnCount()), range(table.GetRowCount())
        texts = [c for c in columns if table.GetTypeOfCol(c) == gdal.GFT_String]
        names = [table.GetNameOfCol(c) for c in columns]
        if not any(map(_is_foreign, [*names, *(table.GetValueAsString(r, c) for c in texts for r in rows)])):
            return table
        copy = gdal.RasterAttributeTable()
        copy.SetTableType(table.GetTableType())
        for column in columns:
            copy.CreateColumn(self.text(names[column]), table.GetTypeOfCol(column), table.GetUsageOfCol(column))
        copy.SetRowCount(len(rows))
        for column in columns:
            for row in rows:
                if column in texts:
                    copy.SetValueAsString(row, column, self.text(table.GetValueAsString(row, column)))
                else:  # which holds integers exactly
                    copy.SetValueAsDouble(row, column, table.GetValueAsDouble(row, column))
        return copy

    def _told_utf8(self, text: str) -> str:
        remarks.info(
            "“{about}” says that its text is {encoding}, but it is UTF-8, such as “{example}”, and is read so.",
            about=os.path.basename(self._path),
            encoding=SHOWN_AS if self._declared == ASSUMED else self._declared.upper().replace("ISO8859", "ISO-8859"),
            example=text,
        )
        return text

    def _tell(self, example: str) -> None:
        name = os.path.basename(self._path)
        if self._is_table:
            remarks.warning(
                "“{about}” has text that is neither UTF-8 nor in an encoding that the file names: it is read as "
                "{encoding}, such as “{example}”. If that is wrong, write the name of the encoding, such as 1251, into "
                "a text file “{table}.cpg” beside it.",
                about=name,
                encoding=SHOWN_AS,
                example=example,
                table=os.path.splitext(name)[0],
            )
        else:
            remarks.info(
                "“{about}” has text that is neither UTF-8 nor in an encoding that the file names: it is read as "
                "{encoding}, such as “{example}”. If that is wrong, convert the file to UTF-8.",
                about=name,
                encoding=SHOWN_AS,
                example=example,
            )


def loses_text(layer: ogr.Layer) -> bool:
    """Whether GDAL decodes the texts of a layer by an encoding that we know, too: it leaves out what does not fit."""
    encoding = str((layer.GetMetadata("SHAPEFILE") or {}).get("SOURCE_ENCODING", ""))
    return codec_of(encoding) not in ("", "utf-8")


def codec_of(name: str) -> str:
    """Python's name of an encoding as .cpg files write it: “ANSI 1251”, “OEM 866”, “1251”, “GBK”; empty if unknown."""
    name = name.strip()
    page = _CODE_PAGE.fullmatch(name)
    for candidate in (name, f"cp{page[1]}") if page else (name,):
        try:
            "".encode(candidate)  # which compression and the like refuse
            return codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
    return ""


def _is_foreign(raw: Raw) -> bool:
    return not isinstance(raw, str) or _FOREIGN.search(raw) is not None


def _decoded(data: bytes, encoding: str) -> Optional[str]:
    try:
        return data.decode(encoding) if encoding else None
    except UnicodeError:
        return None


def _cut_utf8(data: bytes) -> Optional[str]:
    """Text in UTF-8 whose last character is cut off, as where a field is too narrow for it; None if it is not that.

    What is left of the character is shown by its bytes, so that no other text becomes the same.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None
    return None if text.isascii() else data.decode("utf-8", "backslashreplace")


def _bytes_of_iso_8859_1(data: bytes) -> Optional[bytes]:
    """The bytes of a file for text that GDAL has from ISO-8859-1 to UTF-8; None if it is no such text."""
    try:
        return data.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return None


def _assumed(data: bytes) -> str:
    """Windows-1252; a no-break space or soft hyphen that would be lost is a letter of another encoding."""
    text = data.decode(ASSUMED, "backslashreplace").replace("\xad", "\\xad")
    return _LONE_NO_BREAK.sub(r"\\xa0", text)
