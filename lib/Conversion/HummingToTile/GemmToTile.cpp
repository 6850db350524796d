//===- GemmToTile.cpp - the kernel of a gemm ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the problem says, staged as the schedule says: a pipeline over k that
// copies codes, scales, zero points and activations, dequantizes and
// multiplies; then the sum over the pieces of a tile, the epilogue and the
// store.
//
//===----------------------------------------------------------------------===//

#include "GemmWriter.h"

#include "humming/Conversion/Passes.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "humming/Dialect/HummingTile/IR/TensorMap.h"
#include "humming/Target/MmaAtom.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;

/// Of a thread, where sums of groups are scaled in place of operands: that is
/// for few tokens.
static constexpr int32_t kGroupRegisters = 128;

GemmWriter::GemmWriter(OpBuilder &b, GemmOp gemm, const Arch &arch)
    : b(b), gemm(gemm), loc(gemm.getLoc()), schedule(*gemm.getSchedule()),
      arch(arch), exponent(*exponentOf(gemm)) {
  product = scalarType(b.getContext(),
                       accumulatorKind(gemm.getEffectiveNumerics().getAcc()));
  bool stays = product.isInteger() && !keepsGroups();
  sumType = stays ? product : b.getF32Type();
  turn = usesWarpgroups() ? tile::kTilesPerTurn : 1;
  // Slices are equal but for the last, and none is empty.
  int64_t units = tile::paddedCols(gemm.getK()) / (schedule.getBlockK() * turn);
  int64_t unitsPerSlice = llvm::divideCeil(units, schedule.getSplitK());
  split = llvm::divideCeil(units, unitsPerSlice);
}

bool GemmWriter::scalesOperand() const { return scalesOperands(gemm); }
bool GemmWriter::scalesGroups() const {
  return gemm.getScale() && !scalesOperand() && gemm.getNumGroups() > 1;
}
bool GemmWriter::scalesSum() const {
  return gemm.getScale() && !scalesOperand() && gemm.getNumGroups() == 1;
}
bool GemmWriter::hasInputGroups() const {
  return gemm.getInputScale() && gemm.getNumInputGroups() > 1;
}
bool GemmWriter::hasTensorInputScale() const {
  return gemm.getInputScale() &&
         gemm.getInputScale().getType().getShape() == ArrayRef<int64_t>{1, 1};
}
bool GemmWriter::hasTokenScale() const {
  return gemm.getInputScale() && !hasInputGroups() && !hasTensorInputScale();
}
bool GemmWriter::usesWarpgroups() const {
  std::optional<ScalarKind> operand =
      scalarKind(gemm.getA().getType().getElementType());
  return operand &&
         lookupWarpgroupAtom(schedule.getMma(), *operand, *scalarKind(product));
}

bool GemmWriter::packsOperands() const {
  return tile::packsOperands(gemm.getCode().bits(),
                             gemm.getA().getType().getElementTypeBitWidth());
}

/// An operand of the gemm as the kernel sees it.
Type GemmWriter::argumentType(Value operand) {
  auto type = cast<RankedTensorType>(operand.getType());
  MemRefType memory = toMemRef(type);
  // Operands of the matrix instruction are never decoded.
  bool isBlockScale =
      gemm.hasBlockScales() &&
      (operand == gemm.getScale() || operand == gemm.getInputScale());
  if (operand == gemm.getA() || isBlockScale)
    return MemRefType::get(memory.getShape(), type.getElementType(),
                           memory.getLayout());
  if (operand == gemm.getB() && packsOperands())
    return MemRefType::get(memory.getShape(),
                           gemm.getA().getType().getElementType(),
                           memory.getLayout());
  // One number is read as such.
  if (operand == gemm.getInputScale() && hasTensorInputScale())
    return MemRefType::get({1}, memory.getElementType());
  return memory;
}

