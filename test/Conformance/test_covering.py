# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The covering arrays cover, hold their constraints, and are small."""

from itertools import combinations, product

import pytest
from covering import Axes, cover

PLAIN = Axes({"a": range(4), "b": range(3), "c": range(3), "d": range(2)})
BOUND = Axes({"a": range(4), "b": range(3), "c": range(3), "d": range(2)},
             [(("a", "b"), lambda a, b: a >= b), (("b", "c", "d"), lambda b, c, d: b + c + d != 3)])


def whole_rows(axes):
    """Every row that the constraints allow, by trying all."""
    for values in product(*axes.values.values()):
        row = dict(zip(axes.order, values))
        if all(axes.allows(row, name) for name in row):
            yield row


@pytest.mark.parametrize("axes", [PLAIN, BOUND], ids=["plain", "bound"])
def test_every_possible_pair_is_covered(axes):
    possible = {pair for row in whole_rows(axes) for pair in combinations(row.items(), 2)}
    covered = {pair for row in cover(axes) for pair in combinations(row.items(), 2)}
    assert covered == possible


def test_constraints_hold_in_every_row():
    allowed = list(whole_rows(BOUND))
    assert all(row in allowed for row in cover(BOUND))


def test_constraints_exclude_pairs():
    assert not any(row["a"] < row["b"] for row in cover(BOUND))
    assert any(row["a"] < row["b"] for row in cover(PLAIN))


def test_arrays_are_small():
    # No array has fewer rows than the two largest axes have pairs.
    assert 12 <= len(cover(PLAIN)) <= 16


def test_arrays_are_the_same_every_time():
    assert cover(BOUND) == cover(BOUND)


def test_a_row_is_completed_by_going_back():
    # d is chosen last, when b and c leave no choice: c must change.
    axes = Axes({"b": [0, 1], "c": [0, 1], "d": [0]}, [(("b", "c", "d"), lambda b, c, d: c == 1 and b == 1)])
    assert axes.complete({}) == {"b": 1, "c": 1, "d": 0}
    assert axes.complete({"b": 0}) is None
