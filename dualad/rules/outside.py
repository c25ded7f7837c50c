"""Public names of NumPy that derivatives have nothing to do with, by what they are; for the page of the classification.

Nothing is stated of them: a call of one with values that are differentiated is refused like that of any function that
has no rule.
"""

from __future__ import annotations

GROUPS: dict[str, dict[str, str]] = {
    "numpy": {
        "constants and objects that are indexed": """
            False_ ScalarType True_ e euler_gamma index_exp inf little_endian mgrid nan newaxis ogrid pi s_
            sctypeDict typecodes""",
        "modules": """
            char core ctypeslib dtypes emath exceptions f2py fft lib linalg ma polynomial random rec strings
            test testing typing""",
        "classes and dtypes": """
            broadcast bytes_ character complexfloating datetime64 flatiter flexible floating generic inexact integer
            ndenumerate number object_ signedinteger str_ timedelta64 ufunc unsignedinteger void""",
        "dates": "busday_count busday_offset busdaycalendar datetime_as_string datetime_data is_busday isnat",
        "text, files and settings": """
            base_repr binary_repr fromregex get_include getbufsize geterrcall info mintypecode savez_compressed
            setbufsize seterrcall show_config show_runtime typename""",
        "taken apart where they are called": "c_ fromiter r_ vectorize",
        "about the library": "__array_namespace_info__ __version__",
    },
    "numpy.linalg": {"classes": "LinAlgError"},
    "numpy.fft": {},
    "numpy.emath": {},
    "numpy.polynomial": {
        "constants": " ".join(
            f"{family}{name}"
            for family in ("poly", "cheb", "leg", "herm", "herme", "lag")
            for name in ("domain", "one", "x", "zero")
        ),
    },
    "ndarray": {},
    "ufunc": {
        "about the function": """
            identity nargs nin nout ntypes resolve_dtypes signature types""",
        "which stores": "at",
    },
}


def of(module: str) -> dict[str, str]:
    """The names of a module that do not apply, each with its group."""
    groups = GROUPS[module if module in GROUPS else module.rpartition(".")[0]]
    return {name: group for group, names in groups.items() for name in names.split()}
