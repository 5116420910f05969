"""Limits on what the engine uses of the machine."""

import pytest

from rasterlearn.core.base import limits
from rasterlearn.core.base.errors import InputError
from rasterlearn.core.mapping import tiling_plan
from rasterlearn.core.raster.window import Window


def test_defaults_without_variables(monkeypatch):
    for name in ("DEVICE", "THREADS", "MEMORY_GB"):
        monkeypatch.delenv(f"RASTERLEARN_{name}", raising=False)
    assert (limits.device("auto"), limits.threads(), limits.threads(3)) == ("auto", 0, 3)
    assert limits.memory(500, 0.25) == 500
    assert limits.processors() >= 1


def test_variables_apply_if_the_job_leaves_the_choice(monkeypatch):
    monkeypatch.setenv("RASTERLEARN_DEVICE", "cpu")
    monkeypatch.setenv("RASTERLEARN_THREADS", "1")
    monkeypatch.setenv("RASTERLEARN_MEMORY_GB", "0.5")
    assert (limits.device("auto"), limits.device("gpu:1")) == ("cpu", "gpu:1")
    assert (limits.threads(), limits.threads(2), limits.processors()) == (1, 2, 1)
    assert limits.memory(10**12, 0.25) == 125_000_000
    assert limits.memory(1000, 0.25) == 1000


@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf"])
def test_variables_that_are_not_numbers_are_refused(monkeypatch, text):
    monkeypatch.setenv("RASTERLEARN_MEMORY_GB", text)
    with pytest.raises(InputError, match=f"RASTERLEARN_MEMORY_GB must be a number.*received “{text}”"):
        limits.memory(1, 1)


def test_little_memory_makes_smaller_blocks(monkeypatch):
    of = lambda: tiling_plan.make_plan(Window(0, 0, 9000, 9000), 8, 1000, 15).block_px  # noqa: E731
    usual = of()
    monkeypatch.setenv("RASTERLEARN_MEMORY_GB", "0.5")
    assert of() < usual
