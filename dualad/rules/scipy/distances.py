"""`scipy.spatial.distance`: distances of two vectors, of all pairs of rows of two arrays, and of all rows of one.

A metric is stated by its partials in both vectors, which are arrays along the last axis; distances keep this axis. At
distance 0, where a metric has a kink, its partials are 0.
"""

from __future__ import annotations

import numpy as np
import scipy.spatial.distance as sd

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import nonzero_or_one, require_real
from dualad.rules.indexing import scatter
from dualad.rules.reductions import tie_shares
from dualad.rules.scipy.calls import on_duals

squareform = on_duals(sd.squareform)


def weighted(w):
    """Weights, 1 where there are none."""
    return 1.0 if w is None else w


def euclidean(x, y, d, w=None):
    g = weighted(w) * (x - y) / nonzero_or_one(d)
    return g, -g


def sqeuclidean(x, y, d, w=None):
    g = 2 * weighted(w) * (x - y)
    return g, -g


def cityblock(x, y, d, w=None):
    g = weighted(w) * np.sign(x - y)
    return g, -g


def minkowski(x, y, d, p=2, w=None):
    size = np.absolute(x - y)
    g = np.where(size == 0, 0, (nonzero_or_one(size) / nonzero_or_one(d)) ** (p - 1))
    g = weighted(w) * g * np.sign(x - y)
    return g, -g


def chebyshev(x, y, d):
    size = np.absolute(x - y)  # whose greatest may be rounded in the distance, which is of double precision
    g = tie_shares(size, np.max(size, -1, keepdims=True), -1, True) * np.sign(x - y)
    return g, -g


def cosine(x, y, d, w=None):
    w = weighted(w)
    a, b = (np.sqrt(np.sum(w * v * v, -1, keepdims=True)) for v in (x, y))
    return w * ((1 - d) * x / a - y / b) / a, w * ((1 - d) * y / b - x / a) / b


def correlation(x, y, d, w=None, centered=True):
    if not centered:
        return cosine(x, y, d, w)
    shares = 1.0 / x.shape[-1] if w is None else w / np.sum(w)
    x, y = (v - np.sum(shares * v, -1, keepdims=True) for v in (x, y))
    return tuple(g - shares * np.sum(g, -1, keepdims=True) for g in cosine(x, y, d, w))


def canberra(x, y, d, w=None):
    apart, total = np.absolute(x - y), nonzero_or_one(np.absolute(x) + np.absolute(y))
    sides = np.sign(x - y) / total
    return (
        weighted(w) * (sides - apart * np.sign(x) / total**2),
        weighted(w) * (-sides - apart * np.sign(y) / total**2),
    )


def braycurtis(x, y, d, w=None):
    total = np.sum(weighted(w) * np.absolute(x + y), -1, keepdims=True)
    side, both = np.sign(x - y), d * np.sign(x + y)
    return weighted(w) * (side - both) / total, weighted(w) * (-side - both) / total


def seuclidean(x, y, d, V):
    g = (x - y) / V / nonzero_or_one(d)
    return g, -g


def mahalanobis(x, y, d, VI):
    g = np.matmul(x - y, (VI + np.transpose(VI)) / 2) / nonzero_or_one(d)
    return g, -g


def jensenshannon(x, y, d, axis=-1):
    """In shares `p = x / sum(x)`: of `2 d**2 = sum(p log(p / m) + q log(q / m))`, where `m = (p + q) / 2`."""
    return of_shares(x, y, d, axis), of_shares(y, x, d, axis)


def of_shares(x, y, d, axis):
    """The partial in what shares are made of; where both are 0 that of `p log 2`, which it is along one of them."""
    total = np.sum(x, axis, keepdims=True)
    p, q = x / total, y / np.sum(y, axis, keepdims=True)
    both = p + q
    slope = np.log(np.where(both == 0, 1, p) / np.where(both == 0, 0.5, both / 2))
    mean = np.sum(np.where(p == 0, 0, p * slope), axis, keepdims=True)
    return np.where(d == 0, 0, (slope - mean) / (4 * nonzero_or_one(d) * total))


PARTIALS = {
    f.__name__: f
    for f in (
        euclidean, sqeuclidean, cityblock, minkowski, chebyshev, cosine, correlation, canberra, braycurtis,
        seuclidean, mahalanobis, jensenshannon,
    )
}  # fmt: skip


def partials(metric, x, y, d, options):
    """The partials of a metric by its name; refused if it is unknown, or takes from the data what is not given."""
    options = {k: v for k, v in options.items() if v is not None}
    known = PARTIALS.get(metric) if isinstance(metric, str) else None
    wanted = {"seuclidean": "V", "mahalanobis": "VI"}.get(metric) if known else None
    if known is None or (wanted and wanted not in options) or (metric == "chebyshev" and options):
        raise Unsupported(
            f"distances by the metric {metric!r}{f' without {wanted}' if wanted else ''} have no derivative rule; "
            f"those that have one are {', '.join(PARTIALS)}: seuclidean with V, mahalanobis with VI, chebyshev "
            "without w"
        )
    require_real(f"the distance {metric!r}", x, y)
    return known(x, y, np.expand_dims(d, -1), **options)


