"""Runs a program that must refuse: status 2, one line on stderr, nothing on stdout."""

import subprocess
import sys

result = subprocess.run(sys.argv[1:], capture_output=True, text=True)
assert result.returncode == 2, result.returncode
assert result.stdout == "" and result.stderr.count("\n") == 1, result
