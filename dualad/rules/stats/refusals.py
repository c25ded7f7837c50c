"""Distributions without rules: their methods are refused with what to write instead."""

from __future__ import annotations

from scipy import stats

from dualad.registry import lookup, refused
from dualad.rules.helpers import present

WHY = (
    "docs/scipy_stats.md lists the distributions that have, and in which parameters; write the density of another with "
    "functions of scipy.special, or state a rule by dualad.primitive"
)
METHODS = ("logpdf", "pdf", "logpmf", "pmf", "logcdf", "cdf", "logsf", "sf", "ppf", "isf")

REASONS = {
    "mode rankdata percentileofscore sigmaclip spearmanr kendalltau weightedtau somersd": "it goes in steps, by ranks",
    "circmean circstd circvar": "write it with np.sin, np.cos and np.arctan2",
    "kstat kstatvar": "write it with np.mean of powers, or use skew and kurtosis",
    "describe": "call np.min, np.max, np.mean and the functions of moments",
    "power_divergence": "use chisquare, or write it with scipy.special.rel_entr",
    "quantile": "use np.quantile",
}

for _class in (stats.rv_continuous, stats.rv_discrete):
    for _method in present(_class, *METHODS):
        refused(_method, WHY)
for _names, _why in REASONS.items():
    for _fn in present(stats, *_names.split()):
        if lookup(_fn) is None:
            refused(_fn, _why)
