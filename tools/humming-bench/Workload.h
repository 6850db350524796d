//===- Workload.h - Operands in device memory -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The data of one shape, on the host to be checked against and on the device in
// as many copies as outlast the cache.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_WORKLOAD_H
#define TOOLS_HUMMING_BENCH_WORKLOAD_H

#include "ReadCeiling.h"
#include "humming/JIT/Jit.h"
#include "humming/Reference/Reference.h"

namespace humming::bench {

/// A part of the result that was computed by definition.
struct Sample {
  std::vector<int64_t> tokens, channels; ///< which rows and columns
  reference::Evaluation expected;        ///< tokens x channels
};

/// Random operands of one gemm: activations close to normal; weights as normal
/// weights quantized to their code are, with scales that make results of about
/// 1.
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

  /// Bytes of packed weights, scales and zero points.
  uint64_t weightBytes() const { return packedBytes; }
  /// Bytes of activations and result for `m` tokens.
  uint64_t tokenBytes(int64_t m) const;

  /// Evaluates the definition on one output channel of every 64 and up to 16
  /// tokens spread over `m`. May be called from several threads.
  llvm::Expected<Sample> sample(int64_t m) const;

  /// Fills the result of `m` tokens with a pattern that no result has.
  llvm::Error poison(int64_t m);
  /// The result of `m` tokens, row-major, until the next one is asked for. An
  /// error when an element was not written.
  llvm::Expected<llvm::ArrayRef<uint8_t>> result(int64_t m);

private:
  Workload(hrtDevice *device, jit::GemmProblem description,
           const jit::Problem &problem)
      : device(device), description(std::move(description)), problem(problem) {}
  void makeData(int64_t maxTokens);
  llvm::Error upload(jit::Gemm &gemm, int64_t maxTokens);
  llvm::Expected<hrtPointer> allocate(uint64_t bytes);
  /// Rows of a row-major buffer for `tokens` tokens.
  int64_t rowsOf(const jit::BufferInfo &buffer, int64_t tokens) const;
  /// Rows of the weights that share a scale.
  int64_t scaleRows() const;
  /// Groups of k that have scales of their own.
  int64_t numGroups() const;

  hrtDevice *device;
  jit::GemmProblem description;
  jit::Problem problem;
  std::vector<std::vector<uint8_t>> host; ///< row-major, by argument
  std::vector<hrtPointer> memory;
  std::vector<std::vector<hrtPointer>> copies; ///< buffers of a launch
  uint64_t packedBytes = 0;
  std::vector<uint8_t> lastResult;
};

/// `rows` rows of values of `kind`, close to normal with a deviation of
/// `spread`: row r is a function of the seed, r and the columns.
std::vector<uint8_t> drawNormal(size_t rows, size_t columns, ScalarKind kind,
                                double spread, uint64_t seed);

/// The elements of `result` that `sample` is about, compared with it. `n` is
/// the width of a row.
reference::Comparison compare(const Sample &sample,
                              llvm::ArrayRef<uint8_t> result, int64_t n);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_WORKLOAD_H
