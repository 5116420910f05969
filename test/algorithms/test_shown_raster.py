"""What is set for a raster layer in QGIS is what the engine reads: CRS, nodata values, the place in an archive."""

import gzip
import tarfile
import zipfile

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsRasterRange,
    QgsVectorLayer,
)

from rasterlearn.algorithms.shown_raster import raster_source

PIXELS = np.where(np.mgrid[0:40, 0:50][1] < 25, 100, 200).astype(np.uint8)
PIXELS[:5], PIXELS[5:10] = 0, 7


@pytest.fixture
def layer(make_raster):
    """A layer of the project: layer(nodata=0) has 0 in the rows 0 … 4, 7 in the rows 5 … 9."""

    def make(name="scene.tif", **how):
        return in_project(QgsRasterLayer(make_raster(name, PIXELS, **how), "scene"))

    return make


def in_project(layer):
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def hide(layer, *ranges):
    for band in range(1, layer.bandCount() + 1):
        layer.dataProvider().setUserNoDataValue(band, [QgsRasterRange(*r) for r in ranges])


def use_own_nodata(layer, used):
    for band in range(1, layer.bandCount() + 1):
        layer.dataProvider().setUseSourceNoDataValue(band, used)


def source_of(layer):
    return raster_source(layer, "INPUT", layer.source())[0]


def test_a_plain_layer_is_its_file(job_of, feedback, layer, tmp_path):
    for given in (layer(nodata=0), layer("other.tif", crs=None)):
        assert source_of(given) == given.source()
        job = job_of("normalize", INPUT=[given.id()], OUTPUT=str(tmp_path / "n.tif"))
        assert job.inputs == [given.source()]
    assert feedback.infos == []


def test_the_crs_of_the_layer(job_of, feedback, layer, tmp_path):
    scene = layer(crs=None)
    scene.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    expected = f"{scene.source()}|crs=EPSG:32633"
    for given in (scene, scene.id(), scene.source()):
        feedback.infos.clear()
        job = job_of("normalize", INPUT=[given], OUTPUT=str(tmp_path / "n.tif"))
        assert job.inputs == [expected]
        assert "“scene”" in feedback.infos[-1] and "EPSG:32633" in feedback.infos[-1]
    job = job_of("maskimage", INPUT=scene, MASK=scene, OUTPUT=str(tmp_path / "m.vrt"))
    assert (job.image, job.mask) == (expected, expected)
    job = job_of("applymodelbatch", INPUTS=[scene.source()], MODEL="m.rlmodel", OUTPUT_FOLDER=str(tmp_path))
    assert job.inputs == [expected]
    scene.setCrs(QgsCoordinateReferenceSystem())
    assert source_of(scene) == scene.source()


def test_a_crs_without_code(run, layer, tmp_path):
    scene = layer(crs=None)
    own = QgsCoordinateReferenceSystem.fromProj("+proj=laea +lat_0=50 +lon_0=7 +x_0=3 +ellps=GRS80 +units=m +no_defs")
    scene.setCrs(own)
    output = str(tmp_path / "normalized.vrt")
    run("normalize", INPUT=[scene], OUTPUT=output)
    made = QgsRasterLayer(output, "made")
    assert "+proj=laea +lat_0=50 +lon_0=7 +x_0=3" in made.crs().toProj()


def test_a_virtual_raster_of_a_layer_with_a_crs_of_its_own(run, layer, tmp_path):
    scene = layer(crs=None, nodata=0)
    scene.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    hide(scene, (7, 7))
    use_own_nodata(scene, False)
    for name, command, more in (
        ("normalized.vrt", "normalize", {"INPUT": [scene]}),
        ("masked.vrt", "maskimage", {"INPUT": scene, "MASK": scene, "MASK_VALUES": "100"}),
    ):
        run(command, OUTPUT=str(tmp_path / name), **more)
        made = gdal.Open(str(tmp_path / name))
        assert "32633" in made.GetProjection()
        text = (tmp_path / name).read_text()
        assert ">scene.tif<" in text and "|" not in text, "it must not depend on the layer"
    assert gdal.Open(str(tmp_path / "masked.vrt")).GetRasterBand(1).GetNoDataValue() == 7
    normalized = gdal.Open(str(tmp_path / "normalized.vrt")).ReadAsArray()
    assert np.array_equal(np.isnan(normalized), PIXELS == 7)


@pytest.mark.parametrize(
    "own, used, ranges, expected",
    [
        (0, True, [], ""),
        (0, True, [(0, 0)], ""),
        (0, False, [], "|nodata=none"),
        (0, False, [(7, 7)], "|nodata=7"),
        (None, True, [(7, 7)], "|nodata=7"),
        (None, True, [(-1.5, -1.5)], "|nodata=-1.5"),
    ],
)
def test_nodata_values(layer, own, used, ranges, expected):
    scene = layer(nodata=own)
    use_own_nodata(scene, used)
    hide(scene, *ranges)
    assert source_of(scene) == scene.source() + expected


