# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Points humming_mlir at the library under test."""

import os
from pathlib import Path

import humming_mlir as humming

if "HUMMING_BUILD" in os.environ:
    humming.use_library(Path(os.environ["HUMMING_BUILD"]) / "lib" / "libhumming.so")
