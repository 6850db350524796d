# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Problems, plans, compilation and quantization from Python; no device."""

import humming_mlir as humming
import numpy as np
import pytest


def test_buffers_are_sized() -> None:
    problem = humming.Problem.gemm(n=128, k=96, group=32, zero=True, bias=True, output="f32")
    buffers = {buffer.role: buffer for buffer in problem.buffers}
    assert list(buffers) == ["a", "b", "scale", "zero", "epilogue", "result"]
    assert buffers["a"].size_for(7) == 7 * 96 * 2
    assert buffers["b"].bytes == 128 * 96 // 2
    assert buffers["b"].packed_bytes == 128 * 128 // 2
    assert buffers["result"].bytes_per_token == 128 * 4


def test_ir_goes_there_and_back() -> None:
    problem = humming.Problem.gemm(n=64, k=128, group=64, code="i4")
    assert "tensor<64x128x!humming.code<i4>>" in problem.ir
    assert humming.Problem.parse(problem.ir).buffers == problem.buffers


def test_plan_is_pure() -> None:
    problem = humming.Problem.gemm(n=64, k=128, group=64)
    plan = problem.plan("sm_80")
    assert plan == problem.plan("sm_80")
    assert plan != problem.plan("sm_75")
    assert [entry.tokens for entry in plan[:2]] == [8, 16]
    assert [entry.pack for entry in plan].count(True) == 1


def test_compile_gives_ptx_and_times() -> None:
    compiled = humming.Problem.gemm(n=64, k=128, group=64).compile("sm_80", tokens=16)
    assert ".entry gemm(" in compiled.ptx
    assert {kernel.name for kernel in compiled.kernels} == {
        "gemm",
        "gemm_pack_b",
        "gemm_pack_scale",
    }
    assert "humming-check-target" in dict(compiled.stages)


def test_compile_error_has_pass_op_and_location() -> None:
    problem = humming.Problem.gemm(n=64, k=128, group=64, activation="bf16", scale="bf16")
    with pytest.raises(humming.HummingError, match="sm_80") as caught:
        problem.compile("sm_75")
    assert caught.value.status == "compile failed"
    assert caught.value.failed_pass == "humming-check-target"
    assert caught.value.op == "humming.gemm"
    assert caught.value.location.startswith("problem:")


def test_nonsense_is_refused() -> None:
    with pytest.raises(humming.HummingError, match="divides k = 128, got 48") as caught:
        humming.Problem.gemm(n=64, k=128, group=48)
    assert caught.value.status == "invalid argument"


@pytest.mark.parametrize("zero", [False, True])
def test_quantized_weights_are_near(zero: bool) -> None:
    weights = np.random.default_rng(1).normal(size=(64, 96)).astype(np.float32)
    q = humming.quantize(weights, group=32, zero=zero)
    codes = np.stack([q.codes & 15, q.codes >> 4], -1).reshape(64, 96).astype(np.float64)
    zeros = np.full((64, 3), 8.0)
    if zero:
        zeros = np.stack([q.zeros & 15, q.zeros >> 4], -1).reshape(64, 4)[:, :3].astype(np.float64)
    scales = q.scales.astype(np.float64).repeat(32, 1)
    error = np.abs((codes - zeros.repeat(32, 1)) * scales - weights)
    # Half a step; at the ends of the range, rounding of scale and zero point adds to it.
    assert (error <= 0.5 * scales * (1 + 1e-2) + (0.5 * scales if zero else 0)).all()
