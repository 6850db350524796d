# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numbers at the ends of ranges, where other systems have overflowed, flushed or rounded twice.

What must happen instead is under Range in docs/Numerics.md.
"""

import humming_mlir as humming
import numpy as np
import pytest
from conftest import architectures
from test_codes import packed_rows, table, width
from w4a16 import to_bits


def pytest_generate_tests(metafunc):
    if "arch" in metafunc.fixturenames:
        metafunc.parametrize("arch", [arch for arch in architectures(metafunc.config) if arch != "sm_75"])


def multiply(device, arch, activation, codes, code, activations, scale=None, scale_type="e4m3", group=16,
             global_scale=None):
    """The gemm of one row of weights, in f32."""
    problem = humming.Problem.gemm(n=1, k=codes.size, code=code, group=group, activation=activation, output="f32",
                                   scale=None if scale is None else scale_type, global_scale=global_scale is not None)
    gemm = humming.Jit(device, arch).add(problem)
    operands = [gemm.pack("b", device.upload(packed_rows(codes[None], width(code))))]
    if scale is not None:
        operands.append(gemm.pack("scale", device.upload(scale)))
    if global_scale is not None:
        operands.append(device.upload(np.array([global_scale], np.float32)))
    result = device.upload(np.full((len(activations), 1), np.nan, np.float32))
    gemm.launch(len(activations), device.upload(to_bits(activation, activations)), *operands, result)
    device.synchronize()
    return result.download((len(activations), 1), np.float32)[:, 0]


@pytest.mark.parametrize("activation", ["f16", "bf16"])
def test_nvfp4_scales_keep_their_bits(device, arch, activation):
    """A global scale that is multiplied into scales of e4m3, in 16 bits, rounds them: it must not meet them there."""
    scales = np.arange(1, 127, dtype=np.uint8)[None]  # from 2^-9 to 448
    exponent, fraction = scales[0] >> 3, scales[0] & 7
    values = np.ldexp(fraction + np.where(exponent > 0, 8.0, 0), np.maximum(exponent.astype(int), 1) - 10)
    codes = np.full(16 * scales.size, 7)  # 6
    factor = np.float32(1 / 3)
    got = multiply(device, arch, activation, codes, "e2m1", np.repeat(np.eye(scales.size), 16, axis=1) / 16, scales,
                   global_scale=factor)
    # Sixteen equal products of 1/16 are exact; one rounding is left.
    np.testing.assert_array_equal(got, (6 * values).astype(np.float32) * factor)


@pytest.mark.parametrize("factor", [2.0**40, 2.0**-60])
def test_large_global_scale_leaves_f16_alone(device, arch, factor):
    """Weights times the global scale are far beyond f16, or far below; the result is not."""
    codes = np.arange(8).repeat(8)
    activations = np.resize([1.5, 0.0, 0.25], (1, codes.size))
    scale = to_bits("f16", np.full((1, codes.size // 16), 1024.0))
    got = multiply(device, arch, "f16", codes, "e2m1", activations, scale, "f16", global_scale=factor)
    expected = (activations @ (table("e2m1")[codes] * 1024) * factor).astype(np.float32)
    assert np.all(np.isfinite(expected)) and expected[0] > 0
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("code", ["u1", "i1", "u2", "i2", "e2m0", "u3", "e3m0"])
def test_scaled_sums_equal_scaled_weights(device, arch, code):
    """Few tokens scale the sum of a group, many the weights, where that is the same: also at the ends of f16, and with
    scales of all bits. Codes whose products with a scale round (u3) or fall below the subnormals (e3m0) show the
    rounding with few tokens too.
    """
    scales = np.array([2.0**-24, 3 * 2.0**-24, 1023 * 2.0**-24, 2.0**-14, 1 / 3, 2047.0, 0.0, 7 / 3]).astype(np.float16)
    group, values = 64, table(code)
    numbers = values - (len(values) // 2 if code[0] == "u" else 0)
    for first in range(len(values)):
        # One product for each token and group: nothing is added.
        picked = (np.arange(len(scales)) + first) % len(values)
        codes, activations = np.zeros(group * len(scales), int), np.zeros((len(scales), group * len(scales)))
        columns = group * np.arange(len(scales)) + np.arange(len(scales)) * 7 % group
        codes[columns], activations[np.arange(len(scales)), columns] = picked, 1.5
        weights = (numbers[picked] * scales.astype(np.float64)).astype(np.float16)
        many = np.concatenate([activations, np.zeros((120, activations.shape[1]))])
        for tokens in (activations, many):
            got = multiply(device, arch, "f16", codes, code, tokens, to_bits("f16", scales[None]), "f16", group)
            np.testing.assert_array_equal(got[:len(scales)], 1.5 * weights.astype(np.float32))


@pytest.mark.parametrize("code", ["e5m0", "e5m1", "e5m2"])
def test_codes_twice_beyond_f16(device, arch, code):
    """Codes of five exponent bits end beyond 65504 and begin at the least f16s: each must come out as it is."""
    values = table(code)
    codes = np.resize(np.arange(len(values)), max(len(values), 64))
    got = multiply(device, arch, "f16", codes, code, np.eye(codes.size))
    assert np.abs(values).max() > 65504
    np.testing.assert_array_equal(got, values[codes])


@pytest.mark.parametrize("code", ["e6m0", "e6m1", "e7m0"])
def test_codes_far_beyond_f16_are_refused(arch, code):
    with pytest.raises(humming.HummingError, match="bf16 activations") as caught:
        humming.Problem.gemm(n=64, k=64, code=code, activation="f16", scale="f16", group="channel").compile(arch, 16)
    assert caught.value.failed_pass == "humming-check-target"


@pytest.mark.parametrize("code", ["e6m0", "e6m1", "e7m0"])
def test_codes_far_beyond_f16_are_bf16(device, arch, code):
    values = table(code)
    codes = np.resize(np.arange(len(values)), max(len(values), 64))
    got = multiply(device, arch, "bf16", codes, code, np.eye(codes.size))
    np.testing.assert_array_equal(got, values[codes].astype(np.float32))
