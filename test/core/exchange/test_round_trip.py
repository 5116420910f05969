"""A model that is exported and imported again makes the map that it made before."""

import numpy as np
import pytest
from exporting_data import NORMALIZATION, built, raw_pixels, saved

from rasterlearn.core.exchange.exporting import export_model
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import load_model


@pytest.mark.parametrize(
    ("architecture", "shapes", "normalization"),
    [
        ("patch_cnn", [(16, 16)], NORMALIZATION),
        ("texture_cnn", [(9, 15)], None),
        ("texture_cnn", [(16, 16), (9, 13)], NORMALIZATION),
        ("unet", [(32, 32)], NORMALIZATION),
        ("segmentation", [(64, 64)], None),
    ],
)
def test_the_map_is_identical(make_raster, read_pixels, tmp_path, architecture, shapes, normalization):
    before, after, folder = (str(tmp_path / name) for name in ("before.rlmodel", "after.rlmodel", "saved"))
    model = built(architecture, shapes, normalization)
    saved(tmp_path, model, "before.rlmodel")
    export_model(before, saved_model=folder)
    found = import_model(folder, after)
    assert found["SCALE"] == 1
    again = load_model(after)
    assert again.classes == model.classes
    assert [s.bands for s in again.sources] == [s.bands for s in model.sources]
    images = []
    for seed in range(len(shapes)):
        pixels = raw_pixels(110, 121, seed=seed)
        pixels[40:45, 30:50] = 0
        images.append(make_raster(f"image{seed}.tif", pixels, nodata=0))
    for options in (Options(), Options(result="probabilities", block_px=40)):
        maps = []
        for path in (before, after):
            apply_model(images, path, str(tmp_path / "map.tif"), options)
            maps.append(read_pixels(tmp_path / "map.tif"))
        if options.result == "classes":
            assert len(np.unique(maps[0])) > 2
            np.testing.assert_array_equal(maps[1], maps[0])
        else:
            np.testing.assert_allclose(maps[1], maps[0], atol=1e-5)
