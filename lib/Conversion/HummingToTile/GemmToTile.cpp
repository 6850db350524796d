//===- GemmToTile.cpp - the kernel of a gemm ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the problem says, staged as the schedule says: a pipeline over k that
// copies codes, scales, zero points and activations, dequantizes and
// multiplies; then the sum over slices of k, the epilogue and the store.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace humming {

namespace {
/// Writes one kernel.
class GemmWriter {
public:
  GemmWriter(OpBuilder &b, GemmOp gemm)
      : b(b), gemm(gemm), loc(gemm.getLoc()), schedule(*gemm.getSchedule()) {
    int64_t kTiles = tile::paddedCols(gemm.getK()) / schedule.getBlockK();
    tilesPerSlice = (kTiles + schedule.getSplitK() - 1) / schedule.getSplitK();
    split = (kTiles + tilesPerSlice - 1) / tilesPerSlice;
  }

  LogicalResult write(StringRef name, ValueRange arguments);

private:
  /// A shared tile and the memory it is filled from.
  struct Operand {
    Value memory, buffer;
    int64_t group; ///< values of k for each column of the tile
  };

  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  tile::FragType frag(int64_t rows, int64_t cols, Type element) {
    return tile::FragType::get(b.getContext(), rows, cols, element, {});
  }
  Operand allocate(Value source, int64_t rows, int64_t group);
  Value multiply(Value kBegin, Value kEnd, Value n0, Value m0);
  void produce(Block *block, Value n0, Value m0);
  void consume(Block *block);
  Value epilogue(Value sum, Value n0, Value m0);
  Value decoded(Value scales);
  Value load(Value memory, Value n0, Value m0);

  bool scalesOperand() {
    return gemm.getScale() &&
           gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand;
  }

  OpBuilder &b;
  GemmOp gemm;
  Location loc;
  ScheduleAttr schedule;
  int64_t tilesPerSlice, split;
  IRMapping memories;         ///< the gemm's operands as the kernel's arguments
  SmallVector<Operand> codes; ///< one for each plane
  Operand activations, scale, zero;
};
} // namespace

LogicalResult GemmWriter::write(StringRef name, ValueRange arguments) {
  if (gemm.getScale() && !scalesOperand() && gemm.getNumGroups() != 1)
    return gemm.emitOpError("expected scale = operand with ")
           << gemm.getNumGroups()
           << " scale groups; scales of groups cannot yet be applied to "
              "accumulators";

  SmallVector<Type> types;
  for (Value argument : arguments)
    types.push_back(toMemRef(cast<RankedTensorType>(argument.getType())));
  types.push_back(toMemRef(gemm.getResult().getType()));
  if (split > 1) {
    types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getF32Type()));
    types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getI32Type()));
  }
  types.push_back(b.getI32Type());

  gpu::GPUFuncOp kernel =
      createKernel(b, loc, name, types, schedule.getThreads());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());
  ValueRange kernelArguments = kernel.getArguments();
  memories.map(arguments, kernelArguments.take_front(arguments.size()));
  Value result = kernelArguments[arguments.size()];
  Value tokens = arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                              kernelArguments.back());

  auto foreach = tile::ForeachOp::create(
      b, loc, constant(gemm.getN()), tokens,
      b.getDenseI64ArrayAttr({schedule.getBlockN(), schedule.getBlockM()}),
      b.getI64IntegerAttr(split));
  Type index = b.getIndexType();
  Block *body =
      b.createBlock(&foreach.getBody(), {}, {index, index, index, index},
                    {loc, loc, loc, loc});
  Value n0 = body->getArgument(0), m0 = body->getArgument(1);
  Value tileNumber = body->getArgument(2), slice = body->getArgument(3);

  int64_t sliceK = tilesPerSlice * schedule.getBlockK(),
          paddedK = tile::paddedCols(gemm.getK());
  Value kBegin = constant(0), kEnd = constant(paddedK);
  if (split > 1) {
    kBegin = arith::MulIOp::create(b, loc, slice, constant(sliceK));
    kEnd = arith::MinUIOp::create(
        b, loc, kEnd, arith::AddIOp::create(b, loc, kBegin, constant(sliceK)));
  }
  Value sum = multiply(kBegin, kEnd, n0, m0);
  if (split > 1)
    sum = tile::ReduceOp::create(b, loc, sum.getType(), sum,
                                 kernelArguments[arguments.size() + 1],
                                 kernelArguments[arguments.size() + 2],
                                 tileNumber, slice, b.getI64IntegerAttr(split));
  Value output = epilogue(sum, n0, m0);
  tile::StoreOp::create(b, loc, output, result, ValueRange{m0, n0}, Value(),
                        /*transpose=*/true);
  tile::YieldOp::create(b, loc);
  return success();
}

