"""The jobs of the engine: what each command takes, how it is checked, and the function that does it.

QGIS fills a job and writes it as JSON; the engine reads it back here and nowhere else. Only the standard
library is imported at the top, so that QGIS can use this module too.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, fields
from typing import Any, Callable, Optional, Union, get_args, get_origin, get_type_hints

from ..core.base import choices, limits
from ..core.base.errors import InputError, OutputError
from ..core.base.outputs import (
    final_path,
    is_made_of_tiles,
    require_writable,
    require_writable_folder,
    require_writable_into,
    tiles_folder,
)
from ..core.base.progress import Progress

Results = dict[str, Any]


def one_of(words: tuple[str, ...], default: str) -> Any:
    """A field that accepts one of `words`."""
    return dataclasses.field(default=default, metadata={"choices": words})


def written(*endings: str, optional: bool = False) -> Any:
    """A field with the path of an output whose name ends in one of `endings`."""
    metadata = {"endings": endings}
    return dataclasses.field(default=None, metadata=metadata) if optional else dataclasses.field(metadata=metadata)


def written_folder() -> Any:
    """An optional field with the path of a folder that is made."""
    return dataclasses.field(default=None, metadata={"endings": (), "folder": True})


def written_into() -> Any:
    """A field with the path of a folder that outputs are put into, beside what is there."""
    return dataclasses.field(metadata={"endings": (), "into": True})


# Parameters that are text, but neither the name of a file nor of a data set.
NO_FILES = {
    "field",
    "features",
    "note",
    "device",
    "box",
    "signature",
    "placeholders",
    "training_placeholders",
    "cluster",
    "folder",
    "assets",
    "command",
    "partition",
    "account",
    "options",
    "setup",
    "interface",
}
NO_FILES |= {"input_tensors", "output_tensors", "labels_tensor", "targets", "mask_values", "mask_bits", "dates"}


def _may_name_file(parameter: dataclasses.Field) -> bool:
    return parameter.name not in NO_FILES and not {"endings", "choices"} & set(parameter.metadata)


NOTHING = "Nothing was written."
RASTER, POINTS, MODEL, REPORT = (".tif", ".tiff"), (".gpkg",), (".rlmodel",), (".html", ".htm")


@dataclass
class Job:
    """Base of all jobs; fields are the parameters of the algorithm of the same name."""

    def run(self, progress: Progress) -> Results:
        """Does the job and returns the numbers it results in."""
        raise NotImplementedError

    def kept_when_cancelled(self) -> str:
        """What the user is told about the outputs of a cancelled job."""
        return NOTHING

    def to_json(self) -> str:
        """What the engine reads."""
        return json.dumps(asdict(self), indent=1)

    def outputs(self) -> dict[str, str]:
        """The outputs that are wanted: field name -> path."""
        return {
            f.name: getattr(self, f.name) for f in fields(self) if "endings" in f.metadata and getattr(self, f.name)
        }

    def output_folders(self) -> set[str]:
        """The folders that outputs are written to."""
        return {os.path.dirname(os.path.abspath(path)) for path in self.outputs().values()}

    def inputs_on_disk(self) -> set[str]:
        """Existing files that the job reads, also those behind a VRT, in an archive or named with a subdataset."""
        from ..core.raster.data_sources import files_of

        given = [getattr(self, f.name) for f in fields(self) if _may_name_file(f)]
        texts = [t for value in given for t in (value if isinstance(value, list) else [value]) if isinstance(t, str)]
        return {file for text in texts for source in {text, text.split("|")[0]} for file in files_of(source)}

    def require_sound_outputs(self) -> None:
        """Refuses, before any work is done, outputs that could not be written or would destroy an input.

        Raises:
            OutputError: wrong ending, missing or unwritable folder, a folder's name, one path for two outputs or
                for an output and an input.
        """
        declared = {f.name: f.metadata for f in fields(self) if "endings" in f.metadata}
        seen: set[str] = set()
        for name, path in self.outputs().items():
            if declared[name].get("into"):
                require_writable_into(path)
            elif declared[name].get("folder"):
                require_writable_folder(path)
            else:
                require_writable(path, declared[name]["endings"])
            if final_path(path) in seen:
                raise OutputError(f"Two outputs have the same path “{path}”. Give each its own file name.")
            seen.add(final_path(path))
        existing = [path for path in self.outputs().values() if os.path.isfile(path)]
        inputs = self.inputs_on_disk() if existing else set()
        for path in existing:
            if any(os.path.samefile(path, i) for i in inputs):
                raise OutputError(f"The output “{path}” is one of the inputs. Choose another file name.")

    @classmethod
    def from_json(cls, values: Any) -> Job:
        """Checks names, types and choices.

        Raises:
            InputError: the first thing that is wrong.
        """
        if not isinstance(values, dict):
            raise InputError("The job must be a JSON object with one entry per parameter.")
        known = {f.name: f for f in fields(cls)}
        hints = get_type_hints(cls)
        for name in values:
            if name not in known:
                raise InputError(f"The job has an unknown parameter “{name}”; it takes {', '.join(known)}.")
        checked = {name: _checked(name, value, hints[name], known[name].metadata) for name, value in values.items()}
        try:
            return cls(**checked)
        except TypeError as error:
            raise InputError(f"The job is incomplete: {str(error).split('__init__() ')[-1]}.") from error


@dataclass
class NormalizeJob(Job):
    """See normalization.normalize."""

    inputs: list[str]
    output: str = written(*RASTER, ".vrt")
    method: str = one_of(choices.METHODS, "max")
    scale: float = 10000.0
    lower: float = 2.0
    upper: float = 98.0
    statistics_from: Optional[str] = None
    statistics: Optional[str] = written(".json", optional=True)
    cluster: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.images.normalization import normalize

        count_all = None
        if self.cluster:
            from ..core.images.band_statistics import count_all_on

            count_all = count_all_on(self.cluster)
        normalize(
            self.inputs,
            self.output,
            self.method,
            self.scale,
            self.lower,
            self.upper,
            self.statistics_from,
            self.statistics,
            progress,
            count_all,
        )
        return {}


@dataclass
class SelectSamplesJob(Job):
    """See sampling.select_samples."""

    output: str = written(*POINTS)
    labels: Optional[str] = None
    label_features: Optional[str] = None
    field: Optional[str] = None
    image: Optional[str] = None
    nodata: Optional[float] = None
    strategy: str = one_of(choices.STRATEGIES, "constant")
    count: int = 500
    percent: float = 1.0
    by_class: Optional[str] = None
    sampler: str = one_of(choices.SAMPLERS, "random")
    seed: int = 0
    patch_size: int = 16
    patch_height: Optional[int] = None
    validation_percent: float = 0.0
    folds: int = 0
    block_pixels: int = 64
    overlaps: str = one_of(choices.OVERLAPS, "each")
    legend: Optional[str] = None
    validation: Optional[str] = written(*POINTS, optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.samples.labels import open_labels
        from ..core.samples.sampling import Sampling, select_samples

        labels = open_labels(
            self.labels,
            self.label_features,
            self.field,
            self.image,
            self.nodata,
            _legend(self.legend),
            overlaps=self.overlaps,
        )
        sampling = Sampling(
            self.strategy,
            self.count,
            self.percent,
            self.by_class,
            self.sampler,
            self.seed,
            self.patch_size,
            self.patch_size if self.patch_height is None else self.patch_height,
            self.validation_percent,
            self.folds,
            self.block_pixels,
        )
        image = os.path.basename(self.image) if self.image else ""
        counts = select_samples(labels, self.output, self.validation, sampling, image, progress)
        return {"COUNT_TRAINING": counts["train"], "COUNT_VALIDATION": counts["validation"]}


@dataclass
class ClassStatisticsJob(Job):
    """See class_statistics.class_statistics."""

    output: str = written(".csv")
    labels: Optional[str] = None
    label_features: Optional[str] = None
    field: Optional[str] = None
    image: Optional[str] = None
    nodata: Optional[float] = None
    legend: Optional[str] = None
    per_feature: Optional[str] = written(".csv", optional=True)
    html: Optional[str] = written(*REPORT, optional=True)
    cluster: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.samples.class_statistics import class_statistics
        from ..core.samples.labels import open_labels

        labels = open_labels(
            self.labels,
            self.label_features,
            self.field,
            self.image,
            self.nodata,
            _legend(self.legend),
        )
        count_all = None
        if self.cluster and self.labels:
            from ..core.samples.class_statistics import count_labels_on

            count_all = count_labels_on(self.cluster, self.labels, self.image, self.nodata)
        elif self.cluster:
            raise InputError(
                "CLUSTER is for label rasters (LABELS); features are counted by one process. Leave CLUSTER empty."
            )
        statistics = class_statistics(labels, self.output, self.per_feature, self.html, progress, count_all)
        return {"CLASS_COUNT": len(statistics.classes), "PIXEL_COUNT": int(statistics.pixels.sum())}


@dataclass
class GridSamplesJob(Job):
    """See grid_samples.grid_samples."""

    image: str
    output: str = written(*POINTS)
    validation: Optional[str] = written(*POINTS, optional=True)
    test: Optional[str] = written(*POINTS, optional=True)
    patch_size: int = 16
    step: Optional[int] = None
    strategy: str = one_of(choices.GRID_STRATEGIES, "chessboard")
    labels: Optional[str] = None
    legend: Optional[str] = None
    nodata: Optional[float] = None
    training_percent: float = 50.0
    validation_percent: float = 25.0
    test_percent: float = 25.0
    count: int = 0
    spatial_share: float = 0.25
    offset_x: int = 0
    offset_y: int = 0
    seed: int = 0

    def run(self, progress: Progress) -> Results:
        from ..core.samples.grid_samples import grid_samples

        counts = grid_samples(
            self.image,
            self.output,
            self.validation,
            self.test,
            self.patch_size,
            self.step,
            self.strategy,
            self.labels,
            _legend(self.legend),
            self.nodata,
            (self.training_percent, self.validation_percent, self.test_percent),
            self.count,
            self.spatial_share,
            self.offset_x,
            self.offset_y,
            self.seed,
            progress,
        )
        return {
            "COUNT_TRAINING": counts["train"],
            "COUNT_VALIDATION": counts["validation"],
            "COUNT_TEST": counts["test"],
        }


@dataclass
class ExtractPatchesJob(Job):
    """See extraction.extract_patches. A size of 0 means the ground that patches of the first image cover."""

    points: str
    images: list[str]
    output: str = written(*RASTER)
    labels: str = written(*RASTER)
    output_2: Optional[str] = written(*RASTER, optional=True)
    output_3: Optional[str] = written(*RASTER, optional=True)
    output_4: Optional[str] = written(*RASTER, optional=True)
    field: str = "class"
    patch_sizes: list[int] = dataclasses.field(default_factory=lambda: [16])
    patch_heights: list[int] = dataclasses.field(default_factory=list)
    nodata: Optional[float] = None
    label_image: Optional[str] = None
    legend: Optional[str] = None
    rejected: Optional[str] = written(*POINTS, optional=True)
    image_set: Optional[str] = None
    target_image: Optional[str] = None
    cluster: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.samples.patch_extraction import Cut, Targets, extract_patches

        outputs = [path for path in (self.output, self.output_2, self.output_3, self.output_4) if path]
        if len(outputs) != len(self.images):
            raise InputError(
                f"There are {len(self.images)} image(s), but {len(outputs)} output(s) for patches. Give one output "
                "for each image: OUTPUT, OUTPUT_2 …"
            )
        if max(len(self.patch_sizes), len(self.patch_heights)) > len(self.images):
            raise InputError(
                f"There are {len(self.images)} image(s), but {len(self.patch_sizes)} patch sizes and "
                f"{len(self.patch_heights)} patch heights. Give at most one for each image."
            )
        widths = [*self.patch_sizes, 0, 0, 0]
        heights = [height or width for height, width in zip([*self.patch_heights, 0, 0, 0, 0], widths)]
        workers: AbstractContextManager[Any] = nullcontext()
        if self.cluster:
            from ..core.samples.patch_reader import cut_on

            workers = cut_on(self.cluster, progress)
        with workers as cutting:
            counts = extract_patches(
                self.points,
                [Cut(*parts) for parts in zip(self.images, outputs, widths, heights)],
                self.labels,
                self.field,
                self.nodata,
                self.rejected,
                Targets(self.label_image, _legend(self.legend)) if self.label_image else None,
                progress,
                cutting,
                self.image_set,
                self.target_image,
            )
        return {"ACCEPTED_COUNT": counts["accepted"], "REJECTED_COUNT": counts["rejected"]}


@dataclass
class ExtractValuesJob(Job):
    """See values.extract_values, and deep_features.extract_features where a model is given."""

    points: str
    images: list[str]
    output: str = written(*POINTS)
    model: Optional[str] = None
    device: str = "auto"
    neighborhood: int = 0

    def run(self, progress: Progress) -> Results:
        if not self.images:
            raise InputError("No image was given. Expected the raster whose values the points get (INPUT).")
        if self.model and self.neighborhood:
            raise InputError("NEIGHBORHOOD is for the values of pixels: leave MODEL empty, or NEIGHBORHOOD at 0.")
        if self.model:
            from ..core.learning.deep_features import extract_features

            counts = extract_features(self.points, self.images, self.model, self.output, self.device, progress)
        elif len(self.images) > 1:
            raise InputError("Several images (INPUT_2 …) are for the sources of a model: give MODEL, or one image.")
        else:
            from ..core.samples.point_values import extract_values

            counts = extract_values(self.points, self.images[0], self.output, self.neighborhood, progress)
        return {"ACCEPTED_COUNT": counts["accepted"], "REJECTED_COUNT": counts["rejected"]}


@dataclass
class TrainModelJob(Job):
    """See training.train_model. Lists of patches have one stack for each source."""

    patches: list[str]
    labels: str
    output: str = written(*MODEL)
    validation_patches: list[str] = dataclasses.field(default_factory=list)
    validation_labels: Optional[str] = None
    architecture: str = one_of(choices.ARCHITECTURES, "patch_cnn")
    model: Optional[str] = None
    epochs: int = 100
    batch_size: int = 100
    learning_rate: float = 0.001
    schedule: str = one_of(choices.SCHEDULES, "cosine")
    weight_decay: float = 0.0
    patience: int = 0
    loss: str = one_of(choices.LOSSES, "auto")
    class_weights: str = one_of(choices.CLASS_WEIGHTS, "none")
    augment: bool = True
    band_noise: float = 0.0
    calibrate: bool = False
    validation_every: int = 0
    seed: int = 0
    threads: int = 0
    device: str = "auto"
    mixed_precision: bool = False
    log_folder: Optional[str] = None
    legend: Optional[str] = None
    note: Optional[str] = None
    placeholders: str = ""
    report: Optional[str] = written(*REPORT, optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.learning.worker_addresses import workers_of
        from ..core.learning.worker_rendezvous import Meeting

        workers = workers_of(os.environ)
        if workers is None:
            return self._train(progress, None)
        with Meeting(workers, progress) as meeting:
            return self._train(progress, meeting)

    def _train(self, progress: Progress, meeting: Any) -> Results:
        from ..core.learning.network_training import train_model
        from ..core.learning.starting_network import Start
        from ..core.learning.training_data import PatchFiles
        from ..core.learning.training_loop import Settings
        from ..core.learning.training_result import TrainingOutputs
        from ..core.model.graph_use import read_placeholders

        legend, note = _legend(self.legend), self.note or ""
        files = PatchFiles(self.patches, self.labels, self.validation_patches, self.validation_labels, legend)
        outputs = TrainingOutputs(self.output, self.report, note, self.log_folder)
        start = Start(self.architecture, self.model, placeholders=read_placeholders(self.placeholders, "PLACEHOLDERS"))
        settings = Settings(**{f.name: getattr(self, f.name) for f in fields(Settings)})
        return train_model(files, outputs, start, settings, self.device, progress, meeting).results()


@dataclass
class TrainForestJob(Job):
    """See forest_training.train_forest."""

    samples: str
    output: str = written(*MODEL)
    field: str = "class"
    features: list[str] = dataclasses.field(default_factory=list)
    validation: Optional[str] = None
    trees: int = 100
    max_depth: int = 0
    seed: int = 0
    legend: Optional[str] = None
    note: Optional[str] = None
    model: Optional[str] = None
    tune: bool = False
    report: Optional[str] = written(*REPORT, optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.learning.forest_training import Growth, SampleFiles, train_forest
        from ..core.learning.training_result import TrainingOutputs

        legend = _legend(self.legend)
        files = SampleFiles(self.samples, self.field, self.features, self.validation, legend, self.model)
        outputs = TrainingOutputs(self.output, self.report, self.note)
        growth = Growth(self.trees, self.max_depth, self.seed, self.tune)
        return train_forest(files, outputs, growth, progress).results()


@dataclass
class ApplyModelJob(Job):
    """See mapping.apply_model. `extent` is x_min, x_max, y_min, y_max; `box` is "x,y,width,height" in pixels."""

    images: list[str]
    model: str
    output: str = written(*RASTER, ".vrt")
    result: str = one_of(choices.RESULTS, "classes")
    precision: str = one_of(choices.PRECISIONS, "float32")
    mode: str = one_of(choices.MODES, "auto")
    border: str = one_of(choices.BORDERS, "full")
    extent: Optional[list[float]] = None
    box: Optional[str] = None
    block_size: int = 0
    device: str = "auto"
    resume: bool = False
    dry_run: bool = False
    cluster: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.mapping.apply_model import Options, apply_model

        options = Options(
            result=self.result,
            precision=self.precision,
            mode=self.mode,
            border=self.border,
            extent=self.extent,
            box=_window(self.box),
            block_px=self.block_size,
            device=self.device,
            resume=self.resume,
            dry_run=self.dry_run,
        )
        if self.cluster:
            from ..core.mapping.cluster_mapping import apply_model_on

            apply_model_on(self.cluster, self.images, self.model, self.output, options, progress)
        else:
            apply_model(self.images, self.model, self.output, options, progress)
        return {}

    def require_sound_outputs(self) -> None:
        super().require_sound_outputs()
        if is_made_of_tiles(self.output):
            require_writable_folder(tiles_folder(self.output))

    def kept_when_cancelled(self) -> str:
        return "What is mapped so far is kept; the same job with RESUME goes on from there." if self.resume else NOTHING


@dataclass
class ApplyModelBatchJob(Job):
    """See batch.apply_model_to_many, and image_set.read_image_set for the first four parameters."""

    model: str
    output_folder: str = written_into()
    inputs: list[str] = dataclasses.field(default_factory=list)
    image_set: Optional[str] = None
    folder: Optional[str] = None
    assets: str = ""
    output_table: Optional[str] = written(".csv", optional=True)
    result: str = one_of(choices.RESULTS, "classes")
    precision: str = one_of(choices.PRECISIONS, "float32")
    mode: str = one_of(choices.MODES, "auto")
    border: str = one_of(choices.BORDERS, "full")
    block_size: int = 0
    device: str = "auto"
    resume: bool = False
    cluster: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.images.image_set import read_image_set
        from ..core.mapping.apply_model import Options
        from ..core.mapping.many_images import FAILED, MAPPED, SKIPPED, apply_model_to_many

        if self.folder and os.path.realpath(self.folder) == os.path.realpath(self.output_folder):
            raise InputError(
                f"The maps would lie among the images of “{self.folder}”, and be taken for images the next time. "
                "Choose another folder (OUTPUT_FOLDER)."
            )
        options = Options(
            result=self.result,
            precision=self.precision,
            mode=self.mode,
            border=self.border,
            block_px=self.block_size,
            device=self.device,
            resume=self.resume,
        )
        images = read_image_set(self.inputs, self.image_set, self.folder, self.assets)
        map_all = None
        if self.cluster:
            from ..core.mapping.cluster_images import map_all_on

            map_all = map_all_on(self.cluster)
        outcomes = apply_model_to_many(
            images, self.model, self.output_folder, options, self.output_table, progress, map_all
        )
        counts = {status: sum(o.status == status for o in outcomes) for status in (MAPPED, SKIPPED, FAILED)}
        return {"DONE_COUNT": counts[MAPPED], "SKIPPED_COUNT": counts[SKIPPED], "FAILED_COUNT": counts[FAILED]}

    def output_folders(self) -> set[str]:
        return super().output_folders() | {os.path.abspath(self.output_folder)}

    def kept_when_cancelled(self) -> str:
        return "The maps that are complete are kept; the same job with RESUME goes on with the others."


@dataclass
class ImportModelJob(Job):
    """See importing.import_model. `output` is None to tell only what is in the model."""

    model: str
    output: Optional[str] = written(*MODEL, optional=True)
    images: list[str] = dataclasses.field(default_factory=list)
    signature: Optional[str] = None
    input_tensors: str = ""
    output_tensors: str = ""
    answer: str = one_of(choices.ANSWERS, "auto")
    legend: Optional[str] = None
    receptive_fields: list[int] = dataclasses.field(default_factory=list)
    expression_field: int = 0
    scale: float = 0
    placeholders: str = ""
    labels_tensor: str = ""
    targets: str = ""
    training_placeholders: str = ""

    def run(self, progress: Progress) -> Results:
        from ..core.exchange.import_options import Wanted
        from ..core.exchange.importing import import_model
        from ..core.model.graph_use import read_names, read_placeholders

        wanted = Wanted(
            self.signature,
            read_names(self.input_tensors),
            read_names(self.output_tensors),
            self.answer,
            _legend(self.legend),
            self.receptive_fields,
            self.expression_field,
            self.scale,
            read_placeholders(self.placeholders, "PLACEHOLDERS"),
            self.labels_tensor,
            read_names(self.targets),
            read_placeholders(self.training_placeholders, "TRAINING_PLACEHOLDERS"),
        )
        return import_model(self.model, self.output, wanted, self.images, progress)


@dataclass
class ExportModelJob(Job):
    """See exporting.export_model; at least one output is given."""

    model: str
    saved_model: Optional[str] = written_folder()
    onnx: Optional[str] = written(".onnx", optional=True)
    stac: Optional[str] = written(".json", optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.exchange.exporting import export_model

        export_model(self.model, self.saved_model, self.onnx, self.stac, progress)
        return {}


@dataclass
class AccuracyJob(Job):
    """See accuracy.judge_map, and value_accuracy.judge_values for maps of values."""

    map: str
    reference: Optional[str] = None
    reference_features: Optional[str] = None
    field: Optional[str] = None
    kind: str = one_of(choices.MAP_KINDS, "auto")
    mask: Optional[str] = None
    report: Optional[str] = written(*REPORT, optional=True)
    matrix: Optional[str] = written(".csv", optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.judging.map_accuracy import judge_map
        from ..core.judging.value_accuracy import is_of_values

        if is_of_values(self.map, self.reference, self.kind):
            return self._of_values(progress)
        labels = self.reference, self.reference_features, self.field
        accuracy = judge_map(self.map, *labels, self.report, self.matrix, progress, self.mask)
        return {"OVERALL_ACCURACY": accuracy.overall_accuracy, "KAPPA": accuracy.kappa}

    def _of_values(self, progress: Progress) -> Results:
        from ..core.judging.value_accuracy import judge_values

        if self.reference is None or self.reference_features is not None:
            raise InputError("A map of values is judged by one reference: give REFERENCE, and not REFERENCE_FEATURES.")
        accuracy = judge_values(self.map, self.reference, self.mask, self.report, self.matrix, progress)
        scores = accuracy.overall
        found = {"RMSE": scores.rmse, "MAE": scores.mae, "BIAS": scores.bias, "PSNR": scores.psnr}
        found |= {"SSIM": scores.ssim, "SAM": accuracy.sam}
        return {name: _plain(value) for name, value in found.items()}


def _plain(value: float) -> Union[float, str, None]:
    """A number as JSON has it: None where it is unknown, a word where it is infinite."""
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else value


@dataclass
class CompareModelsJob(Job):
    """See comparison.compare_maps and comparison.compare_models; `maps` or `models` are given.

    `stacks` are the patches of each source.
    """

    output: str = written(".csv")
    maps: list[str] = dataclasses.field(default_factory=list)
    reference: Optional[str] = None
    reference_features: Optional[str] = None
    field: Optional[str] = None
    models: list[str] = dataclasses.field(default_factory=list)
    stacks: list[str] = dataclasses.field(default_factory=list)
    labels: Optional[str] = None
    pairs: Optional[str] = written(".csv", optional=True)
    report: Optional[str] = written(*REPORT, optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.judging.comparison import compare_maps, compare_models

        if bool(self.maps) == bool(self.models):
            raise InputError(
                "Give either maps (MAPS, with REFERENCE or REFERENCE_FEATURES) or models (MODELS, with PATCHES and "
                "LABELS) to compare."
            )
        if self.maps:
            compared = compare_maps(
                self.maps,
                self.output,
                self.reference,
                self.reference_features,
                self.field,
                self.pairs,
                self.report,
                progress,
            )
        else:
            if not self.stacks or not self.labels:
                raise InputError("Give the patches (PATCHES) and their labels (LABELS) to judge the models on.")
            compared = compare_models(
                self.models, self.stacks, self.labels, self.output, self.pairs, self.report, progress
            )
        return {"SAMPLE_COUNT": compared.accuracies[0].count, "DROPPED_COUNT": compared.dropped}


@dataclass
class LandCoverJob(Job):
    """See landcover.map_land_cover."""

    inputs: list[str]
    output: str = written(*RASTER)
    model: str = written(*MODEL)
    report: Optional[str] = written(*REPORT, optional=True)
    labels: Optional[str] = None
    label_features: Optional[str] = None
    field: Optional[str] = None
    validation_labels: Optional[str] = None
    validation_features: Optional[str] = None
    validation_percent: float = 0.0
    legend: Optional[str] = None
    method: str = one_of(choices.METHODS, "percentile")
    count: int = 500
    patch_size: int = 16
    block_pixels: int = 64
    architecture: str = one_of(choices.PATCH_ARCHITECTURES, "texture_cnn")
    epochs: int = 100
    seed: int = 0

    def run(self, progress: Progress) -> Results:
        from ..core.chains.land_cover import map_land_cover
        from ..core.learning.training_loop import Settings

        return map_land_cover(
            self.inputs,
            self.model,
            self.output,
            self.report,
            self.labels,
            self.label_features,
            self.field,
            self.validation_labels,
            self.validation_features,
            self.validation_percent,
            _legend(self.legend),
            self.method,
            self.count,
            self.patch_size,
            self.block_pixels,
            self.architecture,
            Settings(epochs=self.epochs, seed=self.seed),
            progress,
        ).results()


@dataclass
class DegradeJob(Job):
    """See degrading.degrade."""

    image: str
    output: str = written(*RASTER)
    factor: int = 2
    mtf: str = "0.3"

    def run(self, progress: Progress) -> Results:
        from ..core.images.degrading import degrade, transfer_functions

        degrade(self.image, self.output, self.factor, transfer_functions(self.mtf), progress)
        return {}


@dataclass
class CheckJob(Job):
    """Tells which libraries and devices the engine has."""

    def run(self, progress: Progress) -> Results:
        from ..core.chains.engine_check import check_engine

        return check_engine()


@dataclass
class SlurmJob(Job):
    """See slurm.write_batch_file. `job` is the file of another command's job; memory is for each node."""

    command: str
    job: str
    output: str = written(".sbatch")
    nodes: int = 1
    tasks_per_node: int = 1
    cpus_per_task: int = 8
    gpus_per_task: int = 0
    memory_gb: float = 0.0
    hours: float = 2.0
    partition: str = ""
    account: str = ""
    options: list[str] = dataclasses.field(default_factory=list)
    python: str = ""
    container: str = ""
    setup: list[str] = dataclasses.field(default_factory=list)
    interface: str = ""

    def run(self, progress: Progress) -> Results:
        import sys

        from ..core.base.slurm_batch_file import PYTHON_IN_CONTAINER, Node, Request, write_batch_file

        request = Request(**{f.name: getattr(self, f.name) for f in fields(Request)})
        python = self.python or (PYTHON_IN_CONTAINER if self.container else sys.executable)
        node = Node(python, self.container, self.setup, self.interface)
        job = self._job_to_run()
        kind = self._kind(job, request.tasks)
        resume = getattr(job, "resume", False)
        write_batch_file(self.output, kind, self.command, self.job, resume, request, node)
        progress.info(f"Submit it with: sbatch {self.output}")
        return {}

    def _job_to_run(self) -> Job:
        if self.command not in COMMANDS or self.command == "slurm":
            known = ", ".join(name for name in COMMANDS if name != "slurm")
            raise InputError(f"“command” must be one of {known}, received “{self.command}”.")
        job = read_job(self.command, self.job)
        job.require_sound_outputs()
        return job

    def _kind(self, job: Job, tasks: int) -> str:
        """How the command runs on so many tasks."""
        from ..core.base.slurm_batch_file import CLUSTER, ONE_PROCESS, WORKERS

        if tasks == 1:
            return ONE_PROCESS
        if isinstance(job, TrainModelJob):
            return WORKERS
        if not hasattr(job, "cluster"):
            raise InputError(
                f"{self.command} runs as one process, but {tasks} tasks were asked for. Leave nodes and "
                "tasks_per_node at 1, and raise cpus_per_task."
            )
        if job.cluster:
            raise InputError(
                f"The job “{self.job}” names a cluster, {job.cluster}, but the batch file starts its own for {tasks} "
                "tasks. Leave the job's cluster empty, or nodes and tasks_per_node at 1."
            )
        return CLUSTER


