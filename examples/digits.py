"""Recognise handwritten digits with a neural network in plain NumPy; the gradient comes from `@value_and_grad`.

    python examples/digits.py                                    # five folds, a few seconds, writes digits.png
    python examples/digits.py --hidden 64 64 --epochs 10
    python examples/digits.py --hidden 64 64 64 --init-scale 9   # watch gradients explode

The network is a list of layers, each a dict of arrays; the loss is an ordinary function of it. Nothing here is an array
type of dualad's: `loss` takes and returns what NumPy takes and returns, and its gradient has the structure of `layers`.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits
from tqdm import tqdm

import dualad
from dualad import value_and_grad

Layers = list[dict[str, np.ndarray]]


# ---------------------------------------------------------------------------------------------------- the model
def scores(layers, images):
    """The network: ReLU between layers, and a score for each digit at the end."""
    h = images
    for layer in layers[:-1]:
        h = np.maximum(h @ layer["W"] + layer["b"], 0.0)
    return h @ layers[-1]["W"] + layers[-1]["b"]


@value_and_grad
def loss(layers, images, labels):
    """Mean softmax cross-entropy."""
    z = scores(layers, images)
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def new_layers(sizes: Sequence[int], rng: np.random.Generator, scale: float = 1.0) -> Layers:
    """He initialisation: the variance of a signal stays the same from layer to layer when `scale` is 1."""
    return [
        {"W": rng.normal(0.0, scale * np.sqrt(2 / m), (m, n)), "b": np.zeros(n)} for m, n in itertools.pairwise(sizes)
    ]


def accuracy(layers: Layers, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of the images whose highest score is that of their label."""
    return float(np.mean(np.argmax(scores(layers, images), axis=1) == labels))


# ------------------------------------------------------------------------------------------------- the training
class Adam:
    """Adam (Kingma and Ba, 2015) on a list of dicts of arrays, changed in place."""

    def __init__(self, layers: Layers, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> None:
        self.b1, self.b2, self.eps, self.t = b1, b2, eps, 0
        self.mean = [{name: np.zeros_like(value) for name, value in layer.items()} for layer in layers]
        self.square = [{name: np.zeros_like(value) for name, value in layer.items()} for layer in layers]

    def step(self, layers: Layers, gradients: Layers, rate: float) -> None:
        """One step against the gradients."""
        self.t += 1
        rate *= np.sqrt(1 - self.b2**self.t) / (1 - self.b1**self.t)
        for layer, gradient, mean, square in zip(layers, gradients, self.mean, self.square, strict=True):
            for name, g in gradient.items():
                mean[name] += (1 - self.b1) * (g - mean[name])
                square[name] += (1 - self.b2) * (g * g - square[name])
                layer[name] -= rate * mean[name] / (np.sqrt(square[name]) + self.eps)


@dataclass
class Fold:
    """What happened while one fold was trained: losses and accuracies per epoch, gradient norms per step and layer."""

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)


def train(layers: Layers, data, held_out, options: argparse.Namespace, rng: np.random.Generator, bar: tqdm) -> Fold:
    """Train `layers` in place on minibatches of `data`, with a rate that falls linearly to zero."""
    images, labels = data
    fold, optimiser = Fold(), Adam(layers)
    starts = range(0, len(images) - options.batch + 1, options.batch)
    steps, done = options.epochs * len(starts), 0
    for _ in range(options.epochs):
        order, total = rng.permutation(len(images)), 0.0
        for start in starts:
            batch = order[start : start + options.batch]
            value, gradients = loss(layers, images[batch], labels[batch])
            optimiser.step(layers, gradients, options.rate * (1 - done / steps))
            fold.norms.append([layer_norm(g) for g in gradients])
            total, done = total + value, done + 1
        fold.losses.append(total / len(starts))
        fold.accuracies.append(accuracy(layers, *held_out))
        bar.set_postfix(loss=f"{fold.losses[-1]:.4f}", accuracy=f"{fold.accuracies[-1]:.2%}", refresh=False)
        bar.update()
    return fold


def cross_validate(images, labels, options: argparse.Namespace, rng: np.random.Generator) -> list[Fold]:
    """Train on all folds but one and test on that one, for each fold."""
    parts = np.array_split(rng.permutation(len(images)), options.folds)
    folds = []
    with tqdm(total=options.folds * options.epochs, unit="epoch", mininterval=0.5) as bar:
        for i, test in enumerate(parts):
            bar.set_description(f"fold {i + 1} of {options.folds}", refresh=False)
            rest = np.concatenate(parts[:i] + parts[i + 1 :])
            layers = new_layers([images.shape[1], *options.hidden, 10], rng, options.init_scale)
            data, held_out = (images[rest], labels[rest]), (images[test], labels[test])
            folds.append(train(layers, data, held_out, options, rng, bar))
    return folds


