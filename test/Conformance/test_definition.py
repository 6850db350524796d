# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The definition in numpy against numbers worked out by hand, and the data that is made for it."""

import numpy as np
import pytest
from data import make_exact, make_random
from definition import Data, define, epilogue, interval, operand_weights
from formats import NF4, SCALARS, from_bits, integer, minifloat, pack_rows, round_to, table, to_bits
from matrix import ROWS, is_supported, problems
from problem import Problem


@pytest.mark.parametrize("kind", [kind for kind in SCALARS if SCALARS[kind].bits <= 16])
def test_every_pattern_comes_back(kind):
    bits = np.arange(2 ** SCALARS[kind].bits)
    values = from_bits(kind, bits)
    known = ~np.isnan(values)
    assert (to_bits(kind, values[known]) == bits[known]).all()
    assert (round_to(kind, values[known]) == values[known]).all()


@pytest.mark.parametrize("kind, value, expected", [
    ("f16", 65519.0, 65504.0), ("f16", 65520.0, np.inf), ("f16", 2.0**-25, 0.0), ("f16", 3 * 2.0**-25, 2.0**-23),
    ("bf16", 1 + 2.0**-8, 1.0), ("bf16", 1 + 3 * 2.0**-8, 1 + 2.0**-6), ("e4m3", 500.0, 448.0), ("e4m3", -1e9, -448.0),
    ("e5m2", 61440.0, np.inf), ("e5m2", 61439.0, 57344.0), ("e2m1", 0.25, 0.0), ("e2m1", 2.5, 2.0), ("e2m1", 7.0, 6.0),
    ("ue8m0", 3.0, 4.0), ("ue8m0", 0.0, 2.0**-127), ("i4", 9.0, 7.0), ("i8", -2.5, -2.0),
])
def test_rounding(kind, value, expected):
    assert round_to(kind, value) == expected


