import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.judging.calibration import HIGHEST, Calibration, Reliability, fit_temperature


def overconfident(rng, count=4000, classes=5, temperature=2.5):
    """Logits that are `temperature` times too large, and labels that follow the true probabilities."""
    true = rng.normal(size=(count, classes)) * 1.5
    labels = np.array([rng.choice(classes, p=p) for p in softmax(true, axis=1)])
    return true * temperature, labels


def test_the_temperature_of_known_overconfidence_is_found():
    logits, labels = overconfident(np.random.default_rng(0))
    assert fit_temperature(logits, labels) == pytest.approx(2.5, rel=0.05)
    assert fit_temperature(logits / 2.5 / 3, labels) == pytest.approx(1 / 3, rel=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_it_equals_another_minimizer(seed):
    rng = np.random.default_rng(seed)
    logits, labels = overconfident(rng, 200, 3, 1.7)

    def loss(log_t):
        return -log_softmax(logits / np.exp(log_t), axis=1)[np.arange(len(labels)), labels].mean()

    expected = np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9}).x)
    assert fit_temperature(logits.astype(np.float32), labels) == pytest.approx(expected, rel=1e-4)


def test_it_keeps_the_classes_and_reduces_the_error():
    logits, labels = overconfident(np.random.default_rng(1))
    before = Reliability.of(softmax(logits, axis=1), labels)
    after = Reliability.of(softmax(logits / fit_temperature(logits, labels), axis=1), labels)
    assert before.expected_calibration_error > 0.15
    assert after.expected_calibration_error < 0.03


def test_huge_logits_do_not_overflow():
    logits = np.array([[1e5, 0.0], [0.0, 1e5], [1e5, 0.0]])
    assert fit_temperature(logits, np.array([0, 1, 1])) == pytest.approx(HIGHEST, rel=1e-6)


def test_without_errors_the_temperature_is_1():
    assert fit_temperature(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 1])) == 1.0


def test_what_cannot_be_scaled_is_refused():
    with pytest.raises(InputError, match="received 2 samples of which 1"):
        fit_temperature(np.array([[np.nan, 1.0], [0.0, 3.0]]), np.array([0, 1]))
    with pytest.raises(InputError, match="received 0 samples"):
        fit_temperature(np.zeros((0, 3)), np.zeros(0, np.int64))


def test_reliability_of_a_hand_counted_example():
    probabilities = np.array([[0.95, 0.05], [0.85, 0.15], [0.4, 0.6], [0.45, 0.55], [0.0, 1.0]])
    found = Reliability.of(probabilities, np.array([0, 1, 1, 1, 0]), bins=5)
    assert found.count.tolist() == [0, 0, 2, 0, 3]  # 0.6 belongs to 0.4 ... 0.6
    np.testing.assert_allclose(found.confidence, [np.nan, np.nan, 0.575, np.nan, 2.8 / 3])
    np.testing.assert_allclose(found.accuracy, [np.nan, np.nan, 1.0, np.nan, 1 / 3])
    assert found.expected_calibration_error == pytest.approx((2 * 0.425 + 3 * 0.6) / 5)


def test_the_record_in_the_model_file():
    found = Reliability.of(np.array([[1.0, 0.0]]), np.array([0]))
    assert Calibration(1.5, found).to_json() == {"temperature": 1.5, "expected_calibration_error": 0.0}
    assert Calibration().to_json() == {"temperature": 1.0, "expected_calibration_error": None}
    assert np.isnan(Reliability.of(np.zeros((0, 2)), np.zeros(0, np.int64)).expected_calibration_error)
