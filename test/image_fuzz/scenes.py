"""Draws small scenes, and writes each as other programs write images and labels: the awkward ways included.

A scene is what is really on the ground. How its image is stored (`Encoding`) and labelled (`Labels`) is drawn from
tables here; a new awkward way is a new line of a table.
"""

import math
import os
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

GDAL_TYPES = {
    "uint8": gdal.GDT_Byte,
    "uint16": gdal.GDT_UInt16,
    "int16": gdal.GDT_Int16,
    "int32": gdal.GDT_Int32,
    "uint32": gdal.GDT_UInt32,
    "float32": gdal.GDT_Float32,
    "float64": gdal.GDT_Float64,
}


@dataclass(frozen=True)
class Scene:
    """The ground: reflectance (h, w, b) float64 in whole ten-thousandths, classes (h, w) from 0, hidden (h, w) bool."""

    reflectance: np.ndarray
    classes: np.ndarray
    hidden: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """How reflectance is written: number = (reflectance - offset) / scale. `recorded`: whether the file says so."""

    word: str
    dtype: str
    scale: float = 1.0
    offset: float = 0.0
    recorded: bool = False

    def written(self, reflectance):
        """The numbers (h, w, b) in the file's type."""
        values = (reflectance - self.offset) / self.scale
        return (np.rint(values) if np.dtype(self.dtype).kind in "iu" else values).astype(self.dtype)

    def reading_as(self, other):
        """(factor, summand) that turn these numbers into `other`'s; (1, 0) unless both record what they mean."""
        if not (self.recorded and other.recorded):
            return 1.0, 0.0
        return self.scale / other.scale, round((self.offset - other.offset) / other.scale, 6)


PLAIN, SIGNED, WIDE = Numbers("plain", "uint16", 1e-4), Numbers("signed", "int16", 1e-4), Numbers("wide", "int32", 1e-4)
RECORDED = Numbers("recorded", "uint16", 1e-4, 0.0, True)
SHIFTED = Numbers("baseline 04.00", "uint16", 1e-4, -0.1, True)
HALVES = Numbers("half steps", "uint16", 5e-5, 0.0, True)
REAL, DOUBLE = Numbers("reflectance", "float32"), Numbers("doubles", "float64")
BYTES = Numbers("bytes", "uint8", 1 / 250)
DRAWN_NUMBERS = (PLAIN, PLAIN, SIGNED, WIDE, RECORDED, SHIFTED, HALVES, REAL, DOUBLE, BYTES)
SAME_UNITS = {  # what an image to be mapped may hold, for a model learned from each; to map it must need no help
    PLAIN: (PLAIN, SIGNED, WIDE, RECORDED),
    SIGNED: (PLAIN, SIGNED, WIDE),
    WIDE: (PLAIN, SIGNED, WIDE),
    RECORDED: (RECORDED, SHIFTED, HALVES, PLAIN),
    SHIFTED: (RECORDED, SHIFTED, HALVES),
    HALVES: (RECORDED, SHIFTED, HALVES),
    REAL: (REAL, DOUBLE),
    DOUBLE: (REAL, DOUBLE),
    BYTES: (BYTES,),
}
OTHER_UNITS = {PLAIN: REAL, REAL: PLAIN, SIGNED: DOUBLE, DOUBLE: SIGNED, BYTES: PLAIN, WIDE: REAL}


@dataclass(frozen=True)
class Hiding:
    """How pixels without data are marked: kind is value, mask, alpha or none; `value` also where it marks nothing."""

    kind: str
    value: Optional[float] = None


WITHOUT = Hiding("none")
LOWEST = float(np.finfo(np.float32).min)


