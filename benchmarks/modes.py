"""Forward against reverse mode over a range of input and output sizes, and where they cross.

python benchmarks/modes.py                    # prints a table
python benchmarks/modes.py --plot docs/modes.png
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from dualad.compare import Comparison, compare_modes, show_time

SIZES = (1, 4, 16, 64, 256)
HIDDEN = 32


def network(x, W, V):
    """From n inputs through a hidden layer, twice, to m outputs."""
    h = np.tanh(W @ x)
    h = np.tanh(h * np.roll(h, 1) + 0.5 * h)
    return V @ h


def measure(inputs: int, outputs: int, rounds: int) -> Comparison:
    """Both modes on a function of `inputs` numbers that returns `outputs`."""
    rng = np.random.default_rng(inputs * 1000 + outputs)
    W, V = rng.normal(size=(HIDDEN, inputs)) / np.sqrt(inputs), rng.normal(size=(outputs, HIDDEN)) / np.sqrt(HIDDEN)
    found = compare_modes(network, rng.normal(size=inputs), W, V, rounds=rounds)
    assert found.agreement is not None and found.agreement < 1e-8, f"modes disagree: {found.agreement}"
    return found


def table(sizes: Sequence[int], found: dict[tuple[int, int], Comparison]) -> str:
    """Times of the whole Jacobian in Markdown: forward / reverse, the faster in bold."""
    lines = ["| outputs \\ inputs | " + " | ".join(str(n) for n in sizes) + " |", "|---|" + "---|" * len(sizes)]
    for m in sizes:
        cells = []
        for n in sizes:
            forward, reverse = found[m, n]["forward"].whole, found[m, n]["reverse"].whole
            texts = show_time(forward), show_time(reverse)
            first = forward <= reverse
            cells.append(f"**{texts[0]}** / {texts[1]}" if first else f"{texts[0]} / **{texts[1]}**")
        lines.append(f"| {m} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(sizes: Sequence[int], found: dict[tuple[int, int], Comparison], path: str) -> None:
    """Left: times for one output; right: forward time over reverse time for all sizes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    rows = found[sizes[0], sizes[0]].results
    for i, result in enumerate(rows):
        label = {"forward": "forward mode", "reverse": "reverse mode"}.get(result.mode, "central differences")
        left.loglog(sizes, [1e6 * found[1, n].results[i].whole for n in sizes], "o-", label=label)
    left.loglog(sizes, [1e6 * found[1, n].plain for n in sizes], "k--", label="plain function")
    left.set(xlabel="inputs", ylabel="microseconds", title="gradient of one output")
    left.legend()
    ratio = np.array([[found[m, n]["forward"].whole / found[m, n]["reverse"].whole for n in sizes] for m in sizes])
    reach = np.max(np.abs(np.log10(ratio)))
    image = right.imshow(np.log10(ratio), cmap="RdBu_r", vmin=-reach, vmax=reach, origin="lower")
    for (i, j), value in np.ndenumerate(ratio):
        dark = abs(np.log10(value)) > 0.6 * reach
        text = f"{value:.0f}" if value >= 10 else f"{value:.2g}"
        right.text(j, i, text, ha="center", va="center", fontsize=9, color="white" if dark else "black")
    right.set(
        xticks=range(len(sizes)),
        xticklabels=sizes,
        yticks=range(len(sizes)),
        yticklabels=sizes,
        xlabel="inputs",
        ylabel="outputs",
        title="forward time / reverse time of the Jacobian",
    )
    figure.colorbar(image, label="log10")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of inputs and of outputs")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--plot", default="", help="where the plot goes")
    options = parser.parse_args(arguments)
    sizes = sorted({1, *options.sizes})
    found = {(m, n): measure(n, m, options.rounds) for m in sizes for n in sizes}
    print(found[1, sizes[-1]], end="\n\n")
    print("Whole Jacobian, forward / reverse:\n")
    print(table(sizes, found))
    if options.plot:
        plot(sizes, found, options.plot)
        print(f"\nplotted in {options.plot}")


if __name__ == "__main__":
    main()
