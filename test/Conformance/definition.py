# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The definition of a gemm's result, and how far a kernel may be from it, in float64 numpy.

Written a second time from docs/Numerics.md; shares nothing with the compiler or with its reference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from formats import SCALARS, round_to


@dataclass
class Data:
    """The operands of a problem as float64 values; `codes`, and `zero` where it has codes, as stored."""

    activations: np.ndarray  # M x K
    codes: np.ndarray  # N x K
    scale: np.ndarray | None = None
    zero: np.ndarray | None = None
    global_scale: float = 1.0
    inputs: np.ndarray | None = None
    perm: np.ndarray | None = None
    bias: np.ndarray | None = None


def spread(values, block, shape):
    """One value for each element of `shape`, where blocks share theirs."""
    rows = np.arange(shape[0]) // block[0]
    columns = np.arange(shape[1]) // block[1]
    return values[rows][:, columns]


def numbers(problem, codes, zero):
    """What codes stand for, N x K by position; `zero` is of the same shape or None."""
    kind = problem.activation
    values = problem.code.values
    if problem.code.kind == "t":
        values = round_to(kind, values)
    if zero is None:
        return values[codes] - problem.code.middle
    difference = values[codes] - zero
    return round_to(kind, difference) if problem.zero == "float" else difference


def operand_weights(problem, data):
    """The weights that the MMA multiplies, N x K by position, and the scales left for the accumulator, or None."""
    kind, shape = problem.activation, (problem.n, problem.k)
    codes = data.codes if data.perm is None else data.codes[:, data.perm]
    zero = None if data.zero is None else spread(data.zero, problem.block, shape)
    weights = numbers(problem, codes, zero)
    scale = None if data.scale is None else spread(data.scale, problem.block, shape)
    shift = problem.shift
    if problem.on_operand and scale is not None:
        return np.ldexp(round_to(kind, np.ldexp(weights * scale, shift)), -shift), None
    largest = SCALARS[kind].largest
    if problem.is_float and shift == 0:  # Only codes of the operand's own exponent reach beyond it.
        weights = np.clip(weights, -largest, largest)
    return weights, scale


def losses(problem, activations, weights):
    """Sum and error of one accumulator that runs over the given columns: M x N each."""
    k, depth = activations.shape[1], problem.depth
    padding = -k % depth
    blocks = [np.pad(array, ((0, 0), (0, padding))).reshape(len(array), -1, depth).transpose(1, 0, 2)
              for array in (activations, weights)]
    sums = np.cumsum(blocks[0] @ blocks[1].transpose(0, 2, 1), axis=0)
    if not problem.is_float:
        return sums[-1], np.zeros_like(sums[-1])
    magnitudes = np.abs(blocks[0]) @ np.abs(blocks[1]).transpose(0, 2, 1)
    bound = np.maximum(sums.max(axis=0), 0) - np.minimum(sums.min(axis=0), 0) + magnitudes.max(axis=0)
    precision = 11 if problem.acc == "f16" else 24
    loss = (k + padding) * 2.0 ** (2 - precision)
    return sums[-1], loss / (1 - loss) * bound if loss < 1 else np.full_like(bound, np.inf)


def define(problem, data):
    """The result before its last rounding, and how far a kernel's may be from it: M x N each, float64."""
    activations = data.activations if data.perm is None else data.activations[:, data.perm]
    weights, scale = operand_weights(problem, data)
    inputs = None if data.inputs is None else spread(data.inputs, (problem.m if problem.inputs == "tensor" else 1,
                                                                   problem.input_group), (problem.m, problem.k))
    group = min(problem.block[1] if scale is not None else problem.k, problem.input_group)
    factors = (scale is not None) + (inputs is not None)
    result, error, magnitude = 0, 0, 0
    for first in range(0, problem.k, group):
        columns = slice(first, min(first + group, problem.k))
        total, loss = losses(problem, activations[:, columns], weights[:, columns])
        if not problem.is_float and not problem.sums_integers:  # i32 to f32
            loss = loss + half_ulp(total)
        for array in [] if scale is None else [scale[:, first]]:
            total, loss = total * array, loss * np.abs(array)
        for array in [] if inputs is None else [inputs[:, first, None]]:
            total, loss = total * array, loss * np.abs(array)
        loss = rounded(total, loss, factors)
        result, error, magnitude = result + total, error + loss, magnitude + np.abs(total) + loss
    groups = -(-problem.k // group)
    error = error + (groups - 1) * 2.0**-24 * magnitude
    if data.global_scale != 1.0 or problem.global_scale:
        result, error = result * data.global_scale, error * abs(data.global_scale)
        error = rounded(result, error, 1)
    if problem.sums_integers and problem.output != "i32":
        error = error + half_ulp(result)
    if data.bias is not None:
        result = result + data.bias
        error = rounded(result, error, 1)
    return result + 0.0, error


def half_ulp(values):
    """Of f32: how far one rounding moves integers of these magnitudes."""
    return np.where(np.abs(values) < 2.0**24, 0, np.abs(values) * 2.0**-24)


def rounded(values, error, times):
    """The error after so many more roundings to f32."""
    for _ in range(times):
        error = error + 2.0**-24 * (np.abs(values) + error)
    return error


def interval(problem, result, error):
    """The least and the greatest that a kernel may give."""
    return round_to(problem.output, result - error), round_to(problem.output, result + error)