/// The shared tile of an operand: `rows` by one column for each `group` values
/// of k.
GemmWriter::Operand GemmWriter::allocate(Value source, int64_t rows,
                                         int64_t group) {
  int64_t cols = std::max<int64_t>(1, schedule.getBlockK() / group);
  auto type = tile::SmemType::get(
      b.getContext(), schedule.getStages(), rows, cols,
      cast<MemRefType>(source.getType()).getElementType(), {});
  return {source, tile::AllocOp::create(b, loc, type, IntegerAttr()), group};
}

/// The sum over k of one slice, for one tile.
Value GemmWriter::multiply(Value kBegin, Value kEnd, Value n0, Value m0) {
  int64_t blockN = schedule.getBlockN(), blockM = schedule.getBlockM();
  SmallVector<Value> buffers;
  auto stage = [&](Value source, int64_t rows, int64_t group) {
    Operand operand = allocate(source, rows, group);
    buffers.push_back(operand.buffer);
    return operand;
  };
  for (Value plane :
       planesOf(b, loc, memories.lookup(gemm.getB()), gemm.getB().getType()))
    codes.push_back(stage(plane, blockN, 1));
  activations = stage(memories.lookup(gemm.getA()), blockM, 1);
  if (scalesOperand())
    scale =
        stage(memories.lookup(gemm.getScale()), blockN, gemm.getGroupSize());
  if (gemm.getZero())
    zero = stage(memories.lookup(gemm.getZero()), blockN, gemm.getGroupSize());

  tile::FragType accType = frag(blockN, blockM, gemm.getAccumulatorType());
  Value nothing = arith::ConstantOp::create(
      b, loc, b.getFloatAttr(accType.getElementType(), 0.0));
  Value init = tile::SplatOp::create(b, loc, accType, nothing);
  auto pipeline = tile::PipelineOp::create(
      b, loc, TypeRange{accType}, kBegin, kEnd,
      b.getI64IntegerAttr(schedule.getBlockK()),
      b.getStringAttr(stringifyCopyKind(schedule.getCopy())), buffers,
      ValueRange{init});
  OpBuilder::InsertionGuard guard(b);
  Type index = b.getIndexType();
  produce(b.createBlock(&pipeline.getProduce(), {}, {index}, {loc}), n0, m0);
  consume(
      b.createBlock(&pipeline.getConsume(), {}, {index, accType}, {loc, loc}));
  return pipeline.getResult(0);
}

void GemmWriter::produce(Block *block, Value n0, Value m0) {
  b.setInsertionPointToStart(block);
  Value k = block->getArgument(0);
  auto copy = [&](Operand &operand, Value row) {
    Value col = operand.group == 1
                    ? k
                    : arith::DivUIOp::create(b, loc, k, constant(operand.group))
                          .getResult();
    tile::CopyOp::create(b, loc, operand.memory, row, col, operand.buffer,
                         Value(), /*gather=*/Value(), /*async=*/false,
                         tile::LayoutAttr());
  };
  for (Operand &plane : codes)
    copy(plane, n0);
  copy(activations, m0);
  if (scale.buffer)
    copy(scale, n0);
  if (zero.buffer)
    copy(zero, n0);
  tile::YieldOp::create(b, loc);
}

/// A fragment of scales in the operand type; nothing where there is none.
Value GemmWriter::decoded(Value scales) {
  Type to = gemm.getA().getType().getElementType();
  if (!scales || gemm.getScale().getType().getElementType() == to)
    return scales;
  auto type = cast<tile::FragType>(scales.getType());
  auto map = tile::MapOp::create(
      b, loc, frag(type.getRows(), type.getCols(), to), ValueRange{scales});
  OpBuilder::InsertionGuard guard(b);
  Block *body =
      b.createBlock(&map.getBody(), {}, {type.getElementType()}, {loc});
  Value value = decodeScale(b, loc, body->getArgument(0),
                            gemm.getScale().getType().getElementType(), to);
  tile::YieldOp::create(b, loc, ValueRange{value});
  return map;
}

