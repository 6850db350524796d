//===- RegisterPool.h - The registers that warps share out ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// setmaxnreg moves registers between the warps of a block and a pool of the
// block, which is empty at first. Who asks for more than there is in it waits
// until others have given back enough.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_REGISTERPOOL_H
#define HUMMING_LIB_EMULATOR_REGISTERPOOL_H

#include "Warp.h"

namespace humming::emulator {

class RegisterPool {
public:
  /// Begins a block: each thread of `warps` warps has as many registers as a
  /// multiprocessor has for all of them.
  void start(unsigned warps);

  /// `warp` asks for `count` registers a thread, more or fewer than it has.
  Step resize(const Instruction &inst, Warp &warp, unsigned count, bool more);

  /// Reports the request that is never granted; false when there is none.
  bool reportDeadlock();

private:
  /// Registers of each thread of a warp, and what it waits for or 0.
  struct Share {
    unsigned count;
    unsigned asked = 0;
    Warp *warp = nullptr;
  };
  /// Gives `share` what it asks for, if that is there.
  bool grant(Share &share);

  unsigned initial = 0; ///< a thread's, when the block begins
  unsigned left = 0;    ///< in the pool, in registers of one thread of a warp
  std::vector<Share> shares;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_REGISTERPOOL_H