def hidings(dtype):
    """The ways to mark pixels without data in a type."""
    ways = [WITHOUT, Hiding("mask"), Hiding("alpha")]
    if dtype.startswith("float"):
        return [*ways, Hiding("value", math.nan), Hiding("value", -9999.9), Hiding("value", LOWEST), Hiding("nan only")]
    largest = float(np.iinfo(dtype).max)
    never = [Hiding("none", math.nan), Hiding("none", -9999.0 if dtype.startswith("u") else 1e12)]
    return [*ways, Hiding("value", largest), Hiding("value", 0.0), *never]


@dataclass(frozen=True)
class Place:
    """Where an image is: geotransform (None: nowhere), and WKT."""

    word: str
    geotransform: Optional[tuple]
    wkt: str


def _wkt(code, solid=False):
    system = osr.SpatialReference()
    system.ImportFromEPSG(code)
    if solid:
        system.PromoteTo3D()
    return system.ExportToWkt(["FORMAT=WKT2_2019"] if solid else [])


UTM = _wkt(32633)
PLACES = (
    Place("north up", (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), UTM),
    Place("north up", (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), UTM),
    Place("south up", (500000.0, 10.0, 0.0, 5800000.0, 0.0, 10.0), UTM),
    Place("rotated", (500000.0, 8.0, 6.0, 5800000.0, 6.0, -8.0), UTM),
    Place("degrees", (15.0, 0.0001, 0.0, 52.0, 0.0, -0.0001), _wkt(4326)),
    Place("feet", (980000.0, 32.8084, 0.0, 200000.0, 0.0, -32.8084), _wkt(2263)),
    Place("three dimensions", (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), _wkt(32633, solid=True)),
    Place("nowhere", None, ""),
)


@dataclass(frozen=True)
class Encoding:
    """How an image is stored; `order`: which band of the scene each of its bands is; `names` belong to the scene."""

    numbers: Numbers
    hiding: Hiding
    order: tuple
    names: tuple
    place: Place


NAME_SETS = (("B04", "B03", "B02", "B08"), ("red", "green", "blue", "nir"), ("été", "Ближний ИК", "µm 0.8", "B8A"), ())


def draw_scene(g):
    """A scene of two to four classes and bands; the last rows or a corner of about half of all scenes are hidden."""
    rows, columns = int(g.integers(24, 41)), int(g.integers(24, 49))
    classes, bands = int(g.integers(2, 5)), int(g.integers(2, 5))
    where = np.arange(columns) * classes // columns
    where = np.repeat(where[np.newaxis], rows, axis=0)
    where[: rows // 3] = where[: rows // 3, ::-1]
    means = g.permuted(np.linspace(0.05, 0.55, classes)[:, np.newaxis].repeat(bands, 1), axis=0)
    values = means[where] + g.normal(0, 0.02, (rows, columns, bands))
    hidden = np.zeros((rows, columns), bool)
    if g.random() < 0.6:
        hidden[-int(g.integers(2, 7)) :] = True
        hidden[:, : int(g.integers(0, 4))] = True
    return Scene(np.clip(np.rint(values * 10000), 100, 9000) / 10000, where, hidden)


def draw_encoding(g, bands):
    """How the image that a model is trained on is stored."""
    numbers = DRAWN_NUMBERS[g.integers(len(DRAWN_NUMBERS))]
    ways = hidings(numbers.dtype)
    names = NAME_SETS[g.integers(len(NAME_SETS))][:bands]
    place = PLACES[g.integers(len(PLACES))]
    return Encoding(numbers, ways[g.integers(len(ways))], tuple(range(bands)), names, place)


def draw_other(g, first):
    """How the image to be mapped is stored: the same place, perhaps other numbers, nodata and order of bands."""
    choices = SAME_UNITS[first.numbers]
    numbers = choices[g.integers(len(choices))]
    ways = [way for way in hidings(numbers.dtype) if (way.kind == "alpha") == (first.hiding.kind == "alpha")]
    order = tuple(int(i) for i in g.permutation(len(first.order))) if first.names and g.random() < 0.4 else first.order
    return replace(first, numbers=numbers, hiding=ways[g.integers(len(ways))], order=order)


def hidden_pixels(scene, encoding):
    """(h, w) bool: which pixels the file says are without data."""
    marks = encoding.hiding.kind in ("value", "mask", "alpha", "nan only")
    return scene.hidden if marks else np.zeros_like(scene.hidden)


def write_image(path, scene, encoding):
    """Writes a scene as a GeoTIFF."""
    pixels = encoding.numbers.written(scene.reflectance)[..., list(encoding.order)]
    hiding = encoding.hiding
    if hiding.kind in ("value", "nan only"):
        pixels[scene.hidden] = math.nan if hiding.kind == "nan only" else hiding.value
    if hiding.kind == "alpha":
        largest = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "iu" else 255
        alpha = np.where(scene.hidden, 0, largest).astype(pixels.dtype)
        pixels = np.concatenate([pixels, alpha[..., np.newaxis]], axis=2)
    rows, columns, bands = pixels.shape
    options = ["ALPHA=YES"] if hiding.kind == "alpha" else []
    create = gdal.GetDriverByName("GTiff").Create
    dataset = create(path, columns, rows, bands, GDAL_TYPES[encoding.numbers.dtype], options)
    locate(dataset, encoding.place)
    for number in range(bands):
        band = dataset.GetRasterBand(number + 1)
        if number < len(encoding.order):
            if encoding.names:
                band.SetDescription(encoding.names[encoding.order[number]])
            if encoding.numbers.recorded:
                band.SetScale(encoding.numbers.scale)
                band.SetOffset(encoding.numbers.offset)
        else:
            band.SetColorInterpretation(gdal.GCI_AlphaBand)
        if hiding.value is not None:
            band.SetNoDataValue(hiding.value)
        band.WriteArray(pixels[..., number])
    if hiding.kind == "mask":
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.where(scene.hidden, 0, 255).astype(np.uint8))
    dataset = band = None


