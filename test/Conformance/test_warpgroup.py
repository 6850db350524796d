# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Schedules of warpgroups (wgmma): every activation type that has them, tails of tokens, split sums, copies by
the threads that multiply and by a warp of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import humming_mlir as humming
import pytest
from formats import SCALARS, integer, minifloat
from problem import Problem
from test_matrix import Prepared, check_launches


@dataclass(frozen=True)
class Scheduled(Problem):
    """A problem that says how it is run: tokens and k of a tile, warps along n and atoms of each, slices of k or
    blocks that share tiles, how results are stored, who copies."""

    tokens: int = 16
    step: int = 64
    warps: int = 4
    atoms: int = 1
    split: int = 1
    store: str = "direct"
    blocks: int = 0
    copy: str = "cp_async"

    @property
    def schedule(self):
        depth = {16: "m64k16", 8: "m64k32"}[SCALARS[self.activation].bits]
        blocks = f", blocks = {self.blocks}" if self.blocks else ""
        return (f"#humming.schedule<block = [{16 * self.warps * self.atoms}, {self.tokens}, {self.step}], "
                f"warps = [{self.warps}, 1], stages = 3, mma = {depth}, copy = {self.copy}, "
                f"split_k = {self.split}, store = {self.store}{blocks}>")

    def __str__(self):
        shape = f"t{self.tokens}x{self.step}-w{self.warps}x{self.atoms}-s{self.split}"
        parts = [str(super().__str__()), shape, self.store]
        return "-".join(parts + [f"b{self.blocks}"] * bool(self.blocks) + [self.copy] * (self.copy != "cp_async"))

    def ir(self):
        text, attribute = super().ir(), f"schedule = {self.schedule}"
        if "attributes {" in text:
            return text.replace("attributes {", f"attributes {{{attribute}, ", 1)
        head, region = text.split(" {\n^bb0", 1)
        return f"{head} attributes {{{attribute}}} {{\n^bb0{region}"


class PreparedSchedule(Prepared):
    def __init__(self, device, problem):
        self.device, self.problem = device, problem
        self.gemm = humming.Jit(device, problem.arch).add(humming.Problem.parse(problem.ir()))


def halves():
    for activation in ("f16", "bf16"):
        common = {"arch": "sm_90", "scale": activation, "output": activation, "n": 128, "k": 512}
        yield Scheduled(activation, integer("u", 4), **common)
        yield Scheduled(activation, integer("u", 4), zero="code", tokens=32, warps=8, **common)
        yield Scheduled(activation, integer("i", 4), shape="channel", tokens=8, step=128, bias=True, **common)
        yield Scheduled(activation, integer("u", 4), zero="float", shape="channel", tokens=64, store="shared", **common)
        yield Scheduled(activation, minifloat(2, 1), shape="g32", atoms=2, **common)
        # Twelve results a lane.
        yield Scheduled(activation, integer("u", 4), tokens=24, **common)
        yield Scheduled(activation, integer("i", 4), tokens=24, warps=8, store="shared", **common)


def bytes_():
    for activation, code in (("i8", integer("u", 4)), ("i8", integer("i", 8)), ("e4m3", integer("i", 4)),
                             ("e4m3", minifloat(4, 3)), ("e5m2", integer("i", 4))):
        common = {"arch": "sm_90", "shape": "channel", "scale": "f32", "n": 128, "k": 1024, "step": 128}
        yield Scheduled(activation, code, **common)
        yield Scheduled(activation, code, inputs="token", tokens=32, atoms=2, **common)
        yield Scheduled(activation, code, tokens=16, warps=8, store="shared", **common)


