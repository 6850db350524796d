# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every schedule that the compiler ships becomes a kernel whose products wait for nothing, and without spills."""

import re
from dataclasses import replace
from pathlib import Path

import humming_mlir as humming
import pytest
from test_ptxas import NEEDS_PTXAS, assemble

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "lib/Dialect/Humming/Transforms/Tables").glob("*.schedules"))
OPTIONS = {"a": "activation", "w": "code", "c": "output", "scale": "scale", "on": "scale_place", "zero": "zero",
           "input-scale": "input_scale"}

pytestmark = NEEDS_PTXAS


def shipped():
    """(architecture, types, n, k, tokens, schedule): each schedule once beside the same types."""
    lines = [line.split(" | ") for table in TABLES for line in table.read_text(encoding="utf-8").splitlines()
             if not line.startswith("#")]
    found = {}
    for place, types, shape, schedule, _ in lines:
        n, k, tokens = (word.split("=")[1] for word in shape.split())
        entry = place.split()[1], types, int(n), int(k), int(tokens.replace("any", "0")), schedule
        found.setdefault((types, schedule), entry)
    return list(found.values())


def group(text):
    """What shares a scale, from a table's word for it: 128, channel, tensor, 128x128."""
    return tuple(map(int, text.split("x"))) if re.fullmatch(r"\d+x\d+", text) else int(text) if text.isdigit() else text


def problem(types, n, k):
    """The problem with the types of an entry."""
    words = dict(word.partition("=")[::2] for word in types.split())
    options = {OPTIONS[word]: value for word, value in words.items() if word in OPTIONS}
    return humming.Problem.gemm(
        n=n, k=k, group=group(words.get("group", "channel")), input_group=group(words.get("input-group", "token")),
        accumulator="f16" if words["acc"] == "f16" else "default", global_scale="global-scale" in words,
        perm="perm" in words, fixed_order="order" in words, **{"scale": None, **options})


def with_schedule(ir, text):
    """The gemm with the schedule that a table spells so."""
    if "split_k=" not in text:  # The one field that a table leaves out and an attribute does not.
        text = re.sub(r"(copy=\w+)", r"\1 split_k=1", text)
    fields = ", ".join(f"{key} = [{value.replace('x', ', ')}]" if key in ("block", "warps") else f"{key} = {value}"
                       for key, value in (field.split("=") for field in text.split()))
    head, result, rest = ir.partition(" {\n    ^bb0")
    assert result, ir
    attribute = f"schedule = #humming.schedule<{fields}>"
    head = head[:-1] + f", {attribute}}}" if head.endswith("}") else f"{head} attributes {{{attribute}}}"
    return head + result + rest


@pytest.mark.parametrize(("arch", "types", "n", "k", "tokens", "schedule"), shipped())
def test_no_shipped_schedule_spills(arch, types, n, k, tokens, schedule, tmp_path):
    pinned = humming.Problem.parse(with_schedule(problem(types, n, k).ir, schedule))
    assert not [name for name, spills, _ in assemble(pinned.compile(arch, tokens), tmp_path) if spills]


@pytest.mark.skipif(not (ROOT / "CMakeLists.txt").exists(), reason="the suite is not in a source tree")
def test_tables_are_there():
    assert len(shipped()) > 20


def test_products_that_wait_for_one_another_are_seen(tmp_path):
    schedule = "block=128x64x128 warps=4x1 stages=4 mma=m64k16 copy=cp_async"
    ir = problem("a=f16 w=u4 c=f16 acc=f32 scale=f16 group=128", 512, 512).ir
    compiled = humming.Problem.parse(with_schedule(ir, schedule)).compile("sm_90", 64)
    assemble(compiled, tmp_path)
    # ptxas waits where the program does not, and says so.
    hasty = replace(compiled, ptx=re.sub(r"wgmma\.wait_group\.sync\.aligned \d+;", "", compiled.ptx))
    assert hasty.ptx != compiled.ptx
    with pytest.raises(AssertionError, match="C75"):
        assemble(hasty, tmp_path)
