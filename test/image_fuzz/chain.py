"""Runs the commands on a drawn scene in this process, and compares each step with the oracle."""

import json
import math
import os
from dataclasses import dataclass, field, replace

import numpy as np
from osgeo import gdal, ogr, osr

from rasterlearn.core.base.errors import RasterLearnError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.model.model_file import load_model
from rasterlearn.jobs.commands import COMMANDS

from . import oracle
from .scenes import (
    OTHER_UNITS,
    WITHOUT,
    draw_encoding,
    draw_labels,
    draw_other,
    draw_scene,
    hidden_pixels,
    write_image,
    write_labels,
)

METHODS = ("max", "minmax", "percentile", "standard", "scale")
NETWORK_EVERY, PATCH_PX = 20, 16
FEWEST_SAMPLES = 20  # of which a range of values is known


class Wrong(AssertionError):
    """A step did something else than the oracle."""


@dataclass
class Case:
    """One drawn case, and what the commands said while it ran.

    Attributes:
        said: (command, text) of warnings.
        outcome: "mapped", or "refused" with the sentence in `reason`.
    """

    number: int
    folder: str
    said: list = field(default_factory=list)
    outcome: str = "mapped"
    reason: str = ""

    def __post_init__(self):
        g = self.g = np.random.default_rng([20261201, self.number])
        self.scene = draw_scene(g)
        self.learned = draw_encoding(g, self.scene.reflectance.shape[2])
        self.labels = draw_labels(g, self.learned.place)
        self.in_other_units = self.learned.numbers in OTHER_UNITS and g.random() < 0.08
        self.mapped = draw_other(g, self.learned)
        if self.in_other_units:
            hiding = self.learned.hiding if self.learned.hiding.kind in ("mask", "alpha") else WITHOUT
            self.mapped = replace(self.learned, numbers=OTHER_UNITS[self.learned.numbers], hiding=hiding)
        self.method = METHODS[g.integers(len(METHODS))] if g.random() < 0.5 else None
        self.with_network = self.number % NETWORK_EVERY == NETWORK_EVERY - 1

    def path(self, name):
        """A file of this case."""
        return os.path.join(self.folder, name)

    def run(self, command, **values):
        """Runs a command; what it warned of is kept."""

        def listen(event):
            if event["event"] == "warning":
                self.said.append((command, event["text"]))

        return COMMANDS[command](**values).run(Progress(listen))

    def describe(self):
        """The drawn encodings, in a line each."""
        return f"learned: {self.learned}\nmapped: {self.mapped}\nlabels: {self.labels}\nmethod: {self.method}"

    def play(self):
        """The whole chain. Raises Wrong where a step differs from the oracle; refusals are checked, too."""
        self.image, self.other = self.path("learned.tif"), self.path("mapped.tif")
        write_image(self.image, self.scene, self.learned)
        write_image(self.other, self.scene, self.mapped)
        self.reference = write_labels(self.path("labels"), self.scene, self.labels, self.learned.place)
        self.gain, self.bias = self._normalized() if self.method else (1.0, 0.0)
        source = self.path("normalized.tif") if self.method else self.image
        model = self._network(source) if self.with_network else self._forest(source)
        try:
            self.run("applymodel", images=[self.other], model=model, output=self.path("map.tif"))
        except RasterLearnError as error:
            self.outcome, self.reason = "refused", str(error)
            require(self.in_other_units, f"applymodel refused: {error}")
            require(not os.path.exists(self.path("map.tif")), "a refused job left a map")
            return
        is_known = len(self._points("points.gpkg")[1]) >= FEWEST_SAMPLES and not self.with_network
        require(not (self.in_other_units and is_known), f"other units were mapped, {self.said}")
        if not self.in_other_units:
            self._check_map(model)

    def _normalized(self):
        output, statistics = self.path("normalized.tif"), self.path("statistics.json")
        self.run("normalize", inputs=[self.image], method=self.method, output=output, statistics=statistics)
        with open(statistics, encoding="utf-8") as file:
            found = json.load(file)
        gain, bias = np.array(found["gain"]), np.array(found["bias"])
        expected = oracle.transform_of(self.scene, self.learned, self.method, 10000.0)
        bands = self.scene.reflectance.shape[2]
        if expected is not None:
            # Masked pixels need a wider type, of which percentiles are known within 0.05 %.
            exact = self.method != "percentile" or self.learned.hiding.kind not in ("mask", "alpha")
            near = {"rtol": 1e-6 if exact else 2e-3, "atol": 1e-9}
            require(np.allclose(gain[:bands], expected[0], **near), f"gain {gain}, expected {expected[0]}")
            require(np.allclose(bias[:bands], expected[1], **near), f"bias {bias}, expected {expected[1]}")
        pixels = as_read(output)
        numbers = oracle.numbers_for_model(self.scene, self.learned, self.learned)
        right = (numbers * gain[:bands] + bias[:bands]).astype(np.float32)
        shown = ~hidden_pixels(self.scene, self.learned)
        require(np.array_equal(pixels[shown][:, :bands], right[shown]), "normalized pixels differ")
        require(np.isnan(pixels[~shown]).all(), "normalized pixels without data are not NaN")
        return gain, bias

    def _label_parameters(self, raster, features):
        key = raster if self.labels.kind == "raster" else features
        return {key: self.reference, **({} if self.labels.kind == "raster" else {"field": "class"})}

    def _samples(self, image, patch_px):
        count = int(self.g.integers(5, 40))
        parameters = self._label_parameters("labels", "label_features")
        self.run(
            "selectsamples",
            **parameters,
            image=image,
            count=count,
            patch_size=patch_px,
            output=self.path("points.gpkg"),
        )
        return count

    def _forest(self, image):
        count = self._samples(image, 1)
        self._check_points(count)
        done = self.run(
            "extractvalues", points=self.path("points.gpkg"), images=[image], output=self.path("values.gpkg")
        )
        require(done["REJECTED_COUNT"] == 0, f"{done['REJECTED_COUNT']} points were rejected")
        self._check_values()
        model = self.path("forest.rlmodel")
        self.run("trainforest", samples=self.path("values.gpkg"), trees=5, output=model)
        return model

    def _check_points(self, count):
        pixels, names = self._points("points.gpkg")[:2]
        columns, rows = pixels
        annotated = ~hidden_pixels(self.scene, self.learned)
        annotated[:, 0] = False
        require(annotated[rows, columns].all(), "samples without data, or outside the labels")
        truth = self.scene.classes[rows, columns]
        available = np.bincount(self.scene.classes[annotated], minlength=self.scene.classes.max() + 1)
        expected = min(count, int(available[available > 0].min()))
        taken = np.bincount(truth, minlength=len(available))
        require((taken[available > 0] == expected).all(), f"{taken} samples, expected {expected} of {available}")
        for index in np.unique(truth):
            said = set(np.array(names)[truth == index])
            require(len(said) == 1, f"class {index} has the names {said}")
            if self.labels.names:
                expected = oracle.clean(self.labels.names[index])
                require(said == {expected}, f"class “{expected}” is called {said}")
        require(len(set(names)) == len(np.unique(truth)), f"classes were merged: {set(names)}")

    def _points(self, name):
        """((columns, rows), names, layer's fields as dicts) of a layer of points."""
        source = ogr.Open(self.path(name))
        features = [(f.GetGeometryRef().GetX(), f.GetGeometryRef().GetY(), dict(f.items())) for f in source.GetLayer(0)]
        transform = self.learned.place.geotransform or (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
        inverse = gdal.InvGeoTransform(transform)
        at = [gdal.ApplyGeoTransform(inverse, x, y) for x, y, _ in features]
        columns, rows = (np.floor(np.array(values) + 1e-6).astype(int) for values in zip(*at))
        fields = [values for _, _, values in features]
        return (columns, rows), [str(values.get("name") or values["class"]) for values in fields], fields

    def _check_values(self):
        (columns, rows), _, fields = self._points("values.gpkg")
        bands = self.scene.reflectance.shape[2]
        values = np.array([[f[f"value_{i}"] for i in range(bands)] for f in fields])
        numbers = self.learned.numbers.written(self.scene.reflectance)[rows, columns].astype(np.float64)
        if self.method:
            numbers = (numbers * self.gain[:bands] + self.bias[:bands]).astype(np.float32)
        require(np.array_equal(values.astype(np.float32), numbers.astype(np.float32)), "values differ from the image's")

    def _network(self, image):
        self._samples(image, PATCH_PX)
        stacks = {"output": self.path("patches.tif"), "labels": self.path("classes.tif"), "patch_sizes": [PATCH_PX]}
        self.run("extractpatches", points=self.path("points.gpkg"), images=[image], **stacks)
        model = self.path("network.rlmodel")
        self.run(
            "trainmodel",
            patches=[self.path("patches.tif")],
            labels=self.path("classes.tif"),
            architecture="patch_cnn",
            epochs=1,
            output=model,
        )
        return model

    def _check_map(self, path):
        found, model = as_read(self.path("map.tif"))[..., 0], load_model(path)
        hidden = hidden_pixels(self.scene, self.mapped)
        dataset = gdal.Open(self.path("map.tif"))
        nodata = dataset.GetRasterBand(1).GetNoDataValue()
        same_place(dataset, gdal.Open(self.other))
        samples = self._samples_of_map(model)
        values = np.array([c.value for c in model.classes])
        if self.with_network:
            inside = ~grown(hidden, PATCH_PX // 2 + 1)
            require((found[hidden] == nodata).all(), "pixels without data have a class")
            expected = self._patchwise(model, samples)
            require(wrong(found, expected, values)[inside].mean() == 0, "the map differs from the patch network")
            return
        expected = oracle.forest_classes(model.forest(), samples.reshape(-1, samples.shape[2])).reshape(hidden.shape)
        require((found[hidden] == nodata).all(), "pixels without data have a class")
        count = int(wrong(found, expected, values)[~hidden].sum())
        require(count == 0, f"{count} of {(~hidden).sum()} pixels of the map are wrong; said {self.said}")
        self._check_accuracy(found, model, hidden)

    def _samples_of_map(self, model):
        """(h, w, f) float64, what the model gets of each pixel of the image to be mapped."""
        numbers = oracle.numbers_for_model(self.scene, self.mapped, self.learned)
        if self.learned.hiding.kind == "alpha":
            largest = np.iinfo(self.mapped.numbers.dtype).max if self.mapped.numbers.dtype[0] in "iu" else 255
            numbers = np.concatenate([numbers, np.full((*numbers.shape[:2], 1), float(largest))], axis=2)
        numbers = numbers[..., : len(model.sources[0].bands)]
        return numbers * self.gain + self.bias if self.method else numbers

    def _patchwise(self, model, samples):
        """(h, w) int, the class index of the network on each patch; -1 near the border, or where two are as good."""
        network, rows, columns = model.network(), *samples.shape[:2]
        half = PATCH_PX // 2
        patches = np.lib.stride_tricks.sliding_window_view(samples, (PATCH_PX, PATCH_PX), axis=(0, 1))
        patches = np.moveaxis(patches, 2, -1).reshape(-1, PATCH_PX, PATCH_PX, samples.shape[2]).astype(np.float32)
        scores = np.asarray(network(np.nan_to_num(patches), training=False))
        ranked = np.sort(scores, axis=1)
        best = np.where(ranked[:, -1] - ranked[:, -2] < 1e-4, -1, scores.argmax(axis=1))
        expected = np.full((rows, columns), -1)
        shape = rows - PATCH_PX + 1, columns - PATCH_PX + 1
        expected[half : half + shape[0], half : half + shape[1]] = best.reshape(shape)
        return expected

    def _check_accuracy(self, found, model, hidden):
        results = self.run(
            "accuracy", map=self.path("map.tif"), **self._label_parameters("reference", "reference_features")
        )
        if self.labels.kind == "raster":
            truth = self.scene.classes + 1
        else:
            by_name = {c.name or str(c.value): c.value for c in model.classes}
            names = self.labels.names or [str(i + 1) for i in range(self.scene.classes.max() + 1)]
            truth = np.array([by_name.get(oracle.clean(name), -1) for name in names[: self.scene.classes.max() + 1]])
            truth = truth[self.scene.classes]
        judged = ~hidden
        judged[:, 0] = False
        expected = float((found == truth)[judged].mean())
        require(
            math.isclose(results["OVERALL_ACCURACY"], expected, abs_tol=1e-9),
            f"overall accuracy {results['OVERALL_ACCURACY']}, expected {expected}",
        )


def wrong(found, expected, values):
    """(h, w) bool: where a map differs from the expected class indices (-1: undecided)."""
    return (found != values[np.maximum(expected, 0)]) & (expected >= 0)


def grown(mask, pixels):
    """(h, w) bool: where a mask or the border is within some pixels."""
    around = np.pad(mask, pixels, constant_values=True)
    windows = np.lib.stride_tricks.sliding_window_view(around, (2 * pixels + 1,) * 2)
    return windows.any(axis=(2, 3))


def as_read(path):
    """The pixels (h, w, b) of a raster, as numbers of its own type."""
    pixels = gdal.Open(path).ReadAsArray()
    return np.moveaxis(pixels[np.newaxis] if pixels.ndim == 2 else pixels, 0, -1)


def same_place(one, other):
    """Raises Wrong unless two datasets lie on the same pixels of the earth."""
    transforms = [d.GetGeoTransform(can_return_null=True) for d in (one, other)]
    require(
        transforms[0] == transforms[1] or (None not in transforms and np.allclose(*transforms, rtol=1e-12)),
        f"the map lies at {transforms[0]}, the image at {transforms[1]}",
    )
    systems = [osr.SpatialReference(wkt=d.GetProjection()) if d.GetProjection() else None for d in (one, other)]
    require(
        systems[0] == systems[1] or (None not in systems and bool(systems[0].IsSame(systems[1]))),
        "the map has another coordinate reference system than the image",
    )


def require(condition, text):
    """Raises Wrong with the text unless the condition holds."""
    if not condition:
        raise Wrong(text)
