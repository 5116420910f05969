import sys

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterDefinition

from rasterlearn.algorithms import workflow
from rasterlearn.jobs.commands import ALGORITHMS

# What their names, parameters and defaults are is in public_interface.json.
NAMES = [command.NAME for command in ALGORITHMS]


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


def test_there_is_no_algorithm_beyond_the_declared_ones(qgis):
    provider = QgsApplication.processingRegistry().providerById("rasterlearn")
    assert {a.name() for a in provider.algorithms()} == {*NAMES, *workflow.NAMES}


def test_outputs_are_files_of_the_supported_kinds(qgis):
    provider = QgsApplication.processingRegistry().providerById("rasterlearn")
    assert not provider.supportsNonFileBasedOutput()
    assert provider.supportedOutputVectorLayerExtensions() == ["gpkg"]
    assert not provider.icon().isNull()


@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize("name", NAMES)
def test_every_algorithm_has_the_icon_of_its_group(algorithm, root, name):
    instance = algorithm(name)
    assert instance.svgIconPath() == str(root / "resources" / "icons" / f"{instance.groupId()}.svg")
    assert not instance.icon().pixmap(16, 16).isNull()


@pytest.mark.parametrize("name", NAMES)
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
