"""A real QGIS window on a virtual screen."""

import json
import os
import subprocess
import sys

import pytest
from waiting import HANG_SECONDS


@pytest.fixture
def in_window(root, tmp_path):
    """Runs a script of scripts/ in a window: in_window("dialogs", NAME=value …) → what it wrote, its log."""

    def run(script, **variables):
        shots = tmp_path / "shots"
        kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
        kept.update({"RASTERLEARN_PYTHON": sys.executable, "RASTERLEARN_SHOTS": str(shots), **variables})
        environment = {name: value for name, value in kept.items() if value is not None}
        command = [str(root / "scripts" / "qgis_window"), str(root / "scripts" / f"{script}.py")]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=HANG_SECONDS)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        (written,) = shots.glob("*.json")
        seen = json.loads(written.read_text())
        assert "error" not in seen, seen["error"]
        return seen

    return run
