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

/// What the zero points of the weights are.
enum class ZeroKind : uint8_t {
  None,  ///< uB stands for code - 2^(B-1), other codes for their value
  Code,  ///< codes of the weights' format
  Number ///< numbers of the activations' type
};

/// What a scale of the activations is for.
enum class InputScale : uint8_t {
  None,
  Tensor, ///< all of them
  Token   ///< a row, or a group of inputGroup values of one
};

/// C[m, n] = bias[n] + global scale * sum over k of
///           A[m, p(k)] * input scale * (W[n, p(k)] - zero) * scale.
///
/// The types of scales and the like mean nothing where there are none.
struct GemmProblem {
  int64_t n = 0;            ///< output channels
  int64_t k = 0;            ///< length of the reduction
  std::optional<int64_t> m; ///< tokens; absent: any number, from 1
  /// F16, BF16, E4M3, E5M2, E2M1, I8 or I4.
  ScalarKind activation = ScalarKind::F16;
  /// F16, BF16, F32, E4M3, E5M2 or UE8M0; absent: no scales.
  std::optional<ScalarKind> scale = ScalarKind::F16;
  ScalarKind output = ScalarKind::F16; ///< F16, BF16 or F32
  std::string code = "u4"; ///< format of the weights, as Code::parse takes it
  int64_t group = 128; ///< values of k that share a scale; 0: all (channel).
                       ///< The last group may have fewer.
  int64_t rows = 1;    ///< rows of W that share a scale; 0: all, and with a
                       ///< group of 0 one scale for the tensor
  ZeroKind zero = ZeroKind::None; ///< in the shape of the scales
  bool globalScale = false;       ///< one f32 for the whole product
  InputScale inputScale = InputScale::None;
  ScalarKind inputScaleType = ScalarKind::F32; ///< F32, UE8M0 or E4M3
  int64_t inputGroup = 0; ///< values of k that share the scale of a token; 0:
                          ///< all. Divides k, or is `group`.
  bool perm = false;      ///< K numbers: p(k), the column of A and W at k
  bool bias = false;      ///< one value of the output type per channel
  ScalePlace scalePlace = ScalePlace::Default;
  /// F32, I32 beside integer activations, or F16 beside those of F16; absent:
  /// the first two.
  std::optional<ScalarKind> accumulator;
  /// A token's results depend neither on m nor on other tokens, to the bit.
  bool fixedOrder = false;
};

/// Builds the problem form of `problem`: a module with the function @gemm of
/// (a, weights, scale, zero, global scale, input scale, perm, bias) -> result,
/// without those that `problem` has not. The bias is added in f32 and the sum
/// rounded once to the output type. InvalidArgument when the
/// numbers make no sense; what is well-formed but not supported is left for
/// the compiler to refuse.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildProblem(mlir::MLIRContext *context, const GemmProblem &problem);

/// What a buffer of a problem function is for.
enum class BufferRole : uint8_t {
  A,
  B,
  Scale,
  Zero,
  GlobalScale,
  InputScale,
  Perm,
  Epilogue,
  Result
};

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