void GemmWriter::write(StringRef name, ValueRange arguments) {
  SmallVector<Type> types = llvm::map_to_vector(
      arguments, [&](Value argument) { return argumentType(argument); });
  types.push_back(toMemRef(gemm.getResult().getType()));
  if (addsInMemory()) {
    types.push_back(MemRefType::get({ShapedType::kDynamic}, sumType));
    types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getI32Type()));
  }
  types.push_back(b.getI32Type());

  gpu::GPUFuncOp kernel =
      createKernel(b, loc, name, types, schedule.getThreads());
  if (Attribute order = gemm->getAttr(OrderAttr::getName()))
    kernel->setAttr(OrderAttr::getName(), order);
  // ptxas would have the products of all groups of a tile in flight.
  if (gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand &&
      scalesGroups())
    kernel->setAttr(kRegistersAttr, b.getI32IntegerAttr(kGroupRegisters));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());
  // Rows of results are tokens, as those of activations are.
  Value boxes;
  if (schedule.getStore() == StoreKind::Tma)
    boxes = *tile::addTensorMap(kernel, kernel.getArgument(arguments.size()),
                                schedule.getBlockM());
  ValueRange kernelArguments = kernel.getArguments();
  memories.map(arguments, kernelArguments.take_front(arguments.size()));
  Value result = kernelArguments[arguments.size()];
  Value tokens = arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                              kernelArguments.back());

  // Once, where the block goes on to other tiles.
  if (schedule.getBlocks() > 0)
    table = tabulated();
  auto foreach = tile::ForeachOp::create(
      b, loc, constant(gemm.getN()), tokens,
      constant(tile::paddedCols(gemm.getK())),
      {schedule.getBlockN(), schedule.getBlockM(), schedule.getBlockK()}, turn,
      split, schedule.getBlocks(), schedule.getCluster(),
      schedule.getFixup() == FixupKind::Cluster, schedule.getTurns());
  using Foreach = tile::ForeachOp;
  b.setInsertionPointToStart(&foreach.getBody().front());
  n0 = foreach.get(Foreach::Row);
  m0 = foreach.get(Foreach::Col);
  Value sum =
      multiply(foreach.get(Foreach::Lower), foreach.get(Foreach::Upper));
  // Not before: blocks of the next kernel would crowd the multiprocessors whose
  // places are free first.
  tile::ReleaseDependentsOp::create(b, loc);
  if (sharesTiles()) {
    ValueRange sums = kernelArguments.drop_front(arguments.size() + 1);
    sum = tile::ReduceOp::create(
        b, loc, sum.getType(), sum, addsInMemory() ? sums[0] : Value(),
        addsInMemory() ? sums[1] : Value(), foreach.get(Foreach::Tile),
        foreach.get(Foreach::Slot), foreach.get(Foreach::First),
        foreach.get(Foreach::Pieces));
  }
  store(epilogue(sum), boxes ? boxes : result);
  tile::YieldOp::create(b, loc);
  // A block does not end while its shared memory is read.
  b.setInsertionPointAfter(foreach);
  if (boxes)
    tile::BulkStoreWaitOp::create(b, loc);
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

/// The values of the codes in shared memory; nothing where none are read there.
Value GemmWriter::tabulated() {
  if (!sharedBytes(gemm, schedule, arch).table)
    return {};
  auto [rows, cols] = tile::sharedTableShape(gemm.getCode());
  auto type = tile::SmemType::get(b.getContext(), /*stages=*/1, rows, cols,
                                  gemm.getA().getType().getElementType(), {});
  Value buffer = tile::AllocOp::create(b, loc, type, IntegerAttr());
  tile::TabulateOp::create(b, loc, gemm.getB().getType().getElementType(),
                           buffer);
  return buffer;
}

