"""The product as a user has it: qgis_process, the demo, the package. QGIS runs outside the process of the tests."""

import json
import os
import subprocess
import sys

import pytest
from waiting import HANG_SECONDS


@pytest.fixture(scope="session")
def qgis_environment():
    """The variables that qgis_process runs with; the engine's Python is the one that runs the tests."""
    # a number of threads; otherwise each training would begin by timing the best one
    return {**os.environ, "RASTERLEARN_PYTHON": sys.executable, "RASTERLEARN_THREADS": "2"}


@pytest.fixture
def qgis_process(root, qgis_environment):
    """Runs an algorithm or workflow through the real qgis_process: results; or the test fails with its output."""

    def run(algorithm, **parameters):
        several = ((name, value if isinstance(value, list) else [value]) for name, value in parameters.items())
        arguments = [f"{name}={one}" for name, values in several for one in values]
        command = [str(root / "scripts" / "qgis_process"), "--json", "run", algorithm, "--", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=qgis_environment, timeout=HANG_SECONDS)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout[done.stdout.index("{") :])["results"]

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory, root, qgis_environment):
    """The folder of a finished demo with seed 0. The scene is downloaded only if it is not there yet."""
    folder = tmp_path_factory.mktemp("demo")
    scene = root / "build" / "demo" / "scene"
    if scene.is_dir():
        (folder / "scene").symlink_to(scene)
    command = [sys.executable, str(root / "demo" / "demo.py"), "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=qgis_environment, timeout=HANG_SECONDS)
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout)
    return folder
