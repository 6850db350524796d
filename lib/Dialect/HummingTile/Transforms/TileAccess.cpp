//===- TileAccess.cpp - fragments meet memory -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the elements of one thread lie, from the common refinement of a
// fragment's layout and memory's; stores and copies. The offset of register r
// in thread t is f(t) + g(r); behind a swizzle, which is linear over bits,
// s(f(t)) ^ s(g(r)).
//
//===----------------------------------------------------------------------===//

#include "Distribution.h"

#include "IndexMath.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace humming::tile {

/// Bytes of one line of the swizzle pattern, and of the chunks it permutes.
static constexpr int64_t kSwizzleLine = 128, kSwizzleChunk = 16;
/// From the bits of a line's number to those of a chunk's: log2(128 / 16).
static constexpr int64_t kLineToChunk = 3;

TileAccess::TileAccess(ThreadContext thread, FragType type,
                       const TileMemory &memory)
    : thread(thread), type(type), memory(memory),
      bits(getElementBits(memory.element)),
      unitBits(std::max<int64_t>(bits, 8)) {}

FailureOr<TileAccess> TileAccess::create(OpBuilder &b, Location loc,
                                         ThreadContext thread, FragType type,
                                         const TileMemory &memory) {
  TileAccess access(thread, type, memory);
  FailureOr<SmallVector<AlignedMode>> modes =
      align(type.getLayout(), memory.layout);
  if (failed(modes))
    return failure();
  if (memory.broadcastCols)
    for (AlignedMode &mode : *modes)
      if (mode.dim == 1)
        mode.memoryStride = 0;
  access.modes = std::move(*modes);

  // Registers that lie together, up to one 16-byte access.
  for (bool grown = true; grown;) {
    grown = false;
    for (const AlignedMode &mode : access.modes)
      if (mode.regStride == access.run && mode.memoryStride == access.run) {
        access.run *= mode.extent;
        grown = true;
        break;
      }
  }
  int64_t most = kCopyBytes * 8 / access.bits;
  if (memory.granule)
    most =
        std::min(most, std::max(memory.granule, access.unitBits / access.bits));
  access.run = std::min(access.run, most);
  if (memory.isPicked())
    access.run = 1;

  // Of row-major codes alone, each is put together from bits.
  if (access.run * access.bits < 8 && !memory.codeRowBits)
    return failure();

  // What the thread number decides.
  int64_t threads = type.getLayout().getNumThreads();
  for (const AlignedMode &mode : access.modes) {
    if (!mode.threadStride)
      continue;
    bool outermost = *mode.threadStride * mode.extent == thread.count &&
                     threads == thread.count;
    Value number = thread.number;
    if (outermost && *mode.threadStride != 1)
      number = arith::DivUIOp::create(b, loc, number,
                                      constant(b, loc, *mode.threadStride));
    else if (!outermost)
      number = digit(b, loc, number, *mode.threadStride, mode.extent);
    Value &part = mode.dim == 0 ? access.rowPart : access.colPart;
    part = add(b, loc, part, multiply(b, loc, number, mode.weight));
    int64_t stride = mode.memoryStride * access.bits / access.unitBits;
    if (stride != 0)
      access.offsetPart =
          add(b, loc, access.offsetPart, multiply(b, loc, number, stride));
  }
  if (access.offsetPart)
    access.offsetPart = access.swizzled(b, loc, access.offsetPart);
  return access;
}

/// The bits of a chunk's number, onto which those of its line are XORed, in
/// units.
int64_t TileAccess::swizzleMask() const {
  int64_t bytes = memory.layout.getSwizzle();
  return bytes ? (bytes - kSwizzleChunk) * 8 / unitBits : 0;
}

int64_t TileAccess::swizzled(int64_t offset) const {
  return offset ^ ((offset >> kLineToChunk) & swizzleMask());
}