@pytest.mark.parametrize("ranges", [[(0, 0), (7, 7)], [(0, 7)]])
def test_nodata_values_that_an_image_cannot_record(says_no, layer, ranges):
    scene = layer()
    hide(scene, *ranges)
    sentence = says_no(scene)
    assert "“scene”" in sentence and "Export it" in sentence


def test_nodata_of_the_file_and_of_the_user(says_no, layer, make_raster):
    scene = layer(nodata=0)
    hide(scene, (7, 7))
    assert "more than one" in says_no(scene)
    nan = in_project(QgsRasterLayer(make_raster("nan.tif", PIXELS.astype(np.float32), nodata=float("nan")), "nan"))
    hide(nan, (7, 7))
    assert source_of(nan) == nan.source() + "|nodata=7", "NaN is never a value"


def test_nodata_of_some_bands(says_no, make_raster):
    scene = in_project(QgsRasterLayer(make_raster("two.tif", np.dstack([PIXELS, PIXELS])), "two"))
    scene.dataProvider().setUserNoDataValue(2, [QgsRasterRange(7, 7)])
    assert "others in each band" in says_no(scene)
    hide(scene, (7, 7))
    assert source_of(scene).endswith("|nodata=7")


def test_what_only_qgis_can_open(says_no, algorithm, context, engine_python, make_raster, tmp_path):
    path = make_raster("a.tif", PIXELS)
    gdal.GetDriverByName("GTiff").CreateCopy("/vsimem/a.tif", gdal.Open(path))
    in_memory = in_project(QgsRasterLayer("/vsimem/a.tif", "in memory"))
    assert "only in the memory of QGIS" in says_no(in_memory)
    with_options = in_project(QgsRasterLayer(f"{path}|option:NUM_THREADS=2", "options"))
    assert "opened with options" in says_no(with_options)
    sound, message = algorithm("normalize").checkParameterValues(
        {"INPUT": [with_options], "OUTPUT": str(tmp_path / "n.tif")}, context
    )
    assert not sound and "opened with options" in message, "the dialog says so, too"
    gdal.Unlink("/vsimem/a.tif")


@pytest.fixture
def says_no():
    """The sentence with which a layer is refused."""

    def of(layer):
        with pytest.raises(QgsProcessingException) as raised:
            raster_source(layer, "INPUT", layer.source())
        return str(raised.value)

    return of


@pytest.mark.parametrize(
    "prefix, name", [("zip", "b.zip/a.tif"), ("zip", "b.zip"), ("gzip", "a.tif.gz"), ("tar", "b.tar/a.tif")]
)
def test_rasters_in_archives(run, make_raster, tmp_path, prefix, name):
    path = make_raster("a.tif", PIXELS)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(path, "a.tif")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(path, "a.tif")
    (tmp_path / "a.tif.gz").write_bytes(gzip.compress((tmp_path / "a.tif").read_bytes()))
    layer = in_project(QgsRasterLayer(f"/vsi{prefix}/{tmp_path}/{name}", "packed"))
    run("normalize", INPUT=[layer], OUTPUT=str(tmp_path / "n.tif"), METHOD="minmax")
    run("normalize", INPUT=[path], OUTPUT=str(tmp_path / "m.tif"), METHOD="minmax")
    packed, plain = (gdal.Open(str(tmp_path / n)).ReadAsArray() for n in ("n.tif", "m.tif"))
    assert np.array_equal(packed, plain)


def test_labels_with_nodata_of_the_user(run, layer, two_fields, tmp_path):
    labels = layer("labels.tif")
    labels.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    hide(labels, (0, 0))
    output = str(tmp_path / "p.gpkg")
    run("selectsamples", LABELS=labels, IMAGE=two_fields[0], COUNT=3, OUTPUT=output)
    points = QgsVectorLayer(output, "p", "ogr")
    assert {feature["class"] for feature in points.getFeatures()} == {7, 100, 200}


def test_labels_in_another_crs_than_their_file_says(run, layer, two_fields, tmp_path):
    """The file says UTM 32, the layer UTM 33, where the image is: both lie on each other."""
    labels = layer("labels.tif", crs="EPSG:32632", nodata=0)
    labels.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    output = str(tmp_path / "p.gpkg")
    run("selectsamples", LABELS=labels, IMAGE=two_fields[0], COUNT=3, OUTPUT=output)
    assert {f["class"] for f in QgsVectorLayer(output, "p", "ogr").getFeatures()} == {7, 100, 200}