@dataclass
class MaskImageJob(Job):
    """See masking.mask_image."""

    image: str
    mask: str
    output: str = written(*RASTER, ".vrt")
    mask_values: str = ""
    mask_bits: str = ""
    buffer: int = 0
    nodata: Optional[float] = None

    def run(self, progress: Progress) -> Results:
        from ..core.images.masking import mask_image

        masked = mask_image(
            self.image,
            self.mask,
            self.output,
            self.mask_values,
            self.mask_bits,
            self.buffer,
            self.nodata,
            progress,
        )
        return {"MASKED_PIXELS": masked}


@dataclass
class LayGapsJob(Job):
    """See gap_laying.lay_gaps."""

    image: str
    mask: str
    output: str = written(*RASTER)
    truth: str = written(*RASTER)
    mask_values: str = ""
    mask_bits: str = ""
    seed: int = 0
    nodata: Optional[float] = None

    def run(self, progress: Progress) -> Results:
        from ..core.images.gap_laying import lay_gaps

        gaps = lay_gaps(
            self.image,
            self.mask,
            self.output,
            self.truth,
            self.mask_values,
            self.mask_bits,
            self.seed,
            self.nodata,
            progress,
        )
        return {"GAP_PIXELS": gaps}


@dataclass
class FillGapsJob(Job):
    """See gap_filling.fill_gaps."""

    image: str
    output: str = written(*RASTER)
    series: list[str] = dataclasses.field(default_factory=list)
    method: str = one_of(choices.FILLINGS, "linear")
    filling: Optional[str] = None
    dates: str = ""
    gap_band: bool = False
    nodata: Optional[float] = None
    estimate: Optional[str] = written(*RASTER, optional=True)

    def run(self, progress: Progress) -> Results:
        from ..core.images.gap_filling import fill_gaps

        filled, left = fill_gaps(
            self.image,
            self.output,
            self.series,
            self.method,
            self.filling,
            self.dates,
            self.gap_band,
            self.nodata,
            self.estimate,
            progress,
        )
        return {"FILLED_PIXELS": filled, "UNFILLED_PIXELS": left}


