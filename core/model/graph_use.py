"""How an imported graph is used: its input and output tensors, and how the output cells align with the image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fractions import Fraction
from typing import Any, Union

from ..base.errors import InputError, ModelFileError
from ..base.messages import Message
from ..base.plain_json import reason_of

SCORES, PROBABILITIES, CLASSES, VALUES = "scores", "probabilities", "classes", "values"
ANSWERS = (SCORES, PROBABILITIES, CLASSES, VALUES)
MAXIMUM_PX = 10_000

Number = Union[bool, int, float]


@dataclass(frozen=True)
class Dense:
    """How the output cells of a graph align with a large image, along both axes.

    Attributes:
        step: distance of two cells, in units of 1 / `fineness` pixels.
        alignment: number of cells after which the graph repeats itself.
        first, last: cells at the start and end of each output that depend on where the image ends.
    """

    step: int = 1
    alignment: int = 1
    first: int = 0
    last: int = 0
    fineness: int = 1

    @property
    def pitch(self) -> Fraction:
        """Pixels between two cells."""
        return Fraction(self.step, self.fineness)


@dataclass(frozen=True)
class GraphUse:
    """What a graph takes and returns.

    Attributes:
        inputs: a tensor for each source. outputs: tensors; the first one determines the class, all are `values`.
        answer: content of the first output: scores or probabilities of the classes, class values, or other values.
        expression_px: output cells per patch along each axis (OTBTF's expression field).
        expression_rows: of these, the number along columns if it is another one; else 0.
        scale: size of a map pixel (OTBTF's spacing scale), in units of 1 / `fineness` pixels of the first source.
        dense: how its cells align with an image larger than a patch; None if it only takes patches.
        placeholders: the values of other tensors.
        labels: the tensor that takes the class indices of a training batch, or empty.
        targets: operations that carry out a training step. training_placeholders: likewise, while it trains.
        scores: if the first output is the class with the largest score, the tensor of the scores; or empty.
        steps: distance of two cells over each source, as numerator and denominator of its pixels; empty if it is the
            same number of pixels for all of them.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    answer: str = SCORES
    expression_px: int = 1
    scale: int = 1
    dense: Any = None
    placeholders: dict[str, Number] = field(default_factory=dict)
    labels: str = ""
    targets: tuple[str, ...] = ()
    training_placeholders: dict[str, Number] = field(default_factory=dict)
    fineness: int = 1
    expression_rows: int = 0
    scores: str = ""
    steps: tuple[tuple[int, int], ...] = ()

    @property
    def pitch(self) -> Fraction:
        """Pixels of the first source per pixel of the map."""
        return Fraction(self.scale, self.fineness)

    @property
    def expression(self) -> tuple[int, int]:
        """Rows and columns of the output cells of a patch."""
        return self.expression_rows or self.expression_px, self.expression_px

    def pitch_over(self, number: int) -> Fraction:
        """Pixels of a source, counted from 0, per pixel of the map."""
        return Fraction(*self.steps[number]) if self.steps else self.pitch

    def cells(self, patch: tuple[int, int], image: tuple[int, int]) -> tuple[int, int]:
        """Rows and columns of the output for an image of the first source, given those of its patch."""
        rows, columns = (
            cells + int((size - least) / self.pitch) for cells, size, least in zip(self.expression, image, patch)
        )
        return rows, columns

    def to_json(self) -> dict[str, Any]:
        """Plain values for `from_json`; what earlier versions do not know is left out where it says nothing."""
        return asdict(self, dict_factory=lambda items: {k: v for k, v in items if (k, v) not in _SILENT.items()})

    @classmethod
    def from_json(cls, values: Any) -> GraphUse:
        """Reads what `to_json` returned. Raises ModelFileError if it is malformed."""
        try:
            values = {**_SILENT, **values}
            if set(values) != {f.name for f in fields(cls)}:
                raise ValueError(Message("its entries"))
            if values["answer"] not in ANSWERS:
                raise ValueError(Message("answer"))
            dense = values["dense"]
            names = {name: _names(values[name]) for name in ("inputs", "outputs", "targets")}
            if not names["inputs"] or not names["outputs"]:
                raise ValueError(Message("inputs and outputs"))
            use = cls(
                **names,
                answer=values["answer"],
                expression_px=_count(values["expression_px"]),
                scale=_count(values["scale"]),
                dense=None if dense is None else Dense(**{k: _count(v, k in _EDGES) for k, v in dense.items()}),
                placeholders=_numbers(values["placeholders"]),
                labels=str(values["labels"]),
                training_placeholders=_numbers(values["training_placeholders"]),
                fineness=_count(values["fineness"]),
                expression_rows=_count(values["expression_rows"], True),
                scores=str(values["scores"]),
                steps=tuple((_count(step), _count(fineness)) for step, fineness in values["steps"]),
            )
            alignments = use.expression if use.dense is None else (use.dense.alignment,)
            pitches = [use.pitch_over(number) for number in range(len(use.steps) or 1)]
            if (
                any(alignment * pitch % 1 for alignment in alignments for pitch in pitches)
                or (use.dense is not None and use.dense.pitch != use.pitch)
                or pitches[0] != use.pitch
                or len(use.steps) not in (0, len(use.inputs))
            ):
                raise ValueError(Message("scale and fineness"))
            return use
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise ModelFileError(
                "The description of the graph in the model file is damaged: {reason}. Import the model again.",
                reason=reason_of(error),
            ) from error


_EDGES = ("first", "last")
_SILENT: dict[str, Any] = {"fineness": 1, "expression_rows": 0, "scores": "", "steps": ()}


def _names(values: Any) -> tuple[str, ...]:
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, str) and value for value in values):
        raise ValueError(Message("names of tensors"))
    return tuple(values)


def _count(value: Any, may_be_zero: bool = False) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not (0 if may_be_zero else 1) <= value <= MAXIMUM_PX:
        raise ValueError(Message("{value} is not a number of pixels", value=repr(value)))
    return value


def _numbers(values: Any) -> dict[str, Number]:
    for value in values.values():
        if not isinstance(value, (bool, int, float)) or not math.isfinite(value):
            raise ValueError(Message("{value} is not a number", value=repr(value)))
    return {str(name): value for name, value in values.items()}


def read_names(text: str) -> list[str]:
    """Names of tensors as a user writes them: separated by blanks, commas or semicolons."""
    return text.replace(";", " ").replace(",", " ").split()


def read_placeholders(text: str, parameter: Message) -> dict[str, Number]:
    """Values of placeholders as a user writes them: `name=value`, separated by blanks, commas or semicolons.

    Raises:
        InputError: a part is not of this form, or a name is given twice.
    """
    values: dict[str, Number] = {}
    for part in read_names(text):
        name, equals, value = part.rpartition("=")
        if not equals or not name or name in values:
            raise InputError(
                "{parameter} must be like “lr=0.0002 is_training=false”, each name once; received “{part}”.",
                parameter=parameter,
                part=part,
            )
        values[name] = _number(value, parameter)
    return values


def _number(text: str, parameter: Message) -> Number:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError as error:
        raise InputError(
            "{parameter} takes numbers, true and false; received “{text}”.", parameter=parameter, text=text
        ) from error
    if not math.isfinite(number):
        raise InputError("{parameter} takes finite numbers; received “{text}”.", parameter=parameter, text=text)
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def with_tensor_names(values: Mapping[str, Number]) -> dict[str, Number]:
    """The same values by the names of tensors: `lr` is the tensor `lr:0`."""
    return {name if ":" in name else f"{name}:0": value for name, value in values.items()}
