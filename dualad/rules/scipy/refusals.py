"""Functions of SciPy that have no rule, with the reason and what to write instead."""

from __future__ import annotations

from importlib import import_module

from dualad.registry import lookup, refused

REASONS = {
    "scipy.linalg": {
        "orth null_space schur ordqz qz cossin hessenberg rsf2csf cdf2rdf": (
            "its vectors are determined up to rotations only; use svd, eigh or qr"
        ),
        "expm_cond": "differentiate scipy.linalg.expm instead",
        "funm": "use expm, logm, sqrtm or another function that has a rule",
        "ldl": "use cholesky, or lu",
        "qr_delete qr_insert qr_update": "use qr of the changed matrix",
        "matrix_balance": "its scales go in steps",
        "clarkson_woodruff_transform": "it is random; multiply by a matrix that is drawn beforehand",
        "fiedler fiedler_companion": "write it with np.abs, np.diag and np.concatenate",
    },
    "scipy.fft": {"fht ifht fhtoffset": "write the transform by fft and the coefficients of its kernel"},
    "scipy.interpolate": {
        "LSQUnivariateSpline splprep spalde splder splantider sproot insert make_splrep make_splprep "
        "make_smoothing_spline generate_knots": ("use CubicSpline, PchipInterpolator or make_interp_spline"),
        "SmoothBivariateSpline LSQBivariateSpline RectSphereBivariateSpline BivariateSpline "
        "SmoothSphereBivariateSpline LSQSphereBivariateSpline bisplrep bisplev NdBSpline NdPPoly": (
            "use RectBivariateSpline, RegularGridInterpolator or scipy.ndimage.map_coordinates"
        ),
        "BPoly": "PPoly.from_bernstein_basis makes a PPoly of it",
        "lagrange pade AAA approximate_taylor_polynomial FloaterHormannInterpolator": (
            "use BarycentricInterpolator, CubicSpline, or np.polyfit"
        ),
        "CloughTocher2DInterpolator": "use LinearNDInterpolator or RBFInterpolator",
        "Rbf": "use RBFInterpolator",
    },
    "scipy.ndimage": {
        "generic_filter generic_filter1d generic_gradient_magnitude generic_laplace vectorized_filter "
        "labeled_comprehension geometric_transform": (
            "it calls a function of Python's from C; write the loop, or use map_coordinates"
        ),
        "fourier_ellipsoid fourier_gaussian fourier_shift fourier_uniform": "multiply by the transform of the filter",
        "histogram": "counts are steps of what is counted",
    },
    "scipy.signal": {
        "bessel besselap bilinear bilinear_zpk butter buttap cheb1ap cheb2ap cheby1 cheby2 ellip ellipap firls firwin "
        "firwin2 firwin_2d gammatone iircomb iirdesign iirfilter iirnotch iirpeak remez minimum_phase lp2bp lp2bp_zpk "
        "lp2bs lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk": (
            "design a filter outside, and filter with lfilter or sosfilt"
        ),
        "find_peaks find_peaks_cwt peak_prominences peak_widths": (
            "which elements are peaks goes in steps; index the signal at their places, found outside"
        ),
        "sawtooth square gausspulse chirp sweep_poly": "write the wave with np.sin and np.exp",
        "envelope": "use np.abs of hilbert",
    },
    "scipy.spatial": {
        "dice hamming jaccard rogerstanimoto russellrao sokalsneath yule": (
            "it compares truth values, or whether elements are equal"
        ),
        "directed_hausdorff": "use np.max and np.min of cdist",
    },
}
MODULES = {"scipy.spatial": "scipy.spatial.distance"}


def state(package: str) -> None:
    """State what functions of a package are refused for."""
    module = import_module(MODULES.get(package, package))
    for names, why in REASONS.get(package, {}).items():
        for name in names.split():
            fn = getattr(module, name, None)
            if fn is not None and lookup(fn) is None:
                refused(fn, why)
