//===- Distribute.cpp - humming-tile-distribute
//----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes one thread's program: walks the block's program in order, keeping for
// each fragment the vectors of one thread. Ops on scalars are cloned.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "Distribution.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

namespace humming::tile {
#define GEN_PASS_DEF_DISTRIBUTE
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

namespace {
/// Rewrites one kernel.
class Distributor {
public:
  explicit Distributor(gpu::GPUFuncOp func) : func(func), b(func) {}
  LogicalResult run();

private:
  LogicalResult distribute(Block &block);
  LogicalResult distribute(Operation &op);
  LogicalResult distributeLoop(scf::ForOp loop);
  LogicalResult distributeIf(scf::IfOp branch);
  LogicalResult distributeCopy(CopyOp copy);
  LogicalResult distributeLoad(LoadOp load);
  LogicalResult distributeStore(StoreOp store);
  void distributeSplat(SplatOp splat);
  void distributeMma(MmaOp mma);
  void distributeMap(MapOp map);
  LogicalResult distributeDequant(DequantOp dequant);
  void placeAlloc(AllocOp alloc);

  FailureOr<TileAccess> access(Operation *op, FragType type, Value memory,
                               ValueRange indices, Value stage, bool transpose);
  TileMemory sharedMemory(Value buffer, Value stage);
  TileMemory globalMemory(FragType type, Value memref, ValueRange indices,
                          bool transpose);
  ThreadFragment fragmentOf(Value value) { return fragments.lookup(value); }
  void setPieces(Value value, ValueRange pieces);
  SmallVector<Value> flatten(ValueRange values);
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, func.getLoc(), value);
  }

  gpu::GPUFuncOp func;
  OpBuilder b;
  IRMapping scalars; ///< also memrefs, now flat
  llvm::DenseMap<Value, ThreadFragment> fragments;
  ThreadContext thread;
  Value tokens; ///< m, the one dynamic size
};
} // namespace

//===----------------------------------------------------------------------===//
// Function and control flow
//===----------------------------------------------------------------------===//

/// A memref as the thread form knows it: flat, of unknown length.
static MemRefType flatten(MemRefType type) {
  auto global =
      gpu::AddressSpaceAttr::get(type.getContext(), gpu::AddressSpace::Global);
  return MemRefType::get(
      {ShapedType::kDynamic}, getMemoryElement(type.getElementType()),
      MemRefLayoutAttrInterface(),
      type.getMemorySpace() ? type.getMemorySpace() : global);
}

LogicalResult Distributor::run() {
  Location loc = func.getLoc();
  SmallVector<Type> types;
  for (Type type : func.getArgumentTypes())
    types.push_back(isa<MemRefType>(type) ? ::flatten(cast<MemRefType>(type))
                                          : type);
  auto thin = gpu::GPUFuncOp::create(
      b, loc, func.getName(), FunctionType::get(func.getContext(), types, {}));
  for (NamedAttribute attr : func->getAttrs())
    if (attr.getName() != func.getFunctionTypeAttrName())
      thin->setAttr(attr.getName(), attr.getValue());

  b.setInsertionPointToStart(&thin.getBody().front());
  scalars.map(func.getArguments(), thin.getArguments());
  thread = {gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x),
            func.getKnownBlockSize()->front()};
  if (thin.getNumArguments() > 0 &&
      thin.getArguments().back().getType().isInteger(32))
    tokens = arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                          thin.getArguments().back());
  if (failed(distribute(func.getBody().front()))) {
    thin.erase();
    return failure();
  }
  func.erase();
  return success();
}

LogicalResult Distributor::distribute(Block &block) {
  for (Operation &op : block)
    if (failed(distribute(op)))
      return failure();
  return success();
}

LogicalResult Distributor::distribute(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case<scf::ForOp>([&](auto loop) { return distributeLoop(loop); })
      .Case<scf::IfOp>([&](auto branch) { return distributeIf(branch); })
      .Case<CopyOp>([&](auto copy) { return distributeCopy(copy); })
      .Case<LoadOp>([&](auto load) { return distributeLoad(load); })
      .Case<StoreOp>([&](auto store) { return distributeStore(store); })
      .Case<DequantOp>([&](auto dequant) { return distributeDequant(dequant); })
      .Case<AllocOp>([&](auto alloc) { return placeAlloc(alloc), success(); })
      .Case<SplatOp>(
          [&](auto splat) { return distributeSplat(splat), success(); })
      .Case<MmaOp>([&](auto mma) { return distributeMma(mma), success(); })
      .Case<MapOp>([&](auto map) { return distributeMap(map), success(); })
      .Case<scf::YieldOp>([&](auto yield) {
        // A branch without results has its terminator already.
        if (yield.getNumOperands() > 0 || isa<scf::ForOp>(yield->getParentOp()))
          scf::YieldOp::create(b, yield.getLoc(), flatten(yield.getOperands()));
        return success();
      })
      .Default([&](Operation *other) -> LogicalResult {
        if (isa<HummingTileDialect>(other->getDialect()) &&
            !isa<AsyncCommitOp, AsyncWaitOp>(other))
          return other->emitOpError(
              "expected to be gone before humming-tile-distribute");
        b.clone(*other, scalars);
        return success();
      });
}

