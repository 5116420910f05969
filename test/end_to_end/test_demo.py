"""The demo on the real scene, and what must hold of it."""

import json
import zipfile

import numpy as np
import pytest
from learning_data import train_forest

from rasterlearn.core.images.legend import read_legend_file
from rasterlearn.core.learning.network_training import train_model
from rasterlearn.core.learning.training_data import PatchFiles
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.learning.training_result import TrainingOutputs
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.raster.window import Window
from rasterlearn.core.samples.labels import FeatureLabels
from rasterlearn.core.samples.patch_extraction import Cut, extract_patches
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.core.samples.sampling import Sampling, select_samples

KAPPA, MARGIN = 0.55, 0.10


@pytest.fixture(scope="module")
def summary(demo):
    return json.loads((demo / "summary.json").read_text())


def test_the_network_beats_the_forest_by_far(summary):
    assert summary["seed"] == 0
    assert summary["cnn"]["kappa"] >= KAPPA
    assert summary["cnn"]["kappa"] - summary["forest"]["kappa"] >= MARGIN
    assert summary["cnn"]["map_kappa"] - summary["forest"]["map_kappa"] >= MARGIN


def test_another_seed_too(demo, root, tmp_path, seed=1):
    stack, legend = str(demo / "stack.vrt"), read_legend_file(str(root / "demo" / "legend.csv"))
    paths = {}
    for half in ("west", "east"):
        points, patches, labels, values = (
            str(tmp_path / f"{half}_{n}") for n in ("p.gpkg", "x.tif", "y.tif", "v.gpkg")
        )
        with RasterReader(stack) as reader:
            label_set = FeatureLabels(str(demo / f"{half}.gpkg"), "class", reader.grid, "stack", legend)
        select_samples(label_set, points, sampling=Sampling(seed=seed))
        extract_patches(points, [Cut(stack, patches)], labels)
        extract_values(points, stack, values)
        paths[half] = (patches, labels, values)
    settings = Settings(seed=seed)
    model = str(tmp_path / "m.rlmodel")
    (patches, labels), (others, other_labels) = (paths[side][:2] for side in ("west", "east"))
    files = PatchFiles(patches, labels, others, other_labels)
    network = train_model(files, TrainingOutputs(model), settings=settings)
    forest = train_forest(paths["west"][2], "class", [], model, paths["east"][2], seed=seed)
    assert network.accuracy.kappa >= KAPPA
    assert network.accuracy.kappa - forest.accuracy.kappa >= MARGIN


def test_the_summary_names_what_was_made(demo, summary):
    for name in ("map", "report", "picture"):
        assert summary[name] in (demo / "printed.txt").read_text()
    assert (demo / "map.png").read_bytes()[:4] == b"\x89PNG"
    assert {"oa", "kappa", "seconds"} <= set(summary["cnn"]) & set(summary["forest"])
    assert "spatial folds within the training half alone" in (demo / "report_cnn.html").read_text()


def test_the_map_covers_the_scene_and_has_all_classes(demo):
    with RasterReader(str(demo / "map_cnn.tif")) as reader, RasterReader(str(demo / "stack.vrt")) as image:
        assert reader.grid.same_pixels_as(image.grid)
        values, counts = np.unique(reader.read(reader.grid.window), return_counts=True)
    assert values.tolist() == [0, 1, 2, 3, 4]
    assert counts.min() / counts.sum() > 0.01


def test_legend_from_csv_to_map(demo, root):
    legend = read_legend_file(str(root / "demo" / "legend.csv")).by_value
    assert read_legend(str(demo / "map_cnn.tif")) == legend
    assert read_legend_file(str(demo / "map_cnn.qml")).by_value == legend


def test_dense_equals_patch_by_patch_on_the_scene(demo, read_pixels, tmp_path):
    image, model, box = str(demo / "stack.vrt"), str(demo / "cnn.rlmodel"), Window(300, 200, 600, 400)
    apply_model([image], model, str(tmp_path / "patch.tif"), Options(mode="patch", box=box))
    dense = read_pixels(demo / "map_cnn.tif")[box.y : box.bottom, box.x : box.right]
    different = (read_pixels(tmp_path / "patch.tif") != dense)[..., 0]
    assert different.mean() <= 1e-4
    if different.any():
        apply_model([image], model, str(tmp_path / "p.tif"), Options(result="probabilities", box=box))
        top_two = np.sort(read_pixels(tmp_path / "p.tif")[different], axis=-1)[:, -2:]
        assert (top_two[:, 1] - top_two[:, 0]).max() < 1e-5


def test_the_same_points_serve_both_models(demo):
    network, forest = (json.loads(_description(demo / name)) for name in ("cnn.rlmodel", "forest.rlmodel"))
    assert network["training"]["samples"] == forest["training"]["samples"]
    assert network["training"]["samples"] == {"training": [500] * 5, "validation": [500] * 5}


def _description(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("model.json")
