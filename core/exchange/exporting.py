"""Export of a model for other programs: a SavedModel for OTBTF, an ONNX file for Deepness, a STAC item for catalogs.

The SavedModel has the signature `serving_default`. Inputs, all (n, rows, columns, bands) float32, raw pixels:

    source_1, source_2 …    one for each source of the model, in its order

Outputs, all (n, rows, columns, numbers):

    prediction              int32, one number: the classes' own values, as in the map
    probabilities           float32, one number for each class, in the order of the classes' values
    features                float32, the values of the network's layer “features”; only if it has that layer

The file `assets.extra/rasterlearn.json` in the folder of the SavedModel describes what the graph does not:

    format                  1
    version                 of RasterLearn
    fingerprint             of the model
    model                   the content of the .rlmodel's model.json: kind, architecture, classes, sources (bands, pixel
                            size, patch size, normalization, fill) and training. The graph applies the normalization
                            of the sources itself, so it takes raw pixels
    evaluation              “dense”: a patch network evaluated at every pixel of an image of any size; “image”: an
                            image-to-image network; “patches”: one output for each patch, of fixed size
    inputs                  list of {name, bands: count, receptive_field: [columns, rows], margin: [left, top, right,
                            bottom]}; a dense or image network outputs as many pixels as it takes, less the margin
    outputs                 list of {name, meaning: classes | probabilities | features, numbers: count}
    expression_field        [columns, rows]: output pixels for a receptive field; [1, 1] except for “image”
    alignment               [columns, rows]: sizes and shifts of images must be multiples of this
    scale                   1.0: pixels of the output per pixel of the first source
    signature               “serving_default”
"""

from __future__ import annotations

from typing import Optional

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.progress import Progress
from ..evaluation.evaluator import evaluator_of
from ..model.model_file import Model, load_model
from .onnx_file import pixel_size_cm, write_onnx
from .saved_model_writer import describe, write_saved_model
from .served_network import DENSE, IMAGE, Served, serve
from .stac_item import Asset, write_item


def export_model(
    path: str,
    saved_model: Optional[str] = None,
    onnx: Optional[str] = None,
    stac: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> None:
    """Writes a model for other programs; at least one output must be given.

    Args:
        saved_model: folder; an older SavedModel of RasterLearn there is replaced. onnx: file. stac: file of the item,
            which refers to the model file and the other outputs.
    Raises:
        InputError: no output, or a model that the program in question cannot run.
        OutputError: an output cannot be written.
    """
    progress = progress or Progress()
    if not (saved_model or onnx or stac):
        raise InputError("Nothing to export: give at least one of the outputs {p:saved_model}, {p:onnx} and {p:stac}.")
    model = load_model(path)
    if not model.answer.has_classes:
        raise InputError(
            "This model answers with values; only models that answer with classes can be exported. Apply it with "
            "“Apply a model”."
        )
    served = None
    if saved_model or onnx:
        progress.info("Loading TensorFlow …")
        served = serve(model)
        progress.info(_served_text(served))
    with replacing(saved_model, onnx, stac) as (temporary_folder, temporary_onnx, temporary_item):
        if saved_model and served:
            write_saved_model(temporary_folder, model, served)
            _report_saved_model(model, served, progress)
        progress.report(0.5, "exporting")
        if onnx and served:
            tiling = write_onnx(temporary_onnx, model, served)
            if pixel_size_cm(model) is None:
                progress.warning(
                    "The pixels are not square or of unknown size: set the resolution in Deepness yourself."
                )
            progress.info(
                "For Deepness: tiles of {side} × {side} pixels that overlap by {overlap} %; bands in this order: "
                "{bands}.",
                side=tiling.side_px,
                overlap=tiling.overlap_percent,
                bands=[band for source in model.sources for band in source.bands],
            )
        if stac:
            write_item(temporary_item, evaluator_of(model), _assets(path, saved_model, onnx), stac)


def _served_text(served: Served) -> Message:
    if served.evaluation == DENSE:
        return Message(
            "Patch network: exported densely, for images of any size; compared with patch by patch on random pixels."
        )
    if served.evaluation == IMAGE:
        return Message("Image-to-image network: exported for images of any size.")
    return Message("Exported patch by patch, which is slow to map with: {reason}.", reason=served.reason)


def _report_saved_model(model: Model, served: Served, progress: Progress) -> None:
    description = describe(model, served)
    fields = [
        Message(
            "{name}: receptive field {columns} × {rows}",
            name=i["name"],
            columns=i["receptive_field"][0],
            rows=i["receptive_field"][1],
        )
        for i in description["inputs"]
    ]
    columns, rows = description["expression_field"]
    progress.info(
        "For OTBTF: {fields:; }; expression field {columns} × {rows}; fully convolutional: {fully}.",
        fields=fields,
        columns=columns,
        rows=rows,
        fully=_fully(served),
    )


def _fully(served: Served) -> Message:
    return Message("yes") if served.evaluation in (DENSE, IMAGE) else Message("no")


def _assets(path: str, saved_model: Optional[str], onnx: Optional[str]) -> list[Asset]:
    assets = [Asset("model", path, "Model of RasterLearn", "rasterlearn.rlmodel", "application/zip")]
    if saved_model:
        assets.append(Asset("savedmodel", saved_model, "SavedModel for OTBTF", "tf.saved_model.save"))
    if onnx:
        assets.append(Asset("onnx", onnx, "ONNX for Deepness", "onnx", "application/octet-stream; framework=onnx"))
    return assets
