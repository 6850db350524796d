//===- StMatrix.cpp - stmatrix --------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handler of nvvm.stmatrix for 8x8 matrices of 16-bit elements. PTX ISA
// 9.7.14.5.16: lanes 8i..8i+7 give the addresses of the rows of matrix i; lane
// 4r + c holds elements 2c and 2c + 1 of row r, or, transposed, elements r of
// rows 2c and 2c + 1. A row counts as written by the lane that gives its
// address.
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

/// operands: the address, a word per matrix. immediate: transposed.
static Step storeMatrix(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  SharedMemory &shared = warp.block.shared;
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  unsigned matrices = inst.numOperands - 1;
  for (unsigned matrix = 0; matrix < matrices; ++matrix) {
    const uint32_t *words = warp.lanes<uint32_t>(inst.operands[1 + matrix]);
    uint16_t elements[kRows][kRowBytes / 2];
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned r = lane / 4, c = lane % 4;
      for (unsigned half = 0; half < 2; ++half) {
        unsigned row = inst.immediate ? 2 * c + half : r;
        unsigned column = inst.immediate ? r : 2 * c + half;
        elements[row][column] = uint16_t(words[lane] >> 16 * half);
      }
    }
    for (unsigned row = 0; row < kRows; ++row) {
      unsigned lane = matrix * kRows + row;
      if (offsets[lane] % kRowBytes != 0)
        return warp.fail(inst, HazardKind::Misaligned,
                         "expected a row address that is a multiple of 16",
                         lane, offsets[lane]);
      uint8_t *bytes =
          shared.write(warp.thread(lane), offsets[lane], kRowBytes);
      if (!bytes)
        return warp.fail(inst, shared.fault(), lane);
      std::memcpy(bytes, elements[row], kRowBytes);
    }
  }
  unsigned lanes = matrices * kRows;
  warp.machine.countShared(
      offsets, lanes == kLanes ? kAllLanes : (LaneMask(1) << lanes) - 1,
      kRowBytes);
  return Step::Next;
}

static LogicalResult decodeStoreMatrix(Decoder &decoder, Operation *op) {
  auto store = cast<NVVM::StMatrixOp>(op);
  if (store.getShape().getM() != 8 || store.getShape().getN() != 8 ||
      store.getEltType() != NVVM::LdStMatrixEltType::B16)
    return refuse(op, "expected 8x8 matrices of 16-bit elements");
  SmallVector<Plane> operands(decoder.planes(store.getPtr()));
  for (Value word : store.getSources())
    llvm::append_range(operands, decoder.planes(word));
  Instruction &inst =
      decoder.emit(op, InstructionKind::StMatrix, /*results=*/{}, operands);
  inst.effect = storeMatrix;
  inst.immediate = store.getLayout() == NVVM::MMALayout::col;
  return success();
}

void registerStMatrixHandlers(HandlerTable &table) {
  table["nvvm.stmatrix"] = decodeStoreMatrix;
}

} // namespace humming::emulator
