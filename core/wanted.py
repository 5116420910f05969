"""What a user says of a model to import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from .graph_use import Number
from .style import Legend


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
