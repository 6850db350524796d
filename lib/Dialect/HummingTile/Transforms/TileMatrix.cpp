//===- TileMatrix.cpp - matrices of a warp --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments that ldmatrix reads and stmatrix writes: lanes give the addresses
// of rows of 16 bytes, and hold other elements than these.
//
//===----------------------------------------------------------------------===//

#include "Distribution.h"

#include "IndexMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace humming::tile {

/// Rows of a matrix of 8 x 16 bytes, and the matrices, a word of each lane's,
/// of one ldmatrix.x4.
static constexpr int64_t kMatrixRows = 8, kMostMatrices = 4;
/// Bits of a register of PTX.
static constexpr int64_t kWordBits = 32;
/// Lanes that share a row, and elements of 16 bits in a row and in a word.
static constexpr int64_t kRowLanes = 4, kRowElements = 8, kWordElements = 2;

/// The memory offset that bit `weight` of the register number stands for.
static int64_t registerOffset(ArrayRef<AlignedMode> modes, int64_t weight) {
  for (const AlignedMode &mode : modes)
    if (mode.regStride && *mode.regStride <= weight &&
        weight < *mode.regStride * mode.extent)
      return weight / *mode.regStride * mode.memoryStride;
  return 0;
}

bool TileAccess::isLdmatrix() const {
  // PTX ISA, ldmatrix: lane 4*row + i holds bytes 4*i to 4*i + 3 of a row of 16
  // bytes, whatever they mean.
  int64_t perWord = kWordBits / bits, regs = type.getLayout().getNumRegs();
  bool rows = false, words = false, low = false;
  for (const AlignedMode &mode : modes) {
    rows |= mode.threadStride == 4 && mode.extent == kMatrixRows &&
            mode.dim == 0 && mode.weight == 1;
    words |= mode.threadStride == 1 && mode.extent == 4 &&
             mode.memoryStride == perWord;
    low |=
        mode.regStride == 1 && mode.extent == perWord && mode.memoryStride == 1;
  }
  return bits <= 16 && rows && words && low &&
         (regs % (kMostMatrices * perWord) == 0 || regs == 2 * perWord);
}

