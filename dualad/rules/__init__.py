"""The rules, a file a family, laid out as NumPy's own reference is; loaded when one of their functions is first met.

What the rules take for granted of whoever applies them:

* An argument that a rule reads `.shape`, `.ndim` or `.dtype` of is an array, a NumPy scalar or a dual number; Python
  numbers and lists that stand where NumPy would make an array of them are made one first. (Arguments that are Python
  numbers as a matter of course are read by `np.shape`.)
* A result that is not inexact (`x.astype(int)`, `np.sum(x, dtype=int)`) has no derivative, whatever the rule.
* Where a result is real its tangent is, and where an argument is real its cotangent is: the real part is taken.
* A partial at a `singular` position may divide by zero. It is evaluated without warnings, or not at all where nothing
  flows.
"""

from __future__ import annotations

from importlib import import_module

from dualad import loading

NUMPY_FILES = (
    "ufuncs",
    "reductions",
    "weighted",
    "cumulative",
    "shaping",
    "padding",
    "indexing",
    "joining",
    "index_tricks",
    "products",
    "sorting",
    "quantiles",
    "creation",
    "constants",
    "statistics",
    "grids",
    "rearranging",
    "polynomials",
    "emath",
    "keywords",
    "loops",
    "core_axes",
    "refusals",
    "ufunc_methods",
    "methods",
)
NUMPY_PARTS = {
    "numpy.fft": ("fourier",),
    "numpy.linalg": ("linalg", "decompositions", "norms", "eigen", "leastsquares", "hermitian"),
}
PYTHON_FILES = ("operators", "mathfns", "builtins_", "listing")
OWN_PARTS = ("as_made", "chosen", "equivalents", "flat", "of_itertools", "patterns", "supers")
"""Modules of ours with functions that stand for Python's in the code of users, whose rules are in `PYTHON_FILES`."""
SCIPY_FILES = {
    "scipy.fft": ("fft",),
    "scipy.fftpack": ("fftpack",),
    "scipy.integrate": ("integrate", "equally_spaced"),
    "scipy.interpolate": ("made_splines", "grids", "splines", "regular_grids", "interpolators", "scattered"),
    "scipy.ndimage": ("smoothing", "convolution", "resampling", "made_images", "ranks", "labelled"),
    "scipy.signal": (
        "convolution",
        "filtering",
        "filter_states",
        "smoothing",
        "made_signals",
        "segments",
        "ranks",
        "responses",
        "other_signals",
    ),
    "scipy.sparse": ("sparse", "sparse_matrices", "sparse_diagonals", "sparse_blocks"),
    "scipy.spatial": ("distances",),
    "scipy.linalg": (
        "solving",
        "banded",
        "banded_factors",
        "structured",
        "factors",
        "spectra",
        "matrix_functions",
        "equations",
        "other_forms",
    ),
}
SOLVERS = {"scipy.optimize": "scipy_points", "scipy.integrate": "scipy_integrals"}
SCIPY_PARTS = {"scipy.special": "special", "scipy.stats": "stats"}


def load(package: str) -> None:
    """Import every rule file of a package."""
    for name in NUMPY_FILES if package == "numpy" else PYTHON_FILES:
        import_module(f"{__name__}.{name}")


def load_numpy(package: str) -> None:
    """Import the rule files of a part of NumPy, after those of its functions in `numpy` itself."""
    loading.load("numpy")
    for name in NUMPY_PARTS[package]:
        import_module(f"{__name__}.{name}")


def load_scipy(package: str) -> None:
    """Import the rule files of a package of SciPy."""
    loading.load("numpy.linalg")  # files of which some use: the calls that they leave out are stated, too
    for name in SCIPY_FILES[package]:
        import_module(f"{__name__}.scipy.{name}")
    import_module(f"{__name__}.scipy.refusals").state(package)


def load_solvers(package: str) -> None:
    """State the derivatives of SciPy's solvers or integrators."""
    import_module(f"dualad.implicit.{SOLVERS[package]}")


def load_part(package: str) -> None:
    """Import the rules of a part of SciPy, which is a package of its own here."""
    import_module(f"{__name__}.{SCIPY_PARTS[package]}")


for _package in ("numpy", "math", "_operator", "operator", "builtins"):
    loading.add_loader(_package, load)
loading.add_loader("dualad.joined", lambda package: load("numpy"))
for _package in OWN_PARTS:
    loading.add_loader(f"dualad.{_package}", lambda package: loading.load("builtins"))
loading.add_loader("statistics", lambda package: import_module(f"{__name__}.of_statistics"))
loading.add_loader("cmath", lambda package: import_module(f"{__name__}.cmathfns"))
loading.add_loader("numpy.polynomial", lambda package: import_module(f"{__name__}.series"))
for _package in NUMPY_PARTS:
    loading.add_loader(_package, load_numpy)
for _package in SOLVERS:
    loading.add_loader(_package, load_solvers)
for _package in SCIPY_PARTS:
    loading.add_loader(_package, load_part)
for _package in SCIPY_FILES:
    loading.add_loader(_package, load_scipy)
