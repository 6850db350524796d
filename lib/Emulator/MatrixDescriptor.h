//===- MatrixDescriptor.h - Operands of wgmma in memory ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the chunks of an operand are that a matrix descriptor stands for.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_MATRIXDESCRIPTOR_H
#define HUMMING_LIB_EMULATOR_MATRIXDESCRIPTOR_H

#include "SharedMemory.h"
#include "Warp.h"

namespace humming::emulator {

/// A matrix in shared memory whose rows are along k: 32 bytes of each row, in
/// two chunks, are what one instruction takes.
struct SharedOperand {
  static constexpr uint64_t kChunkBytes = SharedMemory::kChunkBytes;
  static constexpr uint64_t kStepBytes = 2 * kChunkBytes;
  /// Rows that a descriptor's strides do not tell apart.
  static constexpr uint64_t kRows = 8;
  /// Swizzled: lines of 128 bytes, the chunks of eight lines in a pattern.
  static constexpr uint64_t kLineBytes = 128;
  static constexpr uint64_t kPatternBytes = kLineBytes * kRows;

  uint64_t start;
  uint64_t rowBytes;       ///< from a row to the next of its eight
  uint64_t chunkBytes;     ///< from a chunk of a row to the next
  uint64_t eightRowsBytes; ///< from eight rows to the next
  bool isSwizzled;

  /// Address of a chunk of a row.
  uint64_t chunkAt(uint64_t row, uint64_t chunk) const {
    uint64_t address = start + row / kRows * eightRowsBytes +
                       row % kRows * rowBytes + chunk * chunkBytes;
    return isSwizzled ? address ^ address / kLineBytes % kRows * kChunkBytes
                      : address;
  }
};

/// The operand of the descriptor in `lanes`, which is the same in all of them,
/// or nothing, with a hazard.
std::optional<SharedOperand>
decodeDescriptor(const Instruction &inst, Warp &warp, const uint64_t *lanes);

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_MATRIXDESCRIPTOR_H
