# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the support matrix says no to is refused before anything is built, with a reason that says what would work."""

import re
from dataclasses import replace

import humming_mlir as humming
import pytest
from formats import SCALARS, integer, minifloat
from matrix import ROWS, TABLES, cells, number
from problem import Problem

NEWEST = "sm_121"
CODES = [(integer(sign, bits), "none") for sign in "ui" for bits in range(1, 9)]
CODES += [(integer("u", bits), zero) for bits in range(1, 9) for zero in ("code", "float")]
CODES += [(minifloat(x, y), "none") for x in range(1, 8) for y in range(8 - x)] + [(code, "none") for code in TABLES]
ADVICE = re.compile(r"\buse\b|\bexpected\b|\bneeds?\b|\btake\b")
SPELLED = {scalar.mlir: kind for kind, scalar in SCALARS.items()}


def refusal(problem, by="humming-check-target"):
    """The reason why a problem is refused; `by` is the pass, or "parse" for the op's own verifier."""
    with pytest.raises(humming.HummingError) as caught:
        humming.Problem.parse(problem.ir()).compile(problem.arch, 16)
    assert caught.value.failed_pass == by, str(caught.value)
    return str(caught.value)


def default(activation, code=None, zero="none", **options):
    plain = {"arch": NEWEST, "scale": "f32", "shape": "channel", "output": "f32", **options}
    return Problem(activation, code or integer("i", 1), zero, **plain)


REFUSED = [(activation, code, zero) for activation in ROWS for code, zero in CODES
           if (code, zero) not in cells(activation)]


@pytest.mark.parametrize("activation, code, zero", [
    pytest.param(*cell, id=f"{cell[0]}-{cell[1].name}-{cell[2]}") for cell in REFUSED])
def test_codes(activation, code, zero):
    if zero == "float" and not ROWS[activation].float_zeros:  # Zero points of 16 bits, or codes.
        reason = refusal(default(activation, code, zero), by="parse")
        assert "expected zero points of the weights' code" in reason or "of code or floating-point values" in reason
        return
    reason = refusal(default(activation, code, zero))
    assert ADVICE.search(reason), reason
    advised = re.search(r"use ([\w, ]+) activations", reason)
    for name in re.split(r", | or ", advised[1]) if advised else []:
        assert (code, zero) in cells(SPELLED[name]), f"advises {name}: {reason}"
    if not advised:  # What would work must be in the reason nevertheless.
        row = ROWS[activation]
        bits = row.zeros if zero != "none" else row.integers
        assert re.search(rf"\b{bits}\b", reason), reason


def test_every_code_works_somewhere_or_is_too_wide():
    nowhere = {code.name for code, zero in CODES if not any((code, zero) in cells(activation) for activation in ROWS)}
    assert not nowhere


@pytest.mark.parametrize("activation", [activation for activation in ROWS if ROWS[activation].since > 75])
def test_architectures(activation):
    for arch in ("sm_75", "sm_80", "sm_86", "sm_89", "sm_100"):
        if number(arch) < ROWS[activation].since:
            reason = refusal(default(activation, arch=arch))
            assert f"sm_{ROWS[activation].since} or newer" in reason and arch in reason


U8, U4, I4 = integer("u", 8), integer("u", 4), integer("i", 4)
GROUPED = {"shape": "g64", "n": 64, "k": 128}
OTHERS = {
    "f32-scale-on-f16": (default("f16", scale="f32", place="operand", **GROUPED), "use scale = accumulator"),
    "bf16-scale-on-f16": (default("f16", scale="bf16", place="operand", **GROUPED), "use scale = accumulator"),
    "ue8m0-scale-on-f16": (default("f16", scale="ue8m0", place="operand", **GROUPED), "bf16 activations"),
    "overflow-in-f16": (default("f16", U8, "code", scale="e4m3", place="operand", **GROUPED),
                        "114240, beyond the 65504"),
    "overflow-by-default": (default("f16", U8, "code", scale="e4m3", **GROUPED), "use scale = accumulator"),
    "flush-in-f16": (default("f16", minifloat(4, 3), scale="e5m2", place="operand", **GROUPED),
                     "use scale = accumulator"),
    "group-of-48": (default("f16", I4, scale="f16", shape="g48", n=64, k=96), "8, 16, 32 or a multiple of 64"),
    "group-of-8": (default("bf16", I4, scale="f32", shape="g8", n=64, k=64), "16, 32 or a multiple of 64"),
    "group-of-16": (default("e4m3", I4, shape="g16", n=64, k=64), "32 or a multiple of 64"),
    "group-of-32": (default("i4", I4, shape="g32", n=64, k=64), "a multiple of 64"),
    "input-group-of-8": (default("bf16", I4, inputs="group", n=64, k=16), "16, 32 or a multiple of 64"),
    "input-group-on-operands": (default("f16", I4, scale="f16", place="operand", inputs="group", **GROUPED),
                                "scale = accumulator"),
    "input-scale-of-f16": (default("f16", inputs="token", input_type="f16"), "f32 or f8E8M0FNU"),
    "f16-sums": (default("f16", U8, acc="f16", n=64, k=1024), "use acc = f32"),
    "i32-sums": (default("i8", integer("i", 8), n=16, k=2**17 + 64), "use groups that scale accumulators"),
}


@pytest.mark.parametrize("refused, advice", OTHERS.values(), ids=list(OTHERS))
def test_others(refused, advice):
    assert advice in refusal(refused)


@pytest.mark.parametrize("taken", [
    default("f16", U8, "code", scale="e4m3", place="accumulator", **GROUPED),
    default("bf16", U8, "code", scale="e4m3", place="operand", **GROUPED),
    default("f16", I4, scale="f16", shape="g48", n=64, k=48),
    default("f16", U8, acc="f16", n=64, k=511),
    default("i8", integer("i", 8), n=16, k=2**17 - 1),
    replace(default("i8", integer("i", 8), shape="g64", n=16, k=2**17 + 64)),
], ids=str)
def test_what_is_advised_compiles(taken):
    assert humming.Problem.parse(taken.ir()).compile(taken.arch, 16).kernels
