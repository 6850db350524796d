# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The matrix of 4-bit weights beside 16-bit activations, and the definition of a problem's result in numpy.

The definition is written from docs/Numerics.md and shares nothing with the compiler or with its reference. Values are
float64 throughout; `round_to` is the only rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import humming_mlir as humming
import numpy as np

N, K = 256, 512
TOKENS = (1, 7, 8, 16, 33, 64, 129)
GROUPS = (0, 32, 64, 128)
FORMATS = {"f16": (11, -14), "bf16": (8, -126)}  # bits of precision, least normal exponent


def round_to(kind, values):
    """Rounds float64 values to f16 or bf16, ties to even, as float64; none may overflow."""
    precision, least = FORMATS[kind]
    exponent = np.maximum(np.frexp(values)[1] - 1, least)
    quantum = np.ldexp(1.0, exponent - precision + 1)
    return np.rint(values / quantum) * quantum


def to_bits(kind, values):
    """The bit patterns of values that f16 or bf16 holds."""
    if kind == "f16":
        return values.astype(np.float16).view(np.uint16)
    return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def from_bits(kind, bits):
    if kind == "f16":
        return bits.view(np.float16).astype(np.float64)
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


@dataclass(frozen=True)
class Problem:
    arch: str
    activation: str
    code: str
    group: int
    zero: bool
    bias: bool = False
    tokens: tuple[int, ...] = TOKENS

    def __str__(self):
        extra = ("-zero" if self.zero else "") + ("-bias" if self.bias else "")
        return f"{self.arch}-{self.activation}-{self.code}-g{self.group}{extra}"

    @property
    def groups(self):
        return K // self.group if self.group else 1

    def describe(self, **changes):
        """The problem as the library takes it. Scales and results have the activation's type."""
        kind = self.activation
        return humming.Problem.gemm(n=N, k=K, code=self.code, group=self.group, activation=kind, scale=kind,
                                    output=kind, zero=self.zero, bias=self.bias, **changes)


def problems(architectures, activation=None):
    """Every problem of the matrix; bf16 needs sm_80, zero points an unsigned code."""
    return [
        Problem(arch, kind, code, group, zero, bias)
        for arch in architectures
        for kind in FORMATS
        for code in ("u4", "i4")
        for group in GROUPS
        for zero in (False, True)
        for bias in (False, True)
        if not (kind == "bf16" and arch == "sm_75") and not (zero and code == "i4") and activation in (None, kind)
        if not bias or (group == 64 and not zero)
    ]


@dataclass
class Weights:
    """Quantized weights and what belongs to them, as float64 values; `codes` as stored."""

    codes: np.ndarray  # N x K of 0..15
    scale: np.ndarray  # N x groups
    zero: np.ndarray | None  # N x groups of 0..15
    bias: np.ndarray | None  # N

    def packed_rows(self, which):
        """codes or zero in memory: row-major, two codes a byte, the first in the low half."""
        values = getattr(self, which).astype(np.uint8)
        if values.shape[1] % 2:
            values = np.pad(values, ((0, 0), (0, 1)))
        return values[:, 0::2] | (values[:, 1::2] << 4)


def make_weights(problem, exact, rng):
    """Exact: scales that are powers of two and small integer biases, so that every sum is exact in float32."""
    codes = rng.integers(0, 16, (N, K))
    zero = rng.integers(0, 16, (N, problem.groups)) if problem.zero else None
    if exact:
        scale = np.exp2(rng.integers(-2, 2, (N, problem.groups)))
        bias = rng.integers(-8, 9, N).astype(np.float64)
    else:
        scale = round_to(problem.activation, rng.uniform(0.005, 0.02, (N, problem.groups)))
        bias = round_to(problem.activation, rng.normal(size=N))
    return Weights(codes, scale, zero, bias if problem.bias else None)


def make_activations(problem, m, exact, rng):
    values = rng.integers(-2, 3, (m, K)).astype(np.float64) if exact else rng.normal(size=(m, K))
    return round_to(problem.activation, values)


def integers(problem, weights):
    """What the codes stand for, less the zero point: N x K."""
    if problem.code == "i4":
        return np.where(weights.codes < 8, weights.codes, weights.codes - 16).astype(np.float64)
    if weights.zero is None:
        return weights.codes - 8.0
    return weights.codes - np.repeat(weights.zero, K // problem.groups, axis=1).astype(np.float64)


def define(problem, weights, activations):
    """The result before its last rounding, and how far a kernel's may be from it: M x N each, float64.

    Group scales multiply the weights, which are then rounded to the activation's type; channel scales multiply the sum.
    The distance is that of docs/Numerics.md: 2^-22 of R for each of K products, where R bounds the sums that begin at
    k = 0 and the magnitudes of 16 products; then one rounding to float32 each for the channel's scale and for the bias.
    """
    values = integers(problem, weights)
    if problem.group:
        values = round_to(problem.activation, values * np.repeat(weights.scale, problem.group, axis=1))
    blocks = [array.reshape(len(array), K // 16, 16).transpose(1, 0, 2) for array in (activations, values)]
    sums = np.cumsum(blocks[0] @ blocks[1].transpose(0, 2, 1), axis=0)
    magnitudes = np.abs(blocks[0]) @ np.abs(blocks[1]).transpose(0, 2, 1)
    bound = np.maximum(sums.max(axis=0), 0) - np.minimum(sums.min(axis=0), 0) + magnitudes.max(axis=0)
    loss = K * 2.0**-22
    result, error = sums[-1], loss / (1 - loss) * bound
    if not problem.group:
        result, error = result * weights.scale.T, error * weights.scale.T
        error = error + 2.0**-24 * (np.abs(result) + error)
    if weights.bias is not None:
        result = result + weights.bias
        error = error + 2.0**-24 * (np.abs(result) + error)
    return result + 0.0, error
