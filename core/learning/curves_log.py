"""Logs of learning curves for TensorBoard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Optional

from ..base.errors import InputError


def curves_writer(folder: Optional[str]) -> Callable[[dict[str, Any]], None]:
    """A function that logs the record of each epoch for TensorBoard; it does nothing without a folder."""
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
    # the same as tf.summary.scalar, which requires TensorBoard
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
