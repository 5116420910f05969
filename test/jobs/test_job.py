import json
import zipfile

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.base.outputs import STYLE_MARK
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.raster.window import Window
from rasterlearn.jobs import choices, commands
from rasterlearn.jobs.apply_model import _window
from rasterlearn.models import MODELS

NORMALIZE = {"inputs": ["a.tif"], "output": "/x/n.tif"}


def test_a_job_survives_the_way_to_the_engine(tmp_path):
    job = commands.Normalize(inputs=["a.tif", "b.tif"], output="/x/n.tif", method="percentile", lower=1.5)
    path = tmp_path / "job.json"
    path.write_text(job.to_json(), encoding="utf-8")
    assert commands.read_job("normalize", str(path)) == job


def test_defaults_may_be_omitted():
    assert commands.Normalize.from_json(NORMALIZE) == commands.Normalize(inputs=["a.tif"], output="/x/n.tif")


def test_whole_numbers_are_accepted_as_numbers():
    assert commands.Normalize.from_json({**NORMALIZE, "scale": 100}).scale == 100.0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({**NORMALIZE, "speed": 3}, "unknown parameter “speed”; it takes inputs, output"),
        ({"inputs": ["a.tif"]}, "output"),
        ({**NORMALIZE, "method": "mean"}, "one of max, minmax.*received “mean”"),
        ({**NORMALIZE, "scale": "big"}, "“scale” must be a number, received 'big'"),
        ({**NORMALIZE, "inputs": "a.tif"}, "“inputs” must be a list"),
        ({**NORMALIZE, "inputs": [3]}, r"“inputs\[0\]” must be text"),
        ({**NORMALIZE, "output": None}, "“output” must be text"),
        ([], "JSON object"),
    ],
)
def test_what_is_wrong_is_reported(values, words):
    with pytest.raises(InputError, match=words):
        commands.Normalize.from_json(values)


def test_true_is_not_a_number():
    with pytest.raises(InputError, match="“seed” must be a whole number"):
        commands.SelectSamples.from_json({"output": "p.gpkg", "seed": True})


@pytest.mark.parametrize("content", ["", "{", "[" * 100000, "null"])
def test_files_that_are_not_jobs(tmp_path, content):
    (tmp_path / "job.json").write_text(content)
    with pytest.raises(InputError):
        commands.read_job("normalize", str(tmp_path / "job.json"))


def test_output_folders():
    job = commands.TrainModel(
        patches=["p.tif"], labels="l.tif", output="/out/m.rlmodel", report="/reports/r.html", model="/models/m.rlmodel"
    )
    assert job.output_folders() == {"/out", "/reports"}


def test_maps_are_staged_in_their_own_folder():
    job = commands.ApplyModelBatch(
        model="m.rlmodel", output_folder="/out/maps", folder="/images", output_table="/tables/t.csv"
    )
    assert job.output_folders() == {"/out", "/out/maps", "/tables"}


def test_maps_among_images_are_refused(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "images")
    job = commands.ApplyModelBatch(
        model="m.rlmodel", output_folder=str(tmp_path / "link"), folder=str(tmp_path / "images")
    )
    with pytest.raises(InputError, match="among the images.*OUTPUT_FOLDER"):
        job.run(Progress())


@pytest.mark.parametrize("command", commands.COMMANDS)
def test_every_job_is_plain_json(command):
    kind = commands.COMMANDS[command]
    example = {name: value for name, value in EXAMPLES.items() if name in kind.parameters}
    job = kind.from_json(example)
    assert kind.from_json(json.loads(job.to_json())) == job


EXAMPLES = {
    "inputs": ["a.tif"], "images": ["a.tif"], "image": "a.tif",
    "points": "p.gpkg", "samples": "p.gpkg", "patches": ["p.tif"],
    "labels": "l.tif", "map": "m.tif", "model": "m.rlmodel", "output": "/x/o.tif",
    "output_folder": "/x/maps", "mask": "m.tif", "truth": "/x/t.tif",
    "command": "check", "job": "job.json",
}  # fmt: skip


@pytest.mark.parametrize("model", [None, "m.rlmodel"])
def test_values_without_an_image_are_refused(model, tmp_path):
    job = commands.ExtractValues(points="p.gpkg", images=[], output=str(tmp_path / "v.gpkg"), model=model)
    with pytest.raises(InputError, match="No image was given"):
        job.run(Progress())


