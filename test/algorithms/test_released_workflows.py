"""Workflows that commit 4108d75 shipped, and that users have saved since, open and are complete."""

from pathlib import Path

import pytest
from qgis.core import QgsProcessingModelAlgorithm

FOLDER = Path(__file__).parents[1] / "data_4108d75" / "workflows"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.model3")), ids=lambda path: path.stem)
def test_a_workflow_opens(qgis, path):
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    steps = model.childAlgorithms().values()
    assert len(steps) > 3
    for step in steps:
        assert step.algorithm() is not None, step.algorithmId()
        known = {parameter.name() for parameter in step.algorithm().parameterDefinitions()}
        assert set(step.parameterSources()) <= known, step.algorithmId()
