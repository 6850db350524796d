//===- DistributeMemory.cpp - fragments meet memory
//------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads, stores and copies of one thread, from the common refinement of a
// fragment's layout and memory's. The offset of register r in thread t is
// f(t) + g(r); behind a swizzle, which is linear over bits, s(f(t)) ^ s(g(r)).
//
//===----------------------------------------------------------------------===//

#include "Distribution.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace humming::tile {

/// Bytes of one line of the swizzle pattern, and of the chunks it permutes.
static constexpr int64_t kSwizzleLine = 128, kSwizzleChunk = 16;
/// Rows of an 8x8 matrix of 16-bit elements, and registers one ldmatrix.x4
/// fills.
static constexpr int64_t kMatrixRows = 8, kLdmatrixRegs = 8;

static Value constant(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// left + right, where either may be null (zero).
static Value add(OpBuilder &b, Location loc, Value left, Value right) {
  if (!left || !right)
    return left ? left : right;
  return arith::AddIOp::create(b, loc, left, right);
}

static Value addConstant(OpBuilder &b, Location loc, Value left,
                         int64_t right) {
  if (right == 0 && left)
    return left;
  return add(b, loc, left, constant(b, loc, right));
}

static Value multiply(OpBuilder &b, Location loc, Value value, int64_t factor) {
  return factor == 1
             ? value
             : arith::MulIOp::create(b, loc, value, constant(b, loc, factor))
                   .getResult();
}

/// (value / divisor) % modulus.
static Value digit(OpBuilder &b, Location loc, Value value, int64_t divisor,
                   int64_t modulus) {
  if (divisor != 1)
    value = arith::DivUIOp::create(b, loc, value, constant(b, loc, divisor));
  return arith::RemUIOp::create(b, loc, value, constant(b, loc, modulus));
}

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
  access.run = std::min<int64_t>(access.run, kCopyBytes * 8 / access.bits);
  // Codes that do not lie together are read one by one, by their own number.
  if (access.bits < 8 && access.run * access.bits < 8)
    access.unitBits = access.bits;

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
  if (memory.layout.getSwizzle() && access.offsetPart) {
    // Bits of the line number onto those of the chunk number, in units.
    int64_t mask =
        (memory.layout.getSwizzle() - kSwizzleChunk) * 8 / access.unitBits;
    Value lines =
        arith::ShRUIOp::create(b, loc, access.offsetPart, constant(b, loc, 3));
    Value chunk = arith::AndIOp::create(b, loc, lines, constant(b, loc, mask));
    access.offsetPart = arith::XOrIOp::create(b, loc, access.offsetPart, chunk);
  }
  return access;
}

int64_t TileAccess::swizzled(int64_t offset) const {
  int64_t mask = (memory.layout.getSwizzle() - kSwizzleChunk) * 8 / unitBits;
  return memory.layout.getSwizzle() ? offset ^ ((offset >> 3) & mask) : offset;
}

