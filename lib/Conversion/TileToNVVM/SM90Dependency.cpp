//===- SM90Dependency.cpp - Kernels that overlap, from sm_90 on -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// griddepcontrol and bulk prefetches. On earlier architectures a kernel starts
// when the one before it has ended, so there is nothing to release or await.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/Arch.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

namespace {

template <typename Op> struct EraseOp : ConvertOpToLLVMPattern<Op> {
  using ConvertOpToLLVMPattern<Op>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerRelease : ConvertOpToLLVMPattern<tile::ReleaseDependentsOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ReleaseDependentsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::GriddepcontrolOp>(
        op, NVVM::GridDepActionKind::launch_dependents);
    return success();
  }
};

/// Inline PTX, since LLVM's intrinsic claims to touch no memory: loads could
/// move ahead of it.
struct LowerAwait : ConvertOpToLLVMPattern<tile::AwaitDependenciesOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::AwaitDependenciesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto dialect =
        LLVM::AsmDialectAttr::get(op.getContext(), LLVM::AsmDialect::AD_ATT);
    rewriter.replaceOpWithNewOp<LLVM::InlineAsmOp>(
        op, TypeRange(), ValueRange(), "griddepcontrol.wait;", "~{memory}",
        /*has_side_effects=*/true, /*is_align_stack=*/false,
        LLVM::TailCallKind::None, dialect, /*operand_attrs=*/ArrayAttr());
    return success();
  }
};

struct LowerBulkPrefetch : ConvertOpToLLVMPattern<tile::BulkPrefetchOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::BulkPrefetchOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value address = elementAddress(rewriter, loc,
                                   cast<MemRefType>(op.getSource().getType()),
                                   adaptor.getSource(), adaptor.getOffset());
    Value bytes = LLVM::TruncOp::create(rewriter, loc, rewriter.getI32Type(),
                                        adaptor.getBytes());
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncBulkPrefetchOp>(
        op, address, bytes, /*l2CacheHint=*/Value());
    return success();
  }
};

} // namespace

void humming::populateDependencyPatterns(const LLVMTypeConverter &converter,
                                         RewritePatternSet &patterns,
                                         const Arch &arch) {
  if (arch.hasDependentLaunch)
    patterns.add<LowerRelease, LowerAwait, LowerBulkPrefetch>(converter);
  else
    patterns.add<EraseOp<tile::ReleaseDependentsOp>,
                 EraseOp<tile::AwaitDependenciesOp>>(converter);
}