# -------------------------------------------------------------------------------------------------- the reports
def layer_norm(gradient: dict[str, np.ndarray]) -> float:
    """The norm of a layer's gradient, weights and biases together."""
    return float(np.sqrt(sum(np.vdot(g, g) for g in gradient.values())))


def check_against_forward_mode(layers: Layers, images, labels, rng: np.random.Generator) -> float:
    """Relative difference between the two modes' derivative of the loss in one random direction."""
    direction = [{name: rng.normal(size=value.shape) for name, value in layer.items()} for layer in layers]
    _, forward = dualad.jvp(lambda p: loss.__wrapped__(p, images, labels), (layers,), (direction,))
    _, gradients = loss(layers, images, labels)
    reverse = sum(np.vdot(g[name], v[name]) for g, v in zip(gradients, direction, strict=True) for name in g)
    return float(abs(forward - reverse) / max(abs(forward), abs(reverse)))


def norms_report(folds: list[Fold], exploding: float, vanishing: float) -> str:
    """A table of gradient norms per layer over all steps: flagged if the largest explodes or the median vanishes."""
    norms = np.array([step for fold in folds for step in fold.norms])
    lines = [f"{'layer':>5}  {'smallest':>9}  {'median':>9}  {'largest':>9}"]
    for i, column in enumerate(norms.T):
        low, middle, high = np.min(column), np.median(column), np.max(column)
        flag = "  EXPLODING" if not high <= exploding else "  VANISHING" if middle < vanishing else ""
        lines.append(f"{i:>5}  {low:9.2e}  {middle:9.2e}  {high:9.2e}{flag}")
    lines.append(f"flagged: largest above {exploding:g}, median below {vanishing:g}")
    return "\n".join(lines)


def save_plot(folds: list[Fold], path: str) -> None:
    """Loss and accuracy per epoch, one thin line a fold and their mean."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    panels = (left, "training loss", [f.losses for f in folds]), (right, "accuracy", [f.accuracies for f in folds])
    for axes, label, rows in panels:
        epochs = np.arange(1, len(rows[0]) + 1)
        axes.plot(epochs, np.transpose(rows), color="tab:blue", alpha=0.3, linewidth=1)
        axes.plot(epochs, np.mean(rows, axis=0), color="tab:blue", label="mean of folds")
        axes.set(xlabel="epoch", ylabel=label)
        axes.legend()
    left.set_yscale("log")
    figure.savefig(path, dpi=120)
    plt.close(figure)


# -------------------------------------------------------------------------------------------------- the command
def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3, help="learning rate at the start")
    parser.add_argument("--hidden", type=int, nargs="*", default=[256, 128], help="sizes of the hidden layers")
    parser.add_argument("--init-scale", type=float, default=1.0, help="multiplies the initial weights")
    parser.add_argument(
        "--thresholds",
        type=float,
        nargs=2,
        default=[10.0, 1e-6],
        metavar=("EXPLODING", "VANISHING"),
        help="gradient norms of a layer that are flagged (default: 10 and 1e-6)",
    )
    parser.add_argument("--plot", default="digits.png", help="where the plot goes; '' for none")
    options = parser.parse_args(arguments)
    if options.folds < 2 or options.epochs < 1 or options.batch < 1:
        parser.error("needs at least two folds, one epoch and a batch of one image")
    return options


def main(arguments: Sequence[str] | None = None) -> float:
    """Run everything; returns the mean accuracy."""
    started = time.perf_counter()
    options = parse(arguments)
    rng = np.random.default_rng(options.seed)
    digits = load_digits()
    images, labels = digits.data / 16.0, digits.target
    print(f"{len(images)} images of 8 x 8 pixels; layers of {[64, *options.hidden, 10]}\n")

    layers = new_layers([64, *options.hidden, 10], rng, options.init_scale)
    print(f"The gradient that dualad generated:\n\n{dualad.source(loss, layers, images[:64], labels[:64])}\n")
    difference = check_against_forward_mode(layers, images[:64], labels[:64], rng)
    print(f"Reverse against forward mode in a random direction: relative difference {difference:.1e}\n")

    with threadpool_limits(1):  # the matrices are small: more threads only wait for each other
        folds = cross_validate(images, labels, options, rng)
    steps = sum(len(fold.norms) for fold in folds)
    print(f"\nGradient norms of the layers over {steps} steps:\n\n{norms_report(folds, *options.thresholds)}\n")
    results = [f.accuracies[-1] for f in folds]
    if options.plot:
        save_plot(folds, options.plot)
        print(f"Loss and accuracy are plotted in {options.plot}")
    mean = float(np.mean(results))
    print(f"Accuracy per fold: {', '.join(f'{r:.2%}' for r in results)}")
    print(f"Mean accuracy of {options.folds}-fold cross-validation: {mean:.2%}, {time.perf_counter() - started:.1f} s")
    return mean


if __name__ == "__main__":
    main()
