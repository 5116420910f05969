import sys

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterDefinition

from rasterlearn.algorithms import workflow

# The public API of design.md: names and defaults are never changed.
API = {
    "normalize": {
        "INPUT": None, "METHOD": "max", "SCALE": 10000, "LOWER": 2, "UPPER": 98, "STATISTICS_FROM": None,
        "OUTPUT": None, "STATISTICS": None,
    },
    "maskimage": {
        "INPUT": None, "MASK": None, "MASK_VALUES": None, "MASK_BITS": None, "BUFFER": 0, "NODATA": None,
        "OUTPUT": None,
    },
    "laygaps": {
        "INPUT": None, "MASK": None, "MASK_VALUES": None, "MASK_BITS": None, "SEED": 0, "NODATA": None,
        "OUTPUT": None, "TRUTH": None,
    },
    "fillgaps": {
        "INPUT": None, "SERIES": None, "METHOD": "linear", "FILLING": None, "DATES": None, "GAP_BAND": False,
        "NODATA": None, "OUTPUT": None,
    },
    "selectsamples": {
        "LABELS": None, "LABEL_FEATURES": None, "FIELD": None, "IMAGE": None, "NODATA": None, "STRATEGY": "constant",
        "COUNT": 500, "SAMPLER": "random", "SEED": 0, "PATCH_SIZE": 16, "VALIDATION_PERCENT": 0, "OUTPUT": None,
        "VALIDATION": None, "PERCENT": 1, "BYCLASS": None, "BLOCK_PIXELS": 64, "FOLDS": 0, "PATCH_HEIGHT": None,
        "OVERLAPS": "each",
    },
    "classstatistics": {
        "LABELS": None, "LABEL_FEATURES": None, "FIELD": None, "IMAGE": None, "OUTPUT": None, "HTML": None,
    },
    "gridsamples": {
        "INPUT": None, "PATCH_SIZE": 16, "STEP": None, "STRATEGY": "chessboard", "LABELS": None, "NODATA": None,
        "TRAINING_PERCENT": 50, "VALIDATION_PERCENT": 25, "TEST_PERCENT": 25, "COUNT": 0, "SPATIAL_SHARE": 0.25,
        "OFFSET_X": 0, "OFFSET_Y": 0, "SEED": 0, "OUTPUT": None, "VALIDATION": None, "TEST": None,
    },
    "extractpatches": {
        "POINTS": None, "FIELD": "class", "INPUT": None, "PATCH_SIZE": 16, "PATCH_HEIGHT": None, "NODATA": None,
        "OUTPUT": None, "LABELS": None, "REJECTED": None, "LABEL_IMAGE": None, "IMAGE_SET": None,
        **{f"{name}_{n}": None for name in ("INPUT", "PATCH_SIZE", "PATCH_HEIGHT", "OUTPUT") for n in (2, 3, 4)},
    },
    "extractvalues": {"POINTS": None, "INPUT": None, "INPUT_2": None, "MODEL": None, "OUTPUT": None},
    "trainmodel": {
        "PATCHES": None, "LABELS": None, "VALIDATION_PATCHES": None, "VALIDATION_LABELS": None,
        "ARCHITECTURE": "patch_cnn", "MODEL": None, "EPOCHS": 100, "BATCH_SIZE": 100, "LEARNING_RATE": 0.001,
        "PATIENCE": 0, "CLASS_WEIGHTS": "none", "AUGMENT": True, "SEED": 0, "LEGEND": None, "OUTPUT": None,
        "REPORT": None, "PATCHES_2": None, "VALIDATION_PATCHES_4": None, "SCHEDULE": "cosine", "WEIGHT_DECAY": 0,
        "BAND_NOISE": 0, "CALIBRATE": False, "THREADS": 0, "DEVICE": "auto", "LOG_FOLDER": None,
    },
    "trainforest": {
        "SAMPLES": None, "FIELD": "class", "FEATURES": None, "VALIDATION": None, "TREES": 100, "MAX_DEPTH": 0,
        "SEED": 0, "OUTPUT": None, "REPORT": None,
    },
    "applymodel": {
        "INPUT": None, "INPUT_2": None, "INPUT_3": None, "INPUT_4": None, "MODEL": None, "EXTENT": None, "BOX": None,
        "RESULT": "classes", "MODE": "auto", "BORDER": "full", "BLOCK_SIZE": 0, "CLUSTER": None, "RESUME": False,
        "OUTPUT": None,
    },
    "applymodelbatch": {
        "INPUTS": None, "IMAGE_SET": None, "FOLDER": None, "ASSETS": None, "MODEL": None, "RESULT": "classes",
        "MODE": "auto", "BORDER": "full", "BLOCK_SIZE": 0, "PRECISION": "float32", "DEVICE": "auto", "RESUME": False,
        "OUTPUT_FOLDER": None, "OUTPUT_TABLE": None,
    },
    "exportmodel": {"MODEL": None, "SAVEDMODEL": None, "ONNX": None, "STAC": None},
    "accuracy": {
        "MAP": None, "REFERENCE": None, "REFERENCE_FEATURES": None, "FIELD": None, "KIND": "auto", "MASK": None,
        "REPORT": None, "MATRIX": None,
    },
    "comparemodels": {
        "MAPS": None, "REFERENCE": None, "REFERENCE_FEATURES": None, "FIELD": None, "MODELS": None, "PATCHES": None,
        "PATCHES_2": None, "PATCHES_3": None, "PATCHES_4": None, "LABELS": None, "OUTPUT": None, "PAIRS": None,
        "REPORT": None,
    },
    "landcover": {
        "INPUT": None, "LABELS": None, "LABEL_FEATURES": None, "FIELD": None, "VALIDATION_LABELS": None,
        "VALIDATION_FEATURES": None, "VALIDATION_PERCENT": 0, "MODEL": None, "OUTPUT": None, "REPORT": None,
    },
    "importmodel": {
        "MODEL": None, "LEGEND": None, "INPUT": None, "INPUT_2": None, "INPUTS": None, "OUTPUTS": None,
        "RECEPTIVE_FIELD": 0, "RECEPTIVE_FIELD_2": 0, "EXPRESSION_FIELD": 0, "SCALE": 0, "ANSWER": "auto",
        "SIGNATURE": None, "PLACEHOLDERS": None, "TARGETS": None, "LABELS_TENSOR": None,
        "TRAINING_PLACEHOLDERS": None, "OUTPUT": None,
    },
    "degrade": {"INPUT": None, "FACTOR": 2, "MTF": "0.3", "OUTPUT": None},
    "setupengine": {"DEVICE": "auto"},
}  # fmt: skip


