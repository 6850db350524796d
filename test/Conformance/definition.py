# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The definition of a gemm's result, and how far a kernel may be from it, in float64 numpy.

Written a second time from docs/Numerics.md; shares nothing with the compiler or with its reference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from formats import SCALARS, round_to

FLUSH = 64  # values of k that a part of a group has at least


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


def loss_of(problem):
    """What each product costs at most, as a part of R."""
    if problem.acc == "f16":
        return 0.5 * 2.0**-10
    return {"e4m3": 1.25 * 2.0**-13, "e5m2": 1.25 * 2.0**-13, "i8": 0, "i4": 0}.get(problem.activation, 2 * 2.0**-23)


def accumulate(problem, activations, weights):
    """Sum and error of one accumulator that runs over the given columns: M x N each."""
    depth = problem.depth
    padding = -activations.shape[1] % depth
    blocks = [np.pad(array, ((0, 0), (0, padding))).reshape(len(array), -1, depth).transpose(1, 0, 2)
              for array in (activations, weights)]
    sums = np.cumsum(blocks[0] @ blocks[1].transpose(0, 2, 1), axis=0)
    magnitudes = np.abs(blocks[0]) @ np.abs(blocks[1]).transpose(0, 2, 1)
    bound = np.maximum(sums.max(axis=0), 0) - np.minimum(sums.min(axis=0), 0) + magnitudes.max(axis=0)
    return sums[-1], np.expm1(loss_of(problem) * (activations.shape[1] + padding)) * bound


def groups_of(problem, scale, inputs):
    """The ranges of k that have an accumulator of their own."""
    size = min(problem.block[1] if scale is not None else problem.k, problem.input_group if inputs is not None
               else problem.k)
    return [slice(first, min(first + size, problem.k)) for first in range(0, problem.k, size)]


def define(problem, data):
    """The number that the epilogue begins with, and how far a kernel's may be from it: M x N each, float64."""
    activations = data.activations if data.perm is None else data.activations[:, data.perm]
    weights, scale = operand_weights(problem, data)
    inputs = None
    if data.inputs is not None:
        rows = problem.m if problem.inputs == "tensor" else 1
        inputs = spread(data.inputs, (rows, problem.input_group), (problem.m, problem.k))
    if problem.scales_products:  # Exactly: e4m3 has few bits, ue8m0 one.
        activations, weights = activations * inputs, weights * scale
        scale = inputs = None
    groups = groups_of(problem, scale, inputs)
    result = error = magnitude = 0
    parts = 0
    for columns in groups:
        factor = data.global_scale
        if scale is not None:
            factor = factor * scale[:, columns.start]
        if inputs is not None:
            factor = factor * inputs[:, columns.start, None]
        total, lost = accumulate(problem, activations[:, columns], weights[:, columns])
        result, error = result + total * factor, error + lost * np.abs(factor)
        # With several groups a kernel may flush one early, behind every 64 values.
        length = columns.stop - columns.start if len(groups) == 1 else FLUSH
        for first in range(columns.start, columns.stop, length):
            part = slice(first, min(first + length, columns.stop))
            magnitude = magnitude + np.abs((activations[:, part] @ weights[:, part].T) * factor)
            parts += 1
    converted = not problem.is_float and not problem.sums_integers
    roundings = (scale is not None) + (inputs is not None) + problem.global_scale + converted + parts - 1
    return result, error + np.expm1(roundings * 2.0**-24) * (magnitude + error)


def epilogue(problem, data, values):
    """What the epilogue makes of its first argument: of the definition's, or of an end of its interval."""
    if problem.sums_integers and problem.output != "i32":
        values = round_to("f32", values)
    if data.bias is not None:
        values = round_to("f32", values + data.bias)
    # A sum of zeros is +0; what rounds to zero keeps its sign.
    return round_to(problem.output, values + 0.0)


def interval(problem, data):
    """The least and the greatest that a kernel may give."""
    result, error = define(problem, data)
    return epilogue(problem, data, result - error), epilogue(problem, data, result + error)
