"""What Python's own exceptions keep of what they were given: `value`, `code`, `errno`."""

import math

from tests.corpus.base import num, program


@program(args=(num(0.7),), tags="exception StopIteration value")
def what_python_keeps_of_exceptions(x):
    out = 0.0
    for i in range(3):
        if i != 1:
            try:
                try:
                    raise StopIteration(x * (i + 1))
                except StopIteration as e:
                    out += e.value
                    raise KeyError(e.value * x) from e
            except KeyError as k:
                out *= k.args[0] + k.__cause__.value
    return out


class Halted(SystemExit):
    def __init__(self, a, b):
        super().__init__(a * b)
        self.b = b


@program(args=(num(0.7),), tags="exception SystemExit code OSError errno keyword")
def codes_and_numbers_of_exceptions(x):
    out = 1.0
    for i in range(3):
        try:
            if i == 0:
                raise Halted(x, x * x)
            if i == 1:
                raise OSError(x * 2, "text")
            raise AttributeError("text", obj=math.sin(x))
        except SystemExit as e:
            out *= e.code * e.b
        except OSError as e:
            out *= e.errno
        except AttributeError as e:
            out += e.obj * x
    return out


class Counting:
    def __init__(self, x):
        self.x = x
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration(self.x)
        return self.x * self.n


@program(args=(num(0.7),), tags="iterator StopIteration value")
def an_iterator_that_ends_with_a_value(x):
    items = Counting(x * x)
    total = 0.0
    while True:
        try:
            total += next(items)
        except StopIteration as e:
            return total * e.value


@program(args=(num(0.7), num(1.3)), tags="exception unpack unused loop branch")
def how_many_there_are_told_by_taking_them_apart(x, y):
    def is_pair(items):
        try:
            _first, _second = items
        except ValueError:
            return False
        return True

    total = 0.0
    for i in range(3):
        if i:
            total += x * i if is_pair([y] * i) else y**2 * i
    return total
