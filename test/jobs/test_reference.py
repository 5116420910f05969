"""docs/reference.md matches the declarations in jobs/."""

import importlib.util

import pytest

from rasterlearn.jobs.commands import ALGORITHMS
from rasterlearn.jobs.select_samples import SelectSamples


@pytest.fixture(scope="module")
def writer(root):
    """scripts/reference.py"""
    spec = importlib.util.spec_from_file_location("reference", root / "scripts" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_matches_the_algorithms(writer, root):
    page = (root / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == writer.reference(ALGORITHMS), "docs/reference.md is stale: run make reference"


def test_a_section_describes_a_whole_algorithm(writer):
    section = writer.section(SelectSamples)
    for row in (
        "| `COUNT` | `--count` | Count (constant: per class; total: in all) | whole number, from 1 | `500` | For the",
        "| `SAMPLER` | `--sampler` | Sampler, *advanced* | `random`, `periodic` | `random` | random: anywhere",
        "| `FIELD` | `--field` | Field with the class | field of `LABEL_FEATURES` | – | Whole numbers, or text",
        "| `VALIDATION` | `--validation` | Validation samples, *optional* | vector layer | The points that are",
        "| `COUNT_TRAINING` |  | Number of training samples | number |  |",
    ):
        assert row in section
    assert all(f"| `{p.qgis}` |" in section for p in SelectSamples.parameters.values())


def test_text_is_not_mistaken_for_markup(writer):
    assert writer.text("a | b *.tif\n <c>") == r"a \| b \*.tif \<c>"
    assert writer.patterns("GeoTIFF (*.tif *.TIF *.tiff)") == "`*.tif`, `*.tiff`"
    assert writer.patterns("SavedModel, Keras network (saved_model.pb *.keras)") == "`saved_model.pb`, `*.keras`"
    assert writer.anchor("Land-cover map (all)") == "land-cover-map-all"