def test_box():
    assert _window("1,2,30,40") == Window(1, 2, 30, 40)
    assert _window("") is None
    with pytest.raises(InputError, match="BOX must be four whole numbers"):
        _window("1,2,3")
    with pytest.raises(InputError, match="must be positive"):
        _window("1,2,-3,4")


def test_more_patch_sizes_than_images_are_refused():
    job = commands.ExtractPatches(
        points="p.gpkg", images=["a.tif"], output="o.tif", labels="l.tif", patch_sizes=[16, 8]
    )
    with pytest.raises(InputError, match=r"1 image\(s\), but 2 patch sizes"):
        job.run(Progress())


def test_architectures_are_the_registered_ones():
    assert list(MODELS) == list(choices.ARCHITECTURES)


def test_outputs_that_would_destroy_an_input_are_refused(make_raster, make_vector, tmp_path):
    image = make_raster("image.tif", np.ones((4, 4), np.uint8))
    points = make_vector("points.gpkg", [("POINT(0 0)", {"class": 1})])
    (tmp_path / "link.tif").symlink_to(image)
    (tmp_path / "stack.vrt").write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="4"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="1">image.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'
    )
    out = str(tmp_path / "out.tif")
    stack, link = str(tmp_path / "stack.vrt"), str(tmp_path / "link.tif")
    for job in (
        commands.ApplyModel(images=[image], model="m.rlmodel", output=image),
        commands.ApplyModel(images=[link], model="m.rlmodel", output=image),
        commands.ApplyModel(images=[stack], model="m.rlmodel", output=image),
        commands.Normalize(inputs=[image, stack], output=link),
        commands.SelectSamples(output=points, label_features=f"{points}|layername=features"),
        commands.ExtractPatches(points=points, images=image, output=out, labels=image),
        commands.ExtractPatches(
            points=points, images=image, output=out, labels=str(tmp_path / "l.tif"), rejected=points
        ),
        commands.ExtractValues(points=points, images=image, output=points),
    ):
        with pytest.raises(OutputError, match="one of the inputs"):
            job.require_sound_outputs()
    commands.ApplyModel(images=[image], model="m.rlmodel", output=out).require_sound_outputs()


def test_outputs_that_would_take_an_input_with_them_are_refused(make_raster, tmp_path):
    image = make_raster("image.tif", np.ones((4, 4), np.uint8))
    mask = make_raster("out.tif.msk", np.ones((4, 4), np.uint8))
    (tmp_path / "map.qml").write_text(f"{STYLE_MARK}<qgis/>")
    (tmp_path / "mine.qml").write_text("<qgis/>")
    (tmp_path / "map.tiles").mkdir()
    tile = make_raster("map.tiles/tile000000.tif", np.ones((4, 4), np.uint8))
    out, styled, legend = (str(tmp_path / name) for name in ("out.tif", "map.tif", "map.qml"))
    for job in (
        commands.MaskImage(image=image, mask=mask, output=out),
        commands.SelectSamples(labels=image, image=image, legend=legend, output=str(tmp_path / "map.gpkg")),
        commands.Normalize(inputs=[image, legend], output=styled),
        commands.ApplyModel(images=[tile], model="m.rlmodel", output=str(tmp_path / "map.vrt")),
    ):
        with pytest.raises(OutputError, match="belongs to one of the inputs"):
            job.require_sound_outputs()
    commands.SelectSamples(
        labels=image, image=image, legend=str(tmp_path / "mine.qml"), output=str(tmp_path / "mine.gpkg")
    ).require_sound_outputs()  # a style of the user is never replaced


def test_other_layers_of_a_geopackage_are_not_replaced(make_raster, make_vector, tmp_path):
    image = make_raster("image.tif", np.ones((4, 4), np.uint8))
    roads = make_vector("project.gpkg", [("POINT(0 0)", {"class": 1})], layer="roads")
    job = commands.SelectSamples(labels=image, image=image, output=roads)
    with pytest.raises(OutputError, match="also holds roads, which would be lost"):
        job.require_sound_outputs()


