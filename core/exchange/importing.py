"""Import of models from other programs: TensorFlow SavedModels and Keras networks as model files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError, ModelFileError
from ..base.messages import Message, parameter
from ..base.progress import Progress
from ..base.version import library_versions
from ..evaluation.graph_predictors import cells_of_answer
from ..evaluation.running_graph import RunningGraph
from ..images.image_source import Source
from ..images.legend import Legend
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, VALUES, GraphUse, Number, with_tensor_names
from ..model.model_file import NETWORK, Model, save_model
from ..model.network_file import open_network
from ..raster.classes import ClassMap, LandClass
from .geometry_probe import AMPLITUDES
from .import_options import ImportOptions
from .input_discovery import sources_of, with_geometry
from .own_export import own_export_of
from .saved_model_reader import SavedModel, Signature, TensorInfo

KERAS = ".keras"
_SCORE_WORDS = ("prob", "softmax", "score", "logit")  # typical of the names of such outputs


def import_model(
    path: str,
    output: Optional[str] = None,
    wanted: Optional[ImportOptions] = None,
    images: Sequence[str] = (),
    progress: Optional[Progress] = None,
) -> dict[str, Any]:
    """Makes a model file from a SavedModel folder or a Keras network; without `output` only reports its content.

    Args:
        images: one for each source, of the kind that the model is for; they determine band names, pixel size and
            normalization.
    Returns:
        RECEPTIVE_FIELD, EXPRESSION_FIELD and SCALE; empty without `output`.
    Raises:
        InputError: it is not a model, cannot be used, or contradicts the user's options.
    """
    progress, wanted = progress or Progress(), wanted or ImportOptions()
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
    scale = float(use.pitch) if use.fineness > 1 else use.scale
    progress.info(
        "Receptive field {width} × {height} pixels, expression field {expression} × {expression}, scale {scale}. "
        "Classes: {classes}.",
        width=source.patch_width,
        height=source.patch_height,
        expression=use.expression_px,
        scale=use.pitch,
        classes=model.classes.describe(),
    )
    return {"RECEPTIVE_FIELD": source.patch_width, "EXPRESSION_FIELD": use.expression_px, "SCALE": scale}


def _graph_model(
    saved: SavedModel, wanted: ImportOptions, images: Sequence[str], progress: Progress
) -> tuple[Model, GraphUse]:
    own = own_export_of(saved)
    if own is not None:
        progress.info("RasterLearn exported this model; what it wrote beside it fills in what you left out.")
        wanted = own.completing(wanted)
    signature = saved.signature(wanted.signature)
    use = _use_of(saved, signature, wanted)
    labels = [use.labels] if use.labels else []
    graph = saved.graph([*use.outputs, *use.targets, *labels, *use.inputs, *use.placeholders])
    running = RunningGraph(graph)
    sources = sources_of([running.shape_of(name) for name in use.inputs], wanted, images, use.inputs)
    if own is not None:
        sources = own.describing(sources, images)
    probed, tensors = _informative(saved, signature, running, use)
    sources, use = with_geometry(probed, use, tensors, sources, wanted, progress)
    answer, count = _kind_of_answer(running, use, sources, wanted.answer)
    use = replace(use, answer=answer)
    classes = _classes(answer, count, wanted.legend)
    training = {
        "imported": saved.name,
        "made with": saved.made_with or "an unknown version",
        "versions": library_versions("tensorflow"),
    }
    return Model.of_graph(graph, use, classes, tuple(sources), training), use


def _use_of(saved: SavedModel, signature: Optional[Signature], wanted: ImportOptions) -> GraphUse:
    """The tensors and operations that the user's options refer to."""
    if bool(wanted.labels) != bool(wanted.targets):
        raise InputError(
            "{p:targets} and {p:labels_tensor} belong together: give both to train the model further, or neither."
        )
    return GraphUse(
        tuple(info.name for info in _inputs(saved, signature, wanted)),
        tuple(info.name for info in _outputs(saved, signature, wanted)),
        placeholders=_named(wanted.placeholders, saved, signature),
        labels=saved.tensor(wanted.labels, signature).name if wanted.labels else "",
        targets=tuple(saved.node(name) for name in wanted.targets),
        training_placeholders=_named(wanted.training_placeholders, saved, signature),
    )


def _named(values: dict[str, Number], saved: SavedModel, signature: Optional[Signature]) -> dict[str, Number]:
    return {saved.tensor(name, signature).name: value for name, value in values.items()}


def _inputs(saved: SavedModel, signature: Optional[Signature], wanted: ImportOptions) -> list[TensorInfo]:
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
            "“{model}” has no signature with inputs for images. Name them with {p:input_tensors}; importmodel "
            "without {p:output} lists what there is.",
            model=saved.name,
        )
    return found


