# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The assembler takes every kernel of both matrices, and none of them spills registers.

The problems of the support matrix are assembled for all eleven architectures: those with the same instructions take
turns. The list of kernels lies in test/ptxas of the build folder.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import humming_mlir as humming
import pytest
from matrix import on_relative

PTXAS = os.environ.get("HUMMING_PTXAS") or shutil.which("ptxas") or ""
KERNEL = re.compile(r"Compiling entry function '(\w+)'.*?(\d+) bytes spill stores, (\d+) bytes spill loads"
                    r".*?Used (\d+) registers", re.S)
TARGET = re.compile(r"^\.target (sm_\w+)", re.M)
# Notes that products of warpgroups wait for one another or for added fences: the kernel is right, and slow.
SERIALIZED = re.compile(r"\(C75\d\d\).*")
NEEDS_PTXAS = pytest.mark.skipif(not os.access(PTXAS, os.X_OK),
                                 reason="ptxas is not there: not on PATH, not named by HUMMING_PTXAS")

pytestmark = NEEDS_PTXAS


@pytest.fixture(scope="module")
def listed(pytestconfig):
    """Lines of registers, bytes of spills, architecture, kernel and problem: scripts/test counts them."""
    lines = []
    yield lines
    if "HUMMING_BUILD" in os.environ:
        folder = Path(os.environ["HUMMING_BUILD"]) / "test" / "ptxas"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{pytestconfig.getoption('--activation') or 'all'}.txt"
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def assemble(compiled, folder):
    """(name, bytes of spills, registers) of every kernel in the PTX."""
    source = folder / "kernel.ptx"
    source.write_text(compiled.ptx)
    command = [PTXAS, f"-arch={TARGET.search(compiled.ptx)[1]}", "-v", "-o", folder / "kernel.cubin", source]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert not SERIALIZED.findall(result.stderr)
    kernels = [(name, int(stores) + int(loads), int(registers))
               for name, stores, loads, registers in KERNEL.findall(result.stderr)]
    assert {name for name, *_ in kernels} == {kernel.name for kernel in compiled.kernels}
    return kernels


def check(listed, description, arch, tokens, name, folder):
    compiled = description.compile(arch, tokens)
    kernels = assemble(compiled, folder)
    listed.extend(f"{registers} {spills} {arch} {kernel} {name}" for kernel, spills, registers in kernels)
    assert not [kernel for kernel in kernels if kernel[1]]


def test_no_kernel_spills(problem, listed, tmp_path):
    description = problem.describe()
    for entry in description.plan(problem.arch):
        if not entry.pack:
            check(listed, description, problem.arch, entry.tokens, problem, tmp_path)


def test_no_kernel_of_the_matrix_spills(point, listed, tmp_path):
    arch = on_relative(point)
    description = humming.Problem.parse(point.ir())
    tokens = [entry.tokens for entry in description.plan(arch) if not entry.pack]
    bucket = min((limit for limit in tokens if limit >= point.m), default=0)
    check(listed, description, arch, bucket, point, tmp_path)
