"""The time that the plugin adds to the start of QGIS: python benchmark/start.py FOLDER (for start.json).

Each measurement runs in a process of its own with QGIS's libraries and Processing loaded, as in QGIS: import,
classFactory, registering the provider with all algorithms and workflows. The first one has empty caches of compiled
Python code, as after an installation; the others have full ones, as on any other day.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STARTS = 15
TARGET_MS = 50.0

START = """
import importlib.util, os, sys, time
sys.path.append("/usr/share/qgis/python/plugins")
from qgis.core import QgsApplication
from qgis.PyQt import QtWidgets
import processing, qgis.utils
application = QgsApplication([], False)
application.initQgis()
root = sys.argv[1]
before = set(sys.modules)
began = time.perf_counter()
spec = importlib.util.spec_from_file_location("rasterlearn", root + "/__init__.py", submodule_search_locations=[root])
package = importlib.util.module_from_spec(spec)
sys.modules["rasterlearn"] = package
spec.loader.exec_module(package)
plugin = package.classFactory(None)
plugin.initProcessing()
print(1000 * (time.perf_counter() - began))
print(" ".join(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
sys.stdout.flush()
os._exit(0)
"""


def start(cache):
    """Milliseconds of one start, and the packages that it loaded."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment.update(PYTHONPYCACHEPREFIX=cache, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        [sys.executable, "-c", START, ROOT], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    milliseconds, packages = done.stdout.splitlines()[-2:]
    return float(milliseconds), packages.split()


def main():
    with tempfile.TemporaryDirectory() as cache:
        first, packages = start(cache)
        later = [start(cache)[0] for _ in range(STARTS)]
    median = statistics.median(later)
    print(f"start of the plugin: {median:.0f} ms ({min(later):.0f} to {max(later):.0f}); the first time {first:.0f} ms")
    print("loaded packages:", ", ".join(packages))
    figures = {
        "ratios": {"start_over_target": median / TARGET_MS},
        "milliseconds": median,
        "milliseconds_range": [min(later), max(later)],
        "milliseconds_first_time": first,
        "packages": packages,
    }
    os.makedirs(sys.argv[1], exist_ok=True)
    with open(os.path.join(sys.argv[1], "start.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
