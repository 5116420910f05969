"""The classes of an imported model: of its legend, or as many as its output tells."""

from __future__ import annotations

from typing import Optional

from ..base.errors import InputError
from ..images.legend import Legend
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, VALUES
from ..raster.classes import ClassMap, LandClass


def classes_of_answer(answer: str, count: int, legend: Optional[Legend]) -> ClassMap:
    """The classes of a model.

    Args:
        answer: its kind, see graph_use.GraphUse. count: numbers of the output or, for class values, how many there are,
            from 0 on; 0 if that is not known.
    Raises:
        InputError: the legend does not fit them, or is missing.
    """
    known = sorted(legend.by_value) if legend else []
    if legend and not known:
        raise InputError("{p:legend} names no class values. Expected a .qml or .csv with the value of each class.")
    if answer == VALUES:
        return ClassMap.of([LandClass(0, "value")])
    if answer == CLASSES:
        return _of_values(count, legend, known)
    if answer in (SCORES, PROBABILITIES) and count == 1:
        count = 2  # of which it is the score of the second one
    if legend and len(known) != count:
        raise InputError(
            "The model answers with {scores} scores, but {p:legend} has {classes} classes.",
            scores=count,
            classes=len(known),
        )
    values = known if legend else range(count)
    return (legend or Legend()).classes_of_values(values)


def _of_values(count: int, legend: Optional[Legend], known: list[int]) -> ClassMap:
    if not count and not legend:
        raise InputError(
            "The model answers with class values. Give a {p:legend} (.qml or .csv) that names them, or "
            "choose an output with a score for each class."
        )
    if count and legend and not set(range(count)) <= set(known):
        raise InputError(
            "The model answers with the class values 0 … {last}, but {p:legend} has {classes}. Give a legend of these "
            "values. If its labels were counted from 0 only for the training, choose an output with a score for each "
            "class: scores get the values of the legend in their order.",
            last=count - 1,
            classes=legend.classes_of_values(known).describe(),
        )
    return (legend or Legend()).classes_of_values(range(count) if count else known)
