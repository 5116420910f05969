"""Models of others made into model files: TensorFlow SavedModels and Keras networks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np

from .classes import ClassMap, LandClass
from .errors import InputError, ModelFileError
from .graph_evaluation import Answer, answer_of, cells_of_answer
from .graph_use import CLASSES, PROBABILITIES, SCORES, VALUES, GraphUse, Number, with_tensor_names
from .model_file import NETWORK, Model, save_model
from .network_file import open_network
from .probing import AMPLITUDES, Probe
from .progress import Progress
from .raster import RasterReader
from .running_graph import RunningGraph
from .saved_model_reader import SavedModel, Signature, TensorInfo
from .source import Source
from .style import Legend
from .version import library_versions

KERAS = ".keras"
MOST_SOURCES = 4
_SCORE_WORDS = ("prob", "softmax", "score", "logit")  # in the names that authors give such outputs


@dataclass(frozen=True)
class Wanted:
    """What a user says of a model to import; what is left out is found out.

    Attributes:
        signature: by name. inputs, outputs: names of tensors, or in the signature; see graph_use.GraphUse.
        answer: one of choices.ANSWERS. legend: classes of the model.
        receptive_px: side of the patch of each source; 0 or missing where it is to be found.
        expression_px, scale: see graph_use.GraphUse; 0 to find them.
        placeholders, labels, targets, training_placeholders: see graph_use.GraphUse.
    """

    signature: Optional[str] = None
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()
    answer: str = "auto"
    legend: Optional[Legend] = None
    receptive_px: Sequence[int] = ()
    expression_px: int = 0
    scale: int = 0
    placeholders: dict[str, Number] = field(default_factory=dict)
    labels: str = ""
    targets: Sequence[str] = ()
    training_placeholders: dict[str, Number] = field(default_factory=dict)


def import_model(
    path: str,
    output: Optional[str] = None,
    wanted: Optional[Wanted] = None,
    images: Sequence[str] = (),
    progress: Optional[Progress] = None,
) -> dict[str, Any]:
    """Makes a model file of a SavedModel folder or a Keras network; without `output` only tells what is in it.

    Args:
        images: one for each source, of the kind that the model is for: they name the bands, and tell the pixel size
            and the normalization.
    Returns:
        RECEPTIVE_FIELD, EXPRESSION_FIELD and SCALE; empty without `output`.
    Raises:
        InputError: it is no model, or not one that can be used, or it does not fit what the user says.
    """
    progress, wanted = progress or Progress(), wanted or Wanted()
    progress.info("Loading TensorFlow …")
    if path.lower().endswith(KERAS):
        return _import_network(path, output, wanted, images, progress)
    saved = SavedModel(os.path.dirname(path) if os.path.basename(path) == "saved_model.pb" else path)
    for line in saved.describe():
        progress.info(line)
    if not output:
        return {}
    model, use = _graph_model(saved, wanted, images, progress)
    save_model(output, model)
    source = model.sources[0]
    progress.info(
        f"Receptive field {source.patch_width} × {source.patch_height} pixels, expression field {use.expression_px} × "
        f"{use.expression_px}, scale {use.scale}. Classes: {model.classes.describe()}."
    )
    return {"RECEPTIVE_FIELD": source.patch_width, "EXPRESSION_FIELD": use.expression_px, "SCALE": use.scale}


def _graph_model(
    saved: SavedModel, wanted: Wanted, images: Sequence[str], progress: Progress
) -> tuple[Model, GraphUse]:
    own = _exported_by_us(saved)
    if own is not None:
        progress.info("RasterLearn exported this model; what it wrote beside it fills in what you left out.")
        wanted = own.completing(wanted)
    signature = saved.signature(wanted.signature)
    inputs = _inputs(saved, signature, wanted)
    outputs = _outputs(saved, signature, wanted)
    labels = saved.tensor(wanted.labels, signature).name if wanted.labels else ""
    targets = tuple(saved.node(name) for name in wanted.targets)
    if bool(labels) != bool(targets):
        raise InputError("TARGETS and LABELS_TENSOR belong together: give both to train the model further, or neither.")
    use = GraphUse(
        tuple(info.name for info in inputs),
        tuple(info.name for info in outputs),
        placeholders=_named(wanted.placeholders, saved, signature),
        labels=labels,
        targets=targets,
        training_placeholders=_named(wanted.training_placeholders, saved, signature),
    )
    graph = saved.graph([*use.outputs, *targets, *([labels] if labels else []), *use.inputs, *use.placeholders])
    running = RunningGraph(graph)
    sources = _sources([running.shape_of(name) for name in use.inputs], wanted, images, use.inputs)
    if own is not None:
        sources = own.describing(sources, images)
    shown, told = _telling(saved, signature, running, use)
    sources, use = _with_geometry(shown, use, told, sources, wanted, progress)
    answer, count = _kind_of_answer(running, use, sources, wanted.answer)
    use = replace(use, answer=answer)
    classes = _classes(answer, count, wanted.legend)
    training = {"imported": saved.name, "made with": saved.made_with, "versions": library_versions("tensorflow")}
    return Model.of_graph(graph, use, classes, tuple(sources), training), use


@dataclass(frozen=True)
class _Exported:
    """What RasterLearn wrote beside a SavedModel that it exported.

    Attributes:
        classes, sources: of the model. inputs, outputs: names in the signature.
        patches: width and height of what each input is to be shown at least.
    """

    classes: ClassMap
    sources: tuple[Source, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    patches: tuple[tuple[int, int], ...]

    def completing(self, wanted: Wanted) -> Wanted:
        """The user's words, and for what is left out those of the export."""
        return replace(
            wanted,
            inputs=wanted.inputs or self.inputs,
            outputs=wanted.outputs or self.outputs,
            legend=wanted.legend or Legend.of(self.classes),
        )

    def describing(self, sources: list[Source], images: Sequence[str]) -> list[Source]:
        """The sources with the bands and pixel sizes of the export, if no images tell them, and with its fills.

        The graph normalizes by itself, so it is shown raw pixels.
        """
        if [len(s.bands) for s in sources] != [len(s.bands) for s in self.sources]:
            return sources
        described = []
        for found, known, (width, height) in zip(sources, self.sources, self.patches):
            if not images:
                found = replace(found, bands=known.bands, pixel_size=known.pixel_size)
            fill = known.fill
            if fill and known.normalization is not None:
                fill = tuple(float(v) for v in known.normalization.undone(np.asarray(fill)))
            described.append(replace(found, patch_height=height, patch_width=width, normalization=None, fill=fill))
        return described


