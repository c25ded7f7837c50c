"""Rows for `scipy.special`: arguments inside each function's domain, near its removable singularities and far away."""

from __future__ import annotations

import scipy.special as sp

from tests.rules.special.rows import Row, row

ANY = [-1.7, -0.4, 0.3, 1.1]
POSITIVE = [0.2, 0.9, 2.6, 7.5]
UNIT = [0.05, 0.35, 0.8]
COMPLEX = [0.4 + 0.3j, -0.8 + 1.1j, 2.1 - 0.6j]

REAL_LINE = (
    sp.exp2, sp.exp10, sp.expm1, sp.cosm1, sp.exprel, sp.sindg, sp.cosdg, sp.expit, sp.log_expit, sp.softplus,
    sp.erf, sp.erfc, sp.erfcx, sp.erfi, sp.dawsn, sp.ndtr, sp.log_ndtr, sp.rgamma, sp.gamma, sp.gammaln, sp.psi,
    sp.digamma,
    sp.fresnel, sp.j0, sp.j1, sp.i0, sp.i1, sp.ber, sp.bei, sp.airy,
    sp.itstruve0, sp.itmodstruve0, sp.wrightomega, sp.expi, sp.sici, sp.shichi,
)  # fmt: skip
HALF_LINE = (
    sp.log1p, sp.cbrt, sp.entr, sp.y0, sp.y1, sp.k0, sp.k1, sp.i0e, sp.i1e, sp.k0e, sp.k1e, sp.ker, sp.kei, sp.berp,
    sp.beip, sp.kerp, sp.keip, sp.kelvin, sp.itj0y0, sp.iti0k0, sp.it2i0k0, sp.it2struve0, sp.exp1,
    sp.spence, sp.tandg, sp.cotdg, sp.airye, sp.loggamma, sp.factorial, sp.lambertw, sp.kolmogorov,
    sp.modfresnelp, sp.modfresnelm,
)  # fmt: skip
BETWEEN = (sp.logit, sp.erfinv, sp.erfcinv, sp.ndtri, sp.ellipk, sp.ellipkm1, sp.ellipe, sp.kolmogi)
HOLOMORPHIC = (
    sp.expm1, sp.log1p, sp.erf, sp.erfc, sp.erfcx, sp.erfi, sp.dawsn, sp.wofz, sp.ndtr, sp.gamma, sp.loggamma,
    sp.rgamma, sp.fresnel, sp.exp1, sp.expi, sp.spence, sp.airy, sp.lambertw, sp.wrightomega, sp.sici, sp.shichi,
)  # fmt: skip


def rows() -> list[Row]:
    return [
        *(row(f, ANY) for f in REAL_LINE),
        *(row(f, POSITIVE) for f in HALF_LINE),
        *(row(f, UNIT) for f in BETWEEN),
        *(row(f, COMPLEX, order=1 if f in (sp.psi, sp.gamma, sp.loggamma, sp.rgamma) else 2) for f in HOLOMORPHIC),
        *elementary(),
        *gamma(),
        *erf(),
        *bessel(),
        *elliptic(),
        *polynomials(),
        *statistics(),
        *shapes(),
        *waves(),
    ]


def elementary():
    yield row(sp.powm1, POSITIVE, ANY)
    yield row(sp.radian, ANY, POSITIVE, ANY)
    yield row(sp.xlogy, ANY, POSITIVE)
    yield row(sp.xlog1py, ANY, POSITIVE)
    yield row(sp.xlogy, [0.0, 0.0], [0.5, 2.0])
    yield row(sp.rel_entr, POSITIVE, [1.0, 0.5, 3.0, 0.1])
    yield row(sp.kl_div, POSITIVE, [1.0, 0.5, 3.0, 0.1])
    yield row(sp.huber, [1.0, 1.0, 1.0, 1.0], ANY)
    yield row(sp.pseudo_huber, POSITIVE, ANY)
    yield row(sp.boxcox, POSITIVE, [1.5, 0.0, -0.7, 1e-5])
    yield row(sp.boxcox1p, POSITIVE, [1.5, 0.0, -0.7, 1e-5])
    yield row(sp.inv_boxcox, [0.3, 0.9, -0.4, 20.0], [1.5, 0.0, -0.7, 0.5], rtol=1e-5)
    yield row(sp.inv_boxcox1p, [0.3, 0.9, -0.4, 20.0], [1.5, 0.0, -0.7, 0.5], rtol=1e-5)
    yield row(sp.expn, 3, POSITIVE)
    yield row(sp.expn, 0, POSITIVE)
    yield row(sp.expn, 1, POSITIVE)
    yield row(sp.agm, [0.3, 1.0, 5.0], [2.0, 1.0, 0.4])
    yield row(sp.exprel, [0.0, 1e-9, -30.0])
    yield row(sp.spence, [1.0, 1.0 + 1e-9, 0.99])


