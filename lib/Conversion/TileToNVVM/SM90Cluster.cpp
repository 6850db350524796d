//===- SM90Cluster.cpp - Clusters of blocks, from sm_90 on ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rank of a block in its cluster, the barrier of the cluster, and stores
// into another block's shared memory.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

Value humming::memoryOfBlock(OpBuilder &builder, Location loc, Value memory,
                             Value rank) {
  Value number =
      LLVM::TruncOp::create(builder, loc, builder.getI32Type(), rank);
  return NVVM::MapaOp::create(
      builder, loc,
      LLVM::LLVMPointerType::get(builder.getContext(), kSharedClusterSpace),
      memory, number);
}

namespace {

struct LowerClusterRank : ConvertOpToLLVMPattern<tile::ClusterRankOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ClusterRankOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto kernel = op->getParentOfType<FunctionOpInterface>();
    auto launch =
        kernel->getAttrOfType<tile::LaunchAttr>(tile::LaunchAttr::getName());
    if (!launch)
      return op.emitError("expected a kernel with a humming_tile.launch");
    auto range = LLVM::ConstantRangeAttr::get(
        op.getContext(), llvm::APInt(kWordBits, 0),
        llvm::APInt(kWordBits, launch.getCluster()));
    Value number = NVVM::ClusterId::create(rewriter, op.getLoc(),
                                           rewriter.getI32Type(), range);
    rewriter.replaceOpWithNewOp<LLVM::ZExtOp>(
        op, getTypeConverter()->convertType(op.getType()), number);
    return success();
  }
};

// Not the aligned forms of the barrier, which want all lanes of a warp at once.

struct LowerClusterArrive : ConvertOpToLLVMPattern<tile::ClusterArriveOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ClusterArriveOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getRelaxed())
      rewriter.replaceOpWithNewOp<NVVM::ClusterArriveRelaxedOp>(
          op, /*aligned=*/UnitAttr());
    else
      rewriter.replaceOpWithNewOp<NVVM::ClusterArriveOp>(
          op, /*aligned=*/UnitAttr());
    return success();
  }
};

struct LowerClusterWait : ConvertOpToLLVMPattern<tile::ClusterWaitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ClusterWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::ClusterWaitOp>(op,
                                                     /*aligned=*/UnitAttr());
    return success();
  }
};

/// Inline PTX, since LLVM has no intrinsic for it.
struct LowerClusterStore : ConvertOpToLLVMPattern<tile::ClusterStoreOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ClusterStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // The memory is mapped, not its element, so that stores to constant
    // distances have one mapping.
    Location loc = op.getLoc();
    auto addressIn = [&](Value memref, Value memory, Value index) {
      return elementAddress(
          rewriter, loc, cast<MemRefType>(memref.getType()),
          memoryOfBlock(rewriter, loc, memory, adaptor.getRank()), index);
    };
    SmallVector<Value> operands = {
        addressIn(op.getMemory(), adaptor.getMemory(), adaptor.getTo()),
        addressIn(op.getBarriers(), adaptor.getBarriers(), adaptor.getIndex())};
    Value value = adaptor.getValue();
    auto vector = dyn_cast<VectorType>(value.getType());
    int64_t count = vector ? vector.getNumElements() : 1;
    Type word = rewriter.getI32Type();
    Type words = vector ? VectorType::get(count, word) : word;
    Value bits = LLVM::BitcastOp::create(rewriter, loc, words, value);
    if (vector)
      llvm::append_range(operands, splitElements(rewriter, loc, bits));
    else
      operands.push_back(bits);
    std::string registers, constraints = "l,l,";
    for (int64_t number = 0; number < count; ++number) {
      registers += (number ? ", $" : "$") + std::to_string(2 + number);
      constraints += "r,";
    }
    std::string text = "st.async.shared::cluster.mbarrier::complete_tx::bytes.";
    text += vector ? "v" + std::to_string(count) + ".b32 [$0], {" + registers +
                         "}, [$1];"
                   : "b32 [$0], " + registers + ", [$1];";
    auto dialect =
        LLVM::AsmDialectAttr::get(op.getContext(), LLVM::AsmDialect::AD_ATT);
    rewriter.replaceOpWithNewOp<LLVM::InlineAsmOp>(
        op, TypeRange(), operands, text, constraints + "~{memory}",
        /*has_side_effects=*/true, /*is_align_stack=*/false,
        LLVM::TailCallKind::None, dialect, /*operand_attrs=*/ArrayAttr());
    return success();
  }
};

} // namespace

void humming::populateClusterPatterns(const LLVMTypeConverter &converter,
                                      RewritePatternSet &patterns) {
  patterns.add<LowerClusterRank, LowerClusterArrive, LowerClusterWait,
               LowerClusterStore>(converter);
}
