import json
import sys
from dataclasses import replace

import keras
import numpy as np
import onnxruntime
import pytest
from exporting_data import CLASSES, built, described, mapped, raw_pixels, saved

from rasterlearn.core.base.errors import EngineError, InputError
from rasterlearn.core.exchange.exporting import export_model
from rasterlearn.core.exchange.onnx_file import Tiling, pixel_size_cm, tiling_for
from rasterlearn.core.exchange.served_network import Margin
from rasterlearn.core.raster.classes import ClassMap, LandClass


def exported(path, output):
    export_model(path, onnx=str(output))
    session = onnxruntime.InferenceSession(str(output))
    return session, session.get_modelmeta().custom_metadata_map


def as_deepness(session, metadata, image):
    """Deepness' processing of a whole layer (h, w, c), after its source code; indices of classes (h, w)."""
    side, percent = json.loads(metadata["tile_size"]), json.loads(metadata["tiles_overlap"])
    overlap = int(side * percent / 100 * 2) // 2
    stride, half = side - overlap, overlap // 2
    counts = [1 if n <= side else -(-(n - side) // stride) + 1 for n in image.shape[:2]]
    extended = np.zeros([(n - 1) * stride + side for n in counts] + [image.shape[2]], image.dtype)
    extended[: image.shape[0], : image.shape[1]] = image
    result = np.full(extended.shape[:2], -1)
    for i in range(counts[0]):
        for j in range(counts[1]):
            tile = extended[i * stride : i * stride + side, j * stride : j * stride + side][np.newaxis]
            tile = np.float32(tile * 1.0 / 255.0)
            tile = (tile - np.float32(json.loads(metadata["standardization_mean"]))) / np.float32(
                json.loads(metadata["standardization_std"])
            )
            scores = session.run(None, {"tiles": np.transpose(tile, (0, 3, 1, 2)).astype(np.float32)})[0]
            scores[scores < json.loads(metadata["seg_thresh"])] = 0.0
            kept = [
                slice(0 if n == 0 else half, side if n == count - 1 else side - half)
                for n, count in zip((i, j), counts)
            ]
            place = tuple(slice(n * stride + k.start, n * stride + k.stop) for n, k in zip((i, j), kept))
            result[place] = scores.argmax(1)[0][kept[0], kept[1]]
    return result[: image.shape[0], : image.shape[1]]


@pytest.mark.parametrize(
    ("architecture", "shapes"),
    [("texture_cnn", [(9, 15), (12, 12)]), ("unet", [(32, 32)])],
)
def test_deepness_finds_the_classes_of_the_map(make_raster, read_pixels, tmp_path, architecture, shapes):
    model = built(architecture, shapes)
    path = saved(tmp_path, model)
    images = [raw_pixels(560, 600, seed=seed) for seed in range(len(shapes))]
    rasters = [make_raster(f"image{i}.tif", image) for i, image in enumerate(images)]
    expected = mapped(rasters, path, tmp_path / "map.tif", read_pixels)
    session, metadata = exported(path, tmp_path / "model.onnx")
    found = CLASSES.values[as_deepness(session, metadata, np.dstack(images))]
    # beyond the right and lower edge Deepness shows zeros, where a map is mirrored
    halo = 24 if architecture == "unet" else 8
    assert len(np.unique(expected)) > 1
    np.testing.assert_array_equal(found[:-halo, :-halo], expected[:-halo, :-halo])


def test_the_metadata_that_deepness_reads(tmp_path):
    session, metadata = exported(saved(tmp_path, built("patch_cnn", [(16, 16)])), tmp_path / "model.onnx")
    values = {key: json.loads(value) for key, value in metadata.items()}
    assert values["model_type"] == "Segmentor"
    names = sorted(values["class_names"].items(), key=lambda item: int(item[0]))
    assert [int(number) for number, _ in names] == [0, 1, 2]
    assert [name for _, name in names] == CLASSES.names
    assert values["resolution"] == 1000
    assert values["seg_thresh"] == values["seg_small_segment"] == 0
    assert values["tiles_size"] == values["tile_size"] == session.get_inputs()[0].shape[-1]
    (tiles,), (scores,) = session.get_inputs(), session.get_outputs()
    side = values["tile_size"]
    assert tiles.shape[1:] == [2, side, side] and isinstance(tiles.shape[0], str)
    assert scores.shape[1:] == [3, side, side]


@pytest.fixture(scope="module")
def raw_values(tmp_path_factory):
    """A network whose scores are its input pixels."""
    pixel = keras.Input((1, 1, 2))
    layer = keras.layers.Conv2D(2, 1, use_bias=False)
    network = keras.Model(pixel, keras.layers.Flatten()(layer(pixel)))
    layer.set_weights([np.eye(2, dtype=np.float32)[np.newaxis, np.newaxis]])
    classes = ClassMap.of([LandClass(1, "a"), LandClass(2, "b")])
    folder = tmp_path_factory.mktemp("raw")
    model = described(network, "own", [(1, 1)], None, classes=classes)
    return exported(saved(folder, model), folder / "model.onnx")


def test_whole_numbers_survive_the_division_by_255(raw_values):
    session, metadata = raw_values
    side = json.loads(metadata["tile_size"])
    values = np.resize(np.arange(-32768, 65536), side * side * 2).reshape(1, side, side, 2)
    divided = np.float32(values.astype(np.float64) / 255.0)
    assert (divided * np.float32(255) != values).any()
    found = session.run(None, {"tiles": divided.transpose(0, 3, 1, 2)})[0]
    np.testing.assert_array_equal(found.transpose(0, 2, 3, 1), values)


def test_fractions_are_not_rounded(raw_values):
    session, metadata = raw_values
    side = json.loads(metadata["tile_size"])
    values = np.random.default_rng(0).normal(0, 2, (1, side, side, 2)).astype(np.float32)
    values[0, 0, 0] = np.nan
    found = session.run(None, {"tiles": np.float32(values * 1.0 / 255.0).transpose(0, 3, 1, 2)})[0]
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), values, rtol=3e-7)


