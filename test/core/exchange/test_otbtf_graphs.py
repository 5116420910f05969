"""OTBTF's own graphs: each is imported by naming its file, and maps what its network answers for patches."""

from dataclasses import replace

import numpy as np
import otbtf_graphs as otbtf
import pytest
from learning_data import patch_set
from saved_models import in_session, served

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.exchange.import_options import ImportOptions
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.learning.graph_training import GraphTrainer
from rasterlearn.core.learning.starting_network import Start
from rasterlearn.core.learning.training_data import TrainingData
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import ClassMap, LandClass

VALID = Options(border="valid")


@pytest.fixture
def imported(tmp_path):
    """Imports a model: imported(path, **what the user says) -> (model file, results, log)."""

    def run(path, images=(), **wanted):
        lines, output = [], str(tmp_path / "imported.rlmodel")
        progress = Progress(lambda event: lines.append(event["text"]))
        return output, import_model(path, output, ImportOptions(**wanted), images, progress), "\n".join(lines)

    return run


@pytest.fixture
def mapped(tmp_path, read_pixels):
    """Maps images with a model: pixels (h, w, bands)."""

    def run(images, model, options=VALID):
        apply_model(images, model, str(tmp_path / "map.tif"), options)
        return read_pixels(tmp_path / "map.tif")

    return run


