//===- RegisterPool.cpp - The registers that warps share out --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of the PTX ISA, "setmaxnreg". Kernels that use it are assembled for
// as many registers as a block of their size may have.
//
//===----------------------------------------------------------------------===//

#include "RegisterPool.h"

#include "llvm/ADT/Twine.h"

#include <algorithm>

using llvm::Twine;

namespace humming::emulator {

/// Registers of a multiprocessor; a warp's are given out in eights a thread.
static constexpr unsigned kRegisters = 65536, kUnit = 8;
/// The most registers of a thread; one of the last eight has no name.
static constexpr unsigned kMostRegisters = 256;

void RegisterPool::start(unsigned warps) {
  initial =
      std::min(kRegisters / (warps * kLanes) / kUnit * kUnit, kMostRegisters);
  left = 0;
  shares.assign(warps, {initial});
}

bool RegisterPool::grant(Share &share) {
  if (share.asked - share.count > left)
    return false;
  left -= share.asked - share.count;
  share.count = share.asked;
  share.asked = 0;
  return true;
}

Step RegisterPool::resize(const Instruction &inst, Warp &warp, unsigned count,
                          bool more) {
  Share &share = shares[warp.index];
  if (more ? count < share.count : count > share.count)
    return warp.fail(inst, HazardKind::Invalid,
                     "expected a count that is no " +
                         Twine(more ? "less" : "more") + " than the " +
                         Twine(share.count) + " registers that a thread has");
  if (more) {
    share.asked = count;
    share.warp = &warp;
    if (grant(share))
      return Step::Next;
    warp.state = Warp::State::Waiting;
    return Step::Wait;
  }
  left += share.count - count;
  share.count = count;
  for (Share &other : shares)
    if (other.asked && grant(other))
      other.warp->state = Warp::State::Ready;
  return Step::Next;
}

bool RegisterPool::reportDeadlock() {
  for (Share &share : shares) {
    if (!share.asked)
      continue;
    share.warp->failWaiting(
        HazardKind::Deadlock,
        "asks for " + Twine(share.asked) + " registers, has " +
            Twine(share.count) + ", and the block has " + Twine(left) +
            " for one warp left of what others have given back; a block of " +
            Twine(shares.size()) + " warps starts with " + Twine(initial));
    return true;
  }
  return false;
}

} // namespace humming::emulator
