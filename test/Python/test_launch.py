# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels on the emulator from Python: prepare, pack, launch, seal."""

from pathlib import Path

import humming_mlir as humming
import numpy as np
import pytest


@pytest.fixture(scope="module")
def device() -> humming.Device:
    return humming.Device.emulator()


@pytest.mark.parametrize(("code", "zero"), [("u4", False), ("u4", True), ("i4", False)])
def test_product_of_exact_values(device: humming.Device, code: str, zero: bool) -> None:
    m, n, k, group = 9, 64, 128, 64
    random = np.random.default_rng(2)
    gemm = humming.Jit(device).add(humming.Problem.gemm(n=n, k=k, code=code, group=group, zero=zero, bias=True))
    values = random.integers(0, 16, (n, k))
    scales = 2.0 ** random.integers(-1, 2, (n, k // group))
    zeros = random.integers(0, 16, (n, k // group)) if zero else np.full((n, k // group), 8)
    bias = random.integers(-4, 5, n).astype(np.float16)
    a = random.integers(-2, 3, (m, k)).astype(np.float16)

    def rows(codes: np.ndarray) -> np.ndarray:
        return (codes[:, ::2] | codes[:, 1::2] << 4).astype(np.uint8)

    tensors = [
        device.upload(a),
        gemm.pack("b", device.upload(rows(values))),
        gemm.pack("scale", device.upload(scales.astype(np.float16))),
        *([gemm.pack("zero", device.upload(rows(zeros)))] if zero else []),
        device.upload(bias),
    ]
    result = device.alloc(m * n * 2)
    gemm.launch(m, *tensors, result)
    device.synchronize()

    signed = (values + 8) % 16 - 8 if code == "i4" else values - zeros.repeat(group, 1)
    expected = a.astype(np.float64) @ (signed * scales.repeat(group, 1)).T + bias
    np.testing.assert_array_equal(result.download((m, n), np.float16), expected.astype(np.float16))


def test_integers_scaled_for_each_token(device: humming.Device) -> None:
    """Any shape, columns in another order, three kinds of scales on an i32 sum."""
    m, n, k = 5, 50, 100
    random = np.random.default_rng(3)
    options = {"activation": "i8", "scale": "f32", "group": "channel", "output": "f32"}
    problem = humming.Problem.gemm(
        n=n, k=k, code="i8", input_scale="f32", global_scale=True, perm=True, **options
    )
    gemm = humming.Jit(device, "sm_80").add(problem)
    a = random.integers(-128, 128, (m, k)).astype(np.int8)
    w = random.integers(-128, 128, (n, k)).astype(np.int8)
    scale, inputs = (2.0 ** random.integers(-3, 1, (rows, 1)) for rows in (n, m))
    perm = device.upload(random.permutation(k).astype(np.int32))
    packed = gemm.pack("b", device.upload(w.view(np.uint8)), perm=perm)
    with pytest.raises(humming.HummingError, match="expected the permutation"):
        gemm.pack("b", device.upload(w.view(np.uint8)))
    scales = gemm.pack("scale", device.upload(scale.astype(np.float32)))
    rest = [np.array([0.25], np.float32), inputs.astype(np.float32)]
    result = device.alloc(m * n * 4)
    gemm.launch(m, device.upload(a), packed, scales, *map(device.upload, rest), perm, result)
    device.synchronize()
    expected = 0.25 * inputs * (a.astype(np.float64) @ w.T.astype(np.float64)) * scale.T
    np.testing.assert_array_equal(result.download((m, n), np.float32), expected.astype(np.float32))


def test_quantized_table_with_a_short_group(device: humming.Device) -> None:
    m, n, k, group = 3, 64, 160, 64  # 64 + 64 + 32
    random = np.random.default_rng(4)
    weights = random.normal(size=(n, k)).astype(np.float32)
    a = random.integers(-2, 3, (m, k)).astype(np.float16)
    table = [-1.0, -0.5, 0.25, 1.0]
    options = {"code": f"lut2,{table}", "group": group, "scale": "f16"}
    gemm = humming.Jit(device).add(humming.Problem.gemm(n=n, k=k, output="f32", **options))
    q = humming.quantize(weights, **options)
    assert q.scales.shape == (n, 3)
    result = device.alloc(m * n * 4)
    packed = [gemm.pack("b", device.upload(q.codes)), gemm.pack("scale", device.upload(q.scales))]
    gemm.launch(m, device.upload(a), *packed, result)
    device.synchronize()
    codes = np.stack([q.codes >> shift & 3 for shift in (0, 2, 4, 6)], -1).reshape(n, -1)[:, :k]
    scales = q.scales.repeat(group, 1)[:, :k]
    values = (np.array(table, np.float16)[codes] * scales).astype(np.float64)
    expected = a.astype(np.float64) @ values.T
    got = result.download((m, n), np.float32)
    np.testing.assert_allclose(got, expected, rtol=0, atol=k * 2.0**-22 * np.abs(a).astype(np.float64).sum(1).max())


def test_sealed_jit_refuses_to_compile(device: humming.Device) -> None:
    jit = humming.Jit(device, "sm_75")
    gemm = jit.add(humming.Problem.gemm(n=64, k=128, group=64))
    assert jit.arch == "sm_75"
    jit.seal()
    with pytest.raises(humming.HummingError) as caught:
        gemm.prepare(8)
    assert caught.value.status == "sealed"
    assert jit.compiled_count == 0


def test_equal_problems_share_kernels(device: humming.Device) -> None:
    jit = humming.Jit(device)
    first, second = (jit.add(humming.Problem.gemm(n=64, k=128, group=64)) for _ in range(2))
    first.prepare(8)
    compiled = jit.compiled_count
    second.prepare(8)
    assert jit.compiled_count == compiled == 2


def test_hazards_are_errors(device: humming.Device) -> None:
    gemm = humming.Jit(device).add(humming.Problem.gemm(n=64, k=128, group=64))
    with pytest.raises(humming.HummingError, match="fault") as caught:
        gemm.launch(1, 0x10, 0x20, 0x30, 0x40)
    assert caught.value.status == "device failed"


def test_schedules_come_from_a_table(device: humming.Device, tmp_path: Path) -> None:
    """A table that is read is used: its only entry does not fit, and says so with its line."""
    problem = humming.Problem.gemm(n=64, k=128, code="u4", group=64)
    types = "a=f16 w=u4 c=f16 acc=f32 scale=f16 group=64 on=operand"
    schedule = "block=96x8x64 warps=2x1 stages=2 mma=m16n8k16 copy=cp_async"
    table = tmp_path / "my.schedules"
    table.write_text(f"A100 sm_80 | {types} | n=64 k=128 m=8 | {schedule} | 2.00 us at 8\n")
    jit = humming.Jit(device, "sm_80")
    jit.use_table(str(table))
    with pytest.raises(humming.HummingError, match=r"(?s)block n to be a multiple of 64.*my.schedules:1"):
        jit.add(problem).prepare(8)
    table.write_text("nothing\n")
    with pytest.raises(humming.HummingError, match="my.schedules:1: expected GPU ARCH"):
        jit.use_table(str(table))
