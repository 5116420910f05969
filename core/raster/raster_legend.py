"""The legend in a raster: names and colors in its attribute table, its categories and its color table."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Optional, Union

from osgeo import gdal, ogr

from ..base.model_limits import MAXIMUM_CLASSES
from ..base.progress import remarks
from .classes import LandClass, class_value, clean_name
from .data_sources import file_of
from .text import Decoder

VAT_ENDING = ".vat.dbf"  # as ArcGIS names the attribute table beside a raster

# Columns of attribute tables that do not say what they are for, as ArcGIS, QGIS, R and others name them; small letters
# without blanks, underscores and hyphens.
_VALUES = ("value", "values", "pixelvalue", "classvalue", "code", "gridcode", "dn", "id")
_NAMES = (
    *("classname", "classnames", "class", "name", "names", "label", "labels", "category", "landcover"),
    *("description", "nom", "classe", "libelle", "klasse", "bezeichnung"),
)
_IN_NAMES = ("name", "label", "class", "categ", "cover", "descr", "libell")  # such as LC_Name, LABEL3, Descriptio
_COLORS = (("red", "r"), ("green", "g"), ("blue", "b"))
_NEVER_VALUES = {
    *("count", "histogram", "pixelcount", "opacity", "alpha", "a", "oid", "fid", "objectid", "rowid"),
    *(name for names in _COLORS for name in names),
}
_LOWEST, _HIGHEST = "<lowest>", "<highest>"  # what columns of these usages are called here

Cell = Union[int, float, str]


class _Table:
    """Columns by name, with a value for each row: text, or numbers.

    Attributes:
        titles: the names of the columns as they are shown.
        row_values: the value that a row stands for, where no column tells it: the first, and the step to the next.
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[Cell]] = {}
        self.titles: list[str] = []
        self.row_values: Optional[tuple[float, float]] = None

    def add(self, name: str, cells: list[Cell], title: str = "") -> None:
        self.columns.setdefault(_key(name), cells)
        self.titles.append(title or name)

    @property
    def has_texts(self) -> bool:
        return any(isinstance(cell, str) and clean_name(cell) for cells in self.columns.values() for cell in cells)

    def numbers(self, names: Sequence[str]) -> Optional[list[float]]:
        """The first column of these names that has numbers."""
        found = (_as_numbers(self.columns.get(name, [])) for name in names)
        return next((numbers for numbers in found if numbers), None)

    def texts(self) -> Optional[list[str]]:
        """The names of the classes: the column that is called so; of several, or of parts of words, that of most texts.

        Else the only column of text.
        """
        texts = {
            name: [clean_name(str(cell)) for cell in cells]
            for name, cells in self.columns.items()
            if cells and isinstance(cells[0], str) and name not in _VALUES[:2]
        }
        known = next((texts[name] for name in _NAMES if name in texts), None)
        if known is not None:
            return known
        numbered = [column for name, column in texts.items() if name.rstrip("0123456789") in _NAMES]
        parts = [c for n, c in texts.items() if "code" not in n and any(part in n for part in _IN_NAMES)]
        found = numbered or parts or (list(texts.values()) if len(texts) == 1 else [])
        return max(found, key=lambda column: len(set(column))) if found else None

    def ranges(self) -> Optional[list[tuple[float, float]]]:
        """The lowest and the highest value that each row stands for; None if that is not known."""
        values = self.numbers(_VALUES)
        if values is None:
            lowest, highest = self.numbers([_LOWEST]), self.numbers([_HIGHEST])
            if lowest and highest:
                return list(zip(lowest, highest))
            whole = [c for n, c in self.columns.items() if n not in _NEVER_VALUES and c and _are_whole(c)]
            values = [int(cell) for cell in whole[0]] if len(whole) == 1 else None
            if values is None and self.row_values is not None and not whole:
                first, step = self.row_values
                rows = len(next(iter(self.columns.values())))
                return [
                    (first + step * row, math.nextafter(first + step * (row + 1), -math.inf)) for row in range(rows)
                ]
        return None if values is None else [(value, value) for value in values]

    def legend(self) -> dict[int, LandClass]:
        """The classes, if there are columns of values and of names or colors; of rows of one value the first counts."""
        ranges, names = self.ranges(), self.texts()
        parts = [self.numbers(names) for names in _COLORS]
        if ranges is None or (names is None and None in parts):
            return {}
        colors = _colors([part for part in parts if part is not None], len(ranges))
        found: dict[int, LandClass] = {}
        for (low, high), name, color in zip(ranges, names or [""] * len(ranges), colors):
            if 0 <= high - low <= MAXIMUM_CLASSES:
                for value in range(math.ceil(low), math.floor(high) + 1):
                    found.setdefault(value, LandClass(value, name, color))
        return found


