"""Predators and prey after Lotka and Volterra by Runge-Kutta's method of order four, on floats."""

ARGNUMS = (0, 1, 2, 3, 4, 5)
SIZES = {"small": (100,), "medium": (1000,)}


def arguments(steps):
    return 1.0, 0.5, 0.6, 0.3, 2.0, 1.5, 0.01, steps


def program(a, b, c, d, x, y, h, steps):
    for _ in range(steps):
        k1 = x * (a - b * y)
        l1 = y * (d * x - c)
        x2, y2 = x + 0.5 * h * k1, y + 0.5 * h * l1
        k2 = x2 * (a - b * y2)
        l2 = y2 * (d * x2 - c)
        x3, y3 = x + 0.5 * h * k2, y + 0.5 * h * l2
        k3 = x3 * (a - b * y3)
        l3 = y3 * (d * x3 - c)
        x4, y4 = x + h * k3, y + h * l3
        k4 = x4 * (a - b * y4)
        l4 = y4 * (d * x4 - c)
        x = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        y = y + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return x * y


def jax_program(a, b, c, d, x, y, h, steps):
    import jax

    def slopes(x, y):
        return x * (a - b * y), y * (d * x - c)

    def step(_, xy):
        x, y = xy
        k1, l1 = slopes(x, y)
        k2, l2 = slopes(x + 0.5 * h * k1, y + 0.5 * h * l1)
        k3, l3 = slopes(x + 0.5 * h * k2, y + 0.5 * h * l2)
        k4, l4 = slopes(x + h * k3, y + h * l3)
        return x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4), y + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)

    x, y = jax.lax.fori_loop(0, steps, step, (x, y))
    return x * y


def by_hand(a, b, c, d, x, y, h, steps):
    tape = []
    half, sixth = 0.5 * h, h / 6.0
    for _ in range(steps):
        p1, q1 = a - b * y, d * x - c
        k1, l1 = x * p1, y * q1
        x2, y2 = x + half * k1, y + half * l1
        p2, q2 = a - b * y2, d * x2 - c
        k2, l2 = x2 * p2, y2 * q2
        x3, y3 = x + half * k2, y + half * l2
        p3, q3 = a - b * y3, d * x3 - c
        k3, l3 = x3 * p3, y3 * q3
        x4, y4 = x + h * k3, y + h * l3
        p4, q4 = a - b * y4, d * x4 - c
        tape.append((x, y, p1, q1, x2, y2, p2, q2, x3, y3, p3, q3, x4, y4, p4, q4))
        x = x + sixth * (k1 + 2.0 * k2 + 2.0 * k3 + x4 * p4)
        y = y + sixth * (l1 + 2.0 * l2 + 2.0 * l3 + y4 * q4)
    x_bar, y_bar = y, x
    a_bar = b_bar = c_bar = d_bar = 0.0
    for x, y, p1, q1, x2, y2, p2, q2, x3, y3, p3, q3, x4, y4, p4, q4 in reversed(tape):
        k_bar, l_bar = sixth * x_bar, sixth * y_bar
        k2_bar, l2_bar = 2.0 * k_bar, 2.0 * l_bar

        p_bar, q_bar = k_bar * x4, l_bar * y4
        x4_bar, y4_bar = k_bar * p4 + q_bar * d, l_bar * q4 - p_bar * b
        a_bar += p_bar
        b_bar -= p_bar * y4
        c_bar -= q_bar
        d_bar += q_bar * x4

        k3_bar, l3_bar = k2_bar + h * x4_bar, l2_bar + h * y4_bar
        p_bar, q_bar = k3_bar * x3, l3_bar * y3
        x3_bar, y3_bar = k3_bar * p3 + q_bar * d, l3_bar * q3 - p_bar * b
        a_bar += p_bar
        b_bar -= p_bar * y3
        c_bar -= q_bar
        d_bar += q_bar * x3

        k2_bar, l2_bar = k2_bar + half * x3_bar, l2_bar + half * y3_bar
        p_bar, q_bar = k2_bar * x2, l2_bar * y2
        x2_bar, y2_bar = k2_bar * p2 + q_bar * d, l2_bar * q2 - p_bar * b
        a_bar += p_bar
        b_bar -= p_bar * y2
        c_bar -= q_bar
        d_bar += q_bar * x2

        k1_bar, l1_bar = k_bar + half * x2_bar, l_bar + half * y2_bar
        p_bar, q_bar = k1_bar * x, l1_bar * y
        x_bar = x_bar + x4_bar + x3_bar + x2_bar + k1_bar * p1 + q_bar * d
        y_bar = y_bar + y4_bar + y3_bar + y2_bar + l1_bar * q1 - p_bar * b
        a_bar += p_bar
        b_bar -= p_bar * y
        c_bar -= q_bar
        d_bar += q_bar * x
    return a_bar, b_bar, c_bar, d_bar, x_bar, y_bar
