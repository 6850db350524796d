# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The assembler takes every kernel of the matrix, and none of them spills registers."""

import os
import re
import shutil
import subprocess

import pytest

PTXAS = os.environ.get("HUMMING_PTXAS") or shutil.which("ptxas") or ""
KERNEL = re.compile(r"Compiling entry function '(\w+)'.*?(\d+) bytes spill stores, (\d+) bytes spill loads"
                    r".*?Used (\d+) registers", re.S)
counted = []


@pytest.fixture(scope="module", autouse=True)
def report():
    """Writes the count where scripts/test reads it."""
    yield
    spilling = sum(1 for _, spills in counted if spills)
    text = f"ptxas: {len(counted)} kernels assembled, {spilling} with spills, " \
           f"at most {max((registers for registers, _ in counted), default=0)} registers"
    print(text)
    if "HUMMING_BUILD" in os.environ:
        with open(os.path.join(os.environ["HUMMING_BUILD"], "test", "ptxas.txt"), "w", encoding="utf-8") as file:
            file.write(text + "\n")


@pytest.mark.skipif(not os.access(PTXAS, os.X_OK), reason="ptxas is not there: not on PATH, not named by HUMMING_PTXAS")
def test_no_kernel_spills(problem, tmp_path):
    description = problem.describe()
    for entry in description.plan(problem.arch):
        if entry.pack:
            continue
        compiled = description.compile(problem.arch, entry.tokens)
        source = tmp_path / f"{entry.tokens}.ptx"
        source.write_text(compiled.ptx)
        result = subprocess.run([PTXAS, f"-arch={problem.arch}", "-v", "-o", tmp_path / "kernel.cubin", source],
                                capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        kernels = [(name, int(stores) + int(loads), int(registers))
                   for name, stores, loads, registers in KERNEL.findall(result.stderr)]
        assert {name for name, *_ in kernels} == {kernel.name for kernel in compiled.kernels}
        counted.extend((registers, spills) for _, spills, registers in kernels)
        assert not [kernel for kernel in kernels if kernel[1]]