# Of two vectors


def state_pair(metric, more):
    """State a metric of two vectors; `more`: names of what it takes besides."""

    def slopes(ans, u, v, given):
        require_real(f"scipy.spatial.distance.{metric}", u, v)
        return PARTIALS[metric](u, v, np.expand_dims(ans, -1), **dict(zip(more, given, strict=True)))

    rules = pair_rules(slopes, more)
    general(getattr(sd, metric), jvps=rules[:2], vjps=rules[2:])


def pair_rules(slopes, more):
    """Tangents and cotangents of both vectors, for each set of parameters that metrics have."""
    if more == ("w",):
        return (
            lambda t, ans, u, v, w=None: np.sum(slopes(ans, u, v, (w,))[0] * t),
            lambda t, ans, u, v, w=None: np.sum(slopes(ans, u, v, (w,))[1] * t),
            lambda ct, ans, u, v, w=None: ct * slopes(ans, u, v, (w,))[0],
            lambda ct, ans, u, v, w=None: ct * slopes(ans, u, v, (w,))[1],
        )
    if more == ("p", "w"):
        return (
            lambda t, ans, u, v, p=2, w=None: np.sum(slopes(ans, u, v, (p, w))[0] * t),
            lambda t, ans, u, v, p=2, w=None: np.sum(slopes(ans, u, v, (p, w))[1] * t),
            lambda ct, ans, u, v, p=2, w=None: ct * slopes(ans, u, v, (p, w))[0],
            lambda ct, ans, u, v, p=2, w=None: ct * slopes(ans, u, v, (p, w))[1],
        )
    if more == ("w", "centered"):
        return (
            lambda t, ans, u, v, w=None, centered=True: np.sum(slopes(ans, u, v, (w, centered))[0] * t),
            lambda t, ans, u, v, w=None, centered=True: np.sum(slopes(ans, u, v, (w, centered))[1] * t),
            lambda ct, ans, u, v, w=None, centered=True: ct * slopes(ans, u, v, (w, centered))[0],
            lambda ct, ans, u, v, w=None, centered=True: ct * slopes(ans, u, v, (w, centered))[1],
        )
    if more == ("V",):
        return (
            lambda t, ans, u, v, V: np.sum(slopes(ans, u, v, (V,))[0] * t),
            lambda t, ans, u, v, V: np.sum(slopes(ans, u, v, (V,))[1] * t),
            lambda ct, ans, u, v, V: ct * slopes(ans, u, v, (V,))[0],
            lambda ct, ans, u, v, V: ct * slopes(ans, u, v, (V,))[1],
        )
    if more == ("VI",):
        return (
            lambda t, ans, u, v, VI: np.sum(slopes(ans, u, v, (VI,))[0] * t),
            lambda t, ans, u, v, VI: np.sum(slopes(ans, u, v, (VI,))[1] * t),
            lambda ct, ans, u, v, VI: ct * slopes(ans, u, v, (VI,))[0],
            lambda ct, ans, u, v, VI: ct * slopes(ans, u, v, (VI,))[1],
        )
    return (
        lambda t, ans, u, v: np.sum(slopes(ans, u, v, ())[0] * t),
        lambda t, ans, u, v: np.sum(slopes(ans, u, v, ())[1] * t),
        lambda ct, ans, u, v: ct * slopes(ans, u, v, ())[0],
        lambda ct, ans, u, v: ct * slopes(ans, u, v, ())[1],
    )


for _metric in ("euclidean", "sqeuclidean", "cityblock", "cosine", "canberra", "braycurtis"):
    state_pair(_metric, ("w",))
state_pair("minkowski", ("p", "w"))
state_pair("correlation", ("w", "centered"))
state_pair("seuclidean", ("V",))
state_pair("mahalanobis", ("VI",))
state_pair("chebyshev", ())

# Of distributions, which lie along an axis


def js_slopes(ans, p, q, base, axis, keepdims):
    """The partials of `jensenshannon` in both, whose logarithms may be to another base."""
    if np.shape(p) != np.shape(q):
        raise Unsupported("scipy.spatial.distance.jensenshannon of arrays of two shapes; give it arrays of one shape")
    require_real("scipy.spatial.distance.jensenshannon", p, q)
    d, scale = ans if keepdims else np.expand_dims(ans, axis), 1.0 if base is None else np.log(base)
    return [g / scale for g in jensenshannon(p, q, d, axis)]


