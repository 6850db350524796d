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


def unpack_codes(data, bits):
    """The codes in packed weights, by the formula of docs/Layouts.md.

    A tile of 16 rows and 64 columns is 32 lanes; a lane has w words of 32 bits in a plane of w bits, in runs of at most
    four. Lane 4g + t holds the rows g and g + 8 and the columns 2t, 2t + 1, 2t + 8, 2t + 9 of each 16. Register r =
    4 atom + 2 khalf + rowhalf is in slot r % J of a half of a word, J = 16 / the bits of the widest plane.
    """
    codes = np.zeros((N // 16, 2, 8, K // 64, 4, 2, 4, 2), np.uint8)  # .., rowhalf, g, .., atom, khalf, t, low
    planes = [width for width in (8, 4, 2, 1) if bits & width]
    slot, first = planes[0], 0
    for width in planes:
        plane, data = np.split(data, [N * K * width // 8])
        run = min(width, 4)
        words = plane.view("<u4").reshape(N // 16, K // 64, width // run, 8, 4, run)  # .., run, g, t, word
        for r in range(16):
            block, of_slot = r // (16 // slot), slot // width
            word = words[:, :, block // of_slot // run, :, :, block // of_slot % run]
            for low in range(2):
                bit = slot * (r % (16 // slot)) + width * (block % of_slot) + 16 * low
                part = (word >> bit & (1 << width) - 1) << first
                codes[:, r % 2, :, :, r // 4, r // 2 % 2, :, low] |= part.transpose(0, 2, 1, 3).astype(np.uint8)
        first += width
    return codes.reshape(N, K)


def unpack_operands(data):
    """N x K operands of 8 bits, by the formula of docs/Layouts.md: [n / 64][k / 16][64 rows][16 bytes]."""
    return data.reshape(N // 64, K // 16, 64, 16).transpose(0, 2, 1, 3).reshape(N, K)


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
    assert (unpack_codes(base["b"], 4) == weights.codes).all()
    scale = unpack_groups(base["scale"], np.uint16, problem.groups)
    assert (scale == to_bits(problem.activation, weights.scale)).all()
    if problem.zero:
        assert (unpack_groups(base["zero"], np.uint8, problem.groups) == weights.zero).all()


@pytest.mark.parametrize("code", ["u1", "u2", "i3", "u5", "e3m2", "i7", "u8"])
def test_unpacking_planes_gives_the_codes_back(device, code):
    bits = sum(map(int, code[1::2])) + code.startswith("e")
    codes = np.random.default_rng(bits).integers(0, 1 << bits, (N, K), np.uint8)
    rows = np.packbits((codes[..., None] >> np.arange(bits) & 1).reshape(N, -1), axis=1, bitorder="little")
    gemm = humming.Jit(device, "sm_80").add(Problem("any", "bf16", code, 64, False).describe())
    memory = gemm.pack("b", device.upload(rows))
    device.synchronize()
    assert (unpack_codes(memory.download((gemm.packed_bytes("b"),), np.uint8), bits) == codes).all()


# Of e4m3 480 is 448, of e5m2 65536 to 114688 are 57344, and nothing else changes; of u8 128 is 0.
OPERANDS = {
    ("e4m3", "e4m3"): {0x7f: 0x7e, 0xff: 0xfe},
    ("e5m2", "e5m2"): {sign | code: sign | 0x7b for sign in (0, 0x80) for code in range(0x7c, 0x80)},
    ("i8", "i8"): {},
    ("i8", "u8"): {code: code ^ 0x80 for code in range(256)},
}


@pytest.mark.parametrize(("activation", "code"), OPERANDS, ids="-".join)
def test_codes_as_wide_as_operands_are_packed_as_these(device, activation, code):
    codes = np.random.default_rng(8).integers(0, 256, (N, K), np.uint8)
    table = np.arange(256, dtype=np.uint8)
    for old, new in OPERANDS[activation, code].items():
        table[old] = new
    assert set(codes.flat) == set(range(256))
    packs = []
    for arch in ("sm_89", "sm_90"):
        problem = humming.Problem.gemm(n=N, k=K, code=code, group=0, activation=activation, scale="f32", output="f16")
        gemm = humming.Jit(device, arch).add(problem)
        memory = gemm.pack("b", device.upload(codes))
        device.synchronize()
        packs.append(memory.download((gemm.packed_bytes("b"),), np.uint8))
        assert (unpack_operands(packs[-1]) == table[codes]).all()
    assert (packs[0] == packs[1]).all()


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
