//===- Workload.h - Operands in device memory -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The data of one shape on the device, in as many copies as outlast the cache.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_WORKLOAD_H
#define TOOLS_HUMMING_BENCH_WORKLOAD_H

#include "HostData.h"
#include "ReadCeiling.h"
#include "humming/JIT/Jit.h"

namespace humming::bench {

/// Operands and results of one gemm.
class Workload {
public:
  /// Makes data for up to `maxTokens` tokens, uploads and packs it. `gemm` has
  /// the problem of `description`.
  static llvm::Expected<std::unique_ptr<Workload>>
  create(hrtDevice *device, const jit::GemmProblem &description,
         jit::Gemm &gemm, int64_t maxTokens);
  ~Workload();

  /// Copies of the weights' side.
  int64_t numCopies() const { return copies.size(); }
  /// Buffers of a launch with copy `call % numCopies()`.
  llvm::ArrayRef<hrtPointer> buffers(int64_t call) const {
    return copies[call % numCopies()];
  }
  /// Buffers of a launch whose result has `sample`.
  llvm::ArrayRef<hrtPointer> buffers(const Sample &sample) const {
    return sample.activations == Activations::Sparse ? sparseBuffers
                                                     : copies.front();
  }

  /// Bytes of packed weights, scales and zero points.
  uint64_t weightBytes() const { return packedBytes; }
  /// Bytes of activations and result for `m` tokens.
  uint64_t tokenBytes(int64_t m) const;

  /// What `m` tokens are checked with. Dense activations come last: the result
  /// of theirs is that of the launches that are timed. May be called from
  /// several threads.
  llvm::Expected<std::vector<Sample>> samples(int64_t m) const;

  /// Fills the result of `m` tokens with a pattern that no result has.
  llvm::Error poison(int64_t m);
  /// The result of `m` tokens, row-major, until the next one is asked for. An
  /// error when an element was not written.
  llvm::Expected<llvm::ArrayRef<uint8_t>> result(int64_t m);

private:
  Workload(hrtDevice *device, const jit::GemmProblem &description,
           const jit::Problem &problem, int64_t maxTokens)
      : device(device), output(description.output), problem(problem),
        data(description, problem, maxTokens) {}
  llvm::Error upload(jit::Gemm &gemm, int64_t maxTokens);
  llvm::Expected<hrtPointer> allocate(uint64_t bytes);
  llvm::Error copyIn(hrtPointer to, llvm::ArrayRef<uint8_t> bytes);

  hrtDevice *device;
  ScalarKind output;
  jit::Problem problem;
  HostData data;
  std::vector<hrtPointer> memory;
  std::vector<std::vector<hrtPointer>> copies; ///< buffers of a launch
  std::vector<hrtPointer> sparseBuffers; ///< the first, with other activations
  uint64_t packedBytes = 0;
  std::vector<uint8_t> lastResult;
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_WORKLOAD_H
