"""Checks what a static library leaves undefined: C and C++ runtime only.

Usage: symbols.py NM LIBRARY. Fails when a symbol of LLVM, MLIR or the CUDA
driver is needed at link time.
"""

import re
import subprocess
import sys

FORBIDDEN = re.compile(r"^cu[A-Z]|N4llvm|4llvm|4mlir|^LLVM|^mlir")


def main() -> int:
    nm, library = sys.argv[1:]
    listing = subprocess.run([nm, library], check=True, capture_output=True, text=True).stdout
    symbols = re.findall(r"^\S*\s+(\w) (\S+)$", listing, re.MULTILINE)
    if ("T", "hrtOpenCuda") not in symbols:
        print(f"{library} does not define hrtOpenCuda")
        return 1
    bad = sorted({name for _, name in symbols if FORBIDDEN.search(name)})
    for name in bad:
        print(f"{library} refers to {name}")
    undefined = {name for kind, name in symbols if kind == "U"}
    print(f"{len(symbols)} symbols, {len(undefined)} undefined, {len(bad)} forbidden")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
