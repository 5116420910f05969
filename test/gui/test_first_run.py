"""The plugin's zip in a new profile without an engine, in a real QGIS window."""

import subprocess

from waiting import HANG_SECONDS


def test_the_toolbox_is_there_and_one_click_sets_up_the_engine(in_window, root, ramp, tmp_path):
    package = tmp_path / "rasterlearn.zip"
    subprocess.run(
        ["git", "archive", "--prefix=rasterlearn/", "-o", str(package), "HEAD"],
        cwd=root,
        check=True,
        timeout=HANG_SECONDS,
    )
    seen = in_window(
        "first_run",
        RASTERLEARN_PYTHON=None,
        RASTERLEARN_IMAGE=ramp,
        RASTERLEARN_BUILD=str(tmp_path / "build"),
        RASTERLEARN_ZIP=str(package),
    )
    assert seen["plugin"].endswith("python/plugins/rasterlearn/__init__.py")
    assert "rasterlearn:landcover" in seen["algorithms"]
    possible, why = seen["can_execute"]
    assert not possible and "not set up yet" in why and '<a href="rasterlearn:setup">' in why
    assert seen["offers"] == ["The engine is not set up yet (a download of about 0.5 GB)."]
    assert "not set up yet" in seen["refusal"] and '<a href="rasterlearn:setup">' in seen["refusal"]
    assert seen["link"] == "Set up the engine"
    assert seen["installing"], seen["log"]
    assert seen["ok"] == [False] and "Everything is as it was before" in seen["log"]
    assert seen["offers_then"] == seen["offers"], "it is offered again after cancelling"
    assert not seen["can_execute_then"][0]
    assert not (tmp_path / "build/profile/profiles/default/rasterlearn/engine").exists()
