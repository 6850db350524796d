"""What holds for every file of the tree: length, format, banners, documented headers and passes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("cmake", "docs", "include", "lib", "python", "scripts", "test", "tools", ".ci")
IGNORED = {"__pycache__", ".ruff_cache"}


def files(*suffixes):
    """Every file of the source tree with one of these suffixes, in a fixed order."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    found += sorted(ROOT.glob("*"))
    return [path for path in found if path.is_file() and path.suffix in suffixes and not IGNORED & set(path.parts)]


def name(path):
    return str(path.relative_to(ROOT))


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_no_file_is_too_long():
    limits = {".td": 500}
    sources = files(".cpp", ".h", ".c", ".cu", ".td", ".def", ".py", ".cmake", ".txt")
    long = [f"{name(path)}: {len(lines(path))}" for path in sources if len(lines(path)) > limits.get(path.suffix, 400)]
    assert sources and not long


def test_sources_have_a_banner_with_the_license():
    sources = files(".cpp", ".h", ".c", ".cu", ".td", ".def")
    bare = [name(path) for path in sources if "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
            not in "\n".join(lines(path)[:8])]
    assert sources and not bare


def test_sources_are_formatted():
    formatter = shutil.which("clang-format-22") or shutil.which("clang-format", path="/usr/lib/llvm-22/bin")
    if not formatter:
        pytest.skip("clang-format-22 is not installed")
    sources = files(".cpp", ".h", ".c", ".cu")
    result = subprocess.run([formatter, "--dry-run", "-Werror", *map(str, sources)], capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in result.stderr.splitlines() if "error:" in line})
    assert result.returncode == 0, "clang-format-22 -i " + " ".join(wrong)


def test_python_is_clean():
    ruff = shutil.which("ruff", path=str(ROOT / ".venv" / "bin")) or shutil.which("ruff")
    if not ruff:
        pytest.skip("ruff is not installed")
    command = [ruff, "check", "--no-cache", ROOT / "python", ROOT / "test"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


DECLARATION = re.compile(r"^(template|class|struct|enum|union|using|typedef|[A-Za-z_:][\w:<>,&* ]*\()")


def undocumented(path):
    """Declarations at namespace level that start a paragraph and have no comment above them."""
    previous = ""
    for number, line in enumerate(lines(path), 1):
        starts = not previous.strip() or previous.startswith(("namespace", "extern", "#"))
        forward = re.match(r"^(class|struct|enum class) [\w:]+( : \w+)?;$", line)
        if starts and DECLARATION.match(line) and not forward and not line.startswith("namespace"):
            yield f"{name(path)}:{number}: {line}"
        previous = line


def test_public_headers_are_documented():
    headers = [path for path in files(".h") if path.is_relative_to(ROOT / "include")]
    bare = [entry for path in headers for entry in undocumented(path)]
    assert headers and not bare, "\n".join(bare)


def test_every_pass_states_its_contract():
    passes = 0
    for path in files(".td"):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"^def (\w+)\s*:\s*Pass<\"([\w-]+)\"(.*?)^}", text, re.M | re.S):
            passes += 1
            assert "let summary" in match[3], f"{match[2]} has no summary"
            description = re.search(r"let description = \[\{(.*?)\}\]", match[3], re.S)
            assert description and len(description[1].split()) >= 15, f"{match[2]} does not state its contract"
    assert passes


@pytest.mark.parametrize("pattern", [r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", r"(?<![\w.}])/(home|root|work|tmp)/"])
def test_nothing_unfinished_or_private(pattern):
    sources = files(".cpp", ".h", ".c", ".cu", ".td", ".def", ".py", ".cmake", ".txt", ".md", ".mlir", ".map", ".sh",
                    "")
    found = [f"{name(path)}:{number}: {line.strip()}" for path in sources
             for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
             if re.search(pattern, line)]
    assert not found, "\n".join(found)
