"""Derivatives of what is found by iterating or integrating, at the cost of a linear solve or of one more integration.

* `root`, `fixed_point`, `minimize`: by the implicit function theorem.
* `odeint`, `quad`: by the differential equation of the tangents, and by its adjoint.

They are called inside functions that are differentiated, in either mode and to any order. Derivatives are taken in
`args`; SciPy's own solvers (`scipy.optimize.root`, `brentq`, `scipy.integrate.solve_ivp`, ...) have them too.
"""

from __future__ import annotations

from dualad.implicit.integrals import odeint, quad
from dualad.implicit.points import NotConverged, fixed_point, minimize, root

__all__ = ["NotConverged", "fixed_point", "minimize", "odeint", "quad", "root"]
