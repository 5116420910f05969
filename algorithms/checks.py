"""What a dialog checks before anything runs. The engine checks it again, as it may be started without QGIS.

Each function raises QgsProcessingException with a sentence; layers are QgsRasterLayer.
"""

from __future__ import annotations

import os
import shutil
import struct

from qgis.core import QgsProcessingException

from ..core.base.errors import ModelFileError
from ..host.engine_texts import translated
from ..host.translation import tr
from ..models import MODELS

BYTES_OF_FLOAT = 4
TIFF_WIDTH = 256  # number of the tag


def pixels_of(layer):
    """Number of pixels of an image."""
    return layer.width() * layer.height()


def stack_width(path):
    """Columns of a stack of patches, from the header of the TIFF file; None if they cannot be found there.

    QGIS is not asked, because it writes a statistics file beside rasters without coordinates when it merely opens them.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(16)
            order = {b"II": "<", b"MM": ">"}[head[:2]]
            big = struct.unpack_from(order + "H", head, 2)[0] == 43
            file.seek(struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0])
            (count,) = struct.unpack(order + ("Q" if big else "H"), file.read(8 if big else 2))
            entry = order + ("HHQ" if big else "HHI")  # tag, type, count; then the value
            for _ in range(min(count, 100)):
                data = file.read(20 if big else 12)
                tag, kind, _ = struct.unpack_from(entry, data)
                if tag == TIFF_WIDTH:
                    return struct.unpack_from(order + {3: "H", 4: "I"}[kind], data, struct.calcsize(entry))[0]
    except FileNotFoundError as error:
        raise QgsProcessingException(tr("The file “{}” does not exist.").format(path)) from error
    except (OSError, KeyError, struct.error):  # not a TIFF, but a virtual raster, for example
        pass
    return None


def labels(given, raster, features, image):
    """Labels are a raster, or features with a field; they and the image have comparable positions."""
    if given.has(raster) == given.has(features):
        raise QgsProcessingException(
            tr("Give the labels either as a raster ({}) or as features ({}): exactly one of them.").format(
                raster, features
            )
        )
    if given.has(features) and not given.text("FIELD"):
        raise QgsProcessingException(tr("Choose the field that holds the class of each feature (FIELD)."))
    comparable_positions([image, given.layer(raster)])


def reference_of_values(given, name, raster, features):
    """A map of values has a raster as reference, with its bands and on its pixels."""
    if given.has(features) or not given.has(raster):
        raise QgsProcessingException(
            tr("Values are judged by a raster of values: give {}, and not {}.").format(raster, features)
        )
    ours, theirs = given.layer(name), given.layer(raster)
    if ours.bandCount() != theirs.bandCount():
        raise QgsProcessingException(
            tr("“{}” has {} band(s), “{}” has {}: values are compared band by band.").format(
                ours.name(), ours.bandCount(), theirs.name(), theirs.bandCount()
            )
        )
    comparable_positions([ours, theirs])


def same_grid(layers):
    """Band files that are stacked lie on the same pixels."""
    first = layers[0]
    for other in layers[1:]:
        ours, theirs = (tr("{} × {} pixels").format(layer.width(), layer.height()) for layer in (first, other))
        if ours != theirs:
            raise QgsProcessingException(
                tr(
                    "“{}” has {}, “{}” has {}: bands are stacked only on the same grid. Choose files of one pixel "
                    "size, or bring them to one grid first (“Warp”)."
                ).format(first.name(), ours, other.name(), theirs)
            )


def comparable_positions(layers):
    """Images and labels have a coordinate reference system each, or none at all."""
    known = [layer.crs().isValid() for layer in layers if layer is not None]
    if any(known) and not all(known):
        nameless = next(layer for layer in layers if layer is not None and not layer.crs().isValid())
        raise QgsProcessingException(
            tr(
                "“{}” has no coordinate reference system, so its position cannot be compared with others. Assign one "
                "(Raster → Projections → Assign projection)."
            ).format(nameless.name())
        )


def image_holds_patch(layer, width, height):
    """A patch fits into the image."""
    if layer.width() < width or layer.height() < height:
        raise QgsProcessingException(
            tr("The image “{}” has {} × {} pixels, less than a patch of {} × {}.").format(
                layer.name(), layer.width(), layer.height(), width, height
            )
        )


def patch_size_suits(architecture, sides):
    """The architecture accepts patches of these sides (pixels, one for each image)."""
    smallest = MODELS[architecture].MINIMUM_PATCH_PX
    needed = smallest if isinstance(smallest, tuple) else (smallest,) * len(sides)
    for side, least in zip(sides, needed):
        if side < least:
            raise QgsProcessingException(
                tr("The architecture {} needs patches of at least {} × {} pixels, received {}.").format(
                    architecture, least, least, side
                )
            )


def exactly_one(given, names):
    """One of several parameters has a value."""
    if sum(map(given.has_some, names)) != 1:
        raise QgsProcessingException(tr("Give the images in one way: exactly one of {}.").format(", ".join(names)))


def none_of(given, name, others):
    """None of the parameters that exclude this one has a value."""
    clashing = [other for other in others if given.has(other)]
    if clashing:
        raise QgsProcessingException(tr("{} and {} exclude each other. Give one of them.").format(name, clashing[0]))


def readable_model(path):
    """The card of a model file."""
    from ..core.base.model_card import read_model_card  # brings zipfile, which would slow down the start of QGIS

    try:
        return read_model_card(path)
    except ModelFileError as error:
        raise QgsProcessingException(translated(error.message)) from error


def images_suit_model(path, layers):
    """There is an image for each source of the model, with its number of bands and room for its patch."""
    card = readable_model(path)
    if len(layers) != len(card.sources):
        raise QgsProcessingException(
            tr("The model looks at {} image(s), received {}: {}").format(
                len(card.sources), len(layers), "; ".join(", ".join(source.bands) for source in card.sources)
            )
        )
    for layer, source in zip(layers, card.sources):
        if layer.bandCount() != len(source.bands):
            raise QgsProcessingException(
                tr("The image “{}” has {} band(s), the model expects {}: {}. Stack them in this order first.").format(
                    layer.name(), layer.bandCount(), len(source.bands), ", ".join(source.bands)
                )
            )
        image_holds_patch(layer, source.patch_width, source.patch_height)
    return card


def disk_has_room(output, needed_bytes):
    """The disk of an output file has this much space left."""
    folder = os.path.dirname(os.path.abspath(output))
    if not os.path.isdir(folder):
        raise QgsProcessingException(tr("The folder “{}” does not exist. Choose another one.").format(folder))
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise QgsProcessingException(
            tr("The output may need {:.1f} GB, but the disk of “{}” has {:.1f} GB left.").format(
                needed_bytes / 1e9, folder, free / 1e9
            )
        )
