//===- TileToNVVM.h - Shared pieces of the conversion -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each file of this folder lowers one family of ops. The files named after an
// architecture hold what came with it and start from the one before; only they
// see the NVVM dialect.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_CONVERSION_TILETONVVM_TILETONVVM_H
#define HUMMING_LIB_CONVERSION_TILETONVVM_TILETONVVM_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"

namespace humming {
struct Arch;

/// LLVM's NVPTX numbering: User Guide for NVPTX Back-end, "Address Spaces".
inline constexpr unsigned kGlobalSpace = 1;
inline constexpr unsigned kSharedSpace = 3;
inline constexpr unsigned kConstantSpace = 4;
inline constexpr unsigned kSharedClusterSpace = 7;

/// Registers of PTX hold words of 32 bits.
inline constexpr unsigned kWordBits = 32;

/// Name of the external array that stands for dynamic shared memory.
inline constexpr llvm::StringLiteral kDynamicShared = "dynamic_shared";

/// Memory of one dimension becomes a bare pointer; asynchronous tokens, which
/// the hardware keeps in order itself, become unused i32 values.
void addTypeConversions(mlir::LLVMTypeConverter &converter);

/// The address of element `index` of `memref`, whose converted value is
/// `pointer`.
mlir::Value elementAddress(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::MemRefType memref, mlir::Value pointer,
                           mlir::Value index);

/// The elements of `vector`, of LLVM's types, in order.
llvm::SmallVector<mlir::Value>
splitElements(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector);
/// The vector of `type` that `elements` make.
mlir::Value joinElements(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::VectorType type, mlir::ValueRange elements);

/// Alignment, in bytes, that the thread form guarantees for an access of
/// `type`: the whole of it.
unsigned accessAlignment(mlir::Type type);

/// Declares dynamic shared memory in `module` where a kernel uses it.
void declareDynamicShared(mlir::gpu::GPUModuleOp module);

/// gpu.func, gpu.return and dynamic shared memory.
void populateKernelPatterns(const mlir::LLVMTypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
/// Views, scalar and vector accesses, atomics, tables of constants.
void populateMemoryPatterns(const mlir::LLVMTypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
/// humming_tile.mma_atom.
void populateAtomPatterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);

/// sm_75: thread and block numbers, barriers, ldmatrix.
void populateSM75Patterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);
/// sm_80: sm_75 and cp.async.
void populateSM80Patterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);
/// sm_89: sm_80 and conversions to floats of 8 bits and from them.
void populateSM89Patterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);
/// sm_90: sm_89, products of warpgroups and bulk copies.
void populateSM90Patterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);

/// Kernels that overlap, where `arch` has them.
void populateDependencyPatterns(const mlir::LLVMTypeConverter &converter,
                                mlir::RewritePatternSet &patterns,
                                const Arch &arch);

/// The address that shared memory of this block, `memory`, has in block `rank`
/// of the cluster, an index.
mlir::Value memoryOfBlock(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value memory, mlir::Value rank);

/// Clusters of blocks, a part of sm_90's.
void populateClusterPatterns(const mlir::LLVMTypeConverter &converter,
                             mlir::RewritePatternSet &patterns);

/// Bulk copies and mbarriers, a part of sm_90's.
void populateBulkPatterns(const mlir::LLVMTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);

/// stmatrix, a part of sm_90's.
void populateMatrixPatterns(const mlir::LLVMTypeConverter &converter,
                            mlir::RewritePatternSet &patterns);

/// Enters the NVVM dialect into `registry`.
void insertNVVMDialect(mlir::DialectRegistry &registry);

} // namespace humming

#endif // HUMMING_LIB_CONVERSION_TILETONVVM_TILETONVVM_H
