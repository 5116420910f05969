"""The plugin's zip in a new profile without an engine, in a real QGIS window."""

import json
import os
import subprocess


def test_the_toolbox_is_there_and_one_click_sets_up_the_engine(root, tmp_path):
    package = tmp_path / "rasterlearn.zip"
    subprocess.run(
        ["git", "archive", "--prefix=rasterlearn/", "-o", str(package), "HEAD"], cwd=root, check=True, timeout=60
    )
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "RASTERLEARN_PYTHON")},
        "RASTERLEARN_BUILD": str(tmp_path / "build"),
        "RASTERLEARN_ZIP": str(package),
        "RASTERLEARN_SHOTS": str(tmp_path / "shots"),
    }
    command = [str(root / "scripts" / "qgis_window"), str(root / "scripts" / "first_run.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    seen = json.loads((tmp_path / "shots" / "first_run.json").read_text())
    assert "error" not in seen, seen["error"]
    assert seen["plugin"].endswith("python/plugins/rasterlearn/__init__.py")
    assert "rasterlearn:landcover" in seen["algorithms"]
    possible, why = seen["can_execute"]
    assert not possible and "not set up yet" in why and '<a href="rasterlearn:setup">' in why
    assert seen["offers"] == ["The engine is not set up yet (a download of about 0.5 GB)."]
    assert "not set up yet" in seen["refusal"] and '<a href="rasterlearn:setup">' in seen["refusal"]
    assert seen["installing"], seen["log"]
    assert seen["ok"] == [False] and "Everything is as it was before" in seen["log"]
    assert seen["offers_then"] == seen["offers"], "it is offered again after cancelling"
    assert not seen["can_execute_then"][0]
    assert not (tmp_path / "build/profile/profiles/default/rasterlearn/engine").exists()
