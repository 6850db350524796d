# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Batch invariance: with `order = fixed` a token's results have the same bits whatever M is, wherever it is and
whatever is beside it. One problem for each way in which sums are made; every kernel of the plan up to 1024 tokens."""

from dataclasses import replace

import humming_mlir as humming
import numpy as np
import pytest
from conftest import generations
from data import make_random
from formats import integer, minifloat
from problem import Problem
from test_matrix import Prepared, check_bound, seed

PROBES = 3  # tokens that are in every launch
SIZES = {"n": 64, "k": 2048, "output": "f32"}
PROBLEMS = [
    Problem("f16", integer("u", 4), arch="sm_75", shape="g128", zero="code", **SIZES),
    Problem("f16", integer("u", 4), arch="sm_80", shape="g128", **SIZES),
    Problem("bf16", integer("i", 6), arch="sm_80", scale="bf16", shape="channel", perm=True, **SIZES),
    Problem("i8", integer("u", 4), arch="sm_80", scale="f32", shape="g128", inputs="token", **SIZES),
    Problem("e4m3", integer("u", 4), arch="sm_89", scale="f32", shape="g128", inputs="group", **SIZES),
    Problem("f16", integer("u", 4), arch="sm_90", shape="g128", **SIZES),
    Problem("e4m3", integer("i", 4), arch="sm_90", scale="f32", shape="channel", **SIZES),
    Problem("e4m3", integer("u", 4), arch="sm_90", scale="f32", shape="g128", **SIZES),
    Problem("e2m1", minifloat(2, 1), arch="sm_120", scale="ue8m0", shape="g32", inputs="group", input_type="ue8m0",
            **SIZES),
]


class PreparedOrder(Prepared):
    def __init__(self, device, problem, fixed):
        self.device, self.problem = device, problem
        description = humming.Problem.gemm(**problem.describe(), fixed_order=fixed)
        assert ("order = fixed" in description.ir) == fixed
        self.gemm = humming.Jit(device, problem.arch).add(description)
        self.tokens = [entry.tokens for entry in description.plan(problem.arch) if not entry.pack]

    def launches(self):
        """(places of the probes, their results) for a number of tokens of each kernel, and how far others differ."""
        largest = 1 + max(limit for limit in self.tokens if limit <= 256)
        data = make_random(replace(self.problem, m=largest), seed(self.problem, "order"))
        rng = np.random.default_rng(7)
        for m in sorted({*(limit for limit in self.tokens if 0 < limit < largest), PROBES, 13, largest}):
            places = rng.permutation(m)[:PROBES]
            rows = rng.integers(PROBES, largest, m)
            rows[places] = range(PROBES)
            inputs = data.inputs[rows] if data.inputs is not None else None
            part = replace(data, activations=data.activations[rows], inputs=inputs)
            self.problem = replace(self.problem, m=m)
            got = self.launch(part)
            check_bound(self.problem, got, part)
            yield m, got[places]


def different_bits(device, problem, fixed):
    """For each number of tokens but the first, how many bit patterns of the probes are not those of the first."""
    launches = PreparedOrder(device, problem, fixed).launches()
    _, first = next(launches)
    return {m: int((got != first).sum()) for m, got in launches}


@pytest.mark.parametrize("ordered", PROBLEMS, ids=str)
def test_equal_bits_for_every_m(device, pytestconfig, ordered):
    if ordered.arch not in generations(pytestconfig):
        pytest.skip(f"not for {ordered.arch}")
    assert not any(different_bits(device, ordered, fixed=True).values())


def test_other_orders_give_other_bits(device, pytestconfig):
    """The data of this file tells orders apart: those chosen for each number of tokens alone give other bits."""
    assert any(any(different_bits(device, ordered, fixed=False).values()) for ordered in PROBLEMS
               if ordered.arch in generations(pytestconfig))
