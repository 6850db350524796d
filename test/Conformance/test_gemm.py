# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every problem and M of the matrix against the definition: bit for bit on exact data, in the bound on random data."""

import numpy as np
import pytest
from w4a16 import TOKENS, N, define, from_bits, make_activations, make_weights, round_to, to_bits

GUARD = 0x5A5A  # after the last row of a result; no kernel may touch it


def launch(device, gemm, problem, weights, activations):
    """Packs, multiplies and returns the result's bits, M x N."""
    m, kind = len(activations), problem.activation
    operands = [device.upload(to_bits(kind, activations))]
    operands.append(gemm.pack("b", device.upload(weights.packed_rows("codes"))))
    operands.append(gemm.pack("scale", device.upload(to_bits(kind, weights.scale))))
    if weights.zero is not None:
        operands.append(gemm.pack("zero", device.upload(weights.packed_rows("zero"))))
    if weights.bias is not None:
        operands.append(device.upload(to_bits(kind, weights.bias)))
    result = device.upload(np.full((m + 1, N), GUARD, np.uint16))
    gemm.launch(m, *operands, result)
    device.synchronize()
    bits = result.download((m + 1, N), np.uint16)
    assert (bits[m] == GUARD).all(), "wrote past the last row"
    return bits[:m]


@pytest.mark.parametrize("m", TOKENS, ids=lambda m: f"m{m}")
def test_exact(device, gemm, problem, m):
    rng = np.random.default_rng(m)
    weights, activations = make_weights(problem, True, rng), make_activations(problem, m, True, rng)
    expected = to_bits(problem.activation, round_to(problem.activation, define(problem, weights, activations)[0]))
    got = launch(device, gemm, problem, weights, activations)
    wrong = np.argwhere(got != expected)
    assert not len(wrong), f"{len(wrong)} of {got.size} differ, the first at (m, n) = {tuple(wrong[0])}: " \
        f"expected bits {expected[tuple(wrong[0])]:#06x}, got {got[tuple(wrong[0])]:#06x}"


@pytest.mark.parametrize("m", TOKENS, ids=lambda m: f"m{m}")
def test_random(device, gemm, problem, m):
    rng = np.random.default_rng(1000 + m)
    weights, activations = make_weights(problem, False, rng), make_activations(problem, m, False, rng)
    expected, error = define(problem, weights, activations)
    low, high = (round_to(problem.activation, bound) for bound in (expected - error, expected + error))
    got = from_bits(problem.activation, launch(device, gemm, problem, weights, activations))
    wrong = np.argwhere(~((low <= got) & (got <= high)))
    assert not len(wrong), f"{len(wrong)} of {got.size} are out of bounds, the first at (m, n) = {tuple(wrong[0])}: " \
        f"got {got[tuple(wrong[0])]}, the bounds are {low[tuple(wrong[0])]} and {high[tuple(wrong[0])]}"