def test_only_parameters_for_files_are_taken_for_files(make_raster, tmp_path):
    image = make_raster("image.tif", np.ones((4, 4), np.uint8))
    (tmp_path / "out.tif").touch()
    out = str(tmp_path / "out.tif")
    for job in (
        commands.Degrade(image=image, output=out, mtf=out),
        commands.FillGaps(image=image, output=out, dates=out),
        commands.ApplyModel(images=[image], model="m.rlmodel", output=out, device=out, cluster=out),
        commands.MaskImage(image=image, mask=image, output=out, mask_values=out, mask_bits=out),
    ):
        job.require_sound_outputs()
        assert out not in job.inputs_on_disk()


def test_inputs_behind_other_names_are_not_overwritten(make_raster, make_vector, tmp_path):
    image = make_raster("image.tif", np.ones((4, 4), np.uint8))
    points = make_vector("points.gpkg", [("POINT(0 0)", {"class": 1})])
    (tmp_path / "points.vrt").write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="features"><SrcDataSource relativeToVRT="1">points.gpkg</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    virtual = (
        '<VRTDataset rasterXSize="4" rasterYSize="4"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="1">{}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'
    )
    (tmp_path / "inner.vrt").write_text(virtual.format("image.tif"))
    (tmp_path / "outer.vrt").write_text(virtual.format("inner.vrt"))
    archive = str(tmp_path / "archive.tif")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(image, "image.tif")
    for job in (
        commands.Normalize(inputs=[f"GTIFF_DIR:1:{image}"], output=image),
        commands.Normalize(inputs=[str(tmp_path / "outer.vrt")], output=image),
        commands.Normalize(inputs=[f"/vsisubfile/0_100000,{image}"], output=image),
        commands.Normalize(inputs=[f"/vsizip/{{{archive}}}/image.tif"], output=archive),
        commands.Normalize(inputs=[f"/vsizip/{archive}/image.tif"], output=archive),
        commands.SelectSamples(output=points, label_features=f"GPKG:{points}:features"),
        commands.SelectSamples(output=points, label_features=str(tmp_path / "points.vrt")),
    ):
        with pytest.raises(OutputError, match="one of the inputs"):
            job.require_sound_outputs()


def test_a_virtual_vector_layer_does_not_prevent_writing_again(make_vector, tmp_path):
    points = make_vector("points.gpkg", [("POINT(0 0)", {"class": 1})])
    (tmp_path / "points.vrt").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="features"><SrcDataSource>{points}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    (tmp_path / "out.gpkg").touch()
    job = commands.SelectSamples(output=str(tmp_path / "out.gpkg"), label_features=str(tmp_path / "points.vrt"))
    job.require_sound_outputs()
    assert job.inputs_on_disk() == {str(tmp_path / "points.vrt"), points}


def test_one_output_under_two_names_is_refused(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    first, second = str(tmp_path / "folder" / "a.gpkg"), str(tmp_path / "link" / "a.gpkg")
    with pytest.raises(OutputError, match="same path"):
        commands.SelectSamples(output=first, validation=second).require_sound_outputs()


def test_mistakes_in_outputs_are_reported_before_any_work(tmp_path):
    model = str(tmp_path / "m.rlmodel")
    for job, words in (
        (
            commands.TrainModel(patches=["p.tif"], labels="l.tif", output=str(tmp_path / "m.txt")),
            r"must end in \.rlmodel",
        ),
        (
            commands.TrainModel(
                patches=["p.tif"], labels="l.tif", output=model, report=str(tmp_path / "no" / "r.html")
            ),
            "does not exist",
        ),
        (commands.LandCover(inputs=["a.tif"], output=str(tmp_path / "map.png"), model=model), r"must end in \.tif"),
        (
            commands.ExtractPatches(
                points="p", images="i", output=str(tmp_path / "a.tif"), labels=str(tmp_path / "a.tif")
            ),
            "same path",
        ),
    ):
        with pytest.raises(OutputError, match=words):
            job.require_sound_outputs()


def test_a_cluster_of_the_environment_is_for_jobs_that_name_none(tmp_path, monkeypatch):
    monkeypatch.setenv("RASTERLEARN_CLUSTER", "tcp://node:1")
    job, path = {"images": ["a.tif"], "model": "m.rlmodel", "output": "o.tif"}, tmp_path / "job.json"
    for given, used in ({}, "tcp://node:1"), ({"cluster": "local:2"}, "local:2"):
        path.write_text(json.dumps({**job, **given}))
        assert commands.read_job("applymodel", str(path)).cluster == used
    path.write_text("{}")
    assert commands.read_job("check", str(path)) == commands.EngineCheck()