def legend_of(band: gdal.Band, path: str) -> dict[int, LandClass]:
    """Names and colors of band 1 of a raster: of its attribute table, else of the one beside it (ArcGIS), else of its
    categories and its color table.
    """
    decoder = Decoder(path)
    tables = (_attribute_table(band.GetDefaultRAT(), decoder), _table_beside(file_of(path)))
    legends = [table.legend() for table in tables if table is not None]
    named = next((legend for legend in legends if any(c.name for c in legend.values())), None)
    if named is not None:
        return named
    legend = _categories(band, decoder)
    silent = [table for table in tables if table is not None and table.has_texts]
    if silent and not any(c.name for c in legend.values()):
        remarks.info(
            "The attribute table of “{about}” has the columns {columns}, of which it is not known which holds the "
            "values and which the names of the classes: it is not used. Name them Value and Class_Name.",
            about=os.path.basename(path),
            columns=silent[0].titles,
        )
    for more in legends:
        for value, c in more.items():
            if value not in legend or legend[value] == LandClass(value):
                legend[value] = c
    return legend


def _categories(band: gdal.Band, decoder: Decoder) -> dict[int, LandClass]:
    names = [clean_name(name) for name in decoder.texts(band.GetCategoryNames() or [])]
    colors = band.GetColorTable()
    count = max(len(names), colors.GetCount() if colors else 0)
    legend = {}
    for value in range(count):
        name = names[value] if value < len(names) else ""
        color = (
            "#{:02x}{:02x}{:02x}".format(*colors.GetColorEntry(value)[:3])
            if colors and value < colors.GetCount()
            else ""
        )
        legend[value] = LandClass(value, name, color)
    return legend


def _attribute_table(table: Optional[gdal.RasterAttributeTable], decoder: Decoder) -> Optional[_Table]:
    """Columns under the names of their usages, then under their own."""
    if table is None or table.GetRowCount() == 0:
        return None
    usages = {gdal.GFU_MinMax: _VALUES[0], gdal.GFU_Name: _NAMES[0], gdal.GFU_Min: _LOWEST, gdal.GFU_Max: _HIGHEST}
    usages[gdal.GFU_PixelCount] = "count"
    usages.update(zip((gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue), (names[0] for names in _COLORS)))
    found, columns = _Table(), range(table.GetColumnCount())
    for column in sorted(columns, key=lambda c: table.GetUsageOfCol(c) not in usages):
        title = decoder.text(table.GetNameOfCol(column))
        found.add(usages.get(table.GetUsageOfCol(column), title), _cells(table, column, decoder), title)
    is_binned, first, step = table.GetLinearBinning()
    if is_binned and step > 0:
        found.row_values = first, step
    elif {gdal.GFU_Name, gdal.GFU_PixelCount} & {table.GetUsageOfCol(column) for column in columns}:
        found.row_values = 0, 1  # as ERDAS IMAGINE has it
    return found


def _cells(table: gdal.RasterAttributeTable, column: int, decoder: Decoder) -> list[Cell]:
    rows = range(table.GetRowCount())
    kind = table.GetTypeOfCol(column)
    if kind == gdal.GFT_String:
        return [decoder.text(table.GetValueAsString(row, column)) for row in rows]
    numbers = [table.GetValueAsDouble(row, column) for row in rows]
    return [int(v) for v in numbers] if kind == gdal.GFT_Integer else numbers


def _table_beside(path: str) -> Optional[_Table]:
    """The table that ArcGIS keeps beside a raster; None if there is none that can be read."""
    beside = next((p for p in (path + VAT_ENDING, os.path.splitext(path)[0] + VAT_ENDING) if os.path.isfile(p)), None)
    if beside is None:
        return None
    found = _Table()
    try:
        source = gdal.OpenEx(beside, gdal.OF_VECTOR | gdal.OF_READONLY)
        layer = source.GetLayer(0)
        definition, features = layer.GetLayerDefn(), list(layer)
    except RuntimeError:  # a damaged side file is no reason to refuse the raster
        return None
    decoder = Decoder.of_layer(beside, layer)
    for column in range(definition.GetFieldCount()):
        field = definition.GetFieldDefn(column)
        cells: list[Cell] = [decoder.text(feature.GetFieldAsString(column)) for feature in features]
        if field.GetType() in (ogr.OFTInteger, ogr.OFTInteger64):
            cells = [feature.GetFieldAsInteger64(column) for feature in features]
        elif field.GetType() == ogr.OFTReal:
            cells = [feature.GetFieldAsDouble(column) for feature in features]
        found.add(decoder.text(field.GetName()), cells)
    return found


def _as_numbers(cells: Sequence[Cell]) -> list[float]:
    """A column as numbers, also where these are whole ones written as text; empty for other text."""
    numbers = [class_value(clean_name(cell)) if isinstance(cell, str) else cell for cell in cells]
    return [] if None in numbers else [number for number in numbers if number is not None]


def _are_whole(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, int) for cell in cells)


def _key(name: str) -> str:
    return "".join(c for c in name.lower() if c not in " _-.")


def _colors(parts: Sequence[Sequence[float]], count: int) -> list[str]:
    """The color of each row from three columns of 0 … 255, or of real numbers 0 … 1; "" where these are no colors."""
    if len(parts) < len(_COLORS):
        return [""] * count
    are_shares = all(isinstance(v, float) and 0 <= v <= 1 for part in parts for v in part)
    rows = ([v * 255 if are_shares else v for v in row] for row in zip(*parts))
    return ["#{:02x}{:02x}{:02x}".format(*map(round, r)) if all(0 <= v <= 255 for v in r) else "" for r in rows]
