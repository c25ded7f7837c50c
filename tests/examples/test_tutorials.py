"""Every lesson of examples/tutorials.py gives what the tutorials say."""

import numpy as np
import pytest

from examples import tutorials


def test_square_at_three():
    result = tutorials.square_at_three()
    assert result == 6.0
    assert type(result) is float


def test_sum_of_polynomials():
    x = np.array([[1.0, 2.0], [3.0, -4.0]])
    np.testing.assert_allclose(tutorials.sum_of_polynomials(x), 2 * x + 2, rtol=1e-15)


def test_array_output_is_refused_with_advice():
    message, jacobian = tutorials.only_scalars_have_gradients(np.array([1.0, 2.0]))
    assert "(2,)" in message
    assert "jacobian" in message or "vjp" in message
    np.testing.assert_allclose(jacobian, np.diag([2.0, 4.0]))


def test_weighted_outputs():
    y, x_bar = tutorials.weighted_outputs(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, -1.0]))
    np.testing.assert_allclose(y, [1.0, 8.0, 27.0])
    np.testing.assert_allclose(x_bar, [3.0, 0.0, -27.0])


def test_detached():
    assert tutorials.detached(3.0) == (3.0, 6.0)


def test_branches_and_loops():
    np.testing.assert_array_equal(tutorials.branches_and_loops(np.array([-1.0, -2.0])), [-1.0, -1.0])
    np.testing.assert_array_equal(tutorials.branches_and_loops(np.array([1.0, 2.0])), [64.0, 64.0])  # 3 * 2**6 = 192
    np.testing.assert_array_equal(tutorials.branches_and_loops(np.array([100.0, 2.0])), [1.0, 1.0])


def test_custom_rule():
    assert tutorials.custom_rule() == (12.0, 12.0, 4.0)


def test_training_step_gradients_have_the_parameters_shapes():
    losses, shapes = tutorials.training_steps(steps=1)
    assert len(losses) == 1
    assert shapes == {"W": ((10, 1), (10, 1)), "b": ((1,), (1,))}


def test_training_lowers_the_loss():
    losses, _ = tutorials.training_steps(steps=200)
    assert losses[-1] < 0.8 * losses[0]
    assert np.all(np.diff(losses) < 1e-3)


@pytest.mark.parametrize("shift", [0.0, 1000.0, -1000.0])
def test_stable_softmax(shift):
    z = np.array([1.0, -2.0, 3.0])
    gradient, softmax, jacobian = tutorials.stable_softmax(z + shift)
    wanted = np.exp(z) / np.sum(np.exp(z))
    np.testing.assert_allclose(gradient, wanted, rtol=1e-12)
    np.testing.assert_allclose(softmax, wanted, rtol=1e-12)
    np.testing.assert_allclose(jacobian, np.diag(wanted) - np.outer(wanted, wanted), rtol=1e-11, atol=1e-15)


def test_clipping():
    gradients, by_norm, by_value = tutorials.clipped_step(limit=1.0)
    np.testing.assert_allclose(gradients["w"], [108.0, -32.0])
    np.testing.assert_allclose(gradients["b"], [100.0])
    assert tutorials.global_norm(by_norm) == pytest.approx(1.0)
    cosine = sum(np.sum(by_norm[k] * gradients[k]) for k in gradients) / tutorials.global_norm(gradients)
    assert cosine == pytest.approx(1.0)
    np.testing.assert_array_equal(by_value["w"], [1.0, -1.0])


def test_mixed_precision_needs_the_loss_scale():
    found, exact = tutorials.mixed_precision()
    unscaled, scaled = found[1.0], found[2.0**12]
    assert unscaled["W"].dtype == scaled["W"].dtype == np.float32
    assert unscaled["b"].dtype == scaled["b"].dtype == np.float32
    assert np.linalg.norm(unscaled["W"] - exact["W"]) > 0.5 * np.linalg.norm(exact["W"])
    np.testing.assert_allclose(scaled["W"], exact["W"], rtol=2e-2, atol=2e-3 * np.max(np.abs(exact["W"])))


def test_dynamic_loss_scale_skips_overflows_and_then_steps():
    scale, taken, params = tutorials.dynamic_loss_scale()
    assert taken == sorted(taken), "once the scale fits, every step is taken"
    assert not taken[0]
    assert taken[-1]
    assert scale == 2.0 ** (20 - taken.count(False))
    assert params["W"].dtype == np.float32
    assert np.all(params["W"] != 0.0)


def test_vanishing_gradients_are_mended():
    norms = tutorials.vanishing_and_mended()
    flags = {name: tutorials.flagged(values) for name, values in norms.items()}
    assert norms["sigmoid"][0] < 1e-15
    assert len(flags["sigmoid"][1]) > 10
    assert len(flags["relu, weights too small"][1]) > 10
    assert len(flags["tanh, weights too small"][1]) > 10
    assert len(flags["relu, weights too large"][0]) == 30
    assert flags["relu, He initialisation"] == ([], [])
    assert flags["tanh, skip connections"] == ([], [])
    assert norms["relu, He initialisation"][0] > 0.01


def test_flags_count_nan_as_exploding():
    assert tutorials.flagged([1.0, np.nan, 11.0, 1e-7]) == ([1, 2], [3])


def test_the_tour_prints(capsys):
    tutorials.main()
    out = capsys.readouterr().out
    assert "d(x**2) at 3" in out
    assert "tanh, skip connections" in out
