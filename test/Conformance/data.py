# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operands for a problem. Exact ones leave nothing to round but the result; random ones are like those in use.

Exact data has two kinds of results with equal bits. In a `plain` column all weights are small multiples of one power of
two, so that sums of any of its products are exact in the accumulator, in any order. In the other columns every code
occurs, and a `single` token, whose only activation is a power of two, picks one weight of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from definition import Data, numbers
from formats import SCALARS, round_to

# Bits that sums of one accumulator may take. GPUs add products of 8-bit floats with fewer bits than f32 has.
SUM_BITS = {"e4m3": 13, "e5m2": 13, "e2m1": 13}
F32_BITS = 23
F16_BITS = 10
RARE = 4  # one column of so many has every code, one token of so many is single


@dataclass
class Exact:
    data: Data
    equal: np.ndarray  # M x N: which results have equal bits


def quanta(values):
    """The largest power of two that divides each value; inf for zero."""
    mantissa, exponent = np.frexp(values)
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    lowest = (whole & -whole).astype(np.float64)
    return np.where(values == 0, np.inf, np.ldexp(lowest, exponent - 53))


def plain_codes(problem, bits, rng):
    """Codes whose numbers are multiples of one quantum and below 2^bits of them: a window, at random where codes are
    of a wide range. Also the bits they take, and the quantum."""
    everything = np.arange(len(problem.code.values))
    if problem.zero != "none":
        return everything[: 2**bits], min(bits, problem.code.bits), 1.0
    values = numbers(problem, everything, None)
    finest = quanta(values)
    windows = []
    for quantum in np.unique(finest[np.isfinite(finest)]):
        inside = everything[(finest >= quantum) & (np.abs(values) < quantum * 2.0**bits)]
        windows.append((len(inside), inside, quantum))
    windows = [window for window in windows if 2.0**-16 <= window[2] <= 2.0**8] or windows
    most = max(count for count, *_ in windows)
    good = [window for window in windows if 2 * window[0] > most]
    _, inside, quantum = good[rng.integers(len(good))]
    return inside, int(np.ceil(np.log2(np.abs(values[inside]).max() / quantum + 1))), quantum


def powers(rng, span, shape, top=0):
    return np.exp2(top - rng.integers(0, span + 1, shape))


def scales_of(problem, rng, spread):
    """Powers of two that every scale type has; their exponents lie in -spread..0."""
    return None if problem.shape == "none" else powers(rng, spread, problem.scale_shape)


def make_exact(problem, rng):
    m, n, k = problem.m, problem.n, problem.k
    per_sum = F16_BITS if problem.acc == "f16" else SUM_BITS.get(problem.activation, F32_BITS)
    tight = per_sum == F16_BITS
    scale_bits = 0 if problem.shape == "none" or tight else 2
    input_bits = 0 if problem.inputs == "none" or tight else 1
    activation_bits = 1 if per_sum < F32_BITS else 2
    scaled = scale_bits if problem.on_operand else scale_bits + input_bits if problem.scales_products else 0
    in_sum = activation_bits + scaled
    inside, number_bits, quantum = plain_codes(problem, min(per_sum - in_sum - 2, 10), rng)
    after = scale_bits + input_bits - scaled
    terms = min(per_sum - in_sum - number_bits, F32_BITS - in_sum - after - number_bits)
    count = min(2**terms, k)

    largest = 2**activation_bits - 1
    activations = np.zeros((m, k))
    for row in activations:
        picked = rng.permutation(k)[:count]
        row[picked] = rng.choice([value for value in range(-largest, largest + 1) if value], count)
    single = np.arange(m) % RARE == RARE - 1
    activations[single] = 0
    activations[single, rng.integers(0, k, single.sum())] = powers(rng, 1, single.sum(), top=1)

    plain = np.arange(n) % RARE != RARE - 1
    codes = rng.integers(0, len(problem.code.values), (n, k))
    codes[plain] = rng.choice(inside, (plain.sum(), k))
    zero = None
    if problem.zero != "none":
        zero = rng.integers(0, len(inside), problem.scale_shape).astype(np.float64)
    bias = None
    if problem.bias:  # Nothing is added to a weight of any size.
        bias = np.where(plain, rng.integers(-3, 4, n) * quantum, 0)
        bias = np.where(round_to(problem.output, bias) == bias, bias, 0)
    inputs = None if problem.inputs == "none" else powers(rng, input_bits, problem.input_shape)
    data = Data(activations, codes, scales_of(problem, rng, scale_bits), zero, 0.5 if problem.global_scale else 1.0,
                inputs, rng.permutation(k) if problem.perm else None, bias)
    return Exact(data, single[:, None] & ~plain | plain)


def some(kind, values):
    """Rounds to `kind` and keeps clear of zero: what is too small becomes the least normal value."""
    return round_to(kind, np.maximum(values, np.ldexp(1.0, SCALARS[kind].least)))


def make_random(problem, rng):
    m, n, k = problem.m, problem.n, problem.k
    kind = problem.activation
    if problem.is_float:
        activations = round_to(kind, rng.normal(size=(m, k)) * (2 if kind == "e2m1" else 1))
    else:
        half = 2 ** (problem.width - 1)
        activations = rng.integers(-half, half, (m, k)).astype(np.float64)
    codes = rng.integers(0, len(problem.code.values), (n, k))
    zero = None
    if problem.zero == "code":
        zero = rng.integers(0, 2**problem.code.bits, problem.scale_shape).astype(np.float64)
    elif problem.zero == "float":
        zero = round_to(kind, rng.uniform(0, 2**problem.code.bits - 1, problem.scale_shape))
    scale = None
    if problem.shape != "none":
        most = np.abs(numbers(problem, np.arange(len(problem.code.values)), None)).max()
        scale = some(problem.scale, rng.uniform(0.5, 1.5, problem.scale_shape) / most)
    inputs = None
    if problem.inputs != "none":
        inputs = some(problem.input_type, rng.uniform(0.5, 1.5, problem.input_shape))
    level = np.float64(np.float32(rng.uniform(0.5, 1.5))) if problem.global_scale else 1.0
    bias = round_to(problem.output, rng.normal(size=n)) if problem.bias else None
    return Data(activations, codes, scale, zero, level, inputs, rng.permutation(k) if problem.perm else None, bias)