/// Fragments as their pieces, everything else as itself.
SmallVector<Value> Distributor::flatten(ValueRange values) {
  SmallVector<Value> result;
  for (Value value : values) {
    if (isa<FragType>(value.getType()))
      llvm::append_range(result, fragmentOf(value).pieces);
    else
      result.push_back(scalars.lookupOrDefault(value));
  }
  return result;
}

void Distributor::setPieces(Value value, ValueRange pieces) {
  PieceInfo info = getPieceInfo(cast<FragType>(value.getType()));
  fragments[value] = ThreadFragment{SmallVector<Value>(pieces), info.perPiece};
}

LogicalResult Distributor::distributeLoop(scf::ForOp loop) {
  auto thin = scf::ForOp::create(
      b, loop.getLoc(), scalars.lookupOrDefault(loop.getLowerBound()),
      scalars.lookupOrDefault(loop.getUpperBound()),
      scalars.lookupOrDefault(loop.getStep()), flatten(loop.getInits()));
  auto bind = [&](ValueRange values, ValueRange flat) {
    for (Value value : values) {
      auto frag = dyn_cast<FragType>(value.getType());
      size_t count = frag ? getPieceInfo(frag).numPieces : 1;
      if (frag)
        setPieces(value, flat.take_front(count));
      else
        scalars.map(value, flat.front());
      flat = flat.drop_front(count);
    }
  };
  scalars.map(loop.getInductionVar(), thin.getInductionVar());
  bind(loop.getRegionIterArgs(), thin.getRegionIterArgs());
  OpBuilder::InsertionGuard guard(b);
  Block *body = thin.getBody();
  if (!body->empty())
    body->back().erase();
  b.setInsertionPointToEnd(body);
  if (failed(distribute(*loop.getBody())))
    return failure();
  bind(loop.getResults(), thin.getResults());
  return success();
}

