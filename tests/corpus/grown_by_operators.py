"""Texts and tuples that `+=` and `*=` grow, beside what is differentiated."""

from tests.corpus.base import num, program


def words(text):
    word = ""
    for letter in text + " ":
        if letter.isdigit():
            word += letter
            continue
        if word:
            yield ("number", float(word))
            word = ""
        if letter != " ":
            yield ("operator", letter)


@program(args=(num(),), tags="generator text stack loop branch")
def numbers_that_are_put_together_from_letters(x):
    stack = [x]
    for kind, what in words("12 3 * +"):
        if kind == "number":
            stack.append(what)
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(left * right if what == "*" else left * x + right)
    return stack[0]


def doubled(values):
    out = ()
    for value in values:
        out *= 2
        out += (value,)
        yield out


@program(args=(num(),), tags="generator tuple repeated loop")
def tuples_that_a_generator_doubles(x):
    kept = []
    for values in doubled([x, x * x, 3 * x]):
        kept.append(values)
    last = kept[-1]
    kept[0] = (1.0,)
    return last[0] + last[1] * 3 + last[3] * last[4] + last[6] * len(last)


class Label:
    pass


@program(args=(num(), num()), tags="attribute tuple text repeated loop branch")
def tuples_and_texts_of_an_object_repeated(x, y):
    label = Label()
    label.values = (x, x * y)
    label.name = "a"
    for i in range(4):
        if i % 2:
            label.values *= 2
            label.name *= 2
        label.name += "b"
        label.values += (label.values[-1] * y,)
    return label.values[3] * label.values[-1] * len(label.name) + sum(label.values)


@program(args=(num(),), tags="dict tuple text array aliases repeated")
def tuples_that_hold_lists_repeated(x):
    ours = [x, 2 * x]
    rows = [{"values": (ours, x), "name": "a"}, {"values": ([x], ours), "name": b"b"}, {"values": (), "name": ""}]
    for row in rows:
        row["values"] *= 2
        row["name"] *= 3
    ours[0] = x * x
    rows[1]["values"][2].append(x * 3)
    names = sum([len(row["name"]) for row in rows])
    return rows[0]["values"][2][0] * rows[0]["values"][3] + sum(rows[1]["values"][0]) + rows[1]["values"][3][1] * names
