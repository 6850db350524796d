# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The support matrix: which codes go beside which activations, and the problems that stand for all combinations.

Every code occurs beside every activation type. The secondary axes are cut to pairs: among the problems of an activation
type, every two values of two axes, the code among them, occur together. With full=True every code has pairs of its own.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass

import numpy as np
from covering import Axes, cover
from formats import NF4, SCALARS, integer, minifloat, table
from problem import OPERAND_EXACT, Problem

ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_87", "sm_89", "sm_90", "sm_100", "sm_103", "sm_110", "sm_120", "sm_121")
# Architectures that differ in instructions: what a newer one runs as an older one does, is run as that.
GENERATIONS = ("sm_75", "sm_80", "sm_89", "sm_90", "sm_120")


@dataclass(frozen=True)
class Row:
    """What goes beside an activation type: bits of integers, of those with zero points, of a minifloat."""

    since: int
    integers: int
    zeros: int
    exponent: int = 0
    fraction: int = 0
    tables: bool = False
    float_zeros: bool = False


ROWS = {
    "f16": Row(75, 8, 8, 5, 6, True, True),
    "bf16": Row(80, 8, 8, 7, 6, True, True),
    "e4m3": Row(89, 5, 4, 4, 3),
    "e5m2": Row(89, 4, 3, 5, 2),
    "e2m1": Row(120, 3, 2, 2, 1),
    "i8": Row(75, 8, 7),
    "i4": Row(75, 4, 3),
}


def irregular(size):
    """A table in no order: every other value has few bits, the rest none of the operand types holds."""
    values = np.random.default_rng(size).normal(size=size)
    return np.where(np.arange(size) % 2, values.round(6), np.rint(values * 8) / 8)


TABLES = [table("nf4", NF4)] + [table(f"lut{bits}", irregular(2**bits)) for bits in range(1, 9)]


def number(arch):
    return int(arch.removeprefix("sm_"))


def cells(activation):
    """(code, zero) of every cell that says yes."""
    row = ROWS[activation]
    result = [(integer(sign, bits), "none") for sign in "ui" for bits in range(1, row.integers + 1)]
    result += [(integer("u", bits), "code") for bits in range(1, row.zeros + 1)]
    if row.float_zeros:
        result += [(integer("u", bits), "float") for bits in range(1, row.zeros + 1)]
    result += [(minifloat(x, y), "none") for x in range(1, row.exponent + 1) for y in range(row.fraction + 1)
               if x + y < 8]
    return result + [(code, "none") for code in TABLES if row.tables]


@functools.cache
def largest_number(code, zero):
    """The greatest magnitude of value - z; of a zero point in floats, of one that the codes reach."""
    if zero == "none":
        return np.abs(code.values - code.middle).max()
    return code.values.max()


@functools.cache
def least_number(code):
    magnitudes = np.abs(code.values - code.middle)
    return magnitudes[magnitudes > 0].min()


def in_range(p):
    """Whether no product of a number and a scale leaves the range of the operand type, at either end. A scale of the
    operand's own type is the caller's to choose, and powers of two are beside bf16."""
    if p.scale in (p.activation, "ue8m0"):
        return True
    operand, scale = SCALARS[p.activation], SCALARS[p.scale]
    greatest = largest_number(p.code, p.zero) * scale.largest
    least = least_number(p.code) * 2.0 ** (scale.least - scale.fraction)
    return greatest * 2.0**p.shift <= operand.largest and \
        least * 2.0**p.shift >= 2.0 ** (operand.least - operand.fraction)


def fits(group, depth):
    """Whether a packed tile of 64 columns holds whole groups or lies in one, and so do `depth` columns."""
    return group % depth == 0 and (64 % group == 0 or group % 64 == 0)


