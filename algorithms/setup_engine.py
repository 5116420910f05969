"""rasterlearn:setupengine"""

from __future__ import annotations

import os
import shutil
import sys

from qgis.core import QgsProcessingException, QgsProcessingOutputString

from ..core.jobs import CheckJob
from . import environment, params, process
from .base import EngineAlgorithm, Given
from .params import tr

DEVICES = ("auto", "cpu", "gpu")


class SetupEngine(EngineAlgorithm):
    """Creates and checks the engine's environment."""

    ID, TITLE, GROUP = "setupengine", "Set up the engine", "Engine"
    HELP = """Creates the Python environment in which RasterLearn trains and maps, and checks it. QGIS \
itself stays as it is.

The environment lies in your QGIS profile. The first time, about 0.5 GB are downloaded from PyPI (1.6 GB on disk; with \
GPU support about 3 and 8 GB). Running it again checks the environment, and creates it anew if the requirements or \
QGIS's Python changed or the check fails.

Device: auto adds GPU support where an NVIDIA driver is found on Linux; cpu never does; gpu insists on it."""

    def initAlgorithm(self, configuration=None):
        self.add(params.one_of("DEVICE", tr("Device"), DEVICES, "auto"))
        for name, label in (
            ("PYTHON", tr("The engine's Python")),
            ("TENSORFLOW", tr("TensorFlow version")),
            ("DEVICES", tr("Devices")),
        ):
            self.addOutput(QgsProcessingOutputString(name, label))

    def job(self, given):
        return CheckJob()

    def processAlgorithm(self, parameters, context, feedback):
        device = Given(self, parameters, context, feedback).word("DEVICE")
        folder = environment.managed_folder()
        listed = environment.requirements(device)
        if environment.is_complete(folder, listed):
            feedback.pushInfo(tr("The environment in “{}” is up to date.").format(folder))
        else:
            create_environment(folder, listed, device, feedback)
        try:
            results = process.run_engine("check", CheckJob(), feedback)
        except QgsProcessingException:
            if not feedback.isCanceled():
                environment.forget(folder)
            raise
        for name, value in results.items():
            feedback.pushInfo(tr("{}: {}").format(name, value))
        return {name: results[name] for name in ("PYTHON", "TENSORFLOW", "DEVICES")}


def create_environment(folder, listed, device, feedback):
    """Creates the environment anew; a cancelled or failed attempt leaves what was there before.

    Raises: QgsProcessingException with the reason.
    """
    base = environment.find_base_python()
    old = folder + ".old"
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    require_space(os.path.dirname(folder), environment.DISK_GB["gpu" if "and-cuda" in listed[0] else "cpu"])
    python = environment.python_in(folder, sys.platform)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    shutil.rmtree(old, ignore_errors=True)
    if os.path.isdir(folder):
        os.rename(folder, old)
    try:
        feedback.pushInfo(tr("Creating a Python environment in “{}” with {}").format(folder, base))
        run_step([base, "-m", "venv", "--system-site-packages", folder], feedback, None)
        feedback.pushInfo(tr("Installing {}").format(", ".join(listed)))
        run_step([*pip, *listed], feedback, InstallProgress(feedback))
        environment.write_marker(folder, listed)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.isdir(old):
            os.rename(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def run_step(arguments, feedback, on_line):
    """Runs one command of the set-up."""
    code, complaints = process.run_process(arguments, on_line or feedback.pushConsoleInfo, feedback)
    if feedback.isCanceled():
        raise QgsProcessingException(tr("The set-up was cancelled. Everything is as it was before."))
    if code != 0:
        raise QgsProcessingException(
            tr(
                "The set-up failed at “{}”: {}\nCheck the internet connection (or the proxy in HTTPS_PROXY) "
                "and the free disk space; on Debian and Ubuntu the package python3-venv is needed."
            ).format(" ".join(arguments[1:4]), complaints)
        )


def require_space(folder, needed_gb):
    """Raises QgsProcessingException if the disk is too full for the environment."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise QgsProcessingException(
            tr("The engine needs about {} GB in “{}”, but only {:.1f} GB are free.").format(needed_gb, folder, free_gb)
        )


class InstallProgress:
    """Shows what pip is doing; it installs about 50 packages."""

    PACKAGES = 50

    def __init__(self, feedback):
        self._feedback, self._seen = feedback, 0

    def __call__(self, line):
        words = line.split()
        if words[:1] in (["Collecting"], ["Downloading"], ["Installing"]):
            self._feedback.pushInfo(" ".join(words[:2]) if words[0] == "Collecting" else words[0] + " …")
            self._seen += words[0] == "Collecting"
            self._feedback.setProgress(min(90, 90 * self._seen / self.PACKAGES))
