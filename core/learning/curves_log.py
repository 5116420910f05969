"""Learning curves for TensorBoard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Optional

from ..base.errors import InputError


def curves_writer(folder: Optional[str]) -> Callable[[dict[str, Any]], None]:
    """Writes the numbers of each epoch as curves for TensorBoard, if there is a folder."""
    if not folder:
        return lambda record: None
    import tensorflow as tf

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InputError(
            "{p:log_folder} “{folder}” cannot be made: {reason}. Give another folder.",
            folder=folder,
            reason=error.strerror,
        ) from error
    writer = tf.summary.create_file_writer(folder)
    # what tf.summary.scalar writes, which wants TensorBoard installed
    curve = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=curve)

    def write(record: dict[str, Any]) -> None:
        with writer.as_default(step=record["epoch"]):
            for name, value in record.items():
                if name != "epoch" and value is not None:
                    tf.summary.write(
                        name.replace("validation_", "validation/"), tf.constant(value, tf.float32), None, metadata
                    )
        writer.flush()

    return write
