//===- SharedMemory.h - Shared memory with its shadow -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shared memory of one block, and for each byte who wrote it, when, and
// which warps have read it when. Two accesses conflict when one writes and
// neither is known to come first. All threads of its cluster may write; only
// its own read.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_SHAREDMEMORY_H
#define HUMMING_LIB_EMULATOR_SHAREDMEMORY_H

#include "Ordering.h"

namespace humming::emulator {

class SharedMemory {
public:
  /// That of the block of rank `rank`.
  SharedMemory(uint32_t size, const Ordering &ordering, unsigned rank);

  /// Forgets the previous block, once `ordering` has started the new cluster.
  void startBlock();

  /// Checks an access of `size` bytes at `offset` by `thread` (number in the
  /// cluster) and records it. Returns the bytes, or null with the reason in
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

  /// The write of a bulk copy that `thread` starts, through the asynchronous
  /// proxy: the bytes belong to it until finishBulkCopy, which leaves them
  /// written by `copier` at that moment.
  uint8_t *startBulkCopy(unsigned thread, unsigned copier, uint64_t offset,
                         unsigned size);
  void finishBulkCopy(unsigned copier, uint64_t offset, unsigned size);

  /// `thread` makes kBarrierBytes an mbarrier: nothing else may touch them.
  static constexpr unsigned kBarrierBytes = 8;
  bool startBarrier(unsigned thread, uint64_t offset);

  /// The read of kChunkBytes by a matrix instruction of `warp`, or by a bulk
  /// copy that `thread` starts, through the asynchronous proxy: nobody may
  /// write them until finishRead, which leaves them read by `warp` at that
  /// moment.
  static constexpr unsigned kChunkBytes = 16;
  const uint8_t *startProduct(unsigned warp, uint64_t offset);
  const uint8_t *startStore(unsigned thread, uint64_t offset);
  void finishRead(unsigned warp, uint64_t offset);

  const Fault &fault() const { return lastFault; }

private:
  using Time = Ordering::Time;
  /// Times of bytes that a copy still owns, and of those of an mbarrier.
  static constexpr Time kInFlight = ~Time(0);
  static constexpr Time kBarrier = kInFlight - 1;

  /// Whether a copy in flight or an mbarrier has the byte, whoever asks.
  bool isOwned(uint64_t byte) const { return writeTime[byte] >= kBarrier; }
  bool inBounds(uint64_t offset, unsigned size);
  const uint8_t *checkedRead(unsigned thread, uint64_t offset, unsigned size,
                             bool forWarp);
  bool checkLastWrite(unsigned thread, uint64_t offset, unsigned size,
                      bool forWarp);
  bool checkWrite(unsigned thread, uint64_t offset, unsigned size);
  const uint8_t *startRead(unsigned thread, uint64_t offset, bool isProduct);
  /// True when the last write of a byte comes before what `thread` does now.
  bool writeIsKnown(unsigned thread, uint64_t byte, bool forWarp = false) const;
  bool fail(HazardKind kind, uint64_t offset, const llvm::Twine &text);
  bool failWrite(uint64_t byte, const char *access);
  bool failProxy(uint64_t byte, const char *access);

  /// When the bytes were last read by a warp of the block.
  Time *readTimes(unsigned warp) {
    return readTime.data() + size_t(warp - firstWarp) * bytes.size();
  }

  const Ordering &ordering;
  const unsigned rank, firstWarp;
  std::vector<uint8_t> bytes;
  std::vector<Time> writeTime;  ///< per byte; before the cluster: never
  std::vector<uint16_t> writer; ///< per byte: thread
  std::vector<Time> readTime;   ///< per warp and byte
  /// Per kChunkBytes: how many products and bulk copies in flight read them,
  /// and the last one's kind and warp.
  struct Readers {
    uint16_t count = 0;
    uint16_t warp = 0;
    bool isProduct = false;
  };
  std::vector<Readers> readers;
  Fault lastFault;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_SHAREDMEMORY_H
