//===- MatrixAccess.cpp - ldmatrix and stmatrix ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of nvvm.ldmatrix and nvvm.stmatrix for 8x8 matrices of 16-bit
// elements. PTX ISA 9.7.14.5.15 and 9.7.14.5.16: lanes 8i..8i+7 give the
// addresses of the rows of matrix i; lane 4r + c holds elements 2c and 2c + 1
// of row r, or, transposed, elements r of rows 2c and 2c + 1. A row counts as
// accessed by the lane that gives its address.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

static constexpr unsigned kRows = 8;
static constexpr unsigned kRowBytes = 16;

namespace {
/// One matrix, as its rows lie in shared memory.
struct Matrix {
  /// The element in one half of a lane's word.
  uint16_t &element(unsigned lane, unsigned half, bool transposed) {
    unsigned r = lane / 4, c = 2 * (lane % 4) + half;
    return transposed ? rows[c][r] : rows[r][c];
  }

  uint16_t rows[kRows][kRowBytes / 2];
};
} // namespace

/// Accesses the rows of one matrix by `access`: of a row, its thread and its
/// address, false where shared memory has a fault.
template <typename AccessFn>
static Step accessRows(const Instruction &inst, Warp &warp, unsigned matrix,
                       AccessFn access) {
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  for (unsigned row = 0; row < kRows; ++row) {
    unsigned lane = matrix * kRows + row;
    if (offsets[lane] % kRowBytes != 0)
      return warp.fail(inst, HazardKind::Misaligned,
                       "expected a row address that is a multiple of 16", lane,
                       offsets[lane]);
    if (!access(row, warp.thread(lane), offsets[lane]))
      return warp.fail(inst, warp.block.shared.fault(), lane);
  }
  return Step::Next;
}

static void countRows(const Instruction &inst, Warp &warp, unsigned matrices) {
  unsigned lanes = matrices * kRows;
  warp.machine.countShared(
      warp.lanes<uint64_t>(inst.operands[0]),
      lanes == kLanes ? kAllLanes : (LaneMask(1) << lanes) - 1, kRowBytes);
}

/// operands: the address. results: a word per matrix. immediate: transposed.
static Step loadMatrix(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  for (unsigned index = 0; index < inst.numResults; ++index) {
    Matrix matrix;
    Step step = accessRows(
        inst, warp, index, [&](unsigned row, unsigned thread, uint64_t offset) {
          const uint8_t *bytes =
              warp.block.shared.readForWarp(thread, offset, kRowBytes);
          if (bytes)
            std::memcpy(matrix.rows[row], bytes, kRowBytes);
          return bytes != nullptr;
        });
    if (step != Step::Next)
      return step;
    uint32_t *words = warp.lanes<uint32_t>(inst.results[index]);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      uint32_t low = matrix.element(lane, 0, inst.immediate),
               high = matrix.element(lane, 1, inst.immediate);
      words[lane] = low | high << 16;
    }
  }
  countRows(inst, warp, inst.numResults);
  return Step::Next;
}

/// operands: the address, a word per matrix. immediate: transposed.
static Step storeMatrix(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  unsigned matrices = inst.numOperands - 1;
  for (unsigned index = 0; index < matrices; ++index) {
    Matrix matrix;
    const uint32_t *words = warp.lanes<uint32_t>(inst.operands[1 + index]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned half = 0; half < 2; ++half)
        matrix.element(lane, half, inst.immediate) =
            uint16_t(words[lane] >> 16 * half);
    Step step = accessRows(
        inst, warp, index, [&](unsigned row, unsigned thread, uint64_t offset) {
          uint8_t *bytes = warp.block.shared.write(thread, offset, kRowBytes);
          if (bytes)
            std::memcpy(bytes, matrix.rows[row], kRowBytes);
          return bytes != nullptr;
        });
    if (step != Step::Next)
      return step;
  }
  countRows(inst, warp, matrices);
  return Step::Next;
}

/// Checks that a load or store is of the matrices that are known here.
template <typename OpTy> static LogicalResult checkMatrices(OpTy op) {
  if (op.getShape().getM() != 8 || op.getShape().getN() != 8 ||
      op.getEltType() != NVVM::LdStMatrixEltType::B16)
    return refuse(op, "expected 8x8 matrices of 16-bit elements");
  return success();
}

static LogicalResult decodeLoadMatrix(Decoder &decoder, Operation *op) {
  auto load = cast<NVVM::LdMatrixOp>(op);
  if (failed(checkMatrices(load)))
    return failure();
  FailureOr<ArrayRef<Plane>> results = decoder.define(load.getRes());
  if (failed(results))
    return failure();
  Instruction &inst = decoder.emit(op, InstructionKind::LdMatrix, *results,
                                   decoder.planes(load.getPtr()));
  inst.effect = loadMatrix;
  inst.immediate = load.getLayout() == NVVM::MMALayout::col;
  return success();
}

static LogicalResult decodeStoreMatrix(Decoder &decoder, Operation *op) {
  auto store = cast<NVVM::StMatrixOp>(op);
  if (failed(checkMatrices(store)))
    return failure();
  SmallVector<Plane> operands(decoder.planes(store.getPtr()));
  for (Value word : store.getSources())
    llvm::append_range(operands, decoder.planes(word));
  Instruction &inst =
      decoder.emit(op, InstructionKind::StMatrix, /*results=*/{}, operands);
  inst.effect = storeMatrix;
  inst.immediate = store.getLayout() == NVVM::MMALayout::col;
  return success();
}

void registerMatrixAccessHandlers(HandlerTable &table) {
  table["nvvm.ldmatrix"] = decodeLoadMatrix;
  table["nvvm.stmatrix"] = decodeStoreMatrix;
}

} // namespace humming::emulator
