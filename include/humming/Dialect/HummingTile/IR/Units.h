//===- Units.h - What instructions count bytes and threads in ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fixed by PTX for all architectures.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_UNITS_H
#define HUMMING_DIALECT_HUMMINGTILE_IR_UNITS_H

#include <cstdint>

namespace humming::tile {

/// Threads of a warp.
inline constexpr int64_t kLanes = 32;

/// Threads of a warpgroup.
inline constexpr int64_t kWarpgroupThreads = 4 * kLanes;

/// The widest access of a thread; bulk copies are of whole runs of so many
/// bytes.
inline constexpr int64_t kRunBytes = 16;

/// A line of a matrix with a swizzle of 128 bytes: of a box of a tensor map
/// and of what wgmma reads.
inline constexpr int64_t kLineBytes = 128;

} // namespace humming::tile

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_UNITS_H