TileAccess::Constant TileAccess::constantOf(int64_t reg) const {
  Constant constant;
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

/// `value()` where `condition` holds (null: everywhere), else zero.
static Value valueOrZero(OpBuilder &b, Location loc, Value condition, Type type,
                         function_ref<Value(OpBuilder &)> value) {
  if (!condition)
    return value(b);
  auto guard =
      scf::IfOp::create(b, loc, type, condition, /*withElseRegion=*/true);
  OpBuilder then = guard.getThenBodyBuilder();
  scf::YieldOp::create(then, loc, value(then));
  OpBuilder otherwise = guard.getElseBodyBuilder();
  scf::YieldOp::create(
      otherwise, loc,
      arith::ConstantOp::create(otherwise, loc,
                                cast<TypedAttr>(otherwise.getZeroAttr(type)))
          .getResult());
  return guard.getResult(0);
}

//===----------------------------------------------------------------------===//
// Loads
//===----------------------------------------------------------------------===//

/// One run of registers, as a vector of units.
Value TileAccess::loadRun(OpBuilder &b, Location loc, int64_t reg) const {
  Constant at = constantOf(reg);
  auto vector = VectorType::get({run * bits / unitBits},
                                getMemoryElement(memory.element));
  return valueOrZero(
      b, loc, inBounds(b, loc, at), vector, [&](OpBuilder &inner) -> Value {
        return vector::LoadOp::create(
            inner, loc, vector, memory.flat,
            ValueRange{indexOf(inner, loc, offsetPart, at.offset)});
      });
}

/// One code as an i32, from row-major memory where codes follow one another bit
/// by bit.
Value TileAccess::loadCode(OpBuilder &b, Location loc, int64_t reg) const {
  Constant at = constantOf(reg);
  Type i32 = b.getI32Type();
  return valueOrZero(
      b, loc, inBounds(b, loc, at), i32, [&](OpBuilder &inner) -> Value {
        Value bit = multiply(inner, loc,
                             indexOf(inner, loc, offsetPart, at.offset), bits);
        Value eight = constant(inner, loc, 8);
        Value byte = memref::LoadOp::create(
            inner, loc, memory.flat,
            ValueRange{arith::DivUIOp::create(inner, loc, bit, eight)});
        Value shift = arith::IndexCastUIOp::create(
            inner, loc, i32, arith::RemUIOp::create(inner, loc, bit, eight));
        Value shifted = arith::ShRUIOp::create(
            inner, loc, arith::ExtUIOp::create(inner, loc, i32, byte), shift);
        return arith::AndIOp::create(
            inner, loc, shifted,
            arith::ConstantIntOp::create(inner, loc, (int64_t(1) << bits) - 1,
                                         32));
      });
}

ThreadFragment TileAccess::load(OpBuilder &b, Location loc) const {
  PieceInfo info = getPieceInfo(type);
  ThreadFragment result;
  result.perPiece = info.perPiece;
  int64_t regs = info.perPiece * info.numPieces;
  Type element = info.type.getElementType();

  if (unitBits < 8) {
    // Codes one by one: packed into words, or a byte each.
    bool widened = element.isInteger(8);
    for (int64_t first = 0; first < regs; first += info.perPiece) {
      SmallVector<Value> units;
      Value word;
      for (int64_t i = 0; i < info.perPiece; ++i) {
        Value code = loadCode(b, loc, first + i);
        if (widened) {
          units.push_back(arith::TruncIOp::create(b, loc, element, code));
          continue;
        }
        Value placed = arith::ShLIOp::create(
            b, loc, code, arith::ConstantIntOp::create(b, loc, i * bits, 32));
        word = word ? arith::OrIOp::create(b, loc, word, placed).getResult()
                    : placed;
      }
      if (!widened)
        units.push_back(word);
      result.pieces.push_back(
          vector::FromElementsOp::create(b, loc, info.type, units));
    }
    return result;
  }

  if (run >= info.perPiece) {
    // One access fills one or several pieces.
    for (int64_t reg = 0; reg < regs; reg += run) {
      Value loaded = loadRun(b, loc, reg);
      int64_t unitsPerRun = run * bits / info.type.getElementTypeBitWidth();
      if (cast<VectorType>(loaded.getType()).getElementType() != element)
        loaded = vector::BitCastOp::create(
            b, loc, VectorType::get({unitsPerRun}, element), loaded);
      int64_t length = info.type.getNumElements();
      for (int64_t start = 0; start < unitsPerRun; start += length)
        result.pieces.push_back(length == unitsPerRun
                                    ? loaded
                                    : vector::ExtractStridedSliceOp::create(
                                          b, loc, loaded, start, length, 1)
                                          .getResult());
    }
    return result;
  }

  // Several accesses fill one piece; equal addresses (broadcasts) are read
  // once.
  llvm::DenseMap<int64_t, Value> seen;
  for (int64_t first = 0; first < regs; first += info.perPiece) {
    SmallVector<Value> elements;
    for (int64_t reg = first; reg < first + info.perPiece; reg += run) {
      Value &loaded = seen[constantOf(reg).offset];
      if (!loaded || memory.colBound)
        loaded = loadRun(b, loc, reg);
      for (int64_t i = 0; i < run; ++i)
        elements.push_back(vector::ExtractOp::create(b, loc, loaded, i));
    }
    result.pieces.push_back(
        vector::FromElementsOp::create(b, loc, info.type, elements));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// ldmatrix
//===----------------------------------------------------------------------===//

/// The memory offset that bit `weight` of the register number stands for.
static int64_t registerOffset(ArrayRef<AlignedMode> modes, int64_t weight) {
  for (const AlignedMode &mode : modes)
    if (mode.regStride && *mode.regStride <= weight &&
        weight < *mode.regStride * mode.extent)
      return weight / *mode.regStride * mode.memoryStride;
  return 0;
}

bool TileAccess::isLdmatrix() const {
  // PTX ISA, ldmatrix: lane 4*row + i holds elements 2*i and 2*i + 1 of a row
  // of 16 bytes.
  bool rows = false, pairs = false, low = false;
  for (const AlignedMode &mode : modes) {
    rows |= mode.threadStride == 4 && mode.extent == kMatrixRows &&
            mode.dim == 0 && mode.weight == 1;
    pairs |=
        mode.threadStride == 1 && mode.extent == 4 && mode.memoryStride == 2;
    low |= mode.regStride == 1 && mode.extent == 2 && mode.memoryStride == 1;
  }
  return bits == 16 && rows && pairs && low &&
         type.getLayout().getNumRegs() % kLdmatrixRegs == 0;
}

ThreadFragment TileAccess::loadMatrix(OpBuilder &b, Location loc) const {
  // Lane l gives the address of row l % 8 of matrix l / 8; matrix i fills
  // registers 2*i and 2*i + 1. Warps keep their part of the offset.
  Value lane = digit(b, loc, thread.number, 1, 32);
  Value offset;
  for (const AlignedMode &mode : modes) {
    if (!mode.threadStride)
      continue;
    if (mode.threadStride == 4)
      offset = add(b, loc, offset,
                   multiply(b, loc, digit(b, loc, lane, 1, kMatrixRows),
                            mode.memoryStride));
    else if (*mode.threadStride >= 32)
      offset = add(b, loc, offset,
                   multiply(b, loc,
                            digit(b, loc, thread.number, *mode.threadStride,
                                  mode.extent),
                            mode.memoryStride));
  }
  for (int64_t weight : {2, 4})
    offset =
        add(b, loc, offset,
            multiply(b, loc, digit(b, loc, lane, kMatrixRows * weight / 2, 2),
                     registerOffset(modes, weight)));
  if (memory.layout.getSwizzle()) {
    int64_t mask = (memory.layout.getSwizzle() - kSwizzleChunk) * 8 / unitBits;
    Value lines = arith::ShRUIOp::create(b, loc, offset, constant(b, loc, 3));
    offset = arith::XOrIOp::create(
        b, loc, offset,
        arith::AndIOp::create(b, loc, lines, constant(b, loc, mask)));
  }

  ThreadFragment result;
  result.perPiece = kLdmatrixRegs;
  auto matrices =
      VectorType::get({kLdmatrixRegs / 2, 2}, type.getElementType());
  auto piece = VectorType::get({kLdmatrixRegs}, type.getElementType());
  for (int64_t reg = 0, e = type.getLayout().getNumRegs(); reg < e;
       reg += kLdmatrixRegs) {
    Value index = indexOf(b, loc, offset, constantOf(reg).offset);
    Value loaded = nvgpu::LdMatrixOp::create(
        b, loc, matrices, memory.flat, ValueRange{index}, /*transpose=*/false,
        kLdmatrixRegs / 2);
    result.pieces.push_back(vector::ShapeCastOp::create(b, loc, piece, loaded));
  }
  return result;
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
        if (run == 1) {
          memref::StoreOp::create(inner, loc, fragment.element(inner, loc, reg),
                                  memory.flat, ValueRange{index});
          return;
        }
        Value value = fragment.units(inner, loc, reg, run, bits);
        vector::StoreOp::create(inner, loc, value, memory.flat,
                                ValueRange{index});
      });
    }
  });
}

