//===- GemmEpilogue.cpp - from sums to outputs ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One map over the accumulators: the scales that hold for the whole sum, in
// f32, then the gemm's epilogue.
//
//===----------------------------------------------------------------------===//

#include "GemmWriter.h"

#include "humming/Dialect/HummingTile/IR/Layout.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <cmath>

using namespace mlir;
using namespace humming;

Value GemmWriter::toF32(Value number) {
  Type f32 = b.getF32Type();
  if (number.getType().isInteger())
    return arith::SIToFPOp::create(b, loc, f32, number);
  return number.getType() == f32
             ? number
             : arith::ExtFOp::create(b, loc, f32, number).getResult();
}

/// An operand for each output: by channel, or by token and channel.
Value GemmWriter::loadForOutputs(Value operand) {
  Value source = memories.lookup(operand);
  auto type = cast<MemRefType>(source.getType());
  tile::FragType fragment =
      frag(schedule.getBlockN(), schedule.getBlockM(), type.getElementType());
  bool byChannel = type.getRank() == 1, scales = operand == gemm.getScale();
  SmallVector<Value> indices = byChannel ? SmallVector<Value>{n0}
                               : scales  ? SmallVector<Value>{n0, constant(0)}
                                         : SmallVector<Value>{m0, n0};
  return tile::LoadOp::create(b, loc, fragment, source, indices, Value(),
                              /*transpose=*/!byChannel && !scales);
}

/// The factors that all outputs share, in f32: of the input scale and the
/// global scale, and what undoes the exponent of the weights.
SmallVector<Value> GemmWriter::uniformFactors() {
  SmallVector<Value> factors;
  auto add = [&](TypedValue<RankedTensorType> operand) {
    Value number = memref::LoadOp::create(b, loc, memories.lookup(operand),
                                          ValueRange{constant(0)});
    factors.push_back(decodeScale(
        b, loc, number, operand.getType().getElementType(), b.getF32Type()));
  };
  if (hasTensorInputScale())
    add(gemm.getInputScale());
  if (gemm.getGlobalScale())
    add(gemm.getGlobalScale());
  if (exponent != 0 && gemm.getAccumulatorType().isF32()) {
    Value undo = arith::ConstantOp::create(
        b, loc, b.getF32FloatAttr(std::ldexp(1.0f, -exponent)));
    if (factors.empty())
      factors.push_back(undo);
    else
      factors.back() = arith::MulFOp::create(b, loc, factors.back(), undo);
  }
  return factors;
}

/// The scales of the tile's tokens, a row.
Value GemmWriter::loadTokenScale() {
  Value memory = memories.lookup(gemm.getInputScale());
  Type element = cast<MemRefType>(memory.getType()).getElementType();
  return tile::LoadOp::create(b, loc, frag(1, schedule.getBlockM(), element),
                              memory, ValueRange{m0, constant(0)}, Value(),
                              /*transpose=*/true);
}

Value GemmWriter::epilogue(Value sum) {
  SmallVector<Value> inputs = {sum};
  if (scalesSum())
    inputs.push_back(loadForOutputs(gemm.getScale()));
  if (hasTokenScale())
    inputs.push_back(loadTokenScale());
  size_t numScales = inputs.size() - 1;
  for (Value operand : gemm.getEpilogueOperands())
    inputs.push_back(loadForOutputs(operand));

  Block &region = gemm.getEpilogue().front();
  Type outputElement = gemm.getResult().getType().getElementType();
  SmallVector<Value> uniform = uniformFactors();
  return map(
      frag(schedule.getBlockN(), schedule.getBlockM(), outputElement), inputs,
      [&](ValueRange values) {
        IRMapping mapping;
        mapping.map(region.getArgument(0),
                    scaled(values[0], values.slice(1, numScales), uniform));
        mapping.map(region.getArguments().drop_front(),
                    values.drop_front(1 + numScales));
        for (Operation &op : region.without_terminator())
          b.clone(op, mapping);
        return mapping.lookupOrDefault(region.getTerminator()->getOperand(0));
      });
}

/// The number that the gemm's epilogue gets: a sum of products, scaled.
/// `scales` are those of the sum's channel and token, of their own types.
Value GemmWriter::scaled(Value sum, ValueRange scales, ValueRange uniform) {
  if (gemm.getAccumulatorType().isInteger()) {
    assert(exponent >= 0 && "integers are made with bits below");
    if (exponent == 0)
      return sum;
    return arith::ShRSIOp::create(
        b, loc, sum, arith::ConstantIntOp::create(b, loc, exponent, 32));
  }
  SmallVector<Value> factors;
  SmallVector<TypedValue<RankedTensorType>> operands;
  if (scalesSum())
    operands.push_back(gemm.getScale());
  if (hasTokenScale())
    operands.push_back(gemm.getInputScale());
  for (auto [scale, operand] : llvm::zip_equal(scales, operands))
    factors.push_back(decodeScale(
        b, loc, scale, operand.getType().getElementType(), b.getF32Type()));
  llvm::append_range(factors, uniform);
  Value number = toF32(sum);
  for (Value factor : factors)
    number = arith::MulFOp::create(b, loc, number, factor);
  return number;
}

/// Writes the output tile to `result`, memory or a map of it; through shared
/// memory in whole lines of n, where a lane's own elements would be parts of
/// many.
void GemmWriter::store(Value output, Value result) {
  auto type = cast<tile::FragType>(output.getType());
  if (schedule.getStore() != StoreKind::Direct) {
    MLIRContext *context = b.getContext();
    int64_t bits = tile::getElementBits(type.getElementType());
    tile::LayoutAttr lines =
        tile::swizzledLines(context, type.getRows(), type.getCols(), bits);
    // Each set of warps has a stage of its own.
    int64_t sets = schedule.getTurns();
    Value stage =
        sets > 1 ? tile::WarpSetsOp::create(b, loc, sets).getNumber() : Value();
    auto staged =
        tile::SmemType::get(context, /*stages=*/sets, type.getRows(),
                            type.getCols(), type.getElementType(), lines);
    Value buffer = tile::AllocOp::create(b, loc, staged, IntegerAttr());
    tile::StoreOp::create(b, loc, output, buffer, ValueRange(), stage,
                          /*transpose=*/false);
    if (schedule.getStore() == StoreKind::Tma) {
      tile::ProxyFenceOp::create(b, loc);
      tile::WarpgroupBarrierOp::create(b, loc);
      tile::BulkStoreOp::create(b, loc, buffer, stage, result, m0, n0);
      return;
    }
    gpu::BarrierOp::create(b, loc);
    tile::LayoutAttr share =
        *tile::copyFragment(lines, bits, schedule.getThreads());
    output = tile::LoadOp::create(
        b, loc,
        tile::FragType::get(context, type.getRows(), type.getCols(),
                            type.getElementType(), share),
        buffer, ValueRange(), stage, /*transpose=*/false);
  }
  tile::StoreOp::create(b, loc, output, result, ValueRange{m0, n0}, Value(),
                        /*transpose=*/true);
}
