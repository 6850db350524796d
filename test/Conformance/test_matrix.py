# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The problems of the support matrix against the definition: bit for bit on exact data, in the bound on random data."""

import zlib

import humming_mlir as humming
import numpy as np
from data import make_exact, make_random
from definition import define, epilogue, interval
from formats import SCALARS, from_bits, pack_rows, to_bits, to_bytes

GUARD = 0x5A  # the bytes of the row after the result; no kernel may touch it


def seed(problem, kind):
    return np.random.default_rng(zlib.crc32(f"{problem} {kind}".encode()))


class Prepared:
    """A problem's kernels on a device."""

    def __init__(self, device, problem):
        self.device, self.problem = device, problem
        described, parsed = humming.Problem.gemm(**problem.describe()), humming.Problem.parse(problem.ir())
        assert described.buffers == parsed.buffers
        # Half of all as described in keywords, half as written in full.
        half = zlib.crc32(str(problem).encode()) % 2
        self.gemm = humming.Jit(device, problem.arch).add([described, parsed][half])

    def launch(self, data):
        """Packs, multiplies and returns the result's bits, M x N."""
        p, upload, gemm = self.problem, self.device.upload, self.gemm
        operands = [upload(to_bytes(p.activation, data.activations))]
        perm = upload(data.perm.astype(np.int32)) if p.perm else None
        codes = upload(pack_rows(data.codes, p.code.bits))
        operands.append(gemm.pack("b", codes, perm=perm) if p.perm else gemm.pack("b", codes))
        if data.scale is not None:
            operands.append(gemm.pack("scale", upload(to_bytes(p.scale, data.scale))))
        if data.zero is not None:
            zero = pack_rows(data.zero, p.code.bits) if p.zero == "code" else to_bytes(p.activation, data.zero)
            operands.append(gemm.pack("zero", upload(zero)))
        if p.global_scale:
            operands.append(upload(np.array([data.global_scale], np.float32)))
        if data.inputs is not None:
            operands.append(upload(to_bytes(p.input_type, data.inputs)))
        if p.perm:
            operands.append(perm)
        if data.bias is not None:
            operands.append(upload(to_bytes(p.output, data.bias)))
        dtype = np.dtype(f"u{SCALARS[p.output].bits // 8}")
        result = upload(np.full((p.m + 1, p.n * dtype.itemsize), GUARD, np.uint8))
        gemm.launch(p.m, *operands, result)
        self.device.synchronize()
        bits = result.download((p.m + 1, p.n), dtype)
        assert (bits[p.m].view(np.uint8) == GUARD).all(), "wrote past the last row"
        return bits[: p.m]


def check_exact(problem, got, exact):
    result, _ = define(problem, exact.data)
    expected = to_bits(problem.output, epilogue(problem, exact.data, result))
    wrong = np.argwhere((got != expected) & exact.equal)
    assert not len(wrong), f"{len(wrong)} of {exact.equal.sum()} differ, the first at (m, n) = {tuple(wrong[0])}: " \
        f"expected bits {expected[tuple(wrong[0])]:#x}, got {got[tuple(wrong[0])]:#x}"


def check_bound(problem, got, data):
    low, high = interval(problem, data)
    got = from_bits(problem.output, got)
    wrong = np.argwhere(~((low <= got) & (got <= high)))
    assert not len(wrong), f"{len(wrong)} of {got.size} are out of bounds, the first at (m, n) = {tuple(wrong[0])}: " \
        f"got {got[tuple(wrong[0])]}, the bounds are {low[tuple(wrong[0])]} and {high[tuple(wrong[0])]}"


def check_launches(prepared, problem):
    """Equal bits on exact data, within the bound on random data."""
    exact = make_exact(problem, seed(problem, "exact"))
    got = prepared.launch(exact.data)
    check_exact(problem, got, exact)
    check_bound(problem, got, exact.data)
    data = make_random(problem, seed(problem, "random"))
    check_bound(problem, prepared.launch(data), data)


def test_problem(device, point):
    check_launches(Prepared(device, point), point)
