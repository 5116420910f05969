"""Patches of values through the whole chain: cut, learned, mapped."""

import json
import os
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers
from learning_data import dense_set, value_set

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.model_card import read_model_card
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.exchange.exporting import export_model
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.learning.network_training import train_model, train_network
from rasterlearn.core.learning.starting_network import Start
from rasterlearn.core.learning.training_data import PatchFiles
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.learning.training_report import training_report
from rasterlearn.core.learning.training_result import Judgement, TrainingOutputs
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, load_model, save_model
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.patch_extraction import Cut, Extraction, Targets, extract_patches
from rasterlearn.core.samples.patch_set import TargetFile
from rasterlearn.core.samples.patch_stack import read_patches, write_patches

OWN = "own.keras"
QUICK = Settings(epochs=3, batch_size=5, learning_rate=0.003, threads=1)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A small network for the inner 12 of 16 pixels that trains quickly."""
    keras.utils.set_random_seed(0)
    image = keras.Input((16, 16, 2))
    x = layers.Conv2D(8, 5, activation="relu")(layers.Rescaling(1e-3)(image))
    path = str(tmp_path_factory.mktemp("own") / OWN)
    keras.Model(image, layers.Rescaling(1e3)(layers.Conv2D(2, 1)(x))).save(path)
    return Start(path=path)


@pytest.fixture
def scene(make_raster):
    """An image, and a target with half its pixel size: four numbers that identify their pixel; some nodata."""
    rows, columns = np.mgrid[0:40, 0:50]
    image = np.dstack([columns, rows]).astype(np.uint16) + 1
    fine_rows, fine_columns = np.mgrid[0:80, 0:100]
    target = np.dstack([fine_columns, fine_rows]).astype(np.int16)
    target[:30, :30] = -1
    return make_raster("image.tif", image, nodata=0), make_raster(
        "target.tif", target, nodata=-1, pixel_size=(5.0, -5.0), names=["column", "row"]
    )


@pytest.fixture
def cut(make_vector, tmp_path):
    def run(image, target, places, size=8, targets=None, **options):
        features = [
            (f"POINT ({500000 + 10 * x + 5} {5800000 - 10 * y - 5})", {"id": i}) for i, (x, y) in enumerate(places)
        ]
        points = make_vector("points.gpkg", features)
        outputs = str(tmp_path / "patches.tif"), str(tmp_path / "targets.tif")
        counts = extract_patches(
            points,
            [Cut(image, outputs[0], size, size)],
            outputs[1],
            Extraction(targets=targets, target_image=target),
            **options,
        )
        return counts, *outputs

    return run


class TestCutting:
    def test_patches_of_values_cover_the_ground_of_the_patch(self, scene, cut):
        counts, *paths = cut(*scene, [(20, 20), (10, 30), (5, 5), (18, 7)])
        assert counts == {"accepted": 3, "rejected": 1}  # around (5, 5) there is nothing but nodata
        patches = read_patches(*paths)
        assert patches.target.bands == ("column", "row") and patches.target.dtype == "int16"
        assert patches.target.image.pixel_size == (5.0, 5.0) and not len(patches.classes)
        (image,) = patches.images
        assert image.shape == (3, 8, 8, 2) and patches.values.shape == (3, 16, 16, 2)
        for pixels, values in zip(image, patches.values):
            known = np.isfinite(values)
            expected = 2.0 * (pixels.astype(float) - 1).repeat(2, 0).repeat(2, 1)
            expected[:, 1::2, 0] += 1
            expected[1::2, :, 1] += 1
            np.testing.assert_array_equal(values[known], expected[known])
            assert (known == ~((expected < 30).all(axis=-1, keepdims=True))).all()
        assert not np.isfinite(patches.values[2]).all()  # around (18, 7)

    def test_why_a_point_is_rejected(self, scene, cut, tmp_path):
        cut(*scene, [(20, 20), (5, 5), (2, 20)], rejected_output=str(tmp_path / "rejected.gpkg"))
        from rasterlearn.core.samples.points import read_points

        assert read_points(str(tmp_path / "rejected.gpkg")).fields["reason"] == [
            "all of the patch is nodata in the target image",
            "the patch reaches beyond the edge of the image",
        ]

    @pytest.mark.parametrize(
        ("origin", "pixel_size"),
        [
            ((500001.0, 5800000.0), (5.0, -5.0)),  # beside
            ((500000.0, 5800000.0), (20.0, -20.0)),  # larger
            ((500000.0, 5800000.0), (4.0, -4.0)),  # not a whole number of them
            ((500000.0, 5799600.0), (10.0, 10.0)),  # south-up
        ],
    )
    def test_pixels_that_do_not_meet_are_refused(self, scene, cut, make_raster, origin, pixel_size):
        target = make_raster("other.tif", np.ones((80, 100), np.int16), origin=origin, pixel_size=pixel_size)
        with pytest.raises(InputError, match="do not lie on those of the image “image.tif”.*Warp"):
            cut(scene[0], target, [(20, 20)])

    def test_another_crs_is_refused(self, scene, cut, make_raster):
        target = make_raster("other.tif", np.ones((40, 50), np.int16), crs="EPSG:32632")
        with pytest.raises(InputError, match="do not lie on"):
            cut(scene[0], target, [(20, 20)])

    def test_labels_and_values_at_once_are_refused(self, scene, cut):
        with pytest.raises(InputError, match="LABEL_IMAGE or TARGET_IMAGE, not both"):
            cut(*scene, [(20, 20)], targets=Targets(scene[0]))

    def test_large_sets_stay_in_their_files(self, scene, cut):
        _, *paths = cut(*scene, [(20, 20), (10, 30), (18, 7)])
        held, filed = read_patches(*paths), read_patches(*paths, held_bytes=100)
        assert isinstance(filed.values, TargetFile) and not filed.is_held and held.is_held
        rows = np.array([2, 0])
        np.testing.assert_array_equal(filed.some(rows)[1], held.some(rows)[1])
        np.testing.assert_allclose(filed.value_moments, held.value_moments)
        known = held.values[np.isfinite(held.values).all(axis=-1)]
        np.testing.assert_allclose(held.value_moments, [known.mean(axis=0), known.var(axis=0)], rtol=1e-6)

    def test_a_stack_that_is_not_what_it_says_is_refused(self, tmp_path):
        paths = str(tmp_path / "patches.tif"), str(tmp_path / "targets.tif")
        patches = value_set(3)
        write_patches(*paths, patches)
        other = replace(patches.target, dtype="float64")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "rasterlearn.core.images.value_target.Target.to_json", lambda self: {**other.image.to_json(), "x": 1}
            )
            write_patches(*paths, patches)
        with pytest.raises(InputError, match="malformed"):
            read_patches(*paths)


class TestLearning:
    def test_a_network_learns_values_and_nodata_does_not_count(self):
        training = train_network(value_set(60, 32), value_set(20, 32, seed=1), Start("unet"), replace(QUICK, epochs=12))
        assert [set(record) >= {"loss", "rmse", "mae", "validation_rmse"} for record in training.history] == [True] * 12
        assert training.history[-1]["loss"] < 0.3 * training.history[0]["loss"]
        assert training.accuracy.count == 20 * 32 * 32 * 2 - 7 * 8 * 8
        assert training.results().keys() == {"RMSE", "MAE", "BIAS"}
        assert training.model.training["metrics"]["validation"]["bands"] == ["p", "q"]

    def test_in_memory_and_from_files_gives_the_same_weights(self, own, tmp_path):
        paths = str(tmp_path / "patches.tif"), str(tmp_path / "targets.tif")
        write_patches(*paths, value_set(11))
        networks = [
            train_network(read_patches(*paths, held_bytes=b), None, own, QUICK).model.network() for b in (10**9, 100)
        ]
        for ours, theirs in zip(*(network.get_weights() for network in networks)):
            np.testing.assert_array_equal(ours, theirs)

    def test_patience_and_going_on(self, own):
        first = train_network(value_set(40), None, own, replace(QUICK, epochs=25, patience=5))
        start = first.model
        again = train_network(value_set(40), None, Start(model=start), QUICK)
        assert again.history[0]["loss"] < 0.5 * first.history[0]["loss"]
        renamed = replace(start.target, image=replace(start.target.image, bands=("x", "y")))
        with pytest.raises(
            InputError, match="answers with the bands p, q; received target patches with the bands x, y"
        ):
            train_network(replace(value_set(6), target=renamed), None, Start(model=start), QUICK)
        for change, sentence in (
            ({"normalization": Normalization("max", ("p", "q"), (0.1, 0.1), (0.0, 0.0))}, "targets were normalized in"),
            ({"scalings": ((1e-4, -0.1),) * 2}, "The targets were extracted from an image whose band p"),
        ):
            recorded = replace(start.target, image=replace(start.target.image, scalings=((1e-4, 0.0),) * 2))
            other = replace(recorded, image=replace(recorded.image, **change))
            with pytest.raises(InputError, match=sentence):
                train_network(
                    replace(value_set(6), target=other), None, Start(model=replace(start, target=recorded)), QUICK
                )
        with pytest.raises(InputError, match="answers with values; received patches to be answered with classes"):
            train_network(dense_set(6, 16), None, Start(model=start), QUICK)

    @pytest.mark.parametrize("validation", [None, value_set(9, 16, seed=5)])
    def test_the_image_that_is_corrected_is_judged_too(self, tmp_path, validation):
        """Before training, gap_filling returns the first bands of its first image."""
        sets = value_set(20), validation
        events: list = []
        training = train_network(*sets, Start("gap_filling"), replace(QUICK, epochs=1, learning_rate=1e-9))
        judged = validation or sets[0]
        (pixels,) = judged.images
        error = pixels.astype(np.float64) - judged.values
        assert training.base.errors.rmse == pytest.approx(np.sqrt(np.nanmean(error**2, axis=(0, 1, 2))), rel=1e-3)
        html = training_report(training)
        assert ("Validation set, before training" in html) == (validation is not None)
        training.save(str(tmp_path / "m.rlmodel"), None, html, Progress(events.append))
        assert events[0]["text"].startswith("Before training, so of the image that the network corrects: RMSE ")
        worse = replace(training, judgement=Judgement(training.base, None, base=training.base))
        worse.save(str(tmp_path / "m.rlmodel"), None, html, Progress(events.append))
        warnings = [event["text"] for event in events if event["event"] == "warning"]
        assert any("no better than the image that it corrects" in text for text in warnings)
        assert Start("gap_filling").corrects and not Start("unet").corrects and not Start(path="n.keras").corrects

    def test_targets_of_smaller_pixels(self, tmp_path):
        """A network that enlarges its image only learns from targets with its own pixel size."""
        image = keras.Input((16, 16, 2))
        x = layers.UpSampling2D(2, interpolation="bilinear")(layers.Rescaling(1e-3)(image))
        network = keras.Model(image, layers.Rescaling(1e3)(layers.Conv2D(2, 3, padding="same")(x)))
        path = str(tmp_path / "enlarging.keras")
        network.save(path)
        patches = value_set(20, finer=2)
        training = train_network(patches, patches, Start(path=path), replace(QUICK, learning_rate=0.03, epochs=30))
        assert training.history[-1]["loss"] < 0.5 * training.history[0]["loss"]
        with pytest.raises(
            InputError, match="a pixel for every 1/2 pixels of the first image, but the targets have one"
        ):
            train_network(value_set(6), None, Start(path=path), QUICK)

    @pytest.mark.parametrize(
        ("patches", "start", "settings", "sentence"),
        [
            (value_set(6), Start("patch_cnn"), QUICK, "answers a patch with one class.*segmentation, unet"),
            (value_set(6, 32), Start("unet"), replace(QUICK, loss="crossentropy"), "l1, l2 or ssim"),
            (value_set(6, 32), Start("unet"), replace(QUICK, class_weights="balanced"), "are for classes"),
            (dense_set(6, 32), Start("unet"), replace(QUICK, loss="l1"), "classes: crossentropy"),
        ],
    )
    def test_what_does_not_suit_is_refused(self, patches, start, settings, sentence):
        with pytest.raises(InputError, match=sentence):
            train_network(patches, None, start, settings)

    def test_sets_that_do_not_fit_together(self):
        training = value_set(6, 32)
        with pytest.raises(InputError, match="one is answered with classes|label for each patch|answered with classes"):
            train_network(training, dense_set(6, 32), Start("unet"), QUICK)
        renamed = replace(training.target, image=replace(training.target.image, bands=("q", "p")))
        with pytest.raises(InputError, match="expected 32 × 32 × 2 of p, q, received 32 × 32 × 2 of q, p"):
            train_network(training, replace(value_set(6, 32), target=renamed), Start("unet"), QUICK)

    def test_a_band_without_any_value_is_refused(self):
        values = value_set(6, 32).values
        values[..., 1] = np.nan
        with pytest.raises(InputError, match="has no value that is not nodata"):
            train_network(value_set(6, 32, values=values), None, Start("unet"), QUICK)


@pytest.fixture(scope="module")
def model(own, tmp_path_factory):
    folder = tmp_path_factory.mktemp("restoring")
    paths = str(folder / "patches.tif"), str(folder / "targets.tif")
    patches = value_set(30)
    described = replace(patches.target, dtype="int16", nodata=-9, scaling=(0.5, 100.0))
    write_patches(*paths, replace(patches, target=described))
    path, report = str(folder / "model.rlmodel"), str(folder / "report.html")
    files = PatchFiles([paths[0]], paths[1], [paths[0]], paths[1])
    train_model(files, TrainingOutputs(path, report), own, QUICK)
    return path


class TestMapping:
    @pytest.fixture
    def image(self, make_raster):
        pixels = value_set(1, 45, seed=4).images[0][0]
        pixels[10:12, 20:25] = 0
        return make_raster("image.tif", pixels, nodata=0)

    def test_values_of_the_network_at_every_block_size(self, model, image, tmp_path, read_pixels):
        maps = []
        for block in (0, 16):
            apply_model([image], model, str(tmp_path / f"{block}.tif"), Options(result="values", block_px=block))
            maps.append(read_pixels(str(tmp_path / f"{block}.tif")))
        np.testing.assert_allclose(maps[0], maps[1], rtol=1e-4)
        pixels = read_pixels(image)
        assert (np.isnan(maps[0]).all(axis=-1) == (pixels == 0).any(axis=-1)).all()
        network = load_model(model).network()
        inner = np.asarray(network(pixels[np.newaxis, 20:36, 2:18].astype(np.float32)))[0]
        np.testing.assert_allclose(maps[0][22:34, 4:16], inner, rtol=1e-4)

    def test_the_targets_own_type_nodata_and_scale(self, model, image, tmp_path, read_pixels):
        paths = [str(tmp_path / name) for name in ("float.tif", "own.tif")]
        for path, precision in zip(paths, ("float32", "target")):
            apply_model([image], model, path, Options(precision=precision))
        values, own = (read_pixels(path) for path in paths)
        with RasterReader(paths[1]) as reader:
            assert (reader.dtype, reader.nodata, reader.scaling) == (np.int16, (-9, -9), (0.5, 100.0))
            assert reader.band_names == ("p", "q") and reader.tag("RESULT") == "values"
        missing = np.isnan(values)
        assert (own[missing] == -9).all()
        np.testing.assert_allclose(own[~missing], values[~missing], atol=0.5001)

    @pytest.mark.parametrize("result", ["probabilities", "confidence", "entropy"])
    def test_there_are_no_probabilities(self, model, image, tmp_path, result):
        with pytest.raises(InputError, match=f"answers with values \\(p, q\\), so it has no {result}"):
            apply_model([image], model, str(tmp_path / "map.tif"), Options(result=result))

    def test_classes_have_no_target_type(self, own, image, tmp_path):
        keras.utils.set_random_seed(0)
        seen = keras.Input((16, 16, 2))
        network = keras.Model(seen, layers.Conv2D(3, 3, activation="softmax")(seen))
        path, patches = str(tmp_path / "classes.rlmodel"), dense_set(1, 16)
        save_model(path, Model.of_network(network, "own", patches.classes, patches.sources, {}))
        with pytest.raises(InputError, match="PRECISION=target is for RESULT=values"):
            apply_model([image], path, str(tmp_path / "map.tif"), Options(precision="target"))

    def test_the_card_and_the_report(self, model):
        card = read_model_card(model)
        assert card.values == ("p", "q") and card.classes == () and card.overall_accuracy is None
        with open(os.path.join(os.path.dirname(model), "report.html"), encoding="utf-8") as file:
            html = file.read()
        assert "RMSE" in html and "<td>q</td>" in html and "Learning curves" in html and "kappa" not in html

    def test_it_cannot_be_exported(self, model, tmp_path):
        with pytest.raises(InputError, match="only models that answer with classes can be exported"):
            export_model(model, onnx=str(tmp_path / "model.onnx"))

    @pytest.mark.parametrize(
        "change", [{"target": {}}, {"target": None}, {"target": 3}, {"target": {"image": {"bands": "p"}}}]
    )
    def test_a_damaged_description_is_refused(self, model, tmp_path, change):
        path = str(tmp_path / "damaged.rlmodel")
        with zipfile.ZipFile(model) as archive, zipfile.ZipFile(path, "w") as damaged:
            for name in archive.namelist():
                content = archive.read(name)
                if name == "model.json":
                    content = json.dumps({**json.loads(content), **change}).encode()
                damaged.writestr(name, content)
        with pytest.raises(ModelFileError):
            load_model(path).network()
