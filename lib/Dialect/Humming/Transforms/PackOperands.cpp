//===- PackOperands.cpp - humming-pack-operands ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights, scales and zero points get their packed types; the packing itself
// becomes a function of its own, to be run once.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Passes.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace humming {
#define GEN_PASS_DEF_PACKOPERANDS
#include "humming/Dialect/Humming/Transforms/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

/// The packed type of one operand of a gemm.
static RankedTensorType packedType(GemmOp gemm, Value operand) {
  auto type = cast<RankedTensorType>(operand.getType());
  MLIRContext *context = gemm.getContext();
  if (operand == gemm.getB())
    return type.cloneWithEncoding(tile::packedWeight(gemm));
  // Codes of zero points take a byte each: the same values, as the widest
  // unsigned code.
  Type element = type.getElementType();
  if (isa<CodeType>(element))
    element = CodeType::get(context, "u8");
  return RankedTensorType::get({gemm.getN(), type.getDimSize(1)}, element,
                               tile::packedScale(context, gemm.getN(),
                                                 gemm.getK(),
                                                 gemm.getGroupSize()));
}

/// Packs the operands of one gemm and writes its prepare function.
static LogicalResult packOperands(func::FuncOp func, GemmOp gemm) {
  SmallVector<Value> operands = {gemm.getB()};
  for (Value optional : {Value(gemm.getScale()), Value(gemm.getZero())})
    if (optional)
      operands.push_back(optional);

  SmallVector<Type> plain, packed;
  for (Value operand : operands) {
    if (!isa<BlockArgument>(operand))
      return gemm.emitOpError(
          "expected operands that are arguments of the function");
    plain.push_back(operand.getType());
    packed.push_back(packedType(gemm, operand));
  }
  if (gemm.getPerm())
    plain.push_back(gemm.getPerm().getType());

  OpBuilder b(func.getContext());
  b.setInsertionPointAfter(func);
  Location loc = gemm.getLoc();
  auto prepare =
      func::FuncOp::create(b, loc, (func.getName() + ".prepare").str(),
                           b.getFunctionType(plain, packed));
  b.setInsertionPointToStart(prepare.addEntryBlock());
  // Every row has its scales, so that a lane finds those of its rows together.
  int64_t rows = gemm.getScaleRows();
  IntegerAttr rowBlock = rows > 1 ? b.getI64IntegerAttr(rows) : IntegerAttr();
  Value perm = gemm.getPerm() ? prepare.getArguments().back() : Value();
  Type operand = gemm.getA().getType().getElementType();
  TypeAttr number;
  if (tile::packsOperands(gemm.getCode().bits(),
                          operand.getIntOrFloatBitWidth()))
    number = TypeAttr::get(operand);
  SmallVector<Value> results;
  for (auto [source, type] : llvm::zip(prepare.getArguments(), packed)) {
    bool isWeight = results.empty();
    results.push_back(PackOp::create(
        b, loc, type, source, isWeight ? perm : Value(),
        isWeight ? IntegerAttr() : rowBlock, isWeight ? number : TypeAttr()));
  }
  func::ReturnOp::create(b, loc, results);

  if (gemm.getScale()) {
    int64_t group = gemm.getGroupSize();
    if (gemm.getK() % group)
      gemm.setScaleBlock(ArrayRef<int64_t>{1, group});
    else
      gemm.removeScaleBlockAttr();
  }
  for (auto [operand, type] : llvm::zip_equal(operands, packed))
    operand.setType(type);
  SmallVector<Type> argTypes = llvm::map_to_vector(
      func.getArguments(), [](BlockArgument arg) { return arg.getType(); });
  func.setFunctionType(b.getFunctionType(argTypes, func.getResultTypes()));
  return success();
}

namespace {
struct PackOperands : public humming::impl::PackOperandsBase<PackOperands> {
  void runOnOperation() override {
    for (auto func :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      for (GemmOp gemm : func.getOps<GemmOp>()) {
        if (gemm.isPacked())
          continue;
        if (failed(packOperands(func, gemm)))
          return signalPassFailure();
      }
  }
};
} // namespace