def gamma():
    yield row(sp.polygamma, 0, POSITIVE)
    yield row(sp.polygamma, 2, [-1.7, -0.4, 0.3, 1.1])
    yield row(sp.multigammaln, [3.1, 5.2], 3)
    yield row(sp.rgamma, [-2.0, 0.0, -3.0 + 1e-7, 0.5])
    yield row(sp.beta, POSITIVE, [1.0, 0.5, 3.0, 0.1])
    yield row(sp.betaln, POSITIVE, [1.0, 0.5, 3.0, 0.1])
    yield row(sp.poch, [0.3, 2.0, -0.6], [1.5, 3.0, 0.4])
    yield row(sp.poch, [-2.0, -3.0, -0.6], 3)
    yield row(sp.poch, [-2.0, -3.0, -0.6], 2)
    yield row(sp.binom, [5.0, 3.2, 0.6, 3.0], [2.0, 0.4, 2.1, 5.0])
    yield row(sp.comb, [5.0, 3.2, 0.6], [2.0, 0.4, 0.3])
    yield row(sp.perm, [5.0, 3.2, 0.6], [2.0, 0.4, 0.3])
    yield row(sp.zeta, [1.5, 4.0, 12.0], order=1)
    yield row(sp.zeta, [-1.3, 0.4, -9.5, 0.0], order=1)
    yield row(sp.zetac, [1.5, 4.0, 0.4], order=1)
    yield row(sp.zeta, 2.5, [0.3, 1.2, 9.0])
    yield row(sp.zeta, [1.5, 4.0, 12.0], [0.3, 1.2, 9.0], order=1)


def erf():
    yield row(sp.erfcx, [19.0, 21.0, -3.0])
    yield row(sp.dawsn, [19.0, 21.0, -3.0, -25.0])
    yield row(sp.ndtri_exp, [-0.1, -2.0, -30.0])
    yield row(sp.log_ndtr, [-30.0, -5.0, 3.0])
    yield row(sp.nrdtrimn, UNIT, [1.0, 0.5, 3.0], [0.1, -1.0, 2.0])
    yield row(sp.nrdtrisd, [0.1, -1.0, 2.0], [0.7, 0.8, 0.2], [1.0, 0.5, 1.0])
    yield row(sp.owens_t, ANY, [0.5, -1.0, 2.0, 0.0])
    yield row(sp.voigt_profile, ANY, [0.5, 1.0, 0.01, 2.0], [1.0, 0.1, 0.5, 0.3])


def bessel():
    for f in (sp.jv, sp.yv, sp.iv, sp.kv, sp.hankel1, sp.hankel2, sp.ive, sp.kve, sp.jve, sp.yve,
              sp.hankel1e, sp.hankel2e):
        yield row(f, 1.3, [0.3, 2.0, 9.0], wrt=(1,))
        if f not in (sp.ive, sp.jve, sp.yve):
            yield row(f, 0.5, COMPLEX, wrt=(1,))
        yield row(f, [0.7, -0.4, 3.2, 0.0], [0.6, 2.0, 9.0, 1.1])
    yield row(sp.jv, 0, [0.0, 1.0])
    yield row(sp.ive, 2, [-3.0, 60.0, 0.1, -70.0])
    yield row(sp.kve, 2, [60.0, 0.1])
    yield row(sp.ive, 3, [-60.0])
    yield row(sp.yn, 2, POSITIVE)
    yield row(sp.kn, 2, POSITIVE)
    for f in (sp.spherical_jn, sp.spherical_in, sp.spherical_yn, sp.spherical_kn):
        yield row(f, 2, POSITIVE)
        yield row(f, 0, POSITIVE)
        yield row(f, 1, POSITIVE, True, wrt=(1,))
    yield row(sp.spherical_jn, 1, [0.0, 1e-3])
    for f in (sp.jvp, sp.yvp, sp.ivp, sp.kvp, sp.h1vp, sp.h2vp):
        yield row(f, 1.3, POSITIVE, wrt=(1,))
        yield row(f, [0.3, 1.3, 2.6, 0.9], POSITIVE, 2, wrt=(0, 1))
    yield row(sp.it2j0y0, [0.2, 0.9, 2.6])
    yield row(sp.itairy, [0.3, 0.8], rtol=1e-5)
    yield row(sp.besselpoly, [0.4, 2.0], 1.5, 2.0, wrt=(0,))
    yield row(sp.struve, 1.5, POSITIVE, wrt=(1,))
    yield row(sp.modstruve, 0, POSITIVE)
    yield row(sp.wright_bessel, 0.5, 1.5, [0.2, 3.0], wrt=(2,))
    yield row(sp.log_wright_bessel, 0.5, 1.5, [0.2, 3.0], wrt=(2,))


