//===- SM90Matrix.cpp - stmatrix of sm_90 ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrices of a warp to shared memory, rows and columns exchanged on the way.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

namespace {

struct LowerStMatrix : ConvertOpToLLVMPattern<tile::StMatrixOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::StMatrixOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    constexpr int rows = 8, columns = 8;
    Location loc = op.getLoc();
    VectorType type = op.getValue().getType();
    auto words = VectorType::get(type.getNumElements() *
                                     type.getElementTypeBitWidth() / kWordBits,
                                 rewriter.getI32Type());
    Value address = elementAddress(rewriter, loc,
                                   cast<MemRefType>(op.getMemory().getType()),
                                   adaptor.getMemory(), adaptor.getIndex());
    Value value =
        LLVM::BitcastOp::create(rewriter, loc, words, adaptor.getValue());
    rewriter.replaceOpWithNewOp<NVVM::StMatrixOp>(
        op, address, splitElements(rewriter, loc, value), NVVM::MMALayout::col,
        NVVM::LdStMatrixShapeAttr::get(op.getContext(), rows, columns),
        NVVM::LdStMatrixEltType::B16);
    return success();
  }
};

} // namespace

void humming::populateMatrixPatterns(const LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerStMatrix>(converter);
}
