import zipfile

import numpy as np
from osgeo import gdal

from rasterlearn.core.images.degrading import degrade
from rasterlearn.core.raster.raster_reader import RasterReader


def test_the_workflow_gives_the_map_of_its_single_steps(qgis_process, root, two_fields, read_pixels, tmp_path):
    image, labels = two_fields
    workflow = str(root / "resources" / "models" / "landcover_from_labels.model3")
    given = {"COUNT": 40, "EPOCHS": 3, "SEED": 5}
    flow = {"apply:Map": tmp_path / "flow.tif", "train:Model": tmp_path / "flow.rlmodel"}
    results = qgis_process(workflow, IMAGES=image, LABELS=labels, **given, **flow)
    assert results["apply:Map"] == str(tmp_path / "flow.tif")

    stack, points, patches, targets, model = (
        str(tmp_path / name) for name in ("stack.tif", "points.gpkg", "patches.tif", "targets.tif", "single.rlmodel")
    )
    qgis_process("rasterlearn:normalize", INPUT=image, METHOD="percentile", OUTPUT=stack)
    qgis_process("rasterlearn:selectsamples", LABELS=labels, IMAGE=stack, COUNT=40, SEED=5, OUTPUT=points)
    qgis_process("rasterlearn:extractpatches", POINTS=points, INPUT=stack, OUTPUT=patches, LABELS=targets)
    qgis_process("rasterlearn:trainmodel", PATCHES=patches, LABELS=targets, EPOCHS=3, SEED=5, OUTPUT=model)
    qgis_process("rasterlearn:applymodel", INPUT=stack, MODEL=model, OUTPUT=tmp_path / "single.tif")
    single = read_pixels(tmp_path / "single.tif")
    np.testing.assert_array_equal(read_pixels(tmp_path / "flow.tif"), single)
    assert set(np.unique(single)) == {1, 5}


def flow_of(root, name):
    return str(root / "resources" / "models" / f"{name}.model3")


def test_from_polygons(qgis_process, root, two_fields, make_vector, read_pixels, tmp_path):
    """Some of the polygons are kept, and the report evaluates the network on them."""
    fields = [
        ("POLYGON((500040 5799980,500560 5799980,500560 5799060,500040 5799060,500040 5799980))", {"kind": "town"}),
        ("POLYGON((500640 5799980,501160 5799980,501160 5799060,500640 5799060,500640 5799980))", {"kind": "lake"}),
    ]
    outputs = {
        "apply:Map": tmp_path / "map.tif",
        "train:Model": tmp_path / "m.rlmodel",
        "train:Report": tmp_path / "r.html",
    }
    qgis_process(
        flow_of(root, "landcover_from_polygons"), IMAGES=two_fields[0], POLYGONS=make_vector("p.gpkg", fields),
        FIELD="kind", VALIDATION_PERCENT=25, BLOCK_PIXELS=32, COUNT=40, EPOCHS=8, **outputs,
    )  # fmt: skip
    found = read_pixels(tmp_path / "map.tif")[..., 0]
    assert found.shape == (96, 120)
    assert (found[:, 10:50] == 1).mean() > 0.9 and (found[:, 70:110] == 0).mean() > 0.9
    assert "Validation set" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_two_resolutions(qgis_process, root, two_fields, make_raster, read_pixels, tmp_path):
    """The class shows in the coarser image alone; the map has the finer image's pixels."""
    labels = two_fields[1]
    rng = np.random.default_rng(1)
    flat = make_raster("flat.tif", rng.integers(400, 600, (96, 120, 2)).astype(np.uint16))
    halves = np.where(np.arange(60) < 30, 900, 300)[np.newaxis, :, np.newaxis] + rng.integers(0, 50, (48, 60, 1))
    coarse = make_raster("coarse.tif", halves.astype(np.uint16), pixel_size=(20.0, -20.0))
    qgis_process(
        flow_of(root, "landcover_from_two_resolutions"), IMAGES=flat, COARSER=coarse, LABELS=labels, COUNT=40,
        EPOCHS=10, **{"apply:Map": tmp_path / "map.tif", "train:Model": tmp_path / "m.rlmodel"},
    )  # fmt: skip
    found = read_pixels(tmp_path / "map.tif")[..., 0]
    assert found.shape == (96, 120)
    assert (found[:, 10:50] == 1).mean() > 0.9 and (found[:, 70:110] == 5).mean() > 0.9


