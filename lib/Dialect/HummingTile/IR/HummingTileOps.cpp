//===- HummingTileOps.cpp - verification of the tile operations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraints are labelled as in HummingTileOps.td: mma_c1 is C1 of mma.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "humming/Dialect/HummingTile/IR/HummingTileOps.cpp.inc"

namespace humming::tile {

static std::string shapeOf(FragType type) {
  return std::to_string(type.getRows()) + "x" + std::to_string(type.getCols());
}

//===----------------------------------------------------------------------===//
// copy, load, store
//===----------------------------------------------------------------------===//

LogicalResult CopyOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto buffer = cast<SmemType>(getBuffer().getType());
  // copy_c1
  if (source.getRank() != 2 ||
      source.getElementType() != buffer.getElementType())
    return emitOpError("expected a source of two dimensions of ")
           << buffer.getElementType() << ", got " << source;
  // copy_c2
  if (!getGather())
    return success();
  auto gather = cast<MemRefType>(getGather().getType());
  if (gather.getRank() != 1 || !gather.getElementType().isInteger(32))
    return emitOpError("expected the columns to gather as i32 in one "
                       "dimension, got ")
           << gather;
  if (getAsync())
    return emitOpError("expected no asynchronous copy of gathered columns");
  return success();
}

/// C1, C2 and C3 of load and store.
static LogicalResult verifyAccess(Operation *op, FragType frag, Type memory,
                                  size_t numIndices, bool hasStage,
                                  bool transpose,
                                  std::optional<int64_t> plane = {},
                                  std::optional<int64_t> column = {}) {
  Type element;
  size_t rank = 0;
  if (auto smem = dyn_cast<SmemType>(memory)) {
    element = smem.getElementType();
    int64_t rows = smem.getRows(), cols = column ? 1 : smem.getCols();
    if (transpose)
      std::swap(rows, cols);
    if (rows != frag.getRows() || cols != frag.getCols())
      return op->emitOpError("expected a fragment of ")
             << rows << "x" << cols << ", got " << shapeOf(frag);
    // load_c3
    if (column && (*column < 0 || *column >= smem.getCols()))
      return op->emitOpError("expected a column below ")
             << smem.getCols() << ", got " << *column;
  } else if (auto memref = dyn_cast<MemRefType>(memory)) {
    element = memref.getElementType();
    rank = memref.getRank();
    if (rank != 1 && rank != 2)
      return op->emitOpError("expected memory of one or two dimensions, got ")
             << memref;
    if (hasStage)
      return op->emitOpError("expected a stage only with shared memory");
    if (column)
      return op->emitOpError("expected a column only with shared memory");
  } else {
    return op->emitOpError("expected shared memory or a memref, got ")
           << memory;
  }
  if (transpose && rank == 1)
    return op->emitOpError("expected transpose only with memory of two "
                           "dimensions, got ")
           << memory;
  // A narrower unsigned code widens on load: the values are the same.
  auto from = dyn_cast<CodeType>(element),
       to = dyn_cast<CodeType>(frag.getElementType());
  bool widens = isa<LoadOp>(op) && from && to &&
                from.getCode().kind() == Code::Kind::Unsigned &&
                to.getCode().kind() == Code::Kind::Unsigned &&
                from.getBits() <= to.getBits();
  if (plane) {
    // load_c3
    int64_t end = *plane + getElementBits(frag.getElementType());
    if (!from || !to || to.getCode().kind() != Code::Kind::Unsigned ||
        *plane < 0 || end > static_cast<int64_t>(from.getBits()))
      return op->emitOpError("expected a plane within ")
             << element << ", got bits " << *plane << " to " << end << " as "
             << frag.getElementType();
  } else if (element != frag.getElementType() && !widens)
    return op->emitOpError("expected elements of ")
           << frag.getElementType() << " in memory, got " << element;
  if (numIndices != rank)
    return op->emitOpError("expected ")
           << rank << " indices, got " << numIndices;
  return success();
}

LogicalResult LoadOp::verify() {
  // load_c4
  auto source = dyn_cast<MemRefType>(getSource().getType());
  bool isPlain = source && source.getRank() == 2 &&
                 source.getLayout().isIdentity() && !getTranspose();
  if ((getGather() || getRowBlock()) && !isPlain)
    return emitOpError("expected row-major memory of two dimensions beside "
                       "gather and row_block, got ")
           << getSource().getType();
  auto gather = getGather() ? cast<MemRefType>(getGather().getType()) : nullptr;
  if (gather &&
      (gather.getRank() != 1 || !gather.getElementType().isInteger(32)))
    return emitOpError("expected a gather of one dimension of i32, got ")
           << gather;
  if (getRowBlock() && *getRowBlock() <= 0)
    return emitOpError("expected a positive row_block, got ") << *getRowBlock();
  return verifyAccess(*this, getResult().getType(), getSource().getType(),
                      getIndices().size(), !!getStage(), getTranspose(),
                      getPlane(), getColumn());
}

