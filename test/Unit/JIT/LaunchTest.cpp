//===- LaunchTest.cpp - The JIT on the emulator ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A first kernel from end to end: describe, prepare, pack, launch, and compare
// with a sum written out here, on values whose sums are exact.
//
//===----------------------------------------------------------------------===//

#include "Support.h"
#include "humming/Emulator/Device.h"
#include "humming/Numerics/Float.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;

namespace {
/// Device memory with the bytes of a vector.
template <typename T>
hrtPointer upload(hrtDevice *device, const std::vector<T> &values) {
  hrtPointer address = 0;
  EXPECT_EQ(hrtAlloc(device, values.size() * sizeof(T), &address), HRT_OK);
  EXPECT_EQ(
      hrtCopyIn(device, address, values.data(), values.size() * sizeof(T)),
      HRT_OK);
  return address;
}

uint16_t half(double value) { return encode(ScalarKind::F16, value); }
} // namespace

TEST(Launch, FirstKernelOnTheEmulator) {
  const int64_t m = 3, n = 64, k = 128, group = 64;
  hrtDevice *device = emulator::openDevice();
  std::unique_ptr<Jit> jit = llvm::cantFail(Jit::create(device));

  GemmProblem description;
  description.n = n;
  description.k = k;
  description.group = group;
  description.bias = true;
  Problem problem = llvm::cantFail(Problem::get(description));
  std::unique_ptr<Gemm> gemm = llvm::cantFail(jit->add(problem));
  llvm::cantFail(gemm->prepare(/*maxTokens=*/8));
  jit->seal();

  // Small integers: u4 without zero points means code - 8.
  auto activation = [](int64_t i, int64_t j) {
    return (i * 7 + j * 3) % 5 - 2;
  };
  auto code = [](int64_t i, int64_t j) { return (i * 5 + j * 11) % 16; };
  auto scale = [](int64_t i, int64_t g) { return (i + g) % 2 ? 0.5 : 1.0; };
  auto bias = [](int64_t i) { return i % 9 - 4; };
  std::vector<uint16_t> a(m * k), scales(n * (k / group)), biases(n), c(m * n);
  std::vector<uint8_t> codes(n * k / 2);
  for (int64_t i = 0; i < m * k; ++i)
    a[i] = half(activation(i / k, i % k));
  for (int64_t i = 0; i < n * k; ++i)
    codes[i / 2] |= code(i / k, i % k) << (i % 2 * 4);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t g = 0; g < k / group; ++g)
      scales[i * (k / group) + g] = half(scale(i, g));
    biases[i] = half(bias(i));
  }

  hrtPointer plainB = upload(device, codes),
             plainScale = upload(device, scales);
  hrtPointer packedB = 0, packedScale = 0;
  ASSERT_EQ(hrtAlloc(device, problem.buffers[1].packedBytes, &packedB), HRT_OK);
  ASSERT_EQ(hrtAlloc(device, problem.buffers[2].packedBytes, &packedScale),
            HRT_OK);
  llvm::cantFail(gemm->pack(BufferRole::B, plainB, packedB));
  llvm::cantFail(gemm->pack(BufferRole::Scale, plainScale, packedScale));

  hrtPointer buffers[] = {upload(device, a), packedB, packedScale,
                          upload(device, biases), upload(device, c)};
  llvm::cantFail(gemm->launch(m, buffers));
  ASSERT_EQ(hrtSynchronize(device, nullptr), HRT_OK) << hrtLastError();
  ASSERT_EQ(hrtCopyOut(device, c.data(), buffers[4], c.size() * 2), HRT_OK);

  for (int64_t row = 0; row < m; ++row)
    for (int64_t column = 0; column < n; ++column) {
      double sum = bias(column);
      for (int64_t j = 0; j < k; ++j)
        sum += activation(row, j) * (code(column, j) - 8.0) *
               scale(column, j / group);
      ASSERT_EQ(c[row * n + column], half(sum))
          << "row " << row << ", column " << column;
    }

  for (hrtPointer address : {plainB, plainScale, packedB, packedScale,
                             buffers[0], buffers[3], buffers[4]})
    EXPECT_EQ(hrtFree(device, address), HRT_OK);
  gemm.reset();
  jit.reset();
  hrtClose(device);
}
