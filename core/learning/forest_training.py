"""Training a Random Forest on points with pixel values or deep features."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.progress import Progress
from ..evaluation.evaluator import evaluator_of
from ..images.image_source import TAG as SOURCE_TAG
from ..images.image_source import Source, require_same_left_out, require_same_scale
from ..images.legend import Legend
from ..images.normalization import same_transform
from ..images.value_ranges import ranges_of
from ..judging.class_metrics import Accuracy
from ..judging.spatial_blocks import blocks_of
from ..model.forest import Forest
from ..model.model_file import Model, load_model
from ..raster.grid import Grid
from ..samples.labels import classes_of_points
from ..samples.leakage import Leakage, audit
from ..samples.places import Places
from ..samples.point_values import FEATURES_TAG
from ..samples.points import Points, has_numbered_texts, read_points
from .forest_fitting import ForestSettings, ForestTable, fit_forest, usual_features
from .forest_tuning import Tuning, tune_forest
from .training_data import warn_of_missing_classes
from .training_report import training_report
from .training_result import FOREST, Judgement, Training, TrainingOutputs, require_two_classes, samples_per_class

_VALUE_FIELD = re.compile(r"value_\d+")


@dataclass(frozen=True)
class SampleFiles:
    """Files of points with values, as written by “Extract values”.

    Attributes:
        samples: training points. field: with their classes.
        features: fields to learn from; empty for value_0, value_1 ... These always come in the order of the bands,
            other fields in the order given, which must then be that of the image's bands.
        validation: validation points. legend: names and colors of the classes.
        model: the model that computed the values, if they are deep features; the forest's model file then also holds
            its network.
    """

    samples: str
    field: str = "class"
    features: Sequence[str] = ()
    validation: Optional[str] = None
    legend: Optional[Legend] = None
    model: Optional[str] = None


@dataclass(frozen=True)
class Growth:
    """How a forest is grown.

    Attributes:
        max_depth: of the trees, 0 for unlimited.
        tune: choose depth, samples per leaf and features per split by cross-validation; see `forest_tuning`.
    """

    trees: int = 100
    max_depth: int = 0
    seed: int = 0
    tune: bool = False

    def __post_init__(self) -> None:
        if self.trees < 1 or self.max_depth < 0:
            raise InputError(
                "{p:trees} must be at least 1 and {p:max_depth} at least 0, received {trees} and {max_depth}.",
                trees=self.trees,
                max_depth=self.max_depth,
            )


def train_forest(
    files: SampleFiles, outputs: TrainingOutputs, growth: Optional[Growth] = None, progress: Optional[Progress] = None
) -> Training:
    """Trains a Random Forest on points with values and writes the model file and the report.

    Raises:
        InputError: the two sets are not comparable, or nothing can be learned from them.
    """
    growth, progress = growth or Growth(), progress or Progress()
    data = ForestData.read(files)
    if data.validation is not None:
        warn_of_missing_classes(data.validation.table.labels, data.validation.table.classes, progress)
    training = ForestTrainer(growth, progress).fit(data)
    training = replace(training, note=outputs.note or "", leakage=data.leakage)
    training.save(outputs.output, outputs.report, training_report(training), progress)
    return training


@dataclass(frozen=True)
class ForestTrainer:
    """Trains a Random Forest. A validation set is only used to assess it."""

    growth: Growth
    progress: Progress

    def fit(self, data: ForestData) -> Training:
        """The trained forest. Raises InputError if no part of the samples can be used to compare settings."""
        growth, progress, learned = self.growth, self.progress, data.training
        settings, tuning = ForestSettings(growth.max_depth, 1, usual_features(len(learned.names))), None
        if growth.tune:
            tuning = self._tuned(learned)
            settings = tuning.chosen
        table = learned.table
        progress.info(
            "Training {trees} trees on {samples} samples of {features} features …",
            trees=growth.trees,
            samples=len(table.labels),
            features=len(learned.names),
        )
        progress.report(0.7 if growth.tune else 0.1, "training the forest")
        forest = fit_forest(table.values, table.labels, len(table.classes), growth.trees, settings, growth.seed)
        progress.report(0.8, "judging")
        judgement = Judgement.of(
            data.sets,
            lambda samples: samples.judge(forest),
            lambda s: samples_per_class(s.table.labels, s.table.classes),
        )
        if learned.origin.network is not None:
            progress.info("Points that the network itself was trained on are not known here: validate with others.")
        parameters = _parameters(learned, growth, settings, tuning)
        recorded = judgement.recorded(parameters, "numpy", "sklearn")
        if tuning is not None:
            recorded["tuning"] = tuning.to_json()
        return Training(_model_of(forest, learned, recorded), judgement, FOREST, parameters=parameters)

    def _tuned(self, samples: _Samples) -> Tuning:
        growth, progress = self.growth, self.progress.part(0.05, 0.7)
        if samples.table.places is None:
            progress.warning(
                "It is not known where the samples lie in an image: the parts follow their order in the file."
            )
        tuning = tune_forest(samples.table, growth.trees, growth.max_depth, growth.seed, progress)
        progress.info("Chosen: {chosen}.", chosen=tuning.chosen.describe())
        return tuning


@dataclass(frozen=True)
class ForestData:
    """A training set, and optionally a validation set that fits it, with the same class indices."""

    training: _Samples
    validation: Optional[_Samples] = None

    @classmethod
    def read(cls, files: SampleFiles) -> ForestData:
        """Reads and checks both sets.

        Raises:
            InputError: they do not fit together, or the training set has a single class.
        """
        network = load_model(files.model) if files.model else None
        learned = _Samples.read(files.samples, files.features, files, network)
        require_two_classes(learned.table.labels, learned.table.classes, Message("training"))
        sets = [learned]
        if files.validation:
            held = _Samples.read(files.validation, learned.names, files, network)
            sets.append(held.comparable_to(learned))
        if files.legend and has_numbered_texts(learned.points.tags, learned.points.fields, files.field):
            sets = [samples.renamed(files.legend) for samples in sets]
        return cls(*sets)

    @property
    def sets(self) -> dict[str, _Samples]:
        """The existing sets, by name."""
        return {"training": self.training, **({"validation": self.validation} if self.validation else {})}

    @property
    def leakage(self) -> Optional[Leakage]:
        """How close the two sets lie to each other, if known."""
        return audit(self.training.table.places, self.validation.table.places) if self.validation else None


@dataclass(frozen=True)
class _Samples:
    """Training or validation points.

    Attributes:
        names: fields with the features. origin: of the features. table: the samples themselves.
    """

    points: Points
    names: Sequence[str]
    origin: _Origin
    table: ForestTable

    @classmethod
    def read(cls, path: str, features: Sequence[str], files: SampleFiles, network: Optional[Model]) -> _Samples:
        """Reads a layer; see `SampleFiles` for `features`."""
        points = read_points(path)
        names = _feature_names(points, features, files.field)
        origin = _origin_of(points, names, network)
        classes, labels = classes_of_points(points, files.field, files.legend)
        values = _feature_table(points, names)
        return cls(points, names, origin, ForestTable(values, labels, classes, _places_of(points, origin)))

    def comparable_to(self, other: _Samples) -> _Samples:
        """The same samples with labels as indices of the other's classes.

        Raises:
            InputError: the values were computed differently, or the other set lacks a class.
        """
        _require_comparable(other, self)
        classes = other.table.classes
        this, that = Message("The training set"), Message("“{points}”", points=self.points.name)
        positions = classes.positions_of(self.table.classes, this, that)
        return replace(self, table=replace(self.table, classes=classes, labels=positions[self.table.labels]))

    def renamed(self, legend: Legend) -> _Samples:
        """The same samples with the names and colors that a legend has for the values of the classes."""
        known = self.table.classes
        classes = legend.completed_by(Legend.of(known)).classes_of_values(known.values)
        return replace(self, table=replace(self.table, classes=classes))

    def per_class(self) -> list[int]:
        """Number of samples of each class."""
        return samples_per_class(self.table.labels, self.table.classes)

    def judge(self, forest: Forest) -> Accuracy:
        """How well the forest predicts the classes of these samples."""
        table = self.table
        predicted = forest.probabilities(table.values).argmax(axis=1)
        blocks = blocks_of(table.places, len(table.classes))
        return Accuracy.of(table.labels, predicted, table.classes, *blocks)


def _parameters(
    samples: _Samples, growth: Growth, settings: ForestSettings, tuning: Optional[Tuning]
) -> dict[str, Any]:
    """The parameters for the model file and the report."""
    origin = samples.origin
    parameters: dict[str, Any] = {
        "trees": growth.trees,
        **asdict(settings),
        "max_depth": settings.max_depth or "unlimited",
        "features": ", ".join(samples.names),
        "seed": growth.seed,
    }
    if tuning is not None:
        parameters["tuning"] = str(tuning.describe())
    if origin.sources[0].neighborhood:
        parameters["neighborhood"] = f"{_window_text(origin)}: mean and standard deviation of each band"
    if origin.network is not None:
        parameters["features_of_model"] = origin.network.fingerprint
    return parameters


@dataclass(frozen=True)
class _Origin:
    """Where the features of points come from.

    Attributes:
        sources: the images that they were computed from. network: that computed them; None for values of an image.
        features: indices of the fields among all features of the origin. count: number of all features.
    """

    sources: tuple[Source, ...]
    features: tuple[int, ...]
    count: int
    network: Optional[Model] = None


def _origin_of(points: Points, names: Sequence[str], network: Optional[Model]) -> _Origin:
    """The origin of the features. Raises InputError if no model file can be made from them."""
    all_values = all(_VALUE_FIELD.fullmatch(name) for name in names)
    numbers = tuple(int(name[6:]) for name in names) if all_values else ()
    of_network = points.tags.get(FEATURES_TAG)
    if network is not None:
        return _origin_in_network(points, numbers, network)
    if of_network is not None and all_values:
        raise InputError(
            "The values of “{points}” are deep features of the network {model}. Give the file of this network as "
            "{p:model}, or points with the values of an image (“Extract values” without {p:model}).",
            points=points.name,
            model=_fingerprint(of_network),
        )
    recorded = points.tags.get(SOURCE_TAG)
    everything = tuple(range(len(names)))
    if recorded is None or not all_values:  # raw pixels of unknown bands
        return _Origin((Source(tuple(names), (0.0, 0.0)),), everything, len(names))
    source = Source.from_json(recorded)
    if not source.neighborhood:
        return _Origin((source.of_bands(numbers),), everything, len(names))
    if max(numbers) >= source.value_count:
        raise InputError(
            "{p:features} must be some of value_0 … value_{last}, the values of the bands and of their "
            "neighborhoods, received value_{largest}.",
            last=source.value_count - 1,
            largest=max(numbers),
        )
    return _Origin((source,), numbers, source.value_count)


def _origin_in_network(points: Points, numbers: tuple[int, ...], network: Model) -> _Origin:
    recorded = points.tags.get(FEATURES_TAG)
    if not evaluator_of(network).has_features:
        raise InputError(
            "The model given as {p:model} is a {kind}, which has no layer of features. Give a network.",
            kind=network.kind,
        )
    if not isinstance(recorded, dict):
        raise InputError(
            "The values of “{points}” are not known to be features of a network. Extract them with “Extract "
            "values” and the same {p:model}, or leave {p:model} empty.",
            points=points.name,
        )
    if _fingerprint(recorded) != network.fingerprint:
        raise InputError(
            "The values of “{points}” are features of the model {model}, but {p:model} is {given}. Give the "
            "model file that the values were extracted with, or extract them again.",
            points=points.name,
            model=_fingerprint(recorded),
            given=network.fingerprint,
        )
    count = recorded.get("count")
    if not isinstance(count, int) or not numbers or max(numbers) >= count:
        raise InputError(
            "{p:features} must be some of value_0 … of “{points}”, as its samples have {count} features of {p:model}.",
            points=points.name,
            count=count,
        )
    return _Origin(network.sources, numbers, count, network)


def _fingerprint(recorded: Any) -> Words:
    known = recorded.get("model") if isinstance(recorded, dict) else None
    return str(known) if known else Message("unknown")


def _model_of(forest: Forest, samples: _Samples, training: dict[str, Any]) -> Model:
    """The model to save, given the training samples."""
    origin, classes = samples.origin, samples.table.classes
    forest = forest.among(origin.features, origin.count)
    if origin.network is not None:
        return Model.of_hybrid(origin.network, forest, classes, training)
    source = origin.sources[0]
    in_bands = [f"value_{band}" for band in range(len(source.bands))] if source.neighborhood else samples.names
    values = _feature_table(samples.points, in_bands)
    source = source.learned_from(values.mean(axis=0), ranges_of(values))
    return Model.of_forest(forest, classes, (source,), training)


def _feature_names(points: Points, features: Sequence[str], attribute: str) -> list[str]:
    if attribute in features:
        raise InputError(
            "{p:features} contains “{field}”, the field with the class: the forest would learn nothing but to "
            "read it. Choose other fields.",
            field=attribute,
        )
    names = list(features) or [name for name in points.fields if _VALUE_FIELD.fullmatch(name)]
    if all(_VALUE_FIELD.fullmatch(name) for name in names):
        names.sort(key=lambda name: int(name[6:]))
    if not names:
        raise InputError(
            "“{points}” has no fields value_0, value_1 … Run “Extract values” first, or choose {p:features}.",
            points=points.name,
        )
    return names


def _feature_table(points: Points, names: Sequence[str]) -> np.ndarray:
    """The features of points, (n, f) float32."""
    try:
        table = np.array([points.column(name) for name in names], np.float64).T
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "The fields {fields} of “{points}” must be numbers.", fields=names, points=points.name
        ) from error
    if not np.isfinite(table).all():
        raise InputError(
            "“{points}” has points without a value in {fields}. Remove these points.", points=points.name, fields=names
        )
    with np.errstate(over="ignore"):
        features = table.astype(np.float32)
    if not np.isfinite(features).all():
        raise InputError(
            "“{points}” has values so large that nothing can be computed with them, such as {value:g}. If they mean "
            "missing pixels, declare them as nodata of the image (“Translate”) and extract the values again.",
            points=points.name,
            value=float(table[~np.isfinite(features)][0]),
        )
    return features


def _places_of(points: Points, origin: _Origin) -> Optional[Places]:
    """The places of points, in pixels of their first image, relative to the first point; None without a pixel size.

    Patches have the size of the largest patch of all sources, in pixels of the first one.
    """
    sources = origin.sources
    across, down = sources[0].pixel_size
    if not across or not len(points):
        return None
    left, top = float(points.x[0]) - across / 2, float(points.y[0]) + down / 2
    grid = Grid(1, 1, (left, across, 0.0, top, 0.0, -down), points.crs)
    width = max(_whole(source.patch_width * source.pixel_size[0] / across) for source in sources)
    height = max(_whole(source.patch_height * source.pixel_size[1] / down) for source in sources)
    return Places(*grid.pixel_of(points.x, points.y), grid, width, height)


def _whole(pixels: float) -> int:
    """Rounded up, tolerating rounding errors."""
    return max(1, math.ceil(pixels - 1e-6))


def _window_text(origin: _Origin) -> Message:
    source = origin.sources[0]
    return Message("{width} × {height} pixels", width=source.patch_width, height=source.patch_height)


def _require_comparable(samples: _Samples, other: _Samples) -> None:
    first, second = samples.origin.sources[0], other.origin.sources[0]
    name, other_name = samples.points.name, other.points.name
    if (first.patch_width, first.patch_height) != (second.patch_width, second.patch_height):
        raise InputError(
            "The values of “{other}” are of neighborhoods of {other_window}, those of “{points}” of {window}. "
            "Extract both with the same {p:neighborhood}.",
            other=other_name,
            other_window=_window_text(other.origin),
            points=name,
            window=_window_text(samples.origin),
        )
    require_same_scale(first, second, Message("the values of “{points}”", points=other_name))
    if not same_transform(first.normalization, second.normalization):
        raise InputError(
            "The values of “{other}” were normalized in another way than those of “{points}”. Extract both from "
            "the same image.",
            other=other_name,
            points=name,
        )
    if len(first.bands) == len(second.bands):
        require_same_left_out(first, second)
