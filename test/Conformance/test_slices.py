# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Slices of k that are added in the shared memory of a cluster: for products of warps and of warpgroups, beside copies
that blocks share, in buffers of their own and in place of the stages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from formats import integer, minifloat
from test_matrix import check_launches
from test_warpgroup import PreparedSchedule, Scheduled


@dataclass(frozen=True)
class Sliced(Scheduled):
    """As `Scheduled`, for any matrix instruction, with slices in clusters and blocks that share copies."""

    mma: str = "m16n8k16"
    cluster: int = 1

    @property
    def schedule(self):
        return (f"#humming.schedule<block = [{16 * self.warps * self.atoms}, {self.tokens}, {self.step}], "
                f"warps = [{self.warps}, 1], stages = 3, mma = {self.mma}, copy = {self.copy}, "
                f"split_k = {self.split}, store = {self.store}, cluster = {self.cluster}, fixup = cluster>")

    def __str__(self):
        return f"{super().__str__()}-{self.mma}-c{self.cluster}"


def kinds():
    common = {"arch": "sm_90", "n": 128, "k": 512, "scale": "f16"}
    yield Sliced("f16", integer("u", 4), zero="code", tokens=8, split=4, **common)
    # Eight tiles in slices of two, two, two, one and one; three of three, three and two.
    yield Sliced("f16", integer("u", 3), tokens=8, split=5, **common)
    yield Sliced("f16", integer("i", 4), tokens=8, split=3, store="shared", **common)
    yield Sliced("f16", integer("u", 4), tokens=64, split=8, **common)
    yield Sliced("i8", integer("u", 4), arch="sm_90", n=128, k=512, shape="none", output="f32", tokens=16, split=2,
                 mma="m16n8k32")
    # A table in shared memory.
    yield Sliced("bf16", minifloat(4, 3), arch="sm_90", n=128, k=512, scale="bf16", shape="channel", output="bf16",
                 bias=True, tokens=8, split=4)
    wide = {**common, "k": 1024, "mma": "m64k16"}
    yield Sliced("f16", integer("u", 4), split=4, **wide)
    yield Sliced("f16", integer("u", 4), tokens=64, split=8, store="shared", **wide)
    yield Sliced("f16", integer("u", 4), split=4, copy="tma", **wide)
    yield Sliced("f16", integer("u", 4), tokens=64, split=4, copy="tma", store="shared", **wide)
    yield Sliced("f16", integer("u", 4), tokens=16, split=4, copy="tma", cluster=2, **wide)
    yield Sliced("f16", integer("u", 4), tokens=64, split=2, copy="tma", cluster=2, store="shared", **wide)
    yield Sliced("f16", integer("u", 4), tokens=32, warps=8, split=4, copy="tma", **wide)
    yield Sliced("f16", integer("u", 4), tokens=64, warps=8, split=2, copy="tma", store="tma", **wide)


def problems():
    for kind in kinds():
        # One token; a tail behind a tile.
        yield replace(kind, m=1)
        yield replace(kind, m=kind.tokens + 3)


@pytest.mark.parametrize("sliced", list(problems()), ids=str)
def test_slices(device, sliced):
    check_launches(PreparedSchedule(device, sliced), sliced)
