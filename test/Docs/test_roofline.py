# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scripts/roofline draws every shape of a measurement, and refuses what is none."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"


def draw(*arguments):
    return subprocess.run([sys.executable, ROOT / "scripts" / "roofline", *arguments], capture_output=True, text=True)


def test_draws_every_shape(tmp_path):
    measured = RESULTS / "2026-11-22-h100-w4a16-warpgroups.json"
    run = json.loads(measured.read_text())
    for row in run["rows"]:
        row["cublas_us"] = 2 * row["time_us"]
    (tmp_path / "out.json").write_text(json.dumps(run))
    picture = tmp_path / "out.svg"
    result = draw(measured, tmp_path / "out.json", "--peer=cublas_us", "--output", picture)
    assert result.returncode == 0, result.stderr
    text = picture.read_text()
    for row in run["rows"]:
        assert f"N x K = {row['n']} x {row['k']}" in text
    assert "cublas" in text and "800 TFLOP/s" in text and measured.stem in text


def test_refuses_what_is_no_measurement(tmp_path):
    (tmp_path / "other.json").write_text("{}")
    refused = draw(tmp_path / "other.json")
    assert refused.returncode == 1 and "expected what humming-bench --json writes" in refused.stderr
    measured = RESULTS / "2026-11-22-h100-w4a16-warpgroups.json"
    refused = draw(measured, "--peer=cublas_us", "--output", tmp_path / "out.svg")
    assert refused.returncode == 2 and "run humming-bench --cublas" in refused.stderr


def test_draws_one_of_several_types(tmp_path):
    run = json.loads((RESULTS / "2026-11-22-h100-w4a16-warpgroups.json").read_text())
    del run["types"]
    run["rows"] = [row | {"types": types} for types in ("a=f16 w=u4", "a=e4m3 w=u4") for row in run["rows"]]
    (tmp_path / "out.json").write_text(json.dumps(run))
    refused = draw(tmp_path / "out.json")
    assert refused.returncode == 1 and "expected one type, got 2; name it with --types" in refused.stderr
    picture = tmp_path / "out.svg"
    result = draw(tmp_path / "out.json", "--types=a=e4m3", "--output", picture)
    assert result.returncode == 0, result.stderr
    assert "a=e4m3 w=u4: NVIDIA H100" in picture.read_text()
    refused = draw(tmp_path / "out.json", "--types=w=i8")
    assert refused.returncode == 1 and "expected rows of chosen schedules, got none" in refused.stderr