def _exported_by_us(saved: SavedModel) -> Optional[_Exported]:
    values = saved.description()
    if values is None:
        return None
    try:
        model = values["model"]
        outputs = {str(output["meaning"]): str(output["name"]) for output in values["outputs"]}
        return _Exported(
            ClassMap.from_json(model["classes"]),
            tuple(Source.from_json(source) for source in model["sources"]),
            tuple(str(entry["name"]) for entry in values["inputs"]),
            (outputs["probabilities"],),
            tuple((int(e["receptive_field"][0]), int(e["receptive_field"][1])) for e in values["inputs"]),
        )
    except (KeyError, TypeError, IndexError, InputError) as error:
        raise ModelFileError(
            f"What RasterLearn wrote beside the SavedModel “{saved.name}” is damaged: {error}. Export the model again, "
            "or delete its folder assets.extra."
        ) from error


def _named(values: dict[str, Number], saved: SavedModel, signature: Optional[Signature]) -> dict[str, Number]:
    return {saved.tensor(name, signature).name: value for name, value in values.items()}


def _inputs(saved: SavedModel, signature: Optional[Signature], wanted: Wanted) -> list[TensorInfo]:
    """The tensors of the images."""
    if wanted.inputs:
        return [saved.tensor(name, signature) for name in wanted.inputs]
    others = {*wanted.placeholders, wanted.labels}
    named = signature.inputs if signature else {}
    found = [
        info
        for alias, info in named.items()
        if not {alias, info.name, info.name.split(":")[0]} & others
        and info.dtype == "float32"
        and (info.shape is None or len(info.shape) == 4)
    ]
    if not found:
        raise InputError(
            f"“{saved.name}” has no signature with inputs for images. Name them with INPUTS; importmodel without "
            "OUTPUT lists what there is."
        )
    return found


