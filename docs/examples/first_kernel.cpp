//===- first_kernel.cpp - A first kernel in C++ ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantizes float weights to u4, compiles a kernel for any number of tokens,
// and multiplies on the GPU if there is one, else on the emulator. The weights
// are chosen so that nothing is rounded: the result equals the float product.
//
//===----------------------------------------------------------------------===//

#include "humming/Emulator/Device.h"
#include "humming/JIT/Jit.h"
#include "humming/Numerics/Quantize.h"

#include <cstdio>

using namespace humming;

static llvm::ExitOnError exitOnError("first_kernel: ");

static hrtPointer upload(hrtDevice *device, const void *data, size_t bytes) {
  hrtPointer address = 0;
  exitOnError(jit::deviceError(hrtAlloc(device, bytes, &address)));
  exitOnError(jit::deviceError(hrtCopyIn(device, address, data, bytes)));
  return address;
}

int main() {
  const int64_t m = 5, n = 128, k = 256, group = 64;
  std::vector<float> weights(n * k);
  for (int64_t i = 0; i < n * k; ++i)
    weights[i] = i % group ? 0.5f * (i * 5 % 15 - 7) : 3.5f;
  std::vector<uint16_t> a(m * k), c(m * n);
  for (int64_t i = 0; i < m * k; ++i)
    a[i] = encode(ScalarKind::F16, i % 3 - 1);

  // 1. A device.
  hrtDevice *device = nullptr;
  if (hrtOpenCuda(0, &device) != HRT_OK)
    device = emulator::openDevice();

  // 2. A problem, and its kernels for up to 8 tokens.
  jit::GemmProblem description;
  description.n = n;
  description.k = k;
  description.group = group;
  std::unique_ptr<jit::Jit> compiler = exitOnError(jit::Jit::create(device));
  std::unique_ptr<jit::Gemm> gemm =
      exitOnError(compiler->add(exitOnError(jit::Problem::get(description))));
  exitOnError(gemm->prepare(/*maxTokens=*/8));
  compiler->seal();

  // 3. The weights: quantized on the host, packed on the device.
  QuantizeOptions options;
  options.group = group;
  QuantizedWeight quantized = quantize(weights.data(), n, k, options);
  std::vector<uint8_t> codes = packRows(quantized.codes.data(), n, k, 4);
  std::vector<uint16_t> scales(quantized.scales.begin(),
                               quantized.scales.end());
  const std::vector<jit::BufferInfo> &sizes = gemm->getProblem().buffers;
  hrtPointer plain[] = {upload(device, codes.data(), codes.size()),
                        upload(device, scales.data(), scales.size() * 2)};
  hrtPointer packed[2];
  for (int i = 0; i < 2; ++i) {
    const jit::BufferInfo &info = sizes[1 + i];
    exitOnError(
        jit::deviceError(hrtAlloc(device, info.packedBytes, &packed[i])));
    exitOnError(gemm->pack(info.role, plain[i], packed[i]));
  }

  // 4. The product.
  hrtPointer buffers[] = {upload(device, a.data(), a.size() * 2), packed[0],
                          packed[1], upload(device, c.data(), c.size() * 2)};
  exitOnError(gemm->launch(m, buffers));
  exitOnError(
      jit::deviceError(hrtCopyOut(device, c.data(), buffers[3], c.size() * 2)));

  int64_t wrong = 0;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t l = 0; l < k; ++l)
        sum += decode(ScalarKind::F16, a[i * k + l]) * weights[j * k + l];
      wrong += c[i * n + j] != encode(ScalarKind::F16, sum);
    }
  hrtDeviceInfo info;
  exitOnError(jit::deviceError(hrtGetInfo(device, &info)));
  std::printf("%lld x %lld x %lld on %s: %lld wrong\n",
              static_cast<long long>(m), static_cast<long long>(n),
              static_cast<long long>(k), info.name,
              static_cast<long long>(wrong));

  for (hrtPointer address :
       {plain[0], plain[1], packed[0], packed[1], buffers[0], buffers[3]})
    hrtFree(device, address);
  gemm.reset();
  compiler.reset();
  hrtClose(device);
  return wrong != 0;
}