@pytest.mark.parametrize("alignment", [1, 4, 16, 32])
@pytest.mark.parametrize("halo", [0, 7, 8, 31, 48])
def test_tiles_overlap_by_what_a_pixel_depends_on(alignment, halo):
    tiling = tiling_for((Margin(halo, halo, 0, halo),), (alignment, alignment))
    assert tiling.overlap_px % 2 == 0 and tiling.overlap_px >= 2 * halo
    assert tiling.side_px % alignment == (tiling.side_px - tiling.overlap_px) % alignment == 0
    assert tiling.overlap_px <= max(4 * halo, 0.1 * tiling.side_px) + 2 * alignment


def test_a_halo_larger_than_any_tile_is_refused():
    with pytest.raises(InputError, match="600 pixels.*SavedModel"):
        tiling_for((Margin(600, 600, 600, 600),), (1, 1))
    assert Tiling(512, 15).overlap_px == 76


def test_degrees_become_centimeters_and_oblong_pixels_nothing():
    model = built("patch_cnn", [(16, 16)], pixel_sizes=[0.0001])
    assert pixel_size_cm(model) == pytest.approx(1113.19, abs=0.01)
    oblong = replace(model, sources=(replace(model.sources[0], pixel_size=(10.0, 20.0)),))
    assert pixel_size_cm(oblong) is None


def test_patch_by_patch_is_refused(tmp_path):
    model = built("two_branch", [(16, 16), (8, 8)], pixel_sizes=[10.0, 20.0])
    with pytest.raises(InputError, match="Deepness.*different size"):
        export_model(saved(tmp_path, model), onnx=str(tmp_path / "model.onnx"))
    assert not (tmp_path / "model.onnx").exists()


def test_an_engine_without_the_libraries_reports_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(EngineError, match="setupengine"):
        export_model(saved(tmp_path, built("patch_cnn", [(16, 16)])), onnx=str(tmp_path / "model.onnx"))
