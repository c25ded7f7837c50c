"""Orthogonal polynomials, in x: each derivative is a polynomial of the next family, regular at the ends (DLMF 18.9)."""

from __future__ import annotations

import scipy.special as sp

from dualad.registry import elementwise

elementwise(sp.eval_legendre, None, lambda x1, x2: (x1 + 1) / 2 * sp.eval_jacobi(x1 - 1, 1, 1, x2))
elementwise(sp.eval_chebyt, None, lambda x1, x2: x1 * sp.eval_chebyu(x1 - 1, x2))
elementwise(sp.eval_chebyu, None, lambda x1, x2: 2 * sp.eval_gegenbauer(x1 - 1, 2, x2))
elementwise(sp.eval_chebyc, None, lambda x1, x2: x1 * sp.eval_chebyu(x1 - 1, x2 / 2))
elementwise(sp.eval_chebys, None, lambda x1, x2: sp.eval_gegenbauer(x1 - 1, 2, x2 / 2))
elementwise(sp.eval_gegenbauer, None, None, lambda x1, x2, x3: 2 * x2 * sp.eval_gegenbauer(x1 - 1, x2 + 1, x3))
elementwise(
    sp.eval_jacobi,
    None,
    None,
    None,
    lambda x1, x2, x3, x4: (x1 + x2 + x3 + 1) / 2 * sp.eval_jacobi(x1 - 1, x2 + 1, x3 + 1, x4),
)
elementwise(sp.eval_laguerre, None, lambda x1, x2: -sp.eval_genlaguerre(x1 - 1, 1, x2))
elementwise(sp.eval_genlaguerre, None, None, lambda x1, x2, x3: -sp.eval_genlaguerre(x1 - 1, x2 + 1, x3))
elementwise(sp.eval_hermite, None, lambda x1, x2: 2 * x1 * sp.eval_hermite(x1 - (x1 != 0), x2))
elementwise(sp.eval_hermitenorm, None, lambda x1, x2: x1 * sp.eval_hermitenorm(x1 - (x1 != 0), x2))

# Shifted to (0, 1)

elementwise(sp.eval_sh_legendre, None, lambda x1, x2: (x1 + 1) * sp.eval_jacobi(x1 - 1, 1, 1, 2 * x2 - 1))
elementwise(sp.eval_sh_chebyt, None, lambda x1, x2: 2 * x1 * sp.eval_chebyu(x1 - 1, 2 * x2 - 1))
elementwise(sp.eval_sh_chebyu, None, lambda x1, x2: 4 * sp.eval_gegenbauer(x1 - 1, 2, 2 * x2 - 1))
elementwise(
    sp.eval_sh_jacobi,
    None,
    None,
    None,
    lambda x1, x2, x3, x4: x1 * sp.eval_sh_jacobi(x1 - (x1 != 0), x2 + 2, x3 + 1, x4),
)

# Associated Legendre functions (DLMF 14.10.5)

elementwise(
    sp.lpmv,
    None,
    None,
    lambda x1, x2, x3, ans: (x2 * x3 * ans - (x1 + x2) * sp.lpmv(x1, x2 - 1, x3)) / (x3 * x3 - 1),
    singular=(2,),
)
