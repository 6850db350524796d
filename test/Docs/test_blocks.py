"""Every fenced mlir block of the documentation parses and verifies; every link between its pages leads somewhere."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["HUMMING_BUILD"])
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GENERATED = sorted((BUILD / "docs" / "Dialects").glob("*.md"))
FENCE = re.compile(r"^```mlir\n(.*?)^```", re.M | re.S)


def blocks():
    for page in [*PAGES, *GENERATED]:
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield pytest.param(match[1], id=f"{page.name}:{line}")


@pytest.mark.parametrize("block", list(blocks()))
def test_block_parses(block):
    command = [BUILD / "bin" / "humming-opt", "--split-input-file"]
    result = subprocess.run(command, input=block, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_there_are_blocks_and_generated_pages():
    assert list(blocks()) and GENERATED


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken
