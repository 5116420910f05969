"""Fast evaluation of a Random Forest on all pixels of a block, with NumPy alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..base import limits
from ..base.messages import Message

# Threads wait for each other between NumPy's calls, so short arrays make two threads slower than one; arrays much
# longer than this no longer fit into the processor's cache.
PIXELS_AT_ONCE = 2**18
USUAL_WORDS = 8  # longer keys, as in forests with many features, are made for fewer pixels at once
SAMPLES_PER_TASK = (2**16, 2**17)  # at least, at most
SPLITS_PER_JUNCTION = 4
STEPS_UNCHECKED = 3
HASH_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)  # odd numbers with well-mixed bits


@dataclass(frozen=True)
class Trees:
    """All trees of a forest, node after node.

    A sample goes left where sample[feature] <= threshold. A leaf has itself as both children.

    Attributes:
        roots: first node of each tree, (t,) int32.
        feature: (m,) int32. threshold: (m,) float64. left, right: (m,) int32, nodes.
        share: share of each class in a node, (m, k) float32.
        feature_count: number of features of a sample.
    """

    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    share: np.ndarray
    feature_count: int


class ForestEvaluator:
    """A forest rearranged for fast evaluation with NumPy.

    All that matters to a forest is which thresholds a value exceeds. So each value is replaced by its rank among the
    thresholds of its feature, and all ranks of a pixel are packed into a key of one or a few 64-bit words. Only
    distinct keys are evaluated.

    A junction combines up to four splits of a tree, each on a different field of the same key, decided by one
    addition (see `_Keys`). Junctions and leaves are records in one table of 64-bit words, and a sample is at the
    position of a record:

        junction: test, word, 2 ** fields exits (the position of the next record for each outcome)
        leaf:     0,    0,    its own position, shares of the classes, two in a word
    """

    _TEST, _WORD, _EXIT, _SHARES = 0, 1, 2, 3

    def __init__(self, forest: Trees):
        self._forest = forest
        self._keys = _Keys(forest)
        # The sum over all trees fits 32 bits. Sums of integers are exact.
        self._share_unit = 2.0 ** (32 - len(forest.roots).bit_length())
        self._table, self._roots, self._first_leaf = self._arrange()
        self._words, self._exits = (self._table[place:].view(np.int64) for place in (self._WORD, self._EXIT))

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """See `Forest.predict`."""
        if pixels.shape[-1] != self._forest.feature_count:
            raise ValueError(
                Message(
                    "the forest knows {known} features, not {received}",
                    known=self._forest.feature_count,
                    received=pixels.shape[-1],
                )
            )
        samples = pixels.reshape(-1, pixels.shape[-1])
        result = np.empty((len(samples), self._forest.share.shape[1]), np.float32)
        at_once = PIXELS_AT_ONCE // -(-self._keys.words // USUAL_WORDS)
        for start in range(0, len(samples), at_once):
            part = slice(start, start + at_once)
            self._predict_part(samples[part], result[part])
        return result.reshape(*pixels.shape[:-1], result.shape[1])

    def _predict_part(self, samples: np.ndarray, result: np.ndarray) -> None:
        keys = np.empty((self._keys.words, len(samples)), np.uint64)

        def pack(part: slice) -> None:
            keys[:, part] = self._keys.pack(samples[part])

        _in_threads(pack, len(samples))
        first, inverse = _distinct(keys)
        different = keys[:, first]
        probabilities = np.empty((len(first), result.shape[1]), np.float32)

        def evaluate(part: slice) -> None:
            probabilities[part] = self._probabilities(np.ascontiguousarray(different[:, part]))

        _in_threads(evaluate, len(first))
        np.take(probabilities, inverse, axis=0, out=result, mode="clip")

    def _probabilities(self, keys: np.ndarray) -> np.ndarray:
        """Keys (words, n) uint64 -> class probabilities (n, k) float32."""
        words = -(-self._forest.share.shape[1] // 2)
        totals = np.zeros((words, keys.shape[1]), np.uint64)
        at, scratch = np.empty(keys.shape[1], np.int64), np.empty(keys.shape[1], np.uint64)
        for root in self._roots:
            at.fill(root)
            for _ in range(STEPS_UNCHECKED):
                self._step(at, keys, scratch)
            self._walk(at, keys, scratch)
            for word, total in enumerate(totals):
                self._table[self._SHARES + word :].take(at, out=scratch, mode="wrap")
                total += scratch
        result = np.empty((keys.shape[1], self._forest.share.shape[1]), np.float32)
        for column in range(result.shape[1]):
            sums = totals[column // 2] >> np.uint64(32 * (column % 2)) & np.uint64(0xFFFFFFFF)
            result[:, column] = sums / (len(self._roots) * self._share_unit)
        return result

    def _walk(self, at: np.ndarray, keys: np.ndarray, scratch: np.ndarray) -> None:
        """Moves samples from their records `at` (n,) int64 to their leaves, in place."""
        while True:
            inner = at < self._first_leaf
            count = np.count_nonzero(inner)
            if count == 0:
                return
            if count < len(at) / 2:  # most have arrived: continue with the others alone
                rows = np.flatnonzero(inner)
                others = at.take(rows)
                self._walk(others, keys.take(rows, axis=1), scratch[:count])
                at[rows] = others
                return
            self._step(at, keys, scratch)

    def _step(self, at: np.ndarray, keys: np.ndarray, scratch: np.ndarray) -> None:
        """Moves samples to the next record; those in leaves stay. mode="wrap" saves `take` a copy of its result."""
        self._table.take(at, out=scratch, mode="wrap")
        if len(keys) == 1:
            scratch += keys[0]
        else:
            place = self._words.take(at)
            place *= keys.shape[1]
            place += np.arange(keys.shape[1])
            scratch += keys.reshape(-1).take(place)
        self._keys.read_outcome(scratch)
        following = scratch.view(np.int64)
        following += at
        self._exits.take(following, out=at, mode="wrap")

    def _arrange(self) -> tuple[np.ndarray, np.ndarray, int]:
        """The table (uint64), the positions of the roots (t,) int64, and where the leaves begin."""
        forest, keys = self._forest, self._keys
        leaves = np.flatnonzero(_is_leaf(forest))
        starts, tests, exits = self._junctions()
        shares = self._packed_shares(leaves)
        junction_size, leaf_size = self._EXIT + exits.shape[1], self._SHARES + shares.shape[1]
        first_leaf = len(starts) * junction_size
        position = np.zeros(len(forest.feature), np.int64)
        position[starts] = np.arange(len(starts)) * junction_size
        position[leaves] = first_leaf + np.arange(len(leaves)) * leaf_size
        table = np.zeros(first_leaf + len(leaves) * leaf_size, np.uint64)
        records = table[:first_leaf].reshape(-1, junction_size)
        records[:, self._TEST] = tests
        records[:, self._WORD] = keys.word[forest.feature[starts]]
        records[:, self._EXIT :] = position[exits]
        records = table[first_leaf:].reshape(-1, leaf_size)
        records[:, self._EXIT] = position[leaves]
        records[:, self._SHARES :] = shares
        return table, position[forest.roots], first_leaf

    def _junctions(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Groups the splits of all trees into junctions, from the roots down.

        Returns:
            starts: their first nodes, (j,) int64. tests: (j,) uint64. exits: nodes, (j, 2 ** fields) int64.
        """
        forest = self._forest
        known = _is_leaf(forest)
        found = [(np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros((0, 2**self._keys.fields), np.int64))]
        ends = forest.roots
        while True:
            starts = np.unique(ends)
            starts = starts[~known[starts]]
            if not len(starts):
                return tuple(np.concatenate(arrays) for arrays in zip(*found))  # type: ignore[return-value]
            known[starts] = True
            tests, ends = self._join(starts)
            found.append((starts, tests, ends))

    def _join(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The tests (j,) uint64 and exits (j, outcomes) of the junctions that begin at nodes `starts` (j,).

        All outcomes are followed down together. A node on a field that is still free takes it; a node whose field is
        already taken by another threshold ends the walk.
        """
        forest, keys = self._forest, self._keys
        leaf, free = _is_leaf(forest), -1
        rows, outcomes = np.arange(len(starts))[:, np.newaxis], np.arange(2**keys.fields)
        taken = np.full((len(starts), keys.fields), free)
        nodes = np.repeat(starts[:, np.newaxis], len(outcomes), axis=1)
        words = keys.word[forest.feature[starts]][:, np.newaxis]
        for _ in range(keys.fields):
            feature, rank = forest.feature[nodes], keys.split_rank[nodes]
            field = keys.field[feature]
            usable = ~leaf[nodes] & (keys.word[feature] == words)
            row, column = np.nonzero(usable & (taken[rows, field] == free))
            taken[row, field[row, column]] = rank[row, column]
            decided = usable & (taken[rows, field] == rank)
            following = np.where(outcomes >> field & 1, forest.right[nodes], forest.left[nodes])
            nodes = np.where(decided, following, nodes)
        return keys.tests(taken), nodes

    def _packed_shares(self, leaves: np.ndarray) -> np.ndarray:
        """Shares of the classes as 32-bit fixed-point numbers, two in a word: (leaves, words) uint64."""
        share = np.clip(self._forest.share[leaves].astype(np.float64), 0, 1)
        numbers = np.rint(share * self._share_unit).astype(np.uint64)
        numbers = np.pad(numbers, ((0, 0), (0, numbers.shape[1] % 2)))
        packed: np.ndarray = numbers[:, 0::2] | numbers[:, 1::2] << np.uint64(32)
        return packed


class _Keys:
    """Packs the ranks of a sample's values into 64-bit words.

    Every rank has a field of `width` bits, the highest of which is zero. Adding 2 ** (width - 1) - 1 - i sets that bit
    if, and only if, the rank exceeds i. So one addition compares every field of a word with its threshold.

    Attributes:
        words: words per key. fields: fields per word.
        word, field: where each feature is, (f,) int64.
        split_rank: rank of each node's threshold, (m,) int64; a sample goes right where its own rank exceeds it.
    """

    def __init__(self, forest: Trees):
        limits = _float32_below(forest.threshold)
        inner = ~_is_leaf(forest)
        self.split_rank = np.zeros(len(limits), np.int64)
        self._levels, most = [], 0
        for feature in range(forest.feature_count):
            nodes = np.flatnonzero(inner & (forest.feature == feature))
            distinct, self.split_rank[nodes] = np.unique(limits[nodes], return_inverse=True)
            self._levels.append(_search_levels(distinct))
            most = max(most, len(distinct))
        self._width = max(most.bit_length() + 1, SPLITS_PER_JUNCTION + 1)  # wide enough for read_outcome, too
        self.fields = min(SPLITS_PER_JUNCTION, 64 // self._width)
        self.word, self.field = np.divmod(np.arange(forest.feature_count), self.fields)
        self.words = int(self.word[-1]) + 1
        top_bits = [self._width * (field + 1) - 1 for field in range(self.fields)]
        self._top_bits = np.uint64(sum(1 << bit for bit in top_bits))
        self._lowest_outcome_bit = np.uint64(64 - self.fields)
        self._gather = np.uint64(sum(1 << 64 - self.fields + i - bit for i, bit in enumerate(top_bits)))

    def pack(self, samples: np.ndarray) -> np.ndarray:
        """Samples (n, f) of any real type -> keys (words, n) uint64."""
        keys = np.zeros((self.words, len(samples)), np.uint64)
        for feature, levels in enumerate(self._levels):
            values = samples[:, feature].astype(np.float32)
            np.fmin(values, np.float32(np.inf), out=values)  # NaN is never <= threshold, just like infinity
            ranks = _rank(values, levels).view(np.uint64)
            ranks <<= np.uint64(self._width * self.field[feature])
            keys[self.word[feature]] |= ranks
        return keys

    def tests(self, split_ranks: np.ndarray) -> np.ndarray:
        """The addends (j,) that compare the fields of a word with ranks (j, fields) int64; -1 never sets a bit."""
        shifts = self._width * np.arange(self.fields, dtype=np.uint64)
        addends = np.where(split_ranks < 0, 0, (1 << self._width - 1) - 1 - split_ranks).astype(np.uint64)
        joined: np.ndarray = np.bitwise_or.reduce(addends << shifts, axis=1)
        return joined

    def read_outcome(self, sums: np.ndarray) -> None:
        """Replaces word + test (n,) uint64 with the outcome, in place: bit i is set if field i exceeds its threshold.

        The multiplication moves the top bit of each field to its place at the upper end of the word. All other
        products overflow the word or stay apart below, as a field has more bits than there are fields.
        """
        sums &= self._top_bits
        sums *= self._gather
        sums >>= self._lowest_outcome_bit


def _is_leaf(forest: Trees) -> np.ndarray:
    """(m,) bool."""
    leaf: np.ndarray = forest.left == np.arange(len(forest.left))
    return leaf


def _float32_below(thresholds: np.ndarray) -> np.ndarray:
    """The largest float32 <= each float64; float32 values compare with both in the same way."""
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)


def _search_levels(thresholds: np.ndarray) -> list[np.ndarray]:
    """The levels of a complete binary search tree over sorted thresholds (n,) float32, its root first."""
    depth = len(thresholds).bit_length()
    padded = np.full(2**depth - 1, np.inf, np.float32)
    padded[: len(thresholds)] = thresholds
    return [padded[2**below - 1 :: 2 ** (below + 1)].copy() for below in reversed(range(depth))]


def _rank(values: np.ndarray, levels: list[np.ndarray]) -> np.ndarray:
    """How many thresholds each value (n,) float32 exceeds, (n,) int64; several times faster than np.searchsorted."""
    ranks, threshold = np.zeros(len(values), np.int64), np.empty(len(values), np.float32)
    for level in levels:
        level.take(ranks, out=threshold, mode="wrap")
        ranks += ranks
        ranks += values > threshold
    return ranks


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Finds equal keys (words, n) by hashing, much faster than np.unique.

    Keys that collide with others in every hash table are kept as distinct: this costs time but is never wrong.

    Returns:
        first: a column for each distinct key, (d,) int64. inverse: the index into `first` of each column, (n,) int64.
    """
    count = keys.shape[1]
    stands_for_it, rest = np.arange(count), np.arange(count)
    for factor in HASH_FACTORS:
        part = keys.take(rest, axis=1)
        slots = _hash(part, np.uint64(factor), count.bit_length())
        table = np.empty(2 ** count.bit_length(), np.int64)
        table[slots] = rest
        candidate = table.take(slots)
        same = (keys.take(candidate, axis=1) == part).all(axis=0)
        stands_for_it[rest[same]] = candidate[same]
        rest = rest[~same]
        if not len(rest):
            break
    first = np.flatnonzero(stands_for_it == np.arange(count))
    place = np.empty(count, np.int64)
    place[first] = np.arange(len(first))
    return first, place.take(stands_for_it)


def _hash(keys: np.ndarray, factor: np.uint64, bits: int) -> np.ndarray:
    """Keys (words, n) uint64 -> numbers of `bits` bits, (n,) int64."""
    mixed = np.zeros(keys.shape[1], np.uint64)
    for word in keys:
        mixed ^= word
        mixed *= factor
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def _in_threads(work: Callable[[slice], None], count: int) -> None:
    """Calls `work` on all processors, for slices that together cover `count` samples."""
    workers = limits.processors()
    size = min(max(-(-count // workers), SAMPLES_PER_TASK[0]), SAMPLES_PER_TASK[1])
    parts = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    if len(parts) < 2 or workers == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(min(workers, len(parts))) as pool:
        list(pool.map(work, parts))