def _outputs(saved: SavedModel, signature: Optional[Signature], wanted: Wanted) -> list[TensorInfo]:
    if wanted.outputs:
        return [saved.tensor(name, signature) for name in wanted.outputs]
    named = signature.outputs if signature else {}
    telling = [info for alias, info in named.items() if any(word in alias.lower() for word in _SCORE_WORDS)]
    for found in (list(named.values()), telling):
        if len(found) == 1:
            return found
    raise InputError(
        f"“{saved.name}” has {len(named) or 'no'} outputs ({', '.join(named) or 'no signature'}). Choose with OUTPUTS; "
        "the first one decides about classes."
    )


def _sources(
    shapes: Sequence[tuple[Any, ...]], wanted: Wanted, images: Sequence[str], names: Sequence[str]
) -> list[Source]:
    """What is known of the sources before the model is asked; sides that are not known yet are 0."""
    if len(shapes) > MOST_SOURCES:
        raise InputError(f"The model has {len(shapes)} inputs for images; at most {MOST_SOURCES} are possible.")
    if images and len(images) != len(shapes):
        raise InputError(
            f"The model has {len(shapes)} input(s) for images ({', '.join(names)}), but {len(images)} image(s) were "
            "given. Give one of each kind, or none."
        )
    if len(wanted.receptive_px) > len(shapes):
        raise InputError(f"The model has {len(shapes)} input(s), but {len(wanted.receptive_px)} receptive fields.")
    sources = []
    for number, (shape, name) in enumerate(zip(shapes, names)):
        if len(shape) != 4:
            raise InputError(f"The input “{name}” has the shape {shape}; expected images (n, height, width, bands).")
        given = wanted.receptive_px[number] if number < len(wanted.receptive_px) else 0
        height, width = (_side(side, given, name) for side in shape[1:3])
        sources.append(_source(images[number] if images else None, shape[3], name, width, height))
    return sources


def _side(side: Optional[int], given: int, name: str) -> int:
    if side is not None and given and side != given:
        raise InputError(
            f"RECEPTIVE_FIELD is {given}, but the input “{name}” takes images of {side} pixels only. Leave it out."
        )
    return side or given


def _source(image: Optional[str], bands: Optional[int], name: str, width: int, height: int) -> Source:
    if image is None:
        if bands is None:
            raise InputError(
                f"How many bands the input “{name}” takes is not known. Give an image of its kind (INPUT)."
            )
        return Source(tuple(f"band {i}" for i in range(1, bands + 1)), (0.0, 0.0), width, height)
    with RasterReader(image) as reader:
        if bands is not None and reader.band_count != bands:
            raise InputError(
                f"The input “{name}” takes {bands} band(s), but the image “{reader.name}” has {reader.band_count}. "
                "Give an image of the kind that the model is for."
            )
        return Source.of_image(reader, width, height)


def _telling(
    saved: SavedModel, signature: Optional[Signature], running: RunningGraph, use: GraphUse
) -> tuple[RunningGraph, Sequence[str]]:
    """A graph, and tensors of it that tell what an answer comes from: numbers, as classes hide most of it."""
    if any(running.dtype_of(name).kind == "f" for name in use.outputs) or signature is None:
        return running, use.outputs
    numbers = [info.name for info in signature.outputs.values() if info.dtype == "float32"]
    try:
        graph = saved.graph([*use.outputs, *numbers, *use.inputs, *use.placeholders])
    except ModelFileError:  # what nobody asked for may well hold what is not run
        return running, use.outputs
    return RunningGraph(graph), [*use.outputs, *numbers]


