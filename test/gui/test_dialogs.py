"""Every dialog in a real QGIS window, empty and filled in; the model's card, the table of classes, the settings."""

import json

import numpy as np

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.jobs.commands import ALGORITHMS


def make_model(path, image):
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.random((40, 3), np.float32), np.arange(40) % 2, 2, trees=2)
    classes = ClassMap.of([LandClass(1, "town <b>", "#aa1122"), LandClass(5, "lake", "#2211aa")])
    with RasterReader(image) as reader:
        source = Source.of_image(reader).with_fill([1.0, 2.0, 3.0])
    judged = {"metrics": {"validation": {"overall_accuracy": 0.91, "kappa": 0.82}}}
    save_model(path, Model.of_forest(forest, classes, (source,), judged))


def test_every_dialog_opens(in_window, two_fields, make_vector, tmp_path):
    image, labels = two_fields
    square = "POLYGON ((500000 5800000, 500100 5800000, 500100 5799900, 500000 5800000))"
    polygons = make_vector("p.gpkg", [(square, {"class": name}) for name in ("town", "lake")])
    points = make_vector("points.gpkg", [("POINT (500100 5799900)", {"class": 1, "value_0": 1.0})])
    model = str(tmp_path / "forest.rlmodel")
    make_model(model, image)
    filled = {
        "landcover": {"INPUT": [image], "LABEL_FEATURES": polygons, "FIELD": "class"},
        "maskimage": {"INPUT": image, "MASK": labels, "MASK_VALUES": "1"},
        "normalize": {"INPUT": [image], "METHOD": "percentile"},
        "classstatistics": {"LABELS": labels, "IMAGE": image},
        "selectsamples": {"LABELS": labels, "IMAGE": image, "COUNT": 20},
        "gridsamples": {"INPUT": image},
        "extractpatches": {"POINTS": points, "FIELD": "class", "INPUT": image},
        "extractvalues": {"POINTS": points, "INPUT": image},
        "trainmodel": {"PATCHES": image, "LABELS": labels, "ARCHITECTURE": "texture_cnn"},
        "trainforest": {"SAMPLES": points},
        "applymodel": {"INPUT": image, "MODEL": model},
        "applymodelbatch": {"INPUTS": [image], "MODEL": model},
        "laygaps": {"INPUT": image, "MASK": labels, "NODATA": 0},
        "fillgaps": {"INPUT": image, "SERIES": [image]},
        "accuracy": {"MAP": labels, "REFERENCE": labels},
        "comparemodels": {"MAPS": [labels, labels], "REFERENCE": labels},
        "degrade": {"INPUT": image, "FACTOR": 3},
        "exportmodel": {"MODEL": labels},
        "importmodel": {"INPUTS": "x"},
        "setupengine": {"DEVICE": "cpu"},
        "landcover_from_labels": {"IMAGES": [image], "LABELS": labels},
        "landcover_from_polygons": {"IMAGES": [image], "POLYGONS": polygons, "FIELD": "class"},
        "landcover_from_two_resolutions": {"IMAGES": [image], "COARSER": [image], "LABELS": labels},
        "hybrid_forest": {"IMAGES": [image], "LABELS": labels},
        "super_resolution": {"IMAGES": [image], "COARSER": [image]},
        "gap_filling": {"IMAGE": image, "MASK": labels, "SERIES": [image], "DATES": "2017-02-16,2017-02-26"},
    }
    filled = {**{job.NAME: {} for job in ALGORITHMS}, **filled}
    seen = in_window("dialogs", RASTERLEARN_SHOT_PARAMETERS=json.dumps(filled))
    assert set(seen["empty"]) == set(seen["filled"]) == set(filled)
    assert not [name for kind in ("empty", "filled") for name, dialog in seen[kind].items() if not dialog]

    card = seen["filled"]["applymodel"]["card"]
    assert "3 bands" in card and "kappa 0.820" in card and "#2211aa" in card
    assert "town &lt;b&gt;" in card, "names of a stranger's model are text"
    assert seen["filled"]["applymodel"]["model"] == model
    assert seen["filled"]["exportmodel"]["card"] == ""
    rows = [["1", "lake"], ["2", "town"]]
    assert [row[:2] for row in seen["filled"]["landcover"]["rows"]] == rows
    assert [row[0] for row in seen["filled"]["selectsamples"]["rows"]] == ["1", "5"]
    assert seen["added"][:2] == ["3", ""]
    assert len(seen["settings"]) == 5 and any("Threads" in line for line in seen["settings"])
