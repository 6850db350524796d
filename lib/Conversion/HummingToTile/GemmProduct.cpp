//===- GemmProduct.cpp - products of one tile of k ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a kernel does with the tiles in shared memory: dequantize and multiply.
// Where scales act on sums of groups, each group starts from zero; its sum is
// scaled and added in f32. A group longer than the tile is scaled a tile at a
// time.
//
//===----------------------------------------------------------------------===//

#include "GemmWriter.h"

#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <numeric>

using namespace mlir;
using namespace humming;

/// The whole tile of an operand; nothing where there is none.
Value GemmWriter::load(const Operand &operand) {
  if (!operand.buffer)
    return {};
  auto type = cast<tile::SmemType>(operand.buffer.getType());
  return tile::LoadOp::create(
      b, loc, frag(type.getRows(), type.getCols(), type.getElementType()),
      operand.buffer, ValueRange(), Value(), /*transpose=*/false);
}

/// Column `at` of the tile of an operand; `transpose`: as a row.
Value GemmWriter::column(const Operand &operand, int64_t at, bool transpose) {
  auto type = cast<tile::SmemType>(operand.buffer.getType());
  int64_t rows = type.getRows(), cols = 1;
  if (transpose)
    std::swap(rows, cols);
  return tile::LoadOp::create(
      b, loc, frag(rows, cols, type.getElementType()), operand.buffer,
      ValueRange(), /*stage=*/Value(), /*gather=*/Value(), transpose,
      /*plane=*/IntegerAttr(),
      type.getCols() == 1 ? IntegerAttr() : b.getI64IntegerAttr(at),
      /*row_block=*/IntegerAttr());
}

/// A fragment of scales as floats of type `to`; nothing where there is none.
Value GemmWriter::decoded(Value scales, Type from, Type to) {
  if (!scales || from == to)
    return scales;
  auto type = cast<tile::FragType>(scales.getType());
  // What multiplies floats of 8 bits also converts them to f16.
  bool converts = to.isF16() && gemm.foldsScales();
  return map(frag(type.getRows(), type.getCols(), to), scales,
             [&](ValueRange value) {
               return (converts ? extendScale : decodeScale)(b, loc, value[0],
                                                             from, to);
             });
}

/// The weights of a tile as operands, from the planes of their codes.
/// Warpgroups read those that are packed as operands from shared memory
/// themselves.
Value GemmWriter::makeWeights(ValueRange planes) {
  if (packsOperands())
    return usesWarpgroups() ? codes.front().buffer : planes.front();
  Type operandType = gemm.getA().getType().getElementType();
  Value factor;
  if (scalesOperand())
    factor = decoded(load(scale), gemm.getScale().getType().getElementType(),
                     tile::scaledIn(operandType));
  return tile::DequantOp::create(
      b, loc, frag(schedule.getBlockN(), schedule.getBlockK(), operandType),
      planes, factor, load(zero), table,
      TypeAttr::get(gemm.getB().getType().getElementType()),
      decodesInPlace(gemm) ? b.getUnitAttr() : UnitAttr());
}

void GemmWriter::consume(Block *block) {
  b.setInsertionPointToStart(block);
  SmallVector<Value> planes;
  for (const Operand &plane : codes)
    if (!packsOperands() || !usesWarpgroups())
      planes.push_back(load(plane));
  // Warpgroups read tokens from shared memory themselves.
  Value tokens = usesWarpgroups() ? Value() : load(activations);
  Value weights = makeWeights(planes);
  Value k = block->getArgument(0), sum = block->getArgument(1);
  if (keepsGroups())
    sum = accumulateGroups(weights, tokens, sum);
  else
    sum = accumulate(weights, tokens, sum, DenseI64ArrayAttr(),
                     loadBlockScales(k));
  tile::YieldOp::create(b, loc, ValueRange{sum});
}

/// The scales of both operands in the tile at k where the matrix instruction
/// takes them; none elsewhere.
SmallVector<Value> GemmWriter::loadBlockScales(Value k) {
  if (!gemm.hasBlockScales())
    return {};
  Value memory = memories.lookup(gemm.getInputScale());
  Value loaded = load(scale);
  Type element = cast<MemRefType>(memory.getType()).getElementType();
  int64_t groups = cast<tile::FragType>(loaded.getType()).getCols();
  Value tokenScales = tile::LoadOp::create(
      b, loc, frag(schedule.getBlockM(), groups, element), memory,
      ValueRange{m0, groupOf(k, gemm.getInputGroupSize())}, Value(),
      /*transpose=*/false);
  return {loaded, tokenScales};
}

/// sum + weights * tokens, over all columns or some. Warpgroups take all, and
/// start from zero where there is no sum.
Value GemmWriter::accumulate(Value weights, Value tokens, Value sum,
                             DenseI64ArrayAttr columns, ValueRange scales) {
  if (usesWarpgroups())
    return tile::WarpgroupMmaOp::create(
        b, loc, frag(schedule.getBlockN(), schedule.getBlockM(), product),
        weights, activations.buffer, sum, /*stage=*/Value(), schedule.getMma(),
        schedule.getWarpsN());
  return tile::MmaOp::create(
      b, loc, sum.getType(), weights, tokens, sum, scales, schedule.getMma(),
      b.getDenseI64ArrayAttr({schedule.getWarpsN(), schedule.getWarpsM()}),
      columns);
}

/// `sum` and the scaled sums of the groups in the tile.
Value GemmWriter::accumulateGroups(Value weights, Value tokens, Value sum) {
  int64_t blockK = schedule.getBlockK(), length = blockK;
  if (scalesGroups())
    length = std::gcd(length, gemm.getGroupSize());
  if (hasInputGroups())
    length = std::gcd(length, gemm.getInputGroupSize());

  tile::FragType type =
      frag(schedule.getBlockN(), schedule.getBlockM(), b.getF32Type());
  Value nothing;
  if (!usesWarpgroups())
    nothing = zeros(frag(type.getRows(), type.getCols(), product));
  for (int64_t first = 0; first < blockK; first += length) {
    auto columns = length == blockK ? DenseI64ArrayAttr()
                                    : b.getDenseI64ArrayAttr({first, length});
    SmallVector<Value> inputs = {sum,
                                 accumulate(weights, tokens, nothing, columns)};
    if (scalesGroups())
      inputs.push_back(decoded(column(scale, first / scale.group),
                               gemm.getScale().getType().getElementType(),
                               b.getF32Type()));
    if (hasInputGroups())
      inputs.push_back(decoded(column(tokenScale, first / tokenScale.group,
                                      /*transpose=*/true),
                               gemm.getInputScale().getType().getElementType(),
                               b.getF32Type()));
    sum = map(type, inputs, [&](ValueRange values) -> Value {
      Value factor = values[2];
      if (values.size() > 3)
        factor = arith::MulFOp::create(b, loc, factor, values[3]);
      return math::FmaOp::create(b, loc, toF32(values[1]), factor, values[0]);
    });
  }
  return sum;
}
