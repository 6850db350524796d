# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Launches that may overlap: a chain of products, each of which reads what the one before it writes, and all of which
share a workspace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from formats import integer, pack_rows, to_bytes
from test_matrix import seed
from test_stream import Streamed
from test_warpgroup import PreparedSchedule

TOKENS = 13
LINKS = 3


@dataclass(frozen=True)
class Chained(Streamed):
    """As `Streamed`, square, with slices or blocks, and tiles of k that are prefetched."""

    prefetch: int = 0

    @property
    def schedule(self):
        text = super().schedule.replace("split_k = 1", f"split_k = {self.split}")
        return text[:-1] + f", prefetch = {self.prefetch}>"

    def __str__(self):
        return f"{super().__str__()}-p{self.prefetch}"


def problems():
    square = {"arch": "sm_90", "n": 256, "k": 256, "tokens": 8, "blocks": 0}
    u4, u6 = integer("u", 4), integer("u", 6)
    yield Chained("f16", u4, **square)
    yield Chained("f16", u4, zero="code", prefetch=1, **square)
    yield Chained("f16", u6, prefetch=3, split=2, **square)
    yield Chained("f16", u4, prefetch=4, copy="sync", split=3, **square)
    # A channel's scale is read behind the sum, activations by a permutation.
    yield Chained("f16", u4, prefetch=2, shape="channel", place="accumulator", perm=True, **square)
    yield Chained("bf16", u4, prefetch=2, scale="bf16", output="bf16", **{**square, "blocks": 5})
    yield Chained("f16", u4, prefetch=4, mma="m64k16", store="shared", **square)
    yield Chained("f16", u4, prefetch=2, mma="m64k16", split=2, **square)
    # The warp that copies waits as well.
    yield Chained("f16", u4, prefetch=4, mma="m64k16", copy="tma", **square)
    # Before sm_90 launches wait for one another, whatever is asked for.
    yield Chained("f16", u4, **{**square, "arch": "sm_80"})


@pytest.mark.parametrize("chained", list(problems()), ids=str)
def test_chain(device, chained):
    p, rng = chained, seed(chained, "chain")
    gemm = PreparedSchedule(device, p).gemm
    perm = [device.upload(rng.permutation(p.k).astype(np.int32))] if p.perm else []
    codes = rng.integers(0, 2**p.code.bits, (p.n, p.k))
    # Results are about as large as activations.
    scale = rng.uniform(0.5, 1.5, p.scale_shape) / (2 ** (p.code.bits - 2) * p.k**0.5)
    weights = [
        gemm.pack("b", device.upload(pack_rows(codes, p.code.bits)), **({"perm": perm[0]} if perm else {})),
        gemm.pack("scale", device.upload(to_bytes(p.scale, scale))),
    ]
    if p.zero == "code":
        zero = np.full(p.scale_shape, 2 ** (p.code.bits - 1))
        weights.append(gemm.pack("zero", device.upload(pack_rows(zero, p.code.bits))))
    activations = device.upload(to_bytes(p.activation, rng.standard_normal((TOKENS, p.k))))
    device.synchronize()

    def run(dependent):
        chain = [activations]
        for _ in range(LINKS):
            chain.append(device.upload(np.zeros((TOKENS, p.n), np.uint16)))
        for link, (source, result) in enumerate(zip(chain, chain[1:], strict=False)):
            gemm.launch(TOKENS, source, *weights, *perm, result, dependent=dependent and link > 0)
            if not dependent:
                device.synchronize()
        device.synchronize()
        return [result.download((TOKENS, p.n), np.uint16) for result in chain[1:]]

    expected = run(dependent=False)
    assert len({bits.tobytes() for bits in expected}) == LINKS, "links that cannot be told apart show nothing"
    for _ in range(3):
        for bits, reference in zip(run(dependent=True), expected, strict=True):
            assert (bits == reference).all()
