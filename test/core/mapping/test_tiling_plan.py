import pytest

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.mapping import tiling_plan as plan
from rasterlearn.core.mapping.tiling_plan import Plan, bytes_on_disk, make_plan, require_free_space
from rasterlearn.core.raster.window import Window

AREA = Window(3, 5, 1000, 700)


def test_strips_cover_the_area_once_panel_by_panel():
    made = Plan(AREA, 64, 256)
    strips = made.strips()
    assert sum(strip.pixels for strip in strips) == AREA.pixels
    assert all(AREA.contains(strip) for strip in strips)
    assert strips[0] == Window(3, 5, 256, 64) and strips[11] == Window(259, 5, 256, 64)
    assert made.block_count == 16 * 11


def test_the_usual_block():
    assert make_plan(AREA, 8, 300, 15).block_px == 512


@pytest.mark.parametrize(("bytes_per_pixel", "expected"), [(2_000, 256), (10_000, 128), (1_000_000, 128)])
def test_networks_with_many_channels_get_smaller_blocks(bytes_per_pixel, expected):
    assert make_plan(AREA, 8, bytes_per_pixel, 15).block_px == expected


def test_wide_margins_get_larger_blocks():
    assert make_plan(AREA, 8, 50, 300).block_px > 1024


def test_blocks_follow_the_memory_of_a_gpu():
    sizes = [make_plan(AREA, 8, 300, 15, device_bytes=gb * 10**9).block_px for gb in (1, 4, 40)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1] == 2048


def test_a_given_block_size_is_kept():
    made = make_plan(AREA, 8, 300, 15, block_px=100)
    assert made.block_px == 100 and made.panel_px % 100 == 0
    with pytest.raises(InputError, match="BLOCK_SIZE must be positive.*received -1"):
        make_plan(AREA, 8, 300, 15, block_px=-1)


@pytest.mark.parametrize("raw_bytes", [1, 8, 400])
def test_strips_are_bounded_whatever_the_width(raw_bytes):
    made = make_plan(Window(0, 0, 10**6, 10**6), raw_bytes, 300, 15)
    assert made.panel_px * (made.block_px + 15) * raw_bytes <= max(plan.STRIP_BYTES, made.block_px * 527 * raw_bytes)


def test_space_on_the_disk(tmp_path):
    assert bytes_on_disk(1000, 3, 4, False, False) == 12_000
    assert bytes_on_disk(1000, 1, 1, True, True) == 1000
    require_free_space(str(tmp_path / "map.tif"), 10)
    with pytest.raises(OutputError, match="may need 1000000000.0 GB.*has .* GB left. Free some space"):
        require_free_space(str(tmp_path / "map.tif"), 10**18)
