from dataclasses import replace

import numpy as np
import pytest
from learning_data import dense_set, patch_set, value_set

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.learning.learned_answers import LearnedClasses, LearnedValues, learned
from rasterlearn.core.learning.starting_network import new_network
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.samples.patch_set import band_moments


def new(architecture, patches):
    bands = [shape[2] for shape in patches.shapes]
    return new_network(architecture, patches, [np.zeros(b) for b in bands], [np.ones(b) for b in bands])


def test_patches_of_values_are_learned_as_values():
    assert isinstance(learned(patch_set(3).answer), LearnedClasses)
    assert isinstance(learned(dense_set(3).answer), LearnedClasses)
    assert isinstance(learned(value_set(3).answer), LearnedValues)


@pytest.mark.parametrize(
    ("patches", "settings", "sentence"),
    [
        (patch_set(6), Settings(loss="l1"), "LOSS=l1 does not suit .* classes: crossentropy"),
        (value_set(6, 32), Settings(loss="crossentropy"), "LOSS=crossentropy does not suit .* l1, l2 or ssim"),
        (value_set(6, 32), Settings(calibrate=True), "CLASS_WEIGHTS and CALIBRATE are for classes"),
    ],
)
def test_settings_that_are_for_other_answers(patches, settings, sentence):
    network = new("unet" if patches.values is not None else "patch_cnn", patches)
    with pytest.raises(InputError, match=sentence):
        learned(patches.answer).objective(network, patches, settings)


def test_architectures_for_other_answers():
    with pytest.raises(InputError, match="answers a patch with one class, but .* patches of values"):
        new("patch_cnn", value_set(3))
    with pytest.raises(InputError, match="gap_filling restores images"):
        new("gap_filling", patch_set(3))


def test_values_have_no_legend():
    patches = value_set(3)
    with pytest.raises(InputError, match="LEGEND is for classes"):
        learned(patches.answer).with_legend(patches, Legend())


def test_workers_agree_on_the_values_that_they_learn():
    patches = value_set(6)
    others = replace(patches, values=patches.values + 1)
    values = learned(patches.answer)
    assert values.agreed(patches) == values.agreed(value_set(6)) != values.agreed(others)


def test_an_untrained_network_that_corrects_an_image_is_as_good_as_the_image():
    patches = value_set(9)
    network = new_network("gap_filling", patches, *band_moments(patches))
    found = learned(patches.answer).before_training(network, {"training": patches})
    error = patches.images[0].astype(np.float64) - patches.values
    assert found.errors.rmse == pytest.approx(np.sqrt(np.nanmean(error**2, axis=(0, 1, 2))), rel=1e-3)
