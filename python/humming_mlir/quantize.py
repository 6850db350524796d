# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Float weights to codes, on the host."""

from __future__ import annotations

from ctypes import byref
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import _library
from .problem import Problem, describe

_DTYPES = {"f16": np.float16, "bf16": np.uint16, "f32": np.float32}  # others: bytes


@dataclass(frozen=True)
class Quantized:
    """Row-major operands, ready to be packed. Scales of bf16 are uint16 bit patterns, those of 8
    bits uint8."""

    codes: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.generic]
    zeros: npt.NDArray[np.uint8] | None


def quantize(
    weights: npt.NDArray[np.float32],
    *,
    code: str = "u4",
    group: int = 128,
    scale: str = "f16",
    zero: bool = False,
) -> Quantized:
    """Rounds `weights`, N x K, to the nearest codes, with a scale for each `group` values of k (0:
    one for each channel). Codes of a row are packed into its bytes, low bits first."""
    weights = np.ascontiguousarray(weights, np.float32)
    n, k = weights.shape
    options = {"n": n, "k": k, "code": code, "group": group, "scale": scale, "zero": zero}
    size = {buffer.role: buffer.bytes for buffer in Problem.gemm(**options).buffers}
    codes = np.empty((n, size["b"] // n), np.uint8)
    dtype = np.dtype(_DTYPES.get(scale, np.uint8))
    scales = np.empty((n, size["scale"] // (n * dtype.itemsize)), dtype)
    zeros = np.empty((n, size["zero"] // n), np.uint8) if zero else None
    _library.library().hummingQuantize(
        byref(describe(**options)),
        weights.ctypes.data,
        codes.ctypes.data,
        scales.ctypes.data,
        zeros.ctypes.data if zeros is not None else None,
    )
    return Quantized(codes, scales, zeros)
