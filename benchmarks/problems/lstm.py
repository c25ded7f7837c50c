"""The diagonal LSTM of ADBench: two layers over a sequence of characters, negative log-likelihood of each next one."""

import numpy as np

ARGNUMS = (0, 1)
SIZES = {"small": (2, 8, 14), "medium": (2, 100, 14)}


def arguments(layers, length, width):
    rng = np.random.default_rng(0)
    main = 0.5 * rng.normal(size=(2 * layers, 4 * width))
    state = 0.5 * rng.normal(size=(2 * layers, width))
    return main, rng.normal(size=(3, width)), state, (rng.random((length, width)) < 0.2).astype(float)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell(weight, bias, hidden, memory, x):
    """The next hidden state and memory of one layer."""
    width = len(hidden)
    gates = np.concatenate((x, hidden, x, hidden)) * weight + bias
    forget = sigmoid(gates[:width])
    ingate = sigmoid(gates[width : 2 * width])
    outgate = sigmoid(gates[2 * width : 3 * width])
    change = np.tanh(gates[3 * width :])
    memory = memory * forget + ingate * change
    return outgate * np.tanh(memory), memory


def program(main, extra, state, sequence):
    layers = len(main) // 2
    hidden = [state[2 * i] for i in range(layers)]
    memory = [state[2 * i + 1] for i in range(layers)]
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        for i in range(layers):
            hidden[i], memory[i] = cell(main[2 * i], main[2 * i + 1], hidden[i], memory[i], x)
            x = hidden[i]
        y = x * extra[1] + extra[2]
        y = y - np.log(np.sum(np.exp(y)) + 2.0)
        total = total + np.dot(sequence[t + 1], y)
    return -total / ((len(sequence) - 1) * sequence.shape[1])


def jax_program(main, extra, state, sequence):
    import jax
    import jax.numpy as jnp

    layers, width = len(main) // 2, state.shape[1]

    def step(carry, pair):
        hidden, memory = carry
        now, following = pair
        x = now * extra[0]
        hidden, memory = list(hidden), list(memory)
        for i in range(layers):
            gates = jnp.concatenate((x, hidden[i], x, hidden[i])) * main[2 * i] + main[2 * i + 1]
            forget, ingate, outgate = (jax.nn.sigmoid(gates[j * width : (j + 1) * width]) for j in range(3))
            memory[i] = memory[i] * forget + ingate * jnp.tanh(gates[3 * width :])
            hidden[i] = x = outgate * jnp.tanh(memory[i])
        y = x * extra[1] + extra[2]
        y = y - jnp.log(jnp.sum(jnp.exp(y)) + 2.0)
        return (hidden, memory), jnp.dot(following, y)

    start = [state[2 * i] for i in range(layers)], [state[2 * i + 1] for i in range(layers)]
    _, terms = jax.lax.scan(step, start, (sequence[:-1], sequence[1:]))
    return -jnp.sum(terms) / ((len(sequence) - 1) * width)


def by_hand(main, extra, state, sequence):
    layers, width = len(main) // 2, state.shape[1]
    hidden = [state[2 * i] for i in range(layers)]
    memory = [state[2 * i + 1] for i in range(layers)]
    tape = []
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        kept = []
        for i in range(layers):
            joined = np.concatenate((x, hidden[i], x, hidden[i]))
            gates = joined * main[2 * i] + main[2 * i + 1]
            forget = 1.0 / (1.0 + np.exp(-gates[:width]))
            ingate = 1.0 / (1.0 + np.exp(-gates[width : 2 * width]))
            outgate = 1.0 / (1.0 + np.exp(-gates[2 * width : 3 * width]))
            change = np.tanh(gates[3 * width :])
            before = memory[i]
            memory[i] = before * forget + ingate * change
            tanh = np.tanh(memory[i])
            hidden[i] = x = outgate * tanh
            kept.append((joined, forget, ingate, outgate, change, before, tanh))
        y = x * extra[1] + extra[2]
        exp = np.exp(y)
        tape.append((x, exp, np.sum(exp) + 2.0, kept))

    total_bar = -1.0 / ((len(sequence) - 1) * width)
    main_bar, extra_bar = np.zeros(main.shape), np.zeros(extra.shape)
    hidden_bar = [np.zeros(width) for _ in range(layers)]
    memory_bar = [np.zeros(width) for _ in range(layers)]
    for t in range(len(sequence) - 2, -1, -1):
        x, exp, s, kept = tape[t]
        y_bar = total_bar * sequence[t + 1]
        y_bar = y_bar - (y_bar.sum() / s) * exp
        extra_bar[1] += y_bar * x
        extra_bar[2] += y_bar
        x_bar = y_bar * extra[1]
        for i in range(layers - 1, -1, -1):
            joined, forget, ingate, outgate, change, before, tanh = kept[i]
            h_bar = hidden_bar[i] + x_bar
            m_bar = memory_bar[i] + h_bar * outgate * (1.0 - tanh * tanh)
            gates_bar = np.concatenate((
                m_bar * before * forget * (1.0 - forget),
                m_bar * change * ingate * (1.0 - ingate),
                h_bar * tanh * outgate * (1.0 - outgate),
                m_bar * ingate * (1.0 - change * change),
            ))  # fmt: skip
            memory_bar[i] = m_bar * forget
            main_bar[2 * i] += gates_bar * joined
            main_bar[2 * i + 1] += gates_bar
            joined_bar = gates_bar * main[2 * i]
            x_bar = joined_bar[:width] + joined_bar[2 * width : 3 * width]
            hidden_bar[i] = joined_bar[width : 2 * width] + joined_bar[3 * width :]
        extra_bar[0] += x_bar * sequence[t]
    return main_bar, extra_bar


