"""What places an image instead of a geotransform: ground control points, RPCs, geolocation arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from osgeo import gdal, osr

from ..base.messages import Message, Words

RPC, GEOLOCATION = "RPC", "GEOLOCATION"
_PLACE_TOLERANCE = 1e-9  # of coordinates and coefficients, which files keep with 15 digits or more
_PIXEL_TOLERANCE = 1e-3  # a virtual raster keeps four decimals
_ARRAYS = ("X_DATASET", "Y_DATASET")

Texts = tuple[tuple[str, str], ...]
"""Names and values of a metadata domain of GDAL."""


@dataclass(frozen=True)
class Control:
    """Ground control points, RPCs and geolocation arrays of an image.

    Attributes:
        points: pixel, line (0 is the outer edge of the first pixel), x, y, z, id and info of each control point.
        crs: WKT of the points' coordinates.
        rpc, geolocation: the metadata domains of these names, as GDAL defines them.
        is_all: whether nothing else places the image: it has no geotransform.
    """

    points: tuple[tuple[float, float, float, float, float, str, str], ...] = ()
    crs: str = ""
    rpc: Texts = ()
    geolocation: Texts = ()
    is_all: bool = True

    def __bool__(self) -> bool:
        return bool(self.points or self.rpc or self.geolocation)

    @classmethod
    def of(cls, dataset: gdal.Dataset, has_geotransform: bool) -> Control:
        """What a dataset has. A geotransform outdoes it, for GDAL as for QGIS; RPCs may stand beside one."""
        rpc = tuple(sorted((dataset.GetMetadata(RPC) or {}).items()))
        if has_geotransform:
            return cls(rpc=rpc, is_all=False)
        points = tuple((p.GCPPixel, p.GCPLine, p.GCPX, p.GCPY, p.GCPZ, p.Id, p.Info) for p in dataset.GetGCPs() or ())
        arrays = _with_whole_paths(dataset.GetMetadata(GEOLOCATION) or {}, os.path.dirname(dataset.GetDescription()))
        return cls(points, dataset.GetGCPProjection() or "" if points else "", rpc, arrays)

    def record_in(self, dataset: gdal.Dataset) -> None:
        """Writes it into a new dataset of the same pixels."""
        if self.points:
            points = [gdal.GCP(x, y, z, pixel, line, info, name) for pixel, line, x, y, z, name, info in self.points]
            dataset.SetGCPs(points, self.crs)
        for domain, texts in ((RPC, self.rpc), (GEOLOCATION, self.geolocation)):
            if texts:
                dataset.SetMetadata(dict(texts), domain)

    def moved(self, x: float, y: float, across: float = 1, down: float = 1) -> Control:
        """The same for pixels that begin at column x, row y of these, each `across` of these wide and `down` high."""
        if (x, y, across, down) == (0, 0, 1, 1):
            return self
        points = tuple(((p[0] - x) / across, (p[1] - y) / down, *p[2:]) for p in self.points)
        rpc, arrays = dict(self.rpc), dict(self.geolocation)
        for axis, start, step in (("SAMP", x, across), ("LINE", y, down)):
            if self.rpc:  # 0 is the center of the first pixel
                rpc[f"{axis}_OFF"] = repr((_number(rpc, f"{axis}_OFF") + 0.5 - start) / step - 0.5)
                rpc[f"{axis}_SCALE"] = repr(_number(rpc, f"{axis}_SCALE") / step)
        for axis, start, step in (("PIXEL", x, across), ("LINE", y, down)):
            if self.geolocation:
                arrays[f"{axis}_OFFSET"] = repr((_number(arrays, f"{axis}_OFFSET") - start) / step)
                arrays[f"{axis}_STEP"] = repr(_number(arrays, f"{axis}_STEP", 1.0) / step)
        return replace(self, points=points, rpc=tuple(rpc.items()), geolocation=tuple(arrays.items()))

    def places_like(self, other: Control) -> bool:
        """Whether pixels of the same column and row lie at the same place; ids and notes are not compared."""
        ours, theirs = ([p[:5] for p in control.points] for control in (self, other))
        return (
            len(ours) == len(theirs)
            and np.allclose([p[:2] for p in ours], [p[:2] for p in theirs], rtol=0, atol=_PIXEL_TOLERANCE)
            and np.allclose([p[2:] for p in ours], [p[2:] for p in theirs], rtol=_PLACE_TOLERANCE)
            and _same_texts(self.rpc, other.rpc)
            and _same_texts(self.geolocation, other.geolocation)
        )

    @property
    def crs_of_places(self) -> str:
        """WKT of what the points, else the RPCs or arrays, give as places; empty if unknown."""
        if self.points:
            return self.crs
        recorded = "" if self.rpc else dict(self.geolocation).get("SRS", "")
        return recorded or str(osr.GetUserInputAsWKT("EPSG:4326"))

    def described(self) -> Words:
        """For messages."""
        if self.points:
            return Message("ground control points")
        return Message("RPCs") if self.rpc else Message("geolocation arrays")


def _number(texts: Mapping[str, str], name: str, otherwise: float = 0.0) -> float:
    """The first number of a text, which may be followed by a unit."""
    try:
        return float(texts[name].split()[0])
    except (KeyError, IndexError, ValueError):
        return otherwise


def _same_texts(first: Texts, second: Texts) -> bool:
    """Whether all entries that both have are the same, as numbers where they are numbers; GeoTIFF keeps only some."""
    ours, theirs = dict(first), dict(second)
    return bool(ours) == bool(theirs) and all(_same_text(ours[name], theirs[name]) for name in ours.keys() & theirs)


def _same_text(first: str, second: str) -> bool:
    try:
        ours, theirs = ([float(number) for number in text.split()] for text in (first, second))
    except ValueError:
        return first == second
    return len(ours) == len(theirs) and bool(np.allclose(ours, theirs, rtol=_PLACE_TOLERANCE, atol=1e-15))


def _with_whole_paths(texts: Mapping[str, str], folder: str) -> Texts:
    """Names of arrays beside the image as whole paths, since the new raster may lie elsewhere."""
    whole = dict(texts)
    for name in _ARRAYS:
        for path in (whole.get(name, ""), os.path.join(folder, whole.get(name, ""))):
            if os.path.isfile(path):
                whole[name] = os.path.abspath(path)
                break
    return tuple(sorted(whole.items()))
