import json
import os
import signal
import subprocess

import numpy as np
import pytest
from osgeo import ogr
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


MAKE_PROJECT = """
import sys
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsField, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant

application = QgsApplication([], False)
application.initQgis()
image, polygons, project = sys.argv[1:]
scene, fields = QgsRasterLayer(image, "my scene"), QgsVectorLayer(polygons, "my fields", "ogr")
scene.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
fields.addExpressionField("case when k = 1 then 'rough' else 'smooth' end", QgsField("kind", QVariant.String, len=9))
QgsProject.instance().addMapLayers([scene, fields])
assert QgsProject.instance().write(project)
"""


def test_layers_of_a_project_are_used_as_it_shows_them(root, qgis_environment, make_raster, make_vector, tmp_path):
    """Their coordinate reference system and their virtual fields; a path is the file."""
    image = make_raster("scene.tif", np.ones((50, 60, 2), np.uint8), crs=None)
    boxes = [f"POLYGON(({x} 5799900,{x + 90} 5799900,{x + 90} 5799700,{x} 5799900))" for x in (500100, 500400)]
    polygons = make_vector("p.gpkg", [(box, {"k": k}) for k, box in enumerate(boxes, start=1)])
    make, project = tmp_path / "make.py", str(tmp_path / "project.qgz")
    make.write_text(MAKE_PROJECT)
    python = ["sh", "-c", '. "$0" && exec /usr/bin/python3 "$@"', str(root / "scripts" / "qgis_env.sh"), str(make)]
    done = subprocess.run([*python, image, polygons, project], env=qgis_environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def run(*options, **given):
        words = ["run", "rasterlearn:selectsamples", *options, "--", *(f"{n}={value}" for n, value in given.items())]
        command = [str(root / "scripts" / "qgis_process"), *words, "COUNT=3", f"OUTPUT={tmp_path / 'o.gpkg'}"]
        return subprocess.run(command, capture_output=True, text=True, env=qgis_environment)

    done = run(f"--PROJECT_PATH={project}", LABEL_FEATURES="my fields", FIELD="kind", IMAGE="my scene")
    assert os.path.exists(tmp_path / "o.gpkg"), done.stderr + done.stdout  # QGIS 3.22 crashes as it leaves a project
    points = ogr.Open(str(tmp_path / "o.gpkg"))
    assert {feature["name"] for feature in points.GetLayer(0)} == {"rough", "smooth"}
    done = run(LABEL_FEATURES=polygons, FIELD="k", IMAGE=image)
    assert done.returncode != 0 and "has no coordinate reference system" in done.stdout + done.stderr