ThreadFragment TileAccess::loadMatrix(OpBuilder &b, Location loc) const {
  // Lane l gives the address of row l % 8 of matrix l / 8; matrix i fills word
  // i. Warps keep their part of the offset.
  int64_t perWord = kWordBits / bits, regs = type.getLayout().getNumRegs();
  int64_t matrices = std::min(kMostMatrices, regs / perWord);
  auto units = [&](int64_t elements) { return elements * bits / unitBits; };
  Value lane = digit(b, loc, thread.number, 1, 32);
  Value offset;
  for (const AlignedMode &mode : modes) {
    if (!mode.threadStride)
      continue;
    if (mode.threadStride == 4)
      offset = add(b, loc, offset,
                   multiply(b, loc, digit(b, loc, lane, 1, kMatrixRows),
                            units(mode.memoryStride)));
    else if (*mode.threadStride >= 32)
      offset = add(b, loc, offset,
                   multiply(b, loc,
                            digit(b, loc, thread.number, *mode.threadStride,
                                  mode.extent),
                            units(mode.memoryStride)));
  }
  for (int64_t matrix = 1; matrix < matrices; matrix *= 2)
    offset = add(b, loc, offset,
                 multiply(b, loc, digit(b, loc, lane, kMatrixRows * matrix, 2),
                          units(registerOffset(modes, matrix * perWord))));
  offset = swizzled(b, loc, offset);

  Type element = getMemoryElement(type.getElementType());
  ThreadFragment result;
  result.perPiece = matrices * perWord;
  auto loadedType = VectorType::get({matrices, kWordBits / unitBits}, element);
  auto flat = VectorType::get({loadedType.getNumElements()}, element);
  auto piece = VectorType::get({result.perPiece}, type.getElementType());
  for (int64_t reg = 0; reg < regs; reg += result.perPiece) {
    Value index = indexOf(b, loc, offset, constantOf(reg).offset);
    Value loaded = nvgpu::LdMatrixOp::create(b, loc, loadedType, memory.flat,
                                             ValueRange{index},
                                             /*transpose=*/false, matrices);
    loaded = vector::ShapeCastOp::create(b, loc, flat, loaded);
    if (flat != piece)
      loaded = vector::BitCastOp::create(b, loc, piece, loaded);
    result.pieces.push_back(loaded);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// stmatrix
//===----------------------------------------------------------------------===//

/// Whether the matrices that follow the one of register `reg` lie where the
/// bits of their numbers say.
bool TileAccess::isMatrixRun(int64_t reg, int64_t matrices) const {
  for (int64_t matrix = 1; matrix < matrices; ++matrix) {
    int64_t expected = constantOf(reg).offset;
    for (int64_t bit = 1; bit < matrices; bit *= 2)
      if (matrix & bit)
        expected += registerOffset(modes, bit * kWordElements);
    if (constantOf(reg + matrix * kWordElements).offset != expected)
      return false;
  }
  return true;
}

int64_t TileAccess::matricesOfStore() const {
  // PTX ISA, stmatrix with .trans: lane 4*c + t holds elements c of rows 2*t
  // and 2*t + 1.
  if (bits != 16 || memory.rowBound || memory.colBound ||
      type.getLayout().getNumThreads() != thread.count)
    return 0;
  bool columns = false, rows = false, low = false;
  for (const AlignedMode &mode : modes) {
    bool isColumn = mode.threadStride == kRowLanes &&
                    mode.extent == kRowElements && mode.memoryStride == 1;
    columns |= isColumn;
    rows |= mode.threadStride == 1 && mode.extent == kRowLanes;
    low |= mode.regStride == 1 && mode.extent == kWordElements;
    if (!isColumn && mode.extent > 1 && mode.memoryStride % kRowElements != 0)
      return 0;
  }
  if (!columns || !rows || !low)
    return 0;
  int64_t regs = type.getLayout().getNumRegs();
  for (int64_t matrices = kMostMatrices; matrices > 1; matrices /= 2) {
    int64_t step = matrices * kWordElements;
    bool fits = regs % step == 0;
    for (int64_t reg = 0; fits && reg < regs; reg += step)
      fits = isMatrixRun(reg, matrices);
    if (fits)
      return matrices;
  }
  return 1;
}

void TileAccess::storeMatrices(OpBuilder &b, Location loc,
                               const ThreadFragment &fragment) const {
  // Lane l gives the address of row l % 8 of matrix l / 8: rows go on from a
  // register to the next, then from lane to lane. Warps keep their part.
  int64_t matrices = matricesOfStore();
  Value lane = digit(b, loc, thread.number, 1, 32), offset;
  auto addDigit = [&](Value number, int64_t stride, int64_t extent,
                      int64_t memoryStride) {
    offset = add(
        b, loc, offset,
        multiply(b, loc, digit(b, loc, number, stride, extent), memoryStride));
  };
  addDigit(lane, 1, kWordElements, registerOffset(modes, 1));
  for (const AlignedMode &mode : modes) {
    if (mode.threadStride == 1)
      addDigit(lane, kWordElements, kRowLanes, mode.memoryStride);
    else if (mode.threadStride && *mode.threadStride >= 32)
      addDigit(thread.number, *mode.threadStride, mode.extent,
               mode.memoryStride);
  }
  for (int64_t matrix = 1; matrix < matrices; matrix *= 2)
    addDigit(lane, kMatrixRows * matrix, 2,
             registerOffset(modes, matrix * kWordElements));
  offset = swizzled(b, loc, offset);

  int64_t step = matrices * kWordElements;
  for (int64_t reg = 0, e = type.getLayout().getNumRegs(); reg < e; reg += step)
    StMatrixOp::create(b, loc, fragment.slice(b, loc, reg, step), memory.flat,
                       indexOf(b, loc, offset, constantOf(reg).offset));
}

} // namespace humming::tile
