"""Answers of models, and of the patches that they learn from: classes, or the values of an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Union

from ..base.errors import InputError
from ..base.map_results import CLASSES, VALUES, MapResult, Needs
from ..raster.classes import ClassMap
from .normalization import TAG as NORMALIZATION_TAG
from .value_target import Target


class Scaling(NamedTuple):
    """The physical size of one step of a stored value, and the physical value of 0; None if not recorded."""

    scale: Optional[float] = None
    offset: Optional[float] = None


@dataclass(frozen=True)
class ClassAnswer:
    """One of several classes, or a score for each.

    Attributes:
        has_classes: whether these can be mapped, compared and exported.
        learns_on_coarser_images: whether a model may be meant for finer pixels than those that it learned from.
    """

    classes: ClassMap
    has_classes = True
    learns_on_coarser_images = False

    @property
    def count(self) -> int:
        """How many numbers an answer has."""
        return len(self.classes)

    @property
    def class_names(self) -> Sequence[str]:
        return self.classes.names

    def value_names(self, count: int) -> Sequence[str]:
        """Names for the numbers of an answer, which need not be classes."""
        return [f"value {i}" for i in range(count)]

    def result(self, wanted: MapResult) -> MapResult:
        """The result that a map shows where the user wants this one."""
        return wanted

    def scaling(self, result: MapResult) -> Scaling:
        """Scale and offset of the pixels of a map."""
        return Scaling()

    def stored_in(self, result: MapResult) -> Target:
        """The image in whose type a map can be stored. Raises InputError if there is none."""
        raise _without_target()

    def tags(self, result: MapResult) -> dict[str, Any]:
        """What a map records about the answer."""
        return {}


@dataclass(frozen=True)
class ValueAnswer:
    """The values of an image; see ClassAnswer."""

    target: Target
    has_classes = False
    learns_on_coarser_images = True

    @property
    def count(self) -> int:
        return len(self.target.bands)

    @property
    def classes(self) -> ClassMap:
        return ClassMap(())

    @property
    def class_names(self) -> Sequence[str]:
        return ()

    def value_names(self, count: int) -> Sequence[str]:
        return self.target.bands

    def result(self, wanted: MapResult) -> MapResult:
        """Values by default. Raises InputError if the wanted result needs classes."""
        if wanted.needs in (Needs.FEATURES, Needs.ANSWERS):
            return wanted
        if wanted is not CLASSES:  # the default, which the user need not have chosen
            raise InputError(
                "This model answers with values ({bands}), so it has no {result}. Choose {p:result=values}.",
                bands=self.target.bands,
                result=wanted.word,
            )
        if self.target.is_foreign:
            raise values_without_classes()
        return VALUES

    def scaling(self, result: MapResult) -> Scaling:
        return Scaling(*(self.target.scaling or ())) if result is VALUES else Scaling()

    def stored_in(self, result: MapResult) -> Target:
        if result is not VALUES:
            raise _without_target()
        return self.target

    def tags(self, result: MapResult) -> dict[str, Any]:
        normalization = self.target.image.normalization
        return {NORMALIZATION_TAG: normalization.to_json()} if result is VALUES and normalization is not None else {}


def values_without_classes() -> InputError:
    """The error for a map of classes of an imported model that answers with values."""
    return InputError(
        "This model answers with values, not with classes. Choose {p:result=values}. If its only output is the "
        "probability of something, import it again with {p:answer=probabilities}, which makes two classes of it."
    )


def _without_target() -> InputError:
    return InputError(
        "{p:precision=target} is for {p:result=values} of a model that was trained on patches of values. Choose "
        "float32."
    )


Answer = Union[ClassAnswer, ValueAnswer]


def answer_of(classes: ClassMap, target: Optional[Target]) -> Answer:
    """The answer of a model or of a set of patches: values if it has a target, else classes."""
    return ClassAnswer(classes) if target is None else ValueAnswer(target)