def elliptic():
    yield row(sp.ellipk, [-30.0, -1.0, 0.0, 0.999])
    yield row(sp.ellipe, [-30.0, -1.0, 0.0, 0.99])
    yield row(sp.ellipkinc, [0.4, 2.0, -4.0, 1.0], [0.5, 0.3, -2.0, 0.0])
    yield row(sp.ellipeinc, [0.4, 2.0, -4.0, 1.0], [0.5, 0.3, -2.0, 0.0])
    yield row(sp.ellipj, [0.4, 2.0, -4.0, 1.0], [0.5, 0.3, 0.9, 0.1], rtol=1e-5)
    yield row(sp.elliprc, [0.3, 2.0, 1.0, 1.0], [1.0, 0.5, -0.7, 1.0])
    yield row(sp.elliprf, [0.3, 2.0, 1.0], [1.0, 0.5, 1.0], [0.7, 5.0, 1.0])
    yield row(sp.elliprg, [0.3, 2.0, 1.0], [1.0, 0.5, 1.0], [0.7, 5.0, 1.0])
    yield row(sp.elliprd, [0.3, 2.0, 1.0], [1.0, 0.5, 1.0], [0.7, 5.0, 1.0], order=1)
    yield row(sp.elliprj, [0.3, 2.0, 1.0], [1.0, 0.5, 1.0], [0.7, 5.0, 1.0], [0.4, 1.0, 1.0], order=1)


def polynomials():
    inside = [-0.7, 0.3, 1.0]
    for n in (0, 1, 4):
        for f in (sp.eval_legendre, sp.eval_chebyt, sp.eval_chebyu, sp.eval_chebyc, sp.eval_chebys, sp.eval_laguerre,
                  sp.eval_hermite, sp.eval_hermitenorm):
            yield row(f, n, inside)
        for f in (sp.eval_sh_legendre, sp.eval_sh_chebyt, sp.eval_sh_chebyu):
            yield row(f, n, UNIT)
        for f in (sp.eval_gegenbauer, sp.eval_genlaguerre):
            yield row(f, n, 1.5, inside, wrt=(2,))
        yield row(sp.eval_jacobi, n, 0.5, 1.5, inside, wrt=(3,))
        yield row(sp.eval_sh_jacobi, n, 3.0, 1.5, UNIT, wrt=(3,))
    yield row(sp.eval_legendre, 1.5, [-0.7, 0.3], wrt=(1,))
    yield row(sp.lpmv, 1, 2, [-0.7, 0.3])
    yield row(sp.lpmv, 0, 0, [-0.7, 0.3])
    yield row(sp.assoc_laguerre, [-0.7, 0.3], 3, 0.5, wrt=(0,))
    yield from (row(sp.diric, [-0.7, 0.0, 2.1, 6.283185307179586], n, wrt=(0,)) for n in (1, 4, 5))
    if hasattr(sp, "sph_harm_y"):
        for n, m in ((0, 0), (1, 0), (2, -1), (3, 3), (4, -4), (4, 2)):
            yield row(sp.sph_harm_y, n, m, [0.3, 1.7, 2.8], [0.4, -1.0, 3.0])
    yield row(sp.hyp0f1, 1.3, ANY, wrt=(1,))
    yield row(sp.hyp1f1, 0.4, 1.3, ANY, wrt=(2,))
    yield row(sp.hyp2f1, 0.4, 1.3, 2.1, [-1.7, -0.4, 0.3, 0.6], wrt=(3,))
    yield row(sp.hyp2f1, 0.4, 1.3, 2.1, [-0.7 + 0.1j, 0.2 - 0.4j], wrt=(3,))
    yield row(sp.hyperu, 0.4, 1.3, POSITIVE, wrt=(2,))


