import numpy as np

from rasterlearn.core.raster.raster_reader import RasterReader


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    output = str(tmp_path / "m.vrt")
    job = job_of("maskimage", INPUT=image, MASK=labels, MASK_VALUES="2,4", MASK_BITS="1", BUFFER=3, OUTPUT=output)
    assert (job.image, job.mask, job.mask_values, job.mask_bits) == (image, labels, "2,4", "1")
    assert (job.buffer, job.nodata, job.output) == (3, None, output)
    job = job_of("maskimage", INPUT=image, MASK=labels, NODATA=0, OUTPUT=output)
    assert (job.mask_values, job.mask_bits, job.buffer, job.nodata) == ("", "", 0, 0.0)


def test_it_runs(run, two_fields, tmp_path):
    image, labels = two_fields
    results = run("maskimage", INPUT=image, MASK=labels, MASK_VALUES="5", OUTPUT=str(tmp_path / "m.vrt"))
    with RasterReader(results["OUTPUT"]) as reader, RasterReader(labels) as mask:
        classes = mask.read(mask.grid.window)[..., 0]
        valid = reader.valid(reader.read(reader.grid.window))
    assert np.array_equal(valid, classes == 1)
    assert results["MASKED_PIXELS"] == (classes != 1).sum()


def test_a_text_that_is_wrong(refusal, two_fields, tmp_path):
    image, labels = two_fields
    sentence = refusal("maskimage", INPUT=image, MASK=labels, MASK_VALUES="cloud", OUTPUT=str(tmp_path / "m.vrt"))
    assert "MASK_VALUES must be" in sentence