@pytest.mark.parametrize("name", API)
def test_parameters_keep_their_names_and_defaults(algorithm, name):
    instance = algorithm(name)
    parameters = {p.name(): p for p in instance.parameterDefinitions()}
    assert set(API[name]) <= set(parameters)
    assert {n: parameters[n].defaultValue() or None for n in API[name]} == {n: d or None for n, d in API[name].items()}


def test_results_are_declared_as_outputs(algorithm):
    for name in ("trainmodel", "trainforest", "accuracy", "landcover"):
        instance = algorithm(name)
        assert {"OVERALL_ACCURACY", "KAPPA"} <= {o.name() for o in instance.outputDefinitions()}
    instance = algorithm("accuracy")
    assert {"RMSE", "MAE", "BIAS", "PSNR", "SSIM", "SAM"} <= {o.name() for o in instance.outputDefinitions()}
    instance = algorithm("applymodelbatch")
    assert {"DONE_COUNT", "SKIPPED_COUNT", "FAILED_COUNT"} <= {o.name() for o in instance.outputDefinitions()}
    instance = algorithm("setupengine")
    assert {"PYTHON", "TENSORFLOW", "DEVICES"} <= {o.name() for o in instance.outputDefinitions()}


def test_there_is_no_algorithm_beyond_the_api(qgis):
    provider = QgsApplication.processingRegistry().providerById("rasterlearn")
    assert {a.name() for a in provider.algorithms()} == {*API, *workflow.NAMES}


def test_outputs_are_files_of_the_supported_kinds(qgis):
    provider = QgsApplication.processingRegistry().providerById("rasterlearn")
    assert not provider.supportsNonFileBasedOutput()
    assert provider.supportedOutputVectorLayerExtensions() == ["gpkg"]
    assert not provider.icon().isNull()


@pytest.mark.parametrize("name", API)
def test_every_algorithm_explains_itself(algorithm, name):
    instance = algorithm(name)
    assert len(instance.shortHelpString()) > 80
    assert instance.displayName() and instance.group()


def test_optional_outputs_are_not_made_by_default(algorithm):
    optional = QgsProcessingParameterDefinition.FlagOptional
    for name, output in (
        ("normalize", "STATISTICS"),
        ("extractpatches", "REJECTED"),
        ("accuracy", "MATRIX"),
        ("comparemodels", "PAIRS"),
    ):
        instance = algorithm(name)
        definition = instance.parameterDefinition(output)
        assert definition.flags() & optional
        assert not definition.createByDefault()


@pytest.mark.parametrize("name", API)
def test_every_algorithm_has_the_icon_of_its_group(algorithm, root, name):
    instance = algorithm(name)
    assert instance.svgIconPath() == str(root / "resources" / "icons" / f"{instance.groupId()}.svg")
    assert not instance.icon().pixmap(16, 16).isNull()


@pytest.mark.parametrize("name", API)
def test_every_parameter_is_explained(algorithm, name):
    instance = algorithm(name)
    assert not [p.name() for p in instance.parameterDefinitions() if len(p.help()) < 15]


def test_groups_stand_in_the_order_of_work(qgis):
    found = {
        a.groupId(): a.group() for a in QgsApplication.processingRegistry().providerById("rasterlearn").algorithms()
    }
    order = [
        "wholechain", "datapreparation", "samples", "learning", "mapping", "restoration",
        "judging", "exchange", "engine",
    ]  # fmt: skip
    assert sorted(found, key=found.get) == order


@pytest.mark.parametrize("name", workflow.NAMES)
def test_the_shipped_workflows_stand_in_the_toolbox(algorithm, context, monkeypatch, name):
    monkeypatch.setenv("RASTERLEARN_PYTHON", sys.executable)
    instance = algorithm(name)
    assert instance.id() == f"rasterlearn:{name}", "so that the history finds it again"
    assert instance.canExecute() == (True, "")
    assert len(instance.shortHelpString()) > 80 and not instance.icon().isNull()
    given = {d.name() for d in instance.parameterDefinitions()}
    assert given >= ({"COUNT", "EPOCHS", "apply:Map"} if name in workflow.LAND_COVER else {"EPOCHS", "SEED"})
