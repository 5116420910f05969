"""Rasters as QGIS shows them: the name that the engine reads, followed by what a user has set for the layer.

The engine reads the file of a layer, also where it is large or remote. What QGIS is told to read otherwise follows the
name (|crs=, |nodata=); what cannot be told in this way is refused. Colors, contrast and transparency, which only change
what is drawn, do not count.
"""

from __future__ import annotations

import math
import re
from urllib.parse import quote

from qgis.core import QgsProcessingException

from ..host.translation import tr

NONE = "none"
_CODE = re.compile(r"(EPSG|ESRI|IGNF|OGC):\w+")
_OPENED_OTHERWISE = re.compile(r"\|(option|credential):|\bauthcfg=")


def raster_source(layer, name, received):
    """The GDAL name of a raster layer, and what is set in QGIS that its file does not say: a list of texts.

    Args:
        layer: a QgsRasterLayer, or None. name: of the parameter. received: its value, for messages.
    Raises:
        QgsProcessingException: it is not a GDAL raster, or what QGIS shows cannot be told to the engine.
    """
    if layer is None or not layer.isValid():
        raise QgsProcessingException(
            tr(
                "{}: the image “{}” cannot be loaded. Expected a raster file that QGIS reads (GeoTIFF, JP2, VRT …)."
            ).format(name, received)
        )
    if layer.providerType() != "gdal":
        raise QgsProcessingException(
            tr("{}: the layer “{}” comes from the provider “{}”; expected a raster file. Export it first.").format(
                name, layer.name(), layer.providerType()
            )
        )
    source = layer.source()
    if source.startswith("/vsimem/"):
        raise QgsProcessingException(
            tr("{}: the layer “{}” is only in the memory of QGIS. Export it to a file, and give that.").format(
                name, layer.name()
            )
        )
    if _OPENED_OTHERWISE.search(source):
        raise QgsProcessingException(
            tr(
                "{}: the layer “{}” is opened with options or a login of QGIS ({}), which its file alone does not "
                "have. Export it, and give that file, or add the file to QGIS without them."
            ).format(name, layer.name(), source)
        )
    crs, nodata = _crs_of(layer), _nodata_of(layer, name)
    texts = [tr("coordinate reference system: {}").format(layer.crs().userFriendlyIdentifier())] if crs else []
    texts += [tr("nodata: {}").format(nodata)] if nodata else []
    return source + (f"|crs={crs}" if crs else "") + (f"|nodata={nodata}" if nodata else ""), texts


def _crs_of(layer):
    """The CRS of the layer as a code, or as WKT with what a name cannot hold quoted; "" if it is as in the file."""
    crs = layer.crs()
    if crs == layer.dataProvider().crs():
        return ""
    if not crs.isValid():
        return NONE
    return crs.authid() if _CODE.fullmatch(crs.authid()) else quote(crs.toWkt() or crs.toProj(), safe="")


def _nodata_of(layer, name):
    """The nodata value of the layer as text, none for none; "" as in the file."""
    provider = layer.dataProvider()
    bands = range(1, layer.bandCount() + 1)
    if all(_shown(provider, band) == _recorded(provider, band) for band in bands):
        return ""
    shown = {_shown(provider, band) for band in bands}
    ranges = shown.pop()
    scaled = any((provider.bandScale(band), provider.bandOffset(band)) != (1, 0) for band in bands)
    if shown or len(ranges) > 1 or any(low != high for low, high in ranges) or (ranges and scaled):
        raise QgsProcessingException(
            tr(
                "{}: for the layer “{}”, QGIS leaves out values (Layer properties → Transparency) in a way that an "
                "image cannot record: more than one, ranges, others in each band, or of scaled values. Export it "
                "(“Save As”, raw data), and give that file."
            ).format(name, layer.name())
        )
    return f"{min(ranges)[0]:.17g}" if ranges else NONE


def _recorded(provider, band):
    """The nodata value that the file records for a band, as a range in a set; empty for NaN, which is never valid."""
    value = provider.sourceNoDataValue(band) if provider.sourceHasNoDataValue(band) else math.nan
    return frozenset() if math.isnan(value) else frozenset([(value, value)])


def _shown(provider, band):
    """The ranges of values of a band that QGIS takes for nodata."""
    own = _recorded(provider, band) if provider.useSourceNoDataValue(band) else frozenset()
    return own | {(found.min(), found.max()) for found in provider.userNoDataValues(band)}
