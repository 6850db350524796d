"""Checks that a shared library exports what its headers declare, and nothing else.

Usage: exports.py NM LIBRARY HEADERS... A function is declared with HUMMING_API or HRT_API; the
entries of the programs (hummingXMain), which live in the library in a release, are allowed too.
"""

import re
import subprocess
import sys
from pathlib import Path


def main() -> int:
    nm, library, *headers = sys.argv[1:]
    text = "".join(Path(header).read_text() for header in headers)
    declared = set(re.findall(r"^(?:HUMMING|HRT)_API [^(]*?(\w+)\s*\(", text, re.MULTILINE))
    listing = subprocess.run(
        [nm, "--dynamic", "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout
    exported = {line.split()[-1].split("@")[0] for line in listing.splitlines()}
    exported = {name for name in exported if not re.fullmatch(r"humming\w+Main", name)}
    for name in sorted(declared - exported):
        print(f"declared but not exported: {name}")
    for name in sorted(exported - declared):
        print(f"exported but not declared: {name}")
    print(f"{len(declared)} functions declared, {len(exported)} exported")
    return 1 if declared != exported or not declared else 0


if __name__ == "__main__":
    sys.exit(main())
