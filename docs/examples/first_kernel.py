# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A first kernel in Python: quantize, compile, pack, multiply, compare.

Runs on the GPU if there is one, else on the emulator. The weights are chosen so that nothing is
rounded: the result equals the float product.
"""

import humming_mlir as humming
import numpy as np

M, N, K, GROUP = 5, 128, 256, 64


def main() -> int:
    random = np.random.default_rng(0)
    weights = 0.5 * random.integers(-7, 8, (N, K)).astype(np.float32)
    weights[:, ::GROUP] = 3.5
    activations = random.integers(-1, 2, (M, K)).astype(np.float16)

    device = humming.Device.emulator()
    if humming.cuda_device_count():
        device = humming.Device.cuda()
    jit = humming.Jit(device)
    gemm = jit.add(humming.Problem.gemm(n=N, k=K, code="u4", group=GROUP))
    gemm.prepare(max_tokens=M)
    jit.seal()

    quantized = humming.quantize(weights, code="u4", group=GROUP)
    codes = gemm.pack("b", device.upload(quantized.codes))
    scales = gemm.pack("scale", device.upload(quantized.scales))
    result = device.alloc(M * N * 2)
    gemm.launch(M, device.upload(activations), codes, scales, result)
    device.synchronize()

    product = result.download((M, N), np.float16)
    expected = (activations.astype(np.float32) @ weights.T).astype(np.float16)
    wrong = int((product != expected).sum())
    print(f"{M} x {N} x {K} on {device.name}: {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
