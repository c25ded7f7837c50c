"""Tables of numbers beside lists that functions are given: read only, put into the tables, or shared with them."""

from __future__ import annotations

from tests.corpus.base import mat, program, vec

LETTERS = {"A": 0, "C": 1, "G": 2, "T": 3}


@program(args=(mat(4, 4), "ACGT", "AGT"), tags="list string dict loop branch dynamic-programming")
def alignment_of_letters(scores, a, b):
    before = [-0.5 * j for j in range(len(b) + 1)]
    for i, letter in enumerate(a, 1):
        row = [-0.5 * i]
        for j, other in enumerate(b, 1):
            match = before[j - 1] + scores[LETTERS[letter], LETTERS[other]]
            row.append(max(match, before[j] - 0.5, row[-1] - 0.5))
        before = row
    return before[-1]


@program(args=(mat(3, 3), [0, 1, 2, 1], [2, 0, 1]), tags="nested-list table parameter loop")
def table_beside_given_lists(scores, a, b):
    table = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = table[i - 1][j - 1] * 0.5 + scores[a[i - 1], b[j - 1]] * table[i][j - 1] + scores[b[j - 1], 0]
    return table[len(a)][len(b)] + table[2][3]


@program(args=(vec(4), [1, 2, 0]), tags="nested-list alias store parameter loop branch integers")
def given_list_as_a_row(x, order):
    rows = [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]
    total = 0.0
    for k in range(3):
        if k == 1:
            rows.append(order)
        rows[-1][k] = x[k] * x[3]
        total = total + order[k] * x[0] + rows[0][k]
    return total + rows[-1][1] * order[2]


@program(args=(vec(4), [[1, 2], [2, 1]]), tags="nested-list alias store parameter unpacking integers")
def row_of_a_given_table(x, table):
    first, second = table
    rows = [[0.5, 0.5]]
    for row in (first, second):
        rows = [row] + rows
        rows[0][1] = rows[0][1] * x[1] + x[0]
    return first[1] * x[2] + second[1] * table[0][1] * x[3] + rows[1][1]


def _chosen(rows, order):
    return rows[0] if order[0] > 5 else order


@program(args=(vec(3), [1, 2, 0]), tags="nested-list call alias store parameter integers")
def given_list_that_a_callee_gives(x, order):
    rows = [[0.0, 0.0, 0.0]]
    rows.append(_chosen(rows, order))
    rows[1][1] = x[0] * x[1]
    rows[0][2] = x[2] * order[1]
    return order[1] * x[2] + rows[0][2] * rows[1][0]


@program(args=(vec(3), [1, 2, 0]), tags="nested-list alias conditional store parameter integers loop")
def given_list_by_another_name(x, order):
    other = order
    spare = [0, 0, 0]
    rows = [[0.0, 1.0, 2.0], spare]
    for k in range(2):
        kept = other if k else spare
        rows[1] = kept
        rows[k][k] = x[k] * x[2]
    return order[1] * x[0] + spare[0] * x[1] + rows[0][0]
