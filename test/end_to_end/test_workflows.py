import numpy as np


def test_the_workflow_gives_the_map_of_its_single_steps(qgis_process, root, two_fields, read_pixels, tmp_path):
    image, labels = two_fields
    workflow = str(root / "resources" / "models" / "landcover_from_labels.model3")
    given = {"COUNT": 40, "EPOCHS": 3, "SEED": 5}
    flow = {"apply:Map": tmp_path / "flow.tif", "train:Model": tmp_path / "flow.rlmodel"}
    results = qgis_process(workflow, IMAGES=image, LABELS=labels, **given, **flow)
    assert results["apply:Map"] == str(tmp_path / "flow.tif")

    stack, points, patches, targets, model = (
        str(tmp_path / name) for name in ("stack.tif", "points.gpkg", "patches.tif", "targets.tif", "single.rlmodel")
    )
    qgis_process("rasterlearn:normalize", INPUT=image, METHOD="percentile", OUTPUT=stack)
    qgis_process("rasterlearn:selectsamples", LABELS=labels, IMAGE=stack, COUNT=40, SEED=5, OUTPUT=points)
    qgis_process("rasterlearn:extractpatches", POINTS=points, INPUT=stack, OUTPUT=patches, LABELS=targets)
    qgis_process("rasterlearn:trainmodel", PATCHES=patches, LABELS=targets, EPOCHS=3, SEED=5, OUTPUT=model)
    qgis_process("rasterlearn:applymodel", INPUT=stack, MODEL=model, OUTPUT=tmp_path / "single.tif")
    single = read_pixels(tmp_path / "single.tif")
    np.testing.assert_array_equal(read_pixels(tmp_path / "flow.tif"), single)
    assert set(np.unique(single)) == {1, 5}
