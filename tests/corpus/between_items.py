"""Generators whose lists and dicts are changed by those who take their items."""

from tests.corpus.base import num, program


def until_told(box, scale):
    acc = scale
    while True:
        yield acc * scale
        if box[0] is None:
            return
        acc = acc * 0.5 + box[0]


@program(args=(num(0.7), num(0.6)), tags="generator list changed between items")
def a_list_that_is_changed_between_items(x, p):
    box = [None]
    out = 0.0
    for i, v in enumerate(until_told(box, p)):
        out += v * (i + 1)
        box[0] = x * v if i < 3 else None
    return out


def with_settings(settings, scale):
    for i in range(3):
        yield scale
        if settings.get("more") is not None and i != 1:
            scale = scale * settings["more"]


@program(args=(num(0.7), num(0.6)), tags="generator dict changed between items loop branch")
def a_dict_that_is_changed_between_items(x, p):
    settings = {"more": None}
    out = 0.0
    for v in with_settings(settings, p):
        out += v
        settings["more"] = x + v
    return out
