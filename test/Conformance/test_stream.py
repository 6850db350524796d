# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Blocks that share all tiles evenly: whole tiles, parts of them, and sums of parts; for products of warps and of
warpgroups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from formats import NF4, integer, minifloat, table
from test_matrix import check_launches
from test_warpgroup import PreparedSchedule, Scheduled

# One block for everything; fewer than there are tiles, about as many, and more than units of work.
BLOCKS = (1, 3, 5, 7, 132)


@dataclass(frozen=True)
class Streamed(Scheduled):
    """As `Scheduled`, for any matrix instruction, with a number of blocks instead of slices, and sets of warps that
    take their pieces in turn."""

    blocks: int = 1
    mma: str = "m16n8k16"
    copy: str = "cp_async"
    turns: int = 1

    @property
    def schedule(self):
        stages = 2 if self.copy == "sync" else 3
        return (f"#humming.schedule<block = [{16 * self.warps * self.atoms}, {self.tokens}, {self.step}], "
                f"warps = [{self.warps}, 1], stages = {stages}, mma = {self.mma}, copy = {self.copy}, "
                f"split_k = 1, store = {self.store}, blocks = {self.blocks}, turns = {self.turns}>")

    def __str__(self):
        return f"{super().__str__()}-{self.mma}-{self.copy}-b{self.blocks}" + f"-turns{self.turns}" * (self.turns > 1)


def kinds():
    """Three tiles along n; six to eight units along k."""
    grouped = {"scale": "f16", "n": 192, "k": 512}
    yield Streamed("f16", integer("u", 4), zero="code", tokens=8, **grouped)
    yield Streamed("f16", integer("i", 4), arch="sm_75", tokens=8, mma="m16n8k8", copy="sync", **grouped)
    yield Streamed("i8", integer("u", 4), shape="none", output="f32", tokens=16, mma="m16n8k32", n=192, k=512)
    # A table of pairs in shared memory, which a block writes once.
    yield Streamed("bf16", table("nf4", NF4), scale="bf16", shape="channel", output="bf16", bias=True, tokens=8, n=192,
                   k=384)
    hopper = {"arch": "sm_90", "n": 192, "k": 768, "mma": "m64k16"}
    yield Streamed("f16", integer("u", 4), scale="f16", store="shared", **hopper)
    yield Streamed("f16", integer("u", 4), scale="f16", tokens=128, **hopper)
    yield Streamed("f16", table("nf4", NF4), scale="f16", copy="tma", store="shared", **hopper)
    # Stages go on from one piece to the next.
    yield Streamed("f16", integer("u", 4), scale="f16", copy="tma", **hopper)
    yield Streamed("e4m3", integer("i", 4), scale="f32", shape="channel", inputs="token", **{**hopper, "mma": "m64k32"},
                   step=128)
    # Results that leave while the next piece is multiplied; the last box reaches beyond N.
    leaves = {**hopper, "copy": "tma", "store": "tma", "n": 200}
    yield Streamed("f16", integer("u", 4), scale="f16", tokens=8, **leaves)
    yield Streamed("bf16", minifloat(4, 3), scale="bf16", shape="channel", output="f32", bias=True, warps=8, **leaves)
    # Sets of warps that take pieces in turn.
    turns = {**hopper, "copy": "tma", "turns": 2}
    yield Streamed("f16", integer("u", 4), scale="f16", store="shared", **turns)
    yield Streamed("f16", integer("u", 4), scale="f16", store="tma", **turns)
    yield Streamed("e4m3", minifloat(4, 3), scale="f32", shape="channel", **{**turns, "mma": "m64k32"}, step=128)
    yield Streamed("i8", integer("i", 8), scale="f32", shape="g128", inputs="token",
                   **{**turns, "k": 512, "mma": "m64k32"}, step=128)
    # Weights that warpgroups read from shared memory, two instructions a warpgroup.
    yield Streamed("e4m3", minifloat(4, 3), scale="f32", shape="channel", atoms=2,
                   **{**turns, "n": 384, "mma": "m64k32", "store": "tma"}, step=128)


def problems():
    for kind in kinds():
        for blocks in BLOCKS:
            # One token; and a tail behind two tiles.
            for m in (1, 2 * kind.tokens + 3):
                if kind.tokens < 128 or (m > 1 and blocks in (5, 132)):
                    yield replace(kind, m=m, blocks=blocks)


@pytest.mark.parametrize("streamed", list(problems()), ids=str)
def test_stream(device, streamed):
    check_launches(PreparedSchedule(device, streamed), streamed)
