//===- TensorBox.h - Boxes of tensor maps -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What bulk copies of boxes have in common, to shared memory and from there: a
// box is lines of 128 bytes, whose chunks of 16 bytes are swizzled by bits of
// their address.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_TENSORBOX_H
#define HUMMING_LIB_EMULATOR_TENSORBOX_H

#include "TensorMap.h"
#include "Warp.h"

namespace humming::emulator {

/// PTX ISA, cp.async.bulk: addresses and sizes are multiples of this.
constexpr uint64_t kBulkBytes = 16;
constexpr uint64_t kBoxLineBytes = 128;

/// What of a line of a box is inside of the tensor.
struct BoxLine {
  uint64_t address; ///< in global memory
  uint32_t bytes;
  uint64_t start; ///< in the box, as if nothing were swizzled
};

/// The box of `tensor` whose first element is (row, column).
llvm::SmallVector<BoxLine> linesOf(const hrtTensor &tensor, int64_t column,
                                   int64_t row);

/// Where byte `byte` of a box at `offset` of shared memory is in the box.
uint64_t swizzle(uint64_t offset, uint64_t byte);

/// The tensor map at `address` among the kernel's parameters, or nothing, with
/// a hazard.
std::optional<hrtTensor> findTensor(const Instruction &inst, Warp &warp,
                                    unsigned lane, uint64_t address);

/// False, with a hazard, unless `address` is a multiple of `alignment`.
bool checkAligned(const Instruction &inst, Warp &warp, unsigned lane,
                  uint64_t address, uint64_t alignment);

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_TENSORBOX_H
