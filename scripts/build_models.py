"""Writes the shipped workflows (resources/models/*.model3). Run with QGIS 3.22's Python: newer versions read its files.

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
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
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


def product(*factors, **defaults):
    """The product of numbers and parameters; expressions do not know the defaults of those that qgis_process omits."""
    known = [str(factor) for factor in factors]
    return Source.fromExpression(" * ".join(known + [f"coalesce(@{name}, {d})" for name, d in defaults.items()]))


def made(step, output="OUTPUT"):
    """An output of an earlier step."""
    return Source.fromChildOutput(step, output)


RASTER = QgsProcessing.SourceType.TypeRaster
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon


def how_to_learn(flow):
    """Adds the parameters that all workflows end with."""
    flow.parameter(QgsProcessingParameterNumber("COUNT", "Samples per class", defaultValue=500))
    flow.parameter(QgsProcessingParameterNumber("EPOCHS", "Epochs", defaultValue=100))
    flow.parameter(QgsProcessingParameterNumber("SEED", "Seed", defaultValue=0))


def stacked(flow, name="normalize", images="IMAGES"):
    """A normalized stack of the images that are given."""
    flow.step(name, "rasterlearn:normalize", {"INPUT": given(images), "METHOD": value("percentile")})


def selected(flow, **labels):
    """Points of each class."""
    given_labels = {"IMAGE": made("normalize"), "STRATEGY": value("constant"), "COUNT": given("COUNT"), **labels}
    flow.step("select", "rasterlearn:selectsamples", {**given_labels, "SEED": given("SEED")})


def patches(flow, name="patches", points="OUTPUT", **more):
    """Patches around points."""
    inputs = {"POINTS": made("select", points), "INPUT": made("normalize"), **more}
    flow.step(name, "rasterlearn:extractpatches", inputs)


def trained(flow, architecture, outputs=None, **more):
    """A network on the patches."""
    settings = {"ARCHITECTURE": value(architecture), "EPOCHS": given("EPOCHS"), "SEED": given("SEED")}
    inputs = {"PATCHES": made("patches"), "LABELS": made("patches", "LABELS"), **settings, **more}
    outputs = {"OUTPUT": "Model", "REPORT": "Report"} if outputs is None else outputs
    flow.step("train", "rasterlearn:trainmodel", inputs, outputs)


def mapped(flow, model="train", **more):
    """The map."""
    inputs = {"INPUT": made("normalize"), "MODEL": made(model), "RESULT": value("classes"), **more}
    flow.step("apply", "rasterlearn:applymodel", inputs, {"OUTPUT": "Map"})


def patches_from_labels(flow):
    """From images and a label raster to patches."""
    flow.parameter(QgsProcessingParameterMultipleLayers("IMAGES", "Images or band files", RASTER))
    flow.parameter(QgsProcessingParameterRasterLayer("LABELS", "Labels (raster)"))
    how_to_learn(flow)
    stacked(flow)
    selected(flow, LABELS=given("LABELS"))
    patches(flow)


def land_cover_from_labels():
    """normalize → selectsamples → extractpatches → trainmodel → applymodel."""
    flow = Workflow("landcover_from_labels", "Land cover from a label raster")
    patches_from_labels(flow)
    trained(flow, "patch_cnn")
    mapped(flow)
    return flow


def land_cover_from_polygons():
    """The same from polygons, some of which are kept, in blocks of the image, to evaluate the network."""
    flow = Workflow("landcover_from_polygons", "Land cover from polygons")
    flow.parameter(QgsProcessingParameterMultipleLayers("IMAGES", "Images or band files", RASTER))
    flow.parameter(QgsProcessingParameterFeatureSource("POLYGONS", "Polygons", [POLYGON]))
    flow.parameter(QgsProcessingParameterField("FIELD", "Field with the class", None, "POLYGONS"))
    flow.parameter(QgsProcessingParameterNumber("VALIDATION_PERCENT", "Percent to judge with", defaultValue=25))
    flow.parameter(QgsProcessingParameterNumber("BLOCK_PIXELS", "Blocks that are kept (pixels)", defaultValue=64))
    how_to_learn(flow)
    stacked(flow)
    labels = {name: given(name) for name in ("FIELD", "VALIDATION_PERCENT", "BLOCK_PIXELS")}
    selected(flow, LABEL_FEATURES=given("POLYGONS"), OVERLAPS=value("skip"), **labels)
    patches(flow)
    patches(flow, "validation", "VALIDATION")
    validation = {"VALIDATION_PATCHES": made("validation"), "VALIDATION_LABELS": made("validation", "LABELS")}
    trained(flow, "texture_cnn", **validation)
    mapped(flow)
    return flow


def land_cover_from_two_resolutions():
    """Two images of different pixel size, seen by one network; the finer one defines the map."""
    flow = Workflow("landcover_from_two_resolutions", "Land cover from two resolutions")
    flow.parameter(QgsProcessingParameterMultipleLayers("IMAGES", "Finer images or band files", RASTER))
    flow.parameter(QgsProcessingParameterMultipleLayers("COARSER", "Coarser images or band files", RASTER))
    flow.parameter(QgsProcessingParameterRasterLayer("LABELS", "Labels (raster)"))
    how_to_learn(flow)
    stacked(flow)
    stacked(flow, "coarser", "COARSER")
    selected(flow, LABELS=given("LABELS"))
    patches(flow, INPUT_2=made("coarser"))
    trained(flow, "texture_cnn", PATCHES_2=made("patches", "OUTPUT_2"))
    mapped(flow, INPUT_2=made("coarser"))
    return flow


def hybrid_forest():
    """A Random Forest that classifies by the features of a network."""
    flow = Workflow("hybrid_forest", "Random Forest on the features of a network")
    patches_from_labels(flow)
    trained(flow, "texture_cnn", {})  # its file goes into that of the forest
    values = {"POINTS": made("select"), "INPUT": made("normalize"), "MODEL": made("train")}
    flow.step("features", "rasterlearn:extractvalues", values)
    samples = {"SAMPLES": made("features"), "MODEL": made("train"), "SEED": given("SEED")}
    flow.step("forest", "rasterlearn:trainforest", samples, {"OUTPUT": "Model", "REPORT": "Report"})
    mapped(flow, "forest")
    return flow


def patch_distance(flow, title, default):
    """How densely patches lie: a distance that suits a small image would give far too many patches of a large one."""
    flow.parameter(QgsProcessingParameterNumber("STEP", title, defaultValue=default, minValue=1))


def restored(flow, architecture, **more):
    """A network that learned to restore the target."""
    trained(flow, architecture, BATCH_SIZE=value(16), **more)


def super_resolution():
    """Coarse bands on the grid of fine ones, learned by Wald's protocol."""
    flow = Workflow("super_resolution", "Finer bands guided by others (super-resolution)")
    flow.parameter(QgsProcessingParameterMultipleLayers("IMAGES", "Finer images or band files", RASTER))
    flow.parameter(QgsProcessingParameterMultipleLayers("COARSER", "Coarser images or band files", RASTER))
    flow.parameter(QgsProcessingParameterNumber("FACTOR", "Finer pixels along a coarser one", defaultValue=2))
    patch_distance(flow, "Pixels of the degraded coarser image from patch to patch", 8)
    flow.parameter(QgsProcessingParameterNumber("EPOCHS", "Epochs", defaultValue=30))
    flow.parameter(QgsProcessingParameterNumber("SEED", "Seed", defaultValue=0))
    for name, images in (("finer", "IMAGES"), ("coarser", "COARSER")):
        unchanged = {"METHOD": value("scale"), "SCALE": value(1.0)}
        flow.step(name, "rasterlearn:normalize", {"INPUT": given(images), **unchanged})
        flow.step(f"degraded_{name}", "rasterlearn:degrade", {"INPUT": made(name), "FACTOR": given("FACTOR")})
    side = product(16, FACTOR=2)  # whole coarse pixels of the degraded image
    grid = {"PATCH_SIZE": side, "STEP": product(FACTOR=2, STEP=8), "STRATEGY": value("all")}
    flow.step("grid", "rasterlearn:gridsamples", {"INPUT": made("degraded_finer"), **grid})
    cut = {"POINTS": made("grid"), "INPUT": made("degraded_finer"), "PATCH_SIZE": side}
    more = {"INPUT_2": made("degraded_coarser"), "TARGET_IMAGE": made("coarser")}
    flow.step("patches", "rasterlearn:extractpatches", {**cut, **more})
    restored(flow, "super_resolution", PATCHES_2=made("patches", "OUTPUT_2"))
    applied = {"INPUT": made("finer"), "INPUT_2": made("coarser"), "MODEL": made("train"), "RESULT": value("values")}
    flow.step("apply", "rasterlearn:applymodel", applied, {"OUTPUT": "Map"})
    return flow


