"""The options of importing a model, as the user gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Optional

from ..base.errors import InputError
from ..images.legend import Legend
from ..model.graph_use import Number

LARGEST_FINENESS = 64


@dataclass(frozen=True)
class ImportOptions:
    """The options of importing a model; those left out are determined from the model.

    Attributes:
        signature: its name. inputs, outputs: names of tensors or in the signature; see graph_use.GraphUse.
        answer: one of choices.ANSWERS. legend: classes of the model.
        receptive_px: columns of the patch of each source; 0 or missing to determine them.
        receptive_rows: likewise its rows; 0 or missing if they are as many, or to determine them.
        expression_px: see graph_use.GraphUse; 0 to determine it.
        scale: pixels of the first source per pixel of the map, such as 4 or 0.5; 0 to determine it.
        placeholders, labels, targets, training_placeholders: see graph_use.GraphUse.
    """

    signature: Optional[str] = None
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()
    answer: str = "auto"
    legend: Optional[Legend] = None
    receptive_px: Sequence[int] = ()
    receptive_rows: Sequence[int] = ()
    expression_px: int = 0
    scale: float = 0
    placeholders: dict[str, Number] = field(default_factory=dict)
    labels: str = ""
    targets: Sequence[str] = ()
    training_placeholders: dict[str, Number] = field(default_factory=dict)

    @property
    def pitch(self) -> Fraction:
        """The scale as a fraction. Raises InputError unless it is a whole number or the inverse of one."""
        pitch = Fraction(self.scale).limit_denominator(LARGEST_FINENESS)
        is_near = math.isclose(pitch, self.scale, rel_tol=1e-3)  # 0.333 counts as a third
        if pitch < 0 or not is_near or (pitch and 1 not in (pitch.numerator, pitch.denominator)):
            raise InputError(
                "{p:scale} must be a whole number, or 1 divided by a whole number such as 0.5 for pixels of half "
                "the size; received {scale:g}.",
                scale=self.scale,
            )
        return pitch
