"""Gaps of one image laid over another."""

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.gap_laying import lay_gaps, mirrored_tiles
from rasterlearn.core.images.masking import Mask
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.fixture
def values():
    values = np.random.default_rng(1).integers(1, 3000, (90, 70, 2)).astype(np.int16)
    values[3:5, 6, 0] = -9999
    return values


@pytest.fixture
def image(make_raster, values):
    return make_raster("a.tif", values, nodata=-9999, names=["red", "nir"])


def laid(image, mask, tmp_path, seed=0, values="", progress=None):
    paths = [str(tmp_path / name) for name in ("gaps.tif", "truth.tif")]
    count = lay_gaps(image, Mask.of(mask, values), *paths, seed, progress=progress)
    found = []
    for path in paths:
        with RasterReader(path) as reader:
            found.append(reader.read(reader.grid.window))
            assert reader.dtype == np.int16 and reader.nodata == (-9999, -9999) and reader.band_names == ("red", "nir")
    return (*found, count)


@pytest.mark.parametrize("shape", [(20, 33), (150, 160), (90, 70), (1, 5)])
def test_gaps_and_the_truth_make_the_image(make_raster, image, values, tmp_path, shape):
    classes = np.random.default_rng(0).integers(0, 5, shape).astype(np.uint8)
    mask = make_raster("m.tif", classes, pixel_size=(30, -30), origin=(0, 0), crs="EPSG:3857")
    before = (values == -9999).any(axis=-1)
    layings = set()
    for seed in range(4):
        gaps, truth, count = laid(image, mask, tmp_path, values="2,4", seed=seed)
        hidden = (gaps == -9999).all(axis=-1) & ~before
        assert np.array_equal(gaps[~hidden & ~before], values[~hidden & ~before])
        assert np.array_equal(truth[hidden], values[hidden])
        assert (truth[~hidden] == -9999).all() and (gaps[before][:, 0] == -9999).all()
        assert count == hidden.sum() > 0
        assert np.array_equal(laid(image, mask, tmp_path, values="2,4", seed=seed)[0], gaps)
        layings.add(gaps.tobytes())
        assert is_some_mirror_image(hidden, np.isin(classes, (2, 4)), ~before)
    assert len(layings) > 1


def is_some_mirror_image(hidden, shapes, clear):
    """Whether gaps are those of a plane of a mask and its mirror images, from some row and column on."""
    tile = np.block([[shapes, shapes[:, ::-1]], [shapes[::-1], shapes[::-1, ::-1]]])
    rows, columns = (-(-2 * n // m) + 1 for n, m in zip(hidden.shape, tile.shape))
    plane = np.tile(tile, (max(rows, 2), max(columns, 2)))
    height, width = hidden.shape
    return any(
        np.array_equal((plane[r : r + height, c : c + width] & clear)[:6, :6], hidden[:6, :6])
        and np.array_equal(plane[r : r + height, c : c + width] & clear, hidden)
        for r in range(tile.shape[0])
        for c in range(tile.shape[1])
    )


def test_strips_do_not_matter(make_raster, image, tmp_path, monkeypatch):
    mask = make_raster("m.tif", (np.random.default_rng(0).random((40, 50)) < 0.3).astype(np.uint8))
    whole = laid(image, mask, tmp_path, seed=3)
    monkeypatch.setattr("rasterlearn.core.images.masking.parts_of", lambda r: list(r.grid.window.blocks(70, 7)))
    parts = laid(image, mask, tmp_path, seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts))


def test_an_image_without_nodata(make_raster, values, tmp_path):
    mask = make_raster("m.tif", np.eye(30, dtype=np.uint16) * 2)
    image = make_raster("b.tif", values.astype(np.uint16))
    with pytest.raises(InputError, match="no nodata value"):
        lay_gaps(image, Mask.of(mask, bits="1"), str(tmp_path / "g.tif"), str(tmp_path / "t.tif"))
    assert not list(tmp_path.glob("g.tif"))
    count = lay_gaps(image, Mask.of(mask, bits="1"), str(tmp_path / "g.tif"), str(tmp_path / "t.tif"), nodata=0)
    with RasterReader(str(tmp_path / "g.tif")) as reader:
        assert (~reader.valid(reader.read(reader.grid.window))).sum() == count > 0


def test_a_mask_without_gaps_gives_a_warning(make_raster, image, tmp_path):
    events = []
    mask = make_raster("m.tif", np.zeros((9, 9), np.uint8))
    assert laid(image, mask, tmp_path, progress=Progress(events.append))[2] == 0
    assert any(event["event"] == "warning" and "Try another SEED" in event["text"] for event in events)


def test_tiles_are_mirrored_in_turn():
    assert mirrored_tiles(0, 9, 3).tolist() == [0, 1, 2, 2, 1, 0, 0, 1, 2]
    assert mirrored_tiles(4, 7, 3).tolist() == [1, 0, 0]
    assert mirrored_tiles(0, 3, 1).tolist() == [0, 0, 0]
    for start in range(40):
        tiles = mirrored_tiles(start, start + 50, 7)
        assert np.abs(np.diff(tiles)).max() == 1 and set(tiles) == set(range(7))