LogicalResult StoreOp::verify() {
  // store_c3
  if (getRank() && !isa<SmemType>(getDest().getType()))
    return emitOpError("expected a rank only with shared memory");
  // store_c4
  if (!getRank() != !getBarriers() || !getRank() != !getIndex())
    return emitOpError("expected a rank and an mbarrier, or neither");
  constexpr unsigned wordBits = 32;
  Type element = getValue().getType().getElementType();
  if (getRank() && getElementBits(element) != wordBits)
    return emitOpError("expected elements of 32 bits with a rank, got ")
           << element;
  return verifyAccess(*this, getValue().getType(), getDest().getType(),
                      getIndices().size(), !!getStage(), getTranspose());
}

//===----------------------------------------------------------------------===//
// splat, mma, map, reduce
//===----------------------------------------------------------------------===//

LogicalResult SplatOp::verify() {
  // splat_c1
  if (getValue().getType() != getResult().getType().getElementType())
    return emitOpError("expected a scalar of ")
           << getResult().getType().getElementType() << ", got "
           << getValue().getType();
  return success();
}

static const MmaAtom *findAtom(StringRef name, Type a, Type b, Type acc) {
  auto kindA = scalarKind(a), kindB = scalarKind(b), kindAcc = scalarKind(acc);
  if (!kindA || !kindB || !kindAcc)
    return nullptr;
  return lookupMmaAtom(name, *kindA, *kindB, *kindAcc);
}

const MmaAtom *MmaOp::getTableEntry() {
  Type w = getWeights().getType().getElementType(),
       a = getActivations().getType().getElementType(),
       acc = getAcc().getType().getElementType();
  if (getScales().empty())
    return findAtom(getAtom(), w, a, acc);
  auto kindW = scalarKind(w), kindA = scalarKind(a), kindAcc = scalarKind(acc),
       kindScale = scalarKind(
           cast<FragType>(getScales().front().getType()).getElementType());
  if (!kindW || !kindA || !kindAcc || !kindScale)
    return nullptr;
  return lookupMmaAtom(getAtom(), *kindW, *kindA, *kindAcc, *kindScale);
}

/// C5 of mma.
static LogicalResult verifyBlockScales(MmaOp op, const MmaAtom &atom) {
  if (op.getScales().empty())
    return success();
  if (op.getScales().size() != 2)
    return op.emitOpError("expected the scales of both operands, got ")
           << op.getScales().size();
  auto first = cast<FragType>(op.getScales()[0].getType()),
       second = cast<FragType>(op.getScales()[1].getType());
  FragType weights = op.getWeights().getType();
  int64_t groups = weights.getCols() / atom.scaleGroup;
  if (first.getRows() != weights.getRows() ||
      second.getRows() != op.getActivations().getType().getRows() ||
      first.getCols() != groups || second.getCols() != groups ||
      first.getElementType() != second.getElementType())
    return op.emitOpError("expected ")
           << groups << " columns of scales of one type for each operand, got "
           << first << " and " << second;
  return success();
}

LogicalResult MmaOp::verify() {
  FragType w = getWeights().getType(), a = getActivations().getType(),
           acc = getAcc().getType();
  // mma_c1
  if (w.getCols() != a.getCols() || acc.getRows() != w.getRows() ||
      acc.getCols() != a.getRows())
    return emitOpError("expected n x k times m x k into n x m, got ")
           << shapeOf(w) << ", " << shapeOf(a) << ", " << shapeOf(acc);
  // mma_c2
  const MmaAtom *atom = getTableEntry();
  if (!atom)
    return emitOpError("expected an atom of Target/MmaAtoms.td, got \"")
           << getAtom() << "\" on " << w.getElementType() << ", "
           << a.getElementType() << ", " << acc.getElementType();
  // mma_c5
  if (failed(verifyBlockScales(*this, *atom)))
    return failure();
  // mma_c3
  ArrayRef<int64_t> warps = getWarps();
  if (warps.size() != 2 || warps[0] <= 0 || warps[1] <= 0 ||
      acc.getRows() % (warps[0] * atom->rows) != 0 ||
      acc.getCols() % (warps[1] * atom->tokens) != 0 ||
      w.getCols() % atom->k != 0)
    return emitOpError("expected warps x ")
           << atom->rows << "x" << atom->tokens << "x" << atom->k
           << " to divide the tile " << shapeOf(acc) << "x" << w.getCols();
  // mma_c4
  std::optional<ArrayRef<int64_t>> columns = getColumns();
  if (!columns)
    return success();
  if (columns->size() != 2)
    return emitOpError("expected columns [first, count], got ")
           << columns->size() << " numbers";
  int64_t first = columns->front(), count = columns->back();
  if (first < 0 || count <= 0 || first + count > w.getCols() ||
      first % atom->k != 0 || count % atom->k != 0)
    return emitOpError("expected columns of ")
           << w.getCols() << " in multiples of " << atom->k << ", got " << count
           << " from " << first;
  return success();
}

