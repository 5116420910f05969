"""The settings under Settings → Options → Processing → Providers → RasterLearn."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsSettings

from .translation import tr

GROUP = "RasterLearn"


@dataclass(frozen=True)
class EngineSetting:
    """One line of the page.

    Attributes:
        name: of the setting, unique in Processing. label: what the user reads.
        variable: of the engine's environment that hands the value on; "" for none.
        default: also the value that means automatic. kind: FILE, SELECTION, INT or FLOAT, as Processing calls it.
        words: to choose from.
    """

    name: str
    label: str
    variable: str
    default: object
    kind: str
    words: tuple = ()

    def value(self):
        """The value that is stored, of the default's type; or the default."""
        value = QgsSettings().value(f"Processing/Configuration/{self.name}", self.default)
        try:
            return self.default if value in (None, "") else type(self.default)(value)
        except ValueError:
            return self.default

    def check(self, value):
        """Raises ValueError with a sentence if the value of a number is not a number, or is negative."""
        try:
            sound = self.kind not in ("INT", "FLOAT") or float(value) >= 0
        except ValueError:
            sound = False
        if not sound:
            raise ValueError(tr("{}: expected a number, 0 for automatic; received “{}”.").format(self.label, value))


def python():
    """The engine's Python."""
    return EngineSetting("RASTERLEARN_PYTHON", tr("Engine's Python (empty: the one that was set up)"), "", "", "FILE")


def all_settings():
    """All of them, in the order of the page, in the user's language."""
    memory, cache = tr("Memory for blocks and patches (GB; 0: automatic)"), tr("Cache for images (MB; 0: automatic)")
    return (
        python(),
        EngineSetting(
            "RASTERLEARN_DEVICE",
            tr("Device for algorithms set to auto"),
            "RASTERLEARN_DEVICE",
            "auto",
            "SELECTION",
            ("auto", "cpu", "gpu", "gpu:0", "gpu:1", "gpu:2", "gpu:3"),
        ),
        EngineSetting("RASTERLEARN_THREADS", tr("Threads (0: automatic)"), "RASTERLEARN_THREADS", 0, "INT"),
        EngineSetting("RASTERLEARN_MEMORY", memory, "RASTERLEARN_MEMORY_GB", 0.0, "FLOAT"),
        EngineSetting("RASTERLEARN_CACHE", cache, "GDAL_CACHEMAX", 0, "INT"),
    )


def variables():
    """The variables that the engine's environment gets: those of settings that are not automatic."""
    given = {s.variable: s.value() for s in all_settings() if s.variable and s.value() != s.default}
    return {variable: str(value) for variable, value in given.items()}


def add_page(icon):
    """Adds the settings to the options of Processing."""
    from processing.core.ProcessingConfig import ProcessingConfig, Setting

    ProcessingConfig.setGroupIcon(GROUP, icon)
    for setting in all_settings():
        ProcessingConfig.addSetting(
            Setting(
                GROUP,
                setting.name,
                setting.label,
                setting.default,
                valuetype=getattr(Setting, setting.kind),
                validator=None if setting.kind == "FILE" else setting.check,
                options=list(setting.words) or None,
            )
        )
    ProcessingConfig.readSettings()


def remove_page():
    """Takes the settings out of the options of Processing."""
    from processing.core.ProcessingConfig import ProcessingConfig

    for setting in all_settings():
        if setting.name in ProcessingConfig.settings:
            ProcessingConfig.removeSetting(setting.name)
