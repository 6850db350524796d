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
            yield pytest.param(match[1], page in GENERATED, id=f"{page.name}:{line}")


@pytest.mark.parametrize("block, excerpt", list(blocks()))
def test_block_parses(block, excerpt):
    """The pages generated from op definitions may show one op, whose operands come from elsewhere."""
    command = [BUILD / "bin" / "humming-opt", "--split-input-file"]
    result = subprocess.run(command, input=block, capture_output=True, text=True)
    errors = [line for line in result.stderr.splitlines() if " error: " in line]
    if excerpt:
        errors = [line for line in errors if "use of undeclared SSA value name" not in line]
    assert not errors, result.stderr


def test_there_are_blocks_and_generated_pages():
    assert list(blocks()) and GENERATED


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken
