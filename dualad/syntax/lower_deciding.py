"""`any` and `all` of generator expressions: loops that are left at the item which decides.

No item is taken after that one, so that what taking or testing it would change, or raise, does not happen.
"""

from __future__ import annotations

from typing import Any

import gast

from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Var
from dualad.syntax.lower_comprehension import loops

DECIDING = ("any", "all")


def decided(lowering: Any, node: gast.GeneratorExp, name: str) -> Atom:
    """What `any` or `all`, as `name` says, gives of a generator expression."""
    flag = lowering.names.fresh("found" if name == "any" else "failed")
    lowering.emit(Bind(flag, "copy", [Const(False)]))

    def test() -> None:
        value = lowering.truth(node.elt)
        leave: list[core.Stmt] = [Bind(flag, "copy", [Const(True)])]
        lowering.emit(core.If(value, leave, []) if name == "any" else core.If(value, [], leave))

    with lowering.careful_inside(node):
        loops(lowering, node, test, flag)
    if name == "any":
        return Var(flag)
    return lowering.bind("prim", [Var(flag)], fn=lowering.operator("not_"), hint="test", node=node)  # type: ignore[no-any-return]
