"""What commit 4108d75 wrote, today's code reads: models, points, patches, the journal of an unfinished map."""

import json
import os
import shutil

import numpy as np
import pytest

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.journal import identity_of_files
from rasterlearn.core.samples.patch_stack import read_patches
from rasterlearn.core.samples.points import read_points


@pytest.fixture
def released(root, tmp_path):
    """A copy of the files, so that nothing is written beside them."""
    return shutil.copytree(root / "test" / "data_4108d75", tmp_path / "released")


@pytest.mark.parametrize("name", ["network", "forest", "neighborhood_forest", "hybrid", "imported"])
def test_models_give_the_probabilities_that_they_gave(released, read_pixels, tmp_path, name):
    """Up to the rounding of float32: TensorFlow's kernels differ from processor to processor."""
    options = Options(result="probabilities")
    output = str(tmp_path / "map.tif")
    apply_model([str(released / "image.tif")], str(released / "models" / f"{name}.rlmodel"), output, options)
    then = read_pixels(released / "maps" / f"{name}.tif")
    assert then.min() >= 0 and then.max() <= 1 and np.ptp(then) > 0.4
    np.testing.assert_allclose(read_pixels(output), then, rtol=0, atol=1e-5)


def test_a_model_of_values_gives_the_values_that_it_gave(released, read_pixels, tmp_path):
    model, output = str(released / "models" / "super_resolution.rlmodel"), str(tmp_path / "map.tif")
    apply_model([str(released / "degraded.tif")], model, output, Options(result="values"))
    then = read_pixels(released / "maps" / "super_resolution.tif")
    np.testing.assert_allclose(read_pixels(output), then, rtol=1e-5, atol=1e-5 * then.max())


def test_points_are_read(released):
    points = read_points(str(released / "points.gpkg"))
    assert len(points) == 84
    assert {1, 5} == set(points.column("class"))
    assert {"class", "name", "color", "set"} <= set(points.fields)


def test_patches_are_read(released):
    patches = read_patches(str(released / "patches.tif"), str(released / "patch_labels.tif"))
    assert len(patches) == 84
    assert [c.value for c in patches.classes] == [1, 5]


def test_an_unfinished_map_goes_on(released, read_pixels, tmp_path):
    """Only the place and the time of the image, which belong to the machine, are brought up to date."""
    image, model, output = (
        str(released / "image.tif"),
        str(released / "models" / "forest.rlmodel"),
        tmp_path / "map.tif",
    )
    apply_model([image], model, str(tmp_path / "whole.tif"), Options())
    journal = shutil.copytree(released / "journal" / "unfinished", tmp_path / ".map.tif.unfinished")
    header = json.loads((journal / "job.json").read_text())
    header["identity"]["image"] = [[os.path.abspath(image), identity_of_files([image])]]
    (journal / "job.json").write_text(json.dumps(header))
    events = []
    apply_model([image], model, str(output), Options(resume=True), Progress(events.append))
    assert any("3 of 5 strips" in e.get("text", "") for e in events), events
    assert (read_pixels(output) == read_pixels(tmp_path / "whole.tif")).all()
    assert not journal.exists()
