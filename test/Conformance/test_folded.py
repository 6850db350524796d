# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scales of groups folded into weights of e4m3, multiplied by mma.sync; test_warpgroup.py has wgmma, and test_matrix.py
other codes and zero points."""

from __future__ import annotations

import re

import humming_mlir as humming
import pytest
from formats import integer
from problem import Problem
from test_matrix import Prepared, check_launches

PROBLEMS = [Problem("e4m3", integer("u", 4), arch="sm_89", scale="e4m3", shape=shape, place="operand", n=n, k=512, m=m)
            for shape in ("g64", "g128") for n, m in ((64, 1), (72, 17), (128, 65))]


@pytest.mark.parametrize("folded", PROBLEMS, ids=str)
def test_folded(device, folded):
    check_launches(Prepared(device, folded), folded)


@pytest.mark.parametrize("arch", ["sm_89", "sm_90"])
def test_converts_two_at_a_time(arch):
    """Weights and scales; no sums are scaled."""
    ptx = humming.Problem.parse(PROBLEMS[-1].ir()).compile(arch, 64).ptx
    assert set(re.findall(r"cvt\.\S*e4m3\S*", ptx)) == {"cvt.rn.satfinite.e4m3x2.f16x2", "cvt.rn.f16x2.e4m3x2"}
    assert "fma.rn.f32" not in ptx