def groups():
    """Scales of sums of groups: of weights, of tokens, of both; groups of one tile and of several; two atoms a warp,
    two warpgroups, zero points, codes in two planes, codes of 8 bits."""
    for activation, code in (("i8", integer("u", 4)), ("e4m3", integer("u", 4)), ("e5m2", integer("i", 4))):
        common = {"arch": "sm_90", "scale": "f32", "n": 128, "k": 1024, "step": 128}
        yield Scheduled(activation, code, shape="g128", **common)
        yield Scheduled(activation, code, shape="g256", atoms=2, tokens=32, **common)
        yield Scheduled(activation, code, shape="g128", inputs="group", warps=8, **common)
        yield Scheduled(activation, code, shape="g256", inputs="group", store="shared", **common)
        yield Scheduled(activation, code, shape="channel", inputs="group", tokens=8, **common)
    common = {"arch": "sm_90", "n": 128, "k": 1024, "step": 128, "shape": "g128"}
    yield Scheduled("i8", integer("u", 4), scale="f16", zero="code", **common)
    yield Scheduled("i8", integer("i", 8), scale="bf16", **common)
    yield Scheduled("e4m3", integer("u", 3), scale="ue8m0", **common)
    yield Scheduled("e4m3", minifloat(4, 3), scale="f32", inputs="group", input_type="ue8m0", **common)
    for activation in ("f16", "bf16"):
        common = {"arch": "sm_90", "scale": "f32", "n": 128, "k": 512, "step": 64}
        yield Scheduled(activation, integer("u", 4), shape="g64", **common)
        yield Scheduled(activation, minifloat(2, 1), shape="g128", atoms=2, **common)


def folded():
    """Scales of groups in operands of 8 bits: groups of one tile, of two and of half of one, codes in two planes, zero
    points."""
    common = {"arch": "sm_90", "scale": "e4m3", "place": "operand", "n": 128, "k": 1024, "step": 128}
    yield Scheduled("e4m3", integer("u", 4), shape="g128", **common)
    yield Scheduled("e4m3", integer("u", 4), shape="g64", tokens=32, warps=8, **common)
    yield Scheduled("e4m3", integer("i", 5), shape="g256", atoms=2, inputs="token", **common)
    yield Scheduled("e4m3", integer("u", 4), shape="g128", zero="code", store="shared", **common)
    yield Scheduled("e5m2", integer("u", 3), shape="g16", **common)


def problems():
    for problem in (*halves(), *bytes_(), *groups(), *folded()):
        # One token; a tile and a tail; tails of every tile.
        for m, split in ((1, 1), (problem.tokens + 3, 2), (2 * problem.tokens - 1, 1)):
            yield replace(problem, m=m, split=split)
        # Input scales of groups go another way.
        if problem.inputs != "group":
            for m, split, blocks in ((1, 2, 0), (problem.tokens + 3, 1, 0), (2 * problem.tokens + 1, 1, 3)):
                yield replace(problem, m=m, split=split, blocks=blocks, copy="tma")


@pytest.mark.parametrize("scheduled", list(problems()), ids=str)
def test_warpgroup(device, scheduled):
    check_launches(PreparedSchedule(device, scheduled), scheduled)


@pytest.mark.parametrize("activation", ["f16", "bf16", "e4m3", "e5m2", "i8"])
def test_multiplies_by_warpgroups(activation):
    """What the suite runs is what it is about."""
    scheduled = next(problem for problem in problems() if problem.activation == activation)
    ptx = humming.Problem.parse(scheduled.ir()).compile("sm_90", scheduled.m).ptx
    assert "wgmma.mma_async" in ptx
    assert "mma.sync" not in ptx


@pytest.mark.parametrize("activation, code, is_shared", [
    ("e4m3", minifloat(4, 3), True), ("e5m2", minifloat(5, 2), True), ("i8", integer("i", 8), True),
    ("e4m3", integer("i", 4), False), ("f16", integer("i", 8), False)], ids=str)
def test_reads_weights_that_are_operands(activation, code, is_shared):
    """Products take a descriptor of such weights, registers of others."""
    step = {8: 128, 16: 64}[SCALARS[activation].bits]
    scheduled = Scheduled(activation, code, arch="sm_90", shape="channel", scale="f32", n=128, k=1024, step=step)
    ptx = humming.Problem.parse(scheduled.ir()).compile("sm_90", scheduled.m).ptx
    products = re.findall(r"wgmma\.mma_async\S* \{[^}]*\}, (.)", ptx)
    assert products
    assert set(products) == {"%" if is_shared else "{"}