def statistics():
    yield row(sp.bdtr, 2, 6, UNIT)
    yield row(sp.bdtrc, 2, 6, UNIT)
    yield row(sp.bdtri, 2, 6, UNIT)
    yield row(sp.nbdtr, 2, 6, UNIT)
    yield row(sp.nbdtrc, 2, 6, UNIT)
    yield row(sp.nbdtri, 2, 6, UNIT)
    yield row(sp.pdtr, 2, POSITIVE)
    yield row(sp.pdtrc, 2, POSITIVE)
    yield row(sp.pdtri, 2, UNIT)
    yield row(sp.chndtr, POSITIVE, [3.0, 0.7, 2.0, 5.0], [0.5, 2.0, 1.0, 4.0], rtol=1e-5)
    yield row(sp.chndtrix, UNIT, [3.0, 0.7, 2.0], [0.5, 2.0, 1.0], order=1, rtol=1e-4)
    yield row(sp.chndtridf, [0.5, 3.0], [0.1, 0.3], [0.5, 2.0], order=1, rtol=1e-4)
    yield row(sp.chndtrinc, [0.5, 3.0], [3.0, 2.0], [0.03, 0.3], order=1, rtol=1e-4)
    yield row(sp.ncfdtr, [3.0, 0.7, 2.0], [4.0, 2.5, 9.0], [0.5, 2.0, 1.0], [0.8, 1.5, 2.2], rtol=1e-5)
    yield row(sp.ncfdtri, [3.0, 0.7, 2.0], [4.0, 2.5, 9.0], [0.5, 2.0, 1.0], UNIT, order=1, rtol=1e-4)
    yield row(sp.ncfdtridfd, [3.0, 2.0], [0.5, 0.6], [0.5, 1.0], [1.2, 2.2], order=1, rtol=1e-4)
    yield row(sp.ncfdtridfn, [0.4, 0.7], [4.0, 9.0], [0.5, 1.0], [0.8, 2.2], order=1, rtol=1e-4)
    yield row(sp.ncfdtrinc, [3.0, 2.0], [4.0, 9.0], [0.2, 0.5], [0.8, 2.2], order=1, rtol=1e-4)
    yield row(sp.nctdtr, [3.0, 0.7, 12.0], [0.5, -1.2, 2.0], [0.8, -1.5, 2.2], rtol=1e-5)
    yield row(sp.nctdtr, [3.0, 0.7], [0.5, -1.2], [-0.8, 1.5], rtol=1e-5)
    yield row(sp.nctdtrit, [3.0, 2.5, 12.0], [0.5, -1.2, 2.0], UNIT, order=1, rtol=1e-4)
    yield row(sp.nctdtridf, [0.6, 0.55], [0.5, 1.2], [0.8, 1.5], order=1, rtol=1e-4)
    yield row(sp.nctdtrinc, [3.0, 2.5], UNIT[:2], [0.8, 1.5], order=1, rtol=1e-4)
    yield row(sp.smirnov, 7, [0.11, 0.37, 0.8])
    yield row(sp.smirnovi, 7, UNIT)
    yield row(sp.tklmbda, [0.3, -0.8, 1.2], [0.4, -0.5, 0.1], rtol=1e-4)
    yield row(sp.kolmogorov, [0.3, 0.75, 0.85, 2.0])