COMMANDS: dict[str, type[Job]] = {
    "maskimage": MaskImageJob,
    "laygaps": LayGapsJob,
    "fillgaps": FillGapsJob,
    "normalize": NormalizeJob,
    "classstatistics": ClassStatisticsJob,
    "selectsamples": SelectSamplesJob,
    "gridsamples": GridSamplesJob,
    "extractpatches": ExtractPatchesJob,
    "extractvalues": ExtractValuesJob,
    "trainmodel": TrainModelJob,
    "trainforest": TrainForestJob,
    "applymodel": ApplyModelJob,
    "applymodelbatch": ApplyModelBatchJob,
    "importmodel": ImportModelJob,
    "exportmodel": ExportModelJob,
    "accuracy": AccuracyJob,
    "comparemodels": CompareModelsJob,
    "landcover": LandCoverJob,
    "degrade": DegradeJob,
    "check": CheckJob,
    "slurm": SlurmJob,
}


def read_job(command: str, path: str) -> Job:
    """The job in a JSON file. Raises InputError if it cannot be read or something in it is wrong."""
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"The job file “{path}” cannot be read: {error}. Expected a JSON file.") from error
    job = COMMANDS[command].from_json(values)
    if getattr(job, "cluster", None) == "":
        setattr(job, "cluster", limits.cluster())  # noqa: B010 # not all jobs have one
    return job


