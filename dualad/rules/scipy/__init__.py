"""The rules of SciPy; those of one of its packages are loaded when one of its functions is first met.

Rules take the same for granted as NumPy's do. Besides:

* SciPy's functions do not let dual numbers take a call over, as NumPy's do: rules call them as `on_duals(fn)`.
* No rule names `overwrite_a` and its like, so a call that passes them is refused: what was overwritten could be needed
  in the reverse sweep.
"""
