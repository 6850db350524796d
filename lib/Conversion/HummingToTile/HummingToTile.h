//===- HummingToTile.h - one kernel for each gemm and pack ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two writers of kernels behind convert-humming-to-tile.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_CONVERSION_HUMMINGTOTILE_HUMMINGTOTILE_H
#define HUMMING_LIB_CONVERSION_HUMMINGTOTILE_HUMMINGTOTILE_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace humming {

struct Arch;

/// A kernel with these arguments and threads, its body empty but for the
/// return.
::mlir::gpu::GPUFuncOp createKernel(::mlir::OpBuilder &b, ::mlir::Location loc,
                                    ::llvm::StringRef name,
                                    ::mlir::TypeRange arguments,
                                    int64_t threads);

/// A tensor as a kernel sees it: a memref with the same element type (bytes for
/// floats of 8 bits) and layout, its dynamic dimension kept.
::mlir::MemRefType toMemRef(::mlir::RankedTensorType type);

/// A scale of type `from` as a float of type `to`, which holds it exactly (f32
/// does); `value` is a byte where `from` has 8 bits.
::mlir::Value decodeScale(::mlir::OpBuilder &b, ::mlir::Location loc,
                          ::mlir::Value value, ::mlir::Type from,
                          ::mlir::Type to);

/// The same for a byte, where the target converts `from` to `to` itself.
::mlir::Value extendScale(::mlir::OpBuilder &b, ::mlir::Location loc,
                          ::mlir::Value byte, ::mlir::Type from,
                          ::mlir::Type to);

/// Whether the kernel scales operands: where #humming.numerics says so, and it
/// is not the sum of each group that is scaled with the same result, for less.
bool scalesOperands(GemmOp gemm);

/// Whether weights are multiples for which the accumulators' scale makes up, so
/// that their recipe ends without a multiplication.
bool decodesInPlace(GemmOp gemm);

/// The exponent E of a gemm's weights, which are made as number * 2^E; nothing
/// where there is no recipe.
std::optional<int> exponentOf(GemmOp gemm);

/// Packed codes in a kernel's argument of type `toMemRef(type)`: the argument
/// itself, or its planes.
::llvm::SmallVector<::mlir::Value> planesOf(::mlir::OpBuilder &b,
                                            ::mlir::Location loc,
                                            ::mlir::Value argument,
                                            ::mlir::RankedTensorType type);

/// Writes the kernel for `arch` of a gemm whose operands are `arguments` of its
/// function.
void createGemmKernel(::mlir::OpBuilder &b, GemmOp gemm, const Arch &arch,
                      ::llvm::StringRef name, ::mlir::ValueRange arguments);

/// Writes the kernel that packs one operand.
void createPackKernel(::mlir::OpBuilder &b, PackOp pack,
                      ::llvm::StringRef name);

} // namespace humming

#endif // HUMMING_LIB_CONVERSION_HUMMINGTOTILE_HUMMINGTOTILE_H
