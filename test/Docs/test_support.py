# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/Support.md is what the compiler's table says, and every yes in it has problems of the conformance suite."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "Conformance"))

import matrix  # noqa: E402 (the suite is no package)

PAGE = (ROOT / "docs" / "Support.md").read_text(encoding="utf-8")
ZEROS = {"Codes": "none", "Codes with zero points that are codes": "code",
         "Codes with zero points that are numbers": "float"}


def tables():
    """{title: {(row, activation): cell}}."""
    result = {}
    for section in PAGE.split("\n## ")[1:]:
        lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
        head, rows = [cell.strip() for cell in lines[0][1:]], lines[2:]
        result[section.splitlines()[0]] = {
            (row[0].strip(), activation): cell.strip() for row in rows for activation, cell in zip(head, row[1:])}
    return result


TABLES = tables()
POINTS = {activation: matrix.problems(activation) for activation in matrix.ROWS}


def test_page_is_up_to_date():
    program = Path(os.environ["HUMMING_BUILD"]) / "bin" / "humming-support"
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    assert printed == PAGE, "humming-support > docs/Support.md"


@pytest.mark.parametrize("title", ZEROS)
def test_codes_are_those_of_the_suite(title):
    said = {(activation, code): cell for (code, activation), cell in TABLES[title].items() if cell != "no"}
    tested = {(activation, code.name): f"sm_{row.since}" for activation, row in matrix.ROWS.items()
              for code, zero in matrix.cells(activation) if zero == ZEROS[title]}
    assert said == tested


def on_operand(point):
    return point.on_operand and point.scale_shape[1] > 1


def on_accumulator(point):
    return not point.on_operand and not point.scales_products and point.shape != "none"


def grouped(point):
    return on_accumulator(point) and point.scale_shape[1] > 1


def block_scale(row):
    kind, group = re.fullmatch(r"(\w+), groups of (\d+)", row).groups()
    return lambda p: p.scales_products and (p.scale, p.block[1]) == (kind, int(group))


def input_scale(row):
    kind, where = row.split(", ")
    group = re.fullmatch(r"groups of (\d+)", where)
    if group:
        return lambda p: p.inputs == "group" and (p.input_type, p.input_group) == (kind, int(group[1])) and \
            not p.scales_products
    return lambda p: p.inputs in ("tensor", "token") and p.input_type == kind


# title: from the name of a row to what a problem must be to stand for it
STANDS_FOR = {
    "Scales of weights, on operands": lambda row: lambda p: on_operand(p) and p.scale == row,
    "Scales of weights, on accumulators": lambda row: lambda p: on_accumulator(p) and p.scale == row,
    "Groups of k, scales on operands": lambda row: lambda p: on_operand(p) and p.block[1] == int(row),
    "Groups of k, scales on accumulators": lambda row: lambda p: grouped(p) and p.block[1] == int(row),
    "Scales of activations": input_scale,
    "Scales in the matrix instruction": block_scale,
    "Accumulators": lambda row: lambda p: row == ("f16" if p.acc == "f16" else "f32" if p.is_float else "i32"),
}


def test_every_table_is_looked_at():
    assert TABLES.keys() == {*ZEROS, *STANDS_FOR, "Instructions"}


@pytest.mark.parametrize("title, row, activation, cell", [
    pytest.param(title, row, activation, cell, id=f"{title}-{row}-{activation}")
    for title in STANDS_FOR for (row, activation), cell in TABLES[title].items()])
def test_every_yes_has_a_problem(title, row, activation, cell):
    found = [matrix.number(point.arch) for point in POINTS[activation] if STANDS_FOR[title](row)(point)]
    assert found and min(found) >= matrix.number(cell) if cell != "no" else not found


def test_every_code_has_a_problem_on_every_generation():
    for activation, points in POINTS.items():
        generations = [arch for arch in matrix.GENERATIONS if matrix.number(arch) >= matrix.ROWS[activation].since]
        met = {(point.code, point.zero, point.arch) for point in points}
        assert met >= {(*cell, arch) for cell in matrix.cells(activation) for arch in generations}