def test_a_forest_on_the_features_of_a_network(qgis_process, root, two_fields, read_pixels, tmp_path):
    image, labels = two_fields
    qgis_process(
        flow_of(root, "hybrid_forest"), IMAGES=image, LABELS=labels, COUNT=40, EPOCHS=5,
        **{"apply:Map": tmp_path / "map.tif", "forest:Model": tmp_path / "m.rlmodel"},
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "m.rlmodel") as archive:
        assert {"network.keras", "forest.npz"} <= set(archive.namelist())
    found = read_pixels(tmp_path / "map.tif")[..., 0]
    assert (found[:, 10:50] == 1).mean() > 0.9 and (found[:, 70:110] == 5).mean() > 0.9


def smooth(rng, size):
    """A surface (size, size) of hills of any width, around 1000."""
    return 1000 + sum(np.kron(rng.normal(size=(size // n, size // n)) * 8 * n, np.ones((n, n))) for n in (4, 8, 16))


def test_finer_bands(qgis_process, root, make_raster, read_pixels, tmp_path):
    """The coarse band on the pixels of the fine image, nearer to the truth than bicubic."""
    truth = smooth(np.random.default_rng(0), 128)
    fine = make_raster("fine.tif", truth.astype(np.uint16))
    coarse = str(tmp_path / "coarse.tif")
    degrade(make_raster("truth.tif", (2 * truth).astype(np.uint16), names=["red edge"]), coarse, 2)
    qgis_process(
        flow_of(root, "super_resolution"), IMAGES=fine, COARSER=coarse, EPOCHS=60,
        **{"apply:Map": tmp_path / "map.tif", "train:Model": tmp_path / "m.rlmodel"},
    )  # fmt: skip
    found, options = read_pixels(tmp_path / "map.tif")[..., 0], {"resampleAlg": "cubic", "width": 128, "height": 128}
    gdal.Warp(str(tmp_path / "cubic.tif"), coarse, outputType=gdal.GDT_Float32, **options)
    with RasterReader(str(tmp_path / "map.tif")) as reader, RasterReader(fine) as image:
        assert reader.grid == image.grid and reader.band_names == ("red edge",)
    errors = [
        abs(image - 2 * truth)[4:-4, 4:-4].mean() for image in (found, read_pixels(tmp_path / "cubic.tif")[..., 0])
    ]
    assert errors[0] < 0.9 * errors[1]


def test_an_image_without_clouds(qgis_process, root, make_raster, read_pixels, tmp_path):
    """Clear pixels stay the same to the bit; under clouds is what the other dates show of them."""
    truth = smooth(np.random.default_rng(1), 96)
    cloud = np.zeros((96, 96), np.uint8)
    cloud[20:45, 30:50], cloud[70:80, 60:90] = 4, 2
    image = np.where(cloud > 0, 9000, truth).astype(np.int16)
    given = {
        "IMAGE": make_raster("a.tif", image, nodata=-1),
        "MASK": make_raster("mask.tif", cloud),
        "MASK_VALUES": "2,4",
        "SERIES": [make_raster(f"{n}.tif", (truth + 20 * n).astype(np.int16), nodata=-1) for n in (-1, 1)],
        "DATES": "2017-02-16,2017-02-06,2017-02-26",
        "EPOCHS": 2,
    }
    outputs = {"fill:Filled": tmp_path / "filled.tif", "train:Model": tmp_path / "m.rlmodel"}
    qgis_process(flow_of(root, "gap_filling"), **given, **outputs)
    filled = read_pixels(tmp_path / "filled.tif")[..., 0]
    assert filled.dtype == np.int16
    np.testing.assert_array_equal(filled[cloud == 0], image[cloud == 0])
    assert abs(filled - truth)[cloud > 0].max() < 100
