"""Infinite numbers that divisions keep and exponentials take away: borders of tables, logarithms of nothing."""

import math

import numpy as np

from tests.corpus.base import pos, program


@program(args=(pos(3), pos(3), 1.5), tags="infinite table list loop")
def softest_path(a, b, gamma):
    table = [[math.inf] * 4 for _ in range(4)]
    table[0][0] = 0.0
    for i in range(1, 4):
        for j in range(1, 4):
            before = np.array([table[i - 1][j], table[i][j - 1], table[i - 1][j - 1]])
            least = before.min()
            soft = least - gamma * np.log(np.sum(np.exp(-(before - least) / gamma)))
            table[i][j] = (a[i - 1] - b[j - 1]) ** 2 + soft
    return table[3][3]


@program(args=(pos(3), 0.7), tags="infinite numbers logaddexp loop branch")
def added_in_logarithms(x, temperature):
    total = -math.inf
    for k, v in enumerate([x[0], -math.inf, x[2]]):
        if k < 5:
            total = np.logaddexp(total / temperature, v / temperature)
    return total * x[1]
