"""Creates and checks the engine's environment; this is done by QGIS, not by the engine."""

from __future__ import annotations

from . import choices
from .groups import ENGINE
from .job import Job, command
from .parameter import choice, switch


@command(
    "setupengine",
    "Set up the engine",
    ENGINE,
    results={"PYTHON": "The engine's Python", "TENSORFLOW": "TensorFlow version", "DEVICES": "Devices"},
    has_texts=True,
)
class SetupEngine(Job):
    """Creates the Python environment in which RasterLearn trains and maps, and checks it. QGIS itself is left
    unchanged.

    The environment lies in your QGIS profile. The first time, about 0.5 GB is downloaded from PyPI (1.6 GB on disk;
    with GPU support about 3 and 8 GB). Running it again checks the environment, and creates it anew if the requirements
    or QGIS's Python have changed or the check fails.

    Remove deletes the environment; QGIS and your models are kept. If this computer reaches the internet through a
    proxy, the one in QGIS's network settings is used.

    Device: auto adds GPU support if an NVIDIA driver is found on Linux; cpu never does; gpu insists on it.
    """

    # fmt: off
    device: str = choice(choices.DEVICES, "auto", "Device",
        help="auto adds GPU support if an NVIDIA driver is found on Linux.")
    remove: bool = switch(False, "Remove the engine", advanced=True,
        help="Deletes the environment instead. Models and maps are kept.")
    # fmt: on
