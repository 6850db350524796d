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
    assert [entry.tokens for entry in plan if not entry.pack] == [8, 16, 32, 64, 128, 256, 1024, 0]
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


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"group": -48}, "at least 1, or 0 for all, got group = -48"),
        ({"group": "row"}, "groups that are numbers or known words"),
        ({"scale": None, "zero": "code"}, "zero points go with scales"),
        ({"activation": "f17"}, "activation to be one of f16, bf16"),
        ({"zero": "f16"}, "zero to be one of none, code, number, got 'f16'"),
        ({"activation": "bf16", "accumulator": "f16"}, "accumulators beside bf16 of f32, got f16"),
        ({"input_scale": "f32", "input_group": 48}, "input group that divides k = 128"),
    ],
)
def test_nonsense_is_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(humming.HummingError, match=reason) as caught:
        humming.Problem.gemm(n=64, k=128, **options)
    assert caught.value.status == "invalid argument"


def test_every_operand_has_its_buffer() -> None:
    problem = humming.Problem.gemm(
        n=200, k=384, activation="bf16", scale="ue8m0", code="u3", group=(128, 128), zero="number", global_scale=True,
        input_scale="f32", input_group=128, perm=True, bias=True, output="f32",
    )
    rows = {b.role: (b.bytes, b.bytes_per_token) for b in problem.buffers}
    assert rows == {
        "a": (0, 768), "b": (200 * 144, 0), "scale": (2 * 3, 0), "zero": (2 * 3 * 2, 0), "global_scale": (4, 0),
        "input_scale": (0, 12), "perm": (384 * 4, 0), "epilogue": (800, 0), "result": (0, 800),
    }
    packed = {b.role: b.packed_bytes for b in problem.buffers if b.packed_bytes}
    assert packed == {"b": 256 * 144, "scale": 256 * 3, "zero": 256 * 3 * 2}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"group": "tensor"}, "tensor<1x1xf16>"),
        ({"group": "channel"}, "tensor<64x1xf16>"),
        ({"group": (32, 64)}, "tensor<2x2xf16>"),
        ({"group": 96}, "scale_block = array<i64: 1, 96>"),
        ({"scale": None, "activation": "i8", "code": "i8"}, "arith.sitofp"),
        ({"activation": "e2m1", "code": "e2m1", "scale": "e4m3"}, "tensor<?x128xf4E2M1FN>"),
        ({"input_scale": "ue8m0", "input_group": "tensor"}, "tensor<1x1xf8E8M0FNU>"),
        ({"accumulator": "f16"}, "acc = f16"),
        ({"scale_place": "accumulator"}, "scale = accumulator"),
    ],
)
def test_options_are_in_the_problem(options: dict[str, object], text: str) -> None:
    assert text in humming.Problem.gemm(n=64, k=128, **{"group": 64, **options}).ir


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
