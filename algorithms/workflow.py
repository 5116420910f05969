"""The shipped workflows (resources/models): graphical models that appear in the toolbox and open in the modeler."""

from __future__ import annotations

import os

from qgis.core import QgsProcessingModelAlgorithm
from qgis.PyQt.QtGui import QIcon

from ..host import environment
from ..host.translation import tr
from ..jobs.groups import CHAIN
from . import groups

FOLDER = os.path.join(groups.RESOURCES, "models")
LAND_COVER = ("landcover_from_labels", "landcover_from_polygons", "landcover_from_two_resolutions", "hybrid_forest")
NAMES = (*LAND_COVER, "super_resolution", "gap_filling")


class Workflow(QgsProcessingModelAlgorithm):
    """One of NAMES, as rasterlearn:NAME. Its steps are found once the provider is registered."""

    def __init__(self, name):
        super().__init__()
        self._name = name
        self.fromFile(os.path.join(FOLDER, f"{name}.model3"))
        for shown in (*self.parameterDefinitions(), *self.outputDefinitions()):
            shown.setDescription(tr(shown.description()))

    def createInstance(self):
        return type(self)(self._name)

    def name(self):
        return self._name

    def displayName(self):
        return {
            "landcover_from_labels": tr("Land cover from a label raster"),
            "landcover_from_polygons": tr("Land cover from polygons"),
            "landcover_from_two_resolutions": tr("Land cover from two resolutions"),
            "hybrid_forest": tr("Random Forest on the features of a network"),
            "super_resolution": tr("Finer bands guided by others (super-resolution)"),
            "gap_filling": tr("Image without clouds (gap filling)"),
        }[self._name]

    def shortHelpString(self):
        about = {
            "landcover_from_labels": tr(
                "Normalizes images, draws samples from a raster of labels, extracts patches, trains a network and maps "
                "the first image."
            ),
            "landcover_from_polygons": tr(
                "Like the workflow from a label raster, but from polygons with a class field; a share of them is set "
                "aside in blocks to evaluate the network."
            ),
            "landcover_from_two_resolutions": tr(
                "Trains a network with two branches on images of two pixel sizes, such as the bands of Sentinel-2 at "
                "10 m and 20 m, and maps at the finer one."
            ),
            "hybrid_forest": tr(
                "Trains a network, then a Random Forest on the output of its last layer, and maps with both in one "
                "pass."
            ),
            "super_resolution": tr(
                "Brings coarse bands, such as those of Sentinel-2 at 20 m, to the pixels of finer ones of the same "
                "day. A network is trained on degraded images, where the truth is known (Wald's protocol), and is "
                "applied to the original ones."
            ),
            "gap_filling": tr(
                "Reconstructs what is under the clouds of an image from images of other dates. A network is trained "
                "where clouds are laid over clear ground. Clear pixels are left unchanged. Mask the clouds of the "
                "other images first (“Mask an image (clouds)”)."
            ),
        }[self._name]
        return about + "\n\n" + tr("Open it in the graphical modeler to see its steps, or to change a copy of it.")

    def canExecute(self):
        possible, why = environment.can_execute()
        return super().canExecute() if possible else (possible, why)

    def group(self):
        return groups.title(CHAIN)

    def groupId(self):
        return CHAIN

    def svgIconPath(self):
        return groups.icon(CHAIN)

    def icon(self):
        return QIcon(self.svgIconPath())