def _with_geometry(
    running: RunningGraph, use: GraphUse, told: Sequence[str], sources: list[Source], wanted: Wanted, progress: Progress
) -> tuple[list[Source], GraphUse]:
    """Sides of patches, expression field and scale: found out, and compared with what the user says."""
    answer = answer_of(running, use, told)
    is_fixed = any(side is not None for name in use.inputs for side in running.shape_of(name)[1:3])
    alike = len({(s.patch_width, s.patch_height) for s in sources}) == 1
    probe = Probe(_of_one_image(answer, sources), sum(len(s.bands) for s in sources)) if alike else None
    if not all(source.patch_width and source.patch_height for source in sources):
        if probe is None:
            raise InputError(
                f"The receptive fields of {len(sources)} inputs cannot be found out. Give RECEPTIVE_FIELD, "
                "RECEPTIVE_FIELD_2 … for all of them."
            )
        side = probe.natural_patch()
        sources = [replace(source, patch_width=side, patch_height=side) for source in sources]
    expression = _expression(answer, sources, wanted.expression_px)
    patch = sources[0].patch_height, sources[0].patch_width
    dense = None if probe is None or is_fixed else probe.dense(patch, expression)
    scale = wanted.scale or (dense.step if dense else 1)
    if dense is not None and dense.step != scale:
        progress.warning(
            f"The model's own answers are {dense.step} pixel(s) apart; for SCALE={scale} it is mapped patch by patch."
        )
        dense = None
    if expression > 1 and dense is None and probe is not None and not is_fixed and wanted.scale > 1:
        raise InputError(
            f"The model answers a patch with {expression} × {expression} cells, so SCALE={scale} is not possible. "
            "Leave SCALE out."
        )
    if dense is not None and probe is not None:
        longer = (side + 4 * dense.step * dense.alignment for side in patch)
        seen = probe.seen(*longer)
        if seen is not None:
            progress.info(
                f"Found by showing it images: each cell depends on {seen.size} columns of pixels, cells are "
                f"{dense.step} pixel(s) apart, {dense.first} + {dense.last} cells at the edges depend on where the "
                "image ends."
            )
    return sources, replace(use, expression_px=expression, scale=scale, dense=dense)


def _of_one_image(answer: Answer, sources: Sequence[Source]) -> Any:
    """The answer to images with the bands of all sources one after the other."""
    ends = np.cumsum([len(source.bands) for source in sources])[:-1]
    return lambda image: answer(np.split(image, ends, axis=-1))


def _expression(answer: Answer, sources: Sequence[Source], given: int) -> int:
    """Cells along each axis that a patch is answered with."""
    patches = [np.zeros((1, s.patch_height, s.patch_width, len(s.bands)), np.float32) for s in sources]
    height, width = answer(patches).shape[1:3]
    size = " and ".join(f"{s.patch_width} × {s.patch_height}" for s in sources)
    if not height or height != width:
        raise InputError(
            f"The model answers a patch of {size} pixels with {width} × {height} cells; expected a square of them. "
            "Give another RECEPTIVE_FIELD."
        )
    if given and given != height:
        raise InputError(
            f"The model answers a patch of {size} pixels with {width} × {height} cells, but EXPRESSION_FIELD is "
            f"{given}. Give the right one, another RECEPTIVE_FIELD, or leave both out."
        )
    return int(height)


