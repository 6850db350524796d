//===- DistributeMemory.cpp - tiles in memory -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a tile lies: shared buffers by stage, global memory by its layout or
// row by row; and the ops that move fragments there.
//
//===----------------------------------------------------------------------===//

#include "Distributor.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/Arch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// A plane as a part of the bytes of its buffer.
void Distributor::placeView(ViewOp view) {
  Value bytes = scalars.lookup(view.getSource());
  scalars.map(view.getResult(),
              memref::ViewOp::create(b, view.getLoc(), bytes.getType(), bytes,
                                     constant(view.getBase()),
                                     ValueRange{constant(0)}));
}

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

/// One stage of a shared tile, from column `column` on.
TileMemory Distributor::sharedMemory(Value buffer, Value stage, int64_t column,
                                     bool transpose) {
  auto type = cast<SmemType>(buffer.getType());
  TileMemory memory;
  memory.flat = scalars.lookup(buffer);
  memory.element = type.getElementType();
  memory.layout = type.getLayout();
  memory.firstElement = memory.layout.offsetOf(0, column);
  if (transpose)
    memory.layout = transposed(memory.layout);
  if (stage)
    memory.origin =
        arith::MulIOp::create(b, func.getLoc(), scalars.lookupOrDefault(stage),
                              constant(type.getRows() * type.getCols()));
  return memory;
}

/// The most neighbours that lie inside or outside a row of `size` elements
/// together, and behind one another in an access of their own size.
static int64_t granuleOf(int64_t size) { return size & -size; }

/// A tile of global memory. Row-major memory is masked where the tile may reach
/// beyond it; memory with a layout is padded.
TileMemory Distributor::globalMemory(FragType type, Value memref,
                                     ValueRange indices, bool transpose,
                                     const Selection &selection) {
  auto memrefType = cast<MemRefType>(memref.getType());
  Location loc = func.getLoc();
  TileMemory memory;
  memory.flat = scalars.lookupOrDefault(memref);
  memory.element = memrefType.getElementType();
  memory.lowBit = selection.plane;
  memory.rowBlock = selection.rowBlock;
  if (selection.gather)
    memory.gather = scalars.lookupOrDefault(selection.gather);

  // Rows and columns as the fragment sees them.
  SmallVector<int64_t> shape(memrefType.getShape());
  SmallVector<Value> starts = llvm::map_to_vector(
      indices, [&](Value index) { return scalars.lookupOrDefault(index); });
  if (transpose) {
    std::swap(shape[0], shape[1]);
    std::swap(starts[0], starts[1]);
  }
  // A packed number stands for its row; a row of one activation or weight,
  // which is packed with others, does not.
  memory.layout = dyn_cast<LayoutAttr>(memrefType.getLayout());
  bool packed = static_cast<bool>(memory.layout);
  bool oneColumn =
      shape.size() == 1 ||
      (packed && memory.layout.getCols() == 1 && type.getCols() > 1);
  if (shape.size() == 1) {
    shape.push_back(1);
    starts.push_back(Value());
  }
  memory.broadcastCols = oneColumn;
  int64_t bits = getElementBits(memory.element);
  if (!packed) {
    // Rows fill whole bytes; the outer dimension's extent means nothing.
    SmallVector<int64_t> extents = shape;
    int64_t &inner = extents[transpose ? 0 : 1],
            &outer = extents[transpose ? 1 : 0];
    inner = llvm::alignTo(inner, std::max<int64_t>(8 / bits, 1));
    outer = std::max<int64_t>(outer, 1);
    memory.layout = rowMajor(b.getContext(), extents[0], extents[1], transpose);
    memory.granule = granuleOf(inner);
  }
  if (!packed && bits < 8 &&
      (isa<CodeType>(memory.element) || memory.isPicked()))
    memory.codeRowBits = llvm::alignTo(shape[1] * bits, 8);

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
    if (dim == 0 && size != ShapedType::kDynamic)
      size *= memory.rowBlock;
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
                                          Value stage, bool transpose,
                                          const Selection &selection) {
  TileMemory tile =
      isa<SmemType>(memory.getType())
          ? sharedMemory(memory, stage, selection.column, transpose)
          : globalMemory(type, memory, indices, transpose, selection);
  tile.destination = selection.destination;
  FailureOr<TileAccess> result =
      TileAccess::create(b, op->getLoc(), thread, type, tile);
  if (failed(result))
    op->emitOpError("expected memory that the fragment's modes divide into "
                    "whole bytes, got ")
        << type << " and " << memory.getType();
  return result;
}

LogicalResult Distributor::distributeCopy(CopyOp copy) {
  SmemType buffer = copy.getBuffer().getType();
  auto type = FragType::get(b.getContext(), buffer.getRows(), buffer.getCols(),
                            buffer.getElementType(), copy.getViaAttr());
  FailureOr<TileAccess> from =
      access(copy, type, copy.getSource(), {copy.getRow(), copy.getCol()},
             /*stage=*/Value(), /*transpose=*/false,
             {/*plane=*/0, /*column=*/0, copy.getGather()});
  FailureOr<TileAccess> to =
      access(copy, type, copy.getBuffer(), {}, copy.getStage(), false);
  if (failed(from) || failed(to))
    return failure();
  if (copy.getAsync())
    from->copyAsync(b, copy.getLoc(), *to);
  else
    to->store(b, copy.getLoc(), from->load(b, copy.getLoc()));
  return success();
}

LogicalResult Distributor::distributeLoad(LoadOp load) {
  FragType type = load.getResult().getType();
  Selection selection;
  selection.plane = load.getPlane().value_or(0);
  selection.column = load.getColumn().value_or(0);
  selection.gather = load.getGather();
  selection.rowBlock = load.getRowBlock().value_or(1);
  FailureOr<TileAccess> from =
      access(load, type, load.getSource(), load.getIndices(), load.getStage(),
             load.getTranspose(), selection);
  if (failed(from))
    return failure();
  bool shared = isa<SmemType>(load.getSource().getType());
  fragments[load.getResult()] = shared && from->isLdmatrix()
                                    ? from->loadMatrix(b, load.getLoc())
                                    : from->load(b, load.getLoc());
  return success();
}

LogicalResult Distributor::distributeStore(StoreOp store) {
  Selection selection;
  if (store.getRank())
    selection.destination = {scalars.lookupOrDefault(store.getRank()),
                             scalars.lookupOrDefault(store.getBarriers()),
                             scalars.lookupOrDefault(store.getIndex())};
  FailureOr<TileAccess> to = access(
      store, store.getValue().getType(), store.getDest(), store.getIndices(),
      store.getStage(), store.getTranspose(), selection);
  if (failed(to))
    return failure();
  ThreadFragment value = fragmentOf(store.getValue());
  bool shared = isa<SmemType>(store.getDest().getType());
  if (shared && arch.hasStMatrix && to->matricesOfStore() > 0)
    to->storeMatrices(b, store.getLoc(), value);
  else
    to->store(b, store.getLoc(), value);
  return success();
}
