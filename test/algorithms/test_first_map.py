"""What the land-cover dialog is filled in with."""

import numpy as np
import pytest
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer

from rasterlearn.gui.first_map import guess


@pytest.fixture
def project(qgis):
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def opened(project):
    """Adds layers to the project: opened(path, name) → the layer."""

    def add(path, name):
        layer = QgsVectorLayer(path, name) if path.endswith(".gpkg") else QgsRasterLayer(path, name)
        assert layer.isValid()
        return project.addMapLayer(layer)

    return add


@pytest.fixture
def bands(make_raster):
    return [make_raster(f"{name}.tif", np.ones((20, 30), np.uint16)) for name in ("B04", "B08")]


SQUARE = "POLYGON ((500000 5800000, 500100 5800000, 500100 5799900, 500000 5800000))"


def test_an_empty_project(project):
    assert guess(project) == {"INPUT": []}


def test_bands_of_one_grid_and_a_label_raster(project, opened, bands, make_raster):
    images = [opened(path, f"band {n}") for n, path in enumerate(bands)]
    opened(make_raster("B11.tif", np.ones((10, 15), np.uint16), pixel_size=(20.0, -20.0)), "B11")
    labels = opened(make_raster("l.tif", np.ones((20, 30), np.uint8), nodata=255), "my labels")
    given = guess(project)
    assert set(given) == {"INPUT", "LABELS", "VALIDATION_PERCENT"}
    assert sorted(layer.name() for layer in given["INPUT"]) == [image.name() for image in images]
    assert given["LABELS"] == labels and given["VALIDATION_PERCENT"] == 30


def test_polygons_for_training_and_for_validation(project, opened, bands, make_vector):
    opened(bands[0], "image")
    features = [(SQUARE, {"id": 1, "remark": "x", "class": "water"})]
    east = opened(make_vector("east.gpkg", features), "validation east")
    west = opened(make_vector("west.gpkg", features), "west")
    given = guess(project)
    assert given["LABEL_FEATURES"] == west and given["FIELD"] == "class"
    assert given["VALIDATION_FEATURES"] == east and "VALIDATION_PERCENT" not in given


def test_a_field_is_chosen_by_its_type_if_no_name_is_known(project, opened, make_vector):
    opened(make_vector("p.gpkg", [(SQUARE, {"number": 3, "Landnutzung": "Wald"})]), "p")
    assert guess(project)["FIELD"] == "Landnutzung"


def test_the_dialog_would_run_with_it(algorithm, context, project, opened, two_fields, engine_python):
    opened(two_fields[0], "image")
    opened(two_fields[1], "labels")
    outputs = {"OUTPUT": "TEMPORARY_OUTPUT", "MODEL": "TEMPORARY_OUTPUT"}
    assert algorithm("landcover").checkParameterValues({**guess(project), **outputs}, context) == (True, "")
