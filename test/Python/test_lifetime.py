# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A device outlives what lies on it, in whatever order Python lets go of its objects."""

import itertools
import subprocess
import sys

import pytest

PROGRAM = """
import gc, sys
import humming_mlir as humming

device = humming.Device.emulator()
jit = humming.Jit(device, "sm_80")
gemm = jit.add(humming.Problem.gemm(n=64, k=128, code="u4", group=64))
gemm.prepare(8)
memory = device.alloc(1024)
cycle = [[device, jit, gemm, memory][i] for i in map(int, sys.argv[1])]
cycle.append(cycle)
del device, jit, gemm, memory
if sys.argv[2] == "collect":
    del cycle
    gc.collect()
print("done")
"""


@pytest.mark.parametrize("when", ["collect", "exit"])
@pytest.mark.parametrize("order", ["".join(o) for o in itertools.islice(itertools.permutations("0123"), 0, 24, 5)])
def test_order(order, when):
    run = subprocess.run([sys.executable, "-c", PROGRAM, order, when], capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stdout, run.stderr) == (0, "done\n", "")