LogicalResult MapOp::verify() {
  FragType result = getResult().getType();
  Block &body = getBody().front();
  // map_c1
  for (Value input : getInputs()) {
    auto type = cast<FragType>(input.getType());
    if ((type.getRows() != result.getRows() && type.getRows() != 1) ||
        (type.getCols() != result.getCols() && type.getCols() != 1))
      return emitOpError("expected inputs of ")
             << shapeOf(result) << ", or one row or column for all, got "
             << shapeOf(type);
  }
  // map_c2
  auto elements = llvm::map_range(getInputs().getTypes(), [](Type type) {
    return cast<FragType>(type).getElementType();
  });
  if (!llvm::equal(body.getArgumentTypes(), elements))
    return emitOpError("expected the region to take one scalar of each input");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || yield.getNumOperands() != 1 ||
      yield.getOperand(0).getType() != result.getElementType())
    return emitOpError("expected the region to yield ")
           << result.getElementType();
  return success();
}

LogicalResult ReduceOp::verify() {
  // reduce_c2
  if (!getPartials() != !getCounters())
    return emitOpError("expected partials and counters, or neither");
  if (!getPartials())
    return success();
  auto partials = cast<MemRefType>(getPartials().getType());
  auto counters = cast<MemRefType>(getCounters().getType());
  Type element = getValue().getType().getElementType();
  // reduce_c1
  if (partials.getRank() != 1 || partials.getElementType() != element)
    return emitOpError("expected partials of ")
           << element << " in one dimension, got " << partials;
  // reduce_c2
  if (counters.getRank() != 1 || !counters.getElementType().isInteger(32))
    return emitOpError("expected counters of i32 in one dimension, got ")
           << counters;
  return success();
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

const MmaAtom *MmaAtomOp::getTableEntry() {
  auto elementOf = [](Value vector) {
    return cast<VectorType>(vector.getType()).getElementType();
  };
  Type a = elementOf(getA()), b = elementOf(getB()), c = elementOf(getC());
  if (getScales().empty())
    return findAtom(getAtom(), a, b, c);
  auto kindA = scalarKind(a), kindB = scalarKind(b), kindAcc = scalarKind(c),
       kindScale = scalarKind(elementOf(getScales().front()));
  if (!kindA || !kindB || !kindAcc || !kindScale)
    return nullptr;
  return lookupMmaAtom(getAtom(), *kindA, *kindB, *kindAcc, *kindScale);
}

LogicalResult MmaAtomOp::verify() {
  auto a = cast<VectorType>(getA().getType()),
       b = cast<VectorType>(getB().getType()),
       c = cast<VectorType>(getC().getType());
  // mma_atom_c1
  const MmaAtom *atom = getTableEntry();
  if (!atom) {
    InFlightDiagnostic diagnostic =
        emitOpError("expected an atom of Target/MmaAtoms.td, got \"");
    diagnostic << getAtom() << "\" on " << a << ", " << b << ", " << c;
    if (!getScales().empty())
      diagnostic << " with scales of " << getScales().front().getType();
    return diagnostic;
  }
  auto perLane = [](int64_t elements) { return elements / 32; };
  int64_t lengths[] = {perLane(atom->rows * atom->k),
                       perLane(atom->tokens * atom->k),
                       perLane(atom->rows * atom->tokens)};
  VectorType types[] = {a, b, c};
  for (auto [type, length] : llvm::zip_equal(types, lengths))
    if (type.getNumElements() != length)
      return emitOpError("expected ") << length << " elements, got " << type;
  // mma_atom_c2
  if (getScales().empty())
    return success();
  auto first = cast<VectorType>(getScales().front().getType());
  auto scales =
      VectorType::get(atom->k / atom->scaleGroup, first.getElementType());
  if (getScales().size() != 2 ||
      !llvm::all_equal({Type(scales), getScales().front().getType(),
                        getScales().back().getType()}))
    return emitOpError("expected scales of both operands, ")
           << scales << " each, got " << getScales().getTypes();
  return success();
}

LogicalResult ViewOp::verify() {
  // view_c1
  auto type = cast<MemRefType>(getResult().getType());
  if (!isa<LayoutAttr>(type.getLayout()))
    return emitOpError("expected a layout on the result, got ") << type;
  return success();
}

} // namespace humming::tile