void TileAccess::copyAsync(OpBuilder &b, Location loc,
                           const TileAccess &dest) const {
  assert(run * bits == kCopyBytes * 8 && dest.run == run &&
         "a copy's fragment holds 16-byte runs");
  int64_t elements = kCopyBytes * 8 / unitBits;
  masked(b, loc, owns(b, loc, thread, type), [&](OpBuilder &inner) {
    for (int64_t reg = 0, e = type.getLayout().getNumRegs(); reg < e;
         reg += run) {
      Constant from = constantOf(reg), to = dest.constantOf(reg);
      Value inside = inBounds(inner, loc, from), count,
            source = indexOf(inner, loc, offsetPart, from.offset);
      if (inside) {
        // Nothing is read where nothing is copied, but the address stays
        // inside.
        count = arith::SelectOp::create(inner, loc, inside,
                                        constant(inner, loc, elements),
                                        constant(inner, loc, 0));
        source = arith::SelectOp::create(inner, loc, inside, source,
                                         constant(inner, loc, 0));
      }
      nvgpu::DeviceAsyncCopyOp::create(
          inner, loc, nvgpu::DeviceAsyncTokenType::get(inner.getContext()),
          dest.memory.flat,
          ValueRange{dest.indexOf(inner, loc, dest.offsetPart, to.offset)},
          memory.flat, ValueRange{source}, inner.getIndexAttr(elements), count,
          /*bypassL1=*/inner.getUnitAttr());
    }
  });
}

} // namespace humming::tile