def _kind_of_answer(running: RunningGraph, use: GraphUse, sources: Sequence[Source], given: str) -> tuple[str, int]:
    """What the first output says, and its number of channels: told by the user, or by what it says to random images."""
    rng = np.random.default_rng(0)
    cells = []
    for amplitude in AMPLITUDES:
        images = [
            (rng.random((1, s.patch_height, s.patch_width, len(s.bands))) * amplitude).astype(np.float32)
            for s in sources
        ]
        given_images = {**with_tensor_names(use.placeholders), **dict(zip(use.inputs, images))}
        cells.append(cells_of_answer(running.evaluate(use.outputs[:1], given_images)[0], 1, use.outputs[0]))
    count = cells[0].shape[-1]
    if given != "auto":
        if given == CLASSES and count != 1:
            raise InputError(f"ANSWER=classes needs an output of one channel; “{use.outputs[0]}” has {count}.")
        return given, count
    if count == 1:
        return (CLASSES if cells[0].dtype.kind in "iu" else VALUES), count
    are_probabilities = all((c >= 0).all() and np.allclose(c.sum(axis=-1), 1, atol=1e-3) for c in cells)
    return (PROBABILITIES if are_probabilities else SCORES), count


def _classes(answer: str, count: int, legend: Optional[Legend]) -> ClassMap:
    known = sorted(legend.by_value) if legend else []
    if legend and not known:
        raise InputError("LEGEND names no class values. Expected a .qml or .csv with the value of each class.")
    if answer == VALUES:
        return ClassMap.of([LandClass(0, "value")])
    if answer == CLASSES:
        if not legend:
            raise InputError(
                "The model answers with class values. Give a LEGEND (.qml or .csv) that names them, or choose an "
                "output with a score for each class."
            )
        return legend.classes_of_values(known)
    if legend and len(known) != count:
        raise InputError(f"The model answers with {count} scores, but LEGEND has {len(known)} classes.")
    values = known if legend else range(count)
    return (legend or Legend()).classes_of_values(values)


def _import_network(
    path: str, output: Optional[str], wanted: Wanted, images: Sequence[str], progress: Progress
) -> dict[str, Any]:
    """A Keras network: everything about it is derived from its layers."""
    try:
        with open(path, "rb") as file:
            payload = file.read()
    except OSError as error:
        raise InputError(f"The Keras network “{path}” cannot be read: {error.strerror}.") from error
    network = open_network(payload)
    names = [str(tensor.name) for tensor in network.inputs]
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    for name, shape in zip(names, shapes):
        progress.info(f"Input {name}: {' × '.join('?' if s is None else str(s) for s in shape[1:])}")
    progress.info(f"Output: {' × '.join('?' if s is None else str(s) for s in network.output_shape[1:])}")
    progress.info(f"Layers: {', '.join(layer.name for layer in network.layers)}")
    if not output:
        return {}
    for parameter, value in (
        ("SIGNATURE", wanted.signature), ("INPUTS", wanted.inputs), ("OUTPUTS", wanted.outputs),
        ("PLACEHOLDERS", wanted.placeholders), ("TARGETS", wanted.targets), ("SCALE", wanted.scale > 1),
    ):  # fmt: skip
        if value:
            raise InputError(f"{parameter} is for SavedModels; a Keras network tells it by itself. Leave it out.")
    sources = _sources(shapes, wanted, images, names)
    if not all(source.patch_width and source.patch_height for source in sources):
        raise InputError("The network takes images of any size. Give the RECEPTIVE_FIELD that it was trained with.")
    classes = _classes(SCORES, int(network.output_shape[-1]), wanted.legend)
    fills = tuple(source.with_fill((0.0,) * len(source.bands)) for source in sources)
    name = os.path.splitext(os.path.basename(path))[0]
    training = {"imported": os.path.basename(path), "versions": library_versions("keras", "tensorflow")}
    save_model(output, Model(NETWORK, name, classes, fills, payload, training))
    progress.info(f"Classes: {classes.describe()}.")
    return {"RECEPTIVE_FIELD": sources[0].patch_width}
