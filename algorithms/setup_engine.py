"""rasterlearn:setupengine"""

from __future__ import annotations

from qgis.core import QgsProcessingException, QgsProcessingOutputString

from ..host import environment, installation, process
from ..host.translation import tr
from ..jobs.job import CheckJob
from . import groups, params
from .base import EngineAlgorithm, Given

DEVICES = ("auto", "cpu", "gpu")


class SetupEngine(EngineAlgorithm):
    """Creates and checks the engine's environment."""

    ID, TITLE, GROUP = "setupengine", "Set up the engine", groups.ENGINE
    HELP = """Creates the Python environment in which RasterLearn trains and maps, and checks it. QGIS \
itself stays as it is.

The environment lies in your QGIS profile. The first time, about 0.5 GB are downloaded from PyPI (1.6 GB on disk; with \
GPU support about 3 and 8 GB). Running it again checks the environment, and creates it anew if the requirements or \
QGIS's Python changed or the check fails.

Remove deletes the environment; QGIS and your models stay. Where this computer reaches the internet through a proxy, \
the one in QGIS's network settings is used.

Device: auto adds GPU support where an NVIDIA driver is found on Linux; cpu never does; gpu insists on it."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.one_of("DEVICE", tr("Device"), DEVICES, "auto"),
            params.advanced(params.switch("REMOVE", tr("Remove the engine"), False)),
        )
        for name, label in (
            ("PYTHON", tr("The engine's Python")),
            ("TENSORFLOW", tr("TensorFlow version")),
            ("DEVICES", tr("Devices")),
        ):
            self.addOutput(QgsProcessingOutputString(name, label))

    def canExecute(self):
        return True, ""

    def job(self, given):
        return CheckJob()

    def prepareAlgorithm(self, parameters, context, feedback):
        return True

    def processAlgorithm(self, parameters, context, feedback):
        given = Given(self, parameters, context, feedback)
        folder = environment.managed_folder()
        if given.boolean("REMOVE"):
            installation.remove_environment(folder, feedback)
            return {}
        device = given.word("DEVICE")
        listed = environment.requirements(device)
        if environment.is_complete(folder, listed):
            feedback.pushInfo(tr("The environment in “{}” is up to date.").format(folder))
        else:
            installation.create_environment(folder, listed, device, feedback)
        try:
            with process.job_folder() as made:
                results = process.run_engine("check", CheckJob(), feedback, made)
        except QgsProcessingException:
            if not feedback.isCanceled():
                environment.forget(folder)
            raise
        for name, value in results.items():
            feedback.pushInfo(tr("{}: {}").format(name, value))
        return {name: results[name] for name in ("PYTHON", "TENSORFLOW", "DEVICES")}
