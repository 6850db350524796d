//===- SharedMemory.cpp - Shared memory with its shadow -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks of bounds, of initialization and of order, byte by byte; an access to
// bytes that were settled long ago takes one pass without branches.
//
//===----------------------------------------------------------------------===//

#include "SharedMemory.h"

#include "llvm/ADT/Twine.h"

#include <algorithm>

namespace humming::emulator {

SharedMemory::SharedMemory(uint32_t size, const Ordering &ordering)
    : ordering(ordering), bytes(size, 0xff), writeTime(size), writer(size),
      readTime(size_t(size) * ordering.warps()) {}

void SharedMemory::startBlock() {
  // Copies that a block left in flight end with it.
  std::replace(writeTime.begin(), writeTime.end(), kInFlight, Time(0));
}

bool SharedMemory::fail(HazardKind kind, uint64_t offset,
                        const llvm::Twine &text) {
  lastFault = {kind, offset, text.str()};
  return false;
}

bool SharedMemory::inBounds(uint64_t offset, unsigned size) {
  if (offset <= bytes.size() && size <= bytes.size() - offset)
    return true;
  return fail(HazardKind::OutOfBounds, offset,
              llvm::Twine(size) + " bytes at shared offset " +
                  llvm::Twine(offset) + " of " + llvm::Twine(bytes.size()) +
                  " bytes of shared memory");
}

bool SharedMemory::writeIsKnown(unsigned thread, uint64_t byte,
                                bool forWarp) const {
  return forWarp ? ordering.isKnownToWarp(thread / kLanes, writer[byte],
                                          writeTime[byte])
                 : ordering.isKnown(thread, writer[byte], writeTime[byte]);
}

bool SharedMemory::failWrite(unsigned thread, uint64_t byte,
                             const char *access) {
  unsigned other = writer[byte];
  if (writeTime[byte] == kInFlight)
    return fail(HazardKind::InFlightShared, byte,
                llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                    ", which a cp.async of " + threadName(other) +
                    " still writes (no cp.async.wait_group covers it)");
  return fail(HazardKind::SharedRace, byte,
              llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                  ", which " + threadName(other) +
                  " has written with no barrier between");
}

const uint8_t *SharedMemory::checkedRead(unsigned thread, uint64_t offset,
                                         unsigned size, bool forWarp) {
  if (!inBounds(offset, size))
    return nullptr;
  unsigned warp = thread / kLanes;
  // Bytes written in this block and long enough ago need no closer look: with
  // unsigned wrap, bytes never written and bytes in flight both fail this.
  Time blockStart = ordering.blockStart();
  Time span = ordering.oldestKnown(warp) - blockStart;
  bool settled = true;
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    settled &= Time(writeTime[byte] - blockStart) < span;
  if (!settled) {
    for (uint64_t byte = offset; byte < offset + size; ++byte) {
      if (writeTime[byte] < blockStart) {
        fail(HazardKind::UninitializedShared, byte,
             "read of shared offset " + llvm::Twine(byte) +
                 ", which no thread has written");
        return nullptr;
      }
      if (writeTime[byte] == kInFlight ||
          !writeIsKnown(thread, byte, forWarp)) {
        failWrite(thread, byte, "read");
        return nullptr;
      }
    }
  }
  Time *times = readTime.data() + size_t(warp) * bytes.size();
  std::fill(times + offset, times + offset + size, ordering.now());
  return bytes.data() + offset;
}

bool SharedMemory::checkWrite(unsigned thread, uint64_t offset, unsigned size) {
  if (!inBounds(offset, size))
    return false;
  unsigned warp = thread / kLanes;
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    if (writeTime[byte] >= ordering.oldestKnown(warp) &&
        (writeTime[byte] == kInFlight || !writeIsKnown(thread, byte)))
      return failWrite(thread, byte, "write");
  for (unsigned other = 0; other < ordering.warps(); ++other) {
    if (other == warp)
      continue;
    const Time *times = readTime.data() + size_t(other) * bytes.size();
    Time limit = ordering.known(warp, other);
    bool ordered = true;
    for (uint64_t byte = offset; byte < offset + size; ++byte)
      ordered &= times[byte] < limit;
    if (!ordered)
      return fail(HazardKind::SharedRace, offset,
                  "write of " + llvm::Twine(size) + " bytes at shared offset " +
                      llvm::Twine(offset) + ", which warp " +
                      llvm::Twine(other) + " has read with no barrier between");
  }
  return true;
}

uint8_t *SharedMemory::write(unsigned thread, uint64_t offset, unsigned size) {
  if (!checkWrite(thread, offset, size))
    return nullptr;
  finishCopy(thread, offset, size);
  return bytes.data() + offset;
}

uint8_t *SharedMemory::startCopy(unsigned thread, uint64_t offset,
                                 unsigned size) {
  if (!checkWrite(thread, offset, size))
    return nullptr;
  std::fill_n(writeTime.begin() + offset, size, kInFlight);
  std::fill_n(writer.begin() + offset, size, uint16_t(thread));
  return bytes.data() + offset;
}

void SharedMemory::finishCopy(unsigned thread, uint64_t offset, unsigned size) {
  std::fill_n(writeTime.begin() + offset, size, ordering.now());
  std::fill_n(writer.begin() + offset, size, uint16_t(thread));
}

} // namespace humming::emulator
