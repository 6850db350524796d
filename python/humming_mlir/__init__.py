# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized matrix multiplication kernels, compiled on the fly.

    import humming_mlir as humming
    import numpy as np

    device = humming.Device.emulator()  # or humming.Device.cuda()
    options = dict(code="u4", group=128, zero=True)
    problem = humming.Problem.gemm(n=256, k=512, **options)
    jit = humming.Jit(device)
    gemm = jit.add(problem)
    gemm.prepare(max_tokens=16)
    jit.seal()

    w = humming.quantize(np.random.rand(256, 512).astype("float32"), **options)
    packed = [gemm.pack("b", device.upload(w.codes)),
              gemm.pack("scale", device.upload(w.scales)),
              gemm.pack("zero", device.upload(w.zeros))]
    a = device.upload(np.random.rand(16, 512).astype("float16"))
    c = device.alloc(16 * 256 * 2)
    gemm.launch(16, a, *packed, c)
    device.synchronize()
    print(c.download((16, 256), "float16"))

bf16 arrays are uint16 with the bit patterns, since numpy has no bf16.
"""

from ._library import HummingError, use_library
from .device import Device, Memory, cuda_device_count
from .jit import Gemm, Jit
from .problem import Buffer, Compiled, Kernel, PlanEntry, Problem, describe
from .quantize import Quantized, quantize

__all__ = [
    "Buffer",
    "Compiled",
    "Device",
    "Gemm",
    "HummingError",
    "Jit",
    "Kernel",
    "Memory",
    "PlanEntry",
    "Problem",
    "Quantized",
    "cuda_device_count",
    "describe",
    "quantize",
    "use_library",
]
