# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pack once: the packed bytes are a function of the codes and the operand's type, and nothing else."""

import humming_mlir as humming
import numpy as np
import pytest
from w4a16 import GROUPS, K, N, Problem, make_weights, to_bits

PROBLEMS = [
    Problem("any", "f16", code, group, zero)
    for code in ("u4", "i4") for group in GROUPS for zero in (False, True) if not (zero and code == "i4")
]


def packed(device, arch, description, problem, weights):
    """The packed bytes of every operand that has them."""
    gemm = humming.Jit(device, arch).add(description)
    sources = {"b": weights.packed_rows("codes"), "scale": to_bits(problem.activation, weights.scale)}
    if weights.zero is not None:
        sources["zero"] = weights.packed_rows("zero")
    result = {}
    for role, source in sources.items():
        memory = gemm.pack(role, device.upload(source))
        device.synchronize()
        result[role] = memory.download((gemm.packed_bytes(role),), np.uint8)
    return result


def unpack_codes(data):
    """The codes in packed weights, by the formula of docs/Layouts.md.

    A tile of 16 rows and 64 columns is 32 lanes of four 32-bit words, one for each 16 columns. Lane 4g + t holds the
    rows g and g + 8 and the columns 2t, 2t + 1, 2t + 8, 2t + 9, code (khalf, rowhalf, low) at bit
    4 (4 low + 2 khalf + rowhalf).
    """
    words = data.view("<u4").reshape(N // 16, K // 64, 8, 4, 4)  # tile row, tile column, g, t, atom
    codes = np.empty((N // 16, 2, 8, K // 64, 4, 2, 4, 2), np.uint8)  # .., rowhalf, g, .., atom, khalf, t, low
    for khalf in range(2):
        for rowhalf in range(2):
            for low in range(2):
                field = words >> (4 * (4 * low + 2 * khalf + rowhalf)) & 0xF
                codes[:, rowhalf, :, :, :, khalf, :, low] = field.transpose(0, 2, 1, 4, 3)
    return codes.reshape(N, K)


def unpack_groups(data, dtype, groups):
    """N x groups from [groups][N / 64][row % 8][row / 8]."""
    values = data.view(dtype).reshape(-1, N // 64, 8, 8)[:groups]
    return values.transpose(1, 3, 2, 0).reshape(N, groups)


@pytest.fixture(params=PROBLEMS, ids=str)
def case(request, device):
    weights = make_weights(request.param, False, np.random.default_rng(7))
    base = packed(device, "sm_80", request.param.describe(), request.param, weights)
    return request.param, weights, base


def test_unpacking_gives_the_codes_back(case):
    problem, weights, base = case
    assert (unpack_codes(base["b"]) == weights.codes).all()
    scale = unpack_groups(base["scale"], np.uint16, problem.groups)
    assert (scale == to_bits(problem.activation, weights.scale)).all()
    if problem.zero:
        assert (unpack_groups(base["zero"], np.uint8, problem.groups) == weights.zero).all()


def same(first, second):
    return first.keys() == second.keys() and all((first[role] == second[role]).all() for role in first)


def test_every_architecture_packs_alike(device, case):
    problem, weights, base = case
    for arch in ("sm_75", "sm_86", "sm_89", "sm_90"):
        assert same(packed(device, arch, problem.describe(), problem, weights), base), arch


def test_every_m_packs_alike(device, case):
    problem, weights, base = case
    for m in (1, 16, 64, 129):
        assert same(packed(device, "sm_80", problem.describe(m=m), problem, weights), base), m


SCHEDULES = [
    "block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16, copy = cp_async, split_k = 1",
    "block = [128, 64, 128], warps = [4, 2], stages = 4, mma = m16n8k16, copy = cp_async, split_k = 1",
    "block = [64, 32, 64], warps = [2, 2], stages = 2, mma = m16n8k16, copy = sync, split_k = 2",
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=["small", "large", "split"])
def test_every_schedule_packs_alike(device, case, schedule):
    problem, weights, base = case
    ir = problem.describe().ir
    head, arrow, tail = ir.partition("humming.gemm")
    result, brace, region = tail.partition("{")
    scheduled = f"{head}{arrow}{result}attributes {{schedule = #humming.schedule<{schedule}>}} {{{region}"
    assert same(packed(device, "sm_80", humming.Problem.parse(scheduled), problem, weights), base)
