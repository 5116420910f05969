"""Label rasters that may not be what they seem: fill values without a nodata value, and pictures."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.label_doubts import FillDoubt, fill_doubt, tell_doubts
from rasterlearn.core.images.legend import Legend, write_map_style
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.labels import RasterLabels
from rasterlearn.jobs.class_statistics import ClassStatistics
from rasterlearn.jobs.grid_samples import GridSamples
from rasterlearn.jobs.land_cover import LandCover
from rasterlearn.jobs.select_samples import SelectSamples


def legend(**names):
    return Legend({int(value[1:]): LandClass(int(value[1:]), name) for value, name in names.items()})


NAMED = legend(v1="roof", v2="tree")
LISTED = legend(v1="", v2="")


@pytest.mark.parametrize(("pixels", "known", "nodata", "expected"), [
    ({0: 5, 1: 50, 2: 45}, NAMED, None, (0, 0.05, True)),  # a style with the others
    ({0: 5, 1: 50, 2: 45}, NAMED, 255, (0, 0.05, True)),  # whatever else is nodata
    ({0: 5, 1: 95}, NAMED, None, (0, 0.05, True)),
    ({0: 5, 1: 50, 2: 45}, LISTED, None, (0, 0.05, True)),  # labels that repeat the values
    ({255: 5, 1: 50, 2: 45}, NAMED, None, (255, 0.05, True)),
    ({-9999: 90, 1: 5, 2: 5}, Legend(), None, (-9999, 0.9, False)),
    ({0: 90, 1: 5, 2: 5}, Legend(), None, (0, 0.9, False)),
    ({0: 90, 1: 5, 2: 5}, legend(v0="", v1="", v2=""), None, (0, 0.9, False)),  # a color table
    ({0: 90, 1: 5, 2: 5}, Legend(), 255, None),  # nodata is known
    ({0: 60, 1: 20, 2: 20}, Legend(), None, None),
    ({0: 90, 1: 10}, Legend(), None, None),  # a mask
    ({0: 90, 1: 5, 2: 5}, legend(v0="water", v1="roof", v2="tree"), None, None),
    ({0: 90, 1: 5, 2: 5}, legend(v0="water"), None, None),
    ({7: 90, 1: 5, 2: 5}, NAMED, None, None),  # a class that was forgotten in the legend
    ({1: 50, 2: 45}, NAMED, None, None),
])  # fmt: skip
def test_which_values_are_doubtful(pixels, known, nodata, expected):
    doubt = fill_doubt("l.tif", pixels, known, nodata)
    assert (doubt and (doubt.value, doubt.share, doubt.others_named)) == expected


def test_what_to_do_depends_on_the_parameters_of_the_job():
    doubt = FillDoubt("l.tif", 0, 0.984, True)
    assert "98.4 % of the labelled pixels" in str(doubt.message(True)) and "give NODATA=0;" in str(doubt.message(True))
    assert "“Translate”" in str(doubt.message(False)) and "NODATA" not in str(doubt.message(False))
    assert "give 255 as NODATA;" in str(FillDoubt("l.tif", 255, 0.9, False).message(True))
    events = []
    tell_doubts([doubt], Progress(events.append), has_parameter=True)
    assert [(e["event"], e["text"]) for e in events] == [("warning", str(doubt.message(True)))]


@pytest.fixture
def scene(make_raster):
    """An image, and labels that cover a fifth of it, 0 elsewhere."""
    labels = np.zeros((60, 60), np.uint8)
    labels[5:20, 5:20], labels[30:45, 30:45] = 1, 2
    image = (1000 + 100 * labels.astype(int) + np.random.default_rng(0).integers(0, 50, labels.shape)).astype(np.uint16)
    return make_raster("image.tif", image), make_raster("labels.tif", labels)


def jobs_with(image, labels, folder):
    common = {"labels": labels, "image": image}
    return {
        "classstatistics": ClassStatistics(output=f"{folder}/c.csv", **common),
        "selectsamples": SelectSamples(output=f"{folder}/p.gpkg", count=5, patch_size=4, **common),
        "gridsamples": GridSamples(output=f"{folder}/g.gpkg", patch_size=4, **common),
    }


@pytest.mark.parametrize("name", ["classstatistics", "selectsamples", "gridsamples"])
@pytest.mark.parametrize("styled", [True, False])
def test_each_step_tells_it_once(scene, styled, name, tmp_path):
    if styled:
        write_map_style(scene[1].replace(".tif", ".qml"), ClassMap.of([LandClass(1, "roof"), LandClass(2, "tree")]))
    events = []
    jobs_with(*scene, tmp_path)[name].run(Progress(events.append))
    told = [e["text"] for e in events if e["event"] == "warning" and "The value 0 of “labels.tif”" in e["text"]]
    assert len(told) == 1 and ("unlike other values" in told[0]) == styled


def test_a_map_that_has_the_value_dispels_the_doubt(make_raster):
    from rasterlearn.core.judging.map_accuracy import judge_map
    from rasterlearn.core.samples.labels import LabelSource

    pixels = np.zeros((10, 10), np.uint8)
    pixels[0, :4] = 1, 1, 2, 2
    reference, told = LabelSource(make_raster("r.tif", pixels)), []
    progress = Progress(lambda e: told.append(e["text"]) if e["event"] == "warning" else None)
    judge_map(make_raster("m.tif", pixels), reference, progress=progress)
    assert told == []
    judge_map(make_raster("n.tif", np.maximum(pixels, 1)), reference, progress=progress)
    assert ["The value 0 of “r.tif” has 96.0 %" in text for text in told] == [True]


def test_land_cover_has_the_parameter_and_leaves_the_value_out(scene, tmp_path):
    from rasterlearn.core.model.model_file import load_model

    outputs = {"output": str(tmp_path / "m.tif"), "model": str(tmp_path / "m.rlmodel")}
    settings = {"count": 10, "epochs": 1, "patch_size": 8, "nodata": 0.0}
    events = []
    job = LandCover(inputs=[scene[0]], labels=scene[1], validation_labels=scene[1], **outputs, **settings)
    job.run(Progress(events.append))
    assert load_model(outputs["model"]).classes.values.tolist() == [1, 2]
    assert not any("The value 0" in e.get("text", "") for e in events)


def test_nodata_of_land_cover_is_for_rasters(scene, make_vector, tmp_path):
    box = "POLYGON((500000 5800000, 500300 5800000, 500300 5799700, 500000 5799700, 500000 5800000))"
    layer = make_vector("f.gpkg", [(box, {"k": 1})])
    outputs = {"output": str(tmp_path / "m.tif"), "model": str(tmp_path / "m.rlmodel")}
    job = LandCover(inputs=[scene[0]], label_features=layer, field="k", nodata=0.0, **outputs)
    with pytest.raises(InputError, match="NODATA is a value of label rasters, received 0, but the labels are features"):
        job.run(Progress())


def test_a_picture_is_refused(make_raster):
    colors = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
    picture = make_raster("picture.tif", colors[np.arange(30) % 3][np.newaxis])  # GDAL takes it for red, green, blue
    with pytest.raises(InputError, match="“picture.tif” is a picture of 3 bands.*class values.*raw data"):
        RasterLabels(picture)


def test_classes_in_the_first_of_several_bands_are_told(make_raster):
    values = np.dstack([np.arange(1, 5)[np.newaxis], np.full((1, 4), 9)]).astype(np.int16)
    path = make_raster("l.tif", values)
    assert [
        "“l.tif” has 2 bands; the classes are read from the first" in str(d) for d in RasterLabels(path).doubts
    ] == [True]
    assert RasterLabels(make_raster("one.tif", values[..., :1])).doubts == []


def test_three_bands_with_a_legend_are_no_picture(make_raster):
    values = np.dstack([np.arange(1, 5)[np.newaxis]] * 3).astype(np.uint8)
    named = Legend({v: LandClass(v, f"class {v}") for v in range(1, 5)})
    labels = RasterLabels(make_raster("l.tif", values), legend=named)
    assert gdal.Open(labels.source.path).GetRasterBand(1).GetColorInterpretation() == gdal.GCI_RedBand
    assert len(labels.doubts) == 1 and labels.classes.names[0] == "class 1"


def test_patches_of_a_label_image_tell_it(scene, make_vector, tmp_path):
    from rasterlearn.jobs.extract_patches import ExtractPatches

    points = make_vector("p.gpkg", [(f"POINT({500105 + 10 * i} 5799895)", {"class": 1}) for i in range(5)])
    outputs = {"output": str(tmp_path / "patches.tif"), "labels": str(tmp_path / "targets.tif")}
    events = []
    job = ExtractPatches(points=points, images=[scene[0]], patch_sizes=[8], label_image=scene[1], **outputs)
    job.run(Progress(events.append))
    (told,) = [e["text"] for e in events if e["event"] == "warning"]
    assert "The value 0 of “labels.tif” has 87.5 %" in told and "“Translate”" in told


def test_transparency_is_no_second_band(make_raster):
    path = make_raster("l.tif", np.dstack([np.arange(1, 5)[np.newaxis], np.full((1, 4), 255)]).astype(np.uint8))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    dataset = None
    assert RasterLabels(path).doubts == []