def by_hand_out(main, extra, state, sequence):
    layers, width = len(main) // 2, state.shape[1]
    hidden = [state[2 * i] for i in range(layers)]
    memory = [state[2 * i + 1] for i in range(layers)]
    tape = []
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        kept = []
        for i in range(layers):
            joined = np.concatenate((x, hidden[i], x, hidden[i]))
            gates = joined * main[2 * i]
            gates += main[2 * i + 1]
            forget, ingate, outgate = gates[:width], gates[width : 2 * width], gates[2 * width : 3 * width]
            for gate in (forget, ingate, outgate):
                np.negative(gate, out=gate)
                np.exp(gate, out=gate)
                gate += 1.0
                np.divide(1.0, gate, out=gate)
            change = gates[3 * width :]
            np.tanh(change, out=change)
            before = memory[i]
            memory[i] = before * forget
            memory[i] += ingate * change
            tanh = np.tanh(memory[i])
            hidden[i] = x = outgate * tanh
            kept.append((joined, forget, ingate, outgate, change, before, tanh))
        y = x * extra[1]
        y += extra[2]
        np.exp(y, out=y)
        tape.append((x, y, y.sum() + 2.0, kept))

    total_bar = -1.0 / ((len(sequence) - 1) * width)
    main_bar, extra_bar = np.zeros(main.shape), np.zeros(extra.shape)
    hidden_bar = [np.zeros(width) for _ in range(layers)]
    memory_bar = [np.zeros(width) for _ in range(layers)]
    three, scratch = np.empty(4 * width), np.empty(width)
    parts = [three[i * width : (i + 1) * width] for i in range(4)]
    for t in range(len(sequence) - 2, -1, -1):
        x, exp, s, kept = tape[t]
        y_bar = total_bar * sequence[t + 1]
        exp *= y_bar.sum() / s
        y_bar -= exp
        extra_bar[1] += np.multiply(y_bar, x, out=scratch)
        extra_bar[2] += y_bar
        y_bar *= extra[1]
        x_bar = y_bar
        for i in range(layers - 1, -1, -1):
            joined, forget, ingate, outgate, change, before, tanh = kept[i]
            h_bar = hidden_bar[i]
            h_bar += x_bar
            m_bar = memory_bar[i]
            np.multiply(h_bar, tanh, out=parts[2])
            tanh *= tanh
            np.subtract(1.0, tanh, out=tanh)
            tanh *= outgate
            tanh *= h_bar
            m_bar += tanh
            np.multiply(m_bar, before, out=parts[0])
            np.multiply(m_bar, change, out=parts[1])
            np.multiply(m_bar, ingate, out=parts[3])
            m_bar *= forget
            for part, gate in zip(parts, (forget, ingate, outgate)):
                part *= gate
                np.subtract(1.0, gate, out=gate)
                part *= gate
            change *= change
            np.subtract(1.0, change, out=change)
            parts[3] *= change
            main_bar[2 * i + 1] += three
            joined *= three
            main_bar[2 * i] += joined
            three *= main[2 * i]
            x_bar = np.add(parts[0], parts[2], out=x_bar)
            np.add(parts[1], parts[3], out=h_bar)
        x_bar *= sequence[t]
        extra_bar[0] += x_bar
    return main_bar, extra_bar
