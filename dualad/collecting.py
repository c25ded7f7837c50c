"""Python's collection of garbage, put off while much is made that stays.

Modules, rules and the text of a derivative are kept; looking through them for garbage again and again, as they are
made, finds none. Nothing of a user's runs meanwhile.
"""

from __future__ import annotations

import gc
import threading

_lock = threading.Lock()
_within = 0  # how many are at it, in all threads
_found_on = False


class put_off:
    """Within it no garbage is collected, unless somebody asks for that; after it as before."""

    __slots__ = ()

    def __enter__(self) -> None:
        global _within, _found_on
        with _lock:
            if not _within:
                _found_on = gc.isenabled()
                gc.disable()
            _within += 1

    def __exit__(self, *exc: object) -> None:
        global _within
        with _lock:
            _within -= 1
            if not _within and _found_on:
                gc.enable()
