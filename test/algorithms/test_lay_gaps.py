from rasterlearn.core.raster.raster_reader import RasterReader


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    paths = {"OUTPUT": str(tmp_path / "g.tif"), "TRUTH": str(tmp_path / "t.tif")}
    job = job_of("laygaps", INPUT=image, MASK=labels, MASK_VALUES="1", MASK_BITS="0", SEED=4, NODATA=0, **paths)
    assert (job.image, job.mask, job.mask_values, job.mask_bits) == (image, labels, "1", "0")
    assert (job.seed, job.nodata, job.output, job.truth) == (4, 0.0, paths["OUTPUT"], paths["TRUTH"])


def test_it_runs(run, two_fields, tmp_path):
    image, labels = two_fields
    paths = {"OUTPUT": str(tmp_path / "g.tif"), "TRUTH": str(tmp_path / "t.tif")}
    results = run("laygaps", INPUT=image, MASK=labels, MASK_VALUES="1", NODATA=0, **paths)
    valid = []
    for name in ("OUTPUT", "TRUTH"):
        with RasterReader(results[name]) as reader:
            valid.append(reader.valid(reader.read(reader.grid.window)))
    assert (valid[0] ^ valid[1]).all() and valid[1].sum() == results["GAP_PIXELS"] > 0
