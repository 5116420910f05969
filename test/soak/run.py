"""Runs toolbox algorithms in one QGIS process, again and again, and looks for what stays behind.

python test/soak/run.py [--runs N] [--result FILE]

Each run goes the way of a dialog: the task manager, the engine, loading and styling the outputs. Among them are
runs that fail and runs that are cancelled. After each run no process, file handle or temporary file may be left;
memory may not grow. Prints a table; if something is left, also a sentence that names it, and the exit code is 1.

Memory is what the process has in RAM, after Python's collector: what a user sees, whoever asked for it. It is not asked
to be given back before (malloc_trim), since nobody does so in a user's QGIS. Medians of many runs are compared, as a
single one depends on what ran last.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_FOR_A_RUN = 600  # only ends what hangs
GROWTH = 1.05  # of memory, over the runs of `FLAT_FROM` to the last
FLAT_FROM = 40  # QGIS and GDAL fill caches before
GROWTH_OF_FEW = 1.25  # of fewer runs than this, whose caches are still filling
SLOW_EVERY = 20  # runs of algorithms that load TensorFlow, which takes seconds

# How many there may be after a run: none of these; of those no more than after the first run, or than before.
NONE = {"processes": "processes", "files": "files or folders of RasterLearn", "stylers": "styles of loaded layers"}
AS_AFTER_THE_FIRST = {"temporary": "temporary files"}
NO_MORE = {"handles": "file handles", "threads": "threads"}

DONE, FAILED, CANCELLED = "done", "failed", "cancelled"


class Feedback(QgsProcessingFeedback):
    """Keeps the last error; cancels at the first word of the engine if asked to."""

    def __init__(self, cancelling=False):
        super().__init__(False)
        self.error, self._cancelling = "", cancelling

    def reportError(self, text, fatalError=False):  # noqa: N803 - the names QGIS uses
        self.error = text

    def pushInfo(self, text):
        if self._cancelling:
            self.cancel()


def make_data(folder):
    """An image of 96 × 120 pixels with a bright and a dark half, and labels 1 and 5: their paths."""
    rng = np.random.default_rng(0)
    level = np.where(np.arange(120) < 60, 900, 300)[np.newaxis, :, np.newaxis]
    pixels = (level + 50 * rng.standard_normal((96, 120, 3))).clip(1, 2000).astype(np.uint16)
    labels = np.where(np.arange(120) < 60, 1, 5).astype(np.uint8)[np.newaxis, :, np.newaxis].repeat(96, 0)
    paths = []
    for name, array, kind in (("image", pixels, gdal.GDT_UInt16), ("labels", labels, gdal.GDT_Byte)):
        paths.append(os.path.join(folder, f"{name}.tif"))
        height, width, bands = array.shape
        dataset = gdal.GetDriverByName("GTiff").Create(paths[-1], width, height, bands, kind)
        dataset.SetGeoTransform((500000, 10, 0, 5800000, 0, -10))
        for band in range(bands):
            plane = np.ascontiguousarray(array[..., band])
            dataset.GetRasterBand(band + 1).WriteRaster(0, 0, width, height, plane.tobytes())
        del dataset
    return paths


def chain(folder):
    """What is run, in turn: (algorithm, parameters, how it ends). Later steps use the files of earlier ones."""
    image, labels = make_data(folder)

    def out(name):
        return os.path.join(folder, name)

    rapid = [
        ("normalize", {"INPUT": [image], "METHOD": "percentile", "OUTPUT": out("stack.tif")}, DONE),
        ("selectsamples", {"LABELS": labels, "IMAGE": image, "COUNT": 30, "OUTPUT": out("points.gpkg")}, DONE),
        ("extractvalues", {"POINTS": out("points.gpkg"), "INPUT": image, "OUTPUT": out("values.gpkg")}, DONE),
        ("trainforest", {"SAMPLES": out("values.gpkg"), "TREES": 5, "OUTPUT": out("forest.rlmodel")}, DONE),
        ("applymodel", {"INPUT": image, "MODEL": out("forest.rlmodel"), "OUTPUT": out("map.tif")}, DONE),
        ("applymodel", {"INPUT": labels, "MODEL": out("forest.rlmodel"), "OUTPUT": out("wrong.tif")}, FAILED),
        ("classstatistics", {"LABELS": labels, "OUTPUT": out("classes.csv")}, DONE),
        (
            "extractpatches",
            {"POINTS": out("points.gpkg"), "INPUT": image, "OUTPUT": out("patches.tif"), "LABELS": out("classes.tif")},
            DONE,
        ),
        ("selectsamples", {"LABELS": labels, "IMAGE": image, "OUTPUT": out("cancelled.gpkg")}, CANCELLED),
        ("accuracy", {"MAP": out("map.tif"), "REFERENCE": labels, "MATRIX": out("matrix.csv")}, DONE),
    ]
    one = {"EPOCHS": 1}
    few = {**one, "OUTPUT": out("cnn.rlmodel")}
    slow = [
        ("trainmodel", {"PATCHES": out("patches.tif"), "LABELS": out("classes.tif"), **few}, DONE),
        ("applymodel", {"INPUT": image, "MODEL": out("cnn.rlmodel"), "OUTPUT": out("cnn.tif")}, DONE),
        (
            "landcover",
            {
                "INPUT": [image],
                "LABELS": labels,
                "COUNT": 20,
                "MODEL": out("lc.rlmodel"),
                "OUTPUT": out("lc.tif"),
                **one,
            },
            DONE,
        ),
        ("trainmodel", {"PATCHES": out("patches.tif"), "LABELS": out("classes.tif"), **few}, CANCELLED),
    ]
    return rapid, slow


def run_one(name, parameters, ending):
    """Runs an algorithm as its dialog does, and loads its outputs. Raises AssertionError if it ends differently."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"rasterlearn:{name}")
    context, feedback = QgsProcessingContext(), Feedback(ending == CANCELLED)
    context.setProject(QgsProject.instance())
    for output in algorithm.destinationParameterDefinitions():
        if output.name() in parameters and output.type() in ("rasterDestination", "vectorDestination"):
            details = QgsProcessingContext.LayerDetails(output.description(), QgsProject.instance(), output.name())
            context.addLayerToLoadOnCompletion(parameters[output.name()], details)
    ended = []
    task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
    task.executed.connect(lambda succeeded, results: ended.append(succeeded))
    QgsApplication.taskManager().addTask(task)
    last = time.monotonic() + SECONDS_FOR_A_RUN
    while not ended and time.monotonic() < last:
        QCoreApplication.processEvents()
        time.sleep(0.005)
    assert ended == [ending == DONE], f"{name} should have {ending}: {feedback.error}"
    assert "Traceback" not in feedback.error, feedback.error
    if ending == DONE:
        load_outputs(context, feedback)