void GemmWriter::consume(Block *block) {
  b.setInsertionPointToStart(block);
  auto load = [&](Operand &operand) -> Value {
    if (!operand.buffer)
      return {};
    auto type = cast<tile::SmemType>(operand.buffer.getType());
    return tile::LoadOp::create(
        b, loc, frag(type.getRows(), type.getCols(), type.getElementType()),
        operand.buffer, ValueRange(), Value(), false);
  };
  SmallVector<Value> planes = llvm::map_to_vector(codes, load);
  Value tokens = load(activations);
  Type operandType = cast<tile::FragType>(tokens.getType()).getElementType();
  Value weights = tile::DequantOp::create(
      b, loc, frag(schedule.getBlockN(), schedule.getBlockK(), operandType),
      planes, decoded(load(scale)), load(zero),
      TypeAttr::get(gemm.getB().getType().getElementType()));
  Value sum = tile::MmaOp::create(
      b, loc, block->getArgument(1).getType(), weights, tokens,
      block->getArgument(1), schedule.getMma(),
      b.getDenseI64ArrayAttr({schedule.getWarpsN(), schedule.getWarpsM()}),
      /*columns=*/DenseI64ArrayAttr());
  tile::YieldOp::create(b, loc, ValueRange{sum});
}

/// An operand of the epilogue for each output: by channel, or by token and
/// channel.
Value GemmWriter::load(Value memory, Value n0, Value m0) {
  Value source = memories.lookup(memory);
  auto type = cast<MemRefType>(source.getType());
  tile::FragType fragment =
      frag(schedule.getBlockN(), schedule.getBlockM(), type.getElementType());
  bool byChannel = type.getRank() == 1, scales = memory == gemm.getScale();
  SmallVector<Value> indices = byChannel ? SmallVector<Value>{n0}
                               : scales  ? SmallVector<Value>{n0, constant(0)}
                                         : SmallVector<Value>{m0, n0};
  return tile::LoadOp::create(b, loc, fragment, source, indices, Value(),
                              /*transpose=*/!byChannel && !scales);
}

Value GemmWriter::epilogue(Value sum, Value n0, Value m0) {
  SmallVector<Value> inputs = {sum};
  bool scalesSum = gemm.getScale() && !scalesOperand();
  if (scalesSum)
    inputs.push_back(load(gemm.getScale(), n0, m0));
  for (Value operand : gemm.getEpilogueOperands())
    inputs.push_back(load(operand, n0, m0));

  Type outputElement = gemm.getResult().getType().getElementType();
  auto map = tile::MapOp::create(
      b, loc, frag(schedule.getBlockN(), schedule.getBlockM(), outputElement),
      inputs);
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Type> elements = llvm::map_to_vector(inputs, [](Value input) {
    return cast<tile::FragType>(input.getType()).getElementType();
  });
  Block *body = b.createBlock(&map.getBody(), {}, elements,
                              SmallVector<Location>(elements.size(), loc));
  Value acc = body->getArgument(0);
  if (scalesSum) {
    Value factor = decodeScale(b, loc, body->getArgument(1),
                               gemm.getScale().getType().getElementType(),
                               gemm.getA().getType().getElementType());
    if (factor.getType() != acc.getType())
      factor = arith::ExtFOp::create(b, loc, acc.getType(), factor);
    acc = arith::MulFOp::create(b, loc, acc, factor);
  }
  IRMapping mapping;
  Block &region = gemm.getEpilogue().front();
  mapping.map(region.getArgument(0), acc);
  mapping.map(region.getArguments().drop_front(),
              body->getArguments().drop_front(scalesSum ? 2 : 1));
  for (Operation &op : region.without_terminator())
    b.clone(op, mapping);
  tile::YieldOp::create(b, loc,
                        ValueRange{mapping.lookupOrDefault(
                            region.getTerminator()->getOperand(0))});
  return map;
}

LogicalResult createGemmKernel(OpBuilder &b, GemmOp gemm, StringRef name,
                               ValueRange arguments) {
  return GemmWriter(b, gemm).write(name, arguments);
}

} // namespace humming