def gap_filling():
    """An image without its clouds: what is under them is learned where clouds are laid over clear ground."""
    flow = Workflow("gap_filling", "Image without clouds (gap filling)")
    flow.parameter(QgsProcessingParameterRasterLayer("IMAGE", "Image with clouds"))
    flow.parameter(QgsProcessingParameterRasterLayer("MASK", "Cloud mask or quality band"))
    flow.parameter(
        QgsProcessingParameterString("MASK_VALUES", "Mask values of clouds and their shadows", "", False, True)
    )
    flow.parameter(QgsProcessingParameterMultipleLayers("SERIES", "Images of other dates, masked", RASTER))
    flow.parameter(QgsProcessingParameterString("DATES", "Date of the image (2017-02-16), or of all images"))
    patch_distance(flow, "Pixels from one patch to the next", 16)
    flow.parameter(QgsProcessingParameterNumber("EPOCHS", "Epochs", defaultValue=30))
    flow.parameter(QgsProcessingParameterNumber("SEED", "Seed", defaultValue=0))
    mask = {"MASK": given("MASK"), "MASK_VALUES": given("MASK_VALUES")}
    series = {"SERIES": given("SERIES"), "DATES": given("DATES"), "METHOD": value("linear"), "GAP_BAND": value(True)}
    flow.step("clear", "rasterlearn:maskimage", {"INPUT": given("IMAGE"), **mask})
    flow.step("gaps", "rasterlearn:laygaps", {"INPUT": made("clear"), **mask, "SEED": given("SEED")})
    flow.step("guess", "rasterlearn:fillgaps", {"INPUT": made("gaps"), **series})
    grid = {"PATCH_SIZE": value(48), "STEP": given("STEP"), "STRATEGY": value("all")}
    flow.step("grid", "rasterlearn:gridsamples", {"INPUT": made("guess"), **grid})
    cut = {"POINTS": made("grid"), "INPUT": made("guess"), "PATCH_SIZE": value(48)}
    more = {"INPUT_2": made("guess", "ESTIMATE"), "TARGET_IMAGE": made("gaps", "TRUTH")}
    flow.step("patches", "rasterlearn:extractpatches", {**cut, **more})
    restored(flow, "gap_filling", PATCHES_2=made("patches", "OUTPUT_2"))
    flow.step("first", "rasterlearn:fillgaps", {"INPUT": made("clear"), **series})
    values = {"RESULT": value("values"), "PRECISION": value("target")}
    applied = {"INPUT": made("first"), "INPUT_2": made("first", "ESTIMATE"), "MODEL": made("train"), **values}
    flow.step("apply", "rasterlearn:applymodel", applied)
    filled = {"INPUT": made("clear"), "METHOD": value("image"), "FILLING": made("apply")}
    flow.step("fill", "rasterlearn:fillgaps", filled, {"OUTPUT": "Filled"})
    return flow


WORKFLOWS = (
    land_cover_from_labels,
    land_cover_from_polygons,
    land_cover_from_two_resolutions,
    hybrid_forest,
    super_resolution,
    gap_filling,
)


def main():
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append("/usr/share/qgis/python/plugins")
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build", "plugins"))
    from rasterlearn.algorithms.provider import register

    provider = register()
    for workflow in WORKFLOWS:
        workflow().write(sys.argv[1])
    del provider  # kept until here, because the steps would be unknown without it
    application.exitQgis()


if __name__ == "__main__":
    main()
