"""QGIS is closed, or dies, while a network learns: the engine ends, and leaves nothing."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from waiting import HANG_SECONDS, is_alive, wait_until

BEGIN = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import engine
engine.load_package()
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback
application = QgsApplication([], False)
application.initQgis()
from rasterlearn.algorithms.provider import register
provider = register()


class Feedback(QgsProcessingFeedback):
    def pushInfo(self, text):
        print(text, flush=True)


algorithm = QgsApplication.processingRegistry().createAlgorithmById("rasterlearn:trainmodel")
algorithm.run(json.loads(sys.argv[2]), QgsProcessingContext(), Feedback(False))
"""


@pytest.fixture
def training(make_raster, tmp_path):
    """Parameters of a training that takes hours."""
    rng = np.random.default_rng(0)
    return {
        "PATCHES": make_raster("patches.tif", rng.integers(0, 255, (1600, 16, 2)).astype(np.uint8)),
        "LABELS": make_raster("labels.tif", (np.arange(100) % 2 + 1).astype(np.uint8)[:, np.newaxis]),
        "EPOCHS": 1_000_000,
        "OUTPUT": str(tmp_path / "out" / "model.rlmodel"),
    }


@pytest.fixture
def variables(tmp_path):
    """An environment in which everything temporary lies in one folder."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "out").mkdir()
    return {**os.environ, "RASTERLEARN_PYTHON": sys.executable, "TMPDIR": str(tmp_path / "temporary")}


def require_end(engine, tmp_path):
    """The process ends, and what it had begun to write and what QGIS had handed to it is removed."""
    wait_until(lambda: not is_alive(engine), "the engine ends without QGIS; it would learn for hours")
    assert os.listdir(tmp_path / "out") == []
    assert [name for name in os.listdir(tmp_path / "temporary") if "rasterlearn" in name] == []


def test_the_engine_ends_with_a_qgis_that_is_killed(root, training, variables, children_of, tmp_path):
    command = [sys.executable, "-c", BEGIN, str(root), json.dumps(training)]
    variables["QT_QPA_PLATFORM"] = "offscreen"
    qgis = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
    for line in qgis.stdout:
        if line.startswith("epoch 2/"):
            break
    (engine,) = children_of(qgis.pid, "engine.py")
    qgis.send_signal(signal.SIGKILL)
    qgis.wait(HANG_SECONDS)
    qgis.stdout.close()
    require_end(engine, tmp_path)


def test_the_engine_ends_with_a_window_that_is_closed(in_window, training, variables, tmp_path):
    more = {"TMPDIR": variables["TMPDIR"], "RASTERLEARN_SHOT_PARAMETERS": json.dumps(training)}
    seen = in_window("closing", **more)
    assert seen["learning"], seen["log"]
    (engine,) = seen["engines"]
    require_end(engine, tmp_path)
