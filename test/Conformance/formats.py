# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scalar formats and weight codes in numpy, from the tables of docs/Numerics.md alone.

Values are float64 throughout; `round_to` is the only rounding. Nothing here is shared with the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scalar:
    """A storage format. `fraction` counts the bits of a float's fraction; an integer has none and bias None."""

    mlir: str
    bits: int
    fraction: int = 0
    bias: int | None = None
    largest: float = 0
    infinity: bool = False
    signed: bool = True

    @property
    def precision(self):
        return self.fraction + 1

    @property
    def least(self):
        """Exponent of the least normal value; the one of ue8m0, which has no subnormals, is its least value."""
        return (0 if not self.signed else 1) - self.bias


SCALARS = {
    "f16": Scalar("f16", 16, 10, 15, 65504.0, True),
    "bf16": Scalar("bf16", 16, 7, 127, float.fromhex("0x1.fep127"), True),
    "f32": Scalar("f32", 32, 23, 127, float.fromhex("0x1.fffffep127"), True),
    "e5m2": Scalar("f8E5M2", 8, 2, 15, 57344.0, True),
    "e4m3": Scalar("f8E4M3FN", 8, 3, 7, 448.0),
    "e2m1": Scalar("f4E2M1FN", 4, 1, 1, 6.0),
    "ue8m0": Scalar("f8E8M0FNU", 8, 0, 127, 2.0**127, signed=False),
    "i8": Scalar("i8", 8),
    "i4": Scalar("i4", 4),
    "i32": Scalar("i32", 32),
}


def round_to(kind, values):
    """Rounds to nearest, ties to even; beyond the largest value as docs/Numerics.md has it."""
    scalar, values = SCALARS[kind], np.asarray(values, np.float64)
    if scalar.bias is None:
        return np.clip(np.rint(values), -(2.0 ** (scalar.bits - 1)), 2.0 ** (scalar.bits - 1) - 1)
    finite = np.where(np.isfinite(values), values, 0)
    exponent = np.maximum(np.frexp(finite)[1] - 1, scalar.least)
    quantum = np.ldexp(1.0, exponent - scalar.fraction)
    rounded = np.where(np.isfinite(values), np.rint(finite / quantum) * quantum, values)
    if not scalar.signed:
        return np.clip(rounded, np.ldexp(1.0, scalar.least), scalar.largest)
    beyond = np.inf if scalar.infinity else scalar.largest
    return np.where(np.abs(rounded) > scalar.largest, np.copysign(beyond, rounded), rounded)


def to_bits(kind, values):
    """The bit patterns, one an element, of values that `kind` holds."""
    scalar, values = SCALARS[kind], np.asarray(values, np.float64)
    if scalar.bias is None:
        return (values.astype(np.int64) & (2**scalar.bits - 1)).astype(np.uint32)
    magnitude = np.where(np.isinf(values), 2 * scalar.largest, np.abs(values))
    exponent = np.maximum(np.frexp(magnitude)[1] - 1, scalar.least)
    number = np.ldexp(magnitude, scalar.fraction - exponent).astype(np.int64)  # with the leading one
    field = np.where(number >= 2**scalar.fraction, exponent + scalar.bias, 0)
    pattern = (field << scalar.fraction) | (number & (2**scalar.fraction - 1))
    pattern = np.where(np.isinf(values), infinity_bits(scalar), pattern)
    sign = np.signbit(values).astype(np.int64) << (scalar.bits - 1) if scalar.signed else 0
    return (pattern | sign).astype(np.uint32)


def infinity_bits(scalar):
    exponent_bits = scalar.bits - 1 - scalar.fraction
    return (2**exponent_bits - 1) << scalar.fraction


def from_bits(kind, bits):
    """The values of bit patterns. NaN where the format has one there."""
    scalar, bits = SCALARS[kind], np.asarray(bits).astype(np.int64)
    if scalar.bias is None:
        return np.where(bits >> (scalar.bits - 1), bits - 2**scalar.bits, bits).astype(np.float64)
    fraction = bits & (2**scalar.fraction - 1)
    field = (bits >> scalar.fraction) & (2 ** (scalar.bits - scalar.fraction - scalar.signed) - 1)
    leading = np.where((field > 0) | (not scalar.signed), 2**scalar.fraction, 0)
    exponent = np.maximum(field, int(scalar.signed)) - scalar.bias
    value = np.ldexp((leading + fraction).astype(np.float64), exponent - scalar.fraction)
    top = field == 2 ** (scalar.bits - scalar.fraction - scalar.signed) - 1
    if scalar.infinity:
        value = np.where(top, np.where(fraction == 0, np.inf, np.nan), value)
    elif kind != "e2m1":
        value = np.where(top & (fraction == 2**scalar.fraction - 1), np.nan, value)
    return np.where(scalar.signed & (bits >> (scalar.bits - 1)), -value, value)


def pack_rows(codes, bits):
    """Rows of codes of `bits` bits, bit by bit from the least significant; each row fills whole bytes."""
    spread = np.asarray(codes).astype(np.uint32)[..., None] >> np.arange(bits, dtype=np.uint32) & 1
    return np.packbits(spread.reshape(len(codes), -1).astype(np.uint8), axis=1, bitorder="little")


def to_bytes(kind, values):
    """A row-major matrix in memory; rows of 4-bit elements fill whole bytes."""
    values = np.asarray(values)
    return pack_rows(to_bits(kind, values.reshape(len(values), -1)), SCALARS[kind].bits)


# Dettmers et al., "QLoRA", Appendix E.
NF4 = (-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
       -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
       0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
       0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0)


@dataclass(frozen=True)
class Code:
    """A weight code: its name, its width, and its kind: u, i, e (minifloat) or t (table)."""

    name: str
    bits: int
    kind: str
    exponent: int = 0
    entries: tuple[float, ...] = ()

    @property
    def spelling(self):
        """What the library takes: a table that has no name of its own comes with its values."""
        return f"{self.name},[{', '.join(map(repr, self.entries))}]" if self.name.startswith("lut") else self.name

    @property
    def fraction(self):
        return self.bits - 1 - self.exponent

    @property
    def values(self):
        """The value of each code, before any zero point and before the rounding of tables."""
        if self.kind == "t":
            return np.array(self.entries)
        codes = np.arange(2**self.bits)
        negative = codes >= len(codes) // 2
        if self.kind == "u":
            return codes.astype(np.float64)
        if self.kind == "i":
            return np.where(negative, codes - len(codes), codes).astype(np.float64)
        exponent, fraction = codes >> self.fraction & 2**self.exponent - 1, codes & 2**self.fraction - 1
        leading = np.where(exponent > 0, 2**self.fraction, 0)
        bias = 2 ** (self.exponent - 1) - 1
        magnitude = np.ldexp((leading + fraction).astype(np.float64), np.maximum(exponent, 1) - bias - self.fraction)
        return np.where(negative, -magnitude, magnitude)

    @property
    def middle(self):
        """The zero point of a code without one."""
        return 2.0 ** (self.bits - 1) if self.kind == "u" else 0.0


def integer(sign, bits):
    return Code(f"{sign}{bits}", bits, sign)


def minifloat(exponent, fraction):
    return Code(f"e{exponent}m{fraction}", 1 + exponent + fraction, "e", exponent)


def table(name, entries):
    return Code(name, len(entries).bit_length() - 1, "t", entries=tuple(map(float, entries)))
