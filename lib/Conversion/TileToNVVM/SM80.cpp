//===- SM80.cpp - Instructions that came with sm_80 -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cp.async: copies from global to shared memory that run in the background, in
// groups that a thread commits and waits for.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

using namespace mlir;
using namespace humming;

/// PTX ISA, cp.async: copies of 16 bytes may pass by L1 (.cg), those of 8 and 4
/// go through it (.ca); the op's verifier knows no others.
static constexpr int64_t kBypassBytes = 16;

/// Stands for a token: the hardware keeps groups in order itself.
static Value createToken(OpBuilder &builder, Location loc) {
  return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), 0);
}

/// The bytes that hold `count` elements of `bits` bits, rounded up.
static Value bytesOf(OpBuilder &builder, Location loc, Value count,
                     int64_t bits) {
  constexpr int64_t byteBits = 8;
  auto constant = [&](int64_t value) {
    return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), value);
  };
  if (bits >= byteBits)
    return LLVM::MulOp::create(builder, loc, count, constant(bits / byteBits));
  int64_t perByte = byteBits / bits;
  Value padded =
      LLVM::AddOp::create(builder, loc, count, constant(perByte - 1));
  return LLVM::UDivOp::create(builder, loc, padded, constant(perByte));
}

namespace {

struct LowerAsyncCopy : ConvertOpToLLVMPattern<nvgpu::DeviceAsyncCopyOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(nvgpu::DeviceAsyncCopyOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto source = cast<MemRefType>(op.getSrc().getType());
    auto dest = cast<MemRefType>(op.getDst().getType());
    int64_t elementBits = dest.getElementTypeBitWidth();
    int64_t bytes = op.getDstElements().getZExtValue() * elementBits / 8;
    if (adaptor.getSrcIndices().size() != 1 ||
        adaptor.getDstIndices().size() != 1)
      return rewriter.notifyMatchFailure(op, "expected one index each");

    Value from = elementAddress(rewriter, loc, source, adaptor.getSrc(),
                                adaptor.getSrcIndices().front());
    Value to = elementAddress(rewriter, loc, dest, adaptor.getDst(),
                              adaptor.getDstIndices().front());
    // Bytes beyond those read become zero.
    Value bytesRead;
    if (Value elements = adaptor.getSrcElements()) {
      Value count =
          LLVM::TruncOp::create(rewriter, loc, rewriter.getI32Type(), elements);
      bytesRead = bytesOf(rewriter, loc, count, elementBits);
    }
    auto cache = bytes == kBypassBytes ? NVVM::LoadCacheModifierKind::CG
                                       : NVVM::LoadCacheModifierKind::CA;
    NVVM::CpAsyncOp::create(
        rewriter, loc, to, from, rewriter.getI32IntegerAttr(bytes),
        NVVM::LoadCacheModifierKindAttr::get(op.getContext(), cache),
        bytesRead);
    rewriter.replaceOp(op, createToken(rewriter, loc));
    return success();
  }
};

struct LowerAsyncCommit : ConvertOpToLLVMPattern<tile::AsyncCommitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::AsyncCommitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncCommitGroupOp>(op);
    return success();
  }
};

struct LowerAsyncWait : ConvertOpToLLVMPattern<tile::AsyncWaitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::AsyncWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::CpAsyncWaitGroupOp>(op, op.getPending());
    return success();
  }
};

} // namespace

void humming::populateSM80Patterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  populateSM75Patterns(converter, patterns);
  patterns.add<LowerAsyncCopy, LowerAsyncCommit, LowerAsyncWait>(converter);
}
