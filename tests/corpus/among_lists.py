"""Objects and dicts in lists and beside them, asked for all that Python asks: taken apart, or as they are."""

from __future__ import annotations

from tests.corpus.base import num, program


class Gain:
    n = 0

    def __init__(self, x):
        self.x = x

    def __call__(self, y):
        return self.x * y


class Offset(Gain):
    def __call__(self, y):
        return self.x + y * y


class Counted:
    made = 0

    def __init__(self, x):
        self.x = x
        Counted.made += 1


class Greater:
    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return self.x > o.x

    __hash__ = None


class Empty:
    def __init__(self, x):
        self.x = x

    def __len__(self):
        return 0


class Falsy:
    def __init__(self, x):
        self.x = x

    def __bool__(self):
        return False


class Doubled:
    def __init__(self, x):
        self.x = x

    def __iter__(self):
        return iter([self.x, 2 * self.x])


class Indexed:
    def __init__(self, x):
        self.x = [x, x * x]

    def __getitem__(self, i):
        return self.x[i]


class Tripled:
    def __init__(self, x):
        self.x = x

    @property
    def y(self):
        return self.x * 3

    @y.setter
    def y(self, v):
        self.x = v / 3


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def two_classes_by_position(x):
    held = [Gain(x), Offset(2 * x), Gain(x * x)]
    s = x
    for i in range(3):
        s = held[i](s)
    held[1].x = s
    for o in held:
        if type(o) is Offset:
            s = s + o.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def class_that_counts_its_objects(x):
    held = [Counted(x), Counted(2 * x)]
    s = 0.0
    for o in held:
        s += o.x * o.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_with_their_own_equality(x):
    held = [Greater(x), Greater(2 * x)]
    s = 0.0
    for a in held:
        for b in held:
            if a == b:
                s += a.x * b.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_of_no_length(x):
    held = [Empty(x), Empty(2 * x)]
    s = 0.0
    for a in held:
        if a:
            s += 100 * a.x
        else:
            s += a.x * a.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_that_are_false(x):
    held = [Falsy(x), Falsy(2 * x)]
    s = 0.0
    for a in held:
        s += a.x if not a else 5 * a.x
        while a and s < 0:
            s += 1
    return s * x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_that_are_iterated(x):
    held = [Doubled(x), Doubled(2 * x)]
    s = 0.0
    for a in held:
        for v in a:
            s += v * v
        p, q = a
        s += p * q
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_with_items(x):
    held = [Indexed(x), Indexed(2 * x)]
    s = 0.0
    for a in held:
        s += a[0] * a[1]
        a.x[0] = s
    return s * held[1][0]


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def properties_stored_in_a_list(x):
    held = [Tripled(x), Tripled(2 * x)]
    for a in held:
        a.y = a.y * a.y
    return held[0].x * held[1].y


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def one_object_repeated(x):
    held = [Gain(x)] * 3
    held[0].x = x * x
    return held[1].x * held[2].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def copy_of_a_list_of_objects(x):
    held = [Gain(x), Gain(2 * x)]
    m = held
    m.append(Gain(x * x))
    others = list(held)
    others[0] = Gain(5 * x)
    held[0].x = held[2].x
    s = 0.0
    for a, b in zip(m, others):
        s += a.x * b.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_in_the_place_of_others(x):
    best = [Gain(x)]
    for i in range(3):
        c = Gain(x * i)
        if c.x > best[-1].x:
            best[-1] = c
        else:
            best.append(c)
    return best[-1].x * best[0].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_in_a_list_and_a_dict(x):
    held = [Gain(x), Gain(2 * x)]
    d = {"a": held[0], "b": held[1]}
    d["a"].x = x * x
    return held[0].x * d["b"].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_in_tuples(x):
    held = [Gain(x), Gain(2 * x)]
    t = (held[0], 3.0)
    o, k = t
    o.x = o.x * k
    (p, q) = held
    q.x = p.x * q.x
    return held[0].x + held[1].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def attribute_that_is_deleted(x):
    held = [Gain(x), Gain(2 * x)]
    del held[0].x
    held[0].x = 3 * x
    return held[0].x * held[1].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_unpacked_with_a_star(x):
    held = [Gain(x), Gain(2 * x)]
    a, *r = held
    r[0].x = x**3
    return held[1].x * a.x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def object_that_changes_before_it_is_held(x):
    held = []
    for i in range(3):
        a = Gain(x)
        for j in range(2):
            a.x = a.x * x
            if j:
                held.append(a)
        a.x = a.x + i
    return sum(o.x for o in held)


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def objects_chosen_and_joined(x):
    held = [Gain(x), Gain(2 * x)]
    others = [o for o in held if o.x > 1] + [Gain(x)]
    for o in others:
        o.x = o.x * x
    return held[0].x * held[1].x * others[-1].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def lists_of_objects_extended(x):
    held = [Gain(x), Gain(2 * x)]
    held += [Gain(3 * x)]
    held.extend([Gain(x), held[0]])
    held[-1].x = 7 * x * x
    return sum([o.x for o in held])


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def position_that_becomes_a_slice(x):
    held = [Gain(x) for _ in range(2)]
    s = 0.0
    for i, o in enumerate(held):
        i = slice(0, 1)
        q = held[i]
        s += q[0].x * o.x
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def object_in_two_lists(x):
    held = [[Gain(x)], [Gain(2 * x)]]
    for r in held:
        r[0].x = r[0].x * x
    m = held[0]
    m.append(held[1][0])
    m[1].x = m[1].x * 2
    return held[0][0].x * held[1][0].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def attributes_that_change_places(x):
    held = [Gain(x)]
    held[0].x, y = x * x, held[0].x
    return held[0].x * y


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def object_that_leaves_its_list(x):
    held = [Gain(x), Gain(2 * x)]
    a = held[0]
    held[0] = held[1]
    a.x = x * x * x
    held[0].x = 5.0 * a.x
    return a.x * held[1].x * held[0].x


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def dict_with_another_meanwhile(x):
    d = {}
    for i in range(3):
        d[i] = x * i
        if i == 1:
            d = {"z": x}
    return d[2] + (d["z"] if "z" in d else 0)


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def pairs_unpacked_from_keys(x):
    d = {}
    for i in range(4):
        d[i % 2, "k"] = d.get((i % 2, "k"), x) * x + i
    s = 0.0
    for (a, b), v in d.items():
        s += v * (a + 1)
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def dict_merged_into_another(x):
    d = {i: x * i for i in range(3)}
    e = {**d, 5: x * x}
    s = 0.0
    for k in e:
        s += e[k] * k
    return s


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def view_of_values_kept(x):
    d = {}
    for i in range(3):
        d[f"a{i}"] = x * i
    v = d.values()
    d["a1"] = x * x
    return sum(v)


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def values_and_keys_unpacked(x):
    d = {}
    for i in range(3):
        d[i] = x * i + 1
    a, b, c = d.values()
    p, q, r = d
    return a * b * c * (p + q + r)


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def keys_listed_as_the_dict_grows(x):
    d = {0: x}
    for i in range(3):
        for k in list(d):
            d[k + i + 1] = d[k] * x
    return sum(d[k] for k in sorted(d, reverse=True))


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def keys_asked_for(x):
    d = {}
    for i in range(3):
        if i not in d.keys():
            d[i] = x * (i + 1)
    return d[0] * d[2] * len(d) + max(d.values()) + min(d.values())


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def dict_filled_until_it_is_long(x):
    d = {}
    i = 0
    while len(d) < 3:
        d[i] = x * (i + 1)
        i += 2
    return sum(k * v for k, v in d.items())


@program(args=(num(),), tags="object list dict", more=[(num(0.2, 0.45),)])
def keys_of_several_sorts(x):
    d = {}
    d[x > 0] = x * x
    d[None] = x
    d[1] = d[1] * x
    return d[True] * d[None]