Value TileAccess::swizzled(OpBuilder &b, Location loc, Value offset) const {
  if (swizzleMask() == 0)
    return offset;
  Value line =
      arith::ShRUIOp::create(b, loc, offset, constant(b, loc, kLineToChunk));
  Value chunk =
      arith::AndIOp::create(b, loc, line, constant(b, loc, swizzleMask()));
  return arith::XOrIOp::create(b, loc, offset, chunk);
}

TileAccess::Constant TileAccess::constantOf(int64_t reg) const {
  Constant constant;
  constant.offset = memory.firstElement;
  for (const AlignedMode &mode : modes) {
    if (!mode.regStride)
      continue;
    int64_t digit = reg / *mode.regStride % mode.extent;
    (mode.dim == 0 ? constant.row : constant.col) += digit * mode.weight;
    constant.offset += digit * mode.memoryStride;
  }
  constant.offset = constant.offset * bits / unitBits;
  return constant;
}

/// The index of a register's element: the tile's origin, the thread's part, the
/// register's part.
Value TileAccess::indexOf(OpBuilder &b, Location loc, Value threadOffset,
                          int64_t offset) const {
  int64_t pattern =
      kSwizzleLine * 8 * 8 / unitBits; // The swizzle repeats after 8 lines.
  int64_t within = memory.layout.getSwizzle() ? swizzled(offset % pattern) : 0;
  int64_t beyond =
      memory.layout.getSwizzle() ? offset - offset % pattern : offset;
  Value index = threadOffset;
  if (within != 0 && index)
    index = arith::XOrIOp::create(b, loc, index, constant(b, loc, within));
  else if (within != 0)
    index = constant(b, loc, within);
  Value origin = memory.origin;
  if (origin && bits != unitBits)
    origin = arith::DivUIOp::create(b, loc, origin,
                                    constant(b, loc, unitBits / bits));
  return addConstant(b, loc, add(b, loc, origin, index), beyond);
}

/// The row and column of memory that a register's element comes from.
std::pair<Value, Value> TileAccess::placeOf(OpBuilder &b, Location loc,
                                            Constant at, bool isInside) const {
  Value row =
      addConstant(b, loc, add(b, loc, memory.rowStart, rowPart), at.row);
  Value col =
      addConstant(b, loc, add(b, loc, memory.colStart, colPart), at.col);
  if (memory.rowBound && !isInside) {
    Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, row,
                                         memory.rowBound);
    row = arith::SelectOp::create(b, loc, exists, row, constant(b, loc, 0));
  }
  if (memory.rowBlock != 1)
    row =
        arith::DivUIOp::create(b, loc, row, constant(b, loc, memory.rowBlock));
  if (memory.gather)
    col = arith::IndexCastUIOp::create(
        b, loc, b.getIndexType(),
        memref::LoadOp::create(b, loc, memory.gather, ValueRange{col}));
  return {row, col};
}

/// The index of a register's element in memory that is read.
Value TileAccess::sourceIndex(OpBuilder &b, Location loc, Constant at) const {
  if (!memory.isPicked())
    return indexOf(b, loc, offsetPart, at.offset);
  auto [row, col] = placeOf(b, loc, at);
  return add(b, loc, multiply(b, loc, row, memory.layout.offsetOf(1, 0)), col);
}

/// Whether a register's element lies in memory, or null where it always does.
Value TileAccess::inBounds(OpBuilder &b, Location loc, Constant at) const {
  Value result;
  auto below = [&](Value start, Value part, int64_t offset, Value bound) {
    if (!bound)
      return;
    Value position = addConstant(b, loc, add(b, loc, start, part), offset);
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                         position, bound);
    result = result ? arith::AndIOp::create(b, loc, result, inside).getResult()
                    : inside;
  };
  below(memory.rowStart, rowPart, at.row, memory.rowBound);
  below(memory.colStart, colPart, at.col, memory.colBound);
  return result;
}