def js_tangent(t, ans, p, q, base, axis, keepdims, which):
    """The tangent of `jensenshannon` in one of both."""
    return np.sum(js_slopes(ans, p, q, base, axis, keepdims)[which] * t, axis, keepdims=keepdims)


def js_back(ct, ans, p, q, base, axis, keepdims, which):
    """Its transpose."""
    return (ct if keepdims else np.expand_dims(ct, axis)) * js_slopes(ans, p, q, base, axis, keepdims)[which]


general(
    sd.jensenshannon,
    jvps=[
        lambda t, ans, p, q, base=None, *, axis=0, keepdims=False: js_tangent(t, ans, p, q, base, axis, keepdims, 0),
        lambda t, ans, p, q, base=None, *, axis=0, keepdims=False: js_tangent(t, ans, p, q, base, axis, keepdims, 1),
    ],
    vjps=[
        lambda ct, ans, p, q, base=None, *, axis=0, keepdims=False: js_back(ct, ans, p, q, base, axis, keepdims, 0),
        lambda ct, ans, p, q, base=None, *, axis=0, keepdims=False: js_back(ct, ans, p, q, base, axis, keepdims, 1),
    ],
)

# Of all pairs of rows


def products(metric, ct, x, y, d, w):
    """The cotangent for the two metrics of least squares, without an array of all differences."""
    weights = 2 * ct if metric == "sqeuclidean" else ct / nonzero_or_one(d)
    back = np.expand_dims(np.sum(weights, 1), -1) * x - np.matmul(weights, y)
    return back if w is None else w * back


def cdist_tangent(t, ans, XA, XB, which, metric, options):
    """The tangent of `cdist` in either array."""
    x, y = np.expand_dims(XA, 1), np.expand_dims(XB, 0)
    return np.sum(partials(metric, x, y, ans, options)[which] * np.expand_dims(t, 1 - which), -1)


def cdist_back(ct, ans, XA, XB, which, metric, options):
    """The cotangent of either array of `cdist`."""
    if metric in ("euclidean", "sqeuclidean"):
        if which:
            return products(metric, np.transpose(ct), XB, XA, np.transpose(ans), options["w"])
        return products(metric, ct, XA, XB, ans, options["w"])
    x, y = np.expand_dims(XA, 1), np.expand_dims(XB, 0)
    return np.sum(np.expand_dims(ct, -1) * partials(metric, x, y, ans, options)[which], 1 - which)


general(
    sd.cdist,
    jvps=[
        lambda t, ans, XA, XB, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: cdist_tangent(
            t, ans, XA, XB, 0, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        ),
        lambda t, ans, XA, XB, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: cdist_tangent(
            t, ans, XA, XB, 1, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        ),
    ],
    vjps=[
        lambda ct, ans, XA, XB, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: cdist_back(
            ct, ans, XA, XB, 0, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        ),
        lambda ct, ans, XA, XB, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: cdist_back(
            ct, ans, XA, XB, 1, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        ),
    ],
)


def pdist_tangent(t, ans, X, metric, options):
    """The tangent of `pdist`."""
    i, j = np.triu_indices(X.shape[0], 1)
    in_first, in_second = partials(metric, X[i], X[j], ans, options)
    return np.sum(in_first * t[i] + in_second * t[j], -1)


def pdist_back(ct, ans, X, metric, options):
    """The transpose of `pdist_tangent`."""
    i, j = np.triu_indices(X.shape[0], 1)
    in_first, in_second = partials(metric, X[i], X[j], ans, options)
    ct = np.expand_dims(ct, -1)
    return scatter(ct * in_first, X.shape, i) + scatter(ct * in_second, X.shape, j)


general(
    sd.pdist,
    jvps=[
        lambda t, ans, X, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: pdist_tangent(
            t, ans, X, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        )
    ],
    vjps=[
        lambda ct, ans, X, metric="euclidean", *, p=None, w=None, V=None, VI=None, centered=None: pdist_back(
            ct, ans, X, metric, {"p": p, "w": w, "V": V, "VI": VI, "centered": centered}
        )
    ],
)


def squareform_tangent(t, X):
    """The tangent of `squareform`, which reads the upper half of a matrix."""
    return squareform(t) if X.ndim == 1 else t[np.triu_indices(X.shape[0], 1)]


def squareform_back(ct, X):
    """The transpose of `squareform_tangent`."""
    upper = np.triu_indices(X.shape[0] if X.ndim == 2 else ct.shape[0], 1)
    return (ct + np.transpose(ct))[upper] if X.ndim == 1 else scatter(ct, X.shape, upper)


general(
    sd.squareform,
    jvps=[lambda t, ans, X, force="no", checks=True: squareform_tangent(t, X)],
    vjps=[lambda ct, ans, X, force="no", checks=True: squareform_back(ct, X)],
)
