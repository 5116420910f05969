"""The land-cover dialog in a real QGIS window on a virtual screen."""

import json


def test_the_dialog_runs_and_the_map_appears_with_its_classes(in_window, two_fields, tmp_path):
    legend = tmp_path / "legend.csv"
    legend.write_text("value,name,color\n1,town,#aa1122\n5,lake,#2211aa\n")
    image, labels = two_fields
    parameters = {
        "INPUT": [image], "LABELS": labels, "VALIDATION_PERCENT": 30, "BLOCK_PIXELS": 32, "COUNT": 40, "EPOCHS": 150,
        "LEGEND": str(legend),
    }  # fmt: skip
    result = in_window("screenshots", RASTERLEARN_SHOT_PARAMETERS=json.dumps(parameters))
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
    assert result["timer_ticks"] > 10, "QGIS did not respond while the engine worked"
    for name in ("dialog.png", "running.png", "log.png", "map.png"):
        assert (tmp_path / "shots" / name).stat().st_size > 5000