def shapes():
    x = [0.3, 1.7, 4.0]
    for f in (sp.gammainc, sp.gammaincc):
        yield row(f, [0.4, 1.0, 7.0], x)
        yield row(f, [2.0, 2.5, 1.0], [0.0, 0.0, 0.0], wrt=(0,))
    for f in (sp.gammaincinv, sp.gammainccinv):
        yield row(f, [0.4, 1.0, 7.0], UNIT)
    yield row(sp.gdtr, x, [0.4, 1.0, 7.0], [2.0, 0.7, 1.3])
    yield row(sp.gdtrc, x, [0.4, 1.0, 7.0], [2.0, 0.7, 1.3])
    yield row(sp.gdtrix, x, [0.4, 1.0, 7.0], UNIT)
    yield row(sp.gdtria, UNIT, [0.4, 1.0, 7.0], x)
    yield row(sp.gdtrib, x, UNIT, [2.0, 0.7, 1.3], rtol=1e-5)
    for f in (sp.chdtr, sp.chdtrc):
        yield row(f, [0.4, 2.0, 7.0], x)
    yield row(sp.chdtri, [0.4, 2.0, 7.0], UNIT)
    yield row(sp.chdtriv, UNIT, x)
    yield row(sp.pdtrik, [0.5, 0.7, 0.95], x, rtol=1e-5)
    a, b = [0.4, 1.0, 7.0], [2.0, 0.6, 3.0]
    for f in (sp.betainc, sp.betaincc, sp.betaincinv, sp.betainccinv):
        yield row(f, a, b, UNIT)
    yield row(sp.btdtria, UNIT, b, [0.2, 0.5, 0.7], rtol=1e-5)
    yield row(sp.btdtrib, a, UNIT, [0.2, 0.5, 0.7], rtol=1e-5)
    for f in (sp.fdtr, sp.fdtrc):
        yield row(f, a, b, x)
    yield row(sp.fdtri, a, b, UNIT)
    yield row(sp.fdtridfd, [0.4, 1.0, 2.0], [0.32, 0.45, 0.45], [0.2, 0.5, 0.7], rtol=1e-5)
    yield row(sp.stdtr, [0.4, 2.0, 30.0, 3.0], [-1.0, 0.3, 2.0, 0.0])
    yield row(sp.stdtrit, [0.4, 2.0, 30.0], UNIT)
    yield row(sp.stdtridf, [0.7, 0.8, 0.95], [0.8, 1.0, 2.2], rtol=1e-5)
    yield row(sp.bdtrik, [0.5, 0.6, 0.8], [6.0, 4.5, 11.0], [0.4, 0.5, 0.7], rtol=1e-5)
    yield row(sp.bdtrin, [2.0, 3.5, 1.0], [0.5, 0.6, 0.8], [0.4, 0.5, 0.3], rtol=1e-5)
    yield row(sp.nbdtrik, [0.5, 0.6, 0.8], [6.0, 4.5, 11.0], [0.4, 0.5, 0.7], rtol=1e-5)
    yield row(sp.nbdtrin, [2.0, 3.5, 1.0], [0.5, 0.6, 0.8], [0.4, 0.5, 0.3], rtol=1e-5)


def waves():
    x = [0.3, 1.2]
    yield row(sp.mathieu_cem, 2, 1.5, [10.0, 70.0], wrt=(2,))
    yield row(sp.mathieu_sem, 2, 1.5, [10.0, 70.0], wrt=(2,))
    for f in (sp.mathieu_modcem1, sp.mathieu_modcem2, sp.mathieu_modsem1, sp.mathieu_modsem2):
        yield row(f, 2, 1.5, x, wrt=(2,))
    yield row(sp.mathieu_a, 3, [0.4, 7.0], order=1)
    yield row(sp.mathieu_b, 3, [0.4, 7.0], order=1)
    yield row(sp.pro_cv, 1, 2, [0.4, 3.0], order=1)
    yield row(sp.obl_cv, 1, 2, [0.4, 3.0], order=1)
    for f in (sp.pbdv, sp.pbvv, sp.pbwa):
        yield row(f, 1.5, x, wrt=(1,))
    inside, beyond = [0.3, 0.6], [2.2, 3.1]  # SciPy has few digits of the second radial functions near 1
    for f, g, cv, at in (
        (sp.pro_ang1, sp.pro_ang1_cv, sp.pro_cv, inside), (sp.pro_rad1, sp.pro_rad1_cv, sp.pro_cv, beyond),
        (sp.pro_rad2, sp.pro_rad2_cv, sp.pro_cv, beyond), (sp.obl_ang1, sp.obl_ang1_cv, sp.obl_cv, inside),
        (sp.obl_rad1, sp.obl_rad1_cv, sp.obl_cv, beyond), (sp.obl_rad2, sp.obl_rad2_cv, sp.obl_cv, beyond),
    ):
        yield row(f, 1, 2, 1.5, at, wrt=(3,))
        yield row(g, 1, 2, 1.5, cv(1, 2, 1.5), at, wrt=(4,))
