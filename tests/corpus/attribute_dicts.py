"""Dicts whose items are attributes, too; attributes that classes give, store and delete in ways of their own."""

from tests.corpus.base import num, program, vec


class Settings(dict):
    """The usual way to write it."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        del self[name]


class Dotted(dict):
    """The short way."""

    __getattr__ = dict.get
    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__


class Powers(dict):
    """Works out what is missing, by itself or under a name."""

    def __missing__(self, k):
        value = self[k - 1] * self.base if k > 0 else 1.0
        self[k] = value
        return value

    def __getattr__(self, name):
        if name.startswith("upto"):
            return sum(self[i] for i in range(int(name[4:])))
        raise AttributeError(name)


class Logged:
    """Logs what is stored and what is deleted."""

    def __init__(self, **values):
        object.__setattr__(self, "log", [])
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        self.log.append((name, value))
        object.__setattr__(self, name, value * 1.0)


class Parting:
    def __init__(self, x):
        self.x, self.y, self.gone = x, x * x, []

    def __delattr__(self, name):
        self.gone.append(getattr(self, name))
        super().__delattr__(name)


class Doubling:
    """Doubles what is read."""

    def __init__(self, t):
        self.t = t

    def __getattribute__(self, name):
        value = object.__getattribute__(self, name)
        return value * 2 if name == "t" else value


class Raised(Doubling):
    def __init__(self, t):
        super().__init__(t)
        self.u = t * t

    def __getattribute__(self, name):
        if name == "hidden":
            raise AttributeError(name)
        value = super().__getattribute__(name)
        return value + 1 if name == "u" else value

    def __getattr__(self, name):
        return self.u * 3


@program(args=(num(), num()), tags="class dict attribute stores loop branch")
def settings_by_name(x, y):
    s, total = Settings(a=x, inner=Settings(b=y * 2)), 0.0
    s.inner.b *= s.a
    s.c = s.inner.b + s["inner"]["b"]
    for k in range(3):
        if k:
            s.c = s.c * s.a
            total += s.c * k
    del s.a
    return total + s.get("a", x) + hasattr(s, "a") + getattr(s, "d", y) * s.inner.b


@program(args=(num(), num()), tags="class dict attribute stores loop branch")
def dotted(x, y):
    d = Dotted(a=x)
    for k in range(3):
        if k != 1:
            d.b = d.a * y + (d.b or 0.0)
        else:
            d["b"] += d.a
    del d.a
    return d.b * 2 + (3 * x if d.nothing is None else 0) + sum(d.values())


@program(args=(num(),), tags="class dict missing attribute recursion")
def powers_by_name(x):
    p = Powers()
    p.base = x
    return p.upto5 * p[2] + p.upto3 + len(p)


@program(args=(num(), num()), tags="class attribute del")
def logged(x, y):
    t = Logged(a=x, b=y)
    t.a += t.b
    t.c = t.a * t.b
    del t.b
    return t.c + sum(v * i for i, (_, v) in enumerate(t.log)) + (0.0 if hasattr(t, "b") else t.a)


@program(args=(num(), vec(2)), tags="class attribute del delattr loop branch")
def parted(x, v):
    t, total = Parting(x), 0.0
    for k in range(2):
        if k == 1:
            t.x = t.x * v[k]
        del t.x
        t.x = t.y * v[0]
        total += t.x * t.gone[k]
    delattr(t, "y")
    object.__delattr__(t, "x")
    return total * t.gone[-1]


@program(args=(num(),), tags="class getattribute", reverse="refused")
def doubled_where_it_is_read(x):
    return Doubling(x).t * x


@program(args=(num(),), tags="class getattribute super", reverse="refused")
def raised_where_it_is_read(x):
    o = Raised(x)
    return o.t * o.u + o.hidden + o.other * x
