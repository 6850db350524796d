# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Covering arrays: few rows in which every possible pair of values of two axes occurs. Deterministic."""

from __future__ import annotations

from itertools import combinations


class Axes:
    """Named axes with their values, and what must hold between them.

    A constraint is (names, function): it is asked as soon as every one of its axes has a value. `order` is that of
    the axes; complete() tries the values of each in their order.
    """

    def __init__(self, values, constraints=()):
        self.values = {name: list(choices) for name, choices in values.items()}
        self.order = list(self.values)
        self.constraints = {name: [] for name in self.order}
        for names, function in constraints:
            for name in names:
                self.constraints[name].append((names, function))

    def allows(self, row, name):
        """Whether the value that `row` now has for `name` goes with its others."""
        return all(function(*(row[other] for other in names)) for names, function in self.constraints[name]
                   if all(other in row for other in names))

    def complete(self, row, prefer=None):
        """A whole row with the values of `row`, or None; `prefer(row, name, value)` sorts the choices, greatest
        first. `row` itself does not change."""
        row = dict(row)
        if not all(self.allows(row, name) for name in row):
            return None
        return row if self._fill(row, [name for name in self.order if name not in row], prefer) else None

    def _fill(self, row, missing, prefer):
        if not missing:
            return True
        name, *rest = missing
        choices = self.values[name]
        if prefer:
            choices = sorted(choices, key=lambda value: -prefer(row, name, value))
        for value in choices:
            row[name] = value
            if self.allows(row, name) and self._fill(row, rest, prefer):
                return True
        del row[name]
        return False

    def pairs(self):
        """Every pair of values, as ((name, value), (name, value)) in the axes' order."""
        for first, second in combinations(self.order, 2):
            for value in self.values[first]:
                for other in self.values[second]:
                    yield (first, value), (second, other)


def cover(axes):
    """Rows, as dictionaries, in which every pair of values occurs that a whole row can have.

    Greedy: each row starts from the first pair that is still missing, and takes for each other axis the value that adds
    most missing pairs; equally good ones take turns, by how often they have been used.
    """
    missing = dict.fromkeys(axes.pairs())
    used = {(name, value): 0 for name in axes.order for value in axes.values[name]}
    rank = {name: index for index, name in enumerate(axes.order)}

    def gain(row, name, value):
        own, count = (name, value), 0
        for other, chosen in row.items():
            pair = (own, (other, chosen)) if rank[name] < rank[other] else ((other, chosen), own)
            count += pair in missing
        return count - used[own] / (1 + sum(used.values()))

    rows = []
    while missing:
        pair = next(iter(missing))
        row = axes.complete(dict(pair), gain)
        if row is None:
            del missing[pair]  # No row has it.
            continue
        rows.append({name: row[name] for name in axes.order})
        for item in rows[-1].items():
            used[item] += 1
        for found in combinations(rows[-1].items(), 2):
            missing.pop(found, None)
    return rows
