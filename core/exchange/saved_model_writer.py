"""Export of a network as a TensorFlow SavedModel, in the form that OTBTF's TensorflowModelServe runs."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from ..base.version import rasterlearn_version
from ..model.model_file import Model
from .served_network import PATCHES, Served

FORMAT_VERSION = 1
SIGNATURE = "serving_default"
DESCRIPTION = os.path.join("assets.extra", "rasterlearn.json")


def write_saved_model(folder: str, model: Model, served: Served) -> None:
    """Writes the SavedModel of a network, with the description explained in the module `exporting`.

    Args:
        folder: must not exist yet.
    """
    import tensorflow as tf

    values = model.classes.values.astype(np.int32)
    sizes = [(s.patch_height, s.patch_width) if served.evaluation == PATCHES else (None, None) for s in model.sources]
    signature = [
        tf.TensorSpec((None, *size, len(source.bands)), tf.float32, input_name(number))
        for number, (source, size) in enumerate(zip(model.sources, sizes))
    ]

    @tf.function(input_signature=signature, autograph=False)
    def answer(*images: Any) -> dict[str, Any]:
        scores, indices = served.classes(*images)
        answers = {
            "prediction": tf.gather(values, tf.cast(indices, tf.int32))[..., tf.newaxis],
            "probabilities": scores,
        }
        if served.features is not None:
            answers["features"] = served.features(*images)[0]
        return answers

    traced = answer.get_concrete_function()
    module = tf.Module()
    module.answer, module.weights = answer, list(traced.variables)  # only attributes of the module are written
    tf.saved_model.save(module, folder, signatures={SIGNATURE: traced})
    path = os.path.join(folder, DESCRIPTION)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(describe(model, served), file, indent=1)


def input_name(number: int) -> str:
    """The name of a source's input; the first source has the number 0."""
    return f"source_{number + 1}"


def describe(model: Model, served: Served) -> dict[str, Any]:
    """The description of a network beside its graph; see the module `exporting`."""
    # OTBTF leaves out what exceeds a multiple of the expression field, so it is as small as the network allows.
    rows, columns = served.alignment
    inputs = [
        {
            "name": input_name(number),
            "bands": len(source.bands),
            "receptive_field": [m.left + columns + m.right, m.top + rows + m.bottom],
            "margin": [m.left, m.top, m.right, m.bottom],
        }
        for number, (source, m) in enumerate(zip(model.sources, served.margins))
    ]
    outputs: list[dict[str, Any]] = [
        {"name": "prediction", "meaning": "classes", "numbers": 1},
        {"name": "probabilities", "meaning": "probabilities", "numbers": len(model.classes)},
    ]
    if served.features is not None:
        outputs.append({"name": "features", "meaning": "features", "numbers": served.feature_count})
    return {
        "format": FORMAT_VERSION,
        "version": rasterlearn_version(),
        "fingerprint": model.fingerprint,
        "model": model.description(),
        "evaluation": served.evaluation,
        "inputs": inputs,
        "outputs": outputs,
        "expression_field": [columns, rows],
        "alignment": list(served.alignment[::-1]),
        "scale": 1.0,
        "signature": SIGNATURE,
    }
