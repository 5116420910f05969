"""The land-cover dialog in a real QGIS window on a virtual screen."""

import json
import os
import subprocess
import sys


def test_the_dialog_runs_and_the_map_appears_with_its_classes(root, two_fields, tmp_path):
    legend = tmp_path / "legend.csv"
    legend.write_text("value,name,color\n1,town,#aa1122\n5,lake,#2211aa\n")
    image, labels = two_fields
    parameters = {
        "INPUT": [image], "LABELS": labels, "VALIDATION_PERCENT": 30, "BLOCK_PIXELS": 32, "COUNT": 40, "EPOCHS": 150,
        "LEGEND": str(legend),
    }  # fmt: skip
    environment = {
        **{name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"},
        "RASTERLEARN_PYTHON": sys.executable,
        "RASTERLEARN_SHOTS": str(tmp_path / "shots"),
        "RASTERLEARN_SHOT_PARAMETERS": json.dumps(parameters),
    }
    command = [str(root / "scripts" / "qgis_window"), str(root / "scripts" / "screenshots.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=200)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "shots" / "result.json").read_text())
    assert "error" not in result, result["error"]
    assert result["ok"]
    assert result["layers"] == [
        {
            "name": "Land-cover map",
            "group": "RasterLearn",
            "renderer": "paletted",
            "classes": [[1, "town", "#aa1122"], [5, "lake", "#2211aa"]],
        }
    ]
    assert result["results"]["KAPPA"] > 0.9
    assert result["timer_ticks"] > 0.5 * result["seconds"] / 0.1, "QGIS did not respond while the engine worked"
    for name in ("dialog.png", "running.png", "log.png", "map.png"):
        assert (tmp_path / "shots" / name).stat().st_size > 5000
