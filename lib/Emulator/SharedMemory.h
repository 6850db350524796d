//===- SharedMemory.h - Shared memory with its shadow -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shared memory of one block, and for each byte who wrote it, when, and who
// read it since. Time is a counter that every synchronization advances; a warp
// knows, for each warp, the time up to which that warp's accesses come before
// its own. Two accesses conflict when one writes and neither is known to come
// first.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_SHAREDMEMORY_H
#define HUMMING_LIB_EMULATOR_SHAREDMEMORY_H

#include "Program.h"

namespace humming::emulator {

class SharedMemory {
public:
  SharedMemory(uint32_t size, unsigned numWarps);

  /// Forgets the previous block: nothing is written, nobody has accessed.
  void startBlock();

  /// Checks an access of `size` bytes at `offset` by `thread` (number in the
  /// block) and records it. Returns the bytes, or null with the reason in
  /// fault(). `startCopy` is the write of a cp.async: the bytes belong to it
  /// until finishCopy, which leaves them written by `thread` at that moment.
  /// `readForWarp` is a read whose bytes go to other lanes as well, so that
  /// even what `thread` wrote itself needs a synchronization first.
  const uint8_t *read(unsigned thread, uint64_t offset, unsigned size) {
    return checkedRead(thread, offset, size, /*forWarp=*/false);
  }
  const uint8_t *readForWarp(unsigned thread, uint64_t offset, unsigned size) {
    return checkedRead(thread, offset, size, /*forWarp=*/true);
  }
  uint8_t *write(unsigned thread, uint64_t offset, unsigned size);
  uint8_t *startCopy(unsigned thread, uint64_t offset, unsigned size);
  void finishCopy(unsigned thread, uint64_t offset, unsigned size);

  /// Everything `warps` did comes before everything they do from now on.
  void synchronize(llvm::ArrayRef<unsigned> warps);

  /// Why the last access failed.
  struct Fault {
    HazardKind kind;
    uint64_t offset; ///< first byte at fault
    std::string text;
  };
  const Fault &fault() const { return lastFault; }

private:
  using Time = uint32_t;
  /// Time of bytes that a cp.async still owns.
  static constexpr Time kInFlight = ~Time(0);

  bool inBounds(uint64_t offset, unsigned size);
  const uint8_t *checkedRead(unsigned thread, uint64_t offset, unsigned size,
                             bool forWarp);
  bool checkWrite(unsigned thread, uint64_t offset, unsigned size);
  /// True when the last write of a byte comes before what `thread` does now.
  bool writeIsKnown(unsigned thread, uint64_t byte, bool forWarp = false) const;
  bool fail(HazardKind kind, uint64_t offset, const llvm::Twine &text);
  bool failWrite(unsigned thread, uint64_t byte, const char *access);

  /// Accesses of `other` before known(warp, other) come before those of `warp`.
  Time &known(unsigned warp, unsigned other) {
    return knownTimes[warp * numWarps + other];
  }
  Time known(unsigned warp, unsigned other) const {
    return knownTimes[warp * numWarps + other];
  }

  unsigned numWarps;
  std::vector<uint8_t> bytes;
  std::vector<Time> writeTime;   ///< per byte; below blockStart: never
  std::vector<uint16_t> writer;  ///< per byte: thread
  std::vector<Time> readTime;    ///< per warp and byte
  std::vector<Time> knownTimes;  ///< per pair of warps
  std::vector<Time> oldestKnown; ///< per warp: least of its known times
  Time now = 1;
  Time blockStart = 1;
  Fault lastFault;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_SHAREDMEMORY_H
