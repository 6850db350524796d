# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The shortest rows: sizes of which a word, a byte or a copy holds less than one, or just more."""

import numpy as np
import pytest
from data import make_exact
from formats import integer, minifloat
from problem import Problem
from test_matrix import Prepared, check_exact

CODES = {"f16": [integer("u", 4), integer("u", 3), integer("u", 5), minifloat(4, 3)], "e4m3": [integer("i", 4)],
         "i8": [integer("u", 7), integer("i", 1)], "i4": [integer("u", 3), integer("i", 4)]}


@pytest.mark.parametrize("k", [1, 2, 3, 7, 8, 9, 31, 65])
@pytest.mark.parametrize("activation", CODES)
def test_small(device, activation, k):
    for arch in ("sm_75", "sm_89") if activation != "e4m3" else ("sm_89",):
        for code in CODES[activation]:
            for n, m in ((1, 1), (9, 17)):
                for perm in (False, True):
                    problem = Problem(activation, code, arch=arch, scale="f32", shape="channel", output="f32",
                                      perm=perm, n=n, k=k, m=m)
                    exact = make_exact(problem, np.random.default_rng(k))
                    check_exact(problem, Prepared(device, problem).launch(exact.data), exact)
