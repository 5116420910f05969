"""Writes the shipped workflows (resources/models/*.model3). Run with QGIS 3.22's Python: newer QGIS reads its files.

python scripts/build_models.py FOLDER
"""

import os
import sys

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtCore import QPointF

Source = QgsProcessingModelChildParameterSource


class Workflow:
    """A graphical model under construction: parameters on the left, steps in a row."""

    def __init__(self, name, title):
        self.name = name
        self.model = QgsProcessingModelAlgorithm(title, "RasterLearn")
        self._parameters = self._steps = 0

    def parameter(self, definition):
        """Adds an input of the model."""
        component = QgsProcessingModelParameter(definition.name())
        component.setPosition(QPointF(150, 100 + 80 * self._parameters))
        self._parameters += 1
        self.model.addModelParameter(definition, component)

    def step(self, name, algorithm, inputs, outputs=None):
        """Adds a step; `inputs` are sources, `outputs` maps the step's outputs to titles of the model's outputs."""
        child = QgsProcessingModelChildAlgorithm(algorithm)
        child.setChildId(name)
        child.setDescription(name)
        for parameter, source in inputs.items():
            child.addParameterSources(parameter, [source])
        made = {}
        for output, title in (outputs or {}).items():
            result = QgsProcessingModelOutput(title, title)
            result.setChildId(name)
            result.setChildOutputName(output)
            result.setPosition(QPointF(420 + 260 * self._steps, 320))
            made[title] = result
        child.setModelOutputs(made)
        child.setPosition(QPointF(420 + 260 * self._steps, 180))
        self._steps += 1
        self.model.addChildAlgorithm(child)

    def write(self, folder):
        """Writes NAME.model3."""
        path = os.path.join(folder, f"{self.name}.model3")
        if not self.model.toFile(path):
            sys.exit(f"could not write {path}")
        print(path)


def value(v):
    """A fixed value."""
    return Source.fromStaticValue(v)


def given(name):
    """A parameter of the model."""
    return Source.fromModelParameter(name)


def made(step, output="OUTPUT"):
    """An output of an earlier step."""
    return Source.fromChildOutput(step, output)


def land_cover_from_labels():
    """normalize → selectsamples → extractpatches → trainmodel → applymodel."""
    flow = Workflow("landcover_from_labels", "Land cover from a label raster")
    raster = QgsProcessing.SourceType.TypeRaster
    flow.parameter(QgsProcessingParameterMultipleLayers("IMAGES", "Images or band files", raster))
    flow.parameter(QgsProcessingParameterRasterLayer("LABELS", "Labels (raster)"))
    flow.parameter(QgsProcessingParameterNumber("COUNT", "Samples per class", defaultValue=500))
    flow.parameter(QgsProcessingParameterNumber("EPOCHS", "Epochs", defaultValue=100))
    flow.parameter(QgsProcessingParameterNumber("SEED", "Seed", defaultValue=0))
    flow.step("normalize", "rasterlearn:normalize", {"INPUT": given("IMAGES"), "METHOD": value("percentile")})
    flow.step(
        "select",
        "rasterlearn:selectsamples",
        {
            "LABELS": given("LABELS"),
            "IMAGE": made("normalize"),
            "STRATEGY": value("constant"),
            "COUNT": given("COUNT"),
            "SEED": given("SEED"),
        },
    )
    flow.step("patches", "rasterlearn:extractpatches", {"POINTS": made("select"), "INPUT": made("normalize")})
    flow.step(
        "train",
        "rasterlearn:trainmodel",
        {
            "PATCHES": made("patches"),
            "LABELS": made("patches", "LABELS"),
            "ARCHITECTURE": value("patch_cnn"),
            "EPOCHS": given("EPOCHS"),
            "SEED": given("SEED"),
        },
        {"OUTPUT": "Model", "REPORT": "Report"},
    )
    flow.step(
        "apply",
        "rasterlearn:applymodel",
        {"INPUT": made("normalize"), "MODEL": made("train"), "RESULT": value("classes")},
        {"OUTPUT": "Map"},
    )
    return flow


def main():
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append("/usr/share/qgis/python/plugins")
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build", "plugins"))
    from rasterlearn.algorithms.provider import RasterLearnProvider

    provider = RasterLearnProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    land_cover_from_labels().write(sys.argv[1])
    application.exitQgis()


if __name__ == "__main__":
    main()