def test_codes():
    assert integer("i", 3).values.tolist() == [0, 1, 2, 3, -4, -3, -2, -1]
    assert integer("u", 2).middle == 2 and integer("i", 2).middle == 0
    assert minifloat(2, 1).values[:8].tolist() == [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    assert minifloat(1, 1).values.tolist() == [0, 1, 2, 3, -0.0, -1, -2, -3]
    assert minifloat(4, 3).values.max() == 480 and minifloat(5, 2).values.max() == 114688
    assert pack_rows([[1, 2, 3]], 3).tolist() == [[0b11010001, 0]]


def one(code, activation="f16", k=4, n=1, m=1, **options):
    return Problem(activation, code, n=n, k=k, m=m, **{"shape": "none", "output": "f32", **options})


def value(problem, **data):
    data = Data(**data)
    return epilogue(problem, data, define(problem, data)[0]).tolist()


def test_each_operand_does_what_it_says():
    codes, a = np.array([[9, 8, 7, 15]]), np.array([[1.0, 2.0, 3.0, 4.0]])
    u4 = integer("u", 4)
    assert value(one(u4), activations=a, codes=codes) == [[1 + 0 - 3 + 28]]
    scale, zero = np.array([[2.0, 0.5]]), np.array([[9.0, 7.0]])
    given, shape = {"activations": a, "codes": codes}, "g2"
    assert value(one(u4, shape=shape), **given, scale=scale) == [[2 * 1 + 0.5 * 25]]
    assert value(one(u4, zero="code", shape=shape), **given, scale=scale, zero=zero) == [[2 * -2 + 0.5 * 32]]
    assert value(one(u4, global_scale=True), **given, global_scale=0.25) == [[26 / 4]]
    assert value(one(u4, inputs="token", m=2), activations=np.vstack([a, a]), codes=codes,
                 inputs=np.array([[2.0], [4.0]])) == [[52], [104]]
    assert value(one(u4, inputs="group", shape=shape), **given, scale=scale, inputs=np.array([[10.0, 1.0]])) == [[32.5]]
    perm = np.array([2, 0, 3, 1])  # Groups go by position: columns 2 and 0 come first.
    assert value(one(u4, perm=True, shape=shape), **given, scale=scale, perm=perm) == [[2 * (1 - 3) + 0.5 * 28]]
    assert value(one(u4, bias=True), **given, bias=np.array([-6.0])) == [[20]]


def test_short_blocks_have_a_scale():
    problem = one(integer("i", 4), k=5, n=130, shape="g2")
    assert problem.scale_shape == (130, 3) and not problem.divides
    problem = one(integer("i", 4), k=130, n=130, shape="block")
    assert problem.scale_shape == (2, 2)
    scale = np.array([[1.0, 2.0], [4.0, 8.0]])
    result = define(problem, Data(np.ones((1, 130)), np.ones((130, 130), int), scale))[0][0]
    assert result[:128].tolist() == [128 + 2 * 2] * 128 and result[128:].tolist() == [128 * 4 + 2 * 8] * 2


def test_weights_round_where_scales_act():
    third = np.array([[round_to("f16", 1 / 3), 1.0]])
    codes = np.array([[7, 7, 7, 7]])
    on_operand = one(integer("i", 4), shape="g2")
    weights, left = operand_weights(on_operand, Data(np.ones((1, 4)), codes, third))
    assert weights[0, 0] == np.float64(np.float16(7 * np.float64(np.float16(1 / 3)))) and left is None
    on_sum = one(integer("i", 4), shape="g2", place="accumulator")
    weights, left = operand_weights(on_sum, Data(np.ones((1, 4)), codes, third))
    assert weights[0, 0] == 7 and left[0, 0] == third[0, 0]


@pytest.mark.parametrize("activation, scale, weight", [
    ("e4m3", 1.5, 10.0), ("e4m3", 1.375, 10.0), ("e4m3", 448.0, 448.0), ("e4m3", 2.0**-9, 7 * 2.0**-9),
    ("e5m2", 1.125, 8.0), ("e5m2", 448.0, 3072.0)])
def test_weights_round_to_eight_bits_once(activation, scale, weight):
    """10.5, 9.625, 3136: to even, to nearest, to the end of the range."""
    problem = one(integer("i", 4), activation, shape="g2", place="operand", scale="e4m3")
    weights, left = operand_weights(problem, Data(np.ones((1, 4)), np.full((1, 4), 7), np.full((1, 2), scale)))
    assert (weights == weight).all() and left is None


@pytest.mark.parametrize("activation, code, last", [
    ("e4m3", minifloat(4, 3), 448), ("e5m2", minifloat(5, 2), 57344), ("f16", minifloat(5, 2), 114688),
    ("bf16", minifloat(7, 0), 2.0**64), ("f16", table("nf4", NF4), 1.0)])
def test_weights_stay_in_the_operand_type(activation, code, last):
    codes = np.arange(2**code.bits)[None]
    weights, _ = operand_weights(one(code, activation, k=codes.size), Data(np.ones(codes.shape), codes))
    assert weights.max() == last


def test_float_zero_points_round_the_difference():
    problem = Problem("bf16", integer("u", 8), "float", shape="channel", output="f32", n=1, k=1, m=1)
    weights, _ = operand_weights(problem, Data(np.ones((1, 1)), np.array([[255]]), np.ones((1, 1)), np.array([[0.5]])))
    assert weights[0, 0] == 254  # 254.5 has nine bits


def test_bounds_are_those_of_the_page():
    # Sixteen products of one, one token and one channel: R = (16 - 0) + 16, K' = 16.
    ones = {"activations": np.ones((1, 16)), "codes": np.ones((1, 16), int)}
    i4 = integer("i", 4)
    for problem, loss in ((one(i4, k=16), 2 * 2.0**-23), (one(i4, k=16, acc="f16"), 0.5 * 2.0**-10)):
        assert define(problem, Data(**ones))[1] == np.expm1(16 * loss) * 32
    # 8-bit floats fill a block of 32; integers lose nothing.
    assert define(one(i4, "e4m3", k=16), Data(**ones))[1] == np.expm1(32 * 1.25 * 2.0**-13) * 32
    assert define(one(i4, "i8", k=16), Data(**ones))[1] == 0
    # A scale is a rounding of the sum, an i32 that is scaled one more; an interval widens to what the result holds.
    scaled = one(i4, "i8", k=16, shape="channel")
    data = Data(**ones, scale=np.array([[0.5]]))
    assert define(scaled, data)[1] == np.expm1(2 * 2.0**-24) * 8
    low, high = interval(scaled, data)
    assert low == 8 - 2.0**-20 and high == 8 + 2.0**-20
    # Four groups of 32 are four parts, two of 128 are flushed to four.
    for shape, k in (("g32", 128), ("g128", 256)):
        grouped = one(i4, "i8", k=k, shape=shape)
        data = Data(np.ones((1, k)), np.ones((1, k), int), np.ones((1, k // int(shape[1:]))))
        assert define(grouped, data)[1] == np.expm1((2 + 3) * 2.0**-24) * k


SOME = [point for activation in ROWS for point in problems(activation)[::29]]


@pytest.mark.parametrize("some", SOME, ids=str)
def test_exact_data_needs_no_rounding(some):
    assert is_supported(some)
    exact = make_exact(some, np.random.default_rng(0))
    result = define(some, exact.data)[0] + (0 if exact.data.bias is None else exact.data.bias)
    assert (round_to("f32", result) == result)[exact.equal].all()
    assert exact.equal.mean() > 0.5 and (some.code.bits == 1 or len(np.unique(result[exact.equal])) > 3)


@pytest.mark.parametrize("some", SOME, ids=str)
def test_operands_have_their_types(some):
    for data in (make_exact(some, np.random.default_rng(1)).data, make_random(some, np.random.default_rng(1))):
        typed = [(some.activation, data.activations), (some.scale, data.scale), (some.input_type, data.inputs),
                 ("f32", data.global_scale), (some.output, data.bias)]
        assert all((round_to(kind, values) == values).all() for kind, values in typed if values is not None)
