//===- Quantize.cpp - Float weights to codes in C -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantizes and writes the row-major buffers that packing starts from.
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

#include "humming/Numerics/Quantize.h"

#include <cstring>

using namespace humming;
using namespace humming::capi;
using namespace humming::jit;

static void store(void *destination, const std::vector<uint8_t> &bytes) {
  std::memcpy(destination, bytes.data(), bytes.size());
}

hummingStatus hummingQuantize(const hummingGemmDescription *description,
                              const float *weights, void *codes, void *scales,
                              void *zeros) {
  HUMMING_EXPECT(description != nullptr);
  HUMMING_EXPECT(weights != nullptr);
  HUMMING_EXPECT(codes != nullptr);
  HUMMING_EXPECT(scales != nullptr);
  HUMMING_EXPECT(description->scale != HUMMING_NO_SCALE);
  HUMMING_EXPECT(description->rows == 0 || description->rows == 1);
  HUMMING_EXPECT(description->zero != HUMMING_ZERO_NUMBER);
  bool hasZeros = description->zero == HUMMING_ZERO_CODE;
  HUMMING_EXPECT((zeros != nullptr) == hasZeros);
  GemmProblem gemm;
  if (hummingStatus status = read(*description, gemm))
    return status;
  // Building the problem checks the numbers.
  llvm::Expected<Problem> problem = Problem::get(gemm);
  if (!problem)
    return report(problem.takeError());

  QuantizeOptions options;
  options.code = *Code::parse(gemm.code);
  options.scale = *gemm.scale;
  options.group = gemm.group;
  options.zero = hasZeros;
  QuantizedWeight quantized = quantize(weights, gemm.n, gemm.k, options);
  unsigned bits = options.code.bits();
  store(codes, packRows(quantized.codes.data(), gemm.n, gemm.k, bits));
  if (zeros)
    store(zeros,
          packRows(quantized.zeros.data(), gemm.n, quantized.groups, bits));
  // The low bytes of each pattern; hosts of this library are little-endian.
  size_t scaleBytes = bitWidth(options.scale) / 8;
  for (size_t i = 0; i < quantized.scales.size(); ++i)
    std::memcpy(static_cast<char *>(scales) + i * scaleBytes,
                &quantized.scales[i], scaleBytes);
  return HUMMING_OK;
}
