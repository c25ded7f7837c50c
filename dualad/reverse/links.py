"""Calls of Python functions by positions: past a guard alone, or straight to the variant of one that is known."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from dualad import equivalents, registry
from dualad.analysis.inferred import Taken
from dualad.analysis.kinds import Kind
from dualad.records import record
from dualad.registry import scopes
from dualad.reverse import variants
from dualad.reverse.closures import Pairs
from dualad.reverse.destinations import accumulating
from dualad.reverse.emitted import Form
from dualad.reverse.programs import Program, Variant, program, wanted_of
from dualad.reverse.unruled import require_source
from dualad.sweeps import special


@functools.cache
def _text(count: int) -> types.CodeType:
    given = ", ".join(f"a{i}" for i in range(count))
    text = (
        f"def call(fn, {given}):\n"
        "    if fn is known and fn.__code__ is code and not (live or scopes or special):\n"
        f"        return straight({given})\n"
        f"    return usual(fn, {given})\n"
    )
    return compile(text, f"{__file__} (made)", "exec")


def _is_transform(cls: type) -> bool:
    return hasattr(cls, "__dualad_vjp__") and not hasattr(cls, "__dualad_split__")


class Direct:
    """A function of a callee and its arguments, which calls what was `set` for this callee and `usual` for others.

    It is written for its number of arguments: that takes half of what a call through a method takes, and counts where
    functions of a few operations call themselves.
    """

    __slots__ = ("_space", "call")

    def __init__(self, usual: Callable[..., Any], count: int) -> None:
        self._space: dict[str, Any] = {
            "__name__": __name__, "scopes": scopes, "special": special, "live": variants.lifting_levels(),
            "usual": usual, "known": usual, "code": None, "straight": None,
        }  # fmt: skip
        exec(_text(count), self._space)
        self.call: Any = self._space["call"]

    @property
    def known(self) -> Any:
        """The function that was set; None before."""
        return None if self._space["code"] is None else self._space["known"]

    def set(self, fn: Any, straight: Callable[..., Any]) -> None:
        """Say what calls of a Python function run."""
        self._space.update(known=fn, code=fn.__code__, straight=straight)


@record(frozen=True, slots=True)
class Settled:
    """The kinds of a call's arguments, and what the caller takes for granted of globals and captured variables."""

    kinds: tuple[Kind, ...]
    taken: Taken


class Link:
    """A call of Python functions by positions: what was called before is called again past a guard alone.

    Where the caller knows the function and the kinds of all arguments, its own guard has seen to the callee's as well.

    Attributes:
        site: the call as any callable is called.
        active: positions of the active operands.
        form: what is emitted for plain Python functions.
        settled: what the caller knows of the arguments, if it is all.
        count: how many operands there are.
        entry: what is called: the link itself, or the straight way for a function that the caller knows.
        makes: makes the helpers of calls in what is emitted.
        known: by such a function: its code, its program and its variants, and the names of their gradients.
        transformed: the call of a transform, of arguments none of which is a dict.
    """

    __slots__ = ("active", "count", "direct", "entry", "form", "known", "makes", "settled", "site", "transformed")

    def __init__(
        self,
        site: Callable[..., Any],
        active: tuple[int, ...],
        form: Form,
        settled: Settled | None,
        count: int,
        makes: variants.SiteMaker,
    ) -> None:
        self.makes = makes
        self.site = site
        self.transformed = accumulating(lambda fn, *args: fn.__dualad_vjp__(args, {}, active), form.into)
        self.active = active
        self.form = form
        self.settled = settled
        self.count = count
        self.direct = None if settled is None else Direct(self, count)
        self.entry: Callable[..., Any] = self if self.direct is None else self.direct.call
        if self.direct is not None:
            self.direct.call.again_for = self.again_for
        self.known: dict[Any, tuple[types.CodeType, list[Variant], Program, tuple[str, ...]]] = {}

    def __call__(self, fn: Any, *args: Any) -> Any:
        if scopes or special or variants.is_lifting():
            return self.site(fn, *args)
        if type(fn) is not types.FunctionType and _is_transform(type(fn)):
            return (self.site if any([isinstance(a, dict) for a in args]) else self.transformed)(fn, *args)
        try:
            found = self.known.get(fn)
        except TypeError:  # a callable that cannot be hashed
            return self.site(fn, *args)
        if found is None or fn.__code__ is not found[0]:
            found = self.learnt(fn, args)
            if found is None:
                return self.site(fn, *args)
        for candidate in found[1]:
            if candidate.guard(*args):
                return candidate.call(*args)
        return variants.variant(found[2], args, found[3], self.form, False, self.makes).call(*args)

    def again_for(self, pairs: Pairs) -> Callable[..., Any]:
        """The entry of a link like this one in another closure of the caller's code."""
        settled = self.settled
        if settled is not None:
            known = [(scope, name, pairs.of_id(owner), pairs.kind(kind)) for scope, name, owner, kind in settled.taken]
            settled = Settled(tuple(map(pairs.kind, settled.kinds)), frozenset(known))
        return Link(self.site, self.active, self.form, settled, self.count, self.makes).entry

    def learnt(self, fn: Any, args: tuple[Any, ...]) -> Any:
        """What is known of a plain function with that many parameters; None of other callables."""
        plain = type(fn) is types.FunctionType and registry.lookup(fn) is None and not hasattr(fn, "__dualad_vjp__")
        if not plain or equivalents.equivalent(fn, args) is not fn or len(self.known) >= 64:
            return None
        require_source(fn)
        found = program(fn)
        wanted = wanted_of(found, self.active)
        names = tuple(w.param for w in wanted)
        plain = found.simple == len(args) and len(set(names)) == len(names) and all(w.part is None for w in wanted)
        if not plain or found.function.is_generator:  # what that gives is wrapped
            return None
        if self.settled is not None and self.direct is not None:
            chosen = variants.settled_variant(found, self.settled.kinds, names, self.form, self.makes)
            if chosen.taken <= self.settled.taken:
                self.direct.set(fn, chosen.call)
        known = fn.__code__, found.variants.setdefault((names, self.form, False), []), found, names
        self.known[fn] = known
        return known