void TileAccess::masked(OpBuilder &b, Location loc, Value condition,
                        function_ref<void(OpBuilder &)> body) const {
  if (!condition)
    return body(b);
  auto guard = scf::IfOp::create(b, loc, condition);
  OpBuilder inner = guard.getThenBodyBuilder();
  body(inner);
}

//===----------------------------------------------------------------------===//
// Stores and copies
//===----------------------------------------------------------------------===//

/// Where a fragment has fewer threads than the block, the first threads act.
static Value owns(OpBuilder &b, Location loc, ThreadContext thread,
                  FragType type) {
  int64_t threads = type.getLayout().getNumThreads();
  if (threads == thread.count)
    return {};
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, thread.number,
                               constant(b, loc, threads));
}

void TileAccess::store(OpBuilder &b, Location loc,
                       const ThreadFragment &fragment) const {
  PieceInfo info = getPieceInfo(type);
  int64_t regs = info.perPiece * info.numPieces;
  masked(b, loc, owns(b, loc, thread, type), [&](OpBuilder &outer) {
    for (int64_t reg = 0; reg < regs; reg += run) {
      Constant at = constantOf(reg);
      masked(outer, loc, inBounds(outer, loc, at), [&](OpBuilder &inner) {
        Value index = indexOf(inner, loc, offsetPart, at.offset);
        bool isElement = run == 1 && info.type.getElementType() ==
                                         getMemoryElement(memory.element);
        Value value = isElement ? fragment.element(inner, loc, reg)
                                : fragment.units(inner, loc, reg, run, bits);
        if (const Destination &other = memory.destination; other.rank)
          ClusterStoreOp::create(inner, loc, value, memory.flat, index,
                                 other.rank, other.barriers, other.index);
        else if (isElement)
          memref::StoreOp::create(inner, loc, value, memory.flat,
                                  ValueRange{index});
        else
          vector::StoreOp::create(inner, loc, value, memory.flat,
                                  ValueRange{index});
      });
    }
  });
}

void TileAccess::copyAsync(OpBuilder &b, Location loc,
                           const TileAccess &dest) const {
  int64_t bytes = run * bits / 8;
  assert((bytes == 4 || bytes == 8 || bytes == kCopyBytes) && dest.run >= run &&
         "expected a copy that cp.async can make");
  int64_t elements = bytes * 8 / unitBits;
  masked(b, loc, owns(b, loc, thread, type), [&](OpBuilder &inner) {
    for (int64_t reg = 0, e = type.getLayout().getNumRegs(); reg < e;
         reg += run) {
      Constant from = constantOf(reg), to = dest.constantOf(reg);
      Value inside = inBounds(inner, loc, from), count,
            source = indexOf(inner, loc, offsetPart, from.offset);
      if (inside) {
        // Nothing is read where nothing is copied, but the address stays
        // inside: that of the first row, where rows end. What a loop over
        // columns repeats does not depend on it then.
        Value nothing = constant(inner, loc, 0);
        count = arith::SelectOp::create(
            inner, loc, inside, constant(inner, loc, elements), nothing);
        if (memory.colBound) {
          source = arith::SelectOp::create(inner, loc, inside, source, nothing);
        } else {
          Value row = addConstant(
              inner, loc, add(inner, loc, memory.rowStart, rowPart), from.row);
          Value offset = multiply(
              inner, loc, row, memory.layout.offsetOf(1, 0) * bits / unitBits);
          source = arith::SubIOp::create(
              inner, loc, source,
              arith::SelectOp::create(inner, loc, inside, nothing, offset));
        }
      }
      nvgpu::DeviceAsyncCopyOp::create(
          inner, loc, nvgpu::DeviceAsyncTokenType::get(inner.getContext()),
          dest.memory.flat,
          ValueRange{dest.indexOf(inner, loc, dest.offsetPart, to.offset)},
          memory.flat, ValueRange{source}, inner.getIndexAttr(elements), count,
          /*bypassL1=*/bytes == kCopyBytes ? inner.getUnitAttr() : UnitAttr());
    }
  });
}

} // namespace humming::tile
