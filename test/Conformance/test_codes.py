# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every code of at most 8 bits against its table, bit for bit: each output is one weight times a power of two.

Shapes, groups and zero points vary from code to code, so that tails of N and K, short and long groups and every
plane of a packed code are met.
"""

import zlib

import humming_mlir as humming
import numpy as np
from conftest import architectures
from w4a16 import round_to, to_bits

INTEGERS = [f"{sign}{bits}" for sign in "ui" for bits in range(1, 9)]
MINIFLOATS = [f"e{x}m{y}" for x in range(1, 8) for y in range(7) if x + y < 8]
# Dettmers et al., "QLoRA", Appendix E.
TABLES = {"nf4": [-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
                  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
                  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
                  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0]}
SHAPES = [(64, 128, 32), (7, 264, 8), (130, 512, 256), (100, 96, 16), (72, 384, 192), (128, 256, 64)]  # n, k, group
MOST_EXPONENT_BITS = {"f16": 5, "bf16": 7}
TOKENS = 33


def width(code):
    if code in TABLES:
        return len(TABLES[code]).bit_length() - 1
    return int(code[1]) if code[0] in "ui" else 1 + int(code[1]) + int(code[3])


def table(code):
    """The values of a code, from its definition in docs/Numerics.md."""
    if code in TABLES:
        return np.array(TABLES[code])
    codes = np.arange(2 ** width(code))
    if code[0] == "u":
        return codes.astype(float)
    if code[0] == "i":
        return np.where(codes >= len(codes) // 2, codes - len(codes), codes).astype(float)
    x, y = int(code[1]), int(code[3])
    exponent, fraction = codes >> y & 2**x - 1, codes & 2**y - 1
    leading = np.where(exponent > 0, 2**y, 0)
    magnitude = np.ldexp(leading + fraction, np.maximum(exponent, 1) - (2 ** (x - 1) - 1) - y)
    return np.where(codes >= len(codes) // 2, -magnitude, magnitude)


def packed_rows(codes, bits):
    """Rows of codes, bit by bit from the least significant; each row fills whole bytes."""
    spread = codes[:, :, None] >> np.arange(bits) & 1
    return np.packbits(spread.reshape(len(codes), -1).astype(np.uint8), axis=1, bitorder="little")


def cases(config):
    activations = [config.getoption("--activation")] if config.getoption("--activation") else ["f16", "bf16"]
    for arch in architectures(config):
        for activation in activations:
            if activation == "bf16" and arch == "sm_75":
                continue
            for code in INTEGERS + MINIFLOATS + list(TABLES):
                if code[0] == "e" and int(code[1]) > MOST_EXPONENT_BITS[activation]:
                    continue
                for zero in [False, True] if code[0] == "u" else [False]:
                    yield arch, activation, code, zero


def scale_cases(config):
    for arch, activation, code, _ in cases(config):
        if code == "e2m1":
            yield arch, activation, "e4m3"
            if activation == "bf16":
                yield arch, activation, "ue8m0"


def pytest_generate_tests(metafunc):
    if metafunc.function is test_table:
        metafunc.parametrize("arch, activation, code, zero", list(cases(metafunc.config)))
    else:
        metafunc.parametrize("arch, activation, scale", list(scale_cases(metafunc.config)))


def scale_bytes(kind):
    """All positive scales of one byte whose product with e2m1 is a normal number, and their values."""
    if kind == "ue8m0":
        codes = np.arange(10, 251)
        return codes, np.ldexp(1.0, codes - 127)
    codes = np.arange(0x7F)
    exponent, fraction = codes >> 3, codes & 7
    return codes, np.ldexp(fraction + np.where(exponent > 0, 8, 0), np.maximum(exponent, 1) - 10)


def test_table(device, arch, activation, code, zero):
    seed = zlib.crc32(f"{arch} {activation} {code} {zero}".encode())
    rng = np.random.default_rng(seed)
    n, k, group = SHAPES[seed % len(SHAPES)]
    bits, values = width(code), round_to(activation, table(code))  # Only explicit tables have values to round.
    codes = rng.integers(0, 2**bits, (n, k))
    codes[0, : min(k, 2**bits)] = np.arange(min(k, 2**bits))
    zeros = rng.integers(0, 2**bits, (n, k // group))
    # Of e5mY only half of the greatest number is in the range of f16.
    most = -1 if activation == "f16" and code[:2] == "e5" else 2
    scale = np.ldexp(1.0, rng.integers(most - 4, most + 1, (n, k // group)))
    if code[0] == "u":
        offset = np.repeat(zeros, group, axis=1) if zero else 2 ** (bits - 1)
    else:
        offset = 0
    weights = (values[codes] - offset) * np.repeat(scale, group, axis=1)

    problem = humming.Problem.gemm(n=n, k=k, code=code, group=group, zero=zero, activation=activation,
                                   scale=activation, output=activation)
    gemm = humming.Jit(device, arch).add(problem)
    operands = [gemm.pack("b", device.upload(packed_rows(codes, bits))),
                gemm.pack("scale", device.upload(to_bits(activation, scale)))]
    if zero:
        operands.append(gemm.pack("zero", device.upload(packed_rows(zeros, bits))))

    # Token m picks one column; an eighth of all columns come by, TOKENS at a time.
    for start in range(0, k, 8 * TOKENS):
        picks = (start + np.arange(TOKENS) * 8 + seed % 8) % k
        activations = np.zeros((TOKENS, k))
        activations[np.arange(TOKENS), picks] = 1
        result = device.upload(np.full((TOKENS, n), 0x7FFF, np.uint16))
        gemm.launch(TOKENS, device.upload(to_bits(activation, activations)), *operands, result)
        device.synchronize()
        got = result.download((TOKENS, n), np.uint16)
        expected = to_bits(activation, weights[:, picks].T)
        assert_equal(got, expected)


def assert_equal(got, expected):
    # A sum with zeros has no negative zero.
    wrong = np.argwhere(got != np.where(expected == 0x8000, 0, expected))
    assert not len(wrong), f"{len(wrong)} of {got.size} differ, the first at (m, n) = {tuple(wrong[0])}"


def test_scale_of_one_byte(device, arch, activation, scale):
    """The block formats: MXFP4 is e2m1 with ue8m0 for 32, NVFP4 e2m1 with e4m3 for 16."""
    n, k, group = 64, 256, 32 if scale == "ue8m0" else 16
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 16, (n, k))
    bytes_, values = scale_bytes(scale)
    picks = rng.permutation(np.resize(np.arange(len(bytes_)), n * (k // group))).reshape(n, k // group)
    weights = table("e2m1")[codes] * np.repeat(values[picks], group, axis=1)

    problem = humming.Problem.gemm(n=n, k=k, code="e2m1", group=group, activation=activation, scale=scale,
                                   output=activation)
    gemm = humming.Jit(device, arch).add(problem)
    operands = [gemm.pack("b", device.upload(packed_rows(codes, 4))),
                gemm.pack("scale", device.upload(bytes_[picks].astype(np.uint8)))]
    columns = np.arange(0, k, 5)
    activations = np.zeros((len(columns), k))
    activations[np.arange(len(columns)), columns] = 1
    result = device.upload(np.full((len(columns), n), 0x7FFF, np.uint16))
    gemm.launch(len(columns), device.upload(to_bits(activation, activations)), *operands, result)
    device.synchronize()
    assert_equal(result.download((len(columns), n), np.uint16), to_bits(activation, weights[:, columns].T))
