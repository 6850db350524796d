//===- HostData.h - Operands in host memory ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The data of one shape, and what a part of the result has to be.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_HOSTDATA_H
#define TOOLS_HUMMING_BENCH_HOSTDATA_H

#include "humming/JIT/Problem.h"
#include "humming/Reference/Reference.h"

namespace humming::bench {

/// What is multiplied.
enum class Activations : uint8_t {
  Dense, ///< what is timed: close to normal. Bounds of long sums are wide
  /// Of each token 32 are as they are, at places of its own all over k, and
  /// the others zero: sums as long, with the bounds of short ones.
  Sparse
};

/// A part of the result that was computed by definition.
struct Sample {
  Activations activations = Activations::Dense;
  std::vector<int64_t> tokens, channels; ///< which rows and columns
  reference::Evaluation expected;        ///< tokens x channels
};

/// Random operands of one gemm: activations close to normal; weights as normal
/// weights quantized to their code are, with scales that make results of about
/// 1.
class HostData {
public:
  /// Makes data for up to `maxTokens` tokens. `problem` is that of
  /// `description`.
  HostData(jit::GemmProblem description, const jit::Problem &problem,
           int64_t maxTokens);

  /// An argument, row-major.
  llvm::ArrayRef<uint8_t> operand(size_t argument,
                                  Activations activations) const {
    bool isA = problem.buffers[argument].role == jit::BufferRole::A;
    return isA && activations == Activations::Sparse ? sparse
                                                     : operands[argument];
  }

  /// Evaluates the definition on one output channel of every 64 and up to 16
  /// tokens spread over `m`. May be called from several threads.
  llvm::Expected<Sample> sample(int64_t m, Activations activations) const;

private:
  /// Rows of a row-major buffer for `tokens` tokens.
  int64_t rowsOf(const jit::BufferInfo &buffer, int64_t tokens) const;
  /// Rows of the weights that share a scale.
  int64_t scaleRows() const;
  /// Groups of k that have scales of their own.
  int64_t numGroups() const;

  jit::GemmProblem description;
  jit::Problem problem;
  std::vector<std::vector<uint8_t>> operands; ///< by argument, A dense
  std::vector<uint8_t> sparse;                ///< A
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

#endif // TOOLS_HUMMING_BENCH_HOSTDATA_H
