"""docs/Stages shows what the compiler does today."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAGES = ROOT / "docs" / "Stages"
BUILD = os.environ["HUMMING_BUILD"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stages")
    subprocess.run([ROOT / "scripts" / "stages", folder], check=True, env={**os.environ, "BUILD_DIR": BUILD})
    return folder


@pytest.mark.parametrize("name", ["2-tile.mlir", "3-thread.mlir", "4-nvvm.mlir", "5-kernel.ptx"])
def test_stage_is_up_to_date(fresh, name):
    assert (STAGES / name).read_text() == (fresh / name).read_text(), "run scripts/stages"


@pytest.mark.parametrize("path", sorted(STAGES.glob("*.mlir")), ids=lambda path: path.name)
def test_stage_verifies(path):
    result = subprocess.run([Path(BUILD) / "bin" / "humming-opt", path], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