def locate(dataset, place):
    """Gives a dataset its place."""
    if place.geotransform:
        dataset.SetGeoTransform(place.geotransform)
    if place.wkt:
        dataset.SetProjection(place.wkt)


@dataclass(frozen=True)
class Labels:
    """How the classes are handed over.

    Attributes:
        kind: raster or the ending of a vector file. dtype: of a raster; "text" or "int32" of a field.
        names: of the classes; () for none. legend: how a raster names them: table, generic table, categories or none.
        encoding: of a shapefile's text. declared: whether a .cpg says so.
    """

    kind: str
    dtype: str
    names: tuple = ()
    legend: str = "none"
    encoding: str = "UTF-8"
    declared: bool = True


CLASS_NAMES = (
    ("Wald", "Wasser", "Wiese", "Weg"),
    ("Fluß", "Pré", "Prè", "Forêt"),
    ("1.1", "1.2", "2.1", "011"),
    ("11", "011", "1e1", "+7"),
    ("Acker ", "Moor\u200b", "\ufeffFels", "See\xa0"),
)
CYRILLIC = ("Лес", "Вода", "Поле", "Город")
RASTER_TYPES = ("uint8", "int16", "uint16", "int32", "float32")
LEGENDS = ("none", "table", "generic table", "categories")


def draw_labels(g, place):
    """How the classes of a scene are handed over; GeoJSON is always somewhere on the earth."""
    names = CLASS_NAMES[g.integers(len(CLASS_NAMES))]
    if g.random() < 0.5:
        legend = LEGENDS[g.integers(len(LEGENDS))]
        dtype = "uint8" if legend == "categories" else RASTER_TYPES[g.integers(len(RASTER_TYPES))]
        return Labels("raster", dtype, names if legend != "none" else (), legend)
    kind = (".gpkg", ".shp", ".geojson")[g.integers(3 if place.geotransform else 2)]
    if g.random() < 0.3:
        return Labels(kind, "int32")
    if kind != ".shp":
        return Labels(kind, "text", CYRILLIC if g.random() < 0.3 else names)
    encodings = (("UTF-8", True, CYRILLIC), ("CP1251", True, CYRILLIC), ("CP1252", False, CLASS_NAMES[1]))
    encoding, declared, names = encodings[g.integers(3)]
    return Labels(kind, "text", names, encoding=encoding, declared=declared)


