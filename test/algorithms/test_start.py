"""What the start of the plugin loads. How long it takes is measured by benchmark/start.py."""

import os
import subprocess
import sys

from waiting import HANG_SECONDS

ALLOWED = {"rasterlearn", "qgis", "PyQt5", "PyQt6"}  # besides the standard library


def test_starting_loads_qgis_and_the_standard_library_only(root):
    sys.path.insert(0, str(root / "benchmark"))
    import start

    clean = [line for line in start.START.splitlines() if not line.startswith("import processing")]
    code = "\n".join(["import qgis.utils", *clean])  # Processing itself loads numpy
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "rasterlearn" in loaded
    assert loaded - ALLOWED - set(sys.stdlib_module_names) == set()
