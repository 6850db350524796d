//===- SharedMemory.cpp - Shared memory with its shadow -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks of bounds, of initialization and of order, byte by byte; an access to
// bytes that were settled long ago takes one pass without branches.
//
//===----------------------------------------------------------------------===//

#include "SharedMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>

namespace humming::emulator {

SharedMemory::SharedMemory(uint32_t size, const Ordering &ordering,
                           unsigned rank)
    : ordering(ordering), rank(rank),
      firstWarp(rank * ordering.warpsPerBlock()), bytes(size, 0xff),
      writeTime(size), writer(size),
      readTime(size_t(size) * ordering.warpsPerBlock()),
      readers(size / kChunkBytes + 1) {}

void SharedMemory::startBlock() {
  // Copies and products that a block left in flight end with it.
  llvm::fill(readers, Readers());
  for (size_t byte = 0; byte < writeTime.size(); ++byte)
    if (isOwned(byte))
      writeTime[byte] = 0;
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

bool SharedMemory::failWrite(uint64_t byte, const char *access) {
  unsigned other = writer[byte];
  if (writeTime[byte] == kBarrier)
    return fail(HazardKind::BarrierMisuse, byte,
                llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                    ", which is an mbarrier");
  if (ordering.isCopier(other))
    return fail(HazardKind::InFlightShared, byte,
                llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                    ", which a bulk copy writes (no wait for its mbarrier "
                    "comes between)");
  if (writeTime[byte] == kInFlight)
    return fail(HazardKind::InFlightShared, byte,
                llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                    ", which a cp.async of " + ordering.nameOf(other) +
                    " still writes (no cp.async.wait_group covers it)");
  return fail(HazardKind::SharedRace, byte,
              llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                  ", which " + ordering.nameOf(other) +
                  " has written with no barrier between");
}

bool SharedMemory::failProxy(uint64_t byte, const char *access) {
  return fail(HazardKind::MissingFence, byte,
              llvm::Twine(access) + " of shared offset " + llvm::Twine(byte) +
                  " through the asynchronous proxy, which does not see what " +
                  ordering.nameOf(writer[byte]) +
                  " has written (no fence.proxy.async between)");
}

/// Checks that every byte was written, and before the read.
bool SharedMemory::checkLastWrite(unsigned thread, uint64_t offset,
                                  unsigned size, bool forWarp) {
  // Bytes written in this cluster and long enough ago need no closer look: with
  // unsigned wrap, bytes never written and bytes in flight both fail this.
  Time start = ordering.clusterStart();
  Time span = ordering.oldestKnown(thread / kLanes) - start;
  bool settled = true;
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    settled &= Time(writeTime[byte] - start) < span;
  if (settled)
    return true;
  for (uint64_t byte = offset; byte < offset + size; ++byte) {
    if (writeTime[byte] < start)
      return fail(HazardKind::UninitializedShared, byte,
                  "read of shared offset " + llvm::Twine(byte) +
                      ", which no thread has written");
    // Bytes of one write are asked for once.
    bool isNew = byte == offset || writeTime[byte] != writeTime[byte - 1] ||
                 writer[byte] != writer[byte - 1];
    if (isNew && (isOwned(byte) || !writeIsKnown(thread, byte, forWarp)))
      return failWrite(byte, "read");
  }
  return true;
}

const uint8_t *SharedMemory::checkedRead(unsigned thread, uint64_t offset,
                                         unsigned size, bool forWarp) {
  if (!inBounds(offset, size) || !checkLastWrite(thread, offset, size, forWarp))
    return nullptr;
  Time *times = readTimes(thread / kLanes);
  std::fill(times + offset, times + offset + size, ordering.now());
  return bytes.data() + offset;
}

const uint8_t *SharedMemory::startRead(unsigned thread, uint64_t offset,
                                       bool isProduct) {
  if (!inBounds(offset, kChunkBytes) ||
      !checkLastWrite(thread, offset, kChunkBytes, /*forWarp=*/isProduct))
    return nullptr;
  unsigned warp = thread / kLanes;
  // What a bulk copy wrote, the asynchronous proxy has written itself.
  for (uint64_t byte = offset; byte < offset + kChunkBytes; ++byte)
    if (unsigned other = writer[byte];
        !ordering.isCopier(other) &&
        !(isProduct
              ? ordering.isKnownToProxy(warp, other, writeTime[byte])
              : ordering.isKnownToProxyOf(thread, other, writeTime[byte]))) {
      failProxy(byte, "read");
      return nullptr;
    }
  Readers &chunk = readers[offset / kChunkBytes];
  chunk = {uint16_t(chunk.count + 1), uint16_t(warp - firstWarp), isProduct};
  return bytes.data() + offset;
}

const uint8_t *SharedMemory::startProduct(unsigned warp, uint64_t offset) {
  return startRead(warp * kLanes, offset, /*isProduct=*/true);
}

const uint8_t *SharedMemory::startStore(unsigned thread, uint64_t offset) {
  return startRead(thread, offset, /*isProduct=*/false);
}

void SharedMemory::finishRead(unsigned warp, uint64_t offset) {
  --readers[offset / kChunkBytes].count;
  Time *times = readTimes(warp);
  std::fill_n(times + offset, kChunkBytes, ordering.now());
}

bool SharedMemory::checkWrite(unsigned thread, uint64_t offset, unsigned size) {
  if (!inBounds(offset, size))
    return false;
  unsigned warp = thread / kLanes;
  for (uint64_t chunk = offset / kChunkBytes;
       chunk * kChunkBytes < offset + size; ++chunk)
    if (const Readers &reader = readers[chunk]; reader.count)
      return fail(HazardKind::InFlightShared, offset,
                  "write of " + llvm::Twine(size) + " bytes at shared offset " +
                      llvm::Twine(offset) + ", which a " +
                      (reader.isProduct ? "wgmma" : "bulk copy") + " of warp " +
                      llvm::Twine(reader.warp) + " still reads (no " +
                      (reader.isProduct ? "wgmma.wait_group"
                                        : "cp.async.bulk.wait_group") +
                      " covers it)");
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    if (writeTime[byte] >= ordering.oldestKnown(warp) &&
        (isOwned(byte) || !writeIsKnown(thread, byte)))
      return failWrite(byte, "write");
  for (unsigned index = 0; index < ordering.warpsPerBlock(); ++index) {
    unsigned other = firstWarp + index;
    if (other == warp)
      continue;
    const Time *times = readTimes(other);
    Time limit = ordering.knownTo(thread, other);
    bool ordered = true;
    for (uint64_t byte = offset; byte < offset + size; ++byte)
      ordered &= times[byte] < limit;
    if (!ordered)
      return fail(HazardKind::SharedRace, offset,
                  "write of " + llvm::Twine(size) + " bytes at shared offset " +
                      llvm::Twine(offset) + ", which warp " +
                      llvm::Twine(index) + " has read with no barrier between");
  }
  return true;
}

uint8_t *SharedMemory::write(unsigned thread, uint64_t offset, unsigned size) {
  if (!checkWrite(thread, offset, size))
    return nullptr;
  finishCopy(thread, offset, size);
  return bytes.data() + offset;
}

uint8_t *SharedMemory::startBulkCopy(unsigned thread, unsigned copier,
                                     uint64_t offset, unsigned size) {
  if (!checkWrite(thread, offset, size))
    return nullptr;
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    if (writeTime[byte] >= ordering.clusterStart() &&
        !ordering.isCopier(writer[byte]) &&
        !ordering.isKnownToProxyOf(thread, writer[byte], writeTime[byte])) {
      failProxy(byte, "write");
      return nullptr;
    }
  std::fill_n(writeTime.begin() + offset, size, kInFlight);
  std::fill_n(writer.begin() + offset, size,
              uint16_t(ordering.copierThread(rank, copier)));
  return bytes.data() + offset;
}

void SharedMemory::finishBulkCopy(unsigned copier, uint64_t offset,
                                  unsigned size) {
  finishCopy(ordering.copierThread(rank, copier), offset, size);
}

bool SharedMemory::startBarrier(unsigned thread, uint64_t offset) {
  if (!checkWrite(thread, offset, kBarrierBytes))
    return false;
  std::fill_n(writeTime.begin() + offset, kBarrierBytes, kBarrier);
  return true;
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
