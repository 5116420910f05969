"""Windows, halos and blocks."""

import numpy as np
import pytest

from rasterlearn.core.evaluation.network_geometry import Field
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.window import NO_HALO, Halo, Window, pixels_before
from rasterlearn.core.samples.patch_grid import PatchGrid


def pixels_of(window):
    return {(x, y) for y in range(window.y, window.bottom) for x in range(window.x, window.right)}


def random_window(rng, largest=9):
    x, y, width, height = rng.integers((-4, -4, 1, 1), (5, 5, largest, largest))
    return Window(int(x), int(y), int(width), int(height))


def test_window_knows_its_end_and_its_size():
    window = Window(3, -2, 5, 4)
    assert (window.right, window.bottom, window.pixels) == (8, 2, 20)


def test_slices_cut_the_window_out_of_an_array():
    rows, columns = np.mgrid[0:7, 0:9]
    window = Window(2, 3, 5, 4)
    assert rows[window.slices].tolist() == [[r] * 5 for r in range(3, 7)]
    assert columns[window.slices].tolist() == [list(range(2, 7))] * 4


@pytest.mark.parametrize("seed", range(30))
def test_intersection_and_containment_agree_with_sets_of_pixels(seed):
    rng = np.random.default_rng(seed)
    first, second = random_window(rng), random_window(rng, 5)
    assert pixels_of(first.intersect(second)) == pixels_of(first) & pixels_of(second)
    assert pixels_of(first.intersect(second)) == pixels_of(second.intersect(first))
    assert first.contains(second) == (pixels_of(second) <= pixels_of(first))


def test_windows_apart_intersect_in_nothing():
    assert Window(0, 0, 3, 3).intersect(Window(3, 0, 3, 3)).pixels == 0
    assert not Window(0, 0, 3, 3).contains(Window(3, 0, 3, 3))


def test_a_window_contains_itself():
    assert Window(1, 2, 3, 4).contains(Window(1, 2, 3, 4))


def test_shift_moves_without_changing_the_size():
    assert Window(1, 2, 3, 4).shift(-5, 7) == Window(-4, 9, 3, 4)


def test_grow_adds_each_side_of_the_halo():
    assert Window(10, 20, 5, 6).grow(Halo(1, 2, 3, 4)) == Window(9, 18, 9, 12)


@pytest.mark.parametrize("halo", [NO_HALO, Halo(1, 2, 3, 4), Halo.of_patch(16, 9)])
def test_shrink_undoes_grow(halo):
    window = Window(-3, 8, 11, 5)
    assert window.grow(halo).shrink(halo) == window


def test_shrink_leaves_nothing_of_a_window_smaller_than_the_halo():
    assert Window(0, 0, 15, 40).shrink(Halo.of_patch(16, 16)).pixels == 0
    assert Window(0, 0, 16, 16).shrink(Halo.of_patch(16, 16)) == Window(8, 8, 1, 1)


@pytest.mark.parametrize(
    ("width", "height", "left", "top", "right", "bottom"),
    [(16, 16, 8, 8, 7, 7), (15, 9, 7, 4, 7, 4), (1, 1, 0, 0, 0, 0), (2, 3, 1, 1, 0, 1), (8, 5, 4, 2, 3, 2)],
)
def test_halo_of_a_patch_starts_floor_half_before_the_pixel(width, height, left, top, right, bottom):
    assert Halo.of_patch(width, height) == Halo(left, top, right, bottom)


@pytest.mark.parametrize("width", range(1, 20))
def test_a_pixel_grown_by_the_halo_of_a_patch_is_the_patch(width):
    patch = Window(100, 100, 1, 1).grow(Halo.of_patch(width, width + 3))
    assert (patch.width, patch.height) == (width, width + 3)
    assert patch.x == 100 - width // 2


@pytest.mark.parametrize("seed", range(20))
def test_blocks_cover_every_pixel_once_and_are_not_too_large(seed):
    rng = np.random.default_rng(seed)
    window = Window(int(rng.integers(0, 20)), int(rng.integers(0, 20)), *(int(n) for n in rng.integers(1, 60, 2)))
    width, height = (int(n) for n in rng.integers(1, 25, 2))
    covered = np.zeros((100, 100), int)
    for block in window.blocks(width, height):
        assert 1 <= block.width <= width
        assert 1 <= block.height <= height
        covered[block.slices] += 1
    expected = np.zeros((100, 100), int)
    expected[window.slices] = 1
    assert (covered == expected).all()


def test_blocks_come_row_by_row():
    blocks = list(Window(5, 7, 5, 3).blocks(3, 2))
    assert blocks == [Window(5, 7, 3, 2), Window(8, 7, 2, 2), Window(5, 9, 3, 1), Window(8, 9, 2, 1)]


def test_an_empty_window_has_no_blocks():
    assert list(Window(0, 0, 0, 0).blocks(4, 4)) == []


@pytest.mark.parametrize(("size", "before"), [(1, 0), (2, 1), (3, 1), (15, 7), (16, 8)])
def test_a_patch_starts_where_it_does_in_otbtf(size, before):
    assert pixels_before(size) == before
    assert Halo.of_patch(size, 5) == Halo(before, 2, size - 1 - before, 2)
    assert Field.of_patch(size) == Field(before, size - 1 - before)
    grid = PatchGrid(Grid(100, 100), size, size)
    assert grid.image.pixel_of(*grid.points_of(np.array([0])))[0].tolist() == [before]


def test_the_window_around_pixels():
    columns, rows = np.random.default_rng(0).integers(-50, 50, (2, 9))
    window = Window.around(columns, rows)
    assert (window.x, window.right - 1) == (columns.min(), columns.max())
    assert (window.y, window.bottom - 1) == (rows.min(), rows.max())
    assert Window.around(columns[:1], rows[:1]).pixels == 1