def load_outputs(context, feedback):
    """What Processing's dialog does with outputs, then what a user does who removes them."""
    project = QgsProject.instance()
    for path, details in context.layersToLoadOnCompletion().items():
        layer = QgsProcessingUtils.mapLayerFromString(path, context)
        project.addMapLayer(context.temporaryLayerStore().takeMapLayer(layer))
        if details.postProcessor():
            details.postProcessor().postProcessLayer(layer, context, feedback)
        assert project.layerTreeRoot().findGroup("RasterLearn").findLayer(layer.id()), path
    project.clear()


def traces(temporary):
    """What is there now: numbers of processes, handles, threads, files and so on, and memory in MB."""
    from rasterlearn.algorithms.styler import Styler

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()
    tasks = os.listdir("/proc/self/task")
    children = "".join(Path(f"/proc/self/task/{task}/children").read_text() for task in tasks)
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    inside = [name for _, folders, files in os.walk(temporary) for name in folders + files]
    return {
        "processes": len(children.split()),
        "handles": len(os.listdir("/proc/self/fd")),
        "threads": len(tasks),
        "files": sum("rasterlearn" in name for name in inside),
        "temporary": len(inside),  # QGIS and Qt have some of their own
        "stylers": len(Styler._alive),
        "memory_mb": resident,
    }


def leaks(seen):
    """Sentences about what grew, from the traces after each run."""
    found = []
    begin = min(FLAT_FROM, len(seen) // 2)
    early, late = seen[begin : begin + max(5, len(seen) // 5)], seen[-max(5, len(seen) // 5) :]
    most = {name: max(trace[name] for trace in seen) for name in seen[0]}
    for name, words in NONE.items():
        if most[name]:
            found.append(f"After a run, {most[name]} {words} were left; expected none.")
    for name, words in AS_AFTER_THE_FIRST.items():
        if most[name] > seen[0][name]:
            found.append(f"After a run there were {most[name]} {words}; after the first there were {seen[0][name]}.")
    for name, words in NO_MORE.items():
        before, after = (min(trace[name] for trace in part) for part in (early, late))
        if after > before:
            found.append(f"The number of {words} grew from {before} to {after}.")
    before, after = (statistics.median(trace["memory_mb"] for trace in part) for part in (early, late))
    growth = GROWTH if len(seen) >= 2 * FLAT_FROM else GROWTH_OF_FEW
    if after > before * growth:
        allowed = f"{100 * (growth - 1):.0f} %"
        found.append(f"Memory grew from {before:.0f} to {after:.0f} MB, by more than {allowed}.")
    return found, {"memory_before_mb": before, "memory_after_mb": after, "memory_growth": after / before}


def soak(runs, folder, temporary):
    """The traces after each run."""
    rapid, slow = chain(folder)
    seen = []
    for number in range(runs):
        if number % SLOW_EVERY == SLOW_EVERY - 1:
            step = slow[number // SLOW_EVERY % len(slow)]
        else:
            step = rapid[(number - number // SLOW_EVERY) % len(rapid)]
        run_one(*step)
        seen.append(traces(temporary))
        if number == 0:
            print_row("runs", *seen[0])
        if number in (0, runs - 1) or number % 10 == 9:
            print_row(number + 1, *(round(value) for value in seen[-1].values()))
    return seen


def print_row(*cells):
    """A line of the table."""
    print("".join(f"{cell!s:>11}" for cell in cells), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--result", help="JSON file for the figures")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    import engine

    engine.load_package()
    os.environ["RASTERLEARN_PYTHON"] = sys.executable
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        tempfile.TemporaryDirectory(prefix="soak-") as temporary,
    ):
        tempfile.tempdir = os.environ["TMPDIR"] = temporary
        application = QgsApplication([], False)
        application.initQgis()
        from rasterlearn.algorithms.provider import register

        provider = register()  # QGIS does not keep it alive
        assert provider.algorithms()
        started = time.monotonic()
        seen = soak(arguments.runs, folder, temporary)
        found, figures = leaks(seen)
        figures.update({"runs": len(seen), "seconds": time.monotonic() - started, **seen[-1], "leaks": found})
    if arguments.result:
        Path(arguments.result).write_text(json.dumps(figures, indent=1))
    print(
        f"memory: {figures['memory_before_mb']:.1f} MB, at the end {figures['memory_after_mb']:.1f} MB "
        f"({100 * (figures['memory_growth'] - 1):+.1f} %); {figures['seconds']:.0f} seconds"
    )
    print("\n".join(found) or "Nothing is left behind.", flush=True)
    os._exit(1 if found else 0)  # exitQgis would destroy what Python still refers to


if __name__ == "__main__":
    main()
