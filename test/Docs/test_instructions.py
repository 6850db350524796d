"""The table of instructions in docs/Numerics.md is what the recipes take today."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "Numerics.md"


def test_table_is_up_to_date(tmp_path):
    fresh = tmp_path / PAGE.name
    fresh.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([ROOT / "scripts" / "instructions", fresh], check=True,
                   env={**os.environ, "BUILD_DIR": os.environ["HUMMING_BUILD"]})
    assert PAGE.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), "run scripts/instructions"


def test_table_has_every_operand_type():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `u4` |")]
    assert any(sum(cell.strip() != "" for cell in row.split("|")) > 6 for row in rows)
