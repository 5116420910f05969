"""Sampling strategies: how many samples of each class, and which of its pixels."""

import csv

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress, remarks
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.strategies import Choice, Strategy, choose_ranks, read_class_counts

SEEDS = range(5)


class TestRequiredCounts:
    AVAILABLE = np.array([1000, 40, 260])

    @pytest.mark.parametrize(
        ("strategy", "count", "expected"),
        [
            ("constant", 30, [30, 30, 30]),
            ("constant", 40, [40, 40, 40]),
            ("constant", 500, [40, 40, 40]),
            ("smallest", 7, [40, 40, 40]),
            ("all", 7, [1000, 40, 260]),
            ("total", 130, [100, 4, 26]),
            ("total", 100, [77, 3, 20]),
            ("total", 99999, [1000, 40, 260]),
        ],
    )
    def test_by_hand(self, strategy, count, expected):
        assert Strategy(strategy, count).required(self.AVAILABLE).tolist() == expected

    @pytest.mark.parametrize(("strategy", "count"), [("smallest", 1), ("constant", 200), ("total", 1000), ("all", 1)])
    def test_as_otb_counts(self, reference, strategy, count):
        with open(reference / f"sampling_rates_{strategy}.csv", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        required, total = (np.array([int(r[i]) for r in rows]) for i in (1, 2))
        assert Strategy(strategy, count).required(total).tolist() == required.tolist()

    def test_percent_as_otb_counts(self, reference):
        with open(reference / "sampling_rates_percent.csv", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        required, total = (np.array([int(r[i]) for r in rows]) for i in (1, 2))
        assert Strategy("percent", percent=1).required(total).tolist() == required.tolist()

    @pytest.mark.parametrize(
        ("name", "strategy", "count"), [("constant_60", "constant", 60), ("total_500", "total", 500)]
    )
    def test_label_images_as_otbtf_counts(self, reference, name, strategy, count):
        with RasterReader(str(reference / "labels_west_5classes.tif")) as reader:
            available = np.bincount(reader.read(reader.grid.window).ravel(), minlength=256)[:5]
        theirs = np.bincount(read_points(str(reference / f"points_{strategy}_{count}.gpkg")).fields["class"])
        assert Strategy(strategy, count, in_steps=True).required(available).tolist() == theirs.tolist()

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("in_steps", [False, True])
    def test_a_total_is_kept_to_one_per_class(self, seed, in_steps):
        """OTBTF's steps alone would give up to twice as many: 1999 of 1999 pixels where 1000 are requested."""
        rng = np.random.default_rng(seed)
        available = rng.integers(1, 5000, 6)
        for count in (6, 100, int(available.sum() * 0.51), int(available.sum())):
            taken = Strategy("total", count, in_steps=in_steps).required(available)
            assert abs(taken.sum() - count) <= 6

    def test_percent_and_byclass_by_hand(self):
        assert Strategy("percent", percent=2.5).required(self.AVAILABLE).tolist() == [25, 1, 7]
        assert Strategy("percent", percent=100).required(self.AVAILABLE).tolist() == [1000, 40, 260]
        by_class = np.array([0, 100, 30])
        assert Strategy("byclass", by_class=by_class).required(self.AVAILABLE).tolist() == [0, 40, 30]
        some = Strategy("byclass", by_class=by_class).required(np.array([5, 5]), np.array([0, 2]))
        assert some.tolist() == [0, 5]

    @pytest.mark.parametrize("shares", [(0.5, 0.5), (0.7, 0.3), (1.0, 0.0), (1 / 3, 1 / 3, 1 / 3)])
    def test_the_sets_of_a_split_add_up_to_the_requested_count(self, shares):
        for count in (1, 3, 10, 501):
            sets = Strategy("byclass", count, by_class=np.array([0, count, 7])).shared_out(shares)
            assert sum(s.count for s in sets) == count
            assert sum(s.by_class for s in sets).tolist() == [0, count, 7]
        assert [s.count for s in Strategy(count=3).shared_out((0.5, 0.5))] == [2, 1]

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("strategy", ["constant", "smallest", "total", "all"])
    def test_never_more_than_there_are(self, strategy, seed):
        rng = np.random.default_rng(seed)
        available = rng.integers(1, 5000, 6)
        for count in (1, 50, 3000, 10**6):
            assert (Strategy(strategy, count).required(available) <= available).all()


class TestChooseRanks:
    @pytest.mark.parametrize("sampler", ["random", "periodic"])
    @pytest.mark.parametrize(("available", "wanted"), [(10, 10), (10, 3), (1000, 7), (5, 0), (1, 1)])
    def test_ranks_are_ascending_different_and_in_range(self, sampler, available, wanted):
        ranks = choose_ranks(available, wanted, sampler, np.random.default_rng(0))
        assert ranks.dtype == np.int64
        assert len(ranks) == wanted
        assert (np.diff(ranks) > 0).all()
        assert ((ranks >= 0) & (ranks < available)).all()

    @pytest.mark.parametrize(("available", "wanted"), [(12, 4), (1000, 7), (7, 5)])
    def test_periodic_ranks_are_evenly_spaced(self, available, wanted):
        ranks = choose_ranks(available, wanted, "periodic", np.random.default_rng(0))
        assert ranks.tolist() == [i * available // wanted for i in range(wanted)]

    def test_every_rank_is_drawn_equally_often(self):
        rng = np.random.default_rng(0)
        drawn = np.bincount(np.concatenate([choose_ranks(8, 3, "random", rng) for _ in range(4000)]), minlength=8)
        assert drawn == pytest.approx(np.full(8, 1500), rel=0.1)


class TestClassCounts:
    CLASSES = ClassMap.of([LandClass(1, "water"), LandClass(5, "forêt, claire"), LandClass(-3, "town")])

    @pytest.mark.parametrize(
        "text",
        [
            "class,count\n1,20\n-3,7\n",
            "1,20\n-3,7",
            "#class\tcount\n1\t20\n-3\t7\n",
            "water;20\r\ntown;7\r\n",
            "\ufeffname,count\nwater, 20\n\n town ,7\n",
        ],
    )
    def test_values_and_names_in_any_table(self, tmp_path, text):
        (tmp_path / "c.csv").write_text(text, encoding="utf-8", newline="")
        assert read_class_counts(str(tmp_path / "c.csv"), self.CLASSES).tolist() == [7, 20, 0]

    @pytest.mark.parametrize(("last", "told"), [("", ["forêt, claire"]), ('"forêt, claire",0\n', [])])
    def test_a_class_without_a_line_is_told(self, tmp_path, last, told):
        (tmp_path / "c.csv").write_text(f"1,20\n-3,7\n{last}", encoding="utf-8")
        events = []
        with remarks.heard_by(Progress(events.append)):
            assert read_class_counts(str(tmp_path / "c.csv"), self.CLASSES).tolist() == [7, 20, 0]
        assert [name in e["text"] and e["event"] == "warning" for e, name in zip(events, told)] == [True] * len(told)
        assert len(events) == len(told)

    def test_a_name_with_a_comma_is_quoted(self, tmp_path):
        (tmp_path / "c.csv").write_text('"forêt, claire",3\n', encoding="utf-8")
        assert read_class_counts(str(tmp_path / "c.csv"), self.CLASSES).tolist() == [0, 0, 3]

    def test_what_is_no_table_is_told_in_words(self, tmp_path):
        (tmp_path / "c.csv").write_bytes("forêt,3".encode("cp1252"))
        for path, reason in (("c.csv", "it is not text in UTF-8"), ("none.csv", "No such file or directory")):
            with pytest.raises(InputError, match=rf"cannot be read: {reason}\. Expected"):
                read_class_counts(str(tmp_path / path), self.CLASSES)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("class,count\n9,20\n", "Line 2 of .c.csv. is .9, 20."),
            ("1,20\n5,many\n", "Line 2"),
            ("1,many\n5,3\n", "Line 1"),
            ("1,2,3\n", "Line 1"),
            ("1,20\n5,-4\n", "Line 2"),
            ("1,20,3\n1,2,3\n", "Line 1"),
            ("1,20\n5,²\n", "Line 2"),
            (
                "1,20\n5,99999999999999999999\n",
                "Line 2 of .c.csv. asks for more samples of forêt, claire than the 1,000",
            ),
            (f"1,{'9' * 5000}\n", "Line 1 of .c.csv. asks for more samples of water"),
            (f"1,{'9' * 200_000}\n", "cannot be read: field larger"),
            ("1,20\nwater,3\n", "names the class water twice"),
            ("", "asks for no sample"),
            ("1,0\n", "asks for no sample"),
        ],
    )
    def test_lines_that_are_not_a_class_and_a_count_are_refused(self, tmp_path, text, words):
        (tmp_path / "c.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=words):
            read_class_counts(str(tmp_path / "c.csv"), self.CLASSES)

    def test_a_missing_or_binary_file_is_refused(self, tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_class_counts(str(tmp_path / "none.csv"), self.CLASSES)
        (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x80")
        with pytest.raises(InputError, match="cannot be read"):
            read_class_counts(str(tmp_path / "b.csv"), self.CLASSES)


def test_a_class_without_pixels_in_several_sets_is_told_once():
    events = []
    sampler = [30, 30, 40], ["fold 1", "fold 2", "fold 3"], ["a", "b"], Progress(events.append)
    counts = np.array([[5, 5], [5, 0], [5, 0]])
    drawn = Choice(Strategy("constant", 3), "random", *sampler)
    drawn.ranks(counts, np.arange(3), np.array([True, True]), np.random.default_rng(0))
    assert [e["text"] for e in events if "has no pixel" in e.get("text", "")] == [
        "The class “b” has no pixel in the blocks of: fold 2, fold 3."
    ]
