"""Sampling strategies at work: how many samples to draw of each class, and which of its pixels."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.progress import Progress, remarks
from ..base.sampling_strategies import STRATEGY_TABLE
from ..raster.classes import ClassMap, clean_name

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
MAXIMUM_COUNT = 10**12  # more than the pixels of any image; exact in the arithmetic of shares


@dataclass(frozen=True)
class Strategy:
    """How many samples to take of each class.

    Attributes:
        name: a word of base.sampling_strategies. count, percent: its settings.
        by_class: samples of each class by its index, (k,) int64.
        in_steps: rounds `total` as OTBTF does for label images, else as OTB does for polygons.
    """

    name: str = "constant"
    count: int = 500
    percent: float = 1.0
    by_class: Optional[np.ndarray] = None
    in_steps: bool = False

    def shared_out(self, shares: Sequence[float]) -> list[Strategy]:
        """The strategy of each set of a split; their counts of each class add up to those of this one.

        Args:
            shares: the part of all samples that each set gets.
        """
        counts = proportional_counts(self.count, shares)
        if self.by_class is None:
            return [replace(self, count=int(count)) for count in counts]
        by_class = np.array([proportional_counts(int(wanted), shares) for wanted in self.by_class])
        return [replace(self, count=int(count), by_class=wanted) for count, wanted in zip(counts, by_class.T)]

    def required(self, available: np.ndarray, classes: Optional[np.ndarray] = None) -> np.ndarray:
        """Samples to take of each class, (k,) int64, never more than there are.

        Args:
            available: pixels of each class, (k,) int64, none of them 0.
            classes: index of each of these classes, (k,) int64; 0 ... k - 1 by default.
        """
        chosen = np.arange(len(available)) if classes is None else classes
        return np.asarray(STRATEGY_TABLE[self.name].required(available, self, chosen))


def proportional_counts(total: int, shares: Sequence[float]) -> np.ndarray:
    """Whole numbers (k,) int64 in proportion to `shares` that add up to `total`, by largest remainders."""
    exact = total * (np.asarray(shares, np.float64) / np.sum(shares))
    counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")
    counts[largest[: total - counts.sum()]] += 1
    return counts


def choose_ranks(available: int, wanted: int, sampler: str, rng: np.random.Generator) -> np.ndarray:
    """Which of `available` pixels of a class to take: ascending ranks (wanted,) int64 without repetition."""
    if sampler == "periodic":
        return (np.arange(wanted) * available) // max(wanted, 1)
    return np.sort(rng.choice(available, wanted, replace=False)).astype(np.int64)


@dataclass(frozen=True)
class Choice:
    """Chooses, set by set and class by class, which labels become samples.

    Attributes:
        sampler: random or periodic. shares: the part of the samples that each set gets.
        set_names, class_names: for messages.
    """

    strategy: Strategy
    sampler: str
    shares: Sequence[float]
    set_names: Sequence[Words]
    class_names: Sequence[str]
    progress: Progress

    def ranks(
        self, counts: np.ndarray, sets: np.ndarray, present: np.ndarray, rng: np.random.Generator
    ) -> dict[int, list[tuple[int, np.ndarray]]]:
        """For each window with samples: class index and ascending ranks among the window's labels of that class.

        Args:
            counts: labels of each class in each window, (w, k) int64. sets: the set of each window, (w,) int64.
            present: which classes have labels at all, (k,) bool.
        """
        chosen: dict[int, list[tuple[int, np.ndarray]]] = {}
        self._warn_of_lost(counts, sets, present)
        for number, (share, strategy) in enumerate(zip(self.shares, self.strategy.shared_out(self.shares))):
            members = np.flatnonzero(sets == number)
            if not len(members) or share <= 0:
                continue
            available = counts[members].sum(axis=0)
            usable = np.flatnonzero(available)
            wanted = strategy.required(available[usable], usable)
            self._warn(strategy, number, available[usable], usable, wanted)
            for index, needed in zip(usable.tolist(), wanted.tolist()):
                ranks = choose_ranks(int(available[index]), needed, self.sampler, rng)
                ends = np.cumsum(counts[members, index])
                owner = np.searchsorted(ends, ranks, side="right")
                for place in np.unique(owner):
                    window = int(members[place])
                    local = ranks[owner == place] - (ends[place] - counts[window, index])
                    chosen.setdefault(window, []).append((index, local))
        return chosen

    def _warn_of_lost(self, counts: np.ndarray, sets: np.ndarray, present: np.ndarray) -> None:
        """Warns of classes without labels in some sets, once for each class; parameters as in `ranks`."""
        used = [number for number, share in enumerate(self.shares) if share > 0 and (sets == number).any()]
        lacking = {number: present & (counts[sets == number].sum(axis=0) == 0) for number in used}
        for index, name in enumerate(self.class_names):
            lost = [self.set_names[number] for number in used if lacking[number][index]]
            if lost:
                self.progress.warning("The class “{name}” has no pixel in the blocks of: {sets}.", name=name, sets=lost)

    def _warn(
        self, strategy: Strategy, number: int, available: np.ndarray, usable: np.ndarray, wanted: np.ndarray
    ) -> None:
        names, of = self.class_names, self.set_names[number]
        if strategy.name == "constant" and wanted.max() < strategy.count:
            self.progress.warning(
                "The class “{name}” has only {pixels} pixels ({set}), so that many are taken of every class "
                "instead of {count}. {p:strategy=total} or all keeps the others larger.",
                name=names[usable[available.argmin()]],
                pixels=wanted.max(),
                set=of,
                count=strategy.count,
            )
        if strategy.name == "byclass" and strategy.by_class is not None:
            for index, there in zip(usable, available):
                if strategy.by_class[index] > there:
                    self.progress.warning(
                        "The class “{name}” has only {pixels} pixels ({set}) instead of the {count} asked for; "
                        "all of them are taken.",
                        name=names[index],
                        pixels=there,
                        set=of,
                        count=strategy.by_class[index],
                    )


def read_class_counts(path: str, classes: ClassMap) -> np.ndarray:
    """Samples of each class, (k,) int64, from a table with the columns class and count; 0 for classes not in it.

    The class is its value or its name. A first line that is not such a pair is taken for a header.

    Raises:
        InputError: the file cannot be read, or a line is not a class and a count.
    """
    name = os.path.basename(path)
    wanted: dict[int, int] = {}
    for number, cells in enumerate(_read_table(path)):
        index = _index_in(classes, cells[0].strip()) if len(cells) == 2 else None
        count = cells[1].strip() if len(cells) == 2 else ""
        is_header = number == 0 and len(cells) == 2 and index is None and not count.isdecimal()
        if is_header:
            continue
        if index is None or not count.isdecimal():
            raise InputError(
                "Line {number} of “{name}” is “{cells}”; expected a class and a number of samples. The labels "
                "have the classes {classes}.",
                number=number + 1,
                name=name,
                cells=cells,
                classes=classes.describe(),
            )
        if index in wanted:
            raise InputError(
                "“{name}” names the class {class_name} twice. Remove one of the lines.",
                name=name,
                class_name=classes.names[index],
            )
        if len(count) > len(str(MAXIMUM_COUNT)) or int(count) > MAXIMUM_COUNT:
            raise InputError(
                "Line {number} of “{name}” asks for more samples of {class_name} than the {most:,} that are "
                "possible. Give a smaller number; more than there are means all.",
                number=number + 1,
                name=name,
                class_name=classes.names[index],
                most=MAXIMUM_COUNT,
            )
        wanted[index] = int(count)
    if not any(wanted.values()):
        raise InputError(
            "“{name}” asks for no sample at all. Expected lines with a class and a number of samples, such as "
            "{value},500.",
            name=name,
            value=classes.classes[0].value,
        )
    left_out = [c for index, c in enumerate(classes.names) if index not in wanted]
    if left_out:
        remarks.warning(
            "“{about}” has no line for the class(es) {classes}, so none of their pixels is drawn. If that is meant, "
            "give them the number 0.",
            about=name,
            classes=left_out,
        )
    return np.array([wanted.get(i, 0) for i in range(len(classes))], np.int64)


def _read_table(path: str) -> list[list[str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
        delimiter = next((d for d in ("\t", ";") if d in text), ",")
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "The table of class counts “{path}” cannot be read: {reason}. Expected a csv with class and count.",
            path=path,
            reason=_reason(error),
        ) from error
    return [cells for cells in rows if any(c.strip() for c in cells)]


def _reason(error: Exception) -> Words:
    if isinstance(error, UnicodeDecodeError):
        return Message("it is not text in UTF-8")
    return str(getattr(error, "strerror", None) or error)


def _index_in(classes: ClassMap, text: str) -> Optional[int]:
    name = clean_name(text)
    if name in classes.names:
        return classes.names.index(name)
    index = int(classes.index_of(np.array(int(name)))) if _WHOLE.fullmatch(name) else -1
    return index if index >= 0 else None
