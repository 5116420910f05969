import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.judging.adjusted_areas import adjust
from rasterlearn.core.judging.calibration import Calibration, Reliability
from rasterlearn.core.judging.class_metrics import Accuracy
from rasterlearn.core.judging.report import accuracy_report, value_report
from rasterlearn.core.judging.value_scores import BandAccuracy, BandRange, BandSums, ValueAccuracy
from rasterlearn.core.learning.network_training import train_network
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.learning.training_report import training_report
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.patch_set import PatchSet

CLASSES = ClassMap.of([LandClass(0, "Wald & Wiese <alt>", "#1e6b2d"), LandClass(5, "Wasser", "#3f88c5")])


class Page(HTMLParser):
    """The texts of a page, and the addresses that it would load."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.addresses, self.tags = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [v for k, v in attributes if k in ("src", "href", "xlink:href") and not v.startswith("#")]

    def handle_data(self, data):
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def report():
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    pixels = (rng.random((40, 16, 16, 1)) * 50 + 300 * labels[:, None, None, None]).astype(np.uint16)
    patches = PatchSet.of(pixels, labels, CLASSES, Source(("B4",), (10.0, 10.0), 16, 16))
    training = train_network(patches, patches, settings=Settings(epochs=3, seed=11))
    training = replace(training, note="Chosen by the stars.")
    return training, training_report(training)


def test_everything_a_reader_needs_is_there(report):
    training, html = report
    texts = " ".join(Page(html).texts)
    for words in (
        "Validation set", "Training set", "Learning curves", "Samples", "overall accuracy", "kappa", "precision",
        "recall", "F1", "IoU", "macro-F1", "mean IoU", "Wald & Wiese <alt>", "Wasser", "seed 11",
        "epochs 3", "tensorflow", "bands B4",
    ):  # fmt: skip
        assert words in texts, words
    assert f"{training.accuracy.overall_accuracy:.3f}" in texts
    assert f"{training.accuracy.kappa_interval[0]:.3f} … {training.accuracy.kappa_interval[1]:.3f}" in texts
    assert "the validation set was only judged" in texts
    assert "Chosen by the stars." in texts


def test_it_is_self_contained(report):
    page = Page(report[1])
    assert [a for a in page.addresses if not a.startswith("data:image/png;base64,")] == []
    assert "script" not in page.tags and "link" not in page.tags
    assert not re.findall(r"url\((?!#)", report[1])


def test_plots_have_labelled_axes(report):
    _, html = report
    pictures = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(pictures) == 4
    for words in ("reference", "predicted", "Wasser"):
        assert f"<!-- {words} -->" in pictures[0]
    (curves,) = [picture for picture in pictures if "<!-- epoch -->" in picture]
    for words in ("cross-entropy loss", "accuracy", "training", "validation"):
        assert f"<!-- {words} -->" in curves


def test_class_colors_are_used(report):
    assert report[1].count("background:#3f88c5") >= 3


def test_accuracy_report_of_a_map():
    html = accuracy_report(Accuracy(np.array([[3, 1], [0, 6]]), CLASSES), "map.tif", "reference.gpkg")
    texts = " ".join(Page(html).texts)
    assert "Map accuracy (all labelled pixels): map.tif against reference.gpkg" in texts
    assert "0.900" in texts and "0.783" in texts
    assert "0.857 (6/7)" in texts and "0.750 (3/4)" in texts and "(6/7)" in texts
    assert "Area-adjusted" not in texts and "sample accuracy" not in texts
    assert "as if these were independent" in texts


def judged(counts, block_count=0, block_px=0):
    """An accuracy with these numbers of samples per class, every fifth of which is wrong."""
    labels = np.repeat(np.arange(len(counts)), counts)
    predicted = np.where(np.arange(len(labels)) % 5 == 0, (labels + 1) % len(counts), labels)
    blocks = np.arange(len(labels)) // 5 % block_count if block_count else None
    return Accuracy.of(labels, predicted, CLASSES, blocks, block_px)


def test_area_adjusted_numbers_of_a_map():
    accuracy = judged([500, 500], 25, 64)
    html = accuracy_report(accuracy, "m", "r", adjust(accuracy.matrix, np.array([9000, 1000]), accuracy.blocks), 0.01)
    texts = " ".join(Page(html).texts)
    assert "Area-adjusted accuracy and areas" in texts and "adjusted hectares" in texts
    # 80 % of 90 ha and 20 % of 10 ha
    assert "90.00" in texts and "90.00 %" in texts and "74.00 ±" in texts and "26.00 ±" in texts
    assert "bootstrap over 25 spatial blocks of 64 × 64 pixels" in texts
    html = accuracy_report(accuracy, "m", "r", adjust(accuracy.matrix, np.array([9000, 1000])), None)
    assert "adjusted pixels" in html and "hectares" not in html


def test_mapped_classes_that_cannot_be_judged_are_named():
    accuracy = Accuracy(np.array([[4, 0], [1, 0]]), CLASSES)
    html = accuracy_report(accuracy, "m", "r", adjust(accuracy.matrix, np.array([90, 10])), 0.01)
    assert "left out of everything here: Wasser (10.00 % of the map)" in " ".join(" ".join(Page(html).texts).split())


def with_judged(training, **found):
    return replace(training, judgement=replace(training.judgement, **found))


@pytest.mark.parametrize(
    ("counts", "blocks", "words"),
    [
        ([50, 50], 20, ("Validation set: balanced sample accuracy", "over 20 spatial blocks of 128 × 128 pixels")),
        ([60, 50], 0, ("Validation set: sample accuracy", "as if these were independent")),
        ([50, 50], 6, ("over 6 spatial blocks", "the intervals are rough")),
        ([50, 50], 1, ("All samples lie in one spatial block", "interval unknown")),
    ],
)
def test_accuracies_are_named_correctly(report, counts, blocks, words):
    training = with_judged(report[0], accuracy=judged(counts, blocks, 128))
    texts = " ".join(Page(training_report(training)).texts)
    for word in words:
        assert word in texts
    assert ("the intervals are rough" in texts) == (blocks == 6)


def test_reliability_is_shown_where_it_is_known(report):
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.4, 0.6]])
    found = Reliability.of(probabilities, np.array([0, 1, 1, 1]))
    texts = training_report(with_judged(report[0], calibration=Calibration(1.62, found)))
    assert "<b>1.62</b>temperature" in texts and "<b>0.350</b>expected calibration error" in texts
    assert "<!-- share of correct predictions -->" in texts
    assert "(not scaled)" in training_report(with_judged(report[0], calibration=Calibration(1.0, found)))
    assert "Reliability" in report[1]
    empty = Reliability.of(np.zeros((0, 2)), np.zeros(0, np.int64))
    for nothing in (Calibration(1.62, None), Calibration(1.0, empty)):
        assert "Reliability" not in training_report(with_judged(report[0], calibration=nothing))


def judged_band(name, mapped, reference, ssim):
    found = BandRange()
    found.add(np.array(mapped, float), np.array(reference, float))
    sums = BandSums(found)
    sums.add(np.array(mapped, float), np.array(reference, float))
    return BandAccuracy(name, sums.scores(ssim), sums)


def test_a_map_of_values():
    bands = (
        judged_band("red <1>", [1, 2, 5], [0, 4, 8], 0.87654),
        judged_band("nir", [12345, 12345], [12345, 20000], float("nan")),
        judged_band("no pixel", [], [], float("nan")),
    )
    names = {"map": "m & m.tif", "reference": "r.tif", "mask": "clouds.tif"}
    html = value_report(ValueAccuracy(bands, 1.25, 2), names)
    page = Page(html)
    for text in ("m & m.tif against r.tif", "red <1>", "2.16", "−1.333", "0.8765", "11.37", "12,345 … 20,000", "1.25°"):
        assert text in page.texts, text
    assert "–" in page.texts and "clouds.tif" in page.texts
    assert page.tags.count("svg") == 2, "a band without pixels has no picture"
    assert all(address.startswith("data:") for address in page.addresses)
    assert "nan" not in " ".join(page.texts).lower().split()


def test_a_map_of_a_single_band_has_no_angle():
    band = judged_band("red", [1, 2], [1, 2], -0.00001)
    page = Page(value_report(ValueAccuracy((band,), float("nan"), 0), {"map": "m.tif", "reference": "r.tif"}))
    assert "inf dB" in page.texts and "0.0000" in page.texts and "SAM" not in " ".join(page.texts)


def test_plots_show_the_middle_of_what_was_counted():
    from rasterlearn.core.judging.plots import _drawn_bins

    counts = np.zeros(512, int)
    counts[100:120] = 1000
    counts[5] = counts[500] = 1
    assert _drawn_bins(counts) == (100, 120, 1)
    counts[90:400] = 1000
    first, last, step = _drawn_bins(counts)
    assert step == 4 and first <= 90 < 400 <= last and (last - first) % step == 0 and last - first < 320
    alone = np.zeros(512, int)
    alone[511] = 3
    assert _drawn_bins(alone) == (511, 512, 1)
