import numpy as np


def test_translation(job_of, ramp, tmp_path):
    output = str(tmp_path / "d.tif")
    job = job_of("degrade", INPUT=ramp, FACTOR=3, MTF="0.28, 0.25", OUTPUT=output)
    assert (job.image, job.factor, job.mtf, job.output) == (ramp, 3, "0.28, 0.25", output)
    plain = job_of("degrade", INPUT=ramp, OUTPUT=output)
    assert (plain.factor, plain.mtf) == (2, "0.3")


def test_run(run, make_raster, read_pixels, tmp_path):
    rows, columns = np.mgrid[:41, :60]
    image = make_raster("plane.tif", np.dstack([rows, columns]).astype(np.float32))
    results = run("degrade", INPUT=image, FACTOR=4, MTF="0.2,0.3", OUTPUT=str(tmp_path / "d.tif"))
    found = read_pixels(results["OUTPUT"])
    assert found.shape == (10, 15, 2)
    expected_rows, expected_columns = np.mgrid[:10, :15] * 4 + 1.5
    np.testing.assert_allclose(found[3:-3, 3:-3, 0], expected_rows[3:-3, 3:-3], atol=1e-4)
    np.testing.assert_allclose(found[3:-3, 3:-3, 1], expected_columns[3:-3, 3:-3], atol=1e-4)


def test_a_transfer_function_that_is_not_a_number(refusal, ramp, tmp_path):
    sentence = refusal("degrade", INPUT=ramp, MTF="0.3;x", OUTPUT=str(tmp_path / "d.tif"))
    assert "separated by commas" in sentence and "0.3;x" in sentence
    assert not (tmp_path / "d.tif").exists()
