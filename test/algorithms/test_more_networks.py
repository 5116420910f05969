"""Networks of two images, and image-to-image networks, from the toolbox: points, patches, training, map."""

import numpy as np
import pytest


@pytest.fixture
def fields(make_raster):
    """A 10 m image of two bands, a 20 m image of three, labels: four fields; each image separates two pairs."""
    rng = np.random.default_rng(0)
    truth = np.zeros((160, 160), np.uint8)
    truth[:80, 80:], truth[80:, :80], truth[80:, 80:] = 1, 2, 3
    fine = rng.normal(size=(160, 160, 2)) * 20 + 300 + 200 * (truth % 2)[..., None]
    coarse = rng.normal(size=(80, 80, 3)) * 20 + 300 + 200 * (truth // 2)[::2, ::2, None]
    labels = np.where(rng.random(truth.shape) < 0.5, truth, 255)
    return (
        make_raster("fine.tif", fine.astype(np.uint16)),
        make_raster("coarse.tif", coarse.astype(np.uint16), pixel_size=(20.0, -20.0)),
        make_raster("labels.tif", labels.astype(np.uint8), nodata=255),
        truth,
    )


def test_two_images_of_different_pixel_size(run, fields, read_pixels, tmp_path):
    fine, coarse, labels, truth = fields
    out = lambda name: str(tmp_path / name)  # noqa: E731
    run("selectsamples", LABELS=labels, IMAGE=fine, COUNT=60, OUTPUT=out("points.gpkg"))
    run(
        "extractpatches", POINTS=out("points.gpkg"), INPUT=fine, INPUT_2=coarse, OUTPUT=out("a.tif"),
        OUTPUT_2=out("b.tif"), LABELS=out("l.tif"),
    )  # fmt: skip
    trained = run(
        "trainmodel", PATCHES=out("a.tif"), PATCHES_2=out("b.tif"), LABELS=out("l.tif"), ARCHITECTURE="two_branch",
        EPOCHS=15, OUTPUT=out("m.rlmodel"), REPORT=out("r.html"),
    )  # fmt: skip
    assert trained["OVERALL_ACCURACY"] > 0.95
    assert "bands of image 2" in (tmp_path / "r.html").read_text(encoding="utf-8")
    mapped = run("applymodel", INPUT=fine, INPUT_2=coarse, MODEL=out("m.rlmodel"), OUTPUT=out("map.tif"))
    found = read_pixels(mapped["OUTPUT"])[..., 0]
    inner = np.ones(truth.shape, bool)
    inner[70:90], inner[:, 70:90] = False, False
    assert (found == truth)[inner].mean() > 0.95


def test_dense_segmentation_of_64_pixels_has_no_seams(run, fields, read_pixels, tmp_path):
    fine, _, labels, truth = fields
    out = lambda name: str(tmp_path / name)  # noqa: E731
    run("gridsamples", INPUT=fine, PATCH_SIZE=64, STEP=32, STRATEGY="all", LABELS=labels, OUTPUT=out("points.gpkg"))
    run(
        "extractpatches", POINTS=out("points.gpkg"), INPUT=fine, PATCH_SIZE=64, LABEL_IMAGE=labels,
        OUTPUT=out("a.tif"), LABELS=out("l.tif"),
    )  # fmt: skip
    run(
        "trainmodel", PATCHES=out("a.tif"), LABELS=out("l.tif"), ARCHITECTURE="unet", EPOCHS=8, BATCH_SIZE=2,
        LEARNING_RATE=0.003, OUTPUT=out("m.rlmodel"),
    )  # fmt: skip
    maps = [
        read_pixels(
            run(
                "applymodel", INPUT=fine, MODEL=out("m.rlmodel"), RESULT="probabilities", BLOCK_SIZE=size,
                OUTPUT=out(f"{size}.tif"),
            )["OUTPUT"]
        )
        for size in (96, 512)
    ]  # fmt: skip
    np.testing.assert_allclose(maps[1], maps[0], atol=1e-5)
    found = maps[0].argmax(axis=-1) % 2  # all that the fine image shows
    assert (found == truth % 2).mean() > 0.8
