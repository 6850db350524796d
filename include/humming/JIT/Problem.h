//===- Problem.h - Describing a gemm without writing IR ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a handful of numbers to a module in problem form, and from a problem
// form to the buffers its kernel takes.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_JIT_PROBLEM_H
#define HUMMING_JIT_PROBLEM_H

#include "humming/JIT/Error.h"
#include "humming/Numerics/Float.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>
#include <vector>

namespace humming {
class GemmOp;
}

namespace humming::jit {

/// Where weights are multiplied by their scale.
enum class ScalePlace : uint8_t {
  Default,    ///< what #humming.numerics means when it is absent
  Operand,    ///< before the multiplication, rounded to the operand type
  Accumulator ///< after it
};

/// C[m, n] = bias[n] + sum over k of A[m, k] * (W[n, k] - zero) * scale.
struct GemmProblem {
  int64_t n = 0;            ///< output channels
  int64_t k = 0;            ///< length of the reduction
  std::optional<int64_t> m; ///< tokens; absent: any number, from 1
  ScalarKind activation = ScalarKind::F16;
  ScalarKind scale = ScalarKind::F16;
  ScalarKind output = ScalarKind::F16;
  std::string code = "u4"; ///< format of the weights, as Code::parse takes it
  int64_t group = 128;     ///< values of k that share a scale; 0: all (channel)
  bool zero = false;       ///< zero points, of the weights' code
  bool bias = false;       ///< one value of the output type per channel
  ScalePlace scalePlace = ScalePlace::Default;
};

/// Builds the problem form of `problem`: a module with the function @gemm of
/// (a, weights, scale, zero if any, bias if any) -> result. The bias is added
/// in f32 and the sum rounded once to the output type. InvalidArgument when the
/// numbers make no sense; what is well-formed but not supported is left for
/// the compiler to refuse.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildProblem(mlir::MLIRContext *context, const GemmProblem &problem);

/// What a buffer of a problem function is for.
enum class BufferRole : uint8_t { A, B, Scale, Zero, Epilogue, Result };

/// One buffer that a launch takes. Sizes are in bytes; a buffer with one row
/// for each token has bytes = 0 and its row in bytesPerToken.
struct BufferInfo {
  BufferRole role;
  uint64_t bytes = 0;         ///< as the problem describes it, row-major
  uint64_t bytesPerToken = 0; ///< for M rows
  uint64_t packedBytes = 0;   ///< B, Scale, Zero: as a launch takes it
  /// Bytes of the row-major buffer for `m` tokens.
  uint64_t sizeFor(int64_t m) const { return bytes + bytesPerToken * m; }
};

/// A checked problem, apart from any MLIRContext: cheap to copy, safe to share.
struct Problem {
  std::string name;               ///< of its function, and so of its kernel
  std::string ir;                 ///< the problem form, as MLIR text
  std::string source = "problem"; ///< what locations call `ir`
  std::optional<int64_t> m;       ///< absent: dynamic
  int64_t n = 0;
  int64_t k = 0;
  /// In the order of a launch: the function's arguments, then its result.
  std::vector<BufferInfo> buffers;

  /// The problem that `gemm` describes.
  static llvm::Expected<Problem> get(const GemmProblem &gemm);
  /// The problem in `ir`, a module with one function that holds one gemm of the
  /// function's arguments and returns it. CompileFailed (pass "parse") when it
  /// does not parse or verify, InvalidArgument when it holds something else.
  /// `source` names the text in locations.
  static llvm::Expected<Problem> parse(llvm::StringRef ir,
                                       llvm::StringRef source = "problem");
};

} // namespace humming::jit

#endif // HUMMING_JIT_PROBLEM_H
