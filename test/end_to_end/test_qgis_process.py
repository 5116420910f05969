import json
import os
import signal
import subprocess

import numpy as np
import pytest
from waiting import HANG_SECONDS

SPY = """
import json, sys
from qgis.core import (QgsApplication, QgsProcessingAlgorithm, QgsProcessingOutputString, QgsProcessingParameterString,
                       QgsProcessingProvider)

class Modules(QgsProcessingAlgorithm):
    def createInstance(self): return Modules()
    def name(self): return "modules"
    def displayName(self): return "Modules"
    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterString("ALGORITHM", "a"))
        self.addParameter(QgsProcessingParameterString("PARAMETERS", "p"))
        self.addOutput(QgsProcessingOutputString("MODULES", "m"))
        self.addOutput(QgsProcessingOutputString("LIBRARIES", "l"))
    def processAlgorithm(self, parameters, context, feedback):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(parameters["ALGORITHM"])
        results, ok = algorithm.run(json.loads(parameters["PARAMETERS"]), context, feedback)
        assert ok
        with open("/proc/self/maps") as file:
            libraries = file.read()
        return {"MODULES": " ".join(sys.modules), "LIBRARIES": libraries}

class Provider(QgsProcessingProvider):
    def id(self): return "spy"
    def name(self): return "Spy"
    def loadAlgorithms(self): self.addAlgorithm(Modules())

class Plugin:
    def initProcessing(self):
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)
    initGui = initProcessing
    def unload(self): pass

def classFactory(iface): return Plugin()
"""


@pytest.fixture
def patches(make_raster):
    rng = np.random.default_rng(0)
    patches = make_raster("patches.tif", rng.integers(0, 99, (16 * 40, 16, 2)).astype(np.uint16), crs=None)
    labels = make_raster("labels.tif", (np.arange(40) % 2).astype(np.uint8)[:, np.newaxis], crs=None)
    return patches, labels


def test_the_provider_is_listed_where_qgis_cannot_import_tensorflow(root, qgis_environment):
    found = subprocess.run(["/usr/bin/python3", "-c", "import tensorflow"], capture_output=True, cwd="/")
    assert found.returncode != 0, "this machine's QGIS could import TensorFlow: the test shows nothing"
    done = subprocess.run(
        [str(root / "scripts" / "qgis_process"), "list"], capture_output=True, text=True, env=qgis_environment
    )
    assert done.returncode == 0
    for name in (
        "normalize",
        "classstatistics",
        "selectsamples",
        "gridsamples",
        "extractpatches",
        "extractvalues",
        "trainmodel",
        "applymodel",
        "accuracy",
        "comparemodels",
        "landcover",
        "setupengine",
    ):
        assert f"rasterlearn:{name}\t" in done.stdout


def test_nothing_heavy_is_loaded_into_the_qgis_process(root, qgis_environment, patches, tmp_path):
    build = tmp_path / "build"
    plugin = build / "plugins" / "spy"
    plugin.mkdir(parents=True)
    (plugin / "__init__.py").write_text(SPY)
    (plugin / "metadata.txt").write_text(
        "[general]\nname=spy\nqgisMinimumVersion=3.0\ndescription=d\nversion=1\nauthor=a\nemail=e\n"
        "hasProcessingProvider=yes\n"
    )
    environment = {**qgis_environment, "RASTERLEARN_BUILD": str(build)}
    script = str(root / "scripts" / "qgis_process")
    subprocess.run([script, "plugins", "enable", "spy"], check=True, capture_output=True, env=environment)
    model = str(tmp_path / "m.rlmodel")
    job = {"PATCHES": patches[0], "LABELS": patches[1], "EPOCHS": 2, "OUTPUT": model}
    arguments = ["ALGORITHM=rasterlearn:trainmodel", f"PARAMETERS={json.dumps(job)}"]
    done = subprocess.run(
        [script, "--json", "run", "spy:modules", "--", *arguments], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout[done.stdout.index("{") :])["results"]
    assert os.path.exists(model)
    modules = {name.split(".")[0] for name in results["MODULES"].split()}
    assert "rasterlearn" in modules
    assert not modules & {"tensorflow", "keras", "sklearn", "matplotlib", "h5py"}
    assert "rasterlearn.core.raster.raster_reader" not in results["MODULES"].split()
    assert not [word for word in ("tensorflow", "sklearn", "matplotlib", "h5py") if word in results["LIBRARIES"]]


def test_control_c_cancels_the_engine_too(root, qgis_environment, patches, tmp_path):
    before = sorted(p.name for p in tmp_path.iterdir())
    arguments = [f"PATCHES={patches[0]}", f"LABELS={patches[1]}", "EPOCHS=1000000", f"OUTPUT={tmp_path / 'm.rlmodel'}"]
    process = subprocess.Popen(
        [str(root / "scripts" / "qgis_process"), "run", "rasterlearn:trainmodel", "--", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=qgis_environment,
    )
    shown = ""
    while "epoch 3/" not in shown:
        shown += process.stdout.read(1)
        assert process.poll() is None, shown
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=HANG_SECONDS)[0]  # without the watcher it would be hours
    assert process.returncode != 0
    assert "cancelled" in rest
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_error_is_a_sentence_and_a_code(root, qgis_environment, tmp_path):
    fake = tmp_path / "fake.tif"
    fake.write_text("no patches")
    done = subprocess.run(
        [
            str(root / "scripts" / "qgis_process"), "run", "rasterlearn:trainmodel", "--",
            f"PATCHES={fake}", f"LABELS={fake}", f"OUTPUT={tmp_path / 'm.rlmodel'}",
        ],
        capture_output=True, text=True, env=qgis_environment,
    )  # fmt: skip
    assert done.returncode != 0
    assert "fake.tif” cannot be opened" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
