import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.fitting import Settings
from rasterlearn.core.metrics import Accuracy
from rasterlearn.core.patches import PatchSet
from rasterlearn.core.report import accuracy_report, training_report
from rasterlearn.core.source import Source
from rasterlearn.core.training import train_network

CLASSES = ClassMap.of([LandClass(0, "Wald & Wiese <alt>", "#1e6b2d"), LandClass(5, "Wasser", "#3f88c5")])


class Page(HTMLParser):
    """Texts, and the addresses that a page would load."""

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
        "recall", "F1", "Wald & Wiese <alt>", "Wasser", "seed 11", "epochs 3", "tensorflow", "bands B4",
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


def test_pictures_have_labelled_axes(report):
    _, html = report
    pictures = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(pictures) == 3
    for words in ("reference", "predicted", "Wasser"):
        assert f"<!-- {words} -->" in pictures[0]
    for words in ("epoch", "cross-entropy loss", "accuracy", "training", "validation"):
        assert f"<!-- {words} -->" in pictures[2]


def test_class_colors_are_used(report):
    assert report[1].count("background:#3f88c5") >= 3


def test_accuracy_report_of_a_map():
    html = accuracy_report(Accuracy(np.array([[3, 1], [0, 6]]), CLASSES), "map.tif", "reference.gpkg")
    texts = " ".join(Page(html).texts)
    assert "map.tif against reference.gpkg" in texts
    assert "0.900" in texts and "0.783" in texts
