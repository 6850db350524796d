//===- ReadCeiling.h - How fast a device reads memory -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The time of a kernel that reads so many bytes and does nothing else, timed as
// everything else is.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_READCEILING_H
#define TOOLS_HUMMING_BENCH_READCEILING_H

#include "GraphTimer.h"

#include <map>
#include <vector>

namespace humming::bench {

/// Bytes that lie between two uses of the same memory: several times the
/// largest L2 cache.
inline constexpr uint64_t kRotationBytes = 256ull << 20;

/// Copies of `bytes` bytes to walk through, so that kRotationBytes lie between
/// two uses of one; at least 3.
inline int64_t rotationFor(uint64_t bytes) {
  return std::max<int64_t>(3, kRotationBytes / bytes + 2);
}

/// Measures and remembers read times on one device.
class ReadCeiling {
public:
  ReadCeiling(hrtDevice *device, GraphTimer &timer)
      : device(device), timer(timer) {}
  ~ReadCeiling();

  /// Microseconds to read `bytes` bytes: the best of several grids.
  llvm::Expected<double> microseconds(uint64_t bytes);

private:
  llvm::Error load();
  llvm::Error reserve(uint64_t bytes);

  hrtDevice *device;
  GraphTimer &timer;
  uint32_t multiprocessors = 0;
  hrtModule module = nullptr;
  std::vector<hrtKernel> kernels; ///< one for each shape of the loop
  hrtPointer memory = 0, sink = 0;
  uint64_t memoryBytes = 0;
  std::map<uint64_t, double> known;
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_READCEILING_H
