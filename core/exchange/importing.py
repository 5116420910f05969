"""Import of models from other programs: TensorFlow SavedModels and Keras networks as model files."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

from ..base.errors import InputError, ModelFileError
from ..base.messages import Message
from ..base.progress import Progress
from ..base.version import library_versions
from ..evaluation.graph_predictors import answer_of
from ..evaluation.running_graph import RunningGraph
from ..images.image_source import Source
from ..model.foreign_files import entries_of, refuse_foreign
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, VALUES, GraphUse, Number
from ..model.model_file import Model, save_model
from .graph_walk import Scores
from .import_options import ImportOptions
from .imported_classes import classes_of_answer
from .input_discovery import sources_of, with_geometry
from .keras_import import KERAS, import_network
from .own_export import own_export_of
from .probed_answers import answers_to_random_images, are_shares, require_probabilities
from .saved_model_reader import SavedModel, Signature, TensorInfo

_SCORE_WORDS = ("prob", "softmax", "score", "logit")  # typical of the names of such outputs
_CLASS_WORDS = ("predict", "class", "label", "argmax")
_MIDDLE = re.compile(r"_(fcn|crop\d+)(:\d+)?$")


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
    refuse_foreign(path)
    if path.lower().endswith(".rlmodel") or "model.json" in entries_of(path):
        raise InputError("“{path}” is a RasterLearn model already. Apply it as it is.", path=os.path.basename(path))
    progress.info("Loading TensorFlow …")
    if path.lower().endswith(KERAS):
        return import_network(path, output, wanted, images, progress)
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
        "Receptive field {width} × {height} pixels, expression field {columns} × {rows}, scale {scale}. "
        "Classes: {classes}.",
        width=source.patch_width,
        height=source.patch_height,
        columns=use.expression[1],
        rows=use.expression[0],
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
    behind = saved.scores_behind(use.outputs[0])
    labels = [use.labels] if use.labels else []
    graph = saved.graph([*use.outputs, *use.targets, *labels, *use.inputs, *use.placeholders])
    running = RunningGraph(graph)
    count, use = _with_scores(running, use, behind)
    sources = sources_of([running.shape_of(name) for name in use.inputs], wanted, images, use.inputs)
    if own is not None:
        sources = own.describing(sources, images)
    probed, tensors = _informative(saved, signature, running, use)
    sources, use = with_geometry(probed, use, tensors, sources, wanted, progress)
    answer, channels = _kind_of_answer(running, use, sources, wanted.answer, progress)
    use = replace(use, answer=answer, scores=use.scores if answer == CLASSES else "")
    classes = classes_of_answer(answer, count if answer == CLASSES else channels, wanted.legend)
    training = {
        "imported": saved.name,
        "made with": saved.made_with or "an unknown version",
        "versions": library_versions("tensorflow"),
        **_own_training(saved, use, progress),
    }
    return Model.of_graph(graph, use, classes, tuple(sources), training), use


def _with_scores(running: RunningGraph, use: GraphUse, behind: Optional[Scores]) -> tuple[int, GraphUse]:
    """The number of classes of an output of class indices, 0 if unknown; and the use with the scores behind it."""
    if behind is None:
        return 0, use
    shape = running.shape_of(behind.name)
    if behind.axis not in (-1, len(shape) - 1) or not shape[-1] or not 2 <= len(shape) <= 4:
        return 0, use
    return int(shape[-1]), replace(use, scores=behind.name) if behind.has_same_cells else use


def _own_training(saved: SavedModel, use: GraphUse, progress: Progress) -> dict[str, Any]:
    """What a model file records of a graph's own training operation, if the import leaves it out; told in the log."""
    found = None if use.targets else saved.own_training(use.outputs)
    if found is None:
        return {}
    progress.info(
        "It can be trained further by its own operation: import it with {p:targets}={target} and "
        "{p:labels_tensor}={labels}.",
        target=found.target,
        labels=found.labels,
    )
    return {"trains itself": {"targets": found.target, "labels tensor": found.labels}}


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
    if signature is None and not saved.has_images:
        raise InputError(
            "“{model}” has no signature, so its inputs and outputs are not known. Save it with one: "
            "tf.saved_model.save(model, folder, signatures=…) in Python, or export it with network.export(folder) "
            "from Keras; onnx2tf adds one with -osd.",
            model=saved.name,
        )
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
    whole = {alias: info for alias, info in named.items() if _whole(alias) == alias or _whole(alias) not in named}
    scores = [info for alias, info in whole.items() if any(word in alias.lower() for word in _SCORE_WORDS)]
    classes = [info for alias, info in whole.items() if any(word in alias.lower() for word in _CLASS_WORDS)]
    for found in (list(whole.values()), scores, classes if not scores else []):
        if len(found) == 1:
            return found
    raise InputError(
        "“{model}” has {count} outputs ({names}). Choose with {p:output_tensors}; the first one decides about classes.",
        model=saved.name,
        count=len(named) or Message("no"),
        names=list(named) or Message("no signature"),
    )


def _whole(alias: str) -> str:
    """The name of the output of which OTBTF's models have one with this name for their middle only."""
    return _MIDDLE.sub(r"\2", alias)


def _informative(
    saved: SavedModel, signature: Optional[Signature], running: RunningGraph, use: GraphUse
) -> tuple[RunningGraph, Sequence[str]]:
    """A graph, and tensors of it that reveal what its output depends on: numbers, as class values hide most of it."""
    if any(running.dtype_of(name).kind == "f" for name in use.outputs):
        return running, use.outputs
    if use.scores:
        return running, [use.scores]
    if signature is None:
        return running, use.outputs
    numbers = [info.name for info in signature.outputs.values() if info.dtype == "float32"]
    try:
        graph = saved.graph([*use.outputs, *numbers, *use.inputs, *use.placeholders])
    except ModelFileError:  # outputs that were not requested may need operations that are not allowed
        return running, use.outputs
    return RunningGraph(graph), [*use.outputs, *numbers]


def _kind_of_answer(
    running: RunningGraph, use: GraphUse, sources: Sequence[Source], given: str, progress: Progress
) -> tuple[str, int]:
    """Content of the first output, as given by the user or found with random images, and its number of channels."""
    kind = running.dtype_of(use.outputs[0]).kind
    cells = answers_to_random_images(answer_of(running, use, use.outputs[:1]), sources, progress)
    count = cells[0].shape[-1]
    if given == CLASSES and count != 1:
        raise InputError(
            "{p:answer=classes} needs an output of one channel; “{output}” has {count}.",
            output=use.outputs[0],
            count=count,
        )
    if given == CLASSES and kind == "f" and all(((c >= 0) & (c <= 1)).all() for c in cells):
        return PROBABILITIES, count  # of the second of two classes
    if given == PROBABILITIES:
        require_probabilities(cells, use.outputs[0])
    if given != "auto":
        return given, count
    if count == 1:
        return (CLASSES if kind in "iu" else VALUES), count
    return (PROBABILITIES if are_shares(cells) else SCORES), count
