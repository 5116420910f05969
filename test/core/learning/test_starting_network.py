import keras
import numpy as np
import pytest
from keras import layers
from learning_data import CLASSES, dense_set, network_of_the_user, patch_set, two_sources

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.learning.network_training import train_network
from rasterlearn.core.learning.starting_network import Start, new_network, own_network
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.raster.classes import LandClass


def new(architecture, patches):
    bands = [shape[2] for shape in patches.shapes]
    return new_network(architecture, patches, [np.zeros(b) for b in bands], [np.ones(b) for b in bands])


@pytest.mark.parametrize(
    ("architecture", "patches", "sentence"),
    [
        ("patch_cnn", two_sources(6), "looks at 1 image.*received patches of 2"),
        ("two_branch", patch_set(6), "looks at 2 image.*received patches of 1"),
        ("unet", patch_set(6, size=32), "with a label for each pixel; received one label"),
        ("patch_cnn", dense_set(2), "answers a patch with one class, but the labels are patches"),
        ("segmentation", dense_set(2, size=32), "at least 64 × 64 pixels, received 32 × 32"),
        ("unet", dense_set(2, size=34), "cannot be built for patches of 34 × 34.*multiples of"),
    ],
)
def test_an_architecture_for_other_patches(architecture, patches, sentence):
    with pytest.raises(InputError, match=sentence):
        new(architecture, patches)


@pytest.mark.parametrize("ending", ["softmax", "layer", "activation", "scores"])
def test_a_network_of_the_user_learns_whatever_it_ends_in(tmp_path, ending):
    network_of_the_user(tmp_path / "mine.keras", ending)
    start = Start(path=str(tmp_path / "mine.keras"))
    training = train_network(patch_set(90), None, start, Settings(epochs=15, learning_rate=0.01))
    assert training.training_accuracy.overall_accuracy > 0.6
    assert training.model.architecture == "mine"
    probabilities = np.asarray(training.model.network()(patch_set(9).images[0].astype(np.float32)))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"bands": 3}, r"expects patches of height × width × bands 16 × 16 × 3; received 16 × 16 × 2"),
        ({"inputs": 2}, r"16 × 16 × 2 and 16 × 16 × 2; received 16 × 16 × 2"),
        ({"classes": 4}, r"answers with 4 scores; expected 3.*rough"),
    ],
)
def test_a_network_of_the_user_for_something_else(tmp_path, options, sentence):
    network_of_the_user(tmp_path / "mine.keras", "layer", **options)
    with pytest.raises(InputError, match=sentence):
        own_network(str(tmp_path / "mine.keras"), patch_set(6))


def test_a_network_with_code_in_it_is_not_opened(tmp_path):
    image = keras.Input((16, 16, 2))
    x = layers.Lambda(lambda t: t * 2)(image)
    network = keras.Model(image, layers.Dense(3)(layers.Flatten()(x)))
    network.save(tmp_path / "mine.keras")
    with pytest.raises(InputError, match="Lambda"):
        own_network(str(tmp_path / "mine.keras"), patch_set(6))
    with pytest.raises(InputError, match="cannot be read"):
        own_network(str(tmp_path / "none.keras"), patch_set(6))


def test_going_on_needs_known_classes_and_the_same_bands():
    first = train_network(patch_set(30), None, settings=Settings(epochs=1)).model
    others = patch_set(30, classes=type(CLASSES).of([LandClass(99, "other"), *list(CLASSES)[:2]]))
    with pytest.raises(InputError, match="MODEL has the classes .*rough; received patches with the classes.*99 other"):
        train_network(others, None, Start(model=first))
    with pytest.raises(InputError, match="16 × 16 × 2; received 20 × 20 × 2"):
        train_network(patch_set(30, size=20), None, Start(model=first))


def test_going_on_where_some_classes_are_missing():
    first = train_network(patch_set(30), None, settings=Settings(epochs=1)).model
    fewer = patch_set(30, classes=type(CLASSES).of(list(CLASSES)[1:]))
    validation = patch_set(30, seed=1)  # which has them all
    training = train_network(fewer, validation, Start(model=first), Settings(epochs=1, class_weights="balanced"))
    assert training.model.classes.to_json() == first.classes.to_json()
    assert training.training_accuracy.matrix.sum(axis=1)[0] == 0 and training.accuracy.matrix.sum(axis=1)[0] > 0
    assert training.model.network().output_shape == (None, len(CLASSES))


def test_a_class_named_otherwise_is_not_the_same():
    first = train_network(patch_set(30), None, settings=Settings(epochs=1)).model
    renamed = [LandClass(c.value, f"not {c.name}") for c in list(CLASSES)[:2]]
    with pytest.raises(InputError, match="MODEL and the training set disagree on the class"):
        train_network(patch_set(30, classes=type(CLASSES).of(renamed)), None, Start(model=first))


def test_a_legend_tells_the_scores_of_a_users_network(tmp_path):
    """Its scores are those of the legend's classes in their order; the patches may lack some."""
    network_of_the_user(tmp_path / "mine.keras", "layer", classes=3)
    fewer = patch_set(30, classes=type(CLASSES).of(list(CLASSES)[1:]))
    start = Start(path=str(tmp_path / "mine.keras"))
    assert start.aligned(fewer, None) is fewer
    aligned = start.aligned(fewer, Legend.of(CLASSES))
    assert aligned.classes.to_json() == CLASSES.to_json() and aligned.labels.min() == 1
    with pytest.raises(InputError, match="answers with 3 scores; expected 2"):
        own_network(str(tmp_path / "mine.keras"), fewer)
    assert own_network(str(tmp_path / "mine.keras"), aligned).output_shape == (None, 3)
