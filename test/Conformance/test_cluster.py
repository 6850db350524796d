# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Blocks side by side along n that share the copies of their activations: two, four and eight, whole tiles, slices that
are added through memory, and shares of all tiles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from formats import integer, minifloat
from test_matrix import check_launches
from test_warpgroup import PreparedSchedule, Scheduled


@dataclass(frozen=True)
class Clustered(Scheduled):
    """As `Scheduled`, with blocks that share their copies, and sets of warps in them that take tiles in turn."""

    copy: str = "tma"
    cluster: int = 2
    turns: int = 1

    @property
    def schedule(self):
        return f"{super().schedule[:-1]}, cluster = {self.cluster}, turns = {self.turns}>"

    def __str__(self):
        return f"{super().__str__()}-c{self.cluster}" + f"-turns{self.turns}" * (self.turns > 1)


def kinds():
    half = {"arch": "sm_90", "scale": "f16", "k": 1024}
    yield Clustered("f16", integer("u", 4), n=128, **half)
    yield Clustered("f16", integer("u", 4), n=248, warps=8, store="tma", **half)
    yield Clustered("f16", integer("u", 4), zero="code", n=256, tokens=32, cluster=4, **half)
    yield Clustered("f16", integer("i", 4), n=512, tokens=64, cluster=8, store="shared", **{**half, "k": 512})
    yield Clustered("bf16", minifloat(2, 1), arch="sm_90", scale="bf16", output="bf16", n=256, k=512, warps=8,
                    bias=True)
    yield Clustered("f16", integer("u", 4), n=256, tokens=128, atoms=2, **half)
    byte = {"arch": "sm_90", "scale": "f32", "k": 1024, "step": 128}
    yield Clustered("e4m3", integer("i", 4), shape="channel", inputs="token", n=256, tokens=32, cluster=4, **byte)
    yield Clustered("i8", integer("u", 4), shape="g128", n=128, tokens=32, **byte)
    yield Clustered("i8", integer("u", 8), shape="channel", n=256, tokens=32, atoms=2, **byte)


def problems():
    for kind in kinds():
        # One token; a tail behind two tiles.
        for m in (1, 2 * kind.tokens + 3):
            yield replace(kind, m=m)
            yield replace(kind, m=m, split=2)
        # One cluster for everything, and two that share tiles.
        for clusters in (1, 2):
            yield replace(kind, m=2 * kind.tokens + 3, blocks=clusters * kind.cluster)
        if kind.warps == 4 and kind.store != "shared":
            yield replace(kind, m=2 * kind.tokens + 3, blocks=kind.cluster, turns=2)


@pytest.mark.parametrize("clustered", list(problems()), ids=str)
def test_cluster(device, clustered):
    check_launches(PreparedSchedule(device, clustered), clustered)