LogicalResult Distributor::distributeIf(scf::IfOp branch) {
  if (branch.getNumResults() != 0 || branch.elseBlock())
    return branch.emitOpError(
        "expected no results and no else in the tile form");
  auto thin = scf::IfOp::create(b, branch.getLoc(),
                                scalars.lookupOrDefault(branch.getCondition()));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(thin.thenBlock());
  return distribute(*branch.thenBlock());
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void Distributor::placeAlloc(AllocOp alloc) {
  SmemType type = alloc.getBuffer().getType();
  auto workgroup =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  auto flat = [&](Type element) {
    return MemRefType::get({ShapedType::kDynamic}, element,
                           MemRefLayoutAttrInterface(), workgroup);
  };
  Type element = getMemoryElement(type.getElementType());
  Value shared = gpu::DynamicSharedMemoryOp::create(b, alloc.getLoc(),
                                                    flat(b.getI8Type()));
  int64_t units = type.getBytes() * 8 / element.getIntOrFloatBitWidth();
  scalars.map(alloc.getBuffer(),
              memref::ViewOp::create(b, alloc.getLoc(), flat(element), shared,
                                     constant(*alloc.getBase()),
                                     ValueRange{constant(units)}));
}

/// One stage of a shared tile.
TileMemory Distributor::sharedMemory(Value buffer, Value stage) {
  auto type = cast<SmemType>(buffer.getType());
  TileMemory memory;
  memory.flat = scalars.lookup(buffer);
  memory.element = type.getElementType();
  memory.layout = type.getLayout();
  if (stage)
    memory.origin =
        arith::MulIOp::create(b, func.getLoc(), scalars.lookupOrDefault(stage),
                              constant(type.getRows() * type.getCols()));
  return memory;
}

/// A tile of global memory. Row-major memory is masked where the tile may reach
/// beyond it; memory with a layout is padded.
TileMemory Distributor::globalMemory(FragType type, Value memref,
                                     ValueRange indices, bool transpose) {
  auto memrefType = cast<MemRefType>(memref.getType());
  Location loc = func.getLoc();
  TileMemory memory;
  memory.flat = scalars.lookupOrDefault(memref);
  memory.element = memrefType.getElementType();

  // Rows and columns as the fragment sees them.
  SmallVector<int64_t> shape(memrefType.getShape());
  SmallVector<Value> starts = llvm::map_to_vector(
      indices, [&](Value index) { return scalars.lookupOrDefault(index); });
  if (transpose) {
    std::swap(shape[0], shape[1]);
    std::swap(starts[0], starts[1]);
  }
  bool oneColumn = shape.size() == 1 || (shape[1] == 1 && type.getCols() > 1);
  if (shape.size() == 1) {
    shape.push_back(1);
    starts.push_back(Value());
  }
  memory.broadcastCols = oneColumn;
  memory.layout = dyn_cast<LayoutAttr>(memrefType.getLayout());
  bool packed = static_cast<bool>(memory.layout);
  if (!packed) { // The outer dimension's extent means nothing, so a dynamic one
                 // may be any. Rows fill whole bytes.
    int64_t together = 8 / std::gcd(int64_t(8), getElementBits(memory.element));
    int64_t cols = llvm::alignTo(std::max<int64_t>(shape[1], 1), together);
    memory.layout = rowMajor(b.getContext(), std::max<int64_t>(shape[0], 1),
                             cols, transpose);
  }

  // The outermost mode of a dimension is unbounded, and tiles start at its
  // multiples.
  int64_t firstCol = memory.layout.getRowModes().size();
  for (auto [dim, start] : llvm::enumerate(starts)) {
    if (!start)
      continue;
    int64_t mode = dim == 0 ? 0 : firstCol,
            weight = memory.layout.getMode(mode).weight;
    Value digit = weight == 1
                      ? start
                      : arith::DivUIOp::create(b, loc, start, constant(weight))
                            .getResult();
    Value offset = arith::MulIOp::create(
        b, loc, digit,
        constant(memory.layout.getOffsetStride(mode).value_or(0)));
    memory.origin =
        memory.origin
            ? arith::AddIOp::create(b, loc, memory.origin, offset).getResult()
            : offset;

    int64_t tileSize = dim == 0 ? type.getRows() : type.getCols(),
            size = shape[dim];
    bool within = packed || (dim == 1 && oneColumn) ||
                  (size != ShapedType::kDynamic && size % tileSize == 0);
    (dim == 0 ? memory.rowStart : memory.colStart) = start;
    if (!within)
      (dim == 0 ? memory.rowBound : memory.colBound) =
          size == ShapedType::kDynamic ? tokens : constant(size);
  }
  return memory;
}

FailureOr<TileAccess> Distributor::access(Operation *op, FragType type,
                                          Value memory, ValueRange indices,
                                          Value stage, bool transpose) {
  TileMemory tile = isa<SmemType>(memory.getType())
                        ? sharedMemory(memory, stage)
                        : globalMemory(type, memory, indices, transpose);
  FailureOr<TileAccess> result =
      TileAccess::create(b, op->getLoc(), thread, type, tile);
  if (failed(result))
    op->emitOpError("expected memory that the fragment's modes divide, got ")
        << type << " and " << memory.getType();
  return result;
}

LogicalResult Distributor::distributeCopy(CopyOp copy) {
  if (!copy.getAsync())
    return copy.emitOpError("expected only asynchronous copies here; others "
                            "are a load and a store");
  SmemType buffer = copy.getBuffer().getType();
  auto type = FragType::get(b.getContext(), buffer.getRows(), buffer.getCols(),
                            buffer.getElementType(), copy.getViaAttr());
  FailureOr<TileAccess> from =
      access(copy, type, copy.getSource(), {copy.getRow(), copy.getCol()},
             Value(), false);
  FailureOr<TileAccess> to =
      access(copy, type, copy.getBuffer(), {}, copy.getStage(), false);
  if (failed(from) || failed(to))
    return failure();
  from->copyAsync(b, copy.getLoc(), *to);
  return success();
}

LogicalResult Distributor::distributeLoad(LoadOp load) {
  FragType type = load.getResult().getType();
  FailureOr<TileAccess> from =
      access(load, type, load.getSource(), load.getIndices(), load.getStage(),
             load.getTranspose());
  if (failed(from))
    return failure();
  bool shared = isa<SmemType>(load.getSource().getType());
  fragments[load.getResult()] = shared && from->isLdmatrix()
                                    ? from->loadMatrix(b, load.getLoc())
                                    : from->load(b, load.getLoc());
  return success();
}

LogicalResult Distributor::distributeStore(StoreOp store) {
  FailureOr<TileAccess> to =
      access(store, store.getValue().getType(), store.getDest(),
             store.getIndices(), store.getStage(), store.getTranspose());
  if (failed(to))
    return failure();
  to->store(b, store.getLoc(), fragmentOf(store.getValue()));
  return success();
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void Distributor::distributeSplat(SplatOp splat) {
  PieceInfo info = getPieceInfo(splat.getResult().getType());
  Value piece = vector::BroadcastOp::create(
      b, splat.getLoc(), info.type, scalars.lookupOrDefault(splat.getValue()));
  fragments[splat.getResult()] =
      ThreadFragment{SmallVector<Value>(info.numPieces, piece), info.perPiece};
}

void Distributor::distributeMma(MmaOp mma) {
  ThreadFragment weights = fragmentOf(mma.getWeights()),
                 activations = fragmentOf(mma.getActivations());
  ThreadFragment acc = fragmentOf(mma.getAcc());
  LayoutAttr weightLayout = mma.getWeights().getType().getLayout();
  LayoutAttr tokenLayout = mma.getActivations().getType().getLayout();
  // Registers are [row atoms, column atoms, atom], so atoms follow one another.
  int64_t rowAtoms = weightLayout.getRowModes()[1],
          kAtoms = weightLayout.getColModes()[1];
  int64_t tokenAtoms = tokenLayout.getRowModes()[1];
  int64_t regsA = weightLayout.getNumRegs() / (rowAtoms * kAtoms);
  int64_t regsB = tokenLayout.getNumRegs() / (tokenAtoms * kAtoms);
  int64_t regsC =
      mma.getAcc().getType().getLayout().getNumRegs() / (rowAtoms * tokenAtoms);
  Location loc = mma.getLoc();
  ThreadFragment result;
  result.perPiece = regsC;
  for (int64_t row = 0; row < rowAtoms; ++row)
    for (int64_t token = 0; token < tokenAtoms; ++token)
      result.pieces.push_back(
          acc.slice(b, loc, (row * tokenAtoms + token) * regsC, regsC));
  // k outermost: consecutive instructions write different accumulators.
  for (int64_t k = 0; k < kAtoms; ++k)
    for (int64_t row = 0; row < rowAtoms; ++row)
      for (int64_t token = 0; token < tokenAtoms; ++token) {
        Value &sum = result.pieces[row * tokenAtoms + token];
        sum = MmaAtomOp::create(
            b, loc, sum.getType(), mma.getAtom(),
            weights.slice(b, loc, (row * kAtoms + k) * regsA, regsA),
            activations.slice(b, loc, (token * kAtoms + k) * regsB, regsB),
            sum);
      }
  fragments[mma.getResult()] = result;
}

LogicalResult Distributor::distributeDequant(DequantOp dequant) {
  FragType type = dequant.getResult().getType(),
           codesType = dequant.getCodes().getType();
  ThreadFragment codes = fragmentOf(dequant.getCodes());
  PieceInfo info = getPieceInfo(type);
  Location loc = dequant.getLoc();

  // Two rows' values of a group, as the atom wants them.
  auto perRow = [&](Value fragment, int64_t row, int64_t col) -> Value {
    if (!fragment)
      return {};
    auto fragType = cast<FragType>(fragment.getType());
    int64_t group = type.getCols() / fragType.getCols();
    return fragmentOf(fragment).slice(
        b, loc, fragType.getLayout().regOf(row, col / group), 2);
  };
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    auto [row, col] =
        type.getLayout().coordinates(/*thread=*/0, piece * info.perPiece);
    int64_t reg = codesType.getLayout().regOf(row, col);
    if (reg % codes.perPiece != 0 || info.perPiece != codes.perPiece)
      return dequant.emitOpError(
                 "expected the codes of an atom in one word, got register ")
             << reg << " first";
    result.pieces.push_back(DequantAtomOp::create(
        b, loc, info.type, codes.pieces[reg / codes.perPiece],
        perRow(dequant.getScale(), row, col),
        perRow(dequant.getZero(), row, col),
        TypeAttr::get(codesType.getElementType())));
  }
  fragments[dequant.getResult()] = result;
  return success();
}

void Distributor::distributeMap(MapOp map) {
  PieceInfo info = getPieceInfo(map.getResult().getType());
  Block &body = map.getBody().front();
  ThreadFragment result;
  result.perPiece = info.perPiece;
  for (int64_t piece = 0; piece < info.numPieces; ++piece) {
    SmallVector<Value> elements;
    for (int64_t i = 0; i < info.perPiece; ++i) {
      IRMapping element = scalars;
      for (auto [arg, input] :
           llvm::zip_equal(body.getArguments(), map.getInputs()))
        element.map(arg, fragmentOf(input).element(b, map.getLoc(),
                                                   piece * info.perPiece + i));
      for (Operation &op : body.without_terminator())
        b.clone(op, element);
      elements.push_back(
          element.lookupOrDefault(body.getTerminator()->getOperand(0)));
    }
    result.pieces.push_back(
        vector::FromElementsOp::create(b, map.getLoc(), info.type, elements));
  }
  fragments[map.getResult()] = result;
}

namespace {
struct Distribute : public tile::impl::DistributeBase<Distribute> {
  void runOnOperation() override {
    for (auto func :
         llvm::make_early_inc_range(getOperation().getOps<gpu::GPUFuncOp>()))
      if (failed(Distributor(func).run()))
        return signalPassFailure();
  }
};
} // namespace
