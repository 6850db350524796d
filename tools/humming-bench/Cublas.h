//===- Cublas.h - The product that cuBLAS computes --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// f16 weights that were never quantized times f16 activations, in the same run
// and timed as everything else is. The library is looked for when it is asked
// for; nothing links it.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_CUBLAS_H
#define TOOLS_HUMMING_BENCH_CUBLAS_H

#include "ReadCeiling.h"

namespace humming::bench {

/// cuBLAS, loaded while the program runs.
class Cublas {
public:
  /// Loads `path`, or the newest known libcublas.so where it is empty. Looks
  /// for no device.
  static llvm::Expected<std::unique_ptr<Cublas>> load(llvm::StringRef path);
  /// Frees its memory: before the device is closed.
  ~Cublas();

  /// Microseconds of C = A * W on random data, A of m x k and W of n x k, all
  /// f16, sums in f32. An error when sampled elements are wrong.
  llvm::Expected<double> microseconds(hrtDevice *device, GraphTimer &timer,
                                      int64_t n, int64_t k, int64_t m,
                                      const TimingOptions &options);

private:
  struct Functions;
  Cublas();
  llvm::Error check(int status, const char *call) const;
  llvm::Error open();
  llvm::Error makeWeights(int64_t n, int64_t k);
  llvm::Expected<hrtPointer> upload(llvm::ArrayRef<uint8_t> bytes);
  llvm::Error multiply(int64_t copy, hrtStream stream);
  llvm::Error checkSample(llvm::ArrayRef<uint8_t> tokens);
  void free(hrtPointer &address);

  std::unique_ptr<Functions> functions;
  void *handle = nullptr;
  hrtDevice *device = nullptr;
  int64_t n = 0, k = 0, m = 0;
  std::vector<uint8_t> weights; ///< on the host, to be checked against
  std::vector<hrtPointer> copies;
  hrtPointer workspace = 0, activations = 0, result = 0;
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_CUBLAS_H