def write_labels(stem, scene, labels, place):
    """Writes the classes as values from 1; the left column of each row is not annotated. Returns the path."""
    annotated = np.ones(scene.classes.shape, bool)
    annotated[:, 0] = False
    if labels.kind == "raster":
        return _write_label_raster(stem + ".tif", np.where(annotated, scene.classes + 1, 0), labels, place)
    return _write_label_features(stem + labels.kind, np.where(annotated, scene.classes, -1), labels, place)


def _write_label_raster(path, values, labels, place):
    rows, columns = values.shape
    dataset = gdal.GetDriverByName("GTiff").Create(path, columns, rows, 1, GDAL_TYPES[labels.dtype])
    locate(dataset, place)
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(0)
    band.WriteArray(values.astype(labels.dtype))
    present = int(values.max())
    if labels.legend == "categories":
        band.SetCategoryNames(["", *labels.names[:present]])
    elif labels.legend != "none":
        usages = (gdal.GFU_MinMax, gdal.GFU_Name) if labels.legend == "table" else (gdal.GFU_Generic,) * 2
        table = gdal.RasterAttributeTable()
        table.CreateColumn("Value", gdal.GFT_Integer, usages[0])
        table.CreateColumn("Class_Name", gdal.GFT_String, usages[1])
        for row in range(present):
            table.SetValueAsInt(row, 0, row + 1)
            table.SetValueAsString(row, 1, labels.names[row])
        band.SetDefaultRAT(table)
    dataset = band = None
    return path


def _write_label_features(path, indices, labels, place):
    drivers = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}
    source = ogr.GetDriverByName(drivers[labels.kind]).CreateDataSource(path)
    system = osr.SpatialReference(wkt=place.wkt) if place.wkt else None
    if system:
        system.DemoteTo2D()  # GeoPackage and Shapefile know no others
        system.AutoIdentifyEPSG()  # GeoJSON names its CRS by the code
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    options = [f"ENCODING={labels.encoding}"] if labels.kind == ".shp" else []
    if labels.kind == ".geojson":
        options.append("COORDINATE_PRECISION=15")
    layer = source.CreateLayer("labels", system, ogr.wkbPolygon, options)
    layer.CreateField(ogr.FieldDefn("class", ogr.OFTString if labels.dtype == "text" else ogr.OFTInteger))
    for row, line in enumerate(indices):
        for start, end, index in _runs(line):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["class"] = labels.names[index] if labels.dtype == "text" else index + 1
            feature.SetGeometry(_box(start, row, end, row + 1, place))
            layer.CreateFeature(feature)
    layer = source = None
    if labels.kind == ".shp" and not labels.declared:
        os.remove(path[:-4] + ".cpg")
        with open(path[:-4] + ".dbf", "r+b") as file:
            file.seek(29)  # the language driver of dBASE
            file.write(b"\0")
    return path


def _runs(line):
    """(start, end, index) of runs of equal indices, -1 left out."""
    edges = [0, *(np.flatnonzero(np.diff(line)) + 1), len(line)]
    return [(a, b, int(line[a])) for a, b in zip(edges, edges[1:]) if line[a] >= 0]


def _box(left, top, right, bottom, place):
    x0, across, across_y, y0, down_x, down = place.geotransform or (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for column, row in ((left, top), (right, top), (right, bottom), (left, bottom), (left, top)):
        ring.AddPoint_2D(x0 + column * across + row * across_y, y0 + column * down_x + row * down)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon
