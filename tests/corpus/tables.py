"""Lists of lists of numbers: cotangents of single numbers, of whole rows and of the table meet, also in callees."""

from tests.corpus.base import num, program

TABLE = [[0.3, -0.8, 0.5], [0.9, 0.4, -0.7]]
SQUARE = [[0.3, -0.8], [0.9, 0.4]]


def trace_of(rows, n):
    if n == 0:
        return 0.0
    return rows[n - 1][n - 1] * rows[0][n - 1] + trace_of(rows, n - 1)


def weighted(rows, w):
    total = 0.0
    for row in rows:
        for value in row:
            total = total + w * value * value
    return total


def picked(rows, i):
    return rows[i][0] * rows[i - 1][1]


@program(args=(TABLE, num()), tags="list loop")
def rows_read_whole_and_by_number(rows, y):
    total = y
    for i in range(2):
        row = rows[i]
        total = total + sum(row) * rows[1 - i][0]
        for c in range(3):
            total = total + rows[i][c] * row[c - 1] * y
    return total


@program(args=(TABLE, num()), tags="list loop call")
def a_table_given_on_in_a_loop(rows, y):
    total = 0.0
    for i in range(2):
        total = total + picked(rows, i) * y + rows[i][i + 1]
        total = total + weighted(rows, y) * rows[0][i]
    return total


@program(args=(SQUARE, num()), tags="list recursion call")
def a_table_given_to_a_recursion(rows, y):
    return trace_of(rows, 2) * y + rows[0][1]


@program(args=(TABLE, num()), tags="list loop alias")
def one_row_in_two_places(rows, y):
    table = [rows[0], rows[0], rows[1]]
    total = 0.0
    for i in range(3):
        for c in range(3):
            total = total + table[i][c] * table[i - 1][c] * y
    return total + rows[0][0]


@program(args=([0.3, -0.8], [0.9, 0.4], num()), tags="list loop branch call")
def a_table_of_arguments_in_a_branch(a, b, y):
    table = [a, b]
    total = a[0]
    for i in range(2):
        if i == 0:
            total = total + table[i][1] * y
        else:
            total = total + trace_of(table, i + 1) * b[i]
    return total


@program(args=(TABLE, num()), tags="list loop comprehension")
def rows_made_of_rows(rows, y):
    scaled = [[value * y for value in row] for row in rows]
    total = 0.0
    for i in range(2):
        for c in range(3):
            total = total + scaled[i][c] * rows[i][c - 1]
        total = total * scaled[i][0]
    return total


@program(args=(TABLE, num(), 1), tags="list loop branch early-return")
def a_table_in_a_loop_of_one_branch(rows, y, n):
    if n == 0:
        return y
    for i in range(n + 1):
        if rows[i][0] > 10.0:
            return rows[i][1]
        y = y * rows[i][2] + rows[i][0]
    return y + rows[0][0]


@program(args=(TABLE, num()), tags="list while jump")
def numbers_met_in_a_while_loop(rows, y):
    i, total = 0, y
    while True:
        if i == 2:
            break
        total = total + rows[i][i] * total
        i += 1
    return total