def patches_of(pixels, rows, columns):
    """The patch around every pixel for which there is one, row by row, (n, rows, columns, c)."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (rows, columns), axis=(0, 1))
    return np.moveaxis(windows, 2, -1).reshape(-1, rows, columns, pixels.shape[-1])


def test_a_list_of_class_indices_is_a_map_at_every_pixel(tmp_path, imported, mapped, make_raster):
    path, pixels = otbtf.simple_fcn(tmp_path / "m"), otbtf.pixels(61, 53, 4)
    image = make_raster("i.tif", pixels)
    model, found, log = imported(path)
    assert found == {"RECEPTIVE_FIELD": 16, "EXPRESSION_FIELD": 1, "SCALE": 1}
    assert "“prediction:0” is the index of the largest score in dense/BiasAdd" in log
    assert "TARGETS=optimizer and LABELS_TENSOR=y" in log
    assert load_model(model).classes.values.tolist() == list(range(6))
    expected = in_session(path, "prediction:0", x=patches_of(pixels, 16, 16)).reshape(46, 38, 1)
    assert len(np.unique(expected)) > 2
    for options in (
        replace(VALID, mode="dense"),
        replace(VALID, mode="dense", block_px=13),
        replace(VALID, mode="patch"),
    ):
        np.testing.assert_array_equal(mapped([image], model, options), expected)
    scores = in_session(path, "dense/BiasAdd:0", x=patches_of(pixels, 16, 16)).astype(np.float64)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = mapped([image], model, replace(VALID, result="probabilities"))
    np.testing.assert_allclose(
        probabilities, (powers / powers.sum(axis=1, keepdims=True)).reshape(46, 38, 6), atol=1e-4
    )


def test_a_network_with_pooling_maps_every_fourth_pixel_or_all(tmp_path, imported, mapped, make_raster):
    path, pixels = otbtf.simple_cnn(tmp_path / "m"), otbtf.pixels(60, 52, 4)
    image = make_raster("i.tif", pixels)
    model, found, _ = imported(path)
    assert found == {"RECEPTIVE_FIELD": 16, "EXPRESSION_FIELD": 1, "SCALE": 4}
    every = in_session(path, "prediction:0", x=patches_of(pixels, 16, 16)).reshape(45, 37, 1)
    assert len(np.unique(every)) > 2
    for mode in ("dense", "patch"):
        np.testing.assert_array_equal(mapped([image], model, replace(VALID, mode=mode)), every[::4, ::4])
    model, found, log = imported(path, scale=1)
    assert found["SCALE"] == 1 and "4 pixel(s) apart; for SCALE=1 it is mapped patch by patch" in log
    np.testing.assert_array_equal(mapped([image], model), every)


def test_a_receptive_field_that_is_not_square(tmp_path, imported, mapped, make_raster):
    path = otbtf.simple_fcn(tmp_path / "m", kernels=((3, 5), (3, 5), (3, 5), (3, 4)))
    pixels = otbtf.pixels(44, 53, 4)
    image = make_raster("i.tif", pixels)
    for given in ({}, {"receptive_px": [16]}, {"receptive_px": [16], "receptive_rows": [9]}):
        model, found, log = imported(path, **given)
        assert found["RECEPTIVE_FIELD"] == 16 and "Receptive field 16 × 9 pixels" in log
    expected = in_session(path, "prediction:0", x=patches_of(pixels, 9, 16)).reshape(36, 38, 1)
    for mode in ("dense", "patch"):
        np.testing.assert_array_equal(mapped([image], model, replace(VALID, mode=mode)), expected)
    with pytest.raises(InputError, match="Give another RECEPTIVE_FIELD"):
        imported(path, receptive_px=[16], receptive_rows=[12])


@pytest.mark.parametrize(
    ("build", "bands", "finer", "patches"),
    [(otbtf.pxs_fcn, (4, 1), 4, (8, 32)), (otbtf.two_resolutions, (6, 4), 2, (8, 16))],
)
def test_two_images_of_different_pixel_size(tmp_path, imported, mapped, make_raster, build, bands, finer, patches):
    """Every pixel of the first image is answered from the patches around its center, as training extracts them."""
    path = build(tmp_path / "m")
    coarse, fine = otbtf.pixels(20, 23, bands[0]), otbtf.pixels(20 * finer, 23 * finer, bands[1], seed=1)
    images = [
        make_raster("coarse.tif", coarse, pixel_size=(20.0, -20.0)),
        make_raster("fine.tif", fine, pixel_size=(20.0 / finer, -20.0 / finer)),
    ]
    model, found, _ = imported(path)
    assert found == {"RECEPTIVE_FIELD": 8, "EXPRESSION_FIELD": 1, "SCALE": 1}
    sources = load_model(model).sources
    assert [(s.patch_height, s.patch_width) for s in sources] == [(size, size) for size in patches]
    dense, patch = (mapped(images, model, replace(VALID, mode=mode)) for mode in ("dense", "patch"))
    np.testing.assert_array_equal(dense, patch)
    np.testing.assert_array_equal(mapped(images, model, replace(VALID, mode="dense", block_px=5)), patch)
    assert len(np.unique(patch)) > 1
    for row, column in ((0, 0), (3, 5), (11, 14)):
        r, c = (at + 4 + 0.5 for at in (row, column))  # the center of a pixel of the map, in coarse pixels
        given = {}
        for name, pixels, size, ratio in (("x1", coarse, 8, 1), ("x2", fine, patches[1], finer)):
            top, left = (int(at * ratio) - size // 2 for at in (r, c))
            given[name] = pixels[np.newaxis, top : top + size, left : left + size]
        assert patch[row, column, 0] == in_session(path, "prediction:0", **given)[0]
    with pytest.raises(InputError, match=f"needs image 2 with {finer} × {finer} pixels for each pixel"):
        shifted = make_raster("s.tif", fine, origin=(500003.0, 5800000.0), pixel_size=(20.0 / finer, -20.0 / finer))
        mapped([images[0], shifted], model, replace(VALID, mode="dense"))


def test_the_segmentation_network(tmp_path, imported, mapped, make_raster):
    """Cells that depend on where a block ends do not show; the whole image at once is what the graph answers for it."""
    path, pixels = otbtf.segmentation(tmp_path / "m"), otbtf.pixels(160, 192, 4)
    image = make_raster("i.tif", pixels)
    model, found, _ = imported(path)
    assert found["SCALE"] == 1 and load_model(model).use.outputs == ("prediction:0",)
    whole = in_session(path, "prediction:0", x=pixels[np.newaxis])[0]
    assert len(np.unique(whole)) > 1
    for block_px in (0, 64):
        found = mapped([image], model, Options(mode="dense", block_px=block_px))
        assert (found[32:-32, 32:-32] == whole[32:-32, 32:-32]).all()


def test_values_of_a_network_of_fixed_size(tmp_path, imported, mapped, make_raster):
    path, pixels = otbtf.maggiori(tmp_path / "m"), otbtf.pixels(112, 128, 4)
    model, found, _ = imported(path)
    assert found == {"RECEPTIVE_FIELD": 80, "EXPRESSION_FIELD": 16, "SCALE": 1}
    values = mapped([make_raster("i.tif", pixels)], model, replace(VALID, result="values"))
    for row, column in ((0, 0), (16, 32)):
        x = pixels[np.newaxis, row : row + 80, column : column + 80]
        expected = in_session(path, "estimated:0", x=x)[0]
        np.testing.assert_allclose(values[row : row + 16, column : column + 16], expected, atol=1e-5)


def test_patches_and_a_time_series(tmp_path, imported, mapped, make_raster):
    path = otbtf.m3_fusion(tmp_path / "m")
    image, series = otbtf.pixels(40, 44, 4), otbtf.pixels(40, 44, 15, seed=1)
    model, found, _ = imported(path)
    assert found == {"RECEPTIVE_FIELD": 25, "EXPRESSION_FIELD": 1, "SCALE": 1}
    found = mapped([make_raster("i.tif", image), make_raster("s.tif", series)], model)
    patches = patches_of(image, 25, 25)
    pixels = series[12:28, 12:32].reshape(-1, 1, 1, 15)
    expected = in_session(path, "prediction:0", x_cnn=patches, x_rnn=pixels).reshape(16, 20, 1)
    np.testing.assert_array_equal(found, expected)


def test_the_network_of_the_python_api(tmp_path, imported, mapped, make_raster):
    path, pixels = otbtf.python_api(tmp_path / "m"), otbtf.pixels(128, 160, 4) * 200
    model, found, _ = imported(path)
    assert found["SCALE"] == 1
    whole = served(path, input_xs=pixels[np.newaxis])["predictions"][0]
    for block_px in (0, 48):
        options = Options(mode="dense", block_px=block_px, result="probabilities")
        found = mapped([make_raster("i.tif", pixels)], model, options)
        np.testing.assert_allclose(found[32:-32, 32:-32], whole[32:-32, 32:-32], atol=1e-5)


def test_training_by_its_own_operation_needs_no_other_output(tmp_path, imported):
    """The log names the operation and the labels; the accuracy is that of the scores behind `prediction`."""
    path = otbtf.simple_cnn(tmp_path / "m", bands=2)
    model, _, _ = imported(path)
    patches = TrainingData.of(patch_set(90))
    with pytest.raises(InputError, match="Import it again with TARGETS=optimizer and LABELS_TENSOR=y"):
        GraphTrainer(load_model(model), Settings(), {}).fit(patches)
    model, _, _ = imported(path, targets=["optimizer"], labels="y")
    with pytest.raises(InputError, match="has 6 classes"):
        GraphTrainer(load_model(model), Settings(), {}).fit(patches)


def test_training_with_fewer_classes_than_the_network_has(tmp_path, imported):
    path = otbtf.simple_cnn(tmp_path / "m", bands=2)
    model = load_model(imported(path, targets=["optimizer"], labels="y")[0])
    patches = patch_set(90, classes=ClassMap.of([LandClass(1, "smooth"), LandClass(3, "rough"), LandClass(4, "wavy")]))
    data = TrainingData.of(patches, aligned=Start(model=model).aligned)
    training = GraphTrainer(model, Settings(epochs=30, batch_size=20), {"lr": 0.001}).fit(data)
    assert training.model.classes.values.tolist() == list(range(6))
    assert training.accuracy is None and training.training_accuracy.overall_accuracy > 0.6
    assert training.training_accuracy.matrix.sum(axis=1)[[0, 2, 5]].tolist() == [0, 0, 0]
