//===- LdMatrix.cpp - ldmatrix --------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handler of nvvm.ldmatrix for 8x8 matrices of 16-bit elements. PTX ISA
// 9.7.14.5.15: lanes 8i..8i+7 give the addresses of the rows of matrix i; lane
// 4r + c receives elements 2c and 2c + 1 of row r, or, transposed, elements r
// of rows 2c and 2c + 1.
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

/// operands: the address. results: a word per matrix. immediate: transposed.
static Step loadMatrix(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  SharedMemory &shared = warp.block.shared;
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  for (unsigned matrix = 0; matrix < inst.numResults; ++matrix) {
    uint16_t elements[kRows][kRowBytes / 2];
    for (unsigned row = 0; row < kRows; ++row) {
      unsigned lane = matrix * kRows + row;
      if (offsets[lane] % kRowBytes != 0)
        return warp.fail(inst, HazardKind::Misaligned,
                         "expected a row address that is a multiple of 16",
                         lane, offsets[lane]);
      const uint8_t *bytes =
          shared.readForWarp(warp.thread(lane), offsets[lane], kRowBytes);
      if (!bytes)
        return warp.fail(inst, shared.fault(), lane);
      std::memcpy(elements[row], bytes, kRowBytes);
    }
    uint32_t *words = warp.lanes<uint32_t>(inst.results[matrix]);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned r = lane / 4, c = lane % 4;
      uint32_t low = inst.immediate ? elements[2 * c][r] : elements[r][2 * c];
      uint32_t high =
          inst.immediate ? elements[2 * c + 1][r] : elements[r][2 * c + 1];
      words[lane] = low | high << 16;
    }
  }
  unsigned lanes = inst.numResults * kRows;
  warp.machine.countShared(
      offsets, lanes == kLanes ? kAllLanes : (LaneMask(1) << lanes) - 1,
      kRowBytes);
  return Step::Next;
}

static LogicalResult decodeLoadMatrix(Decoder &decoder, Operation *op) {
  auto load = cast<NVVM::LdMatrixOp>(op);
  if (load.getShape().getM() != 8 || load.getShape().getN() != 8 ||
      load.getEltType() != NVVM::LdStMatrixEltType::B16)
    return refuse(op, "expected 8x8 matrices of 16-bit elements");
  FailureOr<ArrayRef<Plane>> results = decoder.define(load.getRes());
  if (failed(results))
    return failure();
  Instruction &inst = decoder.emit(op, InstructionKind::LdMatrix, *results,
                                   decoder.planes(load.getPtr()));
  inst.effect = loadMatrix;
  inst.immediate = load.getLayout() == NVVM::MMALayout::col;
  return success();
}

void registerLdMatrixHandlers(HandlerTable &table) {
  table["nvvm.ldmatrix"] = decodeLoadMatrix;
}

} // namespace humming::emulator
