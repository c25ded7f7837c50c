"""From facts to a function: both sweeps written, marks resolved, tidied, printed, compiled."""

from __future__ import annotations

import ast
import math
import types
from typing import Any

import numpy as np

from dualad.analysis.kinds import ANY
from dualad.analysis.versions import Version
from dualad.reverse import (
    blocks,
    branched,
    buffers,
    build,
    conforming,
    copies,
    dead,
    folding,
    freed,
    gathered,
    lines,
    nested_items,
    object_arrays,
    printing,
    residues,
    reuse,
    rows,
    runtime,
    shorten,
    signs,
    spent,
    stated_calls,
    stores,
    tapes,
    tidy,
    views,
)  # fmt: skip
from dualad.reverse.adjoint import reverse_sweep
from dualad.reverse.bars import Bars, Code, Slot
from dualad.reverse.blocks import Table
from dualad.reverse.emitted import Emitted, Form, Helpers, compile_text
from dualad.reverse.itself import Itself
from dualad.reverse.primal import Primal
from dualad.reverse.residuals import Residuals
from dualad.reverse.shapes import Shapes
from dualad.reverse.witnesses import Witnesses
from dualad.reverse.work import Facts, ReverseLoop, Take, Work, comment_line
from dualad.syntax import core
from dualad.syntax.core import Bind, Var
from dualad.syntax.names import Names
from dualad.syntax.refusal import refuse

HARMLESS = (runtime.__name__, conforming.__name__, gathered.__name__)
"""Modules of helpers that call nothing of the user's."""


def assemble(facts: Facts, wanted: tuple[str, ...], form: Form, site: Any, itself: Itself | None = None) -> Emitted:
    """Emit the derivative of a function in the parameters `wanted`; `site(bind, facts)` makes helpers for calls.

    `itself` tells which of its calls run what is being emitted.
    """
    forced: set[str] = set()
    for _ in range(4):
        attempt = _Assembly(facts, wanted, form, site, forced, itself)
        clash = attempt.run()
        if not clash:
            return attempt.finish()
        forced |= clash
    raise AssertionError(f"names of the two sweeps keep clashing: {sorted(forced)}")


