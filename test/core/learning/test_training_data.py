from dataclasses import replace

import numpy as np
import pytest
from learning_data import CLASSES, SOURCE, dense_set, patch_set, value_set

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.learning.training_data import PatchFiles, TrainingData
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.patch_stack import write_patches


def named(*classes):
    return ClassMap.of([LandClass(*c) for c in classes])


def test_the_validation_set_gets_the_indices_of_the_training_set():
    validation = replace(patch_set(30, seed=1), classes=named((9, "bright"), (11, "rough")), labels=np.arange(30) % 2)
    data = TrainingData.of(patch_set(30), validation)
    assert data.validation.classes == CLASSES
    assert data.validation.labels.tolist() == (np.arange(30) % 2 + 1).tolist()
    assert list(data.sets) == ["training", "validation"] and data.sets["validation"] is data.validation


def test_both_sets_get_the_names_of_a_legend(tmp_path):
    paths = [str(tmp_path / name) for name in ("p.tif", "l.tif")]
    write_patches(*paths, patch_set(30))
    data = TrainingData.read(PatchFiles([paths[0]], paths[1], [paths[0]], paths[1], Legend.of(named((9, "white")))))
    assert data.training.classes.names == data.validation.classes.names == ["dark", "white", "rough"]


def test_half_a_validation_set_is_refused(tmp_path):
    paths = [str(tmp_path / name) for name in ("p.tif", "l.tif")]
    write_patches(*paths, patch_set(30))
    with pytest.raises(InputError, match="Give both VALIDATION_PATCHES and VALIDATION_LABELS"):
        TrainingData.read(PatchFiles([paths[0]], paths[1], validation_labels=paths[1]))


SCALED = replace(SOURCE, normalization=Normalization("max", ("a", "b"), (0.1, 0.1), (0.0, 0.0)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda s: replace(s, images=(s.images[0][:, :8, :8],)), "16 × 16 × 2, received 8 × 8 × 2"),
        (lambda s: replace(s, classes=named((2, "bright"), (9, "dark"), (11, "rough"))), "disagree"),
        (lambda s: replace(s, classes=ClassMap.of([*CLASSES, LandClass(12, "new")])), "12 new"),
        (lambda s: replace(s, sources=(SCALED,)), "patches were normalized in another way"),
        (lambda s: replace(s, images=s.images * 2, sources=s.sources * 2), r"from 1 image\(s\), the .* from 2"),
        (lambda s: dense_set(5, 16), "a label for each patch, the other one for each pixel"),
        (lambda s: value_set(5), "answered with classes, the other one with values"),
    ],
)
def test_sets_that_do_not_fit_together(change, sentence):
    with pytest.raises(InputError, match=sentence):
        TrainingData.of(patch_set(30), change(patch_set(30)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scalings": ((1e-4, -0.1),) * 2},
            "The targets of the validation set were extracted from an",
        ),
        ({"normalization": Normalization("max", ("p", "q"), (0.1, 0.1), (0.0, 0.0))}, "targets of the validation set"),
    ],
)
def test_targets_in_other_numbers_are_refused(change, sentence):
    training, validation = value_set(9), value_set(5)
    image = training.target.image
    training = replace(training, target=replace(training.target, image=replace(image, scalings=((1e-4, 0.0),) * 2)))
    validation = replace(validation, target=replace(training.target, image=replace(image, **change)))
    with pytest.raises(InputError, match=sentence):
        TrainingData.of(training, validation)


def test_a_single_class_cannot_be_learned():
    with pytest.raises(InputError, match=r"only one class \(dark\)"):
        TrainingData.of(replace(patch_set(30), labels=np.zeros(30, int)))


def test_a_class_that_is_missing_in_validation_is_reported():
    messages = []
    validation = replace(patch_set(30), labels=np.arange(30) % 2)
    TrainingData.of(patch_set(30), validation, progress=Progress(lambda event: messages.append(event["text"])))
    assert len(messages) == 1 and "no sample of rough" in messages[0]


def test_texts_of_both_sets_are_matched_by_name_through_their_files(tmp_path):
    numbered = [replace(named(*classes), is_numbered=True) for classes in
                ([(0, "bare"), (1, "forest"), (2, "water")], [(0, "bare"), (1, "water")])]  # fmt: skip
    paths = [[str(tmp_path / f"{kind}{n}.tif") for kind in "pl"] for n in range(2)]
    for number, (classes, files) in enumerate(zip(numbered, paths)):
        write_patches(*files, patch_set(30, seed=number, classes=classes))
    data = TrainingData.read(PatchFiles([paths[0][0]], paths[0][1], [paths[1][0]], paths[1][1]))
    assert data.validation.classes.names == ["bare", "forest", "water"]
    assert sorted(set(data.validation.labels.tolist())) == [0, 2]
    with pytest.raises(InputError, match="does not have: 1 forest"):
        TrainingData.read(PatchFiles([paths[1][0]], paths[1][1], [paths[0][0]], paths[0][1]))


def test_a_class_without_a_patch_is_reported(tmp_path):
    paths, events = [str(tmp_path / name) for name in ("p.tif", "l.tif")], []
    patches = patch_set(30, classes=named((2, "dark"), (9, "bright")))
    write_patches(*paths, replace(patches, classes=CLASSES))
    data = TrainingData.read(PatchFiles([paths[0]], paths[1]), Progress(events.append))
    assert data.training.classes.names == ["dark", "bright"]
    assert ["no patch of rough" in event["text"] for event in events] == [True]


def test_patches_are_set_aside_only_where_that_is_wanted():
    data = TrainingData.of(patch_set(90))
    fold = data.fold(False, 0, Progress())
    assert fold.fitting.tolist() == list(range(90)) and not len(fold.held)
    fold = data.fold(True, 0, Progress())
    assert sorted([*fold.fitting, *fold.held]) == list(range(90)) and 10 < len(fold.held) < 30


def test_too_few_patches_to_set_some_aside():
    with pytest.raises(InputError, match="PATIENCE=0"):
        TrainingData.of(patch_set(3, seed=2)).fold(True, 0, Progress())
