# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scripts/peers: the scripts are sound and say what they build; building takes minutes and is no part of the tests."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PEERS = Path(__file__).resolve().parents[2] / "scripts" / "peers"
SCRIPTS = sorted(PEERS.glob("*/build.sh"))


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.name)
def test_build_script_is_sound(script, tmp_path):
    assert run("bash", "-n", script).returncode == 0
    if shutil.which("shellcheck"):
        result = run("shellcheck", script)
        assert result.returncode == 0, result.stdout
    usage = run(script, "--help")
    assert usage.returncode == 0 and "--cutlass=DIR" in usage.stdout and "set -e" not in usage.stdout
    refused = run(script, "--cutlas=x")
    assert refused.returncode == 1 and "expected --out, --cutlass or --nvcc, got --cutlas=x" in refused.stderr
    refused = run(script, f"--out={tmp_path}", f"--cutlass={tmp_path}")
    assert refused.returncode == 1 and "expected include/cutlass/version.h in" in refused.stderr


def test_tiles_of_the_page_are_those_of_the_program():
    folder = PEERS / "cutlass55"
    page = re.findall(r"^\| (\d+x\d+x\d+) \|", (folder / "README.md").read_text(), re.M)
    program = re.findall(r'\{"(\d+x\d+x\d+)",', "".join(path.read_text() for path in sorted(folder.glob("*.cu"))))
    assert page and sorted(page) == sorted(program)
