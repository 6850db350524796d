//===- Memory.cpp - Views, accesses and atomics ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Accesses of flat memory through bare pointers.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace humming;

namespace {

struct LowerView : ConvertOpToLLVMPattern<memref::ViewOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::ViewOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!getTypeConverter()->convertType(op.getType()))
      return failure();
    rewriter.replaceOp(
        op, elementAddress(rewriter, op.getLoc(), op.getSource().getType(),
                           adaptor.getSource(), adaptor.getByteShift()));
    return success();
  }
};

/// memref.load and vector.load.
template <typename Load> struct LowerLoad : ConvertOpToLLVMPattern<Load> {
  using ConvertOpToLLVMPattern<Load>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Load op, typename Load::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = this->getTypeConverter()->convertType(op.getType());
    if (!type || adaptor.getIndices().size() != 1)
      return failure();
    Value address = elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                                   adaptor.getOperands().front(),
                                   adaptor.getIndices().front());
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, type, address,
                                              accessAlignment(op.getType()));
    return success();
  }
};

/// memref.store and vector.store.
template <typename Store> struct LowerStore : ConvertOpToLLVMPattern<Store> {
  using ConvertOpToLLVMPattern<Store>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Store op, typename Store::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (adaptor.getIndices().size() != 1)
      return failure();
    // Both ops: the value, the memory, the index.
    ValueRange operands = adaptor.getOperands();
    Value address = elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                                   operands[1], operands[2]);
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(
        op, operands[0], address, accessAlignment(op->getOperand(0).getType()));
    return success();
  }
};

struct LowerAtomicAdd : ConvertOpToLLVMPattern<memref::AtomicRMWOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::AtomicRMWOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getKind() != arith::AtomicRMWKind::addi ||
        adaptor.getIndices().size() != 1)
      return rewriter.notifyMatchFailure(op, "expected an addi of one element");
    Value address =
        elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                       adaptor.getMemref(), adaptor.getIndices().front());
    // Blocks hand data to one another behind the counter: release what this
    // one wrote, acquire what the others did, across the device. With fences,
    // because LLVM's NVPTX backend drops the ordering of an atomicrmw.
    constexpr llvm::StringLiteral scope = "device";
    LLVM::FenceOp::create(rewriter, op.getLoc(), LLVM::AtomicOrdering::release,
                          scope);
    rewriter.replaceOpWithNewOp<LLVM::AtomicRMWOp>(
        op, LLVM::AtomicBinOp::add, address, adaptor.getValue(),
        LLVM::AtomicOrdering::monotonic, scope);
    LLVM::FenceOp::create(rewriter, op.getLoc(), LLVM::AtomicOrdering::acquire,
                          scope);
    return success();
  }
};

} // namespace

void humming::populateMemoryPatterns(const LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns) {
  // Ahead of upstream's patterns of vector.load and store, which expect
  // descriptors.
  PatternBenefit benefit = 2;
  patterns.add<LowerView, LowerAtomicAdd, LowerLoad<memref::LoadOp>,
               LowerLoad<vector::LoadOp>, LowerStore<memref::StoreOp>,
               LowerStore<vector::StoreOp>>(converter, benefit);
}
