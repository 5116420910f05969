"""The commands one after another on awkward images and labels, against NumPy; `make fuzz-images` draws many more."""

import pytest
from image_fuzz.run import play


@pytest.mark.parametrize("number", range(30))
def test_what_files_mean(number):
    outcome, text, _ = play(number)
    assert outcome in ("mapped", "refused"), text