def _outputs(saved: SavedModel, signature: Optional[Signature], wanted: ImportOptions) -> list[TensorInfo]:
    if wanted.outputs:
        return [saved.tensor(name, signature) for name in wanted.outputs]
    named = signature.outputs if signature else {}
    scores = [info for alias, info in named.items() if any(word in alias.lower() for word in _SCORE_WORDS)]
    for found in (list(named.values()), scores):
        if len(found) == 1:
            return found
    raise InputError(
        "“{model}” has {count} outputs ({names}). Choose with {p:output_tensors}; the first one decides about classes.",
        model=saved.name,
        count=len(named) or Message("no"),
        names=list(named) or Message("no signature"),
    )


def _informative(
    saved: SavedModel, signature: Optional[Signature], running: RunningGraph, use: GraphUse
) -> tuple[RunningGraph, Sequence[str]]:
    """A graph, and tensors of it that reveal what its output depends on: numbers, as class values hide most of it."""
    if any(running.dtype_of(name).kind == "f" for name in use.outputs) or signature is None:
        return running, use.outputs
    numbers = [info.name for info in signature.outputs.values() if info.dtype == "float32"]
    try:
        graph = saved.graph([*use.outputs, *numbers, *use.inputs, *use.placeholders])
    except ModelFileError:  # outputs that were not requested may need operations that are not allowed
        return running, use.outputs
    return RunningGraph(graph), [*use.outputs, *numbers]


def _kind_of_answer(running: RunningGraph, use: GraphUse, sources: Sequence[Source], given: str) -> tuple[str, int]:
    """Content of the first output, as given by the user or found with random images, and its number of channels."""
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
            raise InputError(
                "{p:answer=classes} needs an output of one channel; “{output}” has {count}.",
                output=use.outputs[0],
                count=count,
            )
        return given, count
    if count == 1:
        return (CLASSES if cells[0].dtype.kind in "iu" else VALUES), count
    are_probabilities = all((c >= 0).all() and np.allclose(c.sum(axis=-1), 1, atol=1e-3) for c in cells)
    return (PROBABILITIES if are_probabilities else SCORES), count


def _classes(answer: str, count: int, legend: Optional[Legend]) -> ClassMap:
    known = sorted(legend.by_value) if legend else []
    if legend and not known:
        raise InputError("{p:legend} names no class values. Expected a .qml or .csv with the value of each class.")
    if answer == VALUES:
        return ClassMap.of([LandClass(0, "value")])
    if answer == CLASSES:
        if not legend:
            raise InputError(
                "The model answers with class values. Give a {p:legend} (.qml or .csv) that names them, or "
                "choose an output with a score for each class."
            )
        return legend.classes_of_values(known)
    if legend and len(known) != count:
        raise InputError(
            "The model answers with {scores} scores, but {p:legend} has {classes} classes.",
            scores=count,
            classes=len(known),
        )
    values = known if legend else range(count)
    return (legend or Legend()).classes_of_values(values)


def _sides(shape: Sequence[Any]) -> list[Any]:
    """The sides of a tensor, without the number of images."""
    return ["?" if side is None else side for side in shape[1:]]


def _import_network(
    path: str, output: Optional[str], wanted: ImportOptions, images: Sequence[str], progress: Progress
) -> dict[str, Any]:
    """Imports a Keras network; everything about it is derived from its layers."""
    try:
        with open(path, "rb") as file:
            payload = file.read()
    except OSError as error:
        raise InputError(
            "The Keras network “{path}” cannot be read: {reason}.", path=path, reason=error.strerror
        ) from error
    network = open_network(payload)
    names = [str(tensor.name) for tensor in network.inputs]
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    for name, shape in zip(names, shapes):
        progress.info("Input {name}: {sides: × }", name=name, sides=_sides(shape))
    progress.info("Output: {sides: × }", sides=_sides(network.output_shape))
    progress.info("Layers: {layers}", layers=[layer.name for layer in network.layers])
    if not output:
        return {}
    for name, value in (
        ("signature", wanted.signature), ("input_tensors", wanted.inputs), ("output_tensors", wanted.outputs),
        ("placeholders", wanted.placeholders), ("targets", wanted.targets), ("scale", wanted.scale not in (0, 1)),
    ):  # fmt: skip
        if value:
            raise InputError(
                "{parameter} is for SavedModels; a Keras network tells it by itself. Leave it out.",
                parameter=parameter(name),
            )
    sources = sources_of(shapes, wanted, images, names)
    if not all(source.patch_width and source.patch_height for source in sources):
        raise InputError(
            "The network takes images of any size. Give the {p:receptive_fields} that it was trained with."
        )
    classes = _classes(SCORES, int(network.output_shape[-1]), wanted.legend)
    fills = tuple(source.with_fill((0.0,) * len(source.bands)) for source in sources)
    name = os.path.splitext(os.path.basename(path))[0]
    training = {"imported": os.path.basename(path), "versions": library_versions("keras", "tensorflow")}
    save_model(output, Model(NETWORK, name, classes, fills, payload, training))
    progress.info("Classes: {classes}.", classes=classes.describe())
    return {"RECEPTIVE_FIELD": sources[0].patch_width}