class _Assembly:
    def __init__(
        self, facts: Facts, wanted: tuple[str, ...], form: Form, site: Any, forced: set[str], itself: Itself | None
    ) -> None:
        self.facts = facts
        self.function = facts.function
        self.wanted = wanted
        self.form = form
        self.names = Names(None, self.function.identifiers)
        cells = self.function.source.cells
        own = {p.name for p in self.function.params} | {
            n for s in core.walk(self.function.body) for n in core.targets(s)
        }
        self.helpers = Helpers(self.names, self.function.source.globals, {*own, *self.function.outer, *cells})
        for name, module in (("np", np), ("math", math)):
            free = self.function.source.globals.get(name) is module and name not in cells
            if free and not any(name in core.targets(s) for s in core.walk(self.function.body)):
                self.helpers.known[name, id(module)] = name
        self.bars = Bars(self.names, self.helpers)
        self.residuals = Residuals(facts.kinds, facts.memory, self.names, self.function.temps, self.helpers)
        self.residuals.forced = forced
        self.work = Work(facts, self.bars, self.residuals, self.helpers, form.strong, form.higher)
        self.work.fresh_indices = forced
        self.work.shared = form.shared
        self.work.values = form.name != "grad" or form.has_aux
        self.work.writers = site.writers(facts)
        self.witnesses: tuple[int, ...] | None = None
        self.site = site
        self.itself = itself
        self.counts: dict[core.Stmt, str] = {}
        self.sweeps: dict[str, str] = {}
        self.local: set[int] = set()  # blocks with a tape for each time that the loop around them is met
        self.outer_start: Code = []  # of a generator function: what runs before its items are taken

    # Writing

    def run(self) -> set[str]:
        """Write both sweeps; returns names that a pullback would bind although it reads the forward sweep's."""
        split = self.form.name == "vjp"
        ct = self.names.fresh(self.result_bar()) if split else ""
        self.given = self.destinations()
        if not (split or self.form.strong or self.form.higher):
            self.work.witnesses = Witnesses(self.work)
        seed: ast.expr = build.name(ct) if split else build.const(1.0)
        if self.form.has_aux and not split and isinstance(self.function.result, Var):
            result = self.function.result
            both: ast.expr | None = ast.List([build.const(1.0), build.const(0.0)], ast.Load())
            if not self.work.in_memory(result):
                both = None
                if self.work.active(result):
                    self.bars.state[result.name] = Slot(parts=(build.const(1.0), None))
            self.reverse = reverse_sweep(self.work, both)
        else:
            self.reverse = reverse_sweep(self.work, seed)
        self.ct = ct
        if self.work.witnesses is not None:
            self.witnesses = self.work.witnesses.settle(self.wanted, self.reverse)
        finals = [self.final(name) for name in self.wanted]
        for k, bar in zip(self.form.into, self.given, strict=True):
            if bar != self.bars.known.get(self.wanted[k]):
                finals[k] = self.work.help("accumulated", build.name(bar), finals[k][0]), False
        if self.work.places:
            raise refuse(self.function.source, self.work.places)
        self.finals = finals
        self.local = tapes.settled(self.work, self.reverse)
        self.reverse = self.resolved(self.reverse)
        if not split:
            return set()
        bound = blocks.stores(self.reverse) - {ct, *self.given}
        held = self.residuals.held_names
        return {n for n in bound if n in held}

    def destinations(self) -> list[str]:
        """The names of the cotangents that the pullback is given to add to.

        That of a parameter which stands for one object throughout is added to wherever that is read, so that an item
        read costs an item's addition; others are added to in the end.
        """
        found = []
        for k in self.form.into:
            name = self.wanted[k]
            if stores.is_constant_parameter(self.facts, name):
                self.bars.state[name] = Slot(owned=True, full=True, deep=k in self.form.deep)
                found.append(self.bars.bar(name))
            else:
                found.append(self.names.fresh(f"{name}_so_far"))
        return found

    def result_bar(self) -> str:
        result = self.function.result
        named = isinstance(result, Var) and result.name not in self.function.temps
        return f"{result.name}_bar" if named else "ct"  # type: ignore[union-attr]

    def final(self, name: str) -> tuple[ast.expr, bool]:
        version = next(v for v in self.facts.versions.all if v.origin == "parameter" and v.name == name)
        kind = self.facts.kinds.version.get(version)
        if name in self.facts.captured and self.facts.activity.is_active(version):
            residues.taken_from_cell(self.work, name, kind or ANY, self.reverse)
        if name in self.facts.in_memory and not (kind is not None and kind.immutable):
            return self.final_in_memory(name, version)
        if name not in self.bars.state:
            return build.const(0.0), True
        self.bars.whole(name, self.reverse)
        slot = self.bars.state[name]
        value: ast.expr = build.name(self.bars.bar(name))
        if self.function.is_generator:
            return self.work.help("expand", value, build.name(name)), False
        if not slot.full and not (kind is not None and kind.is_number):
            return self.work.help("expand", value, self.residuals.reference(version)), False
        return value, slot.owned

    def final_in_memory(self, name: str, version: Version) -> tuple[ast.expr, bool]:
        """A parameter whose cotangent lives in memory: only the residue is given back to who shares the memory."""
        residue: ast.expr = build.const(0.0)
        if name in self.bars.state:
            self.bars.whole(name, self.reverse)
            residue = build.name(self.bars.bar(name))
        if self.form.shared or not self.facts.activity.is_active(version):
            return residue, False
        kind = self.facts.kinds.version.get(version)
        seen = build.name(name) if self.function.is_generator else self.residuals.reference(version)
        is_array = kind is not None and kind.tag == "array"
        if not is_array or name in self.function.outer:  # whatever is stored, or the variable is bound to, later
            known = self.names.fresh(f"{name}_seen")
            noted = build.assign(known, build.name(name) if is_array else self.work.help("noted", build.name(name)))
            if self.function.is_generator:
                self.outer_start.append(noted)
            else:
                self.residuals.insert.at_start.setdefault(id(self.function.body), []).append(noted)
            seen = build.name(known)
        value = residues.changing(self.work, "withdraw", seen, residue)
        self.reverse.append(build.assign(self.bars.bar(name), value))
        return build.name(self.bars.bar(name)), True

    # Marks

    def resolved(self, code: Code) -> Code:
        out: Code = []
        for stmt in code:
            match stmt:
                case Take():
                    out += self.take(stmt.block)
                case ReverseLoop():
                    out.append(self.reverse_loop(stmt))
                case ast.If():
                    stmt.body, stmt.orelse = self.resolved(stmt.body), self.resolved(stmt.orelse)
                    if not any(comment_line(s) is None for s in stmt.body):
                        stmt.body = [ast.Pass()]
                    out.append(stmt)
                case _:
                    out.append(stmt)
        return out

    def take(self, block: Any) -> Code:
        tape = self.residuals.insert.tapes.get(id(block))
        if tape is None:
            return []
        sweep = self.sweeps.get(tape.name)
        if sweep is None:
            sweep = self.sweeps[tape.name] = self.names.fresh("sweep")
        value = build.call(self.helpers.builtin("next"), [build.name(sweep)])
        return [ast.Assign([_targets(tape.taken)], value, lineno=0)]

    def reverse_loop(self, mark: ReverseLoop) -> ast.stmt:
        if mark.count is not None and mark.ranged is not None:
            self.counts[mark.loop] = mark.count
        tape = self.residuals.insert.tapes.get(id(mark.loop.body))
        nested = self.work.in_loop(mark.parent)
        body = self.resolved(mark.body)
        index = ast.Name(mark.index, ast.Store()) if mark.index else None
        backwards = build.call(self.helpers.builtin("reversed"), [mark.ranged]) if mark.ranged is not None else None
        if tape is not None and (not nested or id(mark.loop.body) in self.local):
            taken, played = _targets(tape.taken), build.call(self.helpers.builtin("reversed"), [build.name(tape.name)])
            if index is None:
                return ast.For(taken, played, body, [], lineno=0)
            both = build.call(self.helpers.builtin("zip"), [backwards, played])  # type: ignore[list-item]
            return ast.For(ast.Tuple([index, taken], ast.Store()), both, body, [], lineno=0)
        if tape is not None:
            body = self.take(mark.loop.body) + body
        if mark.ranged is not None:
            over = backwards if index is not None else mark.ranged
            return ast.For(index or self.ignored(), over, body, [], lineno=0)  # type: ignore[arg-type]
        count = mark.count or self.names.fresh("count")
        self.counts[mark.loop] = count
        over = build.call(self.helpers.builtin("range"), [build.name(count)])
        return ast.For(self.ignored(), over, body, [], lineno=0)

    def ignored(self) -> ast.Name:
        return ast.Name("_" if "_" not in self.function.identifiers else self.names.fresh("_"), ast.Store())

    # Putting together

    def finish(self) -> Emitted:
        self.pull_sites()
        object_arrays.insert_checks(self.work)
        stated_calls.insert_checks(self.work)
        primal = Primal(self.work, self.counts, {}).sweep()
        primal = self.entry_copies() + self.cells() + self.tapes() + primal
        if self.function.is_generator:
            primal = self.generator(primal)
        temps = self.function.temps
        result = (
            build.const(self.function.result.value)
            if not isinstance(self.function.result, Var)
            else build.name(self.function.result.name)
        )
        if self.function.is_generator:
            result = self.items
        reverse = [
            build.assign(s, build.call(self.helpers.builtin("reversed"), [build.name(t)]))
            for t, s in self.sweeps.items()
        ]
        if self.work.memory_name and not self.form.shared:
            integers = [build.const(True)] if self.facts.integers else []
            made = build.call(build.name(self.helpers("Memory")), integers)
            reverse.append(build.assign(self.work.memory_name, made))
        reverse += self.reverse  # type: ignore[arg-type]
        if self.function.is_generator and self.form.shared:
            reverse += self.giving_nothing(reverse)  # type: ignore[arg-type]
        kept = [ast.Expr(result), *(ast.Expr(value) for value, _ in self.finals)]
        self.table = table = Table([*primal, *reverse, *kept])
        primal = tidy.rebuild_expressions(primal, temps, table)
        for stmt in kept:
            table.forget(stmt)
        body = self.joined(primal, reverse, result)  # type: ignore[arg-type]
        self.tidied(body)
        return self.compiled(body)

    def generator(self, primal: Code) -> Code:
        """The function that gives the items, inside the one that gives it and the pullback."""
        name = self.names.fresh("items")
        params = [p.name for p in self.function.params]
        arguments = ast.arguments([], [ast.arg(p) for p in params], None, [], [], None, [])
        primal += self.giving_nothing(primal)
        inner = ast.FunctionDef(name, arguments, primal, [], lineno=0, type_params=[])  # type: ignore[call-arg]
        self.items = build.call(build.name(name), [build.name(p) for p in params])
        cells = list(self.work.cells.values())  # of its variables, which the pullback asks for
        if cells:
            primal.insert(0, ast.Nonlocal(cells))
            self.outer_start += [build.assign(cell, build.const(None)) for cell in cells]
        return [*self.outer_start, build.assign(self.work.records, ast.List([], ast.Load())), inner]

    def giving_nothing(self, code: Code) -> Code:
        """What makes a generator of code that gives no items: they stand in branches that are never taken."""
        if any(isinstance(node, ast.Yield) for stmt in code for node in ast.walk(stmt)):
            return []
        return [ast.For(self.ignored(), ast.Tuple([], ast.Load()), [ast.Expr(ast.Yield(None))], [], lineno=0)]

    def joined(self, primal: Code, reverse: Code, result: ast.expr) -> Code:
        gradients: list[ast.expr] = [value for value, _ in self.finals]
        facts = self.table.facts
        self.ours = {n for s in blocks.walk(reverse) for n in facts[s].binds} | set(self.bars.known.values())
        if self.form.name == "vjp":
            returned = ast.Return(ast.Tuple(gradients, ast.Load()))
            names = [self.ct, self.work.memory()] if self.form.shared else [self.ct, *self.given]
            arguments = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
            pullback = self.names.fresh("pullback")
            inner = ast.FunctionDef(pullback, arguments, [*reverse, returned], [], lineno=0, type_params=[])  # type: ignore[call-arg]
            self.reverse_code, self.primal_code = inner.body, primal
            last = ast.Return(ast.Tuple([result, build.name(pullback)], ast.Load()))
            for stmt in (returned, inner, last):
                self.table.note(stmt)
            return [*primal, inner, last]
        checks = self.scalar_check(result)
        if self.form.name == "grad":
            last = ast.Return(gradients[0] if len(gradients) == 1 else ast.Tuple(gradients, ast.Load()))
        else:
            last = ast.Return(ast.Tuple([result, ast.Tuple(gradients, ast.Load())], ast.Load()))
        self.table.add([*checks, last])
        self.reverse_code, self.primal_code = [*reverse, last], [*primal, *checks]
        return [*primal, *checks, *reverse, last]

    def scalar_check(self, result: ast.expr) -> Code:
        kind = self.work.kind(self.function.result)
        if self.form.has_aux:
            return [ast.Expr(build.call(build.name(self.helpers("check_aux", self.site.check_aux)), [result]))]
        known = kind.tag == "float" or (kind.tag == "npscalar" and kind.dtype is not None and kind.dtype.kind == "f")
        if known:
            return []
        return [ast.Expr(build.call(build.name(self.helpers("check_scalar", self.site.check_scalar)), [result]))]

    def pull_sites(self) -> None:
        for stmt in self.work.pulls:
            if isinstance(stmt, Bind) and stmt.op != "inplace" and stmt not in self.work.appended:
                self.work.sites[stmt] = self.emitted_name if self.calls_itself(stmt) else self.helpers(*self.made(stmt))
        for name, cell in self.work.outer_cells.items():
            self.helpers.values[cell] = self.function.source.cells[name]

    def made(self, stmt: Bind) -> tuple[str, Any]:
        """The name and value of the helper that makes a call with a pullback."""
        make = self.site.operation if stmt in self.work.operations else self.site.make
        return make(stmt, self.work)  # type: ignore[no-any-return]

    @property
    def emitted_name(self) -> str:
        return f"{self.function.name}_{self.form.name}"

    def calls_itself(self, stmt: Bind) -> bool:
        """Whether a call runs what is being emitted, and can name it."""
        name = self.emitted_name
        mine = self.itself is not None and stmt not in self.work.operations
        if not mine or not self.site.goes_to(self.itself, stmt, self.work):
            return False
        if name in self.names.taken and name not in self.work.sites.values():
            return False
        self.names.reserve(name)
        self.work.itself.add(stmt)
        return True

    def cells(self) -> Code:
        """Names for the cells of variables that inner functions capture."""
        out: Code = []
        for name, cell in self.work.cells.items():
            nothing = ast.arguments([], [], None, [], [], None, [])
            out.append(build.assign(cell, self.work.help("cell_of", ast.Lambda(nothing, build.name(name)))))
        return out

    def tapes(self) -> Code:
        known = self.residuals.insert.tapes.items()
        return [build.assign(t.name, ast.List([], ast.Load())) for block, t in known if block not in self.local]

    def copier(self, name: str) -> str:
        """What copies an argument that is stored into: dataclasses of the caller's are copied too."""
        kinds = [self.facts.kinds.version.get(v) for v in self.facts.versions.all if v.name == name]
        if all(k is None or k.tag == "array" or k.is_number for k in kinds):
            return "kept"
        return "owned_moving" if name in self.wanted and name in self.facts.in_memory else "owned_argument"

    def is_found_by_memory(self, name: str) -> bool:
        """Whether an argument's cotangent may be looked for where its array is stored, which it may share.

        So do operations on objects with what they are given, though names hold the cotangents; between functions of the
        user's own the arguments are apart already.
        """
        if name in self.facts.in_memory:
            return True
        kinds = [self.facts.kinds.version.get(v) for v in self.facts.versions.all if v.name == name]
        numbers = bool(kinds) and all(k is not None and k.is_number for k in kinds)
        return self.form.copies and bool(self.work.operations) and not numbers

    def entry_copies(self) -> Code:
        """Copies of arguments that are stored into, and of those that another argument or a captured array may be."""
        out: Code = []
        for param in self.function.params:
            apart = param.name in self.wanted and self.is_found_by_memory(param.name) and not self.form.shared
            apart = apart and not self.function.is_generator  # whose arguments are seen to stay as they are
            if apart and not (self.form.copies and stores.is_stored_parameter(self.facts, param.name)):
                copier = "kept_moving" if self.form.copies else "kept"
                out.append(build.assign(param.name, self.work.help(copier, build.name(param.name))))
            if self.form.copies and stores.is_stored_parameter(self.facts, param.name):
                others = [build.name(p.name) for p in self.function.params if p is not param]
                if others:
                    out.append(ast.Expr(self.work.help("apart", build.name(param.name), *others)))
                copied = self.work.help(self.copier(param.name), build.name(param.name))
                out.append(build.assign(param.name, copied))
        return out

    def tidied(self, body: Code) -> None:
        temps, table = self.function.temps, self.table
        user = {v.name for v in self.facts.versions.all} - temps
        user_bars = {self.bars.known[n] for n in user if n in self.bars.known}
        ours = self.ours - user_bars
        folding.propagate_constants(self.reverse_code, ours, self.ours, table)
        reverse = self.reversed_tidied(self.reverse_code, ours)
        if self.form.name == "vjp":
            *primal, inner, last = body
            assert isinstance(inner, ast.FunctionDef)
            inner.body = reverse
            dead.remove_dead(body, self.ours, table, reverse)
            *primal, inner, last = body
            primal = tidy.inline_everywhere([*primal, last], temps, True, table)
            body[:] = [*primal[:-1], inner, primal[-1]]
        else:
            body[:] = [*self.primal_code, *reverse]
            dead.remove_dead(body, self.ours, table)
            kept = set(reverse)
            primal, reverse = [s for s in body if s not in kept], [s for s in body if s in kept]
            if not self.work.memory_name:
                copies.drop_last_copies(primal, reverse, self.residuals.copies, table)
            shorten.fuse(primal, reverse, table)
            body[:] = tidy.inline_everywhere([*primal, *reverse], temps, True, table)
            primal, reverse = [s for s in body if s not in kept], [s for s in body if s in kept]
            if not self.work.memory_name:
                shorten.inline_late(primal, reverse, temps, table)
            body[:] = [*primal, *reverse]
        dead.drop_stray_comments(body)

    def reversed_tidied(self, code: Code, ours: set[str]) -> Code:
        simplify = folding.Simplify(self.scalar_names(), lambda value: self.work.help("owned", value))
        folding.simplify(blocks.walk(code), simplify, self.table)
        self.table.grown.clear()
        code = tidy.inline_everywhere(code, ours, bool(self.work.memory_name), self.table)
        if not self.work.memory_name:
            shorten.Shorten(self.table, self.ours, self.ours - ours).everywhere(code)
            signs.absorbed(code, simplify.scalars, simplify, self.table)
        folding.simplify([s for s in blocks.walk(code) if s in self.table.grown], simplify, self.table)
        helpers = [(fn.__name__, id(fn)) for fn in (runtime.add_slot, runtime.add_row)]
        adding = {name: self.helpers.known[name, key] for name, key in helpers if (name, key) in self.helpers.known}
        if adding:
            nested_items.to_their_places(code, adding, self.work.help, self.table)
        self.drop_copies(code)  # last: nothing may be moved past the changes of what has two names from here on
        return code

    def drop_copies(self, code: Code) -> None:
        """Drop copies that nobody needs, where no memory is kept beside names."""
        copying = self.helpers.known.get(("owned", id(runtime.owned)))
        if copying is None or self.work.memory_name:
            return

        copies.drop_copies(code, copying, self.is_rule, self.table)

    def scalar_names(self) -> set[str]:
        kinds: dict[str, bool] = dict.fromkeys(self.work.numbers, True)
        for version in self.facts.versions.all:
            kind = self.facts.kinds.version.get(version)
            if version.origin == "undefined":
                continue
            number = kind is not None and (kind.is_number or kind.tag == "bottom")
            kinds[version.name] = kinds.get(version.name, True) and number
        return {self.bars.known.get(n, n) for n, is_number in kinds.items() if is_number} | {
            n for n, is_number in kinds.items() if is_number
        }

    # Printing and compiling

    def compiled(self, body: Code) -> Emitted:
        function = self.function
        name = self.emitted_name
        values = self.helpers.values
        params = [p.name for p in function.params]

        def printed(code: Code) -> tuple[str, Any]:
            return printing.function_text(name, params, code, function.source.lines)

        def compiled(text: str, table: Any) -> types.FunctionType:
            call = compile_text(text, name, function.source, values)
            lines.remember(call.__code__.co_filename, table, 1)
            return call

        summed = rows.of_cotangents(body, self.bars.known.values()) if self.work.summing else set()
        short = self.reused(body)
        text, table = printed(short)
        if rows.is_met(text):
            short = rows.shortened(short, summed, self.helpers)
            text, table = printed(short)
        call = compiled(text, table)
        whole = self.unlooked(body)
        plain = None if short is body and whole is body else lambda: compiled(*printed(whole))
        owned = tuple(o for _, o in self.finals)
        calls = self.form.name != "vjp" and not self.form.strong and self.calls_functions()
        singular, noisy = self.work.singular or calls, self.work.noisy
        return Emitted(call, text, owned, singular, noisy, values, self.inside(), plain, self.witnesses)

    def unlooked(self, body: Code) -> Code:
        """The function without a look at a witness, which is no step of the gradient."""
        name = self.helpers.known.get(("finite", id(runtime.finite)))
        return body if name is None else [s for s in body if not (isinstance(s, ast.Expr) and _calls(s.value, name))]

    def calls_functions(self) -> bool:
        """Whether a function is pulled back that has a text of its own: what its partials are is not known here."""
        callees = [self.facts.kinds.callee.get(stmt) for stmt in self.work.sites]
        return any([c is None or c.primitive is None or c.primitive.form == "defined" for c in callees])

    def reused(self, body: Code) -> Code:
        """The joint form with dead arrays used again, where no memory is kept that is found by its storage."""
        numpy = self.helpers.known.get(("np", id(np)))
        if self.form.name == "vjp":
            return branched.parted(body)
        if self.form.higher or self.work.memory_name or numpy is None:
            return body
        shapes = Shapes(self.facts, {bar: name for name, bar in self.bars.known.items()}, frozenset({numpy}))
        short = reuse.reused(body, shapes, self.table, self.is_harmless, self.is_helper)
        short = buffers.assigned(freed.freed(short, shapes, self.table), shapes, self.ours, self.table)
        clearing = self.helpers.known.get(("moved_last", id(runtime.moved_last)))
        if clearing is not None:
            short = spent.taken(short, clearing, self.helpers("taken_last"))
        return views.hoisted(short, shapes, self.names, self.table)

    def is_rule(self, name: str) -> bool:
        """Whether a name means a rule of ours: it changes nothing, and keeps nothing of what it is given."""
        return (getattr(self.helpers.values.get(name), "__module__", None) or "").startswith("dualad.rules.")

    def is_harmless(self, name: str) -> bool:
        """Whether a name means a rule, or a helper that gives what it is given or a new array, and changes nothing."""
        known = getattr(self.helpers.values.get(name), "__name__", "")
        return self.is_rule(name) or (self.is_helper(name) and (known in copies.SAME or known == "owned"))

    def is_helper(self, name: str) -> bool:
        """Whether a name means a rule or a helper of ours that calls nothing of the user's."""
        return self.is_rule(name) or getattr(self.helpers.values.get(name), "__module__", None) in HARMLESS

    def inside(self) -> tuple[bool, ...]:
        found = []
        for name in self.wanted:
            version = next(v for v in self.facts.versions.all if v.origin == "parameter" and v.name == name)
            kind = self.facts.kinds.version.get(version)
            found.append(name in self.facts.in_memory and not (kind is not None and kind.immutable))
        return (*found, self.work.in_memory(self.function.result))


def _calls(value: ast.expr, name: str) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == name


def _targets(names: list[str]) -> ast.expr:
    stored: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
    return stored[0] if len(stored) == 1 else ast.Tuple(stored, ast.Store())