def _legend(path: Optional[str]) -> Any:
    from ..core.images.legend import read_legend_file

    return read_legend_file(path) if path else None


def _window(box: Optional[str]) -> Any:
    from ..core.raster.window import Window

    if not box:
        return None
    try:
        x, y, width, height = (int(part) for part in box.split(","))
    except ValueError:
        raise InputError(f"BOX must be four whole numbers x,y,width,height in pixels, received “{box}”.") from None
    if width < 1 or height < 1:
        raise InputError(f"The width and height of BOX must be positive, received “{box}”.")
    return Window(x, y, width, height)


_TYPE_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


def _checked(name: str, value: Any, hint: Any, metadata: Any) -> Any:
    if get_origin(hint) is Union:  # Optional[...]
        if value is None:
            return None
        hint = get_args(hint)[0]
    wanted: Callable[..., Any] = get_origin(hint) or hint
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    matches = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))  # type: ignore[arg-type]
    if not matches:
        raise InputError(f"The parameter “{name}” must be {_TYPE_NAMES[wanted]}, received {value!r}.")  # type: ignore[index]
    if wanted is list:
        item = get_args(hint)[0]
        return [_checked(f"{name}[{i}]", v, item, {}) for i, v in enumerate(value)]
    words = metadata.get("choices")
    if words and value not in words:
        raise InputError(f"The parameter “{name}” must be one of {', '.join(words)}, received “{value}”.")
    return value
