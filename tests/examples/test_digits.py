"""The main example, with settings that keep it short."""

import re

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("tqdm")
pytest.importorskip("matplotlib")

# scikit-learn and matplotlib may warn on import about things that are none of ours.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def digits():
    from examples import digits

    return digits


def test_short_run_learns_and_reports(digits, tmp_path, capsys):
    plot = tmp_path / "plot.png"
    mean = digits.main(["--folds", "2", "--epochs", "8", "--hidden", "64", "--plot", str(plot)])
    out = capsys.readouterr().out
    assert mean > 0.85
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert "def " in out, "the generated gradient is shown"
    assert float(re.search(r"relative difference (\S+)", out)[1]) < 1e-10
    assert "EXPLODING" not in out
    assert f"Mean accuracy of 2-fold cross-validation: {mean:.2%}" in out


def test_same_seed_same_result(digits, capsys):
    options = ["--folds", "2", "--epochs", "1", "--hidden", "16", "--seed", "3", "--plot", ""]
    assert digits.main(options) == digits.main(options)


def test_flags_follow_the_thresholds(digits):
    folds = [digits.Fold(norms=[[1.0, 1e-7, 3.0], [2.0, 1e-8, 30.0]])]
    lines = digits.norms_report(folds, 10.0, 1e-6).splitlines()
    assert [line.split()[-1] for line in lines[1:4]] == ["2.00e+00", "VANISHING", "EXPLODING"]
    assert "EXPLODING" not in "".join(digits.norms_report(folds, 100.0, 1e-9).splitlines()[1:4])
    assert "EXPLODING" in digits.norms_report([digits.Fold(norms=[[np.nan]])], 100.0, 1e-9).splitlines()[1]


def test_gradient_does_not_change_parameters(digits):
    rng = np.random.default_rng(0)
    layers = digits.new_layers([64, 8, 10], rng)
    before = [{name: value.copy() for name, value in layer.items()} for layer in layers]
    _, gradients = digits.loss(layers, rng.random((5, 64)), np.arange(5))
    for layer, old, gradient in zip(layers, before, gradients):
        for name in layer:
            np.testing.assert_array_equal(layer[name], old[name])
            assert gradient[name].shape == layer[name].shape
            assert not np.shares_memory(gradient[name], layer[name])


@pytest.mark.parametrize("arguments", [["--folds", "1"], ["--epochs", "0"], ["--batch", "0"]])
def test_bad_settings_are_refused(digits, arguments, capsys):
    with pytest.raises(SystemExit):
        digits.main(arguments)
    assert "at least" in capsys.readouterr().err