def is_supported(p):
    """The rules of docs/Numerics.md that hold between the axes, for a whole problem."""
    if p.shape == "none" and (p.zero != "none" or p.place != "default" or p.scale != DEFAULT_SCALE[p.activation]):
        return False
    if p.inputs == "none" and p.input_type != "f32":
        return False
    if p.place == "operand" and p.scale not in OPERAND_EXACT.get(p.activation, ()):
        return False
    if p.on_operand and p.width == 8 and p.code.kind not in "ui":  # Through f16, from integers.
        return False
    if p.on_operand and not in_range(p):
        return False
    if p.scales_products:
        return p.zero == "none" or p.block[1] % 32 == 0
    if p.input_type == "e4m3":
        return False
    depth = 8 if p.activation == "f16" else p.depth  # m16n8k8
    columns = p.scale_shape[1]
    # Four lanes have a register each of the columns that a scale is for.
    if columns > 1 and not fits(p.block[1], 128 // p.width if p.on_operand else depth):
        return False
    if p.inputs == "group":
        if p.place == "operand" or columns == 1 and (p.k % 2 or not fits(p.k // 2, depth)):
            return False
    return p.acc != "f16" or p.k * largest_number(p.code, p.zero) * 2.0**p.shift <= SCALARS["f16"].largest


DEFAULT_SCALE = {"f16": "f16", "bf16": "bf16", "e4m3": "f32", "e5m2": "f32", "e2m1": "f32", "i8": "f32", "i4": "f32"}
SIZES = ((64, 128), (72, 200), (33, 133), (130, 320), (200, 256))


def axes(activation, architectures, only=None):
    """The axes of one activation type; `only` is the one cell to look at."""
    wide = SCALARS[activation].bits == 16
    narrow = {"f16": ["g8", "g16"], "bf16": ["g8", "g16"], "e4m3": ["g16"], "e5m2": ["g16"], "e2m1": ["g16"]}
    places = ["default", "operand", "accumulator"] if wide else ["default", "operand"]
    input_scales = ["f32", "ue8m0", *(["e4m3"] if activation == "e2m1" else [])]
    values = {
        "cell": [only] if only else cells(activation),
        "arch": [arch for arch in architectures if number(arch) >= ROWS[activation].since],
        "scale": ["f16", "bf16", "f32", "e4m3", "e5m2", "ue8m0"],
        "shape": ["none", "tensor", "channel", *narrow.get(activation, []), "g32", "g64", "g128", "block"],
        "place": places if activation in OPERAND_EXACT else ["default"],
        "inputs": [("none", "f32")] + [(rows, kind) for rows in ("tensor", "token", "group") for kind in input_scales],
        "size": list(SIZES),
        "m": [1, 7, 16, 25, 33, 65],
        "output": ["f16", "bf16", "f32"],
        "global_scale": [False, True],
        "acc": ["default", "f16"] if activation == "f16" else ["default"],
        "perm": [False, True],
        "bias": [False, True],
    }

    def holds(*names):
        """A constraint on these axes, with the most harmless value for every other."""
        harmless = {"cell": (integer("i", 1), "none"), "arch": "sm_120", "scale": DEFAULT_SCALE[activation],
                    "shape": "channel", "place": "default", "inputs": ("none", "f32"), "size": (64, 128), "m": 1,
                    "output": "f32", "global_scale": False, "acc": "default", "perm": False, "bias": False}
        return names, functools.cache(
            lambda *chosen: is_supported(problem(activation, {**harmless, **dict(zip(names, chosen))})))

    return Axes(values, [
        holds("cell", "acc"),
        holds("cell", "scale", "place"),
        holds("scale", "shape", "place", "inputs"),
        holds("cell", "shape", "scale", "place", "inputs"),
        holds("cell", "scale", "shape", "place", "size", "inputs", "arch"),
        holds("cell", "acc", "size"),
        holds("cell", "acc", "size", "shape", "scale", "place", "inputs"),
    ])


def problem(activation, row):
    (code, zero), (inputs, input_type), (n, k) = row["cell"], row["inputs"], row["size"]
    plain = {name: row[name] for name in ("arch", "scale", "shape", "place", "output", "global_scale", "acc", "perm",
                                          "bias", "m")}
    return Problem(activation, code, zero, inputs=inputs, input_type=input_type, n=n, k=k, **plain)


@functools.cache
def problems(activation, architectures=GENERATIONS, full=False):
    """The problems of one activation type, in a fixed order."""
    if not any(number(arch) >= ROWS[activation].since for arch in architectures):
        return []
    arrays = [axes(activation, architectures, cell) for cell in cells(activation)] if full \
        else [axes(activation, architectures)]
    return [problem(activation, row) for array in arrays for row in cover(array)]


def relatives(arch):
    """The architectures that have the instructions of `arch`, one of GENERATIONS, and no others."""
    newer = [number(other) for other in GENERATIONS if number(other) > number(arch)]
    return [other for other in ARCHITECTURES if number(arch) <= number(other) < min(newer, default=1000)]


def on_relative(p):
    """The problem on one of the relatives of its architecture, which take turns."""
    return relatives(p.arch)[zlib.crc32(str(p).encode()) % len(relatives(p.arch))]
