"""Pixels with a whole patch around them, by the definition."""

import numpy as np
import pytest

from rasterlearn.core.images import whole_patches as module
from rasterlearn.core.images.whole_patches import WholePatches
from rasterlearn.core.raster.window import Halo, Window


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 5), (7, 4), (16, 16)])
def test_a_patch_is_whole_if_no_pixel_of_it_is_nodata_in_any_band(make_raster, monkeypatch, width, height, seed):
    monkeypatch.setattr(module, "TILE_COLUMNS", 13)
    monkeypatch.setattr(module, "READ_BYTES", 1000)
    rng = np.random.default_rng(seed)
    pixels = rng.integers(1, 9, (60, 70, 2)).astype(np.float32)
    for _ in range(6):
        pixels[rng.integers(60), rng.integers(70), rng.integers(2)] = rng.choice([0, np.nan, np.inf])
    patches = WholePatches(make_raster("i.tif", pixels, nodata=0), width, height)
    halo = Halo.of_patch(width, height)
    window = Window(0, 0, 70, 60).shrink(halo)
    wanted = rng.random((window.height, window.width)) < 0.5
    valid = (np.isfinite(pixels) & (pixels != 0)).all(axis=2)
    whole = np.array([[valid[Window(window.x + x, window.y + y, 1, 1).grow(halo).slices].all()
                       for x in range(window.width)] for y in range(window.height)])  # fmt: skip
    assert (patches.among(window, wanted) == (wanted & whole)).all()
    assert not patches.among(window, np.zeros_like(wanted)).any()


def test_whole_numbers_without_nodata_are_not_read(make_raster, monkeypatch):
    patches = WholePatches(make_raster("i.tif", np.zeros((20, 20), np.uint8)), 3, 3)
    monkeypatch.setattr(patches._reader, "read", None)
    assert patches.among(Window(1, 1, 18, 18), np.ones((18, 18), bool)).all()


def test_what_was_found_once_is_not_read_again(make_raster, monkeypatch):
    pixels = np.ones((40, 60), np.float32)
    pixels[20, 30] = np.nan
    patches = WholePatches(make_raster("i.tif", pixels), 3, 3)
    window, part = Window(5, 10, 50, 20), Window(25, 10, 12, 20)
    first = patches.among(window, np.ones((20, 50), bool))
    assert first.sum() == 20 * 50 - 9
    reading = patches._reader.read
    monkeypatch.setattr(patches._reader, "read", None)
    assert (patches.among(part, np.ones((20, 12), bool)) == first[:, 20:32]).all()
    monkeypatch.setattr(patches._reader, "read", reading)
    monkeypatch.setattr(module, "KEPT_BYTES", 0)
    assert (patches.among(Window(5, 12, 50, 18), np.ones((18, 50), bool)) == first[2:]).all()
    assert len(patches._kept) == 1
