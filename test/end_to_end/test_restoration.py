"""Gap filling on a real Landsat series, as in `make benchmark-restoration`, with fewer clouds to train on."""

import sys

import pytest


@pytest.fixture
def series(root, monkeypatch, tmp_path):
    """The benchmark's module, with a folder of its own."""
    monkeypatch.syspath_prepend(str(root / "benchmark"))
    import cloudy_series
    import judged_values

    monkeypatch.setattr(judged_values, "FOLDER", str(tmp_path))
    monkeypatch.setattr(cloudy_series, "SHAPES_PER_DATE", {"learned": 8, "judged": 3})
    monkeypatch.setattr(cloudy_series, "EPOCHS", 4)
    monkeypatch.setattr(cloudy_series, "BATCH", 8)
    yield cloudy_series
    for name in ("cloudy_series", "judged_values"):
        sys.modules.pop(name)


def test_a_network_beats_interpolation_in_time_and_the_nearest_date(demo, series):
    """It also leaves clear pixels untouched to the byte; otherwise the benchmark itself stops."""
    found = series.gap_filling(str(demo))
    for band in range(3):
        network, *baselines = (found["rmse"][name][band] for name in ("network", "linear", "nearest"))
        assert network < min(baselines)
    assert found["pooled_rmse"]["network"] < 0.95 * min(found["pooled_rmse"][n] for n in ("linear", "nearest"))
