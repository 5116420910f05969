"""rasterlearn:setupengine"""

from __future__ import annotations

from qgis.core import QgsProcessingException

from ..host import environment, installation, process
from ..host.translation import tr
from ..jobs.engine_check import EngineCheck
from .base import EngineAlgorithm
from .given import Given


class SetupEngine(EngineAlgorithm):
    """Creates and checks the engine's environment."""

    def canExecute(self):
        return True, ""

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
                results = process.run_engine("check", EngineCheck(), feedback, made)
        except QgsProcessingException:
            if not feedback.isCanceled():
                environment.forget(folder)
            raise
        for name, value in results.items():
            feedback.pushInfo(tr("{}: {}").format(name, value))
        return {name: results[name] for name in self.command.RESULTS}
