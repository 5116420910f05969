import numpy as np


def test_translation(job_of, ramp, tmp_path):
    output = str(tmp_path / "n.vrt")
    job = job_of("normalize", INPUT=[ramp, ramp], METHOD="percentile", LOWER=1, UPPER=99, OUTPUT=output)
    assert job.inputs == [ramp, ramp]
    assert (job.method, job.lower, job.upper, job.output) == ("percentile", 1.0, 99.0, output)
    assert job.statistics is None


def test_the_number_of_a_choice_works_too(job_of, ramp, tmp_path):
    assert job_of("normalize", INPUT=[ramp], METHOD=3, OUTPUT=str(tmp_path / "n.tif")).method == "standard"


def test_run(run, ramp, read_pixels, tmp_path):
    results = run("normalize", INPUT=[ramp], METHOD="max", OUTPUT=str(tmp_path / "n.tif"))
    expected = read_pixels(ramp) / np.array([49, 39])
    np.testing.assert_allclose(read_pixels(results["OUTPUT"]), expected, rtol=1e-6)


def test_bands_of_different_pixel_size_are_refused(refusal, make_raster, tmp_path):
    fine = make_raster("b04.tif", np.ones((20, 20), np.uint16))
    coarse = make_raster("b05.tif", np.ones((10, 10), np.uint16), pixel_size=(20.0, -20.0))
    sentence = refusal("normalize", INPUT=[fine, coarse], OUTPUT=str(tmp_path / "n.tif"))
    assert "b05.tif" in sentence and "b04.tif" in sentence and "separate sources" in sentence
    assert not (tmp_path / "n.tif").exists()


def test_unreadable_image(refusal, tmp_path):
    (tmp_path / "broken.tif").write_bytes(b"not a raster")
    sentence = refusal("normalize", INPUT=[str(tmp_path / "broken.tif")], OUTPUT=str(tmp_path / "n.tif"))
    assert "INPUT" in sentence
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.tif"]
