"""What was changed last is clean under clang-tidy: all files would take longer than all other tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = 8


def lint(*arguments, cwd=ROOT):
    return subprocess.run([ROOT / "scripts" / "lint", *arguments], capture_output=True, text=True, cwd=cwd,
                          env={**os.environ, "BUILD_DIR": os.environ.get("HUMMING_BUILD", str(ROOT / "build"))})


pytestmark = pytest.mark.skipif(
    not (shutil.which("clang-tidy-22") or Path("/usr/lib/llvm-22/bin/clang-tidy").exists()),
    reason="clang-tidy-22 is not installed")


def test_what_was_changed_last_is_clean():
    if subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, cwd=ROOT).returncode:
        pytest.skip("the tree is no clone of a repository")
    result = lint(f"--recent={FILES}")
    assert result.returncode == 0, result.stdout + result.stderr


def test_findings_fail(tmp_path):
    # Not in the build folder's list: compiled by the command of a file near it.
    bad = tmp_path / "Bad.cpp"
    bad.write_text("int *pointer = 0;\n", encoding="utf-8")
    shutil.copy(ROOT / ".clang-tidy", tmp_path)
    result = lint(str(bad))
    assert result.returncode == 1 and "modernize-use-nullptr" in result.stdout