/// The sum over a range of k, for one tile.
Value GemmWriter::multiply(Value kBegin, Value kEnd) {
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
  // One scale a channel waits for the epilogue. One group has all the padding.
  int64_t group = gemm.getNumGroups() == 1 ? tile::paddedCols(gemm.getK())
                                           : gemm.getGroupSize();
  if (scalesOperand() || scalesGroups())
    scale = stage(memories.lookup(gemm.getScale()), blockN, group);
  if (keepsGroups() && hasInputGroups())
    tokenScale = stage(memories.lookup(gemm.getInputScale()), blockM,
                       gemm.getInputGroupSize());
  if (gemm.getZero())
    zero = stage(memories.lookup(gemm.getZero()), blockN, group);
  if (!table)
    table = tabulated();
  prefetch(kBegin, kEnd);
  // What comes from earlier kernels, and what is written, is behind this.
  tile::AwaitDependenciesOp::create(b, loc);

  Value init =
      zeros(frag(blockN, blockM, keepsGroups() ? b.getF32Type() : product));
  Type accType = init.getType();
  auto pipeline = tile::PipelineOp::create(
      b, loc, TypeRange{accType}, kBegin, kEnd,
      b.getI64IntegerAttr(schedule.getBlockK()),
      b.getStringAttr(stringifyCopyKind(schedule.getCopy())), buffers,
      ValueRange{init});
  {
    OpBuilder::InsertionGuard guard(b);
    Type index = b.getIndexType();
    produce(b.createBlock(&pipeline.getProduce(), {}, {index}, {loc}));
    consume(b.createBlock(&pipeline.getConsume(), {}, {index, accType},
                          {loc, loc}));
  }
  Value sum = pipeline.getResult(0);
  if (cast<tile::FragType>(sum.getType()).getElementType() == sumType)
    return sum;
  return map(frag(blockN, blockM, sumType), sum,
             [&](ValueRange number) { return toF32(number[0]); });
}

/// Asks for what of the weights' side the first tiles of k need.
void GemmWriter::prefetch(Value kBegin, Value kEnd) {
  if (schedule.getPrefetch() == 0)
    return;
  Value ahead = arith::AddIOp::create(
      b, loc, kBegin, constant(schedule.getPrefetch() * schedule.getBlockK()));
  Value last = arith::MinUIOp::create(b, loc, ahead, kEnd);
  auto ask = [&](const Operand &operand) {
    if (!operand.buffer)
      return;
    // A group that is begun is read.
    Value end = last;
    if (operand.group > 1)
      end = arith::AddIOp::create(b, loc, last, constant(operand.group - 1));
    tile::PrefetchOp::create(
        b, loc, operand.memory, n0, groupOf(kBegin, operand.group),
        groupOf(end, operand.group), b.getI64IntegerAttr(schedule.getBlockN()));
  };
  for (const Operand &plane : codes)
    ask(plane);
  ask(scale);
  ask(zero);
}

/// The column of values that share a number for each `group` values of k.
Value GemmWriter::groupOf(Value k, int64_t group) {
  return group == 1
             ? k
             : arith::DivUIOp::create(b, loc, k, constant(group)).getResult();
}

void GemmWriter::produce(Block *block) {
  b.setInsertionPointToStart(block);
  Value k = block->getArgument(0);
  auto copy = [&](Operand &operand, Value row, Value gather) {
    tile::CopyOp::create(b, loc, operand.memory, row, groupOf(k, operand.group),
                         operand.buffer, Value(), gather, /*async=*/false,
                         tile::LayoutAttr());
  };
  for (Operand &plane : codes)
    copy(plane, n0, Value());
  // Weights have been packed in the order of the reduction.
  copy(activations, m0,
       gemm.getPerm() ? memories.lookup(gemm.getPerm()) : Value());
  if (scale.buffer)
    copy(scale, n0, Value());
  if (zero.buffer)
    copy(zero, n0, Value());
  if (tokenScale.buffer)
    copy(tokenScale, m0, Value());
  tile::YieldOp::create(b, loc);
}

Value GemmWriter::zeros(tile::FragType type) {
  Value nothing =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
  return tile::SplatOp::create(b, loc, type, nothing);
}

Value GemmWriter::map(tile::FragType type, ValueRange inputs, MapBody body) {
  auto map = tile::MapOp::create(b, loc, type, inputs);
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Type> elements = llvm::map_to_vector(inputs, [](Value input) {
    return cast<tile::FragType>(input.getType()).getElementType();
  });
  Block *block = b.createBlock(&map.getBody(), {}, elements,
                               SmallVector<Location>(elements.size(), loc));
  tile::YieldOp::create(b, loc, ValueRange{body(block->getArguments())});
  return map;
}

void humming::createGemmKernel(OpBuilder &b, GemmOp gemm, const Arch &arch,
                               StringRef name, ValueRange arguments) {
  GemmWriter(b, gemm, arch).write(name, arguments);
}
